"""What each source can learn: outcomes, edits, findings and reasons, over some days."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from outtray.desk import Desk
from outtray.model.findings import Severity
from outtray.model.text_difference import Edit, edits
from outtray.review import decide, edit
from outtray.review.report import full_report
from outtray.review.rule_record import CancelledError
from outtray.review.source_report import Often, source_reports
from tests.fakes.clock import FakeClock
from tests.fakes.desks import approve, make_desk
from tests.review.ruled_desks import draft, examine, examined, found


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def desk(tmp_path: Path, clock: FakeClock) -> Iterator[Desk]:
    desk = make_desk(tmp_path, clock=clock, account=True)
    yield desk
    desk.close()


def save(desk: Desk, number: int, text: str) -> None:
    now = draft(desk, number).revision
    edit.save(desk, number, now.id, replace(now.content, body_text=text))
    examine(desk, number)


def letters(desk: Desk, count: int, source: str = "crm") -> list[int]:
    return [
        examined(
            desk,
            source=source,
            external_id=f"{source}-{place}",
            body_text="Dear Ada,\n\nRegards,\n[Your Name]\n",
            to=f"{source}{place}@example.com",
        )
        for place in range(count)
    ]


def test_a_source_with_what_became_of_its_drafts(desk: Desk) -> None:
    first, second, third, fourth, waiting = letters(desk, 5)
    (other,) = letters(desk, 1, "form")
    for number in (first, second):
        save(desk, number, "Dear Ada,\n\nRegards,\nMara\n")
        approve(desk, number)
    approve(desk, third)
    decide.reject(desk, [fourth], "Wrong person")
    examine(desk, waiting, [found(Severity.WARN)])
    crm, form = source_reports(desk, 90)
    assert (crm.source, crm.drafts, crm.unchanged, crm.edited, crm.refused, crm.waiting) == (
        "crm",
        5,
        1,
        2,
        1,
        1,
    )
    assert crm.fields == (Often("body_text", 2),)
    assert crm.edits == (Often("[Your Name] → Mara", 2),)
    assert crm.findings[0] == Often("planted", 1)
    assert crm.reasons == (Often("Wrong person", 1),)
    assert (form.source, form.drafts, form.waiting) == ("form", 1, 1)
    assert draft(desk, other).status == "pending"


def test_what_is_older_is_left_out_and_a_report_can_be_stopped(desk: Desk, clock: FakeClock) -> None:
    (number,) = letters(desk, 1)
    save(desk, number, "Changed")
    with pytest.raises(CancelledError):
        source_reports(desk, 90, cancelled=lambda: True)
    clock.advance(timedelta(days=91))
    assert source_reports(desk, 90) == []


def test_the_source_reads_why_it_was_rejected_and_what_was_changed(desk: Desk) -> None:
    (number,) = letters(desk, 1)
    save(desk, number, "Dear Ada,\n\nRegards,\nMara\n")
    decide.reject(desk, [number], "Wrong person")
    report = full_report(desk, number)
    assert report["reason"] == "Wrong person"
    assert report["changed"] == ["body_text"]
    assert report["edits"] == [{"field": "body_text", "removed": "[Your Name]", "added": "Mara"}]


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [
        ("", "", []),
        ("one two", "one  two\n", []),
        ("one two three", "one 2 three", [("two", "2")]),
        ("one", "one two", [("", "two")]),
        ("one two", "two", [("one", "")]),
    ],
)
def test_edits_are_runs_of_words(before: str, after: str, changes: list[tuple[str, str]]) -> None:
    assert list(edits(before, after)) == [Edit(*pair) for pair in changes]


def test_a_long_text_is_compared_by_lines() -> None:
    lines = [f"line {number} of many" for number in range(2_000)]
    changed = [*lines[:50], "another line", *lines[51:]]
    assert list(edits("\n".join(lines), "\n".join(changed))) == [Edit("line 50 of many", "another line")]
