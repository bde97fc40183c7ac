"""Drafts as the use cases read and change them: one in full, its status, its content, its findings.

Every change keeps the counts, the search index and the index of recipients right. Audit events are the
use case's to record, in the same transaction.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, delete, insert, select, update

from outtray.model.draft import AuthorKind, Content, Draft, DraftStatus, Revision
from outtray.model.errors import NotFound, Refused
from outtray.model.findings import Finding
from outtray.store.dialects import sqlite_search
from outtray.store.index_text import index_text_of
from outtray.store.rows import (
    DRAFT_COLUMNS,
    REVISION_COLUMNS,
    content_values,
    count_name,
    draft_from,
    finding_counts,
    finding_tuple,
    first_findings,
    list_values,
    recipient_keys,
    revision_from,
)
from outtray.store.tables import (
    DraftRecipientTable,
    DraftTable,
    FindingTable,
    ProposalTable,
    RevisionTable,
    table_of,
)
from outtray.store.transaction import Transaction

_DRAFTS = table_of(DraftTable)
_PROPOSALS = table_of(ProposalTable)
_REVISIONS = table_of(RevisionTable)
_FINDINGS = table_of(FindingTable)
_RECIPIENTS = table_of(DraftRecipientTable)
_AT_ONCE = 500
_STANDS = select(_DRAFTS.c.id, _DRAFTS.c.status, _DRAFTS.c.worst, _DRAFTS.c.revision_id).where(
    _DRAFTS.c.id.in_(bindparam("ids", expanding=True))
)
# More changed drafts than these are not named one by one to those who listen.
NAMED = 2_000
# A draft that leaves these comes back from a delivery that may have been tried.
_DELIVERED = frozenset({"approved", "sent", "unconfirmed", "failed"})
_STANDING = (
    "id",
    "status",
    "worst",
    "sorted_at",
    "decided_at",
    "snoozed_until",
    "reason",
    "note",
    "revision_id",
)
_IN_REVIEW: dict[str, Any] = {
    "approved_digest": None,
    "decided_at": None,
    "snoozed_until": None,
    "reason": None,
    "note": None,
    "rule": None,
}
_DECISIONS = frozenset(
    {DraftStatus.APPROVED, DraftStatus.REJECTED, DraftStatus.DISCARDED, DraftStatus.WITHDRAWN}
)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a draft stands, without its text; instants in milliseconds. `person` is its first recipient."""

    id: int
    status: DraftStatus
    worst: int
    sorted_at: int
    decided_at: int | None
    snoozed_until: int | None
    reason: str | None
    note: str | None
    revision_id: int
    person: str


def get_draft(connection: Connection, draft_id: int) -> Draft:
    """All that is known of a draft; raises NotFound."""
    found = get_drafts(connection, [draft_id])
    if not found:
        raise NotFound(f"There is no draft {draft_id}.")
    return found[0]


def get_drafts(connection: Connection, ids: Iterable[int]) -> list[Draft]:
    """These drafts in the given order; unknown ids are left out."""
    wanted = list(ids)
    found: dict[int, Draft] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        found.update(_read(connection, wanted[start : start + _AT_ONCE]))
    return [found[number] for number in wanted if number in found]


def standings(connection: Connection, ids: Iterable[int]) -> list[Standing]:
    """Where these drafts stand, in the given order, each once; unknown ids are left out."""
    wanted = list(dict.fromkeys(ids))
    found: dict[int, Standing] = {}
    columns = [_DRAFTS.c[name] for name in _STANDING]
    people = (_REVISIONS.c.to_addresses, _REVISIONS.c.cc_addresses, _REVISIONS.c.bcc_addresses)
    for start in range(0, len(wanted), _AT_ONCE):
        query = (
            select(*columns, *people)
            .join(_REVISIONS, _REVISIONS.c.id == _DRAFTS.c.revision_id)
            .where(_DRAFTS.c.id.in_(wanted[start : start + _AT_ONCE]))
        )
        for row in connection.execute(query).mappings():
            values = {name: row[name] for name in _STANDING}
            values["status"] = DraftStatus(values["status"])
            person = next((address for group in people for _, address in row[group]), "")
            found[row["id"]] = Standing(person=person, **values)
    return [found[number] for number in wanted if number in found]


def set_status(
    transaction: Transaction,
    draft_id: int,
    status: DraftStatus,
    *,
    sorted_at: int | None = None,
    **columns: Any,
) -> None:
    """Moves a draft; raises NotFound. See `set_statuses`."""
    if not set_statuses(transaction, [draft_id], status, sorted_at=sorted_at, **columns):
        raise NotFound(f"There is no draft {draft_id}.")


