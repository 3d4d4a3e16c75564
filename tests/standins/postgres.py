"""A throw-away PostgreSQL server for tests, or the one that PYQUIZ_TEST_PG_URL names."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

UNPRIVILEGED = "nobody"
"""As whom the server runs where we are root: PostgreSQL refuses to be."""

ALONE = "-c listen_addresses= -c max_connections=60"
"""Nobody else is to reach it."""

IN_A_HURRY = f"{ALONE} -c fsync=off -c full_page_writes=off"
"""Nobody needs a test's data after a power cut; processes that are killed lose nothing by it."""


class NoServer(Exception):
    """There is no PostgreSQL to test with: set PYQUIZ_TEST_PG_URL, or put initdb and pg_ctl on the PATH."""


@contextmanager
def server(options: str = IN_A_HURRY) -> Iterator[str]:
    """The address of a server, while it runs; raises NoServer where there is none. ``options`` are the server's own."""
    given = os.environ.get("PYQUIZ_TEST_PG_URL")
    if given:
        yield given
        return
    if not (shutil.which("initdb") and shutil.which("pg_ctl")):
        raise NoServer(NoServer.__doc__)
    folder = Path(tempfile.mkdtemp(prefix="pyquiz-pg-"))
    try:
        yield from _run(folder, options)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(folder: Path, options: str) -> Iterator[str]:
    user = _user()
    data, sockets = folder / "data", folder / "s"
    sockets.mkdir()
    if user:
        shutil.chown(folder, user)
        shutil.chown(sockets, user)
    log = f"{folder}/log"
    _call(user, folder, "initdb", "-D", str(data), "-U", "pyquiz", "--auth=trust", "--no-sync", "--encoding=UTF8")
    _call(user, folder, "pg_ctl", "-D", str(data), "-l", log, "-w", "-o", f"-k {sockets} {options}", "start")
    try:
        yield f"postgresql://pyquiz@/postgres?host={sockets}"
    finally:
        _call(user, folder, "pg_ctl", "-D", str(data), "-m", "immediate", "stop")


def _user() -> str | None:
    if os.getuid() != 0:
        return None
    try:
        return pwd.getpwnam(UNPRIVILEGED).pw_name
    except KeyError:
        raise NoServer(f"PostgreSQL refuses to run as root, and there is no user {UNPRIVILEGED}") from None


def _call(user: str | None, folder: Path, *command: str) -> None:
    environment = {**os.environ, "LC_ALL": "C", "HOME": str(folder)}
    done = subprocess.run(
        command, user=user, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise NoServer(f"{command[0]} failed: {done.stderr.strip()}")
