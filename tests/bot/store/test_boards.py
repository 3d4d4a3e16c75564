"""Leaderboards, streaks and strengths as they are read, and how they are read: off an index, whatever the size."""

from __future__ import annotations

from dataclasses import astuple
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection

from bot import scoring
from bot.model import Period, Player, Round, Standing
from bot.store import boards, rounds, tables
from bot.store.door import Store
from bot.store.lines import PLAYER
from bot.work import Board, BoardRow
from tests.bot.store.desk import MONDAY, QUESTIONS, Desk, at
from tests.bot.store.plans import noted, plans, scans

NOW = at(23, day=400)
MONTH = date(2026, 1, 1)


async def week(desk: Desk, channel: int, player: int | None = None, top: int = 10) -> Board:
    """The board of the desk's first week."""
    return await desk.store.read(boards.board, channel, Period.WEEK, MONDAY, player, NOW, top)


def places(board: Board) -> list[tuple[int, str, int]]:
    """A board's lines as (place, name, points)."""
    return [(row.place, row.player.name, row.points) for row in board.rows]


def line_of(place: int, player: Player, points: int, right: int, answered: int) -> BoardRow:
    """A line with its player spelled out."""
    return BoardRow(place, points, right, answered, *astuple(player))


async def change(desk: Desk, person: str, **columns: bool) -> None:
    """Hide somebody, or let them leave."""
    player = await desk.player(person)
    changed = sa.update(tables.players).where(tables.players.c.id == player.id).values(columns)
    await desk.store.write(lambda conn: conn.execute(changed).rowcount)


async def void(desk: Desk, round_: Round) -> None:
    """A manager voids a round."""
    await desk.store.write(rounds.void_round, round_.id, "the key was wrong", NOW)


async def test_a_week_of_answers_is_a_board(desk: Desk) -> None:
    """Points by level, places by points; a wrong answer counts as answered."""
    channel = await desk.channel()
    first = await desk.play(channel, 0, "ada", "grace", "omar", wrong=["omar"])
    second = await desk.play(channel, 1, "ada", "grace", wrong=["grace"])
    ada = await desk.player("ada")

    board = await week(desk, channel.id, ada.id)

    assert places(board) == [(1, "Ada", first.points + second.points), (2, "Grace", first.points), (3, "Omar", 0)]
    assert board.own == line_of(1, ada, first.points + second.points, 2, 2)
    assert board.to_next is None
    assert (board.revealed, board.rounds) == (2, 2)


async def test_an_open_round_is_on_no_board(desk: Desk) -> None:
    """Nothing before the reveal: not a point, not an accuracy, not a strength; only that there is one more round."""
    channel = await desk.channel()
    await desk.play(channel, 0, "ada", "grace", wrong=["grace"])
    ada = await desk.player("ada")
    before = await week(desk, channel.id, ada.id)
    strengths = await desk.store.read(boards.strengths, ada.id, channel.id)
    streak = await desk.store.read(boards.streak, channel.id, ada.id)
    await desk.answer(await desk.shown(channel, 1, QUESTIONS[1]), "ada")

    after = await week(desk, channel.id, ada.id)

    assert (after.rows, after.own, after.revealed) == (before.rows, before.own, before.revealed)
    assert (before.rounds, after.rounds) == (1, 2)
    assert await desk.store.read(boards.strengths, ada.id, channel.id) == strengths
    assert await desk.store.read(boards.streak, channel.id, ada.id) == streak


async def test_a_voided_round_is_neither_out_nor_to_come(desk: Desk) -> None:
    """It gives no points, and the board does not count it among its rounds."""
    channel = await desk.channel()
    await desk.play(channel, 0, "ada")
    round_ = await desk.play(channel, 1, "ada")
    await void(desk, round_)

    board = await week(desk, channel.id)
    ever = await desk.store.read(boards.board, channel.id, Period.ALL, scoring.ALL_TIME, None, NOW)

    assert (board.revealed, board.rounds) == (ever.revealed, ever.rounds) == (1, 1)


