"""Profiles with approved drafts, made once a run and copied for each round."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

from outtray.accounts import credentials
from outtray.desk import Desk
from outtray.model.draft import Attachment
from outtray.model.events import OPERATOR
from outtray.opening import open_desk
from outtray.review.approve import Approver
from outtray.review.preview import preview
from outtray.sending import switch
from outtray.store.settings import set_setting
from tests.crash.shared import Shared
from tests.fakes.desks import MemorySecrets, make_proposal, propose_all
from tests.fakes.google import COMPOSE, METADATA, FakeGoogle
from tests.fakes.google.desk_accounts import connect

MAILBOX, KEYRING, PROFILE = "gmail.sqlite", "keyring.json", "profile"
_ROOT = "http://127.0.0.1:0"


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


def make(kind: Kind, folder: Path) -> None:
    """A profile, its keyring and its mailbox in `folder`; Google's address stands in none of them."""
    folder.mkdir(parents=True)
    shared = Shared(folder / "shared")
    secrets = MemorySecrets()
    desk = open_desk(folder / PROFILE, clock=shared, secret_store=secrets)
    google = FakeGoogle(folder, now=shared.google_now)
    connect(desk, google, scopes=kind.scopes)

    def settle(desk: Desk) -> None:
        desk.store.write(lambda t: set_setting(t, "sending.per_day", kind.per_day, OPERATOR))
        desk.store.write(lambda t: set_setting(t, "operator.name", "Mara Lindqvist", OPERATOR))
        desk.store.write(lambda t: set_setting(t, "gmail.api_endpoint", "", OPERATOR))

    settle(desk)
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


def _proposal(kind: Kind, number: int):  # type: ignore[no-untyped-def]
    fields: dict[str, object] = {
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
