"""The log: JSON or readable, every line of one thing under one id, and nobody's name, answer or token in it."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
import structlog
from sqlalchemy import text

from adapters.work import Work
from bot.ports import Refused
from bot.store.door import Store
from cli.logs import OURS, TALKATIVE, set_up
from content.bank import Bank
from content.question import Question, Topic
from tests.adapters.discord import stage as on_discord
from tests.adapters.slack import stage as on_slack
from tests.cli.office import NINE_THIRTY, office
from tests.standins.discord import DiscordStandIn
from tests.standins.questions import make_pack
from tests.standins.slack import SlackStandIn

PEOPLE = ("Ada Lovelace", "Grace Hopper", "Mei Ling")
NAMES = ("Lovelace", "Hopper", "Grace", "Ling")
ANIMALS = ("zebra", "quagga", "okapi", "typed")
"""What options, reasons, code and typed answers are about."""


class Log:
    """What was written, line by line."""

    def __init__(self) -> None:
        self.stream = io.StringIO()

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    @property
    def lines(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.text.splitlines()]

    def about(self, start: str) -> list[dict[str, object]]:
        """The lines whose id begins so."""
        return [line for line in self.lines if str(line.get("id", "")).startswith(start)]


@pytest.fixture
def log() -> Iterator[Callable[..., Log]]:
    """Sets the log up, and leaves logging as it was."""
    root = logging.getLogger()
    loggers = [root, *map(logging.getLogger, (*OURS, *TALKATIVE))]
    before, levels = root.handlers[:], [each.level for each in loggers]

    def make(form: str = "json", level: str = "info", secrets: tuple[str, ...] = ()) -> Log:
        found = Log()
        set_up(form, level, secrets, found.stream)
        return found

    yield make
    root.handlers[:] = before
    for each, level in zip(loggers, levels, strict=True):
        each.setLevel(level)


def test_a_line_is_json_with_its_time_level_and_source(log: Callable[..., Log]) -> None:
    """Where nobody sits at a terminal; what is given beside the sentence stands beside it."""
    written = log("auto")
    logging.getLogger("scheduler.sender").info("Sent, %.1f s after it was due.", 0.5, extra={"kind": "question"})
    (line,) = written.lines

    assert line.pop("timestamp")
    assert line == {
        "event": "Sent, 0.5 s after it was due.",
        "kind": "question",
        "level": "info",
        "logger": "scheduler.sender",
    }


def test_in_a_terminal_a_line_is_for_people(log: Callable[..., Log]) -> None:
    """No braces."""
    written = log("text")
    logging.getLogger("pyquiz").info("PyQuiz is up: slack.", extra={"port": 8080})

    assert "PyQuiz is up: slack." in written.text
    assert "port=8080" in written.text
    assert "{" not in written.text


def test_only_our_own_modules_say_more_at_debug(log: Callable[..., Log]) -> None:
    """Libraries would write out what they send."""
    written = log(level="debug")
    logging.getLogger("cli.heard").debug("ours")
    logging.getLogger("slack_sdk.web").debug("theirs")

    assert [line["event"] for line in written.lines] == ["ours"]


@pytest.mark.parametrize("form", ["json", "text"])
def test_secrets_are_taken_out_of_every_line(log: Callable[..., Log], form: str) -> None:
    """Whoever wrote them: our settings by their values, workspaces' tokens by their look, tracebacks too."""
    written = log(form, secrets=("s3cr3t-value", "short"[:5]))
    try:
        raise ValueError("401 for xoxb-12-34-abcDEF and s3cr3t-value")
    except ValueError:
        logging.getLogger("aiohttp").exception("connecting with xapp-1-A-b failed")

    assert "ValueError" in written.text
    assert not [secret for secret in ("xoxb-", "abcDEF", "s3cr3t", "xapp-1") if secret in written.text]


def test_how_a_token_begins_may_be_said(log: Callable[..., Log]) -> None:
    """The sentence on a wrong one says it."""
    written = log()
    logging.getLogger("pyquiz").info("It begins with xoxb-, with xoxb-. or with xapp-.")

    assert written.lines[0]["event"] == "It begins with xoxb-, with xoxb-. or with xapp-."


@pytest.mark.parametrize("form", ["json", "text"])
def test_no_traceback_shows_the_values_of_variables(log: Callable[..., Log], form: str) -> None:
    """A name in a local variable stays there, whether or not rich is about."""
    import rich  # noqa: F401

    written = log(form)
    name = "Ada " + "Lovelace"
    try:
        raise ValueError(len(name))
    except ValueError:
        logging.getLogger("pyquiz").exception("broken")

    assert "Traceback" in written.text
    assert "Lovelace" not in written.text


async def test_what_the_database_refuses_is_told_without_its_values(store: Store, log: Callable[..., Log]) -> None:
    """SQLAlchemy would write the parameters of the statement: names, answers."""
    written = log()
    with pytest.raises(Exception) as refused:  # noqa: PT011  each driver has its own
        await store.write(lambda conn: conn.execute(text("INSERT INTO person (id) VALUES (:who)"), {"who": "Ada L."}))
    logging.getLogger("pyquiz").error("broken", exc_info=refused.value)

    assert "INSERT INTO person" in written.text
    assert "parameters hidden" in written.text


