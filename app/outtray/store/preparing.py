"""Proposals made ready for the store: keys and digests, JSON, words for the index, parts of rows.

None of it needs a database, nor SQLAlchemy: it can be done before a transaction begins, and in another
process. What comes out is of plain values alone, so that it can go from one process to another.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from outtray.model.clock import to_milliseconds
from outtray.model.draft import Content, Proposal
from outtray.model.mailboxes import EmailAddress
from outtray.store.index_text import index_text
from outtray.store.rows import (
    REVISION_COLUMNS,
    REVISION_JSON,
    clean,
    content_from,
    content_values,
    finding_counts,
    finding_tuple,
    first_findings,
    json_text,
    recipient_keys,
    snippet,
)

_NOTHING = "[]"
_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), default=str).encode
_COMPACT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_quote = json.encoder.encode_basestring
# The columns that `Arrival.content` fills.
_CONTENT = REVISION_COLUMNS[REVISION_COLUMNS.index("to_addresses") :]


class Arrival(NamedTuple):
    """A proposal made ready. `key` names it, `digest` says what it holds; tuples are parts of rows.

    `row` are the columns of `drafts` from `recipient` to `infos`, `said` those of `proposals`, `content`
    those of `revisions` from `to_addresses` on, and `findings` those of `draft_findings` from `code` on.
    """

    key: bytes
    digest: bytes
    source: str
    external_id: str | None
    row: tuple[Any, ...]
    worst: int
    said: tuple[str | None, str, str]
    content: tuple[Any, ...]
    findings: tuple[tuple[Any, ...], ...]
    words: str
    people: tuple[str, ...]
    person: str
    blobs: tuple[tuple[str, bytes], ...]

    def message(self) -> Content:
        """The content, as it was handed in."""
        values = dict(zip(_CONTENT, self.content, strict=True))
        for name in REVISION_JSON:
            values[name] = None if values[name] is None else json.loads(values[name])
        return content_from(values)


def prepare(secret: bytes, proposal: Proposal) -> Arrival:
    """Makes a proposal ready to be taken in; `secret` is `proposals.idempotency_secret`."""
    try:
        return _made_ready(secret, proposal)
    except UnicodeEncodeError:
        # Half of a character somewhere. Looking for one in each text of each draft would take longer.
        return _made_ready(secret, _well_formed(proposal))


def _made_ready(secret: bytes, proposal: Proposal) -> Arrival:
    """The arrival; raises UnicodeEncodeError where a text is one that no database can hold."""
    content = proposal.content
    source, external_id = proposal.source or "machine", proposal.external_id
    send_after = None if proposal.send_after is None else to_milliseconds(proposal.send_after)
    recipients = content.recipients
    parts = (
        _mailboxes(content.to),
        _mailboxes(content.cc),
        _mailboxes(content.bcc),
        None if content.reply_to is None else _mailbox(content.reply_to),
        content.subject,
        content.body_text,
        content.body_html,
        content.in_reply_to,
        _storable(_COMPACT(content.references)) if content.references else _NOTHING,
        content.thread_id,
        _storable(_COMPACT(content_values(content)["attachments"])) if content.attachments else _NOTHING,
    )
    content_digest = _digest(parts)
    beside = (
        proposal.recipient_name,
        proposal.company_name,
        proposal.request,
        str(proposal.priority),
        repr(proposal.score),
        str(send_after),
        proposal.account,
        _CANONICAL(proposal.context) if proposal.context else "",
    )
    name = b"content\x00" + content_digest if external_id is None else b"id\x00" + external_id.encode()
    findings = first_findings(content, proposal.notes)
    counts = finding_counts(findings)
    first = recipients[0] if recipients else EmailAddress("")
    return Arrival(
        key=hmac.digest(secret, source.encode() + b"\x00" + name, "sha256"),
        digest=hashlib.sha256(content_digest + _digest(beside)).digest(),
        source=source,
        external_id=external_id,
        row=(
            first.display_name or first.address,
            max(len(recipients) - 1, 0),
            content.subject,
            snippet(content),
            proposal.recipient_name,
            proposal.company_name,
            proposal.priority,
            proposal.score,
            proposal.account,
            send_after,
            len(content.attachments),
            counts["worst"],
            counts["blocks"],
            counts["warns"],
            counts["infos"],
        ),
        worst=counts["worst"],
        said=(
            proposal.request,
            _storable(_COMPACT(proposal.context)) if proposal.context else "{}",
            _storable(_COMPACT(proposal.notes)) if proposal.notes else _NOTHING,
        ),
        content=parts,
        findings=tuple(finding_tuple(0, 0, finding)[2:] for finding in findings),
        words=words_of(proposal, source),
        people=tuple(recipient_keys(content)),
        person=first.address,
        blobs=tuple(blobs_of(proposal)) if proposal.attachments else (),
    )


def _well_formed(proposal: Proposal) -> Proposal:
    """The proposal with each half of a character replaced."""
    values = content_values(proposal.content)
    return replace(
        proposal,
        source=clean(proposal.source) or "",
        external_id=clean(proposal.external_id),
        content=content_from(values),
        recipient_name=clean(proposal.recipient_name),
        company_name=clean(proposal.company_name),
        request=clean(proposal.request),
        account=clean(proposal.account),
        context=json.loads(json_text(proposal.context)),
        notes=tuple(clean(note) or "" for note in proposal.notes),
    )


def _mailboxes(people: Sequence[EmailAddress]) -> str:
    if not people:
        return _NOTHING
    return f"[{','.join([_mailbox(person) for person in people])}]"


def _mailbox(person: EmailAddress) -> str:
    return f"[{_quote(person.display_name)},{_quote(person.address)}]"


def _storable(text: str) -> str:
    """The text; raises UnicodeEncodeError where no database can hold it."""
    if not text.isascii():
        text.encode()
    return text


def _digest(texts: Sequence[str | None]) -> bytes:
    """SHA-256 of texts, each with its length before it, so that no two lists of texts share one."""
    framed = "".join(["-;" if text is None else f"{len(text)};{text}" for text in texts])
    return hashlib.sha256(framed.encode()).digest()


def words_of(proposal: Proposal, source: str) -> str:
    """The words of a proposal as the search index takes them, under the name that its source is stored by."""
    return index_text(
        proposal.content,
        source=source,
        recipient_name=proposal.recipient_name,
        company_name=proposal.company_name,
        request=proposal.request,
        context=proposal.context,
    )


def blobs_of(proposal: Proposal) -> Iterable[tuple[str, bytes]]:
    """The bytes of a proposal's attachments by their SHA-256."""
    for info, attachment in zip(proposal.content.attachments, proposal.attachments, strict=True):
        yield info.sha256, attachment.content
