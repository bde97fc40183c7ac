"""Profiles full of drafts, made by SQL in seconds, for benchmarks of the window."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from outtray.accounts.practice import add_practice_account
from outtray.opening import open_desk
from tests.fakes.clock import START, FakeClock
from tests.fakes.desks import MemorySecrets

_NUMBERS = "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < :count)"
_DRAFTS = f"""{_NUMBERS}
    INSERT INTO drafts (
        id, status, source, external_id, idempotency_key, proposal_digest, revision_id,
        proposed_revision_id, recipient, more_recipients, subject, snippet, recipient_name, company_name,
        priority, score, attachments, worst, blocks, warns, infos, first_contact, edited, created_at,
        sorted_at
    )
    SELECT i, 'pending', 'source-' || i % 7, 'lead-' || i, CAST(printf('%032d', i) AS BLOB), zeroblob(32), i,
        i, 'Person ' || i, i % 11 = 0, 'About question number ' || i, 'Thank you for asking about it.',
        'Person ' || i, 'Company ' || i % 900,
        i % 100, (i % 1000) / 1000.0, i % 5 = 0, 0, 0, 0, 0, i % 3 = 0, 0, :now - i * 1000, :now - i * 1000
    FROM n"""
_PROPOSALS = f"""{_NUMBERS}
    INSERT INTO proposals (draft_id, request, context, notes)
    SELECT i, 'Could you tell me about number ' || i || '?', '{{}}', '[]' FROM n"""
_PARAGRAPH = "A sentence of a letter that somebody has to read to its end. " * 3
_BODY = f"Hello,\n\n{_PARAGRAPH}\n\n{_PARAGRAPH}\n\nKind regards,\nMara\n"
_REVISIONS = f"""{_NUMBERS}
    INSERT INTO revisions (
        id, draft_id, number, author, author_name, created_at, token, to_addresses, cc_addresses,
        bcc_addresses, subject, body_text, reference_ids, attachments
    )
    SELECT i, i, 1, 'machine', 'source-' || i % 7, :now - i * 1000, printf('%032x', i),
        json_array(json_array('Person ' || i, 'person' || i || '@example.com')), '[]',
        '[]', 'About question number ' || i, :body, '[]', '[]'
    FROM n"""
_RECIPIENTS = f"""{_NUMBERS}
    INSERT INTO draft_recipients (address_key, draft_id)
    SELECT 'person' || i || '@example.com', i FROM n"""
_COUNTS = "INSERT INTO counts (name, value) VALUES ('status.pending', :count), ('pending.clean', :count)"


def make_profile(folder: Path, count: int) -> Path:
    """A practice profile in `folder` with its account and `count` drafts in review; the folder.

    Not in the search index: nothing that is measured with it searches.
    """
    desk = open_desk(folder, practice=True, clock=FakeClock(), secret_store=MemorySecrets())
    add_practice_account(desk)
    desk.close()
    connection = sqlite3.connect(desk.profile.database, isolation_level=None)
    try:
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute("BEGIN")
        values = {"count": count, "now": int(START.timestamp() * 1000), "body": _BODY}
        for statement in (_DRAFTS, _PROPOSALS, _REVISIONS, _RECIPIENTS, _COUNTS):
            connection.execute(statement, values)
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()
    return folder
