"""What the undo strip says: read from the last operation and, where it approved, from its deliveries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from outtray.model.delivery import DeliveryState
from outtray.store.outbox_reads import DeliveryRow
from outtray.ui.context import WindowContext
from outtray.ui.deliveries.moments import moment, second, zone_of
from outtray.ui.review.undo_strip import Strip

_SENT_STAYS = timedelta(seconds=6)
_DECISION_STAYS = timedelta(minutes=2)
_LEAVING = {DeliveryState.STAGING, DeliveryState.STAGED, DeliveryState.RELEASING}
_ICONS = {
    "reject": "ph.prohibit",
    "snooze": "ph.clock-afternoon",
    "discard": "ph.trash",
    "edit": "ph.pencil-simple",
    "reset": "ph.pencil-simple",
    "fix": "ph.pencil-simple",
    "override": "ph.warning",
    "restore": "ph.tray",
}


def story(context: WindowContext, approved: Sequence[int]) -> Strip | None:
    """The strip for the newest operation; `approved` are the drafts of the last approval, where known."""
    operation = context.reads.latest_operation()
    if operation is None:
        return None
    now = context.clock.now()
    if operation.kind != "approve":
        goes_at = operation.at + _DECISION_STAYS
        if now >= goes_at:
            return None
        icon = _ICONS.get(operation.kind, "ph.check-circle-fill")
        return Strip(operation.sentence, "", icon, "text2", operation.id, goes_at=goes_at)
    rows = _deliveries(context, approved)
    return _of_approval(context, operation.id, rows) if rows else None


def sent_strip(context: WindowContext, approved: Sequence[int]) -> Strip | None:
    """What is said for a moment once the last approved message has left."""
    rows = _deliveries(context, approved)
    if len(rows) != 1 or rows[0].state is not DeliveryState.SENT:
        return None
    at = rows[0].changed_at
    goes_at = at + _SENT_STAYS
    if context.clock.now() >= goes_at:
        return None
    return Strip(
        f"Sent at {second(at, zone_of(context.settings))}", f"to {rows[0].recipient}", goes_at=goes_at
    )


def _deliveries(context: WindowContext, approved: Sequence[int]) -> list[DeliveryRow]:
    reads = context.outbox_reads
    if approved:
        numbers = [reads.latest_of(draft) for draft in approved]
        return reads.rows([number for number in numbers if number is not None])
    rows = reads.rows(reads.ids(reads.heaps((DeliveryState.HOLDING,)))[-200:])
    # What a rule let through is no decision of the operator's; the Outbox takes it back.
    return [row for row in rows if row.rule is None]


def _of_approval(context: WindowContext, operation: int, rows: Sequence[DeliveryRow]) -> Strip | None:
    waiting = [row for row in rows if row.state in {DeliveryState.HOLDING, DeliveryState.QUEUED}]
    if not waiting:
        return _left(rows)
    zone, now = zone_of(context.settings), context.clock.now()
    first = min(waiting, key=lambda row: row.hold_until)
    detail = f"to {first.recipient}"
    undo = "Undo" if len(waiting) == 1 else "Undo all"
    title = "Approved" if len(waiting) == 1 else f"{len(waiting):,} approved"
    if context.reads.switch().paused:
        title = f"{title}, sending is paused"
        return Strip(title, detail, "ph.pause-circle", "warn", operation, undo_words=undo)
    if first.state is DeliveryState.QUEUED:
        when = first.waiting_until or first.next_at
        words = f"waits until {moment(when, now, zone)}" if when else "waits in the Outbox"
        return Strip(f"{title}, {words}", detail, "ph.hourglass-medium", "text2", operation, undo_words=undo)
    if first.hold_until <= now:
        # The window is over, and no sender has come to it yet: there is nothing to count down.
        words = f"{title}, about to leave"
        return Strip(words, detail, "ph.hourglass-medium", "text2", operation, undo_words=undo)
    leaves = second(first.hold_until, zone)
    if len(waiting) > 1:
        detail = f"the next leaves at {leaves}"
    else:
        title = f"{title}, leaves at {leaves}"
    return Strip(
        title,
        detail,
        operation=operation,
        since=first.approved_at,
        until=first.hold_until,
        undo_words=undo,
    )


def _left(rows: Sequence[DeliveryRow]) -> Strip | None:
    leaving = [row for row in rows if row.state in _LEAVING]
    if not leaving:
        return None
    return Strip("Leaving now", f"to {leaving[0].recipient}", "ph.paper-plane-tilt", "text2")
