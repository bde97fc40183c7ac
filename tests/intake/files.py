"""Files for tests of the intake, and readings of them without a store."""

from __future__ import annotations

import io
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from outtray.desk import Desk
from outtray.intake.entries import Entry, Ready, ready
from outtray.intake.files import Format, ImportOptions, read_items
from outtray.intake.import_files import import_paths
from outtray.intake.mapping import Plan
from outtray.intake.outcomes import Outcome, Refusal
from outtray.model.draft import Proposal

DRAFT = {"to": "Ada <ada@example.com>", "subject": "Doors", "body_text": "Hello Ada.\n"}


def read(data: bytes | str, form: str, **options: Any) -> list[Entry]:
    """What an import would make of a file's items; FileProblem where the whole file is meant."""
    wanted = ImportOptions(format=form, **options)
    plan = Plan(wanted)
    stream = io.BytesIO(data.encode() if isinstance(data, str) else data)
    return [
        found if isinstance(found, Refusal) else ready(plan, found)
        for found in read_items(stream, Format(form), wanted, plan)
    ]


def proposals(data: bytes | str, form: str, **options: Any) -> list[Proposal]:
    """The same where nothing is refused."""
    entries = read(data, form, **options)
    assert all(isinstance(entry, Ready) for entry in entries), entries
    return [entry.proposal for entry in entries if isinstance(entry, Ready)]


def refusals(data: bytes | str, form: str, **options: Any) -> list[Refusal]:
    """What is refused."""
    return [entry for entry in read(data, form, **options) if isinstance(entry, Refusal)]


def take(desk: Desk, path: Path, data: bytes | str, **options: Any) -> Outcome:
    """Imports a file that holds `data`."""
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return import_paths(desk, [path], ImportOptions(**options))


def crm_export(count: int, seed: int = 7) -> str:
    """What a CRM exports: an envelope, records in its own shape without ids and subjects, people repeated,
    and the placeholder that the model left in each text.
    """
    chance = random.Random(seed)
    people = [
        (f"{first} {last}", f"{first}.{last}@{company}.example.com".lower(), company)
        for first in ("Ines", "Tomas", "Aiko", "Bram", "Wanjiru", "Sofia", "Omar", "Hanne")
        for last in ("Keller", "Duarte", "Sato", "Visser", "Mwangi")
        for company in ("northdock", "kiln-and-kite", "velafoods")
    ]
    records = []
    for number in range(count):
        name, address, company = chance.choice(people)
        records.append(
            {
                "properties": {
                    "contact": {
                        "name": name,
                        "emails": [{"type": "work", "address": address}],
                        "phone": None,
                    },
                    "company": {"name": company.title(), "employees": chance.randint(3, 900)},
                    "lifecyclestage": chance.choice(["lead", "opportunity", "customer"]),
                    "hs_score": round(chance.random(), 3),
                },
                "ai": {
                    "draft": f"Hi {name.split()[0]},\n\nthank you for your note no. {number} about "
                    f"the doors at {company.title()}. I can call on Thursday.\n\nBest,\n[Your Name]\n",
                    "model": "writer-3",
                },
                "last_inbound": {"text": "Do you book doors by temperature?", "at": 1_760_000_000 + number},
            }
        )
    page = {"limit": count, "next": None, "facets": [{"stage": "lead"}, {"stage": "customer"}]}
    return json.dumps({"status": "ok", "paging": page, "data": {"results": records}}, indent=1)


def mbox(megabytes: float) -> Iterator[bytes]:
    """Pieces of an mbox of about that size, every message another one, some escaped and some with a file."""
    written, number = 0.0, 0
    filling = b"VGhpcyBpcyB3aGF0IGEgZmlsZSBsb29rcyBsaWtlIGluIGJhc2U2NC4gQWdhaW4gYW5kIGFnYWlu\r\n"
    while written < megabytes * 1_000_000:
        number += 1
        piece = (
            b"From sender@example.org Mon Mar  2 09:00:00 2026\r\n"
            b"From: Mara <mara@example.org>\r\n"
            b"To: Person %d <person%d@example.com>\r\n"
            b"Subject: Message %d\r\n"
            b"Message-ID: <m%d@example.org>\r\n"
            b"MIME-Version: 1.0\r\n"
            b'Content-Type: multipart/mixed; boundary="b%d"\r\n'
            b"\r\n--b%d\r\nContent-Type: text/plain\r\n\r\n"
            b"Hello %d,\r\n\r\n>From here on it is a body.\r\n\r\nFrom there on it still is.\r\n"
            b"--b%d\r\nContent-Type: application/pdf; name=plan.pdf\r\n"
            b"Content-Transfer-Encoding: base64\r\n\r\n%s\r\n--b%d--\r\n\r\n"
        ) % (*(number,) * 8, filling * 250, number)
        written += len(piece)
        yield piece
