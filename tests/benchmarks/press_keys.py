"""The real window in this process, given `j` again and again: python press_keys.py PROFILE TRACE COUNT."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtTest import QTest

from outtray.ui import session
from outtray.ui.application import run
from outtray.ui.window import MainWindow

_PAUSE_MILLISECONDS = 30
_SETTLE_MILLISECONDS = 1500


class Fingers(QObject):
    """Presses the key as a person does who reads only the subjects, then quits."""

    def __init__(self, window: MainWindow, count: int) -> None:
        super().__init__()
        self._window, self._left = window, count
        self._timer = QTimer(self, interval=_PAUSE_MILLISECONDS)
        self._timer.timeout.connect(self._press)
        QTimer.singleShot(_SETTLE_MILLISECONDS, self._timer.start)

    def _press(self) -> None:
        self._left -= 1
        if self._left < 0:
            self._timer.stop()
            self._window.window().close()
            return
        QTest.keyClick(self._window.window().windowHandle(), Qt.Key.Key_J)


def main() -> int:
    """Opens the window; the keys begin once it stands."""
    fingers: list[Fingers] = []

    class Hands(MainWindow):
        def complete(self) -> None:
            super().complete()
            fingers.append(Fingers(self, int(sys.argv[3])))

    session.MainWindow = Hands  # type: ignore[attr-defined]
    return run(Path(sys.argv[1]), practice=True, trace_file=Path(sys.argv[2]))


if __name__ == "__main__":
    sys.exit(main())
