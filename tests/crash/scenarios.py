"""What goes wrong in a round beside the kills; `plan` says how often."""

from __future__ import annotations

import functools
import sqlite3
from collections.abc import Callable
from contextlib import closing

from outtray.desk import Desk
from outtray.store.dialects.sqlite_connection import copy_database
from tests.crash import interference, template
from tests.crash.google import CrashGoogle
from tests.crash.points import Point
from tests.crash.processes import Process
from tests.crash.rounds import Round, some_kills
from tests.fakes.google import Fault

_HOURS = 3600.0


def plain(round_: Round, point: Point | None) -> None:
    """Nothing fails but the sender."""
    _begin(round_, point)
    round_.drive()


def faults(round_: Round, point: Point | None) -> None:
    """A third of all calls fails, in every way after which a message can still arrive."""
    _begin(round_, point, rate=0.3)
    round_.drive()


def late(round_: Round, point: Point | None) -> None:
    """Calls that take effect long after their client has gone."""

    def prepare(google: CrashGoogle) -> None:
        late_ones = (Fault.late(4), Fault.late(20), Fault.late(100))
        google.faults.seeded(round_.seed + round_.number, 0.4, late_ones)

    round_.prepare_google = prepare
    _begin(round_, point)
    round_.drive()


def person(round_: Round, point: Point | None) -> None:
    """Somebody sends, edits or deletes our drafts in Gmail's own window just before we come to them."""
    chosen = round_.chance.choices((Fault.PERSON_SENDS, Fault.PERSON_EDITS, Fault.PERSON_DELETES), k=3)

    def prepare(google: CrashGoogle) -> None:
        google.faults.next("drafts.send", *chosen[:2])
        google.faults.next("drafts.get", chosen[2])
        google.faults.seeded(round_.seed + round_.number, 0.15)

    round_.prepare_google = prepare
    _begin(round_, point)
    round_.drive()


def by_hand(fault: Fault) -> Callable[[Round, Point | None], None]:
    """Somebody does this to each draft in Gmail's own window before it is released."""

    def play(round_: Round, point: Point | None) -> None:
        round_.prepare_google = lambda google: google.faults.next("drafts.send", *[fault] * 5)
        _begin(round_, point)
        round_.drive()

    return play


def held(round_: Round, point: Point | None) -> None:
    """Gmail's sending limit shuts behind drafts that are placed: they are deleted, and later placed anew."""

    def prepare(google: CrashGoogle) -> None:
        google.faults.next("drafts.send", Fault.SENDING_LIMIT, Fault.SENDING_LIMIT)

    round_.prepare_google = prepare
    _begin(round_, point)
    round_.drive()


def blind(round_: Round, point: Point | None) -> None:
    """The account does not see what was sent."""
    _begin(round_, point, rate=0.2)
    round_.drive()


def tokens(round_: Round, point: Point | None) -> None:
    """Google refuses the sign-in now and then, and the sign-in service fails."""

    def prepare(google: CrashGoogle) -> None:
        google.faults.next("drafts.create", Fault.UNAUTHORIZED)
        google.faults.next("drafts.send", Fault.UNAUTHORIZED, Fault.UNAUTHORIZED)
        google.faults.next("oauth.token", Fault.SERVER_ERROR_BEFORE, Fault.RESET_AFTER)
        google.faults.seeded(round_.seed + round_.number, 0.15)

    round_.prepare_google = prepare
    _begin(round_, point)
    round_.drive(lambda ended: _do(round_, interference.reconnect) if ended else None)


def refused(round_: Round, point: Point | None) -> None:
    """Gmail refuses messages for good, or for a while, and the operator tries again."""

    def prepare(google: CrashGoogle) -> None:
        google.faults.next("drafts.create", Fault.INVALID_TO, Fault.throttled("40"), Fault.TOO_LARGE)
        google.faults.next("drafts.send", Fault.INVALID_ARGUMENT, Fault.SENDING_LIMIT, Fault.DAILY_LIMIT)
        google.faults.seeded(round_.seed + round_.number, 0.1)

    round_.prepare_google = prepare
    _begin(round_, point)

    def between(ended: bool) -> None:
        if ended and round_.states().get("failed"):
            _do(round_, interference.retry_failed)

    round_.drive(between)
    while round_.states().get("failed") and round_.starts < 40:
        _do(round_, interference.retry_failed)
        round_.drive(between)


