"""Undo: takes back the last operation, or a named one, as one; what can't be taken back is told."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from outtray.desk import Desk
from outtray.model.changes import Changes, Done
from outtray.model.delivery import DeliveryState
from outtray.model.draft import DraftStatus
from outtray.model.errors import Refused
from outtray.model.events import OPERATOR
from outtray.review.decide import event_of
from outtray.review.fix_all import undo_fix
from outtray.review.override import undo_override
from outtray.review.words import counted
from outtray.store.drafts import get_drafts, set_statuses, standings, use_revision
from outtray.store.operations import Operation, get_operation, latest_operation, mark_undone
from outtray.store.outbox import get_delivery, take_back
from outtray.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class _Result:
    """How many drafts came back, and how many could not, for either reason."""

    back: int
    changed: int = 0
    leaving: int = 0


def undo_last(desk: Desk) -> Done:
    """Takes the newest operation back that was not undone yet; raises Refused where there is none."""
    return _undo(desk, None)


def undo(desk: Desk, operation: int) -> Done:
    """Takes an operation back. Raises NotFound, and Refused where it was or can't be undone."""
    return _undo(desk, operation)


def _undo(desk: Desk, number: int | None) -> Done:
    def work(transaction: Transaction) -> Done | Refused:
        if number is None:
            operation = latest_operation(transaction.connection)
            if operation is None:
                raise Refused("nothing_to_undo", "There is nothing to undo.")
        else:
            operation = get_operation(transaction.connection, number)
        if operation.undone_at is not None:
            raise Refused("undone_already", "This was undone already.")
        # Undone or past undoing: either way the next undo is for the operation before it.
        mark_undone(transaction, operation.id)
        result = _INVERSES[operation.kind](transaction, operation)
        if not result.back:
            return _LEAVING if result.leaving else _CHANGED
        sentence = f"Undone: {counted(result.back, 'draft')} as before."
        if result.changed:
            sentence += f" {result.changed:,} had changed since."
        if result.leaving:
            sentence += f" {result.leaving:,} had begun to leave."
        return Done(transaction.changes | Changes(counts=True), operation.id, sentence)

    # What could not be undone is committed as past undoing, so the refusal is raised behind the transaction.
    outcome = desk.store.write(work)
    if isinstance(outcome, Refused):
        raise outcome
    return outcome


_LEAVING = Refused("already_leaving", "It is too late to undo: the message is leaving or has left.")
_CHANGED = Refused("changed_meanwhile", "This can't be undone any more: it has changed since.")


def _undo_decision(transaction: Transaction, operation: Operation) -> _Result:
    before = {number: (status, columns) for number, status, columns in operation.inverse["drafts"]}
    now = standings(transaction.connection, before)
    there = [draft for draft in now if draft.status == operation.inverse["status"]]
    # Most of what was decided on together stood alike before; each kind of standing is one step.
    alike: dict[str, list[int]] = {}
    for draft in there:
        alike.setdefault(json.dumps(before[draft.id], sort_keys=True), []).append(draft.id)
    for standing, ids in alike.items():
        status, columns = json.loads(standing)
        set_statuses(transaction, ids, DraftStatus(status), **columns)
    transaction.record(
        *(
            event_of(
                OPERATOR,
                "draft.restored",
                draft,
                {"undo": operation.kind, "operation": operation.id, "to": before[draft.id][0]},
            )
            for draft in there
        )
    )
    return _Result(len(there), changed=len(before) - len(there))


def _undo_edit(transaction: Transaction, operation: Operation) -> _Result:
    inverse: Mapping[str, Any] = operation.inverse
    now = get_drafts(transaction.connection, [inverse["draft"]])
    if not now or now[0].revision.id != inverse["after"] or now[0].status not in _UNDECIDED:
        return _Result(0, changed=1)
    use_revision(transaction, now[0], inverse["before"])
    (draft,) = standings(transaction.connection, [inverse["draft"]])
    transaction.record(
        event_of(OPERATOR, "draft.restored", draft, {"undo": operation.kind, "operation": operation.id})
    )
    return _Result(1)


def _undo_fix(transaction: Transaction, operation: Operation) -> _Result:
    back = undo_fix(transaction, operation.inverse)
    details = {"undo": operation.kind, "operation": operation.id}
    transaction.record(
        *(
            event_of(OPERATOR, "draft.restored", draft, details)
            for draft in standings(transaction.connection, back)
        )
    )
    return _Result(len(back), changed=len(operation.inverse["drafts"]) - len(back))


def _undo_override(transaction: Transaction, operation: Operation) -> _Result:
    number = undo_override(transaction, operation.inverse)
    if number is None:
        return _Result(0, changed=1)
    (draft,) = standings(transaction.connection, [number])
    details = {"undo": operation.kind, "operation": operation.id, "code": operation.inverse["code"]}
    transaction.record(event_of(OPERATOR, "draft.restored", draft, details))
    return _Result(1)


def _undo_approval(transaction: Transaction, operation: Operation) -> _Result:
    back = changed = leaving = 0
    for _, number in operation.inverse["deliveries"]:
        if take_back(transaction, number, "", OPERATOR):
            back += 1
        elif get_delivery(transaction.connection, number).state is DeliveryState.CANCELLED:
            changed += 1
        else:
            leaving += 1
    return _Result(back, changed, leaving)


_UNDECIDED = frozenset({DraftStatus.PENDING, DraftStatus.SNOOZED})
_INVERSES: Mapping[str, Callable[[Transaction, Operation], _Result]] = {
    "reject": _undo_decision,
    "snooze": _undo_decision,
    "discard": _undo_decision,
    "restore": _undo_decision,
    "edit": _undo_edit,
    "reset": _undo_edit,
    "fix": _undo_fix,
    "override": _undo_override,
    "approve": _undo_approval,
}
