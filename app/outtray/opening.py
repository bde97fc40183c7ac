"""The composition root: opens a profile and wires clock, store, keyring and accounts to a `Desk`."""

from __future__ import annotations

import secrets
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

from outtray.desk import Desk, SecretStore
from outtray.model.clock import Clock, SystemClock
from outtray.model.errors import ProfileError
from outtray.profiles import default_folder, open_profile

if TYPE_CHECKING:
    from outtray.store.store import Store
    from outtray.store.transaction import Transaction


def open_desk(
    folder: Path | None = None,
    *,
    practice: bool = False,
    clock: Clock | None = None,
    secret_store: SecretStore | None = None,
    create: bool = True,
) -> Desk:
    """Opens (and where needed makes or upgrades) the profile in `folder`; raises ProfileError.

    `practice` makes a new profile a practice one; an existing one keeps its kind, and asking for the
    other kind is refused.
    """
    from outtray.store.store import Store, StoreError
    from outtray.store.upgrade import upgrade

    profile = open_profile(folder or default_folder(practice=practice), create=create)
    upgrade(profile.database, profile.backups)
    clock = clock or SystemClock()
    store = Store(profile.database, clock)
    try:
        kind = _kind(store, practice=practice)
    except StoreError as error:
        store.close()
        raise ProfileError(error.sentence) from error
    if practice and kind != "practice":
        store.close()
        raise ProfileError("This profile has a real account; practice needs a profile of its own.")
    if secret_store is None:
        from outtray.accounts.keyring_store import KeyringStore

        secret_store = KeyringStore()
    from outtray.review.rule_seeds import seed

    desk = Desk(profile, clock, store, secret_store, kind == "practice")
    seed(desk)
    return desk


def _kind(store: Store, *, practice: bool) -> str:
    from outtray.store import facts

    with store.read() as connection:
        kind = facts.get_fact(connection, facts.KIND)
    if kind:
        return str(kind)
    return store.write(lambda transaction: _settle_kind(transaction, store.path, practice=practice))


def _settle_kind(transaction: Transaction, database: Path, *, practice: bool) -> str:
    from outtray.model.events import SYSTEM, Event
    from outtray.review.rule_seeds import add_seeds
    from outtray.sending.copied import PLACE, place_of
    from outtray.store import facts

    kind = facts.get_fact(transaction.connection, facts.KIND)
    if kind is not None:
        return str(kind)
    kind = "practice" if practice else "real"
    facts.set_fact(transaction, facts.KIND, kind)
    facts.set_fact(transaction, facts.INSTANCE, uuid.uuid4().hex)
    facts.set_fact(transaction, PLACE, place_of(database))
    facts.set_fact(transaction, facts.IDEMPOTENCY_SECRET, secrets.token_hex(32))
    # A real account sends nothing until its operator has looked round and turned sending on.
    switch = {"paused": not practice, "since": transaction.now_ms}
    facts.set_fact(transaction, facts.SWITCH, switch)
    details = {"rules": add_seeds(transaction)}
    transaction.record(Event(SYSTEM, "profile.created", "profile", kind, details=details))
    return kind
