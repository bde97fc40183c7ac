"""Rules: what they are, who waits for them, what they said; and an index of what they let through."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Adds the tables; what waits in review is looked at by the seeded rules, which are in shadow."""
    _rules()
    _decisions()
    by_rules = sa.text("approved_by <> 'operator'")
    op.create_index(
        "ix_deliveries_by_rules",
        "deliveries",
        ["changed_at"],
        sqlite_where=by_rules,
        postgresql_where=by_rules,
    )
    op.execute(
        "INSERT INTO rule_queue (draft_id, logged) SELECT id, FALSE FROM drafts WHERE status = 'pending'"
    )


def _rules() -> None:
    op.create_table(
        "rules",
        sa.Column("id", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Float(), nullable=False),
        sa.Column("conditions", sa.JSON(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("mode", sa.String(length=16), nullable=False),
        sa.Column("sample", sa.Integer(), nullable=True),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("valid_until", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("shadow_since", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rules")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "rule_queue",
        sa.Column("draft_id", _NUMBER, nullable=False),
        sa.Column("logged", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("draft_id", name=op.f("pk_rule_queue")),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["drafts.id"], name=op.f("fk_rule_queue_draft_id"), ondelete="CASCADE"
        ),
    )
    op.create_index("ix_rule_queue_by_logged", "rule_queue", ["logged", "draft_id"])
    op.create_table(
        "rule_trials",
        sa.Column("rule_id", _NUMBER, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("took", sa.BigInteger(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("decided", sa.Integer(), nullable=False),
        sa.Column("let_through", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("edited", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("unknown", sa.Integer(), nullable=False),
        sa.Column("differing", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("rule_id", name=op.f("pk_rule_trials")),
        sa.ForeignKeyConstraint(
            ["rule_id"], ["rules.id"], name=op.f("fk_rule_trials_rule_id"), ondelete="CASCADE"
        ),
    )


def _decisions() -> None:
    op.create_table(
        "rule_decisions",
        sa.Column("id", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("draft_id", _NUMBER, nullable=False),
        sa.Column("revision_id", _NUMBER, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("decision", sa.String(length=32), nullable=False),
        sa.Column("rule_id", _NUMBER, nullable=True),
        sa.Column("rule_name", sa.Text(), nullable=True),
        sa.Column("confidence", sa.Float(), nullable=True),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("verdicts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_decisions")),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["drafts.id"], name=op.f("fk_rule_decisions_draft_id"), ondelete="CASCADE"
        ),
    )
    op.create_index("ix_rule_decisions_by_draft", "rule_decisions", ["draft_id", "id"])
    op.create_table(
        "rule_verdicts",
        sa.Column("rule_id", _NUMBER, nullable=False),
        sa.Column("draft_id", _NUMBER, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("revision_id", _NUMBER, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("rule_id", "draft_id", name=op.f("pk_rule_verdicts")),
        sa.ForeignKeyConstraint(
            ["rule_id"], ["rules.id"], name=op.f("fk_rule_verdicts_rule_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["drafts.id"], name=op.f("fk_rule_verdicts_draft_id"), ondelete="CASCADE"
        ),
    )
    op.create_index(op.f("ix_rule_verdicts_draft_id"), "rule_verdicts", ["draft_id"])
