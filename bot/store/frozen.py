"""Questions as they were asked: frozen into snapshots by their content, and thawed again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TypeAlias

from sqlalchemy import Connection

from bot import scoring
from bot.store.dialects import insert
from bot.store.tables import snapshots
from content.question import Format, Kind, Level, Option, Question, Version

JSON: TypeAlias = "str | int | float | bool | Sequence[JSON] | dict[str, JSON] | None"


def body(question: Question) -> str:
    """A question as JSON; the same question always gives the same text."""
    fields: dict[str, JSON] = {
        "id": question.id,
        "topic": question.topic,
        "category": question.category,
        "kind": question.kind.value,
        "level": question.level.value,
        "difficulty": question.difficulty,
        "format": question.format.value,
        "prompt": question.prompt,
        "code": question.code,
        "options": [[option.text, option.right, option.reason] for option in question.options],
        "explanation": question.explanation,
        "since": list(question.since) if question.since else None,
        "until": list(question.until) if question.until else None,
        "starter": question.starter,
    }
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":"))


@lru_cache(maxsize=4096)
def thaw(text: str) -> Question:
    """The question that ``body`` wrote."""
    fields = json.loads(text)
    return Question(
        id=fields["id"],
        topic=fields["topic"],
        category=fields["category"],
        kind=Kind(fields["kind"]),
        level=Level(fields["level"]),
        difficulty=fields["difficulty"],
        format=Format(fields["format"]),
        prompt=fields["prompt"],
        code=fields["code"],
        options=tuple(Option(*option) for option in fields["options"]),
        explanation=fields["explanation"],
        since=_version(fields["since"]),
        until=_version(fields["until"]),
        starter=fields["starter"],
    )


def _version(numbers: Sequence[int] | None) -> Version | None:
    return (numbers[0], numbers[1]) if numbers else None


@lru_cache(maxsize=4096)
def digest(question: Question) -> str:
    """The name of exactly this question: 32 hexadecimal digits of its body's BLAKE2b."""
    return hashlib.blake2b(body(question).encode(), digest_size=16).hexdigest()


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
        "body": body(question),
    }
