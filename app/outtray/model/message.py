"""The message: its exact bytes, built once from a revision, and the digest that an approval binds to.

`Bcc` stands in the bytes. Gmail's `drafts.create` takes the recipients of a message from its headers, the
blind ones too, and `drafts.send` takes the `Bcc` header away from what everybody receives
(https://developers.google.com/workspace/gmail/api/guides/sending): no recipient learns of another one,
and what the operator approves, what `--mime` prints and what is uploaded are the same bytes.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass

from outtray.model.draft import Content
from outtray.model.errors import Refused
from outtray.model.events import canonical
from outtray.model.headers import addr_spec, header, mailbox_pieces, message_ids, text_pieces
from outtray.model.mailboxes import EmailAddress
from outtray.model.message_body import build_body
from outtray.model.well_formed import well_formed

LIMIT = 25 * 1024 * 1024
DELIVERY_HEADER = "X-Outtray-Delivery"
_URI = re.compile(r"(mailto|https):[!-;=?-~]{1,900}")
_DATE = re.compile(r"[A-Za-z0-9,:+ -]{1,60}")


class MessageTooLarge(Refused):
    """The whole message is over what Gmail takes."""

    def __init__(self, size: int) -> None:
        """`size` in bytes."""
        megabytes = -(-size // (1024 * 1024))
        super().__init__(
            "too_large", f"The message is {megabytes} MB; Gmail takes {LIMIT // (1024 * 1024)} MB."
        )


@dataclass(frozen=True, slots=True)
class Unsubscribe:
    """Where a recipient can ask not to be written to again (RFC 2369): addresses as URIs.

    With an `https` one the message promises that a POST to it is enough (RFC 8058).
    """

    mailto: str | None = None
    https: str | None = None


@dataclass(frozen=True, slots=True)
class Built:
    """A message without its `Date` line, and the two names by which it is found again."""

    data: bytes
    message_id: str
    delivery_token: str


def build_message(
    content: Content,
    sender: EmailAddress,
    token: str,
    read_blob: Callable[[str], bytes],
    list_unsubscribe: Unsubscribe | None = None,
) -> Built:
    """The bytes of `content` from `sender`, the same for the same arguments (RFC 5322, CRLF).

    `token` is the revision's; `read_blob` gives an attachment's bytes by their SHA-256. Raises Refused for
    an address that no header can hold, MessageTooLarge over 25 MB.
    """
    message_id = f"<{derive(token, 'message-id')[:32]}@{addr_spec(sender.address).rpartition('@')[2]}>"
    delivery_token = derive(token, "delivery")[:32]
    estimate = sum(attachment.size for attachment in content.attachments) * 4 // 3
    if estimate > LIMIT:
        raise MessageTooLarge(estimate)
    data = b"".join(
        (
            *_envelope(content, sender),
            header("Message-ID", [message_id]),
            *_thread(content),
            *_unsubscribe(list_unsubscribe),
            header(DELIVERY_HEADER, [delivery_token]),
            header("MIME-Version", ["1.0"]),
            build_body(content, lambda label: derive(token, label)[:32], read_blob),
        )
    )
    if len(data) > LIMIT:
        raise MessageTooLarge(len(data))
    return Built(data, message_id, delivery_token)


def with_date(data: bytes, date_header: str) -> bytes:
    """The message with its `Date` line in front; every other byte stays as it was approved."""
    if not _DATE.fullmatch(date_header):
        raise ValueError(f"{date_header!r} is no value of a Date header")
    return b"Date: " + date_header.encode("ascii") + b"\r\n" + data


def approval_digest(account: str, thread_id: str | None, data: bytes) -> str:
    """What an approval binds to: SHA-256 (hex) over the canonical JSON of the account, the Gmail thread
    and the SHA-256 of the bytes without `Date`.
    """
    return hashlib.sha256(
        canonical(
            {
                "account": well_formed(account),
                "message": hashlib.sha256(data).hexdigest(),
                "thread": None if thread_id is None else well_formed(thread_id),
            }
        )
    ).hexdigest()


def derive(token: str, label: str) -> str:
    """A name (64 hex digits) that is fixed by a revision's token and tells nothing of it."""
    return hashlib.sha256(f"{token}/{label}".encode()).hexdigest()


def _envelope(content: Content, sender: EmailAddress) -> list[bytes]:
    lines = [header("From", mailbox_pieces([sender]))]
    if content.reply_to is not None:
        lines.append(header("Reply-To", mailbox_pieces([content.reply_to])))
    for name, mailboxes in (("To", content.to), ("Cc", content.cc), ("Bcc", content.bcc)):
        if mailboxes:
            lines.append(header(name, mailbox_pieces(mailboxes)))
    lines.append(header("Subject", text_pieces(content.subject)))
    return lines


def _thread(content: Content) -> list[bytes]:
    answered = message_ids([content.in_reply_to or ""])[:1]
    references = message_ids(content.references)
    lines = [header("In-Reply-To", answered)] if answered else []
    if references:
        lines.append(header("References", references))
    return lines


def _unsubscribe(unsubscribe: Unsubscribe | None) -> list[bytes]:
    if unsubscribe is None:
        return []
    addresses = [address for address in (unsubscribe.mailto, unsubscribe.https) if address]
    for address in addresses:
        if not _URI.fullmatch(address):
            raise Refused(
                "bad_unsubscribe", "The address for unsubscribing is neither a mailto: nor an https: one."
            )
    if not addresses:
        return []
    pieces = [f"<{address}>" + ("," if address is not addresses[-1] else "") for address in addresses]
    lines = [header("List-Unsubscribe", pieces)]
    if unsubscribe.https:
        lines.append(header("List-Unsubscribe-Post", ["List-Unsubscribe=One-Click"]))
    return lines
