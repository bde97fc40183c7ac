"""One switch stops everything: in this process, from another one, and over a restart."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from outtray.model.delivery import DeliveryState
from outtray.model.errors import Refused
from outtray.sending import switch
from outtray.sending.pace import Pace
from outtray.sending.sender import Sender
from outtray.transports import transport_for
from tests.fakes.google import FakeGoogle
from tests.sending.post import Post


def test_a_second_pause_does_nothing(practice: Post) -> None:
    assert switch.pause(practice.desk).changes
    assert not switch.pause(practice.desk).changes
    assert switch.status(practice.desk).paused
    assert practice.rows("SELECT count(*) FROM audit_events WHERE action = 'sending.paused'")[0][0] == 1


def test_resuming_needs_a_yes(practice: Post) -> None:
    switch.pause(practice.desk)
    with pytest.raises(Refused, match="yes"):
        switch.resume(practice.desk, confirmed=False)
    assert switch.status(practice.desk).paused


def test_nothing_begins_after_a_pause_between_the_two_steps(gmail: Post, google: FakeGoogle) -> None:
    number = gmail.due()
    create = gmail.transport.create

    def pressed(raw: bytes, thread_id: str | None) -> object:
        placed = create(raw, thread_id)
        switch.pause(gmail.desk)
        return placed

    gmail.transport.create = pressed  # type: ignore[assignment,method-assign]
    gmail.run()
    assert gmail.state(number) is DeliveryState.STAGED
    assert google.calls("drafts.send") == 0
    switch.resume(gmail.desk, confirmed=True)
    gmail.run()
    assert gmail.state(number) is DeliveryState.SENT
    assert google.calls("drafts.create") == 1


def test_a_pause_that_lasts_takes_the_gmail_draft_back(gmail: Post, google: FakeGoogle) -> None:
    number = gmail.due()
    create = gmail.transport.create

    def pressed(raw: bytes, thread_id: str | None) -> object:
        placed = create(raw, thread_id)
        switch.pause(gmail.desk)
        return placed

    gmail.transport.create = pressed  # type: ignore[assignment,method-assign]
    gmail.run(Pace().shut_for)
    assert gmail.state(number) is DeliveryState.QUEUED
    assert gmail.delivery(number).waiting_for == "switch"
    assert not google.mailbox.drafts()
    assert not google.delivered()


def test_another_process_pauses_and_no_call_begins_later_than_a_second_after(
    gmail: Post, google: FakeGoogle
) -> None:
    """Twenty leave on a thread of their own while `outtray sending pause` runs in another process."""
    paused = threading.Event()
    begun_after: list[str] = []
    half = threading.Event()
    transport = transport_for(gmail.desk, gmail.account)
    create, send = transport.create, transport.send

    def watched_create(raw: bytes, thread_id: str | None) -> object:
        if paused.is_set():
            begun_after.append("create")
        return create(raw, thread_id)

    def watched_send(draft_id: str) -> object:
        if paused.is_set():
            begun_after.append("send")
        placed = send(draft_id)
        if len(google.delivered()) == 5:
            half.set()
            # The sender stands in a call, as it mostly does, while the other process writes.
            assert paused.wait(60)
        return placed

    transport.create, transport.send = watched_create, watched_send  # type: ignore[method-assign,assignment]
    sender = Sender(gmail.desk, gmail.account.address, transport)
    gmail.sender = sender
    sender.step()
    numbers = [gmail.due(to=f"p{turn}@example.com") for turn in range(20)]
    thread = threading.Thread(target=gmail.run)
    thread.start()
    assert half.wait(60)
    subprocess.run(
        [sys.executable, "-m", "outtray", "--profile", str(gmail.desk.profile.folder), "sending", "pause"],
        check=True,
        capture_output=True,
        timeout=60,
    )
    paused.set()
    thread.join(60)
    assert not thread.is_alive()
    assert not begun_after
    assert len(google.delivered()) == 5
    assert {gmail.state(number).value for number in numbers} == {"sent", "queued"}
    transport.close()


def test_the_switch_holds_over_a_restart(tmp_path: Path, practice: Post) -> None:
    switch.pause(practice.desk)
    number = practice.due()
    practice.sender = practice.new_sender()
    practice.run(Pace().shut_for)
    assert practice.state(number) is DeliveryState.QUEUED
    assert not list(practice.desk.profile.practice_sent.iterdir())
