"""Search over all that a draft holds: newest first, as the person types.

Words go through the full-text index, in windows from the newest drafts back, so that a frequent word is
found at once however many drafts there are. What the index can't answer (phrases, one field's words) is
compared with the texts of those that it found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, exists, func, select

from outtray.model.draft import Draft
from outtray.model.operator_time import operator_zone
from outtray.store.dialects import sqlite_search
from outtray.store.drafts import get_drafts
from outtray.store.index_text import is_unspaced, pieces_of, plain_words
from outtray.store.search_query import FieldWords, Query, parse
from outtray.store.settings import get_setting
from outtray.store.tables import DraftTable, FindingTable, table_of

_DRAFTS = table_of(DraftTable)
_FINDINGS = table_of(FindingTable)
_WINDOWS = (50_000, 200_000)
_FEWEST, _MOST = 200, 5_000
_TEXTS_AT_ONCE = 50
_AT_ONCE = 500


def search(
    connection: Connection,
    query: str,
    statuses: Sequence[str] = (),
    limit: int = 200,
    cancelled: Callable[[], bool] | None = None,
) -> list[int]:
    """Numbers of drafts that match, newest first, at most `limit`; of these statuses where any are named.

    The last word is taken as a beginning unless a space follows it. Empty where nothing is asked for, and
    where `cancelled` said that nobody waits any more.
    """
    asked = parse(query, operator_zone(get_setting(connection, "operator.time_zone")))
    if asked.empty:
        return []
    found: list[int] = []
    try:
        with sqlite_search.interruptible(connection, cancelled):
            for number in _matching(connection, asked, tuple(statuses)):
                found.append(number)
                if len(found) >= limit:
                    break
    except sqlite_search.SearchCancelledError:
        return []
    return [] if cancelled is not None and cancelled() else found


def _matching(connection: Connection, asked: Query, statuses: tuple[str, ...]) -> Iterator[int]:
    conditions = _conditions(asked, statuses)
    for ids in _candidates(connection, asked, conditions):
        if asked.only_rows:
            yield from ids
            continue
        for start in range(0, len(ids), _TEXTS_AT_ONCE):
            drafts = get_drafts(connection, ids[start : start + _TEXTS_AT_ONCE])
            yield from (draft.id for draft in drafts if _text_matches(draft, asked))


def _candidates(
    connection: Connection, asked: Query, conditions: list[ColumnElement[bool]]
) -> Iterator[list[int]]:
    """Drafts that the index and their rows let through, newest first, a batch at a time."""
    newest = connection.execute(select(func.max(_DRAFTS.c.id))).scalar()
    high = int(newest or 0)
    edges = [max(high - window + 1, 1) for window in _WINDOWS if window < high] + [1]
    words, prefixes = _terms(asked)
    for low in edges:
        size = _FEWEST
        while high >= low:
            if words or prefixes:
                ids = sqlite_search.find(connection, words, prefixes, asked.excluded, low, high, size)
                kept = _rows_match(connection, ids, conditions)
            else:
                ids = _by_row(connection, conditions, low, high, size)
                kept = _without(connection, ids, asked.excluded)
            yield kept
            if len(ids) < size:
                break
            high = ids[-1] - 1
            size = min(size * 4, _MOST)
        high = low - 1


def _terms(asked: Query) -> tuple[list[str], list[str]]:
    """The words and beginnings of words that the index has to know of a draft."""
    words = list(asked.words)
    prefixes = [] if asked.prefix is None else [asked.prefix]
    for condition in asked.fields:
        if condition.wanted:
            words += condition.words[:-1]
            last = condition.words[-1]
            if is_unspaced(last):
                words.append(last)
            elif len(last) > 1:
                prefixes.append(last)
    return list(dict.fromkeys(words)), list(dict.fromkeys(prefixes))


def _conditions(asked: Query, statuses: tuple[str, ...]) -> list[ColumnElement[bool]]:
    """What a draft's row has to say."""
    columns: dict[str, Any] = {
        "attachment": _DRAFTS.c.attachments,
        "block": _DRAFTS.c.blocks,
        "warn": _DRAFTS.c.warns,
    }
    made: list[ColumnElement[bool]] = [
        _DRAFTS.c.status.in_(sorted(wanted))
        for wanted in (statuses or None, asked.statuses)
        if wanted is not None
    ]
    for name, present in asked.has.items():
        made.append(columns[name] > 0 if present else columns[name] == 0)
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


def _rows_match(connection: Connection, ids: list[int], conditions: list[ColumnElement[bool]]) -> list[int]:
    """Those whose rows are still there and say what they have to."""
    kept: set[int] = set()
    for start in range(0, len(ids), _AT_ONCE):
        part = ids[start : start + _AT_ONCE]
        kept.update(
            connection.execute(select(_DRAFTS.c.id).where(_DRAFTS.c.id.in_(part), *conditions)).scalars()
        )
    return [number for number in ids if number in kept]


def _by_row(
    connection: Connection, conditions: list[ColumnElement[bool]], low: int, high: int, limit: int
) -> list[int]:
    query = (
        select(_DRAFTS.c.id)
        .where(_DRAFTS.c.id.between(low, high), *conditions)
        .order_by(_DRAFTS.c.id.desc())
        .limit(limit)
    )
    return list(connection.execute(query).scalars())


def _without(connection: Connection, ids: list[int], excluded: Sequence[str]) -> list[int]:
    """Those that have none of these words."""
    for word in excluded:
        if ids:
            having = set(
                sqlite_search.find(connection, [word], (), (), ids[-1], ids[0], ids[0] - ids[-1] + 1)
            )
            ids = [number for number in ids if number not in having]
    return ids


def _text_matches(draft: Draft, asked: Query) -> bool:
    if asked.phrases or asked.excluded_phrases:
        texts = [plain_words(piece) for piece in pieces_of(draft)]
        if not all(_has_phrase(texts, phrase) for phrase in asked.phrases):
            return False
        if any(_has_phrase(texts, phrase) for phrase in asked.excluded_phrases):
            return False
    return all(_field_matches(draft, condition) == condition.wanted for condition in asked.fields)


def _has_phrase(texts: list[str], phrase: str) -> bool:
    wanted = plain_words(phrase)
    begins = "" if is_unspaced(wanted[:1]) else " "
    ends = "" if is_unspaced(wanted[-1:]) else " "
    return any(f"{begins}{wanted}{ends}" in f" {text} " for text in texts)


def _field_matches(draft: Draft, condition: FieldWords) -> bool:
    content = draft.revision.content
    if condition.field == "subject":
        pieces = [content.subject]
    elif condition.field == "from":
        pieces = [draft.source, draft.account or ""]
    else:
        pieces = [part for person in content.recipients for part in (person.display_name, person.address)]
        pieces.append(draft.recipient_name or "")
    text = f" {' '.join(plain_words(piece) for piece in pieces)} "
    *whole, last = condition.words
    return all(_there(text, word, whole=True) for word in whole) and _there(text, last, whole=False)


def _there(text: str, word: str, *, whole: bool) -> bool:
    if is_unspaced(word):
        return word in text
    return f" {word} " in text if whole else f" {word}" in text
