"""The gateway: drops, resumes, invalid sessions; shards and their leases; commands; what happens to places."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import create_engine

from adapters.discord.discord import DiscordAdapter, DiscordRefuses
from bot.model import ChannelState
from bot.store import channels
from bot.store.shelf import StoreShelf
from tests.adapters.discord.stage import TIMES, Clock, Stage, keys_for, staged
from tests.standins.discord import Broken, DiscordStandIn, Hang, Person
from tests.standins.discord.town import ADMINISTRATOR, HISTORY, JOINED, SEND, USUAL

TERM = timedelta(seconds=TIMES.term)


async def question_out(stage: Stage) -> None:
    """A question stands in #python."""
    await stage.set_up(stage.discord.person("Ada", manager=True), "python")
    await stage.at(9)


async def state_of(stage: Stage) -> tuple[ChannelState, str]:
    """How the one channel stands."""
    await stage.quiet()
    (found,) = await stage.house.store.read(channels.channels_in, "discord", str(stage.discord.guild().id))
    return found.state, found.reason


async def test_it_asks_for_servers_and_nothing_more(stage: Stage) -> None:
    """No messages, no members."""
    assert stage.discord.gateway.intents == [1]


@pytest.mark.parametrize("how", ["drop", "ask_to_reconnect"])
async def test_a_broken_connection_is_resumed_and_nothing_is_missed(stage: Stage, how: str) -> None:
    """A press while nobody was connected is answered once they are again."""
    await question_out(stage)
    gateway, omar = stage.discord.gateway, stage.discord.person("Omar")
    await getattr(gateway, how)()
    receipt = await stage.answer(omar, "python", 1)

    assert gateway.identified == 1
    assert gateway.resumed == 1
    assert "You chose" in receipt or "prints" in receipt
    assert stage.discord.interactions.doubled == []
    assert stage.discord.interactions.late == []


async def test_while_no_shard_is_connected_it_can_post_and_is_deaf(stage: Stage) -> None:
    """Whoever asks whether PyQuiz is ready is told so; questions go out all the same."""
    hearing = stage.adapter.health()
    stage.discord.gateway.shut = True
    await stage.discord.gateway.drop()
    async with asyncio.timeout(10):
        while not stage.adapter.health().deaf:  # noqa: ASYNC110  nobody tells when
            await asyncio.sleep(0.01)
    deaf = stage.adapter.health()
    stage.discord.gateway.shut = False
    await stage.adapter.ready()
    again = stage.adapter.health()

    assert [(each.ok, each.deaf, each.connections) for each in (hearing, deaf, again)] == [
        (True, False, 1),
        (True, True, 0),
        (True, False, 1),
    ]


async def test_an_invalid_session_is_begun_anew(sqlite_url: str, discord: DiscordStandIn, clock: Clock) -> None:
    """And old buttons are answered in the new one."""
    async with staged(sqlite_url, discord, clock) as stage:
        await question_out(stage)
        await discord.gateway.invalidate()
        await discord.until(lambda: discord.gateway.identified == 2, "a new session", 20)
        receipt = await stage.answer(discord.person("Omar"), "python", 1)

    assert "You chose" in receipt
    assert len(discord.gateway.intents) == 2


async def test_commands_are_told_once(sqlite_url: str, discord: DiscordStandIn, clock: Clock) -> None:
    """Not on every start, and not by every process: when they changed."""
    syncs = []
    for _ in range(3):
        async with staged(sqlite_url, discord, clock):
            syncs.append(discord.syncs)
    names = {command["name"]: command for command in discord.commands}

    assert syncs == [1, 1, 1]
    assert set(names) == {"pyquiz", "pyquiz-setup"}
    assert [(o["name"], o["type"], o["required"], o["autocomplete"]) for o in names["pyquiz"]["options"]] == [
        ("text", 3, False, True)
    ]
    assert names["pyquiz"]["contexts"] == [0, 1]
    assert names["pyquiz-setup"]["contexts"] == [0]
    assert names["pyquiz-setup"]["default_member_permissions"] == 1 << 5


