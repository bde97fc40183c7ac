"""The first schema, as it was released: it stands still while `store.tables` goes on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_REFUSE = "BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END"
_APPEND_ONLY = (
    f"CREATE TRIGGER audit_events_keep_changed BEFORE UPDATE ON audit_events {_REFUSE}",
    f"CREATE TRIGGER audit_events_keep_removed BEFORE DELETE ON audit_events {_REFUSE}",
)
_SEARCH = (
    "CREATE VIRTUAL TABLE drafts_search"
    " USING fts5(words, content='', detail=none, prefix='2 3', tokenize='ascii')"
)


def upgrade() -> None:
    """Creates all tables of the first schema."""
    _drafts()
    _outbox()
    _people()
    _log()
    _profile()
    for statement in (*_APPEND_ONLY, _SEARCH):
        op.execute(statement)


def _drafts() -> None:
    """What machines proposed and the operator made of it."""
    op.create_table(
        "drafts",
        sa.Column("id", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("idempotency_key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("proposal_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("revision_id", _NUMBER, nullable=True),
        sa.Column("proposed_revision_id", _NUMBER, nullable=True),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("more_recipients", sa.Integer(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("snippet", sa.Text(), nullable=False),
        sa.Column("recipient_name", sa.Text(), nullable=True),
        sa.Column("company_name", sa.Text(), nullable=True),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("account", sa.Text(), nullable=True),
        sa.Column("send_after", sa.BigInteger(), nullable=True),
        sa.Column("attachments", sa.Integer(), nullable=False),
        sa.Column("worst", sa.SmallInteger(), nullable=False),
        sa.Column("blocks", sa.Integer(), nullable=False),
        sa.Column("warns", sa.Integer(), nullable=False),
        sa.Column("infos", sa.Integer(), nullable=False),
        sa.Column("first_contact", sa.Boolean(), nullable=False),
        sa.Column("edited", sa.Boolean(), nullable=False),
        sa.Column("editing_since", sa.BigInteger(), nullable=True),
        sa.Column("rule", sa.Text(), nullable=True),
        sa.Column("approved_digest", sa.String(length=64), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("snoozed_until", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("examined_at", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("sorted_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drafts")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_drafts_idempotency_key")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_drafts_by_priority", "drafts", ["status", sa.text("priority DESC"), "id"])
    op.create_index("ix_drafts_by_score", "drafts", ["status", sa.text("score DESC"), "id"])
    op.create_index("ix_drafts_by_time", "drafts", ["status", "sorted_at", "id"])
    op.create_index(
        "ix_drafts_unexamined",
        "drafts",
        ["id"],
        sqlite_where=sa.text("examined_at IS NULL"),
        postgresql_where=sa.text("examined_at IS NULL"),
    )
    op.create_index(
        "ix_drafts_with_findings",
        "drafts",
        ["id"],
        sqlite_where=sa.text("worst > 1"),
        postgresql_where=sa.text("worst > 1"),
    )
    op.create_table(
        "proposals",
        sa.Column("draft_id", _NUMBER, nullable=False),
        sa.Column("request", sa.Text(), nullable=True),
        sa.Column("context", sa.JSON(), nullable=False),
        sa.Column("notes", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["drafts.id"], name=op.f("fk_proposals_draft_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("draft_id", name=op.f("pk_proposals")),
    )
    op.create_table(
        "revisions",
        sa.Column("id", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("draft_id", _NUMBER, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("author", sa.String(length=16), nullable=False),
        sa.Column("author_name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("to_addresses", sa.JSON(), nullable=False),
        sa.Column("cc_addresses", sa.JSON(), nullable=False),
        sa.Column("bcc_addresses", sa.JSON(), nullable=False),
        sa.Column("reply_to", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body_text", sa.Text(), nullable=False),
        sa.Column("body_html", sa.Text(), nullable=True),
        sa.Column("in_reply_to", sa.Text(), nullable=True),
        sa.Column("reference_ids", sa.JSON(), nullable=False),
        sa.Column("thread_id", sa.Text(), nullable=True),
        sa.Column("attachments", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["drafts.id"], name=op.f("fk_revisions_draft_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revisions")),
    )
    op.create_index(op.f("ix_revisions_draft_id"), "revisions", ["draft_id"])
    op.create_table(
        "blobs",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_blobs")),
    )
    op.create_table(
        "draft_findings",
        sa.Column("draft_id", _NUMBER, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("severity", sa.String(length=8), nullable=False),
        sa.Column("fix_key", sa.Text(), nullable=True),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["drafts.id"], name=op.f("fk_draft_findings_draft_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("draft_id", "position", name=op.f("pk_draft_findings")),
    )
    op.create_index("ix_draft_findings_by_code", "draft_findings", ["code", "fix_key", "draft_id"])
    op.create_table(
        "draft_recipients",
        sa.Column("address_key", sa.Text(), nullable=False),
        sa.Column("draft_id", _NUMBER, nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["drafts.id"], name=op.f("fk_draft_recipients_draft_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("address_key", "draft_id", name=op.f("pk_draft_recipients")),
    )
    op.create_index(op.f("ix_draft_recipients_draft_id"), "draft_recipients", ["draft_id"])
    op.create_table(
        "autosaves",
        sa.Column("draft_id", _NUMBER, nullable=False),
        sa.Column("kept_at", sa.BigInteger(), nullable=False),
        sa.Column("base_revision_id", _NUMBER, nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["drafts.id"], name=op.f("fk_autosaves_draft_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("draft_id", name=op.f("pk_autosaves")),
    )


def _outbox() -> None:
    """What is on its way out, and through whom."""
    op.create_table(
        "deliveries",
        sa.Column("id", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("draft_id", _NUMBER, nullable=False),
        sa.Column("revision_id", _NUMBER, nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("message_size", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("delivery_token", sa.String(length=64), nullable=False),
        sa.Column("date_header", sa.Text(), nullable=True),
        sa.Column("thread_id", sa.Text(), nullable=True),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("recipients", sa.Integer(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("approved_at", sa.BigInteger(), nullable=False),
        sa.Column("approved_by", sa.Text(), nullable=False),
        sa.Column("hold_until", sa.BigInteger(), nullable=False),
        sa.Column("send_after", sa.BigInteger(), nullable=True),
        sa.Column("waiting_for", sa.String(length=16), nullable=True),
        sa.Column("waiting_until", sa.BigInteger(), nullable=True),
        sa.Column("next_at", sa.BigInteger(), nullable=True),
        sa.Column("retry_at", sa.BigInteger(), nullable=True),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("first_tried_at", sa.BigInteger(), nullable=True),
        sa.Column("looks", sa.Integer(), nullable=False),
        sa.Column("gmail_draft_id", sa.Text(), nullable=True),
        sa.Column("gmail_draft_message_id", sa.Text(), nullable=True),
        sa.Column("gmail_message_id", sa.Text(), nullable=True),
        sa.Column("gmail_thread_id", sa.Text(), nullable=True),
        sa.Column("counted_at", sa.BigInteger(), nullable=True),
        sa.Column("staged_at", sa.BigInteger(), nullable=True),
        sa.Column("released_at", sa.BigInteger(), nullable=True),
        sa.Column("sent_at", sa.BigInteger(), nullable=True),
        sa.Column("bounced_at", sa.BigInteger(), nullable=True),
        sa.Column("cause", sa.String(length=64), nullable=True),
        sa.Column("explanation", sa.Text(), nullable=True),
        sa.Column("known", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("recall", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("settled_by", sa.Text(), nullable=True),
        sa.Column("settled_note", sa.Text(), nullable=True),
        sa.Column("lease_owner", sa.Text(), nullable=True),
        sa.Column("lease_until", sa.BigInteger(), nullable=True),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("message", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["drafts.id"], name=op.f("fk_deliveries_draft_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("delivery_token", name=op.f("uq_deliveries_delivery_token")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_deliveries_by_state", "deliveries", ["state", "waiting_for", "cause", "id"])
    op.create_index("ix_deliveries_counted", "deliveries", ["account", "counted_at"])
    op.create_index(op.f("ix_deliveries_draft_id"), "deliveries", ["draft_id"])
    op.create_index("ix_deliveries_due", "deliveries", ["account", "state", "next_at", "id"])
    op.create_table(
        "delivery_recipients",
        sa.Column("delivery_id", _NUMBER, nullable=False),
        sa.Column("address_key", sa.Text(), nullable=False),
        sa.Column("counted_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["delivery_id"],
            ["deliveries.id"],
            name=op.f("fk_delivery_recipients_delivery_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("delivery_id", "address_key", name=op.f("pk_delivery_recipients")),
    )
    op.create_index("ix_delivery_recipients_counted", "delivery_recipients", ["address_key", "counted_at"])
    op.create_table(
        "delivery_attempts",
        sa.Column("id", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("delivery_id", _NUMBER, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=32), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("took", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.String(length=32), nullable=True),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["delivery_id"],
            ["deliveries.id"],
            name=op.f("fk_delivery_attempts_delivery_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_attempts")),
    )
    op.create_index(op.f("ix_delivery_attempts_delivery_id"), "delivery_attempts", ["delivery_id"])
    op.create_table(
        "breakers",
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_breakers")),
    )
    op.create_table(
        "accounts",
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("wait_for", sa.String(length=16), nullable=True),
        sa.Column("wait_until", sa.BigInteger(), nullable=True),
        sa.Column("wait_reason", sa.Text(), nullable=True),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.Column("signed_in_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_accounts")),
    )


def _people() -> None:
    """What is known of people."""
    op.create_table(
        "contacts",
        sa.Column("address_key", sa.Text(), nullable=False),
        sa.Column("sent", sa.Integer(), nullable=False),
        sa.Column("last_sent_at", sa.BigInteger(), nullable=True),
        sa.Column("last_replied_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("address_key", name=op.f("pk_contacts")),
    )
    op.create_table(
        "suppressions",
        sa.Column("mark", sa.LargeBinary(length=32), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("mark", name=op.f("pk_suppressions")),
    )
    op.create_table(
        "data_subjects",
        sa.Column("id", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("address_key", sa.Text(), nullable=True),
        sa.Column("key", sa.LargeBinary(length=32), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_subjects")),
        sa.UniqueConstraint("address_key", name=op.f("uq_data_subjects_address_key")),
        sqlite_autoincrement=True,
    )


def _log() -> None:
    """The audit log and the clear values beside it."""
    op.create_table(
        "audit_events",
        sa.Column("sequence", _NUMBER, autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor_kind", sa.String(length=16), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("object_kind", sa.String(length=32), nullable=False),
        sa.Column("object_id", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(length=32), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_audit_events")),
    )
    op.create_index("ix_audit_events_by_object", "audit_events", ["object_kind", "object_id", "sequence"])
    op.create_index("ix_audit_events_by_time", "audit_events", ["at", "sequence"])
    op.create_table(
        "audit_clear_values",
        sa.Column("event_sequence", _NUMBER, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("data_subject_id", _NUMBER, nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("event_sequence", "position", name=op.f("pk_audit_clear_values")),
    )
    op.create_index(op.f("ix_audit_clear_values_data_subject_id"), "audit_clear_values", ["data_subject_id"])


def _profile() -> None:
    """The profile itself."""
    op.create_table(
        "settings",
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_settings")),
    )
    op.create_table(
        "facts",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_facts")),
    )
    op.create_table(
        "counts",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_counts")),
    )
    op.create_table(
        "operations",
        sa.Column("id", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("inverse", sa.JSON(), nullable=False),
        sa.Column("undone_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operations")),
    )
    op.create_index("ix_operations_to_undo", "operations", ["undone_at", "id"])
    op.create_table(
        "refused_inputs",
        sa.Column("id", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("item", sa.BigInteger(), nullable=True),
        sa.Column("line", sa.BigInteger(), nullable=True),
        sa.Column("field", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("how", sa.JSON(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refused_inputs")),
    )
