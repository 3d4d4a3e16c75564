"""Where people stand in a channel, read from what is kept up as rounds close.

``bot.store.rebuilding`` computes what is kept from the log alone.
"""

from __future__ import annotations

from dataclasses import fields
from datetime import date, datetime

from sqlalchemy import Connection, and_, bindparam, case, func, select

from bot import scoring
from bot.model import Period, RoundState, Standing, Streak
from bot.store.dialects import word
from bot.store.lines import KNOWN, PLAYER, Known, asked, best_lines, how_many, level_lines, place_of_own
from bot.store.rebuilding import rebuild as rebuild
from bot.store.rows import a_player
from bot.store.tables import answers, channels, players, rounds, snapshots, streaks
from bot.work import Board, BoardRow, StreakBoard, StreakRow

TOP = 10
"""So many lines a page of a leaderboard shows."""

PAGES = 1_000
"""Nobody turns further."""


def board(
    conn: Connection,
    channel_id: int,
    period: Period,
    start: date,
    player_id: int | None,
    now: datetime,
    top: int = TOP,
    page: int = 0,
) -> Board:
    """A channel's leaderboard of the period that begins on ``start``: as of the last closing, whatever ``now`` is.
    ``page`` counts from 0, ``top`` lines each.

    The caller's own line comes with it wherever it stands, also where they were not seen for long.
    """
    given = asked(conn, channel_id, period, start, player_id)
    known, standing = _know(conn, period, given)
    own = BoardRow(known.ahead + 1, *standing) if standing else None
    first = top * max(0, min(page, PAGES))
    lines = _lines(conn, known, given, first + top)
    held = known.last - (known.first or 1) + 1 - known.voided if known.last else 0
    return Board(
        start=start,
        rows=lines[first : first + top],
        own=own,
        to_next=known.next_points - own.points if own and known.next_points is not None else None,
        revealed=held - known.open,
        rounds=held,
        page=first // top,
        more=len(lines) > first + top,
    )


def standing(conn: Connection, channel_id: int, period: Period, start: date, player_id: int) -> BoardRow | None:
    """One player's own line; None where they have none."""
    known, found = _know(conn, period, asked(conn, channel_id, period, start, player_id))
    return BoardRow(known.ahead + 1, *found) if found else None


def ranked(conn: Connection, channel_id: int, period: Period, start: date) -> int:
    """How many players are on a board."""
    given = asked(conn, channel_id, period, start, None)
    known, _ = _know(conn, period, given)
    return how_many(_lately(known)).rows(conn, given)[0].lines


def _know(conn: Connection, period: Period, given: dict[str, object]) -> tuple[Known, Standing | None]:
    """What there is to know; ``unseen`` is added to what is given."""
    found = KNOWN[period].rows(conn, given)
    known, own = found[0] if found else (Known(), None)
    given["unseen"] = (known.last or 0) - scoring.UNSEEN_ROUNDS
    if own and known.left:
        known = known._replace(**place_of_own(_lately(known)).rows(conn, given)[0]._asdict())
    return known, own


def _lately(known: Known) -> bool:
    return not scoring.is_listed(known.first or 1, known.last or 0)


def _lines(conn: Connection, known: Known, given: dict[str, object], many: int) -> tuple[BoardRow, ...]:
    """The first ``many`` lines and at least one more, if there is; of those with as many points as the last, all: which
    of them come first is a matter of accuracy and name."""
    lately = _lately(known)
    lines = best_lines(lately).rows(conn, {**given, "limit": many + 1})
    if len(lines) > many and lines[-1].points == lines[-2].points:
        points = lines[-1].points
        level = level_lines(lately).rows(conn, {**given, "points": points})
        lines = [line for line in lines if line.points > points] + level
    return scoring.rank(lines)


# Streaks

_listed = and_(
    streaks.c.channel == bindparam("channel"),
    streaks.c.run > 0,
    streaks.c.last > channels.c.last_number - scoring.UNSEEN_ROUNDS,
)
_RUNS = (
    select()
    .add_columns(*(players.c[name] for name in PLAYER), streaks.c.run, streaks.c.best)
    .select_from(channels)
    .join(streaks, _listed)
    .join(players, players.c.id == streaks.c.player)
    .where(channels.c.id == bindparam("channel"), ~players.c.deleted, ~players.c.gone)
)


def rank_streaks(conn: Connection, channel_id: int, player_id: int | None = None, page: int = 0) -> StreakBoard:
    """Who has answered most rounds in a row, equal runs in order of best, then name; ``page`` counts from 0."""
    runs = ((a_player(row), row.run, row.best) for row in conn.execute(_RUNS, {"channel": channel_id}))
    lines = tuple(StreakRow(*line) for line in scoring.rank_runs(runs))
    first = TOP * max(0, min(page, (len(lines) - 1) // TOP))
    own = next((line for line in lines if line.player.id == player_id), None)
    return StreakBoard(lines[first : first + TOP], own, first // TOP, len(lines) > first + TOP)


_STREAK = select(*(streaks.c[field.name] for field in fields(Streak))).where(
    streaks.c.channel == bindparam("channel"), streaks.c.player == bindparam("player")
)


def streak(conn: Connection, channel_id: int, player_id: int) -> Streak | None:
    """A player's streak in a channel, as of its last round that is over; None before the first they answered."""
    row = conn.execute(_STREAK, {"channel": channel_id, "player": player_id}).first()
    return None if row is None else Streak(*row)


_right = case((answers.c.choice == rounds.c.key, 1), else_=0)
_STRENGTHS = (
    select(snapshots.c.topic, func.sum(_right), func.count())
    .select_from(rounds)
    .join(answers, and_(answers.c.round == rounds.c.id, answers.c.player == bindparam("player")))
    .join(snapshots, snapshots.c.digest == rounds.c.snapshot)
    .where(rounds.c.channel == bindparam("channel"), rounds.c.state == word(RoundState.CLOSED))
    .group_by(snapshots.c.topic)
)


def strengths(conn: Connection, player_id: int, channel_id: int) -> tuple[tuple[str, int, int], ...]:
    """What a player did on each topic in a channel's closed rounds: (topic, right, answered), in order of topic."""
    found = conn.execute(_STRENGTHS, {"player": player_id, "channel": channel_id})
    return tuple(sorted((topic, right, answered) for topic, right, answered in found))