async def test_weeks_months_and_all_time_are_boards_of_their_own(desk: Desk) -> None:
    """A round counts in the week and the month of its own date."""
    channel = await desk.channel()
    points = [(await desk.play(channel, day, "ada")).points for day in (0, 7, 20)]
    ada = await desk.player("ada")

    async def own(period: Period, start: date) -> int:
        line = await desk.store.read(boards.standing, channel.id, period, start, ada.id)
        return line.points if line else 0

    assert await own(Period.WEEK, MONDAY) == points[0]
    assert await own(Period.WEEK, MONDAY + timedelta(days=7)) == points[1]
    assert await own(Period.MONTH, MONTH) == points[0] + points[1]
    assert await own(Period.MONTH, date(2026, 2, 1)) == points[2]
    assert await own(Period.ALL, scoring.ALL_TIME) == sum(points)


async def test_two_channels_share_nothing(desk: Desk) -> None:
    """The same people elsewhere are on another board, or on none."""
    here, there = await desk.channel("C1"), await desk.channel("C2")
    await desk.play(here, 0, "ada")
    ada = await desk.player("ada")

    assert (await week(desk, there.id, ada.id)).rows == ()
    assert await desk.store.read(boards.streak, there.id, ada.id) is None
    assert await desk.store.read(boards.strengths, ada.id, there.id) == ()


async def test_own_place_is_told_far_from_the_top(desk: Desk) -> None:
    """With the points that are missing to the next place; equals share it."""
    channel = await desk.channel()
    people = [f"p{i:02}" for i in range(14)]
    await desk.play(channel, 0, *people, wrong=people[11:])
    first = await desk.play(channel, 1, *people[:6])
    p13 = await desk.player("p13")

    board = await week(desk, channel.id, p13.id)

    assert [row.place for row in board.rows] == [1] * 6 + [7] * 4
    assert board.own == line_of(12, p13, 0, 0, 1)
    assert board.to_next == (await week(desk, channel.id)).rows[-1].points
    assert first.points > 0
    assert await desk.store.read(boards.ranked, channel.id, Period.WEEK, MONDAY) == 14


async def test_who_of_equals_is_on_the_page_is_a_matter_of_accuracy_then_name(desk: Desk) -> None:
    """Twelve people share the points of the last line; those who erred less come first."""
    channel = await desk.channel()
    people = [f"p{i:02}" for i in range(12)]
    await desk.play(channel, 0, *people)
    await desk.play(channel, 1, *people[:5], wrong=people[:5])

    board = await week(desk, channel.id, top=10)

    assert [row.player.name for row in board.rows] == [name.title() for name in people[5:] + people[:3]]
    assert {row.place for row in board.rows} == {1}


async def test_who_hides_keeps_the_place(desk: Desk) -> None:
    """Their line is there and says that it is hidden; what is shown of it is the wording's business."""
    channel = await desk.channel()
    await desk.play(channel, 0, "ada", "grace", wrong=["grace"])
    await change(desk, "ada", hidden=True)

    board = await week(desk, channel.id)

    assert [(row.place, row.player.hidden) for row in board.rows] == [(1, True), (2, False)]


async def test_who_left_is_off_the_boards_and_those_behind_move_up(desk: Desk) -> None:
    """In the lines, in one's own place, in the points to the next place and in the number of players alike."""
    channel = await desk.channel()
    await desk.play(channel, 0, "ada", "grace", "mei", "omar", wrong=["omar", "mei"])
    await desk.play(channel, 1, "ada", "grace", "mei", wrong=["grace"])
    await change(desk, "ada", gone=True)
    await change(desk, "grace", deleted=True)
    omar = await desk.player("omar")

    board = await week(desk, channel.id, omar.id)
    runs = await desk.store.read(boards.rank_streaks, channel.id)

    assert [(row.place, row.player.name) for row in board.rows] == [(1, "Mei"), (2, "Omar")]
    assert board.own is not None
    assert (board.own.place, board.to_next) == (2, board.rows[0].points)
    assert await desk.store.read(boards.ranked, channel.id, Period.WEEK, MONDAY) == 2
    assert [(row.place, row.player.name) for row in runs.rows] == [(1, "Mei")]


