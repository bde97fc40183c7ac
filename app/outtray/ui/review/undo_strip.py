"""The strip at the foot of the list: what was decided last, when it leaves, and the way back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from outtray.ui.context import WindowContext
from outtray.ui.review.look import dress, px
from outtray.ui.widgets.key_button import KeyButton
from outtray.ui.widgets.labels import Label


@dataclass(frozen=True, slots=True)
class Strip:
    """What the strip says. `operation` is what Undo takes back, None where nothing can be.

    Between `since` and `until` it counts down; where `goes_at` is set the strip is empty from then on.
    """

    title: str
    detail: str
    icon: str = "ph.check-circle-fill"
    tone: str = "ok"
    operation: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    goes_at: datetime | None = None
    undo_words: str = "Undo"


class UndoStrip(QWidget):
    """Its room is always kept, so that nothing moves when it speaks; it never takes the focus."""

    undo_asked = Signal(int)
    ended = Signal()

    def __init__(self, context: WindowContext) -> None:
        """Empty until `show_strip`."""
        super().__init__()
        self._context = context
        self._strip: Strip | None = None
        self._icon = QLabel()
        self._title = Label(context, "", "medium")
        self._detail = Label(context, "", "meta", "text2")
        self._seconds = Label(context, "", "ui", "text2")
        self._undo = KeyButton(context.theme, "Undo", context.key_of("undo"))
        self._undo.setProperty("compact", "true")
        self._undo.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        dress(self._undo, "Undo", "undo", "Undo the last decision")
        self._undo.clicked.connect(self._ask)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._title)
        words.addWidget(self._detail)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 2, 6, 0)
        row.setSpacing(8)
        row.addWidget(self._icon)
        row.addLayout(words, 1)
        row.addWidget(self._seconds)
        row.addWidget(self._undo)
        for label in (self._title, self._detail):
            label.setMinimumWidth(10)
        self.setAccessibleName("Last decision")
        self.setObjectName("undoStrip")
        self.restyle()
        self.show_strip(None)

    def restyle(self) -> None:
        """Takes its height from the theme again."""
        self.setFixedHeight(px(self._context, 48))
        self._paint_icon()

    @property
    def strip(self) -> Strip | None:
        """What is said now."""
        return self._strip

    @property
    def counting(self) -> bool:
        """Whether time changes what it says."""
        return self._strip is not None and (self._strip.until is not None or self._strip.goes_at is not None)

    def show_strip(self, strip: Strip | None) -> None:
        """Says something, or nothing."""
        self._strip = strip
        for widget in (self._icon, self._title, self._detail, self._seconds):
            widget.setVisible(strip is not None)
        self._undo.setVisible(strip is not None and strip.operation is not None)
        if strip is not None:
            self._title.setText(strip.title)
            self._detail.setText(strip.detail)
            self._detail.setVisible(bool(strip.detail))
            self._undo.setText(strip.undo_words)
            self._paint_icon()
            self.setToolTip(f"{strip.title}\n{strip.detail}".strip())
            self.setAccessibleDescription(f"{strip.title} {strip.detail}".strip())
        self.tick()

    def tick(self) -> None:
        """Moves the countdown on; called once a second."""
        strip = self._strip
        self.update()
        if strip is None:
            return
        now = self._context.clock.now()
        end = strip.goes_at or strip.until
        if end is not None and now >= end:
            self.show_strip(None)
            self.ended.emit()
        elif strip.until is not None:
            self._seconds.setText(f"{_seconds(strip.until, now)} s")
        else:
            self._seconds.setText("")

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The ground, and on top the line that shortens."""
        theme = self._context.theme
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.color("surface" if self._strip else "panel"))
        painter.fillRect(QRectF(0, 0, self.width(), 1), theme.color("line"))
        strip = self._strip
        if strip is not None and strip.until is not None and strip.since is not None:
            whole = (strip.until - strip.since).total_seconds()
            rest = (strip.until - self._context.clock.now()).total_seconds()
            share = 0.0 if whole <= 0 else min(1.0, max(0.0, rest / whole))
            painter.fillRect(QRectF(0, 0, self.width() * share, 2), theme.color("accent"))

    def _paint_icon(self) -> None:
        if self._strip is not None:
            self._icon.setPixmap(self._context.pixmap(self._strip.icon, self._strip.tone, 18))

    def _ask(self) -> None:
        if self._strip is not None and self._strip.operation is not None:
            self.undo_asked.emit(self._strip.operation)


def _seconds(until: datetime, now: datetime) -> int:
    return max(0, -((now - until) // timedelta(seconds=1)))
