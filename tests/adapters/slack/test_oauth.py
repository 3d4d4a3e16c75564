"""Many workspaces: each installs PyQuiz by itself; tokens are encrypted, renewed and forgotten."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest

from adapters.slack.clients import make_session
from adapters.slack.installs import Installs
from adapters.slack.oauth import SCOPES
from bot.store.shelf import StoreShelf
from tests.adapters.slack.stage import Clock, Stage, staged, with_oauth
from tests.standins.slack import Hang, SlackStandIn

pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")  # the sdk's, of aiohttp's


@pytest.fixture
async def stage(sqlite_url: str, slack: SlackStandIn, clock: Clock) -> AsyncIterator[Stage]:
    """The product with OAuth, installed nowhere yet."""
    async with staged(sqlite_url, slack, clock, keys=with_oauth(slack)) as found:
        yield found


async def begin(stage: Stage) -> tuple[str, str]:
    """Open the page that installing begins at: the state and the browser's cookie."""
    async with aiohttp.ClientSession() as session, session.get(f"{stage.address}/slack/install") as answer:
        page, cookie = await answer.text(), answer.headers["Set-Cookie"].split(";")[0]
    found = re.search(r"state=([^&\"]+)", page)
    assert answer.status == 200
    assert found
    assert stage.slack.address in page
    assert all(scope in page.replace("%3A", ":") for scope in SCOPES)
    return found[1], cookie


async def come_back(stage: Stage, state: str, cookie: str, **query: str) -> tuple[int, str]:
    """Slack sends the browser back."""
    url = f"{stage.address}/slack/oauth_redirect"
    ask = {"params": {"state": state, **query}, "headers": {"Cookie": cookie}}
    async with aiohttp.ClientSession() as session, session.get(url, **ask) as answer:
        return answer.status, await answer.text()


async def install(stage: Stage, team: str = "T1", by: str = "Ada") -> str:
    """Somebody installs PyQuiz in their workspace; the page they end on."""
    person = stage.slack.person(by, team=team)
    state, cookie = await begin(stage)
    status, page = await come_back(stage, state, cookie, code=stage.slack.code(person.team, person.id))
    assert status == 200, page
    return page


async def play(stage: Stage, team: str, name: str) -> str:
    """Somebody asks for help in their workspace; what they get."""
    person = stage.slack.person(name, f"python-{team.lower()}", team=team)
    before = len(person.private(f"python-{team.lower()}"))
    await person.command("help", f"python-{team.lower()}")
    return await stage.whispers(person, f"python-{team.lower()}", before + 1)


async def test_whoever_installs_is_greeted(stage: Stage) -> None:
    """Privately, with what to do next; the browser says that it worked."""
    page = await install(stage)

    assert "PyQuiz is installed" in page
    assert "Nothing is posted until you choose a channel." in stage.slack.person("Ada").last("dm")


async def test_each_workspace_speaks_with_its_own_token(stage: Stage) -> None:
    """Two install; what is said in one goes out with that one's token."""
    await install(stage, "T1")
    await install(stage, "T2", "Grace")
    said = [await play(stage, team, "Omar") for team in ("T1", "T2")]
    tokens = {call.token for call in stage.slack.calls if call.method == "users.info"}

    assert all("One Python question each working day" in text for text in said)
    assert tokens == {stage.slack.team("T1").token, stage.slack.team("T2").token}


async def test_tokens_lie_encrypted(stage: Stage, sqlite_url: str) -> None:
    """Neither the token nor its beginning stands in the database file."""
    await install(stage)
    file = Path(sqlite_url.removeprefix("sqlite:///"))
    with sqlite3.connect(file) as db:
        rows = db.execute("SELECT * FROM vault").fetchall()
    raw = b"".join(path.read_bytes() for path in file.parent.glob(f"{file.name}*"))

    assert rows
    assert b"xoxb-" not in raw


async def test_a_state_is_good_once_and_in_the_browser_that_began(stage: Stage) -> None:
    """Nobody can be made to install somebody else's workspace."""
    ada = stage.slack.person("Ada")
    state, cookie = await begin(stage)
    elsewhere, _ = await come_back(stage, state, "", code=stage.slack.code(ada.team, ada.id))
    forged, _ = await come_back(stage, "a.b.c", "slack-app-oauth-state=a.b.c", code=stage.slack.code(ada.team, ada.id))
    first, _ = await come_back(stage, state, cookie, code=stage.slack.code(ada.team, ada.id))
    again, _ = await come_back(stage, state, cookie, code=stage.slack.code(ada.team, ada.id))

    assert (elsewhere, forged, first, again) == (400, 401, 200, 401)


