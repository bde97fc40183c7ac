"""What a round does beside the sender and to it: the operator's use cases, and a machine that fails."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
from collections.abc import Callable

from outtray.desk import Desk
from outtray.model.accounts import AccountState
from outtray.model.delivery import DeliveryState
from outtray.profiles import Profile
from outtray.sending import decisions, switch
from outtray.store.accounts import set_state
from outtray.store.dialects import sqlite_connection
from tests.crash.processes import put
from tests.fakes.google import ADDRESS

# The operator, by use case; each takes the number of a delivery, whether it needs one or not.


def cancel(desk: Desk, number: int) -> None:
    decisions.cancel(desk, [number])


def edit(desk: Desk, number: int) -> None:
    decisions.edit(desk, number)


def stop_and_cancel(desk: Desk, _number: int) -> None:
    decisions.stop_and_cancel(desk)


def ask_again(desk: Desk, number: int) -> None:
    decisions.ask_again(desk, number)


def try_now(desk: Desk, _number: int) -> None:
    decisions.try_now(desk, ADDRESS)


OPERATOR: tuple[Callable[[Desk, int], None], ...] = (cancel, edit, stop_and_cancel, ask_again, try_now)


def resume(desk: Desk) -> None:
    switch.resume(desk, confirmed=True)


def retry_failed(desk: Desk) -> None:
    with desk.store.read() as connection:
        rows = connection.exec_driver_sql(
            "SELECT id FROM deliveries WHERE state = ?", (DeliveryState.FAILED.value,)
        )
        failed = [row[0] for row in rows]
    decisions.retry(desk, failed)


def reconnect(desk: Desk) -> None:
    """Signs in again, where Google wants it."""
    desk.store.write(lambda transaction: set_state(transaction, ADDRESS, AccountState.OK, None))


# The machine; done in the sender's process before anything is opened.


def without_lock() -> None:
    """The lock of the profile does not hold."""
    put(Profile, "hold", lambda _profile, _role: contextlib.nullcontext())


def impatient() -> None:
    """A database that another program holds is given up after a fifth of a second."""
    put(sqlite_connection, "BUSY_MILLISECONDS", 200)


def limit_files(most: int) -> None:
    """No file grows beyond so many bytes, as on a full disk."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))


def as_nobody() -> None:
    """This process may write nothing in the profile; only root can become somebody else."""
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)
