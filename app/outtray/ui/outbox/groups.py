"""What holds a delivery, in words: the groups of the Outbox in their order, and each row's why and until."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from outtray.model.delivery import DeliveryState, Gate
from outtray.store.outbox_reads import DeliveryRow, Heap
from outtray.ui.deliveries.moments import left, moment, second

SENDING = "sending"


@dataclass(frozen=True, slots=True)
class Group:
    """One reason to wait: its head, the note at the head's right, and what a row of it offers."""

    key: str
    title: str
    icon: str
    note: str = ""
    action: str | None = None
    warns: bool = False


# In the order in which they are shown; empty ones are absent.
GROUPS = (
    Group(Gate.UNDO, "Undo window", "ph.arrow-counter-clockwise", "nothing has left yet", "Undo"),
    Group(SENDING, "Sending now", "ph.paper-plane-tilt"),
    Group(
        Gate.RECONCILING, "Not known yet", "ph.question", "never sent again by guess", "Ask now", warns=True
    ),
    Group(Gate.SWITCH, "Sending is paused", "ph.pause", "nothing leaves until you resume", warns=True),
    Group(Gate.OFFLINE, "This computer is offline", "ph.wifi-slash", "until it is back"),
    Group(Gate.KEYRING, "The keyring is locked", "ph.lock-key", "until you unlock it", "Unlock"),
    Group(Gate.SIGN_IN, "Sign in again", "ph.key", "no attempt was lost", "Reconnect", warns=True),
    Group(Gate.BREAKER, "Gmail is not answering", "ph.lightning-slash", "no attempt is used", "Try now"),
    Group(Gate.RETRY, "Trying again", "ph.arrow-clockwise", action="Try now"),
    Group(Gate.ACCOUNT_QUOTA, "Daily limit reached", "ph.hourglass-medium"),
    Group(Gate.RECIPIENT_QUOTA, "Weekly limit for this person", "ph.user-circle"),
    Group(Gate.QUIET_HOURS, "Quiet hours", "ph.moon"),
    Group(Gate.SCHEDULE, "Scheduled", "ph.calendar-blank", "set by the source"),
)
BY_KEY = {str(group.key): group for group in GROUPS}


def group_key(state: DeliveryState, gate: Gate | None) -> str:
    """The group of a delivery: its undo window first, then the first gate that holds it."""
    if state is DeliveryState.HOLDING:
        return str(Gate.UNDO)
    return SENDING if gate in {None, Gate.UNDO} else str(gate)


def group_of(row: DeliveryRow) -> Group:
    """The group that a delivery stands in."""
    return BY_KEY[group_key(row.state, row.waiting_for)]


def arranged(heaps: Sequence[Heap]) -> list[tuple[Group, list[Heap]]]:
    """The groups that hold anything, in their order, each with its heaps."""
    by_group: dict[str, list[Heap]] = {}
    for heap in heaps:
        by_group.setdefault(group_key(heap.state, heap.waiting_for), []).append(heap)
    return [(group, by_group[str(group.key)]) for group in GROUPS if str(group.key) in by_group]


@dataclass(frozen=True, slots=True)
class Moment:
    """The instant for which words are made, and the operator's zone."""

    now: datetime
    zone: tzinfo | None = None

    def say(self, instant: datetime) -> str:
        """The instant, as short as it can be said."""
        return moment(instant, self.now, self.zone)

    def midnight(self) -> datetime:
        """When the operator's day began."""
        return self.now.astimezone(self.zone).replace(hour=0, minute=0, second=0, microsecond=0)


def why(row: DeliveryRow, at: Moment) -> str:
    """Why it has not left, one phrase."""
    key = group_key(row.state, row.waiting_for)
    if key == Gate.UNDO:
        return f"Leaves at {second(row.hold_until, at.zone)}"
    if key == SENDING:
        return _STEPS.get(row.state, "Has just left this list")
    if key == Gate.RECONCILING:
        return (row.explanation or _BROKE[row.state is DeliveryState.RELEASING]).rstrip(".")
    if key == Gate.SCHEDULE:
        return f"{row.source} asked for this time"
    return (row.explanation or _HELD[key]).rstrip(".")


