"""Collects Python's garbage on the window's thread alone.

Left to itself, Python collects on whichever thread happens to allocate. A closed dialog that hangs
together in a circle would then be taken apart by a thread that writes or sends, and Qt does not
survive a widget, or a running timer, that ends on another thread than its own.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

_LOOK_MILLISECONDS = 1_000
_YOUNG, _OLD = 700, 20  # objects since the last small collection, small ones since the last middle one
_LOOKS_BEFORE_ALL = 60


class Collector(QObject):
    """Runs while the window does; automatic collection is off from its making on."""

    def __init__(self, parent: QObject) -> None:
        """Keeps what was made so far to the end, so that no collection has to look through it."""
        super().__init__(parent)
        gc.disable()
        gc.freeze()
        self._looks = 0
        self._timer = QTimer(self, interval=_LOOK_MILLISECONDS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def look(self) -> None:
        """Collects the young objects often, all of them once a minute; a few milliseconds at most."""
        self._looks += 1
        young, middle, _ = gc.get_count()
        if self._looks >= _LOOKS_BEFORE_ALL:
            self._looks = 0
            gc.collect()
        elif middle > _OLD:
            gc.collect(1)
        elif young > _YOUNG:
            gc.collect(0)
