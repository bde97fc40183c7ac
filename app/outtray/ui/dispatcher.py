"""Turns keys into commands: decides whether a key acts, goes somewhere, or is a letter of a text.

It looks at key events where they enter a window of ours, before any widget does. Text fields keep
their keys, buttons keep Space and Enter, a list outside the screen keeps its arrows; in a dialog
only the pause key acts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QWindow
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTabBar,
    QTextEdit,
    QWidget,
)

from outtray.ui.commands import COMMANDS, Command, Handler
from outtray.ui.keys import is_bare

SEQUENCE_MILLISECONDS = 1500
_LEADER = "G"
_PAUSE = "pauseSending"
_MODIFIERS = {
    Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_Meta, Qt.Key.Key_AltGr,
    Qt.Key.Key_CapsLock, Qt.Key.Key_NumLock, Qt.Key.Key_Super_L, Qt.Key.Key_Super_R,
}  # fmt: skip
_ARROWS = {"Up", "Down"}
_PRESSING = {"Space", "Return", "Enter"}


class Keyboard(Protocol):
    """What the dispatcher asks of the window."""

    def handler(self, command: str) -> Handler | None:
        """Who does a command now; None where nobody does."""
        ...

    def screen_name(self) -> str:
        """The screen that is shown."""
        ...

    def screen_widget(self) -> QWidget:
        """Its widget."""
        ...

    def covered(self) -> bool:
        """Whether something like the palette lies over the screen and has the keyboard."""
        ...

    def bare_letters(self) -> bool:
        """Whether single letters are keys at all."""
        ...

    def refuse(self, reason: str) -> None:
        """Says why a command can't be done now."""
        ...


def name_of(event: QKeyEvent) -> str:
    """The key in the form of `Command.keys`: "Shift+A", "?", "Ctrl+."; empty for a modifier alone."""
    if event.key() in _MODIFIERS or event.key() == Qt.Key.Key_unknown:
        return ""
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    key = event.key()
    letter = Qt.Key.Key_A <= key <= Qt.Key.Key_Z
    if 0x20 < key < 0xFF and not letter:
        # Which signs need Shift is the layout's business: "?" is "?" however it is typed.
        modifiers &= ~Qt.KeyboardModifier.ShiftModifier
    return QKeySequence(modifiers.value | key).toString(QKeySequence.SequenceFormat.PortableText)


def writes(widget: QWidget | None) -> bool:
    """Whether a widget takes letters as text."""
    if isinstance(widget, QLineEdit | QPlainTextEdit | QTextEdit):
        return not widget.isReadOnly()
    if isinstance(widget, QComboBox):
        return widget.isEditable()
    return isinstance(widget, QAbstractSpinBox)


