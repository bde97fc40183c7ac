"""RFC 5322 mailboxes: a display name and an address."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EmailAddress:
    """One mailbox (RFC 5322, 3.4): `display_name` may be empty, `address` is the addr-spec as given."""

    address: str
    display_name: str = ""

    @property
    def local_part(self) -> str:
        """What stands before the last @."""
        return self.address.rpartition("@")[0]

    @property
    def domain(self) -> str:
        """What stands behind the last @."""
        return self.address.rpartition("@")[2]

    @property
    def key(self) -> str:
        """The form under which quotas, history and lists count an address: domain in lower case and
        IDNA A-labels, local part case-folded. Two spellings of one mailbox share it.
        """
        return address_key(self.address)

    def __str__(self) -> str:
        """`Ada <ada@example.com>` for people and JSON; headers are written by the message builder."""
        if not self.display_name:
            return self.address
        from email.headerregistry import Address
        from email.utils import formataddr

        try:
            return str(Address(display_name=self.display_name, addr_spec=self.address))
        except (ValueError, IndexError, LookupError):
            return formataddr((self.display_name, self.address), charset="utf-8")


def address_key(address: str) -> str:
    """The counting form of an addr-spec; see `EmailAddress.key`."""
    local, _, domain = address.strip().rpartition("@")
    domain = domain.strip().rstrip(".").casefold()
    if not domain.isascii():
        with contextlib.suppress(UnicodeError):
            domain = domain.encode("idna").decode("ascii")
    return f"{local.casefold()}@{domain}"
