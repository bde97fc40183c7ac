"""The attempts of a delivery as a table, and the raw answer of the last one, folded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics, QGuiApplication
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QPlainTextEdit,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from outtray.ui.deliveries.layout import scale_of
from outtray.ui.deliveries.moments import second, took
from outtray.ui.deliveries.story import answer_line, step_name
from outtray.ui.deliveries.table_parts import TableCells, TableHeads

if TYPE_CHECKING:
    from datetime import tzinfo

    from outtray.store.outbox_reads import AttemptRow
    from outtray.ui.context import WindowContext

_COLUMNS = ("No.", "Time", "Step", "Answer", "Took")
_ROW = 36
_WIDTHS = {0: 34, 1: 92, 2: 176, 4: 56}
_MOST_LINES = 14


class AttemptTable(QTableWidget):
    """As high as its rows: the pane around it scrolls, not the table."""

    def __init__(self, context: WindowContext) -> None:
        """Empty until `show_attempts`."""
        super().__init__(0, len(_COLUMNS))
        self._context = context
        self.setAccessibleName("Attempts")
        self.setObjectName("attempts")
        self.setHorizontalHeaderLabels(_COLUMNS)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self.verticalHeader().hide()
        self.verticalHeader().setMinimumSectionSize(1)
        heads = TableHeads(context, 0, frozenset({len(_COLUMNS) - 1}))
        self.setHorizontalHeader(heads)
        heads.setSectionResizeMode(3, QHeaderView.ResizeMode.Stretch)
        self._cells = TableCells(context, heads)
        self.setItemDelegate(self._cells)

    def show_attempts(self, attempts: Sequence[AttemptRow], zone: tzinfo | None) -> None:
        """Oldest first; what used no attempt stands between them without a number."""
        self.setRowCount(len(attempts))
        line = max(_ROW, QFontMetrics(self._context.theme.font("ui")).height() + 12)
        before = 0
        for place, attempt in enumerate(attempts):
            used = attempt.number != before
            before = attempt.number
            cells = (
                str(attempt.number) if used else "",
                second(attempt.started_at, zone),
                step_name(attempt.step),
                answer_line(attempt),
                took(attempt.took),
            )
            for column, text in enumerate(cells):
                item = QTableWidgetItem(text)
                item.setForeground(self._context.theme.color("text" if column == 3 else "text2"))
                item.setToolTip(text if column == 3 else "")
                self.setItem(place, column, item)
            self.setRowHeight(place, line)
        scale = scale_of(self._context)
        for column, width in _WIDTHS.items():
            self.setColumnWidth(column, round(width * scale))
        self.horizontalHeader().setFixedHeight(line)
        self.setFixedHeight(line * (len(attempts) + 1) + 2)


class RawAnswer(QWidget):
    """What the mail service answered, to the letter; folded until somebody wants to know."""

    def __init__(self, context: WindowContext) -> None:
        """Hidden until `show_answer`."""
        super().__init__()
        self._context = context
        self._fold = QPushButton("Raw answer")
        self._fold.setProperty("role", "quiet")
        self._fold.setObjectName("rawAnswer")
        self._fold.setCheckable(True)
        self._fold.setAutoDefault(False)
        self._fold.toggled.connect(self._show_or_fold)
        self._copy = QPushButton("Copy")
        self._copy.setProperty("role", "quiet")
        self._copy.setAccessibleName("Copy the raw answer")
        self._copy.setAutoDefault(False)
        self._copy.clicked.connect(self._copy_all)
        self._text = QPlainTextEdit()
        self._text.setReadOnly(True)
        self._text.setAccessibleName("Raw answer")
        self._text.setTabChangesFocus(True)
        self._text.setProperty("ground", "sunken")
        row = QHBoxLayout()
        row.addWidget(self._fold)
        row.addStretch(1)
        row.addWidget(self._copy)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(row)
        column.addWidget(self._text)
        self._dress()
        context.restyled.connect(self._dress)
        self.hide()

    def show_answer(self, attempts: Sequence[AttemptRow]) -> None:
        """The last answer that has any words."""
        last = next((attempt for attempt in reversed(attempts) if attempt.answer), None)
        self.setVisible(last is not None)
        if last is None or last.answer is None:
            return
        words = f"Raw answer of attempt {last.number}"
        self._fold.setText(words)
        self._fold.setAccessibleName(words)
        self._text.setPlainText(last.answer)
        lines = min(_MOST_LINES, last.answer.count("\n") + 1 + len(last.answer) // 90)
        height = QFontMetrics(self._context.theme.font("mono")).lineSpacing()
        self._text.setFixedHeight(height * lines + 24)
        self._fold.setChecked(False)
        self._show_or_fold(shown=False)

    def _copy_all(self) -> None:
        QGuiApplication.clipboard().setText(self._text.toPlainText())

    def _show_or_fold(self, shown: bool) -> None:
        self._text.setVisible(shown)
        self._copy.setVisible(shown)
        self._dress()

    def _dress(self) -> None:
        self._text.setFont(self._context.theme.font("mono"))
        open_ = self._fold.isChecked()
        self._fold.setIcon(self._context.icon("ph.caret-down" if open_ else "ph.caret-right", "text2"))
