"""Which findings many drafts in review share, through the index of findings by code and fix."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, func, select

from outtray.model.draft import DraftStatus
from outtray.model.findings import Finding
from outtray.store.tables import DraftTable, FindingTable, table_of

_FINDINGS = table_of(FindingTable)
_DRAFTS = table_of(DraftTable)
_EXCERPT = _FINDINGS.c.data["excerpt"].as_string()


@dataclass(frozen=True, slots=True)
class Shared:
    """A finding that `drafts` drafts in review have; `sample` is the first one's.

    `fix_key` is None where no fix was computed; then the drafts have the same words (`sample.excerpt`).
    """

    code: str
    fix_key: str | None
    drafts: int
    sample: Finding


def shared_fixes(connection: Connection, codes: Collection[str]) -> list[Shared]:
    """Findings of these codes with a computed fix, alike where it is the same fix."""
    alike = (_FINDINGS.c.code, _FINDINGS.c.fix_key)
    query = (
        _in_review(select(*alike, func.count(func.distinct(_FINDINGS.c.draft_id)), func.min(_DRAFTS.c.id)))
        .where(_FINDINGS.c.code.in_(codes), _FINDINGS.c.fix_key.is_not(None))
        .group_by(*alike)
    )
    found = []
    for code, key, drafts, first in connection.execute(query).all():
        of_first = select(_FINDINGS.c.data).where(
            _FINDINGS.c.code == code, _FINDINGS.c.fix_key == key, _FINDINGS.c.draft_id == first
        )
        sample = Finding.from_json(connection.execute(of_first.limit(1)).scalar_one())
        found.append(Shared(code, key, drafts, sample))
    return found


def shared_words(connection: Connection, codes: Collection[str]) -> list[Shared]:
    """Findings of these codes without a fix, alike where they are about the same words."""
    query = (
        _in_review(
            select(
                _FINDINGS.c.code,
                _EXCERPT,
                func.count(func.distinct(_FINDINGS.c.draft_id)),
                func.min(_DRAFTS.c.id),
            )
        )
        .where(_FINDINGS.c.code.in_(codes), _FINDINGS.c.fix_key.is_(None))
        .group_by(_FINDINGS.c.code, _EXCERPT)
    )
    found = []
    for code, excerpt, drafts, first in connection.execute(query).all():
        of_first = select(_FINDINGS.c.data).where(_FINDINGS.c.code == code, _FINDINGS.c.draft_id == first)
        samples = [Finding.from_json(data) for data in connection.execute(of_first).scalars()]
        sample = next(one for one in samples if one.excerpt == excerpt and one.fix is None)
        found.append(Shared(code, None, drafts, sample))
    return found


def drafts_with(connection: Connection, code: str, fix_key: str | None) -> list[int]:
    """The drafts in review that have such a finding, oldest first; without a key those without a fix."""
    query = _having(select(_FINDINGS.c.draft_id).distinct(), code, fix_key)
    return list(connection.execute(query.order_by(_FINDINGS.c.draft_id)).scalars())


def drafts_sharing(connection: Connection, code: str, fix_key: str | None, most: int) -> int:
    """How many drafts in review have the same fix (or none), counted no further than `most`."""
    query = _having(select(_FINDINGS.c.draft_id).distinct(), code, fix_key)
    counted = select(func.count()).select_from(query.limit(most).subquery())
    return int(connection.execute(counted).scalar_one())


def _having(query: Select[Any], code: str, fix_key: str | None) -> Select[Any]:
    same = _FINDINGS.c.fix_key.is_(None) if fix_key is None else _FINDINGS.c.fix_key == fix_key
    return _in_review(query).where(_FINDINGS.c.code == code, same)


def _in_review(query: Select[Any]) -> Select[Any]:
    return query.join(_DRAFTS, _DRAFTS.c.id == _FINDINGS.c.draft_id).where(
        _DRAFTS.c.status == DraftStatus.PENDING.value
    )
