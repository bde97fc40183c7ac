"""The breaker: failures and slow calls open it, two probes close it, it is kept, it obeys the operator."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from outtray.model.breaker import Breaker, BreakerState, status_form
from outtray.model.delivery import DeliveryState, Gate
from outtray.sending import decisions
from outtray.sending.transport import Placed
from outtray.store.breakers import all_breakers
from tests.fakes.google import FakeGoogle, Fault
from tests.sending.post import Post

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def after(breaker: Breaker, marks: str, now: datetime = NOW) -> Breaker:
    for mark in marks:
        breaker = breaker.asked(now).saw(now, failed=mark == "x", seconds=11 if mark == "s" else 0.1)
    return breaker


@pytest.mark.parametrize(
    ("marks", "state"),
    [
        ("xxxx", "closed"),
        ("xxxxx", "open"),
        ("...xx", "closed"),
        ("...xxx", "open"),
        (".ssss", "open"),
        ("..sss", "closed"),
        ("." * 19 + "x" * 9, "closed"),
        ("." * 19 + "x" * 10, "open"),
    ],
)
def test_it_opens_at_half_failures_or_four_fifths_slow_of_at_least_five(marks: str, state: str) -> None:
    assert after(Breaker(), marks).state == state


def test_open_times_double_up_to_a_quarter_of_an_hour_while_probes_fail() -> None:
    breaker, now = after(Breaker(), "xxxxx"), NOW
    lengths = []
    for _ in range(8):
        assert breaker.open_until is not None
        lengths.append((breaker.open_until - now).total_seconds())
        now = breaker.open_until
        breaker = after(breaker, "x", now)
    assert lengths == [30, 60, 120, 240, 480, 900, 900, 900]


def test_two_good_probes_close_it_and_it_forgets() -> None:
    opened = after(Breaker(), "xxxxx")
    later = NOW + timedelta(seconds=30)
    half = after(opened, ".", later)
    assert half.state is BreakerState.HALF_OPEN
    assert after(half, ".", later) == Breaker()


def test_it_is_the_same_after_it_was_kept() -> None:
    for marks in ("", "..x", "xxxxx"):
        breaker = after(Breaker(), marks)
        assert Breaker.from_json(breaker.as_json()) == breaker


@pytest.mark.parametrize("state", [BreakerState.FORCED_OPEN, BreakerState.DISABLED])
def test_what_the_operator_set_no_call_changes(state: BreakerState) -> None:
    breaker = Breaker().forced(state, NOW)
    assert after(breaker, "xxxxx.....").state is state


def test_the_status_form() -> None:
    form = status_form({"gmail.a": after(Breaker(), "xxxxx"), "oauth.a": Breaker()})
    assert form["summary"] == {"total": 2, "open": 1, "half_open": 0, "closed": 1}
    assert form["breakers"]["gmail.a"]["state"] == "open"


def test_a_gmail_that_fails_opens_it_and_no_attempt_is_burned_behind_it(
    gmail: Post, google: FakeGoogle
) -> None:
    numbers = [gmail.due(to=f"p{turn}@example.com") for turn in range(8)]
    google.faults.always("*", Fault.SERVER_ERROR_BEFORE)
    gmail.run()
    held = [gmail.delivery(number) for number in numbers]
    waiting = [one for one in held if one.state is DeliveryState.QUEUED]
    assert waiting
    assert all((one.waiting_for, one.attempt) == (Gate.BREAKER, 0) for one in waiting)
    gmail.sender = gmail.new_sender()
    calls = google.calls("drafts.create")
    gmail.run()
    assert google.calls("drafts.create") == calls
    google.faults.clear()
    gmail.run(timedelta(hours=1))
    assert all(gmail.state(number) is DeliveryState.SENT for number in numbers)
    assert sorted(google.tokens().values()) == [1] * 8
    changes = [row[0] for row in gmail.rows("SELECT action FROM audit_events WHERE action LIKE 'breaker.%'")]
    assert changes[0] == "breaker.open"
    assert changes[-1] == "breaker.closed"


def test_forced_open_holds_and_a_reset_lets_go(gmail: Post, google: FakeGoogle) -> None:
    google.faults.next("drafts.create", Fault.SERVER_ERROR_AFTER)
    first = gmail.due()
    gmail.run(timedelta(minutes=1))
    assert gmail.state(first) is DeliveryState.SENT
    with gmail.desk.store.read() as connection:
        name = next(name for name in all_breakers(connection) if name.startswith("gmail."))
    decisions.set_breaker(gmail.desk, name, BreakerState.FORCED_OPEN)
    number = gmail.due(to="grace@example.com")
    gmail.run(timedelta(days=1))
    assert (gmail.delivery(number).waiting_for, gmail.delivery(number).waiting_until) == (Gate.BREAKER, None)
    decisions.set_breaker(gmail.desk, name, BreakerState.CLOSED)
    gmail.run()
    assert gmail.state(number) is DeliveryState.SENT


def test_the_operator_need_not_wait_for_the_breaker(gmail: Post, google: FakeGoogle) -> None:
    numbers = [gmail.due(to=f"p{turn}@example.com") for turn in range(6)]
    google.faults.always("*", Fault.SERVER_ERROR_BEFORE)
    gmail.run()
    google.faults.clear()
    assert not google.delivered()
    decisions.try_now(gmail.desk, gmail.account.address)
    gmail.run(timedelta(seconds=10))
    assert google.delivered() or any(gmail.state(number) is DeliveryState.SENT for number in numbers)


def test_what_the_operator_sets_while_a_call_runs_stands(
    gmail: Post, google: FakeGoogle, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = gmail.due()
    name = f"gmail.{gmail.account.address}"
    google.faults.next("drafts.create", Fault.SERVER_ERROR_BEFORE)
    create = gmail.transport.create

    def meanwhile(raw: bytes, thread_id: str | None) -> Placed:
        decisions.set_breaker(gmail.desk, name, BreakerState.FORCED_OPEN)
        return create(raw, thread_id)

    monkeypatch.setattr(gmail.transport, "create", meanwhile)
    gmail.run(timedelta(hours=1))
    with gmail.desk.store.read() as connection:
        assert all_breakers(connection)[name].state is BreakerState.FORCED_OPEN
    assert gmail.state(number) is DeliveryState.STAGING
    assert google.calls("drafts.list") == 0


def test_health_tells_scripts_of_every_breaker(gmail: Post) -> None:
    from outtray.health.checks import examine

    address = gmail.account.address
    found = examine(gmail.desk).as_json()["checks"]["breakers"]
    assert found["ready"] is True
    assert found["summary"] == {"total": 2, "open": 0, "half_open": 0, "closed": 2}
    assert set(found["breakers"]) == {f"gmail.{address}", f"oauth.{address}"}
    decisions.set_breaker(gmail.desk, f"gmail.{address}", BreakerState.FORCED_OPEN)
    found = examine(gmail.desk).as_json()["checks"]["breakers"]
    assert found["ready"] is False
    assert found["breakers"][f"gmail.{address}"]["state"] == "forced_open"
