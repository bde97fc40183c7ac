"""Which drafts the safety checks have seen, and what they found in the revision that they looked at."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from sqlalchemy import Connection, select, update

from outtray.model.clock import to_milliseconds
from outtray.model.draft import DraftStatus
from outtray.model.findings import Finding
from outtray.store import facts
from outtray.store.drafts import set_findings
from outtray.store.rule_queue import await_rules
from outtray.store.tables import DraftTable, FindingTable, table_of
from outtray.store.transaction import Transaction

LISTS = "checks.version"
_DRAFTS = table_of(DraftTable)
_FINDINGS = table_of(FindingTable)
_UNDECIDED = (DraftStatus.PENDING.value, DraftStatus.SNOOZED.value)
_DECIDED = tuple(status.value for status in DraftStatus if status.value not in _UNDECIDED)
_NOT_LEFT = (*_UNDECIDED, DraftStatus.APPROVED.value)


def unexamined(connection: Connection, limit: int) -> list[int]:
    """Undecided drafts whose current revision no check has seen, oldest first."""
    query = (
        select(_DRAFTS.c.id)
        # Said by what it is not, since SQLite would take an index of statuses and sort all of review.
        .where(_DRAFTS.c.examined_at.is_(None), _DRAFTS.c.status.not_in(_DECIDED))
        .order_by(_DRAFTS.c.id)
        .limit(limit)
    )
    return list(connection.execute(query).scalars())


def is_examined(connection: Connection, draft_id: int) -> bool:
    """Whether the checks have seen the draft's current revision; true of a draft that is not there."""
    query = select(_DRAFTS.c.id).where(_DRAFTS.c.id == draft_id, _DRAFTS.c.examined_at.is_(None))
    return connection.execute(query).first() is None


def lists_version(connection: Connection) -> int:
    """Moves whenever what the checks look for changes: what was found by an older one says nothing."""
    return int(facts.get_fact(connection, LISTS) or 0)


def forget_examined(transaction: Transaction) -> None:
    """Has every draft that has not left examined again: what the checks look for has changed."""
    facts.set_fact(transaction, LISTS, lists_version(transaction.connection) + 1)
    transaction.connection.execute(
        update(_DRAFTS)
        .where(_DRAFTS.c.status.in_(_NOT_LEFT), _DRAFTS.c.examined_at.is_not(None))
        .values(examined_at=None)
    )


def set_examined(
    transaction: Transaction,
    draft_id: int,
    revision_id: int,
    findings: Sequence[Finding],
    codes: Collection[str],
) -> bool:
    """Keeps what the checks found; False where the draft has another revision by now or is gone.

    An override of the same finding at the same words stays. `codes` are those of the checks.
    """
    connection = transaction.connection
    row = connection.execute(select(_DRAFTS.c.revision_id).where(_DRAFTS.c.id == draft_id)).first()
    if row is None or row.revision_id != revision_id:
        return False
    before = [
        Finding.from_json(data)
        for data in connection.execute(
            select(_FINDINGS.c.data).where(_FINDINGS.c.draft_id == draft_id).order_by(_FINDINGS.c.position)
        ).scalars()
    ]
    overridden = {
        (finding.code, finding.excerpt): finding.overridden
        for finding in before
        if finding.overridden is not None and finding.code in codes
    }
    after = [
        replace(finding, overridden=overridden.get((finding.code, finding.excerpt), finding.overridden))
        for finding in findings
    ]
    if after != before:
        set_findings(transaction, draft_id, after)
    at = to_milliseconds(transaction.now)
    connection.execute(update(_DRAFTS).where(_DRAFTS.c.id == draft_id).values(examined_at=at))
    await_rules(transaction, draft_id)
    return True
