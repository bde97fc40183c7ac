"""One transaction of the writer: the connection, the instant, the audit chain, and what has changed."""

from __future__ import annotations

import functools
import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from outtray.model.changes import Changes
from outtray.model.clock import to_milliseconds
from outtray.model.events import GENESIS, Event, Personal, chain_hash, commitment, payload
from outtray.model.mailboxes import address_key
from outtray.store.dialects.sqlite import next_number, rows_in
from outtray.store.tables import (
    AuditClearValueTable,
    AuditEventTable,
    CountTable,
    DataSubjectTable,
    table_of,
)

_EVENTS = table_of(AuditEventTable)
_CLEAR = table_of(AuditClearValueTable)
_SUBJECTS = table_of(DataSubjectTable)
_COUNTS = table_of(CountTable)
# Every transaction runs these; building a statement anew costs more than running it.
_LAST = select(_EVENTS.c.sequence, _EVENTS.c.hash).order_by(_EVENTS.c.sequence.desc()).limit(1)
_COUNT = (
    update(_COUNTS)
    .where(_COUNTS.c.name == bindparam("count"))
    .values(value=_COUNTS.c.value + bindparam("by"))
)
_KNOWN_SUBJECTS = "SELECT address_key, id, key FROM data_subjects WHERE address_key IN"


class Transaction:
    """Handed to each piece of work of the writer; what it writes is committed together or not at all."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        """`now` is the one instant of everything that this transaction writes."""
        self.connection = connection
        self.now = now
        self.now_ms = to_milliseconds(now)
        self.changes = Changes()
        self._head: tuple[int, bytes] | None = None
        self._keys: dict[str, str] = {}
        self._subjects: dict[str, tuple[int, bytes]] = {}
        self._counts: dict[str, int] = {}

    def changed(self, **what: Any) -> None:
        """Adds to what listeners will be told; the keywords are the fields of `Changes`."""
        self.changes |= Changes(**what)

    def count(self, name: str, by: int) -> None:
        """Moves a kept count; written once at the end of the transaction."""
        if by:
            self._counts[name] = self._counts.get(name, 0) + by

    @property
    def head(self) -> tuple[int, bytes]:
        """Number and hash of the log's last event, those of this transaction included."""
        if self._head is None:
            last = self.connection.execute(_LAST).first()
            self._head = (0, GENESIS) if last is None else (last[0], last[1])
        return self._head

    def record(self, *events: Event) -> int:
        """Appends events to the chain; returns the sequence number of the last one."""
        sequence, previous = self.head
        self._know_subjects(personal.subject for event in events for personal in event.personal)
        now, now_ms = self.now, self.now_ms
        rows: list[tuple[Any, ...]] = []
        clear: list[tuple[Any, ...]] = []
        for event in events:
            sequence += 1
            actor = event.actor
            data = payload(sequence, now, event, self._commitments(sequence, event.personal, clear))
            previous = chain_hash(previous, data)
            rows.append(
                (
                    sequence,
                    now_ms,
                    str(actor.kind),
                    actor.name,
                    event.action,
                    event.object_kind,
                    event.object_id,
                    event.outcome,
                    data,
                    previous,
                )
            )
        self.insert_tuples(_EVENTS, rows)
        self.insert_tuples(_CLEAR, clear)
        self._head = (sequence, previous)
        self.changed(events=len(events))
        return sequence

    def insert_tuples(self, table: Any, rows: Sequence[tuple[Any, ...]]) -> None:
        """Inserts rows given as tuples in the order of the table's columns.

        Tuples spare what SQLAlchemy spends on a dictionary a row; JSON columns must be text already.
        """
        if not rows:
            return
        statement = _insertion(table, self.connection.dialect)
        self.connection.exec_driver_sql(statement, list(rows) if len(rows) > 1 else rows[0])

    def finish(self) -> None:
        """Writes the kept counts; the store calls it before the commit."""
        for name, by in self._counts.items():
            if not by:
                continue
            done = self.connection.execute(_COUNT, {"count": name, "by": by})
            if done.rowcount == 0:
                self.connection.execute(insert(_COUNTS).values(name=name, value=by))
        if self._counts:
            self.changed(counts=True)
        self._counts = {}

    def _commitments(
        self, sequence: int, personal: tuple[Personal, ...], clear: list[tuple[Any, ...]]
    ) -> list[dict[str, Any]]:
        made = []
        for position, value in enumerate(personal):
            subject, key = self._subjects[self._keys[value.subject]]
            name, text = value.name, value.value
            made.append({"subject": subject, "name": name, "hmac": commitment(key, name, text)})
            clear.append((sequence, position, subject, name, text))
        return made

    def _know_subjects(self, addresses: Iterable[str]) -> None:
        for address in addresses:
            if address not in self._keys:
                self._keys[address] = address_key(address)
        missing = set(self._keys.values()) - self._subjects.keys()
        for address, number, secret in rows_in(self.connection, _KNOWN_SUBJECTS, sorted(missing)):
            self._subjects[address] = (number, secret)
            missing.discard(address)
        if not missing:
            return
        number = next_number(self.connection, _SUBJECTS.name)
        rows = [
            (number + place, address, secrets.token_bytes(32))
            for place, address in enumerate(sorted(missing))
        ]
        self.insert_tuples(_SUBJECTS, rows)
        self._subjects.update((address, (subject, secret)) for subject, address, secret in rows)


@functools.lru_cache
def _insertion(table: Any, dialect: Any) -> str:
    """The statement that inserts whole rows into a table; compiling it costs more than running it."""
    return str(insert(table).compile(dialect=dialect))
