"""At the prompt: what a typed line becomes, with a stand-in for the core that remembers what it was told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from rich.console import Console

from adapters.terminal import adapter
from adapters.terminal.lines import Written
from adapters.terminal.terminal import Terminal
from bot.card import (
    Button,
    ButtonId,
    Card,
    Choice,
    Field,
    FieldErrors,
    FieldKind,
    Form,
    OptionLine,
    Options,
    Plain,
    Reply,
    Text,
    Tone,
    Where,
)
from bot.model import Actor, Command, MessageRef, Place, Press, Submission
from bot.ports import Absent, Entry, Happening, Lease, NotConfigured, Sent

HERE = Place("terminal", "playground", "python", name="#python")
MORNING = datetime(2027, 1, 12, 9, 30, tzinfo=UTC)


def card(words: str, *actions: Button, name: str = "", options: bool = False) -> Card:
    lines = tuple(OptionLine(letter, (Plain(f"option {letter}"),)) for letter in "ABC")
    return Card(words, (Text((Plain(words),)), *((Options(lines),) if options else ())), actions, name)


def choice_card(words: str, verb: str, name: str) -> Card:
    letters = (Button(f"pq|{verb}|{place}", letter) for place, letter in enumerate("ABC"))
    return card(words, *letters, Button("pq|lesson", "Read the lesson first"), name=name, options=True)


def form_card(words: str, *, options: bool) -> Card:
    return card(
        words,
        Button("pq|form", "Answer", opens_form=True),
        Button("pq|lesson", "Lesson"),
        name="today",
        options=options,
    )


SELECT = Form(
    "pq|form",
    "Your answer",
    "Answer",
    (
        Field(
            "answer",
            "Right are",
            FieldKind.MANY,
            (),
            tuple(Choice(str(i), f"{c}  option") for i, c in enumerate("ABC")),
        ),
    ),
)
OUTPUT = Form("pq|form", "Your answer", "Answer", (Field("answer", "It prints", FieldKind.TEXT),))


@dataclass
class Core:
    """A Face that remembers what people did and answers with what it was given."""

    form_: Form = OUTPUT
    pressed: list[tuple[str, str, str | None]] = field(default_factory=list)
    said: list[tuple[str, str]] = field(default_factory=list)
    submitted: list[Submission] = field(default_factory=list)
    previewed: list[Submission] = field(default_factory=list)
    errors: list[FieldErrors] = field(default_factory=list)

    async def press(self, press: Press, now: datetime) -> Reply | Form:
        self.pressed.append((press.actor.person, press.button, press.message.id if press.message else None))
        if press.button == "pq|form":
            return self.form_
        if press.button.startswith("pq|try"):
            return Reply(card("practised", Button("pq|another", "Another")), Where.REPLACE)
        return Reply(card(f"pressed {press.button}"))

    async def command(self, command: Command, now: datetime) -> Reply | Form:
        self.said.append((command.actor.person, command.text))
        if command.text == "setup":
            return self.form_
        if command.text == "metaclasses":
            return Reply(choice_card("a practice question", "try", "metaclasses"))
        return Reply(card(f"heard {command.text}", Button("pq|more", "More")))

    async def submit(self, submission: Submission, now: datetime) -> Reply | FieldErrors:
        self.submitted.append(submission)
        return self.errors.pop(0) if self.errors else Reply(card("taken"))

    async def suggest(self, who: Actor, field: str, text: str) -> tuple[Choice, ...]:
        return tuple(Choice(word, word) for word in ("metaclasses", "me", "leaderboard") if word.startswith(text))

    async def preview(self, submission: Submission, now: datetime) -> Card | Reply | FieldErrors:
        self.previewed.append(submission)
        return self.errors.pop(0) if self.errors else card("would be taken")

    async def home(self, who: Actor, now: datetime) -> tuple[Card, ...]:
        return (card("home"),)

    def form(self, button: ButtonId) -> Form | None:
        return None

    async def fill(self, form: Form, who: Actor, place: Place, now: datetime) -> Form | Reply:
        return form

    async def happened(self, event: Happening, now: datetime) -> None:
        raise AssertionError("nothing happens to the playground")


class NoShelf:
    """The terminal remembers nothing; whoever asks fails."""

    async def get(self, key: str) -> Entry | None:
        raise AssertionError(key)

    async def put(self, key: str, value: bytes | None, *, expect: int | None) -> bool:
        raise AssertionError(key)

    async def first(self, event: str, *, until: datetime) -> bool:
        raise AssertionError(event)

    async def lease(self, name: str, *, until: datetime, now: datetime) -> Lease | None:
        raise AssertionError(name)


@dataclass
class Days:
    """A world in which cards are posted at given instants."""

    terminal: Terminal
    posts: dict[datetime, Sequence[tuple[str, Card]]]
    edits: dict[datetime, tuple[str, Card]] = field(default_factory=dict)
    place: Place = HERE
    zone: str = "UTC"
    players: Sequence[str] = ("Ada", "Grace", "Omar")
    at: datetime = MORNING - timedelta(hours=1)
    embodied: list[str] = field(default_factory=list)

    def now(self) -> datetime:
        return self.at

    async def settle(self) -> None:
        if self.at in self.edits:
            key, changed = self.edits.pop(self.at)
            await self.terminal.messenger.edit(MessageRef(HERE, key), changed)
        for key, posted in self.posts.pop(self.at, ()):
            to = Place("terminal", "playground", "python", parent="question") if key == "detail" else HERE
            await self.terminal.messenger.post(to, posted, key=key)

    async def until(self, at: datetime) -> None:
        while (step := await self.upcoming()) is not None and step <= at:
            self.at = step
            await self.settle()
        self.at = at
        await self.settle()

    async def upcoming(self) -> datetime | None:
        return min((at for at in (*self.posts, *self.edits) if at > self.at), default=None)

    def embody(self, person: str) -> None:
        self.embodied.append(person)


QUESTION = choice_card("the question", "answer", "today")
CLOSED = card("the question", Button("pq|explain", "Explain more"))


class Played:
    """One conversation with the stand-in core, and what was printed."""

    def __init__(self, question: Card = QUESTION, core: Core | None = None, width: int = 80) -> None:
        self.out = StringIO()
        self.core = core or Core()
        self.terminal = Terminal(Console(file=self.out, width=width, color_system=None))
        reveal = (("reveal", card("the reveal", Button("pq|how", "How did I do?"))), ("detail", card("the reasons")))
        evening, next_day = MORNING.replace(hour=16, minute=0), MORNING + timedelta(days=1)
        self.world = Days(
            self.terminal, {MORNING: [("question", question)], evening: reveal, next_day: [("second", question)]}
        )
        self.world.edits = {evening: ("question", CLOSED)}

    async def type(self, *lines: str) -> str:
        self.terminal.enter(self.world)
        await self.terminal.start(self.core, NoShelf())
        await self.terminal.play(Written(self.terminal.screen, lines), MORNING)
        return self.out.getvalue()


def test_the_adapter_starts_only_in_the_playground() -> None:
    """A service never finds a terminal among its platforms."""
    assert adapter({"SLACK_BOT_TOKEN": "x"}) == NotConfigured(missing=("PYQUIZ_PLAYGROUND",))
    assert isinstance(adapter({"PYQUIZ_PLAYGROUND": "1"}), Terminal)


async def test_the_first_screen_names_the_channel_the_time_and_the_players() -> None:
    """Who opens the playground sees where they are, the question, and what to type."""
    shown = await Played().type()

    assert shown.startswith("PyQuiz playground  #python  Tue 12 Jan 09:30, pretend clock, no network.\n")
    assert " the question\n" in shown
    assert "Type a letter, or help. Ada, Grace and Omar (simulated) play too." in shown


@pytest.mark.parametrize("line", ["b", "B", " b ", "answer b", "Answer B"])
async def test_a_letter_answers_the_question(line: str) -> None:
    """The letter is the press of its button, on the channel's own message."""
    played = Played()
    shown = await played.type(line)

    assert played.core.pressed == [("you", "pq|answer|1", "question")]
    assert " (only you) pressed pq|answer|1\n" in shown


