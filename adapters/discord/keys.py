"""Discord's own settings: which there are, and what is wrong with them. Pure; no secret is ever repeated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from bot.ports import NotConfigured

TOKEN, API, GATEWAY = "DISCORD_TOKEN", "DISCORD_API_URL", "DISCORD_GATEWAY_URL"
VAULT = "PYQUIZ_SECRET_KEY"

API_URL = "https://discord.com/api/v10"
GATEWAY_URL = "wss://gateway.discord.gg/"


@dataclass(frozen=True, slots=True)
class Keys:
    """What a Discord bot is run with. ``has_vault``: the Shelf can keep values, for there is a key to encrypt with."""

    token: str = field(repr=False)
    api_url: str = API_URL
    gateway_url: str = GATEWAY_URL
    has_vault: bool = False


def read_keys(environment: Mapping[str, str]) -> Keys | NotConfigured:
    """The settings, or what is missing (no token) or broken (something is there, and cannot do)."""
    token = environment.get(TOKEN, "").strip()
    if not token:
        return NotConfigured(missing=(TOKEN,))
    api_url = environment.get(API, "").strip() or API_URL
    gateway_url = environment.get(GATEWAY, "").strip() or GATEWAY_URL
    broken = tuple(_problems(token, api_url, gateway_url))
    if broken:
        return NotConfigured(broken=broken)
    return Keys(token, api_url.rstrip("/"), gateway_url, bool(environment.get(VAULT)))


def _problems(token: str, api_url: str, gateway_url: str) -> Iterator[str]:
    if token.lower().startswith("bot ") or len(token.split()) > 1:
        yield f"{TOKEN} holds more than the token; wanted only what the page Bot shows after Reset Token"
    elif token.count(".") != 2:
        yield f"{TOKEN} is not a bot's token, which is three parts with dots between; copy it from the page Bot"
    if not api_url.startswith(("https://", "http://")):
        yield f"{API} is no address; wanted one such as {API_URL}"
    if not gateway_url.startswith(("wss://", "ws://")):
        yield f"{GATEWAY} is no address; wanted one such as {GATEWAY_URL}"
