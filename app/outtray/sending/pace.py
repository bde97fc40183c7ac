"""The sender's own times, which are no settings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Pace:
    """`lease` outlasts the longest call; `grace` is what an undo window gets again after a restart; after
    `shut_for` behind a shut gate a staged draft is deleted again. `units_a_minute` is what Gmail takes
    from one account.
    """

    lease: timedelta = timedelta(seconds=90)
    grace: timedelta = timedelta(seconds=10)
    shut_for: timedelta = timedelta(minutes=15)
    units_a_minute: int = 15_000