async def test_a_letter_answers_the_card_shown_last_and_the_prompt_names_it() -> None:
    """During practice it is the practice card's; once that is answered, the channel's question again."""
    played = Played()
    shown = await played.type("/pyquiz metaclasses", "a", "c")

    assert [button for _, button, _ in played.core.pressed] == ["pq|try|0", "pq|answer|2"]
    assert "today > /pyquiz metaclasses" in shown
    assert "metaclasses > a" in shown
    assert "today > c" in shown


async def test_a_letter_that_is_no_option_is_said_to_the_core() -> None:
    """The core explains which letters there are."""
    played = Played()
    await played.type("e", "answer e")

    assert played.core.said == [("you", "e"), ("you", "answer e")]
    assert played.core.pressed == []


@pytest.mark.parametrize("line", ["1", "[1]", ":1", "read the LESSON first"])
async def test_a_button_is_pressed_by_its_number_or_its_label(line: str) -> None:
    """Numbers are those shown on the card that was shown last."""
    played = Played()
    await played.type(line)

    assert played.core.pressed == [("you", "pq|lesson", "question")]


@pytest.mark.parametrize(
    ("line", "values"), [("a c", ("0", "2")), ("C, a", ("0", "2")), ("a and b", ("0", "1")), ("b", ("1",))]
)
async def test_several_letters_fill_the_form_of_a_select_question(line: str, values: tuple[str, ...]) -> None:
    """The form is opened and sent as on any platform."""
    played = Played(form_card("which?", options=True), Core(SELECT))
    await played.type(line)

    assert [submission.values for submission in played.core.submitted] == [{"answer": values}]


