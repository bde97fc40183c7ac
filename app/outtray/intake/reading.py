"""Turns the fields of one item, as JSON has them, into a valid proposal, or says which field is wrong."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from outtray.intake.addresses import NotAnAddress, parse_addresses, valid_address
from outtray.intake.attachments import read_attachments
from outtray.intake.cleaning import REPLACEMENT_CHARACTER, clean_body, clean_context, clean_line
from outtray.intake.fields import (
    DEFAULT_SOURCE,
    MAXIMUM_BYTES,
    MAXIMUM_RECIPIENTS,
    MAXIMUM_SUBJECT,
)
from outtray.intake.outcomes import FieldProblem
from outtray.model.draft import Attachment, AttachmentInfo, Content, Proposal
from outtray.model.mailboxes import EmailAddress

_LARGEST_PRIORITY = 1_000_000


class Reader:
    """Reads the fields of one item. `names` gives the name that the person knows a field by."""

    def __init__(self, values: Mapping[str, Any], names: Mapping[str, str] | None = None) -> None:
        """`values` are by canonical name; empty ones count as missing."""
        self._values = values
        self._names = names or {}
        self._notes: list[str] = []

    def proposal(self, unknown: Mapping[str, Any], default_source: str = DEFAULT_SOURCE) -> Proposal:
        """The proposal; raises FieldProblem for the first field that is not acceptable."""
        attachments, infos = read_attachments(
            self._values.get("attachments"), self._name("attachments"), self._notes
        )
        content = self._content(infos)
        _check_size(content, attachments)
        context = self._context(unknown)
        return Proposal(
            source=self._line("source") or default_source,
            external_id=self._external_id(),
            content=content,
            attachments=attachments,
            recipient_name=self._line("recipient_name"),
            company_name=self._line("company_name"),
            request=self._text("request"),
            priority=self._priority(),
            score=self._score(),
            send_after=self._instant("send_after"),
            account=self._account(),
            context=context,
            notes=tuple(self._notes),
            unknown_fields=tuple(unknown),
        )

    def _content(self, infos: tuple[AttachmentInfo, ...]) -> Content:
        to = self._addresses("to")
        cc = self._addresses("cc")
        bcc = self._addresses("bcc")
        if not to and not cc and not bcc:
            raise FieldProblem(self._name("to"), "no recipient")
        if len(to) + len(cc) + len(bcc) > MAXIMUM_RECIPIENTS:
            count = len(to) + len(cc) + len(bcc)
            raise FieldProblem(
                self._name("to"), f"{count} recipients; at most {MAXIMUM_RECIPIENTS} are taken"
            )
        subject = self._line("subject") or ""
        if len(subject) > MAXIMUM_SUBJECT:
            raise FieldProblem(
                self._name("subject"), f"{len(subject)} characters; at most {MAXIMUM_SUBJECT} are taken"
            )
        body_text = self._text("body_text") or ""
        body_html = self._text("body_html")
        if not body_text.strip() and not (body_html and body_html.strip()):
            raise FieldProblem(self._name("body_text"), "no body")
        if REPLACEMENT_CHARACTER in body_text or REPLACEMENT_CHARACTER in subject:
            self._notes.append("Characters that could not be read stand as “\ufffd”.")
        reply_to = self._addresses("reply_to")
        if len(reply_to) > 1:
            self._notes.append(f"Only the first of {len(reply_to)} reply-to addresses is kept.")
        return Content(
            to=to,
            cc=cc,
            bcc=bcc,
            reply_to=reply_to[0] if reply_to else None,
            subject=subject,
            body_text=body_text,
            body_html=body_html,
            in_reply_to=self._message_id("in_reply_to"),
            references=self._references(),
            thread_id=self._line("thread_id"),
            attachments=infos,
        )

    def _name(self, field: str) -> str:
        return self._names.get(field, field)

    def _raw_text(self, field: str) -> str | None:
        value = self._values.get(field)
        if value is None or value == "":
            return None
        if isinstance(value, str):
            return value
        if isinstance(value, int | float) and not isinstance(value, bool):
            return str(value)
        raise FieldProblem(self._name(field), "not a text")

    def _line(self, field: str) -> str | None:
        value = self._values.get(field)
        if value is None:
            return None
        if type(value) is str and value.isprintable():
            return value.strip() or None
        text = self._raw_text(field)
        return None if text is None else clean_line(text, self._name(field), self._notes) or None

    def _text(self, field: str) -> str | None:
        if self._values.get(field) is None:
            return None
        text = self._raw_text(field)
        return None if text is None else clean_body(text, self._name(field), self._notes)

    def _addresses(self, field: str) -> tuple[EmailAddress, ...]:
        value = self._values.get(field)
        if value is None or value == "":
            return ()
        entries = value if isinstance(value, list | tuple) else [value]
        found: list[EmailAddress] = []
        for entry in entries:
            try:
                found.extend(self._entry(field, entry))
            except NotAnAddress as error:
                alone = len(entries) == 1 and error.text == str(entry).strip()
                reason = (
                    "not an address" if alone or not error.text else f"“{error.text[:120]}” is not an address"
                )
                raise FieldProblem(self._name(field), clean_line(reason, field, [])) from None
        return tuple(found) if len(found) < 2 else tuple(dict.fromkeys(found))

    def _entry(self, field: str, entry: Any) -> list[EmailAddress]:
        if entry is None or entry == "":
            return []
        if isinstance(entry, EmailAddress):
            return [entry]
        if isinstance(entry, Mapping):
            address = entry.get("email") or entry.get("address")
            name = entry.get("name") or entry.get("display_name") or ""
            if (
                not isinstance(address, str)
                or not isinstance(name, str)
                or not valid_address(address.strip())
            ):
                raise NotAnAddress("")
            return [EmailAddress(address.strip(), clean_line(name, self._name(field), self._notes))]
        if not isinstance(entry, str):
            raise NotAnAddress("")
        return [
            EmailAddress(one.address, clean_line(one.display_name, self._name(field), self._notes))
            if one.display_name
            else one
            for one in parse_addresses(entry)
        ]

    def _external_id(self) -> str | None:
        text = self._line("external_id")
        if text is not None and len(text) > MAXIMUM_SUBJECT:
            raise FieldProblem(self._name("external_id"), f"longer than {MAXIMUM_SUBJECT} characters")
        return text

    def _message_id(self, field: str) -> str | None:
        text = self._line(field)
        if text is None:
            return None
        identifiers = _identifiers(text)
        if not identifiers:
            self._notes.append(f"{self._name(field)} is not a message id and was left out.")
            return None
        return identifiers[0]

    def _references(self) -> tuple[str, ...]:
        value = self._values.get("references")
        if value is None or value == "":
            return ()
        if isinstance(value, list | tuple) and all(isinstance(one, str) for one in value):
            value = " ".join(value)
        if not isinstance(value, str):
            raise FieldProblem(self._name("references"), "not a list of message ids")
        text = clean_line(value, self._name("references"), [])
        identifiers = _identifiers(text)
        if len(identifiers) != len(text.split()):
            self._notes.append(f"Parts of {self._name('references')} are no message ids and were left out.")
        return tuple(dict.fromkeys(identifiers))

    def _number(self, field: str) -> float | None:
        value = self._values.get(field)
        if value is None or value == "":
            return None
        try:
            if isinstance(value, bool) or not isinstance(value, str | int | float):
                raise FieldProblem(self._name(field), "not a number")
            number = float(value)
        except (ValueError, OverflowError):
            raise FieldProblem(self._name(field), "not a number") from None
        if not math.isfinite(number):
            raise FieldProblem(self._name(field), "not a number")
        return number

    def _priority(self) -> int:
        number = self._number("priority")
        if number is None:
            return 50
        if number != int(number):
            raise FieldProblem(self._name("priority"), "not a whole number")
        if abs(number) > _LARGEST_PRIORITY:
            raise FieldProblem(self._name("priority"), f"beyond {_LARGEST_PRIORITY}")
        return int(number)

    def _score(self) -> float | None:
        return self._number("score")

    def _instant(self, field: str) -> datetime | None:
        value = self._values.get(field)
        if value is None or value == "":
            return None
        try:
            if isinstance(value, int | float) and not isinstance(value, bool):
                return datetime.fromtimestamp(value, UTC)
            if not isinstance(value, str):
                raise FieldProblem(self._name(field), "not a time")
            instant = datetime.fromisoformat(value.strip())
            if instant.tzinfo is None:
                self._notes.append(f"{self._name(field)} names no time zone; it is taken as UTC.")
                instant = instant.replace(tzinfo=UTC)
            return instant.astimezone(UTC)
        except (ValueError, OverflowError, OSError):
            raise FieldProblem(self._name(field), "not a time such as 2026-11-30T09:00:00Z") from None

    def _account(self) -> str | None:
        text = self._line("account")
        if text is not None and not valid_address(text):
            raise FieldProblem(self._name("account"), "not an address")
        return text

    def _context(self, unknown: Mapping[str, Any]) -> dict[str, Any]:
        value = self._values.get("context")
        if isinstance(value, str):
            value = _json_object(value)
        if value is None or value == "":
            context: dict[str, Any] = {}
        elif isinstance(value, Mapping):
            context = dict(value)
        else:
            context = {"context": value}
        for name, inner in unknown.items():
            context[name if name not in context else f"{name} (field)"] = inner
        return clean_context(context, self._name("context")) if context else context


def _identifiers(text: str) -> list[str]:
    return [
        one
        for one in text.split()
        if len(one) > 2 and one[0] == "<" and one[-1] == ">" and one.isascii() and len(one) <= MAXIMUM_SUBJECT
    ]


def _json_object(text: str) -> Any:
    """A context that a CSV cell holds as JSON; any other text stays the text it is."""
    if not text.lstrip().startswith("{"):
        return {"context": text} if text.strip() else None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return {"context": text}


def _check_size(content: Content, attachments: tuple[Attachment, ...]) -> None:
    size = len(content.body_text.encode()) + len((content.body_html or "").encode())
    size += sum(len(attachment.content) for attachment in attachments)
    if size > MAXIMUM_BYTES:
        raise FieldProblem(None, f"the draft is {size / 1_048_576:.1f} MB; at most 25 MB are taken")
