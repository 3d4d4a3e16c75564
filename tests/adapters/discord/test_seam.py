"""The seam: one card out and one press back, through the real discord.py, over the wire."""

from __future__ import annotations

from tests.adapters.discord.stage import Stage
from tests.standins.discord.town import SILENT


async def test_a_day_goes_out_and_comes_back(stage: Stage) -> None:
    """The clock posts a question, somebody presses B and is told so privately; the reveal edits it and replies."""
    ada = stage.discord.person("Ada", manager=True)
    omar = stage.discord.person("Omar")
    await stage.set_up(ada, "python")
    await stage.at(9)
    question = stage.posted("python")[0]
    await omar.press("B", "python")
    receipt = await stage.told(omar, "python", 0)
    await stage.at(16)
    closed, reveal = stage.posted("python")
    thread = stage.discord.thread(question)

    assert "You chose B: " in receipt
    assert closed is question
    assert "Closed. The answer is" in omar.read(closed)
    assert "[B]" not in omar.read(closed)
    assert reveal.reply_to == question.id
    assert reveal.flags & SILENT
    assert "Question 1: the answer is" in omar.read(reveal)
    assert thread is not None
    assert "Got it" in omar.read(thread.messages[0]) or "Nobody got it" in omar.read(thread.messages[0])
    assert len(ada.private("python")) == 1
    assert stage.discord.pings == []
