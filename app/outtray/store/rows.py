"""How drafts lie in rows: content to columns and back, without any database.

Shared by the store's writing side and by the window's reads, which come before SQLAlchemy is there.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from outtray.model.clock import from_milliseconds
from outtray.model.draft import AttachmentInfo, AuthorKind, Content, Draft, DraftStatus, Revision
from outtray.model.findings import Finding, Place, Rank, Severity
from outtray.model.mailboxes import EmailAddress
from outtray.model.well_formed import well_formed

SNIPPET = 160
REVISION_COLUMNS = (
    "id",
    "number",
    "author",
    "author_name",
    "created_at",
    "token",
    "to_addresses",
    "cc_addresses",
    "bcc_addresses",
    "reply_to",
    "subject",
    "body_text",
    "body_html",
    "in_reply_to",
    "reference_ids",
    "thread_id",
    "attachments",
)
REVISION_JSON = frozenset(
    {"to_addresses", "cc_addresses", "bcc_addresses", "reply_to", "reference_ids", "attachments"}
)
DRAFT_COLUMNS = (
    "id",
    "source",
    "external_id",
    "status",
    "revision_id",
    "proposed_revision_id",
    "recipient_name",
    "company_name",
    "priority",
    "score",
    "send_after",
    "account",
    "created_at",
    "decided_at",
    "snoozed_until",
    "reason",
    "note",
    "approved_digest",
    "rule",
)


_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def json_text(value: Any) -> str:
    """The value as compact JSON that any database can hold: a lone surrogate becomes U+FFFD."""
    return well_formed(_ENCODE(value))


def clean(text: str | None) -> str | None:
    """The text as any database can hold it."""
    return None if text is None else well_formed(text)


def content_values(content: Content) -> dict[str, Any]:
    """The columns of a revision that hold its content; the JSON ones as plain values."""
    return {
        "to_addresses": _pairs(content.to),
        "cc_addresses": _pairs(content.cc),
        "bcc_addresses": _pairs(content.bcc),
        "reply_to": None if content.reply_to is None else _pairs([content.reply_to])[0],
        "subject": well_formed(content.subject),
        "body_text": well_formed(content.body_text),
        "body_html": clean(content.body_html),
        "in_reply_to": clean(content.in_reply_to),
        "reference_ids": [well_formed(reference) for reference in content.references],
        "thread_id": clean(content.thread_id),
        "attachments": [
            {
                "filename": well_formed(file.filename),
                "content_type": well_formed(file.content_type),
                "size": file.size,
                "sha256": file.sha256,
                "content_id": clean(file.content_id),
            }
            for file in content.attachments
        ],
    }


def content_from(values: Mapping[str, Any]) -> Content:
    """The content that `content_values` wrote."""
    return Content(
        to=_mailboxes(values["to_addresses"]),
        cc=_mailboxes(values["cc_addresses"]),
        bcc=_mailboxes(values["bcc_addresses"]),
        reply_to=None if values["reply_to"] is None else _mailboxes([values["reply_to"]])[0],
        subject=values["subject"],
        body_text=values["body_text"],
        body_html=values["body_html"],
        in_reply_to=values["in_reply_to"],
        references=tuple(values["reference_ids"]),
        thread_id=values["thread_id"],
        attachments=tuple(AttachmentInfo(**file) for file in values["attachments"]),
    )


def revision_from(values: Mapping[str, Any]) -> Revision:
    """A revision from its columns by name, JSON already read."""
    return Revision(
        id=values["id"],
        number=values["number"],
        author=AuthorKind(values["author"]),
        author_name=values["author_name"],
        created_at=from_milliseconds(values["created_at"]),
        token=values["token"],
        content=content_from(values),
    )


def draft_from(
    row: Mapping[str, Any],
    request: str | None,
    context: Mapping[str, Any],
    revisions: Mapping[int, Revision],
    findings: Iterable[Mapping[str, Any]],
) -> Draft:
    """A draft from its row by name, its proposal's columns and its revisions by number."""
    return Draft(
        id=row["id"],
        source=row["source"],
        external_id=row["external_id"],
        status=DraftStatus(row["status"]),
        revision=revisions[row["revision_id"]],
        proposed=revisions[row["proposed_revision_id"]],
        recipient_name=row["recipient_name"],
        company_name=row["company_name"],
        request=request,
        priority=row["priority"],
        score=row["score"],
        send_after=instant(row["send_after"]),
        account=row["account"],
        context=context,
        findings=tuple(Finding.from_json(value) for value in findings),
        created_at=from_milliseconds(row["created_at"]),
        decided_at=instant(row["decided_at"]),
        snoozed_until=instant(row["snoozed_until"]),
        reason=row["reason"],
        note=row["note"],
        approved_digest=row["approved_digest"],
        rule=row["rule"],
    )


