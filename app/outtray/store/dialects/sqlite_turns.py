"""Who writes next: processes that share a database take turns, so that none waits long for a busy one.

SQLite keeps no queue. A process that writes one transaction after the other (an import) leaves the
database free for some microseconds between them, and another one, which looks again every tenth of a
second, may miss that for seconds. So whoever wants to write takes a place first, of which there is
one: while somebody has it who waits, the busy one can't begin again.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection

from outtray.store.dialects.sqlite_connection import BUSY_MILLISECONDS

_BEGIN = "BEGIN IMMEDIATE"
_LOOK_AGAIN_SECONDS = 0.001


class Turns:
    """The place in front of one database, as this process sees it."""

    def __init__(self, database: Path) -> None:
        """Where the place can't be kept, writing goes on without it."""
        self._descriptor: int | None = None
        with contextlib.suppress(OSError):
            path = database.with_name("write.lock")
            self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def begin(self, connection: Connection) -> None:
        """Begins a transaction that writes; raises OperationalError where the database stays locked."""
        until = time.monotonic() + BUSY_MILLISECONDS / 1000
        raw = connection.connection.driver_connection
        assert isinstance(raw, sqlite3.Connection)
        # SQLite's own waiting sleeps longer from one look to the next.
        raw.execute("PRAGMA busy_timeout=0")
        try:
            with self._place(until):
                if not _begun(raw, until):
                    connection.exec_driver_sql(_BEGIN)
        finally:
            raw.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")

    def close(self) -> None:
        """Gives the file back."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    @contextlib.contextmanager
    def _place(self, until: float) -> Iterator[None]:
        descriptor = self._descriptor
        if descriptor is None or sys.platform == "win32":
            yield
            return
        import fcntl

        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError:
                # Who has the place and never begins must not keep everybody else out.
                if time.monotonic() > until:
                    break
                time.sleep(_LOOK_AGAIN_SECONDS)
        try:
            yield
        finally:
            fcntl.flock(descriptor, fcntl.LOCK_UN)


def _begun(raw: sqlite3.Connection, until: float) -> bool:
    """Whether a transaction has begun by `until`; False at once where waiting would not help."""
    while True:
        try:
            raw.execute(_BEGIN)
        except sqlite3.OperationalError as error:
            # The low byte: what lies above it says which kind of busy.
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                return False
            time.sleep(_LOOK_AGAIN_SECONDS)
        else:
            return True
