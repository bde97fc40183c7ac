"""Whether the desk is ready to send: one check a thing that can stand in the way."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from outtray.desk import Desk
from outtray.model.accounts import Account
from outtray.model.breaker import Breaker, status_form
from outtray.model.clock import from_milliseconds, iso
from outtray.model.errors import OuttrayError
from outtray.sending import switch
from outtray.sending.breakers import account_breakers
from outtray.store.accounts import list_accounts
from outtray.store.audit_reads import event_count
from outtray.store.dialects.sqlite import quick_look
from outtray.store.outbox import oldest_waiting
from outtray.store.settings import unreadable_settings

ROOM_NEEDED = 200 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the report. `name` is stable for scripts, for which `status` says more."""

    name: str
    title: str
    ready: bool
    sentence: str
    status: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Report:
    """All checks, and the one sentence over them."""

    checks: tuple[Check, ...]
    at: str

    @property
    def ready(self) -> bool:
        """Whether nothing stands in the way."""
        return all(check.ready for check in self.checks)

    @property
    def sentence(self) -> str:
        """What the operator reads first."""
        missing = sum(not check.ready for check in self.checks)
        if not missing:
            return "Ready to send."
        return f"Not ready: {missing} thing{'s' if missing > 1 else ''}."

    def as_json(self) -> dict[str, Any]:
        """The form of `health --json`."""
        return {
            "status": "ready" if self.ready else "not_ready",
            "timestamp": self.at,
            "checks": {
                check.name: {"ready": check.ready, "state": check.sentence, **check.status}
                for check in self.checks
            },
        }


def examine(desk: Desk) -> Report:
    """Looks at everything that sending needs; reads only, asks no network."""
    with desk.store.read() as connection:
        accounts = list_accounts(connection)
        checks = (
            _switch(desk),
            _accounts(accounts),
            _keyring(desk, accounts),
            _breakers(account_breakers(connection)),
            _store(connection),
            _disk(desk),
            _outbox(desk, connection),
            _log(connection),
            _settings(connection),
        )
    return Report(checks, iso(desk.clock.now()))


def _switch(desk: Desk) -> Check:
    status = switch.status(desk)
    if not status.paused:
        return Check("sending_switch", "Sending switch", True, "Sending is on.")
    since = "" if status.since is None else f" since {iso(from_milliseconds(status.since))}"
    return Check("sending_switch", "Sending switch", False, f"Sending is paused{since}.")


def _accounts(accounts: list[Account]) -> Check:
    if not accounts:
        return Check("accounts", "Accounts", False, "No account yet. `outtray account add` adds one.")
    unsigned = sum(account.state != "ok" for account in accounts)
    if unsigned:
        return Check("accounts", "Accounts", False, f"{unsigned} of {len(accounts)} must sign in again.")
    return Check("accounts", "Accounts", True, f"{len(accounts)} signed in.")


def _keyring(desk: Desk, accounts: list[Account]) -> Check:
    if not any(account.kind == "gmail" for account in accounts):
        return Check("keyring", "Keyring", True, "Not needed: no Gmail account keeps a sign-in.")
    try:
        desk.secrets.get("health")
    except OuttrayError as error:
        return Check("keyring", "Keyring", False, error.sentence)
    return Check("keyring", "Keyring", True, "Open.")


def _breakers(breakers: Mapping[str, Breaker]) -> Check:
    status = status_form(breakers)
    summary = status["summary"]
    if not summary["total"]:
        sentence = "Not needed: there is no Gmail account."
    elif summary["open"]:
        sentence = f"{summary['open']} of {summary['total']} services of Google's are not called at present."
    else:
        sentence = "Google's services are called."
    return Check("breakers", "Connection to Gmail", not summary["open"], sentence, status)


def _store(connection: Connection) -> Check:
    problem = quick_look(connection)
    return Check("store", "Store", problem is None, problem or "Readable and in order.")


def _disk(desk: Desk) -> Check:
    free = shutil.disk_usage(desk.profile.folder).free
    return Check("disk", "Disk", free >= ROOM_NEEDED, f"{free // 1_000_000:,} MB free.")


def _outbox(desk: Desk, connection: Connection) -> Check:
    oldest = oldest_waiting(connection)
    if oldest is None:
        return Check("outbox", "Outbox", True, "Nothing waits.")
    age = (desk.clock.now() - from_milliseconds(oldest)).total_seconds()
    return Check("outbox", "Outbox", True, f"The oldest message has waited for {int(age // 60)} min.")


def _log(connection: Connection) -> Check:
    return Check("audit_log", "Audit log", True, f"{event_count(connection):,} events.")


def _settings(connection: Connection) -> Check:
    unreadable = unreadable_settings(connection)
    sentence = "All readable."
    if unreadable:
        sentence = f"Can't be read, so the default holds; set it again: {', '.join(unreadable)}."
    return Check("settings", "Settings", not unreadable, sentence)
