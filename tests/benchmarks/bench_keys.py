"""A key (`j`) to list and body painted at a million drafts, against the same window over a thousand."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.measuring import Figure, at_most, below, percentile
from tests.benchmarks.profiles import make_profile

COUNTS = (1_000, 1_000_000)
KEYS = 300
ROUNDS = 3
_PRESS = Path(__file__).with_name("press_keys.py")


def run() -> list[Figure]:
    """Medians and the slowest hundredth, from the program's own trace, in fresh processes."""
    with tempfile.TemporaryDirectory(prefix="outtray-bench-") as folder:
        profiles = {count: make_profile(Path(folder) / str(count), count) for count in COUNTS}
        times: dict[int, list[float]] = {count: [] for count in COUNTS}
        for turn in range(ROUNDS):
            for count in COUNTS if turn % 2 else reversed(COUNTS):
                times[count] += _pressed(profiles[count], Path(folder) / f"trace-{turn}-{count}")
    few, many = (times[count] for count in COUNTS)
    return [
        at_most("key to painted, median", statistics.median(many), "ms", statistics.median(few), 1.15),
        at_most("key to painted, p99", percentile(many, 99), "ms", percentile(few, 99), 2),
        below("key to painted, p99", percentile(many, 99), "ms", 16),
    ]


def _pressed(profile: Path, trace: Path) -> list[float]:
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-P", str(_PRESS), str(profile), str(trace), str(KEYS)]
    subprocess.run(command, env=environment, check=True, capture_output=True)
    lines = [json.loads(line) for line in trace.read_text(encoding="utf-8").splitlines()]
    pressed = [line["ms"] for line in lines if line["event"] == "key_painted"]
    if len(pressed) < KEYS * 0.9:
        raise RuntimeError(f"only {len(pressed)} of {KEYS} keys were painted")
    return pressed[KEYS // 10 :]
