"""Start to first paint with the first page, against an empty PySide6 window of the same size."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.benchmarks.measuring import Figure, at_most, medians
from tests.benchmarks.profiles import make_profile
from tests.benchmarks.starting import Start, start_of_empty_window, start_of_outtray

COUNTS = (1_000, 10_000, 1_000_000)
ROUNDS = 9
# The size that the window has on the offscreen platform's screen of 800 by 800.
SIZE = (792, 760)


def run() -> list[Figure]:
    """The start at each size of the desk, each against the empty window; and the memory it then holds."""
    with tempfile.TemporaryDirectory(prefix="outtray-bench-") as folder:
        profiles = {count: make_profile(Path(folder) / str(count), count) for count in COUNTS}
        held: dict[str, list[float]] = {}

        def timed(name: str, start: Start) -> float:
            held.setdefault(name, []).append(start.megabytes)
            return start.milliseconds

        times = medians(
            ROUNDS,
            {"empty": lambda: timed("empty", start_of_empty_window(*SIZE))}
            | {
                str(count): lambda profile=profile, count=count: timed(str(count), start_of_outtray(profile))
                for count, profile in profiles.items()
            },
        )
    empty, largest = times["empty"], str(COUNTS[-1])
    memory = {name: sorted(values)[len(values) // 2] for name, values in held.items()}
    return [
        *(at_most(f"start at {count:,} drafts", times[str(count)], "ms", empty, 1.6) for count in COUNTS),
        at_most(
            f"start at {COUNTS[-1]:,} against {COUNTS[0]:,}", times[largest], "ms", times[str(COUNTS[0])], 1.1
        ),
        at_most(f"memory at {COUNTS[-1]:,} drafts", memory[largest], "MB", memory["empty"], 1.4),
    ]
