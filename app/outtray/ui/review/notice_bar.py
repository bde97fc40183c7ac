"""A bar across the message: somebody changed it, it was withdrawn, unsaved text is there."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from outtray.ui.context import WindowContext
from outtray.ui.review.look import dress, px
from outtray.ui.widgets.key_button import KeyButton
from outtray.ui.widgets.labels import Label


class NoticeBar(QWidget):
    """Hidden until it has something to say; `asked` carries the name of the button that was pressed."""

    asked = Signal(str)

    def __init__(self, context: WindowContext) -> None:
        super().__init__()
        self._context = context
        self._icon = QLabel()
        self._words = Label(context, "", "medium", wrap=True)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(12, 4, 8, 4)
        self._row.setSpacing(8)
        self._row.addWidget(self._icon)
        self._row.addWidget(self._words, 1)
        self._buttons: list[KeyButton] = []
        self.setObjectName("messageNotice")
        self.setMinimumHeight(px(context, 36))
        self.hide()

    @property
    def words(self) -> str:
        """What it says."""
        return self._words.text() if not self.isHidden() else ""

    def say(self, words: str, *offers: tuple[str, str]) -> None:
        """Says something, with buttons as pairs of word and name; announced to assistive programs."""
        for button in self._buttons:
            self._row.removeWidget(button)
            button.deleteLater()
        self._buttons = []
        for label, name in offers:
            button = KeyButton(self._context.theme, label)
            button.setProperty("compact", "true")
            dress(button, label, name)
            button.clicked.connect(lambda _on=False, pressed=name: self.asked.emit(pressed))
            self._row.addWidget(button)
            self._buttons.append(button)
        self._words.setText(words)
        self._icon.setPixmap(self._context.pixmap("ph.warning-fill", "warn", 16))
        self.setAccessibleName(words)
        self.show()
        self._context.announce(words)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The soft ground."""
        QPainter(self).fillRect(self.rect(), self._context.theme.color("warnSoft"))
