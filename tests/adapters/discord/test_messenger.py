"""What the clock sends: once, whatever breaks; refused, unknown and found again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import discord as library
import pytest
from discord.http import Route

from adapters.discord.messenger import DiscordMessenger, mark_of, nonce_of
from adapters.discord.pace import Pace
from adapters.discord.rest import Rest, tracing
from bot.card import Button, Card, Plain, Text
from bot.model import MessageRef, Place
from bot.ports import Absent, CannotTell, Refused, Sent, Unknown
from tests.adapters.discord.stage import Clock
from tests.standins.discord import Broken, DiscordStandIn, Drop, Hang, RateLimited, Refuse
from tests.standins.discord.town import BEGIN_THREADS, HISTORY, SEND, SILENT, USUAL

CARD = Card("What?", (Text((Plain("@everyone what is it?"),)),), (Button("pq|answer|1|0", "A"),))
KEY = "question:1:2026-01-12"
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
PATIENCE = 1.5


@pytest.fixture
async def messenger(discord: DiscordStandIn, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[DiscordMessenger]:
    """Speaks to the stand-in, and gives up soon."""
    monkeypatch.setattr(Route, "BASE", discord.api_url)
    client = library.Client(intents=library.Intents(guilds=True), http_trace=tracing())
    await client.login(discord.token)
    rest = Rest(client.http, Pace(10_000, 0), PATIENCE)
    yield DiscordMessenger(lambda: rest, pause=0)
    await client.close()


@pytest.fixture
def here(discord: DiscordStandIn) -> Place:
    """The channel #python."""
    channel = discord.channel("python")
    return Place("discord", str(channel.guild), str(channel.id), name="#python")


def keys_are_short(key: str) -> bool:
    """Whether a key's nonce and mark are what Discord takes."""
    return len(nonce_of(key)) <= 25 and 0 < mark_of(key) < 2**31


def test_keys_become_nonces_and_marks_that_fit() -> None:
    """However long the key; different keys differ."""
    keys = [f"question:{n}:2026-01-12" for n in range(2000)] + ["note:" + "x" * 500]

    assert all(keys_are_short(key) for key in keys)
    assert len({nonce_of(key) for key in keys}) == len({mark_of(key) for key in keys}) == len(keys)


async def test_a_post_carries_its_nonce_and_pings_nobody(
    discord: DiscordStandIn, messenger: DiscordMessenger, here: Place
) -> None:
    """What looks like a mention stays words, and nothing is allowed to mention."""
    sent = await messenger.post(here, CARD, key=KEY)
    (message,) = discord.channel("python").messages

    assert sent == Sent(MessageRef(here, str(message.id)))
    assert message.nonce == nonce_of(KEY)
    assert message.body["enforce_nonce"] is True
    assert message.body["allowed_mentions"] == {"parse": [], "replied_user": False}
    assert discord.pings == []


@pytest.mark.parametrize("fault", [Drop(done=True), Drop(done=False), Broken(503, done=True), Broken(503)])
async def test_what_breaks_is_repeated_under_the_same_nonce(
    discord: DiscordStandIn, messenger: DiscordMessenger, here: Place, fault: Drop | Broken
) -> None:
    """To the outside it is one request: one message, whether or not the first had arrived."""
    discord.faults["post"].append(fault)
    outcome = await messenger.post(here, CARD, key=KEY)

    assert isinstance(outcome, Sent)
    assert len(discord.channel("python").messages) == 1
    assert {body["nonce"] for body in discord.called("post")} == {nonce_of(KEY)}


async def test_what_breaks_again_and_again_is_unknown(
    discord: DiscordStandIn, messenger: DiscordMessenger, here: Place
) -> None:
    """Nobody can tell; it is not tried for ever."""
    discord.faults["post"].extend([Drop(done=True), Drop(done=False), Drop(done=False)])
    outcome = await messenger.post(here, CARD, key=KEY)

    assert isinstance(outcome, Unknown)
    assert len(discord.channel("python").messages) == 1


async def test_no_answer_in_time_is_unknown(discord: DiscordStandIn, messenger: DiscordMessenger, here: Place) -> None:
    """It may have arrived."""
    discord.faults["post"].append(hang := Hang())
    outcome = await messenger.post(here, CARD, key=KEY)
    hang.go.set()

    assert isinstance(outcome, Unknown)


