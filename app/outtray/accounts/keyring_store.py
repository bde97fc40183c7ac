"""The operating system's keyring, the one place where sign-ins are kept; service `outtray`."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from outtray.model.accounts import KeyringLocked, KeyringMissing

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

    from outtray.desk import SecretStore

__all__ = ["KeyringLocked", "KeyringMissing", "KeyringStore"]

SERVICE = "outtray"
MISSING = (
    "No keyring was found, so Outtray can't keep your Google sign-in safely. "
    "Install GNOME Keyring or KWallet and start again. Nothing was stored."
)
LOCKED = "The keyring is locked. Unlock it, and Outtray goes on."
# These take a secret and lose it, or write it to a file that anybody may read.
_UNSAFE = ("keyring.backends.fail", "keyring.backends.null", "keyrings.alt")


class KeyringStore:
    """Secrets by name in the keyring. Every method raises KeyringMissing, or KeyringLocked.

    No method but `unlock` ever makes the system ask the operator for a password.
    """

    def get(self, name: str) -> str | None:
        """The secret, None where there is none."""
        with _translated():
            return _backend().get_password(SERVICE, name)

    def set(self, name: str, secret: str) -> None:
        """Keeps a secret."""
        with _translated():
            _backend().set_password(SERVICE, name, secret)

    def delete(self, name: str) -> None:
        """Forgets a secret; nothing happens where there is none."""
        from keyring.errors import PasswordDeleteError

        with _translated():
            backend = _backend()
            if backend.get_password(SERVICE, name) is None:
                return
            with contextlib.suppress(PasswordDeleteError):  # another process was first
                backend.delete_password(SERVICE, name)
            if backend.get_password(SERVICE, name) is not None:
                raise KeyringMissing("The keyring kept the sign-in. Delete “outtray” in it by hand.")

    def unlock(self) -> None:
        """Has the system ask the operator to open the keyring; waits for the answer."""
        with _translated():
            _backend(may_ask=True).get_password(SERVICE, "unlock")


def open_keyring(secrets: SecretStore) -> None:
    """Makes sure that secrets can be kept, asking the operator to unlock the keyring where it must."""
    if isinstance(secrets, KeyringStore):
        secrets.unlock()
    secrets.get("unlock")


def _backend(*, may_ask: bool = False) -> KeyringBackend:
    import keyring
    from keyring.backends.chainer import ChainerBackend

    chosen: KeyringBackend = keyring.get_keyring()
    candidates: list[Any] = list(chosen.backends) if isinstance(chosen, ChainerBackend) else [chosen]
    safe = next((one for one in candidates if not type(one).__module__.startswith(_UNSAFE)), None)
    if safe is None:
        raise KeyringMissing(MISSING)
    if not may_ask and type(safe).__module__ == "keyring.backends.SecretService":
        _refuse_locked()
    found: KeyringBackend = safe
    return found


def _refuse_locked() -> None:
    """Raises KeyringLocked: the backend would open a question on the screen, from any thread."""
    import secretstorage
    from secretstorage.exceptions import ItemNotFoundException

    with contextlib.closing(secretstorage.dbus_init()) as bus:
        try:
            collection = secretstorage.Collection(bus)
        except ItemNotFoundException:
            return
        if collection.is_locked():
            raise KeyringLocked(LOCKED)


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    """What the libraries under the keyring raise, as our two errors."""
    from keyring.errors import KeyringError
    from keyring.errors import KeyringLocked as BackendLocked

    try:
        yield
    except BackendLocked as error:
        raise KeyringLocked(LOCKED) from error
    except KeyringError as error:
        raise KeyringMissing(MISSING) from error
    except KeyringMissing:
        raise
    except Exception as error:
        if type(error).__module__.split(".")[0] in {"secretstorage", "jeepney", "dbus"}:
            raise KeyringMissing(MISSING) from error
        raise
