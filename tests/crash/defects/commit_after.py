"""The draft is created within the transaction that has to be committed before the call."""

from __future__ import annotations

from typing import Any

from outtray.sending.gmail import GmailTransport
from outtray.sending.leaving import Leaving
from outtray.sending.transport import TransportError
from tests.crash.processes import put


def plant() -> None:
    stage: Any = Leaving._stage
    create: Any = GmailTransport.create
    given: dict[bytes, Any] = {}

    def too_early(self: Any, *arguments: Any) -> Any:
        call = stage(self, *arguments)
        try:
            given[call.raw] = create(self._calls.transport.inner, call.raw, call.delivery.thread_id)
        except TransportError as error:
            given[call.raw] = error
        return call

    def only_give(_self: Any, raw: bytes, _thread_id: str | None) -> Any:
        answer = given.pop(raw)
        if isinstance(answer, TransportError):
            raise answer
        return answer

    put(Leaving, "_stage", too_early)
    put(GmailTransport, "create", only_give)
