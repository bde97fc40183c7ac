"""The end of a sign-in in the browser: Google sends it back to a port of this computer (RFC 8252, 7.3)."""

from __future__ import annotations

import hmac
import queue
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Outtray</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<style>body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 32em; margin: 20vh auto; padding: 0 1.5em }}
h1 {{ font-size: 1.4em }}</style></head>
<body><h1>{title}</h1><p>{text}</p></body></html>
"""
_TAKEN = ("Outtray has Google's answer", "You can close this page and go back to Outtray.")
_REFUSED = ("Nothing was connected", "Google was told not to let Outtray in. You can close this page.")
_STRANGE = (
    "This is not the sign-in that Outtray waits for",
    "Go back to Outtray and open the sign-in page from there.",
)


@dataclass(frozen=True, slots=True)
class Answered:
    """What Google's redirect brought: a code to change for tokens, or the name of an error."""

    code: str | None
    error: str | None


class RedirectListener:
    """Listens on 127.0.0.1, on a port of the system's choice, for the one redirect with our `state`."""

    def __init__(self) -> None:
        """Takes the port; raises OSError where there is none."""
        self.state: str | None = None
        self._answers: queue.SimpleQueue[Answered] = queue.SimpleQueue()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.listener = self
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), name="sign-in-redirect", daemon=True
        )

    def __enter__(self) -> Self:
        """Starts listening."""
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Gives the port back."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    @property
    def address(self) -> str:
        """The redirect_uri."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/"

    def wait(self, seconds: float) -> Answered | None:
        """The answer, None where it did not come in time."""
        try:
            return self._answers.get(timeout=seconds)
        except queue.Empty:
            return None

    def take(self, target: str) -> tuple[int, tuple[str, str]]:
        """One request of a browser: the status and the words that it is answered with."""
        values = {name: found[0] for name, found in parse_qs(urlsplit(target).query).items()}
        ours = self.state is not None and hmac.compare_digest(
            values.get("state", "").encode(), self.state.encode()
        )
        if not ours or not (values.get("code") or values.get("error")):
            return 404, _STRANGE
        self._answers.put(Answered(values.get("code"), values.get("error")))
        return 200, _TAKEN if values.get("code") else _REFUSED


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    listener: RedirectListener

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that hangs up is no error of ours, and the standard library would print it."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = 10

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name in http.server
        """Writes nothing: the request line holds the code."""

    def do_GET(self) -> None:
        """Answers a browser with a plain page."""
        status, (title, text) = self.server.listener.take(self.path)
        page = _PAGE.format(title=title, text=text).encode()
        self.send_response(status)
        for name, value in (
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Length", str(len(page))),
            ("Cache-Control", "no-store"),
            ("Referrer-Policy", "no-referrer"),
            ("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'"),
            ("Connection", "close"),
        ):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(page)