async def test_a_letter_beyond_the_options_of_a_select_is_explained() -> None:
    """Nothing is sent that the form does not offer."""
    played = Played(form_card("which?", options=True), Core(SELECT))
    shown = await played.type("a e")

    assert played.core.submitted == []
    assert "The options are a to c" in shown


@pytest.mark.parametrize("line", ["[1]", "1", "hello", "{1: 'c'}", "b", "answer leaderboard", "top"])
async def test_any_words_answer_an_output_question(line: str) -> None:
    """Whatever a program may print can be typed; ``answer`` goes before what is a command's own name."""
    played = Played(form_card("what does this print?", options=False))
    await played.type(line)

    assert [s.values["answer"] for s in played.core.submitted] == [(line.removeprefix("answer "),)]


@pytest.mark.parametrize("line", ["leaderboard", "leaderboard month", "help", "/pyquiz top", "/pyquiz hello"])
async def test_commands_by_their_own_name_are_no_answers(line: str) -> None:
    """After ``/pyquiz`` everything is a command, also where an output is asked for."""
    played = Played(form_card("what does this print?", options=False))
    await played.type(line)

    assert played.core.said == [("you", line.removeprefix("/pyquiz "))]
    assert played.core.submitted == []


async def test_a_button_beside_an_output_question_takes_a_colon() -> None:
    """``1`` may well be what a program prints."""
    played = Played(form_card("what does this print?", options=False))
    shown = await played.type(":1")

    assert "[:1] Lesson" in shown
    assert [button for _, button, _ in played.core.pressed] == ["pq|lesson"]


async def test_everything_else_is_said_to_the_core() -> None:
    """The terminal knows no command of PyQuiz's; a leading ``/pyquiz`` may be left out."""
    played = Played()
    await played.type("leaderboard month", "/pyquiz leaderboard", "/PyQuiz", "", "setup zone=Europe/Berlin time=9:30")

    assert [text for _, text in played.core.said] == [
        "leaderboard month",
        "leaderboard",
        "",
        "",
        "setup zone=Europe/Berlin time=9:30",
    ]


async def test_next_goes_to_the_reveal_and_then_to_the_next_question() -> None:
    """The clock's time stands in the margin; a new day is announced."""
    shown = await Played().type(":next", ":next")

    assert "16:00  the reveal\n" in shown
    assert "[1] How did I do?" in shown
    assert "1 message in the thread; :thread shows it." in shown
    assert "\nWed 13 Jan 09:30\n the question\n" in shown


async def test_what_to_try_is_said_once_after_the_first_reveal() -> None:
    """Hints come when they help, and do not come again."""
    shown = await Played().type(":next", ":next")

    assert shown.count("Try:  /pyquiz metaclass") == 1


async def test_the_result_is_not_said_twice() -> None:
    """The question's own message is edited before the reveal comes; the reveal says it all."""
    shown = await Played().type(":next")

    assert "Explain more" not in shown
    assert shown.count("the reveal") == 1


async def test_a_result_without_a_reveal_is_shown_by_what_it_changed() -> None:
    """Where nobody answered, the question is only edited."""
    played = Played()
    evening = MORNING.replace(hour=16, minute=0)
    played.world.posts.pop(evening)
    played.world.edits[evening] = ("question", card("nobody answered"))
    shown = await played.type(":next")

    assert "16:00  nobody answered" in shown


async def test_counts_are_shown_when_time_has_passed() -> None:
    """An edit changes nothing that is printed already, so its new lines are printed."""
    played = Played()
    counted = Card("", (*QUESTION.blocks, Text((Plain("2 answered"),), Tone.QUIET)), QUESTION.actions, "today")
    played.world.edits[MORNING + timedelta(hours=1)] = ("question", counted)
    shown = await played.type(":advance 2h")

    assert "11:30  2 answered\n" in shown


async def test_a_thread_is_unfolded_on_request() -> None:
    """Details belong into the thread, on every platform."""
    shown = await Played().type(":thread", ":next", ":thread")

    assert "Nothing has been said in a thread yet." in shown
    assert shown.endswith("       the reasons\n")


