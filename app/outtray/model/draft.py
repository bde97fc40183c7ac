"""Drafts: what a machine hands in, what the operator reviews, and a row of a list of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from outtray.model.findings import Finding, Rank
from outtray.model.mailboxes import EmailAddress


class DraftStatus(StrEnum):
    """Where a draft stands; the values are part of the stable interface."""

    PENDING = "pending"
    SNOOZED = "snoozed"
    APPROVED = "approved"
    SENT = "sent"
    UNCONFIRMED = "unconfirmed"
    FAILED = "failed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    DISCARDED = "discarded"


class AuthorKind(StrEnum):
    """Who wrote a revision."""

    MACHINE = "machine"
    OPERATOR = "operator"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class AttachmentInfo:
    """An attachment without its bytes; `sha256` (hex) names them in the store. `size` in bytes."""

    filename: str
    content_type: str
    size: int
    sha256: str
    content_id: str | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    """An attachment with its bytes, as it comes in."""

    filename: str
    content_type: str
    content: bytes
    content_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """All of a draft that a recipient would get: what a revision holds and what is approved."""

    to: tuple[EmailAddress, ...]
    cc: tuple[EmailAddress, ...] = ()
    bcc: tuple[EmailAddress, ...] = ()
    reply_to: EmailAddress | None = None
    subject: str = ""
    body_text: str = ""
    body_html: str | None = None
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    thread_id: str | None = None
    attachments: tuple[AttachmentInfo, ...] = ()

    @property
    def recipients(self) -> tuple[EmailAddress, ...]:
        """Everybody who would get it: To, Cc and Bcc."""
        return self.to + self.cc + self.bcc

    @property
    def is_reply(self) -> bool:
        """Whether it continues a conversation."""
        return bool(self.in_reply_to or self.references or self.thread_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A draft as a machine hands it in, parsed and valid; `attachments` carry their bytes.

    `score` lies in 0…1 by habit but is the machine's own; `priority` sorts the list (higher first);
    `notes` says in sentences what an import could not keep; `unknown_fields` names those that were
    moved to `context`.
    """

    source: str
    external_id: str | None
    content: Content
    attachments: tuple[Attachment, ...] = ()
    recipient_name: str | None = None
    company_name: str | None = None
    request: str | None = None
    priority: int = 50
    score: float | None = None
    send_after: datetime | None = None
    account: str | None = None
    context: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    unknown_fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One state of a draft's content. `token` (32 hex digits) fixes the Message-ID, the MIME
    boundaries and the delivery id, so that building the message is repeatable.
    """

    id: int
    number: int
    author: AuthorKind
    author_name: str
    created_at: datetime
    token: str
    content: Content


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """All that is known of one draft. `revision` is the current one, `proposed` the machine's latest."""

    id: int
    source: str
    external_id: str | None
    status: DraftStatus
    revision: Revision
    proposed: Revision
    recipient_name: str | None
    company_name: str | None
    request: str | None
    priority: int
    score: float | None
    send_after: datetime | None
    account: str | None
    context: Mapping[str, Any]
    findings: tuple[Finding, ...]
    created_at: datetime
    decided_at: datetime | None
    snoozed_until: datetime | None
    reason: str | None
    note: str | None
    approved_digest: str | None
    rule: str | None

    @property
    def edited(self) -> bool:
        """Whether the operator's text stands in place of the machine's."""
        return self.revision.id != self.proposed.id


@dataclass(frozen=True, slots=True)
class DraftRow:
    """What one row of a list shows. `sort_key` continues the page behind this row."""

    id: int
    status: DraftStatus
    recipient: str
    more_recipients: int
    subject: str
    snippet: str
    source: str
    at: datetime
    attachments: int
    worst: Rank
    blocks: int
    warns: int
    infos: int
    first_contact: bool
    edited: bool
    by_rule: bool
    sort_key: tuple[Any, ...]
