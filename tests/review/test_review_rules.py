"""Rules: what they let through, what keeps them from it, and what is written down of each look."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from outtray.desk import Desk
from outtray.model.draft import Attachment
from outtray.model.errors import Refused
from outtray.model.events import ActorKind
from outtray.model.findings import Severity
from outtray.model.rule import RuleKind, RuleMode, terms_of
from outtray.model.rule_conditions import NO_WARN, Comparison, Condition, Field
from outtray.review import decide, edit, rule_changes
from outtray.review.rule_approver import RuleApprover
from outtray.review.rule_switch import allow_rules, switch_on
from outtray.review.rules import evaluate_all, evaluate_new
from outtray.sending import switch
from outtray.store.audit_reads import events
from outtray.store.rule_decisions import decisions_of
from outtray.store.tables import RuleTable, table_of
from tests.fakes.clock import FakeClock
from tests.fakes.desks import approve, make_desk, propose
from tests.review.ruled_desks import (
    FROM_CRM,
    add_rule,
    choose,
    delivery,
    draft,
    examine,
    examined,
    found,
    look,
    only,
    replied,
    rule_of,
    rules_act,
)

NO_WARNING = Condition(Field.FINDINGS, Comparison.IS, NO_WARN)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def desk(tmp_path: Path, clock: FakeClock) -> Iterator[Desk]:
    desk = make_desk(tmp_path, clock=clock, account=True)
    only(desk)
    yield desk
    desk.close()


def status(desk: Desk, number: int) -> str:
    return draft(desk, number).status.value


def said(desk: Desk, number: int) -> list[dict[str, Any]]:
    with desk.store.read() as connection:
        return decisions_of(connection, number)


def decision(desk: Desk, number: int) -> str:
    return str(said(desk, number)[-1]["decision"])


def why(desk: Desk, number: int) -> str:
    return str(said(desk, number)[-1]["reasoning"])


def test_a_new_profile_has_three_rules_in_shadow_and_none_may_act(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    rules = rule_changes.all_rules(desk)
    assert [(rule.name, rule.kind.value, rule.number, rule.mode.value) for rule in rules] == [
        ("Replied within 90 days", "replied_within", 90, "shadow"),
        ("Known good recipient", "known_recipient", 1, "shadow"),
        ("Score and domain", "score_and_domain", 0.9, "shadow"),
    ]
    number = examined(desk)
    look(desk)
    assert status(desk, number) == "pending"
    desk.close()
    again = make_desk(tmp_path)
    assert len(rule_changes.all_rules(again)) == 3
    again.close()


def test_a_rule_that_is_on_lets_a_draft_through_like_an_approval_and_marked_as_its_own(desk: Desk) -> None:
    rule = add_rule(desk, FROM_CRM)
    rules_act(desk)
    number = examined(desk)
    assert look(desk).let_through == 1
    let = delivery(desk, number)
    assert let is not None
    assert (let.state.value, let.approved_by) == ("holding", "rule:From the CRM")
    assert let.hold_until == desk.clock.now() + timedelta(seconds=30)
    now = draft(desk, number)
    assert (now.status.value, now.rule, now.approved_digest) == ("approved", "From the CRM", let.digest)
    assert why(desk, number) == "“From the CRM” let it through. All its conditions hold."
    with desk.store.read() as connection:
        log = [
            event
            for event in events(connection, about=("draft", str(number)))
            if event.actor_kind == ActorKind.RULE
        ]
    assert [(event.actor, event.action) for event in log] == [
        (f"Rule {rule}", "draft.approved"),
        (f"Rule {rule}", "rule.evaluated"),
    ]


def test_nothing_is_let_through_while_rules_may_not_or_sending_is_paused_or_no_window_runs(
    desk: Desk,
) -> None:
    add_rule(desk, FROM_CRM)
    first = examined(desk)
    look(desk)
    assert why(desk, first) == "“From the CRM” would let it through. Rules may let no mail through now."
    rules_act(desk)
    switch.pause(desk)
    second = examined(desk, subject="Second")
    look(desk)
    assert why(desk, second).endswith("Sending is paused.")
    switch.resume(desk, confirmed=True)
    third = examined(desk, subject="Third")
    evaluate_all(desk)
    assert why(desk, third).endswith("Rules let mail through only while the window runs.")
    assert {status(desk, number) for number in (first, second, third)} == {"pending"}
    # The window looks again at what came while it did not run, and writes nothing twice elsewhere.
    evaluate_all(desk)
    assert len(said(desk, third)) == 1
    look(desk)
    assert status(desk, third) == "approved"


def test_what_the_checks_have_not_seen_no_rule_looks_at(desk: Desk) -> None:
    add_rule(desk, FROM_CRM)
    rules_act(desk)
    number = propose(desk)
    look(desk)
    assert status(desk, number) == "pending"
    assert said(desk, number) == []
    examine(desk, number)
    look(desk)
    assert status(desk, number) == "approved"


def test_no_rule_passes_a_block(desk: Desk) -> None:
    add_rule(desk, FROM_CRM)
    rules_act(desk)
    number = examined(desk, [found(Severity.BLOCK)])
    look(desk)
    assert status(desk, number) == "pending"
    assert why(desk, number).endswith("It has 1 block, which no rule passes.")


def test_the_first_rule_by_priority_decides(desk: Desk) -> None:
    add_rule(desk, FROM_CRM, name="First")
    second = add_rule(desk, FROM_CRM, name="Second")
    rules_act(desk)
    number = examined(desk)
    look(desk)
    assert draft(desk, number).rule == "First"
    rule_changes.move(desk, second, -1)
    other = examined(desk, subject="Another")
    look(desk)
    assert draft(desk, other).rule == "Second"


def test_a_rule_in_shadow_decides_nothing_whatever_stands_behind_it(desk: Desk) -> None:
    add_rule(desk, FROM_CRM, name="Shadow", mode=RuleMode.SHADOW)
    rules_act(desk)
    number = examined(desk)
    look(desk)
    assert (status(desk, number), decision(desk, number)) == ("pending", "review")
    assert "is in shadow" in why(desk, number)
    add_rule(desk, FROM_CRM, name="On")
    other = examined(desk, subject="Another")
    look(desk)
    assert draft(desk, other).rule == "On"


@pytest.mark.parametrize(
    "broken",
    [
        {"conditions": [{"field": "moon", "test": "is", "value": "full"}]},
        {"conditions": [{"field": "score", "test": "at_least", "value": "high"}]},
        {"conditions": "everything"},
        {"kind": "anything"},
        {"mode": "always"},
        {"kind": "replied_within", "number": -5.0},
    ],
)
def test_a_rule_that_cannot_be_read_means_review_for_itself_and_all_behind_it(
    desk: Desk, broken: dict[str, Any]
) -> None:
    number = add_rule(desk, FROM_CRM, name="Broken")
    add_rule(desk, FROM_CRM, name="Behind it")
    rules_act(desk)
    rules = table_of(RuleTable)
    desk.store.write(
        lambda transaction: transaction.connection.execute(
            update(rules).where(rules.c.id == number).values(broken)
        )
    )
    waiting = examined(desk)
    look(desk)
    assert status(desk, waiting) == "pending"
    assert why(desk, waiting) == "“Broken” can't be read, so the draft waits for you."


def test_a_setting_that_cannot_be_read_means_review(desk: Desk) -> None:
    from outtray.store.tables import SettingTable

    add_rule(desk, FROM_CRM)
    rules_act(desk)
    settings = table_of(SettingTable)
    desk.store.write(
        lambda transaction: transaction.connection.execute(
            update(settings).where(settings.c.name == "rules.enabled").values(value="perhaps")
        )
    )
    number = examined(desk)
    look(desk)
    assert status(desk, number) == "pending"


def test_a_rule_whose_time_has_run_out_matches_nothing(desk: Desk, clock: FakeClock) -> None:
    number = add_rule(desk, FROM_CRM)
    until = clock.now() + timedelta(days=1)
    rule_changes.change(desk, number, replace(terms_of(rule_of(desk, number)), valid_until=until))
    rules_act(desk)
    early = examined(desk)
    look(desk)
    clock.advance(timedelta(days=1))
    late = examined(desk, subject="Late")
    look(desk)
    assert (status(desk, early), status(desk, late)) == ("approved", "pending")


def test_who_replied_lately_is_let_through_and_nobody_else(desk: Desk, clock: FakeClock) -> None:
    add_rule(desk, kind=RuleKind.REPLIED, number=90, name="Replied")
    rules_act(desk)
    replied(desk, "Ada@Example.com", clock.now() - timedelta(days=89))
    replied(desk, "bo@example.com", clock.now() - timedelta(days=91))
    ada = examined(desk)
    bo = examined(desk, to="bo@example.com")
    both = examined(desk, to=["ada@example.com", "cy@example.com"])
    look(desk)
    assert [status(desk, number) for number in (ada, bo, both)] == ["approved", "pending", "pending"]
    assert said(desk, ada)[-1]["facts"] == {"blocks": 0, "days_since_reply": 89}


def test_known_good_counts_what_was_approved_by_hand_and_left(desk: Desk, clock: FakeClock) -> None:
    from outtray.sending.runner import send_until_empty
    from outtray.transports import transport_for

    add_rule(desk, kind=RuleKind.KNOWN, number=1, name="Known")
    rules_act(desk)
    first = examined(desk, subject="First")
    look(desk)
    assert status(desk, first) == "pending"
    approve(desk, first)
    send_until_empty(
        desk,
        timeout=120,
        until_empty=True,
        transport_for=transport_for,
        wait=lambda seconds: clock.advance(timedelta(seconds=seconds)),
    )
    assert status(desk, first) == "sent"
    second = examined(desk, subject="Second")
    look(desk)
    assert status(desk, second) == "approved"


@pytest.mark.parametrize(
    ("score", "context", "outcome"),
    [
        (0.9, {"domain": "example.com"}, "approved"),
        (0.95, {"website": "https://www.Example.com/about"}, "approved"),
        (0.89, {"domain": "example.com"}, "pending"),
        (None, {"domain": "example.com"}, "pending"),
        (0.99, {"domain": "example.org"}, "pending"),
        (0.99, {"domain": "sub.example.com"}, "pending"),
        (0.99, {"domain": 7}, "pending"),
        (0.99, {}, "pending"),
    ],
)
def test_score_and_stated_domain(
    desk: Desk, score: float | None, context: dict[str, Any], outcome: str
) -> None:
    add_rule(desk, kind=RuleKind.SCORED, number=0.9, name="Scored")
    rules_act(desk)
    number = examined(desk, score=score, context=context)
    look(desk)
    assert status(desk, number) == outcome


@pytest.mark.parametrize(
    ("condition", "outcome"),
    [
        (("source", "is", "crm"), "approved"),
        (("source", "is_not", "crm"), "pending"),
        (("account", "is", "practice@example.com"), "pending"),
        (("domain", "is", "EXAMPLE.com"), "approved"),
        (("domain", "is_not", "example.com"), "pending"),
        (("recipient", "is", "Ada@Example.COM"), "approved"),
        (("recipient", "is_not", "bo@example.com"), "approved"),
        (("score", "at_least", 0.5), "approved"),
        (("score", "at_most", 0.5), "pending"),
        (("findings", "is", "no_warn"), "approved"),
        (("findings", "is", "nothing"), "pending"),
        (("size", "at_most", 1000), "approved"),
        (("size", "at_least", 1000), "pending"),
        (("first_contact", "is", True), "approved"),
        (("first_contact", "is", False), "pending"),
    ],
)
def test_free_conditions(desk: Desk, condition: tuple[str, str, Any], outcome: str) -> None:
    from outtray.model.rule_conditions import read_condition

    add_rule(desk, read_condition(dict(zip(("field", "test", "value"), condition, strict=True))))
    rules_act(desk)
    number = examined(desk, [found(Severity.INFO)], score=0.7)
    look(desk)
    assert status(desk, number) == outcome


def test_one_in_so_many_goes_back_to_review_and_always_the_same_ones(desk: Desk) -> None:
    add_rule(desk, FROM_CRM, sample=None)
    choose(desk, "rules.sample", 4)
    rules_act(desk)
    numbers = [examined(desk, external_id=str(place), to=f"a{place}@example.com") for place in range(60)]
    look(desk)
    sampled = [number for number in numbers if decision(desk, number) == "sampled"]
    assert 5 <= len(sampled) <= 27
    assert all(status(desk, number) == "pending" for number in sampled)
    assert why(desk, sampled[0]).endswith("it is the 1 in 4 that you look at.")
    allow_rules(desk, allowed=True)
    look(desk)
    assert [number for number in numbers if decision(desk, number) == "sampled"] == sampled


def test_what_the_operator_has_in_hand_no_rule_lets_through(desk: Desk, clock: FakeClock) -> None:
    add_rule(desk, FROM_CRM)
    rules_act(desk)
    changed, opened, typed, back = (
        examined(desk, external_id=str(place), to=f"a{place}@example.com") for place in range(4)
    )
    now = draft(desk, changed).revision
    edit.save(desk, changed, now.id, replace(now.content, subject="Changed"))
    examine(desk, changed)
    edit.begin(desk, opened)
    edit.keep(desk, typed, draft(desk, typed).revision.id, {"subject": "half"})
    decide.snooze(desk, [back], clock.now() + timedelta(hours=1))
    decide.restore(desk, [back])
    look(desk)
    assert [status(desk, number) for number in (changed, opened, typed, back)] == ["pending"] * 4
    assert "You changed it" in why(desk, changed)
    assert "You have it in the editor." in why(desk, opened)
    assert "You have it in the editor." in why(desk, typed)
    assert "It was decided on before" in why(desk, back)


def test_a_message_that_the_operator_took_back_from_a_rule_stays_with_the_operator(desk: Desk) -> None:
    from outtray.sending import decisions

    add_rule(desk, FROM_CRM)
    rules_act(desk)
    number = examined(desk)
    look(desk)
    let = delivery(desk, number)
    assert let is not None
    decisions.cancel(desk, [let.id], "No")
    allow_rules(desk, allowed=True)
    look(desk)
    assert (status(desk, number), draft(desk, number).rule) == ("pending", None)
    assert "came back" in why(desk, number)


def test_a_draft_that_cannot_be_sent_waits_and_says_why(tmp_path: Path, clock: FakeClock) -> None:
    desk = make_desk(tmp_path, clock=clock)
    only(desk)
    add_rule(desk, FROM_CRM)
    rules_act(desk)
    number = examined(desk)
    look(desk)
    assert status(desk, number) == "pending"
    assert "There is no account to send from yet." in why(desk, number)
    desk.close()


def test_a_draft_whose_attachment_is_lost_waits_and_holds_up_no_other(desk: Desk) -> None:
    add_rule(desk, FROM_CRM)
    rules_act(desk)
    lost = examined(desk, external_id="lost", attachments=[Attachment("a.txt", "text/plain", b"invented")])
    whole = examined(desk, external_id="whole", to="bo@example.org")
    desk.store.write(lambda transaction: transaction.connection.exec_driver_sql("DELETE FROM blobs"))
    assert look(desk).let_through == 1
    assert (status(desk, lost), status(desk, whole)) == ("pending", "approved")
    assert "not in this profile" in why(desk, lost)


def test_a_rule_that_takes_other_drafts_than_before_is_in_shadow_again(desk: Desk) -> None:
    number = add_rule(desk, FROM_CRM)
    terms = terms_of(rule_of(desk, number))
    rule_changes.change(desk, number, replace(terms, name="Another name", confidence=0.5))
    assert rule_of(desk, number).mode is RuleMode.ON
    done = rule_changes.change(desk, number, replace(terms, conditions=(NO_WARNING,)))
    rule = rule_of(desk, number)
    assert (rule.mode, rule.version) == (RuleMode.SHADOW, 2)
    assert "in shadow again" in done.sentence
    with pytest.raises(Refused) as error:
        switch_on(desk, number)
    assert error.value.code == "not_tried"


def test_the_approver_looks_for_itself_whoever_asks(desk: Desk) -> None:
    number = add_rule(desk, FROM_CRM)
    rule = rule_of(desk, number)
    waiting = examined(desk)
    unseen = propose(desk, subject="Not examined")
    blocked = examined(desk, [found(Severity.BLOCK)], subject="Blocked")

    def code(draft_id: int) -> str:
        with pytest.raises(Refused) as error:
            desk.store.write(lambda transaction: RuleApprover().let_through(transaction, draft_id, rule))
        return error.value.code

    assert code(waiting) == "rules_off"
    rules_act(desk)
    assert (code(unseen), code(blocked)) == ("not_examined", "blocked")
    switch.pause(desk)
    assert code(waiting) == "paused"
    switch.resume(desk, confirmed=True)
    rule_changes.stand_back(desk, number, RuleMode.SHADOW)
    assert code(waiting) == "rules_off"
    assert delivery(desk, waiting) is None


def test_a_batch_is_one_transaction_and_says_whether_there_is_more(desk: Desk) -> None:
    add_rule(desk, FROM_CRM, mode=RuleMode.SHADOW)
    for place in range(5):
        examined(desk, external_id=str(place))
    first = evaluate_new(desk, RuleApprover(), batch=3)
    assert (first.looked_at, first.more) == (3, True)
    second = evaluate_new(desk, RuleApprover(), batch=3)
    assert (second.looked_at, second.more) == (2, False)
    assert evaluate_new(desk, RuleApprover()).looked_at == 0


def test_the_log_names_no_person_of_a_rule(desk: Desk) -> None:
    secret = Condition(Field.RECIPIENT, Comparison.IS, "ada@example.com")
    add_rule(desk, secret, name="Ada Okafor")
    rules_act(desk)
    number = examined(desk)
    look(desk)
    assert status(desk, number) == "approved"
    with desk.store.read() as connection:
        payloads = [
            bytes(row[0]) for row in connection.exec_driver_sql("SELECT payload FROM audit_events").all()
        ]
    assert not [json.loads(data)["action"] for data in payloads if b"Okafor" in data or b"ada@" in data]