async def test_who_was_not_seen_for_twenty_rounds_is_off_the_board(desk: Desk) -> None:
    """On the twentieth round without them, not before; their own line is still told to them, and the log keeps all."""
    channel = await desk.channel()
    await desk.play(channel, 0, "ada", "mei")
    for day in range(1, scoring.UNSEEN_ROUNDS):
        await desk.play(channel, day, "mei", wrong=["mei"])
    ever = (channel.id, Period.ALL, scoring.ALL_TIME)
    ada = await desk.player("ada")
    before = await desk.store.read(boards.board, *ever, ada.id, NOW)
    await desk.play(channel, scoring.UNSEEN_ROUNDS, "mei", wrong=["mei"])

    after = await desk.store.read(boards.board, *ever, ada.id, NOW)

    assert [row.player.name for row in before.rows] == ["Ada", "Mei"]
    assert [row.player.name for row in after.rows] == ["Mei"]
    assert after.own == before.own
    assert await desk.store.read(boards.ranked, *ever) == 1


async def test_a_past_week_keeps_its_board(desk: Desk) -> None:
    """Who was seen lately is told as of the period's end, so that last week's board is still last week's."""
    channel = await desk.channel()
    await desk.play(channel, 0, "ada")
    shown = await week(desk, channel.id)
    for day in range(7, 7 + scoring.UNSEEN_ROUNDS):
        await desk.play(channel, day, "mei")

    assert places(await week(desk, channel.id)) == places(shown)


async def test_a_board_is_turned_page_by_page(desk: Desk) -> None:
    """Every line once, in one order, ranked as on one long page; past the end there is nothing."""
    channel = await desk.channel()
    crowd = [f"p{i:02}" for i in range(23)]
    await desk.play(channel, 0, *crowd, wrong=crowd[7:19])
    ever = (channel.id, Period.ALL, scoring.ALL_TIME, None, NOW)
    whole = await desk.store.read(boards.board, *ever, 100)
    pages = [await desk.store.read(boards.board, *ever, 10, page) for page in range(4)]

    assert [row for page in pages for row in page.rows] == list(whole.rows)
    assert [len(page.rows) for page in pages] == [10, 10, 3, 0]
    assert [page.more for page in pages] == [True, True, False, False]
    assert [row.place for row in whole.rows] == [1] * 11 + [12] * 12


async def test_a_page_that_is_full_has_none_after_it(desk: Desk) -> None:
    """Ten people are one page, with ties at its end too."""
    channel = await desk.channel()
    await desk.play(channel, 0, *(f"p{i}" for i in range(10)))
    board = await desk.store.read(boards.board, channel.id, Period.ALL, scoring.ALL_TIME, None, NOW)
    runs = await desk.store.read(boards.rank_streaks, channel.id)

    assert (len(board.rows), board.more) == (10, False)
    assert (len(runs.rows), runs.more) == (10, False)


@pytest.mark.parametrize("page", [-1, 10**9, 10**30])
async def test_pages_that_nobody_can_turn_to_break_nothing(desk: Desk, page: int) -> None:
    """A button's number comes from outside."""
    channel = await desk.channel()
    await desk.play(channel, 0, "ada")
    board = await desk.store.read(boards.board, channel.id, Period.ALL, scoring.ALL_TIME, None, NOW, 10, page)
    runs = await desk.store.read(boards.rank_streaks, channel.id, None, page)

    assert len(board.rows) == (1 if page < 0 else 0)
    assert [row.player.name for row in runs.rows] == ["Ada"]


