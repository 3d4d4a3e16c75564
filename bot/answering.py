"""What happens when somebody answers a round, changes their mind, or asks how they did."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime

from bot import scoring
from bot.card import Card, FieldErrors, Form, Reply, Spans, Where
from bot.model import Actor, Answer, Channel, MessageRef, Player, Press, Round, RoundState, Submission
from bot.receipting import Receipts
from bot.scoring import BadAnswer
from bot.store import answers, boards, channels, deliveries, rounds
from bot.store.door import Store
from bot.whereabouts import player_of, shares_workspace
from bot.wording import guide, messages, receipts
from bot.wording.phrases import LETTERS
from bot.work import Draft, NoSuchRound, Played, Recorded, RoundOver
from content.question import Kind, Question
from content.typed import normalise

REMEMBERED = 4096
"""So many open rounds are kept in memory, so that a press costs one transaction and no look-up."""

LONGEST_ANSWER = 500
"""Characters of a typed answer that are kept; no right answer comes near it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A round with its channel. ``proven``: the messages of which a press has told already that they were sent."""

    round: Round
    channel: Channel
    proven: set[str] = field(default_factory=set)


class Answering:
    """The answers of rounds."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._asked: OrderedDict[int, Asked] = OrderedDict()
        self._receipts = Receipts()

    async def asked(self, actor: Actor, round_id: int, message: MessageRef | None, now: datetime) -> Asked | None:
        """A round of the caller's workspace. Its first press here proves that its message was sent."""
        known = self._asked.get(round_id) or await self._look_up(round_id)
        if known is None or not shares_workspace(actor, known.channel):
            return None
        if message is not None and message.id not in known.proven and _stands_in(message, known.channel):
            known.proven.add(message.id)
            await self._store.write(deliveries.proven, round_id, message.id, now)
        return known

    async def _look_up(self, round_id: int) -> Asked | None:
        round_ = await self._store.read(rounds.round_, round_id)
        channel = await self._store.read(channels.channel, round_.channel) if round_ else None
        if round_ is None or channel is None:
            return None
        found = Asked(round_, channel)
        if round_.state is RoundState.OPEN:
            self._asked[round_id] = found
            if len(self._asked) > REMEMBERED:
                self._asked.popitem(last=False)
        return found

    async def press(self, press: Press, round_id: int, place: int, where: Where, now: datetime) -> Reply:
        """A letter was pressed, on the question or (``where`` REPLACE) on a receipt."""
        message = press.message if where is Where.PRIVATE else None
        asked = await self.asked(press.actor, round_id, message, now)
        if asked is None:
            return Reply(guide.stale_button())
        try:
            return Reply(await self._record(press.actor, asked, (place,), now), where)
        except BadAnswer:
            return Reply(guide.stale_button())

    async def submit(self, submission: Submission, round_id: int, where: Where, now: datetime) -> Reply | FieldErrors:
        """The answer form of a select or an output was sent."""
        message = submission.message if where is Where.PRIVATE else None
        asked = await self.asked(submission.actor, round_id, message, now)
        if asked is None:
            return Reply(guide.stale_button())
        said = said_in(asked.round.question, submission.values.get("answer", ()))
        if isinstance(said, FieldErrors):
            return said
        return Reply(await self._record(submission.actor, asked, said, now), where)

    async def type(self, actor: Actor, channel: Channel, text: str, now: datetime) -> Reply | None:
        """``b`` or ``answer …`` for the channel's open round; None where nothing is open."""
        round_ = await self._store.read(rounds.open_round, channel.id)
        if round_ is None:
            return None
        said = said_as_words(round_.question, text)
        if said is None:
            return Reply(guide.what_is_an_answer(how_to_answer(round_.question)))
        return Reply(await self._record(actor, Asked(round_, channel), said, now))

    async def _record(self, actor: Actor, asked: Asked, said: tuple[int, ...] | str, now: datetime) -> Card:
        round_, channel = asked.round, asked.channel
        player = await player_of(self._store, actor, now)
        choice = scoring.canonical(round_.question, round_.order, said)
        text = said if isinstance(said, str) else None
        outcome = await self._store.record(Draft(round_.id, player.id, choice, text, now))
        if isinstance(outcome, Recorded):
            answer = Answer(round_.id, player.id, choice, text, now, now)
            return await self._receipt(asked, player, answer, outcome)
        self._asked.pop(round_.id, None)
        if isinstance(outcome, NoSuchRound):
            return guide.stale_button()
        return await self._late(channel, round_, outcome, now)

    async def _receipt(self, asked: Asked, player: Player, answer: Answer, outcome: Recorded) -> Card:
        channel, streak = asked.channel, outcome.streak
        previous = None if outcome.previous is None else (outcome.previous, outcome.previous_text)
        news: Spans = ()
        if previous is None and streak is not None and (streak.covered or streak.ended):
            played = await self._store.read(answers.played, channel.id, player.id)
            news = receipts.streak_news(streak, tuple(p for p in played if _was_missed(p, streak.last or 0)))
        run = (streak.run if streak else 0) + 1
        first_ever = previous is None and streak is None
        return self._receipts.receipt(channel, asked.round, answer, previous, run, news, first_ever)

    async def _late(self, channel: Channel, round_: Round, over: RoundOver, now: datetime) -> Card:
        fresh = await self._store.read(rounds.round_, round_.id) or round_
        stands = None if over.stands is None else (over.stands, over.stands_text)
        return receipts.late_press(channel, fresh, now, stands)

    async def _too_late(self, actor: Actor, asked: Asked, now: datetime) -> Card:
        """What a press meets that would have opened something for a round that is over."""
        player = await player_of(self._store, actor, now)
        answer = await self._store.read(answers.answer_of, asked.round.id, player.id)
        over = (
            RoundOver(asked.round.state, answer.choice, answer.text) if answer else RoundOver(asked.round.state, None)
        )
        return await self._late(asked.channel, asked.round, over, now)

    async def change(self, press: Press, round_id: int, now: datetime) -> Reply:
        """[Change] on a receipt: the letters once more, in its place."""
        asked = await self.asked(press.actor, round_id, None, now)
        if asked is None:
            return Reply(guide.stale_button())
        if now >= asked.round.closes or asked.round.state is not RoundState.OPEN:
            return Reply(await self._too_late(press.actor, asked, now))
        return Reply(receipts.change_card(asked.round), Where.REPLACE)

    async def form(self, form: Form, verb: str, actor: Actor, round_id: int, now: datetime) -> Form | Reply:
        """The answer form with the question in it, and with what its caller chose before."""
        asked = await self.asked(actor, round_id, None, now)
        if asked is None:
            return Reply(guide.stale_button())
        if now >= asked.round.closes or asked.round.state is not RoundState.OPEN:
            return Reply(await self._too_late(actor, asked, now))
        player = await player_of(self._store, actor, now)
        answer = await self._store.read(answers.answer_of, round_id, player.id)
        question, order = asked.round.question, asked.round.order
        given = given_before(question, order, answer) if answer else ()
        return receipts.answer_form(form.id, question, order, f"Question {asked.round.number}", given)

    async def how(self, actor: Actor, round_id: int, now: datetime) -> Reply:
        """How somebody did in a closed round; for an open one, that it is open."""
        asked = await self._look_up(round_id)
        if asked is None or not shares_workspace(actor, asked.channel):
            return Reply(guide.stale_button())
        player = await player_of(self._store, actor, now)
        round_, channel = asked.round, asked.channel
        answer = await self._store.read(answers.answer_of, round_id, player.id)
        stands = (answer.choice, answer.text) if answer else None
        if round_.state is RoundState.OPEN and now < round_.closes:
            return await self.today(actor, channel, round_, now)
        if round_.state is not RoundState.CLOSED:
            return Reply(receipts.late_press(channel, round_, now, stands))
        streak = await self._store.read(boards.streak, channel.id, player.id)
        return Reply(receipts.how_did_i_do(channel, round_, answer, streak.run if streak else 0))

    async def detail(self, actor: Actor, round_id: int, now: datetime) -> Reply:
        """Every option of a closed round with its share and its reason, and who got it, for one person to read."""
        asked = await self._look_up(round_id)
        if asked is None or not shares_workspace(actor, asked.channel):
            return Reply(guide.stale_button())
        if asked.round.state is RoundState.OPEN and now < asked.round.closes:
            return await self.today(actor, asked.channel, asked.round, now)
        tally = await self._store.read(rounds.tally, round_id)
        if tally is None or asked.round.state is not RoundState.CLOSED:
            return Reply(await self._too_late(actor, asked, now))
        return Reply(messages.every_option(asked.round, tally))

    async def today(self, actor: Actor, channel: Channel, round_: Round, now: datetime) -> Reply:
        """The open question as one person sees it."""
        player = await player_of(self._store, actor, now)
        answer = await self._store.read(answers.answer_of, round_.id, player.id)
        counted = await self._store.read(rounds.answered, (round_.id,))
        return Reply(receipts.today_card(channel, round_, counted.get(round_.id, 0), answer, now))


