"""Parts of the accounts page and the sign-in dialog: the five steps, and a notice of what went wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from outtray.accounts.setup_steps import SETUP_STEPS
from outtray.ui.widgets.labels import Label, retint

if TYPE_CHECKING:
    from outtray.ui.context import WindowContext

_TOP = Qt.AlignmentFlag.AlignTop
_ICONS = {
    "block": "ph.warning-octagon-fill",
    "warn": "ph.warning-fill",
    "info": "ph.info-fill",
    "ok": "ph.check-circle-fill",
}


def open_in_browser(address: str) -> bool:
    """Opens an address in the person's browser; whether the system knew one."""
    return QDesktopServices.openUrl(QUrl(address))


class Steps(QWidget):
    """How to get a client secrets file, each step with the page where it is done."""

    def __init__(self, context: WindowContext, open_url: Callable[[str], bool]) -> None:
        """`open_url` opens a page."""
        super().__init__()
        self.links: list[QPushButton] = []
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(1, 1)
        for number, step in enumerate(SETUP_STEPS, 1):
            row = 2 * number
            grid.addWidget(Label(context, str(number), "strong", "text2"), row, 0)
            grid.addWidget(Label(context, step.title, "strong"), row, 1)
            grid.addWidget(Label(context, step.text, "ui", "text2", wrap=True), row + 1, 1, 1, 2, _TOP)
            link = QPushButton("Open page")
            link.setProperty("role", "link")
            link.setAutoDefault(False)
            link.setAccessibleName(f"Open page: {step.title}")
            link.setToolTip(step.link)
            link.clicked.connect(lambda _=False, address=step.link: open_url(address))
            grid.addWidget(link, row, 2)
            grid.setRowMinimumHeight(row + 1, 26)
            self.links.append(link)


class Notice(QFrame):
    """A sentence on a soft ground with the icon of its tone; hidden while there is nothing to say."""

    def __init__(self, context: WindowContext) -> None:
        """Hidden until `say`."""
        super().__init__()
        self._context = context
        self._icon = QLabel()
        self._text = Label(context, "", "ui", "text", wrap=True)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 10, 12, 10)
        layout.setSpacing(10)
        layout.addWidget(self._icon)
        layout.addWidget(self._text, 1)
        self.hide()

    @property
    def text(self) -> str:
        """What it says."""
        return self._text.text()

    def say(self, text: str, tone: str = "block") -> None:
        """Shows a sentence in the colours of `block`, `warn`, `info` or `ok`, and reads it out."""
        self._icon.setPixmap(self._context.pixmap(_ICONS[tone], tone, 16))
        self._text.setText(text)
        self.setAccessibleName(text)
        retint(self, "ground", f"{tone}Soft")
        self.show()
        self._context.announce(text, at_once=tone == "block")


def column(parent: QWidget, *, margins: int = 24, spacing: int = 12) -> QVBoxLayout:
    """A column of widgets with the same room on all sides."""
    layout = QVBoxLayout(parent)
    layout.setContentsMargins(margins, margins, margins, margins)
    layout.setSpacing(spacing)
    return layout
