"""All checks in one list. A new one is a function and a `Check` in a module that is named here."""

from __future__ import annotations

from outtray.checks import (
    attached_files,
    companies,
    compliance,
    contact_details,
    credentials,
    hidden,
    history,
    html_parts,
    identity_numbers,
    links,
    look_alikes,
    payment,
    phrases,
    placeholders,
    recipients,
    salutation,
    tone,
)
from outtray.checks.check import Check
from outtray.checks.subject import Subject
from outtray.model.check_facts import Checked, Facts
from outtray.model.findings import Finding

CHECKS: tuple[Check, ...] = (
    *identity_numbers.CHECKS,
    *payment.CHECKS,
    *credentials.CHECKS,
    *contact_details.CHECKS,
    *phrases.CHECKS,
    *placeholders.CHECKS,
    *salutation.CHECKS,
    *companies.CHECKS,
    *tone.CHECKS,
    *links.CHECKS,
    *attached_files.CHECKS,
    *compliance.CHECKS,
    *recipients.CHECKS,
    *look_alikes.CHECKS,
    *history.CHECKS,
    *hidden.CHECKS,
    *html_parts.CHECKS,
)
CODES = frozenset(check.code for check in CHECKS)


def check_draft(checked: Checked, facts: Facts) -> tuple[Finding, ...]:
    """What all checks that are on say of a draft: blocks first, then by the place in the message."""
    subject = Subject(checked)
    off = facts.choices.off
    found = [
        finding for check in CHECKS if check.code not in off for finding in check.findings(subject, facts)
    ]
    found.sort(key=_order)
    return tuple(found)


_FIELDS = {
    "to": 0,
    "cc": 1,
    "bcc": 2,
    "reply_to": 3,
    "subject": 4,
    "body_text": 5,
    "body_html": 6,
    "attachments": 7,
}


def _order(finding: Finding) -> tuple[int, int, int]:
    return -finding.severity.rank, _FIELDS.get(finding.where.field, 8), finding.where.start or 0
