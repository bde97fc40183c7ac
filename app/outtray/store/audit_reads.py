"""Reading the audit log."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from outtray.model.clock import from_milliseconds, iso, to_milliseconds
from outtray.store.tables import AuditClearValueTable, AuditEventTable, table_of

_EVENTS = table_of(AuditEventTable)
_CLEAR = table_of(AuditClearValueTable)
_BATCH = 500


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """One event as it stands in the log; `clear` are the values beside the chain, by name."""

    sequence: int
    at: datetime
    actor_kind: str
    actor: str
    action: str
    object_kind: str
    object_id: str
    outcome: str
    payload: bytes
    hash: bytes
    clear: tuple[tuple[str, str], ...] = ()

    @property
    def object(self) -> str:
        """What it happened to, in two words."""
        return f"{self.object_kind} {self.object_id}"

    @property
    def body(self) -> dict[str, Any]:
        """The event as it was hashed."""
        value = json.loads(self.payload)
        assert isinstance(value, dict)
        return value

    def as_json(self) -> dict[str, Any]:
        """The form of `audit log --json` and of exports; `payload` are the exact bytes that were hashed."""
        body = self.body
        return {
            "sequence": self.sequence,
            "at": iso(self.at),
            "actor": {"kind": self.actor_kind, "name": self.actor},
            "action": self.action,
            "object": {"kind": self.object_kind, "id": self.object_id},
            "outcome": self.outcome,
            "details": body.get("details", {}),
            "commitments": body.get("commitments", []),
            "clear": [{"name": name, "value": value} for name, value in self.clear],
            "payload": self.payload.decode(),
            "hash": self.hash.hex(),
        }


def events(
    connection: Connection,
    *,
    since: datetime | None = None,
    about: tuple[str, str] | None = None,
    after: int = 0,
    limit: int | None = None,
) -> Iterator[LoggedEvent]:
    """Events with a number above `after`, oldest first, in constant memory.

    `about` is an object's kind and id: the story of one draft.
    """
    left = limit
    while left is None or left > 0:
        query = select(_EVENTS).where(_EVENTS.c.sequence > after).order_by(_EVENTS.c.sequence)
        if since is not None:
            query = query.where(_EVENTS.c.at >= to_milliseconds(since))
        if about is not None:
            query = query.where(_EVENTS.c.object_kind == about[0], _EVENTS.c.object_id == about[1])
        page = _with_clear(connection, connection.execute(query.limit(min(_BATCH, left or _BATCH))).all())
        yield from page
        if not page:
            return
        after = page[-1].sequence
        left = None if left is None else left - len(page)


def latest_events(
    connection: Connection, *, before: int | None = None, limit: int = 200
) -> list[LoggedEvent]:
    """The newest events with a number below `before`, newest first."""
    query = select(_EVENTS).order_by(_EVENTS.c.sequence.desc()).limit(limit)
    if before is not None:
        query = query.where(_EVENTS.c.sequence < before)
    return _with_clear(connection, connection.execute(query).all())


def event_count(connection: Connection) -> int:
    """The number of the last event, 0 for an empty log."""
    return int(connection.execute(select(func.max(_EVENTS.c.sequence))).scalar() or 0)


def _with_clear(connection: Connection, rows: Any) -> list[LoggedEvent]:
    numbers = [row.sequence for row in rows]
    clear: dict[int, list[tuple[str, str]]] = {}
    if numbers:
        found = connection.execute(
            select(_CLEAR.c.event_sequence, _CLEAR.c.name, _CLEAR.c.value)
            .where(_CLEAR.c.event_sequence.in_(numbers))
            .order_by(_CLEAR.c.event_sequence, _CLEAR.c.position)
        )
        for number, name, value in found:
            clear.setdefault(number, []).append((name, value))
    return [
        LoggedEvent(
            row.sequence,
            from_milliseconds(row.at),
            row.actor_kind,
            row.actor,
            row.action,
            row.object_kind,
            row.object_id,
            row.outcome,
            row.payload,
            row.hash,
            tuple(clear.get(row.sequence, ())),
        )
        for row in rows
    ]


def event_hash(connection: Connection, sequence: int) -> bytes | None:
    """The hash of an event in the chain, None where it is not there."""
    found = connection.execute(select(_EVENTS.c.hash).where(_EVENTS.c.sequence == sequence)).scalar()
    return None if found is None else bytes(found)
