"""The senders of a window: one thread an account, woken by changes, ended with a deadline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from outtray.model.changes import Changes

if TYPE_CHECKING:
    from collections.abc import Callable

    from outtray.desk import Desk
    from outtray.sending.worker import SenderThread

DEADLINE_SECONDS = 5.0


class Senders:
    """Follows the accounts: a new one gets a thread, a removed one's ends."""

    def __init__(self, desk: Desk, say: Callable[[str], object]) -> None:
        """Starts nothing before `follow`; `say` shows a sentence of a sender in trouble."""
        self._desk, self._say = desk, say
        self._threads: dict[str, SenderThread] = {}

    def follow(self, addresses: list[str]) -> None:
        """Has one sender for each of these accounts and no other."""
        for address in [known for known in self._threads if known not in addresses]:
            self._threads.pop(address).stop(DEADLINE_SECONDS)
        for address in addresses:
            if address not in self._threads:
                from outtray.sending.worker import SenderThread
                from outtray.transports import transport_for

                thread = SenderThread(self._desk, address, transport_for)
                thread.trouble.connect(self._say)
                self._threads[address] = thread
                thread.start()

    def take_changes(self, changes: Changes) -> None:
        """Wakes the senders: what they wait for may have come."""
        if changes.deliveries or changes.settings or changes.accounts or changes.many:
            for thread in self._threads.values():
                thread.wake()

    def stop(self) -> bool:
        """Ends all of them; False where one did not end in time."""
        ended = [thread.stop(DEADLINE_SECONDS) for thread in self._threads.values()]
        return all(ended)