def google_dies(round_: Round, point: Point | None) -> None:
    """Google is killed and comes back, and is not to be reached for a while."""
    _begin(round_, point, rate=0.1)

    def between(_ended: bool) -> None:
        assert round_.google is not None
        if round_.google.ended():
            round_.start_google()
        elif round_.chance.random() < 0.5 and not round_.at_rest():
            round_.google.kill()
            if round_.chance.random() < 0.7:
                # Offline: the sender waits for minutes of its own time, and is killed meanwhile.
                round_.kills.insert(0, round_.chance.uniform(0.05, 0.2))
                return
            round_.start_google()

    round_.drive(between)
    assert round_.google is not None
    if round_.google.ended():
        round_.start_google()


def keyring_gone(round_: Round, point: Point | None) -> None:
    """The keyring goes away and comes back."""
    gone = (round_.folder / template.KEYRING).with_suffix(".gone")
    _begin(round_, point, rate=0.1)

    def between(_ended: bool) -> None:
        if gone.exists():
            gone.unlink()
        elif round_.chance.random() < 0.6 and not round_.at_rest():
            gone.touch()
            round_.kills.insert(0, round_.chance.uniform(0.1, 0.2))

    round_.drive(between)


def quotas(round_: Round, point: Point | None) -> None:
    """Two messages a day: the others wait over midnight, while tokens end and are renewed."""
    _begin(round_, point, rate=0.1)
    round_.drive()


def clock_moves(round_: Round, point: Point | None) -> None:
    """The machine's clock is set forwards and back, by hours, before and while a sender is at work."""
    _begin(round_, point, rate=0.2)

    def beside(process: Process) -> None:
        process.ended(round_.chance.uniform(0.05, 0.15))
        round_.shared["step"] += round_.chance.choice((-1, 1)) * round_.chance.uniform(5, 9 * _HOURS)
        if round_.chance.random() < 0.6:
            process.ended(round_.chance.uniform(0.0, 0.1))
            process.kill()

    for _ in range(3):
        if not round_.at_rest():
            beside_one(round_, beside)
    round_.drive()


def switch(round_: Round, point: Point | None) -> None:
    """The switch is pressed in another process; after that no call begins."""
    _begin(round_, point, rate=0.1)

    def beside(process: Process) -> None:
        process.ended(round_.chance.uniform(0.05, 0.15))
        pressed = round_.command("sending", "pause")
        pressed.ended(20)
        begun = round_.calls()
        process.ended(20)
        # One that was committed to before may still be on its way.
        if round_.calls() > begun + 1:
            round_.complain(f"{round_.calls() - begun} calls after the switch")

    def between(_ended: bool) -> None:
        _do(round_, interference.resume)

    for _ in range(2):
        if not round_.at_rest():
            beside_one(round_, beside)
            between(True)
    round_.drive()


def operator(round_: Round, point: Point | None) -> None:
    """The operator cancels, stops everything, asks and tries again, while senders work and are killed."""
    _begin(round_, point, rate=0.2)

    def beside(process: Process) -> None:
        process.ended(round_.chance.uniform(0.02, 0.2))
        number = round_.chance.randint(1, 5)
        work = round_.chance.choice(interference.OPERATOR)
        _do(round_, lambda desk: work(desk, number))
        if round_.chance.random() < 0.5:
            process.ended(round_.chance.uniform(0.0, 0.1))
            process.kill()

    def between(_ended: bool) -> None:
        _do(round_, interference.resume)

    for _ in range(4):
        if not round_.at_rest():
            beside_one(round_, beside)
            between(True)
    round_.drive(between)


def two_senders(round_: Round, point: Point | None) -> None:
    """Two at once on one profile: the second is refused."""
    _begin(round_, point, rate=0.2)

    def beside(process: Process) -> None:
        process.ended(round_.chance.uniform(0.02, 0.1))
        other = round_.start_sender(marked=False)
        if round_.chance.random() < 0.5:
            process.ended(round_.chance.uniform(0.0, 0.1))
            process.kill()
        round_.finish(other)

    for _ in range(3):
        if not round_.at_rest():
            beside_one(round_, beside)
    round_.drive()


