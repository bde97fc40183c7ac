"""The HTTP side: reads requests from a socket, lets faults happen, and keeps a list of what arrived."""

from __future__ import annotations

import contextlib
import json
import os
import select
import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tests.fakes.google import faults
from tests.fakes.google.errors import Answer, error, success
from tests.fakes.google.faults import Ending, Fault, Person
from tests.fakes.google.gmail import Call, read_call
from tests.fakes.google.mailbox import Missing

if TYPE_CHECKING:
    from tests.fakes.google import FakeGoogle

_OAUTH = {
    ("GET", "/o/oauth2/auth"): faults.AUTHORIZE,
    ("POST", "/token"): faults.TOKEN,
    ("POST", "/revoke"): faults.REVOKE,
}


@dataclass(frozen=True, slots=True)
class Arrived:
    """One request that was read; `fault` is the name of what it met, `at` Google's time in seconds."""

    operation: str
    method: str
    target: str
    fault: str | None
    at: float


class Server(ThreadingHTTPServer):
    """One thread a connection; all end with the server."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, google: FakeGoogle, port: int) -> None:
        self.google = google
        self.stopping = threading.Event()
        self.open: set[socket.socket] = set()
        super().__init__(("127.0.0.1", port), Handler)

    def stop(self) -> None:
        """Stops listening and ends every connection."""
        self.stopping.set()
        self.shutdown()
        self.server_close()
        for connection in tuple(self.open):
            with contextlib.suppress(OSError):  # ended by itself meanwhile
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is what faults are for."""


class Handler(BaseHTTPRequestHandler):
    """One connection, kept alive as Google keeps it."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Server
    timeout = 60

    def setup(self) -> None:
        super().setup()
        self.server.open.add(self.connection)

    def finish(self) -> None:
        self.server.open.discard(self.connection)
        super().finish()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name in http.server
        """Says nothing."""

    def date_time_string(self, timestamp: float | None = None) -> str:
        return formatdate(self.server.google.now() if timestamp is None else timestamp, usegmt=True)

    def do_GET(self) -> None:
        self._handle()

    def do_POST(self) -> None:
        self._handle()

    def do_DELETE(self) -> None:
        self._handle()

    def _handle(self) -> None:
        google = self.server.google
        path = urlsplit(self.path).path
        operation = _OAUTH.get((self.command, path))
        if operation is None:
            call = read_call(self.command, self.path, self.headers.get("Content-Type", ""), b"")
            operation = "control" if path.startswith("/control/") else (call.operation if call else "unknown")
        fault = None if operation in {"control", "unknown"} else google.faults.take(operation)
        if fault is not None and fault.ending is Ending.RESET_IN_REQUEST:
            self._note(operation, fault)
            self._read(half=True)
            self._reset()
            return
        body = self._read()
        if operation != "control":
            self._note(operation, fault)
        self._meet(fault, lambda: self._answer(operation, path, body), body)

    def _note(self, operation: str, fault: Fault | None) -> None:
        google = self.server.google
        name = None if fault is None else fault.name
        google.arrived.append(Arrived(operation, self.command, self.path, name, google.now()))

    def _meet(self, fault: Fault | None, perform: Callable[[], Answer], body: bytes) -> None:
        if fault is None:
            self._write(perform())
            return
        if fault.person is not None:
            self._person(fault.person, body)
        if fault.ending is Ending.LATE:
            self.server.google.later(perform, fault.seconds)
            self._reset()
            return
        if fault.seconds and self.server.stopping.wait(fault.seconds):
            self._reset()
            return
        answer = perform() if fault.performs else None
        self._end(fault, fault.answer or answer or Answer(204, b""))

    def _end(self, fault: Fault, answer: Answer) -> None:
        match fault.ending:
            case Ending.RESET:
                self._reset()
            case Ending.CLOSE:
                self.close_connection = True
            case Ending.HANG:
                self._hang()
            case Ending.CUT:
                self._write(answer, cut=True)
                self._reset()
            case Ending.TRUNCATED:
                self._write(
                    Answer(answer.status, answer.body[: len(answer.body) * 2 // 3], answer.content_type)
                )
            case Ending.EMPTY:
                self._write(Answer(answer.status, b"", answer.content_type))
            case Ending.WRONG_IDS:
                self._write(_about_something_else(answer))
            case Ending.TWICE:
                self._write(answer)
                self._write(answer)
            case _:
                self._write(answer)

    def _answer(self, operation: str, path: str, body: bytes) -> Answer:
        google = self.server.google
        query = urlsplit(self.path).query
        if operation == "control":
            return google.control(path.removeprefix("/control/"), body)
        if operation == faults.AUTHORIZE:
            return google.oauth.authorize(query)
        if operation == faults.TOKEN:
            return google.oauth.token(body)
        if operation == faults.REVOKE:
            return google.oauth.revoke(query, body)
        call = read_call(self.command, self.path, self.headers.get("Content-Type", ""), body)
        if call is None:
            return error(404, "notFound", "Not Found", form="old")
        grant = google.oauth.look(self.headers.get("Authorization"))
        if grant is None:
            return error(
                401,
                "authError",
                "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie"
                " or other valid authentication credential.",
            )
        return google.gmail.allowed(call, grant) or google.gmail.answer(call, grant)

    def _person(self, person: Person, body: bytes) -> None:
        """Somebody was quicker in Gmail's own window."""
        call = Call("", urlsplit(self.path).path.rpartition("/")[2], {}, False, "", body)
        draft_id = json.loads(body)["id"] if body and b'"id"' in body else call.id
        mailbox = self.server.google.mailbox
        try:
            match person:
                case Person.SENDS:
                    mailbox.send_draft(draft_id, by="person")
                case Person.EDITS:
                    mailbox.edit_draft(draft_id)
                case Person.DELETES:
                    mailbox.delete_draft(draft_id)
        except Missing:
            return

    def _read(self, *, half: bool = False) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            return self._read_chunks()
        length = int(self.headers.get("Content-Length") or 0)
        return self.rfile.read(length // 2 if half else length)

    def _read_chunks(self) -> bytes:
        whole = b""
        while size := int(self.rfile.readline().split(b";")[0] or b"0", 16):
            whole += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return whole

    def _write(self, answer: Answer, *, cut: bool = False) -> None:
        self.send_response(answer.status)
        if answer.status != 204:
            self.send_header("Content-Type", answer.content_type)
            self.send_header("Content-Length", str(len(answer.body)))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body[: len(answer.body) // 2] if cut else answer.body)
        if cut:
            # The half has to be on its way before the reset, which throws away what waits to be written.
            select.select([], [self.connection], [], 1)

    def _reset(self) -> None:
        """Ends the connection with RST and not with FIN."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        os.close(self.connection.detach())

    def _hang(self) -> None:
        """Holds the connection until the client gives up or the server stops."""
        self.close_connection = True
        while not self.server.stopping.is_set():
            if select.select([self.connection], [], [], 0.1)[0]:
                return


def _about_something_else(answer: Answer) -> Answer:
    try:
        value = json.loads(answer.body)
    except ValueError:
        return answer

    def other(part: Any) -> Any:
        if isinstance(part, dict):
            return {
                name: f"{inner}0" if name in {"id", "threadId"} and isinstance(inner, str) else other(inner)
                for name, inner in part.items()
            }
        return [other(one) for one in part] if isinstance(part, list) else part

    return Answer(answer.status, success(other(value)).body, answer.content_type)
