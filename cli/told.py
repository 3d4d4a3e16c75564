"""Turns expected trouble with the database into its sentence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from bot.store.errors import StoreError
from cli.trouble import Trouble


@contextmanager
def told() -> Iterator[None]:
    """A StoreError, alone or in a group with others of its kind, comes out as Trouble."""
    try:
        yield
    except StoreError as error:
        raise Trouble(str(error)) from None
    except ExceptionGroup as group:
        expected, others = group.split(StoreError)
        if others is not None or expected is None:
            raise
        raise Trouble(str(_first(expected))) from None


def _first(group: BaseExceptionGroup[StoreError]) -> BaseException:
    first = group.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first
