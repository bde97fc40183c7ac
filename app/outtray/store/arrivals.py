"""New drafts on their way into the tables: made ready one by one, written together as tuples.

Making ready (digests, JSON, words for the index) needs no database, so that it can be done before the
transaction, and in another process. Tuples in the order of the columns cost a tenth of what SQLAlchemy
spends on dictionaries; a test holds them against the tables by reading back what went in.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from outtray.model.clock import to_milliseconds
from outtray.model.draft import AuthorKind, Content, DraftStatus, Proposal
from outtray.model.events import Actor, ActorKind, Event, Personal
from outtray.model.mailboxes import EmailAddress
from outtray.store.blobs import put_blobs
from outtray.store.contacts import contacts_of
from outtray.store.dialects import sqlite, sqlite_search
from outtray.store.drafts import NAMED, finding_tuple, first_findings
from outtray.store.index_text import index_text
from outtray.store.rows import (
    REVISION_COLUMNS,
    REVISION_JSON,
    clean,
    content_from,
    content_values,
    count_name,
    finding_counts,
    json_text,
    recipient_keys,
    snippet,
)
from outtray.store.tables import (
    DraftRecipientTable,
    DraftTable,
    FindingTable,
    ProposalTable,
    RevisionTable,
    table_of,
)
from outtray.store.transaction import Transaction

_DRAFTS = table_of(DraftTable)
_PROPOSALS = table_of(ProposalTable)
_REVISIONS = table_of(RevisionTable)
_FINDINGS = table_of(FindingTable)
_RECIPIENTS = table_of(DraftRecipientTable)
_NOTHING = "[]"
_PENDING = DraftStatus.PENDING.value
_MACHINE = AuthorKind.MACHINE.value
_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), default=str).encode
_COMPACT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_quote = json.encoder.encode_basestring
# The columns that `Arrival.content` fills.
_CONTENT = REVISION_COLUMNS[REVISION_COLUMNS.index("to_addresses") :]
_TOKEN_BYTES = 16


class Arrival(NamedTuple):
    """A proposal made ready. `key` names it, `digest` says what it holds; tuples are parts of rows.

    `row` are the columns of `drafts` from `recipient` to `infos`, `said` those of `proposals`, `content`
    those of `revisions` from `to_addresses` on, and `findings` those of `draft_findings` from `code` on.
    Of plain values alone, so that it can go from one process to another.
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


class Arrivals:
    """Gathers new drafts of one transaction and writes them together."""

    def __init__(self, transaction: Transaction, actor_name: str | None) -> None:
        """`actor_name` is who hands them in, where that is not each one's source."""
        self._transaction = transaction
        self._actor_name = clean(actor_name)
        self._next_draft = sqlite.next_number(transaction.connection, "drafts")
        self._new: list[tuple[int, Arrival]] = []

    def add(self, arrival: Arrival) -> int:
        """The number that the draft has from now on."""
        number = self._next_draft
        self._next_draft += 1
        self._new.append((number, arrival))
        return number

    def write(self) -> None:
        """Writes what was gathered since the last time, with an audit event a draft."""
        new, self._new = self._new, []
        if not new:
            return
        transaction = self._transaction
        now = transaction.now_ms
        contacts = contacts_of(transaction.connection, (one.people[0] for _, one in new))
        drafts: list[tuple[Any, ...]] = []
        revisions: list[tuple[Any, ...]] = []
        # Asked for each time: a revision of a known draft may have taken one in between.
        first_revision = sqlite.next_number(transaction.connection, "revisions")
        tokens = iter(_tokens(len(new)))
        nothing_yet = (None,) * 6
        for revision, (number, one) in enumerate(new, first_revision):
            known = contacts.get(one.people[0])
            first_contact = known is None or not known.sent
            names = (number, _PENDING, one.source, one.external_id, one.key, one.digest, revision, revision)
            drafts.append((*names, *one.row, first_contact, False, *nothing_yet, now, None, None, now))
            author = self._actor_name or one.source
            revisions.append((revision, number, 1, _MACHINE, author, now, next(tokens), *one.content))
        for worst, count in Counter(one.worst for _, one in new).items():
            transaction.count(count_name(worst), count)
        transaction.count(f"status.{_PENDING}", len(new))
        put_blobs(transaction, (blob for _, one in new for blob in one.blobs))
        transaction.insert_tuples(_DRAFTS, drafts)
        transaction.insert_tuples(_PROPOSALS, [(number, *one.said) for number, one in new])
        transaction.insert_tuples(_REVISIONS, revisions)
        transaction.insert_tuples(
            _FINDINGS,
            [
                (number, place, *finding)
                for number, one in new
                for place, finding in enumerate(one.findings)
            ],
        )
        transaction.insert_tuples(
            _RECIPIENTS, [(person, number) for number, one in new for person in one.people]
        )
        sqlite_search.add_words(transaction.connection, [(number, one.words) for number, one in new])
        transaction.record(*self._events(new))
        many = len(new) > NAMED
        transaction.changed(
            drafts=frozenset() if many else frozenset(number for number, _ in new), many=many, added=len(new)
        )

    def _events(self, new: Sequence[tuple[int, Arrival]]) -> list[Event]:
        events: list[Event] = []
        # Most drafts of a file are of one source.
        shared: dict[str, tuple[Actor, dict[str, Any]]] = {}
        for number, one in new:
            if one.source not in shared:
                actor = Actor(ActorKind.MACHINE, self._actor_name or one.source)
                shared[one.source] = actor, {"source": one.source, "revision": 1}
            actor, details = shared[one.source]
            personal = (Personal(one.person, "recipient", one.person),)
            events.append(Event(actor, "draft.proposed", "draft", str(number), "done", details, personal))
        return events


def _tokens(count: int) -> list[str]:
    """As many random tokens, for one question to the system."""
    digits = secrets.token_hex(_TOKEN_BYTES * count)
    size = 2 * _TOKEN_BYTES
    return [digits[start : start + size] for start in range(0, count * size, size)]


def prepare(secret: bytes, proposals: Iterable[Proposal]) -> list[Arrival]:
    """Makes proposals ready to be taken in; `secret` is `proposals.idempotency_secret`."""
    return [_prepare(secret, proposal) for proposal in proposals]


def _prepare(secret: bytes, proposal: Proposal) -> Arrival:
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
