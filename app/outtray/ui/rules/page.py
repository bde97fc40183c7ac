"""One rule in full: its sentences, what it would take now, shadow, trial, and how it is switched on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from outtray.model.rule import LONGEST_NAME, RuleMode
from outtray.ui.deliveries.layout import ground
from outtray.ui.deliveries.moments import moment, zone_of
from outtray.ui.deliveries.parts import Notice
from outtray.ui.review.look import dress
from outtray.ui.review.segments import Segments
from outtray.ui.rules import words
from outtray.ui.rules.sentence import RuleSentence
from outtray.ui.rules.shadow import ShadowPart
from outtray.ui.rules.trial import TrialPart
from outtray.ui.widgets.labels import Label, Rule

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

    from outtray.review.rule_record import Record
    from outtray.ui.context import WindowContext


class RulePage(QWidget):
    """The signals are the operator's wishes for the rule that is shown."""

    mode_asked = Signal(str)
    remove_asked = Signal()
    on_asked = Signal()
    left = Signal()

    def __init__(self, context: WindowContext) -> None:
        """Empty until `show_record`."""
        super().__init__()
        self._context = context
        self.record: Record | None = None
        ground(self, "surface")
        self.setAccessibleName("Rule")
        self.name = QLineEdit()
        self.name.setObjectName("ruleName")
        self.name.setAccessibleName("Name of the rule")
        self.name.setMaxLength(LONGEST_NAME)
        self.name.setProperty("role", "title")
        self.modes = Segments(context, "Mode", words.MODES)
        self.modes.chosen.connect(self.mode_asked)
        self.sentence = RuleSentence(context)
        self.name.textEdited.connect(self.sentence.keep_name)
        self.name.editingFinished.connect(self.sentence.flush)
        self.count = Label(context, "", "ui", "accentText")
        self.count.setAccessibleName("What it would take now")
        self.state = Label(context, "", "meta", "ok")
        self._fault = Notice(context)
        self.shadow = ShadowPart(context)
        self.trial = TrialPart(context)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._area(), 1)
        column.addWidget(Rule())
        column.addWidget(self._bar())
        self._dress()
        context.restyled.connect(self._dress)

    def show_record(self, record: Record) -> None:
        """Shows a rule with all that is known of it."""
        rule = record.rule
        another = self.record is None or self.record.rule.id != rule.id
        if another:
            self.area.verticalScrollBar().setValue(0)
            self.state.setText("")
        self.record = record
        # While it is being typed the name is left alone.
        if another or not self.name.hasFocus():
            self.name.setText(rule.name)
        self.modes.choose(rule.mode.value)
        self.sentence.show_rule(rule)
        if rule.fault is None:
            self._fault.hide()
        else:
            self._fault.say(
                "This rule can’t be read, so nothing that it or a rule behind it would take is let through.",
                f"{rule.fault} Change it here, switch it off or delete it.",
                "block",
            )
        now, zone = self._context.clock.now(), zone_of(self._context.settings)
        since = rule.shadow_since
        self.shadow.show_agreement(record.agreement, "" if since is None else moment(since, now, zone))
        self.trial.show_record(record)
        on = rule.mode is RuleMode.ON
        self._on.setVisible(not on)
        why = record.why_not_on
        self._on.setEnabled(why is None)
        self._on.setToolTip(why or "")
        self._on.setAccessibleDescription(why or "")
        if on:
            self._why.setText("This rule is on.")
        elif why is not None:
            self._why.setText(why)
        elif record.trial is not None and record.trial.version == rule.version:
            self._why.setText("Tried since its last change")
        else:
            self._why.setText("Long enough in shadow")

    def say(self, text: str, tone: str = "ok") -> None:
        """What became of a change, beside the name."""
        self.state.recolour(tone)
        self.state.setText(text)

    def _area(self) -> QScrollArea:
        self.way_back = QToolButton()
        self.way_back.setProperty("role", "quiet")
        self.way_back.setProperty("compact", "true")
        dress(self.way_back, "Back to the rules", "backToRules", "Back to the rules (Esc)")
        self.way_back.clicked.connect(self.left)
        self.way_back.hide()
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self.way_back)
        head.addWidget(self.name, 1)
        head.addWidget(self.state)
        head.addWidget(self.modes)
        content = QVBoxLayout()
        content.setContentsMargins(32, 18, 32, 24)
        content.setSpacing(14)
        content.addLayout(head)
        for part in (
            self._fault, self.sentence, self.count, Rule(), self.shadow, Rule(), self.trial,
        ):  # fmt: skip
            content.addWidget(part)
        content.addStretch(1)
        inside = QWidget()
        inside.setLayout(content)
        self.area = QScrollArea()
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setAccessibleName("Rule")
        self.area.viewport().setAutoFillBackground(False)
        self.area.setWidget(inside)
        inside.setAutoFillBackground(False)
        self.setFocusProxy(self.area)
        return self.area

    def _bar(self) -> QWidget:
        bar = QWidget()
        row = QHBoxLayout(bar)
        row.setContentsMargins(32, 14, 32, 14)
        row.setSpacing(12)
        self._remove = QPushButton("Delete rule")
        self._remove.setObjectName("deleteRule")
        self._remove.setAccessibleName("Delete rule")
        self._remove.setAutoDefault(False)
        self._remove.clicked.connect(self.remove_asked)
        self._why = Label(self._context, "", "meta", "text2", wrap=True)
        self._why.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._on = QPushButton("Switch on…")
        self._on.setObjectName("switchOn")
        self._on.setAccessibleName("Switch on")
        self._on.setProperty("role", "primary")
        self._on.setAutoDefault(False)
        self._on.clicked.connect(self.on_asked)
        row.addWidget(self._remove)
        row.addWidget(self._why, 1)
        row.addWidget(self._on)
        return bar

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc leaves, also out of a field."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _dress(self) -> None:
        self.way_back.setIcon(self._context.icon("ph.caret-left", "text"))
        self._remove.setIcon(self._context.icon("ph.trash", "text"))
        self._on.setIcon(self._context.icon("ph.play", "onAccent"))
