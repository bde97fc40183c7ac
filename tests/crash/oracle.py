"""What became of a round: the desk's word on each message held against what Gmail delivered."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from outtray.model.delivery import UNDER_WAY
from outtray.model.events import GENESIS, chain_hash
from outtray.model.message import with_date
from tests.fakes.google import Delivered, Mailbox

_BY_HAND = b"P.S. by hand"
_FOLLOWS = {
    "sent": {"sent"},
    "cancelled": {"pending", "discarded"},
    "failed": {"failed"},
    "unconfirmed": {"unconfirmed"},
}


@dataclass(slots=True)
class Verdict:
    """The figures of a round. `returned` are messages that went back to review or failed, with nothing of
    them delivered; `needless` those among them, and among the unconfirmed, whose Gmail draft the desk never
    meant to delete. `remarks` say of each lost or doubled message, and of all else that is wrong, what it is.
    """

    delivered: int = 0
    lost: int = 0
    doubled: int = 0
    unconfirmed: int = 0
    returned: int = 0
    needless: int = 0
    remarks: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Row:
    """What the desk says of one delivery."""

    id: int
    draft_id: int
    state: str
    token: str
    message: bytes
    date_header: str | None
    draft_status: str
    waiting_for: str | None
    cause: str | None
    deleting: int


def judge(database: Path, mailbox_file: Path, *, dated: bool = True) -> Verdict:
    """Reads both files as they are once every process has ended.

    Without `dated` a message may have left with another `Date` than the desk knows: a backup was put back.
    """
    verdict = Verdict()
    with closing(Mailbox(mailbox_file, lambda: 0.0)) as mailbox:
        delivered, drafts = mailbox.delivered(), mailbox.drafts()
    with closing(sqlite3.connect(database)) as connection:
        rows = list(_rows(connection))
        _judge_database(connection, verdict)
    by_token: dict[str | None, list[Delivered]] = {}
    for one in delivered:
        by_token.setdefault(one.token, []).append(one)
    left = Counter(mail.token for _, mail in drafts if not mail.raw.endswith(_BY_HAND + b"\r\n"))
    verdict.delivered = len(delivered)
    for row in rows:
        copies = by_token.pop(row.token, [])
        _judge_delivery(row, copies, left[row.token], verdict)
        _judge_bytes(row, copies, verdict, dated=dated)
    for token, strays in by_token.items():
        verdict.doubled += len(strays)
        verdict.remarks.append(f"{len(strays)} delivered with the unknown token {token}")
    return verdict


def under_way(database: Path) -> list[tuple[str, str | None]]:
    """State and gate of each delivery that has not come to an end."""
    marks = ",".join(f"'{state.value}'" for state in UNDER_WAY)
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute(
            f"SELECT state, waiting_for FROM deliveries WHERE state IN ({marks})"
        ).fetchall()


def _judge_delivery(row: Row, copies: list[Delivered], left: int, verdict: Verdict) -> None:
    name = f"delivery {row.id} ({row.state})"
    if len(copies) > 1:
        verdict.doubled += 1
        verdict.remarks.append(f"{name} was delivered {len(copies)} times")
    if row.cause == "may_have_left":
        # A backup was put back, and review says just that about it.
        verdict.returned += 1
        return
    if left and (copies or row.state in {"sent", "cancelled", "failed"}):
        # Whoever presses Send in Gmail's own window sends it a second time.
        verdict.doubled += 1
        verdict.remarks.append(f"{name} left {left} copies among Gmail's drafts")
    match row.state:
        case "sent":
            if not copies:
                verdict.lost += 1
                verdict.remarks.append(f"{name} was never delivered")
        case "unconfirmed":
            verdict.unconfirmed += 1
            verdict.needless += not row.deleting
        case "failed" | "cancelled":
            verdict.returned += 1
            verdict.needless += not row.deleting
            if copies:
                # It stands in review as a message that never left: approving it again doubles it.
                verdict.doubled += 1
                verdict.remarks.append(f"{name} was delivered all the same")
        case _:
            verdict.lost += 1
            verdict.remarks.append(f"{name} never came to rest; it waits for {row.waiting_for}")
    if row.draft_status not in _FOLLOWS.get(row.state, {"approved"}):
        verdict.remarks.append(f"the draft of {name} is {row.draft_status}")


def _judge_bytes(row: Row, copies: list[Delivered], verdict: Verdict, *, dated: bool) -> None:
    whole = None if row.date_header is None else with_date(row.message, row.date_header)
    for copy in copies:
        # Somebody who writes in a draft before we know of it writes in what we adopt: nothing that
        # gmail.metadata shows of a draft tells.
        if copy.by == "person" or copy.uploaded.endswith(_BY_HAND + b"\r\n"):
            continue
        date, _, rest = copy.uploaded.partition(b"\r\n")
        same = copy.uploaded == whole if dated else rest == row.message and date.startswith(b"Date: ")
        if not same:
            verdict.remarks.append(f"delivery {row.id} was delivered with other bytes than were approved")


def _judge_database(connection: sqlite3.Connection, verdict: Verdict) -> None:
    (found,) = connection.execute("PRAGMA integrity_check").fetchone()
    if found != "ok":
        verdict.remarks.append(f"the database is damaged: {found}")
    previous, expected = GENESIS, 1
    for sequence, payload, kept in connection.execute(
        "SELECT sequence, payload, hash FROM audit_events ORDER BY sequence"
    ):
        previous = chain_hash(previous, payload)
        if sequence != expected or previous != kept:
            verdict.remarks.append(f"the log does not verify at event {sequence}")
            return
        expected += 1
    _judge_story(connection, verdict)


def _judge_story(connection: sqlite3.Connection, verdict: Verdict) -> None:
    """The log's last word on each delivery is the state in which it stands."""
    told: dict[str, str] = {}
    for number, payload in connection.execute(
        "SELECT object_id, payload FROM audit_events WHERE object_kind = 'delivery' ORDER BY sequence"
    ):
        action = str(json.loads(payload)["action"]).removeprefix("delivery.")
        if action not in {"recalled", "created", "held"}:
            told[number] = action
    for number, state in connection.execute("SELECT id, state FROM deliveries"):
        if told.get(str(number), "holding") != state:
            said = told.get(str(number))
            verdict.remarks.append(f"the log says that delivery {number} is {said}, not {state}")


def _rows(connection: sqlite3.Connection) -> Iterator[Row]:
    for values in connection.execute(
        "SELECT d.id, d.draft_id, d.state, d.delivery_token, d.message, d.date_header, f.status,"
        " d.waiting_for, d.cause, (SELECT count(*) FROM delivery_attempts a"
        " WHERE a.delivery_id = d.id AND a.step = 'delete_draft')"
        " FROM deliveries d JOIN drafts f ON f.id = d.draft_id ORDER BY d.id"
    ):
        yield Row(*values)
