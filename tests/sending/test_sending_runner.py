"""`outtray send` and `outtray sending`: what they do, say and exit with."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from outtray.cli import main
from outtray.model.clock import SystemClock
from outtray.model.delivery import DeliveryState
from outtray.sending import runner, switch
from outtray.sending.runner import Result, send_until_empty
from outtray.transports import transport_for
from tests.fakes.desks import approve, make_desk, propose
from tests.fakes.google import FakeGoogle, Fault
from tests.sending.post import Post


@pytest.fixture(autouse=True)
def no_other_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody turns the switch from elsewhere, so there is no need to look twice a second of skipped time."""
    monkeypatch.setattr(runner, "LOOK_SECONDS", 3600.0)


def send(post: Post, *, until_empty: bool = True, timeout: float | None = None) -> Result:
    """With time passing as fast as somebody waits for it."""
    return send_until_empty(
        post.desk,
        timeout=timeout,
        until_empty=until_empty,
        transport_for=transport_for,
        wait=lambda seconds: post.clock.advance(timedelta(seconds=seconds)),
    )


def test_one_pass_sends_what_can_leave_now_and_waits_for_nothing(practice: Post) -> None:
    practice.run()
    now, later = practice.due(), practice.approved(to="grace@example.com")
    practice.run()
    result = send(practice, until_empty=False)
    assert (result.sent, result.waiting, result.held) == (0, 1, {"undo": 1})
    assert practice.state(now) is DeliveryState.SENT
    assert practice.state(later) is DeliveryState.HOLDING


def test_until_empty_waits_for_undo_windows_and_looks(gmail: Post, google: FakeGoogle) -> None:
    numbers = [gmail.approved(to=f"p{turn}@example.com") for turn in range(3)]
    google.faults.next("drafts.create", Fault.RESET_AFTER)
    google.faults.next("drafts.send", Fault.RESET_BEFORE)
    result = send(gmail)
    assert (result.sent, result.waiting) == (3, 0)
    assert all(gmail.state(number) is DeliveryState.SENT for number in numbers)


def test_until_empty_waits_over_midnight_for_the_daily_quota(practice: Post) -> None:
    practice.set("sending.per_day", 1)
    for turn in range(2):
        practice.approved(to=f"p{turn}@example.com")
    assert send(practice).sent == 2


def test_a_timeout_ends_it(practice: Post) -> None:
    practice.set("sending.per_day", 0)
    practice.approved()
    result = send(practice, timeout=120)
    assert (result.sent, result.waiting, result.timed_out) == (0, 1, True)


def test_it_does_not_hang_where_only_the_operator_can_let_it_go_on(practice: Post) -> None:
    switch.pause(practice.desk)
    practice.approved()
    result = send(practice)
    assert (result.sent, result.waiting, result.paused) == (0, 1, True)
    assert "resume" in result.sentence


def test_the_json_form_counts_what_stands_now(gmail: Post, google: FakeGoogle) -> None:
    gmail.approved()
    google.faults.next("drafts.create", Fault.INVALID_TO)
    assert send(gmail).as_json() == {
        "sent": 0,
        "waiting": 0,
        "unconfirmed": 0,
        "failed": 1,
        "paused": False,
        "timed_out": False,
        "waiting_for": {},
    }


def command(post: Post, *arguments: str) -> int:
    return main.run(["--profile", str(post.desk.profile.folder), *arguments])


def test_the_command_exits_with_1_while_anything_is_unconfirmed_or_failed(
    gmail: Post, google: FakeGoogle, capsys: pytest.CaptureFixture[str]
) -> None:
    gmail.due()
    google.faults.next("drafts.create", Fault.INVALID_TO)
    gmail.run()
    assert command(gmail, "send") == 1
    assert "1 failed" in capsys.readouterr().out


@pytest.mark.slow
def test_the_command_sends_by_itself(tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    desk = make_desk(tmp_path, clock=SystemClock(), account=True)
    from outtray.model.events import OPERATOR
    from outtray.store.settings import set_setting

    desk.store.write(lambda transaction: set_setting(transaction, "sending.undo_seconds", 5, OPERATOR))
    approve(desk, propose(desk))
    folder = desk.profile.folder
    desk.close()
    assert main.run(["--profile", str(folder), "send", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["waiting"] == 1
    assert main.run(["--profile", str(folder), "send", "--until-empty", "--timeout", "60", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["sent"] == 1
    assert len(list((folder / "practice-sent").glob("*.eml"))) == 1


def test_a_second_sender_on_the_profile_is_refused_with_the_reason(
    practice: Post, capsys: pytest.CaptureFixture[str]
) -> None:
    with practice.desk.profile.hold("sender"):
        assert command(practice, "send") == 3
    assert "sending with this profile" in capsys.readouterr().err


def test_the_switch_by_command(practice: Post, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(practice, "sending", "pause") == 0
    assert command(practice, "sending", "--json") == 0
    assert '"paused": true' in capsys.readouterr().out
    assert command(practice, "sending", "resume") == 1
    assert switch.status(practice.desk).paused
