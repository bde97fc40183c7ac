"""Asks why a draft is rejected: one of the usual reasons by its number, or words of one's own.

The keyboard goes to the words: what a person types as a reason must never act on the next draft.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from outtray.ui.context import WindowContext
from outtray.ui.review.look import dress
from outtray.ui.review.row_words import counted
from outtray.ui.review.sheet import Sheet
from outtray.ui.widgets.key_button import KeyButton
from outtray.ui.widgets.labels import Label

REASONS = ("Wrong facts", "Wrong person", "Tone", "Not now")
_OTHER = "Other…"


class RejectSheet(Sheet):
    """`chosen` carries the reason, which is never empty; the machine reads it."""

    chosen = Signal(str)

    def __init__(self, context: WindowContext, parent: QWidget) -> None:
        """Hidden until `ask`."""
        super().__init__(context, "Why do you reject it?", parent)
        self.setObjectName("rejectSheet")
        for button in self.offer((*REASONS, _OTHER), "reason"):
            button.clicked.connect(lambda _on=False, pressed=button: self._press(pressed.text()))
        self._text = QLineEdit()
        self._text.setPlaceholderText("In your own words")
        self._text.setAccessibleName("Reason")
        self._text.setObjectName("reason")
        self._text.setMaxLength(1_000)
        self._text.returnPressed.connect(self.submit)
        self._text.installEventFilter(self)
        self._confirm = KeyButton(context.theme, "Reject", "Enter", "primary")
        dress(self._confirm, "Reject with this reason", "rejectWithReason")
        self._confirm.clicked.connect(self.submit)
        row = QHBoxLayout()
        row.addWidget(self._text, 1)
        row.addWidget(self._confirm)
        self.rest.addLayout(row)
        self._hint = Label(context, "The machine that drafted it reads the reason.", "meta", "text2")
        self.rest.addWidget(self._hint)

    def ask(self, number: int) -> None:
        """Opens for so many drafts, with an empty reason."""
        self.title.setText(
            "Why do you reject it?" if number == 1 else f"Why do you reject {counted(number, 'draft')}?"
        )
        self._text.clear()
        self._say_hint("The machine that drafted it reads the reason.", "text2")
        self.open()
        self._text.setFocus(Qt.FocusReason.PopupFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: ARG002 - Qt's signature
        """A number chooses as long as nothing is written."""
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent) or self._text.text():
            return False
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        return self.choose(event)

    def submit(self) -> None:
        """Rejects for what was written; where nothing was, says that a reason is needed."""
        reason = self._text.text().strip()
        if reason:
            self._done(reason)
        else:
            self._say_hint("Say why: choose a reason, or write one.", "block")
            self._text.setFocus(Qt.FocusReason.OtherFocusReason)

    def _press(self, reason: str) -> None:
        if reason == _OTHER:
            self._text.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self._say_hint("Write why, then press Enter.", "text2")
            return
        more = self._text.text().strip()
        self._done(f"{reason}: {more}" if more else reason)

    def _done(self, reason: str) -> None:
        self.close_sheet()
        self.chosen.emit(reason)

    def _say_hint(self, words: str, tone: str) -> None:
        self._hint.setText(words)
        self._hint.recolour(tone)
