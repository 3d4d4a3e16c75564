"""The Face: what people press, say and send goes through here to the room that knows about it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from bot import commands
from bot.answering import Answering
from bot.card import BadButton, ButtonId, Card, Choice, FieldErrors, Form, Reply, Where
from bot.commands import Said, Verb
from bot.home import Home
from bot.managing import Managing
from bot.model import Actor, Channel, Command, Period, Place, Press, Submission
from bot.outlook import Outlook
from bot.ports import Happening
from bot.practising import Practising
from bot.setting_up import SettingUp
from bot.standing import Standing
from bot.store import rounds
from bot.store.door import Store
from bot.whereabouts import Here, find_channel, may_manage, own_channel
from bot.wording import boards, guide, home, learning, managing, receipts, setting_up
from content.bank import Bank
from content.search import Finder

SUGGESTIONS = 25
"""Discord shows this many; nobody reads more."""

ANSWER_FORMS = {"answer-form": Where.PRIVATE, "reanswer-form": Where.REPLACE}

WITHOUT_CHANNEL = {Verb.TOPIC, Verb.RANDOM, Verb.ANOTHER, Verb.TOPICS, Verb.HELP}

ABOUT_THE_PLACE = {Verb.SETUP, Verb.STATUS, Verb.PAUSE, Verb.RESUME, Verb.SKIP, Verb.ASK_NOW}
"""Said in a channel, these mean that channel, also where PyQuiz is not set up in it yet."""


class Quiz:
    """What people do. Implements ``bot.ports.Face``; knows no platform, and time is passed in."""

    def __init__(self, store: Store, bank: Bank) -> None:
        self._store = store
        self._finder = Finder(bank.topics)
        self._answering = Answering(store)
        self._practising = Practising(store, bank, self._finder)
        self._standing = Standing(store, bank)
        self._outlook = Outlook(store, bank)
        self._setting_up = SettingUp(store, bank, self._finder, self._outlook)
        self._managing = Managing(store, bank, self._outlook)
        self._home = Home(store, self._answering, self._standing, self._outlook)

    def warm(self) -> None:
        """Make ready what the first search would wait for (a tenth of a second); may run in a thread of its own."""
        self._finder.warm()

    async def press(self, press: Press, now: datetime) -> Reply | Form:
        """A button was pressed. An id that no card of ours holds is answered kindly, not trusted."""
        try:
            button = ButtonId.read(press.button)
            form = self.form(button)
            if form is not None and press.values:
                return await self._chosen(press, now)
            if form is not None:
                return await self.fill(form, press.actor, press.place, now)
            return await self._press(press, button, now)
        except (BadButton, ValueError, IndexError):
            return Reply(guide.stale_button())

    async def _press(self, press: Press, button: ButtonId, now: datetime) -> Reply | Form:
        actor, args = press.actor, button.args
        match button.verb:
            case "answer":
                return await self._answering.press(press, int(args[0]), int(args[1]), Where.PRIVATE, now)
            case "reanswer":
                return await self._answering.press(press, int(args[0]), int(args[1]), Where.REPLACE, now)
            case "change":
                return await self._answering.change(press, int(args[0]), now)
            case "how":
                return await self._answering.how(actor, int(args[0]), now)
            case "try":
                return await self._practising.press(actor, int(args[0]), int(args[1]), now)
            case "lesson":
                page = int(args[1])
                return self._practising.lesson(args[0], page, Where.REPLACE if page else Where.PRIVATE)
            case "detail":
                return await self._answering.detail(actor, int(args[0]), now)
            case "board" | "runs" | "rounds" | "share" | "share-me":
                return await self._stand(press, button, now)
            case "wait":
                return await self._setting_up.waiting(actor, int(args[0]), now)
            case "confirm":
                return await self._setting_up.confirm(actor, int(args[0]), now)
            case "do":
                channel_id = int(args[1]) if len(args) > 1 else None
                return await self._say(Command(actor, press.place, args[0]), channel_id, now)
            case _:
                return Reply(guide.stale_button())

    async def _chosen(self, press: Press, now: datetime) -> Reply:
        """A button's form was filled in a menu, without being opened."""
        values = {"answer": press.values}
        found = await self.submit(Submission(press.actor, press.place, press.button, values, press.message), now)
        return found if isinstance(found, Reply) else Reply(guide.stale_button())

    async def _stand(self, press: Press, button: ButtonId, now: datetime) -> Reply:
        """Another page of a board or a streak, or something of it for all to see."""
        actor, args = press.actor, button.args
        channel = await own_channel(self._store, actor, int(args[0]))
        if channel is None:
            return Reply(guide.stale_button())
        match button.verb:
            case "board":
                start = None if args[2] == boards.PRESENT else date.fromisoformat(args[2])
                return await self._standing.page(actor, channel, Period(args[1]), start, int(args[3]), now)
            case "runs":
                return await self._standing.streaks(actor, channel, int(args[1]), Where.REPLACE, now)
            case "rounds":
                return await self._standing.streak(actor, channel, int(args[1]), Where.REPLACE, now)
        if press.place.person or press.place.channel != channel.place.channel:
            return Reply(boards.share_there(channel))
        if button.verb == "share-me":
            return await self._standing.share_me(actor, channel, now)
        return await self._standing.share(actor, channel, Period(args[1]), date.fromisoformat(args[2]), now)

    async def command(self, command: Command, now: datetime) -> Reply | Form:
        """Something was typed: a command, or a topic, or near to one."""
        return await self._say(command, None, now)

    async def _say(self, command: Command, channel_id: int | None, now: datetime) -> Reply | Form:
        text = commands.clean(command.text)
        said = commands.parse(text)
        if said is None:
            return await self._topic(command.actor, text, now)
        here = await find_channel(self._store, command.actor, command.place, channel_id, now)
        elsewhere = here.channel is not None and here.channel.place.channel != command.place.channel
        if channel_id is None and elsewhere and self._means_another(said.verb, command, here.channel):
            here = Here(None)
        if here.channel is None and said.verb not in WITHOUT_CHANNEL:
            return await self._without_channel(command, said, here, now)
        return await self._do(command, said, here.channel, now)

    def _means_another(self, verb: Verb, command: Command, own: Channel | None) -> bool:
        """Whether a command is not about the channel that somebody plays in: in a channel it may be about that one;
        elsewhere, who sets up and does not manage the own one, means a new one."""
        if command.place.channel and not command.place.person:
            return verb in ABOUT_THE_PLACE
        return verb is Verb.SETUP and may_manage(command.actor, None) and not may_manage(command.actor, own)

    async def _without_channel(self, command: Command, said: Said, here: Here, now: datetime) -> Reply | Form:
        if said.verb is Verb.SETUP and (command.place.channel or not here.several):
            return await self._setting_up.command(command.actor, command.place, None, said.values, now)
        if here.several:
            new = said.verb is Verb.SETUP and not said.values and may_manage(command.actor, None)
            also = (guide.set_up_another(),) if new else ()
            return Reply(managing.which_channel(here.several, commands.clean(command.text), also))
        return Reply(managing.not_set_up(command.place.name, may_manage(command.actor, None)))

    async def _do(self, command: Command, said: Said, channel: Channel | None, now: datetime) -> Reply | Form:
        actor = command.actor
        match said.verb:
            case Verb.TOPIC:
                return await self._topic(actor, said.words, now)
            case Verb.RANDOM:
                return await self._practising.anything(actor, now)
            case Verb.ANOTHER:
                return await self._practising.another(actor, now)
            case Verb.TOPICS:
                return self._practising.topics(said.words)
            case Verb.HELP:
                reply = Reply(self._help(said.words, channel, actor))
                return self._named(reply, command, channel) if channel and not said.words else reply
        if channel is None:
            return Reply(managing.no_channel_here())
        return await self._in_channel(command, said, channel, now)

    async def _in_channel(self, command: Command, said: Said, channel: Channel, now: datetime) -> Reply | Form:
        actor = command.actor
        match said.verb:
            case Verb.TODAY:
                return self._named(await self._today(actor, channel, now), command, channel)
            case Verb.ANSWER if not said.words:
                return self._named(await self._today(actor, channel, now), command, channel)
            case Verb.ANSWER:
                reply = await self._answering.type(actor, channel, said.words, now)
                reply = reply or Reply(await self._managing.nothing_open(channel, now))
                return self._named(reply, command, channel)
            case Verb.LEADERBOARD if said.values["period"] == "streak":
                return await self._standing.streaks(actor, channel, 0, Where.PRIVATE, now)
            case Verb.LEADERBOARD:
                return await self._standing.leaderboard(actor, channel, Period(said.values["period"]), now)
            case Verb.ME:
                return await self._standing.me(actor, channel, now)
            case Verb.STREAK:
                return await self._standing.streak(actor, channel, 0, Where.PRIVATE, now)
            case Verb.STATUS:
                return await self._managing.status(channel, now)
            case Verb.SETUP:
                return await self._setting_up.command(actor, channel.place, channel, said.values, now)
            case _:
                return await self._managing.command(actor, channel, said, now)

    def _named(self, reply: Reply, command: Command, channel: Channel) -> Reply:
        """Said outside of a channel, what its card would not tell: which one is meant."""
        outside = command.place.person or command.place.channel != channel.place.channel
        return replace(reply, card=home.in_channel(reply.card, channel)) if outside else reply

    async def _today(self, actor: Actor, channel: Channel, now: datetime) -> Reply:
        open_ = await self._store.read(rounds.open_round, channel.id)
        if open_ is None or now >= open_.closes:
            return Reply(await self._managing.nothing_open(channel, now))
        return await self._answering.today(actor, channel, open_, now)

    def _help(self, words: str, channel: Channel | None, actor: Actor) -> Card:
        spec = commands.named(words) if words else None
        return guide.help_on(spec) if spec else guide.help_card(channel, may_manage(actor, channel))

    async def _topic(self, actor: Actor, words: str, now: datetime) -> Reply:
        """A topic by its name, or the nearest topics and commands as buttons."""
        found = self._finder.find(words)
        if found.exact is None and words.lower() in commands.LATER:
            return Reply(guide.not_yet(words))
        if found.exact is None:
            return Reply(learning.did_you_mean(words, found.nearest, commands.nearest(words)))
        reply = await self._practising.topic(actor, found.exact, now)
        return Reply(learning.other_meanings(reply.card, found.others), reply.where)

    async def submit(self, submission: Submission, now: datetime) -> Reply | FieldErrors:
        """A form was sent."""
        try:
            button = ButtonId.read(submission.form)
            if button.verb in ANSWER_FORMS:
                where = ANSWER_FORMS[button.verb]
                return await self._answering.submit(submission, int(button.args[0]), where, now)
            if button.verb == "try-form":
                return await self._practising.submit(submission, int(button.args[0]), now)
            if button.verb == "setup":
                return await self._setting_up.submit(submission, _id(button), now)
        except (BadButton, ValueError, IndexError):
            pass
        return Reply(guide.stale_button())

    async def preview(self, submission: Submission, now: datetime) -> Card | Reply | FieldErrors:
        """What sending the set-up form would do; no other form is previewed."""
        try:
            button = ButtonId.read(submission.form)
            if button.verb == "setup":
                return await self._setting_up.preview(submission, _id(button), now)
        except (BadButton, ValueError):
            pass
        return Reply(guide.stale_button())

    async def suggest(self, who: Actor, field: str, text: str) -> tuple[Choice, ...]:
        """What could be meant: commands and topics, zones, or topics."""
        if field == "zone":
            return self._setting_up.zones(text)[:SUGGESTIONS]
        topics = tuple(
            Choice(topic.slug, learning.label_of(topic)) for topic in self._finder.suggest(text, SUGGESTIONS)
        )
        if field == "topics":
            return topics
        said = tuple(Choice(name, name) for name in commands.completions(text))
        return (*said, *topics)[:SUGGESTIONS]

    async def home(self, who: Actor, now: datetime) -> tuple[Card, ...]:
        """One person's own page: today's questions, their standing, what they manage, and the way on."""
        return await self._home.page(who, now)

    def form(self, button: ButtonId) -> Form | None:
        """The skeleton of the form that a button opens; None where it opens none."""
        if button.verb in ANSWER_FORMS or button.verb == "try-form":
            return receipts.answer_skeleton(str(button))
        return setting_up.setup_skeleton(str(button)) if button.verb == "setup" else None

    async def fill(self, form: Form, who: Actor, place: Place, now: datetime) -> Form | Reply:
        """The form with its values, or why it may not be had."""
        button = ButtonId.read(form.id)
        if button.verb == "setup":
            return await self._setting_up.fill(form, who, place, _id(button))
        if button.verb == "try-form":
            return await self._practising.form(form, who, int(button.args[0]), now)
        return await self._answering.form(form, button.verb, who, int(button.args[0]), now)

    async def happened(self, event: Happening, now: datetime) -> None:
        """A place went or came back, or a workspace took its permission away."""
        await self._managing.happened(event, now)


def _id(button: ButtonId) -> int | None:
    return int(button.args[0]) if button.args else None
