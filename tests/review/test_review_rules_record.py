"""What is known of a rule before it is trusted: shadow, trials; and the automatic stop."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from outtray.desk import Desk
from outtray.model.errors import Refused
from outtray.model.rule import RuleKind, RuleMode, terms_of
from outtray.model.rule_conditions import Comparison, Condition, Field
from outtray.review import decide, edit, rule_changes
from outtray.review.rule_record import (
    CancelledError,
    agreements,
    count_now,
    record_of,
    try_on_history,
)
from outtray.review.rule_stop import STOPPED, look_for_failures
from outtray.review.rule_switch import allow_rules, switch_on
from outtray.store import facts
from outtray.store.settings import get_setting
from outtray.store.tables import DeliveryTable, table_of
from tests.fakes.clock import FakeClock
from tests.fakes.desks import approve, make_desk
from tests.review.ruled_desks import (
    FROM_CRM,
    add_rule,
    choose,
    delivery,
    draft,
    examine,
    examined,
    look,
    only,
    replied,
    rule_of,
    rules_act,
)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def desk(tmp_path: Path, clock: FakeClock) -> Iterator[Desk]:
    desk = make_desk(tmp_path, clock=clock, account=True)
    only(desk)
    yield desk
    desk.close()


def several(desk: Desk, count: int, first: int = 0) -> list[int]:
    return [
        examined(desk, external_id=str(place), to=f"a{place}@example.com")
        for place in range(first, first + count)
    ]


def changed(desk: Desk, number: int) -> None:
    now = draft(desk, number).revision
    edit.save(desk, number, now.id, replace(now.content, subject="Changed"))
    examine(desk, number)


def test_agreement_counts_what_the_operator_did_with_what_the_rule_would_take(desk: Desk) -> None:
    rule = add_rule(desk, FROM_CRM, mode=RuleMode.SHADOW)
    other = add_rule(
        desk, Condition(Field.SOURCE, Comparison.IS, "elsewhere"), name="Other", mode=RuleMode.SHADOW
    )
    first, second, third, fourth = several(desk, 4)
    look(desk)
    approve(desk, first)
    decide.reject(desk, [second], "Wrong person")
    changed(desk, third)
    look(desk)
    approve(desk, third)
    record = record_of(desk, rule)
    assert (
        record.agreement.sentence
        == "Agreed 1 of 3, one approved that you rejected, one that you edited first"
    )
    assert [(one.draft.id, one.what) for one in record.agreement.differing] == [
        (third, "edited"),
        (second, "rejected"),
    ]
    assert record.agreement.differing[1].draft.reason == "Wrong person"
    assert record.agreement.cells == (True, False, False)
    assert agreements(desk)[other].sentence == "No decision yet"
    # What comes back to review was not decided.
    decide.restore(desk, [second])
    assert agreements(desk)[rule].decided == 2
    assert draft(desk, fourth).status.value == "pending"


def test_a_rule_is_switched_on_after_twenty_decisions_in_shadow_or_a_trial(desk: Desk) -> None:
    rule = add_rule(desk, FROM_CRM, mode=RuleMode.SHADOW)
    numbers = several(desk, 20)
    look(desk)
    for number in numbers[:19]:
        decide.reject(desk, [number], "Tone")
    with pytest.raises(Refused) as error:
        switch_on(desk, rule)
    assert "(19 so far)" in error.value.sentence
    decide.reject(desk, numbers[19:], "Tone")
    switch_on(desk, rule)
    assert rule_of(desk, rule).mode is RuleMode.ON

    tried = add_rule(desk, FROM_CRM, name="Tried", mode=RuleMode.OFF)
    with pytest.raises(Refused):
        switch_on(desk, tried)
    try_on_history(desk, tried, 30)
    switch_on(desk, tried)
    terms = replace(terms_of(rule_of(desk, tried)), conditions=(FROM_CRM, FROM_CRM))
    rule_changes.change(desk, tried, terms)
    assert record_of(desk, tried).why_not_on is not None


def test_a_trial_says_what_the_rule_would_have_let_through(desk: Desk, clock: FakeClock) -> None:
    numbers = several(desk, 6)
    rejected, edited_first, discarded, *approved = numbers
    long_ago = examined(desk, external_id="old", to="old@example.com")
    decide.reject(desk, [long_ago], "Tone")
    clock.advance(timedelta(days=40))
    decide.reject(desk, [rejected], "Wrong facts")
    decide.discard(desk, [discarded])
    changed(desk, edited_first)
    approve(desk, edited_first)
    for number in approved:
        approve(desk, number)
    rule = add_rule(desk, FROM_CRM, mode=RuleMode.OFF)
    seen: list[tuple[int, int]] = []
    trial = try_on_history(desk, rule, 30, progress=lambda done, total: seen.append((done, total)))
    assert (trial.decided, trial.let_through) == (6, 6)
    assert (trial.unchanged, trial.edited, trial.refused) == (3, 1, 2)
    assert dict(trial.differing) == {
        rejected: "rejected",
        discarded: "discarded",
        edited_first: "edited",
    }
    assert seen[-1] == (6, 6)
    assert record_of(desk, rule).trial == trial
    assert try_on_history(desk, rule, 60).decided == 7


def test_a_trial_that_is_stopped_is_none(desk: Desk) -> None:
    (number,) = several(desk, 1)
    decide.reject(desk, [number], "Tone")
    rule = add_rule(desk, FROM_CRM, mode=RuleMode.OFF)
    with pytest.raises(CancelledError):
        try_on_history(desk, rule, 30, cancelled=lambda: True)
    assert record_of(desk, rule).trial is None


def test_a_trial_does_not_know_what_came_later(desk: Desk, clock: FakeClock) -> None:
    early, late = several(desk, 2)
    replied(desk, "a1@example.com", clock.now() - timedelta(days=3))
    approve(desk, early)
    approve(desk, late)
    clock.advance(timedelta(days=1))
    # The reply to the first one came after it was approved: then, nobody had replied yet.
    replied(desk, "a0@example.com", clock.now())
    rule = add_rule(desk, kind=RuleKind.REPLIED, number=90, name="Replied", mode=RuleMode.OFF)
    trial = try_on_history(desk, rule, 30)
    assert (trial.decided, trial.let_through, trial.unknown) == (2, 1, 1)
    known = add_rule(desk, kind=RuleKind.KNOWN, number=1, name="Known", mode=RuleMode.OFF)
    assert try_on_history(desk, known, 30).let_through == 0


def test_what_a_rule_would_take_now_is_counted_stretch_by_stretch(desk: Desk) -> None:
    numbers = several(desk, 5)
    examined(desk, source="form", external_id="f", to="f@example.com")
    decide.reject(desk, numbers[:1], "Tone")
    rule = rule_of(desk, add_rule(desk, FROM_CRM, mode=RuleMode.OFF))
    first = count_now(desk, rule, limit=3)
    assert (first.seen, first.taken) == (3, 3)
    assert first.after is not None
    second = count_now(desk, rule, first.after, limit=3)
    assert (second.seen, second.taken, second.after) == (2, 1, None)


def let_through(desk: Desk, count: int, first: int = 0) -> list[int]:
    choose(desk, "sending.undo_seconds", 5)
    several(desk, count, first)
    look(desk)
    ids = []
    for number in range(first + 1, first + count + 1):
        let = delivery(desk, number)
        assert let is not None
        ids.append(let.id)
    return ids


def ended(desk: Desk, ids: list[int], **columns: object) -> None:
    deliveries = table_of(DeliveryTable)

    def end(transaction: object) -> None:
        transaction.connection.execute(  # type: ignore[attr-defined]
            update(deliveries)
            .where(deliveries.c.id.in_(ids))
            .values(changed_at=transaction.now_ms, **columns)  # type: ignore[attr-defined]
        )

    desk.store.write(end)


def stopped(desk: Desk) -> str | None:
    with desk.store.read() as connection:
        enabled = get_setting(connection, "rules.enabled")
        why = facts.get_fact(connection, STOPPED)
    assert enabled is (why is None)
    return None if why is None else str(why["sentence"])


def test_rules_switch_themselves_off_when_over_a_tenth_fails(desk: Desk, clock: FakeClock) -> None:
    add_rule(desk, FROM_CRM)
    rules_act(desk)
    ids = let_through(desk, 14)
    ended(desk, ids[:9], state="sent", sent_at=0)
    ended(desk, ids[9:11], state="failed", cause="gave_up")
    assert look_for_failures(desk)
    assert stopped(desk) == "2 of 11 sends failed within an hour."
    later = several(desk, 1, first=50)
    look(desk)
    assert draft(desk, later[0]).status.value == "pending"
    # Allowed again, they are judged by what comes from now on.
    clock.advance(timedelta(seconds=1))
    allow_rules(desk, allowed=True)
    assert not look_for_failures(desk)
    assert stopped(desk) is None


@pytest.mark.parametrize(
    ("sent", "failed", "bounced", "stops"),
    [
        (9, 1, 0, False),
        (18, 2, 0, False),
        (8, 2, 0, True),
        (7, 2, 0, False),
        (10, 0, 1, True),
        (8, 0, 1, False),
    ],
)
def test_the_stop_needs_ten_within_the_hour(
    desk: Desk, sent: int, failed: int, bounced: int, stops: bool
) -> None:
    add_rule(desk, FROM_CRM)
    rules_act(desk)
    ids = let_through(desk, sent + failed + bounced)
    now = desk.clock.now()
    from outtray.model.clock import to_milliseconds

    ended(desk, ids[:sent], state="sent", sent_at=0)
    ended(desk, ids[sent : sent + failed], state="failed", cause="gave_up")
    ended(desk, ids[sent + failed :], state="sent", sent_at=0, bounced_at=to_milliseconds(now))
    assert look_for_failures(desk) is stops


def test_a_block_that_was_found_at_the_last_look_stops_them(desk: Desk) -> None:
    add_rule(desk, FROM_CRM)
    rules_act(desk)
    ids = let_through(desk, 11)
    ended(desk, ids[:9], state="sent", sent_at=0)
    ended(desk, ids[9:10], state="cancelled", cause="taken_back")
    assert not look_for_failures(desk)
    ended(desk, ids[10:], state="cancelled", cause="blocked")
    assert look_for_failures(desk)
    assert stopped(desk) == "1 of 10 messages were blocked within an hour."


def test_what_went_wrong_more_than_an_hour_ago_stops_nothing(desk: Desk, clock: FakeClock) -> None:
    add_rule(desk, FROM_CRM)
    rules_act(desk)
    ended(desk, let_through(desk, 12), state="failed", cause="gave_up")
    clock.advance(timedelta(hours=1, seconds=1))
    assert not look_for_failures(desk)


def test_what_the_operator_approved_by_hand_counts_for_no_stop(desk: Desk) -> None:
    add_rule(desk, FROM_CRM)
    rules_act(desk)
    numbers = [examined(desk, source="form", external_id=str(n), to=f"b{n}@example.com") for n in range(12)]
    ended(desk, [approve(desk, number) for number in numbers], state="failed", cause="gave_up")
    assert not look_for_failures(desk)
