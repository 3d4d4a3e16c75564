"""One role that a channel's questions ping, only if a manager asked for it; nothing else pings anybody."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.discord.sentences import EVERYONE
from tests.adapters.discord.stage import Stage
from tests.standins.discord import DiscordStandIn, Person
from tests.standins.discord.limits import walk
from tests.standins.discord.town import MENTION_ALL


@pytest.fixture
def ada(discord: DiscordStandIn) -> Person:
    """Manages the server."""
    return discord.person("Ada", manager=True)


async def set_up(stage: Stage, who: Person, **more: str) -> str:
    """/pyquiz-setup in #python; what its first answer says."""
    before = len(who.private("python"))
    await who.slash("pyquiz-setup", {"zone": "UTC", "time": "9:00", "reveal": "16:00", **more}, "python")
    await stage.told(who, "python", before)
    return who.private("python")[before]


def mentions(stage: Stage) -> list[tuple[str, Any]]:
    """What every message and edit so far allows to be mentioned, by the kind of request."""
    found = []
    for call in stage.discord.calls:
        if call.name in ("post", "edit", "original", "followup"):
            found.append((call.name, call.body["allowed_mentions"]))
        elif call.name == "callback" and call.body["type"] in (4, 7):
            found.append((call.name, call.body["data"]["allowed_mentions"]))
    return found


async def test_the_question_pings_the_role_and_nothing_else_pings_anybody(stage: Stage, ada: Person) -> None:
    """Of a whole day with counts, receipts, a result, a reveal and a detail, the question's post alone names it."""
    role = str(stage.discord.role("pythonistas").id)
    said = await set_up(stage, ada, role=role)
    await stage.at(9)
    await stage.answer(ada, "python", 0)
    await stage.at(9, 10)
    await stage.at(16)
    await ada.press("How did I do?", "python")
    await stage.say(ada, "status", "python")
    rest = [allowed for name, allowed in mentions(stage) if allowed.get("roles")]

    assert "Each question pings @pythonistas; nothing else pings anybody." in said
    assert stage.discord.pings == [f"<@&{role}>"]
    assert rest == [{"parse": [], "replied_user": False, "roles": [role]}]
    assert all(not allowed.get("parse") and not allowed.get("users") for _, allowed in mentions(stage))
    assert [name for name, _ in mentions(stage)].count("post") == 3
    assert [name for name, _ in mentions(stage)].count("edit") == 2


async def test_the_role_stays_on_the_open_question_and_goes_with_the_result(stage: Stage, ada: Person) -> None:
    """Whoever follows the ping finds it there; an edit notifies nobody."""
    role = stage.discord.role("pythonistas")
    await set_up(stage, ada, role=str(role.id))
    await stage.at(9)
    await stage.answer(ada, "python", 0)
    await stage.at(9, 10)
    counted = ada.read(stage.posted("python")[0])
    await stage.at(16)
    closed = ada.read(stage.posted("python")[0])

    assert counted.startswith("@pythonistas\n")
    assert "1 answered" in counted
    assert "@pythonistas" not in closed


async def test_without_a_role_nobody_is_pinged(stage: Stage, ada: Person) -> None:
    """Which is what nobody asked to be otherwise."""
    stage.discord.role("pythonistas")
    said = await set_up(stage, ada)
    await stage.at(9)

    assert "ping" not in said
    assert stage.discord.pings == []


async def test_everyone_is_refused(stage: Stage, ada: Person) -> None:
    """As an option of the command; nothing is saved."""
    said = await set_up(stage, ada, role=str(stage.discord.guild().id))
    status = await stage.say(ada, "status", "python")

    assert EVERYONE in said
    assert "not set up" in status


async def test_a_role_is_chosen_and_taken_back_on_the_sheet(stage: Stage, ada: Person) -> None:
    """@everyone is refused there too, at once and when it is saved; no role is one that stands there."""
    discord, role = stage.discord, stage.discord.role("pythonistas")
    await ada.slash("pyquiz-setup", {}, "python")
    await stage.told(ada, "python", 0)
    await ada.choose("Role to ping", [str(discord.guild().id)], "python")
    at_once = ada.private("python")[-1]
    await ada.press("Save", "python")
    await stage.quiet()
    at_saving = ada.private("python")[-1]
    await ada.choose("Role to ping", [str(role.id)], "python")
    chosen = ada.private("python")[-1]
    await ada.press("Save", "python")
    await stage.quiet()
    saved = ada.private("python")[-1]
    await ada.press("Edit", "python")
    await stage.told(ada, "python", 1)
    shown = [part for part in walk(ada.messages("python")[-1].components) if part["type"] == 6]
    await ada.choose("Role to ping", [], "python")
    await ada.press("Save", "python")
    await stage.quiet()
    taken_back = ada.private("python")[-1]

    assert f"Not yet: {EVERYONE}" in at_once
    assert f"Not saved. {EVERYONE}" in at_saving
    assert EVERYONE not in chosen
    assert "Each question pings @pythonistas" in saved
    assert [part["default_values"] for part in shown] == [[{"id": str(role.id), "type": "role"}]]
    assert "PyQuiz will ask in #python" in taken_back
    assert "ping" not in taken_back


@pytest.mark.parametrize("given", ["by the command", "on the sheet"])
async def test_a_role_that_cannot_be_pinged_is_told_of(stage: Stage, ada: Person, given: str) -> None:
    """Discord would show its name and notify nobody, without a word."""
    role = str(stage.discord.role("moderators", mentionable=False).id)
    if given == "by the command":
        await set_up(stage, ada, role=role)
        await stage.discord.until(lambda: len(ada.private("python")) == 2)
    else:
        await ada.slash("pyquiz-setup", {}, "python")
        await stage.told(ada, "python", 0)
        await ada.choose("Role to ping", [role], "python")

    assert "@moderators stands in each question, but notifies nobody yet." in ada.private("python")[-1]


async def test_with_the_permission_any_role_can_be_pinged(stage: Stage, ada: Person) -> None:
    """Then there is nothing to tell."""
    stage.discord.guild().granted |= MENTION_ALL
    role = str(stage.discord.role("moderators", mentionable=False).id)
    await set_up(stage, ada, role=role)
    await stage.at(9)

    assert len(ada.private("python")) == 1
    assert stage.discord.pings == [f"<@&{role}>"]


async def test_settings_that_are_typed_take_no_role(stage: Stage, ada: Person) -> None:
    """A role is chosen, so that nobody has to know ids, and none is guessed."""
    said = await stage.say(ada, "setup zone=UTC role=@everyone", "python")
    await stage.at(9)

    assert "PyQuiz will ask" not in said
    assert stage.discord.pings == []
