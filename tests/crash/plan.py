"""The scenarios by name, how often each is drawn, and what a round is about."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from tests.crash import scenarios
from tests.crash.points import POINTS, Point
from tests.crash.rounds import Round
from tests.fakes.google import Fault


@dataclass(frozen=True, slots=True)
class Scenario:
    """`play` drives a round to its rest. `certain` says that each message has to be delivered in the end.

    `kind` is that of the profile; `weight` how often it is drawn.
    """

    play: Callable[[Round, Point | None], None]
    weight: int
    kind: str = "usual"
    certain: bool = True


SCENARIOS = {
    "plain": Scenario(scenarios.plain, 4),
    "faults": Scenario(scenarios.faults, 8),
    "late": Scenario(scenarios.late, 2),
    "person": Scenario(scenarios.person, 4, certain=False),
    "edited": Scenario(scenarios.by_hand(Fault.PERSON_EDITS), 1, certain=False),
    "deleted": Scenario(scenarios.by_hand(Fault.PERSON_DELETES), 1, certain=False),
    "held": Scenario(scenarios.held, 2),
    "blind": Scenario(scenarios.blind, 3, "blind", certain=False),
    "tokens": Scenario(scenarios.tokens, 2),
    "refused": Scenario(scenarios.refused, 2),
    "google_dies": Scenario(scenarios.google_dies, 3),
    "keyring_gone": Scenario(scenarios.keyring_gone, 2),
    "quotas": Scenario(scenarios.quotas, 2, "quotas"),
    "large": Scenario(scenarios.faults, 1, "large"),
    "clock_moves": Scenario(scenarios.clock_moves, 2),
    "switch": Scenario(scenarios.switch, 2),
    "operator": Scenario(scenarios.operator, 4, certain=False),
    "two_senders": Scenario(scenarios.two_senders, 2),
    "two_without_lock": Scenario(scenarios.two_without_lock, 2),
    "locked": Scenario(scenarios.locked, 2),
    "restored": Scenario(scenarios.restored, 3, certain=False),
    "full_disk": Scenario(scenarios.full_disk, 2),
    "read_only": Scenario(scenarios.read_only, 1),
}


def scenarios_for(point: Point) -> tuple[str, ...]:
    """Those in which a round's own point is reached."""
    return _FOR_POINTS.get(point.what, ("plain", "google_dies", "keyring_gone"))


_FOR_POINTS = {
    "drafts.delete": ("held",),
    "oauth.token": ("tokens",),
    "cancelled": ("edited",),
    "unconfirmed": ("deleted",),
    "failed": ("refused",),
}
_NAMES = [name for name, scenario in SCENARIOS.items() for _ in range(scenario.weight)]


def plan(seed: int, number: int) -> tuple[str, Point]:
    """What a round is about: its scenario and its own point; every point comes in its turn."""
    chance = random.Random(f"{seed}/{number}/plan")
    point = POINTS[number % len(POINTS)]
    # A third of the rounds is laid out so that the point is reached.
    return chance.choice(_NAMES if number % 3 else scenarios_for(point)), point
