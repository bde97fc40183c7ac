"""Sending 1,000 approved drafts to a loopback Gmail, against the same two calls with a bare `http.client`;
and a sender's wake-up with 10,000 deliveries waiting, against one with ten.
"""

from __future__ import annotations

import base64
import http.client
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from sqlalchemy import text

from outtray.desk import Desk
from outtray.model.clock import SystemClock
from outtray.model.events import OPERATOR
from outtray.review.approve import Approver
from outtray.review.preview import preview
from outtray.sending import switch
from outtray.sending.pace import Pace
from outtray.sending.runner import send_until_empty
from outtray.sending.sender import Sender
from outtray.store.settings import set_setting
from outtray.transports import transport_for
from tests.benchmarks.measuring import Figure, at_most, medians
from tests.fakes.desks import make_desk, make_proposal, propose_all
from tests.fakes.google import ADDRESS, FakeGoogle, Grant
from tests.fakes.google.desk_accounts import connect

DRAFTS = 1_000
WAITING = 10_000
ROUNDS = 15
_BODY = "Dear Ada,\n\n" + "thank you for your question about the delivery of last week. " * 20 + "\n"
# The undo windows are over, and no sender has to give them time again.
_WINDOWS_OVER = text(
    "UPDATE deliveries SET state = 'queued', waiting_for = NULL, waiting_until = NULL, next_at = approved_at,"
    " hold_until = approved_at WHERE state = 'holding'"
)


def run() -> list[Figure]:
    """Both figures; the Gmail is a process of its own, as the real one is."""
    return [_sending(), _wake_up()]


def _sending() -> Figure:
    with tempfile.TemporaryDirectory(prefix="outtray-bench-") as name, _google(Path(name)) as google:
        desk = make_desk(Path(name), practice=False, clock=SystemClock())
        connect(desk, cast(FakeGoogle, google))
        switch.resume(desk, confirmed=True)
        desk.store.write(lambda transaction: set_setting(transaction, "sending.per_day", 100_000, OPERATOR))
        approve_drafts(desk, DRAFTS)
        bare = _bare(google, _messages(desk))
        begun = time.monotonic()
        result = send_until_empty(
            desk,
            timeout=600,
            until_empty=False,
            transport_for=transport_for,
            # What a message costs us is measured, and not how many Gmail takes a minute.
            pace=Pace(units_a_minute=1_000_000),
        )
        ours = time.monotonic() - begun
        assert result.sent == DRAFTS, result
        desk.close()
    return at_most(f"send {DRAFTS:,} drafts", ours, "s", bare, 6)


def _wake_up() -> Figure:
    with tempfile.TemporaryDirectory(prefix="outtray-bench-") as name:
        few, many = (_waiting(Path(name), count) for count in (10, WAITING))
        found = medians(ROUNDS, {"few": lambda: _step(few), "many": lambda: _step(many)})
        few.desk.close()
        many.desk.close()
    return at_most(f"wake-up with {WAITING:,} waiting", found["many"], "ms", found["few"], 1.3)


def _waiting(folder: Path, count: int) -> Sender:
    """A sender behind a quota, over so many deliveries that wait for it."""
    place = folder / str(count)
    place.mkdir()
    desk = make_desk(place, clock=SystemClock(), account=True)
    approve_drafts(desk, count)
    desk.store.write(lambda transaction: set_setting(transaction, "sending.per_day", 0, OPERATOR))
    address = "practice@outtray.example.com"
    with desk.store.read() as connection:
        from outtray.store.accounts import get_account

        account = get_account(connection, address)
    assert account is not None
    sender = Sender(desk, address, transport_for(desk, account))
    while (following := sender.step()) is not None and following <= desk.clock.now():
        pass
    return sender


def _step(sender: Sender) -> float:
    begun = time.monotonic()
    for _ in range(20):
        sender.step()
    return (time.monotonic() - begun) * 1000 / 20


def approve_drafts(desk: Desk, count: int) -> None:
    """So many approved drafts whose undo window is over, each to another person."""
    ids = propose_all(
        desk,
        (
            make_proposal(to=f"p{turn}@example.com", external_id=str(turn), body_text=_BODY)
            for turn in range(count)
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