def set_statuses(
    transaction: Transaction,
    ids: Iterable[int],
    status: DraftStatus,
    *,
    sorted_at: int | None = None,
    **columns: Any,
) -> int:
    """Moves drafts to a status, with other columns of theirs; returns how many there were.

    A decision is dated now; what is back in review has no decision on it any more. Without `sorted_at`
    (milliseconds) a draft in review sorts by when it came in, any other by now. A draft whose delivery is
    given up gets a new token, so that its next message is never taken for the last one.
    """
    values: dict[str, Any] = {"status": status.value}
    if status is DraftStatus.PENDING:
        values |= _IN_REVIEW | {"sorted_at": _DRAFTS.c.created_at}
    else:
        values["sorted_at"] = transaction.now_ms
    if status in _DECISIONS:
        values |= {"decided_at": transaction.now_ms, "snoozed_until": None}
    if sorted_at is not None:
        values["sorted_at"] = sorted_at
    wanted = list(dict.fromkeys(ids))
    moved = 0
    for start in range(0, len(wanted), _AT_ONCE):
        moved += _move(transaction, wanted[start : start + _AT_ONCE], status, values | columns)
    note_changed(transaction, wanted)
    return moved


def note_changed(transaction: Transaction, ids: Sequence[int]) -> None:
    """Tells listeners of changed drafts: by their numbers as long as they are few."""
    if len(ids) > NAMED:
        transaction.changed(many=True)
    elif ids:
        transaction.changed(drafts=frozenset(ids))


def set_content(
    transaction: Transaction,
    draft_id: int,
    content: Content,
    author_kind: AuthorKind,
    author_name: str,
    base_revision_id: int,
) -> Revision:
    """Gives a draft a new revision; the machine's own becomes what it proposed, too.

    Raises NotFound, and Refused `changed_meanwhile` where the draft's revision is not `base_revision_id`.
    """
    before = get_draft(transaction.connection, draft_id)
    if before.revision.id != base_revision_id:
        raise Refused(
            "changed_meanwhile", "The draft was changed meanwhile. Look at what it says now, then change it."
        )
    revision = put_revision(transaction, before, content, author_kind, author_name)
    use_revision(transaction, before, revision.id, proposed=author_kind is AuthorKind.MACHINE)
    return revision


def put_revision(
    transaction: Transaction, before: Draft, content: Content, author_kind: AuthorKind, author_name: str
) -> Revision:
    """Keeps a new revision of a draft without making it the current one."""
    last = transaction.connection.execute(
        select(_REVISIONS.c.number)
        .where(_REVISIONS.c.draft_id == before.id)
        .order_by(_REVISIONS.c.number.desc())
        .limit(1)
    ).scalar_one()
    values = content_values(content) | {
        "draft_id": before.id,
        "number": last + 1,
        "author": author_kind.value,
        "author_name": author_name,
        "created_at": transaction.now_ms,
        "token": secrets.token_hex(16),
    }
    done = transaction.connection.execute(insert(_REVISIONS).values(values))
    assert done.inserted_primary_key is not None
    return revision_from(values | {"id": done.inserted_primary_key[0]})


def use_revision(
    transaction: Transaction,
    before: Draft,
    revision_id: int,
    *,
    proposed: bool = False,
    **columns: Any,
) -> Draft:
    """Makes a kept revision the current one (and what the machine proposed); returns the draft as it is then.

    `before` is the draft as the search index knows it; `columns` are further ones of its row.
    """
    connection = transaction.connection
    row = connection.execute(
        select(_REVISIONS).where(_REVISIONS.c.id == revision_id, _REVISIONS.c.draft_id == before.id)
    )
    content = revision_from(dict(row.mappings().one())).content
    proposed_id = revision_id if proposed else before.proposed.id
    connection.execute(
        update(_DRAFTS)
        .where(_DRAFTS.c.id == before.id)
        .values(
            revision_id=revision_id,
            proposed_revision_id=proposed_id,
            edited=revision_id != proposed_id,
            examined_at=None,
            **list_values(content),
            **columns,
        )
    )
    connection.execute(delete(_RECIPIENTS).where(_RECIPIENTS.c.draft_id == before.id))
    transaction.insert_tuples(_RECIPIENTS, [(key, before.id) for key in recipient_keys(content)])
    notes = connection.execute(
        select(_PROPOSALS.c.notes).where(_PROPOSALS.c.draft_id == before.id)
    ).scalar_one_or_none()
    set_findings(transaction, before.id, first_findings(content, notes or ()))
    after = get_draft(connection, before.id)
    sqlite_search.forget_words(connection, [(before.id, index_text_of(before))])
    sqlite_search.add_words(connection, [(before.id, index_text_of(after))])
    return after


