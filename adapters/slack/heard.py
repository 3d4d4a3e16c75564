"""What Slack's payloads say about who spoke, where, and how an answer reaches them. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from adapters.slack.modals import Memory
from bot.model import MessageRef, Place

PLATFORM = "slack"

Payload: TypeAlias = Mapping[str, Any]

OURS = "pq|"
"""What every button's id begins with."""

UNNAMED = frozenset({"", "privategroup", "directmessage"})
"""What Slack says instead of the name of a private channel or of a direct message."""


@dataclass(frozen=True, slots=True)
class Heard:
    """Somebody did something somewhere.

    ``channel`` is empty in direct messages and on the Home tab. ``direct`` is a direct message's own channel.
    ``response_url`` and ``trigger`` are what Slack gives to answer with. ``replaceable``: the pressed message is seen
    by its reader alone, so that a reply may take its place. ``view`` is the modal that was pressed in; ``home``: it
    was the Home tab, whose ``view_hash`` this is. ``ts`` is the pressed message where everybody sees it.
    """

    team: str
    user: str
    user_name: str = ""
    channel: str = ""
    channel_name: str = ""
    direct: str = ""
    thread: str = ""
    response_url: str = ""
    trigger: str = ""
    replaceable: bool = False
    view: str = ""
    home: bool = False
    view_hash: str = ""
    ts: str = ""

    @property
    def place(self) -> Place:
        """Where it was, in the core's words: a direct message and the Home tab are a person's own place."""
        if not self.channel:
            return Place(PLATFORM, self.team, person=self.user)
        return Place(PLATFORM, self.team, self.channel, name=self.channel_name)

    @property
    def message(self) -> MessageRef | None:
        """The pressed message, where it is one that everybody sees."""
        return MessageRef(self.place, self.ts) if self.ts else None

    @property
    def memory(self) -> Memory:
        """What a modal that opens now has to remember of this."""
        return Memory("", self.channel, self.response_url, self.replaceable, self.channel_name, self.home)

    def within(self, memory: Memory) -> Heard:
        """This, said in a modal that remembers where it was opened."""
        return replace(
            self,
            channel=memory.channel,
            channel_name=memory.channel_name,
            response_url=memory.response_url,
            replaceable=memory.replaceable,
            home=memory.home,
        )


def is_press(body: Payload) -> bool:
    """Whether it is a button or a menu of ours."""
    actions = body.get("actions") if body.get("type") == "block_actions" else None
    return bool(actions and str(actions[0].get("action_id", "")).startswith(OURS))


def typed(body: Payload) -> Heard:
    """A slash command."""
    return Heard(
        team=str(body["team_id"]),
        user=str(body["user_id"]),
        user_name=str(body.get("user_name", "")),
        response_url=str(body.get("response_url", "")),
        trigger=str(body.get("trigger_id", "")),
        **_where(str(body["channel_id"]), str(body.get("channel_name", ""))),
    )


def pressed(body: Payload) -> Heard:
    """A button or a menu: of a message, of a modal, or of the Home tab."""
    view = body.get("view")
    if not view:
        return _interaction(body, **_on_message(body))
    if view.get("type") == "home":
        return _interaction(body, home=True, view_hash=str(view.get("hash", "")))
    return replace(_interaction(body).within(_memory(view)), view=str(view["id"]))


def _on_message(body: Payload) -> dict[str, Any]:
    """What is told by the message that was pressed. Presses come in herds, so this makes one value and no more."""
    container, channel = body.get("container") or {}, body.get("channel") or {}
    where = _where(str(channel.get("id", "")), str(channel.get("name", "")))
    ephemeral, direct = bool(container.get("is_ephemeral")), "direct" in where
    seen_by_all = {} if ephemeral or direct else {"ts": str(container.get("message_ts", ""))}
    return {
        **where,
        **seen_by_all,
        "replaceable": ephemeral or direct,
        "thread": str(container.get("thread_ts") or ""),
    }


def submitted(body: Payload) -> tuple[Heard, Memory]:
    """A modal that was sent, and what it remembers; raises ValueError for one that is not ours."""
    memory = Memory.read(str(body["view"].get("private_metadata", "")))
    return _interaction(body).within(memory), memory


def _interaction(body: Payload, **more: Any) -> Heard:
    user = body["user"]
    team = (body.get("team") or {}).get("id") or user.get("team_id") or ""
    name = user.get("name") or user.get("username") or ""
    return Heard(
        team=str(team),
        user=str(user["id"]),
        user_name=str(name),
        response_url=str(body.get("response_url") or ""),
        trigger=str(body.get("trigger_id") or ""),
        **more,
    )


def _memory(view: Payload) -> Memory:
    try:
        return Memory.read(str(view.get("private_metadata", "")))
    except ValueError:
        return Memory("")


def mentioned(body: Payload) -> Heard:
    """A message to PyQuiz: a mention in a channel or a direct message."""
    event = body["event"]
    thread, where = str(event.get("thread_ts") or ""), _where(str(event["channel"]), "")
    return Heard(team=team_of(body), user=str(event["user"]), thread=thread, **where)


_LINK = re.compile(r"<(?:https?://|mailto:)[^|<>]*\|([^<>]*)>|<(?:https?://|mailto:)([^|<>]*)>")


def as_typed(text: str) -> str:
    """What somebody typed: Slack makes links of names such as ``asyncio.run``, and entities of ``&``, ``<``, ``>``."""
    plain = _LINK.sub(lambda found: found[1] or found[2], text)
    return plain.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def opened(body: Payload) -> Heard:
    """Somebody looks at their Home tab."""
    event = body["event"]
    seen = event.get("view") or {}
    return Heard(team_of(body), str(event["user"]), home=True, view_hash=str(seen.get("hash", "")))


def team_of(body: Payload) -> str:
    """The workspace that PyQuiz is installed in, of an event: in a shared channel the speaker's is another."""
    for each in body.get("authorizations") or ():
        if each.get("team_id"):
            return str(each["team_id"])
    return str(body.get("team_id") or "")


def own_user(body: Payload) -> str:
    """PyQuiz's own user in the workspace of an event; empty where Slack does not say."""
    return next((str(each["user_id"]) for each in body.get("authorizations") or () if each.get("is_bot")), "")


def _where(channel: str, name: str) -> dict[str, Any]:
    """The fields that say in which channel, or in which direct message."""
    if channel.startswith("D"):
        return {"direct": channel}
    return {"channel": channel, "channel_name": "" if name in UNNAMED else f"#{name}"}
