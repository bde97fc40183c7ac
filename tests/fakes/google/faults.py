"""What can go wrong with a call to Google, each fault by name, and in which order the faults come."""

from __future__ import annotations

import random
import threading
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import ClassVar

from tests.fakes.google.errors import Answer, error, html

CREATE, SEND, GET, LIST, DELETE = "drafts.create", "drafts.send", "drafts.get", "drafts.list", "drafts.delete"
MESSAGES, HEADERS, PROFILE = "messages.list", "messages.get", "users.getProfile"
TOKEN, REVOKE, AUTHORIZE = "oauth.token", "oauth.revoke", "oauth.auth"
ANY = "*"


class Ending(StrEnum):
    """How the exchange ends."""

    ANSWER = "answer"  # a whole answer
    RESET = "reset"  # RST, no answer
    CLOSE = "close"  # FIN, no answer: RemoteDisconnected at the client
    HANG = "hang"  # nothing at all until the client gives up
    RESET_IN_REQUEST = "reset in request"  # RST while the client still writes
    CUT = "cut"  # half of the answer, then RST
    TRUNCATED = "truncated"  # half of the JSON, as a whole answer
    EMPTY = "empty"  # the right status, no body
    WRONG_IDS = "wrong ids"  # an answer of the right form about something else
    TWICE = "twice"  # the answer, and the same once more
    LATE = "late"  # RST now; the call takes effect seconds later


class Person(StrEnum):
    """What somebody does in Gmail's own window just before the call arrives."""

    SENDS = "sends"
    EDITS = "edits"
    DELETES = "deletes"


@dataclass(frozen=True, slots=True)
class Fault:
    """`performs`: whether the call takes effect. `answer` replaces Google's own."""

    name: str
    performs: bool = False
    ending: Ending = Ending.ANSWER
    answer: Answer | None = None
    seconds: float = 0.0
    person: Person | None = None

    RESET_BEFORE: ClassVar[Fault]
    RESET_AFTER: ClassVar[Fault]
    RESET_IN_REQUEST: ClassVar[Fault]
    RESET_IN_ANSWER: ClassVar[Fault]
    CLOSE_BEFORE: ClassVar[Fault]
    CLOSE_AFTER: ClassVar[Fault]
    HANG_BEFORE: ClassVar[Fault]
    HANG_AFTER: ClassVar[Fault]
    SERVER_ERROR_BEFORE: ClassVar[Fault]
    SERVER_ERROR_AFTER: ClassVar[Fault]
    HTML_BEFORE: ClassVar[Fault]
    HTML_AFTER: ClassVar[Fault]
    HTML_OK: ClassVar[Fault]
    EMPTY_BODY: ClassVar[Fault]
    TRUNCATED_JSON: ClassVar[Fault]
    WRONG_IDS: ClassVar[Fault]
    DUPLICATE_ANSWER: ClassVar[Fault]
    THROTTLED: ClassVar[Fault]
    RATE_LIMIT: ClassVar[Fault]
    USER_RATE_LIMIT: ClassVar[Fault]
    SENDING_LIMIT: ClassVar[Fault]
    DAILY_LIMIT: ClassVar[Fault]
    UNAUTHORIZED: ClassVar[Fault]
    INSUFFICIENT_PERMISSIONS: ClassVar[Fault]
    GMAIL_DISABLED: ClassVar[Fault]
    API_NOT_ENABLED: ClassVar[Fault]
    DOMAIN_POLICY: ClassVar[Fault]
    INVALID_TO: ClassVar[Fault]
    INVALID_ARGUMENT: ClassVar[Fault]
    TOO_LARGE: ClassVar[Fault]
    NOT_FOUND: ClassVar[Fault]
    TEAPOT: ClassVar[Fault]
    INVALID_GRANT: ClassVar[Fault]
    INVALID_CLIENT: ClassVar[Fault]
    PERSON_SENDS: ClassVar[Fault]
    PERSON_EDITS: ClassVar[Fault]
    PERSON_DELETES: ClassVar[Fault]

    @staticmethod
    def slow(seconds: float) -> Fault:
        """A good answer, late."""
        return Fault("slow", True, seconds=seconds)

    @staticmethod
    def late(seconds: float) -> Fault:
        """The connection is reset at once; the call takes effect after `seconds`, or at `finish_late`."""
        return Fault("late", True, Ending.LATE, seconds=seconds)

    @staticmethod
    def status(code: int, reason: str = "backendError", message: str = "Backend Error") -> Fault:
        """Any error of Google's, without effect."""
        return Fault(f"status {code}", answer=error(code, reason, message))

    @staticmethod
    def throttled(retry_after: str | None) -> Fault:
        """429 with Retry-After in seconds or as a date."""
        return Fault("throttled", answer=_throttled(retry_after))

    @staticmethod
    def sending_limit(until: str) -> Fault:
        """429 of Gmail's own sending limit, with the RFC 3339 time that it names."""
        return Fault("sending limit", answer=_sending_limit(until))

    def again(self, *, performs: bool) -> Fault:
        """The same fault, with or without effect."""
        return replace(self, performs=performs)


