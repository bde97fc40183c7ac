"""A delivery's way so far as steps of a timeline, made from what the store keeps of it."""

from __future__ import annotations

import json
from datetime import datetime, tzinfo
from http import HTTPStatus

from outtray.model.delivery import DeliveryState
from outtray.store.outbox_reads import AttemptRow, DeliveryDetail
from outtray.ui.deliveries.moments import grouped, moment, second, took
from outtray.ui.deliveries.parts import Step

STEP_NAMES = {
    "create": "Placing as a draft",
    "send": "Releasing",
    "delete_draft": "Deleting the Gmail draft",
    "look": "Asked Gmail what became of it",
}
_DONE = {
    "create": "Placed as a Gmail draft",
    "send": "Released",
    "delete_draft": "Gmail draft deleted",
}
_GOOD = "done"
_SEEN = {"nothing": "nothing of it is there", "draft": "the draft is still there", "sent": "it is in Sent"}


def step_name(step: str) -> str:
    """The name of a call in words."""
    return STEP_NAMES.get(step, step.replace("_", " ").capitalize())


def answer_line(attempt: AttemptRow) -> str:
    """The answer in one line: its status and what the service said, or that none came."""
    if attempt.outcome is None and attempt.took is None:
        return "no answer yet"
    if attempt.outcome == _GOOD:
        return "done"
    said = _said(attempt.answer or "")
    if attempt.step == "look" and attempt.outcome in _SEEN:
        return f"{_SEEN[attempt.outcome]}, {said}" if said else _SEEN[attempt.outcome]
    if attempt.status is None:
        return said or (attempt.outcome or "no answer").replace("_", " ")
    return f"{attempt.status} {said or _phrase(attempt.status)}".strip()


def _said(answer: str) -> str:
    """The message of one of Google's errors, else the first line."""
    try:
        message = json.loads(answer)["error"]["message"]
    except (ValueError, KeyError, TypeError):
        message = answer.strip().partition("\n")[0]
    return " ".join(str(message).split())[:120]


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def steps(detail: DeliveryDetail, now: datetime, zone: tzinfo | None) -> list[Step]:
    """What happened, oldest first, and what comes next."""
    row = detail.row
    who = "You approved it" if row.rule is None else f"“{row.rule}” let it through"
    made = [Step(who, f"sha256 {grouped(detail.digest, 2)}", second(row.approved_at, zone))]
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
    time = second(attempt.started_at, zone)
    if attempt.outcome == _GOOD:
        title = _DONE.get(attempt.step, step_name(attempt.step))
        return Step(title, f"attempt {attempt.number}, {took(attempt.took)}", time)
    return Step(step_name(attempt.step), answer_line(attempt), time, "warn")


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
