"""Sending 1,000 approved drafts to a loopback Gmail, against the same two calls with a bare `http.client`;
a sender's wake-up with 10,000 deliveries waiting, against one with ten; and how fast the switch stops it.
"""

from __future__ import annotations

import base64
import http.client
import itertools
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from sqlalchemy import text

from outtray.desk import Desk
from outtray.model.clock import SystemClock
from outtray.model.events import OPERATOR
from outtray.opening import open_desk
from outtray.review.approve import Approver
from outtray.review.preview import preview
from outtray.sending import switch
from outtray.sending.pace import Pace
from outtray.sending.runner import send_until_empty
from outtray.sending.sender import Sender
from outtray.store.accounts import get_account
from outtray.store.settings import set_setting
from outtray.store.transaction import Transaction
from outtray.transports import transport_for
from tests.benchmarks.measuring import Figure, at_most, below, interleaved, medians
from tests.fakes.desks import MemorySecrets, make_desk, make_proposal, propose_all
from tests.fakes.google import ADDRESS, FakeGoogle, Fault, Grant
from tests.fakes.google.desk_accounts import connect

DRAFTS = 1_000
WAITING = 10_000
ROUNDS = 15
PARTS = 10
IN_FLIGHT = 20
_people = itertools.count()
_BODY = "Dear Ada,\n\n" + "thank you for your question about the delivery of last week. " * 20 + "\n"
# The undo windows are over, and no sender has to give them time again.
_WINDOWS_OVER = text(
    "UPDATE deliveries SET state = 'queued', waiting_for = NULL, waiting_until = NULL, next_at = approved_at,"
    " hold_until = approved_at WHERE state = 'holding'"
)


def run() -> list[Figure]:
    """All figures; where time is compared, the Gmail is a process of its own, as the real one is."""
    with tempfile.TemporaryDirectory(prefix="outtray-bench-") as name:
        folder = Path(name)
        os.environ["XDG_STATE_HOME"] = str(folder / "state")
        return [_sending(folder / "sending"), _wake_up(folder / "waiting"), _switch(folder / "switch")]


def _sending(folder: Path) -> Figure:
    """In ten parts, each beside the bare calls for as many messages: a machine's pace changes meanwhile."""
    folder.mkdir()
    with _google(folder) as google:
        desk = make_desk(folder, practice=False, clock=SystemClock())
        connect(desk, cast(FakeGoogle, google))
        _let_leave(desk)
        part = DRAFTS // PARTS
        approve_drafts(desk, part)
        raws = _messages(desk)

        def ours() -> float:
            begun = time.monotonic()
            result = send_until_empty(
                desk,
                timeout=600,
                until_empty=False,
                transport_for=transport_for,
                # What a message costs us is measured, and not how many Gmail takes a minute.
                pace=Pace(units_a_minute=1_000_000),
            )
            seconds = time.monotonic() - begun
            assert result.sent == part, result
            approve_drafts(desk, part)
            return seconds

        found = interleaved(PARTS - 1, {"ours": ours, "bare": lambda: _bare(google, raws)})
        desk.close()
    medians = {name: statistics.median(values) * PARTS for name, values in found.items()}
    return at_most(f"send {DRAFTS:,} drafts", medians["ours"], "s", medians["bare"], 6)


def _wake_up(folder: Path) -> Figure:
    folder.mkdir()
    few, many = (_waiting(folder, count) for count in (10, WAITING))
    found = medians(ROUNDS, {"few": lambda: _step(few), "many": lambda: _step(many)})
    few.desk.close()
    many.desk.close()
    return at_most(f"wake-up with {WAITING:,} waiting", found["many"], "ms", found["few"], 1.5)


def _switch(folder: Path) -> Figure:
    """From the moment at which the switch is pressed beside the senders to the last call that arrives."""
    folder.mkdir()
    with FakeGoogle(folder) as google:
        os.environ["OUTTRAY_GMAIL_API"] = google.root
        desk = make_desk(folder, practice=False, clock=SystemClock())
        _let_leave(desk)
        addresses = [f"sender{number}@outtray.example.com" for number in range(IN_FLIGHT)]
        for address in addresses:
            connect(desk, google, address)
        for address in addresses:
            approve_drafts(desk, 4, account=address)
        for call in ("drafts.create", "drafts.send"):
            google.faults.always(call, Fault.slow(0.15))
        ended = threading.Event()
        senders = [threading.Thread(target=_send, args=(desk, address, ended)) for address in addresses]
        for thread in senders:
            thread.start()
        _until(lambda: len(google.arrived) >= IN_FLIGHT)
        other = open_desk(
            desk.profile.folder, clock=SystemClock(), secret_store=MemorySecrets(), create=False
        )
        pressed = last = time.monotonic()
        known = len(google.arrived)
        switch.pause(other)
        while time.monotonic() - pressed < 2:
            if len(google.arrived) != known:
                known, last = len(google.arrived), time.monotonic()
            ended.wait(0.002)
        ended.set()
        for thread in senders:
            thread.join()
        other.close()
        desk.close()
        del os.environ["OUTTRAY_GMAIL_API"]
        assert len(google.delivered()) < 4 * IN_FLIGHT, "everything had left before the switch"
    return below(f"last call after the switch, {IN_FLIGHT} in flight", last - pressed, "s", 1)


