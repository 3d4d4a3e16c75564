"""Countries whose public holidays can be left out: ``Germany``, ``DE``, ``DE-BE``, ``Germany, Berlin``, ``none``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from bot.spoken.unclear import Unclear, either, quoted

_NONE = frozenset({"", "none", "no", "of", "no holidays"})
_ALSO = {
    "america": "US",
    "us of america": "US",
    "united states of america": "US",
    "britain": "GB",
    "great britain": "GB",
    "england": "GB-ENG",
    "scotland": "GB-SCT",
    "wales": "GB-WLS",
    "northern ireland": "GB-NIR",
    "holland": "NL",
    "the netherlands": "NL",
    "czech republic": "CZ",
    "bavaria": "DE-BY",
    "korea": "KR",
    "uae": "AE",
}
_LIKE_ENOUGH = 70.0
"""Per cent of letters in common (rapidfuzz's ratio) from which on a name is offered."""


def find_country(text: str) -> str | Unclear | None:
    """The country's ISO 3166 code, with its part after a dash where one is named; None for no holidays at all."""
    words = _plain(text)
    if words in _NONE:
        return None
    if words in _ALSO:
        return _ALSO[words]
    split = words.split()
    for length in range(len(split), 0, -1):
        code = _names().get(" ".join(split[:length]))
        if code:
            part = " ".join(split[length:])
            return _parts(code).get(part) or _unknown_part(code, part) if part else code
    return _unknown(text, words)


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[^\w']|_", " ", text.lower()).split())


@cache
def _names() -> Mapping[str, str]:
    """Everything a country is called, in lower case → its two-letter code."""
    from holidays.registry import COUNTRIES

    found: dict[str, str] = {}
    for module, (_, code, *codes) in COUNTRIES.items():
        found |= dict.fromkeys((_plain(module), code.lower(), *map(str.lower, codes)), code)
    return found


@cache
def _parts(code: str) -> Mapping[str, str]:
    """Everything a part of a country is called, in lower case → ``DE-BE``."""
    from holidays import country_holidays

    country = country_holidays(code)
    called = {part: part for part in country.subdivisions} | dict(country.subdivisions_aliases)
    return {_plain(name): f"{code}-{part}" for name, part in called.items()}


def _unknown(text: str, words: str) -> Unclear:
    from rapidfuzz import fuzz, process

    names = [name for name in _names() if len(name) > 3]
    near = process.extract(words, names, scorer=fuzz.ratio, limit=3, score_cutoff=_LIKE_ENOUGH)
    nearest = tuple(name.title() for name, _, _ in near)
    sentence = f"No country called {quoted(text)} is known."
    if nearest:
        return Unclear(f"{sentence} Did you mean {either(nearest)}?", nearest)
    return Unclear(f"{sentence} Say for example Germany, DE, DE-BE, or none.")


def _unknown_part(code: str, part: str) -> Unclear:
    parts = sorted(set(_parts(code).values()))
    if not parts:
        return Unclear(f"The holidays of {code} are the same everywhere: say {code}.", (code,))
    return Unclear(f"{quoted(part)} is no part of {code} that is known. Say {either([code, *parts])}.", (code, *parts))
