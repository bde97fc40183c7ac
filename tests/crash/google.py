"""The fake Google as a process of its own, which kills the sender where the round wants it dead."""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.crash.points import OPERATIONS, STAGES, Stage
from tests.crash.shared import Shared
from tests.fakes.google import FakeGoogle, Fault
from tests.fakes.google.errors import Answer
from tests.fakes.google.gmail import read_call
from tests.fakes.google.server import Handler

# How long the answer has been with a sender that waits for the write lock when it is killed.
_ANSWER_READ = 0.004


class CrashGoogle(FakeGoogle):
    """Kills at the point that `shared` names. A call that was put off takes effect when its time has come."""

    def __init__(self, folder: Path, shared: Shared, database: Path, port: int) -> None:
        self.shared = shared
        self.database = database
        self._put_off: list[tuple[float, Callable[[], Answer]]] = []
        super().__init__(folder, port=port, now=shared.google_now)

    def online(self) -> None:
        super().online()
        assert self._server is not None
        self._server.RequestHandlerClass = _CrashHandler

    def later(self, perform: Callable[[], Answer], seconds: float) -> None:
        self._put_off.append((self.now() + seconds, perform))

    def finish_late(self, until: float = float("inf")) -> None:
        waiting, self._put_off = self._put_off, []
        for at, perform in waiting:
            if at <= until:
                perform()
            else:
                self._put_off.append((at, perform))

    def stage_for(self, operation: str) -> Stage | None:
        """Where in this call the sender has to die; said once."""
        wanted = int(self.shared["operation"])
        if wanted < 0 or OPERATIONS[wanted] != operation:
            return None
        self.shared["operation"] = -1
        return STAGES[int(self.shared["stage"])]

    def kill(self) -> None:
        number = int(self.shared["sender"])
        if number:
            self.shared["reached"] = 1
            os.kill(number, signal.SIGKILL)


class _CrashHandler(Handler):
    def _meet(self, fault: Fault | None, perform: Callable[[], Answer], body: bytes) -> None:
        google: Any = self.server.google
        google.finish_late(google.now())
        stage = google.stage_for(self._operation())
        match stage:
            case None:
                super()._meet(fault, perform, body)
            case Stage.ARRIVED:
                google.kill()
                self._reset()
            case Stage.PERFORMED:
                perform()
                google.kill()
                self._reset()
            case _:
                self._answer_and_kill(google, perform)

    def _answer_and_kill(self, google: CrashGoogle, perform: Callable[[], Answer]) -> None:
        """The answer arrives, but nothing can be committed any more: the write lock is taken before."""
        lock = sqlite3.connect(google.database, isolation_level=None)
        try:
            lock.execute("BEGIN IMMEDIATE")
            self._write(perform())
            time.sleep(_ANSWER_READ)
            google.kill()
        finally:
            lock.close()

    def _operation(self) -> str:
        path = urlsplit(self.path).path
        if path == "/token":
            return "oauth.token"
        call = read_call(self.command, self.path, "", b"")
        return "" if call is None else call.operation


def serve(
    folder: Path,
    shared: Shared,
    database: Path,
    port: int,
    ready: int,
    prepare: Callable[[CrashGoogle], None],
) -> int:
    """Runs until it is killed; writes its root to the file descriptor `ready`."""
    google = CrashGoogle(folder, shared, database, port)
    prepare(google)
    google.online()
    os.write(ready, f"{google.root}\n".encode())
    os.close(ready)

    def finish(*_: object) -> None:
        google.finish_late()
        sys.stdout.flush()
        os._exit(0)

    signal.signal(signal.SIGTERM, finish)
    while True:
        threading.Event().wait(3600)
