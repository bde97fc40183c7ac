"""The icon in the tray while the window is closed and messages still leave; it says no word of any mail."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from outtray.ui.window import MainWindow
from outtray.ui.window_context import ShellContext


class Tray(QObject):
    """`shown` asks for the window, `quit_asked` for the end."""

    shown = Signal()
    quit_asked = Signal()

    def __init__(self, context: ShellContext, window: MainWindow) -> None:
        """Shows the icon."""
        super().__init__(window)
        self._menu = QMenu()
        self._menu.addAction("Show Outtray").triggered.connect(self.shown)
        self._menu.addAction("Pause sending").triggered.connect(lambda: window.invoke("pauseSending"))
        self._menu.addSeparator()
        self._menu.addAction("Quit").triggered.connect(self.quit_asked)
        self._icon = QSystemTrayIcon(context.icon("ph.tray", "accentText"), self)
        self._icon.setToolTip("Outtray is sending")
        self._icon.setContextMenu(self._menu)
        self._icon.activated.connect(self._clicked)
        self._icon.show()

    def remove(self) -> None:
        """Takes the icon away."""
        self._icon.hide()
        self.deleteLater()

    def _clicked(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason is QSystemTrayIcon.ActivationReason.Trigger:
            self.shown.emit()
