"""Leases: while a call may be running, its delivery belongs to one sender."""

from __future__ import annotations

from outtray.model.delivery import Delivery, DeliveryState
from outtray.store.outbox import get_delivery
from outtray.store.transaction import Transaction


class LeaseLost(Exception):  # noqa: N818 - not an error: another sender has taken over, and will find out
    """The delivery is not this sender's any more; what its call gave is left to the other one's looks."""


def mine(transaction: Transaction, delivery_id: int, state: DeliveryState, owner: str) -> Delivery:
    """The delivery as it stands; raises LeaseLost where it is not where this sender left it."""
    delivery = get_delivery(transaction.connection, delivery_id)
    if delivery.state is not state or delivery.lease_owner != owner:
        raise LeaseLost
    return delivery
