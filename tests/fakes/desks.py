"""A desk of a test's own, and drafts on it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from outtray.desk import Desk
from outtray.model.clock import Clock
from outtray.model.draft import Attachment, AttachmentInfo, Content, Proposal
from outtray.model.mailboxes import EmailAddress
from outtray.opening import open_desk
from tests.fakes.clock import FakeClock

People = str | EmailAddress | Sequence[str | EmailAddress]
_CONTENT = ("body_text", "body_html", "in_reply_to", "references", "thread_id")


class MemorySecrets:
    """A keyring that forgets everything with the test."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    def get(self, name: str) -> str | None:
        """The secret, None where there is none."""
        return self.kept.get(name)

    def set(self, name: str, secret: str) -> None:
        """Keeps a secret."""
        self.kept[name] = secret

    def delete(self, name: str) -> None:
        """Forgets a secret."""
        self.kept.pop(name, None)


def make_desk(
    folder: Path, practice: bool = True, clock: Clock | None = None, *, account: bool = False
) -> Desk:
    """An open desk below `folder`; with `account` the practice account is there already."""
    desk = open_desk(
        folder / "profile", practice=practice, clock=clock or FakeClock(), secret_store=MemorySecrets()
    )
    if account:
        from outtray.accounts.practice import add_practice_account

        add_practice_account(desk)
    return desk


def make_proposal(**fields: Any) -> Proposal:
    """A proposal that is acceptable as it is; fields of the content and of the proposal side by side.

    `to`, `cc`, `bcc` and `reply_to` take addresses; `attachments` takes `Attachment`s.
    """
    attachments: tuple[Attachment, ...] = tuple(fields.pop("attachments", ()))
    reply_to = _people(fields.pop("reply_to", ()))
    content = Content(
        to=_people(fields.pop("to", "ada@example.com")),
        cc=_people(fields.pop("cc", ())),
        bcc=_people(fields.pop("bcc", ())),
        reply_to=reply_to[0] if reply_to else None,
        subject=fields.pop("subject", "Your question"),
        body_text=fields.pop("body_text", "Dear Ada,\n\nhere is the answer.\n"),
        attachments=tuple(_info(file) for file in attachments),
        **{name: fields.pop(name) for name in _CONTENT if name in fields},
    )
    fields.setdefault("source", "crm")
    fields.setdefault("external_id", None)
    return Proposal(content=content, attachments=attachments, **fields)


def propose(desk: Desk, **fields: Any) -> int:
    """Hands a draft in; returns its number."""
    return propose_all(desk, [make_proposal(**fields)])[0]


def propose_all(desk: Desk, proposals: Iterable[Proposal]) -> list[int]:
    """Hands drafts in with one transaction; returns their numbers."""
    from outtray.store.proposals import take_in

    wanted = list(proposals)
    taken = desk.store.write(lambda transaction: take_in(transaction, wanted))
    numbers = [one.draft_id for one in taken]
    assert all(number is not None for number in numbers), taken
    return [number for number in numbers if number is not None]


def approve(desk: Desk, draft_id: int) -> int:
    """Approves what the preview shows, with the practice account; returns the delivery's number."""
    from outtray.accounts.practice import add_practice_account
    from outtray.review.approve import Approver
    from outtray.review.preview import preview
    from outtray.store.outbox import latest_delivery

    if desk.practice:
        add_practice_account(desk)
    shown = preview(desk, draft_id)
    assert shown.digest is not None, shown.refusal
    Approver(desk).approve({draft_id: shown.digest}, {draft_id: ["text"]})
    with desk.store.read() as connection:
        delivery = latest_delivery(connection, draft_id)
    assert delivery is not None
    return delivery.id


def _people(people: People) -> tuple[EmailAddress, ...]:
    if isinstance(people, str | EmailAddress):
        people = [people]
    return tuple(EmailAddress(person) if isinstance(person, str) else person for person in people)


def _info(file: Attachment) -> AttachmentInfo:
    import hashlib

    return AttachmentInfo(
        file.filename,
        file.content_type,
        len(file.content),
        hashlib.sha256(file.content).hexdigest(),
        file.content_id,
    )
