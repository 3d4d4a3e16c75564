"""Questions as they were asked: snapshots, kept once by their content."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TypeAlias

from sqlalchemy import Connection

from bot import scoring
from bot.store.dialects import insert
from bot.store.tables import snapshots
from content import frozen
from content.question import Question

JSON: TypeAlias = "str | int | float | bool | Sequence[JSON] | dict[str, JSON] | None"

REMEMBERED = 4096
"""So many questions are kept ready: a pack has hundreds, and every round of a day asks one of them."""

thaw = lru_cache(REMEMBERED)(frozen.load_question)
"""The question of a snapshot's body."""

digest = lru_cache(REMEMBERED)(frozen.digest)
"""The name of exactly this question."""

_KEEP = insert(snapshots).on_conflict_do_nothing()


def keep(conn: Connection, questions: Iterable[Question]) -> None:
    """See to it that these questions have a snapshot."""
    rows = [_row(question) for question in sorted(set(questions), key=digest)]
    if rows:
        conn.execute(_KEEP, rows)


def _row(question: Question) -> dict[str, str | int]:
    return {
        "digest": digest(question),
        "question": question.id,
        "topic": question.topic,
        "kind": question.kind,
        "level": question.level,
        "format": question.format,
        "points": scoring.points(question.level),
        "key": scoring.key(question),
        "body": frozen.dump_question(question),
    }
