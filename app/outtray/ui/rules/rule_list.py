"""The rules at the left, in the order in which they are asked, each with its own switch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from outtray.model.rule import Rule, RuleMode
from outtray.ui.review.look import px
from outtray.ui.review.segments import Segments
from outtray.ui.rules import words
from outtray.ui.widgets.labels import Label

if TYPE_CHECKING:
    from outtray.review.rule_record import Agreement
    from outtray.ui.context import WindowContext

Index = QModelIndex | QPersistentModelIndex
_ROW = 94


class RuleList(QListWidget):
    """`chosen` names the rule that is current now, `mode_asked` a rule and the mode that was pressed;
    `opened`: a rule was clicked.
    """

    chosen = Signal(int)
    mode_asked = Signal(int, str)
    opened = Signal()

    def __init__(self, context: WindowContext) -> None:
        """Empty until `show_rules`."""
        super().__init__()
        self._context = context
        self._ids: list[int] = []
        self._cards: dict[int, _Card] = {}
        self.setObjectName("rules")
        self.setAccessibleName("Rules")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.viewport().setAutoFillBackground(False)
        self.setItemDelegate(_Ground(context, self))
        self.currentRowChanged.connect(self._choose)
        self.itemClicked.connect(lambda _item: self.opened.emit())

    @property
    def current(self) -> int | None:
        """The current rule's number."""
        row = self.currentRow()
        return self._ids[row] if 0 <= row < len(self._ids) else None

    def show_rules(self, rules: Sequence[Rule], agreements: Mapping[int, Agreement]) -> None:
        """Shows these rules; the current one stays current wherever it moved to."""
        wanted = [rule.id for rule in rules]
        if wanted != self._ids:
            self._rebuild(wanted)
        for place, rule in enumerate(rules):
            card = self._cards[rule.id]
            card.show_rule(place + 1, rule, agreements.get(rule.id))
            item = self.item(place)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, card.sentence)
            item.setToolTip(card.sentence)
            item.setSizeHint(QSize(100, px(self._context, _ROW)))

    def select(self, rule_id: int) -> None:
        """Makes a rule the current one."""
        if rule_id in self._ids:
            self.setCurrentRow(self._ids.index(rule_id))

    def step(self, by: int) -> None:
        """Goes to the next or the previous rule."""
        if self._ids:
            self.setCurrentRow(min(max(self.currentRow() + by, 0), len(self._ids) - 1))

    def _rebuild(self, wanted: list[int]) -> None:
        kept, row = self.current, self.currentRow()
        self.blockSignals(True)
        self.clear()
        self._ids, self._cards = wanted, {}
        for number in wanted:
            item = QListWidgetItem()
            item.setSizeHint(QSize(100, px(self._context, _ROW)))
            self.addItem(item)
            card = _Card(self._context)
            card.modes.chosen.connect(lambda mode, rule=number: self.mode_asked.emit(rule, mode))
            self._cards[number] = card
            self.setItemWidget(item, card)
        if wanted:
            self.setCurrentRow(wanted.index(kept) if kept in wanted else min(max(row, 0), len(wanted) - 1))
        self.blockSignals(False)
        if self.current != kept:
            self._choose(self.currentRow())

    def _choose(self, _row: int) -> None:
        if self.current is not None:
            self.chosen.emit(self.current)


class _Card(QWidget):
    def __init__(self, context: WindowContext) -> None:
        super().__init__()
        self._context = context
        self.sentence = ""
        self._place = Label(context, "", "ui", "text2")
        self._name = Label(context, "", "strong")
        self._known = Label(context, "", "meta", "text2")
        self.modes = Segments(context, "Mode", words.MODES)
        column = QVBoxLayout()
        column.setSpacing(3)
        column.addWidget(self._name)
        column.addWidget(self._known)
        column.addSpacing(3)
        column.addWidget(self.modes, 0, Qt.AlignmentFlag.AlignLeft)
        row = QHBoxLayout(self)
        row.setContentsMargins(22, 10, 16, 10)
        row.setSpacing(10)
        row.addWidget(self._place, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(column, 1)

    def show_rule(self, place: int, rule: Rule, agreement: Agreement | None) -> None:
        self._place.setText(str(place))
        self._name.setText(rule.name)
        known, token = _known(rule, agreement)
        self._known.setText(known)
        self._known.recolour(token)
        self.modes.choose(rule.mode.value)
        self.modes.setAccessibleName(f"Mode of {rule.name}")
        self.sentence = f"Rule {place}, {rule.name}, {words.MODE_WORDS[rule.mode]}, {known}"


def _known(rule: Rule, agreement: Agreement | None) -> tuple[str, str]:
    if rule.fault is not None:
        return "Can’t be read", "block"
    if agreement is None or not agreement.decided:
        return ("Not tried yet" if rule.mode is RuleMode.OFF else "No decision yet"), "text2"
    return f"Agreed {agreement.agreed:,} of {agreement.decided:,}", "text2"


class _Ground(QStyledItemDelegate):
    """The ground below a card: which rule is current, where the keyboard is, a hairline below."""

    def __init__(self, context: WindowContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:  # noqa: ARG002
        """Paints it."""
        colour = self._context.theme.color
        rect = option.rect
        focused = option.widget.hasFocus()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, colour("selected" if focused else "selectedInactive"))
            if focused:
                painter.fillRect(rect.left(), rect.top(), 3, rect.height(), colour("focus"))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, colour("hover"))
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, colour("line"))
