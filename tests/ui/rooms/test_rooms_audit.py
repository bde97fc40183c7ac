"""The Audit log screen: verified by a button, read by pages, filtered, and the story of one draft."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QToolButton

from outtray.desk import Desk
from outtray.model.events import OPERATOR, Event
from outtray.sending import switch
from outtray.store.audit_pages import AuditPages, EventFilter
from outtray.store.settings import set_setting
from outtray.ui.audit.model import PAGE
from outtray.ui.audit.screen import AuditScreen
from tests.audit.logs import make_log, tampering
from tests.fakes.desks import propose
from tests.ui.rooms.room import Room
from tests.ui.rooms.states import approved

Show = Callable[..., Room]


def _cells(room: Room, row: int) -> list[str]:
    model = room.view.model()
    return [model.index(row, column).data() for column in range(model.columnCount())]


def _screen(room: Room) -> AuditScreen:
    assert isinstance(room.screen_, AuditScreen)
    return room.screen_


def _choose(room: Room, which: str, words: str) -> None:
    button = room.findChild(QToolButton, f"filter{which}")
    assert isinstance(button, QToolButton)
    menu = button.menu()
    assert isinstance(menu, QMenu)
    next(action for action in menu.actions() if action.text() == words).trigger()
    room.wait(lambda: not _screen(room)._finder.looking)


def _story(desk: Desk) -> None:
    desk.store.write(
        lambda transaction: set_setting(transaction, "operator.name", "Mara Lindqvist", OPERATOR)
    )
    propose(desk, to="kofi@example.com", source="form-leads")
    approved(desk, "ada@example.com", source="form-leads")


def test_the_newest_event_stands_first_and_says_who_did_what_to_what(room: Show) -> None:
    log = room("audit", _story)
    assert log.view.accessibleName() == "Audit log"
    assert log.view.objectName() == "auditLog"
    number, time, who, what, on, outcome, shown = _cells(log, 0)
    assert (time, who, what, on) == ("09:00:00", "Mara Lindqvist", "Approved", "Draft 2, ada@example.com")
    assert outcome.startswith("digest ")
    assert len(shown) == 9
    assert number == str(len(log.rows()))
    assert _cells(log, 1)[2:5] == ["form-leads", "Proposed", "Draft 2, ada@example.com"]
    assert log.rows()[0].startswith(
        f"{number}, 09:00:00, Mara Lindqvist approved draft 2 to ada@example.com."
    )


def test_the_details_show_the_fields_and_how_the_event_hangs_in_the_chain(room: Show) -> None:
    log = room("audit", _story)
    words = log.words()
    assert "Mara Lindqvist approved draft 2 to ada@example.com." in words
    for part in ("Approval digest", "Recipient", "Chain", "Fits the event before and after it"):
        assert part in words, part


def test_verify_says_how_far_the_log_is_good_and_keeps_it_for_the_next_time(room: Show) -> None:
    log = room("audit", _story)
    assert "Not verified yet" in log.words()
    events = len(log.rows())
    log.press("Verify")
    good = f"Verified to event {events}, today 09:00"
    log.wait(lambda: good in log.words())
    assert "Every event since 2 Mar 2026 is unchanged and in its place." in log.words()
    assert _cells(log, 0)[3:5] == ["Verified", "The audit log"]
    _screen(log).leave()
    _screen(log).enter()
    assert good in log.words()
    assert any("unchanged and in its place" in said for said in log.shell.announced)


def test_a_log_that_was_changed_names_the_event_shows_it_and_pauses_sending(room: Show) -> None:
    def prepare(desk: Desk) -> None:
        _story(desk)
        with tampering(desk.profile.database) as connection:
            connection.execute("UPDATE audit_events SET actor = 'somebody' WHERE sequence = 3")

    log = room("audit", prepare)
    log.press("Verify")
    log.wait(lambda: "Event 3 was changed." in log.words())
    assert "Everything before it verifies." in log.words()
    log.wait(lambda: switch.status(log.desk).paused)
    assert log.shell.messages[-1][0] == "block"
    log.press("Show event")
    assert _cells(log, log.view.currentIndex().row())[0] == "3"


def test_a_running_verification_can_be_stopped(room: Show, monkeypatch: pytest.MonkeyPatch) -> None:
    log = room("audit", _story)
    screen = _screen(log)
    screen._stop.set()
    monkeypatch.setattr(screen._stop, "clear", lambda: None)
    screen.verify()
    assert "Stop" in log.buttons()
    log.wait(lambda: "Verify" in log.buttons())
    assert log.shell.messages[-1][1].startswith("Stopped after event 0")
    assert "Not verified yet" in log.words()


def test_export_writes_every_event(room: Show, tmp_path: Path) -> None:
    log = room("audit", _story)
    target = tmp_path / "log.jsonl"
    _screen(log).export_to(target)
    log.wait(lambda: log.shell.messages)
    lines = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
    assert [line["sequence"] for line in lines] == list(range(1, len(lines) + 1))
    assert log.shell.messages[-1] == ("ok", f"{len(lines)} events written to {target}.")


def test_the_story_of_one_draft_is_all_about_it_and_its_delivery(room: Show) -> None:
    log = room("audit", _story, target=2)
    assert [_cells(log, row)[3] for row in range(len(log.rows()))] == ["Approved", "Proposed"]
    log.press("Leave the story of draft 2")
    assert len(log.rows()) > 2


def test_new_events_come_on_top_while_it_is_shown(room: Show) -> None:
    log = room("audit", _story)
    before = len(log.rows())
    propose(log.desk, to="new@example.com")
    log.wait(lambda: len(log.rows()) == before + 1)
    assert _cells(log, 0)[4] == "Draft 3, new@example.com"


def test_the_filters_leave_what_they_name(room: Show) -> None:
    log = room("audit", _story)
    everything = len(log.rows())
    _choose(log, "Who", "Machines")
    assert {_cells(log, row)[2] for row in range(len(log.rows()))} == {"form-leads"}
    _choose(log, "Who", "Anyone")
    assert len(log.rows()) == everything
    _choose(log, "What", "Approved")
    assert [_cells(log, row)[3] for row in range(len(log.rows()))] == ["Approved"]
    _choose(log, "What", "Any action")
    _choose(log, "On", "Settings")
    assert [_cells(log, row)[4] for row in range(len(log.rows()))] == ["Setting operator.name"]
    _choose(log, "On", "Anything")
    _choose(log, "When", "Today")
    assert len(log.rows()) == everything


def test_words_are_looked_for_in_events_and_in_what_stands_beside_them(room: Show) -> None:
    log = room("audit", _story)
    log.screen_.search("kofi")
    log.wait(lambda: len(log.rows()) == 1)
    assert _cells(log, 0)[4] == "Draft 1, kofi@example.com"
    log.screen_.search("100%_nobody")
    log.wait(lambda: "No event matches." in log.words())
    log.screen_.search("")
    assert len(log.rows()) > 1


def test_j_k_and_escape_work_the_table(room: Show) -> None:
    log = room("audit", _story)
    log.key("j", "j", "k")
    assert log.view.currentIndex().row() == 1
    log.key(Qt.Key.Key_Escape)
    assert "Close details" not in log.buttons()
    log.key(Qt.Key.Key_Return)
    assert "Close details" in log.buttons()


def test_an_event_that_is_missing_from_the_log_is_shown_as_missing(room: Show) -> None:
    def prepare(desk: Desk) -> None:
        _story(desk)
        with tampering(desk.profile.database) as connection:
            connection.execute("DELETE FROM audit_events WHERE sequence = 4")

    log = room("audit", prepare)
    at = len(log.rows()) - 4
    assert _cells(log, at)[0] == "4"
    assert _cells(log, at)[3] == "Not in the log"


def test_a_value_that_was_erased_is_said_to_be_erased(room: Show) -> None:
    def prepare(desk: Desk) -> None:
        _story(desk)
        with tampering(desk.profile.database) as connection:
            connection.execute("DELETE FROM audit_clear_values")

    log = room("audit", prepare)
    assert _cells(log, 0)[4] == "Draft 2, erased"
    assert "Recipient | erased" in log.words()


def test_every_page_is_read_through_the_numbers_and_none_is_counted(tmp_path: Path) -> None:
    database = make_log(tmp_path, PAGE + 50)
    pages = AuditPages(database)
    asked: list[str] = []
    assert pages.last() == PAGE + 50
    assert pages._opened is not None
    pages._opened.set_trace_callback(asked.append)
    assert [row.sequence for row in pages.rows(PAGE + 1, 2 * PAGE)] == list(range(PAGE + 1, PAGE + 51))
    assert pages.last() == PAGE + 50
    assert len(pages.scan(EventFilter(actor_kind="operator", words="rejected"), 1, 90)) == 30
    plans = [
        str(pages._opened.execute(f"EXPLAIN QUERY PLAN {statement}").fetchall()) for statement in list(asked)
    ]
    pages.close()
    assert not [plan for plan in plans if "SCAN audit_events" in plan]
    assert not [statement for statement in asked if "count(" in statement]


def test_an_action_that_has_no_words_yet_is_read_out_of_its_name(room: Show) -> None:
    def prepare(desk: Desk) -> None:
        desk.store.write(
            lambda transaction: transaction.record(Event(OPERATOR, "thing.turned_round", "thing", "7"))
        )

    log = room("audit", prepare)
    assert _cells(log, 0)[3:6] == ["Turned round", "Thing 7", "done"]
