"""The sender of one account on a thread of its own, with an event loop; the only Qt in this room."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QObject, Qt, QThread, QTimer, Signal, Slot

from outtray.desk import Desk
from outtray.model.accounts import Account
from outtray.model.changes import Changes
from outtray.model.errors import OuttrayError
from outtray.sending.copied import notice_copy
from outtray.sending.sender import Sender
from outtray.sending.transport import Transport
from outtray.store.accounts import get_account
from outtray.store.dialects.sqlite_connection import connect, data_version

_LOG = logging.getLogger("outtray.sending")
# Another process may turn the switch; it counts within a second.
LOOK_MILLISECONDS = 500
# What this process changes arrives in bursts; they are looked at together.
GATHER_MILLISECONDS = 20
AFTER_TROUBLE_MILLISECONDS = 5_000
LONGEST_MILLISECONDS = 60_000
ENDPOINT = "gmail.api_endpoint"
TransportFor = Callable[[Desk, Account], Transport]


class _Worker(QObject):
    """Lives on the sender's thread; everything it owns is made and closed there."""

    wanted = Signal()
    trouble = Signal(str)
    ended = Signal()

    def __init__(self, desk: Desk, address: str, transport_for: TransportFor) -> None:
        super().__init__()
        self._desk = desk
        self._address = address
        self._transport_for = transport_for
        self._stop = threading.Event()
        # Gmail is to be asked at another place from now on.
        self._moved = threading.Event()
        self._transport: Transport | None = None
        self._sender: Sender | None = None
        self._version = -1

    @Slot()
    def begin(self) -> None:
        """Makes what the thread owns, and takes the first step."""
        self._timer = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.run)
        self._others = QTimer(self, interval=LOOK_MILLISECONDS)
        self._others.timeout.connect(self._look_for_others)
        self._connection: sqlite3.Connection | None = None
        self.wanted.connect(self._gather, Qt.ConnectionType.QueuedConnection)
        self._unsubscribe = self._desk.store.subscribe(self._changed)
        self._others.start()
        self.run()

    @Slot()
    def run(self) -> None:
        """One step; the event loop turns between two of them."""
        if self._stop.is_set():
            self._end()
            return
        try:
            if self._moved.is_set():
                self._close()
            sender = self._sender or self._open()
            following = None if sender is None else sender.step()
        except OuttrayError as error:
            _LOG.warning("a step failed: %s", error.code)
            self.trouble.emit(error.sentence)
            self._timer.start(AFTER_TROUBLE_MILLISECONDS)
            return
        except Exception:  # noqa: BLE001 - a sender that ended silently would be worse than any error
            _LOG.exception("a step broke off")
            self.trouble.emit("Sending met an error in Outtray itself. What happened is in the log.")
            self._timer.start(AFTER_TROUBLE_MILLISECONDS)
            return
        if self._stop.is_set():
            self._end()
        elif following is not None:
            self._timer.start(self._milliseconds_to(following))

    def ask_to_stop(self) -> None:
        """From any thread: no call begins from now on."""
        self._stop.set()
        self.wanted.emit()

    def cut_off(self) -> None:
        """From any thread: ends the call in flight."""
        transport = self._transport
        if transport is not None:
            transport.abort()

    def _open(self) -> Sender | None:
        with self._desk.store.read() as connection:
            account = get_account(connection, self._address)
        if account is None:
            return None
        notice_copy(self._desk)
        self._transport = self._transport_for(self._desk, account)
        self._sender = Sender(
            self._desk, self._address, self._transport, stopped=self._stop.is_set, watch=True
        )
        return self._sender

    def _close(self) -> None:
        self._moved.clear()
        if self._sender is not None:
            self._sender.close()
        if self._transport is not None:
            self._transport.close()
        self._transport = self._sender = None

    def _milliseconds_to(self, instant: datetime) -> int:
        seconds = (instant - self._desk.clock.now()).total_seconds()
        return max(0, min(LONGEST_MILLISECONDS, int(seconds * 1000) + 1 if seconds > 0 else 0))

    def _changed(self, changes: Changes) -> None:
        # On the writer's thread.
        if ENDPOINT in changes.settings:
            self._moved.set()
        if changes.deliveries or changes.settings or changes.accounts or changes.many:
            self.wanted.emit()

    @Slot()
    def _gather(self) -> None:
        if self._stop.is_set():
            self._end()
        elif not self._timer.isActive() or self._timer.remainingTime() > GATHER_MILLISECONDS:
            self._timer.start(GATHER_MILLISECONDS)

    @Slot()
    def _look_for_others(self) -> None:
        try:
            if self._connection is None:
                self._connection = connect(self._desk.store.path, read_only=True)
            version = data_version(self._connection)
        except sqlite3.Error as error:
            # The sender's own steps tell the operator of it.
            _LOG.warning("the database can't be looked at: %s", type(error).__name__)
            return
        if version != self._version:
            self._version = version
            self._gather()

    def _end(self) -> None:
        if not self._others.isActive():
            return
        self._others.stop()
        self._timer.stop()
        self._unsubscribe()
        if self._connection is not None:
            self._connection.close()
        self._close()
        self.ended.emit()


class SenderThread(QObject):
    """Sends for one account beside the window. `trouble` carries a sentence, on the window's thread."""

    trouble = Signal(str)

    def __init__(
        self, desk: Desk, address: str, transport_for: TransportFor, parent: QObject | None = None
    ) -> None:
        """`transport_for` makes the transport, on the sender's thread."""
        super().__init__(parent)
        self.address = address
        self._thread = QThread()
        self._thread.setObjectName("sender")
        self._worker = _Worker(desk, address, transport_for)
        self._worker.moveToThread(self._thread)
        self._thread.started.connect(self._worker.begin)
        self._worker.ended.connect(self._thread.quit, Qt.ConnectionType.DirectConnection)
        self._worker.trouble.connect(self.trouble)

    def start(self) -> None:
        """Begins to send."""
        self._thread.start()

    def wake(self) -> None:
        """Has the sender look round now; from any thread."""
        self._worker.wanted.emit()

    def stop(self, deadline_seconds: float = 5.0) -> bool:
        """No call begins from now on; one in flight may end, or is cut off. False where it did not end."""
        if not self._thread.isRunning():
            return True
        self._worker.ask_to_stop()
        if self._thread.wait(int(deadline_seconds * 800)):
            return True
        self._worker.cut_off()
        return self._thread.wait(int(deadline_seconds * 200))
