"""The files of a pack, and a digest of all their bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

FILE_MOST = 128 * 1024
"""Bytes of one topic file: eight times what a long one has."""


def topic_files(folder: Path) -> tuple[Path, ...]:
    """The topic files of a pack's folder, by name; raises OSError where the folder cannot be read."""
    files = (path for path in folder.iterdir() if path.suffix == ".md")
    return tuple(sorted(path for path in files if not path.name[0].isupper() and path.name[0] != "."))


def raw_bytes(path: Path) -> bytes:
    """The bytes of a file, one more than ``FILE_MOST`` at most; raises OSError where it cannot be read."""
    with path.open("rb") as file:
        return file.read(FILE_MOST + 1)


def digest_of(files: Sequence[Path]) -> str:
    """A digest of these files' paths and bytes; raises OSError where one cannot be read."""
    found = hashlib.sha256()
    for path in files:
        raw = raw_bytes(path)
        found.update(f"{path}\0{len(raw)}\0".encode("utf-8", "surrogateescape"))
        found.update(raw)
    return found.hexdigest()
