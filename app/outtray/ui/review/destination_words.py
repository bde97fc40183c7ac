"""Where a message goes, in words: each recipient with its true address, the account, when it leaves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Any

from outtray.model.accounts import Account
from outtray.model.delivery import Gate
from outtray.model.draft import AttachmentInfo, Content, Draft
from outtray.model.mailboxes import EmailAddress
from outtray.store.draft_reads import History
from outtray.ui.deliveries.moments import full, moment, size
from outtray.ui.review.row_words import short_time

if TYPE_CHECKING:
    from outtray.review.preview import Preview


@dataclass(frozen=True, slots=True)
class Moment:
    """The instant for which words are made, and the operator's zone."""

    now: datetime
    zone: tzinfo | None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the box. An `address` is shown whole, its domain bold; `words` in the usual font.

    `note` stands at the right: as a chip where `note_tone` is given, else as quiet words. `ascii_form` is
    the address as the network spells it, where that differs. `file` makes it something to open.
    """

    label: str
    name: str = ""
    address: str = ""
    ascii_form: str = ""
    words: str = ""
    tone: str = "text"
    icon: str = ""
    note: str = ""
    note_tone: str | None = None
    tip: str = ""
    file: AttachmentInfo | None = None

    @property
    def spoken(self) -> str:
        """The line as it is read aloud and copied."""
        parts = [self.label, self.name, self.address, self.words]
        said = " ".join(part for part in parts if part)
        more = [part for part in (self.ascii_form, self.note) if part]
        return ", ".join([said, *more])


def recipient_lines(content: Content, known: Sequence[History], at: Moment) -> list[Line]:
    """To, Cc and Bcc, every one of them; `known` is in the order of `content.recipients`, or empty."""
    lines = []
    histories = iter(known)
    for label, mailboxes in (("To", content.to), ("Cc", content.cc), ("Bcc", content.bcc)):
        for place, mailbox in enumerate(mailboxes):
            note, tone, tip = _acquaintance(next(histories, None), at)
            lines.append(
                Line(
                    label if place == 0 else "",
                    mailbox.display_name,
                    mailbox.address,
                    ascii_form(mailbox),
                    icon="ph.eye-slash" if label == "Bcc" else "",
                    note=note,
                    note_tone=tone,
                    tip=tip or ("The other recipients do not see this one." if label == "Bcc" else ""),
                )
            )
    return lines


def sender_lines(draft: Draft, account: Account | None, settings: dict[str, Any]) -> list[Line]:
    """From, and where answers go when that is somewhere else."""
    if account is None:
        words = f"{draft.account}, which is no account here" if draft.account else "no account yet"
        lines = [Line("From", words=words, tone="warn")]
        domain = ""
    else:
        sender = account.sender(settings.get("operator.name", ""))
        lines = [Line("From", sender.display_name, sender.address)]
        domain = sender.domain.casefold()
    reply_to = draft.revision.content.reply_to
    if reply_to is not None and (account is None or reply_to.key != EmailAddress(account.address).key):
        elsewhere = bool(domain) and reply_to.domain.casefold() != domain
        lines.append(
            Line(
                "Replies to",
                reply_to.display_name,
                reply_to.address,
                ascii_form(reply_to),
                tone="warn" if elsewhere else "text",
                note="Another domain" if elsewhere else "",
                note_tone="warn" if elsewhere else None,
            )
        )
    return lines


def message_lines(draft: Draft, preview: Preview | None, at: Moment, undo_seconds: int) -> list[Line]:
    """Thread, Leaves with the allowance, Files."""
    content = draft.revision.content
    lines = []
    if content.in_reply_to or content.thread_id:
        subject = content.subject.strip()
        while subject[:3].casefold() == "re:":
            subject = subject[3:].strip()
        lines.append(Line("Thread", words=f"Reply to “{subject}”"))
    else:
        lines.append(Line("Thread", words="New conversation"))
    words, tone = leaves_words(draft, preview, at, undo_seconds)
    tip = ""
    if preview is not None and preview.leaves is not None and preview.leaves.until is not None:
        tip = full(preview.leaves.until, at.zone)
    lines.append(Line("Leaves", words=words, tone=tone, note=allowance_words(preview), tip=tip))
    for place, file in enumerate(content.attachments):
        lines.append(
            Line(
                "" if place else "Files",
                words=file.filename or "unnamed",
                icon="ph.paperclip",
                note=f"{file_kind(file)}, {size(file.size)}",
                file=file,
            )
        )
    return lines


def leaves_words(draft: Draft, preview: Preview | None, at: Moment, undo_seconds: int) -> tuple[str, str]:
    """When the message would leave, and the token of the words' colour."""
    if preview is None:
        return "…", "text3"
    if preview.leaves is None:
        return "not before there is an account", "warn"
    gate, until = preview.leaves.gate, preview.leaves.until
    when = None if until is None else moment(until, at.now, at.zone)
    if gate is None or gate is Gate.UNDO:
        return f"at once after the {undo_seconds} s undo window", "text"
    if gate in _WAITS and when is not None:
        return _WAITS[gate].format(when=when, source=draft.source), "text"
    return _YOURS.get(gate, f"at {when}" if when else "when it can"), "warn"


