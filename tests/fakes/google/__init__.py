"""A Google that speaks real HTTP on loopback and can fail: sign-in and Gmail, with a mailbox in a file.

    with FakeGoogle(tmp_path) as google:
        secrets_file = google.client_secrets_file(tmp_path)
        google.faults.next("drafts.send", Fault.RESET_AFTER)
        ...
        assert google.tokens() == Counter({token: 1})

`google.root` is what OUTTRAY_GMAIL_API and the setting `gmail.api_endpoint` take. As a process:
`python -m tests.fakes.google --port 0 --mailbox FILE --plan SEED`.
"""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.fakes.google.errors import Answer, error, success
from tests.fakes.google.faults import ANY, FAULTS, UNCERTAIN, Ending, Fault, Faults, Person
from tests.fakes.google.gmail import UNITS, Gmail
from tests.fakes.google.mailbox import TOKEN_HEADER, Delivered, Mail, Mailbox, Missing
from tests.fakes.google.oauth import COMPOSE, METADATA, Grant, OAuth, SignInPage
from tests.fakes.google.server import Arrived, Server

__all__ = [
    "ANY", "COMPOSE", "FAULTS", "METADATA", "TOKEN_HEADER", "UNCERTAIN", "Arrived", "Delivered", "Ending",
    "FakeGoogle", "Fault", "Faults", "Grant", "Mail", "Mailbox", "Missing", "OAuth", "Person", "SignInPage",
]  # fmt: skip

ADDRESS = "mara.lindqvist@outtray.example.com"
CLIENT_ID = "471100000000-outtray.apps.googleusercontent.example.com"
CLIENT_SECRET = "GOCSPX-invented-for-tests"


