"""The operator's settings in the store: those that differ from their default."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, Text, cast, delete, insert, select

from outtray.model.events import Actor, Event
from outtray.model.settings import SETTINGS, parse_setting
from outtray.store.examined import forget_examined
from outtray.store.tables import SettingTable, table_of
from outtray.store.transaction import Transaction

_SETTINGS = table_of(SettingTable)
# What the safety checks go by: when one of these changes, they have to look again.
_LOOKED_AT = ("checks.", "operator.", "sending.list_unsubscribe")
# As text: one value that is no JSON must not keep the others from being read.
_ALL = select(_SETTINGS.c.name, cast(_SETTINGS.c.value, Text))


def get_setting(connection: Connection, name: str) -> Any:
    """The setting's value; its default where it was never set or what is stored can't be read any more."""
    return all_settings(connection)[name]


def all_settings(connection: Connection) -> dict[str, Any]:
    """Every declared setting with its value."""
    return _read(connection)[0]


def unreadable_settings(connection: Connection) -> list[str]:
    """Names of settings whose stored value can't be read, so that their default holds."""
    return _read(connection)[1]


def set_setting(transaction: Transaction, name: str, value: Any, actor: Actor) -> Any:
    """Stores a setting with its audit event; returns the value before. Raises UsageError for a bad one."""
    new = parse_setting(name, value)
    old = get_setting(transaction.connection, name)
    if new == old and name not in unreadable_settings(transaction.connection):
        return old
    transaction.connection.execute(delete(_SETTINGS).where(_SETTINGS.c.name == name))
    if new != SETTINGS[name].default:
        transaction.connection.execute(insert(_SETTINGS).values(name=name, value=new))
    personal = SETTINGS[name].personal or name.startswith("operator.")
    shown = {} if personal else {"old": _plain(old), "new": _plain(new)}
    transaction.record(Event(actor, "setting.changed", "setting", name, details=shown))
    transaction.changed(settings=frozenset({name}))
    if name.startswith(_LOOKED_AT):
        forget_examined(transaction)
    return old


def _read(connection: Connection) -> tuple[dict[str, Any], list[str]]:
    values = {name: setting.default for name, setting in SETTINGS.items()}
    unreadable = []
    for name, stored in connection.execute(_ALL):
        if name in values:
            try:
                values[name] = SETTINGS[name].parse(json.loads(stored))
            except ValueError:
                unreadable.append(name)
    return values, sorted(unreadable)


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, float) else value
