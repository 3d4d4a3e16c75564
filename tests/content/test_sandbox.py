"""Programs run apart from each other and from the machine, and whatever they do has an outcome."""

from __future__ import annotations

import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from content import sandbox
from content.sandbox import OUTPUT_MOST, Outcome, interpreter, run

SPAWNING = """
import multiprocessing
def turn(x): return -x
if __name__ == "__main__":
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        print(pool.map(turn, [1]))
"""


def test_what_is_printed_is_kept() -> None:
    """A program that runs to its end leaves its output and no exception."""
    outcome = run("print('tea')")

    assert outcome == Outcome("tea\n")
    assert outcome.exception is None


def test_the_exception_that_ends_a_program_is_named_with_its_bases() -> None:
    """Class names come nearest first, with what was printed before and what the exception says."""
    outcome = run("class Cold(ValueError): pass\nprint(1)\nraise Cold('tea')")

    assert (outcome.stdout, outcome.exceptions[:3], outcome.message) == (
        "1\n",
        ("Cold", "ValueError", "Exception"),
        "tea",
    )
    assert (outcome.compiled, outcome.died) == (True, None)


@pytest.mark.parametrize(("code", "name"), [("x ===", "SyntaxError"), ("if x:\npass", "IndentationError")])
def test_code_that_does_not_compile_is_told_apart(code: str, name: str) -> None:
    """Nothing of it runs."""
    outcome = run(f"print('never')\n{code}")

    assert (outcome.compiled, outcome.exception, outcome.stdout) == (False, name, "")


def test_only_compiling_runs_nothing() -> None:
    """A sketch is compiled and left at that."""
    assert run("print('never'); import no_such_library", only_compile=True) == Outcome("")


def test_a_program_that_hangs_is_ended() -> None:
    """After the time-out there is an outcome, with what was printed before."""
    outcome = run("print('before')\nwhile True: pass", timeout=0.5)

    assert (outcome.stdout, outcome.died) == ("before\n", "took longer than 0.5 s")


def test_what_a_program_started_ends_with_it() -> None:
    """A process left behind by a program is gone when the program is."""
    outcome = run(
        "import subprocess, sys\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        "print(child.pid)"
    )
    deadline = time.monotonic() + 10
    while _alive(int(outcome.stdout)) and time.monotonic() < deadline:
        time.sleep(0.01)

    assert not _alive(int(outcome.stdout))


def _alive(process: int) -> bool:
    return psutil.pid_exists(process) and psutil.Process(process).status() != psutil.STATUS_ZOMBIE


@pytest.mark.parametrize(
    ("code", "died"),
    [("import os; os._exit(0)", "ended without a word"), ("import os; os.kill(os.getpid(), 9)", "SIGKILL")],
)
def test_a_program_that_dies_has_an_outcome(code: str, died: str) -> None:
    """An end without a word is no success."""
    assert run(code).died == died


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("import socket; socket.create_connection(('127.0.0.1', 9))", "PermissionError"),
        ("import socket; socket.getaddrinfo('localhost', 80)", "PermissionError"),
        ("import socket; socket.socket().bind(('127.0.0.1', 0))", "PermissionError"),
        ("import asyncio; asyncio.run(asyncio.start_server(print, '127.0.0.1', 0))", "PermissionError"),
        ("open('../outside', 'w')", "PermissionError"),
        ("import os; os.mkdir('../outside')", "PermissionError"),
        ("import os; os.rename('/etc/hostname', 'here')", "PermissionError"),
        ("import pathlib; pathlib.Path(__file__).unlink()", "PermissionError"),
        ("x = bytearray(8 << 30)", "MemoryError"),
        ("open('large', 'wb').write(bytes(64 << 20))", "OSError"),
        ("input()", "EOFError"),
        ("import yaml", "ModuleNotFoundError"),
        ("def deep(): deep()\ndeep()", "RecursionError"),
        (
            "import os\nif os.fork() == 0: os.fork()\nelse:\n for _ in range(40): os.fork() or os._exit(0)",
            "PermissionError",
        ),
    ],
)
def test_what_a_program_must_not_do_fails(code: str, name: str) -> None:
    """No network, nothing outside its folder, no other packages, and no more than its share."""
    assert run(code).exception == name


