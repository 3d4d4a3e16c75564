"""Export and import: everything that is kept, the same again, or not a row."""

from __future__ import annotations

import random
import shutil
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from datetime import timedelta
from itertools import groupby
from pathlib import Path

import orjson
import pytest
import sqlalchemy as sa
from sqlalchemy import Connection

from bot.model import Period
from bot.scoring import ALL_TIME
from bot.store import archive, boards, channels, practice, tables
from bot.store.archive import BadArchive, Fault, NotEmpty
from bot.store.door import Store
from bot.store.frozen import digest, keep
from bot.store.kinds import KINDS, Record
from bot.work import Draft
from tests.bot.store.desk import MONDAY, QUESTIONS, Desk, at, slot

SECRETS = {"vault", "lease", "seen"}
FOLLOWS = {"snapshot", "asked"}


def lines(records: Iterable[Record]) -> list[bytes]:
    """Records as they stand in a file."""
    return [orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE) for record in records]


async def exported(store: Store) -> list[Record]:
    """What an export of this store says."""
    return await store.read(lambda conn: list(archive.export(conn)))


@pytest.fixture
def elsewhere(sqlite_template: Path, tmp_path: Path) -> Path:
    """Another, empty SQLite database."""
    return Path(shutil.copy(sqlite_template, tmp_path / "another.db"))


@asynccontextmanager
async def another(path: Path) -> AsyncIterator[Store]:
    """The store of another database."""
    store = await Store.open(str(path), synchronous="NORMAL")
    try:
        yield store
    finally:
        await store.close()


async def season(desk: Desk) -> None:
    """Two workspaces, three weeks of rounds, one still open, and a row of everything."""
    here, there = await desk.channel("C1"), await desk.channel("C2", team="T2")
    chance = random.Random("harvest")
    for day in range(20):
        people = [person for person in ("ada", "grace", "мэй", "omar") if chance.random() < 0.8]
        await desk.play(here, day, *people, wrong=people[:1])
    open_ = await desk.shown(there, 20, QUESTIONS[30])
    player = await desk.player("ada", team="T2")
    await desk.store.record(Draft(open_.id, player.id, '="?"', "“?”\n\t<&>", at(10, 1, 2, day=20)))
    await desk.plan(here, slot(21))
    await desk.store.write(channels.skip_day, here.id, MONDAY + timedelta(days=30), "offsite", at(9, day=21))
    ada = await desk.player("ada")
    id_ = await desk.store.write(practice.begin_practice, ada.id, here.id, QUESTIONS[5], (3, 2, 1, 0), at(9, day=21))
    await desk.store.write(practice.finish_practice, id_, "2", False, at(10, day=21))
    await desk.store.write(the_rest, ada.id)


def the_rest(conn: Connection, player: int) -> None:
    """A row of what nobody can do yet."""
    round_ = conn.execute(sa.select(sa.func.max(tables.rounds.c.id))).scalar_one()
    missed = [replace(QUESTIONS[0], id=id_) for id_ in ("ä-1", "Z-1", "a-1")]
    keep(conn, missed)
    person, now = {"person": "U9", "at": at(9)}, {"at": at(9)}
    conn.execute(sa.insert(tables.persons).values(id=3, created=at(9)))
    conn.execute(sa.update(tables.channels).values(role="77"))
    conn.execute(sa.update(tables.players).where(tables.players.c.id == player).values(person=3))
    away = {"player": player, "since": MONDAY, "until": MONDAY + timedelta(days=1)}
    conn.execute(sa.insert(tables.aways).values(away | now))
    conn.execute(sa.insert(tables.corrections).values(round=round_, old_key="0", new_key="1", **person))
    review = {"player": player, "card": "{}", "due": at(9)}
    reviews = [review | {"question": one.id, "snapshot": digest(one)} for one in missed]
    conn.execute(sa.insert(tables.reviews), reviews)
    conn.execute(sa.insert(tables.reports).values(round=round_, player=player, reason="no", state="open", **now))
    workspace = conn.execute(sa.select(tables.workspaces.c.id)).scalars().first()
    proposed = {"workspace": workspace, "player": player, "body": "{}", "state": "declined"}
    conn.execute(sa.insert(tables.suggestions).values(proposed | person))


