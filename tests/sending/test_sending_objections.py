"""What speaks against an approved message sends it back to review: before it is placed, before it leaves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import update

from outtray.audit.verify import verify
from outtray.model.delivery import DeliveryState
from outtray.model.draft import DraftStatus
from outtray.sending.transport import Placed
from outtray.store.contacts import note_reply
from outtray.store.suppressions import suppress
from outtray.store.tables import DeliveryTable, DraftTable, table_of
from tests.fakes.google import FakeGoogle
from tests.sending.post import Post

DELIVERIES, DRAFTS = table_of(DeliveryTable), table_of(DraftTable)
Happens = Callable[[Post], object]


def other_bytes(post: Post) -> None:
    post.desk.store.write(
        lambda transaction: transaction.connection.execute(
            update(DELIVERIES).values(message=DELIVERIES.c.message + b"\r\nP.S.")
        )
    )


def other_digest(post: Post) -> None:
    post.desk.store.write(
        lambda transaction: transaction.connection.execute(update(DELIVERIES).values(digest="0" * 64))
    )


def other_thread(post: Post) -> None:
    post.desk.store.write(
        lambda transaction: transaction.connection.execute(update(DELIVERIES).values(thread_id="another"))
    )


def other_approval(post: Post) -> None:
    post.desk.store.write(
        lambda transaction: transaction.connection.execute(update(DRAFTS).values(approved_digest="0" * 64))
    )


def other_revision(post: Post) -> None:
    post.desk.store.write(
        lambda transaction: transaction.connection.execute(update(DRAFTS).values(revision_id=9_999))
    )


def never_mailed(post: Post) -> None:
    post.desk.store.write(lambda transaction: suppress(transaction, ["ada@example.com"], "asked"))


def denied(post: Post) -> None:
    post.set("checks.denied", "example.com")


def wrote(post: Post) -> None:
    post.desk.store.write(
        lambda transaction: note_reply(transaction, "ada@example.com", transaction.now_ms + 1)
    )


OBJECTIONS: list[tuple[Happens, str]] = [
    (other_bytes, "digest_differs"),
    (other_digest, "digest_differs"),
    (other_thread, "digest_differs"),
    (other_approval, "digest_differs"),
    (other_revision, "digest_differs"),
    (never_mailed, "suppressed"),
    (denied, "blocked"),
    (wrote, "replied_since"),
]


@pytest.mark.parametrize(("happens", "cause"), OBJECTIONS, ids=lambda one: getattr(one, "__name__", None))
def test_nothing_is_placed_that_something_speaks_against(
    gmail: Post, google: FakeGoogle, happens: Happens, cause: str
) -> None:
    number = gmail.due()
    happens(gmail)
    gmail.run(timedelta(minutes=1))
    goes_back_unsent(gmail, google, number, cause)
    assert google.calls("drafts.create") == 0


@pytest.mark.parametrize(("happens", "cause"), OBJECTIONS, ids=lambda one: getattr(one, "__name__", None))
def test_nothing_leaves_that_something_speaks_against_since_it_was_placed(
    gmail: Post, google: FakeGoogle, happens: Happens, cause: str
) -> None:
    number = gmail.due()
    create = gmail.transport.create

    def meanwhile(raw: bytes, thread_id: str | None) -> Placed:
        placed = create(raw, thread_id)
        happens(gmail)
        return placed

    gmail.transport.create = meanwhile  # type: ignore[method-assign]
    gmail.run(timedelta(minutes=1))
    goes_back_unsent(gmail, google, number, cause)
    assert google.calls("drafts.create") == 1
    assert google.mailbox.drafts() == []


def goes_back_unsent(post: Post, google: FakeGoogle, number: int, cause: str) -> None:
    """The draft is in review with the reason, nothing counts against a quota, and the log says it."""
    delivery = post.delivery(number)
    assert (delivery.state, delivery.cause, delivery.counted_at) == (DeliveryState.CANCELLED, cause, None)
    assert google.calls("drafts.send") == 0
    assert google.delivered() == []
    (status, reason) = post.rows("SELECT status, reason FROM drafts WHERE id = ?", delivery.draft_id)[0]
    assert status == DraftStatus.PENDING.value
    assert reason == delivery.explanation
    assert reason
    assert post.actions(number)[-1] == "delivery.cancelled"
    with post.desk.store.read() as connection:
        assert verify(connection).ok
