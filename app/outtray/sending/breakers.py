"""The breakers of one account's services as its sender sees them: kept in the store, counted here."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from outtray.model.accounts import Account, AccountKind
from outtray.model.breaker import Breaker
from outtray.sending.transport import COUNTS_AS_FAILURE, TransportError
from outtray.store.accounts import list_accounts
from outtray.store.breakers import all_breakers, get_breaker, put_breaker
from outtray.store.transaction import Transaction


def service_names(account: Account) -> dict[str, str]:
    """The breakers of an account: by service, their names in the store and in reports."""
    return {"gmail": f"{account.kind.value}.{account.address}", "oauth": f"oauth.{account.address}"}


def account_breakers(connection: Connection) -> dict[str, Breaker]:
    """The breakers of every Gmail account, by their names; those that nothing was kept of are closed."""
    kept = all_breakers(connection)
    return {
        name: kept.get(name, Breaker())
        for account in list_accounts(connection)
        if account.kind is AccountKind.GMAIL
        for name in service_names(account).values()
    }


class ServiceBreakers:
    """For one thread; what another process or the operator does to a breaker is taken from the store."""

    def __init__(self, names: dict[str, str]) -> None:
        """`names` is what `service_names` gave."""
        self._names = names
        self._now: dict[str, Breaker] = {service: Breaker() for service in names}
        self._stored: dict[str, Breaker] = dict(self._now)
        self._unsaved: set[str] = set()

    def load(self, connection: Connection) -> None:
        """Takes over what somebody else has changed."""
        for service, name in self._names.items():
            stored = get_breaker(connection, name)
            if stored != self._stored[service]:
                self._stored[service] = self._now[service] = stored
                self._unsaved.discard(service)

    def wait_until(self, now: datetime) -> datetime | None:
        """Until when no call may be made; None where one may."""
        waits = [until for breaker in self._now.values() if (until := breaker.wait_until(now)) is not None]
        return max(waits, default=None)

    def asked(self, now: datetime) -> None:
        """A call is about to be made."""
        for service, breaker in self._now.items():
            self._take(service, breaker.asked(now))

    def saw(self, now: datetime, error: TransportError | None, seconds: float) -> None:
        """A call was made; what the service refused for good reason is no failure of it."""
        if error is not None and error.service == "oauth":
            failed = error.code == "oauth_unavailable"
            self._take("oauth", self._now["oauth"].saw(now, failed=failed, seconds=seconds))
            return
        failed = error is not None and error.trouble in COUNTS_AS_FAILURE
        self._take("gmail", self._now["gmail"].saw(now, failed=failed, seconds=seconds))
        if error is None and self._now["oauth"] != Breaker():
            self._take("oauth", self._now["oauth"].saw(now, failed=False, seconds=0))

    def save(self, transaction: Transaction) -> None:
        """Writes what has to survive a restart: changes of state, and windows with a failure in them."""
        for service in self._unsaved:
            if get_breaker(transaction.connection, self._names[service]) != self._stored[service]:
                # The operator has set it while a call was running: that stands, and `load` takes it over.
                continue
            put_breaker(transaction, self._names[service], self._now[service])
            self._stored[service] = self._now[service]
        self._unsaved.clear()

    def _take(self, service: str, breaker: Breaker) -> None:
        before = self._now[service]
        if breaker == before:
            return
        self._now[service] = breaker
        quiet = breaker.state is before.state and breaker.calls[-1:] == "." and not breaker.probes
        if not quiet:
            self._unsaved.add(service)
