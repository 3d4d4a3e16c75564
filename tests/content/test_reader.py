"""A folder becomes a pack whole or not at all, and every problem says where it is and what is wanted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from content.files import FILE_MOST
from content.question import (
    Bullets,
    CodeBlock,
    Compiles,
    DoesNotCompile,
    FollowUp,
    Format,
    Kind,
    Level,
    PrintsOption,
    Prose,
    Raises,
    Reference,
    Runs,
)
from content.reader import read_files, read_pack

MakePack = Callable[..., Path]


def test_a_good_folder_is_a_pack(make_pack: MakePack, sample: str) -> None:
    """Without problems there is a pack, named after its folder."""
    reading = read_pack(make_pack("team", kettles=sample))

    assert reading.problems == ()
    assert reading.pack is not None
    assert reading.pack.name == "team"
    assert [topic.slug for topic in reading.pack.topics] == ["kettles"]


def test_front_matter_is_read(make_pack: MakePack, sample: str) -> None:
    """Every field of the front matter reaches the topic; a reference keeps its underscores."""
    (topic,) = read_pack(make_pack(kettles=sample)).topics

    assert (topic.title, topic.level, topic.difficulty, topic.category) == (
        "Kettles and cups",
        Level.MID,
        4,
        "data model",
    )
    assert topic.aliases == ("kettle", "kettle()", "__cup__", "boiling water")
    assert topic.references == (
        Reference("Data model: object.__hash__", "https://docs.python.org/3/reference/datamodel.html"),
    )


def test_the_lesson_is_read_block_by_block(make_pack: MakePack, sample: str) -> None:
    """Paragraphs, lists and fences come in their order; follow-ups lead to their topic."""
    (topic,) = read_pack(make_pack(kettles=sample)).topics

    assert topic.lesson.answer == (Prose("A kettle boils water. It is **not** a cup."),)
    assert topic.lesson.deep_dive[:4] == (
        Prose("Water is hot:"),
        CodeBlock('print({1: "a"})', "python"),
        CodeBlock("{1: 'a'}", "output"),
        Bullets(("Fill.", "Boil."), ordered=True),
    )
    assert topic.lesson.follow_ups == (
        FollowUp("How hot?", "Very.", "kettles"),
        FollowUp("How long?", "Three minutes."),
    )


def test_questions_are_read(make_pack: MakePack, sample: str) -> None:
    """Kind, level, format, versions, options and their reasons reach the question."""
    (topic,) = read_pack(make_pack(kettles=sample)).topics
    one_key, ends, true = topic.questions

    assert (one_key.kind, one_key.level, one_key.format, one_key.starter) == (
        Kind.OUTPUT,
        Level.JUNIOR,
        Format.PRINTS,
        True,
    )
    assert one_key.code == 'd = {1: "a", True: "b"}\nprint(d)'
    assert one_key.options[0].text == "`{1: 'b'}`"
    assert one_key.options[0].reason == "1 and `True` are equal."
    assert (ends.since, ends.until, ends.right) == ((3, 11), (3, 14), (1,))
    assert (true.right, true.code, true.category) == ((0, 1), None, "data model")


def test_fences_become_claims(make_pack: MakePack, sample: str) -> None:
    """Each Python fence claims what its marks and its output say, at its line."""
    folder = make_pack(kettles=sample)
    claims = read_pack(folder).claims

    assert [claim.expect for claim in claims] == [
        Runs("{1: 'a'}"),
        Raises("TypeError", "before"),
        DoesNotCompile(),
        Compiles(),
        PrintsOption(("{1: 'b'}",), ("{1: 'a', True: 'b'}",)),
        PrintsOption(("TypeError",), ("1",)),
        Runs(),
    ]
    assert [claim.question for claim in claims][4:] == [
        "kettles-one-key",
        "kettles-how-it-ends",
        "kettles-which-are-true",
    ]
    lines = (folder / "kettles.md").read_text().split("\n")
    assert all(lines[claim.line - 1].startswith("```python") for claim in claims)


def test_a_claim_holds_where_fence_and_question_both_do(make_pack: MakePack, sample: str) -> None:
    """The releases of a fence and of its question are both limits."""
    text = sample.replace("```python\nlen(5)", "```python since=3.12 until=3.20\nlen(5)")
    claims = read_pack(make_pack(kettles=text)).claims

    assert [(claim.since, claim.until) for claim in claims if claim.question == "kettles-how-it-ends"] == [
        ((3, 12), (3, 14))
    ]


def test_files_that_are_no_topics_are_left_alone(make_pack: MakePack, sample: str) -> None:
    """README.md, hidden files and other endings are not read."""
    folder = make_pack(kettles=sample)
    for name in ("README.md", ".draft.md", "notes.txt"):
        (folder / name).write_text("no topic")

    assert read_pack(folder).problems == ()


BAD = [
    ("slug: kettles", "slug: pots", "slug: pots", "slug", "pots", "kettles"),
    ("slug: kettles", "slug: Kett les", "slug: Kett", "slug", "Kett les", "lower-case"),
    ("title: Kettles and cups", "title: " + "k" * 61, "title:", "title", "61 characters", "60"),
    ("title: Kettles and cups\n", "", "slug:", "title", "nothing", "words"),
    ("level: mid\ndiff", "level: expert\ndiff", "level: expert", "level", "expert", "junior, mid, senior"),
    ("difficulty: 4", "difficulty: 11", "difficulty: 11", "difficulty", "11", "1 to 10"),
    ("difficulty: 4", "difficulty: four", "difficulty: four", "difficulty", "four", "1 to 10"),
    ("difficulty: 4", "difficulty: [4]", "difficulty: [4]", "difficulty", "a list", "1 to 10"),
    ("category: data model", "category: 5", "category: 5", "category", "5", "quotes"),
    ("aliases: [kettle,", "aliases: [null,", "aliases:", "aliases", "null", "quotes"),
    ("aliases: [kettle,", "aliases: [Kettle,", "aliases:", "aliases", "Kettle", "kettle"),
    ("aliases: [kettle,", "aliases: [kettle, kettle,", "aliases:", "aliases", "kettle", "once"),
    ("aliases: [kettle,", "aliases: [*kettle,", "aliases:", "front matter", "quotes", "YAML"),
    ("aliases: [kettle,", "aliases: [@kettle,", "aliases:", "front matter", "cannot start", "YAML"),
    ("aliases: [kettle", "aliases: [kettle]\nx: [kettle", "x:", "x", "x", "one of slug"),
    ("level: mid\ndiff", "level: mid\nlevel: mid\ndiff", "level: mid\ndiff", "level", "level", "once"),
    ('"[Data model', '"Data model', '  - "Data', "references", "Data model", "[Title]"),
    ("## Deep dive", "## Deeper", "## Deeper", "sections", "Deeper", "## Deep dive"),
    ("## Why it matters\nTea.\n", "", None, "sections", "nothing", "## Why it matters"),
    ("## Why it matters\nTea.", "## Why it matters", "## Why", "Why it matters", "nothing", "paragraphs"),
    ("## Answer\n", "Stray.\n\n## Answer\n", "Stray.", "sections", "text", "## Answer"),
    ("Water is hot:", "### Inner", "### Inner", "sections", "Inner", "## Answer"),
    ("Water is hot:", "> Quoted", "> Quoted", "page", "a quotation", "paragraphs"),
    ("Water is hot:", "a | b\n--|--\n1 | 2", "a | b", "page", "a table", "paragraphs"),
    ("Water is hot:", "<b>hot</b>", "<b>", "page", "HTML", "paragraphs"),
    ("Water is hot:", "![hot](hot.png)", "![hot]", "page", "an image", "paragraphs"),
    ("Water is hot:", "Call __init__ first.", "Call", "page", "underscores", "paragraphs"),
    ("Water is hot:", "[x]: https://a.example\n\nWater is hot:", "---", "page", "a link definition", "paragraphs"),
    ("== 1.0\n```\n", "== 1.0\n", "```python proof", "page", "never closed", "closed fences"),
    ("1. Fill.", "1. Fill.\n   - twice", "1. Fill.", "page", "a list item", "lists of one level"),
    ("```output\n{1: 'a'}", "Then\n\n```output\n{1: 'a'}", "```output\n{1", "Deep dive", "an output", "right before"),
    (
        "```python raises=TypeError",
        "```python raise=TypeError",
        "```python raise=",
        "code",
        "raise=",
        "raises=TypeError",
    ),
    ("```python sketch", "```python sketch does-not-compile", "```python sketch d", "code", "sketch", "at most one"),
    ("```python sketch", "```", "```\nimport", "Production scenario", "a bare fence", "```python"),
    ("```python sketch", "```python since=3.13 until=3.12", "```python since", "code", "since 3.13", "first release"),
    ("- **How long?** Three", "- How long? Three", "- How long", "Follow-up questions", "How long", "**Question?**"),
    ("(kettles.md)", "(pots.md)", "- **How hot", "Follow-up questions", "How hot", "slug.md"),
    ("### kettles-one-key", "### pots-one-key", "### pots", "id", "pots-one-key", "### kettles-"),
    (
        "### kettles-how-it-ends",
        "### kettles-one-key",
        "### kettles-one-key\n```yaml\nkind: choice",
        "id",
        "kettles-one-key",
        "no other",
    ),
    ("kind: choice", "kind: guess", "kind: guess", "kettles-how-it-ends.kind", "guess", "choice, select, output"),
    ('since: "3.11"', "since: 3.11", "since: 3.11", "kettles-how-it-ends.since", "3.11", "quotes"),
    ("starter: true", "starter: maybe", "starter:", "kettles-one-key.starter", "maybe", "true or false"),
    ("starter: true", "colour: red", "colour:", "kettles-one-key.colour", "colour", "one of kind"),
    (
        "format: concept",
        "format: prints",
        "format: prints\n```\nWhich",
        "kettles-which-are-true.format",
        "prints",
        "concept",
    ),
    ("format: prints\nstarter", "format: bug\nstarter", "format: bug", "kettles-one-key.format", "bug", "prints"),
    ("What happens?", "W" * 201, "WWW", "kettles-how-it-ends.prompt", "201 characters", "200"),
    ("Lengths belong to", "L" * 310, "LLL", "kettles-how-it-ends.explanation", "322 characters", "320"),
    ("An int has", "A" * 200, "  AAA", "kettles-how-it-ends.reason", "211 characters", "200"),
    ("`1 is True`", "1" * 76, "- [ ] 111", "kettles-which-are-true.option", "76 characters", "75"),
    ("- [ ] `1`", "- `1`", "- `1`", "kettles-how-it-ends.option", "`1`", "- [x]"),
    (
        "- [x] `TypeError`",
        "- [ ] `TypeError`",
        "- [ ] `1`",
        "kettles-how-it-ends.options",
        "2 options, 0 right",
        "exactly one",
    ),
    ("- [x] `1 == 1.0`", "- [ ] `1 == 1.0`", "- [x] `1 == T", "kettles-which-are-true.options", "1 right", "two right"),
    ("- [x] `{1: 'b'}`", "- [x] {1: 'b'}", "- [x] {1", "kettles-one-key.option", "{1: 'b'}", "`code span`"),
    ("- [ ] `{1: 'a', True: 'b'}`", '- [ ] `{1:"b"}`', "- [x] `{1", "kettles-one-key.options", '{1:"b"}', "differ"),
    ("```python\nlen(5)\n```\n", "", "### kettles-how", "kettles-how-it-ends.code", "nothing", "plain"),
    (
        "```python\nlen(5)",
        "```python raises=TypeError\nlen(5)",
        "```python raises=TypeError\nlen(5)",
        "kettles-how-it-ends.code",
        "a mark",
        "plain",
    ),
    (
        "Lengths belong to containers.\n",
        "",
        "### kettles-how",
        "kettles-how-it-ends.explanation",
        "the end",
        "one paragraph",
    ),
    (
        "```python proof\nassert",
        "```python\nassert",
        "```python\nassert",
        "kettles-which-are-true.proof",
        "```python",
        "proof",
    ),
]


@pytest.mark.parametrize(("old", "new", "at", "field", "found", "wanted"), BAD, ids=[f"{b[3]}: {b[4]}" for b in BAD])
def test_what_is_wrong_is_said_with_its_place(
    make_pack: MakePack, sample: str, old: str, new: str, at: str | None, field: str, found: str, wanted: str
) -> None:
    """Each fault is one problem at its line, naming field, found and wanted, and there is no pack."""
    assert sample.count(old) >= 1
    text = sample.replace(old, new, 1)
    line = text[: text.index(at)].count("\n") + 1 if at else text.count("\n")
    reading = read_pack(make_pack(kettles=text))

    problems = [(problem.line, problem.field) for problem in reading.problems]
    assert (line, field) in problems
    problem = reading.problems[problems.index((line, field))]
    assert found in problem.found
    assert wanted in problem.wanted
    assert problem.message
    assert Path(problem.file).name == "kettles.md"
    assert reading.pack is None


def test_fields_that_cannot_be_read_are_not_called_missing(make_pack: MakePack, sample: str) -> None:
    """The one fault is told, and not all that follows from it."""
    problems = read_pack(make_pack(kettles=sample.replace("title: Kettles", "title: [Kettles"))).problems

    assert [problem.message for problem in problems] == ["this cannot be read as YAML"]


def test_all_problems_of_a_pack_come_at_once(make_pack: MakePack, sample: str) -> None:
    """Faults in several places of several files are all named in one reading."""
    folder = make_pack(
        kettles=sample.replace("difficulty: 4", "difficulty: 40").replace("kind: select", "kind: pick"),
        pots=sample,
        pans="nothing here",
    )
    named = {(Path(problem.file).name, problem.field) for problem in read_pack(folder).problems}

    assert {("kettles.md", "difficulty"), ("kettles.md", "kettles-which-are-true.kind")} <= named
    assert {("pots.md", "slug"), ("pans.md", "front matter"), ("pans.md", "sections")} <= named


def test_one_bad_file_leaves_no_pack(make_pack: MakePack, sample: str) -> None:
    """A pack loads whole or not at all."""
    reading = read_pack(make_pack(kettles=sample, pots="---\nslug: pots\n---\n"))

    assert reading.pack is None
    assert [topic.slug for topic in reading.topics] == ["kettles"]


def test_an_alias_belongs_to_one_topic(make_pack: MakePack, sample: str) -> None:
    """The second topic with an alias is named, with the first."""
    pots = sample.replace("kettles", "pots").replace("[kettle,", "[pot,").replace('"kettle()", ', "")
    pots = pots.replace("__cup__, boiling water", "boiling water, kettles")
    (water, slug) = read_pack(make_pack(kettles=sample, pots=pots)).problems

    assert (Path(water.file).name, water.line, water.field, water.found) == ("pots.md", 7, "aliases", "boiling water")
    assert "kettles" in water.message
    assert slug.found == "kettles"


@pytest.mark.parametrize(
    ("raw", "found", "line"),
    [
        (b"---\nslug: kettles\n\xff\xfe", "byte 0xff", 3),
        (b"---\nslug: ket\x00tles\n", "slug: ket", 2),
        (b"x" * (FILE_MOST + 1), "a larger file", 1),
    ],
)
def test_files_that_are_no_text_are_named(make_pack: MakePack, raw: bytes, found: str, line: int) -> None:
    """Wrong encodings, control characters and huge files are problems of their line."""
    folder = make_pack()
    (folder / "kettles.md").write_bytes(raw)
    (problem,) = read_pack(folder).problems

    assert (problem.field, problem.line) == ("file", line)
    assert found in problem.found


def test_line_breaks_of_other_systems_and_a_byte_order_mark_are_fine(make_pack: MakePack, sample: str) -> None:
    """What an editor on another system leaves behind changes nothing."""
    folder = make_pack()
    (folder / "kettles.md").write_bytes(b"\xef\xbb\xbf" + sample.replace("\n", "\r\n").encode())

    assert read_pack(folder).topics == read_pack(make_pack("other", kettles=sample)).topics


def test_folders_without_topics_are_named(tmp_path: Path) -> None:
    """A missing folder and an empty one are one problem each."""
    (missing,) = read_pack(tmp_path / "nowhere").problems
    (empty,) = read_pack(tmp_path).problems

    assert (missing.file, missing.found) == (str(tmp_path / "nowhere"), "No such file or directory")
    assert empty.found == "no topic files"


def test_a_folder_named_like_a_topic_is_named(make_pack: MakePack) -> None:
    """What cannot be opened as a file is a problem."""
    folder = make_pack()
    (folder / "kettles.md").mkdir()
    (problem,) = read_pack(folder).problems

    assert problem.field == "file"


@pytest.mark.parametrize(
    "front",
    [
        "a: &a [x]\nb: *a\n",
        "[" * 3000,
        "{" * 3000,
        "- slug\n",
        "just words\n",
        "? [a, b]\n: c\n",
        'title: "\\ud800"\n',
        "!!python/object/apply:os.system ['true']\n",
        "\t\n",
        "",
    ],
)
def test_hostile_front_matter_is_a_problem(make_pack: MakePack, front: str) -> None:
    """Anchors, depth, lists, tags and lone surrogates never get past the reader."""
    reading = read_pack(make_pack(kettles=f"---\n{front}---\n"))

    assert reading.pack is None
    assert reading.problems


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_edit_of_a_file_raises(data: st.DataObject, tmp_path: Path, sample: str) -> None:
    """Whatever is cut out of a good file or put into it: a pack or problems, never an exception."""
    start = data.draw(st.integers(0, len(sample)))
    end = data.draw(st.integers(start, min(len(sample), start + 200)))
    put_in = data.draw(
        st.text(max_size=30) | st.sampled_from(["```", "---", "- [x]", "### ", "\n\n", "> ", "*", "[x]: y"])
    )
    file = tmp_path / "kettles.md"
    file.write_text(sample[:start] + put_in + sample[end:], encoding="utf-8", errors="replace")
    reading = read_files("team", [file])

    assert (reading.pack is None) == bool(reading.problems)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(raw=st.binary(max_size=400))
def test_no_bytes_raise(tmp_path: Path, raw: bytes) -> None:
    """Bytes that are no topic file are problems."""
    file = tmp_path / "kettles.md"
    file.write_bytes(b"---\n" + raw)

    assert read_files("team", [file]).problems
