"""The log of a PyQuiz that serves: lines for people in a terminal, JSON elsewhere, and no secret in any.

Modules log with Python's own `logging`, as their libraries do; structlog writes all of it in one form. Every line about
a delivery or about something that somebody did carries its `id` (`bot.trail`).
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from typing import Any, TextIO

import orjson

from bot import trail

OURS = ("pyquiz", "cli", "adapters", "scheduler", "bot", "content")
"""Loggers that may say more than the libraries': at `debug` those would write tokens and messages out."""

TALKATIVE = {"apscheduler": logging.ERROR, "alembic.runtime.plugins": logging.WARNING}
"""Libraries that would report every beat, and each that came while the last one still ran, which is as it should be; or
their own parts at every migration."""

SHORTEST = 6
"""Characters of a secret that is looked for in lines: a shorter one is found in innocent words too."""

TOKENS = r"xox[a-z][-.][\w-][\w.-]*|xapp-[\w-]+|xwfp-[\w-]+"
"""Slack's tokens, those of workspaces too that no setting names."""

HIDDEN = "…"

Event = MutableMapping[str, Any]


def set_up(form: str, level: str, secrets: Iterable[str] = (), stream: TextIO | None = None) -> None:
    """Write the log to ``stream`` (standard error). ``form``: ``text``, ``json``, or ``auto``: text in a terminal.
    ``level``: ``debug``, ``info``, ``warning`` or ``error``. ``secrets`` are written in no line."""
    out = stream or sys.stderr
    handler = logging.StreamHandler(out)
    as_text = form == "text" or (form == "auto" and out.isatty())
    handler.setFormatter(Hiding(_formatter(as_text=as_text, colors=out.isatty()), secrets))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(logging.INFO, _number(level)))
    for name in OURS:
        logging.getLogger(name).setLevel(_number(level))
    for name, least in TALKATIVE.items():
        logging.getLogger(name).setLevel(max(least, _number(level)))


def _number(level: str) -> int:
    return logging.getLevelNamesMapping()[level.upper()]


def _formatter(*, as_text: bool, colors: bool) -> logging.Formatter:
    with _without_rich():
        import structlog
        from structlog.dev import ConsoleRenderer, plain_traceback
        from structlog.processors import JSONRenderer, TimeStamper, format_exc_info
    writer = (
        [ConsoleRenderer(colors=colors, exception_formatter=plain_traceback)]
        if as_text
        else [format_exc_info, JSONRenderer(serializer=_json)]
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.stdlib.ExtraAdder(),
            TimeStamper(fmt="%H:%M:%S" if as_text else "iso", utc=not as_text),
        ],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            _followed,
            *writer,
        ],
    )


@contextmanager
def _without_rich() -> Iterator[None]:
    """structlog takes rich along where it finds it, five sixths of its import: for tracebacks that show the values of
    variables, which are what no line may hold."""
    there = sys.modules.get("rich")
    sys.modules["rich"] = None  # type: ignore[assignment]  # so that importing it fails
    try:
        yield
    finally:
        del sys.modules["rich"]
        if there is not None:
            sys.modules["rich"] = there


def _followed(_: object, __: str, event: Event) -> Event:
    """What the line is about."""
    about = trail.about()
    if about:
        event["id"] = about
    return event


def _json(event: Mapping[str, Any], **_: object) -> str:
    return orjson.dumps(event, default=repr, option=orjson.OPT_NON_STR_KEYS).decode()


class Hider:
    """Takes secrets out of text: values that are known, and whatever looks like a token of Slack's."""

    def __init__(self, secrets: Iterable[str]) -> None:
        known = sorted({secret for secret in secrets if len(secret) >= SHORTEST}, key=len, reverse=True)
        self._secret = re.compile("|".join([*map(re.escape, known), TOKENS]))

    def __call__(self, text: str) -> str:
        """The text without them."""
        return self._secret.sub(HIDDEN, text)


class Hiding(logging.Formatter):
    """Takes secrets out of finished lines: whatever wrote them, an exception of some library say."""

    def __init__(self, inner: logging.Formatter, secrets: Iterable[str]) -> None:
        super().__init__()
        self._hide = Hider(secrets)
        self._inner = inner

    def format(self, record: logging.LogRecord) -> str:
        """The line without them."""
        return self._hide(self._inner.format(record))
