"""What Gmail's error answers mean: both forms of JSON, HTML, empty and cut-off bodies."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from outtray.sending.gmail_errors import error_of
from outtray.sending.transport import Trouble
from tests.fakes.google.errors import error, html

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def trouble(status: int, body: bytes) -> Trouble:
    return error_of(status, body, {}).trouble


@pytest.mark.parametrize("form", ["old", "new"])
@pytest.mark.parametrize(
    ("status", "reason", "message", "expected"),
    [
        (429, "rateLimitExceeded", "Too many concurrent requests", Trouble.THROTTLED),
        (403, "rateLimitExceeded", "Rate Limit Exceeded", Trouble.THROTTLED),
        (403, "userRateLimitExceeded", "User Rate Limit Exceeded", Trouble.THROTTLED),
        (429, "rateLimitExceeded", "User-rate limit exceeded (Mail sending)", Trouble.SENDING_LIMIT),
        (403, "dailyLimitExceeded", "Daily Limit Exceeded", Trouble.PROJECT_QUOTA),
        (401, "authError", "Invalid Credentials", Trouble.TOKEN),
        (403, "insufficientPermissions", "Insufficient Permission", Trouble.ACCOUNT),
        (403, "ACCESS_TOKEN_SCOPE_INSUFFICIENT", "insufficient scopes", Trouble.ACCOUNT),
        (403, "accessNotConfigured", "Gmail API has not been used", Trouble.ACCOUNT),
        (403, "domainPolicy", "The domain administrators", Trouble.ACCOUNT),
        (400, "failedPrecondition", "Mail service not enabled", Trouble.ACCOUNT),
        (400, "invalidArgument", "Invalid To header", Trouble.PERMANENT),
        (400, "invalidArgument", "Request contains an invalid argument.", Trouble.PERMANENT),
        (413, "uploadTooLarge", "Media larger than max allowed", Trouble.PERMANENT),
        (404, "notFound", "Requested entity was not found.", Trouble.MISSING),
        (500, "backendError", "Internal error", Trouble.UNKNOWN),
        (503, "backendError", "Backend Error", Trouble.UNKNOWN),
        (403, "somethingNew", "Nobody knows", Trouble.UNKNOWN),
        (409, "aborted", "Conflict", Trouble.UNKNOWN),
        (418, "teapot", "short and stout", Trouble.UNKNOWN),
    ],
)
def test_each_error_has_its_class_in_both_forms(
    form: str, status: int, reason: str, message: str, expected: Trouble
) -> None:
    assert trouble(status, error(status, reason, message, form=form).body) is expected


def test_a_bad_request_for_a_reason_that_nobody_knows_is_unknown() -> None:
    assert trouble(400, error(400, "somethingNew", "Nobody knows", form="old").body) is Trouble.UNKNOWN


@pytest.mark.parametrize("status", [400, 403, 418, 500, 502])
@pytest.mark.parametrize("body", [b"", html(502).body, b"[]", b'{"error": 1}', b"\xff\xfe", b"[" * 100_000])
def test_what_cannot_be_read_is_unknown_and_never_a_guess(status: int, body: bytes) -> None:
    assert trouble(status, body) is Trouble.UNKNOWN


@pytest.mark.parametrize("status", [400, 403])
def test_json_that_was_cut_off_is_unknown(status: int) -> None:
    whole = error(status, "invalidArgument", "Invalid To header").body
    for end in range(0, len(whole) - 2, 7):
        assert trouble(status, whole[:end]) is Trouble.UNKNOWN


def test_retry_after_comes_in_seconds_or_as_a_date_by_googles_clock() -> None:
    assert error_of(429, b"", {"Retry-After": "120"}).retry_after == 120
    dated = {"Retry-After": "Mon, 02 Mar 2026 09:05:00 GMT"}
    assert error_of(429, b"", dated, now=NOW).retry_after == 300
    assert error_of(429, b"", {"Retry-After": "soon"}, now=NOW).retry_after is None


def test_the_sending_limit_names_its_time() -> None:
    body = error(
        429,
        "userRateLimitExceeded",
        "User-rate limit exceeded.  Retry after 2026-03-02T15:32:10.123Z (Mail sending)",
    ).body
    assert error_of(429, body, {}).until == datetime(2026, 3, 2, 15, 32, 10, 123_000, tzinfo=UTC)


def test_the_raw_answer_is_kept_but_never_endless() -> None:
    kept = error_of(500, b"x" * 1_000_000, {})
    assert kept.answer.startswith("xxx")
    assert len(kept.answer) <= 4_000
