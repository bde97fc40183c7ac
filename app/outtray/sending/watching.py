"""Sees who wrote and what bounced, with `gmail.metadata` alone: headers of what came in, page by page.

A look reads back to what the last one saw. Long ones are taken in parts, so that the sender gets to its
other work; only at the end of one is it remembered how far it came, so none leaves a gap behind.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from outtray.desk import Desk
from outtray.model.accounts import Account, AccountKind
from outtray.model.clock import from_milliseconds, to_milliseconds
from outtray.model.delivery import DeliveryState
from outtray.model.events import SYSTEM, Event, Personal
from outtray.model.mailboxes import address_key
from outtray.model.transitions import Step
from outtray.sending.breakers import ServiceBreakers
from outtray.sending.calls import Caller, Outcome
from outtray.sending.recovery import Stopped
from outtray.sending.transport import NOTHING_HAPPENED, Received, TransportError, Trouble
from outtray.store.contacts import contacts_of, note_reply
from outtray.store.facts import get_fact, set_fact
from outtray.store.outbox import get_delivery, transition
from outtray.store.received import is_known, may_be_answered, what_bounced
from outtray.store.transaction import Transaction

_LOG = logging.getLogger("outtray.sending")
EVERY = timedelta(minutes=5)
AT_MOST_EVERY = timedelta(minutes=1)
AT_FIRST = timedelta(days=30)
# What came in stands roughly in the order of its dates: a look reads this much further back.
MARGIN = timedelta(minutes=10)
_AT_ONCE = 50
# As many as the sender may look at before it chooses the next one.
_NEXT_ONES = 50

# After these a look goes on where it stood; after others even the list may not be as it was.
_GOES_ON = NOTHING_HAPPENED | {Trouble.OFFLINE}


@dataclass(slots=True)
class _Mark:
    """How far looks came: the newest message seen, those near it, and the one a look ended at."""

    at: datetime
    newest: datetime
    near: dict[str, int]
    end: str | None

    def as_json(self) -> dict[str, Any]:
        return {
            "at": to_milliseconds(self.at),
            "newest": to_milliseconds(self.newest),
            "near": self.near,
            "end": self.end,
        }

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> _Mark:
        return cls(
            from_milliseconds(value["at"]), from_milliseconds(value["newest"]), value["near"], value["end"]
        )


@dataclass(slots=True)
class _Walk:
    """A look under way."""

    since: datetime
    newest: datetime
    begun: datetime
    ids: deque[str] = field(default_factory=deque)
    page: str | None = None
    listed: bool = False
    seen: dict[str, int] = field(default_factory=dict)
    found: list[Received] = field(default_factory=list)
    end: str | None = None


class Watching:
    """Looks at what came in, for one sender. The practice account and one without the scope see nothing."""

    def __init__(
        self,
        desk: Desk,
        address: str,
        calls: Caller,
        breakers: ServiceBreakers,
        stopped: Callable[[], bool],
    ) -> None:
        """Reads nothing before it is asked; `stopped` is asked between the calls of a look."""
        self._desk = desk
        self._address = address
        self._calls = calls
        self._breakers = breakers
        self._stopped = stopped
        self._mark: _Mark | None = None
        self._loaded = False
        self._walk: _Walk | None = None
        self._not_before: datetime | None = None

    @staticmethod
    def sees(account: Account) -> bool:
        """Whether there is anything to look at."""
        return account.kind is AccountKind.GMAIL and account.sees_sent

    def next_look(self, connection: Connection, now: datetime) -> datetime:
        """When the next look is due while nothing leaves."""
        last = None if self._walk is not None else self._last(connection, now)
        return max(now if last is None else last + EVERY, self._not_before or now)

    def before_staging(self, connection: Connection, now: datetime) -> bool:
        """Whether a look has to come first: somebody whom the next messages go to may have written."""
        if self._not_before is not None and now < self._not_before:
            return False
        if self._walk is not None:
            return True
        last = self._last(connection, now)
        if last is not None and now - last < AT_MOST_EVERY:
            return False
        return may_be_answered(connection, self._address, now, _NEXT_ONES)

    def look(self, account: Account) -> None:
        """Takes a look, or a part of one. Raises Stopped."""
        if not self._calls.ready():
            return
        walk = self._walk = self._walk or self._begin(account)
        stopped: list[Stopped] = []

        def ask() -> bool:
            try:
                return self._walk_on(walk)
            except Stopped as stop:
                stopped.append(stop)
                return False

        outcome = self._calls.call(ask, several=True)
        mark = self._desk.store.write(lambda transaction: self._conclude(transaction, walk, outcome))
        if mark is not None:
            self._mark = mark
        walk.found.clear()
        error = outcome.error
        if mark is not None or (error is not None and error.trouble not in _GOES_ON):
            self._walk = None
        if error is not None:
            self._not_before = error.until or self._desk.clock.now() + AT_MOST_EVERY
            _LOG.info("a look at what came in broke off: %s", error.code)
        if stopped:
            raise stopped[0]

    def _last(self, connection: Connection, now: datetime) -> datetime | None:
        if not self._loaded:
            kept = get_fact(connection, self._fact)
            self._mark = None if kept is None else _Mark.from_json(kept)
            self._loaded = True
        # A clock that was set back would keep the next look away.
        return None if self._mark is None or self._mark.at > now else self._mark.at

    @property
    def _fact(self) -> str:
        return f"watching.{self._address}"

    def _begin(self, account: Account) -> _Walk:
        now = self._desk.clock.now()
        if self._mark is None:
            first = max(account.added_at, now - AT_FIRST)
            return _Walk(first - MARGIN, first, now)
        return _Walk(self._mark.newest - MARGIN, self._mark.newest, now)

    def _walk_on(self, walk: _Walk) -> bool:
        """Reads on for a part of the way; whether the walk is at its end."""
        transport, near = self._calls.transport, {} if self._mark is None else self._mark.near
        left = _AT_ONCE
        while left:
            if not walk.ids:
                if walk.listed and walk.page is None:
                    return True
                self._mind_stop()
                listed = transport.list_received(walk.page)
                walk.page, walk.listed = listed.next, True
                walk.ids.extend(listed.message_ids)
                left -= 1
                continue
            number = walk.ids[0]
            if self._mark is not None and number == self._mark.end:
                walk.end = number
                return True
            if number not in walk.seen and number not in near:
                self._mind_stop()
                message = self._message(number)
                left -= 1
                if message is not None and message.at is not None:
                    if message.at < walk.since:
                        walk.end = number
                        return True
                    walk.seen[number] = to_milliseconds(message.at)
                    walk.newest = max(walk.newest, message.at)
                    walk.found.append(message)
            walk.ids.popleft()
        return False

    def _mind_stop(self) -> None:
        if self._stopped():
            raise Stopped

    def _message(self, number: str) -> Received | None:
        try:
            return self._calls.transport.get_received(number)
        except TransportError as error:
            if error.trouble is Trouble.MISSING:
                return None
            raise

    def _conclude(self, transaction: Transaction, walk: _Walk, outcome: Outcome[bool]) -> _Mark | None:
        """Keeps what was seen; at the end of a walk also how far it came, which it gives then."""
        for message in walk.found:
            self._take_note(transaction, message)
        self._breakers.save(transaction)
        self._calls.keep_units(transaction)
        if outcome.error is not None:
            self._calls.hold_account(transaction, outcome.error)
            return None
        if not outcome.value:
            return None
        self._calls.free_account(transaction)
        known = ({} if self._mark is None else self._mark.near) | walk.seen
        oldest = to_milliseconds(walk.newest - MARGIN)
        near = {number: at for number, at in known.items() if at >= oldest}
        mark = _Mark(walk.begun, walk.newest, near, walk.end)
        set_fact(transaction, self._fact, mark.as_json())
        return mark

    def _take_note(self, transaction: Transaction, message: Received) -> None:
        assert message.at is not None
        if message.bounce:
            self._bounced(transaction, message, message.at)
            return
        key = address_key(message.sender)
        if not message.sender or message.automatic or key == address_key(self._address):
            return
        if not is_known(transaction.connection, key):
            return
        at = to_milliseconds(message.at)
        before = contacts_of(transaction.connection, [key]).get(key)
        if before is not None and at <= (before.last_replied_at or 0):
            return
        note_reply(transaction, key, at)
        transaction.record(
            Event(
                SYSTEM,
                "reply.seen",
                "reply",
                message.message_id,
                personal=(Personal(key, "address", key),),
            )
        )

    def _bounced(self, transaction: Transaction, message: Received, at: datetime) -> None:
        number = what_bounced(
            transaction.connection,
            self._address,
            mentioned=message.mentioned,
            thread_id=message.thread_id,
            failed=[address_key(address) for address in message.failed],
            at=at,
        )
        if number is None:
            return
        delivery = get_delivery(transaction.connection, number)
        if delivery.state is DeliveryState.SENT and delivery.bounced_at is None:
            transition(
                transaction,
                delivery,
                Step.BOUNCED,
                bounced_at=at,
                details={"report": message.message_id},
            )
