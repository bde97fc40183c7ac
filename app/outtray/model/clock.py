"""Time as it is handed in: instants in UTC, and a steady clock for durations."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


class Clock(Protocol):
    """Where every part of the program gets its time from."""

    def now(self) -> datetime:
        """The instant, aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds of a clock that never steps; only differences have a meaning."""
        ...


class SystemClock:
    """The machine's own clocks."""

    def now(self) -> datetime:
        """The instant, aware, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds of the system's steady clock."""
        return time.monotonic()


def to_milliseconds(instant: datetime) -> int:
    """Whole milliseconds since 1970-01-01T00:00Z, the form in which the store keeps instants."""
    return (instant - _EPOCH) // _MILLISECOND


def from_milliseconds(value: int) -> datetime:
    """The aware UTC instant of `to_milliseconds`."""
    return _EPOCH + value * _MILLISECOND


def iso(instant: datetime) -> str:
    """RFC 3339 in UTC with milliseconds, as every JSON output of the program writes instants."""
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
