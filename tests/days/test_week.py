"""A week of several channels: each at its own hours, none in the way of another."""

from __future__ import annotations

from datetime import datetime, time
from zoneinfo import ZoneInfo

from bot.model import Channel, Period, Schedule, Weekday
from bot.store import boards
from bot.store.door import Store
from tests.standins.channel_log import ChannelLog
from tests.standins.club import Club, at

BERLIN = Schedule("Europe/Berlin", time(9, 30), time(16))
NEW_YORK = Schedule("America/New_York", time(9), time(8))  # revealed on the next morning
KIRITIMATI = Schedule("Pacific/Kiritimati", time(0, 5), time(23, 55))
SATURDAYS = Schedule("UTC", time(10), None, frozenset({Weekday.SAT, Weekday.SUN}))  # with the next question


class Diary(ChannelLog):
    """Notes at what time each message came."""

    def __init__(self, club: Club) -> None:
        super().__init__()
        self.club = club
        self.came_at: list[tuple[str, str, datetime]] = []

    async def post(self, to, card, *, key):  # type: ignore[no-untyped-def]  # as ChannelLog's
        """Post, and note when."""
        self.came_at.append((to.channel, key.partition(":")[0], self.club.now))
        return await super().post(to, card, key=key)


async def week(store: Store) -> tuple[Club, Diary, dict[str, Channel]]:
    """Four channels in two workspaces, from Sunday to Sunday; everybody answers at once."""
    club = Club(store)
    diary = club.log = Diary(club)
    club.up = {"stand-in": diary}
    club.now = at(0, day=-1)
    known = {
        "berlin": await club.set_up("berlin", BERLIN),
        "new-york": await club.set_up("new-york", NEW_YORK),
        "kiritimati": await club.set_up("kiritimati", KIRITIMATI, workspace="W2"),
        "saturdays": await club.set_up("saturdays", SATURDAYS, workspace="W2"),
    }
    await club.tick()
    while club.now < at(0, day=6):
        due = await club.daily.next_due(club.now)
        await club.settle(min(due or at(0, day=6), at(0, day=6)))
        for channel in known.values():
            await _answer(club, channel)
    return club, diary, known


async def _answer(club: Club, channel: Channel) -> None:
    if await club.has_open_round(channel):
        await club.answer(channel, "ada")
        await club.answer(channel, "omar", right=False)


def times(diary: Diary, channel: str, kind: str, zone: str) -> list[str]:
    """When messages of a kind came into a channel, by its clocks."""
    return [
        f"{moment.astimezone(ZoneInfo(zone)):%a %H:%M}"
        for where, what, moment in diary.came_at
        if (where, what) == (channel, kind)
    ]


async def test_each_channel_is_asked_and_told_at_its_own_hours(store: Store) -> None:
    """Working days by default, in local time; an early reveal hour means the next morning."""
    _, diary, _ = await week(store)
    working = ("Mon", "Tue", "Wed", "Thu", "Fri")

    assert times(diary, "berlin", "question", "Europe/Berlin") == [f"{day} 09:30" for day in working]
    assert times(diary, "berlin", "reveal", "Europe/Berlin") == [f"{day} 16:00" for day in working]
    assert times(diary, "new-york", "question", "America/New_York") == [f"{day} 09:00" for day in working]
    assert times(diary, "new-york", "reveal", "America/New_York") == [
        f"{day} 08:00" for day in ("Tue", "Wed", "Thu", "Fri", "Sat")
    ]
    assert times(diary, "kiritimati", "question", "Pacific/Kiritimati") == [f"{day} 00:05" for day in working]
    assert times(diary, "saturdays", "question", "UTC") == ["Sun 10:00", "Sat 10:00"]
    assert times(diary, "saturdays", "reveal", "UTC") == ["Sat 10:00"]


async def test_no_channel_gets_more_than_two_messages_a_day(store: Store) -> None:
    """The question and the reveal; what is longer stands in the thread."""
    _, diary, _ = await week(store)
    daily: dict[tuple[str, str], int] = {}
    for channel, kind, moment in diary.came_at:
        if kind != "detail":
            daily[channel, f"{moment:%j}"] = daily.get((channel, f"{moment:%j}"), 0) + 1

    assert max(daily.values()) == 2
    assert max(diary.counts().values()) == 1


async def test_a_week_of_right_answers_leads_the_board(store: Store) -> None:
    """Five rounds, five right: all the points there were, and a streak of five."""
    club, _, known = await week(store)
    board = await store.read(boards.board, known["berlin"].id, Period.WEEK, at(0).date(), None, club.now)
    ada = await club.player("ada")
    streak = await store.read(boards.streak, known["berlin"].id, ada.id)

    assert [(row.place, row.player.name, row.right, row.answered) for row in board.rows] == [
        (1, "Ada", 5, 5),
        (2, "Omar", 0, 5),
    ]
    assert streak is not None
    assert (streak.run, streak.right_run) == (5, 5)


async def test_channels_of_one_workspace_are_never_asked_the_same_at_once(store: Store) -> None:
    """What is open in one may not be known from another: berlin and new-york overlap on every day."""
    _, diary, _ = await week(store)
    berlin, new_york = (
        [m.versions[0].blocks[1] for m in diary.messages if (m.place.channel, m.kind) == (name, "question")]
        for name in ("berlin", "new-york")
    )

    assert len(berlin) == len(new_york) == 5
    assert not [pair for pair in zip(berlin, new_york, strict=True) if pair[0] == pair[1]]
    assert not [pair for pair in zip(berlin[1:], new_york, strict=False) if pair[0] == pair[1]]
