"""The yardstick of every start: a PySide6 window with nothing in it, which says when it is painted.

python empty_window.py WIDTH HEIGHT
"""

from __future__ import annotations

import sys

from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget


class EmptyWindow(QWidget):
    """Paints nothing, and tells of its first paint on standard output."""

    painted = False

    def paintEvent(self, event: QPaintEvent) -> None:
        """The first one is when a person sees the window."""
        super().paintEvent(event)
        if not self.painted:
            self.painted = True
            print("first_paint", flush=True)


application = QApplication(sys.argv)
window = EmptyWindow()
window.resize(int(sys.argv[1]), int(sys.argv[2]))
window.show()
sys.exit(application.exec())
