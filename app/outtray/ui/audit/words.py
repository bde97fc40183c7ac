"""Audit events in words: who, did what, to what, how it ended."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from outtray.store.audit_pages import EventRow
from outtray.ui.deliveries.moments import grouped, size

# What was done, as a verb that fits between who did it and to what.
_VERBS = {
    "draft.proposed": "proposed",
    "draft.revised": "revised",
    "draft.withdrawn": "withdrew",
    "draft.edited": "changed",
    "drafts.fixed": "changed many drafts in",
    "draft.reset": "took the machine’s text back in",
    "finding.overridden": "overrode a block of",
    "draft.approved": "approved",
    "draft.rejected": "rejected",
    "draft.snoozed": "snoozed",
    "draft.woken": "brought back",
    "draft.restored": "restored",
    "draft.discarded": "discarded",
    "draft.undone": "undid the decision on",
    "delivery.holding": "held",
    "delivery.queued": "queued",
    "delivery.staging": "began to place",
    "delivery.staged": "placed",
    "delivery.releasing": "began to release",
    "delivery.sent": "sent",
    "delivery.bounced": "saw the bounce of",
    "delivery.unconfirmed": "lost sight of",
    "delivery.failed": "gave up on",
    "delivery.cancelled": "took back",
    "delivery.recalled": "called back",
    "reply.seen": "saw",
    "sending.paused": "paused",
    "sending.resumed": "resumed",
    "setting.changed": "changed",
    "account.added": "added",
    "account.removed": "removed",
    "account.signed_in": "signed in to",
    "account.signed_out": "signed out of",
    "account.token_refused": "was refused by",
    "account.try_now": "asked to try now with",
    "breaker.open": "stopped calling",
    "breaker.half_open": "tried again",
    "breaker.closed": "calls again",
    "breaker.forced_open": "stopped calling",
    "breaker.disabled": "no longer watches",
    "breaker.reset": "forgot the failed calls to",
    "import.done": "imported",
    "import.refused": "refused",
    "import.retried": "tried again",
    "import.forgotten": "forgot",
    "rule.added": "added",
    "rule.changed": "changed",
    "rule.moved": "moved",
    "rule.removed": "removed",
    "rule.switched": "switched",
    "rule.tried": "tried on history",
    "rule.evaluated": "judged",
    "profile.copied": "found copied",
    "log.verified": "verified",
    "log.exported": "exported",
    "rules.seeded": "added",
    "rules.stopped": "switched off",
    "profile.created": "made",
    "profile.changed": "changed",
}
_OBJECTS = {
    "switch": "Sending",
    "log": "The audit log",
    "profile": "This profile",
    "setting": "Setting {}",
    "rules": "The rules",
    "account": "Account {}",
    "breaker": "{}",
    "import": "Import {}",
}
_DETAIL_NAMES = {
    "digest": "Approval digest",
    "from": "From",
    "attempt": "Attempt",
    "cause": "Cause",
    "old": "Before",
    "new": "After",
    "first_bad": "First bad event",
    "gmail_draft_id": "Gmail draft",
    "gmail_message_id": "Gmail id",
}
ICONS: Mapping[str, tuple[str, str]] = {
    "operator": ("ph.user-circle", "text2"),
    "machine": ("ph.robot", "agent"),
    "rule": ("ph.scales", "agent"),
    "system": ("ph.gear-six", "text2"),
}


def who(event: EventRow, operator: str) -> str:
    """Who did it; the operator by the name in the settings."""
    if event.actor_kind == "operator":
        return operator or "You"
    return event.actor or event.actor_kind


def what(event: EventRow) -> str:
    """What was done, as it begins a cell."""
    words = verb(event)
    return words[0].upper() + words[1:]


def verb(event: EventRow) -> str:
    """What was done; an action that has no words yet is read out of its name."""
    known = _VERBS.get(event.action)
    if known is not None:
        return known
    return event.action.rpartition(".")[2].replace("_", " ")


def on(event: EventRow) -> str:
    """What it was done to, with the person where one is known."""
    thing = thing_of(event)
    if event.about:
        return f"{thing}, {event.about}"
    return f"{thing}, erased" if {"recipient", "address"} & set(event.erased) else thing


def thing_of(event: EventRow) -> str:
    """What it was done to: "Draft 8841"."""
    pattern = _OBJECTS.get(event.object_kind)
    if pattern is not None:
        return pattern.format(event.object_id)
    return f"{event.object_kind.capitalize()} {event.object_id}".strip()


def outcome(event: EventRow) -> str:
    """How it ended, as short as it can be said."""
    details, clear = event.details, dict(event.clear)
    parts = [] if event.outcome == "done" else [event.outcome.replace("_", " ")]
    if "reason" in clear:
        parts.append(clear["reason"])
    if isinstance(details.get("digest"), str):
        parts.append(f"digest {grouped(details['digest'], 2)}")
    if details.get("attempt"):
        parts.append(f"attempt {details['attempt']}")
    if "new" in details:
        parts.append(f"{_plain(details.get('old'))} → {_plain(details['new'])}")
    if event.action == "log.verified":
        parts.append(f"to event {event.object_id}")
    for name in ("added", "known", "refused", "events", "cause"):
        if name in details and event.action != "log.verified":
            value = details[name]
            parts.append(str(value).replace("_", " ") if name == "cause" else f"{value} {name}")
    return ", ".join(parts) or event.outcome.replace("_", " ")


def sentence(event: EventRow, operator: str) -> str:
    """The event as a person would tell it."""
    thing = thing_of(event)
    if event.object_kind in {
        "draft",
        "delivery",
        "switch",
        "log",
        "profile",
        "setting",
        "account",
        "import",
        "rule",
        "rules",
    }:
        thing = thing[0].lower() + thing[1:]
    about = f" to {event.about}" if event.about and event.object_kind in {"draft", "delivery"} else ""
    name = who(event, operator)
    return f"{name[0].upper()}{name[1:]} {verb(event)} {thing}{about}."


def detail_name(name: str) -> str:
    """The name of a detail, as people read it."""
    return _DETAIL_NAMES.get(name) or name.replace("_", " ").capitalize()


def detail_value(name: str, value: Any) -> str:
    """Its value."""
    if name == "digest" and isinstance(value, str):
        return grouped(value)
    if name == "size" and isinstance(value, int):
        return size(value)
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    if isinstance(value, dict):
        return ", ".join(f"{key} {one}" for key, one in value.items())
    return _plain(value)


def _plain(value: Any) -> str:
    if value is None or value == "":
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,}" if isinstance(value, int) else str(value)