async def test_a_state_ends(stage: Stage) -> None:
    """Ten minutes are enough to press a button."""
    ada = stage.slack.person("Ada")
    state, cookie = await begin(stage)
    stage.clock.at += timedelta(minutes=11)
    status, _ = await come_back(stage, state, cookie, code=stage.slack.code(ada.team, ada.id))

    assert status == 401


async def test_who_declines_is_told_so(stage: Stage) -> None:
    """And can try again."""
    state, cookie = await begin(stage)
    status, page = await come_back(stage, state, cookie, error="access_denied")

    assert status == 200
    assert "You did not allow it." in page
    assert "/slack/install" in page


async def test_no_press_costs_an_auth_test(stage: Stage) -> None:
    """One while installing; none for all that people do (trap 8)."""
    await install(stage)
    before = len(stage.slack.called("auth.test"))
    for _ in range(3):
        await play(stage, "T1", "Omar")

    assert before == 1
    assert len(stage.slack.called("auth.test")) == before


async def test_where_it_is_not_installed_nothing_is_said_in_public(stage: Stage) -> None:
    """A command from a workspace whose token is gone is answered, privately, with the reason."""
    omar = stage.slack.person("Omar", "python")
    await omar.command("help", "python")
    said = await stage.slack.until(lambda: omar.messages("python"))

    assert said[0].only_for == omar.id
    assert "install" in said[0].text


async def test_an_uninstalled_workspace_is_forgotten(stage: Stage) -> None:
    """The token goes, the schedule stops, and a new installation begins anew."""
    await install(stage)
    await play(stage, "T1", "Omar")
    await stage.slack.event(stage.slack.team(), {"type": "app_uninstalled"})
    await stage.quiet()
    omar = stage.slack.person("Omar", "python-t1")
    before = len(omar.messages("python-t1"))
    await omar.command("help", "python-t1")
    (refused,) = (await stage.slack.until(lambda: omar.messages("python-t1")[before:]))[-1:]
    await install(stage)

    assert "install" in refused.text
    assert "One Python question" in await play(stage, "T1", "Omar")


async def test_two_replicas_renew_a_token_once(stage: Stage) -> None:
    """Whoever comes second goes on with the old one while the first is at it: a refresh token is good once."""
    stage.clock.at = datetime.now(UTC)  # the sdk counts a token's life by the real clock
    stage.slack.rotates, stage.slack.token_life = True, 43_200
    await install(stage)
    await stage.quiet()
    before = len(stage.slack.called("oauth.v2.access"))
    stage.clock.at += timedelta(hours=11)
    slow = Hang()
    stage.slack.faults["oauth.v2.access"].append(slow)
    async with make_session() as session:
        one, two = (
            Installs(with_oauth(stage.slack), StoreShelf(stage.house.store, "slack"), session, stage.clock.now)
            for _ in range(2)
        )
        first = asyncio.create_task(one.client("T1"))
        while stage.slack.faults["oauth.v2.access"]:  # noqa: ASYNC110  nothing tells that a request hangs
            await asyncio.sleep(0.01)
        second = await two.client("T1")
        slow.go.set()
        renewed = await first

    assert second is not None
    assert renewed is not None
    assert second.token != renewed.token == stage.slack.team().token
    assert len(stage.slack.called("oauth.v2.access")) == before + 1


async def test_a_token_that_ends_soon_is_renewed_once(stage: Stage) -> None:
    """By whoever speaks first, while others speak too: a refresh token is good once."""
    stage.clock.at = datetime.now(UTC)  # the sdk counts a token's life by the real clock
    stage.slack.rotates, stage.slack.token_life = True, 3600
    await install(stage)
    first, before = stage.slack.team().token, len(stage.slack.called("oauth.v2.access"))
    stage.slack.token_life = 43_200
    said = await asyncio.gather(*(play(stage, "T1", name) for name in ("Omar", "Mei", "Noor")))

    assert all("One Python question" in text for text in said)
    assert len(stage.slack.called("oauth.v2.access")) == before + 1
    assert stage.slack.team().token != first
