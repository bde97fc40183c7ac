"""The table of transitions: nothing else happens, whatever comes in whatever order, and the docs print it."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from outtray.audit.verify import verify
from outtray.model.delivery import Delivery, DeliveryState, Gate
from outtray.model.draft import DraftStatus
from outtray.model.errors import Refused
from outtray.model.events import OPERATOR
from outtray.model.transitions import TRANSITIONS, NotInTable, Step, apply
from outtray.sending import decisions, switch
from outtray.store.outbox import get_delivery, take_back, transition
from tests.fakes.clock import FakeClock
from tests.fakes.desks import make_desk
from tests.fakes.google import COMPOSE, METADATA, UNCERTAIN, FakeGoogle, Fault
from tests.fakes.google.desk_accounts import connect
from tests.sending.post import Post
from tests.sending.table_text import DOCS, PLACE, table_as_markdown

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
STATES = list(DeliveryState)
STATUS_OF = {
    DeliveryState.SENT: {DraftStatus.SENT},
    DeliveryState.UNCONFIRMED: {DraftStatus.UNCONFIRMED},
    DeliveryState.FAILED: {DraftStatus.FAILED},
    DeliveryState.CANCELLED: {DraftStatus.PENDING, DraftStatus.DISCARDED, DraftStatus.APPROVED},
}


def a_delivery(state: DeliveryState, **values: object) -> Delivery:
    fields: dict[str, object] = dict.fromkeys(Delivery.__dataclass_fields__)
    fields |= {
        "id": 1, "draft_id": 1, "revision_id": 1, "account": "a", "state": state, "digest": "d",
        "recipients": 1, "attempt": 0, "looks": 0, "approved_at": NOW, "hold_until": NOW, "changed_at": NOW,
    }  # fmt: skip
    return Delivery(**(fields | values))  # type: ignore[arg-type]


def test_the_docs_print_the_table_as_it_is() -> None:
    printed = PLACE.search(DOCS.read_text(encoding="utf-8"))
    assert printed is not None
    assert printed[0] == table_as_markdown(), "run: python -m tests.sending.table_text"


@given(st.sampled_from(STATES), st.sampled_from(list(Step)))
def test_what_is_not_in_the_table_does_not_happen(state: DeliveryState, step: Step) -> None:
    everything = {name: NOW for rule in TRANSITIONS.values() for name in rule.needs}
    delivery = a_delivery(state)
    if (state, step) in TRANSITIONS:
        assert apply(delivery, step, NOW, **everything).state is TRANSITIONS[state, step].to
    else:
        with pytest.raises(NotInTable):
            apply(delivery, step, NOW, **everything)


@pytest.mark.parametrize("rule", [rule for rule in TRANSITIONS.values() if rule.needs], ids=str)
def test_a_guard_that_does_not_hold_stops_it(rule: object) -> None:
    from outtray.model.transitions import Transition

    assert isinstance(rule, Transition)
    for missing in rule.needs:
        values = {name: NOW for name in rule.needs if name != missing}
        with pytest.raises(NotInTable, match=missing):
            apply(a_delivery(rule.state), rule.step, NOW, **values)


def test_every_state_can_be_reached_and_every_state_but_the_ends_can_be_left() -> None:
    reached, todo = set(), [DeliveryState.HOLDING]
    while todo:
        state = todo.pop()
        reached.add(state)
        todo += [rule.to for rule in TRANSITIONS.values() if rule.state is state and rule.to not in reached]
    assert reached == set(STATES)
    left = {rule.state for rule in TRANSITIONS.values() if rule.to is not rule.state}
    assert left == set(STATES) - {DeliveryState.SENT, DeliveryState.CANCELLED}


def test_nothing_leads_from_a_call_back_to_the_same_call_without_a_look() -> None:
    """Each of the two writing calls follows one step alone."""
    for state, step in ((DeliveryState.STAGING, Step.STAGE), (DeliveryState.RELEASING, Step.RELEASE)):
        calls = [
            rule for rule in TRANSITIONS.values() if rule.to is state and rule.call.startswith("drafts.")
        ]
        made = [rule for rule in calls if rule.call in {"drafts.create", "drafts.send"}]
        assert [rule.step for rule in made] == [step]


def test_a_change_that_somebody_was_quicker_with_is_refused(practice: Post) -> None:
    number = practice.approved()
    seen = practice.delivery(number)
    practice.desk.store.write(lambda transaction: take_back(transaction, number, "Undone.", OPERATOR))
    with pytest.raises(Refused, match="meanwhile"):
        practice.desk.store.write(
            lambda transaction: transition(transaction, seen, Step.WINDOW_OVER, next_at=NOW)
        )
    assert practice.state(number) is DeliveryState.CANCELLED


class Outbox(RuleBasedStateMachine):
    """Approvals, faults, kills, the switch, the operator and time in any order, against a real HTTP Gmail."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory(prefix="outtray-table-")
        self.clock = FakeClock()
        path = Path(self.folder.name)
        self.google = FakeGoogle(path, now=lambda: self.clock.now().timestamp())
        self.google.online()
        self.desk = make_desk(path, practice=False, clock=self.clock)
        self.numbers: list[int] = []

    @initialize(sees_sent=st.booleans())
    def begin(self, sees_sent: bool) -> None:
        connect(self.desk, self.google, scopes=(COMPOSE, METADATA) if sees_sent else (COMPOSE,))
        switch.resume(self.desk, confirmed=True)
        self.post = Post(self.desk, self.clock)

    @rule(person=st.integers(0, 20))
    def approve(self, person: int) -> None:
        self.numbers.append(self.post.approved(to=f"p{person}@example.com"))

    @rule(
        fault=st.sampled_from([fault for fault in UNCERTAIN if "hang" not in fault.name]), send=st.booleans()
    )
    def fail(self, fault: Fault, send: bool) -> None:
        self.google.faults.next("drafts.send" if send else "drafts.create", fault)

    @rule(fault=st.sampled_from([Fault.PERSON_SENDS, Fault.PERSON_EDITS, Fault.PERSON_DELETES]))
    def interfere(self, fault: Fault) -> None:
        self.google.faults.next("drafts.send", fault)

    @rule(seconds=st.sampled_from([1, 31, 130, 3600, 90_000]))
    def pass_time(self, seconds: int) -> None:
        self.post.run(timedelta(seconds=seconds))

    @rule()
    def step(self) -> None:
        self.post.sender.step()

    @rule()
    def restart(self) -> None:
        self.post.sender = self.post.new_sender()

    @rule(hours=st.sampled_from([-2, -1, 1, 9]))
    def set_clock(self, hours: int) -> None:
        self.clock.step(timedelta(hours=hours))

    @rule()
    def pause(self) -> None:
        switch.pause(self.desk)

    @rule()
    def resume(self) -> None:
        switch.resume(self.desk, confirmed=True)

    @precondition(lambda self: self.numbers)
    @rule(
        pick=st.randoms(use_true_random=False),
        what=st.sampled_from(["cancel", "retry", "discard", "ask", "no"]),
    )
    def decide(self, pick: object, what: str) -> None:
        import random

        assert isinstance(pick, random.Random)
        number = pick.choice(self.numbers)
        try:
            match what:
                case "cancel":
                    decisions.cancel(self.desk, [number])
                case "retry":
                    decisions.retry(self.desk, [number])
                case "discard":
                    decisions.discard(self.desk, [number], "Enough.")
                case "ask":
                    decisions.ask_again(self.desk, number)
                case "no":
                    decisions.settle(self.desk, number, False, "They say so.")
        except Refused:
            return

    @invariant()
    def nothing_leaves_twice(self) -> None:
        assert all(count == 1 for count in self.google.tokens().values())

    @invariant()
    def drafts_follow_their_deliveries(self) -> None:
        with self.desk.store.read() as connection:
            for number in self.numbers:
                delivery = get_delivery(connection, number)
                status = self.post.draft(number).status
                assert status in STATUS_OF.get(delivery.state, {DraftStatus.APPROVED})
                if delivery.state is DeliveryState.QUEUED:
                    assert delivery.gmail_draft_id is None
                if delivery.waiting_for is Gate.RECONCILING:
                    assert delivery.state in {DeliveryState.STAGING, DeliveryState.RELEASING}

    def teardown(self) -> None:
        if hasattr(self, "post"):
            self.settle()
            self.post.transport.close()
        self.desk.close()
        self.google.__exit__(None, None, None)
        self.folder.cleanup()

    def settle(self) -> None:
        """Once everything works again, all comes to an end that agrees with what Google delivered."""
        self.google.faults.clear()
        switch.resume(self.desk, confirmed=True)
        for _ in range(12):
            self.post.run(timedelta(days=8))
        delivered = self.google.tokens()
        with self.desk.store.read() as connection:
            for number in self.numbers:
                delivery = get_delivery(connection, number)
                assert not delivery.under_way, delivery
                count = delivered[delivery.delivery_token]
                if delivery.state is DeliveryState.SENT:
                    assert count == 1
                if delivery.state is DeliveryState.FAILED:
                    assert count == 0
            assert verify(connection).ok


TestOutbox = Outbox.TestCase
TestOutbox.settings = settings(
    max_examples=15,
    stateful_step_count=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
