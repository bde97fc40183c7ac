"""Try on history: four figures, and the drafts on which the rule and the operator differ."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QSpinBox,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from outtray.ui.deliveries.moments import moment, zone_of
from outtray.ui.deliveries.table_parts import TableCells, TableHeads
from outtray.ui.review.look import px
from outtray.ui.rules import words
from outtray.ui.widgets.labels import Label

if TYPE_CHECKING:
    from outtray.review.rule_record import Differing, Record
    from outtray.store.rules import Trial
    from outtray.ui.context import WindowContext

_COLUMNS = ("To", "Subject", "Decided", "What you did")
_ROW = 36


class TrialPart(QWidget):
    """`asked` carries for how many days the rule is to be tried; `opened` a draft that was asked for."""

    asked = Signal(int)
    opened = Signal(int)

    def __init__(self, context: WindowContext) -> None:
        """Not tried until `show_record` says otherwise."""
        super().__init__()
        self._context = context
        self._days = QSpinBox()
        self._days.setRange(1, 365)
        self._days.setValue(30)
        self._days.lineEdit().setTextMargins(6, 0, 0, 0)
        self._days.setAccessibleName("Days of history")
        self._days.setObjectName("daysOfHistory")
        self._days.setFixedWidth(px(context, 56))
        self._when = Label(context, "", "meta", "text2")
        self._try = QPushButton("Try it")
        self._try.setObjectName("tryOnHistory")
        self._try.setAccessibleName("Try on history")
        self._try.setProperty("compact", "true")
        self._try.setAutoDefault(False)
        self._try.clicked.connect(lambda: self.asked.emit(self._days.value()))
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(Label(context, "Try on history", "strong"))
        head.addWidget(Label(context, "the last", "ui", "text2"))
        head.addWidget(self._days)
        head.addWidget(Label(context, "days", "ui", "text2"))
        head.addStretch(1)
        head.addWidget(self._when)
        head.addWidget(self._try)
        self._figures = [_Figure(context) for _ in range(4)]
        figures = QHBoxLayout()
        figures.setSpacing(12)
        for figure in self._figures:
            figures.addWidget(figure, 1)
        self._all_figures = QWidget()
        self._all_figures.setLayout(figures)
        figures.setContentsMargins(0, 0, 0, 0)
        self._note = Label(context, "", "meta", "text2", wrap=True)
        self._table = _DifferingTable(context)
        self._table.opened.connect(self.opened)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addLayout(head)
        column.addWidget(self._all_figures)
        column.addWidget(self._note)
        column.addWidget(self._table)

    def show_record(self, record: Record) -> None:
        """Shows the last trial, and whether it was of the rule as it is now."""
        trial = record.trial
        self._all_figures.setVisible(trial is not None)
        self._table.setVisible(trial is not None and bool(record.differing))
        self._try.setText("Try it" if trial is None else "Try again")
        if trial is None:
            self._when.setText("")
            self._note.setText(
                "Not tried yet. What you decided is gone through, and you see what this rule would have done."
            )
            return
        self._days.setValue(trial.days)
        zone = zone_of(self._context.settings)
        at = moment(trial.at, self._context.clock.now(), zone)
        self._when.setText(f"run {at}, took {trial.took / 1000:.1f} s")
        self._note.setText(_note(record, trial))
        self._note.setVisible(bool(self._note.text()))
        shown = (
            (trial.let_through, f"of {trial.decided:,} it would let through", "text"),
            (trial.unchanged, "you approved as they were", "text"),
            (trial.edited, "you edited first", "text"),
            (trial.refused, "you rejected", "block" if trial.refused else "text"),
        )
        for figure, (number, what, token) in zip(self._figures, shown, strict=True):
            figure.show_number(number, what, token)
        self._table.show_rows(record.differing)

    def busy(self, *, running: bool) -> None:
        """While it runs nobody starts it again."""
        self._try.setEnabled(not running)
        self._try.setToolTip("It is being tried." if running else "")


def _note(record: Record, trial: Trial) -> str:
    parts = []
    if trial.version != record.rule.version:
        parts.append("The rule was changed since: try it again.")
    if trial.unknown:
        drafts = "draft" if trial.unknown == 1 else "drafts"
        parts.append(
            f"Of {trial.unknown:,} {drafts} it is not known, and they count as not let through: only the last"
            " reply of a person is kept."
        )
    if trial.edited:
        parts.append("Where you edited, what the checks found is that of your text.")
    return " ".join(parts)


class _Figure(QFrame):
    def __init__(self, context: WindowContext) -> None:
        super().__init__()
        self.setProperty("card", "true")
        self._number = Label(context, "", "display")
        self._what = Label(context, "", "meta", "text2", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 8, 14, 10)
        column.setSpacing(0)
        column.addWidget(self._number)
        column.addWidget(self._what)

    def show_number(self, number: int, what: str, token: str) -> None:
        self._number.setText(f"{number:,}")
        self._number.recolour(token)
        self._what.setText(what)
        self.setAccessibleName(f"{number:,} {what}")


class _DifferingTable(QTableWidget):
    """As high as its rows: the page scrolls, not the table."""

    opened = Signal(int)

    def __init__(self, context: WindowContext) -> None:
        super().__init__(0, len(_COLUMNS))
        self._context = context
        self._ids: list[int] = []
        self.setObjectName("differing")
        self.setAccessibleName("Drafts on which you and the rule differ")
        self.setHorizontalHeaderLabels(_COLUMNS)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        self.viewport().setAutoFillBackground(False)
        self.verticalHeader().hide()
        self.verticalHeader().setMinimumSectionSize(1)
        heads = TableHeads(context, 0)
        self.setHorizontalHeader(heads)
        heads.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self._cells = TableCells(context, heads)
        self.setItemDelegate(self._cells)
        self.activated.connect(lambda index: self.opened.emit(self._ids[index.row()]))

    def show_rows(self, differing: Sequence[Differing]) -> None:
        self._ids = [one.draft.id for one in differing]
        self.setRowCount(len(differing))
        now, zone = self._context.clock.now(), zone_of(self._context.settings)
        line = max(_ROW, QFontMetrics(self._context.theme.font("ui")).height() + 12)
        for place, one in enumerate(differing):
            decided = "" if one.draft.decided_at is None else moment(one.draft.decided_at, now, zone)
            cells = (
                one.draft.recipient,
                one.draft.subject or "(no subject)",
                decided,
                words.what_you_did(one.what, one.draft.reason),
            )
            for column, text in enumerate(cells):
                item = QTableWidgetItem(text)
                item.setForeground(self._context.theme.color("text2" if column in {1, 2} else "text"))
                item.setToolTip(text)
                if column == 0:
                    item.setFont(self._context.theme.font("strong"))
                if column == 3:
                    refused = one.what != "edited"
                    name, token = ("ph.x-circle-fill", "block") if refused else ("ph.pencil-simple", "text2")
                    item.setIcon(self._context.icon(name, token))
                self.setItem(place, column, item)
            self.setRowHeight(place, line)
        for column, width in ((0, 160), (2, 136), (3, 230)):
            self.setColumnWidth(column, px(self._context, width))
        self.horizontalHeader().setFixedHeight(line)
        self.setFixedHeight(line * (len(differing) + 1) + 2)
