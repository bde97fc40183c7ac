"""The tables of the profile itself: settings, facts, counts, what can be undone, what an intake refused."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, BigInteger, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from outtray.store.table_base import Base, Identity64


class SettingTable(Base):
    """Settings that differ from their default; `value` is JSON."""

    __tablename__ = "settings"
    name: Mapped[str] = mapped_column(String(128), primary_key=True)
    value: Mapped[Any] = mapped_column(JSON, nullable=False)


class FactTable(Base):
    """Facts of the profile itself: its kind, its instance, its secrets for keyed hashes, the switch."""

    __tablename__ = "facts"
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[Any] = mapped_column(JSON, nullable=False)


class CountTable(Base):
    """Counts that the writing transaction keeps, so that nobody has to scan: `status.pending` and others."""

    __tablename__ = "counts"
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[int] = mapped_column(BigInteger, nullable=False)


class OperationTable(Base):
    """What the operator did, with what undoing it needs; `sentence` says it without naming anybody."""

    __tablename__ = "operations"
    id: Mapped[int] = mapped_column(Identity64, primary_key=True, autoincrement=True)
    kind: Mapped[str] = mapped_column(String(32), nullable=False)
    sentence: Mapped[str] = mapped_column(Text, nullable=False)
    at: Mapped[int] = mapped_column(BigInteger, nullable=False)
    inverse: Mapped[dict[str, Any]] = mapped_column(JSON, nullable=False)
    undone_at: Mapped[int | None] = mapped_column(BigInteger, nullable=True)
    __table_args__ = (Index("ix_operations_to_undo", "undone_at", "id"),)


class RefusedInputTable(Base):
    """An item that an intake refused, kept with the reason for another try.

    `how` is what the intake was told of it: format, mapping, source, and what such an item is called.
    """

    __tablename__ = "refused_inputs"
    id: Mapped[int] = mapped_column(Identity64, primary_key=True, autoincrement=True)
    at: Mapped[int] = mapped_column(BigInteger, nullable=False)
    origin: Mapped[str] = mapped_column(Text, nullable=False)
    item: Mapped[int | None] = mapped_column(BigInteger, nullable=True)
    line: Mapped[int | None] = mapped_column(BigInteger, nullable=True)
    field: Mapped[str | None] = mapped_column(Text, nullable=True)
    reason: Mapped[str] = mapped_column(Text, nullable=False)
    how: Mapped[dict[str, Any]] = mapped_column(JSON, nullable=False)
    raw: Mapped[bytes] = mapped_column(LargeBinary, nullable=False)
