"""Whoever changes the log with the database's own means is found out, at the first event and by the kind."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from outtray.audit.diagnosis import Problem
from outtray.audit.verify import LAST_VERIFICATION, verify, verify_and_record
from outtray.model.events import OPERATOR, Actor, ActorKind, Event
from outtray.store.audit_reads import latest_events
from outtray.store.facts import get_fact
from tests.audit.logs import forge, look, make_log, move, shift, swap, tampering
from tests.fakes.clock import START, FakeClock
from tests.fakes.desks import make_desk

COLUMNS = {
    "at": 1,
    "actor_kind": "machine",
    "actor": "somebody else",
    "action": "draft.approved",
    "object_kind": "account",
    "object_id": "999",
    "outcome": "refused",
}


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_log(tmp_path_factory.mktemp("log"), 12)


@pytest.fixture
def log(good: Path, tmp_path: Path) -> Path:
    return _copy(good, tmp_path)


def _copy(good: Path, folder: Path) -> Path:
    return Path(shutil.copy(good, folder / "outtray.db"))


def test_an_untouched_log_verifies(log: Path) -> None:
    result = look(log)
    assert result.ok
    assert result.events == 12
    assert result.since == START
    assert result.sentence == "Verified to event 12: every event is unchanged and in its place."


def test_an_empty_log_is_said_to_be_empty(tmp_path: Path) -> None:
    result = look(make_log(tmp_path, 0))
    assert result.ok
    assert result.sentence == "The log is empty."


def test_a_log_over_many_days_and_batches_verifies(tmp_path: Path) -> None:
    clock = FakeClock()
    desk = make_desk(tmp_path, clock=clock)
    for day in range(3):
        clock.advance(timedelta(hours=23, milliseconds=day))
        desk.store.write(
            lambda transaction: transaction.record(
                *(Event(OPERATOR, "draft.snoozed", "draft", str(number)) for number in range(9_000))
            )
        )
    clock.step(timedelta(days=-2))
    awkward = Actor(ActorKind.MACHINE, 'a "quoted" \\ näme\nin two lines')
    desk.store.write(
        lambda transaction: transaction.record(Event(awkward, "setting.changed", "setting", "ö\t" * 90))
    )
    with desk.store.read() as connection:
        done: list[tuple[int, int]] = []
        result = verify(connection, progress=lambda *far: done.append(far))
    desk.close()
    assert result.ok
    assert done[-1] == (result.events, result.events)
    assert len(done) == 3


def test_a_changed_event_is_named(log: Path) -> None:
    with tampering(log) as connection:
        connection.execute(
            "UPDATE audit_events SET payload = CAST(replace(CAST(payload AS TEXT), 'draft.rejected',"
            " 'draft.approved') AS BLOB) WHERE sequence = 5"
        )
    result = look(log)
    assert (result.first_bad, result.problem, result.events) == (5, Problem.CHANGED, 4)
    assert result.sentence == "Event 5 was changed. Everything before it verifies."


def test_a_text_in_place_of_the_bytes_counts_as_changed(log: Path) -> None:
    with tampering(log) as connection:
        connection.execute("UPDATE audit_events SET payload = CAST(payload AS TEXT) WHERE sequence = 7")
    assert (look(log).first_bad, look(log).problem) == (7, Problem.CHANGED)


def test_a_changed_hash_is_named(log: Path) -> None:
    with tampering(log) as connection:
        connection.execute("UPDATE audit_events SET hash = zeroblob(32) WHERE sequence = 1")
    assert (look(log).first_bad, look(log).problem) == (1, Problem.CHANGED)


@pytest.mark.parametrize("column", COLUMNS)
def test_a_column_that_says_something_else_than_was_hashed_is_found(log: Path, column: str) -> None:
    with tampering(log) as connection:
        connection.execute(f"UPDATE audit_events SET {column} = ? WHERE sequence = 9", (COLUMNS[column],))
    assert (look(log).first_bad, look(log).problem, look(log).events) == (9, Problem.CHANGED, 8)


@pytest.mark.parametrize("written", ['a\\"b', "a\\\\b", "a\\nb"])
def test_a_column_that_holds_the_escaped_form_is_found(tmp_path: Path, written: str) -> None:
    desk = make_desk(tmp_path)
    told = {'a\\"b': 'a"b', "a\\\\b": "a\\b", "a\\nb": "a\nb"}[written]
    number = desk.store.write(
        lambda transaction: transaction.record(Event(OPERATOR, "setting.changed", "setting", told))
    )
    desk.close()
    assert look(desk.profile.database).ok
    with tampering(desk.profile.database) as connection:
        connection.execute("UPDATE audit_events SET object_id = ? WHERE sequence = ?", (written, number))
    assert look(desk.profile.database).first_bad == number


def test_a_column_that_plays_at_being_the_structure_is_found(log: Path) -> None:
    with tampering(log) as connection:
        connection.execute(
            "UPDATE audit_events SET actor_kind = '', actor = '', "
            """action = 'draft.proposed","actor":{"kind":"machine","name":"form-leads' WHERE sequence = 1"""
        )
    assert look(log).first_bad == 1


def test_a_removed_event_leaves_a_gap(log: Path) -> None:
    with tampering(log) as connection:
        connection.execute("DELETE FROM audit_events WHERE sequence IN (4, 5)")
    assert (look(log).first_bad, look(log).problem) == (4, Problem.REMOVED)


def test_a_removed_event_is_found_though_the_rest_was_renumbered(log: Path) -> None:
    with tampering(log) as connection:
        connection.execute("DELETE FROM audit_events WHERE sequence = 4")
        shift(connection, 5, -1)
    assert (look(log).first_bad, look(log).problem) == (4, Problem.REMOVED)


@pytest.mark.parametrize("fits", [False, True])
def test_an_inserted_event_is_named(log: Path, *, fits: bool) -> None:
    with tampering(log) as connection:
        shift(connection, 6, 1)
        forge(connection, 6, fits=fits)
    assert (look(log).first_bad, look(log).problem) == (6, Problem.INSERTED)


def test_an_event_before_the_first_one_counts_as_inserted(log: Path) -> None:
    with tampering(log) as connection:
        forge(connection, 0, fits=True)
    assert (look(log).first_bad, look(log).problem) == (0, Problem.INSERTED)


def test_two_events_in_each_others_place_are_reordered(log: Path) -> None:
    with tampering(log) as connection:
        swap(connection, 3, 4)
    result = look(log)
    assert (result.first_bad, result.problem) == (3, Problem.REORDERED)
    assert result.sentence == "Event 3 is not in its place. Everything before it verifies."


def test_an_event_put_to_the_end_is_reordered(log: Path) -> None:
    with tampering(log) as connection:
        move(connection, 3, 13)
    assert (look(log).first_bad, look(log).problem) == (3, Problem.REORDERED)


@given(data=st.data())
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_done_the_first_bad_event_and_the_kind_are_found(
    good: Path, tmp_path: Path, data: st.DataObject
) -> None:
    log = _copy(good, tmp_path)
    kind = data.draw(st.sampled_from(Problem))
    number = data.draw(st.integers(1, 12 if kind is Problem.CHANGED else 11))
    with tampering(log) as connection:
        if kind is Problem.CHANGED:
            place = data.draw(st.integers(0, 100))
            column = data.draw(st.sampled_from(["payload", "hash", *COLUMNS]))
            if column in COLUMNS:
                connection.execute(
                    f"UPDATE audit_events SET {column} = {column} || ? WHERE sequence = ?", ("0", number)
                )
            else:
                (value,) = connection.execute(
                    f"SELECT {column} FROM audit_events WHERE sequence = ?", (number,)
                ).fetchone()
                place %= len(value)
                changed = value[:place] + bytes([value[place] ^ 1]) + value[place + 1 :]
                connection.execute(
                    f"UPDATE audit_events SET {column} = ? WHERE sequence = ?", (changed, number)
                )
        elif kind is Problem.REMOVED:
            last = data.draw(st.integers(number, 11))
            connection.execute("DELETE FROM audit_events WHERE sequence BETWEEN ? AND ?", (number, last))
            if data.draw(st.booleans()):
                shift(connection, last + 1, number - last - 1)
        elif kind is Problem.INSERTED:
            shift(connection, number, 1)
            forge(connection, number, fits=data.draw(st.booleans()))
        else:
            swap(connection, number, data.draw(st.integers(number + 1, 12)))
    result = look(log)
    assert (result.first_bad, result.problem) == (number, kind)


def test_a_verification_is_an_event_and_its_result_is_kept(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    result = verify_and_record(desk)
    with desk.store.read() as connection:
        kept = get_fact(connection, LAST_VERIFICATION)
        (event,) = latest_events(connection, limit=1)
    desk.close()
    assert kept == result.as_json() | {"at": "2026-03-02T09:00:00.000Z", "since": "2026-03-02T09:00:00.000Z"}
    assert (event.action, event.outcome, event.object_id) == ("log.verified", "done", str(result.events))


def test_a_stopped_verification_says_how_far_it_came_and_leaves_nothing(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    result = verify_and_record(desk, cancelled=lambda: True)
    with desk.store.read() as connection:
        assert get_fact(connection, LAST_VERIFICATION) is None
    desk.close()
    assert not result.ok
    assert result.sentence == "Stopped after event 0; everything up to it verifies."
