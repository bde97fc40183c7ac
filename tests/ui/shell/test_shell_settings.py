"""Settings: what is chosen holds at once, what loosens a safeguard is asked first."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QSpinBox
from pytestqt.qtbot import QtBot

from outtray.model.settings import SETTINGS
from outtray.ui.settings.layout import PAGES, TITLES
from outtray.ui.settings.rows import SettingRow
from outtray.ui.settings.screen import SettingsScreen
from outtray.ui.widgets.question import Question
from outtray.ui.window_context import ShellContext
from tests.fakes.window import close, make_context


@pytest.fixture
def context(tmp_path: Path, qtbot: QtBot) -> Iterator[ShellContext]:
    made = make_context(tmp_path, qtbot)
    yield made
    close(made)


def row(context: ShellContext, qtbot: QtBot, name: str) -> SettingRow:
    made = SettingRow(context, name)
    qtbot.addWidget(made)
    made.show()
    return made


def asked(made: SettingRow) -> list[Question]:
    return [question for question in made.findChildren(Question) if question.isVisible()]


def test_every_setting_stands_on_a_page() -> None:
    shown = [name for page in PAGES for name in page.settings]
    wanted = {name for name in SETTINGS if name != "rules.enabled"}  # asked with the rules themselves
    assert len(shown) == len(wanted)
    assert set(shown) == wanted == set(TITLES)


def test_a_name_that_is_typed_is_saved_and_says_so(context: ShellContext, qtbot: QtBot) -> None:
    made = row(context, qtbot, "operator.name")
    assert isinstance(made.editor, QLineEdit)
    QTest.keyClicks(made.editor, "Mara Lindqvist")
    QTest.keyClick(made.editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: made.state.text() == "Saved")
    assert context.settings["operator.name"] == "Mara Lindqvist"


def test_a_wrong_value_is_said_and_not_kept(context: ShellContext, qtbot: QtBot) -> None:
    made = row(context, qtbot, "operator.time_zone")
    QTest.keyClicks(made.editor, "Nowhere/Else")
    QTest.keyClick(made.editor, Qt.Key.Key_Return)
    assert "is not the name of a time zone" in made.state.text()
    assert context.settings["operator.time_zone"] == ""


def test_more_messages_a_day_are_asked_for_first(context: ShellContext, qtbot: QtBot) -> None:
    made = row(context, qtbot, "sending.per_day")
    assert isinstance(made.editor, QSpinBox)
    made.editor.setValue(50)
    qtbot.waitUntil(lambda: len(asked(made)) == 1)
    asked(made)[0].buttons[-1].click()
    assert made.editor.value() == 20
    assert context.settings["sending.per_day"] == 20
    made.editor.setValue(50)
    qtbot.waitUntil(lambda: len(asked(made)) == 1)
    asked(made)[0].buttons[0].click()
    qtbot.waitUntil(lambda: context.settings["sending.per_day"] == 50)


def test_fewer_messages_a_day_are_not_asked_for(context: ShellContext, qtbot: QtBot) -> None:
    made = row(context, qtbot, "sending.per_day")
    assert isinstance(made.editor, QSpinBox)
    made.editor.setValue(5)
    qtbot.waitUntil(lambda: context.settings["sending.per_day"] == 5)
    assert asked(made) == []


def test_colours_are_chosen_from_a_list(context: ShellContext, qtbot: QtBot) -> None:
    made = row(context, qtbot, "appearance.theme")
    assert isinstance(made.editor, QComboBox)
    made.editor.setCurrentIndex(made.editor.findData("dark"))
    made.editor.activated.emit(made.editor.currentIndex())
    qtbot.waitUntil(lambda: context.settings["appearance.theme"] == "dark")


def test_letters_are_switched_off_with_a_tick(context: ShellContext, qtbot: QtBot) -> None:
    made = row(context, qtbot, "keys.bare_letters")
    assert isinstance(made.editor, QCheckBox)
    made.editor.click()
    qtbot.waitUntil(lambda: context.settings["keys.bare_letters"] is False)


def test_every_page_opens_and_every_editor_has_a_name(context: ShellContext, qtbot: QtBot) -> None:
    screen = SettingsScreen(context)
    qtbot.addWidget(screen)
    screen.show()
    for number in range(len(PAGES)):
        screen.pages.setCurrentRow(number)
    for made in screen._rows:
        assert made.editor.accessibleName() == TITLES[made.name]
        assert made.editor.accessibleDescription()
