"""How an answer reaches who spoke: where they are, privately, in place of what they pressed, or for all to see."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace

from aiohttp import ClientSession
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack import sentences
from adapters.slack.blocks import Element, message
from adapters.slack.heard import Heard
from adapters.slack.messenger import BROKEN, Clients, code_of
from adapters.slack.modals import home, page, view
from bot.card import Card, Form, Reply, Where

log = logging.getLogger(__name__)

TOO_LATE = frozenset({"expired_trigger_id", "trigger_expired", "invalid_trigger_id", "trigger_exchanged"})


class Replies:
    """Says things back. Never raises for what Slack refuses: it is logged, and the person may ask again."""

    def __init__(self, clients: Clients, session: ClientSession) -> None:
        self._clients = clients
        self._session = session

    async def show(self, heard: Heard, reply: Reply) -> None:
        """Show a reply where it belongs. What is for all to see never stands in somebody's modal."""
        if heard.view and reply.where is Where.PUBLIC and heard.channel:
            await self._call(heard, "chat.postMessage", {"channel": heard.channel, **message(reply.card)})
            reply = Reply(sentences.shared(heard.channel_name))
        if heard.view:
            await self._call(heard, "views.update", {"view_id": heard.view, "view": page(reply.card, heard.memory)})
        elif heard.home and heard.trigger:
            opened = await self._call(heard, "views.open", _open(heard, page(reply.card, heard.memory)))
            if opened is None:  # too late for a modal: three seconds are over
                await self.say(heard, reply)
        else:
            await self.say(heard, reply)

    async def say(self, heard: Heard, reply: Reply) -> None:
        """Show a reply as a message, also where a modal asked for it."""
        if heard.response_url and await self._respond(heard, reply):
            return
        where: Element = {"channel": heard.channel, "user": heard.user} if heard.channel else {}
        thread: Element = {"thread_ts": heard.thread} if heard.thread else {}
        if not heard.channel:
            await self._call(heard, "chat.postMessage", {"channel": heard.direct or heard.user, **message(reply.card)})
        elif reply.where is Where.PUBLIC:
            await self._call(heard, "chat.postMessage", {"channel": heard.channel, **message(reply.card)})
        else:
            await self._call(heard, "chat.postEphemeral", {**where, **thread, **message(reply.card)})

    async def _respond(self, heard: Heard, reply: Reply) -> bool:
        """Use the response URL; whether Slack took it. ``replace_original`` is always said: left out, Slack may
        replace the public question."""
        replaces = reply.where is Where.REPLACE and heard.replaceable
        public = reply.where is Where.PUBLIC
        body: Element = {
            "response_type": "in_channel" if public or (replaces and heard.direct) else "ephemeral",
            "replace_original": replaces,
            **message(reply.card),
        }
        try:
            async with self._session.post(heard.response_url, json=body) as answer:
                said = await answer.text()
        except BROKEN as error:
            log.warning("A reply may not have reached %s in %s: %s", heard.user, heard.team, type(error).__name__)
            return True  # it may have: a second one would show twice
        taken = answer.status == 200 and '"ok":false' not in said.replace(" ", "")
        if not taken:
            log.info("A response URL was refused with %s: %s", answer.status, said[:200])
        return taken

    async def open(self, heard: Heard, form: Form) -> str:
        """Open a form, in the modal that is there already or in a new one; the modal's id, empty where none opened."""
        shown = view(form, replace(heard.memory, form=form.id))
        if heard.view:
            answer = await self._call(heard, "views.update", {"view_id": heard.view, "view": shown})
        elif heard.trigger:
            answer = await self._call(heard, "views.open", _open(heard, shown))
        else:
            answer = None
        if answer is None:
            if not heard.view and not heard.home:
                await self.say(heard, Reply(sentences.press_to_open(form)))
            return ""
        opened = answer.get("view")
        return str(opened.get("id", "")) if isinstance(opened, dict) else ""

    async def fill(self, heard: Heard, view_id: str, filled: Form | Reply) -> None:
        """Put into an open modal what it was opened for, or why it may not be had."""
        if isinstance(filled, Form):
            shown = view(filled, replace(heard.memory, form=filled.id))
        else:
            shown = page(filled.card, heard.memory)
        await self._call(heard, "views.update", {"view_id": view_id, "view": shown})

    async def preview(self, heard: Heard, id_: str, shown: Element) -> None:
        """Put into a modal that says to wait what it waited for."""
        await self._call(heard, "views.update", {"external_id": id_, "view": shown})

    async def publish(self, heard: Heard, cards: Sequence[Card], seen: str) -> bool:
        """Show somebody's Home tab; False where it was changed since ``seen``, the hash of what they looked at."""
        since: Element = {"hash": seen} if seen else {}
        answer = await self._call(heard, "views.publish", {"user_id": heard.user, "view": home(cards), **since})
        return answer is not None

    async def _call(self, heard: Heard, method: str, body: Element) -> Element | None:
        client: AsyncWebClient | None = await self._clients(heard.team)
        if client is None:
            log.warning("Nobody can be answered in %s: PyQuiz is not installed there.", heard.team)
            return None
        try:
            answer = await client.api_call(method, json=body)
        except SlackApiError as error:
            level = logging.INFO if code_of(error) in TOO_LATE | {"hash_conflict"} else logging.WARNING
            log.log(level, "%s for %s in %s was refused: %s", method, heard.user, heard.team, code_of(error))
            return None
        except BROKEN as error:
            log.warning("%s for %s in %s broke: %s", method, heard.user, heard.team, type(error).__name__)
            return None
        return dict(answer.data) if isinstance(answer.data, dict) else {}


def _open(heard: Heard, shown: Element) -> Element:
    return {"trigger_id": heard.trigger, "view": shown}
