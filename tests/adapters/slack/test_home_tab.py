"""The Home tab: what stands on it, what its buttons do, and that it is fresh."""

from __future__ import annotations

import asyncio

import pytest

from tests.adapters.slack.stage import Stage
from tests.standins.slack import Person, Refuse


async def at_home(stage: Stage, who: Person) -> str:
    """Somebody opens their Home tab; what stands on it."""
    before = len(stage.slack.called("views.publish"))
    await who.open_home()
    await stage.slack.until(lambda: len(stage.slack.called("views.publish")) > before and who.home_text())
    await stage.quiet()
    return who.home_text()


@pytest.fixture
async def two(stage: Stage) -> Stage:
    """Two channels of Ada's, both asked."""
    ada = stage.slack.person("Ada", "python", "rust")
    await stage.set_up(ada, "python")
    await stage.set_up(ada, "rust")
    await stage.at(9)
    return stage


async def test_each_channels_question_has_buttons_of_its_own(two: Stage) -> None:
    """They are answered apart, without leaving the page."""
    ada = two.slack.person("Ada")
    page = await at_home(two, ada)
    await two.answer(ada, "python", 0)
    await two.answer(ada, "rust", 0)
    after = await at_home(two, ada)

    assert page.count("Python question 1") == 2
    assert page.index("#python") < page.index("#rust")
    assert after.count("You chose") == 2


async def test_a_pause_is_seen_at_once(two: Stage) -> None:
    """The reply stands in a modal, the page says it, and so does the channel's own."""
    ada = two.slack.person("Ada")
    await at_home(two, ada)
    await ada.press_in_view("Pause", home=True)
    await two.slack.until(lambda: "Paused by Ada" in ada.home_text())
    modal = ada.modal_text()
    ada.close()
    await ada.press_in_view("Resume", home=True)
    await two.slack.until(lambda: "Paused by Ada" not in ada.home_text())

    assert "Paused in #python. Streaks are safe; practice still works." in modal
    assert ada.home_text().count("[Edit] [Pause]") == 2


async def test_an_edit_is_seen_at_once(two: Stage) -> None:
    """From the page through the dates and back to it."""
    ada = two.slack.person("Ada")
    await at_home(two, ada)
    await ada.press_in_view("Edit", home=True)
    await two.slack.until(lambda: "Time zone" in ada.modal_text())
    form = ada.modal_text()
    await ada.submit(time="11:30")
    await ada.submit()
    await two.slack.until(lambda: "at 11:30" in ada.home_text())

    assert form.startswith("For #python.")
    assert "PyQuiz will ask in #python, Mon–Fri at 11:30" in ada.modal_text()


async def test_a_press_in_a_modal_of_the_page_is_seen_on_it(two: Stage) -> None:
    """[Pause] in the status that the confirmation leads to."""
    ada = two.slack.person("Ada")
    await at_home(two, ada)
    await ada.press_in_view("Edit", home=True)
    await two.slack.until(lambda: "Time zone" in ada.modal_text())
    await ada.submit(time="11:30")
    await ada.submit()
    await two.slack.until(lambda: "[Pause]" in ada.modal_text())
    await ada.press_in_view("Pause")
    await two.slack.until(lambda: "Paused by Ada" in ada.home_text())

    assert "Paused in #python" in ada.modal_text()


async def test_a_page_that_changed_since_it_was_looked_at_is_put_together_anew(two: Stage) -> None:
    """Two presses on the same old page: Slack refuses the second by its hash, and the latest state wins."""
    ada = two.slack.person("Ada")
    await at_home(two, ada)
    old = dict(ada.team.homes[ada.id])
    await ada.press_in_view("Pause", home=True)
    await two.slack.until(lambda: "Paused by Ada" in ada.home_text())
    ada.team.views.clear()
    fresh = ada.team.homes[ada.id]
    ada.team.homes[ada.id] = old
    press = asyncio.create_task(ada.press_in_view("Help", home=True))
    await asyncio.sleep(0)
    ada.team.homes[ada.id] = fresh
    await press
    await two.quiet()
    hashes = [call.get("hash") for call in two.slack.called("views.publish")]

    assert hashes[-2:] == [old["hash"], None]
    assert "Paused by Ada" in ada.home_text()


async def test_an_answer_that_comes_too_late_for_a_modal_comes_as_a_message(two: Stage) -> None:
    """Slack lets a modal open for three seconds after a press; what was pressed counts all the same."""
    ada = two.slack.person("Ada")
    await at_home(two, ada)
    two.slack.faults["views.open"].append(Refuse("expired_trigger_id"))
    await ada.press_in_view("Pause", home=True)
    await two.slack.until(lambda: ada.messages("dm"))
    await two.slack.until(lambda: "Paused by Ada" in ada.home_text())

    assert "Paused in #python." in ada.last("dm")
    assert ada.modal is None


async def test_only_channels_that_somebody_is_in_are_on_it(two: Stage) -> None:
    """A private channel's name is no news for others; nor does playing there once let anybody stay."""
    two.slack.channel("secret", private=True)
    mei = two.slack.person("Mei", "secret")
    await two.set_up(mei, "secret")
    omar = two.slack.person("Omar", "rust")
    page = await at_home(two, omar)
    await omar.write("today")
    await two.slack.until(lambda: len(omar.messages("dm")) == 2)
    noor = two.slack.person("Noor", "secret")
    await noor.write("status")
    await two.slack.until(lambda: len(noor.messages("dm")) == 2)
    inside = noor.last("dm")
    two.slack.channel("secret").members.discard(noor.id)
    await two.slack.event(two.slack.team(), {"type": "channel_left", "channel": "CELSEWHERE"})
    await two.quiet()
    await noor.write("status")
    await two.slack.until(lambda: len(noor.messages("dm")) == 4)

    assert page.count("Python question 1") == 1
    assert "secret" not in page
    assert "Python question 1" in omar.last("dm")
    assert "PyQuiz in #secret" in inside
    assert "secret" not in noor.last("dm") + await at_home(two, noor)


async def test_where_nothing_is_set_up_it_says_how_to_begin(stage: Stage) -> None:
    """And practice works."""
    omar = stage.slack.person("Omar")
    page = await at_home(stage, omar)
    await omar.press_in_view("Practise", home=True)
    await stage.slack.until(lambda: "Practice: " in omar.modal_text())

    assert "Nothing is posted until somebody chooses a channel." in page
    assert page.splitlines()[-1] == "[Set up a channel] [Practise] [Topics] [Help]"
