"""Setting PyQuiz up on Slack: from a channel, from the Home tab, from a direct message, where it is not yet."""

from __future__ import annotations

import pytest

from bot.model import Channel
from bot.store import channels
from tests.adapters.slack.stage import Stage
from tests.standins.slack import Hang, Person, RateLimited, Refuse


async def set_up(stage: Stage) -> tuple[Channel, ...]:
    """What is set up in the workspace."""
    return await stage.house.store.read(channels.channels_in, "slack", "T1")


async def form_at_home(stage: Stage, who: Person) -> str:
    """Somebody presses [Set up a channel] on their Home tab."""
    await who.open_home()
    await stage.slack.until(who.home_text)
    await who.press_in_view("Set up a channel", home=True)
    return str(await stage.slack.until(lambda: "Time zone" in who.modal_text() and who.modal_text()))


async def test_from_home_a_channel_is_chosen_and_the_page_shows_it(stage: Stage) -> None:
    """Nothing is preselected; the dates come first, the confirmation stays in the modal, and the page is fresh."""
    stage.slack.channel("python")
    ada = stage.slack.person("Ada", "python")
    form = await form_at_home(stage, ada)
    await ada.submit(channel="CPYTHON", zone="Europe/Berlin", time="9:30", holidays="Germany")
    dates = ada.modal_text()
    await ada.submit()
    await stage.slack.until(lambda: "PyQuiz will ask in #python" in ada.modal_text())
    confirmation = ada.modal_text()
    await stage.slack.until(lambda: "Channels you manage" in ada.home_text())
    ada.close()

    assert "Channel: <>" in form
    assert "Next: Mon 12 Jan, Tue 13, Wed 14, Thu 15, Fri 16." in dates
    assert "[Ask the first one now] [Wait for Monday] [Edit]" in confirmation
    assert "#python: Mon–Fri at 09:30, answer at 16:00, Berlin time." in ada.home_text()
    assert "[Edit] [Pause]" in ada.home_text()
    assert ada.modal is None
    assert ada.private("python") == []


async def test_back_keeps_what_was_filled_in(stage: Stage) -> None:
    """The form lies below the dates; sent again, it shows others."""
    ada = stage.slack.person("Ada", "python")
    await ada.command("setup", "python")
    await stage.slack.until(lambda: "Time zone" in ada.modal_text())
    await ada.submit(zone="Europe/Berlin", time="9:30")
    ada.close()
    await ada.submit(days=["wed"])

    assert "Wed at 09:30, answer at 16:00, Berlin time" in ada.modal_text()
    assert await set_up(stage) == ()


async def test_a_channel_is_chosen_from_another(stage: Stage) -> None:
    """The one the form was opened in is only the first choice."""
    stage.slack.channel("python")
    ada = stage.slack.person("Ada", "python", "rust")
    await ada.command("setup", "python")
    await stage.slack.until(lambda: "Channel: <CPYTHON>" in ada.modal_text())
    await ada.submit(channel="CRUST")
    dates = ada.modal_text()
    await ada.submit()
    said = await stage.whispers(ada, "python", 1)

    assert "PyQuiz would ask in #rust" in dates
    assert "PyQuiz will ask in #rust" in said
    assert [channel.place.name for channel in await set_up(stage)] == ["#rust"]


async def test_a_private_channel_is_set_up_by_its_members_alone(stage: Stage) -> None:
    """Whoever cannot see it cannot set it up, nor hear its name, whatever their client sends."""
    stage.slack.channel("secret", private=True)
    eve, mei = stage.slack.person("Eve", "python"), stage.slack.person("Mei", "secret")
    await form_at_home(stage, eve)
    await eve.submit(channel="CSECRET")
    refused = dict(eve.errors)
    await form_at_home(stage, mei)
    await mei.submit(channel="CSECRET")

    assert list(refused) == ["channel"]
    assert "does not see you in this channel" in refused["channel"]
    assert "secret" not in str(stage.slack.acknowledged[:-1])
    assert "PyQuiz would ask in #secret" in mei.modal_text()


async def test_a_public_channel_too_is_set_up_by_who_is_in_it(stage: Stage) -> None:
    """Slack's menu offers all of them; whoever joins one may, at once."""
    stage.slack.channel("rust")
    ada = stage.slack.person("Ada", "python")
    await form_at_home(stage, ada)
    await ada.submit(channel="CRUST")
    outside = dict(ada.errors)
    stage.slack.channel("rust").members.add(ada.id)
    await ada.submit(channel="CRUST")

    assert outside == {
        "channel": "PyQuiz does not see you in this channel. Join it, or, if it is private, type /invite @PyQuiz there "
        "first."
    }
    assert "PyQuiz would ask in #rust" in ada.modal_text()


