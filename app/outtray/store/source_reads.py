"""What became of each source's drafts, counted through the index by status and time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from outtray.model.draft import DraftStatus
from outtray.store.tables import DraftTable, FindingTable, table_of

_DRAFTS = table_of(DraftTable)
_FINDINGS = table_of(FindingTable)
_D = _DRAFTS.c
SENT = ("approved", "sent", "unconfirmed", "failed")
REFUSED = ("rejected", "discarded")
_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Heap:
    """How many drafts of a source share a status, and whether the operator changed them."""

    source: str
    status: str
    edited: bool
    count: int


def heaps_since(connection: Connection, since: int) -> list[Heap]:
    """All drafts that came in or were decided on since an instant (milliseconds), by source."""
    found = []
    for status in DraftStatus:
        query = (
            select(_D.source, _D.edited, func.count())
            .where(_D.status == status.value, _D.sorted_at >= since)
            .group_by(_D.source, _D.edited)
        )
        found += [Heap(row[0], status.value, row[1], row[2]) for row in connection.execute(query)]
    return found


def reasons_since(connection: Connection, since: int) -> list[tuple[str, str, int]]:
    """Source, the operator's reason, how often."""
    query = (
        select(_D.source, _D.reason, func.count())
        .where(_D.status == DraftStatus.REJECTED.value, _D.sorted_at >= since, _D.reason.is_not(None))
        .group_by(_D.source, _D.reason)
    )
    return [(row[0], row[1], row[2]) for row in connection.execute(query)]


def findings_since(connection: Connection, since: int) -> list[tuple[str, str, str, int]]:
    """Source, code and severity of what the checks found, in how many drafts."""
    found: list[tuple[str, str, str, int]] = []
    for status in DraftStatus:
        query = (
            select(_D.source, _FINDINGS.c.code, _FINDINGS.c.severity, func.count(_D.id.distinct()))
            .join(_FINDINGS, _FINDINGS.c.draft_id == _D.id)
            .where(_D.status == status.value, _D.sorted_at >= since)
            .group_by(_D.source, _FINDINGS.c.code, _FINDINGS.c.severity)
        )
        found += [(row[0], row[1], row[2], row[3]) for row in connection.execute(query)]
    return found


def edited_since(connection: Connection, since: int) -> Iterator[list[int]]:
    """Drafts that the operator changed and decided on, or has in review, in batches."""
    for status in (*SENT, *REFUSED, DraftStatus.PENDING.value):
        after = (since, 0)
        while True:
            query = (
                select(_D.sorted_at, _D.id, _D.edited)
                .where(
                    _D.status == status,
                    _D.sorted_at >= after[0],
                    (_D.sorted_at > after[0]) | (_D.id > after[1]),
                )
                .order_by(_D.sorted_at, _D.id)
                .limit(_AT_ONCE)
            )
            rows = connection.execute(query).all()
            if not rows:
                break
            after = (rows[-1].sorted_at, rows[-1].id)
            yield [row.id for row in rows if row.edited]