async def test_a_delivery_is_followed_by_its_key(sqlite_url: str, log: Callable[..., Log]) -> None:
    """From the platform's first refusal to the message that stands."""
    async with office(sqlite_url) as on:
        written = log()
        on.post.answers = [Refused("slow down", timedelta(minutes=1)), ConnectionError("hung up")]
        await on.at(NINE_THIRTY)
        await on.at(NINE_THIRTY + timedelta(minutes=2))
        (key,) = {str(line["id"]) for line in written.about("question:")}
        lines = written.about("question:")

    assert key.endswith(":2027-01-12")
    assert [(line["level"], line["attempt"]) for line in lines if "attempt" in line] == [("info", 1), ("warning", 2)]
    assert "hung up" in str(lines)


async def test_a_press_is_followed_by_one_id_through_all_its_tasks(log: Callable[..., Log]) -> None:
    """What was begun within it belongs to it; the next press is another."""
    written, work = log(), Work("Post")
    said = logging.getLogger("adapters.post")

    async def press(deeper: int) -> None:
        said.info("step %s", deeper)
        if deeper:
            await work.begin(press(deeper - 1))

    work.begin(press(2))
    work.begin(press(1))
    await work.idle()
    ids = [str(line["id"]) for line in written.lines]
    outside = structlog.contextvars.get_contextvars()

    assert len(set(ids)) == 2
    assert sorted(ids.count(each) for each in set(ids)) == [2, 3]
    assert all(each.startswith("press:") for each in ids)
    assert outside == {}


async def test_a_press_on_a_platform_of_somebody_elses_has_an_id_too(sqlite_url: str, log: Callable[..., Log]) -> None:
    """Although nothing of ours began its task; and afterwards that task is about nothing again."""
    async with office(sqlite_url) as on:
        await on.at(NINE_THIRTY)
        written = log(level="debug")
        await on.presses()
        await on.presses(letter=1)
        logging.getLogger("pyquiz").info("afterwards")
        first, second, after = written.lines

    assert first["what"] == second["what"] == "press"
    assert str(first["id"]).startswith("press:")
    assert first["id"] != second["id"]
    assert "id" not in after


def telling() -> Bank:
    """Questions whose every word is found again: options about zebras, reasons about quaggas, code about okapis."""
    return Bank([replace(pack, topics=tuple(map(_telling, pack.topics))) for pack in [make_pack()]])


def _telling(topic: Topic) -> Topic:
    return replace(topic, questions=tuple(map(_told, topic.questions)))


def _told(question: Question) -> Question:
    options = tuple(replace(option, text=f"zebra {i}", reason="quagga") for i, option in enumerate(question.options))
    return replace(question, options=options, code="print('okapi')")


async def test_a_day_on_slack_leaves_no_name_no_answer_and_no_token_in_the_log(
    sqlite_url: str, log: Callable[..., Log]
) -> None:
    """Everything at info, libraries too: set-up, answers, changes, typed words, the reveal, a refusal, a stranger."""
    clock = on_slack.Clock()
    async with SlackStandIn(clock.seconds) as slack:
        slack.team()
        written = log()
        async with on_slack.staged(sqlite_url, slack, clock, bank=telling()) as stage:
            people = [slack.person(name, "python") for name in PEOPLE]
            await stage.set_up(people[0], "python")
            await stage.at(9)
            for place, who in enumerate(people):
                await stage.answer(who, "python", place % 3)
            await stage.answer(people[1], "python", 2)
            await stage.at(9, 5)
            for said in ("me", "leaderboard", "metaclass", "pause"):
                before = len(people[2].private("python"))
                await people[2].command(said, "python")
                await stage.whispers(people[2], "python", before + 1)
            await stage.at(16)
            await stage.quiet()
        secrets = [slack.team().token, slack.app_token]

    assert len(written.about("question:")) > 0
    assert len(written.about("reveal:")) > 0
    assert [word for word in (*NAMES, *ANIMALS, *secrets) if word in written.text] == []


async def test_a_day_on_discord_leaves_no_name_no_answer_and_no_token_in_the_log(
    sqlite_url: str, log: Callable[..., Log]
) -> None:
    """The same over the gateway, whose library logs at info too."""
    clock = on_discord.Clock()
    async with DiscordStandIn(clock.seconds) as discord:
        written = log()
        async with on_discord.staged(sqlite_url, discord, clock, bank=telling()) as stage:
            people = [discord.person(name, manager=name == PEOPLE[0]) for name in PEOPLE]
            await stage.set_up(people[0], "python")
            await stage.at(9)
            for place, who in enumerate(people):
                await stage.answer(who, "python", place % 3)
            await stage.at(9, 5)
            for said in ("me", "leaderboard", "metaclass"):
                await stage.say(people[2], said, "python")
            await stage.at(16)
            await stage.quiet()
        secret = discord.token

    assert len(written.about("question:")) > 0
    assert len(written.about("reveal:")) > 0
    assert [word for word in (*NAMES, *ANIMALS, secret) if word in written.text] == []