def _stands_in(message: MessageRef, channel: Channel) -> bool:
    return message.place.channel == channel.place.channel


def _was_missed(played: Played, last: int) -> bool:
    closed = played.state is RoundState.CLOSED
    return closed and played.number > last and not played.answered and not played.excused


def given_before(question: Question, order: tuple[int, ...], answer: Answer) -> tuple[str, ...]:
    """An answer as the values of its form: displayed positions, or the text as it was typed."""
    if question.kind is Kind.OUTPUT:
        return (answer.text or "",)
    return tuple(str(order.index(int(written))) for written in answer.choice.split(","))


def said_in(question: Question, values: tuple[str, ...]) -> tuple[int, ...] | str | FieldErrors:
    """What an answer form says: displayed positions or typed text, or what is missing."""
    if question.kind is Kind.OUTPUT:
        text = " ".join(values).strip()[:LONGEST_ANSWER]
        return text if normalise(text) else FieldErrors((("answer", "Type what the code prints."),))
    try:
        places = tuple(sorted({int(value) for value in values}))
    except ValueError:
        places = ()
    if not places or not 0 <= places[0] <= places[-1] < len(question.options):
        return FieldErrors((("answer", "Choose all that are right, at least one."),))
    return places


def said_as_words(question: Question, text: str) -> tuple[int, ...] | str | None:
    """What ``b``, ``a c``, ``a, c`` or typed output means for a question; None where it means nothing."""
    if question.kind is Kind.OUTPUT:
        return text.strip()[:LONGEST_ANSWER] if normalise(text) else None
    wanted = text.upper().replace(",", " ").replace("AND", " ").split()
    letters = LETTERS[: len(question.options)]
    if not wanted or any(len(letter) != 1 or letter not in letters for letter in wanted):
        return None
    places = tuple(sorted({letters.index(letter) for letter in wanted}))
    return places if question.kind is Kind.SELECT or len(places) == 1 else None


def how_to_answer(question: Question) -> str:
    """What could be said instead: ``A, B, C or D``."""
    if question.kind is Kind.OUTPUT:
        return "by typing what it prints"
    letters = LETTERS[: len(question.options)]
    one = f"{', '.join(letters[:-1])} or {letters[-1]}"
    return one if question.kind is Kind.CHOICE else f"all that are right, such as “a c”, out of {one}"
