"""Calls to the service: timed, seen by the breaker, their trouble turned into a wait of the account."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo

from outtray.desk import Desk
from outtray.model.accounts import AccountState
from outtray.model.backoff import Chance, backoff
from outtray.model.delivery import Gate
from outtray.model.operator_time import day_bounds
from outtray.sending.breakers import ServiceBreakers
from outtray.sending.gates import account_hold
from outtray.sending.transport import Transport, TransportError, Trouble
from outtray.sending.units import Metered, Units
from outtray.store.accounts import get_account, set_state, set_wait
from outtray.store.quotas import OPEN, Wait
from outtray.store.transaction import Transaction

_LOG = logging.getLogger("outtray.sending")
T = TypeVar("T")
OFFLINE_MOST = timedelta(seconds=60)
KEYRING_AGAIN = timedelta(seconds=30)
LIMIT_AGAIN = timedelta(hours=1)
# Google's project quotas turn over at midnight there.
_PACIFIC = "America/Los_Angeles"
# A limit on what may be sent is not over because a question was answered.
_OVER_WITH_A_CALL = frozenset({Gate.OFFLINE, Gate.KEYRING, Gate.RETRY})


@dataclass(frozen=True, slots=True)
class Outcome(Generic[T]):
    """What a call gave: a value or an error, and how long it took (milliseconds)."""

    value: T | None
    error: TransportError | None
    took: int

    @property
    def word(self) -> str:
        """The outcome in one word, for the record of attempts."""
        return "done" if self.error is None else self.error.trouble.value

    @property
    def status(self) -> int | None:
        """The HTTP status of an answer that was an error."""
        return None if self.error is None else self.error.status

    @property
    def answer(self) -> str:
        """What came back, raw, where it was an error."""
        return "" if self.error is None else self.error.answer or self.error.sentence


class Caller:
    """Makes the calls of one sender."""

    def __init__(
        self,
        desk: Desk,
        address: str,
        transport: Transport,
        breakers: ServiceBreakers,
        chance: Chance,
        units: Units,
    ) -> None:
        """`chance` gives the jitter of waits; `units` are what the calls may cost."""
        self.transport: Transport = Metered(transport, units)
        self.units = units
        self._desk = desk
        self._address = address
        self._breakers = breakers
        self._chance = chance
        self._in_a_row: dict[Trouble, int] = {}
        # What the last process left on the account is looked at once.
        self._held = True

    def call(self, work: Callable[[], T], *, several: bool = False) -> Outcome[T]:
        """One call; whatever goes wrong in it is an outcome and never an exception.

        `several` says that it is made of many, whose time together says nothing about the service.
        """
        clock = self._desk.clock
        self._breakers.asked(clock.now())
        begun = clock.monotonic()
        value, error = None, None
        try:
            value = work()
        except TransportError as trouble:
            error = trouble
        except Exception as defect:  # noqa: BLE001 - a call has an outcome, whatever happens
            # Where a call breaks off in our own code, nobody knows how far it got.
            _LOG.exception("a call broke off")
            error = TransportError(
                Trouble.UNKNOWN,
                "The call broke off in Outtray itself.",
                answer=type(defect).__name__,
                code="defect",
            )
        seconds = max(0.0, clock.monotonic() - begun)
        if error is None or error.trouble is not Trouble.UNITS:
            self._breakers.saw(clock.now(), error, 0.0 if several else seconds)
        if error is None:
            self._in_a_row.clear()
        else:
            self._in_a_row[error.trouble] = self._in_a_row.get(error.trouble, 0) + 1
        return Outcome(value, error, int(seconds * 1000))

    def ready(self) -> bool:
        """Whether a call can be made at all; what is in the way is written on the account."""
        clock = self._desk.clock
        begun = clock.monotonic()
        try:
            self.transport.prepare()
        except TransportError as error:
            trouble = error
        else:
            return True
        self._in_a_row[trouble.trouble] = self._in_a_row.get(trouble.trouble, 0) + 1
        self._breakers.saw(clock.now(), trouble, max(0.0, clock.monotonic() - begun))

        def work(transaction: Transaction) -> None:
            self.hold_account(transaction, trouble)
            self._breakers.save(transaction)

        self._desk.store.write(work)
        return False

    def keep_units(self, transaction: Transaction) -> None:
        """Writes down what questions have cost."""
        self.units.keep(transaction, self._address)

    def free_account(self, transaction: Transaction) -> None:
        """A call went well: the account waits no more for what kept calls from the service."""
        if not self._held:
            return
        self._held = False
        account = get_account(transaction.connection, self._address)
        if account is not None and account.wait_for in _OVER_WITH_A_CALL:
            set_wait(transaction, self._address, None, None, None)

    def hold_account(self, transaction: Transaction, error: TransportError) -> Wait:
        """Lets all of the account's deliveries wait for what this trouble needs; gives that, if anything."""
        if get_account(transaction.connection, self._address) is None:
            return OPEN
        self._held = True
        if error.trouble is Trouble.SIGN_IN:
            set_state(transaction, self._address, AccountState.SIGN_IN_NEEDED, error.sentence)
        elif error.trouble is Trouble.ACCOUNT:
            set_state(transaction, self._address, AccountState.REFUSED, error.sentence)
        else:
            gate, until = self._wait_for(error, transaction.now)
            if gate is not None:
                set_wait(transaction, self._address, gate, until, error.sentence)
        account = get_account(transaction.connection, self._address)
        return OPEN if account is None else account_hold(account, transaction.now)

    def _wait_for(self, error: TransportError, now: datetime) -> tuple[Gate | None, datetime | None]:
        tries = self._in_a_row.get(error.trouble, 1)
        wait = max(backoff(tries, self._chance, error.retry_after), timedelta(seconds=1))
        match error.trouble:
            case Trouble.OFFLINE:
                return Gate.OFFLINE, now + min(wait, OFFLINE_MOST)
            case Trouble.KEYRING:
                return Gate.KEYRING, now + KEYRING_AGAIN
            case Trouble.THROTTLED:
                return Gate.RETRY, now + wait
            case Trouble.UNITS:
                return Gate.ACCOUNT_QUOTA, error.until
            case Trouble.SENDING_LIMIT:
                named = error.until if error.until is not None and error.until > now else None
                return Gate.ACCOUNT_QUOTA, named or now + LIMIT_AGAIN
            case Trouble.PROJECT_QUOTA:
                return Gate.ACCOUNT_QUOTA, day_bounds(now, ZoneInfo(_PACIFIC))[1]
            case _:
                return None, None
