"""Where people stand: the leaderboard, one's own page, one's streak."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.card import Block, Button, Card, Person, Plain, Span, Spans, Strong
from bot.model import Channel, Period, Player, RoundState, Streak
from bot.wording.phrases import (
    button,
    count,
    does,
    line,
    listed,
    moment,
    named,
    quiet,
    read_aloud,
    short_day,
    spans,
    title,
)
from bot.work import Board, BoardRow, Own, Played, StreakBoard, StreakRow

COLLEAGUE = "a colleague"
ENOUGH = 2
"""Answers on a topic from which on it is called strong or worth practising."""

PERIOD_WORDS = {Period.WEEK: "this week", Period.MONTH: "this month", Period.ALL: "all time"}


def leaderboard(channel: Channel, period: Period, board: Board, caller: int | None, last_week: bool) -> Card:
    """A channel's leaderboard as one person sees it: others by place, name and points, the own line with accuracy."""
    when = f"week of {board.start.day} {short_day(board.start)[-3:]}" if last_week else PERIOD_WORDS[period]
    out = f", {board.revealed} of {count(board.rounds, 'answer')} out" if board.revealed < board.rounds else ""
    blocks: list[Block] = [title(f"{named(channel.place)} {when}{out}")]
    board = kind(board)
    blocks += [line(_row(row, caller, board)) for row in board.rows]
    if board.own and all(row.player.id != board.own.player.id for row in board.rows):
        own, gap = line(_row(board.own, caller, board)), quiet("…")
        ahead = board.page > 0 and board.rows and board.own.place <= board.rows[0].place
        blocks[1:] = [own, gap, *blocks[1:]] if ahead else [*blocks[1:], *((gap,) if board.rows else ()), own]
    if caller is not None and board.own is None:
        blocks.append(quiet("You are not on this board yet. It counts the questions whose answers are out."))
    turns = _turns(board.page, board.more, "board", channel.id, period, board.start.isoformat())
    others = tuple(
        button(PERIODS[p], "board", channel.id, p, PRESENT, 0) for p in Period if p is not period or last_week
    )
    share = button("Share in channel", "share", channel.id, period, board.start.isoformat())
    return Card(read_aloud(blocks), tuple(blocks), (*turns, *others, share))


def kind(board: Board) -> Board:
    """A board without the lines of others who have no points: after the week's first question these would say who
    answered wrong."""
    rows = tuple(row for row in board.rows if row.points or (board.own and row.player.id == board.own.player.id))
    return replace(board, rows=rows, more=board.more and all(row.points for row in board.rows))


PERIODS = {Period.WEEK: "Week", Period.MONTH: "Month", Period.ALL: "All time"}
PRESENT = "now"
"""In a button, in the place of a period's first date: the week or month that it is when it is pressed."""

LINES = 10
"""Lines of a page of a board."""


def _turns(page: int, more: bool, verb: str, *args: object) -> tuple[Button, ...]:
    """The pages beside this one, by the lines that stand on them: ``1–10``, ``21–30``."""
    pages = ((page - 1,) if page else ()) + ((page + 1,) if more else ())
    return tuple(button(f"{LINES * to + 1}–{LINES * (to + 1)}", verb, *args, to) for to in pages)


def _row(row: BoardRow, caller: int | None, board: Board) -> Spans:
    if row.player.id != caller:
        return spans(f"{row.place}  ", _name(row.player), f"  {count(row.points, 'point')}")
    own = spans(
        f"{row.place}  ", Strong("You"), f"  {count(row.points, 'point')}, {row.right} of {row.answered} right."
    )
    if board.to_next:
        points = "One point" if board.to_next == 1 else f"{board.to_next} points"
        own = spans(own, f" {points} to the next place.")
    return own


def _name(player: Player) -> Span:
    return Plain(COLLEAGUE) if player.hidden else Person(player.person, player.name)


def shared_leaderboard(channel: Channel, period: Period, board: Board, by: Person) -> Card:
    """The top ten for everybody, without anybody's "You"."""
    blocks: list[Block] = [
        line(by, f" shared the leaderboard: {named(channel.place)} {PERIOD_WORDS[period]}"),
        *([line(_row(row, None, board)) for row in board.rows if row.points] or [line("No points yet.")]),
    ]
    return Card(read_aloud(blocks), tuple(blocks))


def shared_self(channel: Channel, by: Person, month: BoardRow, players: int, streak: Streak) -> Card:
    """What somebody shows of themselves: points, place and runs, and nothing of what they got wrong."""
    blocks = (
        line(
            by,
            f" in {named(channel.place)}: {count(month.points, 'point')} this month, "
            f"{ordinal(month.place)} of {players}.",
        ),
        line(f"Answered in a row: {streak.run}, best {streak.best}."),
    )
    return Card(read_aloud(blocks), blocks)


def share_there(channel: Channel) -> Card:
    """Sharing was pressed where the channel does not read it."""
    name = named(channel.place)
    block = line(f"What is shared is for {name} to read: ask for it there, and press Share in channel.")
    return Card(read_aloud((block,)), (block,))


def streak_board(channel: Channel, board: StreakBoard, caller: int | None) -> Card:
    """Who has answered most rounds in a row."""
    blocks: list[Block] = [title(f"{named(channel.place)}, answered in a row")]
    blocks += [_run(row, caller) for row in board.rows]
    if board.own and board.own not in board.rows:
        own, gap = _run(board.own, caller), quiet("…")
        ahead = board.page > 0 and board.rows and board.own.place <= board.rows[0].place
        blocks[1:] = [own, gap, *blocks[1:]] if ahead else [*blocks[1:], *((gap,) if board.rows else ()), own]
    turns = _turns(board.page, board.more, "runs", channel.id)
    return Card(read_aloud(blocks), tuple(blocks), (*turns, does("Points this week", "leaderboard week", channel.id)))