def _throttled(retry_after: str | None) -> Answer:
    return error(
        429,
        "rateLimitExceeded",
        "Too many concurrent requests for user.",
        domain="usageLimits",
        retry_after=retry_after,
    )


def _sending_limit(until: str) -> Answer:
    return error(
        429,
        "userRateLimitExceeded",
        f"User-rate limit exceeded.  Retry after {until} (Mail sending)",
        domain="usageLimits",
    )


def _oauth(code: int, name: str, words: str) -> Answer:
    return Answer(code, f'{{"error": "{name}", "error_description": "{words}"}}'.encode())


def _usage(reason: str, message: str, form: str = "old") -> Answer:
    return error(403, reason, message, domain="usageLimits", form=form)


Fault.RESET_BEFORE = Fault("reset before", ending=Ending.RESET)
Fault.RESET_AFTER = Fault("reset after", True, Ending.RESET)
Fault.RESET_IN_REQUEST = Fault("reset in request", ending=Ending.RESET_IN_REQUEST)
Fault.RESET_IN_ANSWER = Fault("reset in answer", True, Ending.CUT)
Fault.CLOSE_BEFORE = Fault("close before", ending=Ending.CLOSE)
Fault.CLOSE_AFTER = Fault("close after", True, Ending.CLOSE)
Fault.HANG_BEFORE = Fault("hang before", ending=Ending.HANG)
Fault.HANG_AFTER = Fault("hang after", True, Ending.HANG)
Fault.SERVER_ERROR_BEFORE = Fault("server error before", answer=error(503, "backendError", "Backend Error"))
Fault.SERVER_ERROR_AFTER = Fault(
    "server error after", True, answer=error(500, "backendError", "Internal error")
)
Fault.HTML_BEFORE = Fault("html before", answer=html(502))
Fault.HTML_AFTER = Fault("html after", True, answer=html(502))
Fault.HTML_OK = Fault("html with status 200", True, answer=html(200))
Fault.EMPTY_BODY = Fault("empty body", True, Ending.EMPTY)
Fault.TRUNCATED_JSON = Fault("truncated json", True, Ending.TRUNCATED)
Fault.WRONG_IDS = Fault("wrong ids", True, Ending.WRONG_IDS)
Fault.DUPLICATE_ANSWER = Fault("duplicate answer", True, Ending.TWICE)
Fault.THROTTLED = Fault("throttled", answer=_throttled(None))
Fault.RATE_LIMIT = Fault("rate limit", answer=_usage("rateLimitExceeded", "Rate Limit Exceeded"))
Fault.USER_RATE_LIMIT = Fault(
    "user rate limit", answer=_usage("userRateLimitExceeded", "User Rate Limit Exceeded", "new")
)
Fault.SENDING_LIMIT = Fault("sending limit", answer=_sending_limit("2026-11-19T15:32:10.123Z"))
Fault.DAILY_LIMIT = Fault("daily limit", answer=_usage("dailyLimitExceeded", "Daily Limit Exceeded"))
Fault.UNAUTHORIZED = Fault("unauthorized", answer=error(401, "authError", "Invalid Credentials"))
Fault.INSUFFICIENT_PERMISSIONS = Fault(
    "insufficient permissions",
    answer=error(403, "insufficientPermissions", "Request had insufficient authentication scopes."),
)
Fault.GMAIL_DISABLED = Fault(
    "gmail disabled",
    answer=error(400, "failedPrecondition", "Mail service not enabled", status="FAILED_PRECONDITION"),
)
Fault.API_NOT_ENABLED = Fault(
    "api not enabled",
    answer=_usage(
        "accessNotConfigured", "Gmail API has not been used in project 4711 before or it is disabled."
    ),
)
Fault.DOMAIN_POLICY = Fault(
    "domain policy",
    answer=error(403, "domainPolicy", "The domain administrators have disabled Gmail apps.", form="old"),
)
Fault.INVALID_TO = Fault("invalid to", answer=error(400, "invalidArgument", "Invalid To header"))
Fault.INVALID_ARGUMENT = Fault(
    "invalid argument",
    answer=error(400, "invalidArgument", "Request contains an invalid argument.", form="old"),
)
Fault.TOO_LARGE = Fault(
    "too large",
    answer=error(413, "uploadTooLarge", "Media larger than max allowed: 36700160 bytes", form="old"),
)
Fault.NOT_FOUND = Fault("not found", answer=error(404, "notFound", "Requested entity was not found."))
Fault.TEAPOT = Fault("teapot", answer=error(418, "teapot", "Nobody has seen this answer before"))
Fault.INVALID_GRANT = Fault(
    "invalid grant", answer=_oauth(400, "invalid_grant", "Token has been expired or revoked.")
)
Fault.INVALID_CLIENT = Fault(
    "invalid client", answer=_oauth(401, "invalid_client", "The OAuth client was deleted.")
)
Fault.PERSON_SENDS = Fault("person sends", True, person=Person.SENDS)
Fault.PERSON_EDITS = Fault("person edits", True, person=Person.EDITS)
Fault.PERSON_DELETES = Fault("person deletes", True, person=Person.DELETES)

