"""A person at their Slack: reads what they can see, presses, types, fills in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from tests.standins.slack.api import change, push
from tests.standins.slack.limits import check_errors, check_options, check_view
from tests.standins.slack.shown import shown
from tests.standins.slack.town import Channel, Json, Message, Team

if TYPE_CHECKING:
    from tests.standins.slack.server import SlackStandIn


class Person:
    """Somebody of a workspace."""

    def __init__(self, slack: SlackStandIn, team: Team, id_: str) -> None:
        self.slack = slack
        self.team = team
        self.id = id_
        self.errors: Json = {}

    # Reading

    def _channel(self, name: str) -> Channel:
        if name == "dm":
            return self.team.direct(self.id)
        return next(channel for channel in self.team.channels.values() if channel.name == name)

    def messages(self, channel: str) -> list[Message]:
        """What stands before their eyes in a channel (``dm``: with the app), oldest first."""
        return self._channel(channel).seen_by(self.id)

    def read(self, message: Message) -> str:
        """A message as they read it."""
        return shown(message.blocks, self.team.users[self.id].zone)

    def sees(self, channel: str) -> list[str]:
        """All messages as they read them."""
        return [self.read(message) for message in self.messages(channel)]

    def private(self, channel: str) -> list[str]:
        """What only they see there."""
        return [self.read(message) for message in self.messages(channel) if message.only_for]

    def last(self, channel: str) -> str:
        """The last message there."""
        return self.sees(channel)[-1]

    @property
    def modal(self) -> Json | None:
        """The modal that lies on top, if one does."""
        mine = [view for view in self.team.views.values() if view["user"] == self.id]
        return mine[-1] if mine else None

    def modal_text(self) -> str:
        """The modal as they read it."""
        view = self.modal
        return "" if view is None else shown(view["blocks"], self.team.users[self.id].zone)

    def home_text(self) -> str:
        """The Home tab as they read it."""
        view = self.team.homes.get(self.id)
        return "" if view is None else shown(view["blocks"], self.team.users[self.id].zone)

    # Speaking

    async def command(self, text: str, channel: str, name: str = "/pyquiz") -> Json:
        """Type a slash command into a channel."""
        there = self._channel(channel)
        shown_as = "directmessage" if there.direct_to else "privategroup" if there.private else there.name
        answer = await self.slack.deliver(
            "slash_commands",
            {
                "command": name,
                "text": text,
                "team_id": self.team.id,
                "channel_id": there.id,
                "channel_name": shown_as,
                "user_id": self.id,
                "user_name": self.team.users[self.id].name,
                "api_app_id": self.team.app_id,
                "response_url": self.slack.response_url(self.team, there, self.id, None),
                "trigger_id": self.slack.trigger_id(self.id),
            },
        )
        if answer.get("text") or answer.get("blocks"):
            self.slack.whisper(there, self.id, answer)
        return answer

    async def press(self, label: str, channel: str, message: Message | None = None, values: Any = None) -> Json:
        """Press the button with that label, on the latest message that has one."""
        there = self._channel(channel)
        found = message or next((m for m in reversed(self.messages(channel)) if _has(m.blocks, label)), None)
        assert found is not None, f"{self.id} sees no button {label!r} in {channel}: {self.sees(channel)}"
        return await self.press_id(_control(found.blocks, label)["action_id"], there, found, values)

    async def press_id(self, action_id: str, there: Channel, message: Message, values: Any = None) -> Json:
        """Press a button by its id, still there or not: two people may have the same old message before them."""
        body = {
            **self._interaction("block_actions"),
            "container": {
                "type": "message",
                "message_ts": message.ts,
                "channel_id": there.id,
                "is_ephemeral": message.only_for is not None,
                **({"thread_ts": message.thread_ts} if message.thread_ts else {}),
            },
            "channel": {"id": there.id, "name": there.name},
            "response_url": self.slack.response_url(self.team, there, self.id, message),
            "actions": [_action(action_id, values)],
        }
        if message.only_for is None:
            body["message"] = {"ts": message.ts, "text": message.text, "blocks": message.blocks}
        return await self.slack.deliver("interactive", body)

    async def press_in_view(self, label: str, *, home: bool = False) -> Json:
        """Press a button of the modal on top, or of the Home tab."""
        view = self.team.homes.get(self.id) if home else self.modal
        assert view is not None, "that was not opened yet"
        control = _control(view["blocks"], label)
        body = {
            **self._interaction("block_actions"),
            "container": {"type": "view", "view_id": view["id"]},
            "view": view,
            "actions": [_action(control["action_id"], None)],
        }
        return await self.slack.deliver("interactive", body)

    async def submit(self, **fields: str | list[str]) -> Json:
        """Fill in fields of the modal on top, leave the others as they are, and send it. It closes unless refused."""
        view = self.modal
        assert view is not None
        before = (view.get("state") or {}).get("values", {})
        state = {"values": {**dict(_filled(view, fields)), **{n: v for n, v in before.items() if n not in fields}}}
        answer = await self.slack.deliver(
            "interactive", {**self._interaction("view_submission"), "view": {**view, "state": state}}
        )
        self.errors = answer.get("errors", {})
        match answer.get("response_action"):
            case "errors":
                check_errors(view, self.errors)
            case "update":
                check_view(answer["view"])
                change(view, answer["view"], self.slack.next_ts())
            case "push":
                check_view(answer["view"])
                view["state"] = state
                push(self.slack, self.team, answer["view"], self.id)
            case "clear":
                self._close_all()
            case _:
                del self.team.views[view["id"]]
        self.slack.stir()
        return answer

    def close(self) -> None:
        """Press what closes the modal on top: the one below comes back as it was filled in, unless all are closed."""
        view = self.modal
        assert view is not None
        if view.get("clear_on_close"):
            self._close_all()
        else:
            del self.team.views[view["id"]]

    def _close_all(self) -> None:
        for id_ in [id_ for id_, view in self.team.views.items() if view["user"] == self.id]:
            del self.team.views[id_]

    async def suggestions(self, field: str, typed: str) -> list[str]:
        """What a searchable field of the modal offers for what was typed."""
        answer = await self.slack.deliver(
            "interactive",
            {
                **self._interaction("block_suggestion"),
                "view": self.modal,
                "action_id": field,
                "block_id": field,
                "value": typed,
            },
        )
        check_options(answer["options"])
        return [option["value"] for option in answer["options"]]

    async def write(self, text: str) -> None:
        """Write to the app, directly."""
        there = self.team.direct(self.id)
        ts = self.slack.next_ts()
        there.messages.append(Message(ts, there.id, text, [], author=self.id))
        event = {"type": "message", "channel_type": "im", "channel": there.id, "user": self.id, "text": text, "ts": ts}
        await self.slack.event(self.team, event)

    async def mention(self, text: str, channel: str, thread: str = "") -> None:
        """Mention the app in a channel, or in the thread of a message."""
        there = self._channel(channel)
        event = {"type": "app_mention", "channel": there.id, "user": self.id, "text": text, "ts": self.slack.next_ts()}
        await self.slack.event(self.team, {**event, **({"thread_ts": thread} if thread else {})})

    async def open_home(self) -> None:
        """Look at the app's Home tab."""
        view = self.team.homes.get(self.id)
        event = {"type": "app_home_opened", "user": self.id, "channel": f"D{self.id}", "tab": "home"}
        await self.slack.event(self.team, {**event, **({"view": view} if view else {})})

    def _interaction(self, kind: str) -> Json:
        return {
            "type": kind,
            "team": {"id": self.team.id, "domain": "town"},
            "user": {"id": self.id, "username": self.team.users[self.id].name, "team_id": self.team.id},
            "api_app_id": self.team.app_id,
            "token": "unused",
            "trigger_id": self.slack.trigger_id(self.id),
        }


