"""What the Compose file says: it follows the specification, holds no secret, takes no right that it can do without."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from dotenv import dotenv_values

from bot.store.engine import locate
from cli.compose import CLOSING, GRACE
from cli.main import COMMANDS
from cli.settings import PLATFORMS, PREFIX, Settings
from cli.web import SHUTDOWN

ROOT = Path(__file__).parents[2]
FILE = ROOT / "docker-compose.yml"
TEXT = FILE.read_text()
SERVICES: Mapping[str, Any] = yaml.safe_load(TEXT)["services"]
OURS = ("migrate", "bot", "sqlite")

COMPOSE_ONLY = {"POSTGRES_PASSWORD", "PYQUIZ_PUBLISH"}
"""Read by nobody but Compose."""


def test_it_follows_the_specification() -> None:
    """By the schema that the specification is published with."""
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(FILE)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)

    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_up_brings_postgresql_and_the_bot() -> None:
    """In order: the database is healthy, then it is migrated once, then the bot serves."""
    bot, migrate = SERVICES["bot"], SERVICES["migrate"]

    assert {name for name, service in SERVICES.items() if "profiles" not in service} == {"db", "migrate", "bot"}
    assert bot["depends_on"] == {
        "db": {"condition": "service_healthy"},
        "migrate": {"condition": "service_completed_successfully"},
    }
    assert migrate["depends_on"] == {"db": {"condition": "service_healthy"}}
    assert migrate["command"] == ["migrate"]
    assert migrate["restart"] == "no"


def test_the_profile_sqlite_is_the_bot_alone_on_a_volume() -> None:
    """What is started by its name brings nothing else along."""
    sqlite = SERVICES["sqlite"]
    path = locate(sqlite["environment"]["PYQUIZ_DATABASE_URL"]).path
    folder = sqlite["volumes"][0].partition(":")[2]

    assert sqlite["profiles"] == ["sqlite"]
    assert "depends_on" not in sqlite
    assert path is not None
    assert str(path.parent) == folder == "/data"


def test_two_bots_with_the_same_tokens_cannot_both_come_up() -> None:
    """They would take each other's presses; the second finds its port taken."""
    assert SERVICES["sqlite"]["ports"] == SERVICES["bot"]["ports"]


@pytest.mark.parametrize("name", SERVICES)
def test_nothing_runs_with_more_rights_than_it_needs(name: str) -> None:
    """A root that cannot be written, no capability, no way to get one; the image or the file names a user."""
    service = SERVICES[name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "cap_add" not in service
    assert "privileged" not in service
    assert service.get("user", "of the image") == ("postgres" if name == "db" else "of the image")


@pytest.mark.parametrize("name", SERVICES)
def test_what_serves_comes_up_again_and_says_how_it_is(name: str) -> None:
    """The bot's health check is the image's own."""
    service = SERVICES[name]

    assert service["restart"] == ("no" if name == "migrate" else "unless-stopped")
    assert ("healthcheck" in service) == (name not in ("bot", "sqlite"))
    assert service["logging"]["options"].keys() == {"max-size", "max-file"}


@pytest.mark.parametrize("name", OURS)
def test_ours_have_a_first_process_that_passes_signals_on(name: str) -> None:
    """A first process is deaf to SIGTERM until it says otherwise, and Python takes a while to. The command is ours."""
    assert SERVICES[name]["init"] is True
    assert SERVICES[name]["command"][0] in COMMANDS


@pytest.mark.parametrize("name", OURS)
def test_a_stop_is_given_the_time_that_it_takes(name: str) -> None:
    """Five seconds; what is in hand is given up early enough to close the database."""
    given = timedelta(seconds=int(SERVICES[name]["stop_grace_period"].removesuffix("s")))
    taken = timedelta(seconds=SHUTDOWN) + GRACE + CLOSING

    assert given == timedelta(seconds=5)
    assert taken <= given - timedelta(seconds=1)


def test_no_secret_stands_in_the_file() -> None:
    """Passwords come from `.env`; the one without which nothing starts says how to begin."""
    values = [
        str(value)
        for service in SERVICES.values()
        for name, value in service.get("environment", {}).items()
        if re.search("PASS|SECRET|TOKEN|KEY", name)
    ]

    assert values
    assert all(re.fullmatch(r"\$\{POSTGRES_PASSWORD(:-|:\?.*)\}", value) for value in values)
    assert any("cp .env.example .env" in value for value in values)
    assert "@db/" in TEXT
    assert re.search(r"://[^@/\s]*:[^@/\s]*@", TEXT) is None


def test_every_variable_is_explained_and_is_one() -> None:
    """Of the settings, or of Compose's own in the example."""
    used = set(re.findall(r"\$\{([A-Z_]+)", TEXT))
    settings = {f"{PREFIX}{field.upper()}" for field in Settings.model_fields}
    settings |= {name for names in PLATFORMS.values() for name in names}

    assert used <= set(dotenv_values(ROOT / ".env.example"))
    assert used - settings == COMPOSE_ONLY


def test_ours_read_the_settings_from_env() -> None:
    """All of them, third-party adapters' too; PostgreSQL gets none but its own."""
    assert {name for name, service in SERVICES.items() if service.get("env_file") == ".env"} == set(OURS)
    assert set(SERVICES["db"]["environment"]) == {"POSTGRES_USER", "POSTGRES_PASSWORD"}
