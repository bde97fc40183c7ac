"""The sender on its own thread beside a window: it sends, wakes up, notices others, and ends in time."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QThread
from pytestqt.qtbot import QtBot

from outtray.desk import Desk
from outtray.model.accounts import Account
from outtray.model.clock import SystemClock
from outtray.model.delivery import DeliveryState
from outtray.model.events import OPERATOR
from outtray.sending import decisions, switch
from outtray.sending.transport import Transport
from outtray.sending.worker import SenderThread
from outtray.store.outbox import get_delivery
from outtray.store.settings import set_setting
from outtray.transports import transport_for
from tests.fakes.desks import approve, make_desk, propose
from tests.fakes.google import FakeGoogle, Fault
from tests.fakes.google.desk_accounts import connect


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A practice desk by the machine's own clock, with the shortest undo window."""
    opened = make_desk(tmp_path, clock=SystemClock(), account=True)
    opened.store.write(lambda transaction: set_setting(transaction, "sending.undo_seconds", 5, OPERATOR))
    yield opened
    opened.close()


def queued(desk: Desk, **fields: object) -> int:
    """An approved draft whose undo window is over: the store's own clock is not a test's to move."""
    number = approve(desk, propose(desk, **fields))

    def end_window(transaction: object) -> None:
        from sqlalchemy import text

        from outtray.store.transaction import Transaction

        assert isinstance(transaction, Transaction)
        transaction.connection.execute(
            text("UPDATE deliveries SET hold_until = :now, next_at = :now WHERE id = :id"),
            {"now": transaction.now_ms, "id": number},
        )
        transaction.changed(deliveries=frozenset({number}))

    desk.store.write(end_window)
    return number


def state(desk: Desk, number: int) -> DeliveryState:
    with desk.store.read() as connection:
        return get_delivery(connection, number).state


def running(desk: Desk, qtbot: QtBot, address: str) -> SenderThread:
    """Past its first look round, so that no window gets more time."""
    thread = SenderThread(desk, address, transport_for)
    thread.start()
    qtbot.waitUntil(lambda: thread._worker._sender is not None, timeout=10_000)
    return thread


def test_what_is_approved_beside_it_leaves(desk: Desk, qtbot: QtBot) -> None:
    thread = running(desk, qtbot, "practice@outtray.example.com")
    number = queued(desk)
    qtbot.waitUntil(lambda: state(desk, number) is DeliveryState.SENT, timeout=10_000)
    assert len(list(desk.profile.practice_sent.glob("*.eml"))) == 1
    assert thread.stop()


def test_another_process_that_resumes_wakes_it(desk: Desk, qtbot: QtBot) -> None:
    switch.pause(desk)
    thread = running(desk, qtbot, "practice@outtray.example.com")
    number = queued(desk)
    qtbot.waitUntil(lambda: state(desk, number) is DeliveryState.QUEUED, timeout=10_000)
    # `sending resume` asks on a terminal, which a test has not: what it writes is written here.
    script = (
        "import sys; from pathlib import Path; from outtray.opening import open_desk;"
        "from outtray.sending import switch; desk = open_desk(Path(sys.argv[1]));"
        "switch.resume(desk, confirmed=True); desk.close()"
    )
    subprocess.run([sys.executable, "-c", script, str(desk.profile.folder)], check=True, timeout=60)
    qtbot.waitUntil(lambda: state(desk, number) is DeliveryState.SENT, timeout=5_000)
    assert thread.stop()


def test_it_ends_at_once_when_it_has_nothing_to_do(desk: Desk, qtbot: QtBot) -> None:
    thread = running(desk, qtbot, "practice@outtray.example.com")
    assert thread.stop(1.0)
    assert not thread._thread.isRunning()
    assert thread.stop()


def test_a_call_that_hangs_is_cut_off_at_the_deadline_and_nothing_is_lost(
    tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    with FakeGoogle(tmp_path) as google:
        monkeypatch.setenv("OUTTRAY_GMAIL_API", google.root)
        desk = make_desk(tmp_path, practice=False, clock=SystemClock())
        account = connect(desk, google)
        switch.resume(desk, confirmed=True)
        thread = running(desk, qtbot, account.address)
        google.faults.next("drafts.create", Fault.HANG_AFTER)
        number = queued(desk)
        qtbot.waitUntil(lambda: google.calls("drafts.create") == 1, timeout=10_000)
        assert thread.stop(1.0)
        assert state(desk, number) is DeliveryState.STAGING
        with desk.store.read() as connection:
            assert get_delivery(connection, number).waiting_for == "reconciling"
        desk.store.write(
            lambda transaction: set_setting(transaction, "sending.look_again_seconds", "0", OPERATOR)
        )
        decisions.ask_again(desk, number)
        again = running(desk, qtbot, account.address)
        qtbot.waitUntil(lambda: state(desk, number) is DeliveryState.SENT, timeout=10_000)
        assert list(google.tokens().values()) == [1]
        assert again.stop()
        desk.close()


def test_each_thread_has_a_transport_of_its_own_made_on_it(desk: Desk, qtbot: QtBot) -> None:
    made: list[QThread] = []

    def watched(desk: Desk, account: Account) -> Transport:
        made.append(QThread.currentThread())
        return transport_for(desk, account)

    threads = [SenderThread(desk, "practice@outtray.example.com", watched) for _ in range(2)]
    for thread in threads:
        thread.start()
    qtbot.waitUntil(lambda: len(made) == 2, timeout=10_000)
    assert {id(one) for one in made} != {id(QThread.currentThread())}
    assert all(thread.stop() for thread in threads)


def test_a_disk_that_refuses_is_told_in_a_sentence_and_tried_again(
    desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    from outtray.sending import worker
    from outtray.store.store import StoreError

    monkeypatch.setattr(worker, "AFTER_TROUBLE_MILLISECONDS", 50)
    thread = running(desk, qtbot, "practice@outtray.example.com")
    sender = thread._worker._sender
    assert sender is not None
    step, failed = sender.step, threading.Event()

    def full() -> object:
        if not failed.is_set():
            failed.set()
            raise StoreError("The disk is full. Nothing was lost; nothing new is taken until there is room.")
        return step()

    sender.step = full  # type: ignore[assignment,method-assign]
    with qtbot.waitSignal(thread.trouble, timeout=10_000) as told:
        number = queued(desk)
    assert told.args == ["The disk is full. Nothing was lost; nothing new is taken until there is room."]
    qtbot.waitUntil(lambda: state(desk, number) is DeliveryState.SENT, timeout=10_000)
    assert thread.stop()
