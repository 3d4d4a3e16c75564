"""What follows from a channel's log, computed anew from the log alone: standings, streaks, what was asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import TypeAlias

from sqlalchemy import Connection, bindparam, delete, insert, select

from bot import scoring
from bot.model import RoundState, Streak
from bot.store.dialects import word
from bot.store.tables import answers, askeds, aways, channels, rounds, snapshots, standings, streaks

Days: TypeAlias = Sequence[tuple[date, date]]


@dataclass(frozen=True, slots=True)
class _Past:
    """A round that is over, with its answers: player → canonical choice."""

    number: int
    date: date
    counts: bool
    excused: bool
    points: int
    key: str
    answers: Mapping[int, str]


def rebuild(conn: Connection, channel_id: int) -> None:
    """Write a channel's derived rows anew, through ``bot.scoring``: the same rows as those kept up, to the last digit.

    The channel and its open round are locked meanwhile, so that no other replica rebuilds it or closes a round of it.
    """
    conn.execute(_LOCK_CHANNEL, {"channel": channel_id})
    conn.execute(_LOCK_OPEN, {"channel": channel_id})
    past = _read(conn, channel_id)
    away = _aways(conn, channel_id)
    for table in (standings, streaks, askeds):
        conn.execute(delete(table).where(table.c.channel == channel_id))
    _write_standings(conn, channel_id, past)
    _write_streaks(conn, channel_id, past, away)
    write_asked(conn, channel_id)


_LOCK_CHANNEL = select(channels.c.id).where(channels.c.id == bindparam("channel")).with_for_update()
_LOCK_OPEN = (
    select(rounds.c.id)
    .where(rounds.c.channel == bindparam("channel"), rounds.c.state == word(RoundState.OPEN))
    .with_for_update()
)
_OVER = (
    select(rounds.c.id, rounds.c.number, rounds.c.date, rounds.c.state, rounds.c.spared, rounds.c.points, rounds.c.key)
    .where(rounds.c.channel == bindparam("channel"), rounds.c.state != word(RoundState.OPEN))
    .order_by(rounds.c.number)
)
_ANSWERS = (
    select(answers.c.round, answers.c.player, answers.c.choice)
    .join(rounds, rounds.c.id == answers.c.round)
    .where(rounds.c.channel == bindparam("channel"), rounds.c.state != word(RoundState.OPEN))
)
_AWAYS = select(aways.c.player, aways.c.since, aways.c.until).where(
    aways.c.player.in_(
        select(answers.c.player)
        .join(rounds, rounds.c.id == answers.c.round)
        .where(rounds.c.channel == bindparam("channel"))
    )
)


def _read(conn: Connection, channel_id: int) -> Sequence[_Past]:
    said: dict[int, dict[int, str]] = defaultdict(dict)
    for round_id, player, choice in conn.execute(_ANSWERS, {"channel": channel_id}):
        said[round_id][player] = choice
    return [
        _Past(
            number=row.number,
            date=row.date,
            counts=row.state is RoundState.CLOSED,
            excused=row.spared or row.state is RoundState.VOIDED,
            points=row.points,
            key=row.key,
            answers=said[row.id],
        )
        for row in conn.execute(_OVER, {"channel": channel_id})
    ]


def _aways(conn: Connection, channel_id: int) -> Mapping[int, Days]:
    found: dict[int, list[tuple[date, date]]] = defaultdict(list)
    for player, since, until in conn.execute(_AWAYS, {"channel": channel_id}):
        found[player].append((since, until))
    return found


def _write_standings(conn: Connection, channel_id: int, past: Iterable[_Past]) -> None:
    log = (
        scoring.Counted(player, one.date, one.number, scoring.is_right(choice, one.key), one.points)
        for one in past
        if one.counts
        for player, choice in one.answers.items()
    )
    rows = [
        {"channel": channel_id, "period": period, "start": start, "player": player, **asdict(score)}
        for (period, start, player), score in scoring.standings(log).items()
    ]
    if rows:
        conn.execute(insert(standings), rows)


def _write_streaks(conn: Connection, channel_id: int, past: Iterable[_Past], away: Mapping[int, Days]) -> None:
    kept: dict[int, Streak] = {}
    for one in past:
        for player in kept.keys() | one.answers.keys():
            kept[player] = _after(kept.get(player, Streak()), one, player, away.get(player, ()))
    rows = [{"channel": channel_id, "player": player, **asdict(streak)} for player, streak in kept.items()]
    if rows:
        conn.execute(insert(streaks), rows)


def _after(streak: Streak, one: _Past, player: int, away: Days) -> Streak:
    choice = one.answers.get(player)
    return scoring.after(
        streak,
        one.number,
        answered=choice is not None,
        right=scoring.is_right(choice, one.key) if choice is not None and one.counts else None,
        excused=one.excused or any(since <= one.date <= until for since, until in away),
    )


_ASKED = (
    select(rounds.c.channel, rounds.c.question, rounds.c.number, snapshots.c.topic, snapshots.c.level)
    .add_columns(snapshots.c.format)
    .join(snapshots, snapshots.c.digest == rounds.c.snapshot)
    .where(rounds.c.channel == bindparam("channel"), rounds.c.state == word(RoundState.CLOSED))
    .order_by(rounds.c.number)
)


def write_asked(conn: Connection, channel_id: int) -> None:
    """Note which closed round asked each question last, where nothing is noted yet."""
    latest = {row.question: row._asdict() for row in conn.execute(_ASKED, {"channel": channel_id})}
    if latest:
        conn.execute(insert(askeds), list(latest.values()))
