"""The HTTP library writes a request again where no answer came, as httplib2 does."""

from __future__ import annotations

from typing import Any

from outtray.sending.gmail import GmailTransport
from outtray.sending.transport import TransportError, Trouble
from tests.crash.processes import put


def plant() -> None:
    good: Any = GmailTransport._call

    def call(self: Any, *arguments: Any) -> Any:
        try:
            return good(self, *arguments)
        except TransportError as error:
            if error.trouble is Trouble.UNKNOWN:
                return good(self, *arguments)
            raise

    put(GmailTransport, "_call", call)
