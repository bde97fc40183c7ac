"""The labelled messages as the checks take them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from outtray.model.check_facts import AttachedBytes, CheckChoices, Checked, Facts, Operator, Person
from outtray.model.draft import AttachmentInfo, Content
from outtray.model.mailboxes import EmailAddress

FOLDER = Path(__file__).parent / "labelled"
NOW = datetime(2026, 11, 24, 14, 20, tzinfo=UTC)
OPERATOR = Operator(
    name="Mara Lindqvist",
    position="Head of customer care",
    company="Tideway AB",
    phone="+46 40 628 04 10",
    address="Kajgatan 4, 211 20 Malmö",
    addresses=frozenset({"mara@tideway.example.com"}),
)
_HEADS = {
    "text": b"A harmless text.\n",
    "exe": b"MZ\x90\x00\x03\x00",
    "elf": b"\x7fELF\x02\x01\x01",
    "pdf": b"%PDF-1.4\n",
    "html": b"<!DOCTYPE html><html>",
    "script": b"#!/bin/sh\n",
    "macrozip": b"PK\x03\x04word/vbaProject.bin",
    "png": b"\x89PNG\r\n\x1a\n",
    "csv": b"a,b\n1,2\n",
}


def load(name: str) -> list[dict[str, Any]]:
    """All messages of one file."""
    return [json.loads(line) for line in (FOLDER / name).read_text(encoding="utf-8").splitlines()]


def companies() -> frozenset[str]:
    """The companies that the clean messages go to."""
    return frozenset(
        message["company_name"] for message in load("clean.jsonl") if message.get("company_name")
    )


def checked(message: Mapping[str, Any]) -> Checked:
    """The message as a draft."""
    infos, contents = [], {}
    for entry in message.get("attachments", ()):
        name = entry["filename"]
        kind = entry.get("bytes", "right")
        head = _HEADS[name.rpartition(".")[2] if kind == "right" else kind]
        digest = hashlib.sha256(head).hexdigest()
        infos.append(AttachmentInfo(name, entry["content_type"], len(head), digest, entry.get("content_id")))
        contents[digest] = AttachedBytes(head)
    reply_to = message.get("reply_to")
    content = Content(
        to=tuple(map(mailbox, message["to"])),
        cc=tuple(map(mailbox, message.get("cc", ()))),
        bcc=tuple(map(mailbox, message.get("bcc", ()))),
        reply_to=mailbox(reply_to) if reply_to else None,
        subject=message["subject"],
        body_text=message.get("body_text", ""),
        body_html=message.get("body_html"),
        in_reply_to=message.get("in_reply_to"),
        references=tuple(message.get("references", ())),
        attachments=tuple(infos),
    )
    return Checked(
        content=content,
        source="labelled",
        recipient_name=message.get("recipient_name"),
        company_name=message.get("company_name"),
        written_at=NOW - timedelta(hours=1),
        bytes=contents,
    )


def facts(message: Mapping[str, Any], known_companies: frozenset[str] = frozenset()) -> Facts:
    """The facts that a message is labelled with."""
    given = message.get("facts", {})
    own = given.get("own_domains")
    operator = OPERATOR
    if own:
        operator = Operator(addresses=frozenset(f"desk@{domain}" for domain in own))
    return Facts(
        now=NOW,
        operator=operator,
        choices=CheckChoices(
            denied=frozenset(given.get("deny", ())),
            allowed=frozenset(given.get("allow", ())),
            postal_address_required=given.get("postal_address_required", False),
        ),
        people={key: _person(value) for key, value in given.get("people", {}).items()},
        known_domains=frozenset(given.get("known_domains", ())),
        known_companies=known_companies,
        adds_unsubscribe=given.get("adds_unsubscribe", True),
    )


def mailbox(text: str) -> EmailAddress:
    """An address as the set writes it, a malformed one as well."""
    name, bracket, rest = text.rpartition("<")
    if not bracket:
        return EmailAddress(text)
    return EmailAddress(rest.rstrip(">"), name.strip().strip('"'))


def _person(value: Mapping[str, Any]) -> Person:
    replied = value.get("replied_minutes_ago")
    return Person(
        sent=value.get("sent", 0),
        last_replied_at=None if replied is None else NOW - timedelta(minutes=replied),
        suppressed=value.get("suppressed", False),
        reserved=value.get("used_this_week", 0),
        waiting=len(value.get("waiting", ())),
        on_the_way=len(value.get("on_the_way", ())),
    )
