"""Words from elsewhere, made unable to do anything to a terminal."""

from __future__ import annotations

_BIDI = (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_BREAKS = (0x2028, 0x2029)

_SEEN = {code: f"\\x{code:02x}" for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\n\t"}
_SEEN |= {code: f"\\u{code:04x}" for code in (*_BIDI, *_BREAKS, *range(0xD800, 0xE000))}


def inert(text: str) -> str:
    """The same words, with what would move the cursor, colour the screen, turn the reading direction or not encode
    spelled out (``\\x1b``, ``\\u202e``). Line breaks become ``\\n``, tabs four spaces."""
    return text.replace("\r\n", "\n").replace("\t", "    ").translate(_SEEN)


def inert_line(text: str) -> str:
    """As ``inert``, on one line."""
    return " ".join(inert(text).split("\n"))
