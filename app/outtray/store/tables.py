"""The tables, SQLAlchemy 2 typed declarative, every column with an explicit type.

Instants are whole milliseconds since 1970 in UTC (`model.clock`). The store works on the tables
(`Model.__table__`), since mapped objects cost more than the rows themselves in bulk.

A change here needs a revision in `migrations/versions`.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Text,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from outtray.store.audit_tables import AuditClearValueTable, AuditEventTable, DataSubjectTable
from outtray.store.profile_tables import (
    CountTable,
    FactTable,
    OperationTable,
    RefusedInputTable,
    SettingTable,
)
from outtray.store.rule_tables import (
    RuleDecisionTable,
    RuleQueueTable,
    RuleTable,
    RuleTrialTable,
    RuleVerdictTable,
)
from outtray.store.table_base import Base, Identity64, table_of

__all__ = [
    "AccountTable",
    "AttemptTable",
    "AuditClearValueTable",
    "AuditEventTable",
    "AutosaveTable",
    "Base",
    "BlobTable",
    "BreakerTable",
    "ContactTable",
    "CountTable",
    "DataSubjectTable",
    "DeliveryRecipientTable",
    "DeliveryTable",
    "DraftRecipientTable",
    "DraftTable",
    "FactTable",
    "FindingTable",
    "OperationTable",
    "ProposalTable",
    "RefusedInputTable",
    "RevisionTable",
    "RuleDecisionTable",
    "RuleQueueTable",
    "RuleTable",
    "RuleTrialTable",
    "RuleVerdictTable",
    "SettingTable",
    "SuppressionTable",
    "table_of",
]


class DraftTable(Base):
    """One row a draft: what lists show, sort and filter by. Texts lie in `revisions`.

    `sorted_at` is the instant by which the draft's mailbox sorts: received, wakes up, decided, sent.
    `worst` is `model.findings.Rank`; `examined_at` is null until the safety checks have seen the current
    revision. `idempotency_key` is a keyed hash of source and external id.
    """

    __tablename__ = "drafts"
    id: Mapped[int] = mapped_column(Identity64, primary_key=True, autoincrement=True)
    status: Mapped[str] = mapped_column(String(16), nullable=False)
    source: Mapped[str] = mapped_column(String(200), nullable=False)
    external_id: Mapped[str | None] = mapped_column(Text, nullable=True)
    idempotency_key: Mapped[bytes] = mapped_column(LargeBinary(32), nullable=False, unique=True)
    proposal_digest: Mapped[bytes] = mapped_column(LargeBinary(32), nullable=False)
    revision_id: Mapped[int | None] = mapped_column(Identity64, nullable=True)
    proposed_revision_id: Mapped[int | None] = mapped_column(Identity64, nullable=True)
    recipient: Mapped[str] = mapped_column(Text, nullable=False)
    more_recipients: Mapped[int] = mapped_column(Integer, nullable=False, default=0)
    subject: Mapped[str] = mapped_column(Text, nullable=False)
    snippet: Mapped[str] = mapped_column(Text, nullable=False)
    recipient_name: Mapped[str | None] = mapped_column(Text, nullable=True)
    company_name: Mapped[str | None] = mapped_column(Text, nullable=True)
    priority: Mapped[int] = mapped_column(Integer, nullable=False, default=50)
    score: Mapped[float | None] = mapped_column(Float, nullable=True)
    account: Mapped[str | None] = mapped_column(Text, nullable=True)
    send_after: Mapped[int | None] = mapped_column(BigInteger, nullable=True)
    attachments: Mapped[int] = mapped_column(Integer, nullable=False, default=0)
    worst: Mapped[int] = mapped_column(SmallInteger, nullable=False, default=0)
    blocks: Mapped[int] = mapped_column(Integer, nullable=False, default=0)
    warns: Mapped[int] = mapped_column(Integer, nullable=False, default=0)
    infos: Mapped[int] = mapped_column(Integer, nullable=False, default=0)
    first_contact: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False)
    edited: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False)
    editing_since: Mapped[int | None] = mapped_column(BigInteger, nullable=True)
    rule: Mapped[str | None] = mapped_column(Text, nullable=True)
    approved_digest: Mapped[str | None] = mapped_column(String(64), nullable=True)
    reason: Mapped[str | None] = mapped_column(Text, nullable=True)
    note: Mapped[str | None] = mapped_column(Text, nullable=True)
    snoozed_until: Mapped[int | None] = mapped_column(BigInteger, nullable=True)
    created_at: Mapped[int] = mapped_column(BigInteger, nullable=False)
    examined_at: Mapped[int | None] = mapped_column(BigInteger, nullable=True)
    decided_at: Mapped[int | None] = mapped_column(BigInteger, nullable=True)
    sorted_at: Mapped[int] = mapped_column(BigInteger, nullable=False)
    __table_args__ = (
        Index("ix_drafts_by_priority", "status", text("priority DESC"), "id"),
        Index("ix_drafts_by_time", "status", "sorted_at", "id"),
        Index("ix_drafts_by_score", "status", text("score DESC"), "id"),
        Index(
            "ix_drafts_with_findings",
            "id",
            sqlite_where=text("worst > 1"),
            postgresql_where=text("worst > 1"),
        ),
        Index(
            "ix_drafts_unexamined",
            "id",
            sqlite_where=text("examined_at IS NULL"),
            postgresql_where=text("examined_at IS NULL"),
        ),
        # SQLite would reuse the number of a deleted last row; audit events name drafts by number.
        {"sqlite_autoincrement": True},
    )


class ProposalTable(Base):
    """What the machine said beside the message: the person's request, context, notes of the import."""

    __tablename__ = "proposals"
    draft_id: Mapped[int] = mapped_column(
        Identity64, ForeignKey("drafts.id", ondelete="CASCADE"), primary_key=True
    )
    request: Mapped[str | None] = mapped_column(Text, nullable=True)
    context: Mapped[dict[str, Any]] = mapped_column(JSON, nullable=False)
    notes: Mapped[list[str]] = mapped_column(JSON, nullable=False)


