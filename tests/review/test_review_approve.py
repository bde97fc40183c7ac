"""Approving: bound to the digest that was shown, the message stored as it was shown, and on record."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from outtray.accounts.practice import PRACTICE_ADDRESS
from outtray.audit.verify import verify
from outtray.desk import Desk
from outtray.model.delivery import DeliveryState
from outtray.model.draft import Attachment, Draft, DraftStatus
from outtray.model.errors import NotFound, Refused
from outtray.model.events import OPERATOR
from outtray.model.findings import Finding, Place, Severity
from outtray.model.mailboxes import EmailAddress
from outtray.review import decide, edit
from outtray.review.approve import Approver
from outtray.review.preview import preview
from outtray.review.report import exact_message, full_report
from outtray.review.undo import undo, undo_last
from outtray.store.audit_reads import events
from outtray.store.drafts import get_draft, set_findings
from outtray.store.outbox import get_delivery, latest_delivery, message_of, recipients_of
from outtray.store.proposals import take_in, withdraw
from outtray.store.settings import set_setting
from outtray.store.tables import DeliveryTable, table_of
from tests.fakes.clock import FakeClock
from tests.fakes.desks import approve, make_desk, make_proposal, propose, propose_all


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def desk(tmp_path: Path, clock: FakeClock) -> Iterator[Desk]:
    opened = make_desk(tmp_path, clock=clock, account=True)
    yield opened
    with opened.store.read() as connection:
        assert verify(connection).ok
    opened.close()


def draft(desk: Desk, number: int) -> Draft:
    with desk.store.read() as connection:
        return get_draft(connection, number)


def digest(desk: Desk, number: int) -> str:
    shown = preview(desk, number)
    assert shown.digest is not None
    return shown.digest


def refused(desk: Desk, number: int, shown: str) -> str:
    with pytest.raises(Refused) as refusal:
        Approver(desk).approve({number: shown}, {number: ["text"]})
    return refusal.value.code


def test_what_was_shown_is_what_lies_in_the_outbox(desk: Desk) -> None:
    number = propose(
        desk,
        to=["ada@example.com"],
        bcc=["bo@example.org"],
        subject="Größe",
        attachments=[Attachment("a.txt", "text/plain", b"invented")],
    )
    shown = preview(desk, number)
    assert shown.refusal is None
    assert shown.built is not None
    assert shown.digest is not None
    done = Approver(desk).approve({number: shown.digest}, {number: ["text", "attachments"]})
    assert done.sentence == "Approved 1 message."
    assert done.changes.drafts == {number}
    with desk.store.read() as connection:
        delivery = latest_delivery(connection, number)
        assert delivery is not None
        assert message_of(connection, delivery.id) == shown.built.data
        assert recipients_of(connection, delivery.id) == ["ada@example.com", "bo@example.org"]
        event = list(events(connection, about=("draft", str(number))))[-1]
    assert (delivery.state, delivery.digest, delivery.account) == (
        DeliveryState.HOLDING,
        shown.digest,
        PRACTICE_ADDRESS,
    )
    found = draft(desk, number)
    assert (found.status, found.approved_digest) == (DraftStatus.APPROVED, shown.digest)
    assert event.action == "draft.approved"
    assert event.body["details"] == {
        "digest": shown.digest,
        "delivery": delivery.id,
        "revision": 1,
        "size": shown.size,
        "shown": ["text", "attachments"],
    }
    assert exact_message(desk, number) == shown.built.data


def edit_subject(desk: Desk, number: int) -> None:
    found = draft(desk, number)
    content = replace(found.revision.content, subject="Changed")
    edit.save(desk, number, found.revision.id, content)


def revise(desk: Desk, number: int) -> None:
    changed = make_proposal(external_id="1", body_text="Changed.\n")
    desk.store.write(lambda transaction: take_in(transaction, [changed]))


def rename(desk: Desk, number: int) -> None:
    desk.store.write(lambda transaction: set_setting(transaction, "operator.name", "Mara", OPERATOR))


@pytest.mark.parametrize("change", [edit_subject, revise, rename])
def test_a_message_that_changed_since_it_was_shown_is_not_approved(
    desk: Desk, change: Callable[[Desk, int], None]
) -> None:
    number = propose(desk, external_id="1")
    shown = digest(desk, number)
    change(desk, number)
    assert refused(desk, number, shown) == "digest_differs"
    assert draft(desk, number).status is DraftStatus.PENDING
    with desk.store.read() as connection:
        assert latest_delivery(connection, number) is None
    Approver(desk).approve({number: digest(desk, number)}, {})
    assert draft(desk, number).status is DraftStatus.APPROVED


WORDS = st.text(st.characters(codec="utf-8"), max_size=20)
PEOPLE = st.lists(
    st.sampled_from(["ada@example.com", "bo@example.org", "c@example.net"]), min_size=1, unique=True
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    first=st.tuples(WORDS, WORDS, st.none() | WORDS, PEOPLE),
    second=st.tuples(WORDS, WORDS, st.none() | WORDS, PEOPLE),
)
def test_no_change_at_all_passes_under_the_digest_of_another_text(
    desk: Desk,
    first: tuple[str, str, str | None, list[str]],
    second: tuple[str, str, str | None, list[str]],
) -> None:
    subject, body, html, to = first
    number = propose(desk, subject=subject, body_text=body, body_html=html, to=to, source=repr(second))
    shown = digest(desk, number)
    found = draft(desk, number)
    subject, body, html, to = second
    people = tuple(EmailAddress(address) for address in to)
    content = replace(found.revision.content, subject=subject, body_text=body, body_html=html, to=people)
    done = edit.save(desk, number, found.revision.id, content)
    if done.operation is None:
        return
    assert refused(desk, number, shown) == "digest_differs"
    decide.discard(desk, [number])


def test_a_block_keeps_approve_shut_until_it_is_gone(desk: Desk) -> None:
    number = propose(desk)
    block = Finding("secret", Severity.BLOCK, Place("body_text"), "", "A secret stands here.")
    desk.store.write(lambda transaction: set_findings(transaction, number, [block]))
    shown = preview(desk, number)
    assert (shown.refusal, shown.refusal_code) == ("1 block to fix first.", "blocked")
    assert shown.digest is not None
    assert refused(desk, number, shown.digest) == "blocked"
    overridden = replace(block, overridden="It is no secret.")
    desk.store.write(lambda transaction: set_findings(transaction, number, [overridden]))
    Approver(desk).approve({number: shown.digest}, {})


def test_without_an_account_approve_is_shut(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    number = propose(desk)
    shown = preview(desk, number)
    assert (shown.refusal_code, shown.digest, shown.account, shown.leaves) == ("no_account", None, None, None)
    assert refused(desk, number, "0" * 64) == "no_account"
    with pytest.raises(Refused) as refusal:
        exact_message(desk, number)
    assert refusal.value.sentence == "There is no account to send from yet. Add one in Settings."
    desk.close()


def test_a_draft_for_another_account_waits_for_it(desk: Desk) -> None:
    number = propose(desk, account="mara@example.com")
    shown = preview(desk, number)
    assert shown.refusal_code == "no_account"
    assert shown.refusal is not None
    assert "mara@example.com" in shown.refusal
    assert refused(desk, number, "0" * 64) == "no_account"


def test_nothing_is_approved_twice_or_after_another_decision(desk: Desk) -> None:
    number, other = propose(desk, external_id="1"), propose(desk, external_id="2")
    shown, other_shown = digest(desk, number), digest(desk, other)
    Approver(desk).approve({number: shown}, {})
    assert refused(desk, number, shown) == "already_decided"
    decide.reject(desk, [other], "Tone")
    assert refused(desk, other, other_shown) == "already_decided"
    with pytest.raises(NotFound):
        Approver(desk).approve({99: shown}, {})
    with pytest.raises(Refused):
        Approver(desk).approve({}, {})


def test_undo_brings_the_draft_back_and_it_can_be_approved_anew(desk: Desk) -> None:
    number = propose(desk)
    first = approve(desk, number)
    before = digest_of(desk, first)
    assert undo_last(desk).sentence == "Undone: 1 draft as before."
    found = draft(desk, number)
    assert (found.status, found.approved_digest, found.reason) == (DraftStatus.PENDING, None, None)
    second = approve(desk, number)
    assert second != first
    # Another delivery is another message, even of the same text: Gmail must never take one for the other.
    assert digest_of(desk, second) != before


def digest_of(desk: Desk, delivery: int) -> str:
    with desk.store.read() as connection:
        return get_delivery(connection, delivery).digest


def leave(desk: Desk, number: int) -> None:
    deliveries = table_of(DeliveryTable)
    desk.store.write(
        lambda transaction: transaction.connection.execute(
            deliveries.update().where(deliveries.c.draft_id == number).values(state="releasing")
        )
    )


def test_undo_says_when_it_is_too_late(desk: Desk) -> None:
    number = propose(desk)
    approve(desk, number)
    leave(desk, number)
    with pytest.raises(Refused) as refusal:
        undo_last(desk)
    assert refusal.value.code == "already_leaving"
    assert draft(desk, number).status is DraftStatus.APPROVED


def test_an_approval_that_an_edit_voided_is_no_approval_to_undo(desk: Desk) -> None:
    number = propose(desk)
    approve(desk, number)
    edit_subject(desk, number)
    undo_last(desk)
    with pytest.raises(Refused) as refusal:
        undo_last(desk)
    assert refusal.value.code == "changed_meanwhile"


def test_many_are_approved_as_one_and_undone_as_one(desk: Desk) -> None:
    ids = propose_all(desk, [make_proposal(external_id=str(number)) for number in range(6)])
    wanted = {number: digest(desk, number) for number in ids}
    done = Approver(desk).approve(wanted, {number: ["text"] for number in ids})
    assert done.sentence == "Approved 6 messages."
    leave(desk, ids[0])
    assert done.operation is not None
    back = undo(desk, done.operation)
    assert back.sentence == "Undone: 5 drafts as before. 1 had begun to leave."
    assert [draft(desk, number).status.value for number in ids] == ["approved", *["pending"] * 5]


def test_those_that_changed_stay_in_review_while_the_others_go(desk: Desk) -> None:
    ids = propose_all(desk, [make_proposal(external_id=str(number)) for number in range(3)])
    wanted = {number: digest(desk, number) for number in ids}
    edit_subject(desk, ids[1])
    done = Approver(desk).approve(wanted, {})
    assert done.sentence == (
        "Approved 2 messages. 1 stayed in review: The message is not the one that was shown. "
        "Look at it as it is now."
    )
    assert [draft(desk, number).status.value for number in ids] == ["approved", "pending", "approved"]


def test_the_preview_tells_who_gets_it_and_what_is_left(desk: Desk, clock: FakeClock) -> None:
    number = propose(desk, to=["Ada@Example.com"], cc=["bo@example.org"])
    shown = preview(desk, number)
    assert [(person.field, person.mailbox.address) for person in shown.recipients] == [
        ("to", "Ada@Example.com"),
        ("cc", "bo@example.org"),
    ]
    assert all(person.first_contact for person in shown.recipients)
    assert (shown.used_today, shown.per_day, shown.per_week) == (0, 20, 2)
    assert shown.leaves is not None
    assert shown.leaves.gate is None
    assert shown.sender is not None
    assert shown.sender.address == PRACTICE_ADDRESS
    assert shown.built is not None
    assert shown.size == len(shown.built.data)


def test_a_scheduled_message_says_until_when_it_waits(desk: Desk, clock: FakeClock) -> None:
    later = clock.now() + timedelta(days=2)
    shown = preview(desk, propose(desk, send_after=later))
    assert shown.leaves is not None
    assert (shown.leaves.gate, shown.leaves.until) == ("schedule", later)


def test_the_preview_of_what_can_not_be_a_message_says_why(desk: Desk) -> None:
    number = propose(desk, attachments=[Attachment("a.bin", "application/octet-stream", bytes(1000))])
    desk.store.write(lambda transaction: transaction.connection.exec_driver_sql("DELETE FROM blobs"))
    shown = preview(desk, number)
    assert (shown.refusal_code, shown.digest) == ("not_found", None)


def test_a_report_holds_everything_a_machine_can_learn_from(desk: Desk) -> None:
    number = propose(
        desk, external_id="1", subject="The machine's", request="When?", context={"model": "m-1"}
    )
    found = draft(desk, number)
    content = replace(found.revision.content, subject="Mine")
    edit.save(desk, number, found.revision.id, content)
    decide.reject(desk, [number], "Tone")
    report = full_report(desk, number)
    assert (report["id"], report["status"], report["reason"]) == (number, "rejected", "Tone")
    assert (report["subject"], report["proposed"]["subject"]) == ("Mine", "The machine's")
    assert report["changed"] == ["subject"]
    assert report["revision"]["author"] == "operator"
    assert (report["from"], report["account"]) == (PRACTICE_ADDRESS, None)
    assert (report["request"], report["context"]) == ("When?", {"model": "m-1"})
    assert report["deliveries"] == []
    with pytest.raises(NotFound):
        full_report(desk, 99)


def test_a_report_tells_each_delivery(desk: Desk) -> None:
    number = propose(desk)
    approve(desk, number)
    undo_last(desk)
    approve(desk, number)
    report = full_report(desk, number)
    assert [delivery["state"] for delivery in report["deliveries"]] == ["cancelled", "holding"]
    assert (report["waiting_for"], report["waiting_until"]) == ("undo", "2026-03-02T09:00:30.000Z")
    assert report["approved_digest"] == report["deliveries"][1]["digest"]


def test_the_exact_message_has_its_date_once_it_is_staged(desk: Desk) -> None:
    number = propose(desk)
    before = exact_message(desk, number)
    approve(desk, number)
    assert exact_message(desk, number) == before
    deliveries = table_of(DeliveryTable)
    desk.store.write(
        lambda transaction: transaction.connection.execute(
            deliveries.update().values(state="staging", date_header="Mon, 02 Mar 2026 09:00:30 +0000")
        )
    )
    assert exact_message(desk, number) == b"Date: Mon, 02 Mar 2026 09:00:30 +0000\r\n" + before


def test_a_withdrawn_draft_is_not_approved(desk: Desk) -> None:
    number = propose(desk)
    shown = digest(desk, number)
    desk.store.write(lambda transaction: withdraw(transaction, number))
    assert refused(desk, number, shown) == "already_decided"
