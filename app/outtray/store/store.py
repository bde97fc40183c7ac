"""The store of one profile: one writer thread, read snapshots, and listeners for what changed."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DatabaseError

from outtray.model.changes import Changes
from outtray.model.clock import Clock
from outtray.model.errors import OuttrayError
from outtray.store.dialects import sqlite
from outtray.store.transaction import Transaction
from outtray.store.trouble import gone_sentence, identity, sentence_of

_LOG = logging.getLogger("outtray.store")
T = TypeVar("T")
Work = Callable[[Transaction], T]
Listener = Callable[[Changes], None]


class StoreError(OuttrayError):
    """The database could not be written or read: full disk, read-only, locked for too long."""

    code = "store"


class Store:
    """Everything that is written goes through `write`; work runs in the order given, one transaction each."""

    def __init__(self, path: Path, clock: Clock) -> None:
        """`path` is a database that `upgrade` has brought to the newest revision."""
        self.path = path
        self._clock = clock
        self._jobs: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._listeners: list[Listener] = []
        self._reading = sqlite.reading_engine(path)
        self._writing = sqlite.writing_engine(path)
        self._file = identity(path)
        self._closed = False
        # Nothing is queued behind the job that ends the writer: nobody would ever do it.
        self._closing = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="store-writer", daemon=True)
        self._thread.start()

    def submit(self, work: Work[T]) -> Future[T]:
        """Queues work for the writer. The future carries its result, or the error that rolled it back.

        Listeners are told what changed, on the writer's thread, before the future is done.
        """
        future: Future[T] = Future()

        def job() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                result = self._transact(work)
            except BaseException as error:  # noqa: BLE001 - the future carries every kind to its caller
                future.set_exception(error)
            else:
                future.set_result(result)

        with self._closing:
            if not self._closed:
                self._jobs.put(job)
                return future
        future.set_exception(StoreError("The profile is being closed; nothing more is written."))
        return future

    def write(self, work: Work[T]) -> T:
        """Runs work on the writer and waits for it; not for the GUI thread."""
        return self.submit(work).result()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent snapshot to read from; not for the GUI thread. Raises StoreError."""
        try:
            with self._reading.begin() as connection:
                yield connection
        except DatabaseError as error:
            raise self._trouble(error, "read") from error

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Calls `listener` with each transaction's changes, on the writer's thread; returns what stops it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def close(self, timeout: float = 10.0) -> bool:
        """Finishes what is queued and ends the writer; False where it took longer than `timeout` seconds."""
        with self._closing:
            if not self._closed:
                self._closed = True
                self._jobs.put(None)
        self._thread.join(timeout)
        ended = not self._thread.is_alive()
        if ended:
            self._writing.dispose()
            self._reading.dispose()
        return ended

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            job()

    def _transact(self, work: Work[T]) -> T:
        # SQLite goes on writing to a file that was deleted, and all of it would be lost.
        if identity(self.path) != self._file:
            raise StoreError(gone_sentence(self.path))
        try:
            with self._writing.begin() as connection:
                transaction = Transaction(connection, self._clock.now())
                result = work(transaction)
                transaction.finish()
        except DatabaseError as error:
            raise self._trouble(error, "written") from error
        if transaction.changes:
            for listener in tuple(self._listeners):
                self._tell(listener, transaction.changes)
        return result

    @staticmethod
    def _tell(listener: Listener, changes: Changes) -> None:
        """What is committed is committed: a listener in trouble must not make it look undone."""
        try:
            listener(changes)
        except Exception:  # noqa: BLE001 - kept in the log; the change itself is done
            _LOG.exception("a listener to changes broke off")

    def _trouble(self, error: DatabaseError, done: str) -> StoreError:
        found = sentence_of(error.orig, self.path)
        return StoreError(found or f"The profile's database could not be {done} ({error.orig}).")
