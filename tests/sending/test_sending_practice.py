"""The practice account: the exact bytes as files, through the same steps and the same recovery."""

from __future__ import annotations

import os
from datetime import timedelta
from email import message_from_bytes

import pytest

from outtray.model.delivery import DeliveryState, Gate
from outtray.model.message import DELIVERY_HEADER, with_date
from outtray.sending.practice import PracticeTransport
from outtray.sending.transport import TransportError, Trouble
from outtray.store.outbox import message_of
from tests.sending.post import Post

RAW = f"To: ada@example.com\r\n{DELIVERY_HEADER}: abc123\r\n\r\nhello\r\n".encode()


def files(post: Post) -> list[bytes]:
    return [file.read_bytes() for file in sorted(post.desk.profile.practice_sent.glob("*.eml"))]


def test_what_leaves_are_the_approved_bytes_with_their_date(practice: Post) -> None:
    practice.set("operator.time_zone", "Europe/Stockholm")
    number = practice.due(subject="Grüße", bcc=["grace@example.com"])
    practice.clock.advance(timedelta(days=2))
    practice.run()
    delivery = practice.delivery(number)
    assert delivery.date_header == "Wed, 04 Mar 2026 10:00:31 +0100"
    with practice.desk.store.read() as connection:
        approved = message_of(connection, number)
    assert files(practice) == [with_date(approved, delivery.date_header)]
    assert message_from_bytes(files(practice)[0])["Date"] == delivery.date_header


def test_the_same_message_twice_is_one_draft(practice: Post) -> None:
    assert practice.transport.create(RAW, None) == practice.transport.create(RAW, None)
    assert len(practice.transport.list_drafts().drafts) == 1


def test_releasing_consumes_the_draft(practice: Post) -> None:
    placed = practice.transport.create(RAW, None)
    sent = practice.transport.send(placed.draft_id)
    for call in (practice.transport.send, practice.transport.get_draft, practice.transport.delete_draft):
        with pytest.raises(TransportError) as caught:
            call(placed.draft_id)
        assert caught.value.trouble is Trouble.MISSING
    assert practice.transport.list_sent().message_ids == (sent.message_id,)
    assert practice.transport.get_headers(sent.message_id).token == "abc123"


def test_pages_continue_where_the_last_one_ended(practice: Post) -> None:
    for number in range(230):
        placed = practice.transport.create(RAW.replace(b"abc123", b"t%d" % number), None)
        practice.transport.send(placed.draft_id)
    seen: list[str] = []
    page = practice.transport.list_sent()
    while True:
        seen += page.message_ids
        if page.next is None:
            break
        page = practice.transport.list_sent(page.next)
    assert len(seen) == len(set(seen)) == 230


def test_a_name_never_leads_out_of_the_folder(practice: Post) -> None:
    for name in ("../outtray", "a/b", "", ".."):
        with pytest.raises(TransportError):
            practice.transport.delete_draft(name)


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_folder_that_cannot_be_written_holds_the_message(practice: Post) -> None:
    number = practice.due()
    drafts = practice.desk.profile.folder / "practice-drafts"
    practice.transport.prepare()
    drafts.chmod(0o500)
    practice.run()
    assert practice.delivery(number).waiting_for is Gate.OFFLINE
    drafts.chmod(0o700)
    practice.run(timedelta(minutes=5))
    assert practice.state(number) is DeliveryState.SENT


def test_files_are_the_operators_alone(practice: Post) -> None:
    practice.due()
    practice.run()
    for file in practice.desk.profile.practice_sent.iterdir():
        assert file.stat().st_mode & 0o077 == 0


def test_a_process_that_died_while_sending_by_practice_is_recovered(practice: Post) -> None:
    number = practice.due()
    transport = practice.transport
    assert isinstance(transport, PracticeTransport)
    send = transport.send

    class Killed(BaseException):
        pass

    def dies(draft_id: str) -> object:
        send(draft_id)
        raise Killed

    transport.send = dies  # type: ignore[assignment,method-assign]
    with pytest.raises(Killed):
        practice.run()
    transport.send = send  # type: ignore[method-assign]
    practice.sender = practice.new_sender()
    practice.run(timedelta(minutes=10))
    assert practice.state(number) is DeliveryState.SENT
    assert len(files(practice)) == 1
