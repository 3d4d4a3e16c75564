"""Slack's own settings: which there are, and what is wrong with them. Pure; no secret is ever repeated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from bot.ports import NotConfigured

BOT, APP, SECRET = "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"
CLIENT, CLIENT_SECRET, API = "SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "SLACK_API_URL"
VAULT = "PYQUIZ_SECRET_KEY"

API_URL = "https://slack.com/api/"


@dataclass(frozen=True, slots=True)
class Keys:
    """What a Slack app is run with; empty strings where a setting is not there.

    ``bot_token``: one workspace's; without it ``client_id`` and ``client_secret`` let many workspaces install PyQuiz.
    ``app_token`` opens Socket Mode, ``signing_secret`` the way over HTTP; with both, both are open.
    """

    bot_token: str = field(default="", repr=False)
    app_token: str = field(default="", repr=False)
    signing_secret: str = field(default="", repr=False)
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    api_url: str = API_URL

    @property
    def many(self) -> bool:
        """Whether workspaces install PyQuiz by themselves. A bot token names the one workspace that is meant."""
        return not self.bot_token


def read_keys(environment: Mapping[str, str]) -> Keys | NotConfigured:
    """The settings, or what is missing (nothing is set at all) or broken (some are, and cannot do)."""
    names = (BOT, APP, SECRET, CLIENT, CLIENT_SECRET)
    given = {name: environment.get(name, "").strip() for name in names}
    if not any(given.values()):
        return NotConfigured(missing=(BOT, APP))
    api_url = environment.get(API, "").strip() or API_URL
    broken = tuple(_problems(given, api_url, has_vault=bool(environment.get(VAULT))))
    if broken:
        return NotConfigured(broken=broken)
    return Keys(given[BOT], given[APP], given[SECRET], given[CLIENT], given[CLIENT_SECRET], api_url.rstrip("/") + "/")


def _problems(given: Mapping[str, str], api_url: str, *, has_vault: bool) -> Iterator[str]:
    bot, app, secret = given[BOT], given[APP], given[SECRET]
    if bot and not bot.startswith(("xoxb-", "xoxe.xoxb-")):
        yield f"{BOT} begins with “{bot[:5]}”; wanted the Bot User OAuth Token, which begins with xoxb-"
    if app and not app.startswith("xapp-"):
        yield f"{APP} begins with “{app[:5]}”; wanted the App-Level Token, which begins with xapp-"
    if secret.startswith(("xox", "xapp")):
        yield f"{SECRET} is a token; wanted the Signing Secret of the app's Basic Information page"
    if bool(given[CLIENT]) != bool(given[CLIENT_SECRET]):
        there, lacks = (CLIENT, CLIENT_SECRET) if given[CLIENT] else (CLIENT_SECRET, CLIENT)
        yield f"{there} is set without {lacks}; they are a pair"
    elif not bot and not given[CLIENT]:
        yield f"{APP if app else SECRET} is set without {BOT} (for many workspaces: {CLIENT} and {CLIENT_SECRET})"
    elif not app and not secret:
        yield f"{BOT if bot else CLIENT} is set without {APP} (Socket Mode) or {SECRET} (over HTTP)"
    if not bot and given[CLIENT] and given[CLIENT_SECRET] and not has_vault:
        yield f"{CLIENT} is set without {VAULT}, under which the workspaces' tokens are encrypted"
    if not api_url.startswith(("https://", "http://")):
        yield f"{API} is no address; wanted one such as {API_URL}"
