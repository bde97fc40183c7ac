"""A small sheet above the decision bar that asks one thing, by number keys."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from outtray.ui.context import WindowContext
from outtray.ui.review.look import dress
from outtray.ui.widgets.key_button import KeyButton
from outtray.ui.widgets.labels import Label


class Sheet(QFrame):
    """Choices from 1 on; Escape closes it. It holds the focus until then, and gives it back."""

    closed = Signal()

    def __init__(self, context: WindowContext, title: str, parent: QWidget) -> None:
        """Hidden until `open`."""
        super().__init__(parent)
        self.context = context
        self._numbers: list[KeyButton] = []
        self._area = parent.rect()
        self.setProperty("floating", "true")
        self.setAccessibleName(title)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.title = Label(context, title, "strong")
        self.choices = QHBoxLayout()
        self.choices.setSpacing(8)
        self.rest = QVBoxLayout()
        self.rest.setSpacing(8)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 14)
        layout.setSpacing(10)
        layout.addWidget(self.title)
        layout.addLayout(self.choices)
        layout.addLayout(self.rest)
        self.hide()

    def offer(self, words: Sequence[str], stem: str) -> list[KeyButton]:
        """Shows choices with their numbers in place of those shown; `stem` begins their object names."""
        for button in self._numbers:
            self.choices.removeWidget(button)
            button.deleteLater()
        self._numbers = []
        for place, choice in enumerate(words, start=1):
            button = KeyButton(self.context.theme, choice, str(place))
            dress(button, choice, f"{stem}{place}")
            self.choices.addWidget(button)
            self._numbers.append(button)
        self.choices.addStretch(1)
        return self._numbers

    def open(self) -> None:
        """Shows the sheet and takes the keyboard."""
        self.show()
        self.raise_()
        self.place()
        if self._numbers:
            self._numbers[0].setFocus(Qt.FocusReason.PopupFocusReason)

    def close_sheet(self) -> None:
        """Goes away without deciding."""
        if not self.isHidden():
            self.hide()
            self.closed.emit()

    def place(self, area: QRect | None = None) -> None:
        """Stands at the foot of an area of its parent, the last one where none is given."""
        self._area = area or self._area
        if self.isHidden():
            return
        self.setMaximumWidth(max(200, self._area.width() - 24))
        self.adjustSize()
        self.move(self._area.left() + 12, max(0, self._area.bottom() - self.height() - 11))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Numbers choose, Escape closes; nothing else goes further than the sheet."""
        event.accept()
        if event.key() == Qt.Key.Key_Escape:
            self.close_sheet()
            return
        self.choose(event)

    def choose(self, event: QKeyEvent) -> bool:
        """Takes the choice whose number the key is; False where it is none."""
        place = event.key() - Qt.Key.Key_1
        if not 0 <= place < len(self._numbers):
            return False
        if not event.isAutoRepeat():
            self._numbers[place].click()
        return True
