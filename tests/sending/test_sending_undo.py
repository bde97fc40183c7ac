"""Taking back until the very last moment: the store decides who won, and a restart gives time again."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from outtray.model.delivery import DeliveryState
from outtray.model.draft import DraftStatus
from outtray.model.events import OPERATOR
from outtray.store.outbox import take_back
from tests.fakes.desks import approve
from tests.sending.post import Post


def undo(post: Post, number: int) -> bool:
    return post.desk.store.write(lambda transaction: take_back(transaction, number, "Undone.", OPERATOR))


def test_undo_in_the_window_brings_the_draft_back_to_review(practice: Post) -> None:
    number = practice.approved()
    assert undo(practice, number)
    draft = practice.draft(number)
    assert (practice.state(number), draft.status) == (DeliveryState.CANCELLED, DraftStatus.PENDING)
    assert draft.reason == "Undone."
    assert draft.approved_digest is None
    practice.run(timedelta(minutes=5))
    assert not list(practice.desk.profile.practice_sent.iterdir())


def test_undo_after_the_message_left_says_that_it_is_too_late(practice: Post) -> None:
    number = practice.due()
    practice.run()
    assert not undo(practice, number)
    assert practice.state(number) is DeliveryState.SENT


def test_undo_while_the_message_is_being_placed_is_too_late(practice: Post) -> None:
    number = practice.due()
    create = practice.transport.create
    answers = []

    def pressed(raw: bytes, thread_id: str | None) -> object:
        answers.append(undo(practice, number))
        return create(raw, thread_id)

    practice.transport.create = pressed  # type: ignore[assignment,method-assign]
    practice.run()
    assert answers == [False]
    assert practice.state(number) is DeliveryState.SENT


def test_the_race_has_one_winner_each_time(practice: Post) -> None:
    practice.set("sending.per_day", 1_000)
    for turn in range(25):
        number = practice.due(to=f"p{turn}@example.com")
        answers: list[bool] = []
        start = threading.Barrier(2)

        def press(
            number: int = number, answers: list[bool] = answers, start: threading.Barrier = start
        ) -> None:
            start.wait()
            answers.append(undo(practice, number))

        thread = threading.Thread(target=press)
        thread.start()
        start.wait()
        practice.run()
        thread.join()
        assert practice.state(number) is (DeliveryState.CANCELLED if answers[0] else DeliveryState.SENT)
        sent = list(practice.desk.profile.practice_sent.iterdir())
        assert len(sent) == practice.rows("SELECT count(*) FROM deliveries WHERE state = 'sent'")[0][0]


def test_a_draft_that_was_undone_and_approved_again_leaves_as_another_message(practice: Post) -> None:
    first = practice.approved()
    draft_id = practice.delivery(first).draft_id
    undo(practice, first)
    second = approve(practice.desk, draft_id)
    practice.run(timedelta(minutes=1))
    assert practice.state(second) is DeliveryState.SENT
    assert practice.delivery(first).delivery_token != practice.delivery(second).delivery_token


@pytest.mark.parametrize("away", [timedelta(seconds=31), timedelta(hours=9)])
def test_an_undo_window_that_ran_out_while_outtray_was_closed_gets_ten_seconds_again(
    practice: Post, away: timedelta
) -> None:
    number = practice.approved()
    practice.clock.advance(away)
    practice.sender = practice.new_sender()
    practice.run()
    assert practice.state(number) is DeliveryState.HOLDING
    assert practice.delivery(number).hold_until == practice.clock.now() + timedelta(seconds=10)
    assert undo(practice, number)


def test_a_laptop_that_slept_through_the_undo_window_gives_ten_seconds_again(practice: Post) -> None:
    number = practice.approved()
    practice.clock.step(timedelta(hours=9))  # the steady clock stands still while a machine sleeps
    practice.run()
    assert practice.state(number) is DeliveryState.HOLDING
    practice.run(timedelta(seconds=11))
    assert practice.state(number) is DeliveryState.SENT


def test_a_clock_set_back_does_not_lengthen_the_undo_window(practice: Post) -> None:
    number = practice.approved()
    practice.clock.step(-timedelta(hours=2))
    practice.run(timedelta(seconds=31))
    assert practice.state(number) is DeliveryState.SENT
