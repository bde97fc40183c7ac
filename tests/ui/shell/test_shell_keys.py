"""The registry of commands: every key once, every command reachable, keys as people read them."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

from outtray.ui import keys
from outtray.ui.commands import BY_ID, COMMANDS, Command, Group
from outtray.ui.dispatcher import name_of

STABLE = {
    "next": "J", "previous": "K", "open": "O", "back": "U", "approve": "A", "reject": "R", "edit": "E",
    "snooze": "S", "discard": "#", "undo": "Z", "select": "X", "approveSelected": "Shift+A",
    "nextFinding": "N", "previousFinding": "P", "search": "/", "goReview": "G, R", "goOutbox": "G, O",
    "goSent": "G, S", "goFailed": "G, F", "goAudit": "G, A", "fix": "F", "fixAll": "Shift+F", "why": "I",
    "nextView": "V", "changes": "D", "takeIn": ".", "nextRegion": "F6", "palette": "Ctrl+K",
    "pauseSending": "Ctrl+.", "settings": "Ctrl+,", "keys": "?",
}  # fmt: skip


def test_no_two_commands_share_a_key_on_one_screen() -> None:
    assert list(keys.conflicts()) == []


@pytest.mark.parametrize(
    ("key", "conflicting"), [("A", True), ("G", True), ("G, A, B", True), ("Shift+Q", False)]
)
def test_a_planted_conflict_is_found(monkeypatch: pytest.MonkeyPatch, key: str, conflicting: bool) -> None:
    planted = Command("planted", "Planted", Group.LOOK, (key,))
    monkeypatch.setattr(keys, "COMMANDS", (*COMMANDS, planted))
    assert bool(list(keys.conflicts())) is conflicting


def test_two_commands_may_share_a_key_on_screens_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    one = Command("one", "One", Group.LOOK, ("Q",), screens=frozenset({"audit"}))
    other = Command("other", "Other", Group.LOOK, ("Q",), screens=frozenset({"failed"}))
    monkeypatch.setattr(keys, "COMMANDS", (*COMMANDS, one, other))
    assert list(keys.conflicts()) == []


def test_ids_and_titles_are_there_once() -> None:
    assert len(BY_ID) == len(COMMANDS)
    assert len({command.title for command in COMMANDS}) == len(COMMANDS)


@pytest.mark.parametrize(("command", "key"), STABLE.items())
def test_the_keys_that_others_rely_on_are_these(command: str, key: str) -> None:
    assert key in BY_ID[command].keys


def test_every_key_is_one_that_qt_can_read() -> None:
    for command in COMMANDS:
        for key in command.keys:
            sequence = QKeySequence.fromString(key, QKeySequence.SequenceFormat.PortableText)
            assert sequence.toString(QKeySequence.SequenceFormat.PortableText) == key


@pytest.mark.parametrize(
    ("command", "shown"),
    [("approve", "a"), ("approveSelected", "Shift A"), ("goAudit", "g a"), ("pauseSending", "Ctrl ."),
     ("open", "Enter"), ("keys", "?"), ("retry", "")],
)  # fmt: skip
def test_keys_are_shown_as_people_read_them(command: str, shown: str) -> None:
    assert keys.shown_key(command) == shown


def test_a_key_that_people_call_the_same_is_shown_once() -> None:
    assert keys.shown_keys(BY_ID["open"]) == [["Enter"], ["o"]]


@pytest.mark.parametrize(
    ("key", "bare"),
    [("A", True), ("Shift+A", True), ("G, A", True), ("#", True), ("Space", True), ("Ctrl+A", False),
     ("F6", False), ("Esc", False), ("Return", False)],
)  # fmt: skip
def test_letters_are_told_from_other_keys(key: str, bare: bool) -> None:
    assert keys.is_bare(key) is bare


NONE, SHIFT, CTRL = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
)


@pytest.mark.parametrize(
    ("key", "modifiers", "name"),
    [
        (Qt.Key.Key_A, NONE, "A"),
        (Qt.Key.Key_A, SHIFT, "Shift+A"),
        (Qt.Key.Key_Question, SHIFT, "?"),
        (Qt.Key.Key_Slash, SHIFT, "/"),
        (Qt.Key.Key_NumberSign, SHIFT, "#"),
        (Qt.Key.Key_Period, CTRL | SHIFT, "Ctrl+."),
        (Qt.Key.Key_P, CTRL | SHIFT, "Ctrl+Shift+P"),
        (Qt.Key.Key_Enter, Qt.KeyboardModifier.KeypadModifier, "Enter"),
        (Qt.Key.Key_F6, SHIFT, "Shift+F6"),
        (Qt.Key.Key_Shift, SHIFT, ""),
    ],
)
def test_a_sign_is_known_whatever_the_layout_needs_to_type_it(
    key: Qt.Key, modifiers: Qt.KeyboardModifier, name: str
) -> None:
    assert name_of(QKeyEvent(QEvent.Type.KeyPress, key, modifiers)) == name
