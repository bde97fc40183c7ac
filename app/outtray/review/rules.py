"""Rules at work: what they say of drafts that the safety checks have seen, in batches, each one on record.

Where no window runs, they write down what they would have done. Letting a draft through takes the window's
`review.rule_approver.RuleApprover`; nobody else can make one.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Protocol

from outtray.desk import Desk
from outtray.model.changes import Changes
from outtray.model.errors import NotFound, Refused
from outtray.model.events import Actor, ActorKind, Event
from outtray.model.rule import Rule, RuleMode
from outtray.model.rule_decision import Decision, DecisionKind, Standing, decide
from outtray.model.rule_facts import Facts
from outtray.review.rule_stop import stop_if_failing
from outtray.store import facts as profile_facts
from outtray.store.proposals import EDITING_LASTS, idempotency_secret
from outtray.store.rule_decisions import Evaluated, add_decisions
from outtray.store.rule_facts import facts_now
from outtray.store.rule_queue import in_hand, looked_at, ready, waiting
from outtray.store.rules import list_rules
from outtray.store.settings import all_settings
from outtray.store.transaction import Transaction

BATCH = 100
_SAMPLE = b"rules.sample\x00"


class LetsThrough(Protocol):
    """Who approves for a rule; `review.rule_approver` has the one that does."""

    def let_through(self, transaction: Transaction, draft_id: int, rule: Rule) -> int:
        """Approves a draft; raises Refused or NotFound where it can't be."""
        ...


@dataclass(frozen=True, slots=True)
class Looked:
    """What one batch came to. `more`: there are further drafts to look at."""

    changes: Changes
    looked_at: int
    let_through: int
    more: bool


def evaluate_new(desk: Desk, approver: LetsThrough | None = None, *, batch: int = BATCH) -> Looked:
    """Has the rules look at the drafts that wait for them, one batch in one transaction.

    `approver` is the window's; without one nothing is let through.
    """
    window = approver is not None
    with desk.store.read() as connection:
        if not waiting(connection, 1, window=window):
            return Looked(Changes(), 0, 0, more=False)

    def work(transaction: Transaction) -> Looked:
        connection = transaction.connection
        ids = waiting(connection, batch + 1, window=window)
        more, ids = len(ids) > batch, ids[:batch]
        rules = [rule for rule in list_rules(connection) if rule.mode is not RuleMode.OFF]
        good = ready(connection, ids)
        evaluated = []
        if rules and good:
            stop_if_failing(transaction)
            look = _Look(transaction, rules, window=window)
            evaluated = look.at([number for number in ids if number in good])
        let_through = 0
        kept = []
        for one in evaluated:
            final = _act(transaction, one, approver)
            let_through += final.decision.kind is DecisionKind.LET_THROUGH
            kept.append(final)
        add_decisions(transaction, kept)
        transaction.record(*(_event(one) for one in kept))
        again = [] if window else [one.draft_id for one in kept if one.decision.kind is DecisionKind.WOULD]
        looked_at(transaction, ids, but_by_window=again)
        # What they say of it is shown beside the draft.
        transaction.changed(drafts=frozenset(one.draft_id for one in kept))
        return Looked(transaction.changes, len(ids), let_through, more)

    return desk.store.write(work)


def evaluate_all(desk: Desk, *, cancelled: Callable[[], bool] = lambda: False) -> int:
    """Writes down, where no window runs, what the rules would do with all drafts that wait for them."""
    total = 0
    while not cancelled():
        looked = evaluate_new(desk, batch=5 * BATCH)
        total += looked.looked_at
        if not looked.more:
            break
    return total


def _act(transaction: Transaction, one: Evaluated, approver: LetsThrough | None) -> Evaluated:
    decision = one.decision
    if decision.kind is not DecisionKind.LET_THROUGH:
        return one
    assert approver is not None
    assert decision.rule is not None
    try:
        approver.let_through(transaction, one.draft_id, decision.rule)
    except (Refused, NotFound) as error:
        words = f"“{decision.rule.name}” would let it through. {error.sentence}"
        return replace(one, decision=replace(decision, kind=DecisionKind.WOULD, sentence=words))
    return one


class _Look:
    """One look at a batch: the settings and facts as they are in this transaction."""

    def __init__(self, transaction: Transaction, rules: Sequence[Rule], *, window: bool) -> None:
        self._transaction, self._rules, self._window = transaction, rules, window
        connection = transaction.connection
        settings = all_settings(connection)
        switch = profile_facts.get_fact(connection, profile_facts.SWITCH)
        self._enabled: bool = settings["rules.enabled"]
        self._sample: int = settings["rules.sample"]
        self._paused = switch is None or switch["paused"]
        self._secret = idempotency_secret(connection)

    def at(self, ids: Sequence[int]) -> list[Evaluated]:
        """What the rules say of these drafts."""
        known = facts_now(self._transaction.connection, ids, self._transaction.now_ms)
        return [
            Evaluated(
                number,
                known[number].revision_id,
                known[number].edited,
                self._decide(number, known[number].facts),
            )
            for number in ids
        ]

    def _decide(self, draft_id: int, facts: Facts) -> Decision:
        standing = Standing(
            now=self._transaction.now,
            enabled=self._enabled,
            paused=self._paused,
            window=self._window,
            held=None,
            sampled=lambda sample: is_sampled(self._secret, draft_id, sample),
            sample=self._sample,
        )
        decision = decide(self._rules, facts, standing)
        if decision.kind in {DecisionKind.LET_THROUGH, DecisionKind.SAMPLED}:
            # Asked only now: most drafts need no look into the log.
            held = held_by_operator(self._transaction, draft_id)
            if held is not None:
                return decide(self._rules, facts, replace(standing, held=held))
        return decision


def held_by_operator(transaction: Transaction, draft_id: int) -> str | None:
    """Why a draft is the operator's own by now; None where nobody has touched it."""
    open_since = transaction.now_ms - EDITING_LASTS // timedelta(milliseconds=1)
    return in_hand(transaction.connection, draft_id, open_since)


def is_sampled(secret: bytes, draft_id: int, sample: int) -> bool:
    """Whether a draft is the one in `sample` that goes back to review: always the same answer for it."""
    digest = hmac.digest(secret, _SAMPLE + str(draft_id).encode(), "sha256")
    return int.from_bytes(digest[:8], "big") % sample == 0


def rule_actor(rule: Rule | None) -> Actor:
    """The actor in the log. By number: a rule's name may be about a person, and the log keeps for good."""
    return Actor(ActorKind.RULE, "" if rule is None else f"Rule {rule.id}")


def _event(one: Evaluated) -> Event:
    decision = one.decision
    matching = [verdict.rule.id for verdict in decision.verdicts if verdict.matches]
    details = {
        "decision": decision.kind.value,
        "revision": one.revision_id,
        "matching": matching,
        "facts": dict(decision.facts),
    }
    if decision.rule is not None:
        details |= {
            "rule": decision.rule.id,
            "version": decision.rule.version,
            "confidence": f"{decision.rule.confidence:g}",
        }
    return Event(
        rule_actor(decision.rule), "rule.evaluated", "draft", str(one.draft_id), decision.kind.value, details
    )
