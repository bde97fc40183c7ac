"""Keeps a key that was meant for the last message from approving the next one."""

from __future__ import annotations

from outtray.model.clock import Clock

_SECONDS = 0.3


class ApprovalGuard:
    """Shut for 300 ms after a decision brought the next message; time comes from the clock handed in."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._decided_at: float | None = None

    def decided(self) -> None:
        """A decision has just brought another message to the same place."""
        self._decided_at = self._clock.monotonic()

    @property
    def shut(self) -> bool:
        """Whether an approval now would be too quick to be meant."""
        return self._decided_at is not None and self._clock.monotonic() - self._decided_at < _SECONDS
