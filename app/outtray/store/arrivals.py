"""New drafts on their way into the tables: made ready one by one, written together as tuples.

Making ready (digests, JSON, words for the index) needs no database, so that it can be done before the
transaction. Tuples in the order of the columns cost a tenth of what SQLAlchemy spends on dictionaries; a
test holds them against the tables by reading back what went in.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from outtray.model.clock import to_milliseconds
from outtray.model.draft import AuthorKind, DraftStatus, Proposal
from outtray.model.events import Actor, ActorKind, Event, Personal
from outtray.model.findings import Finding
from outtray.store.blobs import put_blobs
from outtray.store.contacts import contacts_of
from outtray.store.dialects import sqlite, sqlite_search
from outtray.store.drafts import NAMED, finding_tuple, first_findings
from outtray.store.index_text import index_text
from outtray.store.rows import (
    clean,
    content_values,
    count_name,
    finding_counts,
    json_text,
    list_values,
    recipient_keys,
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


@dataclass(frozen=True, slots=True)
class Arrival:
    """A proposal made ready. `key` names it, `digest` says what it holds; tuples are parts of rows.

    `row` are the columns of `drafts` from `recipient` to `infos`, `said` those of `proposals` and
    `content` those of `revisions` from `token` on.
    """

    proposal: Proposal
    key: bytes
    digest: bytes
    source: str
    external_id: str | None
    row: tuple[Any, ...]
    worst: int
    said: tuple[Any, ...]
    content: tuple[Any, ...]
    findings: tuple[Finding, ...]
    words: str
    people: list[str]
    person: str


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
        events: list[Event] = []
        # Asked for each time: a revision of a known draft may have taken one in between.
        first_revision = sqlite.next_number(transaction.connection, "revisions")
        for revision, (number, one) in enumerate(new, first_revision):
            author = self._actor_name or one.source
            known = contacts.get(one.people[0])
            first_contact = known is None or not known.sent
            names = (number, _PENDING, one.source, one.external_id, one.key, one.digest, revision, revision)
            rest = (first_contact, False, *(None,) * 6, now, None, None, now)
            drafts.append((*names, *one.row, *rest))
            revisions.append((revision, number, 1, _MACHINE, author, now, *one.content))
            events.append(_proposed(number, one, author))
            transaction.count(count_name(one.worst), 1)
        transaction.count(f"status.{_PENDING}", len(new))
        put_blobs(transaction, (blob for _, one in new for blob in blobs_of(one.proposal)))
        transaction.insert_tuples(_DRAFTS, drafts)
        transaction.insert_tuples(_PROPOSALS, [(number, *one.said) for number, one in new])
        transaction.insert_tuples(_REVISIONS, revisions)
        transaction.insert_tuples(
            _FINDINGS,
            [
                finding_tuple(number, place, finding)
                for number, one in new
                for place, finding in enumerate(one.findings)
            ],
        )
        transaction.insert_tuples(
            _RECIPIENTS, [(person, number) for number, one in new for person in one.people]
        )
        sqlite_search.add_words(transaction.connection, [(number, one.words) for number, one in new])
        transaction.record(*events)
        many = len(new) > NAMED
        transaction.changed(
            drafts=frozenset() if many else frozenset(number for number, _ in new), many=many, added=len(new)
        )


def prepare(secret: bytes, proposals: Iterable[Proposal]) -> list[Arrival]:
    """Makes proposals ready to be taken in; `secret` is `proposals.idempotency_secret`."""
    return [_prepare(secret, proposal) for proposal in proposals]


def _prepare(secret: bytes, proposal: Proposal) -> Arrival:
    content = proposal.content
    values = content_values(content)
    source = clean(proposal.source) or "machine"
    external_id = clean(proposal.external_id)
    send_after = None if proposal.send_after is None else to_milliseconds(proposal.send_after)
    addresses = tuple(_list(values[name]) for name in ("to_addresses", "cc_addresses", "bcc_addresses"))
    reply_to = None if values["reply_to"] is None else json_text(values["reply_to"])
    context = json_text(proposal.context) if proposal.context else "{}"
    parts = (
        *addresses,
        reply_to,
        values["subject"],
        values["body_text"],
        values["body_html"],
        values["in_reply_to"],
        _list(values["reference_ids"]),
        values["thread_id"],
        _list(values["attachments"]),
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
    findings = tuple(first_findings(content, proposal.notes))
    counts = finding_counts(findings)
    shown = list_values(content)
    people = recipient_keys(content)
    return Arrival(
        proposal=proposal,
        key=hmac.digest(secret, source.encode() + b"\x00" + name, "sha256"),
        digest=hashlib.sha256(content_digest + _digest(beside)).digest(),
        source=source,
        external_id=external_id,
        row=(
            shown["recipient"],
            shown["more_recipients"],
            shown["subject"],
            shown["snippet"],
            clean(proposal.recipient_name),
            clean(proposal.company_name),
            proposal.priority,
            proposal.score,
            clean(proposal.account),
            send_after,
            shown["attachments"],
            counts["worst"],
            counts["blocks"],
            counts["warns"],
            counts["infos"],
        ),
        worst=counts["worst"],
        said=(
            clean(proposal.request),
            context,
            json_text(list(proposal.notes)) if proposal.notes else _NOTHING,
        ),
        content=(secrets.token_hex(16), *parts),
        findings=findings,
        words=words_of(proposal, source),
        people=people,
        person=person_of(proposal),
    )


def _digest(texts: Sequence[str | None]) -> bytes:
    """SHA-256 of texts, each with its length before it, so that no two lists of texts share one."""
    framed = "".join("-;" if text is None else f"{len(text)};{text}" for text in texts)
    return hashlib.sha256(framed.encode("utf-8", "surrogatepass")).digest()


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


def person_of(proposal: Proposal) -> str:
    """The first recipient's address, under which personal values of events about the draft stand."""
    people = proposal.content.recipients
    return (clean(people[0].address) or "") if people else ""


def blobs_of(proposal: Proposal) -> Iterable[tuple[str, bytes]]:
    """The bytes of a proposal's attachments by their SHA-256."""
    for info, attachment in zip(proposal.content.attachments, proposal.attachments, strict=True):
        yield info.sha256, attachment.content


def _proposed(number: int, arrival: Arrival, author: str) -> Event:
    return Event(
        Actor(ActorKind.MACHINE, author),
        "draft.proposed",
        "draft",
        str(number),
        details={"source": arrival.source, "revision": 1},
        personal=(Personal(arrival.person, "recipient", arrival.person),),
    )


def _list(values: Sequence[Any]) -> str:
    return json_text(values) if values else _NOTHING
