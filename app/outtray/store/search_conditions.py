"""What a query asks of a draft besides the words that the full-text index knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, exists, select, text

from outtray.model.draft import Draft
from outtray.store.index_text import is_unspaced, pieces_of, plain_words
from outtray.store.search_query import FieldWords, Query
from outtray.store.tables import DraftTable, FindingTable, table_of

_DRAFTS = table_of(DraftTable)
_FINDINGS = table_of(FindingTable)
_HAS = {"attachment": "attachments", "block": "blocks", "warn": "warns"}
_ROW = [
    _DRAFTS.c[name]
    for name in (
        "id",
        "status",
        "attachments",
        "blocks",
        "warns",
        "created_at",
        "subject",
        "source",
        "account",
    )
]
_AT_ONCE = 500


def row_conditions(asked: Query, statuses: Sequence[str]) -> list[ColumnElement[bool]]:
    """What a draft's row has to say, for a search that knows no words to begin with."""
    made: list[ColumnElement[bool]] = [
        _DRAFTS.c.status.in_(sorted(wanted))
        for wanted in (statuses or None, asked.statuses)
        if wanted is not None
    ]
    for name, present in asked.has.items():
        column = _DRAFTS.c[_HAS[name]]
        made.append(column > 0 if present else column == 0)
        if present and name != "attachment":
            # Word for word what the index of drafts with findings holds.
            made.append(text("worst > 1"))  # type: ignore[arg-type]
    for code, present in asked.findings.items():
        there = exists().where(
            _FINDINGS.c.draft_id == _DRAFTS.c.id, _FINDINGS.c.code.startswith(code, autoescape=True)
        )
        made.append(there if present else ~there)
    if asked.after is not None:
        made.append(_DRAFTS.c.created_at >= asked.after)
    if asked.before is not None:
        made.append(_DRAFTS.c.created_at < asked.before)
    return made


def rows_that_match(
    connection: Connection, ids: list[int], asked: Query, statuses: Sequence[str]
) -> list[int]:
    """Those of these drafts that are still there and whose rows say what they have to.

    They are read by their numbers alone: with a condition on the status beside it, SQLite would rather
    walk through all drafts of that status.
    """
    kept: set[int] = set()
    for start in range(0, len(ids), _AT_ONCE):
        part = ids[start : start + _AT_ONCE]
        rows = connection.execute(select(*_ROW).where(_DRAFTS.c.id.in_(part))).mappings()
        found = [row["id"] for row in rows if _row_matches(dict(row), asked, statuses)]
        kept.update(_with_findings(connection, found, asked.findings))
    return [number for number in ids if number in kept]


def text_matches(draft: Draft, asked: Query) -> bool:
    """Whether the draft has the phrases that are wanted and none that are not, and goes to whom it should."""
    if asked.phrases or asked.excluded_phrases:
        texts = [plain_words(piece) for piece in pieces_of(draft)]
        if not all(_has_phrase(texts, phrase) for phrase in asked.phrases):
            return False
        if any(_has_phrase(texts, phrase) for phrase in asked.excluded_phrases):
            return False
    return all(
        _field_matches(_people(draft), condition) for condition in asked.fields if condition.field == "to"
    )


def _row_matches(row: Mapping[str, Any], asked: Query, statuses: Sequence[str]) -> bool:
    if (statuses and row["status"] not in statuses) or (
        asked.statuses is not None and row["status"] not in asked.statuses
    ):
        return False
    if any((row[_HAS[name]] > 0) != present for name, present in asked.has.items()):
        return False
    if asked.after is not None and row["created_at"] < asked.after:
        return False
    if asked.before is not None and row["created_at"] >= asked.before:
        return False
    fields = {"subject": [row["subject"]], "from": [row["source"], row["account"] or ""]}
    return all(
        _field_matches(fields[condition.field], condition)
        for condition in asked.fields
        if condition.field in fields
    )


def _with_findings(connection: Connection, ids: list[int], findings: Mapping[str, bool]) -> set[int]:
    kept = set(ids)
    for code, present in findings.items():
        having = set(
            connection.execute(
                select(_FINDINGS.c.draft_id).where(
                    _FINDINGS.c.draft_id.in_(sorted(kept)), _FINDINGS.c.code.startswith(code, autoescape=True)
                )
            ).scalars()
        )
        kept = kept & having if present else kept - having
    return kept


def _has_phrase(texts: list[str], phrase: str) -> bool:
    wanted = plain_words(phrase)
    begins = "" if is_unspaced(wanted[:1]) else " "
    ends = "" if is_unspaced(wanted[-1:]) else " "
    return any(f"{begins}{wanted}{ends}" in f" {text} " for text in texts)


def _people(draft: Draft) -> list[str]:
    people = draft.revision.content.recipients
    pieces = [part for person in people for part in (person.display_name, person.address)]
    return [*pieces, draft.recipient_name or ""]


def _field_matches(pieces: list[str], condition: FieldWords) -> bool:
    text = f" {' '.join(plain_words(piece) for piece in pieces)} "
    *whole, last = condition.words
    there = all(_there(text, word, whole=True) for word in whole) and _there(text, last, whole=False)
    return there == condition.wanted


def _there(text: str, word: str, *, whole: bool) -> bool:
    if is_unspaced(word):
        return word in text
    return f" {word} " in text if whole else f" {word}" in text
