"""The words of a row of drafts: times as the operator reads them, chips, and the sentence read aloud."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo

from outtray.model.draft import DraftRow, DraftStatus
from outtray.model.findings import Rank

_STATUS_WORDS = {
    DraftStatus.SNOOZED: "snoozed",
    DraftStatus.APPROVED: "approved",
    DraftStatus.SENT: "sent",
    DraftStatus.UNCONFIRMED: "not known whether it left",
    DraftStatus.FAILED: "failed",
    DraftStatus.REJECTED: "rejected",
    DraftStatus.WITHDRAWN: "withdrawn",
    DraftStatus.DISCARDED: "discarded",
}


@dataclass(frozen=True, slots=True)
class Chip:
    """A small label: words, the token of its colour (its ground is `<token>Soft`), an icon or none."""

    words: str
    token: str
    icon: str = ""


def short_time(instant: datetime, now: datetime, zone: tzinfo | None) -> str:
    """As in "14:32" today, "19 Nov" this year, "19 Nov 2025" before; in the operator's zone."""
    local, today = instant.astimezone(zone), now.astimezone(zone)
    if local.date() == today.date():
        return f"{local:%H:%M}"
    if local.year == today.year:
        return f"{local.day} {local:%b}"
    return f"{local.day} {local:%b %Y}"


def soon_time(instant: datetime, now: datetime, zone: tzinfo | None) -> str:
    """A time to come: "15:30" today, "tomorrow 09:00", "Thu 08:00" within a week, else "19 Nov 09:00"."""
    local, today = instant.astimezone(zone), now.astimezone(zone)
    days = (local.date() - today.date()).days
    if days == 0:
        return f"{local:%H:%M}"
    if days == 1:
        return f"tomorrow {local:%H:%M}"
    if 1 < days < 7:
        return f"{local:%a %H:%M}"
    return f"{local.day} {local:%b %H:%M}"


def chips(row: DraftRow) -> list[Chip]:
    """At most three chips: the rule or first contact, the worst findings with their number, the source."""
    made = []
    if row.by_rule:
        made.append(Chip("Rule", "agent"))
    elif row.first_contact:
        made.append(Chip("First", "info"))
    if row.blocks:
        made.append(Chip(str(row.blocks), "block", "ph.warning-octagon-fill"))
    elif row.warns:
        made.append(Chip(str(row.warns), "warn", "ph.warning-fill"))
    made.append(Chip(row.source, ""))
    return made


def edge(row: DraftRow) -> str | None:
    """The token of the mark at the row's left edge, None for none."""
    return {Rank.BLOCK: "block", Rank.WARN: "warn"}.get(row.worst)


def sentence(row: DraftRow, place: int, of: int, time: str) -> str:
    """The row as one sentence for assistive programs."""
    who = row.recipient + (f" and {row.more_recipients} more" if row.more_recipients else "")
    parts = [who, row.subject or "no subject"]
    if row.status in _STATUS_WORDS:
        parts.append(_STATUS_WORDS[row.status])
    if row.blocks:
        parts.append(counted(row.blocks, "block"))
    if row.warns:
        parts.append(counted(row.warns, "warning"))
    if row.first_contact:
        parts.append("first contact")
    if row.attachments:
        parts.append(counted(row.attachments, "file"))
    if row.edited:
        parts.append("edited")
    if row.by_rule:
        parts.append("let through by a rule")
    return ", ".join([*parts, f"from {row.source}", time, f"{place} of {of}"])


def counted(number: int, word: str) -> str:
    """As in "1 block", "2 blocks"."""
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"
