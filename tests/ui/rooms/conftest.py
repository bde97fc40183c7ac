"""A screen over a real desk, in a window that gives it real keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from outtray.desk import Desk
from tests.fakes.clock import FakeClock
from tests.fakes.window import close, make_context
from tests.ui.rooms.room import Room


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def room(tmp_path: Path, qtbot: QtBot, clock: FakeClock) -> Iterator[Callable[..., Room]]:
    """`room("outbox", prepare)`: the desk is filled by `prepare` before anything is read."""
    opened: list[Room] = []

    def show(
        name: str, prepare: Callable[[Desk], object] = lambda desk: None, target: int | None = None
    ) -> Room:
        context = make_context(tmp_path, qtbot, clock=clock, account=True, prepare=prepare)
        made = Room(context, name, qtbot)
        opened.append(made)
        made.enter(target)
        return made

    yield show
    for one in opened:
        one.end()
        close(one.context)
    application = QApplication.instance()
    assert application is not None
    application.processEvents()
