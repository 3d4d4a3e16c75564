"""Frozen questions as they stand in an export: objects that a person can read, and back."""

from __future__ import annotations

from functools import cache, lru_cache

import orjson
from pydantic import TypeAdapter, ValidationError

from bot.store.fields import Wrong, shown
from bot.store.frozen import JSON, thaw
from content.question import Question


@cache
def _questions() -> TypeAdapter[Question]:
    return TypeAdapter(Question)


@lru_cache(maxsize=4096)
def write_question(body: str) -> dict[str, JSON]:
    """A snapshot's body as an object of an export: the fields of ``content.question.Question``, by name."""
    found: dict[str, JSON] = _questions().dump_python(thaw(body), mode="json")
    return found


def read_question(value: JSON) -> Question:
    """The question that such an object is. Raises Wrong for the first field that is missing or no such value."""
    try:
        question = _questions().validate_json(orjson.dumps(value), strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(["question", *map(str, first["loc"])])
        raise Wrong(field, shown(first["input"]), first["msg"].removeprefix("Input should be ")) from None
    if _questions().dump_python(question, mode="json") != value:
        raise Wrong("question", shown(value), "a question's fields and no others")
    return question
