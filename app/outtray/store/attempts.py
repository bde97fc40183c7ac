"""Each call to a mail service with its raw answer: what `Failed` shows and the log can be held against."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, insert, select, update

from outtray.model.well_formed import well_formed
from outtray.store.delivery_rows import DELIVERIES
from outtray.store.tables import AttemptTable, table_of
from outtray.store.transaction import Transaction

_ATTEMPTS = table_of(AttemptTable)
_BEGIN = insert(_ATTEMPTS)
# A minute of one account holds fewer.
_LATEST_AT_MOST = 5_000
_LATEST = (
    select(_ATTEMPTS.c.id, _ATTEMPTS.c.delivery_id, _ATTEMPTS.c.started_at, _ATTEMPTS.c.step)
    .order_by(_ATTEMPTS.c.id.desc())
    .limit(_LATEST_AT_MOST)
    .subquery("latest")
)
_LATEST_STEPS = (
    select(_LATEST.c.started_at, _LATEST.c.step)
    .join(DELIVERIES, DELIVERIES.c.id == _LATEST.c.delivery_id)
    .where(_LATEST.c.started_at >= bindparam("since"), DELIVERIES.c.account == bindparam("account"))
)
_END = update(_ATTEMPTS).where(_ATTEMPTS.c.id == bindparam("attempt"))


def begin_attempt(transaction: Transaction, delivery_id: int, number: int, step: str) -> int:
    """A call that is about to be made; committed before it is, so that a crash leaves it open."""
    values = {
        "delivery_id": delivery_id,
        "number": number,
        "step": step,
        "started_at": transaction.now_ms,
    }
    done = transaction.connection.execute(_BEGIN, values)
    assert done.inserted_primary_key is not None
    return int(done.inserted_primary_key[0])


def end_attempt(
    transaction: Transaction,
    attempt_id: int,
    outcome: str,
    *,
    took: int,
    status: int | None = None,
    answer: str = "",
) -> None:
    """What came of it; `took` in milliseconds, `answer` raw."""
    values = {"took": took, "status": status, "answer": well_formed(answer) or None}
    transaction.connection.execute(_END, {"attempt": attempt_id, "outcome": outcome, **values})


def latest_steps(connection: Connection, account: str, since: int) -> list[tuple[int, str]]:
    """When each call of the account began since then (milliseconds), and its step."""
    rows = connection.execute(_LATEST_STEPS, {"account": account, "since": since})
    return [(row.started_at, row.step) for row in rows]


def close_open_attempts(transaction: Transaction, delivery_id: int) -> None:
    """Calls whose process ended before their answer came: their outcome is not known."""
    transaction.connection.execute(
        update(_ATTEMPTS)
        .where(_ATTEMPTS.c.delivery_id == delivery_id, _ATTEMPTS.c.outcome.is_(None))
        .values(outcome="unknown")
    )


def add_attempt(
    transaction: Transaction,
    delivery_id: int,
    number: int,
    step: str,
    outcome: str,
    *,
    took: int,
    status: int | None = None,
    answer: str = "",
) -> None:
    """A question that was asked and answered, such as a look at the drafts."""
    attempt = begin_attempt(transaction, delivery_id, number, step)
    end_attempt(transaction, attempt, outcome, took=took, status=status, answer=answer)
