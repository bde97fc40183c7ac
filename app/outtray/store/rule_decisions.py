"""What rules decided, kept with the facts; and what the operator decided of the same drafts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, select

from outtray.model.clock import from_milliseconds, iso
from outtray.model.delivery import DeliveryState
from outtray.model.draft import DraftStatus
from outtray.model.rule import Rule
from outtray.model.rule_decision import Decision
from outtray.store.rows import json_text
from outtray.store.rule_facts import BY_HAND
from outtray.store.tables import (
    DeliveryTable,
    DraftTable,
    RuleDecisionTable,
    RuleVerdictTable,
    table_of,
)
from outtray.store.transaction import Transaction

_DRAFTS = table_of(DraftTable)
_DELIVERIES = table_of(DeliveryTable)
_DECISIONS = table_of(RuleDecisionTable)
_VERDICTS = table_of(RuleVerdictTable)
_AT_ONCE = 500
_SENT = ("approved", "sent", "unconfirmed", "failed")
_REFUSED = ("rejected", "discarded")


@dataclass(frozen=True, slots=True)
class Evaluated:
    """A draft with what the rules said of the given revision of it; `edited`: which is the operator's."""

    draft_id: int
    revision_id: int
    edited: bool
    decision: Decision


def add_decisions(transaction: Transaction, evaluated: Sequence[Evaluated]) -> None:
    """Keeps what came of drafts, and which rules would let them through for later comparison.

    Rules are compared by what they said of the machine's own text, whatever the operator made of it since.
    """
    now = transaction.now_ms
    number = transaction.connection.execute(select(func.max(_DECISIONS.c.id))).scalar() or 0
    rows = []
    for place, one in enumerate(evaluated, 1):
        decision, rule = one.decision, one.decision.rule
        rows.append(
            (
                number + place,
                one.draft_id,
                one.revision_id,
                now,
                decision.kind.value,
                None if rule is None else rule.id,
                None if rule is None else rule.name,
                None if rule is None else rule.confidence,
                decision.sentence,
                json_text(dict(decision.facts)),
                json_text([verdict.as_json() for verdict in decision.verdicts]),
            )
        )
    transaction.insert_tuples(_DECISIONS, rows)
    own = [one for one in evaluated if not one.edited]
    ids = [one.draft_id for one in own]
    for start in range(0, len(ids), _AT_ONCE):
        part = ids[start : start + _AT_ONCE]
        transaction.connection.execute(delete(_VERDICTS).where(_VERDICTS.c.draft_id.in_(part)))
    transaction.insert_tuples(
        _VERDICTS,
        [
            (verdict.rule.id, one.draft_id, verdict.rule.version, one.revision_id, now)
            for one in own
            for verdict in one.decision.verdicts
            if verdict.matches and not one.decision.facts.get("blocks")
        ],
    )


@dataclass(frozen=True, slots=True)
class Past:
    """A decided draft: where it stands, when it was decided (milliseconds), whether its text was changed."""

    id: int
    status: str
    decided_at: int
    edited: bool
    reason: str | None

    @property
    def what(self) -> str:
        """What the operator did: `approved`, `edited` first, `rejected` or `discarded`."""
        if self.status in _REFUSED:
            return self.status
        return "edited" if self.edited else "approved"


# However long a rule has been in shadow, it is compared with so many of the latest drafts of each status.
COMPARED = 5_000


def compared(connection: Connection, rule: Rule) -> list[Past]:
    """What the operator decided lately of drafts that a rule, as it is now, would take; oldest first."""
    d, v = _DRAFTS.c, _VERDICTS.c
    past: list[Past] = []
    for status in (*_SENT, *_REFUSED):
        latest = (
            select(d.id, d.status, d.decided_at, d.edited, d.reason)
            .where(d.status == status, d.rule.is_(None), d.decided_at.is_not(None))
            .order_by(d.sorted_at.desc(), d.id.desc())
            .limit(COMPARED)
            .subquery()
        )
        query = select(latest).join(_VERDICTS, v.draft_id == latest.c.id)
        rows = connection.execute(query.where(v.rule_id == rule.id, v.version == rule.version))
        past += [Past(row.id, row.status, row.decided_at, row.edited, row.reason) for row in rows]
    return sorted(past, key=lambda one: (one.decided_at, one.id))


