"""How long to wait before another try: exponential, with full jitter."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

BASE_SECONDS = 2.0
CAP_SECONDS = 15 * 60.0
# Whichever comes first.
MOST_ATTEMPTS = 20
LONGEST = timedelta(hours=24)

Chance = Callable[[], float]


def backoff(tries: int, chance: Chance, at_least: float | None = None) -> timedelta:
    """The wait after so many tries (1, 2, …); `chance` gives a number in 0…1.

    `at_least` are the seconds of a Retry-After, which wins where it is longer. Source of the shape:
    https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
    """
    ceiling = min(CAP_SECONDS, BASE_SECONDS * 2.0 ** min(max(tries, 1) - 1, 30))
    return timedelta(seconds=max(chance() * ceiling, at_least or 0.0))
