"""Switching rules on. Only the window reaches this: no command and no other program lets rules act."""

from __future__ import annotations

from outtray.desk import Desk
from outtray.model.changes import Done
from outtray.model.errors import Refused
from outtray.model.events import OPERATOR
from outtray.model.rule import RuleMode
from outtray.review.rule_changes import switch
from outtray.review.rule_record import why_not_on
from outtray.review.rule_stop import ALLOWED_SINCE, STOPPED
from outtray.store import facts
from outtray.store.rule_queue import await_all
from outtray.store.rules import get_rule
from outtray.store.settings import set_setting
from outtray.store.transaction import Transaction


def switch_on(desk: Desk, rule_id: int) -> Done:
    """Switches a rule on; raises Refused where it was neither tried nor long enough in shadow."""

    def work(transaction: Transaction) -> Done:
        rule = get_rule(transaction.connection, rule_id)
        if rule.mode is RuleMode.ON and rule.fault is None:
            return Done(transaction.changes, None, "")
        why = why_not_on(transaction.connection, rule, transaction.now)
        if why is not None:
            raise Refused("not_tried", why)
        switch(transaction, rule, RuleMode.ON)
        return Done(transaction.changes, None, "The rule is on.")

    return desk.store.write(work)


def allow_rules(desk: Desk, *, allowed: bool) -> Done:
    """The rules' own switch: whether those that are on may let mail through."""

    def work(transaction: Transaction) -> Done:
        set_setting(transaction, "rules.enabled", allowed, OPERATOR)
        facts.set_fact(transaction, STOPPED, None)
        if allowed:
            facts.set_fact(transaction, ALLOWED_SINCE, transaction.now_ms)
            await_all(transaction)
        words = "Rules may let mail through." if allowed else "Rules let nothing through. Everything waits."
        return Done(transaction.changes, None, words)

    return desk.store.write(work)
