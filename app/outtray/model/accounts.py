"""Sending accounts: the practice one, and those of Gmail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from outtray.model.clock import iso
from outtray.model.delivery import Gate
from outtray.model.errors import OuttrayError
from outtray.model.mailboxes import EmailAddress

SCOPE_COMPOSE = "https://www.googleapis.com/auth/gmail.compose"
SCOPE_METADATA = "https://www.googleapis.com/auth/gmail.metadata"


class KeyringMissing(OuttrayError):  # noqa: N818 - named as a state, like Refused and NotFound
    """There is no keyring to keep a sign-in in. Nothing was stored."""

    code = "keyring_missing"


class KeyringLocked(KeyringMissing):
    """There is a keyring, and it is shut until the operator opens it."""

    code = "keyring_locked"


class SignInNeeded(OuttrayError):  # noqa: N818 - named as a state, like Refused and NotFound
    """Google no longer takes the account's sign-in; only the operator can renew it."""

    code = "sign_in_needed"


class GoogleUnavailable(OuttrayError):  # noqa: N818 - named as a state, like Refused and NotFound
    """Google's sign-in service gave no usable answer; the sign-in itself may be sound.

    `offline`: nothing was sent, since no connection came about. `retry_after`: seconds that Google asked
    to wait, where it did.
    """

    code = "google_unavailable"

    def __init__(
        self,
        sentence: str,
        *,
        offline: bool = False,
        status: int | None = None,
        retry_after: float | None = None,
    ) -> None:
        """`status` is the HTTP status of an answer, None where none came."""
        super().__init__(sentence)
        self.offline = offline
        self.status = status
        self.retry_after = retry_after


class AccountKind(StrEnum):
    """What stands behind an account."""

    PRACTICE = "practice"
    GMAIL = "gmail"


class AccountState(StrEnum):
    """Whether the account can be used: signed in, signed out by Google, or refused by it."""

    OK = "ok"
    SIGN_IN_NEEDED = "sign_in_needed"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A sending account. `wait_for` is the gate that holds all its deliveries, `wait_until` and
    `wait_reason` until when and why in words; `scopes` are those that Google granted.
    """

    address: str
    kind: AccountKind
    display_name: str
    scopes: tuple[str, ...]
    client_id: str | None
    state: AccountState
    position: int
    wait_for: Gate | None
    wait_until: datetime | None
    wait_reason: str | None
    added_at: datetime
    signed_in_at: datetime | None

    @property
    def sees_sent(self) -> bool:
        """Whether sent messages, replies and bounces can be seen; "not known" where not."""
        return self.kind is AccountKind.PRACTICE or SCOPE_METADATA in self.scopes

    def sender(self, operator_name: str) -> EmailAddress:
        """From: the account's own address with the configured name."""
        return EmailAddress(self.address, operator_name or self.display_name)

    def as_json(self) -> dict[str, Any]:
        """The form of `account list --json`."""
        return {
            "address": self.address,
            "kind": self.kind.value,
            "name": self.display_name,
            "state": self.state.value,
            "scopes": list(self.scopes),
            "sees_sent": self.sees_sent,
            "waiting_for": None if self.wait_for is None else self.wait_for.value,
            "waiting_until": None if self.wait_until is None else iso(self.wait_until),
            "reason": self.wait_reason,
            "added_at": iso(self.added_at),
            "signed_in_at": None if self.signed_in_at is None else iso(self.signed_in_at),
        }
