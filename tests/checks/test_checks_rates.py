"""What the checks catch and what they stop without need, counted on the labelled set."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

import pytest

from outtray.checks.registry import CHECKS, CODES, check_draft
from outtray.model.findings import Severity
from tests.checks.labelled_set import checked, companies, facts, load

CLEAN, DANGERS = load("clean.jsonl"), load("dangers.jsonl")
COMPANIES = companies()


def _found(message: dict[str, Any]) -> dict[str, Severity]:
    findings = check_draft(checked(message), facts(message, COMPANIES))
    return {finding.code: finding.severity for finding in reversed(findings)}


@pytest.fixture(scope="module")
def on_clean() -> list[dict[str, Severity]]:
    return [_found(message) for message in CLEAN]


@pytest.fixture(scope="module")
def on_dangers() -> list[dict[str, Severity]]:
    return [_found(message) for message in DANGERS]


def test_the_set_knows_the_checks_and_every_check_has_a_danger() -> None:
    assert {message["danger"] for message in DANGERS} == CODES
    assert len(CHECKS) == len(CODES)


def test_at_least_99_per_cent_of_the_dangers_are_caught_and_at_most_1_per_cent_of_clean_mail_is_blocked(
    on_clean: list[dict[str, Severity]],
    on_dangers: list[dict[str, Severity]],
    capsys: pytest.CaptureFixture[str],
) -> None:
    planted = Counter(message["danger"] for message in DANGERS)
    caught = Counter(
        message["danger"]
        for message, found in zip(DANGERS, on_dangers, strict=True)
        if message["danger"] in found
    )
    blocked = Counter(
        code for found in on_clean for code, severity in found.items() if severity is Severity.BLOCK
    )
    warned = Counter(
        code for found in on_clean for code, severity in found.items() if severity is Severity.WARN
    )
    with capsys.disabled():
        print(f"\n{'check':<20} {'planted':>7} {'caught':>7} {'clean blocked':>13} {'clean warned':>12}")
        for check in CHECKS:
            code = check.code
            print(f"{code:<20} {planted[code]:>7} {caught[code]:>7} {blocked[code]:>13} {warned[code]:>12}")
        print(f"{'all':<20} {_row(planted, caught, on_clean)}")
    assert caught.total() >= 0.99 * len(DANGERS)
    assert sum(map(_blocks, on_clean)) <= 0.01 * len(CLEAN)


def test_at_most_2_per_cent_of_clean_mail_gets_a_warning(on_clean: list[dict[str, Severity]]) -> None:
    warned = [found for found in on_clean if set(found.values()) & {Severity.WARN, Severity.BLOCK}]
    assert len(warned) <= 0.02 * len(CLEAN), warned


def test_no_danger_brings_a_second_block_that_it_does_not_deserve(
    on_dangers: list[dict[str, Severity]],
) -> None:
    others = [
        (message["id"], message["danger"], code)
        for message, found in zip(DANGERS, on_dangers, strict=True)
        for code, severity in found.items()
        if severity is Severity.BLOCK and code != message["danger"]
    ]
    assert len(others) <= 0.05 * len(DANGERS), others


def _blocks(found: dict[str, Severity]) -> bool:
    return Severity.BLOCK in found.values()


def _row(planted: Counter[str], caught: Counter[str], on_clean: Iterable[dict[str, Severity]]) -> str:
    clean = list(on_clean)
    blocked = sum(map(_blocks, clean))
    warned = sum(Severity.WARN in found.values() for found in clean)
    return f"{planted.total():>7} {caught.total():>7} {blocked:>13} {warned:>12}"
