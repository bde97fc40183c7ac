"""A small table of texts: the first items of a file, and what was refused."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

if TYPE_CHECKING:
    from outtray.ui.context import WindowContext

_Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()
_ROW = 32


class TextTable(QAbstractTableModel):
    """Rows of texts below fixed names; `tone` is a token of the theme for all texts of a row."""

    def __init__(self, context: WindowContext, names: Sequence[str]) -> None:
        """`names` head the columns."""
        super().__init__()
        self._context = context
        self._names = list(names)
        self._rows: list[tuple[Sequence[str], str]] = []

    def show(self, rows: Sequence[tuple[Sequence[str], str]]) -> None:
        """Shows other rows: their cells, and the token of their colour."""
        self.beginResetModel()
        self._rows = list(rows)
        self.endResetModel()

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        """How many rows there are."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index = _NOWHERE) -> int:
        """How many columns there are."""
        return 0 if parent.isValid() else len(self._names)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The text of a cell, in full in its tooltip; a row speaks as one sentence from its first cell."""
        if not index.isValid():
            return None
        cells, tone = self._rows[index.row()]
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole}:
            return cells[index.column()]
        if role == Qt.ItemDataRole.AccessibleTextRole and index.column() == 0:
            return ", ".join(cell for cell in cells if cell)
        if role == Qt.ItemDataRole.ForegroundRole:
            return self._context.theme.color(tone)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """The names of the columns."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._names[section]
        return None


class TextTableView(QTableView):
    """A table to read: whole rows are chosen, and Tab goes on to the next control."""

    def __init__(self, context: WindowContext, model: TextTable, name: str, stretch: int) -> None:
        """`name` is spoken; the column `stretch` takes the room that is left."""
        super().__init__()
        self.setModel(model)
        self.setAccessibleName(name)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(context.theme.px(_ROW))
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(stretch, QHeaderView.ResizeMode.Stretch)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and Escape are the dialog's."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape}:
            event.ignore()
            return
        super().keyPressEvent(event)
