"""Every sentence that the terminal says by itself; what PyQuiz says comes from ``bot.wording``."""

from __future__ import annotations

from collections.abc import Sequence


def listed(names: Sequence[str]) -> str:
    """``Ada, Grace and Omar``."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def header(channel: str, when: str) -> str:
    """The first line on the screen."""
    return f"PyQuiz playground  {channel}  {when}, pretend clock, no network."


def how_to_play(players: Sequence[str], wants: str) -> str:
    """Below the first question: what to type, and who else is there."""
    return f"{wants} {listed(players)} (simulated) play too." if players else wants


TYPE_A_LETTER = "Type a letter, or help."
TYPE_LETTERS = "Type all the letters that are right, such as “a c”, or help."
TYPE_OUTPUT = "Type what it prints, or help; topics begin with /pyquiz here."
OR_HELP = "Type help for what else there is."

TRY = "Try:  /pyquiz metaclass    /pyquiz leaderboard    :week (play five days)"

ONLY_YOU = "(only you)"
BYE = "See you tomorrow."
CANCELLED = "Left as it was."
YES = "yes"
AGREED = frozenset({"", "y", "yes", "save"})
"""What saves a form after a look at what it would do."""

NEEDED = "This one is needed; :cancel leaves everything as it was."
ONE_OF = "Choose by number or name."
SOME_OF = "Choose by number or name, such as 1 3 or 1-5."
HERE = "In this playground also:"
LEAVE = "To leave the playground: quit, or Ctrl-D."
LEAVING = frozenset({"quit", "quit()", "bye"})
"""What ends the conversation as ``:quit`` does: no command and no topic is called that."""
MEANT_LEAVING = frozenset({"exit", "exit()"})
"""What may be meant so too, but is a topic's."""
NOTHING_AHEAD = "Nothing is planned. `status` says why, `resume` or `setup` changes it."
NO_THREAD = "Nothing has been said in a thread yet."

HELP = (
    (":next", "jump to the next delivery"),
    (":advance 7h", "let time pass; also 30m, 2d, 1d 4h"),
    (":week", "play five days"),
    (":as ada", "be somebody else; :as you comes back"),
    (":thread", "what was said below the last reveal"),
    (":quit", "leave; the next run starts on the next working day"),
)
"""The playground's own commands with what they do."""


def in_thread(count: int) -> str:
    """Messages in a thread, which stays folded."""
    messages = "1 message" if count == 1 else f"{count} messages"
    return f"{messages} in the thread; :thread shows it."


def unknown_colon(word: str) -> str:
    """A playground command that does not exist."""
    return f"There is no {word}. The playground's own commands:"


def no_such_number(number: str) -> str:
    """A number that nothing on the screen has."""
    return f"Nothing here has the number {number}."


def unclear_time(text: str) -> str:
    """An ``:advance`` that says no time."""
    found = f"“{text}” is no length of time" if text else ":advance wants a length of time"
    return f"{found}. Say, for example, :advance 7h, :advance 30m or :advance 2d (60 days at most)."


def who_then(players: Sequence[str]) -> str:
    """``:as`` without a name."""
    return f":as wants a name: {', '.join(players)}, you, or a new one."


def you_are(name: str, *, player: bool) -> str:
    """Somebody else speaks from here on."""
    return f"You are {name} now{f' and answer for {name}' if player else ''}. :as you comes back."


def you_are_you() -> str:
    """Back to oneself."""
    return "You are yourself again."
