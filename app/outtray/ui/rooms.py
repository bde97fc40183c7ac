"""The window's rooms, as the sidebar lists them; light, since the first picture is painted from them too."""

from __future__ import annotations

from typing import NamedTuple


class Room(NamedTuple):
    """One entry: the screen's name, what people read, its icon, its command, and the counts it shows."""

    name: str
    title: str
    icon: str
    command: str
    counts: tuple[str, ...] = ()
    urgent: bool = False
    gap: bool = False


_GIVEN_UP = ("status.failed", "status.unconfirmed")
ROOMS = (
    Room("review", "Review", "ph.tray", "goReview", ("status.pending",)),
    Room("snoozed", "Snoozed", "ph.clock-afternoon", "goSnoozed", ("status.snoozed",)),
    Room("outbox", "Outbox", "ph.hourglass-medium", "goOutbox", ("status.approved",)),
    Room("sent", "Sent", "ph.paper-plane-tilt", "goSent", ("status.sent",)),
    Room("failed", "Failed", "ph.warning-octagon", "goFailed", _GIVEN_UP, urgent=True),
    Room("rejected", "Rejected", "ph.prohibit", "goRejected", ("status.rejected",)),
    Room("rules", "Rules", "ph.scales", "goRules", gap=True),
    Room("audit", "Audit log", "ph.list-numbers", "goAudit"),
)


def short(count: int) -> str:
    """A count as the sidebar writes it: exact to 999, then "1.2k"."""
    if count < 1000:
        return str(count) if count else ""
    value, unit = (count / 1000, "k") if count < 1_000_000 else (count / 1_000_000, "M")
    return f"{value:.1f}{unit}" if value < 10 else f"{int(value)}{unit}"