class FakeGoogle:
    """One Google with one mailbox. `page` is the person at the consent page, `arrived` every request read."""

    def __init__(
        self,
        folder: Path,
        *,
        address: str = ADDRESS,
        port: int = 0,
        mailbox: Path | None = None,
        rewrites_message_id: bool = True,
        now: Callable[[], float] = time.time,
    ) -> None:
        """The mailbox lies in `folder` unless `mailbox` names a file; both survive a kill."""
        self._now = now
        self.skew = 0.0
        self.mailbox = Mailbox(
            mailbox or folder / "gmail.sqlite", self.now, rewrites_message_id=rewrites_message_id
        )
        self.page = SignInPage(address)
        self.oauth = OAuth(self.mailbox, self.page, CLIENT_ID, CLIENT_SECRET, self.now)
        self.gmail = Gmail(self.mailbox)
        self.faults = Faults()
        self.arrived: list[Arrived] = []
        self._late: list[tuple[threading.Timer, Callable[[], Answer]]] = []
        self._late_lock = threading.Lock()
        self._port = port
        self._server: Server | None = None
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        self.online()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.finish_late()
        self.offline()
        self.mailbox.close()

    # Where it is, and what a program needs to use it.

    @property
    def root(self) -> str:
        """The root of the Gmail API and of the sign-in."""
        return f"http://127.0.0.1:{self._port}"

    def client_secrets(self, kind: str = "installed") -> dict[str, Any]:
        """What Google's console lets one download; `web` is the wrong kind of client."""
        return {
            kind: {
                "client_id": CLIENT_ID,
                "project_id": "outtray-test",
                "auth_uri": f"{self.root}/o/oauth2/auth",
                "token_uri": f"{self.root}/token",
                "auth_provider_x509_cert_url": f"{self.root}/certs",
                "client_secret": CLIENT_SECRET,
                "redirect_uris": ["http://localhost"],
            }
        }

    def client_secrets_file(self, folder: Path, kind: str = "installed") -> Path:
        file = folder / "client_secret.json"
        file.write_text(json.dumps(self.client_secrets(kind)), encoding="utf-8")
        return file

    def grant(self, address: str | None = None, scopes: tuple[str, ...] = (COMPOSE, METADATA)) -> Grant:
        """A sign-in that has happened, without the pages."""
        return self.oauth.grant(address or self.page.address, scopes)

    # What happened.

    def delivered(self) -> list[Delivered]:
        """Every message that ever left, in order."""
        return self.mailbox.delivered()

    def tokens(self) -> Counter[str | None]:
        """How many times each delivery id (X-Outtray-Delivery) was delivered."""
        return Counter(one.token for one in self.delivered())

    def calls(self, operation: str) -> int:
        """How many requests of an operation were read, whatever became of them."""
        return sum(one.operation == operation for one in self.arrived)

    def most_units_a_minute(self) -> int:
        """The most that the calls within any 60 seconds cost."""
        spent = [(one.at, UNITS.get(one.operation, 0)) for one in self.arrived]
        return max(
            (sum(cost for other, cost in spent if at <= other < at + 60) for at, _ in spent), default=0
        )

    # What goes on around it.

    def receive(self, sender: str, *, thread_id: str | None = None, **headers: str) -> Mail:
        """Mail that comes in, a person's unless `headers` say more: further lines, `In_Reply_To="<…>"`."""
        lines = {"From": sender, "To": self.page.address, "Subject": "Re: your message"}
        lines |= {name.replace("_", "-"): value for name, value in headers.items()}
        raw = "".join(f"{name}: {value}\r\n" for name, value in lines.items()) + "\r\nhello\r\n"
        return self.mailbox.receive(raw.encode(), thread_id)

    def bounce(self, recipient: str, *, thread_id: str | None = None, **headers: str) -> Mail:
        """Gmail's own report that a message to `recipient` could not be delivered."""
        lines = {
            "Subject": "Delivery Status Notification (Failure)",
            "X_Failed_Recipients": recipient,
            "Auto_Submitted": "auto-replied",
            "Content_Type": 'multipart/report; boundary="b"; report-type=delivery-status',
        }
        return self.receive(
            "Mail Delivery Subsystem <mailer-daemon@googlemail.com>", thread_id=thread_id, **(lines | headers)
        )

    def now(self) -> float:
        """Google's time; `skew` seconds away from this machine's."""
        return self._now() + self.skew

    def offline(self) -> None:
        """Nobody listens on the port any more: connections are refused."""
        server, self._server = self._server, None
        if server is None:
            return
        server.stop()
        if self._thread is not None:
            self._thread.join(5)

    def online(self) -> None:
        """Listens again, on the same port."""
        if self._server is None:
            self._server = Server(self, self._port)
            self._port = self._server.server_address[1]
            self._thread = threading.Thread(
                target=self._server.serve_forever, args=(0.02,), name="fake-google", daemon=True
            )
            self._thread.start()

    def later(self, perform: Callable[[], Answer], seconds: float) -> None:
        """Lets a call take effect after its client has gone."""
        timer = threading.Timer(seconds, self.finish_late)
        timer.daemon = True
        with self._late_lock:
            self._late.append((timer, perform))
        timer.start()

    def finish_late(self) -> None:
        """Lets every call that was put off take effect now."""
        with self._late_lock:
            waiting, self._late = self._late, []
        for timer, perform in waiting:
            timer.cancel()
            perform()

    def control(self, what: str, body: bytes) -> Answer:
        """For a test in another process: `delivered`, `arrived`, `faults` (POST), `clear`, `finish-late`."""
        match what:
            case "delivered":
                return success({"delivered": [_plain(one) for one in self.delivered()]})
            case "arrived":
                return success({"arrived": [asdict(one) for one in self.arrived]})
            case "faults":
                for operation, name in json.loads(body):
                    self.faults.next(operation, FAULTS[name])
                return success({})
            case "clear":
                self.faults.clear()
                return success({})
            case "finish-late":
                self.finish_late()
                return success({})
        return error(404, "notFound", "No such control")


def _plain(one: Delivered) -> dict[str, Any]:
    value = asdict(one)
    value["uploaded"] = one.uploaded.decode("latin-1")
    return value
