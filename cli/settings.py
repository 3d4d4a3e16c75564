"""Settings: from the environment and `.env`, all their problems at once, and never a secret in a message."""

from __future__ import annotations

import base64
import binascii
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from platformdirs import user_data_path
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from cli.trouble import Trouble

if TYPE_CHECKING:
    from bot.store.door import Cipher

PREFIX = "PYQUIZ_"

HTTP_PORT = 8080
"""Where adapters' routes are served if nothing else is set."""

FOLDER = user_data_path("pyquiz", appauthor=False)

PLATFORMS: Mapping[str, tuple[str, ...]] = {
    "slack": ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET"),
    "discord": ("DISCORD_TOKEN",),
}
"""Names by which the platforms' own settings are known; their adapters read them."""

_PLATFORM_NAMES = frozenset(name for names in PLATFORMS.values() for name in names)
NO_SECRETS = frozenset({"SLACK_CLIENT_ID"})

OURS_ALONE = frozenset({"PYQUIZ_PLAYGROUND"})
"""Set by PyQuiz itself, for itself."""


@dataclass(frozen=True, slots=True)
class SettingProblem:
    """What is wrong with one setting."""

    name: str
    found: str
    wanted: str

    def __str__(self) -> str:
        return f"{self.name}: found {self.found}; wanted {self.wanted}"


class BadSettings(Trouble):
    """Some settings cannot be used: each with its name, what was found and what is wanted."""

    def __init__(self, problems: Iterable[SettingProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n  ".join(["these settings cannot be used:", *map(str, self.problems)]))


class Settings(BaseSettings):
    """What can be set. Each field is the variable of its name with `PYQUIZ_` before it."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_file=".env", extra="ignore", env_ignore_empty=True)

    database_url: str = f"sqlite:///{FOLDER / 'pyquiz.sqlite3'}"
    packs: Annotated[tuple[Path, ...], NoDecode] = ()
    secret_key: SecretStr | None = None
    playground_file: Path = FOLDER / "playground.sqlite3"
    http_port: Annotated[int, Field(ge=1, le=65535)] | None = None
    log_format: Literal["auto", "text", "json"] = "auto"
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    def cipher(self) -> Cipher | None:
        """What encrypts tokens at rest; None without a key. The first key encrypts, all of them decrypt."""
        if self.secret_key is None:
            return None
        from cryptography.fernet import Fernet, MultiFernet

        return MultiFernet([Fernet(key) for key in keys_in(self.secret_key)])

    @property
    def rotates(self) -> bool:
        """Whether what was encrypted under an older key is to be encrypted anew."""
        return self.secret_key is not None and len(keys_in(self.secret_key)) > 1

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, url: str) -> str:
        if not is_database(url):
            raise ValueError
        return url

    @field_validator("packs", mode="before")
    @classmethod
    def _folders(cls, value: str | tuple[Path, ...]) -> tuple[Path, ...]:
        if not isinstance(value, str):
            return value
        folders = tuple(Path(part.strip()).expanduser() for part in value.split(os.pathsep) if part.strip())
        if not all(folder.is_dir() for folder in folders):
            raise ValueError
        return folders

    @field_validator("secret_key")
    @classmethod
    def _key(cls, key: SecretStr | None) -> SecretStr | None:
        try:
            long_enough = key is None or all(len(base64.urlsafe_b64decode(each)) == 32 for each in keys_in(key))
        except (binascii.Error, ValueError):
            long_enough = False
        if not long_enough or (key is not None and not keys_in(key)):
            raise ValueError
        return key

    @field_validator("playground_file")
    @classmethod
    def _file(cls, file: Path) -> Path:
        if file.is_dir():
            raise ValueError
        return file.expanduser()


def is_database(url: str) -> bool:
    """Whether this is the address of a database that PyQuiz can use."""
    return re.fullmatch(r"sqlite:///.+|postgres(ql)?(\+psycopg)?://.+", url) is not None


def keys_in(key: SecretStr) -> list[str]:
    """Several keys stand one after the other, the one that encrypts first."""
    return re.split(r"[,\s]+", key.get_secret_value().strip(", \t\n")) if key.get_secret_value().strip(", \t\n") else []


WANTED: Mapping[str, str] = {
    "database_url": "sqlite:///folder/file or postgresql://user:password@host/database",
    "packs": f"folders of topics that exist, separated by {os.pathsep!r}",
    "secret_key": "32 random bytes in URL-safe base64 (the keys before it after a comma), as from: "
    'python -c "import base64, os; print(base64.urlsafe_b64encode(os.urandom(32)).decode())"',
    "playground_file": "the path of a file, which need not exist",
    "http_port": "a port, 1 to 65535",
    "log_format": "auto, text or json",
    "log_level": "debug, info, warning or error",
}


def read_settings() -> Settings:
    """The settings of this process. Raises BadSettings with every problem there is."""
    settings, problems = usable_settings()
    if problems:
        raise BadSettings(problems)
    return settings


def usable_settings() -> tuple[Settings, tuple[SettingProblem, ...]]:
    """The settings of this process and every problem there is; what cannot be used is as if it were not set."""
    given = environment()
    try:
        return Settings(), tuple(_misspelt(given))
    except ValidationError as error:
        bad = dict.fromkeys(str(entry["loc"][0]) for entry in error.errors())
    left_out = {name: Settings.model_fields[name].default for name in bad}
    return Settings(**left_out), (*(_problem(name, given) for name in bad), *_misspelt(given))


def environment() -> Mapping[str, str]:
    """What adapters are given: the environment, and what `.env` adds to it."""
    from dotenv import dotenv_values

    try:
        written = dotenv_values(".env")
    except (OSError, UnicodeDecodeError):
        raise Trouble(".env cannot be read; it must be a text file of lines such as PYQUIZ_PACKS=/srv/packs.") from None
    return {name: value for name, value in {**written, **os.environ}.items() if value}


def secrets_in(given: Mapping[str, str], settings: Settings) -> Iterator[str]:
    """Values that may be written nowhere: of the platforms' settings and of any other that is called a token, a secret,
    a key or a password, and the database's password."""
    for name, value in given.items():
        if name in _PLATFORM_NAMES - NO_SECRETS or re.search(r"TOKEN|SECRET|_KEY|PASSWORD", name.upper()):
            yield value
    if settings.secret_key is not None:
        yield from keys_in(settings.secret_key)
    password = re.fullmatch(r"[^:]+://[^/@]*?:([^/@]+)@.*", settings.database_url)
    if password:
        yield password[1]


def _problem(field: str, given: Mapping[str, str]) -> SettingProblem:
    name = f"{PREFIX}{field.upper()}"
    found = next((value for key, value in given.items() if key.upper() == name), "nothing")
    if field == "secret_key":
        found = f"{len(found)} characters that are no key (not shown)"
    return SettingProblem(name, re.sub(r"://[^/\s]*@", "://…@", found), WANTED[field])


def _misspelt(given: Mapping[str, str]) -> Iterable[SettingProblem]:
    """Names that are nearly ours: a third party's adapter may well have settings of its own, so no others."""
    known = {f"{PREFIX}{field.upper()}" for field in Settings.model_fields} | OURS_ALONE
    for name in given:
        if name.upper().startswith(PREFIX) and name.upper() not in known:
            for near in get_close_matches(name.upper(), known, 1, 0.85):
                yield SettingProblem(name, "a name that is not known", near)
