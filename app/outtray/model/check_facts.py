"""What the safety checks look at: one draft, and the facts that are handed to them.

Both are plain values. A check reads nothing else: no file, no clock, no store.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from outtray.model.draft import Content
from outtray.model.findings import Severity


@dataclass(frozen=True, slots=True)
class AttachedBytes:
    """The first and the last bytes of an attachment: enough to tell what kind of file it is."""

    head: bytes
    tail: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """The draft as a check sees it. `written_at` is when its machine handed it in; `bytes` by SHA-256."""

    content: Content
    source: str = ""
    recipient_name: str | None = None
    company_name: str | None = None
    request: str | None = None
    written_at: datetime | None = None
    bytes: Mapping[str, AttachedBytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """What is known of one recipient.

    `reserved` counts the messages of the last 7 × 24 hours against the weekly quota, `waiting` the other
    drafts to the same person that nobody decided on, `on_the_way` those that are approved and did not leave
    yet.
    """

    sent: int = 0
    last_sent_at: datetime | None = None
    last_replied_at: datetime | None = None
    suppressed: bool = False
    reserved: int = 0
    waiting: int = 0
    on_the_way: int = 0


NOBODY = Person()


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """Who the operator is; fills placeholders. `addresses` are those of the operator's accounts."""

    name: str = ""
    position: str = ""
    company: str = ""
    phone: str = ""
    address: str = ""
    addresses: frozenset[str] = frozenset()

    @property
    def domains(self) -> frozenset[str]:
        """The domains that the operator writes from."""
        return frozenset(address.rpartition("@")[2].casefold() for address in self.addresses)


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that the operator does not want to send; `instead` is what may stand in their place."""

    words: str
    instead: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckChoices:
    """What the operator set for the checks.

    `phrases` replaces the built-in list where it is not None; `denied` and `allowed` hold addresses and
    domains (a domain means its subdomains too), an empty `allowed` lets everybody through; `countries`
    are the two-letter codes whose identity numbers are looked for, None means all that are known;
    `own_accounts` are bank accounts (IBAN) that may stand in a message.
    """

    off: frozenset[str] = frozenset()
    severities: Mapping[str, Severity] = field(default_factory=dict)
    phrases: tuple[Phrase, ...] | None = None
    denied: frozenset[str] = frozenset()
    allowed: frozenset[str] = frozenset()
    countries: frozenset[str] | None = None
    own_accounts: frozenset[str] = frozenset()
    postal_address_required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known beside the draft itself.

    `people` by `EmailAddress.key`; `known_domains` are those that messages left to before;
    `known_companies` are the companies of other drafts; `adds_unsubscribe` says whether the account adds
    `List-Unsubscribe` to messages that are no replies.
    """

    now: datetime
    operator: Operator = Operator()
    choices: CheckChoices = CheckChoices()
    people: Mapping[str, Person] = field(default_factory=dict)
    known_domains: frozenset[str] = frozenset()
    known_companies: frozenset[str] = frozenset()
    per_recipient_week: int = 2
    adds_unsubscribe: bool = True
