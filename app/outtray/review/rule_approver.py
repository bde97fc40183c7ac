"""Letting drafts through for rules. The window alone makes a `RuleApprover`, as it makes the `Approver`.

What it writes is an approval like the operator's: same bytes, same digest, same undo window, marked as the
rule's. The rule is asked, and every reason against is looked for, in the transaction that it is written in.
"""

from __future__ import annotations

from outtray.model.errors import Refused
from outtray.model.rule import Rule, RuleMode
from outtray.review.approve import By, write_approval
from outtray.review.composing import approvable
from outtray.review.rules import held_by_operator, rule_actor
from outtray.store import facts
from outtray.store.drafts import get_draft
from outtray.store.rule_queue import ready
from outtray.store.rules import get_rule
from outtray.store.settings import get_setting
from outtray.store.transaction import Transaction


class RuleApprover:
    """Approves drafts for rules that are on while the window runs."""

    def let_through(self, transaction: Transaction, draft_id: int, rule: Rule) -> int:
        """Approves a draft for a rule; the delivery's number.

        Looks by itself whether rules may act and whether the draft can be approved, whoever asks; raises
        Refused where not: `rules_off`, `paused`, `blocked`, `not_examined`, `in_hand`, `no_account`.
        """
        connection = transaction.connection
        if get_setting(connection, "rules.enabled") is not True:
            raise Refused("rules_off", "Rules may let no mail through now.")
        switch = facts.get_fact(connection, facts.SWITCH)
        if switch is None or switch["paused"]:
            raise Refused("paused", "Sending is paused.")
        now = get_rule(connection, rule.id)
        if now != rule or now.mode is not RuleMode.ON or now.fault is not None:
            raise Refused("rules_off", "The rule is not on any more.")
        if draft_id not in ready(connection, [draft_id]):
            raise Refused("not_examined", "The safety checks have not seen it as it is.")
        held = held_by_operator(transaction, draft_id)
        if held is not None:
            raise Refused("in_hand", held)
        draft = get_draft(connection, draft_id)
        account, composed = approvable(connection, draft)
        by = By(
            rule_actor(rule),
            f"rule:{rule.name}",
            rule=rule.name,
            details={"rule": rule.id, "version": rule.version, "confidence": f"{rule.confidence:g}"},
        )
        return write_approval(transaction, draft, account, composed, by)
