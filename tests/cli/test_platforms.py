"""Platforms are found by their entry points: a package that nobody in here has to know."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from adapters.terminal.terminal import Terminal
from cli.platforms import find_adapters
from cli.trouble import Trouble


def install(folder: Path, name: str, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Install a package with one adapter, as pip would leave it: a module and its metadata on the path."""
    (folder / f"{name}_pyquiz.py").write_text(code)
    info = folder / f"{name}_pyquiz-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}-pyquiz\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[pyquiz.adapters]\n{name} = {name}_pyquiz:adapter\n")
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.delitem(sys.modules, f"{name}_pyquiz", raising=False)


def test_the_terminal_is_found_like_every_other() -> None:
    """By its entry point, in the playground only."""
    found = find_adapters({"PYQUIZ_PLAYGROUND": "1"}, only="terminal")

    assert [type(adapter) for adapter in found.adapters] == [Terminal]
    assert find_adapters({}).adapters == []
    assert find_adapters({}).missing["terminal"] == ("PYQUIZ_PLAYGROUND",)


def test_all_broken_settings_of_all_platforms_come_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing starts half."""
    for name in ("aaa", "bbb"):
        odd = f'NotConfigured(broken=("{name.upper()} is odd",))'
        says = f"from bot.ports import NotConfigured\nadapter = lambda env: {odd}"
        install(tmp_path, name, says, monkeypatch)
    with pytest.raises(Trouble) as caught:
        find_adapters({})

    assert "aaa: AAA is odd" in caught.value.message
    assert "bbb: BBB is odd" in caught.value.message


@pytest.mark.parametrize(
    "code", ["import nothing_of_this_name", "adapter = None", "def adapter(env): raise OSError('no')"]
)
def test_an_adapter_that_cannot_be_loaded_keeps_no_other_from_it(
    code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It is named in the log, and left out."""
    install(tmp_path, "broken", code, monkeypatch)
    found = find_adapters({"PYQUIZ_PLAYGROUND": "1"})

    assert [adapter.name for adapter in found.adapters] == ["terminal"]
    assert "The adapter broken (broken_pyquiz:adapter) cannot be loaded" in caplog.text
