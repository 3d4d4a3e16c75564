"""What a start needs is prepared once: every module compiled, every question read. `python -m cli.warm`, for images
whose files cannot be written later. Imports into ``sys.pycache_prefix`` and the user's cache, and prints nothing."""

from __future__ import annotations

from importlib import import_module
from pkgutil import walk_packages

FLOORS = ("content", "bot", "scheduler", "adapters", "cli")

LATE = (
    "alembic.command",
    "alembic.context",
    "cryptography.fernet",
    "psycopg",
    "sqlalchemy.dialects.postgresql.psycopg",
)
"""What is imported only where it is wanted, and is wanted in most starts."""


def modules() -> list[str]:
    """Every module of the project, but for migrations: Alembic runs those by itself."""
    found = [
        (floor, module) for floor in FLOORS for module in walk_packages(import_module(floor).__path__, f"{floor}.")
    ]
    return [module.name for _, module in found if ".migrations" not in module.name]


if __name__ == "__main__":
    for name in (*modules(), *LATE):
        import_module(name)
    from cli.packs import load_bank

    load_bank(())
