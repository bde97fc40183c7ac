"""Deliveries: one approved draft on its way out; its states, its gates, and all that is kept of it.

How it goes from state to state is the table of `model.transitions`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class DeliveryState(StrEnum):
    """Where a delivery stands; each state but the last ones is committed before the call that follows."""

    HOLDING = "holding"
    QUEUED = "queued"
    STAGING = "staging"
    STAGED = "staged"
    RELEASING = "releasing"
    SENT = "sent"
    UNCONFIRMED = "unconfirmed"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Gate(StrEnum):
    """What a delivery waits for, in the order in which the first one is shown."""

    UNDO = "undo"
    SWITCH = "switch"
    SIGN_IN = "sign_in"
    KEYRING = "keyring"
    OFFLINE = "offline"
    BREAKER = "breaker"
    RETRY = "retry"
    ACCOUNT_QUOTA = "account_quota"
    RECIPIENT_QUOTA = "recipient_quota"
    QUIET_HOURS = "quiet_hours"
    SCHEDULE = "schedule"
    RECONCILING = "reconciling"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """All that is kept of one delivery but its bytes.

    `attempt` counts the attempts that were used; `looks` the looks taken since an outcome became
    unknown. `counted_at` is when it was reserved against the quotas, None where it counts for none.
    `next_at` is when the sender has to look at it again, `retry_at` the end of a backoff. `recall` is
    what is to become of it once its Gmail draft is deleted: `{"to": review or discarded, "reason", "cause"}`.
    A lease (`lease_owner`, `lease_until`) keeps other processes away while a call may be running.
    """

    id: int
    draft_id: int
    revision_id: int
    account: str
    state: DeliveryState
    digest: str
    message_size: int
    message_id: str
    delivery_token: str
    date_header: str | None
    thread_id: str | None
    recipient: str
    recipients: int
    subject: str
    approved_at: datetime
    approved_by: str
    hold_until: datetime
    send_after: datetime | None
    waiting_for: Gate | None
    waiting_until: datetime | None
    next_at: datetime | None
    retry_at: datetime | None
    attempt: int
    first_tried_at: datetime | None
    looks: int
    gmail_draft_id: str | None
    gmail_draft_message_id: str | None
    gmail_message_id: str | None
    gmail_thread_id: str | None
    counted_at: datetime | None
    staged_at: datetime | None
    released_at: datetime | None
    sent_at: datetime | None
    bounced_at: datetime | None
    cause: str | None
    explanation: str | None
    known: Mapping[str, Any] | None
    recall: Mapping[str, Any] | None
    settled_by: str | None
    settled_note: str | None
    lease_owner: str | None
    lease_until: datetime | None
    changed_at: datetime

    @property
    def under_way(self) -> bool:
        """Whether it has not come to an end, not even to one that the operator must settle."""
        return self.state in UNDER_WAY

    def leased_by_another(self, owner: str, now: datetime) -> bool:
        """Whether another process may be at work on it."""
        return (
            self.lease_owner not in {None, owner} and self.lease_until is not None and self.lease_until > now
        )


UNDER_WAY = frozenset(
    {
        DeliveryState.HOLDING,
        DeliveryState.QUEUED,
        DeliveryState.STAGING,
        DeliveryState.STAGED,
        DeliveryState.RELEASING,
    }
)
# What the operator may still take back without asking Gmail: nothing of it is there.
NOT_LEFT = frozenset({DeliveryState.HOLDING, DeliveryState.QUEUED})
