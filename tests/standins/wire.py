"""Any frozen value as bytes, type names included: what differs differs here, and nothing else does."""

from __future__ import annotations

import base64
import json
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum


def plain(value: object) -> object:
    """A value as JSON knows it."""
    if is_dataclass(value):
        parts = {field.name: plain(getattr(value, field.name)) for field in fields(value)}
        return {"type": type(value).__name__, **parts}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, tuple | list):
        return [plain(part) for part in value]
    return value


def as_bytes(value: object) -> bytes:
    """A value as it would go over a wire."""
    return json.dumps(plain(value), sort_keys=True).encode()
