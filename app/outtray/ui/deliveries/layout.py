"""What the rooms behind the desk are laid out with: a head, a place that is empty, a pane with details."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QToolButton, QVBoxLayout, QWidget

from outtray.ui.widgets.labels import Label, Rule

if TYPE_CHECKING:
    from outtray.ui.context import WindowContext

HEAD = 44


def scale_of(context: WindowContext) -> float:
    """By how much the text is larger than the design's; widths of columns and panes grow with it."""
    return context.theme.line_height("ui") / 18


def ground(widget: QWidget, token: str) -> QWidget:
    """Lays a widget on a ground of the theme; gives the widget."""
    widget.setProperty("ground", token)
    widget.setAttribute(Qt.WidgetAttribute.WA_StyledBackground, on=True)
    return widget


class ScreenHead(QWidget):
    """The line on top of a screen: its name, how many, and what stands at the right (`right`)."""

    def __init__(self, context: WindowContext, title: str) -> None:
        """No count before `show_count`."""
        super().__init__()
        self._context = context
        self.name = Label(context, title, "heading")
        self._count = Label(context, "", "ui", "text3")
        self.note = Label(context, "", "meta", "text2")
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 0, 12, 0)
        row.setSpacing(8)
        row.addWidget(self.name)
        row.addWidget(self._count)
        row.addStretch(1)
        row.addWidget(self.note)
        self.right = QHBoxLayout()
        self.right.setSpacing(8)
        row.addLayout(self.right)
        self._dress()
        context.restyled.connect(self._dress)

    def show_count(self, count: int | None) -> None:
        """How many there are; nothing for none."""
        self._count.setText(f"{count:,}" if count else "")

    def _dress(self) -> None:
        self.setFixedHeight(max(HEAD, round(self._context.theme.line_height("ui")) + 26))


class Empty(QWidget):
    """What a room shows that holds nothing: an icon, a sentence, what would come here."""

    def __init__(self, context: WindowContext, icon: str, title: str, body: str = "") -> None:
        """Centred, a little above the middle."""
        super().__init__()
        self._context, self._icon_name = context, icon
        self._icon = QLabel()
        self._title = Label(context, title, "display")
        self._body = Label(context, body, "body", "text2", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(8)
        column.addStretch(2)
        for part in (self._icon, self._title, self._body):
            part.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(part)
        column.addStretch(3)
        self._body.setVisible(bool(body))
        self._dress()
        context.restyled.connect(self._dress)

    def say(self, title: str, body: str = "") -> None:
        """Other words."""
        self._title.setText(title)
        self._body.setText(body)

    def _dress(self) -> None:
        side = round(40 * scale_of(self._context))
        self._icon.setPixmap(self._context.pixmap(self._icon_name, "text3", side))


class Pane(QFrame):
    """The details beside a list: a head with a way out, content that scrolls, actions at the foot."""

    closed = Signal()

    def __init__(self, context: WindowContext, name: str, token: str = "surface") -> None:  # noqa: S107
        """`name` is spoken; `token` is the ground."""
        super().__init__()
        self._context = context
        ground(self, token)
        self.setAccessibleName(name)
        self.title = Label(context, "", "strong")
        self._way_out = QToolButton()
        self._way_out.setProperty("role", "quiet")
        self._way_out.setProperty("compact", True)
        self._way_out.setAccessibleName("Close details")
        self._way_out.setToolTip("Close the details (Esc)")
        self._way_out.clicked.connect(self.closed)
        head = QHBoxLayout()
        head.setContentsMargins(20, 0, 10, 0)
        head.addWidget(self.title, 1)
        head.addWidget(self._way_out)
        self._head = QWidget()
        self._head.setLayout(head)
        self.content = QVBoxLayout()
        self.content.setContentsMargins(20, 16, 20, 16)
        self.content.setSpacing(12)
        inside = QWidget()
        inside.setLayout(self.content)
        self.area = QScrollArea()
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setAccessibleName(name)
        self.area.viewport().setAutoFillBackground(False)
        self.area.setWidget(inside)
        self.setFocusProxy(self.area)
        inside.setAutoFillBackground(False)
        self.foot = QVBoxLayout()
        self.foot.setContentsMargins(20, 16, 20, 16)
        self.foot.setSpacing(8)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._head)
        column.addWidget(Rule())
        column.addWidget(self.area, 1)
        column.addWidget(Rule())
        column.addLayout(self.foot)
        self._dress()
        context.restyled.connect(self._dress)

    def top(self) -> None:
        """Shows the content from its beginning."""
        self.area.verticalScrollBar().setValue(0)

    def _dress(self) -> None:
        self._way_out.setIcon(self._context.icon("ph.x", "text2"))
        self._head.setFixedHeight(max(HEAD, round(self._context.theme.line_height("ui")) + 26))
