"""The tables of the rules: the rules themselves, who waits for them, what they said, and their trials."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, Float, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from outtray.store.table_base import Base, Identity64


class RuleTable(Base):
    """A rule. `conditions` are `Condition.as_json`; `version` counts changes of what it lets through."""

    __tablename__ = "rules"
    id: Mapped[int] = mapped_column(Identity64, primary_key=True, autoincrement=True)
    name: Mapped[str] = mapped_column(Text, nullable=False)
    kind: Mapped[str] = mapped_column(String(32), nullable=False)
    number: Mapped[float] = mapped_column(Float, nullable=False)
    conditions: Mapped[list[Any]] = mapped_column(JSON, nullable=False)
    priority: Mapped[int] = mapped_column(Integer, nullable=False)
    confidence: Mapped[float] = mapped_column(Float, nullable=False)
    mode: Mapped[str] = mapped_column(String(16), nullable=False)
    sample: Mapped[int | None] = mapped_column(Integer, nullable=True)
    created_by: Mapped[str] = mapped_column(Text, nullable=False)
    created_at: Mapped[int] = mapped_column(BigInteger, nullable=False)
    changed_at: Mapped[int] = mapped_column(BigInteger, nullable=False)
    valid_until: Mapped[int | None] = mapped_column(BigInteger, nullable=True)
    version: Mapped[int] = mapped_column(Integer, nullable=False)
    shadow_since: Mapped[int | None] = mapped_column(BigInteger, nullable=True)
    # The number of a deleted rule must not come back: the audit log names rules by it.
    __table_args__ = ({"sqlite_autoincrement": True},)


class RuleQueueTable(Base):
    """Drafts that the rules have to look at. `logged`: it was done where no window ran, so that only the
    window has to look again.
    """

    __tablename__ = "rule_queue"
    draft_id: Mapped[int] = mapped_column(
        Identity64, ForeignKey("drafts.id", ondelete="CASCADE"), primary_key=True
    )
    logged: Mapped[bool] = mapped_column(Boolean, nullable=False)
    __table_args__ = (Index("ix_rule_queue_by_logged", "logged", "draft_id"),)


class RuleDecisionTable(Base):
    """One evaluation of one draft: what came of it, by which rule, on which facts, and every verdict."""

    __tablename__ = "rule_decisions"
    id: Mapped[int] = mapped_column(Identity64, primary_key=True, autoincrement=True)
    draft_id: Mapped[int] = mapped_column(
        Identity64, ForeignKey("drafts.id", ondelete="CASCADE"), nullable=False
    )
    revision_id: Mapped[int] = mapped_column(Identity64, nullable=False)
    at: Mapped[int] = mapped_column(BigInteger, nullable=False)
    decision: Mapped[str] = mapped_column(String(32), nullable=False)
    rule_id: Mapped[int | None] = mapped_column(Identity64, nullable=True)
    rule_name: Mapped[str | None] = mapped_column(Text, nullable=True)
    confidence: Mapped[float | None] = mapped_column(Float, nullable=True)
    sentence: Mapped[str] = mapped_column(Text, nullable=False)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, nullable=False)
    verdicts: Mapped[list[dict[str, Any]]] = mapped_column(JSON, nullable=False)
    __table_args__ = (Index("ix_rule_decisions_by_draft", "draft_id", "id"),)


class RuleVerdictTable(Base):
    """A draft that a rule would let through, for comparing it with what the operator decided.

    `version` is the rule's, `revision_id` the text that it was asked about.
    """

    __tablename__ = "rule_verdicts"
    rule_id: Mapped[int] = mapped_column(
        Identity64, ForeignKey("rules.id", ondelete="CASCADE"), primary_key=True
    )
    draft_id: Mapped[int] = mapped_column(
        Identity64, ForeignKey("drafts.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    version: Mapped[int] = mapped_column(Integer, nullable=False)
    revision_id: Mapped[int] = mapped_column(Identity64, nullable=False)
    at: Mapped[int] = mapped_column(BigInteger, nullable=False)


class RuleTrialTable(Base):
    """The last trial of a rule on history. `differing` holds `[draft, what the operator did]` pairs."""

    __tablename__ = "rule_trials"
    rule_id: Mapped[int] = mapped_column(
        Identity64, ForeignKey("rules.id", ondelete="CASCADE"), primary_key=True
    )
    version: Mapped[int] = mapped_column(Integer, nullable=False)
    at: Mapped[int] = mapped_column(BigInteger, nullable=False)
    took: Mapped[int] = mapped_column(BigInteger, nullable=False)
    days: Mapped[int] = mapped_column(Integer, nullable=False)
    decided: Mapped[int] = mapped_column(Integer, nullable=False)
    let_through: Mapped[int] = mapped_column(Integer, nullable=False)
    unchanged: Mapped[int] = mapped_column(Integer, nullable=False)
    edited: Mapped[int] = mapped_column(Integer, nullable=False)
    refused: Mapped[int] = mapped_column(Integer, nullable=False)
    unknown: Mapped[int] = mapped_column(Integer, nullable=False)
    differing: Mapped[list[list[Any]]] = mapped_column(JSON, nullable=False)
