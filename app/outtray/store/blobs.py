"""Bytes of attachments, each kept once under its SHA-256."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from sqlalchemy import Connection, select

from outtray.model.errors import NotFound
from outtray.store.tables import BlobTable, table_of
from outtray.store.transaction import Transaction

_BLOBS = table_of(BlobTable)
_AT_ONCE = 500


def read_blob(connection: Connection, sha256: str) -> bytes:
    """The bytes; raises NotFound."""
    content = connection.execute(
        select(_BLOBS.c.content).where(_BLOBS.c.sha256 == sha256)
    ).scalar_one_or_none()
    if content is None:
        raise NotFound("The bytes of an attachment are not in this profile.")
    return bytes(content)


def put_blob(transaction: Transaction, data: bytes) -> str:
    """Keeps the bytes; returns their SHA-256 (hex)."""
    sha256 = hashlib.sha256(data).hexdigest()
    put_blobs(transaction, {sha256: data}.items())
    return sha256


def put_blobs(transaction: Transaction, blobs: Iterable[tuple[str, bytes]]) -> None:
    """Keeps those of the named bytes that are not there yet."""
    wanted = dict(blobs)
    names = list(wanted)
    for start in range(0, len(names), _AT_ONCE):
        part = names[start : start + _AT_ONCE]
        known = transaction.connection.execute(select(_BLOBS.c.sha256).where(_BLOBS.c.sha256.in_(part)))
        missing = set(part).difference(row[0] for row in known)
        transaction.insert_tuples(_BLOBS, [(name, wanted[name]) for name in part if name in missing])
