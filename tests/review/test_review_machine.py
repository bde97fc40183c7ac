"""Whatever an operator and machines do in whatever order: statuses, counts, texts and the log stay right."""

from __future__ import annotations

import tempfile
from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
)

from outtray.audit.verify import verify
from outtray.model.draft import Draft
from outtray.model.errors import Refused
from outtray.review import decide, edit
from outtray.review.approve import Approver
from outtray.review.preview import preview
from outtray.review.undo import undo_last
from outtray.store.draft_reads import DraftReads
from outtray.store.drafts import get_draft
from outtray.store.proposals import take_in
from outtray.store.search import search
from tests.fakes.clock import FakeClock
from tests.fakes.desks import make_desk, make_proposal

UNDECIDED = {"pending", "snoozed"}
TEXTS = st.sampled_from(["quagga", "zanzibar", "", "Größe", "東京タワー", "?!"])


@dataclass(frozen=True)
class Expected:
    """What the model knows of a draft; `approval` numbers its approvals."""

    status: str
    subject: str
    proposed: str
    approval: int = 0


@dataclass(frozen=True)
class Step:
    """What an operation did to one draft: undone where the draft still stands as `after` says."""

    number: int
    after: tuple[Any, ...]
    before: dict[str, str]


def standing(known: Expected) -> tuple[Any, ...]:
    return (known.status, known.approval if known.status == "approved" else 0)