# There and back


async def test_an_export_taken_into_an_empty_database_is_the_same_export(desk: Desk, elsewhere: Path) -> None:
    """From either database, to the last byte, and every table that is exported had something to say."""
    await season(desk)
    written = lines(await exported(desk.store))
    async with another(elsewhere) as store:
        taken = await store.write(archive.load, written)

        assert lines(await exported(store)) == written
        assert taken == len(written)
    assert [kind for kind, _ in groupby(orjson.loads(line)["type"] for line in written)] == [
        "pyquiz",
        *(kind.name for kind in KINDS),
    ]


@pytest.mark.postgres
async def test_sqlite_and_postgresql_take_each_others_exports(postgres_url: str, elsewhere: Path) -> None:
    """Moving house and back: in order of code points, whatever language a database speaks."""
    async with another(elsewhere) as here:
        await season(Desk(here))
        written = lines(await exported(here))
    there = await Store.open(postgres_url)
    await there.write(archive.load, written)
    found = lines(await exported(there))
    await there.close()

    assert found == written


async def test_what_was_imported_goes_on(database_url: str, elsewhere: Path) -> None:
    """New rows get new ids, boards stand as they stood, what was asked is known, the channels want their next plan."""
    async with another(elsewhere) as before:
        await season(Desk(before))
        written = lines(await exported(before))
        board = await before.read(boards.board, 1, Period.ALL, ALL_TIME, 1, at(9))
        asked = await before.read(practice.revealed_questions, [1])
    after = await Store.open(database_url)
    await after.write(archive.load, written)
    desk = Desk(after)
    (here,) = await after.read(channels.channels_in, "slack", "T1")
    waiting = await after.read(channels.unplanned, at(9, day=21), 10)

    assert await after.read(boards.board, 1, Period.ALL, ALL_TIME, 1, at(9)) == board
    assert await after.read(practice.revealed_questions, [1]) == asked
    assert here.id in [one.channel.id for one in waiting]
    await desk.close(day=20)
    closed = await desk.play(here, 22, "ada", "new")
    assert closed.number == 21
    await after.close()


# What it holds


async def test_all_tables_but_secrets_are_exported(desk: Desk) -> None:
    """A new table must say on which side it stands."""
    told = {kind.table.name for kind in KINDS}

    assert told | SECRETS | FOLLOWS == set(tables.Base.metadata.tables)
    assert not told & (SECRETS | FOLLOWS)


async def test_an_export_streams(desk: Desk) -> None:
    """It begins to speak before everything is read."""
    await season(desk)

    def first_two(conn: Connection) -> list[Record]:
        with closing(archive.export(conn)) as export:
            return [next(export), next(export)]

    header, workspace = await desk.store.read(first_two)

    assert header == archive.HEADER
    assert workspace["type"] == "workspace"


async def test_a_line_is_what_a_person_can_read(desk: Desk) -> None:
    """Instants end in Z, lists are lists, a round holds the question it asked."""
    channel = await desk.channel()
    round_ = await desk.play(channel, 0, "ada")
    found = {str(record["type"]): record for record in await exported(desk.store)}

    assert found["channel"] | {"weekdays": ["mon", "tue", "wed", "thu", "fri"], "post": "09:00:00"} == found["channel"]
    assert found["answer"] == {
        "type": "answer",
        "round": round_.id,
        "player": 1,
        "choice": round_.key,
        "text": None,
        "first_at": "2026-01-12T10:00:00Z",
        "at": "2026-01-12T10:00:00Z",
    }
    asked = found["round"]["question"]
    assert isinstance(asked, dict)
    assert (asked["id"], asked["prompt"]) == (round_.question.id, round_.question.prompt)
    assert found["round"]["order"] == list(round_.order)


async def test_the_export_is_documented() -> None:
    """The page names every kind of line and every field."""
    page = (Path(__file__).parents[3] / "docs" / "export.md").read_text()
    told = {kind.name: page.partition(f"### {kind.name}\n")[2].partition("\n### ")[0] for kind in KINDS}

    assert [
        (kind.name, field.name) for kind in KINDS for field in kind.fields if f"`{field.name}`" not in told[kind.name]
    ] == []


# What is refused

