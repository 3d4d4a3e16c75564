"""A block of YAML as named fields that know their lines, each read as the type it must have."""

from __future__ import annotations

import re
from collections.abc import Collection
from enum import StrEnum
from typing import TypeVar

import yaml

from content.question import Version
from content.reading.complaints import Complaints

E = TypeVar("E", bound=StrEnum)

_VERSION = re.compile(r"\d\.\d{1,2}", re.ASCII)
_STRING = "tag:yaml.org,2002:str"
_QUOTE = ' (in YAML it needs quotes: "…")'


class _Loader(yaml.SafeLoader):
    """YAML without anchors and aliases, which a topic has no use for and a malicious one has."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]  # the stub says nothing about it
            raise yaml.MarkedYAMLError(problem="a word that starts with * needs quotes", problem_mark=mark)

        return super().compose_node(parent, index)


class Fields:
    """What a YAML block says, key by key. Each reading notes what is wrong and then returns None (or nothing)."""

    def __init__(self, text: str, line: int, complaints: Complaints, *, where: str = "") -> None:
        """``line`` is where the block's text starts; ``where`` goes before the names of fields (a question's id)."""
        self._complaints = complaints
        self._where = f"{where}." if where else ""
        self._start = line
        self._nodes: dict[str, yaml.Node] = {}
        self._broken = False
        root = self._compose(text)
        if isinstance(root, yaml.MappingNode):
            for key, value in root.value:
                self._take(key, value)
        elif root is not None:
            self._add(line, "", root.value if isinstance(root, yaml.ScalarNode) else "a list", "`key: value` lines", "")

    def only(self, names: Collection[str]) -> None:
        """Note every key that is not one of these."""
        for name, node in self._nodes.items():
            if name not in names:
                self._add(self._line(node), name, name, "one of " + ", ".join(names), "no such field")

    def has(self, name: str) -> bool:
        """Whether the key is there."""
        return name in self._nodes

    def line(self, name: str) -> int:
        """The line of a field's value; of the block where there is none."""
        return self._line(self._nodes[name]) if name in self._nodes else self._start

    def text(self, name: str) -> str:
        """Words on one line; "" where they are missing or no words."""
        node = self._wanted(name, "words")
        return self._words(name, node) if node is not None else ""

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of words."""
        node = self._wanted(name, "a list of words")
        if node is None:
            return ()
        if not isinstance(node, yaml.SequenceNode):
            self._add(self._line(node), name, _found(node), "a list of words", "this is not a list")
            return ()
        return tuple(word for item in node.value if (word := self._words(name, item)))

    def number(self, name: str, low: int, high: int) -> int:
        """A whole number between two; ``low`` where there is none."""
        wanted = f"a whole number from {low} to {high}"
        node = self._wanted(name, wanted)
        if node is None:
            return low
        text = node.value if isinstance(node, yaml.ScalarNode) else ""
        if not re.fullmatch(r"\d{1,3}", text, re.ASCII) or not low <= int(text) <= high:
            self._add(self._line(node), name, _found(node), wanted, "not in the range")
            return low
        return int(text)

    def one_of(self, name: str, choices: type[E]) -> E:
        """One word out of a few; the first of them where there is none."""
        wanted = "one of " + ", ".join(choices)
        node = self._wanted(name, wanted)
        first = next(iter(choices))
        if node is None:
            return first
        text = node.value if isinstance(node, yaml.ScalarNode) else ""
        if text not in {choice.value for choice in choices}:
            self._add(self._line(node), name, _found(node), wanted, "no such word")
            return first
        return choices(text)

    def version(self, name: str) -> Version | None:
        """A Python release in quotes, e.g. "3.12", or None."""
        node = self._nodes.get(name)
        if node is None:
            return None
        if not isinstance(node, yaml.ScalarNode) or node.tag != _STRING or not _VERSION.fullmatch(node.value):
            self._add(self._line(node), name, _found(node), 'a release in quotes, e.g. "3.12"', "not a version")
            return None
        return parse_version(node.value)

    def flag(self, name: str) -> bool:
        """True or false; false where it is not said."""
        node = self._nodes.get(name)
        if node is None:
            return False
        if not isinstance(node, yaml.ScalarNode) or node.value not in ("true", "false"):
            self._add(self._line(node), name, _found(node), "true or false", "neither true nor false")
            return False
        return bool(node.value == "true")

    def _compose(self, text: str) -> yaml.Node | None:
        try:
            root = yaml.compose(text, Loader=_Loader)
        except yaml.MarkedYAMLError as error:
            line = self._start + (error.problem_mark.line if error.problem_mark else 0)
            self._add(
                line, "", error.problem or "broken YAML", "YAML: `key: value` lines", "this cannot be read as YAML"
            )
            self._broken = True
            return None
        except (yaml.YAMLError, RecursionError, ValueError) as error:
            self._add(self._start, "", str(error), "YAML: `key: value` lines", "this cannot be read as YAML")
            self._broken = True
            return None
        if root is None:
            self._add(self._start, "", "nothing", "`key: value` lines", "there are no fields")
        return root

    def _take(self, key: yaml.Node, value: yaml.Node) -> None:
        name = key.value if isinstance(key, yaml.ScalarNode) else _found(key)
        if name in self._nodes:
            self._add(self._line(key), name, name, "each field once", "this field stands here twice")
        self._nodes[name] = value

    def _wanted(self, name: str, wanted: str) -> yaml.Node | None:
        if name not in self._nodes and not self._broken:
            self._add(self._start, name, "nothing", wanted, "this field is missing")
        return self._nodes.get(name)

    def _words(self, name: str, node: yaml.Node) -> str:
        if not isinstance(node, yaml.ScalarNode) or node.tag != _STRING:
            hint = _QUOTE if isinstance(node, yaml.ScalarNode) and node.value else ""
            self._add(self._line(node), name, _found(node), "words" + hint, "these are not words")
            return ""
        text = str(node.value)
        if not text.strip() or not text.isprintable():
            self._add(self._line(node), name, text, "printable words on one line", "these are not words")
            return ""
        return text.strip()

    def _line(self, node: yaml.Node) -> int:
        return self._start + int(node.start_mark.line)

    def _add(self, line: int, name: str, found: str, wanted: str, message: str) -> None:
        field = self._where + name if name else self._where.rstrip(".") or "front matter"
        self._complaints.add(line, field, found=found, wanted=wanted, message=message or "this has no fields")


def parse_version(text: str) -> Version:
    """``(3, 12)`` for "3.12"."""
    major, minor = text.split(".")
    return int(major), int(minor)


def _found(node: yaml.Node) -> str:
    """A node in words; never its whole content, which might be of any depth."""
    if isinstance(node, yaml.ScalarNode):
        return str(node.value)
    return "a list" if isinstance(node, yaml.SequenceNode) else "a mapping"
