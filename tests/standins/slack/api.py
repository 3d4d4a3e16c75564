"""The Web API's methods, as far as a quiz may want them; each takes the workspace and the arguments."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tests.standins.slack.faults import SlackError
from tests.standins.slack.limits import check_message, check_view, pings
from tests.standins.slack.town import Channel, Json, Message, Team

if TYPE_CHECKING:
    from tests.standins.slack.server import SlackStandIn

VIEWS = 3
"""Modals on top of each other."""


def auth_test(slack: SlackStandIn, team: Team, args: Json) -> Json:
    """Whose token it is."""
    return {"team_id": team.id, "user_id": team.bot_user, "bot_id": team.bot_id, "user": "pyquiz", "url": "https://x/"}


def post_message(slack: SlackStandIn, team: Team, args: Json) -> Json:
    """A message to a channel, to a thread or to a person."""
    channel = _speakable(team, args)
    check_message(args)
    parent = args.get("thread_ts")
    if parent and channel.message(parent) is None:
        raise SlackError("thread_not_found")
    message = Message(
        slack.next_ts(),
        channel.id,
        args.get("text", ""),
        args.get("blocks") or [],
        thread_ts=parent,
        broadcast=bool(args.get("reply_broadcast")),
        metadata=args.get("metadata"),
        author=team.bot_user,
    )
    message.versions.append({"text": message.text, "blocks": message.blocks})
    channel.messages.append(message)
    slack.pings += pings(args)
    return {"channel": channel.id, "ts": message.ts, "message": {"ts": message.ts, "text": message.text}}


def update(slack: SlackStandIn, team: Team, args: Json) -> Json:
    """An edit of one's own message."""
    channel = _channel(team, args)
    if channel.archived:
        raise SlackError("is_archived")
    message = channel.message(args.get("ts", ""))
    if message is None:
        raise SlackError("message_not_found")
    if message.author != team.bot_user:
        raise SlackError("cant_update_message")
    if team.edit_window is not None and slack.clock() - float(message.ts) > team.edit_window:
        raise SlackError("edit_window_closed")
    check_message(args)
    message.change(args.get("text", ""), args.get("blocks") or [])
    slack.pings += pings(args)
    return {"channel": channel.id, "ts": message.ts, "text": message.text}


def post_ephemeral(slack: SlackStandIn, team: Team, args: Json) -> Json:
    """A message that one person sees, who must be in the channel."""
    channel = _speakable(team, args)
    if args.get("user") not in channel.members:
        raise SlackError("user_not_in_channel")
    check_message(args)
    slack.whisper(channel, args["user"], args, args.get("thread_ts"))
    return {"message_ts": channel.messages[-1].ts}


def history(slack: SlackStandIn, team: Team, args: Json) -> Json:
    """A channel's messages, newest first."""
    channel = _readable(team, args)
    stream = [m for m in channel.messages if m.only_for is None and (m.thread_ts is None or m.broadcast)]
    return _page(stream[::-1], args)


def replies(slack: SlackStandIn, team: Team, args: Json) -> Json:
    """A thread's messages, its parent first."""
    channel = _readable(team, args)
    parent = channel.message(str(args.get("ts", "")))
    if parent is None:
        raise SlackError("thread_not_found")
    return _page([parent, *(m for m in channel.thread(parent.ts) if m.only_for is None)], args)


def _page(messages: list[Message], args: Json) -> Json:
    oldest, limit = float(args.get("oldest") or 0), int(args.get("limit") or 100)
    begin = int(args.get("cursor") or 0)
    found = [m for m in messages if not m.deleted and float(m.ts) >= oldest]
    wants = str(args.get("include_all_metadata", "")).lower() in ("1", "true")
    page = [_as_json(m, wants) for m in found[begin : begin + limit]]
    more = begin + limit < len(found)
    return {
        "messages": page,
        "has_more": more,
        "response_metadata": {"next_cursor": str(begin + limit) if more else ""},
    }


def _as_json(message: Message, with_metadata: bool) -> Json:
    metadata = {"metadata": message.metadata} if with_metadata and message.metadata else {}
    return {"type": "message", "ts": message.ts, "text": message.text, "blocks": message.blocks, **metadata}


def users_info(slack: SlackStandIn, team: Team, args: Json) -> Json:
    """Somebody's name, zone and rights."""
    user = team.users.get(str(args.get("user", "")))
    if user is None:
        raise SlackError("user_not_found")
    return {
        "user": {
            "id": user.id,
            "team_id": team.id,
            "name": user.name,
            "real_name": user.display_name,
            "tz": user.zone,
            "is_admin": user.admin,
            "is_owner": False,
            "is_restricted": user.guest,
            "is_ultra_restricted": False,
            "profile": {"display_name": user.display_name, "real_name": user.display_name},
        }
    }


def conversations_info(slack: SlackStandIn, team: Team, args: Json) -> Json:
    """What a channel is."""
    channel = _channel(team, args)
    _scoped(team, _scope(channel, "read"))
    if channel.private and team.bot_user not in channel.members:
        raise SlackError("channel_not_found")
    return {
        "channel": {
            "id": channel.id,
            "name": channel.name,
            "is_private": channel.private,
            "is_archived": channel.archived,
            "is_member": team.bot_user in channel.members,
        }
    }


