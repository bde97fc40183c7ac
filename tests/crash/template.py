"""Profiles with approved drafts, made once a run and copied for each round."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from outtray.accounts import credentials
from outtray.model.draft import Attachment, Proposal
from outtray.model.events import OPERATOR
from outtray.opening import open_desk
from outtray.review.approve import Approver
from outtray.review.preview import preview
from outtray.sending import switch
from outtray.sending.copied import PLACE
from outtray.store.settings import set_setting
from outtray.store.transaction import Transaction
from tests.crash.shared import Shared
from tests.fakes.desks import MemorySecrets, make_proposal, propose_all
from tests.fakes.google import COMPOSE, METADATA, FakeGoogle
from tests.fakes.google.desk_accounts import connect

MAILBOX, KEYRING, PROFILE, STATE = "gmail.sqlite", "keyring.json", "profile", "state"


@dataclass(frozen=True, slots=True)
class Kind:
    """What a profile is like: how many deliveries wait in it, and under which quotas and scopes."""

    name: str
    deliveries: int = 5
    per_day: int = 1_000
    scopes: tuple[str, ...] = (COMPOSE, METADATA)
    large: bool = False


KINDS = {
    kind.name: kind
    for kind in (
        Kind("usual"),
        Kind("blind", scopes=(COMPOSE,)),
        Kind("quotas", per_day=2),
        Kind("large", deliveries=2, large=True),
    )
}


def make(kind: Kind, folder: Path) -> int:
    """A profile, its keyring and its mailbox in `folder`; the exit status of the process that does it."""
    folder.mkdir(parents=True)
    shared = Shared(folder / "shared")
    secrets = MemorySecrets()
    desk = open_desk(folder / PROFILE, clock=shared, secret_store=secrets)
    google = FakeGoogle(folder, now=shared.google_now)
    connect(desk, google, scopes=kind.scopes)

    def settle(transaction: Transaction) -> None:
        set_setting(transaction, "sending.per_day", kind.per_day, OPERATOR)
        set_setting(transaction, "operator.name", "Mara Lindqvist", OPERATOR)
        # Each round's Google has a port of its own, which OUTTRAY_GMAIL_API names.
        set_setting(transaction, "gmail.api_endpoint", "", OPERATOR)

    desk.store.write(settle)
    switch.resume(desk, confirmed=True)
    numbers = propose_all(desk, (_proposal(kind, number) for number in range(kind.deliveries)))
    digests: dict[int, str] = {}
    for number in numbers:
        digest = preview(desk, number).digest
        assert digest is not None
        digests[number] = digest
    Approver(desk).approve(digests, {number: ["text"] for number in numbers})
    desk.close()
    google.mailbox.close()
    kept = {f"outtray/{name}": text for name, text in secrets.kept.items()}
    (folder / KEYRING).write_text(json.dumps(kept), "utf-8")
    (folder / "shared").unlink()
    forget_place(folder)
    return 0


def forget_place(folder: Path) -> None:
    """The profile has not sent from anywhere: a round's copy is no copy."""
    with closing(sqlite3.connect(folder / PROFILE / "outtray.db")) as connection, connection:
        connection.execute("DELETE FROM facts WHERE name = ?", (PLACE,))


def copy(template: Path, folder: Path) -> None:
    """A round's own copy."""
    shutil.copytree(template, folder)


def point_keyring_at(folder: Path, root: str) -> None:
    """Writes where Google is into the sign-in that the keyring holds."""
    path = folder / KEYRING
    kept: dict[str, str] = json.loads(path.read_text("utf-8"))
    for name, text in kept.items():
        value = json.loads(text)
        for field in ("auth_uri", "token_uri"):
            value[field] = root + "/" + value[field].split("/", 3)[3]
        credentials.Credentials(**value)
        kept[name] = json.dumps(value)
    path.write_text(json.dumps(kept), "utf-8")


def _proposal(kind: Kind, number: int) -> Proposal:
    fields: dict[str, Any] = {
        "to": f"person{number}@example.com",
        "subject": f"Your question {number}",
        "external_id": f"lead-{number}",
        "body_text": f"Dear person {number},\n\nhere is the answer, with an ÿ and a ✓.\n",
    }
    match number:
        case 1:
            fields |= {"cc": "colleague@example.org", "bcc": "records@example.org"}
        case 2:
            fields |= {"thread_id": "18f00000000000aa", "subject": "Re: Frühling"}
        case 3:
            fields |= {"to": "person0@example.com"}
    if kind.large and number == 0:
        fields["attachments"] = (Attachment("plan.bin", "application/octet-stream", bytes(3_000_000)),)
    return make_proposal(**fields)
