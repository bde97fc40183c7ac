"""A draft that is gone is taken for not sent: the message is placed and released once more."""

from __future__ import annotations

from typing import Any

from outtray.model.delivery import DeliveryState
from outtray.model.transitions import Step
from outtray.sending.looking import Looking
from outtray.sending.recovery import Seen
from outtray.store.outbox import transition
from tests.crash.processes import put


def plant() -> None:
    good: Any = Looking._after_send

    def after_send(self: Any, transaction: Any, delivery: Any, sight: Any) -> None:
        assert delivery.state is DeliveryState.RELEASING
        if sight.seen is Seen.DRAFT:
            good(self, transaction, delivery, sight)
            return
        staged = transition(transaction, delivery, Step.STILL_THERE, next_at=transaction.now)
        transition(transaction, staged, Step.PUT_BACK, next_at=transaction.now)

    put(Looking, "_after_send", after_send)
