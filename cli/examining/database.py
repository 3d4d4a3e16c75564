"""The database: whether it is reached and can be written, its schema, its clock, and what it says of the work.

Only reads, and takes no lock that a running PyQuiz would miss.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from bot.findings import failed, ok, skew, warning
from bot.model import Channel, ChannelState, DeliveryState
from bot.ports import Entry, Finding
from bot.store import overview
from bot.store.door import Cipher
from bot.store.engine import holder, locate, reading
from bot.store.errors import StoreError, explained
from bot.store.migrate import HEAD, schema
from bot.store.overview import Stuck

SHOWN = 5
"""So many of a kind are named, the rest is counted."""

WRITE_PATIENCE = 2.0
"""Seconds for which another program's lock on a SQLite file is waited for."""

MENDS = {
    "Locked": "Close that program: SQLite lets one write at a time.",
    "NotWritable": "Give PyQuiz's user the right to write the file and its folder.",
    "NotADatabase": "Move it away and `pyquiz restore` a backup.",
    "DiskFull": "Make room on that disk.",
    "Unreachable": "Start the server, and check the address, user and password in PYQUIZ_DATABASE_URL.",
}


class Examination:
    """Of one database at one moment; what adapters want to know of it is kept: ``channels`` and ``vault``."""

    def __init__(self, url: str, now: datetime, cipher: Cipher | None, platforms: Sequence[str]) -> None:
        self._database = locate(url)
        self._now = now
        self._cipher = cipher
        self._platforms = platforms
        self.channels: tuple[Channel, ...] = ()
        self.vault: tuple[tuple[str, str, Entry], ...] = ()

    def findings(self) -> Iterator[Finding]:
        """All of them; the first that fails is the last where nothing more can be seen then."""
        path = self._database.path
        if path is not None and not path.exists():
            yield ok("database", f"{path} is not there yet; the first start makes it.")
            return
        try:
            if path is not None:
                yield from _file(path)
            yield from self._looked_into()
        except StoreError as error:
            yield failed("database", str(error), MENDS.get(type(error).__name__, "Mend it, then ask again."))

    def _looked_into(self) -> Iterator[Finding]:
        engine = reading(self._database)
        try:
            with engine.begin() as connection:
                found = schema(connection)
                yield ok("database", f"{self._database.name} answers.")
                yield from _clock(connection, self._now)
                if found != HEAD:
                    yield _other_schema(found)
                    return
                yield ok("schema", f"It is this version's, {HEAD}.")
                yield from self._vault(connection)
                yield from self._channels(connection)
                yield from self._deliveries(connection)
        except DBAPIError as error:
            raise explained(error, self._database.name) from error
        finally:
            engine.dispose()

    def _vault(self, conn: Connection) -> Iterator[Finding]:
        from cryptography.fernet import InvalidToken

        self.vault = overview.sealed(conn)
        if not self.vault:
            return
        if self._cipher is None:
            do = "Set PYQUIZ_SECRET_KEY to the key with which it was kept."
            yield failed("secret key", f"{len(self.vault)} entries of adapters are encrypted, and there is no key.", do)
            return
        try:
            for _, _, entry in self.vault:
                self._cipher.decrypt(entry.value)
        except InvalidToken:
            do = "Put the old key back into PYQUIZ_SECRET_KEY, after the new one; else every workspace installs anew."
            yield failed("secret key", "What adapters keep was encrypted under another key.", do)
            return
        yield ok("secret key", f"It reads all {len(self.vault)} entries that adapters keep.")

    def _channels(self, conn: Connection) -> Iterator[Finding]:
        self.channels, broken = overview.all_channels(conn)
        for id_, why in list(broken.items())[:SHOWN]:
            do = "Mend its row in the table channel, or set the channel up anew there: `/pyquiz setup`."
            yield failed("channels", f"Channel {id_} cannot be read: {why}.", do)
        active = [channel for channel in self.channels if channel.state is ChannelState.ACTIVE]
        gone = [channel for channel in self.channels if channel.state is ChannelState.GONE]
        paused = [channel for channel in self.channels if channel.state is ChannelState.PAUSED]
        if not self.channels and not broken:
            yield warning("channels", "None is set up.", "Say `/pyquiz setup` in the channel that is to be asked.")
            return
        yield ok("channels", f"{len(active)} asked, {len(paused)} paused, {len(gone)} gone.")
        for channel in gone[:SHOWN]:
            do = "Bring PyQuiz back into it, or leave it so: nothing is sent there."
            yield warning("channels", f"{_where(channel)} is gone: {channel.reason or 'no reason was given'}.", do)
        for channel in [channel for channel in paused if channel.paused_by is None][:SHOWN]:
            yield warning("channels", f"{_where(channel)} paused itself: {channel.reason}.", "`/pyquiz resume` there.")
        yield from self._next(active)

    def _next(self, active: Sequence[Channel]) -> Iterator[Finding]:
        planned = sorted((c for c in active if c.next_due is not None), key=lambda c: (c.next_due or self._now, c.id))
        for channel in planned[:SHOWN]:
            assert channel.next_due is not None
            local = channel.next_due.astimezone(ZoneInfo(channel.schedule.zone))
            yield ok("next", f"{_where(channel)} is asked {local:%a %d %b %H:%M}, {channel.schedule.zone}.")

    def _deliveries(self, conn: Connection) -> Iterator[Finding]:
        found = overview.stuck(conn, self._now)
        for state in (DeliveryState.DUE, DeliveryState.CLAIMED, DeliveryState.SENDING, DeliveryState.UNKNOWN):
            of_it = [one for one in found if one.state is state]
            for one in of_it[:SHOWN]:
                yield self._stuck(one)
            if len(of_it) > SHOWN:
                yield warning("deliveries", f"{len(of_it) - SHOWN} more are {state.value}.", "The same.")
        for one in [one for one in found if one.state is DeliveryState.REFUSED][:SHOWN]:
            do = "Mend what the reason names; the next delivery is tried as ever."
            yield warning("deliveries", f"{one.key} in {one.channel or 'its channel'} was refused: {one.reason}.", do)
        if not found:
            yield ok("deliveries", "None is late, lost or refused.")

    def _stuck(self, one: Stuck) -> Finding:
        where = f"{one.key} in {one.channel or 'its channel'} on {one.platform}"
        if one.state is DeliveryState.UNKNOWN:
            return failed(
                "deliveries",
                f"Nobody knows whether {where} arrived: {one.reason}.",
                "Look there. Where it stands, a press on one of its buttons proves it. Where it does not, it is never "
                "repeated blindly: a question's day is skipped at its closing, a reveal's answer stands in its "
                "question. A bot that may read the channel's history finds out by itself.",
            )
        if one.state is DeliveryState.DUE and one.platform not in self._platforms:
            do = f"Start a PyQuiz with the token of {one.platform}, or pause that channel."
            return failed("deliveries", f"{where} is due since {one.due:%d %b %H:%M} UTC; {one.platform} is off.", do)
        if one.state is DeliveryState.DUE:
            do = "See that `pyquiz run` runs and is ready (`pyquiz health`), and what its log says under that id."
            return failed("deliveries", f"{where} is due since {one.due:%d %b %H:%M} UTC and not sent.", do)
        do = "Start PyQuiz: it takes back what a dead process held."
        return failed("deliveries", f"{where} is {one.state.value} by a process that is gone.", do)


