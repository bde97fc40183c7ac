"""Where the sender is killed: before, in and after every call that the table of transitions names, and as
soon as a delivery stands in each of its states.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from outtray.model.transitions import TRANSITIONS


class Stage(StrEnum):
    """The instant of a kill."""

    ARRIVED = "arrived"  # the request was written, and never took effect
    PERFORMED = "performed"  # it took effect, and its answer was never written
    ANSWERED = "answered"  # the answer was written, and what it says could not be committed
    COMMITTED = "committed"  # a delivery has just come into a state


STAGES = tuple(Stage)
# The table names the calls that follow a commit. A deletion follows none, since the state stays what it was;
# a token is asked for before any of them.
_BESIDE_THE_TABLE = ("drafts.delete", "oauth.token")
OPERATIONS = (
    *sorted({name for rule in TRANSITIONS.values() for name in re.split(r"[;,] ", rule.call) if name}),
    *_BESIDE_THE_TABLE,
)
STATES = tuple(sorted({rule.to for rule in TRANSITIONS.values()}))


@dataclass(frozen=True, slots=True)
class Point:
    """One place to kill at; `what` is an operation of Google's, or a state of deliveries."""

    stage: Stage
    what: str

    @property
    def name(self) -> str:
        """As `--point` takes it."""
        return f"{self.what}/{self.stage.value}"


POINTS = (
    *(Point(stage, name) for name in OPERATIONS for stage in STAGES if stage is not Stage.COMMITTED),
    *(Point(Stage.COMMITTED, state.value) for state in STATES),
)
