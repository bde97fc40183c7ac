"""The program's menu, made from the registry: a submenu a group, each entry with its key."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from outtray.ui.commands import COMMANDS, Group
from outtray.ui.keys import shown_key

_PROGRAM_PARTS = {"import", "addAccount", "palette", "quit"}  # a line above each of these


class ProgramMenu(QMenu):
    """Built when it is first opened; what can't be done now is shut and says why in its tooltip."""

    def __init__(
        self, parent: QWidget, refusal: Callable[[str], str | None], run: Callable[[str], object]
    ) -> None:
        """`refusal` gives why a command can't be done now, None where it can."""
        super().__init__(parent)
        self.setAccessibleName("Menu")
        self._refusal, self._run = refusal, run
        self._actions: dict[str, QAction] = {}
        self.aboutToShow.connect(self._refresh)

    def _refresh(self) -> None:
        if not self._actions:
            self._build()
        for name, action in self._actions.items():
            reason = self._refusal(name)
            action.setEnabled(reason is None)
            action.setToolTip(reason or "")
            action.setStatusTip(reason or "")

    def _build(self) -> None:
        for group in Group:
            menu = self if group is Group.PROGRAM else self.addMenu(group.value)
            menu.setToolTipsVisible(True)
            for command in COMMANDS:
                if command.group is not group:
                    continue
                if command.id in _PROGRAM_PARTS:
                    menu.addSeparator()
                # The key stands behind a tab: shown by the style, never taken as a shortcut by Qt itself.
                key = shown_key(command.id)
                action = menu.addAction(f"{command.title}\t{key}" if key else command.title)
                action.triggered.connect(lambda _checked=False, name=command.id: self._run(name))
                self._actions[command.id] = action
