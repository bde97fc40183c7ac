"""Who wrote and what bounced is seen by headers alone, and never without the right to see them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from outtray.model.delivery import DeliveryState
from outtray.model.draft import DraftStatus
from outtray.sending import switch
from outtray.sending.sender import Sender
from outtray.store.contacts import Contact, contacts_of
from tests.fakes.clock import FakeClock
from tests.fakes.desks import make_desk
from tests.fakes.google import COMPOSE, FakeGoogle, Fault, Mail
from tests.fakes.google.desk_accounts import connect
from tests.sending.post import Post

ADA = "ada@example.com"
LOOKS = timedelta(minutes=6)


def watcher(post: Post) -> Sender:
    """The window's sender, which also looks while nothing leaves."""
    return Sender(post.desk, post.account.address, post.transport, chance=lambda: 0.5, watch=True)


def sent(post: Post, **fields: object) -> int:
    number = post.due(**fields)
    post.run()
    assert post.state(number) is DeliveryState.SENT
    post.clock.advance(timedelta(minutes=2))
    return number


def contact(post: Post, key: str = ADA) -> Contact | None:
    with post.desk.store.read() as connection:
        return contacts_of(connection, [key]).get(key)


def replied_at(post: Post, key: str = ADA) -> int | None:
    found = contact(post, key)
    return None if found is None else found.last_replied_at


@pytest.fixture
def blind(tmp_path: Path, clock: FakeClock, google: FakeGoogle) -> Iterator[Post]:
    """Signed in to send only."""
    desk = make_desk(tmp_path, practice=False, clock=clock)
    connect(desk, google, scopes=(COMPOSE,))
    switch.resume(desk, confirmed=True)
    post = Post(desk, clock)
    yield post
    post.close()


def test_a_reply_is_noted_within_minutes_while_nothing_leaves(gmail: Post, google: FakeGoogle) -> None:
    sent(gmail)
    assert replied_at(gmail) is None
    reply = google.receive("Ada Lovelace <Ada@Example.com>")
    gmail.run(LOOKS, watcher(gmail))
    assert replied_at(gmail) == reply.at
    assert len(gmail.rows("SELECT 1 FROM audit_events WHERE action = 'reply.seen'")) == 1


@pytest.mark.parametrize(
    ("sender", "headers"),
    [
        (ADA, {"Auto_Submitted": "auto-replied"}),
        (ADA, {"Auto_Submitted": "auto-generated; type=vacation"}),
        (f"Mail Delivery <mailer-daemon@{ADA.partition('@')[2]}>", {}),
        ("stranger@example.org", {}),
        ("not an address", {}),
    ],
)
def test_what_no_person_that_was_written_to_wrote_is_no_reply(
    gmail: Post, google: FakeGoogle, sender: str, headers: dict[str, str]
) -> None:
    sent(gmail)
    google.receive(sender, **headers)
    gmail.run(LOOKS, watcher(gmail))
    assert gmail.rows("SELECT 1 FROM contacts WHERE last_replied_at IS NOT NULL") == []


def test_mail_that_says_that_a_person_wrote_it_is_a_reply(gmail: Post, google: FakeGoogle) -> None:
    sent(gmail)
    google.receive(ADA, Auto_Submitted="no")
    gmail.run(LOOKS, watcher(gmail))
    assert replied_at(gmail) is not None


def test_an_approved_message_comes_back_where_its_person_has_written_since(
    gmail: Post, google: FakeGoogle
) -> None:
    sent(gmail)
    number = gmail.due()
    google.receive(ADA)
    gmail.run()
    assert gmail.state(number) is DeliveryState.CANCELLED
    assert gmail.draft(number).status is DraftStatus.PENDING
    assert gmail.draft(number).reason == "This person has written since you approved the message."
    assert len(google.delivered()) == 1


def test_an_answer_comes_back_where_the_person_wrote_once_more(gmail: Post, google: FakeGoogle) -> None:
    """Nothing was ever sent to them: they wrote first."""
    number = gmail.due(in_reply_to="<question@example.com>")
    google.receive(ADA)
    gmail.run()
    assert gmail.state(number) is DeliveryState.CANCELLED
    assert google.delivered() == []


def test_no_look_comes_before_a_message_to_somebody_new(gmail: Post, google: FakeGoogle) -> None:
    sent(gmail)
    assert google.calls("messages.list") == 0


def test_before_what_leaves_there_is_at_most_one_look_a_minute(gmail: Post, google: FakeGoogle) -> None:
    gmail.set("sending.per_recipient_week", 10)
    sent(gmail)
    for _ in range(3):
        gmail.approved()
    gmail.clock.advance(timedelta(seconds=31))
    gmail.run()
    assert len(google.delivered()) == 4
    assert google.calls("messages.list") == 1


def test_without_the_right_to_see_it_nothing_is_asked_and_nothing_is_said(
    blind: Post, google: FakeGoogle
) -> None:
    number = sent(blind)
    google.receive(ADA)
    google.bounce(ADA)
    blind.due()
    blind.run(timedelta(hours=1), watcher(blind))
    assert google.calls("messages.list") == google.calls("messages.get") == 0
    assert (replied_at(blind), blind.delivery(number).bounced_at) == (None, None)
    assert len(google.delivered()) == 2


