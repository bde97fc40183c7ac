"""A delivery's way so far as steps of a timeline, made from what the store keeps of it."""

from __future__ import annotations

from datetime import datetime, tzinfo

from outtray.model.delivery import DeliveryState
from outtray.store.outbox_reads import AttemptRow, DeliveryDetail
from outtray.ui.deliveries.moments import grouped, moment, second, took
from outtray.ui.deliveries.parts import Step

STEP_NAMES = {
    "create": "Placing as a draft",
    "create_draft": "Placing as a draft",
    "placing": "Placing as a draft",
    "staging": "Placing as a draft",
    "send": "Releasing",
    "send_draft": "Releasing",
    "releasing": "Releasing",
    "get_draft": "Asked: is the draft still there?",
    "list_drafts": "Asked for the drafts",
    "list_sent": "Asked for what was sent",
    "delete_draft": "Taking the draft back",
}
_GOOD = {"done", "ok", "sent", "created", "accepted", "staged"}


def step_name(step: str) -> str:
    """The name of a call in words."""
    return STEP_NAMES.get(step, step.replace("_", " ").capitalize())


def answer_line(attempt: AttemptRow) -> str:
    """The answer in one line: its status, its first words, or that none came."""
    if attempt.outcome is None and attempt.took is None:
        return "no answer yet"
    words = (attempt.answer or "").strip().splitlines()
    first = words[0][:120] if words else ""
    if attempt.status:
        return f"{attempt.status} {first}".strip() if not first.startswith(str(attempt.status)) else first
    return first or (attempt.outcome or "").replace("_", " ") or "no answer"


def steps(detail: DeliveryDetail, now: datetime, zone: tzinfo | None) -> list[Step]:
    """What happened, oldest first, and what comes next."""
    row = detail.row
    made = [Step("You approved it", f"sha256 {grouped(detail.digest, 2)}", second(row.approved_at, zone))]
    if row.state is DeliveryState.HOLDING:
        made.append(
            Step(
                "Leaves", "until then, Undo takes it back", second(row.hold_until, zone), "accent", open=True
            )
        )
        return made
    if row.state is not DeliveryState.CANCELLED:
        made.append(Step("Undo window ended", "", second(row.hold_until, zone)))
    made.extend(_attempt(attempt, zone) for attempt in detail.attempts)
    made.extend(_ending(detail, now, zone))
    return made


def _attempt(attempt: AttemptRow, zone: tzinfo | None) -> Step:
    good = attempt.outcome in _GOOD
    note = f"attempt {attempt.number}, {took(attempt.took)}" if good else answer_line(attempt)
    return Step(step_name(attempt.step), note, second(attempt.started_at, zone), "text3" if good else "warn")


def _ending(detail: DeliveryDetail, now: datetime, zone: tzinfo | None) -> list[Step]:
    row = detail.row
    if row.state is DeliveryState.SENT:
        made = [
            Step("Sent", "accepted by the mail service", second(detail.sent_at or row.changed_at, zone), "ok")
        ]
        if detail.settled_by:
            made.append(Step("You said that it was sent", detail.settled_note or "", "", "text3"))
        if detail.bounced_at:
            made.append(
                Step(
                    "It came back",
                    "the recipient's server refused it",
                    second(detail.bounced_at, zone),
                    "warn",
                )
            )
        return made
    if row.state is DeliveryState.CANCELLED:
        return [Step("Back in Review", row.explanation or "", second(row.changed_at, zone))]
    if row.state is DeliveryState.FAILED:
        return [Step("Gave up", row.explanation or "", second(row.changed_at, zone), "block")]
    if row.state is DeliveryState.UNCONFIRMED:
        return [Step("Not known", row.explanation or "", second(row.changed_at, zone), "warn")]
    when = row.waiting_until or row.next_at
    return [Step("Looks again", "", moment(when, now, zone), "accent", open=True)] if when else []
