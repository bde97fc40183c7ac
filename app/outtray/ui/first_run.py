"""The first run: what Outtray is for, and the ways to begin. Shown while a real profile is empty."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import (
    QDragEnterEvent,
    QDropEvent,
    QFontMetrics,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from outtray.ui.commands import Handler
from outtray.ui.context import WindowContext
from outtray.ui.screen import Screen
from outtray.ui.widgets.key_button import keycap_width, paint_keycap
from outtray.ui.widgets.labels import Label, Rule

_COLUMN = 560
_STEPS_FROM = 1000
_STEPS = (
    ("Choose an account", "practice, or your Gmail"),
    ("Bring in drafts", "a file, or an agent"),
    ("Approve the first", "you have 30 s to undo"),
    ("Set quiet hours", "when nothing may leave"),
)


class Card(QAbstractButton):
    """One way to begin: an icon, two lines, its key."""

    def __init__(self, context: WindowContext, icon: str, title: str, text: str, key: str) -> None:
        """`key` is the digit that presses it."""
        super().__init__()
        self._context, self._icon, self._text, self.key = context, icon, text, key
        self.setText(title)
        self.setAccessibleName(title)
        self.setAccessibleDescription(text)
        self.setToolTip(f"{title} ({key})")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:
        """As high as its lines and their air."""
        theme = self._context.theme
        room = theme.px(_COLUMN) - theme.px(40) - 96
        lines = -(-QFontMetrics(theme.font("ui")).horizontalAdvance(self._text) // room)
        return QSize(300, theme.px(56) + round(theme.line_height("ui")) * lines)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses it, as Space does."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Painted by hand; the ring says where the keyboard is."""
        theme = self._context.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        focused = self.hasFocus()
        painter.setPen(QPen(theme.color("focus" if focused else "line"), 2 if focused else 1))
        painter.setBrush(theme.color("hover" if self.underMouse() else "surface"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 10, 10)
        tile = theme.px(40)
        left, top = 20, (self.height() - tile) // 2
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("selected" if focused else "sunken"))
        painter.drawRoundedRect(left, top, tile, tile, 8, 8)
        icon = theme.px(20)
        pixmap = self._context.pixmap(self._icon, "accentText" if focused else "text2", icon)
        painter.drawPixmap(left + (tile - icon) // 2, top + (tile - icon) // 2, pixmap)
        text = self.rect().adjusted(left + tile + 16, 0, -60, 0)
        head = theme.px(18)
        painter.setFont(theme.font("strong"))
        painter.setPen(theme.color("text"))
        painter.drawText(text.adjusted(0, head, 0, 0), Qt.AlignmentFlag.AlignTop, self.text())
        painter.setFont(theme.font("ui"))
        painter.setPen(theme.color("text2"))
        below = text.adjusted(0, head + round(theme.line_height("strong")) + 2, 0, 0)
        painter.drawText(below, Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap, self._text)
        width = keycap_width(theme, self.key)
        cap = self.rect().adjusted(self.width() - width - 20, 0, -20, 0)
        height = theme.px(18)
        cap.setTop((self.height() - height) // 2)
        cap.setHeight(height)
        paint_keycap(painter, theme, cap, self.key, ground=theme.color("sunken"), text=theme.color("text2"))
        painter.end()


class DropZone(QLabel):
    """Where files may be dropped; a click chooses them."""

    def __init__(self, context: WindowContext, text: str) -> None:
        """Dashed, so that it looks like a place and not like a button."""
        super().__init__(text)
        self._context = context
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setAcceptDrops(True)
        self.setAccessibleName(text)

    def sizeHint(self) -> QSize:
        """As high as a card."""
        return QSize(300, self._context.theme.px(70))

    def paintEvent(self, event: QPaintEvent) -> None:
        """The dashed line, then the words."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._context.theme.color("lineStrong"), 1, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 10, 10)
        painter.end()
        super().paintEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """The window takes the files."""
        event.ignore()

    def dropEvent(self, event: QDropEvent) -> None:
        """The window takes the files."""
        event.ignore()


class FirstRunScreen(Screen):
    """Stands where Review will be."""

    name = "firstRun"
    title = "Getting started"

    def __init__(self, context: WindowContext) -> None:
        """Two cards, and a place for files."""
        super().__init__(context)
        self.setProperty("ground", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.practice = self._card(
            "ph.flask",
            "Try it with practice mail",
            "200 sample drafts, an account that sends nowhere",
            "1",
            "practice",
        )
        self.connect_gmail = self._card(
            "ph.envelope-simple",
            "Connect Gmail",
            "Outtray asks to create and send drafts. It sees headers, never what your mail says.",
            "2",
            "addAccount",
        )
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self._steps = self._steps_column()
        row.addWidget(self._steps)
        self._line = Rule("vertical")
        row.addWidget(self._line)
        row.addStretch(1)
        row.addLayout(self._column(), 20)
        row.addStretch(1)

    def handlers(self) -> Mapping[str, Handler]:
        """The window's own commands are all there is."""
        return {}

    def regions(self) -> Sequence[QWidget]:
        """The cards."""
        return (self.practice,)

    def resized(self, width: int, height: int) -> None:  # noqa: ARG002 - the height changes nothing here
        """The steps go where there is no room for them."""
        wide = width >= self.context.theme.px(_STEPS_FROM)
        self._steps.setVisible(wide)
        self._line.setVisible(wide)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A digit presses its card; arrows go between them."""
        cards = (self.practice, self.connect_gmail)
        for card in cards:
            if event.text() == card.key:
                card.click()
                return
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            (cards[1] if event.key() == Qt.Key.Key_Down else cards[0]).setFocus(Qt.FocusReason.TabFocusReason)
            return
        super().keyPressEvent(event)

    def _card(self, icon: str, title: str, text: str, key: str, command: str) -> Card:
        card = Card(self.context, icon, title, text, key)
        run: Callable[[], None] = lambda: self.context.invoke(command)  # noqa: E731 - typed for the signal
        card.clicked.connect(run)
        return card

    def _column(self) -> QVBoxLayout:
        context = self.context
        column = QVBoxLayout()
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(10)
        column.addStretch(2)
        for text, style, token in (
            ("Nothing leaves this machine unless you saw it", "display", "text"),
            (
                (
                    "Agents and scripts hand their drafts in here. You read exactly what would go out, "
                    "change it, approve it or refuse it, and see it leave once."
                ),
                "body",
                "text2",
            ),
        ):
            column.addWidget(_narrow(Label(context, text, style, token, wrap=True), context))
        column.addSpacing(14)
        for card in (self.practice, self.connect_gmail):
            column.addWidget(_narrow(card, context))
        column.addSpacing(10)
        zone = DropZone(context, "Or drop .json, .jsonl, .csv, .eml or .mbox files here")
        column.addWidget(_narrow(zone, context))
        foot = Label(
            context,
            "Everything stays on this computer. Sending is paused until you turn it on.",
            "meta",
            "text3",
        )
        foot.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.addSpacing(6)
        column.addWidget(_narrow(foot, context))
        column.addStretch(3)
        return column

    def _steps_column(self) -> QWidget:
        context = self.context
        panel = QWidget()
        panel.setProperty("ground", "panel")
        panel.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        panel.setFixedWidth(context.theme.px(368))
        column = QVBoxLayout(panel)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        head = QHBoxLayout()
        head.setContentsMargins(18, 12, 12, 12)
        head.addWidget(Label(context, "Getting started", "heading"), 1)
        head.addWidget(Label(context, f"0 of {len(_STEPS)}", "meta", "text2"))
        column.addLayout(head)
        column.addWidget(Rule())
        column.addSpacing(8)
        for number, (title, hint) in enumerate(_STEPS, 1):
            line = QHBoxLayout()
            line.setContentsMargins(18, 5, 18, 5)
            line.setSpacing(12)
            line.addWidget(_Number(context, number))
            words = QVBoxLayout()
            words.setSpacing(0)
            words.addWidget(Label(context, title, "ui"))
            words.addWidget(Label(context, hint, "meta", "text2"))
            line.addLayout(words, 1)
            column.addLayout(line)
        column.addStretch(1)
        return panel


class _Number(QWidget):
    def __init__(self, context: WindowContext, number: int) -> None:
        super().__init__()
        self._context, self._number = context, number
        side = context.theme.px(22)
        self.setFixedSize(side, side)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A figure in a ring."""
        theme = self._context.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(theme.color("lineStrong"))
        painter.drawEllipse(QRectF(self.rect()).adjusted(1, 1, -1, -1))
        painter.setFont(theme.font("micro"))
        painter.setPen(theme.color("text2"))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, str(self._number))
        painter.end()


def _narrow(widget: QWidget, context: WindowContext) -> QWidget:
    widget.setMaximumWidth(context.theme.px(_COLUMN))
    return widget
