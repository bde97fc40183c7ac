"""What the store said it has is there after kill -9 at any instant, and the log continues over processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from outtray.audit.verify import verify
from outtray.desk import Desk
from outtray.model.changes import Changes
from outtray.model.draft import Proposal
from outtray.model.events import SYSTEM, Event
from outtray.model.settings import SETTINGS
from outtray.opening import open_desk
from outtray.store.audit_reads import event_count
from outtray.store.draft_reads import DraftReads
from outtray.store.drafts import get_draft
from outtray.store.proposals import Taken, take_in
from outtray.store.search import search
from outtray.store.settings import all_settings, set_setting, unreadable_settings
from outtray.store.store import StoreError
from outtray.store.transaction import Transaction
from tests.fakes.desks import MemorySecrets, make_desk, make_proposal, propose

# Says each number only once its transaction is committed.
WRITER = """
import sys
from pathlib import Path
from outtray.opening import open_desk
from outtray.store.proposals import take_in
from tests.fakes.desks import MemorySecrets, make_proposal

desk = open_desk(Path(sys.argv[1]), secret_store=MemorySecrets())
begin = int(sys.argv[2])
for number in range(begin, begin + 100_000):
    proposals = [make_proposal(external_id=f"{number}/{part}", body_text="quagga") for part in range(3)]
    taken = desk.store.write(lambda transaction: take_in(transaction, proposals))
    sys.stdout.write(" ".join(str(one.draft_id) for one in taken) + "\\n")
    sys.stdout.flush()
"""


def hand_in(proposal: Proposal, transaction: Transaction) -> list[Taken]:
    return take_in(transaction, [proposal])


def _instant(transaction: Transaction) -> int:
    return transaction.now_ms


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    opened = make_desk(tmp_path)
    yield opened
    opened.close()


def write_until_killed(folder: Path, begin: int, after: int) -> list[int]:
    """The numbers that a process acknowledged before it was killed in the midst of its work."""
    root = Path(__file__).parents[2]
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(folder), str(begin)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(root)},
    )
    assert process.stdout is not None
    acknowledged = [process.stdout.readline() for _ in range(after)]
    process.send_signal(signal.SIGKILL)
    rest, _ = process.communicate()
    lines = [*acknowledged, *rest.splitlines(keepends=True)]
    return [int(number) for line in lines if line.endswith("\n") for number in line.split()]


def test_every_acknowledged_draft_outlives_kill_9(tmp_path: Path) -> None:
    folder = tmp_path / "profile"
    open_desk(folder, practice=True, secret_store=MemorySecrets()).close()
    acknowledged: list[int] = []
    for round_ in range(4):
        acknowledged += write_until_killed(folder, round_ * 1000, after=3 + round_ * 7)
        desk = open_desk(folder, secret_store=MemorySecrets())
        with desk.store.read() as connection:
            assert verify(connection).ok
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
            stored = search(connection, "quagga", limit=100_000)
            assert set(acknowledged) <= set(stored)
            # Three drafts a transaction: all of it or nothing.
            assert len(stored) % 3 == 0
            # One event that the profile was made, and one for each draft, no more and no less.
            assert event_count(connection) == 1 + len(stored)
            get_draft(connection, acknowledged[-1])
        reads = DraftReads(desk.profile.database)
        assert reads.counts()["status.pending"] == len(stored)
        reads.close()
        desk.close()
    assert len(acknowledged) == len(set(acknowledged))


def test_two_processes_write_one_chain(tmp_path: Path) -> None:
    """Two stores on one file, as two processes have them: each reads the log's head under the write lock."""
    first = make_desk(tmp_path)
    second = open_desk(tmp_path / "profile", clock=first.clock, secret_store=MemorySecrets())
    desks = (first, second)

    def write(number: int) -> None:
        proposal = make_proposal(external_id=str(number), to=f"person{number % 7}@example.com")
        desks[number % 2].store.write(partial(hand_in, proposal))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(60)))
    with first.store.read() as connection:
        assert verify(connection).ok
        assert event_count(connection) == 61
    reads = DraftReads(first.profile.database)
    assert reads.counts()["status.pending"] == 60
    reads.close()
    for desk in desks:
        desk.close()


def test_one_draft_handed_in_by_two_processes_is_one(tmp_path: Path) -> None:
    first = make_desk(tmp_path)
    second = open_desk(tmp_path / "profile", clock=first.clock, secret_store=MemorySecrets())
    start = threading.Barrier(2)

    def write(desk: Desk) -> list[Taken]:
        proposals = [make_proposal(external_id=str(number)) for number in range(20)]
        start.wait()
        return desk.store.write(lambda transaction: take_in(transaction, proposals))

    with ThreadPoolExecutor(2) as pool:
        taken = [one for batch in pool.map(write, (first, second)) for one in batch]
    assert sorted(one.kind.value for one in taken) == ["added"] * 20 + ["known"] * 20
    assert len({one.draft_id for one in taken}) == 20
    first.close()
    second.close()


