"""The editor of a rule: sentences with fields in them. `changed` carries the terms as they stand."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QDate, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDateEdit,
    QDoubleSpinBox,
    QLineEdit,
    QMenu,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from outtray.model.operator_time import operator_zone
from outtray.model.rule import AMOUNTS, Rule, RuleKind, Terms, terms_of
from outtray.model.rule_conditions import TESTS, Comparison, Condition, Field
from outtray.ui.review.look import dress, px
from outtray.ui.rules import words
from outtray.ui.rules.flow import FlowLayout
from outtray.ui.widgets.labels import Label

if TYPE_CHECKING:
    from outtray.ui.context import WindowContext

_PAUSE_MILLISECONDS = 700


class RuleSentence(QWidget):
    """Built anew for each rule; what is typed is taken after a pause, or when the field is left."""

    changed = Signal(object)  # Terms

    def __init__(self, context: WindowContext) -> None:
        """Empty until `show_rule`."""
        super().__init__()
        self._context = context
        self._terms: Terms | None = None
        self._rule_id: int | None = None
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MILLISECONDS)
        self._pause.timeout.connect(self._tell)
        self._what, self._how = QWidget(), QWidget()
        self._conditions, self._limits = FlowLayout(self._what), FlowLayout(self._how)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self._what)
        column.addWidget(self._how)

    @property
    def terms(self) -> Terms | None:
        """The terms as they are typed so far."""
        return self._terms

    def show_rule(self, rule: Rule) -> None:
        """Shows a rule; one that is being typed into stays as it is."""
        terms = terms_of(rule)
        if rule.id == self._rule_id and (terms == self._terms or self._pause.isActive()):
            return
        self._pause.stop()
        self._rule_id, self._terms = rule.id, terms
        self._build()

    def keep_name(self, name: str) -> None:
        """The name is typed elsewhere."""
        self._take(name=name)

    def flush(self) -> None:
        """Takes at once what was typed a moment ago."""
        if self._pause.isActive():
            self._tell()

    def _build(self) -> None:
        terms = self._terms
        assert terms is not None
        self._conditions.clear()
        self._limits.clear()
        self._say(self._conditions, "Kind:")
        self._conditions.addWidget(self._kind(terms))
        before, gap, after = words.KIND_SENTENCE[terms.kind].partition("{}")
        self._say(self._conditions, before)
        if gap:
            self._conditions.addWidget(self._amount(terms))
            self._say(self._conditions, after)
        for place, condition in enumerate(terms.conditions):
            joined = "and" if place or terms.kind is not RuleKind.FREE else ""
            self._condition(place, condition, joined)
        self._conditions.addWidget(self._adder())
        self._say(self._limits, "Send", "text2")
        self._limits.addWidget(self._sample(terms))
        self._say(self._limits, "back to me as a sample. Valid", "text2")
        self._valid(terms)
        self._say(self._limits, "I trust it", "text2")
        self._limits.addWidget(self._confidence(terms))
        self._conditions.invalidate()
        self.updateGeometry()

    def _say(self, flow: FlowLayout, text: str, token: str = "text") -> None:  # noqa: S107 - of the theme
        for word in text.split():
            flow.addWidget(Label(self._context, word, "body", token))

    def _kind(self, terms: Terms) -> QComboBox:
        kinds = [(kind, title) for kind, title, _ in words.KINDS]
        return self._choice("Kind of rule", kinds, terms.kind, self._take_kind)

    def _take_kind(self, kind: RuleKind) -> None:
        assert self._terms is not None
        if kind is RuleKind.FREE and not self._terms.conditions:
            self._take(
                kind=kind,
                number=AMOUNTS[kind].default,
                conditions=(words.STARTS[Field.FINDINGS],),
                at_once=True,
            )
        else:
            self._take(kind=kind, number=AMOUNTS[kind].default, at_once=True)

    def _amount(self, terms: Terms) -> QWidget:
        amount = AMOUNTS[terms.kind]
        name = "Score" if terms.kind is RuleKind.SCORED else "Number"
        if amount.whole:
            return self._number(
                name, int(terms.number), int(amount.lowest), int(amount.highest),
                lambda value: self._take(number=float(value)),
            )  # fmt: skip
        return self._fraction(name, terms.number, lambda value: self._take(number=value))

    def _condition(self, place: int, condition: Condition, joined: str) -> None:
        flow = self._conditions
        self._say(flow, f"{joined} {words.SUBJECTS[condition.field]}")
        tests = TESTS[condition.field]
        if len(tests) > 1:
            names = [(test, words.COMPARISONS[test]) for test in tests]

            def retest(test: Comparison) -> None:
                self._replace(place, test=test)

            flow.addWidget(self._choice("Comparison", names, condition.test, retest))
        flow.addWidget(self._value(place, condition))
        if condition.field is Field.SIZE:
            self._say(flow, "characters long")
        remove = QToolButton()
        remove.setProperty("role", "quiet")
        remove.setProperty("compact", "true")
        title = f"Take out the condition on the {words.FIELDS[condition.field]}"
        dress(remove, title, f"removeCondition{place}", title, self._context.icon("ph.x"))
        remove.clicked.connect(lambda: self._remove(place))
        flow.addWidget(remove)

    def _value(self, place: int, condition: Condition) -> QWidget:
        name = words.FIELDS[condition.field].capitalize()

        def put(value: Any) -> None:
            self._replace(place, value=value)

        if condition.field is Field.FINDINGS:
            return self._choice(name, words.FINDINGS, condition.value, put)
        if condition.field is Field.FIRST_CONTACT:
            return self._choice(name, words.CONTACTS, condition.value, put)
        if condition.field is Field.SCORE:
            return self._fraction(name, condition.value, put)
        if condition.field is Field.SIZE:
            return self._number(name, int(condition.value), 0, 100_000_000, put)
        return self._text(name, str(condition.value), words.EXAMPLES[condition.field], put)

    def _adder(self) -> QToolButton:
        button = QToolButton()
        button.setText("Add a condition")
        button.setProperty("role", "quiet")
        button.setProperty("compact", "true")
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        dress(button, "Add a condition", "addCondition", "", self._context.icon("ph.plus"))
        menu = QMenu(button)
        for field, title in words.FIELDS.items():
            menu.addAction(title.capitalize()).triggered.connect(functools.partial(self._add, field))
        button.setMenu(menu)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        return button

    def _sample(self, terms: Terms) -> QSpinBox:
        shown = self._context.settings["rules.sample"] if terms.sample is None else terms.sample
        box = self._number("Sample", shown, 0, 1000, lambda value: self._take(sample=value))
        box.setPrefix("1 in ")
        box.setSpecialValueText("none")
        return box

    def _valid(self, terms: Terms) -> None:
        ends = terms.valid_until is not None
        choices = [(False, "without an end."), (True, "until the end of")]

        def choose(wanted: Any) -> None:
            today = self._context.clock.now().astimezone(self._zone()).date()
            self._take(valid_until=self._end_of(today.replace(year=today.year + 1)) if wanted else None,
                       at_once=True)  # fmt: skip

        self._limits.addWidget(self._choice("Valid", choices, ends, choose))
        if terms.valid_until is None:
            return
        day = terms.valid_until.astimezone(self._zone()).date()
        edit = QDateEdit(QDate(day.year, day.month, day.day))
        edit.setDisplayFormat("d MMM yyyy")
        edit.setAccessibleName("Valid until")
        edit.setObjectName("validUntil")
        edit.setMinimumDate(QDate(2000, 1, 1))
        edit.dateChanged.connect(lambda date: self._take(valid_until=self._end_of(date.toPython())))
        edit.editingFinished.connect(self.flush)
        self._limits.addWidget(edit)

    def _zone(self) -> Any:
        return operator_zone(self._context.settings["operator.time_zone"])

    def _end_of(self, day: Any) -> datetime:
        return datetime.combine(day, time(23, 59, 59), self._zone()).astimezone(UTC)

    def _confidence(self, terms: Terms) -> QSpinBox:
        shown = round(terms.confidence * 100)
        box = self._number("Confidence", shown, 0, 100, lambda value: self._take(confidence=value / 100))
        box.setSuffix(" %")
        return box

    # The fields.

    def _number(
        self, name: str, value: int, lowest: int, highest: int, take: Callable[[int], object]
    ) -> QSpinBox:
        box = QSpinBox()
        box.setRange(lowest, highest)
        box.setValue(value)
        box.lineEdit().setTextMargins(6, 0, 0, 0)
        self._dress_field(box, name, px(self._context, 84))
        box.valueChanged.connect(take)
        box.editingFinished.connect(self.flush)
        return box

    def _fraction(self, name: str, value: float, take: Callable[[float], object]) -> QDoubleSpinBox:
        box = QDoubleSpinBox()
        box.setRange(0, 1)
        box.setDecimals(2)
        box.setSingleStep(0.05)
        box.setValue(value)
        box.lineEdit().setTextMargins(6, 0, 0, 0)
        self._dress_field(box, name, px(self._context, 76))
        box.valueChanged.connect(lambda number: take(round(number, 4)))
        box.editingFinished.connect(self.flush)
        return box

    def _text(self, name: str, value: str, example: str, take: Callable[[str], object]) -> QLineEdit:
        field = QLineEdit(value)
        field.setPlaceholderText(example)
        self._dress_field(field, name, px(self._context, 190))
        field.textEdited.connect(take)
        field.editingFinished.connect(self.flush)
        return field

    def _choice(self, name: str, choices: Any, current: object, take: Callable[[Any], object]) -> QComboBox:
        box = QComboBox()
        values = [value for value, _ in choices]
        for _, title in choices:
            box.addItem(title)
        box.setCurrentIndex(values.index(current))
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._dress_field(box, name)
        box.activated.connect(lambda index: take(values[index]))
        return box

    def _dress_field(self, field: QWidget, name: str, width: int = 0) -> None:
        field.setAccessibleName(name)
        head, *rest = name.replace("’", "").split()
        field.setObjectName(head.lower() + "".join(part.capitalize() for part in rest))
        if width:
            field.setFixedWidth(width)

    # What becomes of it.

    def _take(self, *, at_once: bool = False, **changes: Any) -> None:
        assert self._terms is not None
        self._terms = replace(self._terms, **changes)
        if at_once:
            self._build()
            self._tell()
        else:
            self._pause.start()

    def _replace(self, place: int, **changes: Any) -> None:
        assert self._terms is not None
        conditions = list(self._terms.conditions)
        conditions[place] = replace(conditions[place], **changes)
        self._take(conditions=tuple(conditions))

    def _remove(self, place: int) -> None:
        assert self._terms is not None
        kept = [one for number, one in enumerate(self._terms.conditions) if number != place]
        self._take(conditions=tuple(kept), at_once=True)

    def _add(self, field: Field, *_checked: bool) -> None:
        assert self._terms is not None
        new = words.STARTS.get(field) or Condition(field, Comparison.IS, self._likely(field))
        self._take(conditions=(*self._terms.conditions, new), at_once=True)

    def _likely(self, field: Field) -> str:
        if field is Field.ACCOUNT:
            accounts = self._context.reads.accounts()
            return accounts[0].address if accounts else words.EXAMPLES[field]
        return words.EXAMPLES[field]

    def _tell(self) -> None:
        self._pause.stop()
        if self._terms is not None and not math.isnan(self._terms.number):
            self.changed.emit(self._terms)
