"""Slack's events that change where PyQuiz can speak, in the core's words. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adapters.slack.heard import PLATFORM, Payload, own_user, team_of
from bot.model import Place
from bot.ports import Happening, PlaceBack, PlaceGone, PlaceNamed, Revoked

GONE: Mapping[str, str] = {
    "channel_deleted": "the channel was deleted",
    "group_deleted": "the channel was deleted",
    "channel_archive": "the channel was archived",
    "group_archive": "the channel was archived",
    "channel_left": "PyQuiz was removed from the channel",
    "group_left": "PyQuiz was removed from the channel",
}

BACK = frozenset({"channel_unarchive", "group_unarchive"})

NAMED = frozenset({"channel_rename", "group_rename"})


def happening(body: Payload) -> Happening | None:
    """What an event means for PyQuiz; None where it means nothing."""
    event: Mapping[str, Any] = body["event"]
    kind, team = str(event["type"]), team_of(body)
    if kind == "app_uninstalled":
        return Revoked(PLATFORM, team, "PyQuiz was removed from the workspace")
    if kind == "tokens_revoked":
        lost = (event.get("tokens") or {}).get("bot")
        return Revoked(PLATFORM, team, "the workspace revoked PyQuiz's token") if lost else None
    channel = event.get("channel")
    if kind in NAMED and isinstance(channel, Mapping):
        return PlaceNamed(Place(PLATFORM, team, str(channel["id"]), name=f"#{channel['name']}"))
    if not isinstance(channel, str):
        return None
    place = Place(PLATFORM, team, channel)
    if kind in GONE:
        return PlaceGone(place, GONE[kind])
    if kind in BACK:
        return PlaceBack(place)
    if event.get("user") != own_user(body):
        return None
    if kind == "member_left_channel":
        return PlaceGone(place, "PyQuiz was removed from the channel")
    return PlaceBack(place) if kind == "member_joined_channel" else None
