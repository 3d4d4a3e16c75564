"""What managers are told without having asked; each is the body of a note."""

from __future__ import annotations

from bot.model import Channel


def cannot_post(channel: Channel, reason: str) -> str:
    """The channel is gone, or PyQuiz was put out of it; ``reason`` is the platform's own word."""
    return (
        f"PyQuiz cannot post in {channel.place.name or 'its channel'} any more ({reason}), so it has stopped asking "
        "there. Scores and streaks are kept, and it goes on once it is back in the channel."
    )
