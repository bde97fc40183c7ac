"""Overriding a block: the operator answers for it with a written reason, and it weighs as a warning then."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from outtray.checks.overriding import overridable
from outtray.desk import Desk
from outtray.model.changes import Changes, Done
from outtray.model.draft import Draft, DraftStatus
from outtray.model.errors import Refused
from outtray.model.events import OPERATOR
from outtray.model.findings import Finding, Rank
from outtray.review.decide import event_of
from outtray.review.words import STANDS
from outtray.store.drafts import get_draft, set_findings, standings
from outtray.store.operations import add_operation
from outtray.store.rows import weight
from outtray.store.settings import all_settings
from outtray.store.transaction import Transaction

SHORTEST_REASON = 10
LONGEST_REASON = 2_000
_UNDECIDED = frozenset({DraftStatus.PENDING, DraftStatus.SNOOZED})
_SENTENCE = "Overrode a block."


def override(desk: Desk, draft_id: int, code: str, excerpt: str, reason: str) -> Done:
    """Lets a draft be approved in spite of a block; the reason stands in the audit log.

    Code and excerpt name the finding. The override holds as long as the checks find the same words; an
    edit voids it. Raises NotFound, and Refused: `reason_too_short`, `not_in_review`, `not_blocked`,
    `not_overridable`.
    """
    reason = reason.strip()[:LONGEST_REASON]
    if len(reason) < SHORTEST_REASON:
        raise Refused(
            "reason_too_short",
            f"Write why it may leave all the same, in at least {SHORTEST_REASON} characters.",
            field="reason",
        )

    def work(transaction: Transaction) -> Done:
        draft = get_draft(transaction.connection, draft_id)
        if draft.status not in _UNDECIDED:
            raise Refused("not_in_review", f"This draft is {STANDS[draft.status]}.")
        if not any(_is(finding, code, excerpt) for finding in blocks_of(draft)):
            raise Refused("not_blocked", "This block is not there any more. Look at the draft as it is now.")
        if code not in overridable(all_settings(transaction.connection)["checks.override"]):
            raise Refused("not_overridable", "Your settings don’t allow to override this block. Fix it.")
        findings = [
            replace(finding, overridden=reason)
            if _is(finding, code, excerpt) and weight(finding) is Rank.BLOCK
            else finding
            for finding in draft.findings
        ]
        set_findings(transaction, draft_id, findings)
        (standing,) = standings(transaction.connection, [draft_id])
        details = {"code": code, "revision": draft.revision.number}
        transaction.record(event_of(OPERATOR, "finding.overridden", standing, details, {"reason": reason}))
        inverse = {"draft": draft_id, "revision": draft.revision.id, "code": code, "excerpt": excerpt}
        operation = add_operation(transaction, "override", _SENTENCE, inverse)
        return Done(transaction.changes | Changes(counts=True), operation, _SENTENCE)

    return desk.store.write(work)


def undo_override(transaction: Transaction, inverse: Mapping[str, Any]) -> int | None:
    """Makes the block one again; the draft's number, None where there is no such override any more."""
    (standing,) = standings(transaction.connection, [inverse["draft"]]) or (None,)
    if standing is None or standing.status not in _UNDECIDED or standing.revision_id != inverse["revision"]:
        return None
    draft = get_draft(transaction.connection, standing.id)
    findings = without_override(draft.findings, inverse["code"], inverse["excerpt"])
    if findings == list(draft.findings):
        return None
    set_findings(transaction, draft.id, findings)
    return draft.id


def without_override(findings: Iterable[Finding], code: str, excerpt: str) -> list[Finding]:
    """The findings with this one weighing again what its check says."""
    return [
        replace(finding, overridden=None) if _is(finding, code, excerpt) else finding for finding in findings
    ]


def blocks_of(draft: Draft) -> list[Finding]:
    """What keeps the draft from being approved."""
    return [finding for finding in draft.findings if weight(finding) is Rank.BLOCK]


def overridable_blocks(desk: Desk, draft: Draft) -> list[Finding]:
    """Those blocks of a draft that the operator's settings let be overridden."""
    blocks = blocks_of(draft)
    if not blocks:
        return []
    with desk.store.read() as connection:
        codes = overridable(all_settings(connection)["checks.override"])
    return [finding for finding in blocks if finding.code in codes]


def _is(finding: Finding, code: str, excerpt: str) -> bool:
    return finding.code == code and finding.excerpt == excerpt
