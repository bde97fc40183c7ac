"""Verification: the chain from the first event to the last, and what is wrong where it breaks."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine

from outtray.audit.diagnosis import Fault, Problem, columns_agree, diagnose
from outtray.desk import Desk
from outtray.model.clock import from_milliseconds, iso
from outtray.model.events import GENESIS, OPERATOR, Event
from outtray.store.audit_reads import event_count
from outtray.store.dialects.sqlite_audit import differing_columns
from outtray.store.facts import set_fact
from outtray.store.transaction import Transaction

LAST_VERIFICATION = "audit.verification"
_BATCH = 10_000
_FETCH = 200
# Whatever else the machine does, more helpers than these only wait for the hashing.
_HELPERS = 2


@dataclass(frozen=True, slots=True)
class Verification:
    """What a verification found.

    `events` is how many verify, from the first one on; `head` the last good hash (hex); `first_bad` the
    number of the first event that does not verify, and `problem` what was done to it; `since` the
    instant of the first event.
    """

    events: int
    head: str
    first_bad: int | None = None
    problem: Problem | None = None
    complete: bool = True
    since: datetime | None = None

    @property
    def ok(self) -> bool:
        """Whether every event was looked at and verifies."""
        return self.first_bad is None and self.complete

    @property
    def sentence(self) -> str:
        """The result for the operator."""
        if self.first_bad is not None:
            what = _PROBLEMS[self.problem or Problem.CHANGED].format(self.first_bad)
            return f"{what} Everything before it verifies."
        if not self.complete:
            return f"Stopped after event {self.events:,}; everything up to it verifies."
        if self.events == 0:
            return "The log is empty."
        return f"Verified to event {self.events:,}: every event is unchanged and in its place."

    def as_json(self) -> dict[str, Any]:
        """The form of `audit verify --json`."""
        return {
            "ok": self.ok,
            "events": self.events,
            "head": self.head,
            "first_bad": self.first_bad,
            "problem": None if self.problem is None else self.problem.value,
            "sentence": self.sentence,
        }


_PROBLEMS = {
    Problem.CHANGED: "Event {0:,} was changed.",
    Problem.REMOVED: "Event {0:,} was removed.",
    Problem.INSERTED: "Event {0:,} was inserted.",
    Problem.REORDERED: "Event {0:,} is not in its place.",
}


def verify(
    connection: Connection,
    *,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Verification:
    """Looks at every event that is there now; stops at the first bad one.

    `progress` gets the number of events done and of all. The columns are compared on other connections
    of the same engine, side by side with the hashing.
    """
    total, since = event_count(connection), _first_instant(connection)
    stray = connection.exec_driver_sql("SELECT min(sequence) FROM audit_events").scalar()
    if stray is not None and stray < 1:
        return Verification(0, GENESIS.hex(), stray, Problem.INSERTED, since=since)
    previous, done, broken = GENESIS, 0, False
    with ThreadPoolExecutor(_HELPERS, thread_name_prefix="audit-columns") as helpers:
        compared: list[Future[list[int]]] = []
        while done < total and not broken:
            if cancelled():
                for future in compared:
                    future.cancel()
                return Verification(done, previous.hex(), complete=False, since=since)
            last = min(done + _BATCH, total)
            compared.append(helpers.submit(_differing, connection.engine, done + 1, last))
            done, previous, escaped = _follow(connection, done, last, previous)
            if escaped:
                compared.append(helpers.submit(_not_agreeing, connection.engine, escaped))
            broken = done < last or any(future.done() and future.result() for future in compared)
            progress(done, total)
        differing = min((number for future in compared for number in future.result()), default=total + 1)
    if differing <= done:
        fault = Fault(differing, Problem.CHANGED)
    elif done < total:
        fault = diagnose(connection, done + 1, previous)
    else:
        return Verification(done, previous.hex(), since=since)
    good = fault.number - 1
    return Verification(good, _hash_of(connection, good).hex(), fault.number, fault.problem, since=since)


def verify_and_record(
    desk: Desk,
    *,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Verification:
    """Verifies the whole log, records the result as an event of its own, and keeps it to be shown."""
    with desk.store.read() as connection:
        result = verify(connection, progress=progress, cancelled=cancelled)
    if result.complete:
        desk.store.write(lambda transaction: _record(transaction, result))
    return result


def _record(transaction: Transaction, result: Verification) -> None:
    kept = result.as_json() | {
        "at": iso(transaction.now),
        "since": None if result.since is None else iso(result.since),
    }
    set_fact(transaction, LAST_VERIFICATION, kept)
    details = {"events": result.events, "first_bad": result.first_bad, "problem": kept["problem"]}
    outcome = "done" if result.ok else "bad"
    transaction.record(Event(OPERATOR, "log.verified", "log", str(result.events), outcome, details=details))
    # A log that is bad is shown like a setting, in every window on this profile.
    transaction.changed(settings=frozenset({LAST_VERIFICATION}))


def _follow(connection: Connection, done: int, last: int, previous: bytes) -> tuple[int, bytes, list[int]]:
    """Goes on from event `done` to `last`, or to the one before the first that does not continue the chain.

    Gives the event it came to, its hash, and the events whose bytes hold a backslash.
    """
    sha256 = hashlib.sha256
    escaped: list[int] = []
    cursor = connection.exec_driver_sql(
        "SELECT payload, hash FROM audit_events WHERE sequence BETWEEN ? AND ? ORDER BY sequence",
        (done + 1, last),
    ).cursor
    assert cursor is not None
    try:
        # The driver's own rows, and no more than hashing and comparing for each: SQLAlchemy's rows, a
        # count, a look for one byte, each costs half of the hashing again.
        while rows := cursor.fetchmany(_FETCH):
            start = previous
            for data, stored in rows:
                previous = sha256(previous + data).digest()
                if previous != stored:
                    place = rows.index((data, stored))
                    return done + place, rows[place - 1][1] if place else start, escaped
            if b"\\" in b"".join([row[0] for row in rows]):
                escaped += [done + place for place, row in enumerate(rows, 1) if b"\\" in row[0]]
            done += len(rows)
    except TypeError:
        # A text stands where bytes were written.
        place = next(place for place, row in enumerate(rows) if not isinstance(row[0], bytes))
        return done + place, previous, escaped
    finally:
        cursor.close()
    return done, previous, escaped


def _differing(engine: Engine, first: int, last: int) -> list[int]:
    """The events from `first` to `last` whose columns say something else than what was hashed."""
    with engine.begin() as connection:
        suspects = differing_columns(connection, first, last)
    return _not_agreeing(engine, suspects)


def _not_agreeing(engine: Engine, numbers: list[int]) -> list[int]:
    if not numbers:
        return []
    with engine.begin() as connection:
        return [number for number in numbers if not columns_agree(connection, number)]


def _hash_of(connection: Connection, number: int) -> bytes:
    found = connection.exec_driver_sql("SELECT hash FROM audit_events WHERE sequence = ?", (number,)).scalar()
    return GENESIS if found is None else bytes(found)


def _first_instant(connection: Connection) -> datetime | None:
    at = connection.exec_driver_sql("SELECT at FROM audit_events ORDER BY sequence LIMIT 1").scalar()
    return from_milliseconds(at) if isinstance(at, int) else None
