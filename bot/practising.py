"""Private practice on a topic, and its lesson: answered and explained at once, worth no points."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot import scoring
from bot.answering import said_in
from bot.card import Card, FieldErrors, Form, Reply, Where
from bot.model import Actor, Submission
from bot.picking import order
from bot.scoring import BadAnswer
from bot.store import players, practice
from bot.store.door import Store
from bot.whereabouts import player_of
from bot.wording import guide, learning, receipts
from content.bank import Bank
from content.question import Question, Topic
from content.search import Finder

LATELY = timedelta(days=7)
"""So long a round's question is fresh in the memory of who answered it."""


def choose(
    questions: Sequence[Question],
    revealed: frozenset[str],
    practised: Mapping[str, datetime],
    busy: frozenset[str],
    lately: frozenset[str],
    seed: str,
) -> Question | None:
    """What to practise: nothing that is open anywhere; revealed questions first; practised ones last, oldest first.

    What its asker answered ``lately`` in a round is no other question on its topic, while there is one.
    """
    free = [question for question in questions if question.id not in busy]
    if not free:
        return None
    free = [question for question in free if question.id not in lately] or free
    fresh = [question for question in free if question.id not in practised]
    if not fresh:
        return min(free, key=lambda question: practised[question.id])
    shown = [question for question in fresh if question.id in revealed]
    return random.Random(seed).choice(shown or fresh)


class Practising:
    """Practice questions and lessons."""

    def __init__(self, store: Store, bank: Bank, finder: Finder) -> None:
        self._store = store
        self._bank = bank
        self._finder = finder

    async def topic(self, actor: Actor, topic: Topic, now: datetime) -> Reply:
        """A question on a topic, for its asker only."""
        question = await self._choose(actor, topic.questions, now)
        if question is None:
            return Reply(learning.nothing_to_practise(topic))
        return Reply(await self._begin(actor, topic, question, now))

    async def anything(self, actor: Actor, now: datetime) -> Reply:
        """A question on whatever comes."""
        question = await self._choose(actor, self._bank.questions, now)
        topic = self._bank.topic_of(question) if question else None
        if question is None or topic is None:
            return Reply(guide.nothing_at_all())
        return Reply(await self._begin(actor, topic, question, now))

    async def another(self, actor: Actor, now: datetime) -> Reply:
        """One more on the topic practised last; anything where there is none."""
        player = await player_of(self._store, actor, now)
        practised = await self._store.read(practice.practised, player.id)
        *_, latest = None, *practised
        question = self._bank.question(latest) if latest else None
        topic = self._bank.topic_of(question) if question else None
        return await self.topic(actor, topic, now) if topic else await self.anything(actor, now)

    async def _choose(self, actor: Actor, questions: Sequence[Question], now: datetime) -> Question | None:
        player = await player_of(self._store, actor, now)
        busy = await self._store.read(practice.busy_questions, player.id, now)
        practised = await self._store.read(practice.practised, player.id)
        known = await self._store.read(players.channels_played, player.id)
        shown = await self._store.read(practice.revealed_questions, tuple(channel.id for channel in known))
        lately = await self._store.read(practice.answered_since, player.id, now - LATELY)
        return choose(questions, shown, practised, busy, lately, f"{player.id} {len(practised)}")

    async def _begin(self, actor: Actor, topic: Topic, question: Question, now: datetime) -> Card:
        player = await player_of(self._store, actor, now)
        shuffled = order(question, f"practice {player.id} {now.isoformat()}")
        id_ = await self._store.write(practice.begin_practice, player.id, None, question, shuffled, now)
        return learning.practice_card(topic, question, shuffled, id_)

    async def press(self, actor: Actor, practice_id: int, place: int, now: datetime) -> Reply:
        """A letter of a practice question was pressed."""
        return await self._answer(actor, practice_id, (place,), now)

    async def submit(self, submission: Submission, practice_id: int, now: datetime) -> Reply | FieldErrors:
        """The answer form of a practice question was sent."""
        row = await self._own(submission.actor, practice_id, now)
        if row is None:
            return Reply(guide.stale_button())
        said = said_in(row.question, submission.values.get("answer", ()))
        return said if isinstance(said, FieldErrors) else await self._answer(submission.actor, practice_id, said, now)

    async def form(self, form: Form, actor: Actor, practice_id: int, now: datetime) -> Form | Reply:
        """The answer form of a practice question."""
        row = await self._own(actor, practice_id, now)
        if row is None:
            return Reply(guide.stale_button())
        return receipts.answer_form(form.id, row.question, row.order, "Practice", ())

    async def _own(self, actor: Actor, practice_id: int, now: datetime) -> practice.Practised | None:
        """A practice question, if it is the caller's own."""
        player = await player_of(self._store, actor, now)
        row = await self._store.read(practice.practice, practice_id)
        return row if row is not None and row.player == player.id else None

    async def _answer(self, actor: Actor, practice_id: int, said: tuple[int, ...] | str, now: datetime) -> Reply:
        row = await self._own(actor, practice_id, now)
        topic = self._bank.topic_of(row.question) if row else None
        if row is None or topic is None:
            return Reply(guide.stale_button())
        if row.question.id in await self._store.read(practice.busy_questions, row.player, now):
            return Reply(learning.asked_elsewhere(topic), Where.REPLACE)
        try:
            choice = scoring.canonical(row.question, row.order, said)
        except BadAnswer:
            return Reply(guide.stale_button())
        right = scoring.is_right(choice, scoring.key(row.question))
        if not await self._store.write(practice.finish_practice, practice_id, choice, right, now):
            return Reply(learning.practised_before(topic), Where.REPLACE)
        text = said if isinstance(said, str) else None
        verdict = receipts.result_of_practice(row.question, row.order, choice, text, right)
        return Reply(learning.practice_result(topic, row.question, row.order, verdict), Where.REPLACE)

    def lesson(self, slug: str, page: int, where: Where) -> Reply:
        """A page of a topic's lesson."""
        topic = self._bank.topic(slug)
        return Reply(learning.lesson_card(topic, page), where) if topic else Reply(guide.stale_button())

    def topics(self, words: str) -> Reply:
        """What there is to practise, or what is nearest to some words."""
        near = self._finder.find(words).nearest if words else self._bank.topics
        return Reply(learning.topics_card(near, words))
