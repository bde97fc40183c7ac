"""Asks why a draft may leave in spite of a block; the answer stands in the audit log."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from outtray.model.findings import Finding
from outtray.ui.context import WindowContext
from outtray.ui.review.look import dress
from outtray.ui.review.sheet import Sheet
from outtray.ui.widgets.key_button import KeyButton
from outtray.ui.widgets.labels import Label

SHORTEST = 10  # characters; a test holds it against the use case's
_HINT = f"At least {SHORTEST} characters. The reason stands in the audit log; an edit voids the override."


class OverrideSheet(Sheet):
    """`chosen` carries the block and the reason."""

    chosen = Signal(object, str)

    def __init__(self, context: WindowContext, parent: QWidget) -> None:
        """Hidden until `ask`."""
        super().__init__(context, "Why may it leave all the same?", parent)
        self.setObjectName("overrideSheet")
        self._finding: Finding | None = None
        self._what = Label(context, "", "ui", "block", wrap=True)
        self._text = QLineEdit()
        self._text.setPlaceholderText("In your own words")
        self._text.setAccessibleName("Reason for the override")
        self._text.setObjectName("overrideReason")
        self._text.setMaxLength(2_000)
        self._text.returnPressed.connect(self.submit)
        self._confirm = KeyButton(context.theme, "Override", "Enter", "primary")
        dress(self._confirm, "Override with this reason", "overrideWithReason")
        self._confirm.clicked.connect(self.submit)
        row = QHBoxLayout()
        row.addWidget(self._text, 1)
        row.addWidget(self._confirm)
        self._hint = Label(context, _HINT, "meta", "text2", wrap=True)
        self.rest.addWidget(self._what)
        self.rest.addLayout(row)
        self.rest.addWidget(self._hint)
        self._text.setMinimumWidth(300)

    def ask(self, finding: Finding) -> None:
        """Opens for this block, with an empty reason."""
        self._finding = finding
        self._what.setText(finding.why)
        self._text.clear()
        self._say_hint("text2")
        self.open()
        self._text.setFocus(Qt.FocusReason.PopupFocusReason)

    def submit(self) -> None:
        """Overrides for what was written; where that is too little, says so."""
        reason = self._text.text().strip()
        if len(reason) < SHORTEST:
            self._say_hint("block")
            self.context.announce(_HINT)
            self._text.setFocus(Qt.FocusReason.OtherFocusReason)
        elif self._finding is not None:
            self.close_sheet()
            self.chosen.emit(self._finding, reason)

    def _say_hint(self, tone: str) -> None:
        self._hint.recolour(tone)
