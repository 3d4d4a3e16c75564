"""What people do on Slack, handed to the Face, and its replies handed back. Everything is acknowledged first."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Coroutine
from datetime import datetime, timedelta
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from adapters.slack import sentences
from adapters.slack.blocks import option
from adapters.slack.channels import Channels
from adapters.slack.happenings import happening
from adapters.slack.heard import (
    PLATFORM,
    Heard,
    Payload,
    as_typed,
    is_press,
    mentioned,
    opened,
    pressed,
    team_of,
    typed,
)
from adapters.slack.modals import CALLBACK
from adapters.slack.people import People
from adapters.slack.replies import Replies
from adapters.slack.sending import Sending
from adapters.work import Work
from bot.card import BadButton, ButtonId, Form, Reply
from bot.model import Actor, Command, Press
from bot.ports import Face, PlaceBack, Revoked, Shelf

log = logging.getLogger(__name__)

SAYS = "pq|do|"
"""What the ids of buttons begin with that say a command."""

ANY = re.compile(".")

SEEN_FOR = timedelta(hours=1)
"""Slack delivers an event again after about a minute and after five."""

Forget = Callable[[str], Coroutine[Any, Any, None]]


class Listeners:
    """Listens through one Bolt app. ``clock`` returns aware UTC; ``forget`` drops a workspace's token."""

    def __init__(
        self,
        face: Face,
        shelf: Shelf,
        people: People,
        channels: Channels,
        replies: Replies,
        work: Work,
        clock: Callable[[], datetime],
        forget: Forget,
    ) -> None:
        self._face = face
        self._shelf = shelf
        self._people = people
        self._replies = replies
        self._channels = channels
        self._sending = Sending(face, people, channels, replies, work, clock, self.show_home)
        self._work = work
        self._clock = clock
        self._forget = forget

    def listen(self, app: AsyncApp) -> None:
        """Register with an app: few listeners, for each is asked in turn, and presses before all of them."""
        app.use(PressesFirst(self))
        app.command(ANY)(self.on_command)
        app.event(ANY)(self.on_event)
        app.view(CALLBACK)(self._sending.on_view)
        app.options(ANY)(self.on_options)

    def on_press(self, body: Payload) -> asyncio.Task[None]:
        """A button or a menu of ours: what was begun with it."""
        heard = pressed(body)
        return self._work.begin(self._guarded(heard, self._pressed(heard, body["actions"][0])))

    async def on_command(self, ack: AsyncAck, body: dict[str, Any]) -> BoltResponse:
        """A slash command."""
        heard = typed(body)
        self._work.begin(self._guarded(heard, self._said(heard, str(body.get("text") or ""))))
        return await ack()

    async def on_event(self, ack: AsyncAck, body: dict[str, Any]) -> BoltResponse:
        """Anything of the Events API."""
        self._work.begin(self._happened(body))
        return await ack()

    async def on_options(self, ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> BoltResponse:
        """What could be meant by what was typed into a searchable field."""
        who = Actor(PLATFORM, str(context.team_id or ""), str(context.user_id or ""), "")
        found = await self._face.suggest(who, str(body["action_id"]), str(body.get("value") or ""))
        return await ack(options=[option(choice.value, choice.label) for choice in found])

    async def _guarded(self, heard: Heard, work: Coroutine[Any, Any, None]) -> None:
        """Nobody waits for an answer that will not come."""
        try:
            await work
        except Exception:
            log.exception("%s in %s could not be answered", heard.user, heard.team)
            await self._replies.show(heard, Reply(sentences.failed()))

    async def _pressed(self, heard: Heard, action: Payload) -> None:
        button = str(action["action_id"])
        form = self._form(button)
        if form is not None:
            await self._fill(heard, form)
            return
        actor = await (self._people.somewhere(heard) if button.startswith(SAYS) else self._people.actor(heard))
        press = Press(actor, heard.place, button, chosen(action), heard.message)
        await self._answer(heard, await self._face.press(press, self._clock()))

    def _form(self, written: str) -> Form | None:
        try:
            return self._face.form(ButtonId.read(written))
        except BadButton:
            return None

    async def _fill(self, heard: Heard, form: Form) -> None:
        """Open a skeleton while Slack still lets us, then fill it."""
        view = await self._replies.open(heard, form)
        if view:
            actor = await self._people.actor(heard)
            await self._replies.fill(heard, view, await self._face.fill(form, actor, heard.place, self._clock()))

    async def _said(self, heard: Heard, text: str) -> None:
        actor, place = await self._people.somewhere(heard), await self._channels.named(heard.place)
        command = Command(actor, place, as_typed(text))
        await self._answer(heard, await self._face.command(command, self._clock()))

    async def _answer(self, heard: Heard, found: Reply | Form) -> None:
        if isinstance(found, Form):
            await self._replies.open(heard, found)
            return
        await self._replies.show(heard, await self._sending.kept(found))
        if heard.home:
            await self.show_home(heard)

    async def show_home(self, heard: Heard) -> None:
        """Show somebody their page, if they are at it. Where it was changed since, it is put together anew."""
        if not heard.home:
            return
        for seen in (heard.view_hash, ""):
            cards = await self._face.home(await self._people.somewhere(heard), self._clock())
            if await self._replies.publish(heard, cards, seen) or not seen:
                return

    async def _happened(self, body: Payload) -> None:
        """An event, once: Slack repeats what it thinks was lost, to any replica."""
        now = self._clock()
        event = body["event"]
        if not self._matters(body):
            return
        if "event_id" in body and not await self._shelf.first(f"event:{body['event_id']}", until=now + SEEN_FOR):
            return
        change = happening(body)
        if change is not None:
            if isinstance(change, Revoked):
                await self._forget(change.workspace)
            self._channels.forget(team_of(body))
            if isinstance(change, PlaceBack):
                change = PlaceBack(await self._channels.named(change.place))
            await self._face.happened(change, now)
        elif event["type"] == "app_home_opened":
            heard = opened(body)
            await self.show_home(heard)
        else:
            heard = mentioned(body)
            await self._guarded(heard, self._addressed(heard, event))

    async def _addressed(self, heard: Heard, event: Payload) -> None:
        """A direct message says a command; a mention asks for help."""
        if event["type"] != "app_mention":
            await self._said(heard, str(event.get("text") or ""))
        elif heard.thread:
            await self._replies.say(heard, Reply(sentences.in_thread()))
        else:
            await self._said(heard, "help")

    def _matters(self, body: Payload) -> bool:
        """Whether somebody has to be answered or something changes; most messages are none of ours."""
        event = body["event"]
        match event["type"]:
            case "message":
                own = event.get("bot_id") or event.get("subtype")
                return event.get("channel_type") == "im" and not own and bool(event.get("user"))
            case "app_home_opened":
                return bool(event.get("tab", "home") == "home")
            case "app_mention":
                return bool(event.get("user")) and not event.get("bot_id")
        return happening(body) is not None


class PressesFirst(AsyncMiddleware):
    """Takes the presses out of Bolt's line, once they are known to be Slack's: they come in herds, and finding a
    listener and what it wants to be called with costs as much as all the rest of Bolt."""

    def __init__(self, listeners: Listeners) -> None:
        self._listeners = listeners

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,
        next: Callable[[], Awaitable[BoltResponse]],  # noqa: A002  Bolt says it so
    ) -> BoltResponse | None:
        """Acknowledge a press, and begin with it; leave everything else to the listeners."""
        if not is_press(req.body):
            return await next()
        self._listeners.on_press(req.body)
        return BoltResponse(status=200, body="")


def chosen(action: Payload) -> tuple[str, ...]:
    """What a menu sends along."""
    one, several = action.get("selected_option"), action.get("selected_options")
    return tuple(str(each["value"]) for each in ([one] if one else several or ()))
