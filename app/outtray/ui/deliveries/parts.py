"""Small parts of detail panes: words in a style, a notice, a list of facts, a timeline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from outtray.ui.widgets.labels import Label

if TYPE_CHECKING:
    from outtray.ui.context import WindowContext


class Words(Label):
    """A text in a style and colour of the theme that wraps and can be marked with the pointer."""

    def __init__(
        self,
        context: WindowContext,
        text: str = "",
        style: str = "ui",
        colour: str = "text",
        *,
        wrap: bool = True,
    ) -> None:
        """`style` and `colour` are names of the theme."""
        super().__init__(context, text, style, colour, wrap=wrap)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        # A word that is too long is cut; it does not make the pane wider.
        policy = self.sizePolicy()
        policy.setHorizontalPolicy(QSizePolicy.Policy.Ignored if wrap else QSizePolicy.Policy.Preferred)
        self.setSizePolicy(policy)

    def restyle(self, style: str) -> None:
        """Takes another text style."""
        if style != self._style:
            self._style = style
            self._dress()


class Value(Words):
    """A value that may have no blanks in it, an address or an identifier: such a one is cut in its middle."""

    def __init__(self, context: WindowContext) -> None:
        """Empty until `show_value`."""
        super().__init__(context)
        self._whole = ""
        self._single = False

    def show_value(self, text: str, style: str) -> None:
        """Takes another value; all of one that is cut stands in the tooltip."""
        self._whole, self._single = text, style == "mono" and " " not in text
        self.setWordWrap(not self._single)
        self.setToolTip(text if self._single else "")
        self.restyle(style)
        self.setText(text)
        self._cut()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cuts anew."""
        super().resizeEvent(event)
        self._cut()

    def _cut(self) -> None:
        if self._single:
            metrics = QFontMetrics(self.font())
            self.setText(metrics.elidedText(self._whole, Qt.TextElideMode.ElideMiddle, self.width()))


_ICONS = {
    "block": "ph.warning-octagon-fill",
    "warn": "ph.warning-fill",
    "info": "ph.info-fill",
    "ok": "ph.check-circle-fill",
}


class Notice(QFrame):
    """A box on a soft ground: what happened in bold, what it means below."""

    def __init__(self, context: WindowContext) -> None:
        """Hidden until `say`."""
        super().__init__()
        self._context, self._tone = context, "warn"
        self._title = Words(context, "", "strong", "text")
        self._body = Words(context, "", "ui", "text2")
        self._icon = QLabel()
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(self._title)
        words.addWidget(self._body)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 12, 14, 12)
        row.setSpacing(10)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        context.restyled.connect(self._dress)
        self.hide()

    def say(self, title: str, body: str = "", tone: str = "warn") -> None:
        """Shows the notice in the colours of `block`, `warn`, `info` or `ok`."""
        self._tone = tone
        self._title.setText(title)
        self._body.setText(body)
        self._body.setVisible(bool(body))
        self.setAccessibleName(f"{title} {body}".strip())
        self._dress()
        self.show()
        self.update()

    def _dress(self) -> None:
        side = round(16 * self._context.theme.line_height("ui") / 18)
        self._icon.setPixmap(self._context.pixmap(_ICONS[self._tone], self._tone, side))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The soft ground."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._context.theme.color(f"{self._tone}Soft"))
        painter.drawRoundedRect(self.rect(), 10, 10)
        painter.end()


class Facts(QWidget):
    """Pairs of name and value, one a line."""

    def __init__(self, context: WindowContext, *, right: bool = False) -> None:
        """Empty until `show_facts`; `right` sets the values at the right edge."""
        super().__init__()
        self._context = context
        self._align = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        self._lines: list[tuple[Label, Value]] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(1, 1)

    def show_facts(self, facts: Sequence[tuple[str, str, str]]) -> None:
        """Name, value, and the value's style; pairs without a value are left out."""
        wanted = [fact for fact in facts if fact[1]]
        while len(self._lines) < len(wanted):
            self._add_line()
        for line, (label, value) in enumerate(self._lines):
            label.setVisible(line < len(wanted))
            value.setVisible(line < len(wanted))
            if line < len(wanted):
                name, text, style = wanted[line]
                label.setText(name)
                value.show_value(text, style)
                value.setAccessibleName(f"{name}: {text}")

    def _add_line(self) -> None:
        label, value = Label(self._context, "", "meta", "text3"), Value(self._context)
        value.setAlignment(self._align | Qt.AlignmentFlag.AlignVCenter)
        line = len(self._lines)
        self._grid.addWidget(label, line, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(value, line, 1)
        # Kept for the next delivery: making widgets costs more than all else that a key asks for.
        self._lines.append((label, value))


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a timeline; `tone` is a colour of the theme, `open` a step that is still to come."""

    title: str
    note: str
    time: str
    tone: str = "text3"
    open: bool = False


class Timeline(QWidget):
    """Steps from top to bottom along a line."""

    def __init__(self, context: WindowContext) -> None:
        """Empty until `show_steps`."""
        super().__init__()
        self._context = context
        self._lines: list[_Line] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self.setAccessibleName("Timeline")

    def show_steps(self, steps: Sequence[Step]) -> None:
        """Takes these steps in place of those shown."""
        while len(self._lines) < len(steps):
            line = _Line(self._context)
            self._layout.addWidget(line)
            self._lines.append(line)
        for place, line in enumerate(self._lines):
            line.setVisible(place < len(steps))
            if place < len(steps):
                line.show_step(steps[place], last=place == len(steps) - 1)


class _Line(QWidget):
    """One step: the bead, what happened, and when."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__()
        self._bead = _Bead(context)
        self._title = Words(context, "", "ui", "text")
        self._note = Words(context, "", "meta", "text2")
        self._time = Words(context, "", "meta", "text3", wrap=False)
        words = QVBoxLayout()
        words.setContentsMargins(0, 0, 0, 12)
        words.setSpacing(1)
        words.addWidget(self._title)
        words.addWidget(self._note)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._bead)
        row.addLayout(words, 1)
        row.addWidget(self._time, 0, Qt.AlignmentFlag.AlignTop)

    def show_step(self, step: Step, *, last: bool) -> None:
        """Takes another step."""
        self._bead.show_step(step, last=last)
        self._title.setText(step.title)
        self._note.setText(step.note)
        self._note.setVisible(bool(step.note))
        self._time.setText(step.time)
        self.setAccessibleName(f"{step.time} {step.title}. {step.note}".strip())


class _Bead(QWidget):
    """The dot and the line below it."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__()
        self._context, self._step, self._last = context, Step("", "", ""), False
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)

    def show_step(self, step: Step, *, last: bool) -> None:
        """Takes its tone."""
        self._step, self._last = step, last
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(14, 20)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = self._context.theme.color(self._step.tone)
        middle = QFontMetrics(self._context.theme.font("ui")).lineSpacing() / 2
        if not self._last:
            painter.setPen(QPen(self._context.theme.color("line"), 1))
            painter.drawLine(QPointF(6, middle + 6), QPointF(6, self.height()))
        painter.setPen(QPen(colour, 2))
        painter.setBrush(Qt.BrushStyle.NoBrush if self._step.open else colour)
        painter.drawEllipse(QRectF(2, middle - 4, 8, 8))
        painter.end()
