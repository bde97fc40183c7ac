"""What the rule said beside what the operator decided: the share, a strip of cells, the differing drafts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from outtray.ui.review.look import px
from outtray.ui.rules import words
from outtray.ui.widgets.labels import Label

if TYPE_CHECKING:
    from outtray.review.rule_record import Agreement, Differing
    from outtray.ui.context import WindowContext

_MOST_ROWS = 5


class ShadowPart(QWidget):
    """`opened` names a draft that was asked for."""

    opened = Signal(int)

    def __init__(self, context: WindowContext) -> None:
        """Empty until `show_agreement`."""
        super().__init__()
        self._context = context
        self._head = Label(context, "", "strong")
        self._share = Label(context, "", "strong")
        self._percent = Label(context, "", "ui", "text2")
        self._strip = AgreementStrip(context)
        self._note = Label(context, "", "ui", "text2", wrap=True)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(6)
        head = QHBoxLayout()
        head.setSpacing(6)
        head.addWidget(self._head)
        head.addStretch(1)
        head.addWidget(self._share)
        head.addWidget(self._percent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self._strip)
        column.addWidget(self._note)
        column.addLayout(self._rows)

    def show_agreement(self, agreement: Agreement, since: str) -> None:
        """`since` is since when it is in shadow, empty where it never was."""
        self._head.setText(f"In shadow beside you, since {since}" if since else "In shadow beside you")
        decided = agreement.decided
        self._share.setText(f"Agreed {agreement.agreed:,} of {decided:,}" if decided else "")
        self._percent.setText(f"· {words.percent(agreement.agreed, decided)}" if decided else "")
        self._strip.show_cells(agreement.cells, agreement.sentence)
        self._strip.setVisible(bool(decided))
        self._note.setText(
            ""
            if decided
            else "Nothing to compare yet: you have not decided on a draft that this rule would let through."
        )
        self._note.setVisible(not decided)
        self._show_rows(agreement.differing)

    def _show_rows(self, differing: Sequence[Differing]) -> None:
        while self._rows.count():
            item = self._rows.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for one in differing[:_MOST_ROWS]:
            self._rows.addWidget(self._row(one))
        more = len(differing) - _MOST_ROWS
        if more > 0:
            self._rows.addWidget(Label(self._context, f"and {more:,} more", "meta", "text2"))

    def _row(self, one: Differing) -> QFrame:
        refused = one.what != "edited"
        tone = "block" if refused else "warn"
        row = QFrame()
        row.setProperty("ground", f"{tone}Soft")
        row.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        icon, side = QLabel(), px(self._context, 16)
        name = "ph.x-circle-fill" if refused else "ph.pencil-simple"
        icon.setPixmap(self._context.pixmap(name, tone, side))
        did = {"rejected": "rejected", "discarded": "discarded", "edited": "edited first"}[one.what]
        strong = Label(self._context, f"Would have let through, you {did}:", "strong")
        reason = f" Reason: {one.draft.reason}" if one.draft.reason and one.what == "rejected" else ""
        text = f"{one.draft.recipient}, “{one.draft.subject}”.{reason}"
        said = Label(self._context, text, "ui", "text2")
        said.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        said.setToolTip(text)
        show = QPushButton("Show")
        show.setProperty("compact", "true")
        show.setAutoDefault(False)
        show.setAccessibleName(f"Show the draft to {one.draft.recipient}")
        show.clicked.connect(lambda: self.opened.emit(one.draft.id))
        line = QHBoxLayout(row)
        line.setContentsMargins(12, 6, 8, 6)
        line.setSpacing(8)
        line.addWidget(icon)
        line.addWidget(strong)
        line.addWidget(said, 1)
        line.addWidget(show)
        return row


class AgreementStrip(QWidget):
    """A cell a decision, oldest first: filled where both agreed, hollow and red where they differed."""

    def __init__(self, context: WindowContext) -> None:
        """Empty until `show_cells`."""
        super().__init__()
        self._context = context
        self._cells: Sequence[bool] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_cells(self, cells: Sequence[bool], sentence: str) -> None:
        """`sentence` is what they come to, spoken."""
        self._cells = cells
        self.setAccessibleName(sentence)
        self.setToolTip(sentence)
        self.update()

    def sizeHint(self) -> QSize:
        """One line of cells."""
        return QSize(200, px(self._context, 26))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """As many of the latest cells as fit."""
        colour = self._context.theme.color
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        gap, widest, narrowest = 3.0, float(px(self._context, 18)), 5.0
        fits = int((self.width() + gap) / (narrowest + gap))
        cells = self._cells[-fits:]
        if not cells:
            return
        width = min(widest, (self.width() + gap) / len(cells) - gap)
        for place, agreed in enumerate(cells):
            box = QRectF(place * (width + gap), 0, width, self.height()).adjusted(1, 1, -1, -1)
            if agreed:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(colour("accent"))
            else:
                painter.setPen(QPen(colour("block"), 2))
                painter.setBrush(colour("surface"))
            painter.drawRoundedRect(box, 3, 3)
        painter.end()
