"""The facts that the safety checks are handed: who the recipients are to us, and what lists say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, case, exists, func, select

from outtray.model.check_facts import AttachedBytes, Checked, Facts, Person
from outtray.model.check_settings import choices_of, operator_of
from outtray.model.clock import from_milliseconds, to_milliseconds
from outtray.model.draft import Draft, DraftStatus
from outtray.store.accounts import list_accounts
from outtray.store.contacts import contacts_of
from outtray.store.quotas import WEEK
from outtray.store.settings import all_settings
from outtray.store.suppressions import suppressed
from outtray.store.tables import (
    BlobTable,
    DeliveryRecipientTable,
    DraftRecipientTable,
    DraftTable,
    table_of,
)

_DRAFTS = table_of(DraftTable)
_DRAFT_RECIPIENTS = table_of(DraftRecipientTable)
_RECIPIENTS = table_of(DeliveryRecipientTable)
_BLOBS = table_of(BlobTable)
_AT_ONCE = 500
# The latest ones say who we write to; a desk that wrote to more knows more than a person remembers.
_LATEST = 1_000
_HEAD = 4_096
_TAIL = 16_384
_WAITING = (DraftStatus.PENDING.value, DraftStatus.SNOOZED.value)
_ON_THE_WAY = (DraftStatus.APPROVED.value, DraftStatus.UNCONFIRMED.value)


def read_facts(connection: Connection, address_keys: Iterable[str], now: datetime) -> Facts:
    """The facts about these people (`EmailAddress.key`), every draft to them counted as another one."""
    settings = all_settings(connection)
    return Facts(
        now=now,
        operator=operator_of(settings, frozenset(one.address for one in list_accounts(connection))),
        choices=choices_of(settings),
        people=_people(connection, list(dict.fromkeys(address_keys)), now),
        known_domains=_known_domains(connection),
        known_companies=_known_companies(connection),
        per_recipient_week=settings["sending.per_recipient_week"],
        adds_unsubscribe=settings["sending.list_unsubscribe"],
    )


def attached_bytes(connection: Connection, digests: Iterable[str]) -> dict[str, AttachedBytes]:
    """The beginnings and ends of attachments by their SHA-256."""
    wanted = list(dict.fromkeys(digests))
    found: dict[str, AttachedBytes] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        content, length = _BLOBS.c.content, func.length(_BLOBS.c.content)
        tail = case((length > _TAIL, length - _TAIL + 1), else_=1)
        query = select(
            _BLOBS.c.sha256,
            func.substr(content, 1, _HEAD).label("head"),
            func.substr(content, tail).label("tail"),
        ).where(_BLOBS.c.sha256.in_(wanted[start : start + _AT_ONCE]))
        found.update(
            (row.sha256, AttachedBytes(bytes(row.head), bytes(row.tail))) for row in connection.execute(query)
        )
    return found


def checked_draft(draft: Draft, attached: Mapping[str, AttachedBytes]) -> Checked:
    """A draft's current revision as the checks take it."""
    return Checked(
        content=draft.revision.content,
        source=draft.source,
        recipient_name=draft.recipient_name,
        company_name=draft.company_name,
        request=draft.request,
        written_at=draft.proposed.created_at,
        bytes=attached,
    )


def _people(connection: Connection, keys: Sequence[str], now: datetime) -> dict[str, Person]:
    contacts = contacts_of(connection, keys)
    never = suppressed(connection, keys)
    waiting = _drafts_to(connection, keys, _WAITING)
    on_the_way = _drafts_to(connection, keys, _ON_THE_WAY)
    reserved = _reserved(connection, keys, to_milliseconds(now - WEEK))
    people = {}
    for key in keys:
        contact = contacts.get(key)
        people[key] = Person(
            sent=contact.sent if contact else 0,
            last_sent_at=_instant(contact.last_sent_at if contact else None),
            last_replied_at=_instant(contact.last_replied_at if contact else None),
            suppressed=key in never,
            reserved=reserved.get(key, 0),
            waiting=waiting.get(key, 0),
            on_the_way=on_the_way.get(key, 0),
        )
    return people


def _instant(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else from_milliseconds(milliseconds)


def _drafts_to(connection: Connection, keys: Sequence[str], statuses: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for start in range(0, len(keys), _AT_ONCE):
        # Asked of each recipient's own drafts: as a join, SQLite would walk through all drafts in review.
        standing = exists().where(
            _DRAFTS.c.id == _DRAFT_RECIPIENTS.c.draft_id, _DRAFTS.c.status.in_(statuses)
        )
        query = (
            select(_DRAFT_RECIPIENTS.c.address_key, func.count())
            .where(_DRAFT_RECIPIENTS.c.address_key.in_(keys[start : start + _AT_ONCE]), standing)
            .group_by(_DRAFT_RECIPIENTS.c.address_key)
        )
        found.update(_pairs(connection, query))
    return found


def _reserved(connection: Connection, keys: Sequence[str], since: int) -> dict[str, int]:
    found: dict[str, int] = {}
    for start in range(0, len(keys), _AT_ONCE):
        query = (
            select(_RECIPIENTS.c.address_key, func.count())
            .where(
                _RECIPIENTS.c.address_key.in_(keys[start : start + _AT_ONCE]),
                _RECIPIENTS.c.counted_at > since,
            )
            .group_by(_RECIPIENTS.c.address_key)
        )
        found.update(_pairs(connection, query))
    return found


def _pairs(connection: Connection, query: Any) -> dict[str, int]:
    return {str(key): int(count) for key, count in connection.execute(query)}


def _known_domains(connection: Connection) -> frozenset[str]:
    query = (
        select(_RECIPIENTS.c.address_key)
        .where(_RECIPIENTS.c.counted_at.is_not(None))
        .order_by(_RECIPIENTS.c.delivery_id.desc())
        .limit(_LATEST)
    )
    return frozenset(key.rpartition("@")[2] for key in connection.execute(query).scalars())


def _known_companies(connection: Connection) -> frozenset[str]:
    latest = select(_DRAFTS.c.company_name).order_by(_DRAFTS.c.id.desc()).limit(_LATEST)
    names = connection.execute(latest).scalars()
    return frozenset(name for name in names if name and name.strip())
