"""The front matter of a topic file."""

from __future__ import annotations

import re
from dataclasses import dataclass

from content.question import Level, Reference
from content.reading.complaints import Complaints
from content.reading.fields import Fields

TITLE_MOST = 60
"""Characters of a title: what fits a button or a menu's line on every platform."""

KEBAB = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)

_LINK = re.compile(r"\[(?P<title>.+)\]\((?P<url>https?://\S+)\)")
_ESCAPED = re.compile(r"\\([\[\]])")

_NAMES = ("slug", "title", "level", "difficulty", "category", "aliases", "references")


@dataclass(frozen=True, slots=True)
class Front:
    """What the front matter says; ``aliases_line`` is where its aliases stand."""

    slug: str
    title: str
    level: Level
    difficulty: int
    category: str
    aliases: tuple[str, ...]
    references: tuple[Reference, ...]
    aliases_line: int


def read_front(text: str, stem: str, complaints: Complaints) -> Front:
    """The front matter of the file ``<stem>.md``; what is wrong in it is noted, and stands in as well as it can."""
    fields = Fields(text, 2, complaints)
    fields.only(_NAMES)
    return Front(
        slug=_slug(fields, stem, complaints),
        title=_title(fields, complaints),
        level=fields.one_of("level", Level),
        difficulty=fields.number("difficulty", 1, 10),
        category=fields.text("category"),
        aliases=_aliases(fields, complaints),
        references=_references(fields, complaints),
        aliases_line=fields.line("aliases"),
    )


def _slug(fields: Fields, stem: str, complaints: Complaints) -> str:
    slug = fields.text("slug")
    line = fields.line("slug")
    if slug and not KEBAB.fullmatch(slug):
        complaints.add(
            line, "slug", found=slug, wanted="lower-case words joined by dashes", message="a slug is kebab case"
        )
    elif slug and slug != stem:
        complaints.add(line, "slug", found=slug, wanted=stem, message="the slug is the file's name")
    return slug or stem


def _title(fields: Fields, complaints: Complaints) -> str:
    title = fields.text("title")
    length = len(title)
    if length > TITLE_MOST:
        wanted = f"at most {TITLE_MOST} characters"
        complaints.add(
            fields.line("title"), "title", found=f"{length} characters", wanted=wanted, message="the title is too long"
        )
    return title


def _aliases(fields: Fields, complaints: Complaints) -> tuple[str, ...]:
    aliases = fields.texts("aliases")
    line = fields.line("aliases")
    for alias in aliases:
        tidy = " ".join(alias.lower().split())
        if alias != tidy:
            message = "aliases are in lower case, their words a space apart"
            complaints.add(line, "aliases", found=alias, wanted=tidy, message=message)
    for alias in sorted({alias for alias in aliases if aliases.count(alias) > 1}):
        complaints.add(line, "aliases", found=alias, wanted="each alias once", message="this alias stands here twice")
    return aliases


def _references(fields: Fields, complaints: Complaints) -> tuple[Reference, ...]:
    found: list[Reference] = []
    for text in fields.texts("references"):
        match = _LINK.fullmatch(text)
        if match:
            found.append(Reference(_ESCAPED.sub(r"\1", match["title"]), match["url"]))
        else:
            complaints.add(
                fields.line("references"),
                "references",
                found=text,
                wanted='"[Title](https://…)"',
                message="a reference is one Markdown link to a web address",
            )
    return tuple(found)