async def test_a_thread_is_there_until_the_next_reveal() -> None:
    """A new question above it takes nothing away, and does not announce it anew."""
    shown = await Played().type(":next", ":next", ":thread")

    assert shown.count("in the thread; :thread shows it.") == 1
    assert "the reasons" in shown


async def test_after_the_reveal_letters_go_to_the_core() -> None:
    """A closed question takes no answers; the core says so."""
    played = Played()
    await played.type(":next", "b")

    assert played.core.pressed == []
    assert played.core.said == [("you", "b")]


async def test_as_makes_the_next_lines_somebody_elses() -> None:
    """Nobody plays for Ada once she is played by hand; ``:as you`` comes back."""
    played = Played()
    shown = await played.type(":as ada", "b", "leaderboard", ":as you", "a")

    assert played.core.pressed == [("ada", "pq|answer|1", "question"), ("you", "pq|answer|0", "question")]
    assert played.core.said == [("ada", "leaderboard")]
    assert played.world.embodied == ["ada"]
    assert "Ada: today > b" in shown


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (":as", ":as wants a name: Ada, Grace, Omar, you, or a new one."),
        (":advance", ":advance wants a length of time."),
        (":advance soon", "“soon” is no length of time."),
        (":advance 61d", "“61d” is no length of time."),
        (":advance 0h", "“0h” is no length of time."),
        (":fly", "There is no :fly."),
        (":99", "There is no :99."),
        (":help", ":advance 7h"),
        (":", ":week"),
    ],
)
async def test_playground_commands_that_say_nothing_teach(line: str, sentence: str) -> None:
    """Time does not move meanwhile."""
    played = Played()
    shown = await played.type(line)

    assert sentence in shown
    assert played.world.now() == MORNING


@pytest.mark.parametrize(("words", "hours"), [("7h", 7), ("1d 4h", 28), ("90 minutes", 1.5), ("1w", 168), ("2H", 2)])
async def test_advance_lets_so_much_time_pass(words: str, hours: float) -> None:
    """Minutes, hours, days and weeks, together too."""
    played = Played()
    await played.type(f":advance {words}")

    assert played.world.now() == MORNING + timedelta(hours=hours)


async def test_next_says_so_where_nothing_is_planned() -> None:
    """A paused channel has no next delivery."""
    played = Played()
    played.world.posts = {MORNING: [("question", QUESTION)]}
    played.world.edits = {}
    shown = await played.type(":next")

    assert "Nothing is planned." in shown


async def test_a_week_is_told_in_short_with_the_leaderboard_at_its_end() -> None:
    """One line a message, and then where everybody stands."""
    played = Played()
    shown = await played.type(":week")

    assert "Tue 12 Jan 16:00  the reveal\nWed 13 Jan 09:30  the question\n" in shown
    assert played.core.said == [("you", "leaderboard")]
    assert played.world.now() == MORNING + timedelta(days=7)


@pytest.mark.parametrize("line", [":quit", "quit", "quit()", "bye"])
async def test_quit_ends_the_conversation(line: str) -> None:
    """Lines after it are not read."""
    played = Played()
    await played.type(line, "b")

    assert played.core.pressed == []
    assert played.core.said == []


async def test_exit_is_a_topic_and_tells_how_to_leave() -> None:
    """``__exit__`` is practised, and the next line is read."""
    played = Played()
    shown = await played.type("exit", "b")

    assert "To leave the playground: quit, or Ctrl-D." in shown
    assert played.core.said == [("you", "exit")]
    assert len(played.core.pressed) == 1


@pytest.mark.parametrize(("line", "whole"), [("help", True), ("/pyquiz help", True), ("?", True), ("help me", False)])
async def test_help_also_lists_what_only_a_playground_has(line: str, whole: bool) -> None:
    """Below the core's own page; not below its help on one command."""
    shown = await Played().type(line)

    assert ("In this playground also:" in shown) is whole
    assert (":advance 7h" in shown) is whole


async def test_a_number_that_nothing_has_is_no_topic() -> None:
    """It is told here, and not said to the core."""
    played = Played()
    shown = await played.type("7")

    assert "Nothing here has the number 7." in shown
    assert played.core.said == []


