"""The REST routes, as far as a quiz may want them: each takes what its path names, and the body."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from tests.standins.discord.faults import DiscordError
from tests.standins.discord.limits import check_commands, check_message
from tests.standins.discord.town import (
    BEGIN_THREADS,
    COMPONENTS_V2,
    HISTORY,
    JOINED,
    SEND,
    SEND_IN_THREADS,
    VIEW,
    Channel,
    Guild,
    Json,
    Message,
)

if TYPE_CHECKING:
    from tests.standins.discord.server import DiscordStandIn

Names: TypeAlias = dict[str, str]
Doing: TypeAlias = "Callable[[DiscordStandIn, Names, Any, Names], Any]"

OLD = 3600
"""Seconds after which edits of a message are counted."""


def me(discord: DiscordStandIn, names: Names, body: Any, query: Names) -> Any:
    """Whose token it is."""
    return {**discord.bot.json(), "bot": True}


def application(discord: DiscordStandIn, names: Names, body: Any, query: Names) -> Any:
    """The application."""
    return {
        "id": str(discord.application),
        "name": "PyQuiz",
        "description": "",
        "icon": None,
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": "",
        "team": None,
        "owner": discord.bot.json(),
        "flags": 0,
    }


def gateway(discord: DiscordStandIn, names: Names, body: Any, query: Names) -> Any:
    """Where the gateway is, and how many shards it wants."""
    there = discord.gateway
    limit = {"total": 1000, "remaining": there.starts, "reset_after": 86_400_000, "max_concurrency": there.at_once}
    return {"url": discord.gateway_url, "shards": discord.shards, "session_start_limit": limit}


def put_commands(discord: DiscordStandIn, names: Names, body: Any, query: Names) -> Any:
    """Replace all commands."""
    check_commands(body)
    fresh = {each["name"] for each in body} - {each["name"] for each in discord.commands}
    if len(fresh) > discord.creates:
        raise DiscordError(429, 30034, "Max number of daily application command creates has been reached (200)")
    discord.creates -= len(fresh)
    discord.commands = [{**each, "id": str(discord.next_id()), "version": "1"} for each in body]
    discord.syncs += 1
    return discord.commands


def post_message(discord: DiscordStandIn, names: Names, body: Json, query: Names) -> Any:
    """A message to a channel, a thread or a person."""
    channel = _speakable(discord, names["channel"])
    check_message(body)
    nonce = str(body["nonce"]) if body.get("nonce") else None
    if nonce and body.get("enforce_nonce") and (known := discord.under_nonce(nonce)):
        return known.json()
    reply = _reply(channel, body.get("message_reference"))
    message = Message(discord.next_id(), channel.id, discord.bot, body, discord.clock(), reply_to=reply, nonce=nonce)
    message.versions.append(body)
    channel.messages.append(message)
    if nonce:
        discord.nonces[nonce] = message
    discord.ping(channel, body)
    return message.json()


def _reply(channel: Channel, reference: Json | None) -> int | None:
    if reference is None:
        return None
    found = channel.message(int(reference["message_id"]))
    if found is None and reference.get("fail_if_not_exists", True):
        raise DiscordError(400, 50035, "Invalid Form Body: message_reference: Unknown message")
    return found.id if found else None


def edit_message(discord: DiscordStandIn, names: Names, body: Json, query: Names) -> Any:
    """An edit of one's own message."""
    channel = _channel(discord, names["channel"])
    message = channel.message(int(names["message"]))
    if message is None:
        raise DiscordError(404, 10008, "Unknown Message")
    if message.author is not discord.bot:
        raise DiscordError(403, 50005, "Cannot edit a message authored by another user")
    if discord.clock() - message.born > OLD:
        if discord.old_edits < 1:
            raise DiscordError(429, 30046, "Maximum number of edits to messages older than 1 hour reached.")
        discord.old_edits -= 1
    check_message(body, message.flags & COMPONENTS_V2)
    message.change(body)
    discord.ping(channel, body)
    return message.json()


def history(discord: DiscordStandIn, names: Names, body: Any, query: Names) -> Any:
    """A channel's messages, newest first."""
    channel = _channel(discord, names["channel"])
    if not _may(discord, channel, HISTORY):
        raise DiscordError(403, 50013, "Missing Permissions")
    after, limit = int(query.get("after", 0)), int(query.get("limit", 50))
    if not 1 <= limit <= 100:
        raise DiscordError(400, 50035, "Invalid Form Body: limit: 1 to 100")
    there = [m for m in channel.messages if m.only_for is None and not m.deleted and m.id > after]
    return [m.json() for m in there[:limit][::-1]]


