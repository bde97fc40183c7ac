"""Work off the GUI thread: short work in order on one thread, long jobs on others, results back by a signal.

The desk is opened on the first thread, after the window was painted; whatever is asked for earlier
waits for it.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, Signal
from shiboken6 import isValid

from outtray.model.errors import OuttrayError

if TYPE_CHECKING:
    from outtray.desk import Desk

Work = Callable[["Desk"], Any]
Then = Callable[[Any], object]
Failed = Callable[[OuttrayError], object]


class Job:
    """One long piece of work, as `ui.context.JobProgress`; the job strip looks at it a few times a second."""

    def __init__(self, title: str) -> None:
        """`title` is what the operator sees."""
        self.title = title
        self.done = 0
        self.total = 0
        self.words = ""
        self._cancelled = threading.Event()

    def report(self, done: int, total: int, words: str = "") -> None:
        """How far it is; `total` 0 where it is not known."""
        self.done, self.total, self.words = done, total, words

    def cancelled(self) -> bool:
        """Whether the work should end."""
        return self._cancelled.is_set()

    def cancel(self) -> None:
        """Asks the work to end at the next place where it can."""
        self._cancelled.set()


class Background(QObject):
    """The threads of a window. `opened` and `could_not_open` come once, on the GUI thread."""

    opened = Signal(object)
    could_not_open = Signal(object)
    jobs_changed = Signal()
    failed = Signal(object)  # an OuttrayError that nobody took
    worked = Signal(str, float)  # what (`query`, `job`), milliseconds: for the trace
    _returned = Signal(object)

    def __init__(self, open_desk: Callable[[], Desk]) -> None:
        """`open_desk` runs on the work thread; nothing starts before `start`."""
        super().__init__()
        self._open_desk = open_desk
        self._desk: Desk | None = None
        self._ready = threading.Event()
        self._queue: queue.SimpleQueue[tuple[Work, Then | None, Failed | None] | None] = queue.SimpleQueue()
        self._jobs: dict[Job, threading.Thread] = {}
        self._thread = threading.Thread(target=self._serve, name="window-work", daemon=True)
        self._started = False
        self._closing = False
        self._returned.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    @property
    def desk(self) -> Desk | None:
        """The desk once it is open."""
        return self._desk

    @property
    def jobs(self) -> tuple[Job, ...]:
        """What is running now, oldest first."""
        return tuple(self._jobs)

    def start(self) -> None:
        """Opens the desk and begins to work."""
        if not self._started:
            self._started = True
            self._thread.start()

    def run(self, work: Work, then: Then | None, failed: Failed | None) -> None:
        """Queues short work."""
        if not self._closing:
            self._queue.put((work, then, failed))

    def at_once(self, work: Work, then: Then | None, failed: Failed | None) -> None:
        """Does short work beside the queue, for what may not wait for anything else."""

        def body() -> None:
            self._ready.wait()
            if self._desk is not None:
                self._do(work, then, failed)

        threading.Thread(target=body, name="window-at-once", daemon=True).start()

    def job(
        self, title: str, work: Callable[[Desk, Job], Any], then: Then | None, failed: Failed | None
    ) -> Job:
        """Starts long work on a thread of its own."""
        job = Job(title)

        def body() -> None:
            self._ready.wait()
            if self._desk is not None:
                self._do(lambda desk: work(desk, job), then, failed)
            self.post(lambda: self._end(job))

        thread = threading.Thread(target=body, name=f"job: {title}", daemon=True)
        self._jobs[job] = thread
        thread.start()
        self.jobs_changed.emit()
        return job

    def post(self, call: Callable[[], object]) -> None:
        """Calls something on the GUI thread, after all that was posted before; from any thread."""
        self._returned.emit(call)

    def stop(self, seconds: float) -> bool:
        """Cancels the jobs, finishes what is queued, closes the desk; False where that took too long."""
        self._closing = True
        for job in self._jobs:
            job.cancel()
        for thread in self._jobs.values():
            thread.join(seconds)
        self._queue.put(None)
        if self._started:
            self._thread.join(seconds)
        ended = not self._thread.is_alive() and not any(t.is_alive() for t in self._jobs.values())
        if self._desk is not None:
            ended = self._desk.close() and ended
        return ended

    def _serve(self) -> None:
        try:
            self._desk = self._open_desk()
        except OuttrayError as error:
            self._ready.set()
            self._emit(self.could_not_open, error)
            return
        except Exception as error:  # noqa: BLE001 - shown as one sentence, kept in the log
            self._ready.set()
            self._emit(self.could_not_open, ours(error))
            return
        self._ready.set()
        self._emit(self.opened, self._desk)
        while (item := self._queue.get()) is not None:
            self._do(*item)

    def _emit(self, signal: Any, value: object) -> None:
        self.post(lambda: signal.emit(value))

    def _do(self, work: Work, then: Then | None, failed: Failed | None) -> None:
        assert self._desk is not None
        try:
            result = work(self._desk)
        except OuttrayError as error:
            self._fail(error, failed)
        except Exception as error:  # noqa: BLE001 - shown as one sentence, kept in the log
            self._fail(ours(error), failed)
        else:
            if then is not None:
                self.post(lambda: then(result) if _alive(then) else None)

    def _fail(self, error: OuttrayError, failed: Failed | None) -> None:
        if failed is None or not _alive(failed):
            self._emit(self.failed, error)
        else:
            self.post(lambda: failed(error) if _alive(failed) else self.failed.emit(error))

    def _end(self, job: Job) -> None:
        self._jobs.pop(job, None)
        self.jobs_changed.emit()

    def _deliver(self, call: Callable[[], object]) -> None:
        call()


def _alive(callback: Callable[..., object]) -> bool:
    """Whether the widget whose method this is still exists; a dialog may be closed before its answer."""
    owner = getattr(callback, "__self__", None)
    return not isinstance(owner, QObject) or isValid(owner)


def ours(error: Exception) -> OuttrayError:
    """A sentence for a fault of the program itself; what happened goes to the log."""
    import logging

    logging.getLogger("outtray.ui").error("work failed", exc_info=error)
    return OuttrayError(
        f"Something went wrong in Outtray itself ({type(error).__name__}). "
        "What happened is in the log of the profile."
    )