def test_practice_mail_is_not_looked_at(practice: Post) -> None:
    assert practice.run(LOOKS, watcher(practice)) is None


def test_a_pause_keeps_looks_back_as_well(gmail: Post, google: FakeGoogle) -> None:
    sent(gmail)
    switch.pause(gmail.desk)
    gmail.run(timedelta(hours=1), watcher(gmail))
    assert google.calls("messages.list") == 0


def in_thread(post: Post, google: FakeGoogle, number: int) -> Mail:
    return google.bounce("elsewhere@example.org", thread_id=post.delivery(number).gmail_thread_id)


def by_name(post: Post, google: FakeGoogle, number: int) -> Mail:
    return google.receive("postmaster@example.com", References=f"<a@b> {post.delivery(number).message_id}")


def by_recipient(post: Post, google: FakeGoogle, number: int) -> Mail:
    return google.bounce(post.delivery(number).recipient)


@pytest.mark.parametrize("report", [in_thread, by_name, by_recipient])
def test_a_bounce_is_marked_on_the_message_that_it_is_about(
    gmail: Post, google: FakeGoogle, report: object
) -> None:
    assert callable(report)
    number, other = sent(gmail), sent(gmail, to="grace@example.com")
    came = report(gmail, google, number)
    sender = watcher(gmail)
    gmail.run(LOOKS, sender)
    bounced = gmail.delivery(number).bounced_at
    assert bounced is not None
    assert int(bounced.timestamp() * 1000) == came.at
    assert gmail.delivery(other).bounced_at is None
    assert gmail.state(number) is DeliveryState.SENT
    assert gmail.actions(number)[-1] == "delivery.bounced"
    assert replied_at(gmail) is None
    report(gmail, google, number)
    gmail.run(LOOKS, sender)
    assert gmail.actions(number).count("delivery.bounced") == 1


def test_the_latest_message_to_a_person_is_the_one_that_bounced(gmail: Post, google: FakeGoogle) -> None:
    first, second = sent(gmail), sent(gmail)
    google.bounce(ADA)
    gmail.run(LOOKS, watcher(gmail))
    assert gmail.delivery(first).bounced_at is None
    assert gmail.delivery(second).bounced_at is not None


def test_a_report_that_gmail_goes_on_trying_is_no_bounce_and_no_reply(
    gmail: Post, google: FakeGoogle
) -> None:
    number = sent(gmail)
    google.bounce(ADA, Subject="Delivery Status Notification (Delay)")
    gmail.run(LOOKS, watcher(gmail))
    assert gmail.delivery(number).bounced_at is None
    assert replied_at(gmail) is None


def test_a_look_reads_no_message_twice(gmail: Post, google: FakeGoogle) -> None:
    sent(gmail)
    for turn in range(130):
        google.receive(f"p{turn}@example.org")
    sender = watcher(gmail)
    gmail.run(LOOKS, sender)
    read = google.calls("messages.get")
    assert 130 <= read <= 131
    gmail.run(timedelta(hours=2), sender)
    assert google.calls("messages.get") <= read + 1


def test_after_a_restart_it_goes_on_where_it_was(gmail: Post, google: FakeGoogle) -> None:
    sent(gmail)
    for turn in range(20):
        google.receive(f"p{turn}@example.org")
    gmail.run(LOOKS, watcher(gmail))
    read = google.calls("messages.get")
    gmail.clock.advance(timedelta(days=2))
    reply = google.receive(ADA)
    gmail.run(LOOKS, watcher(gmail))
    assert replied_at(gmail) == reply.at
    assert google.calls("messages.get") <= read + 2


def test_what_came_before_the_account_is_left_alone(gmail: Post, google: FakeGoogle) -> None:
    gmail.clock.advance(timedelta(days=-3))
    for turn in range(5):
        google.receive(f"old{turn}@example.org")
    gmail.clock.advance(timedelta(days=3))
    gmail.run(LOOKS, watcher(gmail))
    assert google.calls("messages.get") == 1


def test_a_look_that_fails_leaves_no_gap(gmail: Post, google: FakeGoogle) -> None:
    sent(gmail)
    reply = google.receive(ADA)
    for turn in range(60):
        google.receive(f"p{turn}@example.org")
    for _ in range(3):
        google.faults.next("messages.get", Fault.SERVER_ERROR_BEFORE)
    gmail.run(timedelta(minutes=20), watcher(gmail))
    assert replied_at(gmail) == reply.at


def test_no_search_no_bodies_and_few_headers_are_asked_for(gmail: Post, google: FakeGoogle) -> None:
    sent(gmail)
    google.receive(ADA)
    gmail.run(LOOKS, watcher(gmail))
    asked = [one.target for one in google.arrived if one.operation.startswith("messages.")]
    assert asked
    for target in asked:
        assert "q=" not in target
        assert "messages?labelIds=INBOX" in target or "format=metadata&metadataHeaders=From" in target
