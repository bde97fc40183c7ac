"""A real window over a real desk, with every screen in it, worked by real keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from outtray.desk import Desk
from outtray.ui.window import MainWindow
from outtray.ui.window_context import ShellContext
from outtray.ui.window_frame import WindowFrame
from tests.fakes.desks import propose
from tests.fakes.window import close, make_context

Open = Callable[..., "Opened"]


class Opened:
    """A shown window, and what a person does with it."""

    def __init__(self, context: ShellContext, qtbot: QtBot) -> None:
        self.context, self._qtbot = context, qtbot
        self.frame = WindowFrame(context.remembered)
        qtbot.addWidget(self.frame)
        self.frame.resize(1300, 800)
        with qtbot.waitSignal(self.frame.painted):
            self.frame.show()
        self.window = MainWindow(context, context.background)
        self.frame.fill(self.window)
        self.window.go("review")
        self.window.complete()
        self.frame.activateWindow()
        qtbot.waitUntil(self.frame.isActiveWindow)

    @property
    def desk(self) -> Desk:
        desk = self.context.background.desk
        assert desk is not None
        return desk

    def press(self, *keys: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        for key in keys:
            QTest.keyClick(self.frame.windowHandle(), key, modifiers)

    def ctrl(self, key: Qt.Key) -> None:
        self.press(key, modifiers=Qt.KeyboardModifier.ControlModifier)

    def settle(self) -> None:
        """Waits until everything that was asked for so far is done and told."""
        done: list[bool] = []
        self.context.run(lambda _desk: True, done.append)
        self._qtbot.waitUntil(lambda: bool(done))


@pytest.fixture
def opened(tmp_path: Path, qtbot: QtBot) -> Iterator[Open]:
    """Opens a window; `drafts` in review, `practice` desk with its account or a real one without any."""
    made: list[Opened] = []

    def open_window(drafts: int = 3, *, practice: bool = True) -> Opened:
        def prepare(desk: Desk) -> None:
            for number in range(drafts):
                propose(desk, subject=f"Question {number}", to=f"person{number}@example.com")

        context = make_context(tmp_path, qtbot, practice=practice, account=practice, prepare=prepare)
        made.append(Opened(context, qtbot))
        return made[-1]

    yield open_window
    for one in made:
        one.window.stop()
        one.frame.may_close = True
        one.frame.close()
        close(one.context)
