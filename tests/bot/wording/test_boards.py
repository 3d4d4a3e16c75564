"""What people read of each other on a board."""

from __future__ import annotations

from datetime import date

from bot.card import Person
from bot.model import Period
from bot.wording import boards
from bot.work import Board, BoardRow, StreakBoard, StreakRow
from tests.bot.wording.samples import CHANNEL

ROWS = (
    BoardRow(1, 3, 1, 1, 1, 1, "ada", "Ada", False),
    BoardRow(2, 0, 0, 1, 2, 1, "mei", "Mei", False),
    BoardRow(2, 0, 0, 1, 3, 1, "omar", "Omar", False),
)


def board(rows: tuple[BoardRow, ...] = ROWS, own: BoardRow | None = None, *, more: bool = False) -> Board:
    """A week's board after its first question."""
    return Board(date(2027, 1, 11), rows, own, 3 if own else None, 1, 1, more=more)


def read(found: Board, caller: int | None) -> list[str]:
    """The lines of a board."""
    return boards.leaderboard(CHANNEL, Period.WEEK, found, caller, last_week=False).plain.splitlines()


def test_nobody_reads_who_answered_wrong() -> None:
    """After one question, a line without points would say just that: one's own is there, no other's."""
    assert read(board(own=ROWS[2]), 3) == [
        "#python this week",
        "1  Ada  3 points",
        "2  You  0 points, 0 of 1 right. 3 points to the next place.",
    ]
    assert "Mei" not in "".join(read(board(own=ROWS[0]), 1))


def test_nor_in_what_is_shared() -> None:
    """The channel reads who has points."""
    shared = boards.shared_leaderboard(CHANNEL, Period.WEEK, board(), Person("ada", "Ada"))

    assert shared.plain.splitlines() == ["Ada shared the leaderboard: #python this week", "1  Ada  3 points"]


def test_a_shared_board_without_points_says_so() -> None:
    """Its heading does not stand over nothing."""
    shared = boards.shared_leaderboard(CHANNEL, Period.WEEK, board(rows=ROWS[1:]), Person("ada", "Ada"))

    assert shared.plain.splitlines() == ["Ada shared the leaderboard: #python this week", "No points yet."]


def test_no_page_follows_that_would_be_empty() -> None:
    """Once a line without points is reached, all after it are such lines."""
    shown = boards.leaderboard(CHANNEL, Period.WEEK, board(own=ROWS[0], more=True), 1, last_week=False)

    assert [action.label for action in shown.actions] == ["Month", "All time", "Share in channel"]


def test_the_own_line_stands_alone_where_nobody_has_points() -> None:
    """Below nothing there is nothing to leave out."""
    assert read(board(rows=ROWS[1:2], own=ROWS[2]), 3) == [
        "#python this week",
        "2  You  0 points, 0 of 1 right. 3 points to the next place.",
    ]


def test_whoever_hides_keeps_their_place_without_a_name() -> None:
    """On the board as on the one that is shared, and among the streaks; the own line is one's own."""
    hidden = BoardRow(1, 3, 1, 1, 1, 1, "ada", "Ada", True)
    shown = board(rows=(hidden, ROWS[1]))
    runs = StreakBoard((StreakRow(1, hidden.player, 12, 14),), None, 0, False)

    assert read(shown, 2)[1] == "1  a colleague  3 points"
    assert read(shown, 1)[1].startswith("1  You  3 points")
    shared = boards.shared_leaderboard(CHANNEL, Period.WEEK, shown, Person("mei", "Mei"))
    assert shared.plain.splitlines()[1:] == ["1  a colleague  3 points"]
    assert "a colleague  12" in boards.streak_board(CHANNEL, runs, 2).plain
    assert "Ada" not in repr((shared, boards.streak_board(CHANNEL, runs, 2)))
