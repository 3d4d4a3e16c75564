"""What an examination finds (`bot.ports.Finding`), said shortly: for `pyquiz doctor` and adapters that take part."""

from __future__ import annotations

from datetime import timedelta

from bot.ports import Finding, Verdict

SLIGHT, GREAT = timedelta(seconds=5), timedelta(minutes=1)
"""Clocks that differ by more than the one are worth a word, by more than the other they do harm: platforms refuse
requests that seem old, and replicas take each other's leases for lapsed."""


def ok(about: str, found: str) -> Finding:
    """As it should be."""
    return Finding(about, Verdict.OK, found)


def warning(about: str, found: str, do: str) -> Finding:
    """Worth a look; the work goes on."""
    return Finding(about, Verdict.WARNING, found, do)


def failed(about: str, found: str, do: str) -> Finding:
    """Something does not work."""
    return Finding(about, Verdict.FAILED, found, do)


def skew(about: str, ahead: timedelta, whose: str) -> Finding:
    """How far this machine's clock is ahead of somebody's."""
    seconds = abs(ahead.total_seconds())
    if seconds <= SLIGHT.total_seconds():
        return ok(about, f"This machine's clock and {whose} agree.")
    found = f"This machine's clock is {seconds:.0f} seconds {'ahead of' if ahead > timedelta() else 'behind'} {whose}."
    do = "Let the machine set its clock over the network (NTP); in a container its host's clock is meant."
    return Finding(about, Verdict.FAILED if seconds > GREAT.total_seconds() else Verdict.WARNING, found, do)