def decided_since(connection: Connection, since: int, limit: int) -> Iterator[list[Past]]:
    """Drafts that the operator decided on since an instant (milliseconds), in batches through an index."""
    d = _DRAFTS.c
    for status in (*_SENT, *_REFUSED):
        after = (since, 0)
        while True:
            query = (
                select(d.id, d.status, d.decided_at, d.edited, d.reason, d.sorted_at, d.rule)
                .where(d.status == status, *_behind(after))
                .order_by(d.sorted_at, d.id)
                .limit(limit)
            )
            rows = connection.execute(query).all()
            if not rows:
                break
            after = (rows[-1].sorted_at, rows[-1].id)
            yield [
                Past(row.id, row.status, row.decided_at, row.edited, row.reason)
                for row in rows
                if row.rule is None and row.decided_at is not None and row.decided_at >= since
            ]


def count_decided_since(connection: Connection, since: int) -> int:
    """How many drafts `decided_since` goes through; counted in the index."""
    query = select(func.count()).where(
        _DRAFTS.c.status.in_([*_SENT, *_REFUSED]), _DRAFTS.c.sorted_at >= since
    )
    return int(connection.execute(query).scalar_one())


@dataclass(frozen=True, slots=True)
class Ended:
    """How many messages that rules let through came to an end, and how many of them badly."""

    ended: int
    failed: int
    bounced: int
    blocked: int


# The last look before it left found what keeps it: `sending.objections`.
_BLOCKED = ("blocked", "suppressed")


def ended_since(connection: Connection, since: int) -> Ended:
    """What became of messages that rules let through, since an instant (milliseconds)."""
    c = _DELIVERIES.c
    query = select(c.state, c.cause, c.bounced_at).where(c.approved_by != BY_HAND, c.changed_at >= since)
    ended = failed = bounced = blocked = 0
    for state, cause, bounced_at in connection.execute(query):
        is_blocked = cause in _BLOCKED
        is_failed = state == DeliveryState.FAILED.value
        is_bounced = bounced_at is not None and bounced_at >= since
        if state == DeliveryState.SENT.value or is_failed or is_blocked:
            ended += 1
            failed += is_failed
            bounced += is_bounced
            blocked += is_blocked
    return Ended(ended, failed, bounced, blocked)


def pending_after(connection: Connection, after: tuple[int, int], limit: int) -> list[tuple[int, int]]:
    """Drafts in review behind `after`, oldest first: when each came in (milliseconds), and its number."""
    d = _DRAFTS.c
    query = (
        select(d.sorted_at, d.id)
        .where(d.status == DraftStatus.PENDING.value, *_behind(after))
        .order_by(d.sorted_at, d.id)
        .limit(limit)
    )
    return [(at, number) for at, number in connection.execute(query)]


def _behind(after: tuple[int, int]) -> tuple[Any, Any]:
    """Behind a place in the index by time: the first condition is the range, the second the rest."""
    d = _DRAFTS.c
    return d.sorted_at >= after[0], (d.sorted_at > after[0]) | (d.id > after[1])


@dataclass(frozen=True, slots=True)
class Named:
    """A draft as a list of a few names it."""

    id: int
    recipient: str
    subject: str
    decided_at: datetime | None
    reason: str | None


def named(connection: Connection, ids: Iterable[int]) -> dict[int, Named]:
    """Recipient, subject and time of decision of a few drafts."""
    d = _DRAFTS.c
    rows = connection.execute(
        select(d.id, d.recipient, d.subject, d.decided_at, d.reason).where(d.id.in_(list(ids)))
    )
    return {
        row.id: Named(
            row.id,
            row.recipient,
            row.subject,
            None if row.decided_at is None else from_milliseconds(row.decided_at),
            row.reason,
        )
        for row in rows
    }


def decisions_of(connection: Connection, draft_id: int) -> list[dict[str, Any]]:
    """What the rules said of a draft, oldest first, in the form of `draft ID --json`."""
    c = _DECISIONS.c
    rows = connection.execute(select(_DECISIONS).where(c.draft_id == draft_id).order_by(c.id)).mappings()
    return [
        {
            "at": iso(from_milliseconds(row["at"])),
            "decision": row["decision"],
            "rule": row["rule_name"],
            "confidence": row["confidence"],
            "reasoning": row["sentence"],
            "facts": row["facts"],
            "verdicts": row["verdicts"],
        }
        for row in rows
    ]
