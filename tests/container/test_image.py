"""What the Dockerfile says, read off its instructions; building it wants an engine, and is `make compose-trial`'s."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

from cli.main import COMMANDS

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "Dockerfile").read_text()


def instructions() -> Iterator[tuple[str, str]]:
    """Each instruction with what follows it, in one line."""
    bare = "\n".join(line for line in TEXT.splitlines() if not line.lstrip().startswith("#"))
    for line in bare.replace("\\\n", " ").splitlines():
        word, _, rest = line.partition(" ")
        if word:
            yield word, " ".join(rest.split())


ALL = tuple(instructions())
LAST = ALL[max(number for number, (word, _) in enumerate(ALL) if word == "FROM") :]
"""The stage that is the image."""


def last(word: str) -> str:
    """What the image's stage says last about something."""
    return next(rest for found, rest in reversed(LAST) if found == word)


def test_two_stages_stand_on_a_base_by_its_name() -> None:
    """No digest and no front end of its own: an engine without a registry can still be given the base."""
    bases = [rest for word, rest in ALL if word == "FROM"]

    assert bases == ["python:3.12-slim AS build", "python:3.12-slim"]
    assert re.search(r"(?im)^#\s*(syntax|escape|check)\s*=", TEXT) is None
    assert "sha256" not in TEXT


def test_an_engine_without_buildkit_builds_it() -> None:
    """Debian's does unless it is told otherwise."""
    buildkit = re.compile(r"--mount|--link|--chmod|--start-interval|--exclude|<<")

    assert [rest for _, rest in ALL if buildkit.search(rest)] == []


def test_everything_from_outside_is_held_by_its_hash() -> None:
    """Two installations: what is locked, and PyQuiz itself without looking further."""
    installed = [
        part for word, rest in ALL if word == "RUN" for part in rest.split(" && ") if re.search("pip.* install", part)
    ]

    assert len(installed) == 2
    assert "--require-hashes -r /src/requirements.lock" in installed[0]
    assert "--no-deps --no-build-isolation /src" in installed[1]


def test_what_only_builds_is_taken_out_again() -> None:
    """Exactly what the lock says is there for the group ``build`` alone."""
    run = next(rest for word, rest in ALL if word == "RUN" and "uninstall" in rest)
    taken = run.split("uninstall -y ")[1].split(" && ")[0].split()

    assert set(taken) == only_for_building((ROOT / "requirements.lock").read_text())


def only_for_building(lock: str) -> set[str]:
    """Of a lock file, what nothing but the group ``build`` asks for, directly or by something else."""
    wanted_by: dict[str, set[str]] = {}
    for block in re.split(r"\n(?=[a-z0-9])", lock):
        name = block.partition("==")[0]
        asked = re.search(r"# via(.*)", block, re.DOTALL)
        if asked:
            wanted_by[name] = {word.strip("# ") for word in asked[1].splitlines() if word.strip("# ")}
    building = {"pyquiz (pyproject.toml:build)"}
    while more := {name for name, by in wanted_by.items() if by <= building} - building:
        building |= more
    return building - {"pyquiz (pyproject.toml:build)"}


def test_it_runs_as_nobody_in_particular() -> None:
    """By number, so that a cluster that refuses root can see it."""
    user, _, group = last("USER").partition(":")

    assert int(user) > 1000
    assert int(group) > 1000


def test_the_command_and_its_health_are_pyquiz() -> None:
    """The words after the image's name are a command of PyQuiz; without any it runs the bot."""
    health = last("HEALTHCHECK").partition("CMD ")[2]

    assert json.loads(last("ENTRYPOINT")) == ["pyquiz"]
    assert json.loads(last("CMD"))[0] in COMMANDS
    assert json.loads(health)[:2] == ["pyquiz", "health"]
    assert "health" in COMMANDS


def test_the_context_is_only_what_the_image_is_made_of() -> None:
    """Everything is left out but what the wheel wants: no secrets, no history, no tests."""
    lines = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and not line.startswith("#")]
    kept = {line.removeprefix("!") for line in lines if line.startswith("!")}

    assert lines[0] == "*"
    assert kept == {
        "LICENSE",
        "README.md",
        "adapters",
        "bot",
        "cli",
        "content",
        "pyproject.toml",
        "requirements.lock",
        "scheduler",
    }
    assert all((ROOT / name).exists() for name in kept)
