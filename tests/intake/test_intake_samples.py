"""The practice desk's drafts: all of them come in, once, spread over the time before now."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from outtray.intake.samples import BadSample, add_practice_drafts
from outtray.store.drafts import get_draft
from outtray.store.tables import DraftTable, table_of
from tests.fakes.clock import FakeClock
from tests.fakes.desks import make_desk
from tests.intake.files import DRAFT

_DRAFTS = table_of(DraftTable)


def test_the_practice_drafts_come_in_once_and_in_the_order_of_their_times(tmp_path: Path) -> None:
    clock = FakeClock()
    desk = make_desk(tmp_path, clock=clock)
    first = add_practice_drafts(desk)
    assert first.added >= 200
    assert (first.known, first.refused) == (0, 0)
    again = add_practice_drafts(desk)
    assert (again.added, again.known) == (0, first.added)
    with desk.store.read() as connection:
        times = list(connection.execute(select(_DRAFTS.c.created_at).order_by(_DRAFTS.c.id)).scalars())
        newest = get_draft(connection, first.added)
    desk.close()
    assert times == sorted(times)
    assert newest.created_at <= clock.now()
    assert clock.now() - newest.created_at < timedelta(hours=2)
    assert times[-1] - times[0] > 24 * 3600 * 1000


def test_a_sample_takes_its_file_from_beside_it_and_a_bad_one_is_our_fault(tmp_path: Path) -> None:
    folder = tmp_path / "practice"
    (folder / "files").mkdir(parents=True)
    (folder / "files" / "plan.pdf").write_bytes(b"%PDF")
    attached = [{"filename": "The plan.pdf", "resource": "plan.pdf"}]
    lines = folder / "a.jsonl"
    lines.write_text(
        json.dumps({**DRAFT, "attachments": attached, "received_minutes_ago": 90}), encoding="utf-8"
    )
    desk = make_desk(tmp_path)
    assert add_practice_drafts(desk, folder).added == 1
    with desk.store.read() as connection:
        (file,) = get_draft(connection, 1).revision.content.attachments
    assert (file.filename, file.content_type, file.size) == ("The plan.pdf", "application/pdf", 4)
    lines.write_text(json.dumps({**DRAFT, "to": "nobody"}), encoding="utf-8")
    with pytest.raises(BadSample, match="not an address"):
        add_practice_drafts(desk, folder)
    desk.close()