def begin_thread(discord: DiscordStandIn, names: Names, body: Json, query: Names) -> Any:
    """The thread of a message: it has the message's id."""
    channel = _channel(discord, names["channel"])
    if not _may(discord, channel, BEGIN_THREADS):
        raise DiscordError(403, 50013, "Missing Permissions")
    message = channel.message(int(names["message"]))
    if message is None:
        raise DiscordError(404, 10008, "Unknown Message")
    if message.id in discord.channels:
        raise DiscordError(400, 160004, "A thread has already been created for this message")
    if not 1 <= len(body.get("name", "")) <= 100:
        raise DiscordError(400, 50035, "Invalid Form Body: name: 1 to 100")
    thread = Channel(message.id, body["name"], guild=channel.guild, parent=channel.id)
    discord.channels[thread.id] = thread
    return {"id": str(thread.id), "type": 11, "name": thread.name, "guild_id": str(thread.guild)}


def direct(discord: DiscordStandIn, names: Names, body: Json, query: Names) -> Any:
    """Direct messages with somebody."""
    user = discord.users.get(int(body["recipient_id"]))
    if user is None:
        raise DiscordError(400, 50033, "Invalid Recipient(s)")
    return {"id": str(discord.direct(user.id).id), "type": 1, "recipients": [user.json()]}


def guild(discord: DiscordStandIn, names: Names, body: Any, query: Names) -> Any:
    """A server that the bot is in."""
    return discord.gateway.guild_json(_guild(discord, names["guild"]))


def member(discord: DiscordStandIn, names: Names, body: Any, query: Names) -> Any:
    """One of its members."""
    home, user = _guild(discord, names["guild"]), discord.users.get(int(names["user"]))
    if int(names["user"]) == discord.bot.id:
        return {"user": discord.bot.json(), "roles": [], "joined_at": JOINED, "deaf": False, "mute": False, "flags": 0}
    if user is None or user.id not in home.rights:
        raise DiscordError(404, 10007, "Unknown Member")
    return home.member(user)


def channels(discord: DiscordStandIn, names: Names, body: Any, query: Names) -> Any:
    """Its channels, threads not among them."""
    there = _guild(discord, names["guild"]).channels.values()
    return [discord.gateway.channel_json(each.id) for each in there if each.parent is None and not each.deleted]


def _guild(discord: DiscordStandIn, id_: str) -> Guild:
    found = discord.guilds.get(int(id_))
    if found is None or not found.bot_in:
        raise DiscordError(404, 10004, "Unknown Guild")
    return found


def _channel(discord: DiscordStandIn, id_: str) -> Channel:
    channel = discord.channels.get(int(id_))
    if channel is None or channel.deleted:
        raise DiscordError(404, 10003, "Unknown Channel")
    if channel.guild is not None and not _may(discord, channel, VIEW):
        raise DiscordError(403, 50001, "Missing Access")
    return channel


def _may(discord: DiscordStandIn, channel: Channel, right: int) -> bool:
    if channel.guild is None:
        return True
    home = discord.channels[channel.parent] if channel.parent else channel
    return discord.guilds[channel.guild].may(home, right)


def _speakable(discord: DiscordStandIn, id_: str) -> Channel:
    channel = _channel(discord, id_)
    if channel.direct_to and not discord.users[channel.direct_to].takes_dms:
        raise DiscordError(403, 50007, "Cannot send messages to this user")
    if not _may(discord, channel, SEND_IN_THREADS if channel.parent else SEND):
        raise DiscordError(403, 50013, "Missing Permissions")
    return channel


ROUTES: tuple[tuple[str, str, str, Doing], ...] = (
    ("GET", "/users/@me", "me", me),
    ("GET", "/oauth2/applications/@me", "application", application),
    ("GET", "/gateway/bot", "gateway", gateway),
    ("PUT", "/applications/{application}/commands", "commands", put_commands),
    ("POST", "/channels/{channel}/messages", "post", post_message),
    ("PATCH", "/channels/{channel}/messages/{message}", "edit", edit_message),
    ("GET", "/channels/{channel}/messages", "history", history),
    ("POST", "/channels/{channel}/messages/{message}/threads", "thread", begin_thread),
    ("POST", "/users/@me/channels", "direct", direct),
    ("GET", "/guilds/{guild}", "guild", guild),
    ("GET", "/guilds/{guild}/members/{user}", "member", member),
    ("GET", "/guilds/{guild}/channels", "channels", channels),
)
"""Method, path, what faults call it, and what it does."""
