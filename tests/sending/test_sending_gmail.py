"""One HTTP request a call, whatever happens to it; and where the Gmail API may be."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import pytest

from outtray.model.errors import OuttrayError, Refused
from outtray.model.message import DELIVERY_HEADER
from outtray.sending.gmail import GmailTransport, endpoint
from outtray.sending.transport import Transport, TransportError, Trouble
from outtray.transports import transport_for
from tests.fakes.desks import make_desk
from tests.fakes.google import FakeGoogle, Fault
from tests.sending.post import Post

RAW = f"To: ada@example.com\r\n{DELIVERY_HEADER}: abc\r\n\r\nhello\r\n".encode()


class Tokens:
    def __call__(self) -> str:
        return "token"

    def renew(self) -> str:
        return "another"


class Reader:
    """Reads each request to its end and closes the connection without an answer."""

    def __init__(self) -> None:
        self.requests: list[bytes] = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    @property
    def root(self) -> str:
        return f"http://127.0.0.1:{self.listener.getsockname()[1]}"

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            with connection:
                data = b""
                while b"\r\n\r\n" not in data:
                    data += connection.recv(65536)
                head, _, body = data.partition(b"\r\n\r\n")
                length = next(
                    (
                        int(line.split(b":")[1])
                        for line in head.split(b"\r\n")
                        if line.lower().startswith(b"content-length")
                    ),
                    0,
                )
                while len(body) < length:
                    body += connection.recv(65536)
                self.requests.append(head.split(b"\r\n")[0])


@pytest.fixture
def reader() -> Iterator[Reader]:
    made = Reader()
    yield made
    made.listener.close()


CALLS = {
    "create": lambda transport: transport.create(RAW, None),
    "create large": lambda transport: transport.create(RAW + b"x" * 4_000_000, None),
    "send": lambda transport: transport.send("r-1"),
    "get": lambda transport: transport.get_draft("r-1"),
    "list": lambda transport: transport.list_drafts(),
    "delete": lambda transport: transport.delete_draft("r-1"),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())
def test_a_server_that_reads_the_request_and_closes_gets_exactly_one(reader: Reader, call: object) -> None:
    assert callable(call)
    transport = GmailTransport(reader.root, Tokens(), monotonic=time.monotonic)
    with pytest.raises(TransportError) as caught:
        call(transport)
    assert caught.value.trouble is Trouble.UNKNOWN
    # Another call shows that everything that the first one sent has arrived by now.
    with pytest.raises(TransportError):
        transport.send("r-2")
    assert len(reader.requests) == 2
    transport.close()


def test_a_kept_connection_that_died_is_noticed_before_the_request(gmail: Post, google: FakeGoogle) -> None:
    transport = gmail.transport
    transport.create(RAW, None)
    google.offline()
    google.online()
    transport.create(RAW, None)
    assert google.calls("drafts.create") == 2
    assert len(google.mailbox.drafts()) == 2


def test_an_idle_connection_is_not_trusted(gmail: Post, google: FakeGoogle) -> None:
    from datetime import timedelta

    assert isinstance(gmail.transport, GmailTransport)
    gmail.transport.create(RAW, None)
    before = gmail.transport._connection
    gmail.clock.advance(timedelta(seconds=31))
    gmail.transport.create(RAW, None)
    assert gmail.transport._connection is not before


def test_the_uploaded_bytes_are_the_messages_own(gmail: Post, google: FakeGoogle) -> None:
    large = RAW + b"".join(b"line %d\r\n" % number for number in range(400_000))
    transport = transport_for(gmail.desk, gmail.account)
    for raw in (RAW, large):
        placed = transport.create(raw, None)
        transport.send(placed.draft_id)
    transport.close()
    assert [one.uploaded for one in google.delivered()] == [RAW, large]


def test_a_message_goes_into_its_thread(gmail: Post, google: FakeGoogle) -> None:
    placed = gmail.transport.create(RAW, "18f0000000abcdef")
    assert gmail.transport.send(placed.draft_id).thread_id == "18f0000000abcdef"


def test_nobody_listening_is_offline_and_not_unknown() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    transport = GmailTransport(f"http://127.0.0.1:{port}", Tokens(), monotonic=time.monotonic)
    with pytest.raises(TransportError) as caught:
        transport.create(RAW, None)
    assert caught.value.trouble is Trouble.OFFLINE


def test_a_redirect_is_not_followed(gmail: Post, google: FakeGoogle) -> None:
    google.faults.next("drafts.create", Fault.status(307))
    with pytest.raises(TransportError) as caught:
        gmail.transport.create(RAW, None)
    assert caught.value.trouble is Trouble.UNKNOWN
    assert google.calls("drafts.create") == 1


def test_a_call_in_flight_can_be_cut_off_from_another_thread(gmail: Post, google: FakeGoogle) -> None:
    transport = transport_for(gmail.desk, gmail.account)
    google.faults.next("drafts.create", Fault.HANG_BEFORE)
    caught: list[TransportError] = []

    def call() -> None:
        try:
            transport.create(RAW, None)
        except TransportError as error:
            caught.append(error)

    thread = threading.Thread(target=call)
    thread.start()
    wait_for(lambda: google.calls("drafts.create") == 1)
    transport.abort()
    thread.join(5)
    assert [error.trouble for error in caught] == [Trouble.UNKNOWN]


def test_no_search_and_no_bodies_are_asked_for(gmail: Post, google: FakeGoogle) -> None:
    transport: Transport = gmail.transport
    placed = transport.create(RAW, None)
    transport.get_draft(placed.draft_id)
    sent = transport.send(placed.draft_id)
    assert transport.list_sent().message_ids == (sent.message_id,)
    assert transport.get_headers(sent.message_id).token == "abc"
    for one in google.arrived:
        assert "q=" not in one.target
        assert "format=full" not in one.target
        assert "format=raw" not in one.target


@pytest.mark.parametrize(
    ("named", "setting", "root"),
    [
        ("", "", "https://gmail.googleapis.com"),
        ("", "http://127.0.0.1:9", "http://127.0.0.1:9"),
        ("http://[::1]:9/", "", "http://[::1]:9"),
        ("http://localhost:1", "http://127.0.0.1:2", "http://localhost:1"),
        ("https://gmail.googleapis.com", "", "https://gmail.googleapis.com"),
    ],
)
def test_the_api_is_googles_or_on_this_computer(
    monkeypatch: pytest.MonkeyPatch, named: str, setting: str, root: str
) -> None:
    monkeypatch.setenv("OUTTRAY_GMAIL_API", named)
    assert endpoint(setting) == root


@pytest.mark.parametrize(
    "named",
    [
        "http://gmail.googleapis.com",
        "https://evil.example.com",
        "http://127.0.0.1.example.com",
        "ftp://127.0.0.1",
    ],
)
def test_any_other_place_is_refused(monkeypatch: pytest.MonkeyPatch, named: str) -> None:
    monkeypatch.setenv("OUTTRAY_GMAIL_API", named)
    with pytest.raises(OuttrayError):
        endpoint("")


def test_a_practice_profile_never_sends_by_a_real_account(gmail: Post, tmp_path: object) -> None:
    from pathlib import Path

    assert isinstance(tmp_path, Path)
    folder = tmp_path / "other"
    folder.mkdir()
    desk = make_desk(folder, practice=True)
    with pytest.raises(Refused):
        transport_for(desk, gmail.account)
    desk.close()


def wait_for(condition: object) -> None:
    assert callable(condition)
    pause = threading.Event()
    for _ in range(500):
        if condition():
            return
        pause.wait(0.01)
    raise AssertionError("it did not happen")


FIRST_CALLS = """
import random, sys, threading, time
from outtray.sending.gmail import GmailTransport
from outtray.sending.transport import TransportError, Trouble

class Tokens:
    def __call__(self): return "token"
    def renew(self): return "another"

class SlowDisk:
    def find_spec(self, name, path, target=None):
        if name.startswith("urllib3"):
            time.sleep(random.random() / 50)

sys.meta_path.insert(0, SlowDisk())
found = []

def call():
    time.sleep(random.random() / 5)
    try:
        GmailTransport("http://127.0.0.1:9", Tokens(), monotonic=lambda: 0.0).send("d1")
    except TransportError as error:
        found.append(error.trouble)
    except BaseException as error:
        found.append(error)

threads = [threading.Thread(target=call) for _ in range(16)]
for thread in threads: thread.start()
for thread in threads: thread.join()
assert found == [Trouble.OFFLINE] * 16, found
"""


def test_the_first_calls_of_many_accounts_may_come_at_nearly_the_same_moment() -> None:
    """Each account sends on a thread of its own, and the first call of each imports what it calls with."""
    done = subprocess.run(
        [sys.executable, "-c", FIRST_CALLS], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
