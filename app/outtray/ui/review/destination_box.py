"""The box above the message: to whom, from whom, when, and with what. Addresses are never cut."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QFrame,
    QLabel,
    QMenu,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from outtray.ui.context import WindowContext
from outtray.ui.review.destination_line import LinePainter
from outtray.ui.review.destination_words import Line
from outtray.ui.review.look import draw_focus, px
from outtray.ui.widgets.labels import Label, Rule

_MOST_ROWS = 6
_LEFT = 12


class DestinationBox(QFrame):
    """`file_asked` carries the attachment that should be opened."""

    file_asked = Signal(object)

    def __init__(self, context: WindowContext) -> None:
        """Empty until `show_lines`."""
        super().__init__()
        self._context = context
        self._whole = False
        lines = LinePainter(context)
        self.setProperty("card", "true")
        self.setObjectName("destination")
        self.setAccessibleName("Destination")
        self._many = Label(context, "", "strong", "warn")
        self._many.setContentsMargins(_LEFT, 4, 0, 0)
        self._people = _Pool(context, lines)
        self._scroll = QScrollArea()
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.viewport().setAutoFillBackground(False)
        self._scroll.setWidget(self._people)
        self._scroll.setAccessibleName("Recipients")
        self._people.setAutoFillBackground(False)
        self._rule = Rule()
        self._rest = _Pool(context, lines)
        self._rest.file_asked.connect(self.file_asked)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 4, 1, 4)
        layout.setSpacing(0)
        for widget in (self._many, self._scroll, self._rule, self._rest):
            layout.addWidget(widget)

    def show_lines(
        self, people: Sequence[Line], rest: Sequence[Line], recipients: int, *, whole: bool = False
    ) -> None:
        """`people` are the recipients and the sender, `rest` what follows below the line.

        `whole`: however many recipients there are, none has to be scrolled to.
        """
        self._whole = whole
        self._many.setVisible(recipients > _MOST_ROWS)
        self._many.setText(f"{recipients} recipients")
        self._people.show_lines(people)
        self._rest.show_lines(rest)
        self._rule.setVisible(bool(rest))
        self._rest.setVisible(bool(rest))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A narrower box may need more rows."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        width = self.width() - 2
        wanted = self._people.fit(width)
        most = px(self._context, 26) * (_MOST_ROWS + 1)
        self._scroll.setFixedHeight(wanted if self._whole else min(wanted, most))
        if not self._rest.isHidden():
            self._rest.fit(width)


class _Pool(QWidget):
    """Lines that are made once and shown again and again: a key must not build widgets."""

    file_asked = Signal(object)

    def __init__(self, context: WindowContext, lines: LinePainter) -> None:
        super().__init__()
        self._context, self._lines = context, lines
        self._rows: list[_Row] = []
        self._files: list[_FileRow] = []
        self._shown: list[_Row | _FileRow] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)

    def show_lines(self, lines: Sequence[Line]) -> None:
        plain = [line for line in lines if line.file is None]
        files = [line for line in lines if line.file is not None]
        while len(self._rows) < len(plain):
            row = _Row(self._context, self._lines)
            self._layout.insertWidget(len(self._rows), row)
            self._rows.append(row)
        while len(self._files) < len(files):
            file = _FileRow(self._context, self._lines)
            file.clicked.connect(lambda _on=False, pressed=file: self.file_asked.emit(pressed.line.file))
            self._layout.addWidget(file)
            self._files.append(file)
        for row, line in zip(self._rows, plain, strict=False):
            row.show_line(line)
        for file, line in zip(self._files, files, strict=False):
            file.show_line(line)
        for widgets, number in ((self._rows, len(plain)), (self._files, len(files))):
            for place, widget in enumerate(widgets):
                if widget.isHidden() == (place < number):
                    widget.setVisible(place < number)
        self._shown = [*self._rows[: len(plain)], *self._files[: len(files)]]

    def fit(self, width: int) -> int:
        """Gives each line the height that it needs in this width; returns the sum."""
        total = 0
        for row in self._shown:
            height = self._lines.height(row.line, width)
            if row.height() != height or row.minimumHeight() != height:
                row.setFixedHeight(height)
            total += height
        return total


class _Row(QLabel):
    """A line that is read. It is a label so that assistive programs take it for one."""

    def __init__(self, context: WindowContext, lines: LinePainter) -> None:
        super().__init__()
        self._context, self._lines = context, lines
        self.line = Line("")
        self.setMinimumWidth(40)

    def show_line(self, line: Line) -> None:
        if line != self.line:
            self.line = line
            self.setAccessibleName(line.spoken)
            self.setToolTip(line.tip)
            self.update()

    def minimumSizeHint(self) -> QSize:
        return QSize(40, px(self._context, 26))

    def sizeHint(self) -> QSize:
        return QSize(200, px(self._context, 26))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        copied = self.line.address or self.line.words
        menu.addAction("Copy").triggered.connect(lambda: QApplication.clipboard().setText(copied))
        menu.exec(event.globalPos())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._lines.paint(painter, self.line, QRectF(self.rect()))


class _FileRow(QAbstractButton):
    """A line that opens a file, after a question."""

    def __init__(self, context: WindowContext, lines: LinePainter) -> None:
        super().__init__()
        self._context, self._lines = context, lines
        self.line = Line("")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_line(self, line: Line) -> None:
        if line != self.line:
            self.line = line
            self.setAccessibleName(f"Open {line.words}")
            self.setAccessibleDescription(line.note)
            self.setToolTip("Open or save this file")
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, px(self._context, 26))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._lines.paint(painter, self.line, QRectF(self.rect()))
        if self.hasFocus():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            box = QRectF(self.rect()).adjusted(3, 2, -3, -2)
            draw_focus(painter, box, self._context.theme.color("focus"), 5)
