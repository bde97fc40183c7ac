"""The state machine of a delivery as one table.

The table `TRANSITIONS` is the whole of it: a change that is not in it does not happen, and `apply` is the
one function that makes them. `docs/sending.md` prints it; a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from outtray.model.delivery import Delivery, DeliveryState


class Step(StrEnum):
    """What happens to a delivery: an answer, a look, the clock, or the operator."""

    WINDOW_OVER = "window_over"
    STAGE = "stage"
    PLACED = "placed"
    ADOPTED = "adopted"
    NOT_THERE = "not_there"
    RELEASE = "release"
    ACCEPTED = "accepted"
    FOUND_SENT = "found_sent"
    STILL_THERE = "still_there"
    EDITED = "edited"
    LOST = "lost"
    UNKNOWN = "unknown"
    MISSING = "missing"
    NOT_TRIED = "not_tried"
    REFUSED_FOR_NOW = "refused_for_now"
    REFUSED_FOR_GOOD = "refused_for_good"
    GIVE_UP = "give_up"
    OBJECTED = "objected"
    TAKE_BACK = "take_back"
    DELETED = "deleted"
    PUT_BACK = "put_back"
    RETRY = "retry"
    RETRY_STAGED = "retry_staged"
    DISCARD = "discard"
    SETTLED_SENT = "settled_sent"
    SETTLED_NOT_SENT = "settled_not_sent"
    ASK_AGAIN = "ask_again"
    BOUNCED = "bounced"


class NotInTable(ValueError):  # noqa: N818 - named as what it is
    """A change that the table does not allow, or whose guard does not hold: a defect, never an outcome."""


@dataclass(frozen=True, slots=True)
class Transition:
    """One line of the table. `guard` says when it may happen and `persisted` what is committed with it, both
    for people; `call` is the call that follows the commit. `needs` are fields that must have a value then;
    `keeps` whether the reservation against the quotas stays.
    """

    state: DeliveryState
    step: Step
    to: DeliveryState
    guard: str
    persisted: str = ""
    call: str = ""
    needs: tuple[str, ...] = ()
    keeps: bool = True


_S, _E = DeliveryState, Step
_DRAFT = ("gmail_draft_id",)
_PENDING = "the reason; the draft is pending"
_TABLE = (
    Transition(_S.HOLDING, _E.WINDOW_OVER, _S.QUEUED, "the undo window is over"),
    Transition(_S.HOLDING, _E.TAKE_BACK, _S.CANCELLED, "the operator takes it back", _PENDING),
    Transition(_S.HOLDING, _E.OBJECTED, _S.CANCELLED, "something speaks against it now", _PENDING),
    Transition(
        _S.QUEUED,
        _E.STAGE,
        _S.STAGING,
        "every gate is open, the digest matches, nothing is leased",
        "attempt, Date, quota reserved, lease",
        "drafts.create",
        ("date_header", "counted_at", "lease_owner", "lease_until", "first_tried_at"),
    ),
    Transition(_S.QUEUED, _E.TAKE_BACK, _S.CANCELLED, "the operator takes it back", _PENDING, keeps=False),
    Transition(
        _S.QUEUED, _E.OBJECTED, _S.CANCELLED, "something speaks against it now", _PENDING, keeps=False
    ),
    Transition(
        _S.QUEUED, _E.GIVE_UP, _S.FAILED, "20 attempts or 24 hours have passed", "the reason", keeps=False
    ),
    Transition(
        _S.STAGING,
        _E.PLACED,
        _S.STAGED,
        "Gmail answered with the draft's id",
        "Gmail's draft id and message id",
        needs=_DRAFT,
    ),
    Transition(
        _S.STAGING,
        _E.ADOPTED,
        _S.STAGED,
        "a look found a Gmail draft with our header",
        "Gmail's draft id and message id",
        needs=_DRAFT,
    ),
    Transition(
        _S.STAGING,
        _E.FOUND_SENT,
        _S.SENT,
        "a look found our header in SENT: somebody sent the Gmail draft by hand",
        "message id, thread id, time, counters",
        needs=("sent_at",),
    ),
    Transition(
        _S.STAGING,
        _E.NOT_THERE,
        _S.QUEUED,
        "no Gmail draft has our header, and no sent copy that is seen, at the last look",
        "when to try again",
        keeps=False,
    ),
    Transition(
        _S.STAGING,
        _E.UNKNOWN,
        _S.STAGING,
        "the outcome of the call is not known",
        "what is known, when to look",
        "drafts.list, drafts.get; messages.list, messages.get",
        ("next_at",),
    ),
    Transition(
        _S.STAGING,
        _E.NOT_TRIED,
        _S.QUEUED,
        "nothing was written to the network",
        "the attempt is given back",
        keeps=False,
    ),
    Transition(
        _S.STAGING,
        _E.REFUSED_FOR_NOW,
        _S.QUEUED,
        "Gmail did nothing and wants us to wait, or to sign in",
        "the attempt is given back",
        keeps=False,
    ),
    Transition(
        _S.STAGING, _E.REFUSED_FOR_GOOD, _S.FAILED, "Gmail refuses this message", "the reason", keeps=False
    ),
    Transition(
        _S.STAGED,
        _E.RELEASE,
        _S.RELEASING,
        "every gate is open, the digest matches, nothing is recalled or leased",
        "the first release's time, quota, lease",
        "drafts.send",
        (*_DRAFT, "released_at", "counted_at", "lease_owner", "lease_until"),
    ),
    Transition(
        _S.STAGED,
        _E.PUT_BACK,
        _S.QUEUED,
        "a gate has been shut for over 15 minutes, and the Gmail draft was deleted",
        "no Gmail draft",
        keeps=False,
    ),
    Transition(
        _S.STAGED,
        _E.DELETED,
        _S.CANCELLED,
        "it is recalled, and the Gmail draft was deleted",
        _PENDING,
        keeps=False,
    ),
    Transition(
        _S.STAGED,
        _E.MISSING,
        _S.RELEASING,
        "the Gmail draft was gone when it was to be deleted",
        "what is known, when to look",
        "drafts.get",
        ("next_at", "released_at"),
    ),
    Transition(
        _S.STAGED, _E.GIVE_UP, _S.FAILED, "20 attempts or 24 hours have passed", "the reason", keeps=False
    ),
    Transition(
        _S.RELEASING,
        _E.ACCEPTED,
        _S.SENT,
        "Gmail answered with the message's id",
        "message id, thread id, time, counters",
        needs=("sent_at",),
    ),
    Transition(
        _S.RELEASING,
        _E.FOUND_SENT,
        _S.SENT,
        "a look found our header in SENT",
        "message id, thread id, time, counters",
        needs=("sent_at",),
    ),
    Transition(
        _S.RELEASING,
        _E.STILL_THERE,
        _S.STAGED,
        "the Gmail draft is there as it was staged, at the last look",
        "when to try again",
        needs=_DRAFT,
    ),
    Transition(
        _S.RELEASING,
        _E.EDITED,
        _S.CANCELLED,
        "not in SENT, and a Gmail draft with our header has other ids, at the last look",
        _PENDING,
        keeps=False,
    ),
    Transition(
        _S.RELEASING,
        _E.LOST,
        _S.UNCONFIRMED,
        "the Gmail draft is gone and no sent copy was seen, at the last look",
        "what is known, what was asked, when",
    ),
    Transition(
        _S.RELEASING,
        _E.UNKNOWN,
        _S.RELEASING,
        "the outcome of the call is not known, or a look says too little",
        "what is known, when to look",
        "drafts.get; messages.list, messages.get, drafts.list",
        ("next_at",),
    ),
    Transition(
        _S.RELEASING,
        _E.NOT_TRIED,
        _S.STAGED,
        "nothing was written to the network",
        "when to try again",
        needs=_DRAFT,
    ),
    Transition(
        _S.RELEASING,
        _E.REFUSED_FOR_NOW,
        _S.STAGED,
        "Gmail did nothing and wants us to wait, or to sign in",
        "when to try again",
        needs=_DRAFT,
    ),
    Transition(
        _S.RELEASING, _E.REFUSED_FOR_GOOD, _S.FAILED, "Gmail refuses this message", "the reason", keeps=False
    ),
    Transition(
        _S.UNCONFIRMED,
        _E.SETTLED_SENT,
        _S.SENT,
        "the operator says that it was sent",
        "by whom, the note",
        needs=("sent_at", "settled_by"),
    ),
    Transition(
        _S.UNCONFIRMED,
        _E.SETTLED_NOT_SENT,
        _S.CANCELLED,
        "the operator says that it was not sent",
        "by whom, the note; the draft is pending",
        needs=("settled_by",),
        keeps=False,
    ),
    Transition(
        _S.UNCONFIRMED,
        _E.ASK_AGAIN,
        _S.RELEASING,
        "the operator asks Gmail again",
        "when to look",
        "drafts.get; messages.list, messages.get, drafts.list",
        ("next_at",),
    ),
    Transition(
        _S.FAILED,
        _E.RETRY,
        _S.QUEUED,
        "the operator tries again; it has no Gmail draft",
        "attempts begin anew",
    ),
    Transition(
        _S.FAILED,
        _E.RETRY_STAGED,
        _S.STAGED,
        "the operator tries again; its Gmail draft lives",
        "attempts begin anew",
        needs=_DRAFT,
    ),
    Transition(
        _S.FAILED, _E.TAKE_BACK, _S.CANCELLED, "the operator edits it; it has no Gmail draft", _PENDING
    ),
    Transition(
        _S.FAILED,
        _E.DISCARD,
        _S.CANCELLED,
        "the operator discards it; it has no Gmail draft",
        "by whom, the note; the draft is discarded",
    ),
    Transition(
        _S.FAILED,
        _E.DELETED,
        _S.CANCELLED,
        "it is recalled, and the Gmail draft was deleted",
        "the reason; the draft is pending or discarded",
    ),
    Transition(
        _S.FAILED,
        _E.MISSING,
        _S.RELEASING,
        "the Gmail draft was gone when it was to be deleted",
        "what is known, when to look",
        "drafts.get",
        ("next_at", "released_at"),
    ),
    Transition(_S.SENT, _E.BOUNCED, _S.SENT, "its bounce was seen", "the mark", needs=("bounced_at",)),
)
TRANSITIONS: Mapping[tuple[DeliveryState, Step], Transition] = {(one.state, one.step): one for one in _TABLE}

_SETTLED: Mapping[str, Any] = {
    "waiting_for": None,
    "waiting_until": None,
    "next_at": None,
    "retry_at": None,
    "looks": 0,
    "cause": None,
    "explanation": None,
    "lease_owner": None,
    "lease_until": None,
}
_NO_GMAIL_DRAFT: Mapping[str, Any] = {
    "gmail_draft_id": None,
    "gmail_draft_message_id": None,
    "staged_at": None,
}
_ENDED = frozenset({DeliveryState.SENT, DeliveryState.CANCELLED})


def apply(delivery: Delivery, step: Step, at: datetime, **values: Any) -> Delivery:
    """The delivery after `step`, with `values` for further fields; raises NotInTable.

    What it waited for, its backoff, its looks, its cause and its lease are over unless `values` says
    otherwise; the reservation against the quotas goes where the table gives it back.
    """
    rule = TRANSITIONS.get((delivery.state, step))
    if rule is None:
        raise NotInTable(f"{step.value} does not happen to a delivery that is {delivery.state.value}")
    changed: dict[str, Any] = dict(_SETTLED)
    if not rule.keeps:
        changed["counted_at"] = None
    if rule.to is DeliveryState.QUEUED:
        changed |= _NO_GMAIL_DRAFT
    if rule.to in _ENDED:
        changed["recall"] = None
    after = replace(delivery, **(changed | values | {"state": rule.to, "changed_at": at}))
    missing = [name for name in rule.needs if getattr(after, name) is None]
    if missing:
        raise NotInTable(f"{step.value} of a {delivery.state.value} delivery needs {', '.join(missing)}")
    return after
