"""The audit log as the window shows it: pages by number, one event in full, and what a filter lets through.

Plain DB-API, like the window's other reads. Events are numbered without gaps, so a page is a range of
numbers and the last number is the count: nothing here looks at more of the log than it gives, but
`scan`, which goes through it in stretches of a size that the caller chooses.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from outtray.model.clock import from_milliseconds
from outtray.model.events import GENESIS, chain_hash
from outtray.store.dialects.sqlite_connection import connect

_COLUMNS = "sequence, at, actor_kind, actor, action, object_kind, object_id, outcome, payload, hash"


@dataclass(frozen=True, slots=True)
class EventRow:
    """One event as it is shown. `about` is who or what its object is, in clear, where that is known.

    `clear` are the values beside the chain by name; `erased` the names of those that are no longer there.
    """

    sequence: int
    at: datetime
    actor_kind: str
    actor: str
    action: str
    object_kind: str
    object_id: str
    outcome: str
    details: dict[str, Any]
    clear: tuple[tuple[str, str], ...]
    erased: tuple[str, ...]
    about: str
    hash: bytes


@dataclass(frozen=True, slots=True)
class Links:
    """How an event hangs in the chain: the hash before it, and whether it fits on both sides."""

    previous: bytes
    fits: bool


@dataclass(frozen=True, slots=True)
class EventFilter:
    """What to look for; empty parts let everything through. `words` are looked for in everything said."""

    actor_kind: str = ""
    action: str = ""  # the beginning of an action's name, or all of it
    object_kind: str = ""
    since: datetime | None = None
    words: str = ""

    def __bool__(self) -> bool:
        """Whether anything is filtered at all."""
        return self != EventFilter()


class AuditPages:
    """The window's own read connection for the log; for one thread."""

    def __init__(self, database: Path) -> None:
        """`database` is the profile's SQLite file; it is opened at the first question."""
        self._database = database
        self._opened: sqlite3.Connection | None = None

    def close(self) -> None:
        """Gives the connection back."""
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    def last(self) -> int:
        """The number of the last event, 0 for an empty log."""
        found = self._ask("SELECT max(sequence) FROM audit_events", [])
        return 0 if not found or found[0][0] is None else int(found[0][0])

    def first_since(self, instant_ms: int) -> int:
        """The first event not older than an instant; one behind the last where there is none."""
        found = self._ask(
            "SELECT sequence FROM audit_events WHERE at >= ? ORDER BY at, sequence LIMIT 1", [instant_ms]
        )
        return int(found[0][0]) if found else self.last() + 1

    def rows(self, first: int, last: int) -> list[EventRow]:
        """The events with numbers from `first` to `last`, oldest first."""
        statement = f"SELECT {_COLUMNS} FROM audit_events WHERE sequence BETWEEN ? AND ? ORDER BY sequence"  # noqa: S608
        return self._rows(self._ask(statement, [first, last]))

    def some(self, numbers: Sequence[int]) -> list[EventRow]:
        """These events, oldest first; those that are not there are left out."""
        marks = ", ".join("?" * len(numbers))
        statement = f"SELECT {_COLUMNS} FROM audit_events WHERE sequence IN ({marks}) ORDER BY sequence"  # noqa: S608
        return self._rows(self._ask(statement, list(numbers)))

    def links(self, row: EventRow) -> Links:
        """How an event hangs together with the one before and the one after it."""
        found = {
            number: (_octets(data), _octets(stored))
            for number, data, stored in self._ask(
                "SELECT sequence, payload, hash FROM audit_events WHERE sequence BETWEEN ? AND ?",
                [row.sequence - 1, row.sequence + 1],
            )
        }
        previous = found[row.sequence - 1][1] if row.sequence - 1 in found else GENESIS
        fits = chain_hash(previous, found[row.sequence][0]) == row.hash if row.sequence in found else False
        if fits and row.sequence + 1 in found:
            data, stored = found[row.sequence + 1]
            fits = chain_hash(row.hash, data) == stored
        return Links(previous, fits)

    def of_draft(self, draft_id: int) -> list[int]:
        """The numbers of all events about a draft and its deliveries, newest first."""
        objects = [("draft", str(draft_id))]
        deliveries = self._ask("SELECT id FROM deliveries WHERE draft_id = ?", [draft_id])
        objects += [("delivery", str(row[0])) for row in deliveries]
        found: list[int] = []
        for kind, number in objects:
            found += [
                row[0]
                for row in self._ask(
                    "SELECT sequence FROM audit_events WHERE object_kind = ? AND object_id = ?",
                    [kind, number],
                )
            ]
        return sorted(found, reverse=True)

    def scan(self, wanted: EventFilter, first: int, last: int) -> list[int]:
        """The numbers from `last` down to `first` that the filter lets through, whatever its `since`."""
        conditions = ["sequence BETWEEN ? AND ?"]
        values: list[Any] = [first, last]
        if wanted.actor_kind:
            conditions.append("actor_kind = ?")
            values.append(wanted.actor_kind)
        if wanted.object_kind:
            conditions.append("object_kind = ?")
            values.append(wanted.object_kind)
        if wanted.action:
            conditions.append("action >= ? AND action < ?")
            values += [wanted.action, wanted.action + "\uffff"]
        for word in wanted.words.split():
            conditions.append(
                "(CAST(payload AS TEXT) LIKE ? ESCAPE '\\' OR EXISTS (SELECT 1 FROM audit_clear_values c"
                " WHERE c.event_sequence = sequence AND c.value LIKE ? ESCAPE '\\'))"
            )
            values += [_pattern(word)] * 2
        statement = (
            f"SELECT sequence FROM audit_events WHERE {' AND '.join(conditions)} ORDER BY sequence DESC"  # noqa: S608
        )
        return [row[0] for row in self._ask(statement, values)]

    def fact(self, name: str) -> Any:
        """A fact of the profile (`store.facts`), None where it was never set."""
        found = self._ask("SELECT value FROM facts WHERE name = ?", [name])
        return json.loads(found[0][0]) if found else None

    def _rows(self, rows: Sequence[Sequence[Any]]) -> list[EventRow]:
        numbers = [row[0] for row in rows]
        marks = ", ".join("?" * len(numbers))
        clear: dict[int, list[tuple[str, str]]] = {}
        for number, name, value in self._ask(
            f"SELECT event_sequence, name, value FROM audit_clear_values WHERE event_sequence IN ({marks})"  # noqa: S608
            " ORDER BY event_sequence, position",
            numbers,
        ):
            clear.setdefault(number, []).append((name, value))
        people = self._people([row[6] for row in rows if row[5] == "delivery"])
        return [_row(row, tuple(clear.get(row[0], ())), people) for row in rows]

    def _people(self, deliveries: Sequence[str]) -> dict[str, str]:
        marks = ", ".join("?" * len(deliveries))
        found = self._ask(f"SELECT id, recipient FROM deliveries WHERE id IN ({marks})", list(deliveries))  # noqa: S608
        return {str(number): recipient for number, recipient in found}

    def _ask(self, statement: str, values: Sequence[Any]) -> list[Any]:
        if self._opened is None:
            connection = connect(self._database, read_only=True)
            if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'audit_events'").fetchone():
                # A new profile, in its first half second.
                connection.close()
                return []
            self._opened = connection
        return self._opened.execute(statement, values).fetchall()


def _row(row: Sequence[Any], clear: tuple[tuple[str, str], ...], people: dict[str, str]) -> EventRow:
    details, committed = _said(row[8])
    known = {name for name, _ in clear}
    about = next((value for name, value in clear if name in {"recipient", "address"}), "")
    if row[5] == "delivery":
        about = people.get(row[6], "")
    return EventRow(
        sequence=row[0],
        at=from_milliseconds(row[1]),
        actor_kind=row[2],
        actor=row[3],
        action=row[4],
        object_kind=row[5],
        object_id=row[6],
        outcome=row[7],
        details=details,
        clear=clear,
        erased=tuple(name for name in dict.fromkeys(committed) if name not in known),
        about=about,
        hash=_octets(row[9]),
    )


def _said(payload: Any) -> tuple[dict[str, Any], list[str]]:
    """Details and the names of commitments; nothing of either where the bytes can't be read any more."""
    try:
        body = json.loads(payload)
        return dict(body["details"]), [str(one["name"]) for one in body["commitments"]]
    except (ValueError, KeyError, TypeError):
        return {}, []


def _octets(value: Any) -> bytes:
    """Bytes, also where somebody has put a text in their place."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")


def _pattern(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
