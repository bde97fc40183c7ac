"""The exact bytes of a delivery, taken apart for reading: what stands in its header and its text part."""

from __future__ import annotations

from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from pathlib import Path

from outtray.model.message import approval_digest, with_date
from outtray.store.outbox_reads import OutboxReads

_SHOWN = ("From", "To", "Cc", "Bcc", "Reply-To", "Subject", "Date", "Message-ID")
# A window shows no more of the source than a person would read; saving gives all of it.
_SOURCE_LIMIT = 200_000


@dataclass(frozen=True, slots=True)
class ExactMessage:
    """A message ready to be shown; `files` are name, type and size in bytes.

    `approved` says whether the stored bytes still give the digest that was approved.
    """

    data: bytes
    approved: bool
    headers: tuple[tuple[str, str], ...]
    text: str
    has_html: bool
    files: tuple[tuple[str, str, int], ...]

    @property
    def source(self) -> str:
        """The bytes as text, cut at a length that a person would read."""
        shown = self.data[:_SOURCE_LIMIT].decode("utf-8", "replace").replace("\r\n", "\n")
        rest = len(self.data) - _SOURCE_LIMIT
        return shown if rest <= 0 else f"{shown}\n\n… {rest:,} bytes more; Export saves all of it."


@dataclass(frozen=True, slots=True)
class Person:
    """One address of a message: in which field it stands (`To`, `Cc`, `Bcc`), its name and the address."""

    field: str
    name: str
    address: str


def people(head: bytes) -> list[Person]:
    """Everybody who gets the message, read from the bytes of its header."""
    parsed = BytesHeaderParser(policy=policy.default).parsebytes(head)
    return [
        Person(field, address.display_name, address.addr_spec)
        for field in ("To", "Cc", "Bcc")
        for address in getattr(parsed[field], "addresses", ())
    ]


def load_message(database: Path, delivery_id: int) -> ExactMessage:
    """Reads a delivery's message on a connection of its own; for a thread. Raises NotFound."""
    reads = OutboxReads(database)
    try:
        data, date = reads.message(delivery_id)
        account, thread_id, digest = reads.binding(delivery_id)
    finally:
        reads.close()
    return take_apart(
        with_date(data, date) if date else data,
        approved=approval_digest(account, thread_id, data) == digest,
    )


def take_apart(data: bytes, *, approved: bool) -> ExactMessage:
    """What a person reads of these bytes."""
    parsed = message_from_bytes(data, policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    headers = tuple((name, str(parsed[name])) for name in _SHOWN if parsed[name] is not None)
    body = parsed.get_body(("plain",))
    html = parsed.get_body(("html",))
    files = tuple(
        (part.get_filename() or "unnamed", part.get_content_type(), len(part.get_payload(decode=True) or b""))
        for part in parsed.iter_attachments()
    )
    text = "" if body is None else str(body.get_content())
    return ExactMessage(data, approved, headers, text, html is not None, files)
