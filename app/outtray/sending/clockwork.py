"""Notices that the machine's clock was set, or that the machine slept."""

from __future__ import annotations

from datetime import timedelta

from outtray.desk import Desk
from outtray.model.clock import Clock
from outtray.store.due import clock_moved

# Clocks that are kept right by NTP drift apart by less between two looks.
_TOLERANCE = timedelta(seconds=2)


class Clockwork:
    """Compares the clock on the wall with the steady one, which stands still while the machine sleeps."""

    def __init__(self, clock: Clock) -> None:
        """Begins to compare now."""
        self._clock = clock
        self._wall, self._steady = clock.now(), clock.monotonic()

    def moved(self) -> timedelta | None:
        """By how much the wall clock moved against the steady one since the last time; None: not at all."""
        wall, steady = self._clock.now(), self._clock.monotonic()
        by = (wall - self._wall) - timedelta(seconds=steady - self._steady)
        self._wall, self._steady = wall, steady
        return by if abs(by) > _TOLERANCE else None

    def settle(self, desk: Desk, account: str, by: timedelta, owner: str) -> None:
        """Keeps the length of what was being waited for."""
        desk.store.write(lambda transaction: clock_moved(transaction, account, by, owner))
