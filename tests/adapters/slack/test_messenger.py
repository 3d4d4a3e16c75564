"""What the clock sends: once, whatever breaks; refused, unknown and found again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from adapters.slack.clients import make_client, make_session
from adapters.slack.messenger import SlackMessenger
from adapters.slack.pace import EDITS
from bot.card import Button, Card, Plain, Text
from bot.model import MessageRef, Place
from bot.ports import Absent, CannotTell, Refused, Sent, Unknown
from tests.standins.slack import Broken, Drop, RateLimited, Refuse, SlackStandIn

HERE = Place("slack", "T1", "CPYTHON", name="#python")
CARD = Card("Say <!channel> & <@U1>", (Text((Plain("<!here> what is it?"),)),), (Button("pq|answer|1|0", "A"),))
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
async def messenger(slack: SlackStandIn) -> AsyncIterator[SlackMessenger]:
    """Speaks in the workspace T1, which has a channel #python, and in no other."""
    slack.channel("python")
    session = make_session()
    client = make_client(slack.team().token, slack.api_url, session)

    async def clients(workspace: str) -> object:
        return client if workspace == "T1" else None

    yield SlackMessenger(clients)  # type: ignore[arg-type]  # a function will do
    await session.close()


async def test_a_post_carries_its_key_and_pings_nobody(slack: SlackStandIn, messenger: SlackMessenger) -> None:
    """The delivery's key is in the metadata; what looks like a mention stays words, in the blocks and in the text."""
    sent = await messenger.post(HERE, CARD, key="question:1:2026-01-12")
    (message,) = slack.channel("python").messages

    assert sent == Sent(MessageRef(HERE, message.ts))
    assert message.metadata == {"event_type": "pyquiz_delivery", "event_payload": {"key": "question:1:2026-01-12"}}
    assert message.text == "Say &lt;!channel&gt; &amp; &lt;@U1&gt;"
    assert slack.pings == []


@pytest.mark.parametrize("fault", [Drop(done=True), Drop(done=False), Broken(503, done=True), Broken(500)])
async def test_a_lost_reply_is_unknown_and_one_request(
    slack: SlackStandIn, messenger: SlackMessenger, fault: Drop | Broken
) -> None:
    """Trap 1: the sdk's own retry would post twice."""
    slack.faults["chat.postMessage"].append(fault)
    outcome = await messenger.post(HERE, CARD, key="question:1:2026-01-12")

    assert isinstance(outcome, Unknown)
    assert len(slack.called("chat.postMessage")) == 1
    assert len(slack.channel("python").messages) == fault.done


@pytest.mark.parametrize("code", ["internal_error", "fatal_error", "request_timeout"])
async def test_where_slack_does_not_say_whether_it_posted_it_is_unknown(
    slack: SlackStandIn, messenger: SlackMessenger, code: str
) -> None:
    """Never refused, which would void the question of a channel that may be reading it."""
    slack.faults["chat.postMessage"].append(Refuse(code))

    assert isinstance(await messenger.post(HERE, CARD, key="question:1:2026-01-12"), Unknown)


async def test_what_was_lost_is_found_by_its_key(slack: SlackStandIn, messenger: SlackMessenger) -> None:
    """History tells a message that is there from one that is not, among others."""
    await messenger.post(HERE, CARD, key="question:1:2026-01-11")
    slack.faults["chat.postMessage"].append(Drop(done=True))
    await messenger.post(HERE, CARD, key="question:1:2026-01-12")
    ours = slack.channel("python").messages[1]

    found = await messenger.find(HERE, key="question:1:2026-01-12", since=LONG_AGO)
    absent = await messenger.find(HERE, key="question:1:2026-01-13", since=LONG_AGO)
    assert found == Sent(MessageRef(HERE, ours.ts))
    assert absent == Absent()


