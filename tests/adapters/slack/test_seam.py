"""The seam: one card out and one press back, through the real slack-bolt and slack-sdk, over the wire."""

from __future__ import annotations

from tests.adapters.slack.stage import Stage


async def test_a_day_goes_out_and_comes_back(stage: Stage) -> None:
    """The clock posts a question, somebody presses B and is told so privately; the reveal edits it and replies."""
    ada = stage.slack.person("Ada", "python")
    omar = stage.slack.person("Omar", "python")
    await stage.set_up(ada, "python")
    await stage.at(9)
    question = stage.posted("python")[0]
    await omar.press("B", "python")
    receipt = await stage.whispers(omar, "python", 1)
    await stage.at(16)
    closed, reveal, detail = stage.posted("python")

    assert "You chose B: " in receipt
    assert closed is question
    assert "Closed. The answer is" in omar.read(closed)
    assert "[B]" not in omar.read(closed)
    assert reveal.thread_ts == question.ts
    assert reveal.broadcast
    assert "Question 1: the answer is" in omar.read(reveal)
    assert detail.thread_ts == question.ts
    assert not detail.broadcast
    assert len(ada.private("python")) == 1