async def test_runs_are_ranked_by_length_then_best(desk: Desk) -> None:
    """An ended run is on no board."""
    channel = await desk.channel()
    await desk.play(channel, 0, "ada", "mei", "omar")
    await desk.play(channel, 1, "ada", "mei")
    await desk.play(channel, 2, "ada", "grace")

    runs = await desk.store.read(boards.rank_streaks, channel.id)

    assert [(row.place, row.player.name, row.run, row.best) for row in runs.rows] == [
        (1, "Ada", 3, 3),
        (2, "Grace", 1, 1),
    ]


async def test_a_run_of_somebody_who_was_not_seen_for_twenty_rounds_is_on_no_board(desk: Desk) -> None:
    """Who is away for that long keeps it, and comes back on the board with the next answer."""
    channel = await desk.channel()
    await desk.play(channel, 0, "ada", "mei")
    ada = await desk.player("ada")
    row = {"player": ada.id, "since": MONDAY, "until": MONDAY + timedelta(days=60), "at": at(7)}
    await desk.store.write(lambda conn: conn.execute(sa.insert(tables.aways), row).rowcount)
    shown = []
    for day in range(1, scoring.UNSEEN_ROUNDS + 1):
        shown.append([row.player.name for row in (await desk.store.read(boards.rank_streaks, channel.id)).rows])
        await desk.play(channel, day, "mei")
    gone = await desk.store.read(boards.rank_streaks, channel.id, ada.id)
    await desk.play(channel, scoring.UNSEEN_ROUNDS + 1, "ada", "mei")
    back = await desk.store.read(boards.rank_streaks, channel.id)

    assert shown[-1] == ["Mei", "Ada"]
    assert ([row.player.name for row in gone.rows], gone.own) == (["Mei"], None)
    assert [(row.player.name, row.run) for row in back.rows] == [("Mei", 22), ("Ada", 2)]


async def test_strengths_are_told_by_topic(desk: Desk) -> None:
    """Right and answered, over closed rounds, in order of topic."""
    channel = await desk.channel()
    first = await desk.play(channel, 0, "ada")
    await desk.play(channel, 1, "ada", wrong=["ada"])
    other = await desk.play(channel, 4, "ada", "mei", wrong=["ada"])
    await void(desk, await desk.play(channel, 5, "ada"))
    ada = await desk.player("ada")

    told = await desk.store.read(boards.strengths, ada.id, channel.id)

    assert told == ((first.question.topic, 1, 2), (other.question.topic, 0, 1))


async def test_a_board_without_rounds_is_empty(desk: Desk) -> None:
    """Also that of a channel nobody knows."""
    channel = await desk.channel()

    for id_ in (channel.id, channel.id + 1):
        for period in Period:
            start = scoring.start_of(period, MONDAY)
            empty = Board(start=start, rows=(), own=None, to_next=None, revealed=0, rounds=0)
            assert await desk.store.read(boards.board, id_, period, start, 1, NOW) == empty


# A big board, read by index and compared with the rule


PLAYERS = 2000
ROUNDS_HELD = 300
CHANNELS = 5


