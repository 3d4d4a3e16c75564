"""What was read is kept for the next start, used only while it is true, and never needed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from content.bank import load_bank
from content.cache import Cache

MakePack = Callable[..., Path]


def kept_files(cache: Path) -> list[Path]:
    """The files in a cache's folder."""
    return sorted(cache.iterdir()) if cache.exists() else []


def test_a_kept_pack_is_the_pack_that_was_read(make_pack: MakePack, sample: str, tmp_path: Path) -> None:
    """The second load equals the first, and comes out of the cache."""
    folder, cache = make_pack(kettles=sample), tmp_path / "cache"
    first = load_bank([folder], cache=cache, built_in=None)
    kept = Cache(cache).recall(folder)

    assert kept is not None
    assert (kept.pack,) == first.packs
    assert load_bank([folder], cache=cache, built_in=None).packs == first.packs


def test_a_start_with_a_cache_reads_no_markdown(make_pack: MakePack, sample: str, tmp_path: Path) -> None:
    """With a kept pack, neither parser is even imported."""
    folder, cache = make_pack(kettles=sample), tmp_path / "cache"
    load_bank([folder], cache=cache, built_in=None)
    program = (
        "import sys; from pathlib import Path; from content.bank import load_bank; "
        "bank = load_bank([Path(sys.argv[1])], cache=Path(sys.argv[2]), built_in=None); "
        "print(len(bank.questions), 'markdown_it' in sys.modules, 'yaml' in sys.modules)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program, folder, cache], capture_output=True, text=True, check=True, timeout=60
    )

    assert ran.stdout.split() == ["3", "False", "False"]


def test_a_changed_file_is_read_again(make_pack: MakePack, sample: str, tmp_path: Path) -> None:
    """One byte of difference makes what was kept untrue; there is still one file for this folder."""
    cache = tmp_path / "cache"
    load_bank([make_pack(kettles=sample)], cache=cache, built_in=None)
    bank = load_bank([make_pack(kettles=sample.replace("Tea.", "Tea!"))], cache=cache, built_in=None)
    again = load_bank([make_pack(kettles=sample)], cache=cache, built_in=None)

    assert bank.topics[0].lesson.why != again.topics[0].lesson.why
    assert len(kept_files(cache)) == 1


def test_a_new_file_is_read(make_pack: MakePack, sample: str, tmp_path: Path) -> None:
    """A broken topic that appears beside a kept one breaks the pack as ever."""
    cache = tmp_path / "cache"
    load_bank([make_pack(kettles=sample)], cache=cache, built_in=None)
    bank = load_bank([make_pack(kettles=sample, pots="no topic")], cache=cache, built_in=None)

    assert bank.packs == ()
    assert bank.problems


@pytest.mark.parametrize("damage", ["", "nonsense", "{}\n{}\n{}", "flip"])
def test_a_damaged_cache_is_read_past_and_mended(make_pack: MakePack, sample: str, tmp_path: Path, damage: str) -> None:
    """Whatever became of the kept file, the pack loads, and the next start finds a good one."""
    folder, cache = make_pack(kettles=sample), tmp_path / "cache"
    first = load_bank([folder], cache=cache, built_in=None)
    (file,) = kept_files(cache)
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("A kettle boils", "A kettle cools") if damage == "flip" else damage)
    bank = load_bank([folder], cache=cache, built_in=None)

    assert bank.packs == first.packs
    assert file.read_text(encoding="utf-8") == text


def test_a_cache_that_cannot_be_written_is_done_without(make_pack: MakePack, sample: str, tmp_path: Path) -> None:
    """A file where the folder should be stops nothing."""
    (tmp_path / "cache").write_text("in the way")
    bank = load_bank([make_pack(kettles=sample)], cache=tmp_path / "cache", built_in=None)

    assert bank.problems == ()
    assert len(bank.packs) == 1


def test_problems_survive_a_warm_cache(make_pack: MakePack, sample: str, tmp_path: Path) -> None:
    """A clash of names says the same file and line when both packs come out of the cache."""
    packs = [make_pack("first", kettles=sample), make_pack("later", kettles=sample)]
    cold, warm = (load_bank(packs, cache=tmp_path / "cache", built_in=None).problems for _ in range(2))

    assert warm == cold
    assert {problem.line for problem in warm} > {7}
