"""What is installed is the wheel, not this folder: built, put into an environment of its own, it does its work."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FLOORS = ("adapters", "bot", "cli", "content", "scheduler")


@dataclass(frozen=True)
class Installed:
    """An environment that holds the wheel; what it depends on is lent by this one, whose own PyQuiz is not."""

    wheel: Path
    folder: Path

    def run(self, program: str, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """Run a program of the environment, far from this folder."""
        away = self.folder.parent
        environment = {"PATH": os.environ["PATH"], "HOME": str(away), "XDG_CACHE_HOME": str(away / "cache"), **settings}
        command = [str(self.folder / "bin" / program), *arguments]
        return subprocess.run(command, cwd=away, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel, built from what the image is built from, and installed."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    source.mkdir()
    for name in (*FLOORS, "LICENSE", "README.md", "pyproject.toml"):
        here = ROOT / name
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(here, source / name, ignore=ignored) if here.is_dir() else shutil.copy(here, source)
    _call([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)], source)
    wheel = next(folder.glob("*.whl"))
    venv.create(folder / "venv", with_pip=False)
    place = sysconfig.get_path("purelib", "venv", {"base": str(folder / "venv")})
    pip = [
        sys.executable,
        "-m",
        "pip",
        "--disable-pip-version-check",
        "--python",
        str(folder / "venv" / "bin" / "python"),
    ]
    _call([*pip, "install", "--quiet", "--no-deps", "--no-index", str(wheel)], folder)
    (Path(place) / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return Installed(wheel, folder / "venv")


def _call(command: Sequence[str], where: Path) -> None:
    ran = subprocess.run(command, cwd=where, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_the_wheel_holds_all_that_is_not_python_too(installed: Installed) -> None:
    """Topics, migrations and Alembic's templates: each file of the floors."""
    wanted = {
        str(path.relative_to(ROOT))
        for floor in FLOORS
        for path in (ROOT / floor).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    with zipfile.ZipFile(installed.wheel) as wheel:
        held = {name for name in wheel.namelist() if ".dist-info/" not in name}

    assert held == wanted


def test_what_runs_is_what_was_installed(installed: Installed) -> None:
    """Else the rest of this page says nothing."""
    places = "import bot, content.bank as b; print(bot.__file__); print(b.BUILT_IN)"
    ran = installed.run("python", "-c", places)

    assert [Path(line).is_relative_to(installed.folder) for line in ran.stdout.splitlines()] == [True, True], ran.stderr


def test_it_says_its_version(installed: Installed) -> None:
    """The one in the wheel's name."""
    ran = installed.run("pyquiz", "--version")

    assert ran.stdout.split() == ["pyquiz", installed.wheel.name.split("-")[1]], ran.stderr


@pytest.mark.slow
def test_it_finds_nothing_wrong_with_its_own_topics(installed: Installed) -> None:
    """The checker starts a Python of its own for each piece of their code."""
    ran = installed.run("pyquiz", "check")

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert " 0 failed" in ran.stdout


def test_it_asks_from_its_own_topics(installed: Installed) -> None:
    """A week is planned from the built-in pack."""
    ran = installed.run(
        "pyquiz", "simulate", "--from", "2027-01-11", "--days", "5", "--zone", "UTC", "--format", "json"
    )

    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.count('"kind": "question"') + ran.stdout.count('"kind":"question"') == 5


def test_it_makes_its_database(installed: Installed, tmp_path: Path) -> None:
    """By its own migrations."""
    url = f"sqlite:///{tmp_path / 'pyquiz.db'}"
    first = installed.run("pyquiz", "migrate", PYQUIZ_DATABASE_URL=url)
    second = installed.run("pyquiz", "migrate", PYQUIZ_DATABASE_URL=url)

    assert first.stdout == "Migrated.\n", first.stderr
    assert second.stdout.startswith("Nothing to do")


def test_the_image_is_prepared_by_it(installed: Installed, tmp_path: Path) -> None:
    """What a start imports is compiled, and the topics are kept as they were read."""
    cache, bytecode = tmp_path / "cache", tmp_path / "bytecode"
    ran = installed.run("python", "-m", "cli.warm", XDG_CACHE_HOME=str(cache), PYTHONPYCACHEPREFIX=str(bytecode))
    compiled = {path.name.partition(".")[0] for path in bytecode.rglob("*.pyc")}

    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")
    assert {"run", "health", "migrate", "slack", "discord", "shards", "sockets", "daily", "fernet"} <= compiled
    assert len(list(cache.rglob("pack-*.json"))) == 1