Spoil = Callable[[dict[str, Record]], None]


def setting(kind: str, field: str, value: object) -> Spoil:
    """Write something else into a field; `...` takes the field out."""

    def spoil(records: dict[str, Record]) -> None:
        records[kind][field] = value  # type: ignore[assignment]  # anything may stand in a file
        if value is ...:
            del records[kind][field]

    return spoil


WRONG = [
    ("channel", "zone", "Mars/Olympus", '"Mars/Olympus"', "a time zone such as Europe/Berlin"),
    ("channel", "post", "9", '"9"', "a time of day such as 09:00:00"),
    ("channel", "weekdays", ["mon", "noday"], '["mon", "noday"]', "a list of mon, tue, wed, thu, fri, sat, sun"),
    ("channel", "workspace", 99, "99", "the id of a workspace in a line above"),
    ("channel", "python", "three", '"three"', 'a Python release such as "3.12" or null'),
    ("channel", "topics", "pass", '"pass"', "a list of topics"),
    ("player", "hidden", 1, "1", "true or false"),
    ("player", "name", "a\0b", '"a\\u0000b"', "text"),
    ("player", "id", 2**63, str(2**63), "a whole number"),
    ("player", "id", True, "true", "a whole number"),
    ("round", "number", ..., "nothing", "a whole number"),
    ("round", "colour", "blue", '"blue"', "no such field here"),
    ("round", "state", "ajar", '"ajar"', "one of open, closed, voided"),
    ("round", "date", "2026-02-30", '"2026-02-30"', "a date such as 2026-01-12"),
    ("round", "opened", "2026-01-12T09:00:00", '"2026-01-12T09:00:00"', "an instant such as 2026-01-12T08:00:00Z"),
    ("round", "order", [0, -1], "[0, -1]", "a list of whole numbers"),
    ("round", "points", None, "null", "a whole number"),
    ("answer", "player", 77, "77", "the id of a player in a line above"),
    ("answer", "at", 1768212000, "1768212000", "an instant such as 2026-01-12T08:00:00Z"),
    ("standing", "points", 2**31, str(2**31), "a whole number"),
    ("streak", "channel", 5, "5", "the id of a channel in a line above"),
]


async def spoilt(desk: Desk, spoil: Spoil) -> tuple[list[bytes], dict[str, int]]:
    """An export whose last line of a kind is not as it was written; and the number of each kind's last line."""
    channel = await desk.channel()
    await desk.play(channel, 0, "ada", "mei")
    records = await exported(desk.store)
    latest = {str(record["type"]): record for record in records}
    spoil(latest)
    return lines(records), {str(record["type"]): number for number, record in enumerate(records, start=1)}


async def refused(path: Path, written: Iterable[bytes]) -> Sequence[Fault]:
    """Why a file is not taken; nothing of it is."""
    async with another(path) as store:
        with pytest.raises(BadArchive) as caught:
            await store.write(archive.load, written)

        assert await exported(store) == [archive.HEADER]
        assert all(str(fault) in str(caught.value) for fault in caught.value.faults)
    return caught.value.faults


@pytest.fixture
async def here(sqlite_url: str) -> AsyncIterator[Desk]:
    """A desk over SQLite: how lines are read does not depend on the database."""
    store = await Store.open(sqlite_url, synchronous="NORMAL")
    yield Desk(store)
    await store.close()


@pytest.mark.parametrize(
    ("kind", "field", "value", "found", "wanted"), WRONG, ids=[f"{w[0]}-{w[1]}-{w[3]}" for w in WRONG]
)
async def test_a_wrong_field_is_told(
    here: Desk, elsewhere: Path, kind: str, field: str, value: object, found: str, wanted: str
) -> None:
    """Which line, which field, what was found and what is wanted; and not a row is taken."""
    written, last = await spoilt(here, setting(kind, field, value))

    faults = await refused(elsewhere, written)

    assert faults[0] == Fault(last[kind], field, found, wanted)
    assert len(faults) == 1 or field == "id"


QUESTION_FAULTS = [
    ("kind", "riddle", "question.kind", "'choice', 'select' or 'output'"),
    ("difficulty", "hard", "question.difficulty", "a valid integer"),
    ("options", [{"text": "a", "right": "yes", "reason": "b"}], "question.options.0.right", "a valid boolean"),
    ("colour", "blue", "question", "a question's fields and no others"),
]


