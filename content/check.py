"""Checks packs: whether they can be read, whether their code does what they claim, whether their questions are fair."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from content import sandbox
from content.files import topic_files
from content.names import doubles, taken_by
from content.quality import find_faults, reserved_aliases
from content.question import Claim, Compiles, DoesNotCompile, Pack, Problem, Topic, Version
from content.reader import Reading, read_files, read_pack
from content.verdict import judge

WORKERS = 2
"""Programs that run at the same time."""

Progress: TypeAlias = Callable[[int, int], None]
"""Told how many claims of how many are done, from one thread at a time."""


@dataclass(frozen=True, slots=True)
class Report:
    """What came of a check. ``run`` counts the claims that were executed, ``failed`` those that did not hold, and
    ``not_run`` those whose Python release is not at hand. ``unproven`` are questions without any claim. Errors make a
    pack unfit, warnings make it worse."""

    topics: tuple[Topic, ...]
    errors: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    run: int
    failed: int
    not_run: int
    unproven: tuple[str, ...]

    def ok(self, *, strict: bool = False) -> bool:
        """Whether there is nothing to mend; ``strict`` counts warnings."""
        return not self.errors and not (strict and self.warnings)


def check(
    paths: Sequence[Path],
    *,
    reserved: frozenset[str] = frozenset(),
    beside: Sequence[Pack] = (),
    progress: Progress | None = None,
) -> Report:
    """Check packs, folders of packs or single topic files.

    ``reserved``: words that no alias may be, with or without ``()``, ``@`` and outer underscores. ``beside``: packs
    that are loaded before these: their names are taken, and follow-ups may lead to their topics. Raises OSError where
    the sandbox cannot start anything.
    """
    readings = [_read(path) for path in paths for path in _packs(path)]
    claims = [claim for reading in readings for claim in reading.claims]
    topics = tuple(topic for reading in readings for topic in reading.topics)
    failures, not_run = _execute(claims, progress or (lambda done, of: None))
    proven = {claim.question for claim in claims}
    slugs = {topic.slug for topic in topics} | {topic.slug for pack in beside for topic in pack.topics}
    slugs.update(slug for path in paths for slug in _neighbours(path))
    return Report(
        topics,
        errors=(*_errors(readings, reserved, beside), *failures),
        warnings=tuple(fault for reading in readings for fault in find_faults(reading, frozenset(slugs))),
        run=len(claims) - not_run,
        failed=len(failures),
        not_run=not_run,
        unproven=tuple(item.id for topic in topics for item in topic.questions if item.id not in proven),
    )


def _errors(readings: Sequence[Reading], reserved: frozenset[str], beside: Sequence[Pack]) -> tuple[Problem, ...]:
    """What keeps these packs from being loaded after those ``beside`` them, each problem once."""
    taken = {name: owner for pack in beside for name, owner in taken_by(pack).items()}
    errors: list[Problem] = []
    for reading in readings:
        errors += reading.problems
        errors += doubles([(topic, reading.spots) for topic in reading.topics], taken)
        errors += reserved_aliases(reading, reserved)
        taken |= taken_by(reading.pack) if reading.pack else {}
    return tuple(dict.fromkeys(errors))


def _packs(path: Path) -> list[Path]:
    """The packs at this path: itself, or the folders in it that hold topics where it holds none."""
    try:
        if not path.is_dir() or topic_files(path):
            return [path]
        return sorted(inner for inner in path.iterdir() if inner.is_dir() and topic_files(inner)) or [path]
    except OSError:
        return [path]


def _neighbours(path: Path) -> list[str]:
    """The slugs of the topics in the folder of a single file."""
    return [file.stem for file in topic_files(path.parent)] if path.is_file() else []


def _read(path: Path) -> Reading:
    return read_files(path.parent.resolve().name, (path,)) if path.suffix == ".md" else read_pack(path)


def _execute(claims: Sequence[Claim], progress: Progress) -> tuple[list[Problem], int]:
    """Run every claim that can be; the problems in the order of claims, and how many could not be run."""
    problems: list[Problem] = []
    not_run = 0
    progress(0, len(claims))
    with ThreadPoolExecutor(WORKERS, thread_name_prefix="claim") as pool:
        for done, result in enumerate(pool.map(_run, claims), start=1):
            if isinstance(result, Problem):
                problems.append(result)
            not_run += result is False
            progress(done, len(claims))
    return problems, not_run


def _run(claim: Claim) -> Problem | bool:
    """The problem with a claim; True where it holds, False where no interpreter is at hand that it is about."""
    interpreter = _interpreter(claim)
    if interpreter is None:
        return False
    only_compile = isinstance(claim.expect, Compiles | DoesNotCompile)
    outcome = sandbox.run(claim.code, interpreter=interpreter, only_compile=only_compile)
    return judge(claim, outcome) or True


def _interpreter(claim: Claim) -> Path | None:
    """The running interpreter where the claim is about its release, else the nearest release that it is about."""
    first, last = claim.since or (3, 0), claim.until or (3, 99)
    if first <= sandbox.RUNNING <= last:
        return sandbox.interpreter(sandbox.RUNNING)
    wanted = last if last < sandbox.RUNNING else first
    return sandbox.interpreter(wanted) or _later(wanted, last)


def _later(first: Version, last: Version) -> Path | None:
    releases = ((3, minor) for minor in range(first[1] + 1, min(last[1], first[1] + 5) + 1))
    return next((path for release in releases if (path := sandbox.interpreter(release)) is not None), None)
