"""What all tables of the store share: naming, 64-bit numbers, and a table as statements need it."""

from __future__ import annotations

from sqlalchemy import BigInteger, Integer, MetaData, Table
from sqlalchemy.orm import DeclarativeBase

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

# SQLite numbers rows by itself only for INTEGER; elsewhere the ids are 64-bit.
Identity64 = BigInteger().with_variant(Integer, "sqlite")


class Base(DeclarativeBase):
    """All tables of a profile."""

    metadata = MetaData(naming_convention=NAMING)


def table_of(model: type[Base]) -> Table:
    """The table of a model, for statements that work on rows and not on mapped objects."""
    table = model.__table__
    assert isinstance(table, Table)
    return table
