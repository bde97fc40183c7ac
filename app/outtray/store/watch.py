"""Notices what other processes wrote: a cheap look once a second from the window's thread."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from outtray.store.dialects.sqlite_connection import connect, data_version

_LAST_EVENT = "SELECT max(sequence) FROM audit_events"


class Watch:
    """Compares the audit log's length with the events that this process knows to have written."""

    def __init__(self, database: Path) -> None:
        """`database` has its tables."""
        self._connection: sqlite3.Connection = connect(database, read_only=True)
        self._version = -1
        self._last = self._known = self._last_event()

    def wrote(self, events: int) -> None:
        """This process has recorded so many events."""
        self._known += events

    def others_wrote(self) -> bool:
        """Whether the log holds an event, since the last question, that `wrote` was not told of."""
        version = data_version(self._connection)
        if version == self._version:
            # What was seen by a look before it was told of must not be counted twice.
            self._known = min(self._known, self._last)
            return False
        self._version = version
        self._last = self._last_event()
        longer, self._known = self._last > self._known, self._last
        return longer

    def close(self) -> None:
        """Gives the connection back."""
        self._connection.close()

    def _last_event(self) -> int:
        return int(self._connection.execute(_LAST_EVENT).fetchone()[0] or 0)
