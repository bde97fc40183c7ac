"""Drafts as machines and the command line read them: one JSON object each, in constant memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, select, tuple_

from outtray.model.clock import from_milliseconds, iso
from outtray.store.tables import DeliveryTable, DraftTable, FindingTable, RevisionTable, table_of

_DRAFTS = table_of(DraftTable)
_REVISIONS = table_of(RevisionTable)
_FINDINGS = table_of(FindingTable)
_DELIVERIES = table_of(DeliveryTable)
_BATCH = 200


def list_drafts(
    connection: Connection, *, statuses: Sequence[str] = (), limit: int | None = None
) -> Iterator[dict[str, Any]]:
    """All drafts, newest first; or those of each of these statuses, by when they got there, latest first."""
    left = limit
    for page in _pages(connection, statuses):
        ids = page if left is None else page[:left]
        yield from describe(connection, ids)
        left = None if left is None else left - len(ids)
        if left == 0:
            return


def describe(connection: Connection, ids: Iterable[int]) -> list[dict[str, Any]]:
    """These drafts in the given order; unknown ids are left out."""
    wanted = list(ids)
    found: dict[int, dict[str, Any]] = {}
    for start in range(0, len(wanted), _BATCH):
        found.update(_describe(connection, wanted[start : start + _BATCH]))
    return [found[number] for number in wanted if number in found]


def _pages(connection: Connection, statuses: Sequence[str]) -> Iterator[list[int]]:
    """Numbers of drafts in the order of an index, a page at a time."""
    columns = (_DRAFTS.c.sorted_at, _DRAFTS.c.id) if statuses else (_DRAFTS.c.id,)
    base = select(*columns).order_by(*(column.desc() for column in columns)).limit(_BATCH)
    for status in statuses or (None,):
        query = base if status is None else base.where(_DRAFTS.c.status == status)
        rows = connection.execute(query).all()
        while rows:
            yield [row.id for row in rows]
            rows = connection.execute(query.where(tuple_(*columns) < tuple_(*rows[-1]))).all()


def _describe(connection: Connection, wanted: list[int]) -> dict[int, dict[str, Any]]:
    rows = {row.id: row for row in connection.execute(select(_DRAFTS).where(_DRAFTS.c.id.in_(wanted)))}
    to = {
        row.id: row.to_addresses
        for row in connection.execute(
            select(_REVISIONS.c.id, _REVISIONS.c.to_addresses).where(
                _REVISIONS.c.id.in_([row.revision_id for row in rows.values()])
            )
        )
    }
    findings: dict[int, list[Any]] = {}
    for row in connection.execute(
        select(_FINDINGS.c.draft_id, _FINDINGS.c.data)
        .where(_FINDINGS.c.draft_id.in_(wanted))
        .order_by(_FINDINGS.c.draft_id, _FINDINGS.c.position)
    ):
        findings.setdefault(row.draft_id, []).append(row.data)
    waiting = {
        row.draft_id: row
        for row in connection.execute(
            select(_DELIVERIES.c.draft_id, _DELIVERIES.c.waiting_for, _DELIVERIES.c.waiting_until)
            .where(_DELIVERIES.c.draft_id.in_(wanted))
            .order_by(_DELIVERIES.c.id)
        )
    }
    return {
        number: _described(row, to.get(row.revision_id, []), findings.get(number, []), waiting.get(number))
        for number, row in rows.items()
    }


def _described(row: Any, to: list[list[str]], findings: list[Any], delivery: Any) -> dict[str, Any]:
    waits = delivery is not None and row.status == "approved"
    return {
        "id": row.id,
        "status": row.status,
        "source": row.source,
        "external_id": row.external_id,
        "to": [f"{name} <{address}>" if name else address for name, address in to],
        "subject": row.subject,
        "recipient_name": row.recipient_name,
        "company_name": row.company_name,
        "findings": findings,
        "waiting_for": delivery.waiting_for if waits else None,
        "waiting_until": instant(delivery.waiting_until) if waits else None,
        "created_at": instant(row.created_at),
        "decided_at": instant(row.decided_at),
        "snoozed_until": instant(row.snoozed_until),
        "reason": row.reason,
        "note": row.note,
        "priority": row.priority,
        "score": row.score,
        "edited": row.edited,
        "rule": row.rule,
    }


def instant(milliseconds: int | None) -> str | None:
    """RFC 3339 of a stored instant, None for none."""
    return None if milliseconds is None else iso(from_milliseconds(milliseconds))


def deliveries_of(connection: Connection, draft_id: int) -> list[dict[str, Any]]:
    """The deliveries of a draft without their bytes, oldest first."""
    names = (
        "id",
        "account",
        "state",
        "digest",
        "message_size",
        "message_id",
        "approved_at",
        "approved_by",
        "hold_until",
        "send_after",
        "waiting_for",
        "waiting_until",
        "attempt",
        "gmail_message_id",
        "gmail_thread_id",
        "staged_at",
        "released_at",
        "sent_at",
        "bounced_at",
        "cause",
        "explanation",
    )
    rows = connection.execute(
        select(*(_DELIVERIES.c[name] for name in names))
        .where(_DELIVERIES.c.draft_id == draft_id)
        .order_by(_DELIVERIES.c.id)
    ).mappings()
    return [{name: instant(row[name]) if name in _INSTANTS else row[name] for name in names} for row in rows]


_INSTANTS = frozenset(
    {
        "approved_at",
        "hold_until",
        "send_after",
        "waiting_until",
        "staged_at",
        "released_at",
        "sent_at",
        "bounced_at",
    }
)


def message_of(connection: Connection, draft_id: int) -> tuple[bytes, str | None] | None:
    """The approved bytes of a draft's latest delivery and its Date once it has one; None without any."""
    row = connection.execute(
        select(_DELIVERIES.c.message, _DELIVERIES.c.date_header)
        .where(_DELIVERIES.c.draft_id == draft_id)
        .order_by(_DELIVERIES.c.id.desc())
        .limit(1)
    ).first()
    return None if row is None else (bytes(row.message), row.date_header)
