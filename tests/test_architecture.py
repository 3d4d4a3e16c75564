"""The house as it is drawn: four floors, and every arrow points down. Read off the imports themselves."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

FLOORS = {
    "content": {"content"},
    "bot": {"bot", "content"},
    "scheduler": {"scheduler", "bot", "content"},
    "adapters": {"adapters", "bot", "content"},
    "cli": {"cli", "adapters", "scheduler", "bot", "content"},
}
"""Each floor with those it may see."""

VALUES = {"bot.model", "bot.work", "bot.card", "bot.outcome", "content.question"}
"""Frozen values: all that pure modules may know of the project, besides each other."""

PURE = {"bot.calendar", "bot.picking", "bot.scoring", "bot.plan", "content.markup", "content.typed"}

WORLD = {
    "asyncio",
    "threading",
    "subprocess",
    "socket",
    "sqlite3",
    "sqlalchemy",
    "sqlmodel",
    "logging",
    "os",
    "pathlib",
}
"""What reaches out of a computation; pure modules do without."""


def modules() -> Iterator[tuple[str, Path]]:
    """Every module of the project with its dotted name."""
    for floor in FLOORS:
        for path in sorted((ROOT / floor).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


def imports(name: str, tree: ast.AST, *, package: bool = False) -> set[str]:
    """All that is imported anywhere in a module: nested, for type checking only, relative, or by name at run time."""
    found: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Import(names):
                found |= {alias.name for alias in names}
            case ast.ImportFrom(module, names, level):
                base = _base(name, level, package)
                whole = ".".join(part for part in (base, module or "") if part)
                found |= {whole, *(f"{whole}.{alias.name}" for alias in names)}
            case ast.Call(func, [ast.Constant(str() as target), *_]) if _called(func) in (
                "import_module",
                "__import__",
            ):
                found.add(target)
    return found


def _base(name: str, level: int, package: bool) -> str:
    parts = name.split(".")
    return ".".join(parts[: len(parts) - level + package]) if level else ""


def _called(func: ast.expr) -> str:
    return func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""


def ours(found: set[str]) -> set[str]:
    """Of some imports, those of the project."""
    return {name for name in found if name.split(".")[0] in FLOORS}


def inside(name: str, package: str) -> bool:
    """Whether a module is a package or lies within it."""
    return name == package or name.startswith(f"{package}.")


def beyond(found: set[str], allowed: set[str]) -> set[str]:
    """Of some imports, the project's modules that are none of these."""
    return {name for name in ours(found) if "." in name and not any(inside(name, module) for module in allowed)}


HOUSE = {
    name: imports(name, ast.parse(path.read_text(encoding="utf-8")), package=path.name == "__init__.py")
    for name, path in modules()
}


@pytest.mark.parametrize("name", HOUSE)
def test_every_arrow_points_down(name: str) -> None:
    """No module imports from a floor above its own."""
    floor = name.split(".")[0]
    upwards = {found for found in ours(HOUSE[name]) if found.split(".")[0] not in FLOORS[floor]}

    assert upwards == set()


@pytest.mark.parametrize("name", [name for name in HOUSE if inside(name, "adapters")])
def test_adapters_know_neither_the_store_nor_each_other(name: str) -> None:
    """A new platform is a package that nobody in here has to know, and that knows nobody; what lies beside the
    packages serves them all, and knows none."""
    own = ".".join(name.split(".")[:2])
    found = ours(HOUSE[name])
    platforms = {f"adapters.{folder.name}" for folder in (ROOT / "adapters").iterdir() if folder.is_dir()}

    assert {other for other in found if inside(other, "bot.store") or inside(other, "bot.quiz")} == set()
    assert {other for other in found for each in platforms - {own} if inside(other, each)} == set()


@pytest.mark.parametrize("name", sorted(PURE))
def test_pure_modules_import_only_values(name: str) -> None:
    """What is due, what is next and what it is worth follow from their arguments alone."""
    found = HOUSE[name]

    assert beyond(found, VALUES | PURE) == set()
    assert {other for other in found if other.split(".")[0] in WORLD} == set()


@pytest.mark.parametrize("name", sorted(VALUES & set(HOUSE)))
def test_values_import_only_values(name: str) -> None:
    """The words of the product depend on nothing that does something."""
    assert beyond(HOUSE[name], VALUES) == set()


@pytest.mark.parametrize("name", [name for name in HOUSE if name.split(".")[0] in ("bot", "content")])
def test_the_core_never_asks_what_time_it_is(name: str) -> None:
    """Time is an argument on the two lowest floors."""
    path = next(path for found, path in modules() if found == name)
    asked = [ast.unparse(node) for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if _asks_time(node)]

    assert asked == []


def _asks_time(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    owner = ast.unparse(node.func.value).split(".")[-1]
    return (owner, node.func.attr) in {
        ("datetime", "now"),
        ("datetime", "utcnow"),
        ("datetime", "today"),
        ("date", "today"),
        ("time", "time"),
    }


def test_the_drawing_shows_every_folder() -> None:
    """A folder of Python that no floor names would be held by no rule."""
    known = {*FLOORS, "tests", "benchmarks"}
    found = {path.name for path in ROOT.iterdir() if path.is_dir() and any(path.glob("*.py"))}

    assert found - known == set()


def test_no_folder_is_a_corridor() -> None:
    """Where a folder grows, it grows rooms: no utils, no helpers, no common."""
    words = {"util", "utils", "helper", "helpers", "common", "misc"}

    assert [name for name in HOUSE if words & set(name.split("."))] == []


@pytest.mark.parametrize(
    ("code", "seen"),
    [
        ("import cli.main", "cli.main"),
        ("from cli import main", "cli.main"),
        ("def f():\n    from cli.main import main", "cli.main"),
        ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import cli", "cli"),
        ("from ..cli import main", "cli.main"),
        ("from importlib import import_module\nimport_module('cli.main')", "cli.main"),
        ("x = __import__('cli')", "cli"),
    ],
)
def test_no_way_of_importing_goes_unseen(code: str, seen: str) -> None:
    """Nested, conditional, relative and late imports count like any other."""
    assert seen in imports("bot.quiz", ast.parse(code))
