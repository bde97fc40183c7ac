"""The exported log can be checked without Outtray, and appears whole or not at all."""

from __future__ import annotations

import hashlib
import json
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from outtray.audit.export import export_events
from outtray.desk import Desk
from outtray.model.events import OPERATOR, Event, Personal
from outtray.store.audit_reads import latest_events
from tests.fakes.desks import make_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = make_desk(tmp_path)
    person = Personal("ada@example.com", "reason", "Nicht so, Ada – später")
    made.store.write(
        lambda transaction: transaction.record(
            *(Event(OPERATOR, "draft.rejected", "draft", str(n), personal=(person,)) for n in range(1200))
        )
    )
    yield made
    made.close()


def test_the_chain_of_an_export_is_checked_with_hashlib_alone(desk: Desk, tmp_path: Path) -> None:
    target = tmp_path / "log.jsonl"
    seen: list[tuple[int, int]] = []
    count = export_events(desk, target, progress=lambda *far: seen.append(far))
    lines = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
    assert len(lines) == count
    assert seen[0] == (500, count)
    previous = bytes(32)
    for line in lines:
        previous = hashlib.sha256(previous + line["payload"].encode()).digest()
        assert previous.hex() == line["hash"]
    assert lines[-1]["clear"] == [{"name": "reason", "value": "Nicht so, Ada – später"}]
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_the_export_is_an_event_of_the_log(desk: Desk, tmp_path: Path) -> None:
    count = export_events(desk, tmp_path / "log.jsonl")
    with desk.store.read() as connection:
        (event,) = latest_events(connection, limit=1)
    assert (event.action, event.object_id) == ("log.exported", str(count))


def test_a_stopped_export_leaves_what_was_there(desk: Desk, tmp_path: Path) -> None:
    target = tmp_path / "log.jsonl"
    target.write_text("kept", encoding="utf-8")
    assert export_events(desk, target, cancelled=lambda: True) is None
    assert target.read_text(encoding="utf-8") == "kept"
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["log.jsonl"]


def test_a_folder_that_is_not_there_is_an_error_of_the_system(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        export_events(desk, tmp_path / "missing" / "log.jsonl")