async def test_who_is_in_many_channels_may_choose_the_last_of_them(stage: Stage) -> None:
    """Slack lists them page by page."""
    for number in range(1005):
        stage.slack.channel(f"c{number}").members.add("UADA")
    ada = stage.slack.person("Ada")
    await form_at_home(stage, ada)
    await ada.submit(channel="CC1004")

    assert "PyQuiz would ask in #c1004" in ada.modal_text()


async def test_a_private_channel_without_pyquiz_wants_it_invited_first(stage: Stage) -> None:
    """From outside it cannot be told who is in it."""
    stage.slack.channel("secret", private=True, invited=False)
    mei = stage.slack.person("Mei", "secret")
    await form_at_home(stage, mei)
    await mei.submit(channel="CSECRET")

    assert "/invite @PyQuiz there first" in mei.errors["channel"]


async def test_within_a_private_channel_it_is_set_up_and_then_invited(stage: Stage) -> None:
    """Whoever types there is there; Slack tells its name once PyQuiz is in it."""
    secret = stage.slack.channel("secret", private=True, invited=False)
    mei = stage.slack.person("Mei", "secret")
    await mei.command("setup zone=UTC time=9:00 reveal=16:00", "secret")
    said = await stage.whispers(mei, "secret", 1)
    secret.members.add("UBOTT1")
    await mei.press("Try again", "secret")
    await stage.slack.until(lambda: "PyQuiz will ask" in mei.private("secret")[-1])

    assert said.startswith("PyQuiz is not in this channel yet. Type `/invite @PyQuiz` there, then press Try again.")
    assert "PyQuiz will ask in this channel" in mei.private("secret")[-1]


@pytest.mark.parametrize(
    ("method", "fault", "sentence"),
    [
        ("conversations.info", Refuse("channel_not_found"), "does not see you"),
        ("conversations.info", Refuse("missing_scope"), "Try again in a minute"),
        ("conversations.info", RateLimited(5), "Try again in a minute"),
        ("users.conversations", RateLimited(5), "Try again in a minute"),
    ],
)
async def test_what_slack_does_not_tell_is_not_guessed(
    stage: Stage, method: str, fault: Refuse | RateLimited, sentence: str
) -> None:
    """A channel that cannot be looked up cannot be chosen."""
    ada = stage.slack.person("Ada", "python")
    await form_at_home(stage, ada)
    await stage.quiet()
    stage.slack.faults[method].append(fault)
    await ada.submit(channel="CPYTHON")

    assert sentence in ada.errors["channel"]


async def test_an_archived_channel_cannot_be_chosen(stage: Stage) -> None:
    """Nothing could be asked there."""
    ada = stage.slack.person("Ada", "python")
    await form_at_home(stage, ada)
    stage.slack.channel("python").archived = True
    await ada.submit(channel="CPYTHON")

    assert ada.errors == {"channel": "This channel is archived. Choose another."}


async def test_a_channel_must_be_chosen(stage: Stage) -> None:
    """Slack wants it; were it sent without, PyQuiz says so."""
    ada = stage.slack.person("Ada", "python")
    await form_at_home(stage, ada)
    await ada.submit()

    assert list(ada.errors) == ["channel"]


async def test_somebody_elses_channel_cannot_be_taken(stage: Stage) -> None:
    """Its managers are named beside the field."""
    await stage.set_up(stage.slack.person("Ada", "python"), "python")
    mei = stage.slack.person("Mei", "python")
    await mei.open_home()
    await stage.slack.until(mei.home_text)
    await mei.press_in_view("Set up another channel", home=True)
    await stage.slack.until(lambda: "Time zone" in mei.modal_text())
    await mei.submit(channel="CPYTHON", time="11:00")

    assert mei.errors["channel"].startswith("Only managers change PyQuiz in #python: Ada.")


async def test_a_guest_is_offered_nothing_and_can_set_nothing_up(stage: Stage) -> None:
    """Neither on the Home tab nor by a form that was open before they became one."""
    gil = stage.slack.person("Gil", "python", guest=True)
    await gil.open_home()
    page = await stage.slack.until(gil.home_text)
    await gil.write("setup")
    said = await stage.slack.until(lambda: len(gil.messages("dm")) == 2 and gil.last("dm"))

    assert "Set up" not in page
    assert "takes somebody who may manage" in said


async def test_whoever_cannot_be_looked_up_can_set_nothing_up(stage: Stage) -> None:
    """Slack does not say whether they are a guest: nobody is given a right that they may not have."""
    ada = stage.slack.person("Ada", "python")
    stage.slack.faults["users.info"].append(Refuse("internal_error"))
    await ada.command("setup zone=UTC time=9:00 reveal=16:00", "python")
    said = await stage.whispers(ada, "python", 1)

    assert "takes somebody who may manage" in said
    assert await set_up(stage) == ()


