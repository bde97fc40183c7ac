"""Opening a locked keyring."""

from __future__ import annotations

import pytest

from outtray.accounts.unlocking import unlock
from outtray.desk import Desk
from outtray.model.accounts import KeyringLocked
from outtray.model.delivery import Gate
from outtray.store.accounts import list_accounts, set_wait
from tests.fakes.desks import MemorySecrets
from tests.fakes.google import ADDRESS, FakeGoogle
from tests.fakes.google.desk_accounts import connect


class Shut(MemorySecrets):
    """A keyring whose question the operator has sent away."""

    def get(self, name: str) -> str | None:
        raise KeyringLocked("The keyring is locked.")


def waits(desk: Desk) -> Gate | None:
    with desk.store.read() as connection:
        (account,) = list_accounts(connection)
    return account.wait_for


def test_what_waited_for_the_keyring_goes_on_once_it_is_open(desk: Desk, google: FakeGoogle) -> None:
    connect(desk, google)
    desk.store.write(lambda t: set_wait(t, ADDRESS, Gate.KEYRING, None, "The keyring is locked."))
    before = desk.secrets
    object.__setattr__(desk, "secrets", Shut())
    with pytest.raises(KeyringLocked):
        unlock(desk)
    assert waits(desk) is Gate.KEYRING
    object.__setattr__(desk, "secrets", before)
    assert unlock(desk) == "The keyring is open."
    assert waits(desk) is None


def test_other_waits_stay(desk: Desk, google: FakeGoogle) -> None:
    connect(desk, google)
    desk.store.write(lambda t: set_wait(t, ADDRESS, Gate.OFFLINE, None, "This computer is offline."))
    unlock(desk)
    assert waits(desk) is Gate.OFFLINE
