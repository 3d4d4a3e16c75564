"""How names and words are written: without ornaments, without endings, and one or two slips away from what is known."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import combinations

from rapidfuzz.distance import OSA

_ORNAMENTS = "()@_* ?!.,;:'\"`"

_WORD = re.compile(r"\w+")

_HEAD = 6
"""Letters of a word whose slips are looked up; enough to tell words apart, few enough to keep the table small."""

_COMMON = frozenset(
    _WORD.findall(
        "a about after am an and are as at be been before between but by can could did do does for from get "
        "had has have how i if in into is it its may me my no not of on or our out s should so than that the "
        "their them then there these they this those to us versus vs was we were what when where which while "
        "who why will with would you your python explain please tell give show teach learn something anything "
        "question questions topic difference differences mean means work works ",
    )
)
"""Words that say nothing about a topic where others stand beside them."""


def tidy(name: str) -> str:
    """A name in lower case, its words one space apart."""
    return " ".join(name.lower().split())


def bare(name: str) -> str:
    """A name without ``()``, ``@``, stars, outer underscores, quotes and the end of a sentence: ``__str__``, ``str()``
    and ``str?`` are one.

    A name that is nothing but ornament (``@``) stays as it is.
    """
    return name.strip(_ORNAMENTS) or name


def loose(name: str) -> str:
    """A name with nothing but its words: ``init-subclass`` and ``__init_subclass__`` are one; "" where it has none."""
    return " ".join(name.lower().replace("_", " ").replace("-", " ").split()) if _WORD.search(name) else ""


def words(text: str) -> Iterator[str]:
    """The words of a text in lower case, ``lru_cache`` both whole and in parts."""
    for match in _WORD.finditer(text.lower()):
        word = match.group().strip("_")
        if "_" in word:
            yield from (part for part in word.split("_") if part)
        if word:
            yield word


def telling(text: str) -> list[str]:
    """The words of a question that say what it is about, each once; all of them where none does. Single letters and
    digits never do."""
    found = [word for word in dict.fromkeys(words(text)) if len(word) > 1]
    return [word for word in found if word not in _COMMON] or found


@lru_cache(maxsize=1 << 14)
def stem(word: str) -> str:
    """A word without its commonest English endings: ``calls``, ``called`` and ``calling`` are one."""
    for ending, instead in (("ies", "y"), ("ied", "y"), ("ing", ""), ("ed", ""), ("es", ""), ("s", ""), ("e", "")):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not (ending == "s" and word.endswith("ss")):
            return word[: -len(ending)] + instead
    return word


class Speller:
    """Knows words (or whole names), and finds those that a misspelt one may stand for.

    Words of four to six letters may differ by one slip, longer ones by two: a letter too many, too few, a wrong one, or
    two neighbours swapped. Looked up by length and by what is left when letters are left out, so that a look-up does
    not depend on how many words there are.
    """

    def __init__(self, known: Iterable[str]) -> None:
        self._tables: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for word in dict.fromkeys(known):
            table = self._tables[len(word)]
            for left in _left_out(word, _slips(word)):
                table[left].append(word)

    def nearest(self, word: str) -> tuple[str, ...]:
        """The known words that this may stand for, nearest first; those that begin alike before others."""
        near: list[tuple[int, bool, str]] = []
        most = _slips(word)
        for known in self._like(word, most):
            distance = OSA.distance(word, known, score_cutoff=most)
            if distance <= most:
                near.append((distance, known[:1] != word[:1], known))
        return tuple(known for _, _, known in sorted(near))

    def _like(self, word: str, most: int) -> set[str]:
        """The words of about this length that have something left in common with this one; few, and none missed."""
        found: set[str] = set()
        left = _left_out(word, most)
        for length in range(len(word) - most, len(word) + most + 1):
            table = self._tables.get(length, {})
            for shared in left & table.keys():
                found.update(table[shared])
        return found


def _slips(word: str) -> int:
    return 0 if len(word) < 4 else 1 if len(word) < 7 else 2


def _left_out(word: str, most: int) -> set[str]:
    """The head of a word, and what is left of it without up to ``most`` of its letters."""
    head = word[:_HEAD]
    return {"".join(left) for size in range(len(head) - most, len(head) + 1) for left in combinations(head, size)}