def _file(path: Path) -> Iterator[Finding]:
    """Whether a SQLite file can be written, and by whom it is being written."""
    if not os.access(path, os.W_OK) or not os.access(path.parent, os.W_OK):
        yield failed("database", f"{path} cannot be written by this user.", MENDS["NotWritable"])
    else:
        try:
            with closing(sqlite3.connect(path, timeout=WRITE_PATIENCE, isolation_level=None)) as trial:
                trial.execute("BEGIN IMMEDIATE")
                trial.execute("ROLLBACK")
        except sqlite3.Error as error:
            raise explained(error, str(path)) from error
    process = holder(path)
    if process is not None:
        yield ok("database", f"A PyQuiz runs on it (process {process}).")


def _clock(conn: Connection, now: datetime) -> Iterator[Finding]:
    """A server's clock; a file's is this machine's."""
    if conn.dialect.name == "postgresql":
        theirs: datetime = conn.execute(text("SELECT clock_timestamp()")).scalar_one()
        yield skew("clock", now - theirs, "the database's")


def _other_schema(found: str | None) -> Finding:
    if found is None:
        return warning("schema", "There is none yet.", "The first `pyquiz run` makes it; `pyquiz migrate` does so now.")
    do = (
        "Back it up (`pyquiz backup`, with the version that wrote it), then `pyquiz migrate`, or start the new version."
    )
    if found > HEAD:
        do = "Install the PyQuiz that wrote it, or a newer one."
    return failed("schema", f"It is {found}, and this version wants {HEAD}.", do)


def _where(channel: Channel) -> str:
    return f"{channel.place.name or channel.place.channel} on {channel.place.platform}"
