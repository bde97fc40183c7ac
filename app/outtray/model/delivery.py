"""Deliveries: one approved draft on its way out; its states, gates and what it waits for.

The table `TRANSITIONS` is the whole state machine: a change that is not in it does not happen.
"""

from __future__ import annotations

from enum import StrEnum


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
