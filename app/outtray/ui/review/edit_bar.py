"""The bar under the editor: Cancel, what saving means, Save."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from outtray.ui.context import WindowContext
from outtray.ui.review.look import dress, px
from outtray.ui.widgets.key_button import KeyButton
from outtray.ui.widgets.labels import Label


class EditBar(QWidget):
    """`save_asked` and `cancel_asked` come from its buttons."""

    save_asked = Signal()
    cancel_asked = Signal()

    def __init__(self, context: WindowContext) -> None:
        super().__init__()
        self._context = context
        self.setObjectName("editBar")
        self.setAccessibleName("Editing")
        self._cancel = KeyButton(context.theme, "Cancel", "Esc")
        dress(self._cancel, "Cancel", "cancel")
        self._cancel.clicked.connect(self.cancel_asked)
        self._first = Label(context, "Saved with the draft and in the audit log", "meta", "text2")
        self._second = Label(context, "", "meta", "text2")
        self._save = KeyButton(context.theme, "Save", context.key_of("save"), "primary")
        dress(self._save, "Save", "save")
        self._save.clicked.connect(self.save_asked)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addStretch(1)
        for label in (self._first, self._second):
            words.addWidget(label, 0, Qt.AlignmentFlag.AlignRight)
        words.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 1, 16, 0)
        row.setSpacing(12)
        row.addWidget(self._cancel)
        row.addStretch(1)
        row.addLayout(words)
        row.addWidget(self._save)
        self.restyle()

    def restyle(self) -> None:
        """Takes heights and icons from the theme again."""
        self.setFixedHeight(px(self._context, 64))
        self._save.setMinimumSize(px(self._context, 132), px(self._context, 36))
        self._cancel.setMinimumHeight(px(self._context, 36))
        self._save.setIcon(self._context.icon("ph.check", "onAccent"))

    def say(self, source: str, voids: str) -> None:
        """`voids` says that saving takes an approval back, else who can read what was changed."""
        self._second.setText(voids or f"{source} can read what you changed")
        self._second.recolour("warn" if voids else "text2")

    def shape(self, *, narrow: bool) -> None:
        """A narrow window has no room for the words."""
        self._first.setVisible(not narrow)
        self._second.setVisible(not narrow)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The ground, and the line above."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._context.theme.color("surface"))
        painter.fillRect(0, 0, self.width(), 1, self._context.theme.color("line"))