class RevisionTable(Base):
    """One state of a draft's content. Address lists hold `[display name, address]` pairs; attachments are
    infos whose bytes lie in `blobs`.
    """

    __tablename__ = "revisions"
    id: Mapped[int] = mapped_column(Identity64, primary_key=True, autoincrement=True)
    draft_id: Mapped[int] = mapped_column(
        Identity64, ForeignKey("drafts.id", ondelete="CASCADE"), nullable=False, index=True
    )
    number: Mapped[int] = mapped_column(Integer, nullable=False)
    author: Mapped[str] = mapped_column(String(16), nullable=False)
    author_name: Mapped[str] = mapped_column(Text, nullable=False)
    created_at: Mapped[int] = mapped_column(BigInteger, nullable=False)
    token: Mapped[str] = mapped_column(String(32), nullable=False)
    to_addresses: Mapped[list[list[str]]] = mapped_column(JSON, nullable=False)
    cc_addresses: Mapped[list[list[str]]] = mapped_column(JSON, nullable=False)
    bcc_addresses: Mapped[list[list[str]]] = mapped_column(JSON, nullable=False)
    reply_to: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True), nullable=True)
    subject: Mapped[str] = mapped_column(Text, nullable=False)
    body_text: Mapped[str] = mapped_column(Text, nullable=False)
    body_html: Mapped[str | None] = mapped_column(Text, nullable=True)
    in_reply_to: Mapped[str | None] = mapped_column(Text, nullable=True)
    reference_ids: Mapped[list[str]] = mapped_column(JSON, nullable=False)
    thread_id: Mapped[str | None] = mapped_column(Text, nullable=True)
    attachments: Mapped[list[dict[str, Any]]] = mapped_column(JSON, nullable=False)


class BlobTable(Base):
    """Bytes of attachments, once each, named by their SHA-256 (hex)."""

    __tablename__ = "blobs"
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary, nullable=False)


