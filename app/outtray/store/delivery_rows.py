"""How deliveries lie in rows: columns to a `Delivery` and back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from sqlalchemy import Column

from outtray.model.clock import from_milliseconds, to_milliseconds
from outtray.model.delivery import Delivery, DeliveryState, Gate
from outtray.store.tables import DeliveryTable, table_of

DELIVERIES = table_of(DeliveryTable)
NAMES = tuple(field.name for field in fields(Delivery))
# All but the bytes, which can be 25 MB.
COLUMNS: tuple[Column[Any], ...] = tuple(DELIVERIES.c[name] for name in NAMES)
_INSTANTS = frozenset(
    {
        "approved_at",
        "hold_until",
        "send_after",
        "waiting_until",
        "next_at",
        "retry_at",
        "first_tried_at",
        "counted_at",
        "staged_at",
        "released_at",
        "sent_at",
        "bounced_at",
        "lease_until",
        "changed_at",
    }
)


def delivery_from(row: Iterable[Any]) -> Delivery:
    """A delivery from a row of `COLUMNS`."""
    values = dict(zip(NAMES, row, strict=True))
    for name in _INSTANTS:
        if values[name] is not None:
            values[name] = from_milliseconds(values[name])
    values["state"] = DeliveryState(values["state"])
    values["waiting_for"] = None if values["waiting_for"] is None else Gate(values["waiting_for"])
    return Delivery(**values)


def changed_columns(before: Delivery, after: Delivery) -> dict[str, Any]:
    """The columns in which two states of a delivery differ, as the store keeps them."""
    return {
        name: column_value(name, getattr(after, name))
        for name in NAMES
        if getattr(before, name) != getattr(after, name)
    }


def column_value(name: str, value: Any) -> Any:
    """A field of `Delivery` as its column keeps it."""
    if value is None:
        return None
    if name in _INSTANTS:
        return to_milliseconds(value)
    if name in {"state", "waiting_for"}:
        return value.value
    return dict(value) if name in {"known", "recall"} else value
