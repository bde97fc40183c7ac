"""The practice desk: each trap in its drafts is found, and what is no trap can be approved."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import Any

import pytest

from outtray.checks.registry import check_draft
from outtray.intake.addresses import parse_addresses
from outtray.model.check_facts import AttachedBytes, Checked, Facts, Person
from outtray.model.draft import AttachmentInfo, Content
from outtray.model.findings import Finding, Severity
from outtray.model.mailboxes import EmailAddress
from tests.checks.labelled_set import NOW, OPERATOR
from tests.intake.test_practice_resources import DRAFTS, FOLDER, TRAPS

# The kinds of the table of traps that are called otherwise among the checks.
CODES = {
    "identity_number": {"us_ssn", "national_number"},
    "third_party": {"third_party_address"},
    "shouting": {"capitals"},
    "bidi_name": {"name_characters"},
    "reply_to": {"reply_to_domain"},
}
COMPANIES = frozenset(draft["company_name"] for draft in DRAFTS if draft["company_name"])
TIMES = Counter(draft["to"][0] for draft in DRAFTS)


def _people(texts: list[str]) -> tuple[EmailAddress, ...]:
    return tuple(one for text in texts for one in parse_addresses(text))


def _findings(draft: dict[str, Any]) -> tuple[Finding, ...]:
    infos, known = [], {}
    for entry in draft["attachments"]:
        content = (FOLDER / "files" / entry["resource"]).read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        infos.append(
            AttachmentInfo(
                entry["filename"], entry["content_type"], len(content), digest, entry.get("content_id")
            )
        )
        known[digest] = AttachedBytes(content[:4096], content[-4096:])
    to = _people(draft["to"])
    content = Content(
        to=to,
        cc=_people(draft["cc"]),
        bcc=_people(draft["bcc"]),
        reply_to=next(iter(_people([draft["reply_to"]])), None) if draft["reply_to"] else None,
        subject=draft["subject"],
        body_text=draft["body_text"],
        body_html=draft["body_html"],
        in_reply_to=draft["in_reply_to"],
        references=tuple(draft["references"]),
        attachments=tuple(infos),
    )
    checked = Checked(
        content=content,
        source=draft["source"],
        recipient_name=draft["recipient_name"],
        company_name=draft["company_name"],
        request=draft["request"],
        bytes=known,
    )
    people = {one.key: Person(sent=1, waiting=TIMES[draft["to"][0]] - 1) for one in to}
    facts = Facts(now=NOW, operator=OPERATOR, people=people, known_companies=COMPANIES)
    return check_draft(checked, facts)


@pytest.mark.parametrize("draft", DRAFTS, ids=[draft["external_id"] for draft in DRAFTS])
def test_a_trap_is_found_and_the_rest_is_left_alone(draft: dict[str, Any]) -> None:
    findings = _findings(draft)
    codes = {finding.code for finding in findings}
    trap = TRAPS.get(draft["external_id"])
    if trap is not None:
        assert codes & CODES.get(trap[0], {trap[0]}), codes
        return
    told = [one for one in findings if one.severity is not Severity.INFO and one.code != "same_person"]
    assert told == []
