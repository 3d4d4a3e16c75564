"""Settings: everything that is wrong at once, nothing secret in a message."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cli.settings import BadSettings, Settings, environment, read_settings, secrets_in

SECRET = "x" * 40


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """No settings but those of the test, in a folder of its own."""
    for name in [name for name in os.environ if name.upper().startswith(("PYQUIZ_", "SLACK_", "DISCORD_"))]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_nothing_needs_to_be_set() -> None:
    """The defaults are a SQLite file and a playground in the user's own folder."""
    settings = read_settings()

    assert settings.database_url.startswith("sqlite:///")
    assert settings.packs == ()
    assert settings.secret_key is None


def test_settings_come_from_the_environment_and_from_the_file(monkeypatch: pytest.MonkeyPatch, bare: Path) -> None:
    """The environment goes before `.env`."""
    (bare / "packs").mkdir()
    (bare / ".env").write_text("PYQUIZ_PACKS=packs\nPYQUIZ_DATABASE_URL=sqlite:///a\nSLACK_BOT_TOKEN=xoxb\n")
    monkeypatch.setenv("PYQUIZ_DATABASE_URL", "sqlite:///b")

    assert read_settings().packs == (Path("packs"),)
    assert read_settings().database_url == "sqlite:///b"
    assert environment()["SLACK_BOT_TOKEN"] == "xoxb"


def test_all_problems_come_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever mends a `.env` wants one list, not one surprise after the other."""
    monkeypatch.setenv("PYQUIZ_DATABASE_URL", "mysql://root@host/x")
    monkeypatch.setenv("PYQUIZ_PACKS", "/no/such/folder")
    monkeypatch.setenv("PYQUIZ_SECRET_KEY", SECRET)
    monkeypatch.setenv("PYQUIZ_PLAYGROUND_FIEL", "x")
    with pytest.raises(BadSettings) as caught:
        read_settings()
    names = [problem.name for problem in caught.value.problems]

    assert names == ["PYQUIZ_DATABASE_URL", "PYQUIZ_PACKS", "PYQUIZ_SECRET_KEY", "PYQUIZ_PLAYGROUND_FIEL"]
    assert all(problem.found and problem.wanted for problem in caught.value.problems)
    assert caught.value.problems[3].wanted == "PYQUIZ_PLAYGROUND_FILE"


def test_secrets_are_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a bad key nor a database's password reaches a message; nor does a good key the settings' own text."""
    monkeypatch.setenv("PYQUIZ_SECRET_KEY", SECRET)
    monkeypatch.setenv("PYQUIZ_DATABASE_URL", "mysql://root:hunter2@host/x")
    with pytest.raises(BadSettings) as caught:
        read_settings()
    monkeypatch.setenv("PYQUIZ_SECRET_KEY", good := "A" * 43 + "=")
    monkeypatch.delenv("PYQUIZ_DATABASE_URL")

    assert SECRET not in caught.value.message
    assert "hunter2" not in caught.value.message
    assert good not in repr(read_settings())


def test_a_key_encrypts_and_none_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is kept with a key comes back with it."""
    assert read_settings().cipher() is None

    monkeypatch.setenv("PYQUIZ_SECRET_KEY", "A" * 43 + "=")
    cipher = read_settings().cipher()

    assert cipher is not None
    assert cipher.decrypt(cipher.encrypt(b"token")) == b"token"
    assert b"token" not in cipher.encrypt(b"token")


@pytest.mark.parametrize("between", [",", " ", ", ", "\n"])
def test_the_first_of_several_keys_encrypts_and_all_decrypt(monkeypatch: pytest.MonkeyPatch, between: str) -> None:
    """A new key comes before the old one, until nothing is left under that."""
    old, new = "A" * 43 + "=", "B" * 42 + "A="
    monkeypatch.setenv("PYQUIZ_SECRET_KEY", old)
    before = read_settings()
    monkeypatch.setenv("PYQUIZ_SECRET_KEY", f"{new}{between}{old}")
    both = read_settings()
    monkeypatch.setenv("PYQUIZ_SECRET_KEY", new)
    after = read_settings().cipher()
    ciphers = before.cipher(), both.cipher()

    assert all(ciphers)
    assert (before.rotates, both.rotates) == (False, True)
    assert ciphers[1].decrypt(ciphers[0].encrypt(b"token")) == b"token"
    assert after.decrypt(ciphers[1].encrypt(b"token")) == b"token"
    assert {old, new} <= set(secrets_in({}, both))


@pytest.mark.parametrize("keys", [",", "A" * 43 + "=,short", "A" * 43 + "= " + "A" * 10])
def test_each_of_several_keys_must_be_one(monkeypatch: pytest.MonkeyPatch, keys: str) -> None:
    """One that is none is told at the start."""
    monkeypatch.setenv("PYQUIZ_SECRET_KEY", keys)
    with pytest.raises(BadSettings, match="no key"):
        read_settings()


def test_a_third_partys_settings_are_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """An adapter from elsewhere may name its settings as it likes, as long as they are not nearly ours."""
    monkeypatch.setenv("PYQUIZ_MATRIX_TOKEN", "x")

    assert isinstance(read_settings(), Settings)
    assert environment()["PYQUIZ_MATRIX_TOKEN"] == "x"


@pytest.mark.parametrize(
    "url", ["sqlite:///x.db", "postgresql://u:p@h/d", "postgres://h/d", "postgresql+psycopg://h/d"]
)
def test_both_databases_are_taken_however_they_are_spelt(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    """The store knows which driver is meant."""
    monkeypatch.setenv("PYQUIZ_DATABASE_URL", url)

    assert read_settings().database_url == url


def test_an_empty_setting_is_no_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    """`PYQUIZ_PACKS=` in a compose file means: none."""
    monkeypatch.setenv("PYQUIZ_PACKS", "")
    monkeypatch.setenv("PYQUIZ_SECRET_KEY", "")

    assert read_settings().packs == ()
    assert read_settings().secret_key is None
