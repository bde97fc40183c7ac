"""Deliveries as the window shows them: counts a group, pages of rows, one delivery in full.

Plain DB-API on a connection of its own, since it is read on the GUI thread before SQLAlchemy is
there; each statement goes through an index and gives a screenful at most. A test holds the
statements against the tables.
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
from outtray.model.delivery import DeliveryState, Gate
from outtray.model.errors import NotFound

UNDER_WAY = (
    DeliveryState.HOLDING,
    DeliveryState.QUEUED,
    DeliveryState.STAGING,
    DeliveryState.STAGED,
    DeliveryState.RELEASING,
)
GIVEN_UP = (DeliveryState.UNCONFIRMED, DeliveryState.FAILED)


@dataclass(frozen=True, slots=True)
class Heap:
    """How many deliveries share a state, a gate and a cause."""

    state: DeliveryState
    waiting_for: Gate | None
    cause: str | None
    count: int


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """What one row of a list of deliveries shows; `recipients` counts To, Cc and Bcc together. `rule` is the
    name of the rule that let it through, None where a person approved it.
    """

    id: int
    draft_id: int
    account: str
    state: DeliveryState
    recipient: str
    recipients: int
    subject: str
    source: str
    approved_at: datetime
    hold_until: datetime
    send_after: datetime | None
    waiting_for: Gate | None
    waiting_until: datetime | None
    next_at: datetime | None
    attempt: int
    looks: int
    cause: str | None
    explanation: str | None
    changed_at: datetime
    rule: str | None = None


@dataclass(frozen=True, slots=True)
class SentRow:
    """One row of what was sent. `settled`: the operator said so. `place` continues a page behind this row."""

    row: DeliveryRow
    sent_at: datetime
    bounced: bool
    settled: bool
    place: tuple[int, int]


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """One call to the mail service; `took` in milliseconds, None while it runs or was cut off."""

    number: int
    step: str
    started_at: datetime
    took: int | None
    outcome: str | None
    status: int | None
    answer: str | None


@dataclass(frozen=True, slots=True)
class DeliveryDetail:
    """All that is known of one delivery but its bytes; `message_size` in bytes without the Date line."""

    row: DeliveryRow
    digest: str
    message_size: int
    message_id: str
    date_header: str | None
    gmail_draft_id: str | None
    gmail_message_id: str | None
    staged_at: datetime | None
    released_at: datetime | None
    sent_at: datetime | None
    bounced_at: datetime | None
    known: dict[str, Any] | None
    settled_by: str | None
    settled_note: str | None
    attempts: tuple[AttemptRow, ...]


_ROW = (
    "d.id, d.draft_id, d.account, d.state, d.recipient, d.recipients, d.subject, f.source, d.approved_at,"
    " d.hold_until, d.send_after, d.waiting_for, d.waiting_until, d.next_at, d.attempt, d.looks, d.cause,"
    " d.explanation, d.changed_at, d.approved_by"
)
_SENT = "d.sent_at, d.bounced_at, d.settled_by, f.sorted_at, f.id"
_DETAIL = (
    "d.digest, d.message_size, d.message_id, d.date_header, d.gmail_draft_id, d.gmail_message_id,"
    " d.staged_at, d.released_at, d.sent_at, d.bounced_at, d.known, d.settled_by, d.settled_note"
)
_FROM = "FROM deliveries d JOIN drafts f ON f.id = d.draft_id"

_BEHIND_ALL = (2**62, 0)


class OutboxReads:
    """The window's own read connection for deliveries; for one thread."""

    SENT_PAGE = (
        f"SELECT {_ROW}, {_SENT} FROM drafts f"  # noqa: S608 - our own words, the values are bound
        " JOIN deliveries d ON d.draft_id = f.id AND d.state = 'sent'"
        " WHERE f.status = 'sent' AND (f.sorted_at, f.id) < (?, ?)"
        " ORDER BY f.sorted_at DESC, f.id DESC LIMIT ?"
    )

    def __init__(self, database: Path) -> None:
        """`database` is the profile's SQLite file; it is opened at the first question."""
        self._database = database
        self._opened: sqlite3.Connection | None = None

    def close(self) -> None:
        """Gives the connection back."""
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    def heaps(self, states: Sequence[DeliveryState]) -> list[Heap]:
        """The counts of deliveries in these states, by state, gate and cause."""
        marks = _marks(states)
        found = self._ask(
            f"SELECT state, waiting_for, cause, count(*) FROM deliveries WHERE state IN ({marks})"  # noqa: S608
            " GROUP BY state, waiting_for, cause",
            [state.value for state in states],
        )
        return [Heap(DeliveryState(state), _gate(gate), cause, count) for state, gate, cause, count in found]

    def ids(self, heaps: Sequence[Heap]) -> list[int]:
        """The numbers of all deliveries in these heaps, oldest first; read from an index alone."""
        found: list[int] = []
        for heap in heaps:
            found += [
                row[0]
                for row in self._ask(
                    "SELECT id FROM deliveries WHERE state = ? AND waiting_for IS ? AND cause IS ?",
                    [heap.state.value, heap.waiting_for and heap.waiting_for.value, heap.cause],
                )
            ]
        return sorted(found)

    def rows(self, ids: Sequence[int]) -> list[DeliveryRow]:
        """These deliveries in the given order; those that are gone are left out."""
        found = {
            row[0]: _row(row)
            for row in self._ask(f"SELECT {_ROW} {_FROM} WHERE d.id IN ({_marks(ids)})", list(ids))
        }
        return [found[number] for number in ids if number in found]

    def sent(self, after: tuple[int, int] | None, limit: int) -> list[SentRow]:
        """What was sent, newest first: at most `limit` rows behind `after`, from an index in that order."""
        found = self._ask(self.SENT_PAGE, [*(after or _BEHIND_ALL), limit])
        return [_sent_row(row) for row in found]

    def sent_rows(self, ids: Sequence[int]) -> list[SentRow]:
        """These sent deliveries in the given order; those that are gone are left out."""
        found = {
            row[0]: _sent_row(row)
            for row in self._ask(f"SELECT {_ROW}, {_SENT} {_FROM} WHERE d.id IN ({_marks(ids)})", list(ids))
        }
        return [found[number] for number in ids if number in found]

    def detail(self, delivery_id: int) -> DeliveryDetail:
        """One delivery with its attempts, oldest first; raises NotFound."""
        found = self._ask(f"SELECT {_ROW}, {_DETAIL} {_FROM} WHERE d.id = ?", [delivery_id])
        if not found:
            raise NotFound(f"There is no delivery {delivery_id}.")
        row = found[0]
        digest, octets, message_id, date, draft, message, *instants, known, by, note = row[20:]
        staged, released, sent, bounced = (_instant(value) for value in instants)
        return DeliveryDetail(
            row=_row(row[:20]),
            digest=digest,
            message_size=octets,
            message_id=message_id,
            date_header=date,
            gmail_draft_id=draft,
            gmail_message_id=message,
            staged_at=staged,
            released_at=released,
            sent_at=sent,
            bounced_at=bounced,
            known=None if known is None else json.loads(known),
            settled_by=by,
            settled_note=note,
            attempts=self._attempts(delivery_id),
        )

    def latest_of(self, draft_id: int) -> int | None:
        """The number of a draft's latest delivery, None where it never had one."""
        found = self._ask("SELECT max(id) FROM deliveries WHERE draft_id = ?", [draft_id])
        return None if not found else found[0][0]

    def latest_of_all(self, draft_ids: Sequence[int]) -> list[int]:
        """The latest delivery of each of these drafts that has one, in their order."""
        found: dict[int, int] = {}
        for start in range(0, len(draft_ids), 500):
            part = draft_ids[start : start + 500]
            found |= dict(
                self._ask(
                    f"SELECT draft_id, max(id) FROM deliveries WHERE draft_id IN ({_marks(part)})"  # noqa: S608
                    " GROUP BY draft_id",
                    list(part),
                )
            )
        return [found[draft] for draft in draft_ids if draft in found]

    def message(self, delivery_id: int) -> tuple[bytes, str | None]:
        """The approved bytes (RFC 5322, without Date) and the Date line's value once it is stamped."""
        found = self._ask("SELECT message, date_header FROM deliveries WHERE id = ?", [delivery_id])
        if not found:
            raise NotFound(f"There is no delivery {delivery_id}.")
        return bytes(found[0][0]), found[0][1]

    def binding(self, delivery_id: int) -> tuple[str, str | None, str]:
        """What the approval binds beside the bytes: account and thread; and its digest. Raises NotFound."""
        found = self._ask("SELECT account, thread_id, digest FROM deliveries WHERE id = ?", [delivery_id])
        if not found:
            raise NotFound(f"There is no delivery {delivery_id}.")
        return found[0][0], found[0][1], found[0][2]

    def message_head(self, delivery_id: int, octets: int = 65_536) -> bytes:
        """The first bytes of the approved message: its header, whatever its length."""
        found = self._ask("SELECT substr(message, 1, ?) FROM deliveries WHERE id = ?", [octets, delivery_id])
        return bytes(found[0][0]).partition(b"\r\n\r\n")[0] if found else b""

    def account_waits(self) -> list[tuple[str, str | None, datetime | None, str | None]]:
        """Each account with what all its deliveries wait for, until when, and the reason in words."""
        found = self._ask(
            "SELECT address, wait_for, wait_until, wait_reason FROM accounts ORDER BY position", []
        )
        return [(address, gate, _instant(until), reason) for address, gate, until, reason in found]

    def _attempts(self, delivery_id: int) -> tuple[AttemptRow, ...]:
        found = self._ask(
            "SELECT number, step, started_at, took, outcome, status, answer FROM delivery_attempts"
            " WHERE delivery_id = ? ORDER BY id",
            [delivery_id],
        )
        return tuple(AttemptRow(row[0], row[1], from_milliseconds(row[2]), *row[3:]) for row in found)

    def _ask(self, statement: str, values: Sequence[Any]) -> list[Any]:
        connection = self._connection()
        return [] if connection is None else connection.execute(statement, values).fetchall()

    def _connection(self) -> sqlite3.Connection | None:
        """None as long as the database has no tables: a new profile, in its first half second."""
        if self._opened is None:
            connection = sqlite3.connect(self._database, isolation_level=None, check_same_thread=False)
            connection.execute("PRAGMA query_only=ON")
            if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'deliveries'").fetchone():
                connection.close()
                return None
            self._opened = connection
        return self._opened


def _marks(values: Sequence[Any]) -> str:
    return ", ".join("?" * len(values))


def _row(row: Sequence[Any]) -> DeliveryRow:
    return DeliveryRow(
        row[0],
        row[1],
        row[2],
        DeliveryState(row[3]),
        row[4],
        row[5],
        row[6],
        row[7],
        from_milliseconds(row[8]),
        from_milliseconds(row[9]),
        _instant(row[10]),
        _gate(row[11]),
        _instant(row[12]),
        _instant(row[13]),
        row[14],
        row[15],
        row[16],
        row[17],
        from_milliseconds(row[18]),
        _rule(row[19]),
    )


def _rule(approved_by: str) -> str | None:
    kind, colon, name = approved_by.partition(":")
    return name if colon and kind == "rule" else None


def _sent_row(row: Sequence[Any]) -> SentRow:
    sent, bounced, settled, sorted_at, draft = row[20:25]
    return SentRow(
        _row(row[:20]),
        from_milliseconds(sent if sent is not None else sorted_at),
        bounced is not None,
        settled is not None,
        (sorted_at, draft),
    )


def _gate(value: str | None) -> Gate | None:
    return None if value is None else Gate(value)


def _instant(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else from_milliseconds(milliseconds)
