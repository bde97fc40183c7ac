"""How the desk stands, as the window shows it around the drafts: counts, the switch, accounts, banners."""

from __future__ import annotations

import os
from datetime import datetime
from typing import TYPE_CHECKING

from outtray.ui.top_bar import Sending

if TYPE_CHECKING:
    from pathlib import Path

    from outtray.desk import Desk
    from outtray.model.accounts import Account
    from outtray.model.changes import Changes
    from outtray.model.delivery import Gate
    from outtray.ui.window import MainWindow
    from outtray.ui.window_context import ShellContext

ENDPOINT = "OUTTRAY_GMAIL_API"


class StandingReader:
    """Reads on the GUI thread what is kept and short, and the day's use of the accounts off it."""

    def __init__(self, context: ShellContext, window: MainWindow) -> None:
        """Reads once."""
        self._context, self._window = context, window
        self._accounts: list[Account] = []
        self._used: dict[str, int] = {}
        self._since: datetime | None = None
        self._asked = False
        self._broken_log = ""
        self._rules_stopped: tuple[datetime, str] | None = None
        self.paused = True
        self.waiting = 0
        self.fresh = False
        self.read()

    def take_changes(self, changes: Changes) -> None:
        """Reads again what the changes concern."""
        if changes.settings:
            self._broken_log = _broken_log(self._context.profile.database)
        self.read()
        if changes.deliveries or changes.accounts or changes.many or changes.settings:
            self._ask_for_use()

    def tick(self) -> None:
        """Once a second: times in banners move on, the day's use starts anew at midnight."""
        self._show_banners()

    def read(self) -> None:
        """Counts, switch and accounts, all of them kept or few."""
        reads, window = self._context.reads, self._window
        counts = reads.counts()
        window.sidebar.mailboxes.set_counts(counts)
        self.waiting = counts.get("status.approved", 0)
        switch = reads.switch()
        self.paused, self._since = switch.paused, switch.since
        self._accounts = reads.accounts()
        practice = bool(reads.practice() or self._context.practice)
        self.fresh = not practice and not self._accounts and not any(counts.values())
        window.top.show_sending(self._sending(practice=practice))
        self._show_accounts()
        self._show_banners()

    def _sending(self, *, practice: bool) -> Sending:
        if not self._accounts and not practice:
            return Sending.NO_ACCOUNT
        if self.paused and self._accounts:
            return Sending.PAUSED
        return Sending.PRACTICE if practice else Sending.ON

    def _show_accounts(self) -> None:
        settings = self._context.settings
        self._window.sidebar.show_accounts(
            self._accounts, settings["operator.name"], self._used, settings["sending.per_day"]
        )

    def _endpoint(self) -> str:
        if self._context.practice:
            return ""
        return str(os.environ.get(ENDPOINT) or self._context.settings["gmail.api_endpoint"])

    def _show_banners(self) -> None:
        held = any(account.wait_for or account.state != "ok" for account in self._accounts)
        endpoint = self._endpoint()
        self._rules_stopped = self._context.reads.rules_stopped()
        if not (self.paused or held or endpoint or self._broken_log or self._rules_stopped):
            self._window.show_banners(())
            return
        from outtray.ui.banner import Standing, banners
        from outtray.ui.deliveries.moments import zone_of

        settings = self._context.settings
        waiting_for: dict[Gate, int] = {}
        if self.waiting and any(account.wait_for for account in self._accounts):
            from outtray.store.outbox_reads import UNDER_WAY

            for heap in self._context.outbox_reads.heaps(UNDER_WAY):
                if heap.waiting_for is not None:
                    waiting_for[heap.waiting_for] = waiting_for.get(heap.waiting_for, 0) + heap.count
        standing = Standing(
            now=self._context.clock.now(),
            zone=zone_of(settings),
            paused=self.paused,
            since=self._since,
            waiting=self.waiting,
            waiting_for=waiting_for,
            accounts=self._accounts,
            limit=settings["sending.per_day"],
            endpoint=endpoint,
            broken_log=self._broken_log,
            rules_stopped=self._rules_stopped,
        )
        self._window.show_banners(banners(standing))

    def _ask_for_use(self) -> None:
        """One question at a time: many changes in a row are answered by the last one."""
        if self._asked:
            return
        self._asked = True
        addresses = [account.address for account in self._accounts]
        from outtray.ui.deliveries.moments import zone_of

        zone = zone_of(self._context.settings)
        midnight = (
            self._context.clock.now().astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
        )

        def ask(desk: Desk) -> dict[str, int]:
            from outtray.model.clock import to_milliseconds
            from outtray.store.quotas import used_today

            with desk.store.read() as connection:
                return {
                    address: used_today(connection, address, to_milliseconds(midnight))
                    for address in addresses
                }

        self._context.run(ask, self._take_use)

    def _take_use(self, used: dict[str, int]) -> None:
        self._asked = False
        self._used = used
        self._show_accounts()


def _broken_log(database: Path) -> str:
    """What the last verification of the audit log found wrong; empty where it verified, or was never made."""
    from outtray.store.audit_pages import AuditPages

    pages = AuditPages(database)
    try:
        kept = pages.fact("audit.verification")
    finally:
        pages.close()
    return "" if kept is None or kept["first_bad"] is None else str(kept["sentence"])
