"""A person's browser in a test: opens an address, follows where it is sent, and keeps the last page."""

from __future__ import annotations

import contextlib
import threading
import urllib.error
import urllib.request


class Browser:
    """`open` returns at once, as a real browser does; `page` waits for what was shown in the end."""

    def __init__(self) -> None:
        self.opened: list[str] = []
        self._page = ""
        self._thread: threading.Thread | None = None

    def open(self, address: str) -> bool:
        self.opened.append(address)
        self._thread = threading.Thread(target=self._go, args=(address,), daemon=True)
        self._thread.start()
        return True

    def page(self) -> str:
        assert self._thread is not None, "nothing was opened"
        self._thread.join(10)
        return self._page

    def _go(self, address: str) -> None:
        try:
            with urllib.request.urlopen(address, timeout=10) as answer:
                self._page = answer.read().decode()
        except urllib.error.HTTPError as error:
            with contextlib.closing(error):
                self._page = error.read().decode()
