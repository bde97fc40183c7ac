"""Interleaved measuring: on a noisy machine only the ratio of two things measured side by side says much."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

Measure = Callable[[], float]


@dataclass(frozen=True)
class Figure:
    """One line of the report; `ok` says whether the goal is met.

    `yardstick` is the value of what it was measured against, in the same unit, None where there is none.
    """

    name: str
    value: float
    unit: str
    yardstick: float | None
    goal: str
    ok: bool

    def as_json(self) -> dict[str, Any]:
        """The form of `bench --json`, rounded to what the measuring can tell apart."""
        yardstick = None if self.yardstick is None else rounded(self.yardstick)
        return asdict(self) | {"value": rounded(self.value), "yardstick": yardstick}

    def as_text(self) -> str:
        """One line for a person."""
        mark = "ok  " if self.ok else "MISS"
        against = ""
        if self.yardstick:
            against = (
                f"  against {rounded(self.yardstick):g} {self.unit}: {self.value / self.yardstick:.2f} x"
            )
        return f"{mark}  {self.name}: {rounded(self.value):g} {self.unit}{against}  (goal {self.goal})"


def at_most(name: str, value: float, unit: str, yardstick: float, factor: float) -> Figure:
    """A figure that may be `factor` times its yardstick."""
    return Figure(name, value, unit, yardstick, f"<= {factor:g} x", value <= factor * yardstick)


def at_least(name: str, value: float, unit: str, yardstick: float, factor: float) -> Figure:
    """A figure, such as a rate, that must be `factor` times its yardstick."""
    return Figure(name, value, unit, yardstick, f">= {factor:g} x", value >= factor * yardstick)


def below(name: str, value: float, unit: str, limit: float) -> Figure:
    """A figure that a person feels, with a limit of its own."""
    return Figure(name, value, unit, None, f"<= {limit:g} {unit}", value <= limit)


def interleaved(rounds: int, measures: Mapping[str, Measure], *, warm_up: int = 1) -> dict[str, list[float]]:
    """Measures everything once a round, each round beginning with another; the first ones don't count."""
    names = list(measures)
    results: dict[str, list[float]] = {name: [] for name in names}
    for turn in range(warm_up + rounds):
        shift = turn % len(names)
        for name in names[shift:] + names[:shift]:
            value = measures[name]()
            if turn >= warm_up:
                results[name].append(value)
    return results


def medians(rounds: int, measures: Mapping[str, Measure]) -> dict[str, float]:
    """The median of each, measured interleaved."""
    return {name: statistics.median(values) for name, values in interleaved(rounds, measures).items()}


def percentile(values: list[float], percent: int) -> float:
    """The value that `percent` of the values don't exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


def rounded(value: float) -> float:
    """Four digits: more would be noise."""
    return float(f"{value:.4g}")