async def test_commands_are_told_again_when_they_changed(
    sqlite_url: str, discord: DiscordStandIn, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another word in a description is enough; back again is a change too."""
    async with staged(sqlite_url, discord, clock):
        pass
    with monkeypatch.context() as changed:
        changed.setattr("adapters.discord.sentences.COMMAND", "Something else")
        async with staged(sqlite_url, discord, clock):
            told = [command["description"] for command in discord.commands]
    async with staged(sqlite_url, discord, clock):
        pass

    assert "Something else" in told
    assert discord.syncs == 3
    assert "Something else" not in [command["description"] for command in discord.commands]


async def test_without_a_key_commands_are_told_once_in_a_while(
    sqlite_url: str, discord: DiscordStandIn, clock: Clock
) -> None:
    """Nothing can be kept, so a lease stands for it: two starts within minutes tell them once."""
    keys = keys_for(discord, PYQUIZ_SECRET_KEY="")
    for wait in (0, 1, 60):
        clock.at += timedelta(minutes=wait)
        async with staged(sqlite_url, discord, clock, keys=keys):
            pass

    assert discord.syncs == 2


async def test_commands_that_cannot_be_told_keep_nobody_from_playing(
    sqlite_url: str, discord: DiscordStandIn, clock: Clock
) -> None:
    """Those it knows still work; the next start tells them."""
    async with staged(sqlite_url, discord, clock):
        known = discord.commands
    discord.commands, discord.syncs = [{**known[0], "id": "1"}], 0
    discord.faults["commands"].append(Broken(503))
    async with staged(sqlite_url, discord, clock, keys=keys_for(discord, PYQUIZ_SECRET_KEY="")) as stage:
        said = await stage.say(discord.person("Ada"), "help", "python")

    assert "One Python question" in said
    assert discord.syncs == 0


async def test_a_token_that_discord_does_not_take_is_one_sentence(
    sqlite_url: str, discord: DiscordStandIn, clock: Clock
) -> None:
    """It names the setting."""
    keys = keys_for(discord, DISCORD_TOKEN="a.wrong.one")
    with pytest.raises(DiscordRefuses, match="DISCORD_TOKEN"):
        async with staged(sqlite_url, discord, clock, keys=keys):
            pass


async def test_one_process_runs_all_shards(sqlite_url: str, discord: DiscordStandIn, clock: Clock) -> None:
    """Each hears its own servers."""
    discord.shards = 2
    for shard, name in enumerate(("north", "south")):
        discord.guild(name, shard)
        discord.channel("python", name)
    async with staged(sqlite_url, discord, clock) as stage:
        said = [await stage.say(discord.person(f"Ada{name}", name), "help", "python") for name in ("north", "south")]
        detail = stage.adapter.health().detail

    assert all("One Python question" in text for text in said)
    assert detail == "2 of 2 shards connected here, of 2 in all."


@pytest.mark.postgres
async def test_two_replicas_answer_a_click_once_and_hand_over(
    postgres_url: str, discord: DiscordStandIn, clock: Clock
) -> None:
    """Trap 11: one of them holds the shard; when it stops, the other takes it and goes on."""
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(staged(postgres_url, discord, clock))
        second = await stack.enter_async_context(staged(postgres_url, discord, clock))
        await question_out(first)
        omar = discord.person("Omar")
        one = await first.answer(omar, "python", 0)
        held = [stage.adapter.health().detail for stage in (first, second)]
        await first.adapter.stop(timedelta(seconds=1))
        await discord.until(lambda: discord.gateway.identified == 2 and discord.gateway.sessions, "a hand-over")
        two = await second.answer(omar, "python", 1)

    assert held == [
        "1 of 1 shards connected here, of 1 in all.",
        "0 of 0 shards connected here, of 1 in all.",
    ]
    assert "You chose" in one
    assert "Changed" in two
    assert discord.interactions.doubled == []
    assert discord.interactions.late == []


def alive(discord: DiscordStandIn) -> list[tuple[int, int]]:
    """The shards that are heard, and of how many."""
    return sorted((session.shard, session.of) for session in discord.gateway.sessions if session.ws is not None)


def spread(discord: DiscordStandIn, shards: int) -> None:
    """A server on each of so many shards."""
    discord.shards = shards
    for shard in range(shards):
        discord.guild(f"g{shard}", shard)
        discord.channel("python", f"g{shard}")


@pytest.mark.postgres
async def test_shards_connect_in_turn_whichever_process_has_them(
    postgres_url: str, discord: DiscordStandIn, clock: Clock
) -> None:
    """One in five seconds, of all processes together; a session that is begun anew waits its turn, too."""
    discord.gateway.apart = 0.3
    times = replace(TIMES, identify=0.4)
    spread(discord, 4)
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(staged(postgres_url, discord, clock, times=times))
        second = await stack.enter_async_context(staged(postgres_url, discord, clock, times=times))
        await first.adapter.stop(timedelta(seconds=1))
        await discord.until(lambda: len(alive(discord)) == 4, "the second hears all")
        before = discord.gateway.identified
        await discord.gateway.invalidate()
        await discord.until(lambda: discord.gateway.identified == before + 4, "four new sessions", 20)
        said = await second.say(discord.person("Ada", "g3"), "help", "python")

    assert "One Python question" in said
    assert before == 8
    assert discord.gateway.hasty == 0
    assert discord.gateway.crowded == 0


@pytest.mark.postgres
async def test_what_is_held_is_renewed_while_others_wait_to_connect(
    postgres_url: str, discord: DiscordStandIn, clock: Clock
) -> None:
    """Ten shards take longer to connect than a lease lasts: nobody takes the first from who is connecting the last."""
    spread(discord, 10)
    times = replace(TIMES, identify=0.3, term=1.5)
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(staged(postgres_url, discord, clock, times=times))
        second = await stack.enter_async_context(staged(postgres_url, discord, clock, times=times))
        held = [stage.adapter.health().detail for stage in (first, second)]

    assert held == [
        "10 of 10 shards connected here, of 10 in all.",
        "0 of 0 shards connected here, of 10 in all.",
    ]
    assert discord.gateway.identified == 10


@pytest.mark.postgres
async def test_two_processes_share_the_shards(postgres_url: str, discord: DiscordStandIn, clock: Clock) -> None:
    """Each takes what is free: a shard that fell free is another's, and every server is heard by one."""
    spread(discord, 2)
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(staged(postgres_url, discord, clock))
        second = await stack.enter_async_context(staged(postgres_url, discord, clock))
        await taken_away(first, "shard:1")
        await discord.until(lambda: discord.gateway.identified == 3 and len(alive(discord)) == 2, "a shard moved", 20)
        said = [await first.say(discord.person(f"Ada{n}", f"g{n}"), "help", "python") for n in range(2)]
        held = [stage.adapter.health().detail for stage in (first, second)]

    assert all("One Python question" in text for text in said)
    assert held == ["1 of 1 shards connected here, of 2 in all."] * 2
    assert discord.gateway.crowded == 0
    assert discord.interactions.doubled == []


async def taken_away(stage: Stage, name: str) -> None:
    """A lease of Discord's is somebody else's for a moment."""
    shelf = StoreShelf(stage.house.store, "discord")
    late = datetime.now(UTC) + TERM + timedelta(seconds=1)
    assert await shelf.lease(name, until=late + TERM, now=late)
    await stage.discord.until(lambda: len(alive(stage.discord)) == 1, "it is let go")
    assert await shelf.lease(name, until=datetime.now(UTC), now=datetime.now(UTC))


@pytest.mark.postgres
async def test_another_number_of_shards_is_a_full_hand_over(
    postgres_url: str, discord: DiscordStandIn, clock: Clock
) -> None:
    """Two numbers would split the same servers differently: none of the new connects before all of the old are let
    go, and processes that run go by the new one."""
    times = replace(TIMES, term=2.0)
    for shard in (0, 1):
        discord.channel("python", discord.guild(f"g{shard}", shard).name)
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(staged(postgres_url, discord, clock, times=times))
        discord.shards = 2
        second = await stack.enter_async_context(staged(postgres_url, discord, clock, times=times))
        await discord.until(lambda: not alive(discord), "the old is let go")
        meanwhile = discord.gateway.identified
        await discord.until(lambda: alive(discord) == [(0, 2), (1, 2)], "two shards", 20)
        said = [
            await first.say(discord.person(f"Ada{n}", guild.name), "help", "python")
            for n, guild in enumerate(discord.guilds.values())
        ]
        details = [stage.adapter.health().detail for stage in (first, second)]

    assert meanwhile == 1
    assert all("One Python question" in text for text in said)
    assert all(detail.endswith("of 2 in all.") for detail in details)
    assert discord.gateway.crowded == 0
    assert discord.interactions.doubled == []


@pytest.mark.postgres
async def test_a_database_that_does_not_answer_costs_a_process_its_shard(
    postgres_url: str, discord: DiscordStandIn, clock: Clock
) -> None:
    """It cannot know whether another has it by now: it hears nothing more, until it holds the lease again."""
    times = replace(TIMES, term=1.2)
    engine = create_engine(postgres_url)
    async with staged(postgres_url, discord, clock, times=times) as stage:
        with engine.begin() as connection:
            connection.exec_driver_sql("LOCK TABLE lease IN ACCESS EXCLUSIVE MODE")
            await discord.until(lambda: not alive(discord), "it lets go", 20)
        await discord.until(lambda: alive(discord) == [(0, 1)], "it is back", 20)
        said = await stage.say(discord.person("Ada"), "help", "python")
    engine.dispose()

    assert "One Python question" in said
    assert discord.gateway.crowded == 0


async def test_where_no_session_may_begin_today_none_is_tried(
    sqlite_url: str, discord: DiscordStandIn, clock: Clock
) -> None:
    """The thousand and first would cost the token; messages are posted all the same."""
    discord.gateway.starts = 0
    async with staged(sqlite_url, discord, clock) as stage:
        await asyncio.sleep(5 * TIMES.renew)
        health = stage.adapter.health()

    assert health.detail == "0 of 0 shards connected here, of 1 in all."
    assert health.ok
    assert discord.gateway.dialled == 0


@pytest.mark.postgres
async def test_commands_are_told_once_by_two_that_start_together(
    postgres_url: str, discord: DiscordStandIn, clock: Clock
) -> None:
    """The lock is one process's, the others leave it to that one."""
    discord.faults["commands"].append(hang := Hang())
    async with AsyncExitStack() as stack:
        starting = asyncio.create_task(stack.enter_async_context(staged(postgres_url, discord, clock)))
        await discord.until(lambda: discord.called("commands"), "the first tells")
        async with staged(postgres_url, discord, clock):
            hang.go.set()
            await starting

    assert discord.syncs == 1
    assert len(discord.called("commands")) == 1


async def test_a_process_that_hangs_loses_its_shard(sqlite_url: str, discord: DiscordStandIn, clock: Clock) -> None:
    """A lease that is not renewed in time is another's: the old holder lets go when it notices."""
    async with staged(sqlite_url, discord, clock) as stage:
        shelf = StoreShelf(stage.house.store, "discord")
        late = datetime.now(UTC) + TERM + timedelta(seconds=1)
        taken = await shelf.lease("shard:0", until=late + TERM, now=late)
        await discord.until(lambda: not discord.gateway.sessions, "the session's end")
        detail = stage.adapter.health().detail

    assert taken is not None
    assert detail == "0 of 0 shards connected here, of 1 in all."


async def test_a_server_that_removes_pyquiz_is_paused_and_goes_on_when_it_is_back(stage: Stage) -> None:
    """Data stays; coming back resumes."""
    await question_out(stage)
    guild = stage.discord.guild()
    await stage.discord.remove_bot(guild)
    gone = await eventually(stage, ChannelState.GONE)
    await stage.discord.add_bot(guild)
    back = await eventually(stage, ChannelState.ACTIVE)

    assert gone == "PyQuiz was removed from the server"
    assert back == ""


async def test_a_deleted_channel_is_gone(stage: Stage) -> None:
    """Its schedule stops."""
    await question_out(stage)
    await stage.discord.delete_channel(stage.discord.channel("python"))

    assert await eventually(stage, ChannelState.GONE) == "the channel was deleted"


async def test_a_channel_that_shuts_us_out_is_gone_until_it_lets_us_in(stage: Stage) -> None:
    """Permissions that do not matter change nothing."""
    await question_out(stage)
    channel = stage.discord.channel("python")
    await stage.discord.deny(channel, HISTORY)
    still = await state_of(stage)
    await stage.discord.deny(channel, SEND)
    gone = await eventually(stage, ChannelState.GONE)
    await stage.discord.deny(channel, 0)
    await eventually(stage, ChannelState.ACTIVE)

    assert still == (ChannelState.ACTIVE, "")
    assert gone == "its permission to post there was taken away"


async def test_what_a_role_takes_away_it_can_give_back(stage: Stage) -> None:
    """Servers change roles as well as channels; what does not matter changes nothing."""
    await question_out(stage)
    guild = stage.discord.guild()
    await stage.discord.grant(guild, USUAL & ~HISTORY)
    still = await state_of(stage)
    await stage.discord.grant(guild, USUAL & ~SEND)
    await eventually(stage, ChannelState.GONE)
    await stage.discord.grant(guild, USUAL)
    await eventually(stage, ChannelState.ACTIVE)

    assert still == (ChannelState.ACTIVE, "")


async def test_a_role_of_our_own_counts_too(stage: Stage) -> None:
    """Taken from us and given back."""
    await question_out(stage)
    guild = stage.discord.guild()
    guild.granted = USUAL & ~SEND
    await stage.discord.gateway.tell("GUILD_CREATE", stage.discord.gateway.guild_json(guild), guild.id)
    rank = guild.ranks()[ADMINISTRATOR][0].id
    for held in (True, False, True):
        us = {"user": stage.discord.bot.json(), "roles": [str(rank)] * held, "guild_id": str(guild.id)}
        await stage.discord.gateway.tell("GUILD_MEMBER_UPDATE", {**us, "joined_at": JOINED, "flags": 0}, guild.id)
        await eventually(stage, ChannelState.ACTIVE if held else ChannelState.GONE)


async def test_managers_are_told_once_of_a_channel_that_shut_us_out(stage: Stage) -> None:
    """Privately, and it can be looked up from there; what happens again to a channel that is gone is no news."""
    await question_out(stage)
    ada, channel = stage.discord.person("Ada"), stage.discord.channel("python")
    for denied in (SEND, SEND | HISTORY, SEND):
        await stage.discord.deny(channel, denied)
    await eventually(stage, ChannelState.GONE)
    await stage.at(9, 30)
    await stage.at(9, day=1)
    told = ada.sees("dm")
    await ada.press("See the status", "dm")
    await stage.quiet()

    assert [said.split(" (")[0] for said in told] == ["PyQuiz can't speak in #python any more"]
    assert "Stopped: its permission to post there was taken away." in ada.sees("dm")[-1]


@pytest.fixture
def grace(discord: DiscordStandIn) -> Person:
    """Owns the server."""
    found = discord.person("Grace", admin=True)
    discord.guild().owner = found.user.id
    return found


async def test_the_owner_of_a_server_is_greeted_once(stage: Stage, grace: Person) -> None:
    """Privately, with a sample to try; nothing stands in any channel, and being added again says nothing more."""
    guild = stage.discord.guild()
    for _ in range(2):
        await stage.discord.remove_bot(guild)
        await stage.discord.add_bot(guild)
        await stage.discord.until(lambda: grace.sees("dm"))
    await stage.quiet()
    (greeting,) = grace.sees("dm")
    await grace.press("See a sample question", "dm")
    await stage.quiet()

    assert greeting.startswith("PyQuiz was added to town\n")
    assert "`/pyquiz-setup`" in greeting
    assert grace.sees("dm")[-1].startswith("Practice: ")
    assert [len(stage.posted(channel)) for channel in ("python", "rust")] == [0, 0]


@pytest.mark.parametrize(("ago", "greeted"), [(timedelta(hours=1), 1), (timedelta(days=2), 0)])
async def test_a_server_that_was_joined_while_nobody_listened_is_greeted(
    sqlite_url: str, discord: DiscordStandIn, clock: Clock, grace: Person, ago: timedelta, greeted: int
) -> None:
    """By the next start, if that is soon; by no start after that."""
    discord.guild().joined = (datetime.now(UTC) - ago).isoformat()
    for _ in range(2):
        async with staged(sqlite_url, discord, clock) as stage:
            if greeted:
                await discord.until(lambda: grace.sees("dm"))
            await stage.say(grace, "help", "python")
            await stage.quiet()

    assert len(grace.sees("dm")) == greeted


async def test_an_owner_who_takes_no_messages_is_left_alone(stage: Stage, grace: Person) -> None:
    """Nobody else is told in their place."""
    guild = stage.discord.guild()
    grace.user.takes_dms = False
    await stage.discord.remove_bot(guild)
    await stage.discord.add_bot(guild)
    await stage.discord.until(lambda: stage.discord.refused[403])
    await stage.quiet()

    assert grace.sees("dm") == []
    assert [len(stage.posted(channel)) for channel in ("python", "rust")] == [0, 0]


async def test_who_sets_up_from_a_greeting_is_told_where(stage: Stage, grace: Person) -> None:
    """An old button, or a command, in direct messages of which no server is known."""
    before = len(grace.sees("dm"))
    await grace.command("help", "dm")
    message = grace.messages("dm")[-1]
    old = {"type": 2, "style": 2, "label": "Set up a channel", "custom_id": "pq|setup"}
    message.versions.append({"components": [{"type": 1, "components": [old]}]})
    await grace.press_id("pq|setup", "dm", message)
    await stage.quiet()

    assert len(grace.sees("dm")) > before
    assert "type /pyquiz-setup in the channel that is to be asked" in grace.sees("dm")[-1]


async def eventually(stage: Stage, wanted: ChannelState) -> str:
    """The reason for the channel's state, once it is that: what Discord says takes its way through the gateway."""
    async with asyncio.timeout(10):
        while True:
            state, reason = await state_of(stage)
            if state is wanted:
                return reason
            await asyncio.sleep(0.01)


async def test_before_it_starts_it_is_not_well(discord: DiscordStandIn) -> None:
    """Nothing is claimed for it then."""
    adapter = DiscordAdapter(keys_for(discord))

    assert not adapter.health().ok
    assert adapter.routes() == ()
