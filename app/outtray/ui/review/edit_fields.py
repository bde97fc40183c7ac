"""The editor's fields as texts, and the content that they stand for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from outtray.model.draft import Content
from outtray.model.errors import Refused
from outtray.model.headers import addr_spec
from outtray.model.mailboxes import EmailAddress
from outtray.model.well_formed import one_line

PEOPLE = ("to", "cc", "bcc")
FIELDS = (*PEOPLE, "subject", "body")
TITLES = {"to": "To", "cc": "Cc", "bcc": "Bcc", "subject": "Subject", "body": "Body"}
_LONGEST_SUBJECT = 998
_MOST_RECIPIENTS = 100


@dataclass(frozen=True, slots=True)
class Mistake:
    """Why a field can't be saved as it is."""

    field: str
    sentence: str


def texts_of(content: Content) -> dict[str, str]:
    """The fields as they stand in the editor."""
    people = {name: ", ".join(str(mailbox) for mailbox in getattr(content, name)) for name in PEOPLE}
    return {**people, "subject": content.subject, "body": content.body_text.replace("\r\n", "\n")}


def content_of(base: Content, texts: Mapping[str, str]) -> tuple[Content, list[Mistake]]:
    """The content with these texts; what is wrong with them, each named by a sentence.

    An HTML part is rebuilt from the text where that was changed: its words would be other ones.
    """
    mistakes: list[Mistake] = []
    people = {name: _mailboxes(name, texts.get(name, ""), getattr(base, name), mistakes) for name in PEOPLE}
    number = sum(len(mailboxes) for mailboxes in people.values())
    if not number and not mistakes:
        mistakes.append(Mistake("to", "Nobody would get this: write at least one address."))
    if number > _MOST_RECIPIENTS:
        mistakes.append(Mistake("to", f"{number} recipients; a message may have {_MOST_RECIPIENTS}."))
    subject = one_line(texts.get("subject", "")).strip()
    if len(subject) > _LONGEST_SUBJECT:
        mistakes.append(Mistake("subject", f"The subject is longer than {_LONGEST_SUBJECT} characters."))
    body = texts.get("body", "")
    if not body.strip():
        mistakes.append(Mistake("body", "The message has no text."))
    changed = body != base.body_text.replace("\r\n", "\n")
    html = base.body_html
    if changed and html is not None:
        from outtray.model.html_from_text import html_from_text

        html = html_from_text(body)
    content = replace(
        base,
        to=people["to"],
        cc=people["cc"],
        bcc=people["bcc"],
        subject=subject if subject != base.subject.strip() else base.subject,
        body_text=body if changed else base.body_text,
        body_html=html,
    )
    return content, mistakes


def _mailboxes(
    field: str, text: str, before: tuple[EmailAddress, ...], mistakes: list[Mistake]
) -> tuple[EmailAddress, ...]:
    """The mailboxes of a field, each once; those from before where the text can't be read."""
    from outtray.intake.addresses import NotAnAddress, parse_addresses

    try:
        found = parse_addresses(one_line(text.replace("\n", ",")))
        for mailbox in found:
            addr_spec(mailbox.address)
    except NotAnAddress as error:
        mistakes.append(Mistake(field, f"{TITLES[field]}: “{error.text.strip()}” is not an address."))
        return before
    except Refused as error:
        mistakes.append(Mistake(field, f"{TITLES[field]}: {error.sentence}"))
        return before
    once = {mailbox.key: mailbox for mailbox in reversed(found)}
    return _same(before, tuple(reversed(once.values())))


def _same(before: tuple[EmailAddress, ...], after: tuple[EmailAddress, ...]) -> tuple[EmailAddress, ...]:
    """The mailboxes as they were, where only the way they are written down differs."""
    kept = [(mailbox.key, mailbox.display_name.strip()) for mailbox in before]
    return before if kept == [(mailbox.key, mailbox.display_name) for mailbox in after] else after
