"""The window around the drafts: going places, pausing, palette, keys, settings, the first run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from outtray.model.events import OPERATOR
from outtray.sending import switch
from outtray.store.settings import set_setting
from outtray.ui.commands import COMMANDS
from outtray.ui.remembered import Remembered
from outtray.ui.rooms import ROOMS, short
from outtray.ui.top_bar import Sending
from outtray.ui.widgets.question import Question
from outtray.ui.window_frame import WindowFrame
from tests.fakes.desks import make_desk, propose
from tests.ui.shell.conftest import Open, Opened

KEYS = Qt.Key


def question(one: Opened, qtbot: QtBot) -> Question:
    """The question that the window asks now."""
    qtbot.waitUntil(lambda: any(asked.isVisible() for asked in one.window.findChildren(Question)))
    return next(asked for asked in one.window.findChildren(Question) if asked.isVisible())


@pytest.mark.parametrize(
    ("letter", "screen"),
    [(KEYS.Key_O, "outbox"), (KEYS.Key_S, "sent"), (KEYS.Key_F, "failed"), (KEYS.Key_A, "audit"),
     (KEYS.Key_Z, "snoozed"), (KEYS.Key_J, "rejected"), (KEYS.Key_R, "review")],
)  # fmt: skip
def test_g_and_a_letter_show_a_screen(opened: Open, letter: Qt.Key, screen: str) -> None:
    one = opened()
    one.press(KEYS.Key_G, letter)
    assert one.window.screen_name() == screen
    assert QApplication.focusWidget() is not None


def test_g_a_on_a_draft_goes_to_the_audit_log_and_approves_nothing(opened: Open) -> None:
    one = opened()
    one.press(KEYS.Key_G, KEYS.Key_A)
    one.settle()
    assert one.window.screen_name() == "audit"
    assert one.context.reads.counts().get("status.approved", 0) == 0


def test_every_screen_has_regions_to_go_between_and_f6_goes_round(opened: Open) -> None:
    one = opened()
    for room in ROOMS:
        one.window.go(room.name)
        regions = one.window.regions()
        seen = set()
        for _ in regions:
            one.press(KEYS.Key_F6)
            seen.add(QApplication.focusWidget())
        assert len(seen) == len(regions) >= 2, room.name


def test_ctrl_period_pauses_and_never_resumes(opened: Open, qtbot: QtBot) -> None:
    one = opened()
    assert one.window.top.switch.accessibleName() == "Pause sending"
    one.ctrl(KEYS.Key_Period)
    qtbot.waitUntil(lambda: one.window.top.state is Sending.PAUSED)
    assert one.window.banner is not None
    assert one.window.banner.accessibleName().startswith("Sending is paused since")
    one.ctrl(KEYS.Key_Period)
    one.settle()
    assert switch.status(one.desk).paused
    assert one.window.top.switch.accessibleName() == "Resume sending"


def test_ctrl_period_pauses_while_a_word_is_typed(opened: Open, qtbot: QtBot) -> None:
    one = opened()
    one.press(KEYS.Key_Slash)
    assert QApplication.focusWidget() is one.window.top.search
    one.ctrl(KEYS.Key_Period)
    qtbot.waitUntil(lambda: one.window.top.state is Sending.PAUSED)


def test_resuming_asks_how_many_will_leave_and_can_be_declined(opened: Open, qtbot: QtBot) -> None:
    one = opened()
    one.ctrl(KEYS.Key_Period)
    qtbot.waitUntil(lambda: one.window.top.state is Sending.PAUSED)
    assert one.window.top.switch.accessibleName() == "Resume sending"
    one.window.top.switch.click()
    asked = question(one, qtbot)
    asked.buttons[-1].click()
    one.settle()
    assert switch.status(one.desk).paused
    one.window.top.switch.click()
    question(one, qtbot).buttons[0].click()
    qtbot.waitUntil(lambda: one.window.top.state is Sending.PRACTICE)
    assert one.window.top.switch.accessibleName() == "Pause sending"
    assert one.window.banner is not None
    assert one.window.banner.isHidden()


def test_ctrl_period_pauses_in_the_question_before_resuming(opened: Open, qtbot: QtBot) -> None:
    one = opened()
    one.window.invoke("settings")
    dialog = Question(one.context, one.window, "Sure?", "Really.", (("Yes", lambda: None),))
    dialog.open()
    qtbot.waitUntil(dialog.isActiveWindow)
    QTest.keyClick(dialog.windowHandle(), KEYS.Key_Period, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: one.window.top.state is Sending.PAUSED)
    dialog.close()


def test_lines_stay_where_they_are_when_a_banner_comes(opened: Open, qtbot: QtBot) -> None:
    one = opened(60)
    drafts = one.window.findChild(QLineEdit, "searchDrafts")
    assert drafts is not None
    view = one.window.regions()[2]
    bar = view.verticalScrollBar()  # type: ignore[attr-defined]
    bar.setValue(200)
    one.ctrl(KEYS.Key_Period)
    qtbot.waitUntil(lambda: one.window.top.state is Sending.PAUSED)
    assert one.window.banner is not None
    assert bar.value() == 200 + one.window.banner.height()


def test_the_palette_finds_runs_and_gives_the_focus_back(opened: Open) -> None:
    one = opened()
    before = QApplication.focusWidget()
    one.ctrl(KEYS.Key_K)
    assert one.window.covered()
    one.press(KEYS.Key_O, KEYS.Key_U, KEYS.Key_T, KEYS.Key_B)
    one.press(KEYS.Key_Return)
    assert one.window.screen_name() == "outbox"
    assert not one.window.covered()
    one.window.go("review")
    one.ctrl(KEYS.Key_K)
    one.press(KEYS.Key_Escape)
    assert QApplication.focusWidget() is before


def test_the_palette_shows_what_can_not_be_done_with_the_reason(opened: Open, qtbot: QtBot) -> None:
    one = opened()
    qtbot.waitUntil(lambda: one.window.refusal("approve") is None)
    entries = {entry.command.id: entry for entry in one.window.commands._entries()}
    assert set(entries) == {command.id for command in COMMANDS} - {"palette"}
    assert not entries["resumeSending"].available
    assert entries["resumeSending"].hint == "Sending is on."
    assert entries["approve"].available
    one.window.go("settings")
    entries = {entry.command.id: entry for entry in one.window.commands._entries()}
    assert (entries["approve"].available, entries["approve"].hint) == (False, "Not on this screen.")


def test_the_palette_shows_what_was_used_last_first(opened: Open) -> None:
    one = opened()
    one.ctrl(KEYS.Key_K)
    one.press(KEYS.Key_S, KEYS.Key_E, KEYS.Key_N, KEYS.Key_T, KEYS.Key_Return)
    assert one.window.screen_name() == "sent"
    one.ctrl(KEYS.Key_K)
    one.press(KEYS.Key_Return)
    assert one.window.commands.last_used()[0] == "goSent"


def test_the_key_sheet_lists_every_command_and_can_be_searched(opened: Open) -> None:
    one = opened()
    one.press(KEYS.Key_Question)
    sheet = one.window.commands._keys
    assert sheet is not None
    assert sorted(command.id for command, _ in sheet.lines) == sorted(command.id for command in COMMANDS)
    sheet.field.setText("approve sel")
    assert [command.id for command, line in sheet.lines if not line.isHidden()] == ["approveSelected"]
    one.press(KEYS.Key_Escape)
    assert not one.window.covered()


def test_the_menu_holds_every_command(opened: Open) -> None:
    one = opened()
    menu = one.window.parts.menu
    menu.aboutToShow.emit()
    assert set(menu._actions) == {command.id for command in COMMANDS}
    assert not menu._actions["resumeSending"].isEnabled()
    menu._actions["goSent"].trigger()
    assert one.window.screen_name() == "sent"


def test_what_another_process_adds_is_shown_within_a_second(
    opened: Open, tmp_path: Path, qtbot: QtBot
) -> None:
    one = opened(2)
    other = make_desk(tmp_path)
    propose(other, subject="From outside")
    other.close()
    qtbot.waitUntil(lambda: one.window.sidebar.mailboxes.count_of("review") == 3, timeout=1000)


def test_letters_can_be_switched_off_from_another_process(opened: Open, tmp_path: Path, qtbot: QtBot) -> None:
    one = opened()
    other = make_desk(tmp_path)
    other.store.write(lambda transaction: set_setting(transaction, "keys.bare_letters", False, OPERATOR))
    other.close()
    qtbot.waitUntil(lambda: not one.window.bare_letters())
    one.press(KEYS.Key_G, KEYS.Key_O)
    assert one.window.screen_name() == "review"


def test_a_narrow_window_has_a_rail_and_nothing_is_cut(opened: Open, qtbot: QtBot) -> None:
    one = opened()
    one.frame.resize(1000, 712)
    qtbot.waitUntil(lambda: one.window.sidebar.width() == 56)
    one.frame.resize(640, 480)
    qtbot.waitUntil(lambda: one.frame.width() == 640)
    qtbot.waitUntil(lambda: one.window.minimumSizeHint().width() <= 640)
    for part in (one.window.top.search, one.window.top.switch):
        assert part.isVisible()
        assert one.window.rect().contains(part.mapTo(one.window, part.rect().bottomRight()))
    one.frame.resize(1300, 800)
    qtbot.waitUntil(lambda: one.window.sidebar.width() == 208)


def test_the_size_is_remembered_in_the_profile(opened: Open) -> None:
    one = opened()
    one.frame.resize(700, 500)
    one.frame.may_close = True
    one.frame.close()
    one.context.remembered.save()
    kept = json.loads((one.context.profile.folder / "window.json").read_text())
    assert any(name.startswith("size ") for name in kept)
    assert ((one.context.profile.folder / "window.json").stat().st_mode & 0o777) == 0o600
    again = WindowFrame(Remembered(one.context.profile.folder))
    assert abs(again.width() - 700) <= 1
    assert abs(again.height() - 500) <= 1


def test_a_search_from_a_screen_that_does_not_search_goes_to_review(opened: Open) -> None:
    one = opened()
    one.window.go("settings")
    one.window.top.search.setFocus()
    one.press(KEYS.Key_Q)
    assert one.window.screen_name() == "review"
    assert one.window.top.search.text() == "q"


def test_esc_empties_the_search_and_then_goes_back_to_the_list(opened: Open) -> None:
    one = opened()
    one.press(KEYS.Key_Slash)
    one.press(KEYS.Key_Q)
    one.press(KEYS.Key_Escape)
    assert one.window.top.search.text() == ""
    assert QApplication.focusWidget() is one.window.top.search
    one.press(KEYS.Key_Escape)
    assert QApplication.focusWidget() is not one.window.top.search


def test_an_empty_new_profile_shows_the_ways_to_begin(opened: Open, qtbot: QtBot) -> None:
    one = opened(0, practice=False)
    assert one.window.screen_name() == "firstRun"
    assert one.window.top.state is Sending.NO_ACCOUNT
    with qtbot.waitSignal(one.window.practice_asked):
        one.press(KEYS.Key_1)


def test_the_first_draft_ends_the_first_run(opened: Open, tmp_path: Path, qtbot: QtBot) -> None:
    one = opened(0, practice=False)
    propose(one.desk, subject="The first")
    qtbot.waitUntil(lambda: one.window.screen_name() == "review")


def test_a_message_is_shown_and_closed(opened: Open) -> None:
    one = opened()
    one.context.show_message("Something to know.", "block")
    assert one.window.parts.message.text == "Something to know."
    (closer,) = one.window.parts.message.findChildren(QToolButton)
    closer.click()
    assert one.window.parts.message.text == ""


def test_every_control_of_the_frame_has_a_name(opened: Open) -> None:
    one = opened()
    for room in (*ROOMS, None):
        one.window.go(room.name if room else "settings")
        for kind in (QPushButton, QLineEdit):
            for control in one.window.findChildren(kind):
                named = control.accessibleName() or (isinstance(control, QPushButton) and control.text())
                assert named or not control.isVisible(), (room, control.objectName(), control)


@pytest.mark.parametrize(
    ("count", "words"),
    [(0, ""), (7, "7"), (999, "999"), (1_234, "1.2k"), (12_345, "12k"), (1_000_000, "1.0M")],
)
def test_counts_are_exact_to_999(count: int, words: str) -> None:
    assert short(count) == words
