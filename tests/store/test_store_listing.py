"""Drafts as the command line lists them: all of them, in order, each with what a machine asks for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from outtray.desk import Desk
from outtray.review import decide
from outtray.store import listing
from outtray.store.listing import describe, list_drafts
from tests.fakes.clock import FakeClock
from tests.fakes.desks import approve, make_desk, make_proposal, propose, propose_all

FORM = (
    "id, status, source, external_id, to, subject, recipient_name, company_name, findings, waiting_for,"
    " waiting_until, created_at"
)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def desk(tmp_path: Path, clock: FakeClock) -> Iterator[Desk]:
    opened = make_desk(tmp_path, clock=clock)
    yield opened
    opened.close()


def listed(desk: Desk, *statuses: str, limit: int | None = None) -> list[int]:
    with desk.store.read() as connection:
        return [draft["id"] for draft in list_drafts(connection, statuses=statuses, limit=limit)]


def test_pages_make_one_list(desk: Desk, clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "_BATCH", 4)
    ids = propose_all(desk, [make_proposal(external_id=str(number)) for number in range(11)])
    assert listed(desk) == ids[::-1]
    assert listed(desk, limit=6) == ids[:4:-1]
    assert listed(desk, "pending", limit=100) == ids[::-1]
    for number in (ids[9], ids[2], ids[5]):
        clock.advance(timedelta(seconds=1))
        decide.reject(desk, [number], "Tone")
    assert listed(desk, "rejected") == [ids[5], ids[2], ids[9]]
    assert listed(desk, "rejected", "sent") == [ids[5], ids[2], ids[9]]
    assert listed(desk, "rejected", "pending", limit=4) == [ids[5], ids[2], ids[9], ids[10]]
    assert listed(desk, "sent") == []


def test_a_line_has_the_form_that_scripts_rely_on(desk: Desk) -> None:
    number = propose(desk, external_id="e-1", subject="", recipient_name="Ada", company_name="Acme")
    with desk.store.read() as connection:
        (line,) = describe(connection, [number, 99])
    assert set(FORM.split(", ")) <= line.keys()
    assert line["to"] == ["ada@example.com"]
    assert [finding["code"] for finding in line["findings"]] == ["no_subject"]
    assert line["created_at"] == "2026-03-02T09:00:00.000Z"
    assert line["waiting_for"] is None


def test_an_approved_draft_says_what_it_waits_for(desk: Desk) -> None:
    number = propose(desk)
    approve(desk, number)
    with desk.store.read() as connection:
        (line,) = list_drafts(connection, statuses=["approved"])
    assert (line["id"], line["waiting_for"]) == (number, "undo")
    assert line["waiting_until"] == "2026-03-02T09:00:30.000Z"
