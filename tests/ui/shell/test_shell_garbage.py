"""What a dialog leaves behind is collected on the window's thread, and on no other."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, QTimer
from pytestqt.qtbot import QtBot

from outtray.ui.garbage import Collector


@pytest.fixture
def collector(qtbot: QtBot) -> Iterator[Collector]:
    owner = QObject()
    yield Collector(owner)
    gc.unfreeze()
    owner.deleteLater()


class Circle(QObject):
    """A widget's like: a timer, and a circle of references that only a collection breaks."""

    def __init__(self, ended_on: list[str]) -> None:
        super().__init__()
        self.timer = QTimer(self, interval=10_000)
        self.timer.start()
        self.itself = self
        weakref.finalize(self, lambda: ended_on.append(threading.current_thread().name))


def test_a_thread_that_works_hard_collects_nothing(collector: Collector) -> None:
    ended_on: list[str] = []
    Circle(ended_on)

    def work() -> None:
        kept = [[number] for number in range(50_000)]
        assert kept

    worker = threading.Thread(target=work, name="worker")
    worker.start()
    worker.join()
    assert ended_on == []
    gc.collect()
    assert ended_on == [threading.current_thread().name]


def test_young_garbage_goes_within_a_look_and_all_of_it_within_a_minute(collector: Collector) -> None:
    ended_on: list[str] = []
    Circle(ended_on)
    kept = [[number] for number in range(2_000)]
    collector.look()
    assert ended_on == [threading.current_thread().name]
    assert kept
    old: list[str] = []
    survivor = Circle(old)
    gc.collect()
    del survivor
    for _ in range(60):
        collector.look()
    assert old == [threading.current_thread().name]
