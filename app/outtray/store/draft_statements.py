"""The statements of the window's reads, each fixed, each served by an index in its order."""

from __future__ import annotations

from dataclasses import dataclass

from outtray.model.draft_lists import DraftSort
from outtray.store.rows import DRAFT_COLUMNS, REVISION_COLUMNS

ROWS_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of an order that one index range holds.

    The statement takes the status, then what `values` names of the row before, then how many rows.
    `only_if_scored`: there is such a stretch only behind a row that has a score.
    """

    statement: str
    values: tuple[str, ...] = ()
    only_if_scored: bool = False


@dataclass(frozen=True, slots=True)
class Pages:
    """The stretches that follow each other from the beginning, and behind a given row."""

    first: tuple[Segment, ...]
    following: tuple[Segment, ...]


ROW = (
    "id, status, recipient, more_recipients, subject, snippet, source, sorted_at, attachments, worst, blocks,"
    " warns, infos, first_contact, edited, rule, priority, score"
)


def _page(condition: str, order: str) -> str:
    return f"SELECT {ROW} FROM drafts WHERE status = ?{condition} ORDER BY {order} LIMIT ?"  # noqa: S608


_BY_PRIORITY = "priority DESC, id"
_BY_SCORE = "score DESC, id"
_NEWEST = "sorted_at DESC, id DESC"
_OLDEST = "sorted_at, id"

# An index of two columns continues a pair in two ranges: what shares the first value comes first, then
# what lies behind it. Drafts without a score stand behind all others.
PAGES = {
    DraftSort.PRIORITY: Pages(
        (Segment(_page("", _BY_PRIORITY)),),
        (
            Segment(_page(" AND priority = ? AND id > ?", "id"), ("priority", "id")),
            Segment(_page(" AND priority < ?", _BY_PRIORITY), ("priority",)),
        ),
    ),
    DraftSort.NEWEST: Pages(
        (Segment(_page("", _NEWEST)),),
        (
            Segment(_page(" AND sorted_at = ? AND id < ?", "id DESC"), ("sorted_at", "id")),
            Segment(_page(" AND sorted_at < ?", _NEWEST), ("sorted_at",)),
        ),
    ),
    DraftSort.OLDEST: Pages(
        (Segment(_page("", _OLDEST)),),
        (
            Segment(_page(" AND sorted_at = ? AND id > ?", "id"), ("sorted_at", "id")),
            Segment(_page(" AND sorted_at > ?", _OLDEST), ("sorted_at",)),
        ),
    ),
    DraftSort.SCORE: Pages(
        (Segment(_page("", _BY_SCORE)),),
        (
            Segment(_page(" AND score IS ? AND id > ?", "id"), ("score", "id")),
            Segment(_page(" AND score < ?", _BY_SCORE), ("score",), only_if_scored=True),
            Segment(_page(" AND score IS NULL", "id"), (), only_if_scored=True),
        ),
    ),
}

# All ids of a status, with what they sort by; read from an index alone.
ORDERS = {
    DraftSort.PRIORITY: f"SELECT priority, id FROM drafts WHERE status = ? ORDER BY {_BY_PRIORITY}",  # noqa: S608
    DraftSort.NEWEST: f"SELECT sorted_at, id FROM drafts WHERE status = ? ORDER BY {_NEWEST}",  # noqa: S608
    DraftSort.OLDEST: f"SELECT sorted_at, id FROM drafts WHERE status = ? ORDER BY {_OLDEST}",  # noqa: S608
    DraftSort.SCORE: f"SELECT score, id FROM drafts WHERE status = ? ORDER BY {_BY_SCORE}",  # noqa: S608
}

ROWS = f"SELECT {ROW} FROM drafts WHERE id IN ({', '.join('?' * ROWS_AT_ONCE)})"  # noqa: S608
DRAFT = (
    f"SELECT {', '.join(f'd.{name}' for name in DRAFT_COLUMNS)}, p.request, p.context"  # noqa: S608
    " FROM drafts d LEFT JOIN proposals p ON p.draft_id = d.id WHERE d.id = ?"
)
REVISION = f"SELECT {', '.join(REVISION_COLUMNS)} FROM revisions WHERE id = ?"  # noqa: S608
FINDINGS = "SELECT data FROM draft_findings WHERE draft_id = ? ORDER BY position"
BLOB = "SELECT content FROM blobs WHERE sha256 = ?"
CONTACT = "SELECT sent, last_sent_at, last_replied_at FROM contacts WHERE address_key = ?"
HISTORY = (
    "SELECT d.id, d.status, d.subject, d.sorted_at FROM draft_recipients r JOIN drafts d ON d.id = r.draft_id"
    " WHERE r.address_key = ? AND r.draft_id <> ? ORDER BY r.draft_id DESC LIMIT ?"
)
RULES_SAY = (
    "SELECT decision, sentence, verdicts FROM rule_decisions WHERE draft_id = ? ORDER BY id DESC LIMIT 1"
)
FACT = "SELECT value FROM facts WHERE name = ?"
LATEST_OPERATION = (
    "SELECT id, kind, sentence, at FROM operations WHERE undone_at IS NULL ORDER BY id DESC LIMIT 1"
)
HAS_RULES = "SELECT 1 FROM sqlite_master WHERE name = 'rule_decisions'"
HAS_TABLES = "SELECT 1 FROM sqlite_master WHERE name = 'drafts_search'"

# Tables of a few rows each, whatever the number of drafts; they are read whole.
COUNTS = "SELECT name, value FROM counts"
SETTING_VALUES = "SELECT name, value FROM settings"
ACCOUNTS = (
    "SELECT address, kind, display_name, scopes, client_id, state, position, wait_for, wait_until,"
    " wait_reason, added_at, signed_in_at FROM accounts ORDER BY position, address"
)
