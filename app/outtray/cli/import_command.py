"""`outtray import`, `revise` and `withdraw`: what machines and their owners hand in."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from outtray.cli.output import complain, say, say_json
from outtray.desk import Desk
from outtray.model.errors import UsageError


def add_to(commands: Any) -> None:
    """Adds the commands to the parser."""
    add = commands.add_parser("import", help="add drafts from .json, .jsonl, .csv, .eml or .mbox files")
    add.add_argument("files", nargs="+", type=Path, metavar="FILE")
    add.add_argument("--format", choices=("json", "jsonl", "csv", "eml", "mbox"))
    add.add_argument(
        "--map", action="append", default=[], metavar="FIELD=PATH", help="where a field lies in the file"
    )
    add.add_argument("--items", metavar="PATH", help="the array where the items lie")
    add.add_argument("--set", action="append", default=[], metavar="FIELD=TEXT", help="a field for all items")
    add.add_argument("--source", metavar="NAME")
    add.add_argument("--json", action="store_true")
    add.set_defaults(command=import_files)
    revise = commands.add_parser("revise", help="replace a draft before it was reviewed")
    revise.add_argument("id", type=int, metavar="ID")
    revise.add_argument("file", type=Path, metavar="FILE")
    revise.set_defaults(command=revise_draft, create=False)
    withdraw = commands.add_parser("withdraw", help="take a draft back before it was reviewed")
    withdraw.add_argument("id", type=int, metavar="ID")
    withdraw.set_defaults(command=withdraw_draft, create=False)


def import_files(desk: Desk, options: argparse.Namespace) -> int:
    """Adds what the files hold; exit status 1 where anything was refused."""
    from outtray.intake.files import ImportOptions
    from outtray.intake.import_files import import_paths

    wanted = ImportOptions(
        format=options.format,
        map=_pairs(options.map, "--map"),
        items=options.items,
        set=_pairs(options.set, "--set"),
        source=options.source,
    )
    outcome = import_paths(desk, options.files, wanted)
    if options.json:
        say_json(outcome.as_json())
    else:
        say(f"{outcome.added} added, {outcome.known} already known, {outcome.refused} refused.")
        for refusal in outcome.errors:
            complain(refusal.sentence)
        if outcome.refused > len(outcome.errors):
            complain(f"… and {outcome.refused - len(outcome.errors)} more; all are kept in the profile.")
    return 1 if outcome.refused else 0


def revise_draft(desk: Desk, options: argparse.Namespace) -> int:
    """Replaces a draft by the one that FILE holds."""
    from outtray.intake.propose import revise_from_file

    revise_from_file(desk, options.id, options.file)
    say(f"Draft {options.id} is revised.")
    return 0


def withdraw_draft(desk: Desk, options: argparse.Namespace) -> int:
    """Takes a draft back."""
    from outtray.intake.propose import withdraw

    withdraw(desk, options.id)
    say(f"Draft {options.id} is withdrawn.")
    return 0


def _pairs(texts: list[str], option: str) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for text in texts:
        field, equals, value = text.partition("=")
        if not equals or not field.strip():
            raise UsageError(f"{option} needs FIELD=VALUE, not “{text}”.")
        pairs[field.strip()] = value
    return pairs
