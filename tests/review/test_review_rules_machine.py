"""Whatever is handed in, edited, found, overridden and switched, in whatever order: nothing that has an
unresolved block is approved or sent, and nothing because of a rule that was in shadow alone.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, event, settings
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
from outtray.model.errors import Refused
from outtray.model.findings import Finding, Rank, Severity
from outtray.model.rule import RuleKind, RuleMode, Terms, terms_of
from outtray.model.rule_conditions import NO_WARN, Comparison, Condition, Field
from outtray.review import decide, edit, rule_changes
from outtray.review.approve import Approver
from outtray.review.preview import preview
from outtray.review.rule_record import try_on_history
from outtray.review.rule_switch import allow_rules, switch_on
from outtray.review.rules import evaluate_all
from outtray.review.undo import undo_last
from outtray.sending import switch
from outtray.sending.sender import Sender
from outtray.store.accounts import list_accounts
from outtray.store.drafts import set_findings
from outtray.store.proposals import take_in
from outtray.store.rows import weight
from outtray.transports import transport_for
from tests.fakes.clock import FakeClock
from tests.fakes.desks import make_desk, make_proposal
from tests.review.ruled_desks import add_rule, delivery, draft, examine, found, look, rule_of

OUTCOMES = st.lists(st.sampled_from(list(Severity)), max_size=2)
MODES = st.sampled_from(list(RuleMode))
ALL = (
    Condition(Field.SOURCE, Comparison.IS, "crm"),
    Condition(Field.FINDINGS, Comparison.IS, NO_WARN),
    Condition(Field.FIRST_CONTACT, Comparison.IS, value=True),
)
CONDITIONS = st.lists(st.sampled_from(ALL), min_size=1, max_size=2)
GONE = frozenset({"approved", "sent", "unconfirmed", "failed"})


class Rules(RuleBasedStateMachine):
    """Keeps beside the desk what each approval was allowed by."""

    drafts = Bundle("drafts")
    rules_ = Bundle("rules_")

    @initialize(target=rules_)
    def open(self) -> int:
        self.folder = tempfile.TemporaryDirectory()
        self.clock = FakeClock()
        self.desk = make_desk(Path(self.folder.name), clock=self.clock, account=True)
        with self.desk.store.read() as connection:
            account = list_accounts(connection)[0]
        self.transport = transport_for(self.desk, account)
        self.sender = Sender(self.desk, account.address, self.transport)
        self.handed_in = 0
        self.numbers: list[int] = []
        # The deliveries that were there at the last look, and those that a person approved.
        self.known: set[int] = set()
        self.by_hand: set[int] = set()
        # One rule is on to begin with: few sequences would ever switch one on by themselves.
        allow_rules(self.desk, allowed=True)
        return add_rule(self.desk, ALL[0], name="Rule")

    def teardown(self) -> None:
        if hasattr(self, "desk"):
            with self.desk.store.read() as connection:
                assert verify(connection).ok
            self.transport.close()
            self.desk.close()
            self.folder.cleanup()

    def blocked(self, number: int) -> bool:
        return any(weight(finding) is Rank.BLOCK for finding in draft(self.desk, number).findings)

    def says(self, number: int, severities: Sequence[Severity]) -> None:
        examine(self.desk, number, [found(severity) for severity in severities])

    @rule(target=drafts, severities=st.lists(OUTCOMES, min_size=1, max_size=3), seen=st.booleans())
    def propose(self, severities: list[list[Severity]], *, seen: bool) -> Any:
        return multiple(*self.take_in(severities, seen=seen))

    def take_in(self, severities: list[list[Severity]], *, seen: bool) -> list[int]:
        first = self.handed_in
        self.handed_in += len(severities)
        proposals = [
            make_proposal(external_id=str(first + place), to=f"a{first + place}@example.com")
            for place in range(len(severities))
        ]
        taken = self.desk.store.write(lambda transaction: take_in(transaction, proposals))
        numbers = [one.draft_id for one in taken if one.draft_id is not None]
        self.numbers += numbers
        if seen:
            for number, what in zip(numbers, severities, strict=True):
                self.says(number, what)
        return numbers

    @rule(number=drafts, subject=st.sampled_from(["One", "Two"]), severities=OUTCOMES)
    def revise(self, number: int, subject: str, severities: list[Severity]) -> None:
        proposal = make_proposal(
            external_id=str(number - 1), subject=subject, to=f"a{number - 1}@example.com"
        )
        self.desk.store.write(lambda transaction: take_in(transaction, [proposal]))
        if draft(self.desk, number).status == "pending":
            self.says(number, severities)

    @rule(number=drafts, severities=OUTCOMES)
    def find(self, number: int, severities: list[Severity]) -> None:
        if draft(self.desk, number).status == "pending":
            self.says(number, severities)

    @rule(number=drafts)
    def override(self, number: int) -> None:
        now = draft(self.desk, number)
        if now.status == "pending":
            findings: list[Finding] = [replace(one, overridden="I know it") for one in now.findings]
            self.desk.store.write(lambda transaction: set_findings(transaction, number, findings))

    @rule(number=drafts, subject=st.sampled_from(["Three", "Four"]), severities=OUTCOMES, seen=st.booleans())
    def edit(self, number: int, subject: str, severities: list[Severity], *, seen: bool) -> None:
        now = draft(self.desk, number).revision
        with contextlib.suppress(Refused):
            edit.save(self.desk, number, now.id, replace(now.content, subject=subject))
            if seen and draft(self.desk, number).status == "pending":
                self.says(number, severities)

    @rule(number=drafts, to=st.sampled_from(["reject", "snooze", "restore"]))
    def decide(self, number: int, to: str) -> None:
        with contextlib.suppress(Refused):
            if to == "reject":
                decide.reject(self.desk, [number], "Tone")
            elif to == "snooze":
                decide.snooze(self.desk, [number], self.clock.now() + timedelta(hours=1))
            else:
                decide.restore(self.desk, [number])

    @rule(number=drafts)
    def approve(self, number: int) -> None:
        shown = preview(self.desk, number)
        blocked = self.blocked(number)
        try:
            Approver(self.desk).approve({number: shown.digest or ""}, {})
        except Refused:
            return
        assert not blocked
        let = delivery(self.desk, number)
        assert let is not None
        self.by_hand.add(let.id)

    @rule()
    def undo(self) -> None:
        with contextlib.suppress(Refused):
            undo_last(self.desk)

    @rule(target=rules_, conditions=CONDITIONS, kind=st.sampled_from([RuleKind.FREE, RuleKind.KNOWN]))
    def add_rule(self, conditions: list[Condition], kind: RuleKind) -> int:
        terms = Terms(name="Rule", kind=kind, number=1 if kind is RuleKind.KNOWN else 0, sample=0,
                      conditions=tuple(conditions))  # fmt: skip
        return rule_changes.add(self.desk, terms)

    @rule(number=rules_, mode=MODES, tried=st.booleans())
    def switch_rule(self, number: int, mode: RuleMode, *, tried: bool) -> None:
        if mode is not RuleMode.ON:
            rule_changes.stand_back(self.desk, number, mode)
            return
        if tried:
            try_on_history(self.desk, number, 30)
        with contextlib.suppress(Refused):
            switch_on(self.desk, number)

    @rule(number=rules_, conditions=CONDITIONS)
    def change_rule(self, number: int, conditions: list[Condition]) -> None:
        terms = replace(terms_of(rule_of(self.desk, number)), conditions=tuple(conditions))
        rule_changes.change(self.desk, number, terms)

    @rule(allowed=st.booleans())
    def allow(self, *, allowed: bool) -> None:
        allow_rules(self.desk, allowed=allowed)

    @rule(paused=st.booleans())
    def turn_switch(self, *, paused: bool) -> None:
        if paused:
            switch.pause(self.desk)
        else:
            switch.resume(self.desk, confirmed=True)

    @rule(severities=st.lists(OUTCOMES, min_size=1, max_size=2))
    def come_in_while_the_window_runs(self, severities: list[list[Severity]]) -> None:
        self.take_in(severities, seen=True)
        self.look(window=True)

    @rule(window=st.booleans())
    def rules_look(self, *, window: bool) -> None:
        self.look(window=window)

    def look(self, *, window: bool) -> None:
        before = {number: draft(self.desk, number) for number in self.numbers}
        on = {one.name: one for one in rule_changes.all_rules(self.desk) if one.mode is RuleMode.ON}
        if window:
            look(self.desk)
        else:
            evaluate_all(self.desk)
        for number, then in before.items():
            now = draft(self.desk, number)
            if now.status == then.status:
                continue
            assert window
            assert (then.status.value, now.status.value) == ("pending", "approved")
            assert not any(weight(finding) is Rank.BLOCK for finding in then.findings)
            assert now.rule in on
            assert not then.edited
            let = delivery(self.desk, number)
            assert let is not None
            event("let through by a rule")
            self.by_hand.discard(let.id)
            self.known.add(let.id)

    @rule(seconds=st.integers(1, 90))
    def send(self, seconds: int) -> None:
        self.clock.advance(timedelta(seconds=seconds))
        for _ in range(20):
            following = self.sender.step()
            if following is None or following > self.clock.now():
                break

    @precondition(lambda self: self.numbers)
    @invariant()
    def nothing_left_that_nobody_let_go(self) -> None:
        for number in self.numbers:
            now = draft(self.desk, number)
            if now.status.value not in GONE:
                assert now.rule is None
                continue
            let = delivery(self.desk, number)
            assert let is not None
            assert not self.blocked(number)
            # By a person, or by a rule at a look of the window's; the seeded rules are in shadow and never.
            assert let.id in (self.known if now.rule else self.by_hand)
            assert now.rule in {None, "Rule"}


TestRules = Rules.TestCase
TestRules.settings = settings(
    max_examples=15, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
