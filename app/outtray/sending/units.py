"""Gmail's own units: each call costs some, and an account has so many a minute.

What placing, releasing and deleting cost is read from the record of attempts; what questions cost is a fact
of the account, written with what they led to. So a sender that starts knows what the one before it has spent.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import Connection

from outtray.model.clock import Clock, from_milliseconds, to_milliseconds
from outtray.sending.gates import UNITS_WAIT
from outtray.sending.transport import (
    DraftPage,
    Headers,
    Placed,
    Received,
    Sent,
    SentPage,
    Transport,
    TransportError,
    Trouble,
)
from outtray.store.attempts import latest_steps
from outtray.store.facts import get_fact, set_fact
from outtray.store.transaction import Transaction

T = TypeVar("T")
# A second more than Gmail's minute: calls take unequally long to arrive.
WINDOW = timedelta(seconds=61)
CREATE, SEND, DELETE, ASK = 10, 100, 10, 5
MESSAGE = CREATE + SEND
_COSTS = {"create": CREATE, "send": SEND, "delete_draft": DELETE}
# Calls of one moment are counted together.
_MOMENT = timedelta(seconds=1)


class Units:
    """What one account has spent within the last minute; for one thread."""

    def __init__(self, clock: Clock, a_minute: int, spent: Iterable[tuple[datetime, int]] = ()) -> None:
        """`spent` are instants and units, in any order."""
        self._clock = clock
        self._a_minute = a_minute
        self._spent: deque[tuple[datetime, int]] = deque(sorted(spent))
        self._asked: deque[tuple[datetime, int]] = deque()
        self._unsaved = False

    @classmethod
    def of(cls, connection: Connection, address: str, clock: Clock, a_minute: int) -> Units:
        """With what the account has spent before."""
        since = to_milliseconds(clock.now() - WINDOW)
        spent = [(at, _COSTS.get(step, 0)) for at, step in latest_steps(connection, address, since)]
        spent += [(at, units) for at, units in get_fact(connection, _fact(address)) or [] if at >= since]
        return cls(clock, a_minute, [(from_milliseconds(at), units) for at, units in spent if units])

    def free_at(self, units: int) -> datetime | None:
        """When so many may be spent; None where they may now."""
        self._forget()
        over = sum(cost for _, cost in self._spent) + units - self._a_minute
        for at, cost in self._spent:
            if over <= 0:
                break
            over -= cost
            if over <= 0:
                return at + WINDOW
        return None

    def spend(self, units: int, *, asked: bool = False) -> None:
        """Counts a call that is about to be made; raises TransportError where it has to wait.

        `asked`: nothing else tells of it.
        """
        free = self.free_at(units)
        if free is not None:
            raise TransportError(Trouble.UNITS, UNITS_WAIT, until=free)
        now = self._clock.now()
        _add(self._spent, now, units)
        if asked:
            _add(self._asked, now, units)
            self._unsaved = True

    def keep(self, transaction: Transaction, address: str) -> None:
        """Writes down what questions have cost."""
        if not self._unsaved:
            return
        self._forget()
        set_fact(transaction, _fact(address), [[to_milliseconds(at), units] for at, units in self._asked])
        self._unsaved = False

    def _forget(self) -> None:
        now = self._clock.now()
        for spent in (self._spent, self._asked):
            while spent and spent[0][0] + WINDOW <= now:
                spent.popleft()
            if spent and spent[-1][0] > now:
                # The clock was set back: all of it counts from now on.
                total = sum(cost for _, cost in spent)
                spent.clear()
                spent.append((now, total))


class Metered:
    """A `Transport` that makes no call for which there are no units."""

    def __init__(self, transport: Transport, units: Units) -> None:
        """Calls go to `transport`."""
        self.inner = transport
        self._units = units

    def prepare(self) -> None:
        """Costs nothing: it is another service."""
        self.inner.prepare()

    def create(self, raw: bytes, thread_id: str | None) -> Placed:
        """See `Transport`."""
        self._units.spend(CREATE)
        return self.inner.create(raw, thread_id)

    def send(self, draft_id: str) -> Sent:
        """See `Transport`."""
        self._units.spend(SEND)
        return self.inner.send(draft_id)

    def delete_draft(self, draft_id: str) -> None:
        """See `Transport`."""
        self._units.spend(DELETE)
        self.inner.delete_draft(draft_id)

    def get_draft(self, draft_id: str) -> Headers:
        """See `Transport`."""
        return self._ask(lambda: self.inner.get_draft(draft_id))

    def list_drafts(self, page: str | None = None) -> DraftPage:
        """See `Transport`."""
        return self._ask(lambda: self.inner.list_drafts(page))

    def list_sent(self, page: str | None = None) -> SentPage:
        """See `Transport`."""
        return self._ask(lambda: self.inner.list_sent(page))

    def get_headers(self, message_id: str) -> Headers:
        """See `Transport`."""
        return self._ask(lambda: self.inner.get_headers(message_id))

    def list_received(self, page: str | None = None) -> SentPage:
        """See `Transport`."""
        return self._ask(lambda: self.inner.list_received(page))

    def get_received(self, message_id: str) -> Received:
        """See `Transport`."""
        return self._ask(lambda: self.inner.get_received(message_id))

    def abort(self) -> None:
        """See `Transport`."""
        self.inner.abort()

    def close(self) -> None:
        """See `Transport`."""
        self.inner.close()

    def _ask(self, call: Callable[[], T]) -> T:
        self._units.spend(ASK, asked=True)
        return call()


def _fact(address: str) -> str:
    return f"units.{address}"


def _add(spent: deque[tuple[datetime, int]], now: datetime, units: int) -> None:
    if spent and now - spent[-1][0] < _MOMENT:
        # They count from the first of them, for which the window is that much longer than a minute.
        begun, before = spent.pop()
        spent.append((begun, before + units))
        return
    spent.append((now, units))