def instant(milliseconds: int | None) -> Any:
    """The instant, None for none."""
    return None if milliseconds is None else from_milliseconds(milliseconds)


def list_values(content: Content) -> dict[str, Any]:
    """The columns of a draft's list row that follow from its content."""
    people = content.recipients
    first = people[0] if people else None
    return {
        "recipient": well_formed(first.display_name or first.address) if first else "",
        "more_recipients": max(len(people) - 1, 0),
        "subject": well_formed(content.subject),
        "snippet": snippet(content),
        "attachments": len(content.attachments),
    }


def snippet(content: Content) -> str:
    """The first words of the text on one line, for the list; of the HTML where there is no text."""
    text = content.body_text
    if not text.strip() and content.body_html:
        text = _without_tags(content.body_html)
    # Twice as many characters are enough but for a text full of white space.
    for reach in (2, 8):
        words = " ".join(text[: SNIPPET * reach].split())[:SNIPPET]
        if len(words) == SNIPPET or len(text) <= SNIPPET * reach:
            break
    return well_formed(words)


def _without_tags(html: str) -> str:
    # A rough cut for one line in a list; what a recipient sees is `model.html_content`'s to say.
    pieces = html[: SNIPPET * 40].split("<")
    return pieces[0] + " ".join(piece.partition(">")[2] for piece in pieces[1:])


_NO_FINDINGS = {"worst": int(Rank.NONE), "blocks": 0, "warns": 0, "infos": 0}


def finding_counts(findings: Sequence[Finding]) -> dict[str, int]:
    """The columns of a draft's row that sum up its findings; an overridden block counts as a warning."""
    if not findings:
        return dict(_NO_FINDINGS)
    ranks = [weight(finding) for finding in findings]
    return {
        "worst": int(max(ranks, default=Rank.NONE)),
        "blocks": ranks.count(Rank.BLOCK),
        "warns": ranks.count(Rank.WARN),
        "infos": ranks.count(Rank.INFO),
    }


def weight(finding: Finding) -> Rank:
    """How much a finding weighs now: a block that was overridden with a reason is a warning."""
    return finding.weighs.rank


def first_findings(content: Content, notes: Iterable[str]) -> list[Finding]:
    """What is plain to see without the safety checks: no subject, and what an import could not keep."""
    findings = []
    if not content.subject.strip():
        findings.append(
            Finding("no_subject", Severity.BLOCK, Place("subject"), "", "The message has no subject.")
        )
    findings += [Finding("import_note", Severity.INFO, Place("import"), "", note) for note in notes]
    return findings


def finding_tuple(draft_id: int, position: int, finding: Finding) -> tuple[Any, ...]:
    """A finding as a row of its table."""
    return (
        draft_id,
        position,
        finding.code,
        finding.severity.value,
        None if finding.fix is None else finding.fix.key,
        json_text(finding.as_json()),
    )


def count_name(worst: int) -> str:
    """The kept count of pending drafts that one with this worst finding belongs to."""
    return {int(Rank.BLOCK): "pending.block", int(Rank.WARN): "pending.warn"}.get(worst, "pending.clean")


def recipient_keys(content: Content) -> list[str]:
    """The counting forms of all recipients, each once, in order."""
    return list(dict.fromkeys(well_formed(person.key) for person in content.recipients))


def _pairs(people: Iterable[EmailAddress]) -> list[list[str]]:
    return [[well_formed(person.display_name), well_formed(person.address)] for person in people]


def _mailboxes(pairs: Iterable[Sequence[str]]) -> tuple[EmailAddress, ...]:
    return tuple(EmailAddress(address, name) for name, address in pairs)