def test_what_fails_leaves_nothing_behind(desk: Desk) -> None:
    number = propose(desk)
    told: list[Changes] = []
    desk.store.subscribe(told.append)

    def fail(transaction: Any) -> None:
        take_in(transaction, [make_proposal(external_id="lost")])
        transaction.record(Event(SYSTEM, "test.event", "test", "1"))
        raise ValueError("in the midst of it")

    with pytest.raises(ValueError, match="midst"):
        desk.store.write(fail)
    assert told == []
    with desk.store.read() as connection:
        assert verify(connection).ok
        assert event_count(connection) == 2
    reads = DraftReads(desk.profile.database)
    assert reads.counts() == {"status.pending": 1, "pending.clean": 1}
    reads.close()
    assert propose(desk, external_id="next") == number + 1


def test_work_is_done_in_the_order_given_and_listeners_hear_before_the_answer(desk: Desk) -> None:
    told: list[Changes] = []
    stop = desk.store.subscribe(told.append)
    proposals = [make_proposal(external_id=name) for name in "abc"]
    futures = [desk.store.submit(partial(hand_in, proposal)) for proposal in proposals]
    numbers = [future.result()[0].draft_id for future in futures]
    assert numbers == sorted(number for number in numbers if number)
    assert [changes.drafts for changes in told] == [frozenset({number}) for number in numbers]
    stop()
    propose(desk, external_id="d")
    assert len(told) == 3


def test_a_closing_store_finishes_its_work_and_takes_no_more(desk: Desk) -> None:
    futures = [desk.store.submit(_instant) for _ in range(20)]
    assert desk.close()
    assert all(future.result() for future in futures)
    with pytest.raises(StoreError):
        desk.store.write(lambda transaction: None)


def test_what_is_handed_in_while_the_store_closes_is_done_or_refused_and_never_left_open(desk: Desk) -> None:
    futures: list[Future[int]] = []
    begun = threading.Event()

    def hand_in_without_end() -> None:
        while not (futures and futures[-1].done() and futures[-1].exception()):
            futures.append(desk.store.submit(_instant))
            begun.set()

    writers = [threading.Thread(target=hand_in_without_end) for _ in range(4)]
    for writer in writers:
        writer.start()
    assert begun.wait(10)
    assert desk.close()
    for writer in writers:
        writer.join(10)
        assert not writer.is_alive()
    assert all(future.done() for future in futures)


def test_a_listener_in_trouble_makes_nothing_look_undone(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[Changes] = []

    def broken(_changes: Changes) -> None:
        raise RuntimeError("deleted already")

    desk.store.subscribe(broken)
    desk.store.subscribe(told.append)
    number = propose(desk)
    assert [changes.drafts for changes in told] == [frozenset({number})]
    assert "a listener to changes broke off" in caplog.text


def test_a_database_that_cannot_be_read_is_told_in_a_sentence(desk: Desk) -> None:
    with pytest.raises(StoreError, match="could not be read"), desk.store.read() as connection:
        connection.exec_driver_sql("SELECT * FROM no_such_table")


def test_a_full_disk_is_told_in_a_sentence_and_loses_nothing(desk: Desk) -> None:
    number = propose(desk)

    def fill(transaction: Any) -> None:
        pages = transaction.connection.exec_driver_sql("PRAGMA page_count").scalar()
        transaction.connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        take_in(transaction, [make_proposal(external_id="large", body_text="x" * 3_000_000)])

    with pytest.raises(StoreError) as error:
        desk.store.write(fill)
    assert "disk is full" in error.value.sentence
    with desk.store.read() as connection:
        get_draft(connection, number)
        assert verify(connection).ok


def test_settings_are_stored_with_their_event(desk: Desk) -> None:
    desk.store.write(lambda transaction: set_setting(transaction, "sending.per_day", "7", SYSTEM))
    reads = DraftReads(desk.profile.database)
    assert reads.settings()["sending.per_day"] == 7
    assert reads.settings().keys() == SETTINGS.keys()
    reads.close()


def test_a_profile_that_was_deleted_while_open_takes_nothing_more(desk: Desk) -> None:
    propose(desk)
    for file in desk.profile.folder.glob("outtray.db*"):
        file.unlink()
    with pytest.raises(StoreError) as error:
        propose(desk, external_id="late")
    assert "no longer in" in error.value.sentence


def test_a_profile_in_whose_place_lies_another_takes_nothing_more(desk: Desk) -> None:
    database = desk.profile.database
    database.rename(database.with_name("aside.db"))
    database.write_bytes(b"")
    with pytest.raises(StoreError, match="no longer in"):
        propose(desk)


@pytest.mark.parametrize("stored", ["{", '"many"', "-7", "[1]"])
def test_a_setting_that_cannot_be_read_takes_no_other_with_it(desk: Desk, stored: str) -> None:
    desk.store.write(lambda transaction: set_setting(transaction, "sending.per_recipient_week", "1", SYSTEM))

    def garble(transaction: Transaction) -> None:
        transaction.connection.exec_driver_sql(
            "INSERT INTO settings (name, value) VALUES ('sending.per_day', ?)", (stored,)
        )

    desk.store.write(garble)
    with desk.store.read() as connection:
        values = all_settings(connection)
        assert unreadable_settings(connection) == ["sending.per_day"]
    assert values["sending.per_recipient_week"] == 1
    assert values["sending.per_day"] == SETTINGS["sending.per_day"].default
    default = str(SETTINGS["sending.per_day"].default)
    desk.store.write(lambda transaction: set_setting(transaction, "sending.per_day", default, SYSTEM))
    with desk.store.read() as connection:
        assert unreadable_settings(connection) == []