def _controls(blocks: list[Json]) -> Iterator[Json]:
    for block in blocks:
        if block["type"] == "actions":
            yield from block["elements"]


def _label(control: Json) -> str:
    return str((control.get("text") or control.get("placeholder") or {}).get("text", ""))


def _has(blocks: list[Json], label: str) -> bool:
    return any(_label(control) == label for control in _controls(blocks))


def _control(blocks: list[Json], label: str) -> Json:
    found = next((control for control in _controls(blocks) if _label(control) == label), None)
    assert found is not None, f"there is no {label!r} among {[_label(control) for control in _controls(blocks)]}"
    return found


def _action(action_id: str, values: Any) -> Json:
    action: Json = {"action_id": action_id, "block_id": "b", "type": "button", "action_ts": "1"}
    if isinstance(values, list):
        action.update(type="multi_static_select", selected_options=[{"value": value} for value in values])
    elif values is not None:
        action.update(type="static_select", selected_option={"value": values})
    return action


def _filled(view: Json, fields: Mapping[str, str | list[str]]) -> Iterator[tuple[str, Json]]:
    inputs = [block for block in view["blocks"] if block["type"] == "input"]
    unknown = set(fields) - {block["block_id"] for block in inputs}
    assert not unknown, f"the form has no fields {unknown}"
    for block in inputs:
        element = block["element"]
        yield block["block_id"], {element["action_id"]: _value(element, fields.get(block["block_id"]))}


def _value(element: Json, given: str | list[str] | None) -> Json:
    kind = element["type"]
    entry: Json = {"type": kind}
    if kind == "plain_text_input":
        entry["value"] = given if given is not None else element.get("initial_value")
    elif kind == "conversations_select":
        entry["selected_conversation"] = given if given is not None else element.get("initial_conversation")
    elif kind == "multi_external_select":
        wanted = given if given is not None else [o["value"] for o in element.get("initial_options", [])]
        entry["selected_options"] = [
            {"value": value, "text": {"type": "plain_text", "text": value}} for value in wanted
        ]
    elif kind in ("checkboxes", "multi_static_select"):
        wanted = given if given is not None else [o["value"] for o in element.get("initial_options", [])]
        options = {option["value"]: option for option in element["options"]}
        entry["selected_options"] = [options[value] for value in wanted]
    elif given is not None:
        entry["selected_option"] = {"value": given, "text": {"type": "plain_text", "text": given}}
    else:
        entry["selected_option"] = element.get("initial_option")
    return entry
