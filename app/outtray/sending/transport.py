"""The port behind which mail leaves: what a sender may ask of a mail service, and how that can fail.

A transport makes exactly one attempt a call. Its errors say what is known of the outcome, never what to
do about it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

ANSWER_KEPT = 4_000


class Trouble(StrEnum):
    """What is known after a call that gave no good answer."""

    OFFLINE = "offline"  # nothing was written to the network
    UNKNOWN = "unknown"  # it may or may not have taken effect
    MISSING = "missing"  # there is no such draft or message
    THROTTLED = "throttled"
    UNITS = "units"  # not even tried: Gmail takes only so many units of calls a minute
    SENDING_LIMIT = "sending_limit"
    PROJECT_QUOTA = "project_quota"
    TOKEN = "token"  # noqa: S105 - the access token was refused; another one may be taken
    SIGN_IN = "sign_in"
    KEYRING = "keyring"
    ACCOUNT = "account"
    PERMANENT = "permanent"


# After these, nothing took effect, and the delivery loses no attempt.
NOTHING_HAPPENED = frozenset(
    {
        Trouble.THROTTLED,
        Trouble.UNITS,
        Trouble.SENDING_LIMIT,
        Trouble.PROJECT_QUOTA,
        Trouble.TOKEN,
        Trouble.SIGN_IN,
        Trouble.KEYRING,
        Trouble.ACCOUNT,
    }
)
# These speak against the service and count for its breaker.
COUNTS_AS_FAILURE = frozenset({Trouble.OFFLINE, Trouble.UNKNOWN})


class TransportError(Exception):
    """A call without a good answer. `sentence` is for the operator; `answer` the raw answer, cut short.

    `retry_after` are the seconds that the service asked to wait, `until` the instant it named. `service`
    is `oauth` where the sign-in service was asked and not the mail service.
    """

    def __init__(
        self,
        trouble: Trouble,
        sentence: str,
        *,
        status: int | None = None,
        answer: str = "",
        code: str = "",
        retry_after: float | None = None,
        until: datetime | None = None,
        service: str = "gmail",
    ) -> None:
        """`code` is a short stable name of the cause, the trouble's own where it is empty."""
        super().__init__(sentence)
        self.trouble = trouble
        self.sentence = sentence
        self.status = status
        self.answer = answer[:ANSWER_KEPT]
        self.code = code or trouble.value
        self.retry_after = retry_after
        self.until = until
        self.service = service


@dataclass(frozen=True, slots=True)
class Placed:
    """A draft at the service."""

    draft_id: str
    message_id: str


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that the service accepted."""

    message_id: str
    thread_id: str | None


@dataclass(frozen=True, slots=True)
class Headers:
    """What is seen of a message: its id, our delivery header, and when the service dates it."""

    message_id: str
    thread_id: str | None
    token: str | None
    at: datetime | None


@dataclass(frozen=True, slots=True)
class DraftPage:
    """A page of drafts, the newest first; `next` continues it."""

    drafts: tuple[Placed, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class SentPage:
    """A page of ids of sent messages, or of received ones, the newest first; `next` continues it."""

    message_ids: tuple[str, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class Received:
    """What is seen of a message that came in: who wrote it and when, and what it is about.

    `sender` is the address alone, empty where none can be read; `mentioned` are the Message-IDs that it
    answers or refers to. `automatic` says that no person wrote it; `bounce` that it reports a message as
    undelivered, to `failed` where the report names them.
    """

    message_id: str
    thread_id: str | None
    at: datetime | None
    sender: str
    mentioned: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    automatic: bool = False
    bounce: bool = False


class Transport(Protocol):
    """A mail service for one account; for one thread, but for `abort`. Every call raises TransportError."""

    def prepare(self) -> None:
        """Makes sure that a call can be made at all: the sign-in is good."""
        ...

    def create(self, raw: bytes, thread_id: str | None) -> Placed:
        """Places a message (RFC 5322) as a draft."""
        ...

    def send(self, draft_id: str) -> Sent:
        """Releases a draft, which is gone afterwards."""
        ...

    def get_draft(self, draft_id: str) -> Headers:
        """What is seen of a draft's message; `Trouble.MISSING` where there is no such draft."""
        ...

    def list_drafts(self, page: str | None = None) -> DraftPage:
        """A page of all drafts."""
        ...

    def list_sent(self, page: str | None = None) -> SentPage:
        """A page of what was sent; only where the account sees it (`Account.sees_sent`)."""
        ...

    def get_headers(self, message_id: str) -> Headers:
        """What is seen of a message."""
        ...

    def list_received(self, page: str | None = None) -> SentPage:
        """A page of what came in; only where the account sees it (`Account.sees_sent`)."""
        ...

    def get_received(self, message_id: str) -> Received:
        """What is seen of a message that came in."""
        ...

    def delete_draft(self, draft_id: str) -> None:
        """Deletes a draft; `Trouble.MISSING` where there is no such draft."""
        ...

    def abort(self) -> None:
        """Cuts off the call in flight, if there is one; from any thread."""
        ...

    def close(self) -> None:
        """Gives the connections back."""
        ...
