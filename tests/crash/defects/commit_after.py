"""What has to be committed before a draft is created is committed after it."""

from __future__ import annotations

from typing import Any

from outtray.model.delivery import DeliveryState
from outtray.model.message import with_date
from outtray.sending.gates import Gates
from outtray.sending.leaving import Leaving
from outtray.store.due import due
from outtray.store.outbox import message_of
from tests.crash.processes import put


def plant() -> None:
    def stage_some(self: Any, gates: Gates) -> bool:
        now = self._desk.clock.now()
        with self._desk.store.read() as connection:
            waiting = due(connection, self._address, [DeliveryState.QUEUED], now, 1)
            if not waiting:
                return False
            raw = message_of(connection, waiting[0].id)
        if not self._calls.ready():
            return True
        dated = with_date(raw, "Mon, 02 Mar 2026 09:00:00 +0000")
        outcome = self._calls.call(lambda: self._calls.transport.create(dated, waiting[0].thread_id))
        call, looked = self._desk.store.write(self._choose)
        if call is None:
            return bool(looked)
        if self._desk.store.write(lambda transaction: self._placed(transaction, call, outcome)):
            self.release(call.delivery.id, gates)
        return True

    put(Leaving, "stage_some", stage_some)
