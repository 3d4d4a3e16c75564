"""Questions and packs as JSON: how the store freezes what was asked, and how a start spares itself reading Markdown."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import TypeAlias

import orjson

from content.question import (
    Block,
    Bullets,
    CodeBlock,
    FollowUp,
    Format,
    Kind,
    Lesson,
    Level,
    Option,
    Pack,
    Prose,
    Question,
    Reference,
    Topic,
    Version,
)

_Record: TypeAlias = Mapping[str, object]


class BadSnapshot(ValueError):
    """This is not the JSON of a question or pack."""


def dump_question(question: Question) -> str:
    """The question as canonical JSON: equal questions give equal text."""
    return _dump(_of_question(question)).decode()


def load_question(text: str | bytes) -> Question:
    """The question of its JSON; raises BadSnapshot for anything else."""
    try:
        return _question(_record(orjson.loads(text)))
    except (ValueError, KeyError, TypeError) as error:
        raise BadSnapshot(f"not the JSON of a question: {error}") from error


def digest(question: Question) -> str:
    """A name for exactly this question: the SHA-256 of its JSON, in hexadecimal."""
    return hashlib.sha256(dump_question(question).encode()).hexdigest()


def dump_pack(pack: Pack) -> bytes:
    """A pack as JSON."""
    return _dump({"name": pack.name, "topics": [_of_topic(topic) for topic in pack.topics]})


def load_pack(raw: bytes) -> Pack:
    """The pack of its JSON; raises BadSnapshot for anything else."""
    try:
        record = _record(orjson.loads(raw))
        return Pack(_text(record["name"]), tuple(_topic(_record(topic)) for topic in _list(record["topics"])))
    except (ValueError, KeyError, TypeError) as error:
        raise BadSnapshot(f"not the JSON of a pack: {error}") from error


def _dump(record: _Record) -> bytes:
    return orjson.dumps(record, option=orjson.OPT_SORT_KEYS)


def _of_question(question: Question) -> _Record:
    return {
        "id": question.id,
        "topic": question.topic,
        "category": question.category,
        "kind": question.kind,
        "level": question.level,
        "difficulty": question.difficulty,
        "format": question.format,
        "prompt": question.prompt,
        "code": question.code,
        "options": [
            {"text": option.text, "right": option.right, "reason": option.reason} for option in question.options
        ],
        "explanation": question.explanation,
        "since": question.since,
        "until": question.until,
        "starter": question.starter,
    }


def _question(record: _Record) -> Question:
    return Question(
        id=_text(record["id"]),
        topic=_text(record["topic"]),
        category=_text(record["category"]),
        kind=Kind(_text(record["kind"])),
        level=Level(_text(record["level"])),
        difficulty=_number(record["difficulty"]),
        format=Format(_text(record["format"])),
        prompt=_text(record["prompt"]),
        code=_text_or_none(record["code"]),
        options=tuple(_option(_record(option)) for option in _list(record["options"])),
        explanation=_text(record["explanation"]),
        since=_version(record["since"]),
        until=_version(record["until"]),
        starter=record["starter"] is True,
    )


def _option(record: _Record) -> Option:
    return Option(_text(record["text"]), record["right"] is True, _text(record["reason"]))


def _of_topic(topic: Topic) -> _Record:
    lesson = topic.lesson
    return {
        "slug": topic.slug,
        "title": topic.title,
        "level": topic.level,
        "difficulty": topic.difficulty,
        "category": topic.category,
        "aliases": topic.aliases,
        "references": [(reference.title, reference.url) for reference in topic.references],
        "lesson": {name: [_of_block(block) for block in blocks] for name, blocks in _parts(lesson).items()},
        "follow_ups": [(item.question, item.answer, item.topic) for item in lesson.follow_ups],
        "questions": [_of_question(question) for question in topic.questions],
    }


def _topic(record: _Record) -> Topic:
    return Topic(
        slug=_text(record["slug"]),
        title=_text(record["title"]),
        level=Level(_text(record["level"])),
        difficulty=_number(record["difficulty"]),
        category=_text(record["category"]),
        aliases=_texts(record["aliases"]),
        references=tuple(Reference(*_texts(pair)) for pair in _list(record["references"])),
        lesson=_lesson(_record(record["lesson"]), _list(record["follow_ups"])),
        questions=tuple(_question(_record(question)) for question in _list(record["questions"])),
    )


def _parts(lesson: Lesson) -> dict[str, tuple[Block, ...]]:
    return {
        "answer": lesson.answer,
        "deep_dive": lesson.deep_dive,
        "example": lesson.example,
        "mistakes": lesson.mistakes,
        "production": lesson.production,
        "why": lesson.why,
    }


def _lesson(parts: _Record, follow_ups: list[object]) -> Lesson:
    def blocks(name: str) -> tuple[Block, ...]:
        return tuple(_block(block) for block in _list(parts[name]))

    return Lesson(
        answer=blocks("answer"),
        deep_dive=blocks("deep_dive"),
        example=blocks("example"),
        mistakes=blocks("mistakes"),
        production=blocks("production"),
        follow_ups=tuple(_follow_up(_list(item)) for item in follow_ups),
        why=blocks("why"),
    )


def _of_block(block: Block) -> object:
    match block:
        case Prose(text):
            return text
        case Bullets(items, ordered):
            return {"items": items, "ordered": ordered}
        case CodeBlock(text, language):
            return {"text": text, "language": language}


def _block(value: object) -> Block:
    if isinstance(value, str):
        return Prose(value)
    record = _record(value)
    if "items" in record:
        return Bullets(_texts(record["items"]), record["ordered"] is True)
    return CodeBlock(_text(record["text"]), _text(record["language"]))


def _follow_up(values: list[object]) -> FollowUp:
    question, answer, topic = values
    return FollowUp(_text(question), _text(answer), _text_or_none(topic))


def _record(value: object) -> _Record:
    if not isinstance(value, dict):
        raise TypeError(f"a record is wanted, not {type(value).__name__}")
    return value


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise TypeError(f"a list is wanted, not {type(value).__name__}")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"words are wanted, not {type(value).__name__}")
    return value


def _text_or_none(value: object) -> str | None:
    return None if value is None else _text(value)


def _texts(value: object) -> tuple[str, ...]:
    return tuple(_text(item) for item in _list(value))


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"a number is wanted, not {type(value).__name__}")
    return value


def _version(value: object) -> Version | None:
    if value is None:
        return None
    major, minor = _list(value)
    return _number(major), _number(minor)
