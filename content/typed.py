"""When two outputs are the same: spacing between tokens and the style of quotes are forgiven, nothing else."""

from __future__ import annotations

import re

_TOKEN = re.compile(
    r"""
    (?P<prefix>[bBrRuUfF]{0,2})(?:'(?P<single>(?:[^'\\]|\\.)*)'|"(?P<double>(?:[^"\\]|\\.)*)")
  | (?P<number>(?:\d\w*\.?\w*|\.\d\w*)(?:(?<=[eE])[+-]\d+)?(?:'\w+)*)
  | (?P<word>\w+(?:'\w+)*)
  | (?P<lone>['"].*)
  | (?P<sign>\*\*=|//=|>>=|<<=|\.\.\.|\*\*|//|>>|<<|->|:=|[-+*/%@&|^=!<>]=|\S)
    """,
    re.VERBOSE | re.DOTALL,
)

_STRAIGHT = str.maketrans({"‘": "'", "’": "'", "‚": "'", "“": '"', "”": '"', "„": '"'})

_BREAK = re.compile(r"\s*[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]\s*")


def same_output(given: str, wanted: str) -> bool:
    """Whether two outputs differ at most in spacing between tokens (line breaks included) and in style of quotes.

    ``{1:"c"}`` is ``{1: 'c'}``; ``1`` is not ``True``, ``1 2`` is not ``12``, ``'a b'`` is not ``'a  b'``.
    """
    return normalise(given) == normalise(wanted)


def normalise(text: str) -> str:
    """The one spelling of everything that is the same output; normalising it again changes nothing.

    Tokens are Python's as far as output shows them, a space apart; strings get double quotes. An apostrophe within a
    word belongs to the word. From a quote that nothing closes to the end, only the amount of space is forgiven.
    """
    text = _BREAK.sub(" ", text.translate(_STRAIGHT)).strip()
    return " ".join(_spell(match) for match in _TOKEN.finditer(text))


def _spell(token: re.Match[str]) -> str:
    if token["lone"] is not None:
        return " ".join(token["lone"].split())
    body = token["single"] if token["single"] is not None else token["double"]
    return token.group() if body is None else token["prefix"] + _quoted(body)


def _quoted(body: str) -> str:
    """A string's inside in double quotes, whatever quotes were round it."""
    bare = re.sub(r"\\(.)", lambda pair: pair[1] if pair[1] in "'\"" else pair[0], body, flags=re.DOTALL)
    return '"' + bare.replace('"', '\\"') + '"'
