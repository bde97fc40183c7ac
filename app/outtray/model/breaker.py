"""A circuit breaker as a value: what it has seen, and whether a call may be made.

Pure: the clock is handed in, every change gives a new value, so that the store can keep it and the window
can show it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from outtray.model.clock import from_milliseconds, iso, to_milliseconds

WINDOW = 20
AT_LEAST = 5
FAILURE_RATE = 0.5
SLOW_RATE = 0.8
SLOW_SECONDS = 10.0
FIRST_OPEN = timedelta(seconds=30)
LONGEST_OPEN = timedelta(minutes=15)
PROBES = 2
# When a breaker that the operator forced open lets calls through by itself.
NEVER = datetime(9999, 12, 31, tzinfo=UTC)


class BreakerState(StrEnum):
    """Closed lets calls through; the last two are set by the operator."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"
    FORCED_OPEN = "forced_open"
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True)
class Breaker:
    """One service's breaker. `calls` are the latest ones, oldest first: `.` good, `s` slow, `x` failed.

    `open_for` is how long it opens next, `open_until` when an open one lets a probe through; `probes`
    are those that succeeded since.
    """

    state: BreakerState = BreakerState.CLOSED
    calls: str = ""
    open_until: datetime | None = None
    open_for: timedelta = FIRST_OPEN
    probes: int = 0

    def wait_until(self, now: datetime) -> datetime | None:
        """Until when no call may be made; None where one may. A forced one opens only by the operator."""
        if self.state is BreakerState.FORCED_OPEN:
            return NEVER
        if self.state is BreakerState.OPEN and self.open_until is not None and self.open_until > now:
            return self.open_until
        return None

    def asked(self, now: datetime) -> Breaker:
        """As it stands when a call is about to be made: open no longer than its time, then half open."""
        if self.state is BreakerState.OPEN and self.wait_until(now) is None:
            return replace(self, state=BreakerState.HALF_OPEN, probes=0)
        return self

    def saw(self, now: datetime, *, failed: bool, seconds: float) -> Breaker:
        """After a call that took so many seconds."""
        mark = "x" if failed else "s" if seconds >= SLOW_SECONDS else "."
        if self.state in {BreakerState.FORCED_OPEN, BreakerState.DISABLED}:
            return self
        if self.state is BreakerState.HALF_OPEN:
            return self._probed(now, good=mark == ".")
        calls = (self.calls + mark)[-WINDOW:]
        seen = replace(self, calls=calls)
        if self.state is BreakerState.CLOSED and _too_many(calls):
            return _opened(seen, now)
        return seen

    def forced(self, state: BreakerState, now: datetime) -> Breaker:
        """As the operator sets it: forced open, disabled, or closed and forgetful; half open to try now."""
        return replace(
            Breaker(),
            state=state,
            open_until=now if state is BreakerState.OPEN else None,
        )

    def _probed(self, now: datetime, *, good: bool) -> Breaker:
        if not good:
            return _opened(replace(self, open_for=min(self.open_for * 2, LONGEST_OPEN)), now)
        if self.probes + 1 >= PROBES:
            return Breaker()
        return replace(self, probes=self.probes + 1)

    def as_json(self) -> dict[str, Any]:
        """What the store keeps; instants and durations in milliseconds."""
        return {
            "state": self.state.value,
            "calls": self.calls,
            "open_until": None if self.open_until is None else to_milliseconds(self.open_until),
            "open_for": self.open_for // timedelta(milliseconds=1),
            "probes": self.probes,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Breaker:
        """What `as_json` gave."""
        until = value["open_until"]
        return cls(
            BreakerState(value["state"]),
            value["calls"],
            None if until is None else from_milliseconds(until),
            timedelta(milliseconds=value["open_for"]),
            value["probes"],
        )


def _opened(breaker: Breaker, now: datetime) -> Breaker:
    return replace(breaker, state=BreakerState.OPEN, open_until=now + breaker.open_for, probes=0)


def _too_many(calls: str) -> bool:
    if len(calls) < AT_LEAST:
        return False
    failed = calls.count("x")
    slow = calls.count("s")
    return failed >= FAILURE_RATE * len(calls) or failed + slow >= SLOW_RATE * len(calls)


def status_form(breakers: Mapping[str, Breaker]) -> dict[str, Any]:
    """The form in which breakers are reported to scripts; forced open counts as open, disabled as closed."""
    states = [breaker.state for breaker in breakers.values()]
    return {
        "summary": {
            "total": len(states),
            "open": states.count(BreakerState.OPEN) + states.count(BreakerState.FORCED_OPEN),
            "half_open": states.count(BreakerState.HALF_OPEN),
            "closed": states.count(BreakerState.CLOSED) + states.count(BreakerState.DISABLED),
        },
        "breakers": {
            name: {
                "state": breaker.state.value,
                "calls": len(breaker.calls),
                "failed": breaker.calls.count("x"),
                "slow": breaker.calls.count("s"),
                "open_until": None if breaker.open_until is None else iso(breaker.open_until),
            }
            for name, breaker in sorted(breakers.items())
        },
    }
