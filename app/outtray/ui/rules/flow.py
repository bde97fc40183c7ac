"""A layout that sets its parts in lines like words: what does not fit goes to the next line."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget


class FlowLayout(QLayout):
    """Parts from left to right, lines from top to bottom, each part in the middle of its line."""

    def __init__(self, parent: QWidget | None = None, gap: int = 5, line_gap: int = 8) -> None:
        """`gap` between parts, `line_gap` between lines, in pixels."""
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._gap, self._line_gap = gap, line_gap
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:
        """Puts a part behind the others."""
        self._items.append(item)

    def count(self) -> int:
        """How many parts there are."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """A part by its place."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """Takes a part out."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        """As wide as there is room, no higher than it needs."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        """The height follows from the width."""
        return True

    def heightForWidth(self, width: int) -> int:
        """How high the lines are at this width."""
        return self._arrange(QRect(0, 0, width, 0), place=False)

    def setGeometry(self, rect: QRect) -> None:
        """Sets the parts."""
        super().setGeometry(rect)
        self._arrange(rect, place=True)

    def sizeHint(self) -> QSize:
        """As a paragraph of a usual width."""
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        """Room for the widest part."""
        size = QSize()
        for item in self._items:
            size = size.expandedTo(item.minimumSize())
        return size

    def clear(self) -> None:
        """Takes all parts out and deletes them."""
        while self._items:
            widget = self._items.pop().widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()

    def _arrange(self, rect: QRect, *, place: bool) -> int:
        line: list[tuple[QLayoutItem, QSize]] = []
        left, top = 0, rect.top()
        for item in self._items:
            widget = item.widget()
            if widget is not None and widget.isHidden():
                continue
            size = item.sizeHint()
            if line and left + size.width() > rect.width():
                top += self._set(line, rect.left(), top, place=place) + self._line_gap
                line, left = [], 0
            line.append((item, size))
            left += size.width() + self._gap
        if line:
            top += self._set(line, rect.left(), top, place=place)
        return top - rect.top()

    def _set(self, line: list[tuple[QLayoutItem, QSize]], left: int, top: int, *, place: bool) -> int:
        height = max(size.height() for _, size in line)
        if place:
            for item, size in line:
                item.setGeometry(QRect(QPoint(left, top + (height - size.height()) // 2), size))
                left += size.width() + self._gap
        return height