def users_conversations(slack: SlackStandIn, team: Team, args: Json) -> Json:
    """The channels somebody, or the app itself, is in: of private ones those that the app is in as well."""
    who = args.get("user") or team.bot_user
    if who not in team.users and who != team.bot_user:
        raise SlackError("user_not_found")
    kinds = str(args.get("types") or "public_channel").split(",")
    for kind, scope in (("public_channel", "channels:read"), ("private_channel", "groups:read")):
        if kind in kinds:
            _scoped(team, scope)
    hides = str(args.get("exclude_archived", "")).lower() in ("1", "true")
    found = [
        {"id": channel.id, "name": channel.name, "is_private": channel.private}
        for channel in team.channels.values()
        if channel.direct_to is None and who in channel.members and not channel.deleted
        if ("private_channel" if channel.private else "public_channel") in kinds and not (hides and channel.archived)
        if not channel.private or team.bot_user in channel.members
    ]
    return _some("channels", found, args)


def _some(name: str, found: list[Any], args: Json) -> Json:
    """A page of a list."""
    limit, begin = int(args.get("limit") or 100), int(args.get("cursor") or 0)
    if limit > 999:
        raise SlackError("invalid_limit")
    following = str(begin + limit) if begin + limit < len(found) else ""
    return {name: found[begin : begin + limit], "response_metadata": {"next_cursor": following}}


def views_open(slack: SlackStandIn, team: Team, args: Json) -> Json:
    """A modal, within three seconds of what was pressed."""
    user = slack.trigger(args.get("trigger_id", ""))
    check_view(args["view"])
    view = store(slack, team, args["view"], user)
    return {"view": view}


def views_update(slack: SlackStandIn, team: Team, args: Json) -> Json:
    """Something else in a modal that is open."""
    named = (
        view
        for view in team.views.values()
        if args.get("external_id") and view.get("external_id") == args["external_id"]
    )
    old = team.views.get(args.get("view_id", "")) or next(named, None)
    if old is None:
        raise SlackError("not_found")
    if args.get("hash") and args["hash"] != old["hash"]:
        raise SlackError("hash_conflict")
    check_view(args["view"])
    change(old, args["view"], slack.next_ts())
    return {"view": old}


def change(old: Json, view: Json, hash_: str) -> None:
    """Put a view in the place of another, which keeps what identifies it."""
    kept = {name: old[name] for name in ("id", "team_id", "user", "root_view_id", "previous_view_id") if name in old}
    old.clear()
    old.update(view, **kept, hash=hash_)


def views_publish(slack: SlackStandIn, team: Team, args: Json) -> Json:
    """Somebody's Home tab."""
    old = team.homes.get(args.get("user_id", ""))
    if args.get("user_id") not in team.users:
        raise SlackError("user_not_found")
    if args.get("hash") and old and args["hash"] != old["hash"]:
        raise SlackError("hash_conflict")
    check_view(args["view"])
    view = {**args["view"], "hash": slack.next_ts(), "id": f"V{args['user_id']}"}
    team.homes[args["user_id"]] = view
    return {"view": view}


def push(slack: SlackStandIn, team: Team, view: Json, user: str) -> Json:
    """A modal on top of the one that was sent: three at most."""
    if sum(each["user"] == user for each in team.views.values()) >= VIEWS:
        raise SlackError("push_limit_reached")
    return store(slack, team, view, user)


def store(slack: SlackStandIn, team: Team, view: Json, user: str) -> Json:
    """A modal on top of what somebody has open."""
    stored = {**view, "id": f"V{slack.next_ts()}", "hash": slack.next_ts(), "team_id": team.id, "user": user}
    team.views[stored["id"]] = stored
    return stored


def _channel(team: Team, args: Json) -> Channel:
    try:
        channel = team.channel(str(args.get("channel", "")))
    except KeyError:
        raise SlackError("channel_not_found") from None
    if channel.deleted:
        raise SlackError("channel_not_found")
    return channel


def _readable(team: Team, args: Json) -> Channel:
    channel = _channel(team, args)
    _scoped(team, _scope(channel, "history"))
    if team.bot_user not in channel.members:
        raise SlackError("channel_not_found" if channel.private else "not_in_channel")
    return channel


def _scope(channel: Channel, what: str) -> str:
    kind = "im" if channel.direct_to else "groups" if channel.private else "channels"
    return f"{kind}:{what}"


def _speakable(team: Team, args: Json) -> Channel:
    channel = _channel(team, args)
    if channel.archived:
        raise SlackError("is_archived")
    if team.bot_user not in channel.members:
        raise SlackError("channel_not_found" if channel.private else "not_in_channel")
    return channel


def _scoped(team: Team, scope: str) -> None:
    if scope not in team.scopes:
        raise SlackError("missing_scope")


METHODS: dict[str, tuple[str, Callable[[SlackStandIn, Team, Json], Json]]] = {
    "auth.test": ("", auth_test),
    "chat.postMessage": ("chat:write", post_message),
    "chat.update": ("chat:write", update),
    "chat.postEphemeral": ("chat:write", post_ephemeral),
    "conversations.history": ("", history),
    "conversations.replies": ("", replies),
    "conversations.info": ("", conversations_info),
    "users.conversations": ("", users_conversations),
    "users.info": ("users:read", users_info),
    "views.open": ("", views_open),
    "views.update": ("", views_update),
    "views.publish": ("", views_publish),
}
"""Method → the scope it takes, and what it does."""
