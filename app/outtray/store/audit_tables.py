"""The tables of the audit log: the chain, the people in it, and the clear values beside it."""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, Integer, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from outtray.store.table_base import Base, Identity64


class DataSubjectTable(Base):
    """A person in the audit log: the random key of the commitments, erased with the person."""

    __tablename__ = "data_subjects"
    id: Mapped[int] = mapped_column(Identity64, primary_key=True, autoincrement=True)
    address_key: Mapped[str | None] = mapped_column(Text, nullable=True, unique=True)
    key: Mapped[bytes | None] = mapped_column(LargeBinary(32), nullable=True)
    __table_args__ = ({"sqlite_autoincrement": True},)


class AuditEventTable(Base):
    """The chain: `payload` are the exact bytes that were hashed; the columns beside it are for reading."""

    __tablename__ = "audit_events"
    sequence: Mapped[int] = mapped_column(Identity64, primary_key=True, autoincrement=False)
    at: Mapped[int] = mapped_column(BigInteger, nullable=False)
    actor_kind: Mapped[str] = mapped_column(String(16), nullable=False)
    actor: Mapped[str] = mapped_column(Text, nullable=False)
    action: Mapped[str] = mapped_column(String(64), nullable=False)
    object_kind: Mapped[str] = mapped_column(String(32), nullable=False)
    object_id: Mapped[str] = mapped_column(Text, nullable=False)
    outcome: Mapped[str] = mapped_column(String(32), nullable=False)
    payload: Mapped[bytes] = mapped_column(LargeBinary, nullable=False)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32), nullable=False)
    __table_args__ = (
        Index("ix_audit_events_by_object", "object_kind", "object_id", "sequence"),
        Index("ix_audit_events_by_time", "at", "sequence"),
    )


class AuditClearValueTable(Base):
    """Clear values beside the chain; erasure removes them with the data subject's key."""

    __tablename__ = "audit_clear_values"
    event_sequence: Mapped[int] = mapped_column(Identity64, primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True)
    data_subject_id: Mapped[int] = mapped_column(Identity64, nullable=False, index=True)
    name: Mapped[str] = mapped_column(String(64), nullable=False)
    value: Mapped[str] = mapped_column(Text, nullable=False)
