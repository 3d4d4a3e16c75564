"""Every statement that the store's rooms hold ready is understood by both databases."""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType

import pytest
from sqlalchemy import ClauseElement, Dialect, Executable
from sqlalchemy.dialects import postgresql, sqlite

import bot.store

ROOMS = [importlib.import_module(f"bot.store.{room.name}") for room in pkgutil.iter_modules(bot.store.__path__)]
DIALECTS = [sqlite.dialect(), postgresql.dialect()]


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.__name__)
def test_every_statement_compiles(room: ModuleType, dialect: Dialect) -> None:
    """One that is rarely used is found broken here, not on the day it is needed."""
    statements = {name: value for name, value in vars(room).items() if isinstance(value, Executable)}

    texts = [str(s.compile(dialect=dialect)) for s in statements.values() if isinstance(s, ClauseElement)]

    assert len(texts) == len(statements)