def until(row: DeliveryRow, at: Moment) -> str:
    """Until when, one phrase: a time, a countdown or whose move it is."""
    key = group_key(row.state, row.waiting_for)
    when = row.waiting_until or row.next_at
    if key == Gate.UNDO:
        return left(row.hold_until, at.now)
    if key == SENDING:
        return _PROGRESS.get(row.state, "").format(row.attempt)
    if key in _YOURS:
        return _YOURS[key]
    if when is None:
        return "not known"
    if key == Gate.RETRY:
        return f"attempt {row.attempt + 1} at {at.say(when)}"
    return _LEAD_IN.get(key, "") + at.say(when)


def share_left(row: DeliveryRow, now: datetime) -> float:
    """How much of the undo window is left, 0 … 1."""
    whole = (row.hold_until - row.approved_at).total_seconds()
    rest = (row.hold_until - now).total_seconds()
    return 0.0 if whole <= 0 else min(1.0, max(0.0, rest / whole))


def notice(row: DeliveryRow) -> tuple[str, str, str] | None:
    """What the details say on top: title, text and tone; None where the timeline says it all."""
    return _NOTICES.get(group_key(row.state, row.waiting_for))


def spoken(row: DeliveryRow, at: Moment) -> str:
    """The row as one sentence, for a screen reader."""
    more = f" and {row.recipients - 1} more" if row.recipients > 1 else ""
    group = group_of(row)
    by_rule = "" if row.rule is None else ", let through by a rule"
    return f"{row.recipient}{more}, {row.subject}, {group.title}, {why(row, at)}, {until(row, at)}{by_rule}"


_STEPS = {
    DeliveryState.QUEUED: "Next to leave",
    DeliveryState.STAGING: "Being placed as a draft",
    DeliveryState.STAGED: "Placed, digest checked",
    DeliveryState.RELEASING: "Placed, digest checked",
}
_PROGRESS = {
    DeliveryState.QUEUED: "in a moment",
    DeliveryState.STAGING: "Placing, attempt {}",
    DeliveryState.STAGED: "Releasing next",
    DeliveryState.RELEASING: "Releasing, attempt {}",
}
_BROKE = {False: "The line broke while it was placed", True: "The line broke during the release"}
_HELD: dict[str, str] = {
    Gate.SWITCH: "You paused sending",
    Gate.OFFLINE: "No connection to the network",
    Gate.KEYRING: "The sign-in lies in the keyring",
    Gate.SIGN_IN: "Google asks you to sign in again",
    Gate.BREAKER: "Too many calls failed",
    Gate.RETRY: "The last attempt failed",
    Gate.ACCOUNT_QUOTA: "This account’s messages of today are used",
    Gate.RECIPIENT_QUOTA: "This person’s messages of the week are used",
    Gate.QUIET_HOURS: "Nothing leaves in quiet hours",
}
_YOURS: dict[str, str] = {
    Gate.SWITCH: "until you resume",
    Gate.OFFLINE: "until it is back",
    Gate.KEYRING: "until you unlock it",
    Gate.SIGN_IN: "until you reconnect",
}
_LEAD_IN: dict[str, str] = {Gate.RECONCILING: "asks again ", Gate.BREAKER: "next try "}
_NOTICES: dict[str, tuple[str, str, str]] = {
    Gate.RECONCILING: (
        "It may have left. Outtray does not guess.",
        "The Gmail draft can be released once only, so asking again can’t send it twice.",
        "warn",
    ),
    Gate.SWITCH: ("Sending is paused.", "It leaves when you resume sending.", "warn"),
    Gate.SIGN_IN: (
        "Google asks you to sign in again.",
        "No attempt was lost. It goes on as soon as you have reconnected.",
        "warn",
    ),
    Gate.KEYRING: (
        "The keyring is locked.",
        "The sign-in lies in it. Unlock it and the message goes on by itself.",
        "warn",
    ),
    Gate.BREAKER: (
        "Gmail is not answering.",
        "Outtray asks now and then whether it is back. No attempt of this message is used.",
        "info",
    ),
    Gate.OFFLINE: ("This computer is offline.", "It goes out when the network is back.", "info"),
}