def fill(conn: Connection, filled: list[int], workspace: int) -> None:
    """Two thousand players with points in five channels, some hidden, gone, deleted or long unseen; and the rounds."""
    people = [
        {
            "workspace": workspace,
            "external_id": f"F{i}",
            "name": f"{i * 7919 % PLAYERS:04}",
            "hidden": i % 11 == 0,
            "gone": i % 97 == 0,
            "deleted": i % 101 == 0,
            "created": NOW,
        }
        for i in range(PLAYERS)
    ]
    conn.execute(sa.insert(tables.players), people)
    ids = conn.execute(sa.select(tables.players.c.id).where(tables.players.c.external_id.like("F%"))).scalars().all()
    rows = [
        {
            "channel": channel,
            "period": period,
            "start": scoring.start_of(period, MONDAY),
            "player": player,
            "points": i * i % 811,
            "right": i % 29,
            "answered": i % 29 + i % 5 + 1,
            "last": ROUNDS_HELD - i % 41,
        }
        for channel in filled
        for period in Period
        for i, player in enumerate(ids)
    ]
    conn.execute(sa.insert(tables.standings), rows)
    snapshot = conn.execute(sa.select(tables.snapshots.c.digest)).scalars().first()
    held = [
        {
            "workspace": workspace,
            "channel": channel,
            "date": MONDAY + timedelta(days=number),
            "number": number,
            "snapshot": snapshot,
            "question": "q",
            "order": "0",
            "points": 3,
            "key": "0",
            "opened": NOW,
            "closes": NOW,
            "state": "voided" if number % 60 == 0 else "closed",
        }
        for channel in filled
        for number in range(2, ROUNDS_HELD + 1)
    ]
    conn.execute(sa.insert(tables.rounds), held)
    conn.execute(sa.update(tables.channels).values(last_number=ROUNDS_HELD))


def listed(conn: Connection, channel: int) -> list[Standing]:
    """Everybody on the board of all time, told by ``bot.scoring`` row by row."""
    line, player = tables.standings.c, tables.players
    rows = conn.execute(
        sa.select(line.points, line.right, line.answered, line.last)
        .add_columns(*(player.c[name] for name in PLAYER), player.c.gone, player.c.deleted)
        .join(tables.standings, line.player == player.c.id)
        .where(line.channel == channel, line.period == Period.ALL)
    )
    return [
        Standing(row.points, row.right, row.answered, *(getattr(row, name) for name in PLAYER))
        for row in rows
        if scoring.is_listed(row.last, ROUNDS_HELD) and not row.gone and not row.deleted
    ]


async def big(desk: Desk) -> int:
    """A channel with a big board, its statistics analysed."""
    channel, *others = [await desk.channel(f"C{i}") for i in range(CHANNELS)]
    await desk.play(channel, 0, "ada")
    await desk.store.write(fill, [channel.id, *(other.id for other in others)], channel.workspace)
    await desk.store.write(lambda conn: conn.exec_driver_sql("ANALYZE").close())
    return channel.id


async def test_a_big_board_is_what_the_rule_says(desk: Desk) -> None:
    """Top, own place and the points to the next one, against ``scoring.rank`` over all rows."""
    channel = await big(desk)
    ranked = scoring.rank(await desk.store.read(listed, channel))
    board = await desk.store.read(boards.board, channel, Period.ALL, scoring.ALL_TIME, None, NOW)

    assert board.rows == ranked[: boards.TOP]
    assert await desk.store.read(boards.ranked, channel, Period.ALL, scoring.ALL_TIME) == len(ranked)
    for row in ranked[:: len(ranked) // 40]:
        own = await desk.store.read(boards.board, channel, Period.ALL, scoring.ALL_TIME, row.player.id, NOW)
        better = [other.points for other in ranked if other.points > row.points]
        assert own.own == row
        assert own.to_next == (min(better) - row.points if better else None)


@pytest.mark.parametrize("player", ["", "F77"])
async def test_boards_are_read_off_their_index(database_url: str, player: str) -> None:
    """On both databases, analysed, with people who left or were not seen for long and with equals at the page's end: no
    table is scanned, and places are counted in the index that orders by points."""
    with noted() as asked:
        store = await Store.open(database_url, synchronous="OFF")
        desk = Desk(store)
        channel = await big(desk)
        caller = (await desk.player(player)).id if player else None
        asked.clear()
        for period in Period:
            start = scoring.start_of(period, MONDAY)
            for page in (0, 7):
                await store.read(boards.board, channel, period, start, caller, NOW, page=page)
            await store.read(boards.ranked, channel, period, start)
        await store.close()
    found = plans(database_url, asked)

    assert scans(found) == []
    assert len(found) >= 8
    for text, steps in found:
        assert "points" not in text or any("ix_standing_board" in step for step in steps)