def _send(desk: Desk, address: str, ended: threading.Event) -> None:
    """A sender of its own, as the window runs one for each account."""
    with desk.store.read() as connection:
        account = get_account(connection, address)
    assert account is not None
    transport = transport_for(desk, account)
    sender = Sender(desk, address, transport, stopped=ended.is_set)
    while not ended.is_set():
        following = sender.step()
        if following is None or following > desk.clock.now():
            ended.wait(0.05)
    sender.close()
    transport.close()


def _let_leave(desk: Desk) -> None:
    switch.resume(desk, confirmed=True)
    desk.store.write(lambda transaction: set_setting(transaction, "sending.per_day", 100_000, OPERATOR))


def _until(condition: Callable[[], bool]) -> None:
    for _ in range(2_000):
        if condition():
            return
        threading.Event().wait(0.005)
    raise TimeoutError


def _waiting(folder: Path, count: int) -> Sender:
    """A sender behind a quota, over so many deliveries that wait for it."""
    place = folder / str(count)
    place.mkdir()
    desk = make_desk(place, clock=SystemClock(), account=True)
    approve_drafts(desk, 10)
    desk.store.write(lambda transaction: _multiply(transaction, count))
    desk.store.write(lambda transaction: set_setting(transaction, "sending.per_day", 0, OPERATOR))
    address = "practice@outtray.example.com"
    with desk.store.read() as connection:
        account = get_account(connection, address)
    assert account is not None
    sender = Sender(desk, address, transport_for(desk, account))
    while (following := sender.step()) is not None and following <= desk.clock.now():
        pass
    return sender


def _multiply(transaction: Transaction, count: int) -> None:
    """So many deliveries in all, copies of the first one but for their tokens."""
    connection = transaction.connection
    names = [row[1] for row in connection.exec_driver_sql("PRAGMA table_info(deliveries)")]
    kept = ", ".join(name for name in names if name not in {"id", "delivery_token"})
    connection.exec_driver_sql(
        "WITH RECURSIVE n(i) AS (SELECT 11 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
        f" INSERT INTO deliveries (delivery_token, {kept})"
        f" SELECT printf('%032x', i), {kept} FROM n, deliveries WHERE deliveries.id = 1 AND i <= ?",
        (count, count),
    )
    connection.exec_driver_sql(
        "INSERT INTO delivery_recipients SELECT id, 'person' || id || '@example.com', NULL FROM deliveries"
        " WHERE id NOT IN (SELECT delivery_id FROM delivery_recipients)"
    )


def _step(sender: Sender) -> float:
    begun = time.monotonic()
    for _ in range(20):
        sender.step()
    return (time.monotonic() - begun) * 1000 / 20


def approve_drafts(desk: Desk, count: int, account: str | None = None) -> None:
    """So many approved drafts whose undo window is over, each to another person."""
    ids = propose_all(
        desk,
        (
            make_proposal(to=f"p{next(_people)}@example.com", body_text=_BODY, account=account)
            for _ in range(count)
        ),
    )
    wanted: dict[int, str] = {}
    for number in ids:
        digest = preview(desk, number).digest
        assert digest is not None
        wanted[number] = digest
    Approver(desk).approve(wanted, {number: ["text"] for number in ids})
    desk.store.write(lambda transaction: transaction.connection.execute(_WINDOWS_OVER))


@dataclass(frozen=True)
class _Google:
    """A fake Google in another process, as far as `connect` needs to know it."""

    root: str
    access_token: str
    refresh_token: str
    secrets: dict[str, Any]

    def grant(self, _address: str | None, scopes: tuple[str, ...]) -> Grant:
        return Grant(ADDRESS, scopes, self.access_token, self.refresh_token)

    def client_secrets(self) -> dict[str, Any]:
        return self.secrets


@contextmanager
def _google(folder: Path) -> Iterator[_Google]:
    secrets = folder / "client_secret.json"
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.fakes.google", "--mailbox", str(folder / "gmail.sqlite"), "--grant",
         "--client-secrets", str(secrets)],
        stdout=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        said = json.loads(process.stdout.readline())
        os.environ["OUTTRAY_GMAIL_API"] = said["root"]
        yield _Google(
            said["root"], said["access_token"], said["refresh_token"], json.loads(secrets.read_text())
        )
    finally:
        del os.environ["OUTTRAY_GMAIL_API"]
        process.kill()
        process.wait()


def _messages(desk: Desk) -> list[bytes]:
    with desk.store.read() as connection:
        rows = connection.exec_driver_sql("SELECT message FROM deliveries ORDER BY id")
        return [bytes(row[0]) for row in rows]


def _bare(google: _Google, raws: list[bytes]) -> float:
    """Seconds for the two calls of each message on one kept connection, and nothing else."""
    headers = {"Authorization": f"Bearer {google.access_token}", "Content-Type": "application/json"}
    connection = http.client.HTTPConnection(google.root.removeprefix("http://"))

    def post(path: str, value: dict[str, Any]) -> Any:
        connection.request("POST", f"/gmail/v1/users/me/{path}", json.dumps(value), headers)
        return json.loads(connection.getresponse().read())

    begun = time.monotonic()
    for raw in raws:
        draft = post("drafts", {"message": {"raw": base64.urlsafe_b64encode(raw).decode()}})
        post("drafts/send", {"id": draft["id"]})
    seconds = time.monotonic() - begun
    connection.close()
    return seconds
