"""The fields of a draft as machines name them: the canonical names, their aliases, the limits."""

from __future__ import annotations

FIELDS = (
    "external_id",
    "source",
    "to",
    "cc",
    "bcc",
    "reply_to",
    "subject",
    "body_text",
    "body_html",
    "recipient_name",
    "company_name",
    "request",
    "in_reply_to",
    "references",
    "thread_id",
    "attachments",
    "priority",
    "score",
    "send_after",
    "account",
    "context",
)

ALIASES = {
    "recipient": "to",
    "email": "to",
    "body": "body_text",
    "draft_id": "external_id",
    "metadata": "context",
    "icp_score": "score",
}

RECIPIENT_NAMES = ("to", "recipient", "email")

MAXIMUM_BYTES = 25 * 1024 * 1024
MAXIMUM_SUBJECT = 998
MAXIMUM_RECIPIENTS = 100
MAXIMUM_DEPTH = 40

# An item as it stands in a file may be larger than what it becomes: base64 takes 4/3, JSON escapes more.
MAXIMUM_RAW = 2 * MAXIMUM_BYTES

DEFAULT_SOURCE = "import"
