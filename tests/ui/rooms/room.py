"""A window with one screen in it: keys go through the real dispatcher, clicks to the real widgets."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import shiboken6
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QDialog,
    QLabel,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from outtray.desk import Desk
from outtray.ui.commands import Handler
from outtray.ui.dispatcher import Dispatcher
from outtray.ui.screens import MAKERS
from outtray.ui.window_context import ShellContext
from tests.fakes.window import FakeShell, shell_of

W = TypeVar("W", bound=QWidget)
_SIZE = (1232, 800)
_TOOLS = 208  # what the sidebar takes of the window's width


class Room(QWidget):
    """Implements what the dispatcher asks of a window."""

    def __init__(self, context: ShellContext, name: str, qtbot: QtBot) -> None:
        super().__init__()
        self.context, self._name, self._qtbot = context, name, qtbot
        self.screen_ = MAKERS[name](context)
        self._handlers = dict(self.screen_.handlers())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.screen_)
        context.changed.connect(self.screen_.take_changes)
        context.ticked.connect(self.screen_.tick)
        qtbot.addWidget(self)

    def enter(self, target: int | None = None) -> None:
        self.resize(*_SIZE)
        self.screen_.resized(_SIZE[0] + _TOOLS, _SIZE[1])
        self.show()
        self._qtbot.waitExposed(self)
        self.screen_.enter(target)
        self.screen_.regions()[0].setFocus()
        application = QApplication.instance()
        assert isinstance(application, QGuiApplication)
        self.dispatcher = Dispatcher(self, application)
        self.dispatcher.watch(self.windowHandle())
        self.settle()

    def end(self) -> None:
        """Gives up the keys: a dispatcher watches every window of the application."""
        shiboken6.delete(self.dispatcher)
        self.close()

    # What the dispatcher asks.

    def handler(self, command: str) -> Handler | None:
        return self._handlers.get(command)

    def screen_name(self) -> str:
        return self._name

    def screen_widget(self) -> QWidget:
        return self.screen_

    def covered(self) -> bool:
        return False

    def bare_letters(self) -> bool:
        return True

    def refuse(self, reason: str) -> None:
        self.shell.messages.append(("warn", reason))

    # What a person does.

    def key(self, *keys: Qt.Key | str) -> None:
        for key in keys:
            # Letters as keys: the overload for characters takes windows of another kind.
            code = Qt.Key(ord(key.upper())) if isinstance(key, str) else key
            QTest.keyClick(self.windowHandle(), code)
        self.settle()

    def press(self, name: str) -> None:
        self.button(name).click()
        self.settle()

    def click(self, at: QPoint) -> None:
        view = self.view
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
        self.settle()

    # What a person sees.

    @property
    def view(self) -> QAbstractItemView:
        view = self.screen_.regions()[0]
        assert isinstance(view, QAbstractItemView)
        return view

    @property
    def desk(self) -> Desk:
        desk = self.context.background.desk
        assert desk is not None
        return desk

    @property
    def shell(self) -> FakeShell:
        return shell_of(self.context)

    def rows(self) -> list[str]:
        """What each row of the list speaks, heads included."""
        model = self.view.model()
        role = Qt.ItemDataRole.AccessibleTextRole
        return [model.index(row, 0).data(role) for row in range(model.rowCount())]

    def button(self, name: str) -> QAbstractButton:
        """The button of this accessible name that is showing."""
        found = [one for one in self._all(QAbstractButton) if one.accessibleName() == name]
        assert found, (
            f"no button {name}; showing are {[one.accessibleName() for one in self._all(QAbstractButton)]}"
        )
        return found[0]

    def buttons(self) -> set[str]:
        """The accessible names of all buttons that are showing."""
        return {one.accessibleName() for one in self._all(QAbstractButton)}

    def words(self) -> str:
        """All labels that are showing, in one text."""
        return " | ".join(label.text() for label in self._all(QLabel) if label.text())

    def dialog(self) -> QDialog:
        """The dialog that is open."""
        found = [one for one in self.findChildren(QDialog) if one.isVisible()]
        assert found, "no dialog is open"
        return found[-1]

    def wait(self, look: Callable[[], object]) -> None:
        """Until something is there."""
        self._qtbot.waitUntil(lambda: bool(look()))

    def settle(self) -> None:
        """Until all work that was asked for is done and shown."""
        done: list[bool] = []
        self.context.run(lambda _desk: True, done.append)
        self._qtbot.waitUntil(lambda: bool(done))
        # What that asked for in its turn.
        again: list[bool] = []
        self.context.run(lambda _desk: True, again.append)
        self._qtbot.waitUntil(lambda: bool(again))

    def _all(self, kind: type[W]) -> list[W]:
        return [one for one in self.findChildren(kind) if one.isVisible()]