def set_findings(transaction: Transaction, draft_id: int, findings: Sequence[Finding]) -> None:
    """Replaces what the checks found in a draft's current revision; raises NotFound."""
    connection = transaction.connection
    row = connection.execute(
        select(_DRAFTS.c.status, _DRAFTS.c.worst).where(_DRAFTS.c.id == draft_id)
    ).first()
    if row is None:
        raise NotFound(f"There is no draft {draft_id}.")
    connection.execute(delete(_FINDINGS).where(_FINDINGS.c.draft_id == draft_id))
    transaction.insert_tuples(
        _FINDINGS, [finding_tuple(draft_id, place, finding) for place, finding in enumerate(findings)]
    )
    counts = finding_counts(findings)
    connection.execute(update(_DRAFTS).where(_DRAFTS.c.id == draft_id).values(counts))
    if row.status == DraftStatus.PENDING and counts["worst"] != row.worst:
        transaction.count(count_name(row.worst), -1)
        transaction.count(count_name(counts["worst"]), 1)
    transaction.changed(drafts=frozenset({draft_id}))


def _move(transaction: Transaction, ids: list[int], status: DraftStatus, values: Mapping[str, Any]) -> int:
    connection = transaction.connection
    rows = connection.execute(_STANDS, {"ids": ids}).all()
    connection.execute(update(_DRAFTS).where(_DRAFTS.c.id.in_([row.id for row in rows])).values(values))
    for row in rows:
        if row.status == status:
            continue
        transaction.count(f"status.{row.status}", -1)
        transaction.count(f"status.{status.value}", 1)
        if row.status == DraftStatus.PENDING:
            transaction.count(count_name(row.worst), -1)
        if status is DraftStatus.PENDING:
            transaction.count(count_name(row.worst), 1)
        if row.status in _DELIVERED and status.value not in _DELIVERED:
            _renew_token(connection, row.revision_id)
    return len(rows)


def _renew_token(connection: Connection, revision_id: int) -> None:
    connection.execute(
        update(_REVISIONS).where(_REVISIONS.c.id == revision_id).values(token=secrets.token_hex(16))
    )


def _read(connection: Connection, ids: list[int]) -> dict[int, Draft]:
    found = connection.execute(
        select(*(_DRAFTS.c[name] for name in DRAFT_COLUMNS), _PROPOSALS.c.request, _PROPOSALS.c.context)
        .outerjoin(_PROPOSALS, _PROPOSALS.c.draft_id == _DRAFTS.c.id)
        .where(_DRAFTS.c.id.in_(ids))
    )
    rows = found.mappings().all()
    wanted = {row[name] for row in rows for name in ("revision_id", "proposed_revision_id")}
    revisions = {
        row["id"]: revision_from(dict(row))
        for row in connection.execute(
            select(*(_REVISIONS.c[name] for name in REVISION_COLUMNS)).where(_REVISIONS.c.id.in_(wanted))
        ).mappings()
    }
    findings: dict[int, list[Any]] = {}
    for finding in connection.execute(
        select(_FINDINGS.c.draft_id, _FINDINGS.c.data)
        .where(_FINDINGS.c.draft_id.in_([row["id"] for row in rows]))
        .order_by(_FINDINGS.c.draft_id, _FINDINGS.c.position)
    ):
        findings.setdefault(finding.draft_id, []).append(finding.data)
    return {row["id"]: _draft(row, revisions, findings.get(row["id"], [])) for row in rows}


def _draft(row: RowMapping, revisions: Mapping[int, Revision], findings: list[Any]) -> Draft:
    return draft_from(dict(row), row["request"], row["context"] or {}, revisions, findings)


def due_ids(connection: Connection, now: int, limit: int = 10_000) -> list[int]:
    """Snoozed drafts whose time has come (milliseconds), the earliest first."""
    query = (
        select(_DRAFTS.c.id)
        .where(_DRAFTS.c.status == DraftStatus.SNOOZED.value, _DRAFTS.c.sorted_at <= now)
        .order_by(_DRAFTS.c.sorted_at)
        .limit(limit)
    )
    return list(connection.execute(query).scalars())
