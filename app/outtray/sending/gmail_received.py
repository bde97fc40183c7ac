"""What a received message says of itself in its headers: a person's, automatic, or the report of a bounce."""

from __future__ import annotations

from email.utils import getaddresses
from typing import Any

from outtray.model.headers import message_ids
from outtray.sending.gmail_answers import date_of, lines_of, text_of, thread_of
from outtray.sending.transport import Received

RECEIVED_HEADERS = (
    "From",
    "Subject",
    "In-Reply-To",
    "References",
    "X-Failed-Recipients",
    "Auto-Submitted",
    "Content-Type",
)
_POSTMASTERS = frozenset({"mailer-daemon", "postmaster"})
# Gmail also reports that it goes on trying; its subject alone says so.
_STILL_TRYING = "(delay)"


def received_of(message: Any) -> Received:
    """Raises TransportError where the message is not one of the form that `format=metadata` gives."""
    senders = _addresses(lines_of(message, "From"))
    sender = senders[0] if senders else ""
    failed = tuple(_addresses(lines_of(message, "X-Failed-Recipients")))
    report = bool(failed) or _is_report(message, sender)
    return Received(
        text_of(message, "id"),
        thread_of(message),
        date_of(message),
        sender,
        mentioned=tuple(message_ids([*lines_of(message, "In-Reply-To"), *lines_of(message, "References")])),
        failed=failed,
        automatic=report or _is_automatic(message),
        bounce=report and not _still_trying(message),
    )


def _addresses(lines: list[str]) -> list[str]:
    return [address for _, address in getaddresses(lines) if "@" in address]


def _is_report(message: Any, sender: str) -> bool:
    kinds = " ".join(lines_of(message, "Content-Type")).lower().replace('"', "").replace(" ", "")
    reports = kinds.startswith("multipart/report") and "report-type=delivery-status" in kinds
    return reports or sender.rpartition("@")[0].lower() in _POSTMASTERS


def _is_automatic(message: Any) -> bool:
    """RFC 3834, 5: `no` is what a person's mail may say."""
    said = [line.partition(";")[0].strip().lower() for line in lines_of(message, "Auto-Submitted")]
    return any(word not in {"", "no"} for word in said)


def _still_trying(message: Any) -> bool:
    return any(_STILL_TRYING in line.lower() for line in lines_of(message, "Subject"))
