"""Asks for something and the reason for it, in one small window."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from outtray.ui.widgets.labels import Label

if TYPE_CHECKING:
    from outtray.ui.context import WindowContext

_ASKED = "Reason (kept with the message)"
_WELCOME = "Reason, if you like (kept with the message)"


class ReasonDialog(QDialog):
    """Ask with `open()`; `then` gets the reason, with no blanks round it."""

    def __init__(
        self,
        context: WindowContext,
        parent: QWidget,
        *,
        title: str,
        text: str,
        answer: str,
        then: Callable[[str], object],
        required: bool = True,
        danger: bool = False,
    ) -> None:
        """`answer` is the word on the button that does it."""
        super().__init__(parent)
        self._then, self._required = then, required
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self.setAccessibleDescription(text)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(round(26 * context.theme.line_height("ui")))
        self.reason = QLineEdit()
        self.reason.setObjectName("reason")
        self.reason.setAccessibleName("Reason")
        self.reason.setMaxLength(500)
        self.reason.textChanged.connect(self._open_or_shut)
        self._yes = QPushButton(answer)
        self._yes.setAccessibleName(answer)
        self._yes.setProperty("role", "danger" if danger else "primary")
        self._yes.setDefault(True)
        self._yes.clicked.connect(self._answer)
        no = QPushButton("Cancel")
        no.setAccessibleName("Cancel")
        no.setAutoDefault(False)
        no.clicked.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(8)
        column.addWidget(Label(context, title, "title", wrap=True))
        column.addWidget(Label(context, text, "body", "text2", wrap=True))
        column.addSpacing(4)
        label = Label(context, _ASKED if required else _WELCOME, "meta", "text2")
        label.setBuddy(self.reason)
        column.addWidget(label)
        column.addWidget(self.reason)
        column.addSpacing(8)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(no)
        row.addWidget(self._yes)
        column.addLayout(row)
        self._open_or_shut()
        self.reason.setFocus()
        context.announce(f"{title} {text}", at_once=True)

    def _open_or_shut(self) -> None:
        shut = self._required and not self.reason.text().strip()
        self._yes.setEnabled(not shut)
        self._yes.setToolTip("Write the reason first." if shut else "")
        self._yes.setAccessibleDescription("Write the reason first." if shut else "")

    def _answer(self) -> None:
        reason = self.reason.text().strip()
        if reason or not self._required:
            self.accept()
            self._then(reason)