async def test_where_pyquiz_is_not_it_says_how_to_invite_it_until_it_is(stage: Stage) -> None:
    """[Try again] looks again: the same as long as nothing was done, then the confirmation, all in one place."""
    other = stage.slack.channel("other", invited=False)
    ada = stage.slack.person("Ada", "other")
    await ada.command("setup zone=UTC time=9:00 reveal=16:00", "other")
    invite = await stage.whispers(ada, "other", 1)
    await ada.press("Try again", "other")
    await stage.quiet()
    still = ada.private("other")
    other.members.add("UBOTT1")
    await ada.press("Try again", "other")
    await stage.slack.until(lambda: "PyQuiz will ask" in ada.private("other")[-1])
    await ada.press("Ask the first one now", "other")
    await stage.whispers(ada, "other", 2)
    await stage.settle()

    assert invite.splitlines() == [
        "PyQuiz is not in #other yet. Type `/invite @PyQuiz` there, then press Try again. What you set is kept.",
        "[Try again]",
    ]
    assert still == [invite]
    assert len(ada.private("other")) == 2
    assert "Python question 1" in ada.read(stage.posted("other")[0])


async def test_at_home_too_a_promise_that_cannot_be_kept_is_not_made(stage: Stage) -> None:
    """The modal says it, and its button looks again there."""
    other = stage.slack.channel("other", invited=False)
    ada = stage.slack.person("Ada", "other")
    await form_at_home(stage, ada)
    await ada.submit(channel="COTHER")
    await ada.submit()
    invite = await stage.slack.until(lambda: "/invite" in ada.modal_text() and ada.modal_text())
    other.members.add("UBOTT1")
    await ada.press_in_view("Try again")
    await stage.slack.until(lambda: "PyQuiz will ask in #other" in ada.modal_text())

    assert "[Try again]" in invite


async def test_resuming_where_pyquiz_is_not_says_so_too(stage: Stage) -> None:
    """Nothing would be asked."""
    ada = stage.slack.person("Ada", "python")
    await stage.set_up(ada, "python")
    await ada.command("pause", "python")
    await stage.whispers(ada, "python", 2)
    stage.slack.channel("python").members.discard("UBOTT1")
    await ada.command("resume", "python")

    assert "PyQuiz is not in #python yet." in await stage.whispers(ada, "python", 3)


async def test_dates_that_take_long_come_into_the_open_modal(stage: Stage) -> None:
    """Slack waits three seconds: the modal says to wait, and then what it waited for."""
    ada = stage.slack.person("Ada", "python")
    await ada.command("setup", "python")
    await stage.slack.until(lambda: "Time zone" in ada.modal_text())
    slow = Hang()
    stage.slack.faults["conversations.info"].append(slow)
    await ada.submit(time="9:30")
    waiting = ada.modal_text()
    slow.go.set()
    await stage.slack.until(lambda: "PyQuiz would ask in #python" in ada.modal_text())
    await ada.submit()
    await stage.whispers(ada, "python", 1)

    assert waiting == "One moment…"
    assert [channel.schedule.post.hour for channel in await set_up(stage)] == [9]


async def test_a_mistake_that_is_found_late_leads_back_to_the_form(stage: Stage) -> None:
    """Nothing that was filled in is lost."""
    ada = stage.slack.person("Ada", "python")
    await ada.command("setup", "python")
    await stage.slack.until(lambda: "Time zone" in ada.modal_text())
    slow = Hang()
    stage.slack.faults["conversations.info"].append(slow)
    await ada.submit(time="25:00", reveal="16:00")
    slow.go.set()
    await stage.slack.until(lambda: "That was not saved." in ada.modal_text())
    ada.close()
    await ada.submit(time="9:30")

    assert "at 09:30" in ada.modal_text()


async def test_what_changes_between_the_dates_and_saving_is_told(stage: Stage) -> None:
    """The channel was archived meanwhile: the fields are not there any more, so a page says it, and leads back."""
    ada = stage.slack.person("Ada", "python")
    await ada.command("setup", "python")
    await stage.slack.until(lambda: "Time zone" in ada.modal_text())
    await ada.submit()
    stage.slack.channel("python").archived = True
    await ada.submit()
    told = ada.modal_text()
    ada.close()

    assert told == "That was not saved.\nThis channel is archived. Choose another."
    assert "Time zone" in ada.modal_text()
    assert await set_up(stage) == ()


async def test_a_confirmation_in_a_direct_message_stands_there(stage: Stage) -> None:
    """Set up by plain text and a button, from nowhere."""
    stage.slack.channel("python")
    ada = stage.slack.person("Ada", "python")
    await ada.write("setup")
    await stage.slack.until(lambda: "[Open]" in ada.last("dm"))
    await ada.press("Open", "dm")
    await stage.slack.until(lambda: "Time zone" in ada.modal_text())
    await ada.submit(channel="CPYTHON")
    await ada.submit()
    await stage.slack.until(lambda: "PyQuiz will ask in #python" in ada.last("dm"))

    assert ada.modal is None
