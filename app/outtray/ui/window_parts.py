"""What the window has besides its bars and its screen: commands, keys, menu, messages, jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QTimer
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QToolButton, QWidget

from outtray.ui.background import Background
from outtray.ui.dispatcher import Dispatcher
from outtray.ui.menus import ProgramMenu
from outtray.ui.notices import JobStrip, MessageStrip
from outtray.ui.shell_commands import ShellCommands

if TYPE_CHECKING:
    from outtray.ui.window import MainWindow

_SHIELD_MILLISECONDS = 300


class WindowParts:
    """Wires them to the window's frame."""

    def __init__(self, window: MainWindow, background: Background) -> None:
        """Begins to take keys."""
        self._window = window
        context = window.context
        self.commands = ShellCommands(window)
        self.menu = ProgramMenu(window, window.refusal, window.invoke)
        self.message = MessageStrip(context, window)
        self.jobs = JobStrip(context, background, window)
        # For a moment after a banner came or went, a click meant for what was there before does nothing.
        self._shield = QWidget(window.stack)
        self._shield.hide()
        self._wire_top()
        background.jobs_changed.connect(self.place)
        application = QApplication.instance()
        assert isinstance(application, QGuiApplication)
        self.dispatcher = Dispatcher(window, application)
        self.dispatcher.watch(window.window().windowHandle())
        letters = window.sidebar.mailboxes.show_letters
        self.dispatcher.sequence_begun.connect(lambda: letters(shown=True))
        self.dispatcher.sequence_ended.connect(lambda: letters(shown=False))
        menu_key = QShortcut(QKeySequence("F10"), window)
        menu_key.activated.connect(window.top.brand.showMenu)

    def say(self, text: str, tone: str) -> None:
        """Shows a sentence at the foot."""
        self.message.say(text, tone)
        self.place()

    def shield(self) -> None:
        """Takes the clicks of the next moment."""
        self._shield.setGeometry(self._window.stack.rect())
        self._shield.show()
        self._shield.raise_()
        QTimer.singleShot(_SHIELD_MILLISECONDS, self._shield.hide)

    def place(self) -> None:
        """Puts messages and jobs where nothing is covered that must not be."""
        window = self._window
        px = window.context.looks.px
        origin = window.stack.mapTo(window, window.stack.rect().topLeft())
        area = QRect(origin, window.stack.size())
        # Above the decision bar, which never moves and is never covered.
        self.message.place(area.adjusted(0, 0, 0, -px(64)))
        if window.sidebar.width() > px(100):
            foot = window.height() - window.sidebar.foot_height() - 8
            side = QRect(8, 0, window.sidebar.width() - 16, foot)
        else:
            side = QRect(area.left() + 16, 0, px(300), window.height() - px(72))
        self.jobs.place(side)

    def stop(self) -> None:
        """Takes no key any more."""
        self.dispatcher.stop()

    def _wire_top(self) -> None:
        window, top = self._window, self._window.top
        top.brand.setMenu(self.menu)
        top.search.setClearButtonEnabled(True)
        for button in top.search.findChildren(QToolButton):
            button.setAccessibleName("Clear the search")
        top.pause_asked.connect(lambda: window.invoke("pauseSending"))
        top.resume_asked.connect(lambda: window.invoke("resumeSending"))
        top.keys_asked.connect(lambda: window.invoke("keys"))
        top.search.textEdited.connect(window.search)
        top.search.textChanged.connect(lambda text: None if text else window.search(""))
        top.search.left.connect(window.focus_screen)
