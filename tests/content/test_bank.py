"""The bank holds every pack that is sound; a broken one is reported and harms no other."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from content.bank import BUILT_IN, load_bank

MakePack = Callable[..., Path]


def pots(sample: str) -> str:
    """Another topic with names of its own."""
    text = sample.replace("kettles", "pots")
    return text.replace('[kettle, "kettle()", __cup__, boiling water]', "[pot, saucepan]")


def test_topics_and_questions_are_found_by_name(make_pack: MakePack, sample: str) -> None:
    """A slug leads to its topic, an id to its question, a question to its topic."""
    bank = load_bank([make_pack(kettles=sample)], built_in=None)
    question = bank.question("kettles-one-key")

    assert question is not None
    assert bank.topic_of(question) is bank.topic("kettles")
    assert bank.topic("pots") is None
    assert bank.question("pots-one-key") is None
    assert len(bank.questions) == 3


def test_a_broken_pack_is_left_out_and_the_others_load(make_pack: MakePack, sample: str) -> None:
    """The problems of one pack stop nothing else."""
    broken = make_pack("broken", kettles=sample.replace("level: mid", "level: none", 1))
    bank = load_bank([broken, make_pack("sound", pots=pots(sample))], built_in=None)

    assert [pack.name for pack in bank.packs] == ["sound"]
    assert [(Path(problem.file).parent.name, problem.field) for problem in bank.problems] == [("broken", "level")]


def test_a_missing_folder_is_a_problem(tmp_path: Path) -> None:
    """A pack that is not there is named by its folder."""
    bank = load_bank([tmp_path / "nowhere"], built_in=None)

    assert bank.topics == ()
    assert [problem.file for problem in bank.problems] == [str(tmp_path / "nowhere")]


def test_the_later_of_two_packs_with_one_name_is_left_out(make_pack: MakePack, sample: str) -> None:
    """A slug, an alias or an id that an earlier pack has keeps the later pack out, at its line."""
    first = make_pack("first", kettles=sample)
    later = make_pack("later", kettles=sample, pots=pots(sample))
    bank = load_bank([first, later], built_in=None)

    assert [pack.name for pack in bank.packs] == ["first"]
    assert {Path(problem.file).parent.name for problem in bank.problems} == {"later"}
    assert {(problem.field, problem.found) for problem in bank.problems} >= {
        ("aliases", "kettles"),
        ("aliases", "boiling water"),
        ("id", "kettles-one-key"),
    }
    assert all("first/kettles" in problem.message for problem in bank.problems)


def test_a_folder_named_twice_counts_once(make_pack: MakePack, sample: str) -> None:
    """The same folder is not its own rival."""
    folder = make_pack(kettles=sample)
    bank = load_bank([folder, folder], built_in=None)

    assert (len(bank.packs), bank.problems) == (1, ())


def test_the_built_in_pack_comes_first(make_pack: MakePack, sample: str) -> None:
    """Without being named, the pack that comes with PyQuiz is there, and its names are taken."""
    bank = load_bank([make_pack(kettles=sample)])

    assert [pack.name for pack in bank.packs] == [BUILT_IN.name, "team"]
