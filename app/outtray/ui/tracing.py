"""`--trace FILE`: a JSON line for each first paint, key, stall, slow query and slow job.

No personal data in it. Nothing of this is made or called where the option is not given.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from outtray.model.errors import ProfileError

_STALL, _SLOW = 8.0, 50.0
_PAINT_PATIENCE_MILLISECONDS = 60


class Trace(QObject):
    """Writes to the file as things happen; `t` counts from the start of the program's own code."""

    def __init__(self, path: Path) -> None:
        """Raises ProfileError where the file can't be written."""
        super().__init__()
        self._begun = time.perf_counter()
        try:
            # Line by line: whoever reads along sees each thing when it happens.
            self._file = path.open("a", encoding="utf-8", buffering=1)
        except OSError as error:
            raise ProfileError(f"The trace file {path} can't be written: {error.strerror}.") from error
        self._key: tuple[float, str] | None = None
        self._busy_since: float | None = None
        self._forget = QTimer(self, singleShot=True, interval=_PAINT_PATIENCE_MILLISECONDS)
        self._forget.timeout.connect(self._no_paint)

    def write(self, event: str, milliseconds: float, what: str) -> None:
        """One line."""
        now = time.perf_counter() - self._begun
        line = {"t": round(now, 4), "event": event, "ms": round(milliseconds, 3), "what": what}
        self._file.write(json.dumps(line) + "\n")

    def first_paint(self) -> None:
        """The window is on the screen."""
        self.write("first_paint", (time.perf_counter() - self._begun) * 1000, "window")

    def worked(self, what: str, milliseconds: float) -> None:
        """Work off the GUI thread has ended."""
        if milliseconds > _SLOW:
            self.write("job", milliseconds, what)

    def watch(self, window: QWidget) -> None:
        """Follows keys and paints of this window, and the event loop."""
        window.installEventFilter(self)
        handle = window.windowHandle()
        if handle is not None:
            handle.installEventFilter(self)
        from PySide6.QtCore import QAbstractEventDispatcher

        loop = QAbstractEventDispatcher.instance()
        if loop is not None:
            loop.awake.connect(self._awake)
            loop.aboutToBlock.connect(self._idle)

    def timed(self, reads: Any) -> Any:
        """The same reads, each question's time looked at."""
        return _Timed(reads, self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keys where they come in; paints from their request to their end."""
        from PySide6.QtGui import QKeyEvent

        from outtray.ui.dispatcher import name_of, writes

        kind = event.type()
        if kind == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and not isinstance(watched, QWidget):
            what = "text" if writes(QApplication.focusWidget()) else name_of(event)
            self._key = (time.perf_counter(), what)
            self._forget.start()
        elif kind == QEvent.Type.UpdateRequest and isinstance(watched, QWidget) and self._key is not None:
            watched.event(event)
            begun, what = self._key
            self._key = None
            self.write("key_painted", (time.perf_counter() - begun) * 1000, what)
            return True
        return False

    def _no_paint(self) -> None:
        self._key = None

    def _awake(self) -> None:
        if self._busy_since is None:
            self._busy_since = time.perf_counter()

    def _idle(self) -> None:
        if self._busy_since is not None:
            took = (time.perf_counter() - self._busy_since) * 1000
            self._busy_since = None
            if took > _STALL:
                self.write("stall", took, "event loop")


class _Timed:
    """Stands before a reader and times its methods."""

    def __init__(self, reads: Any, trace: Trace) -> None:
        self._reads, self._trace = reads, trace

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._reads, name)
        return self._wrapped(name, found) if callable(found) else found

    def _wrapped(self, name: str, method: Callable[..., Any]) -> Callable[..., Any]:
        def ask(*arguments: Any, **named: Any) -> Any:
            begun = time.perf_counter()
            try:
                return method(*arguments, **named)
            finally:
                took = (time.perf_counter() - begun) * 1000
                if took > _SLOW:
                    self._trace.write("query", took, name)

        return ask
