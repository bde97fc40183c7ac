"""The undo strip after a restart: the operator's own approvals, counted down only while their time runs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from outtray.desk import Desk
from outtray.ui.review.undo_story import story
from outtray.ui.review.undo_strip import UndoStrip
from outtray.ui.window_context import ShellContext
from tests.fakes.clock import FakeClock
from tests.fakes.desks import approve, propose
from tests.fakes.window import close, make_context
from tests.review.ruled_desks import FROM_CRM, add_rule, examined, look, only, rules_act


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def context(tmp_path: Path, qtbot: QtBot, clock: FakeClock) -> Iterator[ShellContext]:
    def prepare(desk: Desk) -> None:
        only(desk)
        approve(desk, propose(desk, source="form", subject="By hand"))
        add_rule(desk, FROM_CRM)
        rules_act(desk)
        examined(desk, subject="By a rule", to="bo@example.com")
        assert look(desk).let_through == 1

    context = make_context(tmp_path, qtbot, clock=clock, account=True, prepare=prepare)
    yield context
    close(context)


def test_what_a_rule_let_through_is_not_the_operators_to_undo(context: ShellContext) -> None:
    said = story(context, ())
    assert said is not None
    assert said.title.startswith("Approved, leaves at")
    assert said.detail == "to ada@example.com"


def test_an_undo_window_that_ended_before_a_sender_looked_is_not_counted_down(
    context: ShellContext, clock: FakeClock, qtbot: QtBot
) -> None:
    clock.advance(timedelta(seconds=31))
    strip = UndoStrip(context)
    qtbot.addWidget(strip)
    strip.ended.connect(lambda: strip.show_strip(story(context, ())))
    strip.show_strip(story(context, ()))
    assert strip.strip is not None
    assert strip.strip.title == "Approved, about to leave"
    assert not strip.counting
