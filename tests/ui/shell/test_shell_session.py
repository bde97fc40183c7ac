"""A window from its first picture to its end: opening, senders, closing, the trace."""

from __future__ import annotations

import gc
import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from outtray.desk import Desk
from outtray.model.clock import SystemClock
from outtray.model.errors import ProfileError
from outtray.profiles import open_profile
from outtray.ui import application
from outtray.ui.remembered import Remembered
from outtray.ui.session import Session
from outtray.ui.tracing import Trace
from outtray.ui.widgets.question import Question
from outtray.ui.window_frame import WindowFrame
from tests.fakes.desks import approve, make_desk, propose
from tests.fakes.window import theme


class Running:
    """A session over the profile below a test's folder."""

    def __init__(
        self, folder: Path, qtbot: QtBot, *, practice: bool = False, trace: Trace | None = None
    ) -> None:
        gc.disable()
        self._qtbot = qtbot
        self.profile = open_profile(folder / "profile")
        remembered = Remembered(self.profile.folder)
        self.frame = WindowFrame(remembered)
        qtbot.addWidget(self.frame)
        with qtbot.waitSignal(self.frame.painted):
            self.frame.show()
        self.ended: list[int] = []
        self.session = Session(
            self.profile, SystemClock(), theme(), self.frame, remembered, practice=practice, trace=trace
        )
        self.session.ended.connect(self.ended.append)
        self.frame.activateWindow()
        qtbot.waitUntil(lambda: self.session._senders is not None or bool(self.questions()), timeout=30_000)

    @property
    def desk(self) -> Desk:
        desk = self.session.background.desk
        assert desk is not None
        return desk

    def questions(self) -> list[Question]:
        return [asked for asked in self.frame.findChildren(Question) if asked.isVisible()]

    def end(self) -> None:
        if not self.ended:
            self.session.close()
            self._qtbot.waitUntil(lambda: bool(self.ended), timeout=20_000)


@pytest.fixture
def practice_profile(tmp_path: Path) -> Path:
    """A practice profile with one draft in review, closed."""
    desk = make_desk(tmp_path, clock=SystemClock(), account=True)
    propose(desk, subject="The one")
    desk.close()
    return tmp_path


@pytest.fixture
def running(practice_profile: Path, qtbot: QtBot) -> Iterator[Running]:
    made = Running(practice_profile, qtbot)
    yield made
    made.end()


def test_closing_with_nothing_on_its_way_asks_nothing(running: Running, qtbot: QtBot) -> None:
    running.frame.close()
    qtbot.waitUntil(lambda: running.ended == [0])


def test_closing_with_a_message_on_its_way_asks(running: Running, qtbot: QtBot) -> None:
    approve(running.desk, 1)
    qtbot.waitUntil(lambda: running.session.window.standing.waiting == 1)
    QTest.keyClick(running.frame.windowHandle(), Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(running.questions()) == 1)
    (asked,) = running.questions()
    assert asked.windowTitle() == "1 message has not left yet."
    assert [button.text() for button in asked.buttons][-2:] == ["Quit anyway", "Cancel"]
    asked.buttons[-1].click()
    assert running.frame.isVisible()
    assert running.ended == []
    running.frame.close()
    qtbot.waitUntil(lambda: len(running.questions()) == 1)
    running.questions()[0].buttons[-2].click()
    qtbot.waitUntil(lambda: running.ended == [0])


def test_every_account_has_a_sender_and_all_end_with_the_window(running: Running, qtbot: QtBot) -> None:
    senders = running.session._senders
    assert senders is not None
    threads = list(senders._threads.values())
    assert len(threads) == 1
    running.session.close()
    qtbot.waitUntil(lambda: running.ended == [0])
    assert not any(thread._thread.isRunning() for thread in threads)


def test_a_practice_desk_that_is_new_is_laid_out_with_drafts(tmp_path: Path, qtbot: QtBot) -> None:
    running = Running(tmp_path, qtbot, practice=True)
    counts = running.session.context.reads.counts()
    assert counts["status.pending"] > 150
    running.end()
    assert running.ended == [0]


def test_a_file_that_is_no_database_is_refused_before_a_window_is_shown(tmp_path: Path) -> None:
    profile = open_profile(tmp_path / "profile")
    profile.database.write_bytes(b"not a database at all " * 500)
    with pytest.raises(ProfileError, match="can't be read as a database"):
        application._Desk(tmp_path / "profile", practice=False)


def test_a_profile_of_a_newer_outtray_is_refused_in_a_sentence(practice_profile: Path, qtbot: QtBot) -> None:
    with sqlite3.connect(practice_profile / "profile" / "outtray.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    running = Running(practice_profile, qtbot)
    (asked,) = running.questions()
    assert "newer Outtray" in asked.accessibleDescription()
    asked.buttons[0].click()
    qtbot.waitUntil(lambda: running.ended == [3])


def test_a_second_window_on_the_same_profile_is_refused(practice_profile: Path) -> None:
    held = application._Desk(practice_profile / "profile", practice=False)
    with pytest.raises(ProfileError, match="already open with this profile"):
        application._Desk(practice_profile / "profile", practice=False)
    held.release()
    application._Desk(practice_profile / "profile", practice=False).release()


def test_practice_on_a_real_profile_is_refused_and_lets_go_of_it(tmp_path: Path) -> None:
    make_desk(tmp_path, practice=False).close()
    with pytest.raises(ProfileError, match="practice needs a profile of its own"):
        application._Desk(tmp_path / "profile", practice=True)
    application._Desk(tmp_path / "profile", practice=False).release()


def test_the_practice_desk_of_a_named_profile_lies_beside_it(tmp_path: Path) -> None:
    desk = application._Desk(tmp_path / "work", practice=False)
    assert desk.practice_folder() == (tmp_path / "work-practice").resolve()
    desk.release()


def test_the_trace_tells_of_paints_and_keys_and_of_nothing_personal(
    practice_profile: Path, qtbot: QtBot
) -> None:
    path = practice_profile / "trace.jsonl"
    trace = Trace(path)
    running = Running(practice_profile, qtbot, trace=trace)
    trace.first_paint()

    def lines() -> list[dict[str, object]]:
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]

    def press(key: Qt.Key) -> None:
        QTest.keyClick(running.frame.windowHandle(), key)

    press(Qt.Key.Key_G)
    qtbot.waitUntil(lambda: any(line["event"] == "key_painted" for line in lines()))
    press(Qt.Key.Key_Escape)
    press(Qt.Key.Key_Slash)
    press(Qt.Key.Key_Q)
    qtbot.waitUntil(lambda: any(line["what"] == "text" for line in lines()))
    for line in lines():
        assert set(line) == {"t", "event", "ms", "what"}
        assert line["event"] in {"first_paint", "key_painted", "stall", "query", "job"}
    assert "Q" not in {line["what"] for line in lines()}
    running.end()


def test_a_trace_that_can_not_be_written_is_said(tmp_path: Path, qtbot: QtBot) -> None:
    with pytest.raises(ProfileError, match="can't be written"):
        Trace(tmp_path / "missing" / "trace")
