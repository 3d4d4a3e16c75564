"""Forms that are sent: looked at first where they say so, told beside their fields what is wrong, answered in time."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

from slack_bolt.async_app import AsyncAck
from slack_bolt.response import BoltResponse

from adapters.slack import sentences
from adapters.slack.blocks import Element
from adapters.slack.channels import Channels
from adapters.slack.heard import Heard, submitted
from adapters.slack.modals import Filled, Memory, errors, page, preview, values, waiting
from adapters.slack.people import People
from adapters.slack.replies import Replies
from adapters.work import Work
from bot.card import BadButton, ButtonId, Card, FieldErrors, Form, Reply
from bot.model import Submission
from bot.ports import Face

FORM_LIMIT = 1.5
"""Seconds after which a modal is answered although it is not known yet what comes of it: Slack gives up after three,
and the way there and back, on a busy machine, is in those."""

Outcome = TypeVar("Outcome")


class Sending:
    """Takes forms. ``clock`` returns aware UTC; ``home`` shows somebody their page anew, if they are at it."""

    def __init__(
        self,
        face: Face,
        people: People,
        channels: Channels,
        replies: Replies,
        work: Work,
        clock: Callable[[], datetime],
        home: Callable[[Heard], Coroutine[Any, Any, None]],
    ) -> None:
        self._face = face
        self._people = people
        self._channels = channels
        self._replies = replies
        self._work = work
        self._clock = clock
        self._home = home

    async def on_view(self, ack: AsyncAck, body: dict[str, Any]) -> BoltResponse:
        """A form was sent: what is wrong with it stands beside its fields, if it is known in time; what it would do
        comes on top of it."""
        heard, memory = submitted(body)
        skeleton = self._skeleton(memory.form)
        filled = memory.filled if memory.values else values(body["view"]["state"]["values"])
        if skeleton is not None and skeleton.previewed and not memory.values:
            held = memory.holding(filled)
            if held is not None:
                return await self._on_next(ack, heard, Looked(skeleton, held, filled))
        return await self._on_send(ack, heard, memory, filled)

    def _skeleton(self, form: str) -> Form | None:
        try:
            return self._face.form(ButtonId.read(form))
        except (BadButton, ValueError, IndexError):
            return None

    async def _on_send(self, ack: AsyncAck, heard: Heard, memory: Memory, filled: Filled) -> BoltResponse:
        task = self._work.begin(self._submit(heard, memory.form, filled))
        if not await _in_time(task):
            self._work.begin(self._tell_later(heard, memory.form, task))
            return await ack({"response_action": "clear"})
        outcome = task.result()
        if isinstance(outcome, FieldErrors):
            return await ack(_on_page(outcome, heard) if memory.values else errors(outcome))
        if not heard.response_url and not heard.channel:
            self._work.begin(self._home(heard))
            return await ack({"response_action": "update", "view": page(outcome.card, heard.memory)})
        self._work.begin(self._replies.say(heard, outcome))
        return await ack({"response_action": "clear"})

    async def _on_next(self, ack: AsyncAck, heard: Heard, looked: Looked) -> BoltResponse:
        task = self._work.begin(self._look(heard, looked))
        if not await _in_time(task):
            id_ = secrets.token_urlsafe(12)
            self._work.begin(self._preview_later(heard, looked, id_, task))
            return await ack({"response_action": "push", "view": waiting(looked.form, looked.memory, id_)})
        outcome = task.result()
        if isinstance(outcome, FieldErrors):
            return await ack(errors(outcome))
        return await ack({"response_action": "push", "view": _looks(outcome, looked, heard)})

    async def _preview_later(
        self, heard: Heard, looked: Looked, id_: str, task: asyncio.Task[Card | Reply | FieldErrors]
    ) -> None:
        outcome = await _whatever_came_of(task)
        if isinstance(outcome, FieldErrors):
            outcome = Reply(sentences.refused(outcome))
        await self._replies.preview(heard, id_, _looks(outcome, looked, heard))

    async def kept(self, reply: Reply) -> Reply:
        """The reply, or, where it promises something that PyQuiz cannot keep from outside, how to let it in."""
        if reply.promise is None or not await self._channels.is_outside(reply.promise.place):
            return reply
        return replace(reply, card=sentences.invite(reply.promise.place.name, reply.promise.again))

    async def _look(self, heard: Heard, looked: Looked) -> Card | Reply | FieldErrors:
        sent = await self._submission(heard, looked.memory.form, looked.filled)
        return sent if isinstance(sent, FieldErrors) else await self._face.preview(sent, self._clock())

    async def _submit(self, heard: Heard, form: str, filled: Filled) -> Reply | FieldErrors:
        sent = await self._submission(heard, form, filled)
        if isinstance(sent, FieldErrors):
            return sent
        outcome = await self._face.submit(sent, self._clock())
        return outcome if isinstance(outcome, FieldErrors) else await self.kept(outcome)

    async def _submission(self, heard: Heard, form: str, filled: Filled) -> Submission | FieldErrors:
        """What was sent, from where: a channel that it chooses is looked up in the name of who chose it."""
        actor, place = await self._people.actor(heard), heard.place
        if "channel" in filled:
            found = await self._channels.chosen(heard, next(iter(filled["channel"]), ""))
            if isinstance(found, str):
                return FieldErrors((("channel", found),))
            place = found
        return Submission(actor, place, form, filled)

    async def _tell_later(self, heard: Heard, form: str, task: asyncio.Task[Reply | FieldErrors]) -> None:
        outcome = await _whatever_came_of(task)
        if isinstance(outcome, FieldErrors):
            outcome = Reply(sentences.refused(outcome, form))
        await self._replies.say(heard, outcome)
        await self._home(heard)


@dataclass(frozen=True, slots=True)
class Looked:
    """A form that was filled in and is to be looked at before it is sent; ``memory`` holds what was filled in."""

    form: Form
    memory: Memory
    filled: Filled


def _looks(outcome: Card | Reply, looked: Looked, heard: Heard) -> Element:
    """What a form would do, with a way on and a way back; or why it may not."""
    if isinstance(outcome, Reply):
        return page(outcome.card, heard.memory, back=True)
    return preview(outcome, looked.form, looked.memory)


def _on_page(found: FieldErrors, heard: Heard) -> Element:
    """What went wrong with a form after it was looked at: its fields are not there any more."""
    return {"response_action": "update", "view": page(sentences.refused(found), heard.memory, back=True)}


async def _whatever_came_of(task: asyncio.Task[Outcome]) -> Outcome | Reply:
    """An error of ours is told as well, for nobody sees a form any more that could be sent again; its task logs it."""
    try:
        return await task
    except Exception:
        return Reply(sentences.failed())


async def _in_time(task: asyncio.Task[Any]) -> bool:
    """Whether what comes of a form is known before Slack gives up."""
    await asyncio.wait((task,), timeout=FORM_LIMIT)
    return task.done()