class FindingTable(Base):
    """What the checks found in the current revision; `data` is `Finding.as_json`."""

    __tablename__ = "draft_findings"
    draft_id: Mapped[int] = mapped_column(
        Identity64, ForeignKey("drafts.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(Integer, primary_key=True)
    code: Mapped[str] = mapped_column(String(64), nullable=False)
    severity: Mapped[str] = mapped_column(String(8), nullable=False)
    fix_key: Mapped[str | None] = mapped_column(Text, nullable=True)
    data: Mapped[dict[str, Any]] = mapped_column(JSON, nullable=False)
    __table_args__ = (Index("ix_draft_findings_by_code", "code", "fix_key", "draft_id"),)


class AutosaveTable(Base):
    """The operator's unsaved text of a draft, kept as it is typed."""

    __tablename__ = "autosaves"
    draft_id: Mapped[int] = mapped_column(
        Identity64, ForeignKey("drafts.id", ondelete="CASCADE"), primary_key=True
    )
    kept_at: Mapped[int] = mapped_column(BigInteger, nullable=False)
    base_revision_id: Mapped[int] = mapped_column(Identity64, nullable=False)
    fields: Mapped[dict[str, Any]] = mapped_column(JSON, nullable=False)


class DeliveryTable(Base):
    """One approved draft on its way out. `message` are the bytes without `Date`; `digest` binds the approval.

    `recipients` is the number of To, Cc and Bcc together. `known` holds what is known of an outcome
    that is not certain. `next_at` is the instant at which the sender has to look again, `retry_at` the
    end of a backoff, `counted_at` when it was reserved against the daily quota. `recall` says what becomes
    of it once its Gmail draft is deleted.
    """

    __tablename__ = "deliveries"
    id: Mapped[int] = mapped_column(Identity64, primary_key=True, autoincrement=True)
    draft_id: Mapped[int] = mapped_column(
        Identity64, ForeignKey("drafts.id", ondelete="CASCADE"), nullable=False, index=True
    )
    revision_id: Mapped[int] = mapped_column(Identity64, nullable=False)
    account: Mapped[str] = mapped_column(Text, nullable=False)
    state: Mapped[str] = mapped_column(String(16), nullable=False)
    digest: Mapped[str] = mapped_column(String(64), nullable=False)
    message_size: Mapped[int] = mapped_column(BigInteger, nullable=False)
    message_id: Mapped[str] = mapped_column(Text, nullable=False)
    delivery_token: Mapped[str] = mapped_column(String(64), nullable=False, unique=True)
    date_header: Mapped[str | None] = mapped_column(Text, nullable=True)
    thread_id: Mapped[str | None] = mapped_column(Text, nullable=True)
    recipient: Mapped[str] = mapped_column(Text, nullable=False)
    recipients: Mapped[int] = mapped_column(Integer, nullable=False)
    subject: Mapped[str] = mapped_column(Text, nullable=False)
    approved_at: Mapped[int] = mapped_column(BigInteger, nullable=False)
    approved_by: Mapped[str] = mapped_column(Text, nullable=False)
    hold_until: Mapped[int] = mapped_column(BigInteger, nullable=False)
    send_after: Mapped[int | None] = mapped_column(BigInteger, nullable=True)
    waiting_for: Mapped[str | None] = mapped_column(String(16), nullable=True)
    waiting_until: Mapped[int | None] = mapped_column(BigInteger, nullable=True)
    next_at: Mapped[int | None] = mapped_column(BigInteger, nullable=True)
    retry_at: Mapped[int | None] = mapped_column(BigInteger, nullable=True)
    attempt: Mapped[int] = mapped_column(Integer, nullable=False, default=0)
    first_tried_at: Mapped[int | None] = mapped_column(BigInteger, nullable=True)
    looks: Mapped[int] = mapped_column(Integer, nullable=False, default=0)
    gmail_draft_id: Mapped[str | None] = mapped_column(Text, nullable=True)
    gmail_draft_message_id: Mapped[str | None] = mapped_column(Text, nullable=True)
    gmail_message_id: Mapped[str | None] = mapped_column(Text, nullable=True)
    gmail_thread_id: Mapped[str | None] = mapped_column(Text, nullable=True)
    counted_at: Mapped[int | None] = mapped_column(BigInteger, nullable=True)
    staged_at: Mapped[int | None] = mapped_column(BigInteger, nullable=True)
    released_at: Mapped[int | None] = mapped_column(BigInteger, nullable=True)
    sent_at: Mapped[int | None] = mapped_column(BigInteger, nullable=True)
    bounced_at: Mapped[int | None] = mapped_column(BigInteger, nullable=True)
    cause: Mapped[str | None] = mapped_column(String(64), nullable=True)
    explanation: Mapped[str | None] = mapped_column(Text, nullable=True)
    known: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True), nullable=True)
    recall: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True), nullable=True)
    settled_by: Mapped[str | None] = mapped_column(Text, nullable=True)
    settled_note: Mapped[str | None] = mapped_column(Text, nullable=True)
    lease_owner: Mapped[str | None] = mapped_column(Text, nullable=True)
    lease_until: Mapped[int | None] = mapped_column(BigInteger, nullable=True)
    changed_at: Mapped[int] = mapped_column(BigInteger, nullable=False)
    # Last, since SQLite walks through all pages of a long value to reach the columns behind it.
    message: Mapped[bytes] = mapped_column(LargeBinary, nullable=False)
    __table_args__ = (
        Index("ix_deliveries_due", "account", "state", "next_at", "id"),
        Index("ix_deliveries_by_state", "state", "waiting_for", "cause", "id"),
        Index("ix_deliveries_counted", "account", "counted_at"),
        Index(
            "ix_deliveries_by_rules",
            "changed_at",
            sqlite_where=text("approved_by <> 'operator'"),
            postgresql_where=text("approved_by <> 'operator'"),
        ),
        {"sqlite_autoincrement": True},
    )


