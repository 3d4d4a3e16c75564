"""Runs programs of a pack, each in an interpreter of its own, in an empty folder, with limits and without a network.

Nothing of one run reaches another: the interpreter, its folder and whatever it started are gone when it ends. The
limits stop accidents and nuisance; they are no jail for code that means harm (see ``sys.addaudithook``).
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import IO

from content.question import Version

TIMEOUT = 5.0
"""Seconds that a program may take."""

OUTPUT_MOST = 64 * 1024
"""Bytes kept of what a program prints."""

RUNNING: Version = (sys.version_info.major, sys.version_info.minor)

_CELL = Path(__file__).with_name("cell.py")


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a program ended.

    ``exceptions``: the class that ended it and that class's bases, by bare name, nearest first; empty where it ran to
    its end. ``died``: what ended it from outside ("took longer than 5 s", "SIGKILL"), or None.
    """

    stdout: str
    stderr: str = ""
    compiled: bool = True
    exceptions: tuple[str, ...] = ()
    message: str = ""
    died: str | None = None

    @property
    def exception(self) -> str | None:
        """The bare name of the class that ended it."""
        return self.exceptions[0] if self.exceptions else None


def run(code: str, *, interpreter: Path | None = None, only_compile: bool = False, timeout: float = TIMEOUT) -> Outcome:
    """Run a program (or only compile it) and say how it ended; ``timeout`` is in seconds.

    Raises OSError where no process can be started or no temporary folder made.
    """
    folder = Path(tempfile.mkdtemp(prefix="pyquiz-"))
    try:
        return _run_in(folder, code, interpreter or Path(sys.executable), only_compile, timeout)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@lru_cache(maxsize=32)
def interpreter(version: Version) -> Path | None:
    """An interpreter of this release: the running one, one on the PATH or one beside the running one; or None."""
    if version == RUNNING:
        return Path(sys.executable)
    name = f"python{version[0]}.{version[1]}"
    on_path = shutil.which(name)
    beside = Path(sys.base_prefix).parent.glob(f"*{version[0]}.{version[1]}*/bin/{name}")
    candidates = [Path(on_path)] if on_path else []
    return next((path for path in (*candidates, *sorted(beside)) if _is(path, version)), None)


def _is(path: Path, version: Version) -> bool:
    """Whether this really starts that release: what a version manager puts on the PATH may not."""
    ask = "import sys; print(*sys.version_info[:2])"
    try:
        said = subprocess.run(
            [path, "-I", "-S", "-c", ask], capture_output=True, timeout=TIMEOUT, text=True, check=False
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return said.stdout.split() == [str(number) for number in version]


def _run_in(folder: Path, code: str, interpreter: Path, only_compile: bool, timeout: float) -> Outcome:
    program = folder / "claim.py"
    program.write_text(code + "\n", encoding="utf-8")
    work = folder / "work"
    work.mkdir()
    reading, writing = os.pipe()
    try:
        os.set_blocking(reading, False)
        command = [str(interpreter), "-I", "-S", "-B", "-u", "-X", "utf8", str(_CELL)]
        arguments = [str(program), str(writing), "compile" if only_compile else "run"]
        with tempfile.TemporaryFile() as stdout, tempfile.TemporaryFile() as stderr:
            process = subprocess.Popen(
                [*command, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=stdout,
                stderr=stderr,
                cwd=work,
                env={"TMPDIR": str(work)},
                pass_fds=(writing,),
                start_new_session=True,
            )
            died = _wait(process, timeout)
            return _outcome(_said(reading), _text(stdout), _text(stderr), died)
    finally:
        os.close(reading)
        os.close(writing)


def _wait(process: subprocess.Popen[bytes], timeout: float) -> str | None:
    """Wait, then end whatever the program has started; what ended the program from outside."""
    try:
        status = process.wait(timeout)
    except subprocess.TimeoutExpired:
        return f"took longer than {timeout:g} s"
    finally:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    return signal.Signals(-status).name if status < 0 else None


def _said(descriptor: int) -> bytes:
    """What the cell reported; empty where the program ended before it could."""
    try:
        return os.read(descriptor, OUTPUT_MOST)
    except BlockingIOError:
        return b""


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read(OUTPUT_MOST).decode("utf-8", errors="replace")


def _outcome(said: bytes, stdout: str, stderr: str, died: str | None) -> Outcome:
    match said.decode("utf-8", errors="replace").split("\n", 2):
        case [compiled, names, message]:
            return Outcome(stdout, stderr, compiled == "1", tuple(names.split()), message, died)
        case _:
            return Outcome(stdout, stderr, died=died or "ended without a word")