class Review(RuleBasedStateMachine):
    """Drives the use cases beside a dictionary, and undo beside a list of steps."""

    drafts = Bundle("drafts")

    @initialize()
    def open(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.clock = FakeClock()
        self.desk = make_desk(Path(self.folder.name), clock=self.clock, account=True)
        self.reads = DraftReads(self.desk.profile.database)
        self.expected: dict[int, Expected] = {}
        self.operations: list[list[Step]] = []
        self.handed_in = self.approvals = 0

    def teardown(self) -> None:
        if hasattr(self, "desk"):
            with self.desk.store.read() as connection:
                assert verify(connection).ok
            self.reads.close()
            self.desk.close()
            self.folder.cleanup()

    def draft(self, number: int) -> Draft:
        with self.desk.store.read() as connection:
            return get_draft(connection, number)

    @rule(target=drafts, subjects=st.lists(TEXTS, min_size=1, max_size=3))
    def propose(self, subjects: list[str]) -> Any:
        proposals = [
            make_proposal(external_id=str(self.handed_in + place), subject=subject)
            for place, subject in enumerate(subjects)
        ]
        self.handed_in += len(subjects)
        taken = self.desk.store.write(lambda transaction: take_in(transaction, proposals))
        numbers = [one.draft_id for one in taken if one.draft_id is not None]
        for number, subject in zip(numbers, subjects, strict=True):
            self.expected[number] = Expected("pending", subject, subject)
        return multiple(*numbers)

    @rule(number=drafts, subject=TEXTS)
    def hand_in_again(self, number: int, subject: str) -> None:
        known = self.expected[number]
        changed = make_proposal(external_id=str(number - 1), subject=subject)
        (taken,) = self.desk.store.write(lambda transaction: take_in(transaction, [changed]))
        assert taken.draft_id == number
        if subject == known.proposed:
            assert taken.kind.value == "known"
        elif known.status not in UNDECIDED:
            assert taken.code == "already_decided"
        elif self.draft(number).edited:
            assert taken.code == "under_review"
        else:
            assert taken.kind.value == "revised"
            self.expected[number] = replace(known, subject=subject, proposed=subject)

    @rule(
        numbers=st.lists(drafts, min_size=1, max_size=4, unique=True),
        to=st.sampled_from(["rejected", "snoozed", "discarded", "pending"]),
    )
    def decide(self, numbers: list[int], to: str) -> None:
        allowed = {
            "rejected": UNDECIDED,
            "snoozed": UNDECIDED,
            "discarded": UNDECIDED | {"rejected"},
            "pending": {"rejected", "discarded", "snoozed"},
        }[to]
        moved = [number for number in numbers if self.expected[number].status in allowed]
        try:
            if to == "rejected":
                decide.reject(self.desk, numbers, "Tone")
            elif to == "snoozed":
                decide.snooze(self.desk, numbers, self.clock.now() + timedelta(hours=1))
            elif to == "discarded":
                decide.discard(self.desk, numbers)
            else:
                decide.restore(self.desk, numbers)
        except Refused:
            assert not moved
            return
        self.move(moved, to)

    @rule(number=drafts, subject=TEXTS)
    def edit(self, number: int, subject: str) -> None:
        known, found = self.expected[number], self.draft(number)
        content = replace(found.revision.content, subject=subject)
        try:
            done = edit.save(self.desk, number, found.revision.id, content)
        except Refused:
            assert known.status not in UNDECIDED | {"approved"}
            return
        if done.operation is None:
            assert subject == known.subject
            return
        status = "pending" if known.status == "approved" else known.status
        self.expected[number] = replace(known, status=status, subject=subject)
        written = (self.draft(number).revision.id,)
        self.operations.append([Step(number, written, {"subject": known.subject})])

    @rule(numbers=st.lists(drafts, min_size=1, max_size=4, unique=True))
    def approve(self, numbers: list[int]) -> None:
        shown = {number: preview(self.desk, number) for number in numbers}
        wanted = {number: one.digest or "" for number, one in shown.items()}
        # Without a subject it is blocked; all else that these drafts hold lets them pass.
        moved = [
            number
            for number in numbers
            if self.expected[number].status == "pending" and self.expected[number].subject.strip()
        ]
        assert moved == [number for number in numbers if shown[number].refusal is None]
        try:
            Approver(self.desk).approve(wanted, {})
        except Refused:
            assert not moved
            return
        self.approvals += 1
        self.move(moved, "approved")

    def move(self, numbers: list[int], to: str) -> None:
        steps = []
        for number in numbers:
            known = self.expected[number]
            self.expected[number] = replace(known, status=to, approval=self.approvals)
            steps.append(Step(number, standing(self.expected[number]), {"status": known.status}))
        self.operations.append(steps)

    @precondition(lambda self: self.operations)
    @rule()
    def undo(self) -> None:
        steps = [step for step in self.operations.pop() if self.can_be_undone(step)]
        try:
            undo_last(self.desk)
        except Refused:
            assert not steps
            return
        assert steps
        for step in steps:
            self.expected[step.number] = replace(self.expected[step.number], **step.before)  # type: ignore[arg-type]

    def can_be_undone(self, step: Step) -> bool:
        known = self.expected[step.number]
        if "subject" in step.before:
            return known.status in UNDECIDED and step.after == (self.draft(step.number).revision.id,)
        return step.after == standing(known)

    @rule()
    def wake(self) -> None:
        due = [
            number
            for number, known in self.expected.items()
            if known.status == "snoozed" and self.is_due(number)
        ]
        assert decide.wake_due(self.desk).changes.drafts == frozenset(due)
        for number in due:
            self.expected[number] = replace(self.expected[number], status="pending")

    def is_due(self, number: int) -> bool:
        until = self.draft(number).snoozed_until
        return until is not None and until <= self.clock.now()

    @rule(minutes=st.integers(1, 90))
    def wait(self, minutes: int) -> None:
        self.clock.advance(timedelta(minutes=minutes))

    @invariant()
    def the_store_says_the_same(self) -> None:
        if not hasattr(self, "desk"):
            return
        for number, known in self.expected.items():
            found = self.draft(number)
            assert found.status.value == known.status
            assert found.revision.content.subject == known.subject
            assert found.proposed.content.subject == known.proposed
        statuses = Counter(known.status for known in self.expected.values())
        counts = self.reads.counts()
        assert {
            name.removeprefix("status."): count
            for name, count in counts.items()
            if name.startswith("status.") and count
        } == dict(statuses)
        in_review = sum(count for name, count in counts.items() if name.startswith("pending."))
        assert in_review == statuses["pending"]
        words = {word for known in self.expected.values() for word in (known.subject,) if word.isalpha()}
        for word in words - {""}:
            having = [number for number, known in self.expected.items() if known.subject == word]
            with self.desk.store.read() as connection:
                assert sorted(search(connection, word)) == having


TestReview = Review.TestCase
TestReview.settings = settings(
    max_examples=15, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
)
