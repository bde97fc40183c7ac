"""A hundred rounds of kills and faults lose no mail and double none."""

from __future__ import annotations

import functools
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.crash import defects
from tests.crash.plan import SCENARIOS
from tests.crash.points import OPERATIONS, POINTS, STATES

ROOT = Path(__file__).parents[2]


def crash(*arguments: str) -> tuple[int, dict[str, Any]]:
    """The harness as a program of its own; its exit status and its figures."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.crash.harness", "--json", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_hundred_rounds_lose_no_mail_and_double_none() -> None:
    status, figures = crash("--rounds", "100", "--seed", "20260302")
    assert figures["remarks"] == []
    assert (figures["lost"], figures["doubled"], status) == (0, 0, 0)
    assert figures["rounds"] == 100
    assert figures["killed"] >= 150
    assert figures["delivered"] >= 350
    # Every point of the table had its turn, and none of them was missed.
    assert {point.name for point in POINTS} == set(figures["reached"])
    assert set(figures["scenarios"]) >= set(SCENARIOS) - {"read_only", "two_without_lock", "clock_moves"}


# In which rounds each defect shows.
SHOWN = {
    "repeat_create": ("faults", None),
    "commit_after": ("plain", "drafts.create/performed"),
    "repeat_send": ("plain", "drafts.send/performed"),
    "repeated_request": ("faults", None),
    "believe_sent": ("deleted", None),
    "missing_is_not_sent": ("plain", "drafts.send/performed"),
    "no_marks": ("restored", None),
}


@functools.cache
def some_rounds(scenario: str, point: str | None, defect: str | None) -> tuple[int, dict[str, Any]]:
    arguments = ["--rounds", "4", "--seed", "3", "--scenario", scenario]
    arguments += [] if point is None else ["--point", point]
    return crash(*arguments, *([] if defect is None else ["--defect", defect]))


@pytest.mark.slow
@pytest.mark.parametrize("name", defects.NAMES)
def test_a_planted_defect_is_found(name: str) -> None:
    status, figures = some_rounds(*SHOWN[name], name)
    assert status == 1
    assert figures["lost"] + figures["doubled"] > 0
    # It is the defect that is found, and neither one that no longer fits the code nor what the rounds do.
    assert not [remark for remark in figures["remarks"] if "a process" in remark]
    good, without = some_rounds(*SHOWN[name], None)
    assert (good, without["lost"], without["doubled"], without["remarks"]) == (0, 0, 0, [])


def test_every_call_and_every_state_of_the_table_is_a_point() -> None:
    assert {"drafts.create", "drafts.send", "drafts.list", "drafts.get", "messages.list"} <= set(OPERATIONS)
    assert {"drafts.delete", "messages.get", "oauth.token"} <= set(OPERATIONS)
    assert {"queued", "staging", "staged", "releasing", "sent", "unconfirmed", "failed", "cancelled"} == set(
        STATES
    )
    assert len({point.name for point in POINTS}) == 3 * len(OPERATIONS) + len(STATES)
