"""The rules' own switch over the list, and why they switched themselves off."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from outtray.model.rule import RuleMode
from outtray.ui.deliveries.layout import ground
from outtray.ui.deliveries.moments import moment, zone_of
from outtray.ui.deliveries.parts import Notice
from outtray.ui.rules.toggle import Toggle
from outtray.ui.widgets.labels import Label

if TYPE_CHECKING:
    from outtray.ui.context import WindowContext


class RulesSwitch(QWidget):
    """`asked`: the operator wants to turn it."""

    asked = Signal()

    def __init__(self, context: WindowContext) -> None:
        """Off until `show_state`."""
        super().__init__()
        self._context = context
        ground(self, "window")
        self.toggle = Toggle(context, "Rules may let mail through")
        self.toggle.setObjectName("rulesEnabled")
        self.toggle.clicked.connect(self.asked)
        self._state = Label(context, "", "meta", "text2", wrap=True)
        self._notice = Notice(context)
        said = QVBoxLayout()
        said.setSpacing(2)
        said.addWidget(Label(context, "Rules may let mail through", "strong"))
        said.addWidget(self._state)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addLayout(said, 1)
        row.addWidget(self.toggle, 0, Qt.AlignmentFlag.AlignVCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 10, 16, 10)
        column.setSpacing(8)
        column.addLayout(row)
        column.addWidget(self._notice)

    def show_state(
        self, enabled: bool, stopped: tuple[datetime, str] | None, modes: Sequence[RuleMode]
    ) -> None:
        """`stopped`: when and why they switched themselves off."""
        self.toggle.setChecked(enabled)
        on = sum(mode is RuleMode.ON for mode in modes)
        if not enabled:
            words = "Off. Every message waits for you."
        elif not on:
            words = "On, but no rule is: every message waits for you."
        else:
            words = f"On. {on} {'rule lets' if on == 1 else 'rules let'} mail through while this window runs."
        self._state.setText(words)
        self.toggle.setAccessibleDescription(words)
        self.toggle.setToolTip("Switch them off" if enabled else "Asks first")
        if stopped is None:
            self._notice.hide()
        else:
            at = moment(stopped[0], self._context.clock.now(), zone_of(self._context.settings))
            self._notice.say(f"Off since {at}", stopped[1], "block")
