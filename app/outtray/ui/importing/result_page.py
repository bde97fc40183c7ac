"""The last page of the import: what came in, and what was refused, with its place and the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from outtray.ui.importing.tables import TextTable, TextTableView
from outtray.ui.widgets.labels import Label

if TYPE_CHECKING:
    from outtray.intake.outcomes import Outcome, Refusal
    from outtray.ui.context import WindowContext


class ResultPage(QWidget):
    """Says what an outcome is; its buttons say what the person wants next."""

    again = Signal()
    mapping_wanted = Signal()
    export_wanted = Signal()
    closed = Signal()

    def __init__(self, context: WindowContext) -> None:
        """Empty before `show_outcome`."""
        super().__init__()
        self._context = context
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 20)
        layout.setSpacing(10)
        self.title = Label(context, "", "title", wrap=True)
        self.words = Label(context, "", "ui", "text2", wrap=True)
        layout.addWidget(self.title)
        layout.addWidget(self.words)
        self._table = TextTable(context, ("File", "Place", "Field", "Why it was refused"))
        self.table = TextTableView(context, self._table, "Refused", 3)
        layout.addWidget(self.table, 1)
        self._filler = QWidget()
        layout.addWidget(self._filler, 1)
        row = QHBoxLayout()
        row.setSpacing(8)
        self.try_again = _button("Try again", "tryAgain")
        self.export = _button("Export refused…", "exportRefused")
        self.mapping = _button("Change the mapping", "changeMapping")
        self.close_dialog = _button("Close", "closeImport", "primary")
        self.try_again.clicked.connect(self.again)
        self.export.clicked.connect(self.export_wanted)
        self.mapping.clicked.connect(self.mapping_wanted)
        self.close_dialog.clicked.connect(self.closed)
        for button in (self.try_again, self.export, self.mapping):
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self.close_dialog)
        layout.addLayout(row)

    def show_outcome(self, outcome: Outcome) -> None:
        """Shows the counts and the refused items."""
        self.title.setText(outcome.sentence)
        self.words.setText(_words(outcome))
        self.words.setVisible(bool(self.words.text()))
        self._table.show([(_cells(refusal), "text") for refusal in outcome.errors])
        self.table.setColumnHidden(0, len({refusal.file for refusal in outcome.errors}) < 2)
        for column, width in enumerate((160, 150, 240)):
            self.table.setColumnWidth(column, self._context.theme.px(width))
        self.table.setVisible(bool(outcome.errors))
        self._filler.setVisible(not outcome.errors)
        kept = bool(outcome.kept)
        for button in (self.try_again, self.export):
            button.setVisible(bool(outcome.refused))
            button.setEnabled(kept)
            button.setToolTip("" if kept else "Nothing of it could be kept; the file is where it was.")
            button.setAccessibleDescription(button.toolTip())
        self.mapping.setVisible(bool(outcome.refused))
        self.close_dialog.setDefault(True)
        self.close_dialog.setFocus()
        self._context.announce(outcome.sentence)


def _words(outcome: Outcome) -> str:
    said = []
    if outcome.refused > len(outcome.errors):
        said.append(f"The first {len(outcome.errors)} that were refused are listed.")
    if outcome.kept:
        said.append("What was refused is kept in the profile, so that it can be tried again.")
    if outcome.unknown_fields:
        names = sorted(outcome.unknown_fields)
        more = f" and {len(names) - 8} more" if len(names) > 8 else ""
        said.append(f"Kept under context: {', '.join(names[:8])}{more}.")
    said += [f"Nothing lies at “{path}” in any item." for path in outcome.unseen_paths]
    return " ".join(said)


def _cells(refusal: Refusal) -> tuple[str, str, str, str]:
    place = "" if refusal.place == refusal.file else refusal.place
    if place and refusal.line is not None and refusal.line != refusal.item:
        place = f"{place}, line {refusal.line}" if not place.startswith("Line") else place
    return refusal.file, place, refusal.field or "", refusal.reason


def _button(words: str, name: str, role: str = "") -> QPushButton:
    button = QPushButton(words)
    button.setObjectName(name)
    button.setAccessibleName(words.rstrip("…"))
    button.setProperty("role", role)
    button.setAutoDefault(False)
    return button
