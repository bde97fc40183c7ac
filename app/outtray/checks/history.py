"""What happened with the recipients so far: first contact, quota, an answer, another draft to them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from outtray.checks.check import Check, Found, Group
from outtray.checks.recipients import recipients
from outtray.checks.subject import Subject
from outtray.model.check_facts import Facts, Person
from outtray.model.findings import Place, Severity
from outtray.model.mailboxes import EmailAddress

_JUST = timedelta(days=1)


def _known(subject: Subject, facts: Facts) -> Iterator[tuple[str, EmailAddress, Person]]:
    for field, one in recipients(subject):
        person = facts.people.get(one.key)
        if person is not None:
            yield field, one, person


def _first_contact(subject: Subject, facts: Facts) -> Iterator[Found]:
    for field, one, person in _known(subject, facts):
        if not person.sent and person.last_replied_at is None:
            name = one.display_name or one.address
            yield Found(Place(field), one.address, f"First message to {name}.")


def _quota_used(subject: Subject, facts: Facts) -> Iterator[Found]:
    for field, one, person in _known(subject, facts):
        if person.reserved >= facts.per_recipient_week:
            why = f"{one.address} got {person.reserved} messages in the last 7 days; this one would wait."
            yield Found(Place(field), one.address, why)


def _replied_since(subject: Subject, facts: Facts) -> Iterator[Found]:
    written = subject.checked.written_at
    for field, one, person in _known(subject, facts):
        if written is not None and person.last_replied_at is not None and person.last_replied_at > written:
            name = one.display_name or one.address
            yield Found(
                Place(field), one.address, f"{name} wrote after this was drafted; look whether it still fits."
            )


def _same_person(subject: Subject, facts: Facts) -> Iterator[Found]:
    for field, one, person in _known(subject, facts):
        if person.waiting:
            drafts = "Another draft" if person.waiting == 1 else f"{person.waiting} other drafts"
            waits = "waits" if person.waiting == 1 else "wait"
            yield Found(Place(field), one.address, f"{drafts} to {one.address} {waits} too.")
        elif person.on_the_way:
            yield Found(Place(field), one.address, f"Another message to {one.address} is on its way out.")
        elif person.last_sent_at is not None and facts.now - person.last_sent_at < _JUST:
            severity = Severity.INFO if subject.is_reply else None
            why = f"A message to {one.address} left less than a day ago."
            yield Found(Place(field), one.address, why, severity=severity)


CHECKS = (
    Check("first_contact", Group.RECIPIENT, "First contact", Severity.INFO, _first_contact),
    Check("quota_used", Group.RECIPIENT, "Quota of this recipient used up", Severity.WARN, _quota_used),
    Check("replied_since", Group.RECIPIENT, "Replied since it was drafted", Severity.WARN, _replied_since),
    Check("same_person", Group.RECIPIENT, "Another draft to the same person", Severity.WARN, _same_person),
)
