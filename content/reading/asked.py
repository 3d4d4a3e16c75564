"""A question of a topic file, from its heading to its last proof."""

from __future__ import annotations

from dataclasses import dataclass, replace

from content.markup import plain
from content.question import Claim, Format, Kind, Level, PrintsOption, Question, Version
from content.reading.complaints import Complaints
from content.reading.fences import Mark, Snippet, claim_of, is_python, read_snippet
from content.reading.fields import Fields
from content.reading.front import KEBAB, Front
from content.reading.options import read_options
from content.reading.page import Fence, Listing, Paragraph, Part, Section

PROMPT_MOST = 200
EXPLANATION_MOST = 320
"""Characters of a prompt and of an explanation: what a phone shows without scrolling."""

_NAMES = ("kind", "level", "difficulty", "format", "since", "until", "starter")


@dataclass(frozen=True, slots=True)
class _Meta:
    kind: Kind
    level: Level
    difficulty: int
    format: Format
    since: Version | None
    until: Version | None
    starter: bool


def read_question(section: Section, front: Front, complaints: Complaints) -> tuple[Question, tuple[Claim, ...]]:
    """The question under this heading and the claims of its code and proofs; what is wrong is noted."""
    _check_id(section, front, complaints)
    parts = _Parts(section, complaints)
    meta = _meta(parts.yaml(), section, complaints)
    prompt = parts.paragraph("prompt", PROMPT_MOST)
    code = parts.code()
    options = read_options(parts.options(), meta.kind, section, complaints)
    explanation = parts.paragraph("explanation", EXPLANATION_MOST)
    proofs = parts.proofs()
    question = Question(
        id=section.title,
        topic=front.slug,
        category=front.category,
        kind=meta.kind,
        level=meta.level,
        difficulty=meta.difficulty,
        format=meta.format,
        prompt=prompt,
        code=code.code if code else None,
        options=options,
        explanation=explanation,
        since=meta.since,
        until=meta.until,
        starter=meta.starter,
    )
    claims = [_code_claim(question, code, section, complaints)]
    claims += [_claim(question, proof, complaints) for proof in proofs]
    return question, tuple(claim for claim in claims if claim is not None)


def _check_id(section: Section, front: Front, complaints: Complaints) -> None:
    if not KEBAB.fullmatch(section.title) or not section.title.startswith(front.slug + "-"):
        complaints.add(
            section.line,
            "id",
            found=section.title,
            wanted=f"### {front.slug}-…",
            message="a question's id is kebab case and begins with its topic",
        )


def _meta(fence: Fence | None, section: Section, complaints: Complaints) -> _Meta:
    if fence is None:
        return _Meta(Kind.CHOICE, Level.MID, 1, Format.CONCEPT, None, None, False)
    fields = Fields(fence.text, fence.line + 1, complaints, where=section.title)
    fields.only(_NAMES)
    meta = _Meta(
        kind=fields.one_of("kind", Kind),
        level=fields.one_of("level", Level),
        difficulty=fields.number("difficulty", 1, 10),
        format=fields.one_of("format", Format),
        since=fields.version("since"),
        until=fields.version("until"),
        starter=fields.flag("starter"),
    )
    if meta.kind is Kind.OUTPUT and meta.format is not Format.PRINTS and fields.has("format"):
        _format(fields.line("format"), section, meta.format, "prints", complaints)
    if meta.kind is Kind.SELECT and meta.format is Format.PRINTS:
        _format(fields.line("format"), section, meta.format, "concept, bug, fix or review", complaints)
    return meta


def _format(line: int, section: Section, found: Format, wanted: str, complaints: Complaints) -> None:
    message = "this kind of question does not come in this format"
    complaints.add(line, f"{section.title}.format", found=found, wanted=wanted, message=message)


class _Parts:
    """The parts of a question, taken in their order; whatever is out of order is noted."""

    def __init__(self, section: Section, complaints: Complaints) -> None:
        self._section = section
        self._complaints = complaints
        self._rest: list[Part] = list(section.parts)

    def yaml(self) -> Fence | None:
        part = self._peek()
        if isinstance(part, Fence) and part.info == "yaml":
            self._rest.pop(0)
            return part
        self._missing("fields", "a ```yaml fence right under the heading", part)
        return None

    def paragraph(self, name: str, most: int) -> str:
        part = self._peek()
        if not isinstance(part, Paragraph):
            self._missing(name, "one paragraph", part)
            return ""
        self._rest.pop(0)
        length = len(plain(part.text))
        if length > most:
            self._note(part.line, name, f"{length} characters", f"at most {most} characters", f"the {name} is too long")
        return part.text

    def code(self) -> Snippet | None:
        part = self._peek()
        if isinstance(part, Fence) and is_python(part):
            self._rest.pop(0)
            snippet = read_snippet(part, self._complaints)
            if Mark.PROOF in snippet.marks:
                self._note(part.line, "code", part.info, "proofs after the explanation", "this proof stands too early")
            return snippet
        return None

    def options(self) -> Listing | None:
        part = self._peek()
        if isinstance(part, Listing):
            self._rest.pop(0)
            return part
        self._missing("options", "a task list: `- [x] …` and `- [ ] …`", part)
        return None

    def proofs(self) -> list[Snippet]:
        found: list[Snippet] = []
        for part in self._rest:
            snippet = read_snippet(part, self._complaints) if isinstance(part, Fence) and is_python(part) else None
            if snippet is not None and Mark.PROOF in snippet.marks:
                found.append(snippet)
            else:
                self._missing("proof", "```python proof fences and nothing else after the explanation", part)
                break
        return found

    def _peek(self) -> Part | None:
        return self._rest[0] if self._rest else None

    def _missing(self, name: str, wanted: str, part: Part | None) -> None:
        line = part.line if part else self._section.line
        self._note(line, name, _describe(part), wanted, "something else is wanted here")

    def _note(self, line: int, name: str, found: str, wanted: str, message: str) -> None:
        self._complaints.add(line, f"{self._section.title}.{name}", found=found, wanted=wanted, message=message)


def _describe(part: Part | None) -> str:
    if part is None:
        return "the end of the question"
    if isinstance(part, Listing):
        return "a list"
    return f"```{part.info}" if isinstance(part, Fence) else part.text


def _claim(question: Question, snippet: Snippet, complaints: Complaints) -> Claim:
    return claim_of(snippet, complaints, question=question.id, since=question.since, until=question.until)


def _code_claim(question: Question, code: Snippet | None, section: Section, complaints: Complaints) -> Claim | None:
    """The claim of the code that is shown: it prints what the right option says, or just runs."""
    if question.format is not Format.PRINTS:
        return _claim(question, code, complaints) if code else None
    if code is None or not code.plain:
        complaints.add(
            code.line if code else section.line,
            f"{section.title}.code",
            found="a mark on the fence" if code else "nothing",
            wanted="a plain ```python fence; the right option says what it does",
            message="this format asks what code prints",
        )
        return None
    texts = [(plain(option.text), option.right) for option in question.options]
    expect = PrintsOption(
        tuple(text for text, right in texts if right), tuple(text for text, right in texts if not right)
    )
    return replace(_claim(question, code, complaints), expect=expect)
