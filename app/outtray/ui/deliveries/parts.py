"""Small parts of detail panes: words in a style, a notice, a list of facts, a timeline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

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


class OneLine(Words):
    """A value without blanks, an address or an identifier: cut in its middle, all of it in the tooltip."""

    def __init__(self, context: WindowContext, text: str, style: str = "mono", colour: str = "text") -> None:
        """See `Words`."""
        super().__init__(context, text, style, colour)
        self.setWordWrap(False)
        self._whole = text
        self.setToolTip(text)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cuts anew."""
        super().resizeEvent(event)
        cut = QFontMetrics(self.font()).elidedText(self._whole, Qt.TextElideMode.ElideMiddle, self.width())
        if cut != self.text():
            self.setText(cut)


class Notice(QFrame):
    """A box on a soft ground: what happened in bold, what it means below."""

    def __init__(self, context: WindowContext) -> None:
        """Hidden until `say`."""
        super().__init__()
        self._context, self._tone = context, "warn"
        self._title = Words(context, "", "strong", "text")
        self._body = Words(context, "", "ui", "text2")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 12, 14, 12)
        layout.setSpacing(4)
        layout.addWidget(self._title)
        layout.addWidget(self._body)
        self.hide()

    def say(self, title: str, body: str = "", tone: str = "warn") -> None:
        """Shows the notice in the colours of `block`, `warn`, `info` or `ok`."""
        self._tone = tone
        self._title.setText(title)
        self._body.setText(body)
        self._body.setVisible(bool(body))
        self.setAccessibleName(f"{title} {body}".strip())
        self.show()
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The soft ground."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._context.theme.color(f"{self._tone}Soft"))
        painter.drawRoundedRect(self.rect(), 10, 10)


class Facts(QWidget):
    """Pairs of name and value, one a line."""

    def __init__(self, context: WindowContext, *, right: bool = False) -> None:
        """Empty until `show_facts`; `right` sets the values at the right edge."""
        super().__init__()
        self._context = context
        self._align = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(1, 1)

    def show_facts(self, facts: Sequence[tuple[str, str, str]]) -> None:
        """Name, value, and the value's style; pairs without a value are left out."""
        clear(self._grid)
        for line, (name, value, style) in enumerate(fact for fact in facts if fact[1]):
            single = style == "mono" and " " not in value
            shown = OneLine(self._context, value) if single else Words(self._context, value, style)
            shown.setAlignment(self._align | Qt.AlignmentFlag.AlignVCenter)
            shown.setAccessibleName(f"{name}: {value}")
            label = Label(self._context, name, "meta", "text3")
            self._grid.addWidget(label, line, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(shown, line, 1)


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
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self.setAccessibleName("Timeline")

    def show_steps(self, steps: Sequence[Step]) -> None:
        """Takes these steps in place of those shown."""
        clear(self._layout)
        for place, step in enumerate(steps):
            self._layout.addWidget(self._line(step, last=place == len(steps) - 1))

    def _line(self, step: Step, *, last: bool) -> QWidget:
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(_Bead(self._context, step, last=last))
        words = QVBoxLayout()
        words.setContentsMargins(0, 0, 0, 12)
        words.setSpacing(1)
        words.addWidget(Words(self._context, step.title, "ui", "text"))
        if step.note:
            words.addWidget(Words(self._context, step.note, "meta", "text2"))
        row.addLayout(words, 1)
        time = Words(self._context, step.time, "meta", "text3", wrap=False)
        row.addWidget(time, 0, Qt.AlignmentFlag.AlignTop)
        line.setAccessibleName(f"{step.time} {step.title}. {step.note}".strip())
        return line


class _Bead(QWidget):
    """The dot and the line below it."""

    def __init__(self, context: WindowContext, step: Step, *, last: bool) -> None:
        super().__init__()
        self._context, self._step, self._last = context, step, last
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)

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


def clear(layout: QVBoxLayout | QGridLayout) -> None:
    """Takes all widgets out of a layout."""
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