async def test_a_reply_is_found_in_its_thread(slack: SlackStandIn, messenger: SlackMessenger) -> None:
    """Threads have a history of their own."""
    parent = await messenger.post(HERE, CARD, key="question:1:2026-01-12")
    assert isinstance(parent, Sent)
    there = Place("slack", "T1", "CPYTHON", parent=parent.message.id)
    slack.faults["chat.postMessage"].append(Drop(done=True))
    await messenger.post(there, CARD, key="detail:1")
    ours = slack.channel("python").messages[1]

    assert await messenger.find(there, key="detail:1", since=LONG_AGO) == Sent(MessageRef(there, ours.ts))


async def test_a_long_history_is_paged_through_and_has_an_end(slack: SlackStandIn, messenger: SlackMessenger) -> None:
    """A message some pages back is found; where there are too many, nobody can tell."""
    channel = slack.channel("python")
    await messenger.post(HERE, CARD, key="question:1:2026-01-12")
    first = channel.messages[0]
    channel.messages += [_chatter(slack, first) for _ in range(350)]
    found = await messenger.find(HERE, key="question:1:2026-01-12", since=LONG_AGO)
    channel.messages += [_chatter(slack, first) for _ in range(350)]
    lost = await messenger.find(HERE, key="question:1:2026-01-12", since=LONG_AGO)

    assert isinstance(found, Sent)
    assert isinstance(lost, CannotTell)


def _chatter(slack: SlackStandIn, like: object) -> object:
    return type(like)(slack.next_ts(), "CPYTHON", "chatter", [])


async def test_without_a_history_scope_nobody_can_tell(slack: SlackStandIn, messenger: SlackMessenger) -> None:
    """The scope is optional; then what is unknown stays so."""
    slack.team().scopes -= {"channels:history"}

    assert await messenger.find(HERE, key="question:1:2026-01-12", since=LONG_AGO) == CannotTell("missing_scope")


@pytest.mark.parametrize("fault", [Drop(done=False), Broken(503), RateLimited(5)])
async def test_a_look_that_breaks_tells_nothing(
    slack: SlackStandIn, messenger: SlackMessenger, fault: Drop | Broken | RateLimited
) -> None:
    """What was not seen is not absent: it would be posted twice."""
    await messenger.post(HERE, CARD, key="question:1:2026-01-12")
    slack.faults["conversations.history"].append(fault)

    assert isinstance(await messenger.find(HERE, key="question:1:2026-01-12", since=LONG_AGO), CannotTell)


async def test_too_many_is_not_posted_and_says_when_to_come_back(
    slack: SlackStandIn, messenger: SlackMessenger
) -> None:
    """A 429 is an answer: nothing was posted, and Retry-After is honoured by whoever asked."""
    slack.faults["chat.postMessage"].append(RateLimited(17))
    outcome = await messenger.post(HERE, CARD, key="question:1:2026-01-12")

    assert outcome == Refused("ratelimited", retry_after=timedelta(seconds=17))
    assert slack.channel("python").messages == []


@pytest.mark.parametrize(
    ("code", "reason", "gone"),
    [
        ("channel_not_found", "the channel is gone, or private without PyQuiz in it", True),
        ("not_in_channel", "PyQuiz is not in the channel", True),
        ("is_archived", "the channel is archived", True),
        ("token_revoked", "Slack does not take PyQuiz's token any more", True),
        ("account_inactive", "Slack does not take PyQuiz's token any more", True),
        ("invalid_auth", "Slack does not take PyQuiz's token any more", True),
        ("msg_blocks_too_long", "msg_blocks_too_long", False),
        ("invalid_blocks", "invalid_blocks", False),
    ],
)
async def test_a_final_refusal_says_whether_the_place_is_gone(
    slack: SlackStandIn, messenger: SlackMessenger, code: str, reason: str, gone: bool
) -> None:
    """What somebody has to do something about is told from what is our own fault, and in words: managers read it."""
    slack.faults["chat.postMessage"].append(Refuse(code))

    assert await messenger.post(HERE, CARD, key="question:1:2026-01-12") == Refused(reason, gone=gone)