def _run(row: StreakRow, caller: int | None) -> Block:
    if row.player.id != caller:
        return line(f"{row.place}  ", _name(row.player), f"  {row.run}")
    return line(f"{row.place}  ", Strong("You"), f"  {row.run}, best {row.best}")


def no_points_yet(channel: Channel, closes: datetime | None, now: datetime) -> Card:
    """An empty leaderboard."""
    if closes:
        block = line("No points yet; the first answer is out at ", moment(closes, channel.schedule.zone, now), ".")
    elif channel.next_due:
        block = line(
            "No points yet. The next question comes ", moment(channel.next_due, channel.schedule.zone, now), "."
        )
    else:
        block = line("No points yet.")
    return Card(read_aloud((block,)), (block,), (does("Today's question", "today", channel.id),))


def own_page(
    channel: Channel,
    own: Own,
    ever: BoardRow | None,
    strengths: Sequence[tuple[str, int, int]],
    titles: Mapping[str, str],
) -> Card:
    """One person's points, accuracy, runs and strengths in a channel."""
    streak = own.streak
    right, answered = (ever.right, ever.answered) if ever else (0, 0)
    blocks: list[Block] = [
        title(f"You in {named(channel.place)}: {points_and_rank(own)}."),
        line(
            f"Right: {right} of {answered} ({_percent(right, answered)})."
            if answered
            else "No answer of yours is out yet."
        ),
        line(
            f"Answered in a row: {own.run}, best {max(streak.best, own.run)}. "
            f"Right in a row: {streak.right_run}, best {streak.best_right}. Freezes: {streak.freezes}."
        ),
    ]
    strong = [titles.get(t, t) for t, r, n in strengths if n >= ENOUGH and r / n >= 0.75][:3]
    weak = [titles.get(t, t) for t, r, n in strengths if n >= ENOUGH and r / n <= 0.5][:3]
    said = [f"Strong: {listed(strong)}." if strong else "", f"To practise: {listed(weak)}." if weak else ""]
    if any(said):
        blocks.append(line(" ".join(filter(None, said))))
    share = (button("Share in channel", "share-me", channel.id),) if own.month else ()
    ways = (does("Streak", "streak", channel.id), does("Leaderboard", "leaderboard", channel.id))
    return Card(read_aloud(blocks), tuple(blocks), (*ways, *share))


def points_and_rank(own: Own) -> str:
    """``34 points this month, 6th of 24``."""
    points = own.month.points if own.month else 0
    return f"{count(points, 'point')} this month{f', {ordinal(own.month.place)} of {own.players}' if own.month else ''}"


def _percent(part: int, whole: int) -> str:
    return f"{round(100 * part / whole)} %"


def ordinal(number: int) -> str:
    """``1st``, ``2nd``, ``3rd``, ``11th``."""
    tail = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{tail}"


def nothing_answered(channel: Channel) -> Card:
    """``me`` before the first answer."""
    block = line("You haven't answered here yet.")
    return Card(read_aloud((block,)), (block,), (does("Today's question", "today", channel.id),))


SHOWN_ROUNDS = 10


def fate(played: Played, *, covered: bool, ended: bool) -> str:
    """What became of a closed round in somebody's streak."""
    if played.answered:
        return "answered, withdrawn later" if played.state is RoundState.VOIDED else "answered"
    if played.state is RoundState.VOIDED:
        return "withdrawn, doesn't count"
    if played.excused:
        return "missed, doesn't count"
    if covered:
        return "❄️ covered by a freeze"
    return "missed, the streak ended" if ended else "missed"


def streak_page(
    channel: Channel, run: int, streak: Streak, rounds: Sequence[tuple[Played, str]], page: int = 0
) -> Card:
    """The streak round by round, latest first: (round, what became of it: answered, frozen, missed, or why not)."""
    at = max(0, min(page, (len(rounds) - 1) // SHOWN_ROUNDS))
    latest = tuple(reversed(rounds))
    blocks: list[Block] = [
        title(f"Answered in a row in {named(channel.place)}: {run}. Best: {max(run, streak.best)}."),
        line(f"Freezes: {streak.freezes}. The next one comes in {count(7 - streak.progress, 'answered round')}."),
    ]
    shown, earlier = latest[at * SHOWN_ROUNDS :][:SHOWN_ROUNDS], len(rounds) - (at + 1) * SHOWN_ROUNDS
    blocks += [line(f"{short_day(played.date)}  question {played.number}  {fate}") for played, fate in shown]
    if earlier > 0:
        blocks.append(quiet(f"And {count(earlier, 'earlier round')}."))
    blocks.append(quiet("Weekends, holidays, skipped days and pauses cannot break a streak."))
    turns = [button("Later", "rounds", channel.id, at - 1)] if at else []
    turns += [button("Earlier", "rounds", channel.id, at + 1)] if earlier > 0 else []
    return Card(read_aloud(blocks), tuple(blocks), (*turns, does("Leaderboard", "leaderboard streak", channel.id)))


def no_streak_yet(channel: Channel) -> Card:
    """``streak`` before the first answer."""
    block = line("Your streak starts with your first answer.")
    return Card(read_aloud((block,)), (block,), (does("Today's question", "today", channel.id),))
