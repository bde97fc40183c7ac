"""Until when a draft can be put aside by one key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo

_MORNING = time(9, 0)


@dataclass(frozen=True, slots=True)
class SnoozeTime:
    """A choice in words with its instant (UTC)."""

    words: str
    until: datetime


def snooze_times(now: datetime, zone: tzinfo | None) -> list[SnoozeTime]:
    """In 1 hour, in 4 hours, tomorrow and on Monday at 9:00 by the operator's clock."""
    local = now.astimezone(zone)
    tomorrow = _morning(local, 1, zone)
    # On a Monday before 9:00 the Monday that is meant is the next one: today has a choice of its own.
    monday = _morning(local, 7 - local.weekday(), zone)
    return [
        _in_hours(local, 1),
        _in_hours(local, 4),
        SnoozeTime(f"Tomorrow {tomorrow.astimezone(zone):%H:%M}", tomorrow),
        SnoozeTime(f"Monday {monday.astimezone(zone):%H:%M}", monday),
    ]


def _in_hours(local: datetime, hours: int) -> SnoozeTime:
    until = local.astimezone(UTC) + timedelta(hours=hours)
    word = "1 hour" if hours == 1 else f"{hours} hours"
    return SnoozeTime(f"In {word} {until.astimezone(local.tzinfo):%H:%M}", until)


def _morning(local: datetime, days: int, zone: tzinfo | None) -> datetime:
    wall = datetime.combine(local.date() + timedelta(days=days), _MORNING)
    return wall.astimezone(UTC) if zone is None else wall.replace(tzinfo=zone).astimezone(UTC)
