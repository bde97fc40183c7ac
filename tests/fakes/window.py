"""A window's context over a real desk, for tests of screens and dialogs; only the window around is a fake."""

from __future__ import annotations

import gc
from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from outtray.desk import Desk
from outtray.model.clock import Clock, SystemClock
from outtray.ui.background import Background
from outtray.ui.remembered import Remembered
from outtray.ui.theme.theme import AppTheme
from outtray.ui.window_context import ShellContext
from tests.fakes.desks import make_desk


class FakeShell:
    """Stands for the window around a screen, and remembers what it was asked."""

    def __init__(self) -> None:
        self.messages: list[tuple[str, str]] = []
        self.announced: list[str] = []
        self.went: list[tuple[str, int | None]] = []
        self.invoked: list[str] = []

    def show_message(self, text: str, tone: str) -> None:
        self.messages.append((tone, text))

    def announce(self, text: str, *, at_once: bool) -> None:
        self.announced.append(text)

    def go(self, screen: str, target: int | None) -> None:
        self.went.append((screen, target))

    def invoke(self, command: str) -> None:
        self.invoked.append(command)


_theme: list[AppTheme] = []


def theme() -> AppTheme:
    """The one theme of the test's application, light."""
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    if not _theme:
        _theme.append(AppTheme(application))
    _theme[0].apply("light", 100)
    return _theme[0]


def make_context(
    tmp_path: Path,
    qtbot: QtBot,
    *,
    practice: bool = True,
    clock: Clock | None = None,
    account: bool = False,
    prepare: Callable[[Desk], object] = lambda desk: None,
) -> ShellContext:
    """A context whose desk is open; `prepare` fills it before anything is read.

    `context.background.desk` is the desk, `shell_of(context)` what the window was asked.
    """
    # As in the program (`ui.garbage`): no other thread may take a widget apart.
    gc.disable()
    clock = clock or SystemClock()
    desk = make_desk(tmp_path, practice, clock, account=account)
    prepare(desk)
    background = Background(lambda: desk)
    remembered = Remembered(desk.profile.folder)
    context = ShellContext(desk.profile, clock, theme(), background, remembered, practice=practice)
    context.attach(FakeShell())
    background.start()
    qtbot.waitUntil(lambda: background.desk is not None)
    # The signals of the opening are delivered before the test looks.
    done: list[bool] = []
    context.run(lambda _desk: True, done.append)
    qtbot.waitUntil(lambda: bool(done))
    return context


def shell_of(context: ShellContext) -> FakeShell:
    """What stands for the window in `make_context`."""
    shell = context.shell
    assert isinstance(shell, FakeShell)
    return shell


def close(context: ShellContext) -> None:
    """Ends the threads and closes the connections; a fixture calls it at the end of each test."""
    assert context.background.stop(10)
    context.close()
    gc.collect()
