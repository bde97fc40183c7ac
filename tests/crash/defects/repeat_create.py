"""After a create of unknown outcome the draft is created again, without a look whether it is there."""

from __future__ import annotations

from typing import Any

from outtray.model.delivery import Delivery, DeliveryState
from outtray.model.transitions import Step
from outtray.sending import leaving, looking, outcomes
from outtray.store.outbox import transition
from outtray.store.transaction import Transaction
from tests.crash.processes import put


def plant() -> None:
    good = outcomes.not_known

    def not_known(
        transaction: Transaction,
        delivery: Delivery,
        sentence: str,
        code: str,
        step: Step = Step.UNKNOWN,
        **values: Any,
    ) -> None:
        if delivery.state is DeliveryState.STAGING:
            transition(transaction, delivery, Step.NOT_THERE, next_at=transaction.now)
        else:
            good(transaction, delivery, sentence, code, step, **values)

    for module in (leaving, looking):
        put(module, "not_known", not_known)
