"""Kills the real sender, with faults beside it, until everything is delivered or at rest: was any mail lost?

    python -m tests.crash.harness --rounds N --seed S

Each round's sender and Google are processes of their own, forked from this one in which everything is
imported. The last line has the figures; exit status 1 where anything was lost or doubled, or is otherwise
wrong. `--scenario`, `--point` and `--keep` look into a round; `--defect` plants one of `tests.crash.defects`.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import gc
import json
import os
import select
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.crash import defects, template
from tests.crash.oracle import Verdict
from tests.crash.plan import SCENARIOS, plan
from tests.crash.points import POINTS
from tests.crash.processes import Process
from tests.crash.rounds import Round


@dataclass(slots=True)
class Total:
    """The sum of all rounds."""

    rounds: int = 0
    starts: int = 0
    killed: int = 0
    verdict: Verdict = field(default_factory=Verdict)
    reached: Counter[str] = field(default_factory=Counter)
    scenarios: Counter[str] = field(default_factory=Counter)
    bad: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not (self.verdict.lost or self.verdict.doubled or self.bad)

    def add(self, told: dict[str, Any]) -> None:
        self.rounds += 1
        self.starts += told["starts"]
        self.killed += told["killed"]
        self.scenarios[told["scenario"]] += 1
        self.reached.update(told["reached"])
        for name in ("delivered", "lost", "doubled", "unconfirmed", "returned"):
            setattr(self.verdict, name, getattr(self.verdict, name) + told["verdict"][name])
        self.bad += [
            f"round {told['number']} ({told['scenario']}): {one}" for one in told["verdict"]["remarks"]
        ]

    def sentence(self, seconds: float) -> str:
        found = self.verdict
        return (
            f"{self.rounds} rounds, {self.starts} starts, {self.killed} kills, {seconds:.0f} s: "
            f"{found.delivered} delivered, {found.lost} lost, {found.doubled} doubled, "
            f"{found.unconfirmed} unconfirmed ({found.returned} back in review or failed)"
        )


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="crash", description=__doc__)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="the number of the first round")
    parser.add_argument("--scenario", choices=sorted(SCENARIOS))
    parser.add_argument("--point", choices=[point.name for point in POINTS])
    parser.add_argument("--defect", choices=defects.NAMES, help="see that it is found")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep what is left of bad rounds here")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    begun = time.monotonic()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    folder = Path(tempfile.mkdtemp(prefix="outtray-crash-", dir=_memory()))
    try:
        total = _run(options, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    for line in total.bad[:50]:
        print(line, file=sys.stderr)
    if options.json:
        print(json.dumps(_as_json(total)))
    else:
        print(total.sentence(time.monotonic() - begun))
    return 0 if total.ok else 1


def _run(options: argparse.Namespace, folder: Path) -> Total:
    names = {SCENARIOS[options.scenario].kind} if options.scenario else set(template.KINDS)
    for kind in (template.KINDS[name] for name in sorted(names)):
        made = Process(functools.partial(template.make, kind, folder / kind.name), folder / "output")
        made.ended(60)
        if made.status != 0:
            raise RuntimeError((folder / "output").read_text("utf-8"))
    gc.collect()
    gc.freeze()
    total = Total()
    numbers = iter(range(options.first, options.first + options.rounds))
    working: dict[int, tuple[int, Process]] = {}
    while True:
        while len(working) < options.jobs and (number := next(numbers, None)) is not None:
            handle, process = _begin(options, folder, number)
            working[handle] = (number, process)
        if not working:
            return total
        for handle in select.select(list(working), [], [])[0]:
            number, process = working.pop(handle)
            with os.fdopen(handle) as said:
                text = said.read()
            process.ended(None)
            if not text:
                output = folder / f"harness-{number}"
                total.bad.append(f"round {number} broke off: {output.read_text('utf-8')}")
                total.rounds += 1
                continue
            total.add(json.loads(text))


def _begin(options: argparse.Namespace, folder: Path, number: int) -> tuple[int, Process]:
    """Plays a round in a process of its own; what it says comes through the file descriptor."""
    said, write = os.pipe()
    own = folder / f"round-{number}"

    def work() -> int:
        os.close(said)
        told = play(options, folder, own, number)
        with os.fdopen(write, "w") as file:
            json.dump(told, file)
        if told["verdict"]["remarks"] and options.keep is not None:
            options.keep.mkdir(parents=True, exist_ok=True)
            shutil.copytree(own, options.keep / own.name, dirs_exist_ok=True)
        shutil.rmtree(own, ignore_errors=True)
        return 0

    process = Process(work, folder / f"harness-{number}")
    os.close(write)
    return said, process


def play(options: argparse.Namespace, folder: Path, own: Path, number: int) -> dict[str, Any]:
    """One round, from the copy of a profile to the verdict."""
    name, point = plan(options.seed, number)
    name = options.scenario or name
    if options.point:
        point = next(one for one in POINTS if one.name == options.point)
    scenario = SCENARIOS[name]
    round_ = Round(options.seed, number, own, options.defect)
    round_.open(folder / scenario.kind)
    try:
        scenario.play(round_, point)
    finally:
        if round_.google is not None and round_.google.ended():
            round_.start_google(plan=False)
    verdict = round_.verdict()
    if scenario.certain and verdict.needless:
        verdict.remarks.append(f"{verdict.needless} did not arrive though nothing was in their way")
    return {
        "number": number,
        "scenario": name,
        "starts": round_.starts,
        "killed": round_.killed,
        "reached": round_.reached,
        "verdict": verdict.as_json(),
    }


def _as_json(total: Total) -> dict[str, Any]:
    figures = total.verdict.as_json() | {
        "rounds": total.rounds,
        "starts": total.starts,
        "killed": total.killed,
    }
    return figures | {
        "remarks": total.bad,
        "reached": dict(total.reached),
        "scenarios": dict(total.scenarios),
    }


def _memory() -> str | None:
    """A folder in memory where there is one: kill -9 takes nothing from what was written to a disk."""
    with contextlib.suppress(OSError):
        if os.access("/dev/shm", os.W_OK):
            return "/dev/shm"
    return None


if __name__ == "__main__":
    sys.exit(main())