@pytest.mark.parametrize(
    ("code", "stdout"),
    [
        ("open('x', 'w').write('tea'); print(open('x').read())", "tea\n"),
        ("import tempfile; print(tempfile.TemporaryFile('w+').write('tea'))", "3\n"),
        ("import asyncio; print(asyncio.run(asyncio.sleep(0, 'tea')))", "tea\n"),
        ("from concurrent.futures import ThreadPoolExecutor as T\nwith T(4) as t: print(*t.map(abs, [-1]))", "1\n"),
        (SPAWNING, "[-1]\n"),
        ("import inspect\ndef f(): pass\nprint(inspect.getsource(f), end='')", "def f(): pass\n"),
        ("open('tea.py', 'w').write('HOT = 1')\nimport tea; print(tea.HOT)", "1\n"),
        ("import atexit; atexit.register(print, 'bye'); print(__name__)", "__main__\nbye\n"),
        (
            "import os, sys; print(os.listdir('.'), sys.argv, [k for k in os.environ if k[:3] != 'LC_'])",
            "[] ['claim.py'] ['TMPDIR']\n",
        ),
        ("print('é', ascii('\\ud800'))", "é '\\ud800'\n"),
    ],
)
def test_what_a_lesson_shows_works(code: str, stdout: str) -> None:
    """Files of its own, threads, processes, event loops, modules: all there, in a folder that starts empty."""
    assert run(code).stdout == stdout


def test_one_program_never_sees_another(tmp_path: Path) -> None:
    """Files, modules and settings of one run are gone in the next, also while both run."""
    code = (
        "import os, sys, builtins, tempfile\n"
        "seen = os.listdir('.'), hasattr(builtins, 'mark'), 'wave' in sys.modules\n"
        "open('mark', 'w').close(); builtins.mark = 1; import wave\n"
        "print(*seen)"
    )
    with ThreadPoolExecutor(2) as pool:
        said = {outcome.stdout for outcome in pool.map(run, [code] * 6)}

    assert said == {"[] False False\n"}


def test_nothing_is_left_in_the_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder of a run goes with it, whatever is in it, whether it ended or hung."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    run("import os; os.mkdir('a'); open('a/b', 'w').close(); os.chmod('a', 0o500)")
    run("while True: pass", timeout=0.2)

    assert os.listdir(tmp_path) == []


def test_what_is_kept_of_a_flood_is_bounded() -> None:
    """A program that prints without end is ended, and only the beginning is kept."""
    outcome = run("while True: print('x' * 10_000)")

    assert len(outcome.stdout) == OUTPUT_MOST
    assert outcome.exception == "OSError" or outcome.died


def test_only_the_first_process_says_how_it_ended() -> None:
    """What happens to a forked child is not what happens to the program."""
    outcome = run("import os\nchild = os.fork()\nif child == 0: raise ValueError\nos.waitpid(child, 0)")

    assert (outcome.exception, outcome.message, outcome.died) == (None, "", None)


def test_exceptions_that_cannot_be_printed_have_an_outcome() -> None:
    """A broken ``__str__`` hides nothing but its words."""
    assert run("class Bad(Exception):\n def __str__(self): raise self\nraise Bad").exception == "Bad"


def test_the_running_release_is_at_hand() -> None:
    """The running interpreter serves its own release; a release that does not exist has none."""
    assert interpreter(sandbox.RUNNING) == Path(sys.executable)
    assert interpreter((3, 99)) is None


def test_what_only_looks_like_an_interpreter_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A command of the right name that starts another release, or nothing, is not taken."""
    fake = tmp_path / "python3.98"
    fake.write_text("#!/bin/sh\necho 3 11\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))

    assert interpreter((3, 98)) is None