async def test_where_pyquiz_is_not_installed_it_says_nothing(slack: SlackStandIn, messenger: SlackMessenger) -> None:
    """No token, no request."""
    elsewhere = Place("slack", "T2", "C1")

    assert isinstance(await messenger.post(elsewhere, CARD, key="k"), Refused)
    assert isinstance(await messenger.edit(MessageRef(elsewhere, "1.0"), CARD), Refused)
    assert isinstance(await messenger.find(elsewhere, key="k", since=LONG_AGO), CannotTell)
    assert slack.calls == []


@pytest.mark.parametrize("code", ["message_not_found", "edit_window_closed", "cant_update_message", "is_archived"])
async def test_an_edit_that_cannot_be_is_refused_for_good(
    slack: SlackStandIn, messenger: SlackMessenger, code: str
) -> None:
    """Trap 13: the result stands elsewhere then."""
    slack.faults["chat.update"].append(Refuse(code))
    outcome = await messenger.edit(MessageRef(HERE, "1.0"), CARD)

    assert isinstance(outcome, Refused)
    assert outcome.retry_after is None


async def test_more_edits_than_a_minute_takes_are_put_off_and_not_sent(
    slack: SlackStandIn, messenger: SlackMessenger
) -> None:
    """Nobody stands in line for them, and Slack never has to say that it is too much."""
    sent = await messenger.post(HERE, CARD, key="question:1:2026-01-12")
    assert isinstance(sent, Sent)
    outcomes = [await messenger.edit(sent.message, CARD) for _ in range(EDITS + 1)]

    assert outcomes[:-1] == [sent] * EDITS
    assert isinstance(outcomes[-1], Refused)
    assert outcomes[-1].retry_after is not None
    assert timedelta(seconds=50) < outcomes[-1].retry_after < timedelta(seconds=61)
    assert len(slack.called("chat.update")) == EDITS


@pytest.mark.parametrize("fault", [Drop(), Broken(503), RateLimited(5), Refuse("internal_error")])
async def test_an_edit_that_may_have_failed_is_made_again(
    slack: SlackStandIn, messenger: SlackMessenger, fault: Drop | Broken | RateLimited | Refuse
) -> None:
    """The same edit twice is one edit."""
    sent = await messenger.post(HERE, CARD, key="question:1:2026-01-12")
    assert isinstance(sent, Sent)
    slack.faults["chat.update"].append(fault)
    outcome = await messenger.edit(sent.message, CARD)

    assert isinstance(outcome, Refused)
    assert outcome.retry_after is not None
    assert await messenger.edit(sent.message, CARD) == sent


async def test_a_reveal_whose_question_was_deleted_stands_alone(slack: SlackStandIn, messenger: SlackMessenger) -> None:
    """Its thread is gone, so the channel gets it without: once."""
    there = Place("slack", "T1", "CPYTHON", parent="1.000000", broadcast=True)
    outcome = await messenger.post(there, CARD, key="reveal:1")
    (message,) = slack.channel("python").messages

    assert isinstance(outcome, Sent)
    assert message.thread_ts is None


async def test_a_detail_whose_question_was_deleted_is_refused(slack: SlackStandIn, messenger: SlackMessenger) -> None:
    """What belongs into a thread does not fill the channel."""
    there = Place("slack", "T1", "CPYTHON", parent="1.000000")

    assert await messenger.post(there, CARD, key="detail:1") == Refused("thread_not_found")


async def test_a_note_goes_to_a_person(slack: SlackStandIn, messenger: SlackMessenger) -> None:
    """A person's place is their direct messages with PyQuiz."""
    ada = slack.person("Ada")
    await messenger.post(Place("slack", "T1", person=ada.id), CARD, key="note:1")

    assert len(ada.messages("dm")) == 1


async def test_all_calls_share_connections(slack: SlackStandIn, messenger: SlackMessenger) -> None:
    """A connection a call would cost five times as much."""
    for number in range(3):
        await messenger.post(HERE, CARD, key=f"question:{number}")

    assert slack.connections == 1