async def test_a_refusal_after_a_loss_is_still_a_refusal(
    discord: DiscordStandIn, messenger: DiscordMessenger, here: Place
) -> None:
    """Asked again under its nonce, Discord would have shown the message if it had it."""
    discord.faults["post"].extend([Drop(done=False), Refuse(403, 50013)])
    outcome = await messenger.post(here, CARD, key=KEY)

    assert isinstance(outcome, Refused)
    assert outcome.gone


async def test_nobody_there_to_connect_to_is_no_post(messenger: DiscordMessenger, here: Place) -> None:
    """No connection was made, so nothing arrived: it may be tried again."""
    before, Route.BASE = Route.BASE, "http://127.0.0.1:9/api/v10"
    try:
        outcome = await messenger.post(here, CARD, key=KEY)
    finally:
        Route.BASE = before

    assert isinstance(outcome, Refused)
    assert outcome.retry_after


async def test_a_short_limit_is_waited_for_and_a_long_one_is_told(
    discord: DiscordStandIn, messenger: DiscordMessenger, here: Place
) -> None:
    """A 429 was not posted: that is known, also where there is no time to wait for its end."""
    discord.faults["post"].append(RateLimited(0.05))
    short = await messenger.post(here, CARD, key=KEY)
    discord.faults["post"].append(RateLimited(60))
    long = await messenger.post(here, CARD, key="question:1:2026-01-13")

    assert isinstance(short, Sent)
    assert long == Refused("Discord's rate limit was waited for too long", retry_after=timedelta(seconds=60))
    assert len(discord.channel("python").messages) == 1


@pytest.mark.parametrize(
    ("denied", "reason"), [(USUAL, "PyQuiz may not see the channel"), (SEND, "PyQuiz may not write in the channel")]
)
async def test_a_channel_that_shuts_us_out_is_gone(
    discord: DiscordStandIn, messenger: DiscordMessenger, here: Place, denied: int, reason: str
) -> None:
    """Until somebody does something about it."""
    discord.channel("python").denied = denied

    assert await messenger.post(here, CARD, key=KEY) == Refused(reason, gone=True)


async def test_a_channel_that_was_deleted_is_gone(
    discord: DiscordStandIn, messenger: DiscordMessenger, here: Place
) -> None:
    """For posts, edits and searches."""
    sent = await messenger.post(here, CARD, key=KEY)
    assert isinstance(sent, Sent)
    discord.channel("python").deleted = True

    assert await messenger.post(here, CARD, key=KEY) == Refused("the channel was deleted", gone=True)
    assert await messenger.edit(sent.message, CARD) == Refused("the channel was deleted", gone=True)
    assert await messenger.find(here, key=KEY, since=LONG_AGO) == CannotTell("the channel was deleted")


async def test_a_form_that_is_refused_is_refused_for_good(
    discord: DiscordStandIn, messenger: DiscordMessenger, here: Place
) -> None:
    """It would be the same the next time."""
    discord.faults["post"].append(Refuse(400, 50035))
    outcome = await messenger.post(here, CARD, key=KEY)

    assert isinstance(outcome, Refused)
    assert outcome.retry_after is None
    assert not outcome.gone


async def test_what_was_lost_is_found_by_its_mark(
    discord: DiscordStandIn, messenger: DiscordMessenger, here: Place
) -> None:
    """History tells a message that is there from one that is not, also where it keeps no nonce."""
    await messenger.post(here, CARD, key="question:1:2026-01-11")
    await messenger.post(here, CARD, key=KEY)
    ours = discord.channel("python").messages[1]
    ours.nonce = None

    assert await messenger.find(here, key=KEY, since=LONG_AGO) == Sent(MessageRef(here, str(ours.id)))
    assert await messenger.find(here, key="question:1:2026-01-13", since=LONG_AGO) == Absent()


async def test_nothing_older_is_looked_at(
    discord: DiscordStandIn, messenger: DiscordMessenger, here: Place, clock: Clock
) -> None:
    """What was written since is asked for, page after page; with too many pages nobody can tell."""
    discord.rates.clear()
    await messenger.post(here, CARD, key=KEY)
    clock.at += timedelta(minutes=1)
    for n in range(3):
        await messenger.post(here, CARD, key=f"note:{n}")
    later = await messenger.find(here, key=KEY, since=clock.at)
    template = discord.channel("python").messages[-1]
    for _ in range(520):
        copy = type(template)(**{**template.__dict__, "id": discord.next_id()})
        discord.channel("python").messages.append(copy)
    crowded = await messenger.find(here, key="question:9:2026-01-13", since=clock.at)

    assert later == Absent()
    assert crowded == CannotTell("the channel has too many messages since then")


