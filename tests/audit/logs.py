"""Logs for tests: made by the store itself, then tampered with by plain SQL, as who has the file can."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from outtray.audit.verify import Verification, verify
from outtray.model.events import OPERATOR, SYSTEM, Actor, ActorKind, Event, Personal
from outtray.store.dialects.sqlite import reading_engine
from outtray.store.store import Store
from outtray.store.upgrade import upgrade
from tests.fakes.clock import FakeClock

_MACHINE = Actor(ActorKind.MACHINE, "form-leads")


def make_log(folder: Path, count: int, clock: FakeClock | None = None) -> Path:
    """A database whose log holds `count` events of several kinds."""
    database = folder / "outtray.db"
    upgrade(database, folder)
    store = Store(database, clock or FakeClock())
    try:
        store.write(lambda transaction: transaction.record(*(event(number) for number in range(count))))
    finally:
        store.close()
    return database


def event(number: int) -> Event:
    """One of several kinds of events."""
    draft = str(number // 3 + 1)
    return (
        Event(
            _MACHINE,
            "draft.proposed",
            "draft",
            draft,
            details={"revision": 1},
            personal=(Personal("ada@example.com", "recipient", "Ada"),),
        ),
        Event(OPERATOR, "draft.rejected", "draft", draft, details={"reason": "Wrong\nfacts"}),
        Event(SYSTEM, "delivery.staging", "delivery", draft, "no answer", details={"attempt": number}),
    )[number % 3]


@contextmanager
def tampering(database: Path) -> Iterator[sqlite3.Connection]:
    """A connection on which the log is no longer append-only."""
    connection = sqlite3.connect(database)
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    yield connection
    connection.commit()
    connection.close()


def look(database: Path) -> Verification:
    """Verifies the log."""
    engine = reading_engine(database)
    try:
        with engine.begin() as connection:
            return verify(connection)
    finally:
        engine.dispose()


def move(connection: sqlite3.Connection, number: int, to: int) -> None:
    """Gives an event another number, as it is."""
    connection.execute("UPDATE audit_events SET sequence = ? WHERE sequence = ?", (to, number))


def shift(connection: sqlite3.Connection, first: int, by: int) -> None:
    """Renumbers all events from `first` on; the numbers between must be free."""
    connection.execute("UPDATE audit_events SET sequence = -sequence WHERE sequence >= ?", (first,))
    connection.execute("UPDATE audit_events SET sequence = ? - sequence WHERE sequence < 0", (by,))


def swap(connection: sqlite3.Connection, one: int, other: int) -> None:
    """Puts two events in each other's place."""
    move(connection, one, -1)
    move(connection, other, one)
    move(connection, -1, other)


def forge(connection: sqlite3.Connection, number: int, *, fits: bool) -> None:
    """Puts an event of its own at a free number; `fits`: with the hash that continues the chain."""
    before = connection.execute("SELECT hash FROM audit_events WHERE sequence = ?", (number - 1,)).fetchone()
    previous = before[0] if before else bytes(32)
    data = (
        '{"action":"draft.approved","actor":{"kind":"operator","name":""},"at":"2026-03-02T09:00:00.000Z",'
        '"commitments":[],"details":{},"object":{"id":"1","kind":"draft"},"outcome":"done",'
        f'"seq":{number}}}'
    ).encode()
    chained = hashlib.sha256(previous + data).digest() if fits else bytes(range(32))
    at = connection.execute("SELECT min(at) FROM audit_events").fetchone()[0]
    connection.execute(
        "INSERT INTO audit_events"
        " VALUES (?, ?, 'operator', '', 'draft.approved', 'draft', '1', 'done', ?, ?)",
        (number, at, data, chained),
    )
