"""Search over all that a draft holds: newest first, as the person types.

Words go through the full-text index, in windows from the newest drafts back, so that a frequent word is
found at once however many drafts there are. What the index can't answer (phrases, one field's words) is
compared with the texts of those that it found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from sqlalchemy import ColumnElement, Connection, func, select

from outtray.model.operator_time import operator_zone
from outtray.store.dialects import sqlite_search
from outtray.store.drafts import get_drafts
from outtray.store.index_text import is_unspaced
from outtray.store.search_conditions import row_conditions, rows_that_match, text_matches
from outtray.store.search_query import Query, parse
from outtray.store.settings import get_setting
from outtray.store.tables import DraftTable, table_of

_DRAFTS = table_of(DraftTable)
_WINDOWS = (50_000, 200_000)
_FEWEST, _MOST = 200, 5_000
_TEXTS_AT_ONCE = 50


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
    for ids in _candidates(connection, asked, statuses):
        kept = rows_that_match(connection, ids, asked, statuses)
        if not asked.needs_texts:
            yield from kept
            continue
        for start in range(0, len(kept), _TEXTS_AT_ONCE):
            drafts = get_drafts(connection, kept[start : start + _TEXTS_AT_ONCE])
            yield from (draft.id for draft in drafts if text_matches(draft, asked))


def _candidates(connection: Connection, asked: Query, statuses: tuple[str, ...]) -> Iterator[list[int]]:
    """Drafts that the index lets through, newest first, a batch at a time."""
    newest = connection.execute(select(func.max(_DRAFTS.c.id))).scalar()
    high = int(newest or 0)
    words, prefixes = _terms(asked)
    # The index gathers all words of a long beginning before it looks at any number, so that a window
    # spares nothing and the next one pays again.
    gathers = any(len(prefix) > sqlite_search.INDEXED_PREFIX for prefix in prefixes)
    windows = () if gathers else _WINDOWS
    edges = [max(high - window + 1, 1) for window in windows if window < high] + [1]
    conditions = row_conditions(asked, statuses)
    for low in edges:
        size = _FEWEST
        while high >= low:
            if words or prefixes:
                ids = sqlite_search.find(connection, words, prefixes, asked.excluded, low, high, size)
                kept = ids
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
