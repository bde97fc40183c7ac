"""A clock that stands still until a test moves it."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)  # a Monday


class FakeClock:
    """Implements `model.clock.Clock`; both clocks move together, except by `step`."""

    def __init__(self, start: datetime = START) -> None:
        self._now = start
        self._steady = 1000.0
        self._lock = threading.Lock()

    def now(self) -> datetime:
        """The instant, aware, in UTC."""
        with self._lock:
            return self._now

    def monotonic(self) -> float:
        """Seconds of the steady clock."""
        with self._lock:
            return self._steady

    def advance(self, by: timedelta) -> None:
        """Lets time pass."""
        with self._lock:
            self._now += by
            self._steady += by.total_seconds()

    def step(self, by: timedelta) -> None:
        """Sets the machine's clock forwards or back, as a person or NTP does; no time passes."""
        with self._lock:
            self._now += by
