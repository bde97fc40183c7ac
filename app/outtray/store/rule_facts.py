"""The facts that rules are asked about, read for many drafts at once: as they are now, or as they were."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select

from outtray.model.delivery import DeliveryState
from outtray.model.findings import Rank
from outtray.model.mailboxes import address_key
from outtray.model.rule_facts import Facts, stated_domain
from outtray.store.contacts import Contact, contacts_of
from outtray.store.tables import (
    DeliveryRecipientTable,
    DeliveryTable,
    DraftTable,
    ProposalTable,
    RevisionTable,
    table_of,
)

_DRAFTS = table_of(DraftTable)
_PROPOSALS = table_of(ProposalTable)
_REVISIONS = table_of(RevisionTable)
_DELIVERIES = table_of(DeliveryTable)
_RECIPIENTS = table_of(DeliveryRecipientTable)
_AT_ONCE = 400
_DAY = 86_400_000
BY_HAND = "operator"


@dataclass(frozen=True, slots=True)
class Known:
    """The facts of a draft and the revision they are about; `edited`: that is the operator's.

    `reply_unknown`: a person has written since the instant asked for, and what was before is not kept.
    """

    facts: Facts
    revision_id: int
    edited: bool
    reply_unknown: bool


def facts_now(connection: Connection, ids: Sequence[int], now: int) -> dict[int, Known]:
    """The facts of drafts as they stand, at `now` (milliseconds)."""
    return _facts(connection, dict.fromkeys(ids, now), proposed=False)


def facts_then(connection: Connection, instants: Mapping[int, int]) -> dict[int, Known]:
    """The facts of drafts as they were at the given instants (milliseconds), of the machine's own text.

    What left to a person before is exact. Of replies only the last one is kept (`reply_unknown`), and
    findings are those of now.
    """
    return _facts(connection, instants, proposed=True)


def _facts(connection: Connection, instants: Mapping[int, int], *, proposed: bool) -> dict[int, Known]:
    found: dict[int, Known] = {}
    ids = list(instants)
    for start in range(0, len(ids), _AT_ONCE):
        rows = _rows(connection, ids[start : start + _AT_ONCE], proposed=proposed)
        people = {row["id"]: _people(row) for row in rows}
        keys = {key for some in people.values() for key in some}
        contacts = contacts_of(connection, keys)
        sent = _sent(connection, keys)
        for row in rows:
            known = _known(row, people[row["id"]], contacts, sent, instants[row["id"]], then=proposed)
            found[row["id"]] = known
    return found


def _rows(connection: Connection, ids: Sequence[int], *, proposed: bool) -> Sequence[Mapping[str, Any]]:
    revision = _DRAFTS.c.proposed_revision_id if proposed else _DRAFTS.c.revision_id
    query = (
        select(
            _DRAFTS.c.id,
            _DRAFTS.c.source,
            _DRAFTS.c.account,
            _DRAFTS.c.score,
            _DRAFTS.c.worst,
            _DRAFTS.c.blocks,
            _DRAFTS.c.edited,
            _PROPOSALS.c.context,
            _REVISIONS.c.id.label("revision"),
            _REVISIONS.c.to_addresses,
            _REVISIONS.c.cc_addresses,
            _REVISIONS.c.bcc_addresses,
            func.length(_REVISIONS.c.body_text).label("characters"),
        )
        .join(_REVISIONS, _REVISIONS.c.id == revision)
        .outerjoin(_PROPOSALS, _PROPOSALS.c.draft_id == _DRAFTS.c.id)
        .where(_DRAFTS.c.id.in_(ids))
    )
    return [dict(row) for row in connection.execute(query).mappings()]


def _people(row: Mapping[str, Any]) -> tuple[str, ...]:
    pairs = [*row["to_addresses"], *row["cc_addresses"], *row["bcc_addresses"]]
    return tuple(dict.fromkeys(address_key(address) for _, address in pairs))


def _sent(connection: Connection, keys: Iterable[str]) -> dict[str, list[tuple[int, bool]]]:
    """What left to each person: when (milliseconds), and whether it was approved by hand and got there."""
    found: dict[str, list[tuple[int, bool]]] = {}
    wanted = list(keys)
    for start in range(0, len(wanted), _AT_ONCE):
        query = (
            select(
                _RECIPIENTS.c.address_key,
                _DELIVERIES.c.sent_at,
                _DELIVERIES.c.approved_by,
                _DELIVERIES.c.bounced_at,
            )
            .join(_DELIVERIES, _DELIVERIES.c.id == _RECIPIENTS.c.delivery_id)
            .where(
                _RECIPIENTS.c.address_key.in_(wanted[start : start + _AT_ONCE]),
                _DELIVERIES.c.state == DeliveryState.SENT.value,
            )
        )
        for key, at, by, bounced in connection.execute(query):
            found.setdefault(key, []).append((at or 0, by == BY_HAND and bounced is None))
    return found


def _known(
    row: Mapping[str, Any],
    people: tuple[str, ...],
    contacts: Mapping[str, Contact],
    sent: Mapping[str, list[tuple[int, bool]]],
    at: int,
    *,
    then: bool,
) -> Known:
    replies = [_reply(contacts.get(key)) for key in people]
    known = [reply for reply in replies if reply is not None and reply <= at]
    by_hand = [sum(good and when <= at for when, good in sent.get(key, ())) for key in people]
    if then:
        firsts = [not any(when <= at for when, _ in sent.get(key, ())) for key in people]
    else:
        firsts = [_never(contacts.get(key)) for key in people]
    facts = Facts(
        source=row["source"],
        account=None if row["account"] is None else row["account"].lower(),
        recipients=people,
        score=row["score"],
        worst=Rank(row["worst"]),
        blocks=row["blocks"],
        characters=row["characters"],
        first_contact=any(firsts),
        stated_domain=stated_domain(row["context"] or {}),
        replied_days=(at - min(known)) / _DAY if known and len(known) == len(people) else None,
        sends=min(by_hand, default=0),
    )
    later = any(reply is not None and reply > at for reply in replies)
    return Known(facts, row["revision"], bool(row["edited"]) and not then, later)


def _reply(contact: Contact | None) -> int | None:
    return None if contact is None else contact.last_replied_at


def _never(contact: Contact | None) -> bool:
    return contact is None or not contact.sent
