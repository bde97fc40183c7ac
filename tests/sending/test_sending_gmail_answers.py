"""Answers to another call: one too many on a connection, and every call gets that to the call before it."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from outtray.sending.gmail import GmailTransport
from outtray.sending.transport import TransportError, Trouble

MESSAGE = {"id": "m1", "threadId": "t1", "labelIds": ["SENT"], "payload": {"headers": []}}
DRAFT = {"id": "d1", "message": {"id": "m1", "threadId": "t1", "payload": {"headers": []}}}
CALLS: dict[str, tuple[Callable[[GmailTransport], Any], Any]] = {
    "create": (lambda gmail: gmail.create(b"To: ada@example.com\r\n\r\n", None), DRAFT),
    "send": (lambda gmail: gmail.send("d1"), {"id": "m2", "threadId": "t1", "labelIds": ["SENT"]}),
    "get_draft": (lambda gmail: gmail.get_draft("d1"), DRAFT),
    "get_other_draft": (lambda gmail: gmail.get_draft("d2"), DRAFT | {"id": "d2"}),
    "list_drafts": (lambda gmail: gmail.list_drafts(), {"drafts": [{"id": "d1", "message": {"id": "m1"}}]}),
    "list_sent": (lambda gmail: gmail.list_sent(), {"messages": [{"id": "m1", "threadId": "t1"}]}),
    "get_headers": (lambda gmail: gmail.get_headers("m1"), MESSAGE),
    "get_other_headers": (lambda gmail: gmail.get_headers("m3"), MESSAGE | {"id": "m3"}),
    "delete": (lambda gmail: gmail.delete_draft("d1"), None),
}


class OneBehind:
    """Answers every request with what the first one on a connection asked for."""

    def __init__(self, first: Any) -> None:
        self.first = first
        self.requests = 0
        self.connections = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def root(self) -> str:
        return f"http://127.0.0.1:{self.listener.getsockname()[1]}"

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            with connection, connection.makefile("rwb") as file:
                while self._read(file):
                    self.requests += 1
                    body = b"" if self.first is None else json.dumps(self.first).encode()
                    status = b"204 No Content" if self.first is None else b"200 OK"
                    head = b"HTTP/1.1 " + status + b"\r\nContent-Length: %d\r\n\r\n" % len(body)
                    file.write(head + body)
                    file.flush()

    @staticmethod
    def _read(file: Any) -> bool:
        length = 0
        while True:
            line = file.readline()
            if not line:
                return False
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
            if line == b"\r\n":
                file.read(length)
                return True


class Tokens:
    def __call__(self) -> str:
        return "token"

    def renew(self) -> str:
        return "another"


@pytest.fixture
def behind(request: pytest.FixtureRequest) -> Iterator[OneBehind]:
    server = OneBehind(CALLS[request.param][1])
    yield server
    server.listener.close()


# A draft that was just created and the same draft read look alike, and say the same. The answer to a release
# may hold all that a message has; between a look and a release there is always a commit, and a connection on
# which something lies unread is given up before the next call.
ALIKE = (
    {"create", "get_draft"},
    {"create", "get_other_draft"},
    {"send", "get_headers"},
    {"send", "get_other_headers"},
)
PAIRS = [(one, other) for one in CALLS for other in CALLS if one != other and {one, other} not in ALIKE]


@pytest.mark.parametrize(("behind", "second"), PAIRS, indirect=["behind"])
def test_the_answer_to_another_call_is_no_answer(behind: OneBehind, second: str) -> None:
    gmail = GmailTransport(behind.root, Tokens(), monotonic=lambda: 0.0)
    first = next(name for name, (_, answer) in CALLS.items() if answer is behind.first)
    CALLS[first][0](gmail)
    with pytest.raises(TransportError) as caught:
        CALLS[second][0](gmail)
    assert caught.value.trouble is Trouble.UNKNOWN
    assert (behind.requests, behind.connections) == (2, 1)
    # What is still to come on that connection is the answer to nothing any more.
    CALLS[first][0](gmail)
    assert (behind.requests, behind.connections) == (3, 2)
    gmail.close()
