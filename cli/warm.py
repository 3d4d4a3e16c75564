"""What a start needs is prepared once: modules compiled, questions read. `python -m cli.warm`, for an image whose files
cannot be written later. It imports into ``sys.pycache_prefix`` and the user's cache, and prints nothing."""

from __future__ import annotations

from importlib import import_module
from pkgutil import walk_packages

FLOORS = ("content", "bot", "scheduler", "adapters", "cli")

AT_A_DESK = (
    "adapters.terminal",
    "cli.playground",
    "cli.company",
    "cli.pretend",
    "cli.preview",
    "cli.simulate",
    "cli.world",
)
"""What is used in front of a terminal; there a start may take a second longer, and the image is 4 MB smaller."""

LATE = (
    *("alembic.command", "alembic.config", "alembic.context", "cryptography.fernet", "holidays.countries"),
    *("psycopg", "sqlalchemy.dialects.postgresql.psycopg", "encodings.idna", "importlib.resources.readers"),
)
"""What is imported only where it is wanted, and is wanted in most bots sooner or later."""


def modules() -> list[str]:
    """The modules of a bot, but for migrations: Alembic runs those by itself."""
    found = [module.name for floor in FLOORS for module in walk_packages(import_module(floor).__path__, f"{floor}.")]
    return [name for name in found if ".migrations" not in name and not name.startswith(AT_A_DESK)]


if __name__ == "__main__":
    for name in (*modules(), *LATE):
        import_module(name)
    from cli.packs import load_bank

    load_bank(())
