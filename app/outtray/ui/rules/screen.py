"""The Rules screen: see `design.md` 11. Nothing here lets mail through; `ui.rules.keeper` does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from outtray.model.errors import OuttrayError
from outtray.model.rule import Rule, RuleKind, RuleMode, Terms
from outtray.ui.commands import Handler
from outtray.ui.deliveries.layout import Empty, ScreenHead, ground, scale_of
from outtray.ui.review.look import px
from outtray.ui.rules import words, work
from outtray.ui.rules.counting import LiveCount
from outtray.ui.rules.page import RulePage
from outtray.ui.rules.rule_list import RuleList
from outtray.ui.rules.top import RulesSwitch
from outtray.ui.screen import Screen
from outtray.ui.widgets.labels import Label
from outtray.ui.widgets.labels import Rule as Hairline
from outtray.ui.widgets.question import Question

if TYPE_CHECKING:
    from outtray.model.changes import Changes, Done
    from outtray.review.rule_record import Agreement, Record
    from outtray.store.rules import Trial
    from outtray.ui.context import WindowContext

_LIST = 336
_NARROW = 900
_ONE_COLUMN = 840
_GATHER_MILLISECONDS = 300
_NO_RULES = "No rules. Every message waits for you."
_ANY = 16_777_215
_FOOT = "The first rule that matches decides. A rule never rejects and never passes a block."


class RulesScreen(Screen):
    """Changes apply at once; what lets mail through is asked first."""

    name = "rules"
    title = "Rules"

    def __init__(self, context: WindowContext) -> None:
        """Reads nothing before `enter`."""
        super().__init__(context)
        ground(self, "surface")
        self._rules: list[Rule] = []
        self._agreements: Mapping[int, Agreement] = {}
        self._trying: set[int] = set()
        self._shown = False
        self._one_column = self._reading = False
        self._list_width = px(context, _LIST)
        self.head = ScreenHead(context, self.title)
        self._new = QPushButton("New rule")
        self._new.setObjectName("newRule")
        self._new.setAccessibleName("New rule")
        self._new.setProperty("compact", "true")
        self._new.setAutoDefault(False)
        self._new.clicked.connect(self._add)
        self.head.right.addWidget(self._new)
        self.switch = RulesSwitch(context)
        self.switch.asked.connect(self._ask_to_allow)
        self.list = RuleList(context)
        self.list.chosen.connect(self._show_current)
        self.list.mode_asked.connect(self._switch_mode)
        self.list.opened.connect(self._clicked)
        self.page = RulePage(context)
        self._count = LiveCount(context)
        self._count.counted.connect(self.page.count.setText)
        self._connect_page()
        self.empty = Empty(context, "ph.scales", _NO_RULES)
        self._right = QStackedWidget()
        self._right.addWidget(self.empty)
        self._right.addWidget(self.page)
        self._soon = QTimer(self, singleShot=True, interval=_GATHER_MILLISECONDS)
        self._soon.timeout.connect(self.refresh)
        self._lay_out()
        self._dress()
        context.restyled.connect(self._dress)

    def handlers(self) -> Mapping[str, Handler]:
        """Moving among the rules, moving a rule, adding one."""
        return {
            "next": Handler(lambda: self.list.step(1), self._none),
            "previous": Handler(lambda: self.list.step(-1), self._none),
            "open": Handler(self._open, self._none),
            "back": Handler(self._back),
            "ruleUp": Handler(lambda: self._move(-1), self._none),
            "ruleDown": Handler(lambda: self._move(1), self._none),
            "newRule": Handler(self._add),
        }

    def enter(self, target: int | None = None) -> None:
        """Reads the rules; `target` is the number of one."""
        self._shown = True
        self.refresh(target)

    def leave(self) -> None:
        """Takes what was typed a moment ago."""
        self._shown = False
        self.page.sentence.flush()

    def take_changes(self, changes: Changes) -> None:
        """Reads again, after a pause, what may have changed."""
        if self._shown and (changes.settings or changes.drafts or changes.many):
            self._soon.start()

    def regions(self) -> Sequence[QWidget]:
        """The list, then the rule."""
        return (self.list, self.page)

    def resized(self, width: int, height: int) -> None:  # noqa: ARG002 - the height follows
        """In a narrow window the list gives room to the rule, or one of them is shown alone."""
        scale = scale_of(self.context)
        self._one_column = width < _ONE_COLUMN * scale
        self._list_width = px(self.context, 260 if width < _NARROW * scale else _LIST)
        self._fit()

    def refresh(self, target: int | None = None) -> None:
        """Reads rules, agreements and the switch."""
        self.context.run(work.read_all, lambda found: self._take(found, target))

    def _take(self, found: work.All, target: int | None) -> None:
        self._rules, self._agreements = found.rules, found.agreements
        self.switch.show_state(found.enabled, found.stopped, [rule.mode for rule in found.rules])
        self.head.show_count(len(found.rules))
        self.list.show_rules(found.rules, found.agreements)
        self._right.setCurrentWidget(self.page if found.rules else self.empty)
        self._fit()
        if target is not None:
            self.list.select(target)
        elif found.rules and self.list.current is None:
            self.list.setCurrentRow(0)
        if self.list.current is not None:
            self._show_current(self.list.current)

    def _show_current(self, rule_id: int) -> None:
        if self.page.record is not None and self.page.record.rule.id != rule_id:
            self.page.sentence.flush()
        self.context.run(lambda desk: work.read_one(desk, rule_id), self._show_record, self._gone)

    def _show_record(self, record: Record) -> None:
        if record.rule.id != self.list.current:
            return
        self.page.show_record(record)
        self.page.trial.busy(running=record.rule.id in self._trying)
        self._count.count(record.rule)

    def _gone(self, _error: OuttrayError) -> None:
        self._soon.start()

    def _open(self) -> None:
        self._reading = True
        self._fit()
        self.page.name.setFocus()

    def _clicked(self) -> None:
        if self._one_column:
            self._open()

    def _back(self) -> None:
        self._reading = False
        self._fit()
        self.list.setFocus()

    def _fit(self) -> None:
        empty = self._right.currentWidget() is self.empty
        self._right.setVisible(not self._one_column or self._reading)
        self._line.setVisible(not self._one_column)
        self._left.setVisible(not self._one_column or not self._reading)
        if self._one_column:
            self._left.setMinimumWidth(0)
            self._left.setMaximumWidth(_ANY)
        else:
            self._left.setFixedWidth(self._list_width)
        self.page.way_back.setVisible(self._one_column)
        self._none_here.setVisible(self._one_column and empty)

    # What the operator does.

    def _connect_page(self) -> None:
        page = self.page
        page.sentence.changed.connect(self._change)
        page.mode_asked.connect(lambda mode: self._with_current(self._switch_mode, mode))
        page.on_asked.connect(lambda: self._with_current(self._switch_mode, RuleMode.ON.value))
        page.remove_asked.connect(self._ask_to_remove)
        page.left.connect(self._back)
        page.trial.asked.connect(lambda days: self._with_current(self._try, days))
        for part in (page.shadow, page.trial):
            part.opened.connect(self._open_draft)

    def _with_current(self, do: Any, value: Any) -> None:
        if self.page.record is not None:
            do(self.page.record.rule.id, value)

    def _add(self) -> None:
        names = {rule.name for rule in self._rules}
        name = next(
            name
            for name in ("New rule", *(f"New rule {number}" for number in range(2, len(names) + 3)))
            if name not in names
        )
        terms = Terms(
            name=name,
            kind=RuleKind.FREE,
            number=0,
            conditions=tuple(words.STARTS[field] for field in words.NEW_RULE),
        )

        def added(number: int) -> None:
            self.refresh(number)
            self._open()
            self.page.name.selectAll()

        self.context.run(lambda desk: work.add(desk, terms), added)

    def _change(self, terms: Terms) -> None:
        record = self.page.record
        if record is None:
            return
        self._count.count(replace(record.rule, **work.fields_of(terms)))
        self.context.run(
            lambda desk: work.change(desk, record.rule.id, terms), self._changed, self._not_changed
        )

    def _changed(self, done: Done) -> None:
        self.page.say("Saved" if done.sentence == "Saved." else "")
        if done.sentence not in {"Saved.", "Nothing was changed."}:
            self.context.show_message(done.sentence, "warn")

    def _not_changed(self, error: OuttrayError) -> None:
        self.page.say(error.sentence, "block")

    def _move(self, by: int) -> None:
        number = self.list.current
        if number is not None:
            self.context.run(
                lambda desk: work.move(desk, number, by), lambda done: self.context.announce(done.sentence)
            )

    def _switch_mode(self, rule_id: int, mode: str) -> None:
        rule = next((rule for rule in self._rules if rule.id == rule_id), None)
        if rule is None or (rule.mode.value == mode and rule.fault is None):
            return
        if mode == RuleMode.ON.value:
            self.context.run(lambda desk: work.read_one(desk, rule_id), self._ask_to_switch_on)
        else:
            self.context.run(lambda desk: work.stand_back(desk, rule_id, RuleMode(mode)), self._said)

    def _ask_to_switch_on(self, record: Record) -> None:
        if record.why_not_on is not None:
            self.context.show_message(record.why_not_on, "warn")
            return
        rule = record.rule
        acts = self.context.settings["rules.enabled"]
        text = work.switching_on(record, may_act=acts)
        Question(
            self.context,
            self.window(),
            f"Switch “{rule.name}” on?",
            text,
            (
                (
                    "Switch on",
                    lambda: self.context.run(lambda desk: work.switch_on(desk, rule.id), self._said),
                ),
                ("Leave it", lambda: None),
            ),
        ).open()

    def _ask_to_allow(self) -> None:
        if self.context.settings["rules.enabled"]:
            self.context.run(lambda desk: work.allow(desk, allowed=False), self._said)
            return
        on = [rule.name for rule in self._rules if rule.mode is RuleMode.ON]
        Question(
            self.context,
            self.window(),
            "Let rules let mail through?",
            work.allowing(on, self.context.settings, paused=self.context.reads.switch().paused),
            (
                (
                    "Let them",
                    lambda: self.context.run(lambda desk: work.allow(desk, allowed=True), self._said),
                ),
                ("Keep them off", lambda: None),
            ),
        ).open()

    def _ask_to_remove(self) -> None:
        record = self.page.record
        if record is None:
            return
        number = record.rule.id
        Question(
            self.context,
            self.window(),
            f"Delete “{record.rule.name}”?",
            "What it decided stays in the audit log. What it would take waits for you from now on.",
            (
                ("Delete rule", lambda: self.context.run(lambda desk: work.remove(desk, number), self._said)),
                ("Keep it", lambda: None),
            ),
            danger=True,
        ).open()

    def _try(self, rule_id: int, days: int) -> None:
        if rule_id in self._trying:
            return
        name = next((rule.name for rule in self._rules if rule.id == rule_id), "rule")
        self._trying.add(rule_id)
        self.page.trial.busy(running=True)

        def ended(trial: Trial | None) -> None:
            self._trying.discard(rule_id)
            if trial is not None:
                through = f"{trial.let_through:,} of {trial.decided:,}"
                self.context.announce(f"{name}: {through} would have been let through.")
            self.refresh()

        def stopped(error: OuttrayError) -> None:
            ended(None)
            self.context.show_message(error.sentence, "warn")

        self.context.job(
            f"Trying “{name}”",
            lambda desk, progress: work.try_it(desk, rule_id, days, progress),
            ended,
            stopped,
        )

    def _open_draft(self, draft_id: int) -> None:
        draft = self.context.reads.draft(draft_id)
        screen = "review" if draft is None else work.SCREENS.get(draft.status.value, "audit")
        self.context.go(screen, draft_id)

    def _said(self, done: Done) -> None:
        if done.sentence:
            self.context.show_message(done.sentence, "ok")
        self.refresh()

    def _none(self) -> str | None:
        return None if self._rules else "There is no rule yet."

    # How it looks.

    def _lay_out(self) -> None:
        self._left = QWidget()
        ground(self._left, "panel")
        self._left.setFixedWidth(self._list_width)
        column = QVBoxLayout(self._left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(Hairline())
        column.addWidget(self.switch)
        column.addWidget(Hairline())
        column.addWidget(self.list, 1)
        self._none_here = Label(self.context, _NO_RULES, "ui", "text2", wrap=True)
        self._none_here.setContentsMargins(20, 16, 16, 16)
        self._none_here.hide()
        column.addWidget(self._none_here)
        column.addWidget(Hairline())
        foot = Label(self.context, _FOOT, "meta", "text2", wrap=True)
        foot.setContentsMargins(20, 10, 16, 10)
        column.addWidget(foot)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._left)
        self._line = Hairline("vertical")
        row.addWidget(self._line)
        row.addWidget(self._right, 1)

    def _dress(self) -> None:
        self._new.setIcon(self.context.icon("ph.plus", "text"))