def two_without_lock(round_: Round, point: Point | None) -> None:
    """Two at once where the lock of the profile does not hold, as on some network drives: leases have to."""
    round_.slowly = True
    round_.prepare_sender = interference.without_lock
    _begin(round_, point, rate=0.15)

    def beside(process: Process) -> None:
        other = round_.start_sender(marked=False)
        process.ended(round_.chance.uniform(0.1, 0.3))
        if round_.chance.random() < 0.5:
            round_.chance.choice((process, other)).kill()
        round_.finish(other)

    for _ in range(2):
        if not round_.at_rest():
            beside_one(round_, beside)
    round_.slowly = False
    round_.drive()


def locked(round_: Round, point: Point | None) -> None:
    """Another program holds the database's write lock, for longer than anybody waits for it."""
    round_.prepare_sender = interference.impatient
    _begin(round_, point)

    def beside(process: Process) -> None:
        process.ended(round_.chance.uniform(0.02, 0.15))
        with closing(sqlite3.connect(round_.database, isolation_level=None, timeout=5)) as other:
            other.execute("BEGIN IMMEDIATE")
            process.ended(round_.chance.uniform(0.05, 0.6))

    for _ in range(2):
        if not round_.at_rest():
            beside_one(round_, beside)
    round_.prepare_sender = None
    round_.drive()


def restored(round_: Round, point: Point | None) -> None:
    """A backup of the profile from in between is put back, as another file or within the very file."""
    _begin(round_, point, rate=0.1)
    database = round_.database
    backup = round_.folder / "backup.db"
    for _ in range(round_.chance.randint(0, 3)):
        round_.run_sender(round_.chance.uniform(0.05, 0.3))
    copy_database(database, backup)
    for _ in range(round_.chance.randint(1, 3)):
        if not round_.at_rest():
            round_.run_sender(round_.chance.choice((None, round_.chance.uniform(0.1, 0.4))))
    for name in ("outtray.db-wal", "outtray.db-shm"):
        database.with_name(name).unlink(missing_ok=True)
    if round_.chance.random() < 0.5:
        database.unlink()
    database.touch()
    with database.open("r+b") as file:
        file.write(backup.read_bytes())
        file.truncate()
    round_.restored = True
    round_.drive(lambda _ended: _do(round_, interference.resume))


def full_disk(round_: Round, point: Point | None) -> None:
    """The disk is full at some byte: nothing that is written grows any file any more."""
    _begin(round_, point)
    for _ in range(3):
        if round_.at_rest():
            break
        wal = round_.database.with_name("outtray.db-wal")
        size = wal.stat().st_size if wal.exists() else 0
        most = max(size, 4096) + round_.chance.randint(0, 60_000)
        round_.prepare_sender = functools.partial(interference.limit_files, most)
        round_.run_sender(None)
    round_.prepare_sender = None
    round_.drive()


def read_only(round_: Round, point: Point | None) -> None:
    """The database becomes read-only in the midst of it."""
    _begin(round_, point)

    def beside(process: Process) -> None:
        process.ended(round_.chance.uniform(0.05, 0.12))
        process.kill()

    beside_one(round_, beside)
    round_.prepare_sender = interference.as_nobody
    round_.run_sender(None)
    round_.prepare_sender = None
    round_.drive()


def beside_one(round_: Round, beside: Callable[[Process], None]) -> None:
    """One start of the sender, with something going on meanwhile."""
    process = round_.start_sender()
    beside(process)
    round_.finish(process)
    round_.killed += process.killed
    round_.disarm()


def _do(round_: Round, work: Callable[[Desk], object]) -> None:
    round_.finish(round_.operator(work))


def _begin(round_: Round, point: Point | None, rate: float = 0.0) -> None:
    if rate:
        given = round_.prepare_google
        seed = round_.seed * 1_000_003 + round_.number

        def prepare(google: CrashGoogle) -> None:
            given(google)
            google.faults.seeded(seed, rate)

        round_.prepare_google = prepare
    round_.start_google()
    round_.kills = some_kills(round_.chance, point)