class Dispatcher(QObject):
    """One for the application. `sequence_begun` and `sequence_ended` frame the time after `g`."""

    sequence_begun = Signal()
    sequence_ended = Signal()

    def __init__(self, keyboard: Keyboard, application: QGuiApplication) -> None:
        """Watches every window of the application that gets the keyboard."""
        super().__init__()
        self._keyboard = keyboard
        self._by_key = _by_key()
        self._begun: int | None = None
        self._timer = QTimer(self, singleShot=True, interval=SEQUENCE_MILLISECONDS)
        self._timer.timeout.connect(self._show_end)
        self._application = application
        self._watched: list[QWindow] = []
        application.focusWindowChanged.connect(self.watch)
        self.watch(application.focusWindow())

    def watch(self, window: QWindow | None) -> None:
        """Looks at this window's keys too."""
        if window is not None and window not in self._watched:
            self._watched.append(window)
            window.destroyed.connect(lambda: self._watched.remove(window))
            window.installEventFilter(self)

    def stop(self) -> None:
        """Looks at no key any more: the window is closing."""
        self._application.focusWindowChanged.disconnect(self.watch)
        for window in self._watched:
            window.removeEventFilter(self)
        self._timer.stop()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: ARG002 - Qt's signature
        """True where a key was ours."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self.press(event)
        return False

    def press(self, event: QKeyEvent) -> bool:
        """Does what the key stands for; False leaves it to the widget that has the focus."""
        name = name_of(event)
        if not name:
            return False
        if self._is_pause(name):
            self._act(_PAUSE, repeats=event.isAutoRepeat())
            return True
        if self._elsewhere():
            self._end()
            return False
        if self._begun is not None:
            return self._go_on(name, event)
        return self._alone(name, event)

    def _alone(self, name: str, event: QKeyEvent) -> bool:
        focus = QApplication.focusWidget()
        bare = is_bare(name)
        if bare and name not in _PRESSING and not self._keyboard.bare_letters():
            return False
        if writes(focus):
            command = None if bare else self._find(name, anywhere=True)
        elif self._keeps(focus, name):
            return False
        elif name == _LEADER:
            if not event.isAutoRepeat():
                self._begin(event)
            return True
        else:
            command = self._find(name, anywhere=False)
        if command is None:
            return False
        self._act(command.id, repeats=event.isAutoRepeat() and not command.repeats)
        return True

    def _go_on(self, name: str, event: QKeyEvent) -> bool:
        assert self._begun is not None
        # By when the keys were pressed: a letter that a busy window sees late still belongs to g.
        late = event.timestamp() - self._begun > SEQUENCE_MILLISECONDS
        if late or writes(QApplication.focusWidget()):
            self._end()
            return self._alone(name, event)
        if event.isAutoRepeat():
            return True
        self._end()
        if name == "Esc":
            return True
        if not is_bare(name):
            return self._alone(name, event)
        for command in self._by_key.get(f"{_LEADER}, {name}", ()):
            self._act(command.id, repeats=False)
        return True

    def _find(self, name: str, *, anywhere: bool) -> Command | None:
        for command in self._by_key.get(name, ()):
            fits = not command.screens or self._keyboard.screen_name() in command.screens
            if fits and (command.anywhere or not anywhere) and self._keyboard.handler(command.id):
                return command
        return None

    def _act(self, command: str, *, repeats: bool) -> None:
        handler = self._keyboard.handler(command)
        if handler is None or repeats:
            return
        reason = handler.refusal()
        if reason is None:
            handler.run()
        else:
            self._keyboard.refuse(reason)

    def _keeps(self, focus: QWidget | None, name: str) -> bool:
        """Whether a widget that takes no text needs this key for itself."""
        if focus is None or name not in _ARROWS | _PRESSING:
            return False
        if isinstance(focus, QAbstractButton | QComboBox | QTabBar | QAbstractSlider):
            return True
        screen = self._keyboard.screen_widget()
        if not (screen.isAncestorOf(focus) or focus.isAncestorOf(screen) or focus is screen):
            return True
        scrolls = isinstance(focus, QAbstractScrollArea) and not isinstance(focus, QAbstractItemView)
        return scrolls and name in _ARROWS

    def _elsewhere(self) -> bool:
        """Whether a dialog, a menu or the palette has the keyboard, where only pausing acts."""
        if QApplication.activePopupWidget() is not None or self._keyboard.covered():
            return True
        active = QApplication.activeWindow()
        screen = self._keyboard.screen_widget()
        return active is not None and active is not screen.window()

    def _is_pause(self, name: str) -> bool:
        return any(command.id == _PAUSE for command in self._by_key.get(name, ()))

    def _begin(self, event: QKeyEvent) -> None:
        self._begun = event.timestamp()
        self._timer.start()
        self.sequence_begun.emit()

    def _end(self) -> None:
        if self._begun is not None:
            self._begun = None
            self._timer.stop()
            self.sequence_ended.emit()

    def _show_end(self) -> None:
        """The hints go; whether the next letter still belongs to g is told by when it was pressed."""
        self.sequence_ended.emit()


def _by_key() -> Mapping[str, tuple[Command, ...]]:
    found: dict[str, tuple[Command, ...]] = {}
    for command in COMMANDS:
        for key in command.keys:
            found[key] = (*found.get(key, ()), command)
    return found
