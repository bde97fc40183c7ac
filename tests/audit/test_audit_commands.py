"""`outtray audit`: what it prints, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from outtray.cli.main import run
from tests.audit.logs import tampering
from tests.fakes.desks import make_desk, propose


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    desk = make_desk(tmp_path)
    propose(desk, subject="Slots in Gdynia")
    desk.close()
    return desk.profile.folder


def _outtray(profile: Path, *arguments: str) -> int:
    return run(["--profile", str(profile), *arguments])


def test_a_good_log_verifies(profile: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _outtray(profile, "audit", "verify") == 0
    assert "every event is unchanged and in its place" in capsys.readouterr().out


def test_a_bad_log_ends_with_status_1_and_names_the_event(
    profile: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with tampering(profile / "outtray.db") as connection:
        connection.execute("UPDATE audit_events SET outcome = 'lost' WHERE sequence = 2")
    assert _outtray(profile, "audit", "verify", "--json") == 1
    said = json.loads(capsys.readouterr().out)
    assert (said["ok"], said["first_bad"], said["problem"], said["events"]) == (False, 2, "changed", 1)
    assert said["sentence"] == "Event 2 was changed. Everything before it verifies."


def test_the_log_is_printed_oldest_first_one_object_a_line(
    profile: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _outtray(profile, "audit", "log", "--json") == 0
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [event["sequence"] for event in events] == list(range(1, len(events) + 1))
    assert "draft.proposed" in {event["action"] for event in events}
    assert _outtray(profile, "audit", "log", "--since", "2026-03-02T09:00:00.001Z") == 0
    assert capsys.readouterr().out == ""


def test_an_instant_that_is_none_is_wrong_usage(profile: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _outtray(profile, "audit", "log", "--since", "last week") == 2
    assert "“last week” is not an instant" in capsys.readouterr().err


def test_an_export_says_where_it_is(
    profile: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "log.jsonl"
    assert _outtray(profile, "audit", "export", str(target)) == 0
    assert capsys.readouterr().out.endswith(f"events written to {target}.\n")
    assert _outtray(profile, "audit", "export", str(tmp_path / "none" / "log.jsonl")) == 1
    assert "can't be written: No such file or directory." in capsys.readouterr().err


def test_without_a_profile_there_is_no_log(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _outtray(tmp_path / "nowhere", "audit", "verify") == 3
    assert "There is no profile in" in capsys.readouterr().err
