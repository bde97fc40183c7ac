"""Instants and durations as the window writes them: the operator's time, 24 hours, "Thu 08:00"."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo
from typing import Any

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def zone_of(settings: dict[str, Any]) -> tzinfo | None:
    """The operator's time zone; None is this computer's own."""
    name = settings.get("operator.time_zone")
    if not name:
        return None
    from zoneinfo import ZoneInfo

    return ZoneInfo(name)


def second(instant: datetime, zone: tzinfo | None) -> str:
    """As in 14:33:02."""
    return f"{instant.astimezone(zone):%H:%M:%S}"


def moment(instant: datetime, now: datetime, zone: tzinfo | None) -> str:
    """As short as it can be said: "14:36", "tomorrow 00:00", "Thu 08:00", "Mon 30 Nov 09:00"."""
    local, today = instant.astimezone(zone), now.astimezone(zone).date()
    days = (local.date() - today).days
    clock = f"{local:%H:%M}"
    if days == 0:
        return clock
    if days == 1:
        return f"tomorrow {clock}"
    if days == -1:
        return f"yesterday {clock}"
    if abs(days) < 7:
        return f"{_DAYS[local.weekday()]} {clock}"
    date = f"{_DAYS[local.weekday()]} {local.day} {_MONTHS[local.month - 1]}"
    return f"{date} {clock}" if local.year == today.year else f"{date} {local.year} {clock}"


def full(instant: datetime, zone: tzinfo | None) -> str:
    """As in 24 Nov 2026, 14:32:32."""
    local = instant.astimezone(zone)
    return f"{local.day} {_MONTHS[local.month - 1]} {local.year}, {local:%H:%M:%S}"


def left(until: datetime, now: datetime) -> str:
    """A countdown: "18 s", "4 min", "2 h"; "now" once it is over."""
    seconds = -((now - until) // timedelta(seconds=1))
    if seconds <= 0:
        return "now"
    if seconds < 120:
        return f"{seconds} s"
    return f"{seconds // 60} min" if seconds < 7200 else f"{seconds // 3600} h"


def took(milliseconds: int | None) -> str:
    """As in 0.4 s; an en dash where nothing was measured."""
    return "–" if milliseconds is None else f"{milliseconds / 1000:.1f} s"


def size(octets: int) -> str:
    """As in 4.1 kB or 31 MB."""
    if octets < 1000:
        return f"{octets} B"
    if octets < 1_000_000:
        return f"{octets / 1000:.1f} kB"
    return f"{octets / 1_000_000:.1f} MB"


def grouped(hexadecimal: str, groups: int = 0) -> str:
    """A digest in fours, "7f3a 19c2 …"; all of it where `groups` is 0."""
    fours = [hexadecimal[start : start + 4] for start in range(0, len(hexadecimal), 4)]
    return " ".join(fours) if not groups or groups >= len(fours) else " ".join(fours[:groups]) + " …"
