"""What changes a draft keeps its counts, its search words, its recipients and its token right."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from outtray.desk import Desk
from outtray.model.draft import AuthorKind, Draft, DraftStatus
from outtray.model.errors import NotFound, Refused
from outtray.model.findings import Finding, Place, Severity
from outtray.store.contacts import contacts_of, note_reply, note_sent
from outtray.store.draft_reads import DraftReads
from outtray.store.drafts import due_ids, get_draft, set_content, set_findings, set_status, set_statuses
from outtray.store.operations import KEPT, add_operation, get_operation, latest_operation
from outtray.store.search import search
from outtray.store.transaction import Transaction
from tests.fakes.clock import FakeClock
from tests.fakes.desks import make_desk, propose


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


def counts(desk: Desk) -> dict[str, int]:
    reads = DraftReads(desk.profile.database)
    found = {name: count for name, count in reads.counts().items() if count}
    reads.close()
    return found


def move(desk: Desk, number: int, status: DraftStatus) -> None:
    desk.store.write(lambda transaction: set_status(transaction, number, status))


def write_by_hand(desk: Desk, number: int, subject: str) -> None:
    found = draft(desk, number)
    content = replace(found.revision.content, subject=subject)
    desk.store.write(
        lambda transaction: set_content(
            transaction, number, content, AuthorKind.OPERATOR, "", found.revision.id
        )
    )


def test_a_decision_is_dated_and_what_comes_back_has_none(desk: Desk, clock: FakeClock) -> None:
    number = propose(desk)
    came_in = draft(desk, number).created_at
    clock.advance(timedelta(hours=1))
    desk.store.write(lambda transaction: set_status(transaction, number, DraftStatus.REJECTED, reason="Tone"))
    rejected = draft(desk, number)
    assert (rejected.decided_at, rejected.reason) == (clock.now(), "Tone")
    move(desk, number, DraftStatus.PENDING)
    back = draft(desk, number)
    assert (back.decided_at, back.reason, back.created_at) == (None, None, came_in)
    reads = DraftReads(desk.profile.database)
    assert reads.rows([number])[0].at == came_in
    reads.close()


def test_counts_follow_every_move(desk: Desk) -> None:
    first, second = propose(desk, external_id="1"), propose(desk, external_id="2", subject="")
    assert counts(desk) == {"status.pending": 2, "pending.clean": 1, "pending.block": 1}
    move(desk, second, DraftStatus.SNOOZED)
    assert counts(desk) == {"status.pending": 1, "pending.clean": 1, "status.snoozed": 1}
    desk.store.write(
        lambda transaction: set_statuses(transaction, [first, second, second], DraftStatus.DISCARDED)
    )
    assert counts(desk) == {"status.discarded": 2}
    desk.store.write(lambda transaction: set_statuses(transaction, [second], DraftStatus.PENDING))
    assert counts(desk) == {"status.discarded": 1, "status.pending": 1, "pending.block": 1}
    move(desk, second, DraftStatus.PENDING)
    assert counts(desk) == {"status.discarded": 1, "status.pending": 1, "pending.block": 1}


def test_findings_move_the_counts_of_review(desk: Desk) -> None:
    number = propose(desk)
    block = Finding("secret", Severity.BLOCK, Place("body_text", 0, 4), "Dear", "A secret stands here.")
    desk.store.write(lambda transaction: set_findings(transaction, number, [block]))
    assert counts(desk) == {"status.pending": 1, "pending.block": 1}
    overridden = replace(block, overridden="It is no secret.")
    desk.store.write(lambda transaction: set_findings(transaction, number, [overridden]))
    assert counts(desk) == {"status.pending": 1, "pending.warn": 1}
    assert draft(desk, number).findings == (overridden,)
    desk.store.write(lambda transaction: set_findings(transaction, number, []))
    assert counts(desk) == {"status.pending": 1, "pending.clean": 1}


def test_an_operators_text_stands_beside_the_machines(desk: Desk) -> None:
    number = propose(desk, subject="The machine's")
    write_by_hand(desk, number, "The operator's")
    found = draft(desk, number)
    assert found.edited
    assert (found.proposed.content.subject, found.revision.content.subject) == (
        "The machine's",
        "The operator's",
    )
    assert (found.revision.author, found.revision.number) == (AuthorKind.OPERATOR, 2)
    assert found.revision.token != found.proposed.token
    with desk.store.read() as connection:
        assert search(connection, "operator") == [number]
        assert search(connection, "machine") == []


def test_a_text_for_an_older_revision_is_refused(desk: Desk) -> None:
    number = propose(desk)
    before = draft(desk, number)
    write_by_hand(desk, number, "By hand")
    with pytest.raises(Refused) as refusal:
        desk.store.write(
            lambda transaction: set_content(
                transaction, number, before.revision.content, AuthorKind.OPERATOR, "", before.revision.id
            )
        )
    assert refusal.value.code == "changed_meanwhile"
    assert draft(desk, number).revision.content.subject == "By hand"


@pytest.mark.parametrize("was", ["approved", "failed", "unconfirmed", "sent"])
def test_a_draft_that_comes_back_from_a_delivery_gets_a_new_token(desk: Desk, was: str) -> None:
    number = propose(desk)
    token = draft(desk, number).revision.token
    move(desk, number, DraftStatus(was))
    assert draft(desk, number).revision.token == token
    move(desk, number, DraftStatus.PENDING)
    assert draft(desk, number).revision.token != token


def test_a_draft_that_failed_and_was_discarded_gets_a_new_token_too(desk: Desk) -> None:
    number = propose(desk)
    token = draft(desk, number).revision.token
    for status in (DraftStatus.APPROVED, DraftStatus.FAILED, DraftStatus.APPROVED):
        move(desk, number, status)
        assert draft(desk, number).revision.token == token
    move(desk, number, DraftStatus.DISCARDED)
    assert draft(desk, number).revision.token != token


def test_a_draft_that_was_only_put_aside_keeps_its_token(desk: Desk) -> None:
    number = propose(desk)
    token = draft(desk, number).revision.token
    for status in (DraftStatus.SNOOZED, DraftStatus.PENDING, DraftStatus.REJECTED, DraftStatus.PENDING):
        move(desk, number, status)
    assert draft(desk, number).revision.token == token


def test_unknown_drafts_are_not_found(desk: Desk) -> None:
    with pytest.raises(NotFound):
        move(desk, 7, DraftStatus.REJECTED)
    with pytest.raises(NotFound):
        draft(desk, 7)
    with pytest.raises(NotFound):
        desk.store.write(lambda transaction: set_findings(transaction, 7, []))


def test_a_number_is_never_given_twice(desk: Desk) -> None:
    number = propose(desk, external_id="1")
    desk.store.write(
        lambda transaction: transaction.connection.exec_driver_sql(
            "DELETE FROM drafts WHERE id = ?", (number,)
        )
    )
    assert propose(desk, external_id="2") > number


def test_what_left_makes_the_next_draft_no_first_contact(desk: Desk, clock: FakeClock) -> None:
    waiting = propose(desk, external_id="1", to="Ada@Example.com")
    reads = DraftReads(desk.profile.database)
    assert reads.rows([waiting])[0].first_contact
    at = 1_772_000_000_000
    desk.store.write(lambda transaction: note_sent(transaction, ["ada@example.com"], at))
    desk.store.write(lambda transaction: note_sent(transaction, ["ada@example.com"], at + 5))
    desk.store.write(lambda transaction: note_reply(transaction, "ada@example.com", at + 9))
    desk.store.write(lambda transaction: note_reply(transaction, "bo@example.org", at))
    later = propose(desk, external_id="2", to="ada@example.com")
    replied = propose(desk, external_id="3", to="bo@example.org")
    rows = reads.rows([waiting, later, replied])
    assert [row.first_contact for row in rows] == [False, False, True]
    (history,) = reads.history(["ada@example.com"])
    assert history.sent == 2
    with desk.store.read() as connection:
        contact = contacts_of(connection, ["ada@example.com"])["ada@example.com"]
    assert (contact.last_sent_at, contact.last_replied_at) == (at + 5, at + 9)
    reads.close()


def test_only_drafts_whose_time_has_come_are_due(desk: Desk) -> None:
    early, late = propose(desk, external_id="1"), propose(desk, external_id="2")

    def snooze(transaction: Transaction) -> None:
        for number, at in ((early, 1_000), (late, 2_000)):
            set_status(transaction, number, DraftStatus.SNOOZED, sorted_at=at, snoozed_until=at)

    desk.store.write(snooze)
    with desk.store.read() as connection:
        assert due_ids(connection, 999) == []
        assert due_ids(connection, 1_000) == [early]
        assert due_ids(connection, 5_000) == [early, late]
        assert due_ids(connection, 5_000, limit=1) == [early]


def test_operations_are_kept_for_undo_but_not_for_ever(desk: Desk) -> None:
    def many(transaction: Transaction) -> list[int]:
        return [add_operation(transaction, "reject", "Rejected 1 draft.", {}) for _ in range(KEPT + 3)]

    numbers = desk.store.write(many)
    with desk.store.read() as connection:
        latest = latest_operation(connection)
        assert latest is not None
        assert latest.id == numbers[-1]
        assert get_operation(connection, numbers[3]).sentence == "Rejected 1 draft."
        with pytest.raises(NotFound):
            get_operation(connection, numbers[2])