@pytest.mark.parametrize(("part", "value", "field", "wanted"), QUESTION_FAULTS)
async def test_a_wrong_question_is_told(
    here: Desk, elsewhere: Path, part: str, value: object, field: str, wanted: str
) -> None:
    """Down to the field of the frozen question."""

    def spoil(records: dict[str, Record]) -> None:
        asked = records["round"]["question"]
        assert isinstance(asked, dict)
        records["round"]["question"] = {**asked, part: value}  # type: ignore[dict-item]  # anything may stand in a file

    written, last = await spoilt(here, spoil)
    (fault,) = await refused(elsewhere, written)

    assert (fault.line, fault.field, fault.wanted) == (last["round"], field, wanted)


async def test_all_faults_are_told_at_once_up_to_ten(here: Desk, elsewhere: Path) -> None:
    """Mending them one by one would take all day."""
    channel = await here.channel()
    await here.play(channel, 0, *(f"p{i:02}" for i in range(15)))
    records = await exported(here.store)
    for record in records:
        if record["type"] == "player":
            record["hidden"] = "no"
    faults = await refused(elsewhere, lines(records))

    assert [fault.field for fault in faults] == ["hidden"] * archive.MOST_FAULTS


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda written: [], Fault(1, "", "nothing", '{"type": "pyquiz", "format": 1}')),
        (lambda written: written[1:], None),
        (lambda written: [b'{"type":"pyquiz","format":2}\n', *written[1:]], None),
        (lambda written: [*written, b"{\n"], Fault(0, "", '"{"', "a JSON object")),
        (lambda written: [*written, b"\n"], Fault(0, "", '""', "a JSON object")),
        (lambda written: [*written, b"\xff\xfe\n"], None),
        (lambda written: [*written, b"[1]\n"], Fault(0, "", '"[1]"', "a JSON object")),
        (lambda written: [*written, b'{"type":"spell"}\n'], None),
        (lambda written: [*written, b"{}\n"], None),
        (lambda written: [*written, written[1]], Fault(0, "id", "1", "an id that no workspace above has")),
        (lambda written: [*written, written[-1]], None),
    ],
    ids=["empty", "headless", "newer", "torn", "blank", "bytes", "list", "kind", "untyped", "twice", "same key twice"],
)
async def test_a_file_that_is_no_export_is_refused(
    here: Desk, elsewhere: Path, change: Callable[[list[bytes]], list[bytes]], fault: Fault | None
) -> None:
    """Torn, foreign, doubled or from a newer PyQuiz: one fault, at its line, nothing taken."""
    written, _ = await spoilt(here, lambda records: None)
    changed = change(written)
    faults = await refused(elsewhere, changed)
    at_line = 1 if len(changed) <= len(written) else len(changed)

    assert [one.line for one in faults] == [at_line]
    if fault is not None:
        assert faults[0] == replace(fault, line=at_line)


async def test_what_only_the_database_can_see_is_told_with_its_line(database_url: str, elsewhere: Path) -> None:
    """A second round of one date: the line that is one too many, on both databases, and nothing taken."""
    async with another(elsewhere) as source:
        desk = Desk(source)
        channel = await desk.channel()
        for day in range(3):
            await desk.play(channel, day, "ada")
        records = await exported(source)
    second = [record for record in records if record["type"] == "round"][1]
    second["date"] = MONDAY.isoformat()
    store = await Store.open(database_url)
    with pytest.raises(BadArchive) as caught:
        await store.write(archive.load, lines(records))

    (fault,) = caught.value.faults
    assert fault.line == records.index(second) + 1
    assert fault.wanted == "another round"
    assert await exported(store) == [archive.HEADER]
    await store.close()


async def test_a_database_with_anything_in_it_takes_no_import(desk: Desk) -> None:
    """Ids would get mixed up; not even its own export."""
    await desk.channel()
    written = lines(await exported(desk.store))

    with pytest.raises(NotEmpty, match="Import into an empty one"):
        await desk.store.write(archive.load, written)
    assert lines(await exported(desk.store)) == written