FAULTS = {value.name: value for value in vars(Fault).values() if isinstance(value, Fault)}

# What a plan by seed draws from: everything after which the delivery can still come to a good end.
UNCERTAIN = (
    Fault.RESET_BEFORE,
    Fault.RESET_AFTER,
    Fault.RESET_IN_REQUEST,
    Fault.RESET_IN_ANSWER,
    Fault.CLOSE_BEFORE,
    Fault.CLOSE_AFTER,
    Fault.SERVER_ERROR_BEFORE,
    Fault.SERVER_ERROR_AFTER,
    Fault.HTML_BEFORE,
    Fault.HTML_AFTER,
    Fault.EMPTY_BODY,
    Fault.TRUNCATED_JSON,
    Fault.DUPLICATE_ANSWER,
    Fault.THROTTLED,
    Fault.RATE_LIMIT,
)


class Faults:
    """What comes next: what a test lists for an operation, else what the plan by seed draws."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listed: dict[str, list[Fault]] = {}
        self._always: dict[str, Fault] = {}
        self._random: random.Random | None = None
        self._rate = 0.0
        self._choice: tuple[Fault, ...] = UNCERTAIN
        self.taken: list[tuple[str, Fault]] = []

    def next(self, operation: str, *faults: Fault) -> None:
        """The next calls of `operation` meet these, in order."""
        with self._lock:
            self._listed.setdefault(operation, []).extend(faults)

    def always(self, operation: str, fault: Fault) -> None:
        """Every call of `operation` meets it, until `clear`."""
        with self._lock:
            self._always[operation] = fault

    def seeded(self, seed: int, rate: float = 0.3, choice: tuple[Fault, ...] = UNCERTAIN) -> None:
        """A share `rate` of all calls of the Gmail API meets one of `choice`, the same for the same seed."""
        with self._lock:
            self._random, self._rate, self._choice = random.Random(seed), rate, choice

    def clear(self) -> None:
        """Everything works from now on."""
        with self._lock:
            self._listed.clear()
            self._always.clear()
            self._random = None

    def take(self, operation: str) -> Fault | None:
        with self._lock:
            fault = self._drawn(operation)
            if fault is not None:
                self.taken.append((operation, fault))
            return fault

    def _drawn(self, operation: str) -> Fault | None:
        api = not operation.startswith("oauth.")
        for name in (operation, ANY) if api else (operation,):
            if self._listed.get(name):
                return self._listed[name].pop(0)
            if name in self._always:
                return self._always[name]
        if self._random is not None and api and self._random.random() < self._rate:
            return self._random.choice(self._choice)
        return None