def allowance_words(preview: Preview | None) -> str:
    """What is used of the limits: "12 of 20 today · 0 of 2 this week for Ada"."""
    if preview is None or preview.account is None:
        return ""
    words = f"{preview.used_today} of {preview.per_day} today"
    if preview.recipients:
        first = preview.recipients[0]
        used = max(person.used_this_week for person in preview.recipients)
        name = (first.mailbox.display_name or first.mailbox.local_part).split()[0]
        whom = f"for {name}" if len(preview.recipients) == 1 else "for each"
        words += f" · {used} of {preview.per_week} this week {whom}"
    return words


def quota_words(preview: Preview, number: int) -> str:
    """Whether so many messages more can leave today."""
    room = max(0, preview.per_day - preview.used_today)
    if number <= room:
        return f"All {number} fit today: {preview.used_today} of {preview.per_day} are used."
    wait = f"{number - room} wait until tomorrow 00:00 ({preview.per_day} a day)"
    return f"{min(number, room)} leave today, {wait}."


def ascii_form(mailbox: EmailAddress) -> str:
    """The address with its domain as the network spells it (`xn--…`), empty where that is the same."""
    if mailbox.domain.isascii():
        return ""
    domain = mailbox.key.rpartition("@")[2]
    return domain if domain.isascii() else "not a domain that the network knows"


def file_kind(file: AttachmentInfo) -> str:
    """What kind of file it says it is: "PDF", else the content type."""
    suffix = file.filename.rpartition(".")[2] if "." in file.filename else ""
    return suffix.upper() if 1 <= len(suffix) <= 5 and suffix.isalnum() else file.content_type


def _acquaintance(known: History | None, at: Moment) -> tuple[str, str | None, str]:
    """What there was with this person: chip, tone, tooltip."""
    if known is None:
        return "", None, ""
    if known.sent == 0:
        return "First contact", "info", "No message of yours has left to this person."
    words = f"{ordinal(known.sent + 1)} message"
    tip = ""
    if known.last_sent_at is not None:
        tip = f"The last one left {full(known.last_sent_at, at.zone)}."
    if known.last_replied_at is not None:
        words += f", replied {short_time(known.last_replied_at, at.now, at.zone)}"
    return words, "", tip


def ordinal(number: int) -> str:
    """As in 1st, 2nd, 3rd, 11th."""
    if number % 100 in {11, 12, 13}:
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"


_WAITS = {
    Gate.QUIET_HOURS: "{when}, quiet hours",
    Gate.SCHEDULE: "{when}, as {source} asked",
    Gate.ACCOUNT_QUOTA: "{when}, daily limit reached",
    Gate.RECIPIENT_QUOTA: "{when}, weekly limit for this person",
    Gate.BREAKER: "{when} at the earliest, Gmail is not answering",
    Gate.RETRY: "{when}",
}
_YOURS = {
    Gate.SWITCH: "when you resume sending",
    Gate.SIGN_IN: "when you have signed in again",
    Gate.KEYRING: "when the keyring is unlocked",
    Gate.OFFLINE: "when this computer is online",
    Gate.BREAKER: "when Gmail answers again",
    Gate.ACCOUNT_QUOTA: "not under a limit of no messages a day",
    Gate.RECIPIENT_QUOTA: "not under a limit of no messages a week",
}
