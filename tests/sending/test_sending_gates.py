"""What holds an approved message, in which order it is shown, and until when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from outtray.model.delivery import DeliveryState, Gate
from outtray.model.operator_time import Quiet, day_bounds
from outtray.sending import switch
from outtray.store.quotas import forecast
from outtray.store.settings import all_settings
from tests.fakes.clock import FakeClock
from tests.fakes.desks import make_desk
from tests.sending.post import Post

HOUR = timedelta(hours=1)


def waits(post: Post, number: int) -> tuple[Gate | None, datetime | None]:
    delivery = post.delivery(number)
    return delivery.waiting_for, delivery.waiting_until


def test_the_undo_window_comes_first(practice: Post) -> None:
    number = practice.approved()
    practice.run()
    assert waits(practice, number) == (Gate.UNDO, practice.clock.now() + timedelta(seconds=30))
    practice.run(timedelta(seconds=31))
    assert practice.state(number) is DeliveryState.SENT


def test_a_paused_profile_keeps_what_was_approved_queued(practice: Post) -> None:
    switch.pause(practice.desk)
    number = practice.due()
    practice.run()
    assert practice.state(number) is DeliveryState.QUEUED
    assert waits(practice, number) == (Gate.SWITCH, None)
    assert practice.run(HOUR) is None
    switch.resume(practice.desk, confirmed=True)
    practice.run()
    assert practice.state(number) is DeliveryState.SENT


def test_the_twenty_first_message_of_a_day_waits_for_the_operators_midnight(practice: Post) -> None:
    practice.set("operator.time_zone", "Europe/Stockholm")
    practice.set("sending.per_day", 2)
    numbers = [practice.due(to=f"p{turn}@example.com") for turn in range(3)]
    practice.run()
    assert [practice.state(number).value for number in numbers] == ["sent", "sent", "queued"]
    midnight = datetime(2026, 3, 2, 23, 0, tzinfo=UTC)
    assert waits(practice, numbers[2]) == (Gate.ACCOUNT_QUOTA, midnight)
    practice.run(timedelta(days=1))
    assert practice.delivery(numbers[2]).sent_at == midnight


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-06-01", 24)])
def test_a_day_is_as_long_as_the_clocks_make_it(day: str, hours: int) -> None:
    zone = ZoneInfo("Europe/Stockholm")
    start, end = day_bounds(datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=zone), zone)
    assert end - start == timedelta(hours=hours)
    assert start.astimezone(zone).hour == end.astimezone(zone).hour == 0


def test_a_day_may_begin_at_one_o_clock() -> None:
    zone = ZoneInfo("America/Asuncion")  # the clocks went from 0:00 to 1:00 on 6 October 2024
    start, _ = day_bounds(datetime(2024, 10, 6, 12, tzinfo=zone), zone)
    assert start.astimezone(zone).isoformat() == "2024-10-06T01:00:00-03:00"


def test_a_person_gets_two_messages_in_seven_days(practice: Post) -> None:
    first, second, third = (practice.due(cc=["grace@example.com"]) for _ in range(3))
    began = practice.delivery(first).hold_until
    practice.run()
    assert practice.state(first) is practice.state(second) is DeliveryState.SENT
    gate, until = waits(practice, third)
    assert gate is Gate.RECIPIENT_QUOTA
    assert until is not None
    assert timedelta(days=6, hours=23) < until - began < timedelta(days=7, minutes=2)
    practice.run(timedelta(days=8))
    assert practice.state(third) is DeliveryState.SENT


def test_blind_copies_count_for_their_person_too(practice: Post) -> None:
    for turn in range(2):
        practice.due(to=f"p{turn}@example.com", bcc=["grace@example.com"])
    third = practice.due(to="Grace@EXAMPLE.com")
    practice.run()
    assert waits(practice, third)[0] is Gate.RECIPIENT_QUOTA


def test_quiet_hours_hold_until_they_end(practice: Post) -> None:
    practice.set("operator.time_zone", "Europe/Stockholm")
    practice.set("sending.quiet_hours", "09:00-12:30")
    number = practice.due()
    practice.run()
    end = datetime(2026, 3, 2, 11, 30, tzinfo=UTC)
    assert waits(practice, number) == (Gate.QUIET_HOURS, end)
    practice.run(timedelta(hours=4))
    assert practice.delivery(number).sent_at == end


def test_a_schedule_holds_one_message_and_not_the_others(practice: Post) -> None:
    later = practice.clock.now() + timedelta(hours=3)
    scheduled, other = practice.due(send_after=later), practice.due(to="grace@example.com")
    practice.run()
    assert practice.state(other) is DeliveryState.SENT
    assert waits(practice, scheduled) == (Gate.SCHEDULE, later)
    practice.run(timedelta(hours=4))
    assert practice.delivery(scheduled).sent_at == later


def test_the_first_shut_gate_is_shown_and_then_the_next(practice: Post) -> None:
    later = practice.clock.now() + timedelta(hours=9)
    practice.set("sending.quiet_hours", "00:00-10:00")
    switch.pause(practice.desk)
    number = practice.due(send_after=later)
    practice.run()
    assert waits(practice, number)[0] is Gate.SWITCH
    switch.resume(practice.desk, confirmed=True)
    practice.run()
    assert waits(practice, number)[0] is Gate.QUIET_HOURS
    practice.run(timedelta(hours=2))
    assert waits(practice, number) == (Gate.SCHEDULE, later)


def test_pausing_shows_the_switch_on_what_waits_without_any_sender(practice: Post) -> None:
    later = practice.clock.now() + timedelta(hours=9)
    number = practice.due(send_after=later)
    practice.run()
    switch.pause(practice.desk)
    assert waits(practice, number) == (Gate.SWITCH, None)
    switch.resume(practice.desk, confirmed=True)
    assert waits(practice, number) == (Gate.SCHEDULE, later)


def test_the_preview_tells_the_gate_that_would_hold_it(practice: Post) -> None:
    practice.set("sending.per_recipient_week", 0)
    with practice.desk.store.read() as connection:
        settings = all_settings(connection)
        wait = forecast(
            connection, settings, practice.account, ["ada@example.com"], practice.clock.now(), None
        )
    assert wait.gate is Gate.RECIPIENT_QUOTA


@pytest.mark.parametrize(
    ("text", "now", "until"),
    [
        ("20:00-07:30", "2026-03-02T21:00", "2026-03-03T07:30"),
        ("20:00-07:30", "2026-03-03T07:29", "2026-03-03T07:30"),
        ("20:00-07:30", "2026-03-03T07:30", None),
        ("mon-fri 20:00-07:30, sat-sun 00:00-24:00", "2026-03-06T23:00", "2026-03-09T00:00"),
        ("mon-fri 20:00-07:30", "2026-03-07T08:00", None),
        ("fri-mon 12:00-13:00", "2026-03-01T12:30", "2026-03-01T13:00"),
        # The clocks go back at 3:00: 2:30 comes twice, and the first one ends the quiet.
        ("01:00-02:30", "2026-10-25T01:30", "2026-10-25T02:30"),
        # The clocks jump over 2:30: it ends as they do.
        ("01:00-02:30", "2026-03-29T01:30", "2026-03-29T03:00"),
    ],
)
def test_quiet_hours_in_the_operators_zone(text: str, now: str, until: str | None) -> None:
    zone = ZoneInfo("Europe/Stockholm")
    found = Quiet.parse(text).until(datetime.fromisoformat(now).replace(tzinfo=zone), zone)
    assert (None if found is None else found.astimezone(zone).strftime("%Y-%m-%dT%H:%M")) == until


@pytest.mark.parametrize(
    "text", ["20:00", "25:00-07:00", "07:00-07:00", "mon 20:00", "xyz 20:00-21:00", "24:00-07:00"]
)
def test_what_is_no_range_of_hours_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match="“"):
        Quiet.parse(text)


def test_a_written_range_reads_the_same() -> None:
    for text in ("20:00-07:30", "mon-fri 20:00-07:30, sat-sun 00:00-24:00", "fri-mon 12:00-13:00"):
        assert str(Quiet.parse(text)) == text


def test_ten_thousand_waiting_cost_a_wake_up_no_statement_more(tmp_path: Path) -> None:
    def statements(waiting: int) -> int:
        folder = tmp_path / str(waiting)
        folder.mkdir()
        clock = FakeClock()
        post = Post(make_desk(folder, clock=clock, account=True), clock)
        post.set("sending.per_recipient_week", 1_000)
        later = clock.now() + timedelta(days=30)
        for turn in range(waiting):
            post.approved(send_after=later if turn % 2 else None)
        switch.pause(post.desk)
        post.run(timedelta(minutes=1))
        counted = []
        engine = post.desk.store._reading
        from sqlalchemy import event

        event.listen(engine, "before_cursor_execute", lambda *_: counted.append(1))
        post.sender.step()
        post.close()
        return len(counted)

    assert statements(3) == statements(100)
