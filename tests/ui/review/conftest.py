"""A review over a real desk: real keys reach it as in the window."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from outtray.desk import Desk
from outtray.model.draft import Draft
from outtray.model.draft_lists import DraftList
from outtray.store.draft_reads import DraftReads
from outtray.ui.commands import Handler
from outtray.ui.dispatcher import Dispatcher
from outtray.ui.review.screen import ReviewScreen
from outtray.ui.window_context import ShellContext
from tests.fakes.clock import FakeClock
from tests.fakes.desks import propose
from tests.fakes.window import FakeShell, close, make_context, shell_of

_NONE = Qt.KeyboardModifier.NoModifier
_TEXTS = {Qt.Key.Key_Return: "\r", Qt.Key.Key_Escape: "\x1b", Qt.Key.Key_Space: " "}


def _code(letter: str) -> Qt.Key:
    combination = QKeySequence(letter)[0]  # type: ignore[index]  # the stubs lack __getitem__
    return Qt.Key(combination.key())


class Keyboard:
    """What the dispatcher asks of a window: here it has one screen."""

    def __init__(self, screen: ReviewScreen) -> None:
        self._screen = screen
        self.handlers: dict[str, Handler] = dict(screen.handlers())
        self.refused: list[str] = []

    def handler(self, command: str) -> Handler | None:
        return self.handlers.get(command)

    def screen_name(self) -> str:
        return self._screen.name

    def screen_widget(self) -> QWidget:
        return self._screen

    def covered(self) -> bool:
        return False

    def bare_letters(self) -> bool:
        return True

    def refuse(self, reason: str) -> None:
        self.refused.append(reason)


class Reviewer:
    """The operator before one list of drafts."""

    def __init__(self, context: ShellContext, qtbot: QtBot, screen: ReviewScreen) -> None:
        self.context, self.qtbot, self.screen = context, qtbot, screen
        self.keyboard = Keyboard(screen)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        self.dispatcher = Dispatcher(self.keyboard, application)
        shell = shell_of(context)
        invoked = shell.invoke

        def invoke(command: str) -> None:
            invoked(command)
            handler = self.keyboard.handler(command)
            reason = handler.refusal() if handler is not None else None
            if handler is not None and reason is None:
                handler.run()
            elif reason is not None:
                self.keyboard.refuse(reason)

        shell.invoke = invoke  # type: ignore[method-assign]
        context.changed.connect(screen.take_changes)

    @property
    def desk(self) -> Desk:
        desk = self.context.background.desk
        assert desk is not None
        return desk

    @property
    def shell(self) -> FakeShell:
        return shell_of(self.context)

    def open(self, width: int = 1440, height: int = 900) -> None:
        self.screen.resize(width - 208, height - 48)
        self.screen.resized(width, height)
        self.screen.show()
        self.qtbot.waitExposed(self.screen)
        self.screen.activateWindow()
        self.screen.enter()
        handle = self.screen.windowHandle()
        self.dispatcher.watch(handle)
        self.screen.regions()[0].setFocus()
        self.settle()

    def settle(self) -> None:
        """Waits until everything that was asked for was done, and what followed from it."""
        for _ in range(3):
            done: list[bool] = []
            self.context.run(lambda _desk: True, done.append)
            self.qtbot.waitUntil(partial(bool, done))
            QApplication.processEvents()

    def key(self, key: Qt.Key | str, modifiers: Qt.KeyboardModifier = _NONE, *, held: bool = False) -> None:
        """Presses a key where the focus is, through the window as the platform does; `held`: it repeats."""
        handle = self.screen.windowHandle()
        assert handle is not None
        text = key if isinstance(key, str) else _TEXTS.get(key, "")
        code = _code(key) if isinstance(key, str) else key
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            QApplication.sendEvent(handle, QKeyEvent(kind, code, modifiers, text, autorep=held))

    def keys(self, *keys: Qt.Key | str) -> None:
        for key in keys:
            self.key(key)
            self.settle()

    def find(self, name: str, kind: type[QWidget] = QWidget) -> Any:
        """A widget by its object name, the one on the screen where there are several."""
        found = self.screen.findChildren(kind, name)
        assert found, name
        return next((widget for widget in found if widget.isVisible()), found[0])

    def seen(self, name: str) -> list[QWidget]:
        """What is on the screen under an accessible name."""
        return [
            widget
            for widget in self.screen.findChildren(QWidget)
            if widget.isVisible() and widget.accessibleName() == name
        ]

    def press(self, name: str) -> None:
        """Presses a button by its accessible name."""
        (button,) = self.seen(name)
        self.click(button)

    def click(self, widget: QWidget) -> None:
        """Clicks in the middle of a widget."""
        self.qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)  # type: ignore[no-untyped-call]
        self.settle()

    def type(self, name: str, text: str) -> None:
        """Types into a field, by its object name."""
        self.qtbot.keyClicks(self.find(name), text)  # type: ignore[no-untyped-call]

    def draft(self, number: int) -> Draft:
        reads = DraftReads(self.context.profile.database)
        try:
            found = reads.draft(number)
        finally:
            reads.close()
        assert found is not None
        return found

    def status(self, number: int) -> str:
        return self.draft(number).status.value

    @property
    def subject(self) -> str:
        """The subject of the open message."""
        return str(self.find("messageSubject").accessibleName())

    @property
    def body(self) -> str:
        """The text of the open message."""
        return str(self.find("messageBody").toPlainText())

    @property
    def rows(self) -> list[str]:
        """The rows as they are read aloud."""
        model = self.find("drafts").model()
        return [model.index(row, 0).data() for row in range(model.rowCount())]

    def end(self) -> None:
        """Closes what was opened."""
        handle = self.screen.windowHandle()
        if handle is not None:
            handle.removeEventFilter(self.dispatcher)
        self.dispatcher.deleteLater()
        self.screen.hide()
        close(self.context)


MakeReviewer = Callable[..., Reviewer]


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def review(tmp_path: Path, qtbot: QtBot, clock: FakeClock) -> Iterator[MakeReviewer]:
    """Makes a review: of `drafts` (fields of proposals), or of what `prepare` puts on the desk."""
    made: list[Reviewer] = []

    def make(
        *drafts: dict[str, Any],
        draft_list: DraftList = DraftList.REVIEW,
        account: bool = True,
        prepare: Callable[[Desk], object] = lambda desk: None,
        size: tuple[int, int] = (1440, 900),
    ) -> Reviewer:
        def fill(desk: Desk) -> None:
            for fields in drafts:
                propose(desk, **fields)
            prepare(desk)

        context = make_context(tmp_path, qtbot, clock=clock, account=account, prepare=fill)
        screen = ReviewScreen(context, draft_list)
        qtbot.addWidget(screen)
        reviewer = Reviewer(context, qtbot, screen)
        made.append(reviewer)
        reviewer.open(*size)
        return reviewer

    yield make
    for reviewer in made:
        reviewer.end()
