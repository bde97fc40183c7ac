"""The subject: wrapped over as many lines as it needs, never cut, also where it has no spaces."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize
from PySide6.QtGui import QContextMenuEvent, QPainter, QPaintEvent, QTextLayout, QTextOption
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QSizePolicy

from outtray.ui.context import WindowContext

_EMPTY = "(no subject)"


class SubjectView(QLabel):
    """A label that lays its text out itself."""

    def __init__(self, context: WindowContext) -> None:
        """Empty until `show_subject`."""
        super().__init__()
        self._context = context
        self._subject = ""
        self.setObjectName("messageSubject")
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_subject(self, subject: str) -> None:
        """Shows it; an empty one is said in words."""
        self._subject = subject
        self.setAccessibleName(subject or _EMPTY)
        self.updateGeometry()
        self.update()

    def hasHeightForWidth(self) -> bool:
        """A narrower pane needs more lines."""
        return True

    def heightForWidth(self, width: int) -> int:
        """All its lines."""
        return round(self._lay(width)[1])

    def sizeHint(self) -> QSize:
        """As wide as it is given."""
        return QSize(240, self.heightForWidth(max(self.width(), 120)))

    def minimumSizeHint(self) -> QSize:
        """At least one line."""
        return QSize(80, round(self._context.theme.line_height("title")))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Copies it."""
        menu = QMenu(self)
        menu.addAction("Copy").triggered.connect(lambda: QApplication.clipboard().setText(self._subject))
        menu.exec(event.globalPos())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The lines."""
        painter = QPainter(self)
        painter.setPen(self._context.theme.color("text" if self._subject.strip() else "text3"))
        self._lay(self.width())[0].draw(painter, QPointF(0, 0))

    def _lay(self, width: int) -> tuple[QTextLayout, float]:
        layout = QTextLayout(self._subject.strip() or _EMPTY, self._context.theme.font("title"))
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        height = 0.0
        step = self._context.theme.line_height("title")
        layout.beginLayout()
        while (line := layout.createLine()).isValid():
            line.setLineWidth(max(40, width))
            line.setPosition(QPointF(0, height + (step - line.height()) / 2))
            height += step
        layout.endLayout()
        return layout, height
