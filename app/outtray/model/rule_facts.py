"""The facts of one draft that rules are asked about, as plain values."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from outtray.model.findings import Rank

# The fields of `context` in which a machine states whose domain it writes to, the first that is there.
STATED_DOMAIN = ("domain", "company_domain", "website")


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of a draft. `recipients` are counting forms of To, Cc and Bcc.

    `replied_days` is how long ago the recipient wrote that has not written for longest; None where one of
    them was never seen to write. `sends` is the smallest number of messages, approved by hand, that
    one of them got. `first_contact`: nothing ever left to one of them. `characters` counts the text.
    """

    source: str
    account: str | None
    recipients: tuple[str, ...]
    score: float | None
    worst: Rank
    blocks: int
    characters: int
    first_contact: bool
    stated_domain: str | None
    replied_days: float | None
    sends: int


def domain_of(key: str) -> str:
    """The domain of an address in its counting form."""
    return key.rpartition("@")[2]


def stated_domain(context: Mapping[str, Any]) -> str | None:
    """The domain that a machine states in `context`; None where it states none that can be read."""
    for name in STATED_DOMAIN:
        value = context.get(name)
        if isinstance(value, str) and value.strip():
            return plain_domain(value)
    return None


def plain_domain(text: str) -> str | None:
    """A domain or the host of an address of the web, in lower case and A-labels, without `www.`."""
    text = text.strip()
    try:
        host = urlsplit(text if "://" in text else f"//{text}").hostname
    except ValueError:
        return None
    if not host:
        return None
    domain = host.rstrip(".").casefold().removeprefix("www.")
    if not domain.isascii():
        with contextlib.suppress(UnicodeError):
            domain = domain.encode("idna").decode("ascii")
    return domain if "." in domain else None
