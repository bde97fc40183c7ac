"""What a key does in a window: acts, goes somewhere, or is a letter of a text."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QLineEdit,
    QListWidget,
    QPushButton,
    QSpinBox,
    QTextBrowser,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from outtray.ui.commands import COMMANDS, Handler
from outtray.ui.dispatcher import SEQUENCE_MILLISECONDS, Dispatcher
from outtray.ui.keys import is_bare

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
KEYS = Qt.Key


class Room(QWidget):
    """A window with one screen in it, which notes what it was asked to do."""

    def __init__(self) -> None:
        super().__init__()
        self.done: list[str] = []
        self.refused: list[str] = []
        self.reasons: dict[str, str] = {}
        self.bare = True
        self.lies_under_something = False
        self.place = QWidget()
        outside, inside = QVBoxLayout(self), QVBoxLayout(self.place)
        self.sidebar = QListWidget()
        self.list = QListWidget()
        self.field, self.text, self.number = QLineEdit(), QTextEdit(), QSpinBox()
        self.body = QTextBrowser()
        self.button = QPushButton("Press")
        for name in ("one", "two", "three"):
            self.sidebar.addItem(name)
            self.list.addItem(name)
        outside.addWidget(self.sidebar)
        outside.addWidget(self.place)
        for part in (self.list, self.field, self.text, self.number, self.body, self.button):
            inside.addWidget(part)
        self.known = {command.id for command in COMMANDS}

    def handler(self, command: str) -> Handler | None:
        if command not in self.known:
            return None
        return Handler(lambda: self.done.append(command), lambda: self.reasons.get(command))

    def screen_name(self) -> str:
        return "review"

    def screen_widget(self) -> QWidget:
        return self.place

    def covered(self) -> bool:
        return self.lies_under_something

    def bare_letters(self) -> bool:
        return self.bare

    def refuse(self, reason: str) -> None:
        self.refused.append(reason)

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self.windowHandle(), key, modifiers)


@pytest.fixture
def room(qtbot: QtBot) -> Iterator[Room]:
    made = Room()
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    made.dispatcher = Dispatcher(made, application)  # type: ignore[attr-defined]
    made.list.setFocus()
    yield made
    made.dispatcher.stop()  # type: ignore[attr-defined]


def test_a_letter_acts_on_the_list(room: Room) -> None:
    room.press(KEYS.Key_A)
    room.press(KEYS.Key_J)
    assert room.done == ["approve", "next"]


def test_shift_makes_another_command(room: Room) -> None:
    room.press(KEYS.Key_A, SHIFT)
    room.press(KEYS.Key_F, SHIFT)
    assert room.done == ["approveSelected", "fixAll"]


@pytest.mark.parametrize(
    ("letter", "screen"),
    [(KEYS.Key_R, "goReview"), (KEYS.Key_O, "goOutbox"), (KEYS.Key_S, "goSent"), (KEYS.Key_F, "goFailed"),
     (KEYS.Key_A, "goAudit"), (KEYS.Key_Z, "goSnoozed"), (KEYS.Key_J, "goRejected")],
)  # fmt: skip
def test_g_and_a_letter_go_somewhere_and_nothing_else(room: Room, letter: Qt.Key, screen: str) -> None:
    room.press(KEYS.Key_G)
    room.press(letter)
    assert room.done == [screen]


@pytest.mark.parametrize("letter", [KEYS.Key_E, KEYS.Key_N, KEYS.Key_X, KEYS.Key_NumberSign, KEYS.Key_G])
def test_a_letter_after_g_that_leads_nowhere_does_nothing(room: Room, letter: Qt.Key) -> None:
    room.press(KEYS.Key_G)
    room.press(letter)
    assert room.done == []


def test_the_letter_after_the_next_acts_again(room: Room) -> None:
    for key in (KEYS.Key_G, KEYS.Key_E, KEYS.Key_A):
        room.press(key)
    assert room.done == ["approve"]


def test_g_then_a_never_approves_even_when_the_window_was_busy_between(room: Room, qtbot: QtBot) -> None:
    """The letter was pressed in time; that the time for hints has passed until it is seen changes nothing."""
    dispatcher = room.dispatcher  # type: ignore[attr-defined]
    room.press(KEYS.Key_G)
    with qtbot.waitSignal(dispatcher.sequence_ended):
        dispatcher._timer.setInterval(0)
    room.press(KEYS.Key_A)
    assert room.done == ["goAudit"]


def test_a_g_is_forgotten_after_a_while_and_the_letter_acts(room: Room) -> None:
    dispatcher = room.dispatcher  # type: ignore[attr-defined]
    room.press(KEYS.Key_G)
    dispatcher._begun -= SEQUENCE_MILLISECONDS + 1
    room.press(KEYS.Key_A)
    assert room.done == ["approve"]


def test_esc_ends_a_g(room: Room) -> None:
    for key in (KEYS.Key_G, KEYS.Key_Escape, KEYS.Key_A):
        room.press(key)
    assert room.done == ["approve"]


def test_the_hints_are_shown_while_a_g_is_open(room: Room, qtbot: QtBot) -> None:
    dispatcher = room.dispatcher  # type: ignore[attr-defined]
    with qtbot.waitSignal(dispatcher.sequence_begun):
        room.press(KEYS.Key_G)
    with qtbot.waitSignal(dispatcher.sequence_ended):
        room.press(KEYS.Key_O)


BARE = [
    (key, SHIFT if key.startswith("Shift+") else Qt.KeyboardModifier.NoModifier)
    for command in COMMANDS
    for key in command.keys
    if is_bare(key) and ", " not in key and key != "Space"
]


@pytest.mark.parametrize("place", ["field", "text", "number"])
def test_no_letter_acts_while_a_text_field_has_the_focus(room: Room, place: str) -> None:
    getattr(room, place).setFocus()
    for key, modifiers in BARE:
        room.press(Qt.Key(ord(key.removeprefix("Shift+"))), modifiers)
    assert len(BARE) > 20
    assert room.done == []
    if place == "field":
        assert len(room.field.text()) == len(BARE)


@pytest.mark.parametrize("place", ["field", "text"])
def test_g_in_a_text_field_is_a_letter_and_begins_nothing(room: Room, place: str) -> None:
    getattr(room, place).setFocus()
    room.press(KEYS.Key_G)
    room.list.setFocus()
    room.press(KEYS.Key_A)
    assert room.done == ["approve"]


def test_a_text_field_keeps_its_own_ctrl_keys(room: Room) -> None:
    room.field.setText("some words")
    room.field.setFocus()
    room.press(KEYS.Key_A, CTRL)
    assert room.field.selectedText() == "some words"
    assert room.done == []


@pytest.mark.parametrize(
    ("key", "command"),
    [(KEYS.Key_Period, "pauseSending"), (KEYS.Key_K, "palette"), (KEYS.Key_Comma, "settings"),
     (KEYS.Key_S, "save"), (KEYS.Key_Q, "quit")],
)  # fmt: skip
def test_what_acts_anywhere_acts_in_a_text_field(room: Room, key: Qt.Key, command: str) -> None:
    room.text.setFocus()
    room.press(key, CTRL)
    assert room.done == [command]


def test_ctrl_shift_p_pauses_too(room: Room) -> None:
    room.press(KEYS.Key_P, CTRL | SHIFT)
    assert room.done == ["pauseSending"]


def test_pausing_works_in_a_dialog_and_nothing_else_does(room: Room, qtbot: QtBot) -> None:
    dialog = QDialog(room)
    QVBoxLayout(dialog).addWidget(QLineEdit())
    dialog.open()
    qtbot.waitUntil(dialog.isActiveWindow)
    QTest.keyClick(dialog.windowHandle(), KEYS.Key_Period, CTRL)
    QTest.keyClick(dialog.windowHandle(), KEYS.Key_K, CTRL)
    assert room.done == ["pauseSending"]
    dialog.close()


def test_under_the_palette_only_pausing_acts(room: Room) -> None:
    room.lies_under_something = True
    room.press(KEYS.Key_A)
    room.press(KEYS.Key_F6)
    room.press(KEYS.Key_Period, CTRL)
    assert room.done == ["pauseSending"]


def test_a_held_key_moves_on_but_never_decides(room: Room) -> None:
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QKeyEvent

    dispatcher = room.dispatcher  # type: ignore[attr-defined]
    for key in (KEYS.Key_A, KEYS.Key_J, KEYS.Key_R, KEYS.Key_G):
        event = QKeyEvent(
            QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, "", autorep=True, count=1
        )
        assert dispatcher.press(event)
    assert room.done == ["next"]


def test_a_button_keeps_space_and_enter_but_not_the_letters(room: Room, qtbot: QtBot) -> None:
    room.button.setFocus()
    with qtbot.waitSignal(room.button.clicked):
        room.press(KEYS.Key_Space)
    room.press(KEYS.Key_Return)
    room.press(KEYS.Key_A)
    assert room.done == ["approve"]


def test_a_list_outside_the_screen_keeps_its_arrows(room: Room) -> None:
    room.sidebar.setCurrentRow(0)
    room.sidebar.setFocus()
    room.press(KEYS.Key_Down)
    assert room.sidebar.currentRow() == 1
    assert room.done == []


def test_the_screens_list_is_moved_by_the_screen(room: Room) -> None:
    room.press(KEYS.Key_Down)
    room.press(KEYS.Key_Return)
    assert room.done == ["next", "open"]


def test_a_text_that_is_only_read_scrolls_by_arrows_and_lets_letters_act(room: Room) -> None:
    room.body.setFocus()
    room.press(KEYS.Key_Down)
    room.press(KEYS.Key_E)
    assert room.done == ["edit"]


def test_why_a_command_is_shut_is_said(room: Room) -> None:
    room.reasons["approve"] = "Fix 1 block first: an API key in line 5."
    room.press(KEYS.Key_A)
    assert room.done == []
    assert room.refused == ["Fix 1 block first: an API key in line 5."]


def test_letters_can_be_switched_off_and_the_rest_still_acts(room: Room) -> None:
    room.bare = False
    for key in (KEYS.Key_A, KEYS.Key_G, KEYS.Key_O):
        room.press(key)
    assert room.done == []
    room.press(KEYS.Key_Return, CTRL)
    room.press(KEYS.Key_K, CTRL)
    assert room.done == ["approve", "palette"]


def test_a_key_that_nobody_handles_here_is_left_alone(room: Room) -> None:
    room.known = {"next"}
    room.press(KEYS.Key_A)
    room.press(KEYS.Key_J)
    assert room.done == ["next"]
