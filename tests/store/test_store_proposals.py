"""Machines hand drafts in: once each, revised before a decision, refused after it, nothing lost."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from outtray.audit.verify import verify
from outtray.desk import Desk
from outtray.model.draft import Attachment, AuthorKind, DraftStatus, Proposal
from outtray.model.errors import NotFound, Refused
from outtray.store.audit_reads import events
from outtray.store.autosaves import put_kept, set_editing
from outtray.store.blobs import read_blob
from outtray.store.draft_reads import DraftReads
from outtray.store.drafts import get_draft, set_content, set_status
from outtray.store.index_text import index_text_of
from outtray.store.preparing import words_of
from outtray.store.proposals import EDITING_LASTS, Taken, TakenKind, revise, take_in, withdraw
from outtray.store.search import search
from tests.fakes.clock import FakeClock
from tests.fakes.desks import make_desk, make_proposal, propose


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def desk(tmp_path: Path, clock: FakeClock) -> Iterator[Desk]:
    opened = make_desk(tmp_path, clock=clock)
    yield opened
    opened.close()


def hand_in(desk: Desk, *proposals: Proposal, actor: str | None = None) -> list[Taken]:
    return desk.store.write(lambda transaction: take_in(transaction, proposals, actor))


def draft(desk: Desk, number: int | None) -> Any:
    assert number is not None
    with desk.store.read() as connection:
        return get_draft(connection, number)


def story(desk: Desk, number: int) -> list[tuple[str, str, str]]:
    with desk.store.read() as connection:
        return [
            (event.action, event.actor, event.outcome)
            for event in events(connection, about=("draft", str(number)))
        ]


def test_what_was_handed_in_is_there_word_for_word(desk: Desk) -> None:
    file = Attachment("Größe.pdf", "application/pdf", b"%PDF-1.7 invented", "logo")
    proposal = make_proposal(
        to=["ada@example.com"],
        cc=["bo@example.org"],
        bcc=["c@example.net"],
        reply_to="desk@example.com",
        subject="Größe \U0001f4e6",
        body_text="Liebe Ada,\r\n\n\tdas ist sie.\n",
        body_html="<p>das ist sie</p>",
        in_reply_to="<q@example.com>",
        references=("<p@example.com>", "<q@example.com>"),
        thread_id="18c",
        attachments=[file],
        source="crm",
        external_id="e-1",
        recipient_name="Ada Okafor",
        company_name="Okafor & Daughters",
        request="How big is it?",
        priority=90,
        score=0.125,
        send_after=datetime(2026, 3, 5, 8, 0, tzinfo=UTC),
        account="mara@example.com",
        context={"model": {"name": "m-1", "cost": 0.5}, "tags": ["a", None, True]},
        notes=("A field was dropped.",),
    )
    (taken,) = hand_in(desk, proposal)
    found = draft(desk, taken.draft_id)
    assert taken.kind is TakenKind.ADDED
    assert found.revision.content == proposal.content
    assert found.revision == found.proposed
    assert found.revision.author is AuthorKind.MACHINE
    assert found.status is DraftStatus.PENDING
    same = ("source", "external_id", "recipient_name", "company_name", "request", "priority", "score")
    for name in (*same, "send_after", "account", "context"):
        assert getattr(found, name) == getattr(proposal, name), name
    assert [finding.code for finding in found.findings] == ["import_note"]
    with desk.store.read() as connection:
        assert read_blob(connection, hashlib.sha256(file.content).hexdigest()) == file.content


def test_the_same_draft_is_taken_once(desk: Desk) -> None:
    first, again = make_proposal(external_id="1"), make_proposal(external_id="1")
    (added,), (known,) = hand_in(desk, first), hand_in(desk, again)
    assert (added.kind, known.kind) == (TakenKind.ADDED, TakenKind.KNOWN)
    assert added.draft_id == known.draft_id
    assert [kind for kind, *_ in story(desk, 1)] == ["draft.proposed"]


def test_without_an_id_the_content_is_the_name(desk: Desk) -> None:
    taken = hand_in(
        desk,
        make_proposal(),
        make_proposal(),
        make_proposal(subject="Another"),
        make_proposal(source="other"),
    )
    assert [one.kind.value for one in taken] == ["added", "known", "added", "added"]


def test_ids_of_two_sources_are_two_drafts(desk: Desk) -> None:
    taken = hand_in(
        desk, make_proposal(source="a", external_id="1"), make_proposal(source="b", external_id="1")
    )
    assert [one.kind for one in taken] == [TakenKind.ADDED, TakenKind.ADDED]


def test_one_batch_may_hold_a_draft_and_its_revision(desk: Desk) -> None:
    taken = hand_in(
        desk,
        make_proposal(external_id="1", subject="First"),
        make_proposal(external_id="2"),
        make_proposal(external_id="1", subject="Second"),
        make_proposal(external_id="3"),
    )
    assert [one.kind.value for one in taken] == ["added", "added", "revised", "added"]
    assert draft(desk, taken[0].draft_id).revision.content.subject == "Second"
    assert len({one.draft_id for one in taken}) == 3


def test_a_change_is_a_new_revision_as_long_as_nobody_decided(desk: Desk) -> None:
    number = propose(desk, external_id="1", subject="First", body_text="zanzibar", priority=10)
    token = draft(desk, number).revision.token
    (taken,) = hand_in(
        desk,
        make_proposal(
            external_id="1",
            subject="",
            body_text="quagga",
            priority=20,
            to="bo@example.org",
            notes=("Note.",),
        ),
    )
    found = draft(desk, number)
    assert taken == Taken(TakenKind.REVISED, number)
    assert (found.revision.number, found.priority) == (2, 20)
    assert found.revision.id == found.proposed.id
    assert found.revision.token != token
    assert [finding.code for finding in found.findings] == ["no_subject", "import_note"]
    reads = DraftReads(desk.profile.database)
    assert [past.id for past in reads.history(["bo@example.org"])[0].drafts] == [number]
    assert reads.history(["ada@example.com"])[0].drafts == ()
    assert reads.counts()["pending.block"] == 1
    reads.close()
    with desk.store.read() as connection:
        assert search(connection, "quagga") == [number]
        assert search(connection, "zanzibar") == []
    assert [kind for kind, *_ in story(desk, number)] == ["draft.proposed", "draft.revised"]


def decide(desk: Desk, number: int, status: DraftStatus) -> None:
    desk.store.write(lambda transaction: set_status(transaction, number, status))


@pytest.mark.parametrize("status", sorted(set(DraftStatus) - {DraftStatus.PENDING, DraftStatus.SNOOZED}))
def test_after_a_decision_a_change_is_refused(desk: Desk, status: DraftStatus) -> None:
    number = propose(desk, external_id="1")
    decide(desk, number, status)
    same, changed = hand_in(
        desk, make_proposal(external_id="1"), make_proposal(external_id="1", subject="Changed")
    )
    assert same.kind is TakenKind.KNOWN
    assert (changed.kind, changed.code, changed.draft_id) == (TakenKind.REFUSED, "already_decided", number)
    assert draft(desk, number).revision.content.subject == "Your question"
    assert story(desk, number)[-1] == ("draft.revised", "crm", "already_decided")
    for change in (
        lambda transaction: revise(transaction, number, make_proposal(subject="Changed")),
        lambda transaction: withdraw(transaction, number),
    ):
        with pytest.raises(Refused) as refusal:
            desk.store.write(change)
        assert refusal.value.code == "already_decided"


def test_a_snoozed_draft_can_still_be_revised(desk: Desk) -> None:
    number = propose(desk, external_id="1")
    decide(desk, number, DraftStatus.SNOOZED)
    (taken,) = hand_in(desk, make_proposal(external_id="1", subject="Changed"))
    assert taken.kind is TakenKind.REVISED
    assert draft(desk, number).status is DraftStatus.SNOOZED


def edit(desk: Desk, number: int) -> None:
    found = draft(desk, number)
    content = make_proposal(subject="By hand").content
    desk.store.write(
        lambda transaction: set_content(
            transaction, number, content, AuthorKind.OPERATOR, "", found.revision.id
        )
    )


def open_editor(desk: Desk, number: int) -> None:
    desk.store.write(lambda transaction: set_editing(transaction, number, since=transaction.now_ms))


def type_something(desk: Desk, number: int) -> None:
    found = draft(desk, number)
    desk.store.write(lambda transaction: put_kept(transaction, number, found.revision.id, {"subject": "B"}))
    desk.store.write(lambda transaction: set_editing(transaction, number, since=None))


@pytest.mark.parametrize("work", [edit, open_editor, type_something])
def test_what_the_operator_works_on_is_not_changed_from_outside(desk: Desk, work: Any) -> None:
    number = propose(desk, external_id="1")
    work(desk, number)
    (taken,) = hand_in(desk, make_proposal(external_id="1", subject="From outside"))
    assert (taken.kind, taken.code) == (TakenKind.REFUSED, "under_review")
    assert draft(desk, number).proposed.content.subject == "Your question"
    for change in (
        lambda transaction: revise(transaction, number, make_proposal(subject="Changed")),
        lambda transaction: withdraw(transaction, number),
    ):
        with pytest.raises(Refused) as refusal:
            desk.store.write(change)
        assert refusal.value.code == "under_review"


def test_an_editor_that_a_crash_left_open_does_not_bar_for_ever(desk: Desk, clock: FakeClock) -> None:
    number = propose(desk, external_id="1")
    open_editor(desk, number)
    clock.advance(EDITING_LASTS + timedelta(minutes=1))
    (taken,) = hand_in(desk, make_proposal(external_id="1", subject="Changed"))
    assert taken.kind is TakenKind.REVISED


def test_revise_by_number_changes_what_the_machine_says(desk: Desk) -> None:
    number = propose(desk)
    changed = make_proposal(subject="Changed", source="other", external_id="ignored")
    assert desk.store.write(lambda transaction: revise(transaction, number, changed))
    assert not desk.store.write(lambda transaction: revise(transaction, number, changed))
    found = draft(desk, number)
    assert (found.revision.content.subject, found.source, found.external_id) == ("Changed", "crm", None)
    with pytest.raises(NotFound):
        desk.store.write(lambda transaction: revise(transaction, 99, changed))


def test_a_revised_draft_without_an_id_is_known_by_its_new_content(desk: Desk) -> None:
    number = propose(desk)
    desk.store.write(lambda transaction: revise(transaction, number, make_proposal(subject="Changed")))
    (taken,) = hand_in(desk, make_proposal(subject="Changed"))
    assert taken == Taken(TakenKind.KNOWN, number)


def test_a_withdrawn_draft_leaves_review(desk: Desk) -> None:
    number = propose(desk)
    desk.store.write(lambda transaction: withdraw(transaction, number, "agent-7"))
    assert draft(desk, number).status is DraftStatus.WITHDRAWN
    assert story(desk, number)[-1] == ("draft.withdrawn", "agent-7", "done")
    with pytest.raises(NotFound):
        desk.store.write(lambda transaction: withdraw(transaction, 99))


def test_the_log_names_no_person_in_the_clear(desk: Desk) -> None:
    propose(desk, to="ada.okafor@example.com", recipient_name="Ada Okafor", subject="Private words")
    with desk.store.read() as connection:
        logged = list(events(connection))
        assert verify(connection).ok
    text = b"".join(event.payload for event in logged).decode()
    assert "okafor" not in text.lower()
    assert "Private" not in text
    assert logged[-1].clear == (("recipient", "ada.okafor@example.com"),)


def test_a_large_batch_says_that_many_changed_and_is_one_transaction(desk: Desk) -> None:
    told: list[Any] = []
    desk.store.subscribe(told.append)
    taken = hand_in(desk, *(make_proposal(external_id=str(number)) for number in range(2_100)))
    assert len({one.draft_id for one in taken}) == 2_100
    (changes,) = told
    assert (changes.added, changes.many, changes.counts) == (2_100, True, True)


TEXT = st.text(max_size=40)
ANY_TEXT = st.text(st.characters(codec=None), max_size=40)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    subject=ANY_TEXT,
    body=ANY_TEXT,
    html=st.none() | ANY_TEXT,
    name=st.none() | ANY_TEXT,
    source=ANY_TEXT,
    external_id=st.none() | ANY_TEXT,
    context=st.dictionaries(TEXT, JSON, max_size=4),
)
def test_any_text_at_all_is_kept_indexed_and_known_again(
    desk: Desk,
    subject: str,
    body: str,
    html: str | None,
    name: str | None,
    source: str,
    external_id: str | None,
    context: dict[str, Any],
) -> None:
    proposal = make_proposal(
        subject=subject,
        body_text=body,
        body_html=html,
        recipient_name=name,
        source=source,
        external_id=external_id,
        context=context,
    )
    (first,) = hand_in(desk, proposal)
    (again,) = hand_in(desk, proposal)
    assert again.kind is TakenKind.KNOWN
    assert again.draft_id == first.draft_id
    found = draft(desk, first.draft_id)
    if first.kind is TakenKind.ADDED:
        # The index forgets a draft only by exactly the words that it was told.
        assert index_text_of(found).split() == words_of(proposal, found.source).split()