SETUP = Form(
    "pq|setup",
    "PyQuiz set-up",
    "Save",
    (
        Field("zone", "Time zone", FieldKind.SUGGEST, ("UTC",)),
        Field("channel", "Channel", FieldKind.CHANNEL),
        Field(
            "days",
            "Days",
            FieldKind.MANY,
            ("mon",),
            (Choice("mon", "Mon"), Choice("tue", "Tue")),
            hint="Days of the week",
        ),
        Field("levels", "Level", FieldKind.ONE, ("mid",), (Choice("mid", "Mid"), Choice("senior", "Senior"))),
        Field("holidays", "Holidays", FieldKind.TEXT, ("DE",), optional=True),
    ),
)


async def test_a_form_is_asked_field_by_field() -> None:
    """Enter keeps, numbers and names choose, a dash empties what may be empty."""
    played = Played(core=Core(SETUP))
    shown = await played.type("setup", "Europe/Berlin", "1 tue", "", "-")

    assert played.core.submitted[0].values == {
        "zone": ("Europe/Berlin",),
        "channel": ("python",),
        "days": ("mon", "tue"),
        "levels": ("mid",),
        "holidays": (),
    }
    assert "Time zone [UTC]: Europe/Berlin" in shown
    assert "Days of the week" in shown
    assert "taken" in shown


async def test_a_form_asks_again_for_what_was_not_taken() -> None:
    """The sentence stands beside its field, and the other fields keep what was typed."""
    core = Core(SETUP, errors=[FieldErrors((("zone", "There is no Berln. Did you mean Europe/Berlin?"),))])
    played = Played(core=core)
    shown = await played.type("setup", "Berln", "", "", "", "Europe/Berlin")

    assert "Time zone: There is no Berln. Did you mean Europe/Berlin?" in shown
    assert [submission.values["zone"] for submission in core.submitted] == [("Berln",), ("Europe/Berlin",)]
    assert core.submitted[1].values["holidays"] == ("DE",)


@pytest.mark.parametrize("lines", [["Europe/Berlin", ":cancel"], ["Europe/Berlin"], []])
async def test_a_form_that_is_left_changes_nothing(lines: list[str]) -> None:
    """By ``:cancel``, or where the lines end in the middle of it."""
    played = Played(core=Core(SETUP))
    shown = await played.type("setup", *lines)

    assert played.core.submitted == []
    assert "Left as it was." in shown


DATED = replace(SETUP, previewed=True)


async def test_what_a_form_would_do_is_shown_before_it_is_sent() -> None:
    """Enter sends it."""
    played = Played(core=Core(DATED))
    shown = await played.type("setup", "", "", "", "", "")

    assert played.core.previewed == played.core.submitted
    assert shown.index("would be taken") < shown.index("Save [yes]:") < shown.rindex("taken")


async def test_a_form_whose_outcome_is_not_wanted_changes_nothing() -> None:
    """Anything but a yes leaves it."""
    played = Played(core=Core(DATED))
    shown = await played.type("setup", "", "", "", "", "no")

    assert len(played.core.previewed) == 1
    assert played.core.submitted == []
    assert "Left as it was." in shown


async def test_mistakes_are_told_before_anything_is_shown() -> None:
    """The form asks again for the field, then shows what it would do."""
    played = Played(core=Core(DATED, errors=[FieldErrors((("zone", "There is no Berln."),))]))
    shown = await played.type("setup", "Berln", "", "", "", "Europe/Berlin", "yes")

    assert shown.index("Time zone: There is no Berln.") < shown.index("would be taken")
    assert [submission.values["zone"] for submission in played.core.submitted] == [("Europe/Berlin",)]


async def test_a_choice_that_is_not_there_is_asked_for_again() -> None:
    """Nothing is guessed."""
    played = Played(core=Core(SETUP))
    shown = await played.type("setup", "", "3", "1,2", "", "")

    assert "Choose by number or name, such as 1 3 or 1-5." in shown
    assert played.core.submitted[0].values["days"] == ("mon", "tue")


@pytest.mark.parametrize(
    ("line", "days"), [("mon-tue", ("mon", "tue")), ("Mon–Tue", ("mon", "tue")), ("2-2", ("tue",))]
)
async def test_a_range_chooses_all_from_one_to_another(line: str, days: tuple[str, ...]) -> None:
    """As the days are shown, so they can be typed."""
    played = Played(core=Core(SETUP))
    await played.type("setup", "", line, "", "")

    assert played.core.submitted[0].values["days"] == days


async def test_what_this_run_printed_is_found_and_nothing_else() -> None:
    """A new screen shows nothing of the runs before it, so what they printed may be printed again."""
    played = Played()
    await played.type()
    messenger = played.terminal.messenger

    assert await messenger.find(HERE, key="question", since=MORNING) == Sent(MessageRef(HERE, "question"))
    assert await messenger.find(HERE, key="another", since=MORNING) == Absent()
