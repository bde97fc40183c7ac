"""Verification: the chain from the first event to the last, and what is wrong where it breaks."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from outtray.desk import Desk
from outtray.model.clock import from_milliseconds, iso
from outtray.model.events import GENESIS, OPERATOR, Event
from outtray.store.audit_reads import event_count

_COLUMNS = "sequence, payload, hash, at, actor_kind, actor, action, object_kind, object_id, outcome"
_BATCH = 2000


@dataclass(frozen=True, slots=True)
class Verification:
    """What a verification found. `problem` is `changed`, `removed`, `inserted` or `reordered`;
    `first_bad` the number of the first event that does not verify; `head` the last good hash (hex)."""

    events: int
    head: str
    first_bad: int | None = None
    problem: str | None = None
    complete: bool = True

    @property
    def ok(self) -> bool:
        """Whether every event was looked at and verifies."""
        return self.first_bad is None and self.complete

    @property
    def sentence(self) -> str:
        """The result for the operator."""
        if self.first_bad is not None:
            return f"{_PROBLEMS[self.problem or 'changed'].format(self.first_bad)} Everything before it verifies."
        if not self.complete:
            return f"Stopped after event {self.events:,}; everything up to it verifies."
        if self.events == 0:
            return "The log is empty."
        return f"Verified to event {self.events:,}: every event is unchanged."

    def as_json(self) -> dict[str, Any]:
        """The form of `audit verify --json`."""
        return {
            "ok": self.ok,
            "events": self.events,
            "head": self.head,
            "first_bad": self.first_bad,
            "problem": self.problem,
            "sentence": self.sentence,
        }


_PROBLEMS = {
    "changed": "Event {0:,} was changed.",
    "removed": "Event {0:,} was removed.",
    "inserted": "Event {0:,} was inserted: it does not continue the event before it.",
    "reordered": "Event {0:,} stands in another event's place.",
}


def verify(
    connection: Connection,
    *,
    progress: Callable[[int], None] = lambda _done: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Verification:
    """Looks at every event; stops at the first bad one. `progress` gets the number of events done."""
    previous, expected = GENESIS, 1
    while True:
        if cancelled():
            return Verification(expected - 1, previous.hex(), complete=False)
        rows = connection.exec_driver_sql(
            f"SELECT {_COLUMNS} FROM audit_events WHERE sequence >= ? ORDER BY sequence LIMIT {_BATCH}",  # noqa: S608
            (expected,),
        ).fetchall()
        for row in rows:
            sequence, data, stored = row[0], bytes(row[1]), bytes(row[2])
            actual = hashlib.sha256(previous + data).digest()
            if sequence != expected or actual != stored or not _columns_agree(row, data):
                problem = _problem(connection, expected, sequence, data, previous, stored)
                return Verification(expected - 1, previous.hex(), expected, problem)
            previous, expected = stored, expected + 1
        progress(expected - 1)
        if len(rows) < _BATCH:
            return Verification(expected - 1, previous.hex())


def verify_and_record(
    desk: Desk,
    *,
    progress: Callable[[int], None] = lambda _done: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Verification:
    """Verifies the whole log and records the result as an event of its own."""
    with desk.store.read() as connection:
        result = verify(connection, progress=progress, cancelled=cancelled)
    if result.complete:
        details = {"events": result.events, "first_bad": result.first_bad, "problem": result.problem}
        event = Event(
            OPERATOR,
            "log.verified",
            "log",
            str(result.events),
            "done" if result.ok else "bad",
            details=details,
        )
        desk.store.write(lambda transaction: transaction.record(event))
    return result


def last_event(connection: Connection) -> int:
    """How many events a verification will have to look at."""
    return event_count(connection)


def _columns_agree(row: Any, data: bytes) -> bool:
    """Whether the columns that lists read say the same as the bytes that were hashed."""
    sequence, _, _, at, actor_kind, actor, action, object_kind, object_id, outcome = row
    text = data.decode("utf-8", "replace")
    # The canonical form sorts its keys, so both ends of it can be compared without parsing.
    head = f'{{"action":"{action}","actor":{{"kind":"{actor_kind}","name":"{actor}"}},"at":"'
    tail = f'"object":{{"id":"{object_id}","kind":"{object_kind}"}},"outcome":"{outcome}","seq":{sequence}}}'
    if text.startswith(head) and text.endswith(tail) and text[len(head) : len(head) + 24] == _iso(at):
        return True
    try:
        body = json.loads(text)
        return bool(
            (body["action"], body["actor"], body["at"], body["object"], body["outcome"], body["seq"])
            == (
                action,
                {"kind": actor_kind, "name": actor},
                _iso(at),
                {"kind": object_kind, "id": object_id},
                outcome,
                sequence,
            )
        )
    except (ValueError, KeyError, TypeError):
        return False


def _iso(milliseconds: int) -> str:
    second, rest = divmod(milliseconds, 1000)
    if _iso_cache[0] != second:
        _iso_cache[0], _iso_cache[1] = second, iso(from_milliseconds(second * 1000))[:20]
    return f"{_iso_cache[1]}{rest:03d}Z"


_iso_cache: list[Any] = [None, ""]


def _problem(
    connection: Connection, expected: int, sequence: int, data: bytes, previous: bytes, stored: bytes
) -> str:
    if sequence != expected:
        return "removed"
    try:
        own = json.loads(data).get("seq")
    except (ValueError, AttributeError):
        return "changed"
    if own != expected:
        elsewhere = connection.exec_driver_sql(
            "SELECT 1 FROM audit_events WHERE sequence = ?", (own if isinstance(own, int) else -1,)
        ).first()
        return "reordered" if elsewhere is not None else "removed"
    following = connection.exec_driver_sql(
        "SELECT payload, hash FROM audit_events WHERE sequence = ?", (expected + 1,)
    ).first()
    if following is not None and hashlib.sha256(previous + bytes(following[0])).digest() == bytes(
        following[1]
    ):
        return "inserted"
    return "changed"
