"""The other side of Discord's wire, in a process of its own so that its work is not counted: the stand-in, told what to
do by lines of JSON, which it answers with lines of JSON."""

from __future__ import annotations

import asyncio
import json
import re
import sys
from dataclasses import replace
from typing import Any

from tests.standins.discord import Channel, DiscordStandIn, Message
from tests.standins.discord.interactions import COMPONENT

FREE = 10**9


async def _press(discord: DiscordStandIn, button: str, count: int, **_: Any) -> dict[str, Any]:
    """Presses, one after the other, each by somebody else: what each took until it was acknowledged."""
    channel: Channel = discord.channel("c0")
    message = _asked(channel, button)
    data = {"custom_id": button, "component_type": 2}
    people = [discord.person(f"p{number}").user for number in range(count)]
    took, late = [], len(discord.interactions.late)
    loop = asyncio.get_running_loop()
    for who in people:
        begun = loop.time()
        await discord.interactions.begin(COMPONENT, who, channel, data, message)
        took.append(loop.time() - begun)
    return {"took": took, "failed": len(discord.interactions.late) - late + len(discord.interactions.doubled)}


def _asked(channel: Channel, button: str) -> Message:
    """The channel's first message, as if its buttons were of the round that is open."""
    first = channel.messages[0]
    body = re.sub(r"pq\|answer\|\d+\|", button.rpartition("|")[0] + "|", json.dumps(first.body))
    return replace(first, body=json.loads(body))


async def _settings(discord: DiscordStandIn, free: bool, **_: Any) -> dict[str, Any]:
    """Keep the limits, or none; what was refused so far."""
    from tests.standins.discord.server import GLOBAL, RATES

    discord.limit, discord.rates = (FREE, {}) if free else (GLOBAL, dict(RATES))
    return {"refused": discord.refused[429]}


async def _serve(channels: int) -> None:
    discord = DiscordStandIn()
    discord.gateway.apart = 0
    async with discord:
        ids = [discord.channel(f"c{number}").id for number in range(channels)]
        told = {"api": discord.api_url, "gateway": discord.gateway_url, "token": discord.token, "channels": ids}
        print(json.dumps({**told, "guild": discord.guild().id}), flush=True)
        while line := await asyncio.to_thread(sys.stdin.readline):
            asked = json.loads(line)
            doing = _press if asked["do"] == "press" else _settings
            print(json.dumps(await doing(discord, **asked)), flush=True)


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1])))
