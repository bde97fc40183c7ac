"""A desk: one operator's open profile, with everything that use cases need wired together.

Every door (window, command line) is handed a `Desk`. It holds no way to approve: the window alone
makes the `Approver` (`review.approve`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from outtray.model.clock import Clock
from outtray.profiles import Profile

if TYPE_CHECKING:
    from outtray.store.store import Store


class SecretStore(Protocol):
    """The keyring: secrets by name, service `outtray`. Raises `accounts.keyring.KeyringMissing`."""

    def get(self, name: str) -> str | None:
        """The secret, None where there is none."""
        ...

    def set(self, name: str, secret: str) -> None:
        """Keeps a secret."""
        ...

    def delete(self, name: str) -> None:
        """Forgets a secret; nothing happens where there is none."""
        ...


@dataclass(frozen=True, slots=True)
class Desk:
    """One operator's open profile."""

    profile: Profile
    clock: Clock
    store: Store
    secrets: SecretStore
    practice: bool

    def close(self) -> bool:
        """Ends the writer; False where it did not end in time."""
        return self.store.close()
