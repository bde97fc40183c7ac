"""Reject, snooze, discard and restore, one draft or many, and undo of each as one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from outtray.audit.verify import verify
from outtray.desk import Desk
from outtray.model.changes import Done
from outtray.model.draft import Draft, DraftStatus
from outtray.model.errors import NotFound, Refused
from outtray.review import decide
from outtray.review.undo import undo, undo_last
from outtray.store.audit_reads import LoggedEvent, events
from outtray.store.draft_reads import DraftReads
from outtray.store.drafts import get_draft
from tests.fakes.clock import FakeClock
from tests.fakes.desks import make_desk, make_proposal, propose, propose_all

Decision = Callable[[Desk, list[int]], Done]


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def desk(tmp_path: Path, clock: FakeClock) -> Iterator[Desk]:
    opened = make_desk(tmp_path, clock=clock)
    yield opened
    opened.close()


def draft(desk: Desk, number: int) -> Draft:
    with desk.store.read() as connection:
        return get_draft(connection, number)


def last_event(desk: Desk, number: int) -> LoggedEvent:
    with desk.store.read() as connection:
        assert verify(connection).ok
        return list(events(connection, about=("draft", str(number))))[-1]


def reject(desk: Desk, ids: list[int]) -> Done:
    return decide.reject(desk, ids, "Wrong facts")


def snooze(desk: Desk, ids: list[int]) -> Done:
    return decide.snooze(desk, ids, desk.clock.now() + timedelta(hours=4))


def discard(desk: Desk, ids: list[int]) -> Done:
    return decide.discard(desk, ids, "Not needed")


DECISIONS = {
    DraftStatus.REJECTED: (reject, "Rejected"),
    DraftStatus.SNOOZED: (snooze, "Snoozed"),
    DraftStatus.DISCARDED: (discard, "Discarded"),
}


@pytest.mark.parametrize("status", DECISIONS)
def test_a_decision_is_undone_without_a_trace_on_the_draft(
    desk: Desk, clock: FakeClock, status: DraftStatus
) -> None:
    number = propose(desk)
    before = draft(desk, number)
    clock.advance(timedelta(minutes=5))
    decision, word = DECISIONS[status]
    done = decision(desk, [number])
    assert done.sentence == f"{word} 1 draft."
    assert done.changes.drafts == {number}
    assert done.changes.counts
    assert draft(desk, number).status is status
    assert done.operation is not None
    back = undo(desk, done.operation)
    assert back.sentence == "Undone: 1 draft as before."
    assert draft(desk, number) == before
    event = last_event(desk, number)
    assert (event.action, event.actor_kind) == ("draft.restored", "operator")


@pytest.mark.parametrize("status", DECISIONS)
def test_many_drafts_are_one_operation(desk: Desk, status: DraftStatus) -> None:
    ids = propose_all(desk, [make_proposal(external_id=str(number)) for number in range(5)])
    decision, word = DECISIONS[status]
    done = decision(desk, ids)
    assert done.sentence == f"{word} 5 drafts."
    reads = DraftReads(desk.profile.database)
    assert reads.counts()[f"status.{status.value}"] == 5
    latest = reads.latest_operation()
    assert latest is not None
    assert (latest.id, latest.sentence) == (done.operation, done.sentence)
    undo_last(desk)
    assert reads.counts()["status.pending"] == 5
    assert reads.latest_operation() is None
    reads.close()


def test_the_machine_can_read_why_it_was_refused(desk: Desk) -> None:
    number = propose(desk)
    decide.reject(desk, [number], "  Wrong person ")
    assert draft(desk, number).reason == "Wrong person"
    event = last_event(desk, number)
    assert event.action == "draft.rejected"
    assert ("reason", "Wrong person") in event.clear
    assert b"Wrong person" not in event.payload


def test_a_rejection_needs_a_reason(desk: Desk) -> None:
    number = propose(desk)
    with pytest.raises(Refused) as refusal:
        decide.reject(desk, [number], " \n ")
    assert refusal.value.code == "reason_needed"
    assert draft(desk, number).status is DraftStatus.PENDING


def test_a_snoozed_draft_wakes_when_its_time_has_come(desk: Desk, clock: FakeClock) -> None:
    number, later = propose(desk, external_id="1"), propose(desk, external_id="2")
    until = clock.now() + timedelta(hours=1)
    decide.snooze(desk, [number], until)
    decide.snooze(desk, [later], until + timedelta(hours=1))
    assert draft(desk, number).snoozed_until == until
    clock.advance(timedelta(minutes=59))
    assert not decide.wake_due(desk).changes
    clock.advance(timedelta(minutes=1))
    woken = decide.wake_due(desk)
    assert woken.sentence == "1 snoozed draft came back."
    assert woken.changes.drafts == {number}
    assert draft(desk, number).status is DraftStatus.PENDING
    assert draft(desk, number).snoozed_until is None
    assert draft(desk, later).status is DraftStatus.SNOOZED
    assert last_event(desk, number).action == "draft.woken"


def test_nothing_is_snoozed_into_the_past(desk: Desk, clock: FakeClock) -> None:
    with pytest.raises(Refused) as refusal:
        decide.snooze(desk, [propose(desk)], clock.now())
    assert refusal.value.code == "past"


@pytest.mark.parametrize("status", DECISIONS)
def test_what_was_put_aside_is_restored_and_that_is_undone_too(desk: Desk, status: DraftStatus) -> None:
    number = propose(desk)
    DECISIONS[status][0](desk, [number])
    aside = draft(desk, number)
    assert decide.restore(desk, [number]).sentence == "Restored 1 draft."
    assert draft(desk, number).status is DraftStatus.PENDING
    assert draft(desk, number).reason is None
    undo_last(desk)
    assert draft(desk, number) == aside


def test_drafts_that_stand_elsewhere_are_left_and_told(desk: Desk) -> None:
    ids = propose_all(desk, [make_proposal(external_id=str(number)) for number in range(3)])
    decide.discard(desk, ids[:1])
    done = decide.reject(desk, [*ids, 99], "Tone")
    assert done.sentence == "Rejected 2 drafts. 2 stood elsewhere by then and are unchanged."
    assert draft(desk, ids[0]).status is DraftStatus.DISCARDED


def test_what_can_not_be_decided_says_where_it_stands(desk: Desk) -> None:
    number = propose(desk)
    decide.reject(desk, [number], "Tone")
    with pytest.raises(Refused) as refusal:
        decide.reject(desk, [number], "Tone")
    assert refusal.value.sentence == "This draft is rejected already."
    with pytest.raises(NotFound):
        decide.discard(desk, [99])
    with pytest.raises(Refused) as refusal:
        decide.discard(desk, [])
    assert refusal.value.code == "nothing_selected"


def test_undo_goes_back_step_by_step(desk: Desk) -> None:
    first, second = propose(desk, external_id="1"), propose(desk, external_id="2")
    decide.reject(desk, [first], "Tone")
    decide.discard(desk, [second])
    undo_last(desk)
    assert (draft(desk, first).status, draft(desk, second).status) == ("rejected", "pending")
    undo_last(desk)
    assert draft(desk, first).status is DraftStatus.PENDING
    with pytest.raises(Refused) as refusal:
        undo_last(desk)
    assert refusal.value.code == "nothing_to_undo"


def test_undo_leaves_what_was_decided_anew(desk: Desk) -> None:
    first, second = propose(desk, external_id="1"), propose(desk, external_id="2")
    done = decide.reject(desk, [first, second], "Tone")
    decide.restore(desk, [first])
    assert done.operation is not None
    back = undo(desk, done.operation)
    assert back.sentence == "Undone: 1 draft as before. 1 had changed since."
    with pytest.raises(Refused) as refusal:
        undo(desk, done.operation)
    assert refusal.value.code == "undone_already"


def test_what_can_not_be_undone_does_not_stand_in_the_way(desk: Desk) -> None:
    first, second = propose(desk, external_id="1"), propose(desk, external_id="2")
    decide.discard(desk, [second])
    done = decide.reject(desk, [first], "Tone")
    restored = decide.restore(desk, [first])
    assert restored.operation is not None
    undo(desk, restored.operation)
    decide.restore(desk, [first])
    undo_last(desk)
    assert done.operation is not None
    undo(desk, done.operation)
    decide.reject(desk, [first], "Tone")
    decide.discard(desk, [first])
    undo_last(desk)
    undo_last(desk)
    undo_last(desk)
    assert draft(desk, second).status is DraftStatus.PENDING