async def test_without_the_permission_nobody_can_tell(
    discord: DiscordStandIn, messenger: DiscordMessenger, here: Place
) -> None:
    """Then it stays unknown."""
    discord.channel("python").denied = HISTORY

    assert isinstance(await messenger.find(here, key=KEY, since=LONG_AGO), CannotTell)


async def test_a_look_that_breaks_tells_nothing(
    discord: DiscordStandIn, messenger: DiscordMessenger, here: Place
) -> None:
    """What was not seen is not absent: it would be posted twice."""
    await messenger.post(here, CARD, key=KEY)
    discord.faults["history"].extend([Drop(done=False)] * 10)  # more than discord.py tries

    assert isinstance(await messenger.find(here, key=KEY, since=LONG_AGO), CannotTell)


async def test_a_reveal_is_a_silent_reply(discord: DiscordStandIn, messenger: DiscordMessenger, here: Place) -> None:
    """And stands alone where the question was deleted."""
    question = await messenger.post(here, CARD, key=KEY)
    assert isinstance(question, Sent)
    there = Place(**{**_fields(here), "parent": question.message.id, "broadcast": True})
    await messenger.post(there, CARD, key="reveal:1")
    discord.channel("python").messages[0].deleted = True
    await messenger.post(there, CARD, key="reveal:2")
    first, second = discord.channel("python").messages[1:]

    assert first.reply_to == int(question.message.id)
    assert first.flags & SILENT
    assert second.reply_to is None


async def test_a_detail_stands_in_the_questions_thread(
    discord: DiscordStandIn, messenger: DiscordMessenger, here: Place
) -> None:
    """Begun where there is none, used where there is one, and found there."""
    question = await messenger.post(here, CARD, key=KEY)
    assert isinstance(question, Sent)
    there = Place(**{**_fields(here), "parent": question.message.id})
    before = await messenger.find(there, key="detail:1", since=LONG_AGO)
    await messenger.post(there, CARD, key="detail:1")
    again = await messenger.post(there, CARD, key="detail:2")
    found = await messenger.find(there, key="detail:1", since=LONG_AGO)
    thread = discord.thread(discord.channel("python").messages[0])

    assert before == Absent()
    assert isinstance(again, Sent)
    assert thread is not None
    assert found == Sent(MessageRef(there, str(thread.messages[0].id)))
    assert len(discord.channel("python").messages) == 1


async def test_a_detail_without_the_permission_is_refused_and_the_channel_goes_on(
    discord: DiscordStandIn, messenger: DiscordMessenger, here: Place
) -> None:
    """It stays behind the reveal's buttons."""
    question = await messenger.post(here, CARD, key=KEY)
    assert isinstance(question, Sent)
    discord.channel("python").denied = BEGIN_THREADS
    outcome = await messenger.post(Place(**{**_fields(here), "parent": question.message.id}), CARD, key="detail:1")

    assert isinstance(outcome, Refused)
    assert not outcome.gone
    assert outcome.retry_after is None


async def test_a_note_goes_to_somebody_directly(discord: DiscordStandIn, messenger: DiscordMessenger) -> None:
    """Unless they take no direct messages: that stops no channel."""
    ada = discord.person("Ada")
    to = Place("discord", "1", person=ada.id)
    sent = await messenger.post(to, CARD, key="note:1")
    found = await messenger.find(to, key="note:1", since=LONG_AGO)
    ada.user.takes_dms = False
    refused = await messenger.post(to, CARD, key="note:2")

    assert isinstance(sent, Sent)
    assert found == sent
    assert refused == Refused("this person takes no direct messages")
    assert len(ada.messages("dm")) == 1


@pytest.mark.parametrize(
    ("fault", "again"),
    [
        (Refuse(404, 10008), False),
        (Refuse(429, 30046), False),
        (Refuse(403, 50005), False),
        (RateLimited(60), True),
        (Broken(503), True),
        (Drop(done=True), True),
        (Hang(), True),
    ],
)
async def test_an_edit_is_refused_for_good_or_made_again(
    discord: DiscordStandIn, messenger: DiscordMessenger, here: Place, fault: Refuse | Broken, again: bool
) -> None:
    """The same edit twice is one edit; one that can never be made says so."""
    sent = await messenger.post(here, CARD, key=KEY)
    assert isinstance(sent, Sent)
    discord.faults["edit"].append(fault)
    outcome = await messenger.edit(sent.message, CARD)
    if isinstance(fault, Hang):
        fault.go.set()

    assert isinstance(outcome, Refused)
    assert bool(outcome.retry_after) is again
    assert not outcome.gone


