"""What runs inside the sandbox: one program, under limits, in an interpreter of its own.

Started as ``python -I -S -B cell.py <claim.py> <result descriptor> <run | compile>``, in the folder the program works
in. It depends on the standard library alone, of any Python that a claim may name. How the program ended is
written to the descriptor (see ``report``); what it printed goes where printing goes.
"""

from __future__ import annotations

import errno
import os
import sys
from types import CodeType, ModuleType

CPU_SECONDS = 5
MEMORY_BYTES = 2 << 30
FILE_BYTES = 16 << 20
PROCESSES = 4096
FORKS = 32
"""What one program may use. ``PROCESSES`` is counted by the system over all of a user's, so it is generous; ``FORKS``
is what the program itself may start."""

_QUIET_SOCKETS = frozenset(("socket.__new__", "socket.gethostname"))
_STARTS = frozenset(
    ("os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.system", "os.exec", "pty.spawn", "subprocess.Popen")
)
_PAIRS = frozenset(("os.rename", "os.link", "os.symlink"))
_FILES = frozenset(("os.remove", "os.rmdir", "os.mkdir", "os.truncate", "os.mkfifo", "os.mknod"))
_RIGHTS = frozenset(("os.chmod", "os.chown", "os.utime", "os.setxattr", "os.removexattr"))
_PROCESS = os.getpid()
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


class Guard:
    """An audit hook: no network, a few processes, and no changes to files outside ``folder``."""

    def __init__(self, folder: str) -> None:
        self._folder = os.path.realpath(folder)
        self._started = 0

    def __call__(self, event: str, args: tuple[object, ...]) -> None:
        if event == "open":
            if isinstance(args[2], int) and args[2] & _WRITES:
                self._inside(args[0])
        elif event.startswith("socket."):
            if event not in _QUIET_SOCKETS and not self._local(args):
                raise refusal(f"no network in here: {event}")
        elif event in _STARTS:
            self._start(event)
        elif event in _PAIRS or event in _FILES or event in _RIGHTS:
            for path in args[: 2 if event in _PAIRS else 1]:
                self._inside(path)

    def _inside(self, path: object) -> None:
        if isinstance(path, int) or path == os.devnull or not isinstance(path, (str, bytes, os.PathLike)):
            return
        real = os.path.realpath(os.fsdecode(path))
        if real != self._folder and not real.startswith((self._folder + os.sep, "/dev/")):
            raise refusal("no changes outside the working folder")

    def _local(self, args: tuple[object, ...]) -> bool:
        """Whether the address is a path: a socket between processes of this machine."""
        return len(args) > 1 and isinstance(args[1], (str, bytes)) and "AF_UNIX" in repr(getattr(args[0], "family", ""))

    def _start(self, event: str) -> None:
        self._started += 1
        if os.getpid() != _PROCESS or self._started > FORKS:
            raise refusal(f"no more processes in here: {event}")


def refusal(why: str) -> PermissionError:
    """What a program gets that tries what it must not: an error as the system would give it."""
    return PermissionError(errno.EACCES, why)


def limit() -> None:
    """Limit what this process and its children may use, where the system can."""
    try:
        import resource
    except ImportError:
        return
    for name, value in (
        ("RLIMIT_CPU", CPU_SECONDS),
        ("RLIMIT_AS", MEMORY_BYTES),
        ("RLIMIT_FSIZE", FILE_BYTES),
        ("RLIMIT_NPROC", PROCESSES),
        ("RLIMIT_CORE", 0),
    ):
        kind = getattr(resource, name, None)
        if kind is not None:
            hard = resource.getrlimit(kind)[1]
            value = value if hard == resource.RLIM_INFINITY else min(value, hard)
            try:
                resource.setrlimit(kind, (value, value))
            except (OSError, ValueError):
                continue


def report(descriptor: int, compiled: bool, error: BaseException | None) -> None:
    """Tell the sandbox how the program ended, line by line: whether it compiled, the names of the exception's class and
    of its bases, and what the exception says. Only the first process speaks: what it forked may come by here too."""
    if os.getpid() == _PROCESS:
        names = [kind.__name__ for kind in type(error).__mro__] if error is not None else []
        said = "\n".join((str(int(compiled)), " ".join(names), message(error)[:500]))
        os.write(descriptor, said.encode("utf-8", "replace"))
        os.close(descriptor)


def message(error: BaseException | None) -> str:
    """What an exception says, whatever its own ``__str__`` does."""
    try:
        return str(error) if error is not None else ""
    except Exception:
        return "(an exception that cannot be printed)"


def compiled(path: str) -> CodeType:
    """The program at ``path``; raises what compiling it raises."""
    with open(path, encoding="utf-8") as file:
        source = file.read()
    return compile(source, path, "exec", dont_inherit=True)


def main(path: str, descriptor: int, only_compile: bool) -> int:
    """Compile the program and, unless that is all, run it as ``__main__``; the exit status a script would have."""
    os.set_inheritable(descriptor, False)
    try:
        code = compiled(path)
    except BaseException as error:
        report(descriptor, False, error)
        return 1
    if only_compile:
        report(descriptor, True, None)
        return 0
    return run(code, path, descriptor)


def run(code: CodeType, path: str, descriptor: int) -> int:
    """Run the program as a script would be run, with its own ``__main__``."""
    module = ModuleType("__main__")
    module.__file__ = path
    module.__dict__["__builtins__"] = __builtins__
    sys.modules["__main__"] = module
    sys.argv[:] = [os.path.basename(path)]
    sys.path.insert(0, os.getcwd())
    limit()
    sys.addaudithook(Guard(os.getcwd()))
    try:
        exec(code, module.__dict__)
    except BaseException as error:
        report(descriptor, True, error)
        sys.excepthook(type(error), error, error.__traceback__)
        return 1
    report(descriptor, True, None)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]), sys.argv[3] == "compile"))
