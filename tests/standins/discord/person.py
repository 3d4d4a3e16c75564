"""A person at their Discord: reads what they can see, presses, chooses, types, fills in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tests.standins.discord.interactions import AUTOCOMPLETE, COMMAND, COMPONENT, MODAL, Interaction
from tests.standins.discord.limits import walk
from tests.standins.discord.shown import shown
from tests.standins.discord.town import Channel, Guild, Json, Message, User

if TYPE_CHECKING:
    from tests.standins.discord.server import DiscordStandIn


class Person:
    """Somebody of a server."""

    def __init__(self, discord: DiscordStandIn, guild: Guild, user: User) -> None:
        self.discord = discord
        self.guild = guild
        self.user = user

    @property
    def id(self) -> str:
        """Their id."""
        return str(self.user.id)

    # Reading

    def channel(self, name: str) -> Channel:
        """A channel of their server; ``dm``: direct messages with the bot."""
        if name == "dm":
            return self.discord.direct(self.user.id)
        return self.discord.channel(name, self.guild.name)

    def messages(self, channel: str) -> list[Message]:
        """What stands before their eyes in a channel, oldest first."""
        return self.channel(channel).seen_by(self.user.id)

    def read(self, message: Message) -> str:
        """A message as they read it."""
        text = re.sub(r"<@&(\d+)>", self._role_name, shown(message.components, self.user.zone))
        text = re.sub(r"<#(\d+)>", lambda found: f"#{self.discord.channels[int(found[1])].name}", text)
        return f"{message.body.get('content') or ''}\n{text}".strip()

    def _role_name(self, found: re.Match[str]) -> str:
        role = self.guild.role(int(found[1]))
        return f"@{role.name.removeprefix('@')}" if role else "@deleted-role"

    def sees(self, channel: str) -> list[str]:
        """All messages as they read them."""
        return [self.read(message) for message in self.messages(channel)]

    def private(self, channel: str) -> list[str]:
        """What only they see there."""
        return [self.read(message) for message in self.messages(channel) if message.only_for]

    @property
    def modal(self) -> Json | None:
        """The modal before them."""
        found = self.discord.modals.get(self.user.id)
        return found[1] if found else None

    def modal_text(self) -> str:
        """The modal as they read it."""
        return shown(self.modal["components"], self.user.zone) if self.modal else ""

    # Speaking

    async def command(self, text: str, channel: str) -> Interaction:
        """Type ``/pyquiz`` with a text; without any, nothing is typed behind it."""
        return await self.slash("pyquiz", {"text": text} if text else {}, channel)

    async def slash(self, name: str, given: dict[str, Any], channel: str) -> Interaction:
        """Use a slash command with these options. A channel is given by its id."""
        known = self._known(name)
        kinds = {option["name"]: option["type"] for option in known.get("options", [])}
        unknown = set(given) - set(kinds)
        assert not unknown, f"/{name} has no options {unknown}"
        data = {
            "id": known["id"],
            "name": name,
            "type": 1,
            "options": [{"name": key, "type": kinds[key], "value": value} for key, value in given.items()],
            "resolved": self._resolved(given, kinds),
        }
        return await self._do(COMMAND, channel, data, None)

    def _known(self, name: str) -> Json:
        found = next((command for command in self.discord.commands if command["name"] == name), None)
        assert found is not None, f"Discord was told of no command /{name}"
        return found

    def _resolved(self, given: dict[str, Any], kinds: dict[str, int]) -> Json:
        ids = [str(value) for key, value in given.items() if kinds[key] == 7]
        found = [self.discord.channels[int(id_)] for id_ in ids]
        return {
            "channels": {
                str(c.id): {"id": str(c.id), "name": c.name, "type": c.kind, "permissions": "0"} for c in found
            },
            **self._roles([str(value) for key, value in given.items() if kinds[key] == 8]),
        }

    def _roles(self, ids: Sequence[str]) -> Json:
        found = [self.guild.role(int(id_)) for id_ in ids]
        assert None not in found, f"there are no such roles: {ids}"
        return {"roles": {str(role.id): role.json() for role in found if role is not None}}

    async def suggestions(self, typed: str, channel: str, name: str = "pyquiz", field: str = "text") -> list[str]:
        """What is offered for what was typed so far."""
        known = self._known(name)
        option = {"name": field, "type": 3, "value": typed, "focused": True}
        data = {"id": known["id"], "name": name, "type": 1, "options": [option]}
        done = await self._do(AUTOCOMPLETE, channel, data, None)
        assert done.response is not None
        return [choice["value"] for choice in done.response["data"]["choices"]]

    async def press(self, label: str, channel: str, message: Message | None = None) -> Interaction:
        """Press the button with that label, on the latest message that has one."""
        found = message or next((m for m in reversed(self.messages(channel)) if _control(m, label)), None)
        assert found is not None, f"{self.user.name} sees no button {label!r} in {channel}: {self.sees(channel)}"
        control = _control(found, label)
        assert control is not None
        return await self.press_id(control["custom_id"], channel, found)

    async def press_id(self, custom_id: str, channel: str, message: Message) -> Interaction:
        """Press a button by its id, still there or not: two people may have the same old message before them."""
        kept = next((m for m in message.versions if _has_id(m, custom_id)), message.body)
        there = Message(**{**message.__dict__, "body": {**message.body, "components": kept["components"]}})
        here = there if not _has_id(message.body, custom_id) else message
        return await self._do(COMPONENT, channel, {"custom_id": custom_id, "component_type": 2}, here)

    async def choose(
        self, label: str, values: Sequence[str], channel: str, message: Message | None = None
    ) -> Interaction:
        """Choose in the menu with that placeholder, on the latest message that has one."""
        found = message or next((m for m in reversed(self.messages(channel)) if _control(m, label)), None)
        assert found is not None, f"{self.user.name} sees no menu {label!r} in {channel}: {self.sees(channel)}"
        control = _control(found, label)
        assert control is not None
        kind = control["type"]
        if kind == 3:
            known = {option["value"] for option in control["options"]}
            assert set(values) <= known, f"the menu offers {known}"
        assert control.get("min_values", 1) <= len(values) <= control.get("max_values", 1)
        resolved = {"resolved": self._roles(values)} if kind == 6 else {}
        data = {"custom_id": control["custom_id"], "component_type": kind, "values": list(values), **resolved}
        return await self._do(COMPONENT, channel, data, found)

    async def submit(self, channel: str, **fields: str | list[str]) -> Interaction:
        """Fill in fields of the modal, by their custom ids or labels, leave the others as they are, and send it."""
        assert self.modal is not None, f"{self.user.name} has no form before them"
        done, view = self.discord.modals.pop(self.user.id)
        parts = [_filled(part, fields) for part in view["components"]]
        assert not fields, f"the form has no fields {set(fields)}"
        return await self._do(MODAL, channel, {"custom_id": view["custom_id"], "components": parts}, done.message)

    async def _do(self, kind: int, channel: str, data: Json, message: Message | None) -> Interaction:
        there = self.channel(channel)
        if message is not None and message.channel != there.id:
            there = self.discord.channels[message.channel]
        return await self.discord.interactions.begin(kind, self.user, there, data, message)


def _controls(message: Message) -> list[Json]:
    return [part for part in walk(message.components) if "custom_id" in part]


def _control(message: Message, label: str) -> Json | None:
    return next((part for part in _controls(message) if label in (part.get("label"), part.get("placeholder"))), None)


def _has_id(body: Json, custom_id: str) -> bool:
    return any(part.get("custom_id") == custom_id for part in walk(body.get("components") or []))


def _filled(part: Json, fields: dict[str, str | list[str]]) -> Json:
    if part["type"] != 18:
        return {"type": part["type"], "id": 1}
    inner = part["component"]
    label = "".join(sign for sign in part["label"].lower().replace(" ", "_") if sign.isalnum() or sign == "_")
    name = inner["custom_id"] if inner["custom_id"] in fields else label
    given = fields.pop(name, None)
    if inner["type"] == 4:
        value = given if given is not None else inner.get("value", "")
        assert value or not inner.get("required", True), f"{part['label']} is required"
        filled = {"value": value}
    else:
        chosen = given if given is not None else [o["value"] for o in inner.get("options", []) if o.get("default")]
        filled = {"values": [chosen] if isinstance(chosen, str) else list(chosen)}
    return {
        "type": 18,
        "id": 1,
        "component": {"type": inner["type"], "custom_id": inner["custom_id"], "id": 2, **filled},
    }
