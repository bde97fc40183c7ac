"""What the operator does to deliveries, as work for `WindowContext.run`.

The use cases are imported when they are asked for: they bring the store in.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from outtray.desk import Desk
    from outtray.model.changes import Done

Act = Callable[["Desk"], "Done"]


def take_back(delivery_ids: Sequence[int], reason: str) -> Act:
    """Back to review, as long as nothing of it has left."""

    def act(desk: Desk) -> Done:
        from outtray.sending import decisions

        return decisions.cancel(desk, delivery_ids, reason)

    return act


def retry(delivery_ids: Sequence[int]) -> Act:
    """Lets failed ones go out again, as they were approved."""

    def act(desk: Desk) -> Done:
        from outtray.sending import decisions

        return decisions.retry(desk, delivery_ids)

    return act


def discard(delivery_ids: Sequence[int], note: str) -> Act:
    """Gives failed ones up."""

    def act(desk: Desk) -> Done:
        from outtray.sending import decisions

        return decisions.discard(desk, delivery_ids, note)

    return act


def edit(delivery_id: int) -> Act:
    """Takes it back to review, which voids its approval."""

    def act(desk: Desk) -> Done:
        from outtray.sending import decisions

        return decisions.edit(desk, delivery_id)

    return act


def settle(delivery_id: int, note: str, *, was_sent: bool) -> Act:
    """The operator says what came of it."""

    def act(desk: Desk) -> Done:
        from outtray.sending import decisions

        return decisions.settle(desk, delivery_id, was_sent, note)

    return act


def ask_again(delivery_id: int) -> Act:
    """Looks now what came of it."""

    def act(desk: Desk) -> Done:
        from outtray.sending import decisions

        return decisions.ask_again(desk, delivery_id)

    return act


def try_now(account: str) -> Act:
    """Does not wait any longer for a backoff, the breaker, the network or the keyring."""

    def act(desk: Desk) -> Done:
        from outtray.sending import decisions

        return decisions.try_now(desk, account)

    return act


def stop_and_cancel() -> Act:
    """Pauses sending and takes back everything that has not left."""

    def act(desk: Desk) -> Done:
        from outtray.sending import decisions

        return decisions.stop_and_cancel(desk)

    return act
