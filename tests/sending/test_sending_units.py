"""Gmail takes 15,000 units of calls a minute from one account: what would be too much waits, and says so."""

from __future__ import annotations

from datetime import timedelta

import pytest

from outtray.model.delivery import DeliveryState, Gate
from outtray.sending.pace import Pace
from outtray.sending.sender import Sender
from outtray.sending.transport import TransportError, Trouble
from outtray.sending.units import MESSAGE, WINDOW, Units
from tests.fakes.clock import FakeClock
from tests.fakes.google import FakeGoogle, Fault
from tests.sending.post import Post

# What undo windows get again at a start.
GRACE = timedelta(seconds=12)
FEW = Pace(units_a_minute=3 * MESSAGE)


def many(post: Post, count: int) -> list[int]:
    numbers = [post.approved(to=f"p{turn}@example.com") for turn in range(count)]
    post.clock.advance(timedelta(seconds=31))
    return numbers


def left(post: Post, numbers: list[int]) -> int:
    return sum(post.state(number) is DeliveryState.SENT for number in numbers)


def test_a_minute_holds_so_many_and_no_more(clock: FakeClock) -> None:
    units = Units(clock, 100)
    units.spend(60)
    clock.advance(timedelta(seconds=20))
    units.spend(40)
    assert units.free_at(60) == clock.now() - timedelta(seconds=20) + WINDOW
    assert units.free_at(61) == clock.now() + WINDOW
    with pytest.raises(TransportError) as caught:
        units.spend(5)
    assert (caught.value.trouble, caught.value.until) == (Trouble.UNITS, units.free_at(5))
    clock.advance(WINDOW - timedelta(seconds=20))
    units.spend(60)


def test_a_clock_that_was_set_back_locks_nothing_up(clock: FakeClock) -> None:
    units = Units(clock, 100)
    units.spend(100)
    clock.step(timedelta(hours=-3))
    free = units.free_at(100)
    assert free is not None
    assert free <= clock.now() + WINDOW


def test_what_would_be_too_much_waits_and_says_until_when_and_why(gmail: Post, google: FakeGoogle) -> None:
    numbers = many(gmail, 8)
    sender = gmail.new_sender(FEW)
    following = gmail.run(GRACE, sender)
    assert left(gmail, numbers) == 3
    waiting = [gmail.delivery(number) for number in numbers[3:]]
    assert {one.waiting_for for one in waiting} == {Gate.ACCOUNT_QUOTA}
    assert {one.waiting_until for one in waiting} == {following}
    assert {one.attempt for one in waiting} == {0}
    assert waiting[0].explanation is not None
    assert "only so many calls a minute" in waiting[0].explanation
    gmail.run(timedelta(minutes=5), sender)
    assert left(gmail, numbers) == 8
    assert google.most_units_a_minute() <= FEW.units_a_minute


def test_another_sender_knows_what_the_one_before_it_has_spent(gmail: Post, google: FakeGoogle) -> None:
    numbers = many(gmail, 8)
    for _ in range(3):
        gmail.run(GRACE, gmail.new_sender(FEW))
    assert left(gmail, numbers) == 3
    for _ in range(40):
        gmail.run(timedelta(seconds=10), sender=gmail.new_sender(FEW))
        gmail.clock.advance(timedelta(seconds=10))
    assert left(gmail, numbers) == 8
    assert google.most_units_a_minute() <= FEW.units_a_minute


def test_questions_count_as_well_and_over_a_restart(gmail: Post, google: FakeGoogle) -> None:
    for turn in range(30):
        gmail.transport.create(f"To: p{turn}@example.com\r\n\r\nhello\r\n".encode(), None)
    gmail.clock.advance(timedelta(minutes=2))
    google.arrived.clear()
    number = gmail.due()
    google.faults.next("drafts.create", Fault.RESET_AFTER)
    pace = Pace(units_a_minute=220)
    gmail.run(timedelta(seconds=17), gmail.new_sender(pace))
    assert google.calls("drafts.get") > 0
    gmail.run(timedelta(minutes=10), gmail.new_sender(pace))
    assert gmail.state(number) is DeliveryState.SENT
    assert google.most_units_a_minute() <= 220


def test_a_look_for_which_there_are_no_units_goes_on_later(gmail: Post, google: FakeGoogle) -> None:
    for turn in range(60):
        gmail.transport.create(f"To: p{turn}@example.com\r\n\r\nhello\r\n".encode(), None)
    gmail.clock.advance(timedelta(minutes=2))
    google.arrived.clear()
    number = gmail.due()
    google.faults.next("drafts.create", Fault.RESET_BEFORE)
    gmail.run(timedelta(minutes=30), gmail.new_sender(Pace(units_a_minute=150)))
    assert gmail.state(number) is DeliveryState.SENT
    assert google.most_units_a_minute() <= 150
    assert len(google.delivered()) == 1


def test_long_looks_at_what_came_in_leave_room(gmail: Post, google: FakeGoogle) -> None:
    number = gmail.due()
    gmail.run()
    gmail.clock.advance(timedelta(minutes=2))
    google.arrived.clear()
    reply = google.receive("ada@example.com")
    for turn in range(120):
        google.receive(f"p{turn}@example.org")
    pace = Pace(units_a_minute=200)
    sender = Sender(gmail.desk, gmail.account.address, gmail.transport, pace=pace, watch=True)
    gmail.run(timedelta(minutes=30), sender)
    assert gmail.rows("SELECT last_replied_at FROM contacts") == [(reply.at,)]
    assert google.most_units_a_minute() <= 200
    assert gmail.state(number) is DeliveryState.SENT
