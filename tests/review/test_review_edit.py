"""The editor: kept as it is typed, saved beside the machine's text, undone, and voiding an approval."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from outtray.audit.verify import verify
from outtray.desk import Desk
from outtray.model.delivery import DeliveryState
from outtray.model.draft import AuthorKind, Content, Draft, DraftStatus
from outtray.model.errors import NotFound, Refused
from outtray.review import decide, edit
from outtray.review.undo import undo_last
from outtray.store.audit_reads import events
from outtray.store.drafts import get_draft, set_status
from outtray.store.outbox import get_delivery, latest_delivery
from outtray.store.proposals import take_in
from outtray.store.search import search
from outtray.store.tables import DeliveryTable, table_of
from tests.fakes.clock import FakeClock
from tests.fakes.desks import approve, make_desk, make_proposal, propose


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


def actions(desk: Desk, number: int) -> list[str]:
    with desk.store.read() as connection:
        return [event.action for event in events(connection, about=("draft", str(number)))]


def change(desk: Desk, number: int, **fields: Any) -> Content:
    return replace(draft(desk, number).revision.content, **fields)


def save(desk: Desk, number: int, **fields: Any) -> str:
    content = change(desk, number, **fields)
    return edit.save(desk, number, draft(desk, number).revision.id, content).sentence


def test_saving_keeps_the_machines_text_beside_the_operators(desk: Desk) -> None:
    number = propose(desk, subject="The machine's", body_text="quagga")
    assert save(desk, number, subject="Mine", body_text="zanzibar") == "Saved."
    found = draft(desk, number)
    assert found.edited
    assert found.revision.author is AuthorKind.OPERATOR
    assert found.revision.content.subject == "Mine"
    assert found.proposed.content.subject == "The machine's"
    with desk.store.read() as connection:
        assert search(connection, "zanzibar") == [number]
        logged = list(events(connection, about=("draft", str(number))))[-1]
    assert logged.body["details"] == {"changed": ["subject", "body_text"], "revision": 2}
    # The log commits itself to the text without holding it.
    assert [name for name, _ in logged.clear] == ["recipient", "content_sha256"]


def test_an_edit_is_undone(desk: Desk) -> None:
    number = propose(desk, subject="The machine's")
    before = draft(desk, number)
    save(desk, number, subject="Mine")
    save(desk, number, subject="Mine, again")
    undo_last(desk)
    assert draft(desk, number).revision.content.subject == "Mine"
    undo_last(desk)
    assert draft(desk, number) == before
    with desk.store.read() as connection:
        assert search(connection, "mine") == []
        assert search(connection, "machine") == [number]


def test_the_machines_version_comes_back_and_that_is_undone_too(desk: Desk) -> None:
    number = propose(desk, subject="The machine's")
    save(desk, number, subject="Mine")
    assert edit.reset_to_proposed(desk, number).operation is not None
    assert not draft(desk, number).edited
    assert draft(desk, number).revision.content.subject == "The machine's"
    again = edit.reset_to_proposed(desk, number)
    assert (again.operation, again.sentence) == (None, "This is what the machine wrote.")
    undo_last(desk)
    assert draft(desk, number).revision.content.subject == "Mine"
    assert actions(desk, number) == ["draft.proposed", "draft.edited", "draft.reset", "draft.restored"]


def test_saving_what_is_there_changes_nothing(desk: Desk) -> None:
    number = propose(desk)
    before = draft(desk, number)
    assert save(desk, number) == "Nothing was changed."
    assert draft(desk, number) == before
    assert actions(desk, number) == ["draft.proposed"]


def test_a_draft_that_changed_meanwhile_keeps_the_typed_text(desk: Desk) -> None:
    number = propose(desk)
    base = draft(desk, number).revision.id
    edit.keep(desk, number, base, {"subject": "Typed"})
    save(desk, number, subject="From another window")
    edit.keep(desk, number, base, {"subject": "Typed"})
    with pytest.raises(Refused) as refusal:
        edit.save(desk, number, base, change(desk, number, subject="Typed"))
    assert refusal.value.code == "changed_meanwhile"
    kept = edit.kept(desk, number)
    assert kept is not None
    assert (kept.fields, kept.outdated) == ({"subject": "Typed"}, True)


def test_a_draft_needs_somebody_to_go_to(desk: Desk) -> None:
    number = propose(desk)
    with pytest.raises(Refused) as refusal:
        save(desk, number, to=())
    assert (refusal.value.code, refusal.value.field) == ("no_recipient", "to")


def test_what_is_typed_is_kept_until_it_is_saved_or_thrown_away(desk: Desk, clock: FakeClock) -> None:
    number = propose(desk)
    base = draft(desk, number).revision.id
    assert edit.kept(desk, number) is None
    edit.begin(desk, number)
    edit.keep(desk, number, base, {"subject": "T"})
    clock.advance(timedelta(seconds=1))
    edit.keep(desk, number, base, {"subject": "Typed", "to": ["ada@example.com"]})
    edit.end(desk, number)
    kept = edit.kept(desk, number)
    assert kept is not None
    assert kept.fields == {"subject": "Typed", "to": ["ada@example.com"]}
    assert (kept.kept_at, kept.outdated, kept.base_revision_id) == (clock.now(), False, base)
    edit.forget_kept(desk, number)
    assert edit.kept(desk, number) is None
    edit.keep(desk, number, base, {"subject": "Typed"})
    save(desk, number, subject="Typed")
    assert edit.kept(desk, number) is None
    with pytest.raises(NotFound):
        edit.keep(desk, 99, base, {})


def test_an_open_editor_keeps_the_machine_out_and_a_closed_one_does_not(desk: Desk) -> None:
    number = propose(desk, external_id="1")
    changed = make_proposal(external_id="1", subject="From outside")
    edit.begin(desk, number)
    (taken,) = desk.store.write(lambda transaction: take_in(transaction, [changed]))
    assert taken.code == "under_review"
    edit.end(desk, number)
    (taken,) = desk.store.write(lambda transaction: take_in(transaction, [changed]))
    assert taken.kind.value == "revised"


def test_editing_an_approved_draft_voids_the_approval(desk: Desk) -> None:
    number = propose(desk)
    delivery = approve(desk, number)
    assert save(desk, number, subject="Better") == "Saved. The approval is void."
    found = draft(desk, number)
    assert found.status is DraftStatus.PENDING
    assert (found.approved_digest, found.reason) == (None, None)
    with desk.store.read() as connection:
        assert get_delivery(connection, delivery).state is DeliveryState.CANCELLED
    undo_last(desk)
    assert draft(desk, number).status is DraftStatus.PENDING
    assert draft(desk, number).revision.content.subject == "Your question"


def test_resetting_an_approved_draft_voids_the_approval(desk: Desk) -> None:
    number = propose(desk)
    save(desk, number, subject="Mine")
    approve(desk, number)
    edit.reset_to_proposed(desk, number)
    assert draft(desk, number).status is DraftStatus.PENDING
    assert draft(desk, number).revision.content.subject == "Your question"


def test_a_message_that_is_leaving_can_not_be_changed(desk: Desk) -> None:
    number = propose(desk)
    delivery = approve(desk, number)
    deliveries = table_of(DeliveryTable)
    desk.store.write(
        lambda transaction: transaction.connection.execute(
            deliveries.update().where(deliveries.c.id == delivery).values(state="releasing")
        )
    )
    with pytest.raises(Refused) as refusal:
        save(desk, number, subject="Too late")
    assert refusal.value.code == "already_leaving"
    assert draft(desk, number).revision.content.subject == "Your question"
    with desk.store.read() as connection:
        found = latest_delivery(connection, number)
    assert found is not None
    assert found.state is DeliveryState.RELEASING


@pytest.mark.parametrize("status", ["sent", "failed", "unconfirmed", "rejected", "withdrawn", "discarded"])
def test_what_is_not_in_review_is_not_edited(desk: Desk, status: str) -> None:
    number = propose(desk)
    desk.store.write(lambda transaction: set_status(transaction, number, DraftStatus(status)))
    for work in (
        lambda: edit.begin(desk, number),
        lambda: edit.reset_to_proposed(desk, number),
        lambda: save(desk, number, subject="No"),
    ):
        with pytest.raises(Refused) as refusal:
            work()
        assert refusal.value.code == "not_in_review"


def test_a_snoozed_draft_is_edited_where_it_is(desk: Desk, clock: FakeClock) -> None:
    number = propose(desk)
    decide.snooze(desk, [number], clock.now() + timedelta(hours=1))
    save(desk, number, subject="Later")
    assert draft(desk, number).status is DraftStatus.SNOOZED