async def test_a_token_that_is_refused_is_tried_again_later(
    discord: DiscordStandIn, messenger: DiscordMessenger, here: Place
) -> None:
    """Somebody has to mend it; no channel is to blame."""
    discord.token = "another"
    outcome = await messenger.post(here, CARD, key=KEY)

    assert isinstance(outcome, Refused)
    assert outcome.retry_after
    assert not outcome.gone


async def test_a_token_that_is_refused_is_not_sent_again_and_again(
    discord: DiscordStandIn, messenger: DiscordMessenger, here: Place
) -> None:
    """Ten thousand refusals in ten minutes shut out the whole address: one is enough."""
    discord.token = "another"
    outcomes = [await messenger.post(here, CARD, key=f"question:{n}:x") for n in range(5)]

    assert {type(outcome) for outcome in outcomes} == {Refused}
    assert discord.refused[401] == 1


async def test_an_address_that_is_shut_out_tries_again_later(
    discord: DiscordStandIn, messenger: DiscordMessenger, here: Place
) -> None:
    """Cloudflare's page is no JSON, and no channel's fault."""
    discord.most_invalid = 0
    outcome = await messenger.post(here, CARD, key=KEY)

    assert isinstance(outcome, Refused)
    assert outcome.retry_after
    assert not outcome.gone


async def test_what_was_taken_is_sent_although_its_route_is_at_its_limit(
    discord: DiscordStandIn, messenger: DiscordMessenger, here: Place
) -> None:
    """discord.py tells of the last message only when the limit has passed: that is longer than anybody waits."""
    discord.rates = {"post": (1, 60.0), "edit": (1, 60.0)}
    sent = await messenger.post(here, CARD, key=KEY)
    assert isinstance(sent, Sent)
    edited = await messenger.edit(sent.message, CARD)
    later = await messenger.post(here, CARD, key="question:1:2026-01-13")

    assert int(sent.message.id) == discord.channel("python").messages[0].id
    assert edited == Sent(sent.message)
    assert isinstance(later, Refused)
    assert later.retry_after
    assert len(discord.channel("python").messages) == 1


async def test_a_herd_is_sent_at_the_limit_and_never_over_it(
    discord: DiscordStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hundred channels in the same second: nothing is refused, and each gets its own."""
    monkeypatch.setattr(Route, "BASE", discord.api_url)
    client = library.Client(intents=library.Intents(guilds=True), http_trace=tracing())
    await client.login(discord.token)
    rest = Rest(client.http, Pace())
    messenger = DiscordMessenger(lambda: rest)
    channels = [discord.channel(f"c{n}") for n in range(100)]
    places = [Place("discord", str(c.guild), str(c.id)) for c in channels]
    outcomes = await asyncio.gather(*(messenger.post(p, CARD, key=f"question:{i}:x") for i, p in enumerate(places)))
    await client.close()

    assert all(isinstance(outcome, Sent) for outcome in outcomes)
    assert discord.refused[429] == 0
    assert [len(channel.messages) for channel in channels] == [1] * 100


async def test_turns_that_are_taken_elsewhere_come_to_an_end(discord: DiscordStandIn) -> None:
    """Nobody says when those requests are answered: they count for a while, and then no more."""
    client = library.Client(intents=library.Intents(guilds=True))
    rest = Rest(client.http, Pace(3, 0))
    async with asyncio.timeout(20):
        for _ in range(5):
            await rest.turn()
    await client.close()


async def test_before_it_is_up_nothing_is_sent(here: Place) -> None:
    """And nothing is lost by it."""
    idle = DiscordMessenger(lambda: None)
    outcomes = [await idle.post(here, CARD, key=KEY), await idle.edit(MessageRef(here, "1"), CARD)]

    assert all(isinstance(outcome, Refused) and outcome.retry_after for outcome in outcomes)
    assert isinstance(await idle.find(here, key=KEY, since=LONG_AGO), CannotTell)


def _fields(place: Place) -> dict[str, object]:
    return {name: getattr(place, name) for name in ("platform", "workspace", "channel", "person", "name")}
