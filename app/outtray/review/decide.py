"""What the operator decides of drafts beside approving them: reject, snooze, discard, and back to review.

Each call is one operation that `review.undo` takes back as one, however many drafts it names. Drafts
that stand elsewhere by now are left as they are, and the sentence says how many.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from outtray.desk import Desk
from outtray.model.changes import Changes, Done
from outtray.model.clock import iso, to_milliseconds
from outtray.model.draft import DraftStatus
from outtray.model.errors import NotFound, Refused
from outtray.model.events import OPERATOR, SYSTEM, Actor, Event, Personal
from outtray.review.words import STANDS, counted
from outtray.store.drafts import Standing, due_ids, set_statuses, standings
from outtray.store.operations import add_operation
from outtray.store.transaction import Transaction

_UNDECIDED = frozenset({DraftStatus.PENDING, DraftStatus.SNOOZED})
_PUT_ASIDE = frozenset({DraftStatus.REJECTED, DraftStatus.DISCARDED, DraftStatus.SNOOZED})
_LONGEST_REASON = 2_000


@dataclass(frozen=True, slots=True)
class _Decision:
    """One kind of decision: from which statuses to which, what it writes, and how it is told."""

    kind: str
    verb: str
    allowed: frozenset[DraftStatus]
    status: DraftStatus
    action: str
    columns: Mapping[str, Any] = field(default_factory=dict)
    details: Mapping[str, Any] = field(default_factory=dict)
    said: Mapping[str, str] = field(default_factory=dict)


def reject(desk: Desk, ids: Iterable[int], reason: str) -> Done:
    """Refuses drafts; the machine that proposed them reads the reason. Raises Refused without one."""
    reason = _words(reason)
    if not reason:
        raise Refused("reason_needed", "Say why: the machine reads it and can do better.", field="reason")
    return _decide(
        desk,
        ids,
        _Decision(
            "reject",
            "Rejected",
            _UNDECIDED,
            DraftStatus.REJECTED,
            "draft.rejected",
            columns={"reason": reason},
            said={"reason": reason},
        ),
    )


def snooze(desk: Desk, ids: Iterable[int], until: datetime) -> Done:
    """Puts drafts aside until an instant; raises Refused where that is past."""
    if until <= desk.clock.now():
        raise Refused("past", "That time is past. Choose a later one.", field="until")
    milliseconds = to_milliseconds(until)
    return _decide(
        desk,
        ids,
        _Decision(
            "snooze",
            "Snoozed",
            _UNDECIDED,
            DraftStatus.SNOOZED,
            "draft.snoozed",
            columns={"snoozed_until": milliseconds, "sorted_at": milliseconds},
            details={"until": iso(until)},
        ),
    )


def discard(desk: Desk, ids: Iterable[int], note: str = "") -> Done:
    """Throws drafts away; they stay findable until retention removes them."""
    note = _words(note)
    return _decide(
        desk,
        ids,
        _Decision(
            "discard",
            "Discarded",
            _UNDECIDED | {DraftStatus.REJECTED},
            DraftStatus.DISCARDED,
            "draft.discarded",
            columns={"note": note or None},
            said={"note": note} if note else {},
        ),
    )


def restore(desk: Desk, ids: Iterable[int]) -> Done:
    """Brings rejected, discarded and snoozed drafts back to review."""
    return _decide(
        desk, ids, _Decision("restore", "Restored", _PUT_ASIDE, DraftStatus.PENDING, "draft.restored")
    )


def wake_due(desk: Desk) -> Done:
    """Brings snoozed drafts back whose time has come; no operation, since time can't be undone."""
    with desk.store.read() as connection:
        if not due_ids(connection, to_milliseconds(desk.clock.now()), limit=1):
            return Done(Changes(), None, "")

    def work(transaction: Transaction) -> Done:
        due = standings(transaction.connection, due_ids(transaction.connection, transaction.now_ms))
        set_statuses(transaction, [draft.id for draft in due], DraftStatus.PENDING)
        transaction.record(*(event_of(SYSTEM, "draft.woken", draft) for draft in due))
        return Done(
            transaction.changes | Changes(counts=True),
            None,
            f"{counted(len(due), 'snoozed draft')} came back.",
        )

    return desk.store.write(work)


def event_of(
    actor: Actor,
    action: str,
    draft: Standing,
    details: Mapping[str, Any] | None = None,
    said: Mapping[str, str] | None = None,
) -> Event:
    """An event about a draft; the recipient and what the operator `said` stand beside the chain."""
    personal: tuple[Personal, ...] = ()
    if draft.person:
        values = {"recipient": draft.person, **(said or {})}
        personal = tuple(Personal(draft.person, name, value) for name, value in values.items())
    return Event(actor, action, "draft", str(draft.id), details=details or {}, personal=personal)


def as_inverse(drafts: Iterable[Standing], status: DraftStatus) -> dict[str, Any]:
    """What `review.undo` needs to put drafts back where they stood before they got to `status`."""
    return {
        "status": status.value,
        "drafts": [[draft.id, draft.status.value, _columns_of(draft)] for draft in drafts],
    }


def _columns_of(draft: Standing) -> dict[str, Any]:
    names = ["decided_at", "snoozed_until", "reason", "note"]
    if draft.status is not DraftStatus.PENDING:
        # In review a draft sorts by when it came in, whatever happened to it.
        names.append("sorted_at")
    return {name: getattr(draft, name) for name in names}


def _decide(desk: Desk, ids: Iterable[int], decision: _Decision) -> Done:
    wanted = list(dict.fromkeys(ids))

    def work(transaction: Transaction) -> Done:
        found = standings(transaction.connection, wanted)
        drafts = [draft for draft in found if draft.status in decision.allowed]
        if not drafts:
            raise _nothing_to_do(wanted, found)
        set_statuses(transaction, [draft.id for draft in drafts], decision.status, **decision.columns)
        transaction.record(
            *(
                event_of(
                    OPERATOR,
                    decision.action,
                    draft,
                    {"from": draft.status.value, **decision.details},
                    decision.said,
                )
                for draft in drafts
            )
        )
        sentence = f"{decision.verb} {counted(len(drafts), 'draft')}."
        operation = add_operation(transaction, decision.kind, sentence, as_inverse(drafts, decision.status))
        left = len(wanted) - len(drafts)
        if left:
            sentence += f" {left:,} stood elsewhere by then and {'is' if left == 1 else 'are'} unchanged."
        return Done(transaction.changes | Changes(counts=True), operation, sentence)

    return desk.store.write(work)


def _nothing_to_do(wanted: list[int], found: list[Standing]) -> Exception:
    if not wanted:
        return Refused("nothing_selected", "No draft is selected.")
    if not found:
        return NotFound(f"There is no draft {wanted[0]}.")
    if len(found) > 1:
        return Refused("already_decided", "None of these drafts can be decided on any more.")
    return Refused("already_decided", f"This draft is {STANDS[found[0].status]}.")


def _words(text: str) -> str:
    return text.strip()[:_LONGEST_REASON]