class DeliveryRecipientTable(Base):
    """Who a delivery counts against the weekly quota of, from the staging transaction on.

    `address_key` is `model.mailboxes.address_key`; `counted_at` is null until staging.
    """

    __tablename__ = "delivery_recipients"
    delivery_id: Mapped[int] = mapped_column(
        Identity64, ForeignKey("deliveries.id", ondelete="CASCADE"), primary_key=True
    )
    address_key: Mapped[str] = mapped_column(Text, primary_key=True)
    counted_at: Mapped[int | None] = mapped_column(BigInteger, nullable=True)
    __table_args__ = (Index("ix_delivery_recipients_counted", "address_key", "counted_at"),)


class AttemptTable(Base):
    """One call to the mail service: which step, what it answered, how long it took (milliseconds)."""

    __tablename__ = "delivery_attempts"
    id: Mapped[int] = mapped_column(Identity64, primary_key=True, autoincrement=True)
    delivery_id: Mapped[int] = mapped_column(
        Identity64, ForeignKey("deliveries.id", ondelete="CASCADE"), nullable=False, index=True
    )
    number: Mapped[int] = mapped_column(Integer, nullable=False)
    step: Mapped[str] = mapped_column(String(32), nullable=False)
    started_at: Mapped[int] = mapped_column(BigInteger, nullable=False)
    took: Mapped[int | None] = mapped_column(BigInteger, nullable=True)
    outcome: Mapped[str | None] = mapped_column(String(32), nullable=True)
    status: Mapped[int | None] = mapped_column(Integer, nullable=True)
    answer: Mapped[str | None] = mapped_column(Text, nullable=True)


class ContactTable(Base):
    """What is known of an address: how many messages left, when the last one did, when it wrote back."""

    __tablename__ = "contacts"
    address_key: Mapped[str] = mapped_column(Text, primary_key=True)
    sent: Mapped[int] = mapped_column(Integer, nullable=False, default=0)
    last_sent_at: Mapped[int | None] = mapped_column(BigInteger, nullable=True)
    last_replied_at: Mapped[int | None] = mapped_column(BigInteger, nullable=True)


class DraftRecipientTable(Base):
    """Who a draft's current revision goes to, for history and for "another draft to the same person"."""

    __tablename__ = "draft_recipients"
    address_key: Mapped[str] = mapped_column(Text, primary_key=True)
    draft_id: Mapped[int] = mapped_column(
        Identity64, ForeignKey("drafts.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class SuppressionTable(Base):
    """People never to be mailed, as a keyed hash of the normalised address."""

    __tablename__ = "suppressions"
    mark: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    reason: Mapped[str] = mapped_column(String(32), nullable=False)
    at: Mapped[int] = mapped_column(BigInteger, nullable=False)


class BreakerTable(Base):
    """The state of one circuit breaker, so that it survives a restart."""

    __tablename__ = "breakers"
    name: Mapped[str] = mapped_column(String(255), primary_key=True)
    state: Mapped[dict[str, Any]] = mapped_column(JSON, nullable=False)
    changed_at: Mapped[int] = mapped_column(BigInteger, nullable=False)


class AccountTable(Base):
    """A sending account: `kind` is `practice` or `gmail`. Tokens lie in the keyring, never here."""

    __tablename__ = "accounts"
    address: Mapped[str] = mapped_column(Text, primary_key=True)
    kind: Mapped[str] = mapped_column(String(16), nullable=False)
    display_name: Mapped[str] = mapped_column(Text, nullable=False)
    scopes: Mapped[list[str]] = mapped_column(JSON, nullable=False)
    client_id: Mapped[str | None] = mapped_column(Text, nullable=True)
    state: Mapped[str] = mapped_column(String(16), nullable=False)
    position: Mapped[int] = mapped_column(Integer, nullable=False, default=0)
    wait_for: Mapped[str | None] = mapped_column(String(16), nullable=True)
    wait_until: Mapped[int | None] = mapped_column(BigInteger, nullable=True)
    wait_reason: Mapped[str | None] = mapped_column(Text, nullable=True)
    added_at: Mapped[int] = mapped_column(BigInteger, nullable=False)
    signed_in_at: Mapped[int | None] = mapped_column(BigInteger, nullable=True)
