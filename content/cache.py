"""Packs that were read before, kept as JSON, so that a start does not read their Markdown again.

A kept pack is used only for exactly the bytes it was read from, by exactly this reader. Anything wrong with the cache
means reading afresh: it can be deleted at any time, and nothing is lost where it cannot be written.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import orjson

from content.files import digest_of, topic_files
from content.frozen import BadSnapshot, dump_pack, load_pack
from content.names import Spot
from content.question import Pack


@dataclass(frozen=True, slots=True)
class Kept:
    """A pack and where its names stand (see ``Reading.spots``)."""

    pack: Pack
    spots: Mapping[str, Spot]


class Cache:
    """Packs kept in a folder, one file for each pack's folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def recall(self, pack: Path) -> Kept | None:
        """The pack in this folder as it was read before; None where it changed, or nothing usable is kept."""
        try:
            header, body, places = self._file(pack).read_bytes().split(b"\n")
            if header != _header(_key(pack), body, places):
                return None
            return Kept(load_pack(body), _spots(places))
        except (OSError, ValueError, BadSnapshot):
            return None

    def keep(self, pack: Path, key: str, kept: Kept) -> None:
        """Remember what was read from this folder while its ``key`` was this; quietly not where that is impossible."""
        with suppress(OSError, TypeError):
            body = dump_pack(kept.pack)
            places = orjson.dumps({name: (spot.file, spot.line) for name, spot in kept.spots.items()})
            self._folder.mkdir(parents=True, exist_ok=True)
            file = self._file(pack)
            draft = file.with_name(f"{file.name}.{os.getpid()}")
            draft.write_bytes(b"\n".join((_header(key, body, places), body, places)))
            draft.replace(file)

    def key(self, pack: Path) -> str | None:
        """What a pack's bytes are known by; None where they cannot be read."""
        try:
            return _key(pack)
        except OSError:
            return None

    def _file(self, pack: Path) -> Path:
        name = hashlib.sha256(os.fsencode(pack.absolute())).hexdigest()[:16]
        return self._folder / f"pack-{name}.json"


def _key(pack: Path) -> str:
    return f"{_reader()} {digest_of(topic_files(pack))}"


@lru_cache(maxsize=1)
def _reader() -> str:
    """The version of the reader: a digest of its own source, so that nobody has to remember to count it up."""
    here = Path(__file__).parent
    names = ("frozen.py", "markup.py", "names.py", "question.py", "reader.py", "typed.py")
    return digest_of([*(here / name for name in names), *sorted((here / "reading").glob("*.py"))])


def _header(key: str, body: bytes, places: bytes) -> bytes:
    return f"{key} {hashlib.sha256(body + places).hexdigest()}".encode()


def _spots(places: bytes) -> dict[str, Spot]:
    record = orjson.loads(places)
    return {str(name): Spot(str(file), int(line)) for name, (file, line) in record.items()}
