"""Work off the GUI thread: in order, with errors as sentences, ended in time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from outtray.desk import Desk
from outtray.model.changes import Changes
from outtray.model.errors import OuttrayError, ProfileError, Refused
from outtray.model.events import OPERATOR, Event
from outtray.ui.background import Background
from outtray.ui.context import JobProgress
from outtray.ui.window_context import ShellContext
from tests.fakes.desks import make_desk
from tests.fakes.window import close, make_context, shell_of


@pytest.fixture
def context(tmp_path: Path, qtbot: QtBot) -> Iterator[ShellContext]:
    made = make_context(tmp_path, qtbot)
    yield made
    close(made)


def test_work_is_done_in_the_order_in_which_it_was_asked_for(context: ShellContext, qtbot: QtBot) -> None:
    done: list[int] = []

    def giving(number: int) -> Callable[[Desk], int]:
        return lambda _desk: number

    for number in range(20):
        context.run(giving(number), done.append)
    qtbot.waitUntil(lambda: len(done) == 20)
    assert done == list(range(20))


def test_work_does_not_run_on_the_threads_of_the_window(context: ShellContext, qtbot: QtBot) -> None:
    threads: list[object] = []
    context.run(lambda _desk: threading.current_thread(), threads.append)
    qtbot.waitUntil(lambda: bool(threads))
    assert threads[0] is not threading.current_thread()


def test_what_changed_is_told_before_the_work_is_said_to_be_done(context: ShellContext, qtbot: QtBot) -> None:
    story: list[str] = []
    context.changed.connect(lambda changes: story.append("changed"))
    context.run(
        lambda desk: desk.store.write(lambda transaction: transaction.changed(counts=True)),
        lambda _done: story.append("then"),
    )
    qtbot.waitUntil(lambda: "then" in story)
    assert story == ["changed", "then"]


def test_an_error_goes_to_who_asked_for_it(context: ShellContext, qtbot: QtBot) -> None:
    errors: list[OuttrayError] = []

    def refuse(_desk: Desk) -> None:
        raise Refused("under_review", "You are editing it.")

    context.run(refuse, None, errors.append)
    qtbot.waitUntil(lambda: bool(errors))
    assert errors[0].sentence == "You are editing it."


def test_an_error_that_nobody_takes_is_shown(context: ShellContext, qtbot: QtBot) -> None:
    def refuse(_desk: Desk) -> None:
        raise Refused("under_review", "You are editing it.")

    context.run(refuse)
    qtbot.waitUntil(lambda: bool(shell_of(context).messages))
    assert shell_of(context).messages == [("block", "You are editing it.")]


def test_a_fault_of_the_program_is_one_sentence_without_its_values(
    context: ShellContext, qtbot: QtBot
) -> None:
    def fail(_desk: Desk) -> None:
        raise ValueError("ada@example.com")

    context.run(fail)
    qtbot.waitUntil(lambda: bool(shell_of(context).messages))
    ((_tone, sentence),) = shell_of(context).messages
    assert "ValueError" in sentence
    assert "ada" not in sentence


def test_work_goes_on_after_a_fault(context: ShellContext, qtbot: QtBot) -> None:
    done: list[int] = []
    context.run(lambda _desk: 1 / 0)
    context.run(lambda _desk: 7, done.append)
    qtbot.waitUntil(lambda: done == [7])


def test_an_answer_for_a_dialog_that_was_closed_is_dropped(context: ShellContext, qtbot: QtBot) -> None:
    answers: list[object] = []

    class Asker(QObject):
        def take(self, answer: object) -> None:
            answers.append(answer)

    asker, go_on = Asker(), threading.Event()
    after: list[int] = []
    context.run(lambda _desk: go_on.wait(10), asker.take)
    with qtbot.waitSignal(asker.destroyed):
        asker.deleteLater()
    go_on.set()
    context.run(lambda _desk: 2, after.append)
    qtbot.waitUntil(lambda: bool(after))
    assert answers == []


def test_a_job_tells_how_far_it_is_and_can_be_cancelled(context: ShellContext, qtbot: QtBot) -> None:
    reached = threading.Event()
    results: list[str] = []

    def work(_desk: Desk, progress: JobProgress) -> str:
        progress.report(12, 40, "row 12")
        reached.set()
        cancelled = threading.Event()
        while not progress.cancelled():
            cancelled.wait(0.01)
        return "stopped"

    context.job("Importing", work, results.append)
    assert reached.wait(10)
    (job,) = context.background.jobs
    assert (job.title, job.done, job.total, job.words) == ("Importing", 12, 40, "row 12")
    with qtbot.waitSignal(context.background.jobs_changed):
        job.cancel()
    qtbot.waitUntil(lambda: results == ["stopped"])
    qtbot.waitUntil(lambda: context.background.jobs == ())


def test_jobs_run_beside_the_short_work(context: ShellContext, qtbot: QtBot) -> None:
    go_on = threading.Event()
    done: list[object] = []
    context.job("Long", lambda _desk, _progress: go_on.wait(10), done.append)
    context.run(lambda _desk: "short", done.append)
    qtbot.waitUntil(lambda: done == ["short"])
    go_on.set()
    qtbot.waitUntil(lambda: len(done) == 2)


def test_what_may_not_wait_is_done_beside_a_long_queue(context: ShellContext, qtbot: QtBot) -> None:
    go_on = threading.Event()
    done: list[object] = []
    context.run(lambda _desk: go_on.wait(10))
    context.background.at_once(lambda _desk: "paused", done.append, None)
    qtbot.waitUntil(lambda: done == ["paused"])
    go_on.set()


def test_work_asked_for_before_the_desk_is_open_waits_for_it(tmp_path: Path, qtbot: QtBot) -> None:
    desk, go_on = make_desk(tmp_path), threading.Event()
    done: list[bool] = []

    def open_it() -> Desk:
        go_on.wait(10)
        return desk

    background = Background(open_it)
    background.start()
    background.run(lambda opened: opened is desk, done.append, None)
    go_on.set()
    qtbot.waitUntil(lambda: done == [True])
    assert background.stop(10)


def test_a_profile_that_can_not_be_opened_says_why(qtbot: QtBot) -> None:
    def fail() -> Desk:
        raise ProfileError("outtray.db can't be read as a database.")

    background = Background(fail)
    with qtbot.waitSignal(background.could_not_open) as told:
        background.start()
    assert told.args[0].sentence == "outtray.db can't be read as a database."
    assert background.stop(10)


def test_quitting_ends_a_job_that_still_runs(tmp_path: Path, qtbot: QtBot) -> None:
    desk = make_desk(tmp_path)
    background = Background(lambda: desk)
    background.start()
    begun = threading.Event()

    def work(_desk: Desk, progress: JobProgress) -> None:
        begun.set()
        pause = threading.Event()
        while not progress.cancelled():
            pause.wait(0.01)

    background.job("Long", work, None, None)
    assert begun.wait(10)
    assert background.stop(10)


def test_what_another_process_wrote_is_noticed_once(
    context: ShellContext, tmp_path: Path, qtbot: QtBot
) -> None:
    told: list[Changes] = []
    context.changed.connect(told.append)
    context.look_for_others()
    assert told == []
    other = make_desk(tmp_path)
    other.store.write(lambda transaction: transaction.record(Event(OPERATOR, "x.y", "draft", "1")))
    other.close()
    context.look_for_others()
    context.look_for_others()
    assert [changes.many for changes in told] == [True]


def test_what_this_window_wrote_itself_is_not_taken_for_another_s(
    context: ShellContext, qtbot: QtBot
) -> None:
    told: list[Changes] = []
    context.changed.connect(told.append)
    event = Event(OPERATOR, "x.y", "draft", "1")
    context.run(lambda desk: desk.store.write(lambda transaction: transaction.record(event)))
    qtbot.waitUntil(lambda: len(told) == 1)
    context.look_for_others()
    context.look_for_others()
    assert [changes.many for changes in told] == [False]
