"""`outtray import`, `revise` and `withdraw`: what machines and their owners hand in."""

from __future__ import annotations

import argparse
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from outtray.cli.output import complain, say, say_json
from outtray.cli.whole_numbers import number_from_1
from outtray.desk import Desk
from outtray.model.errors import UsageError

if TYPE_CHECKING:
    from outtray.intake.outcomes import Outcome


# What a person at a terminal waits for; the window examines the rest, and nothing is approved unexamined.
EXAMINED_AT_ONCE = 2_000


def add_to(commands: Any) -> None:
    """Adds the commands to the parser."""
    add = commands.add_parser("import", help="add drafts from .json, .jsonl, .csv, .eml or .mbox files")
    add.add_argument("files", nargs="+", type=Path, metavar="FILE")
    add.add_argument("--format", choices=("json", "jsonl", "csv", "eml", "mbox"))
    add.add_argument(
        "--map", action="append", default=[], metavar="FIELD=PATH", help="where a field lies in the file"
    )
    add.add_argument("--items", metavar="PATH", help="the array where the items lie")
    add.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="FIELD=TEXT",
        help="a field for all items that lack it; {recipient_name} stands for that field of each",
    )
    add.add_argument("--source", metavar="NAME", help="who drafted them, whatever the file says")
    add.add_argument("--json", action="store_true", help="print the outcome as one JSON object")
    add.set_defaults(command=import_files)
    revise = commands.add_parser("revise", help="replace a draft before it was reviewed")
    revise.add_argument("id", type=number_from_1, metavar="ID")
    revise.add_argument("file", type=Path, metavar="FILE")
    revise.set_defaults(command=revise_draft, create=False)
    withdraw = commands.add_parser("withdraw", help="take a draft back before it was reviewed")
    withdraw.add_argument("id", type=number_from_1, metavar="ID")
    withdraw.set_defaults(command=withdraw_draft, create=False)


def import_files(desk: Desk, options: argparse.Namespace) -> int:
    """Adds what the files hold; exit status 1 where anything was refused, or where it was stopped."""
    from outtray.intake.files import ImportOptions
    from outtray.intake.import_files import import_paths
    from outtray.review.examining import examine_waiting
    from outtray.review.rules import evaluate_all

    wanted = ImportOptions(
        format=options.format,
        map=_pairs(options.map, "--map"),
        items=options.items,
        set=_pairs(options.set, "--set"),
        source=options.source,
    )
    with _stopped_by_interrupt() as stopped:
        outcome = import_paths(desk, options.files, wanted, cancelled=stopped)
        examine_waiting(desk, EXAMINED_AT_ONCE, cancelled=stopped)
        # Rules let nothing through here; what they would have done is written down.
        evaluate_all(desk, cancelled=stopped)
    if options.json:
        say_json(outcome.as_json())
    else:
        _tell(outcome, several=len(options.files) > 1)
    return 1 if outcome.refused or outcome.cancelled else 0


def _tell(outcome: Outcome, *, several: bool) -> None:
    say(outcome.sentence)
    if outcome.unknown_fields:
        names = ", ".join(sorted(outcome.unknown_fields))
        say(f"Kept under context, since a draft has no such field: {names}.")
    for path in outcome.unseen_paths:
        complain(f"--map: nothing lies at “{path}” in any item.")
    for refusal in outcome.errors:
        named = several and refusal.place != refusal.file
        complain(f"{refusal.file}: {refusal.sentence}" if named else refusal.sentence)
    if outcome.refused > len(outcome.errors):
        complain(f"… and {outcome.refused - len(outcome.errors)} more; the profile keeps them all.")


@contextmanager
def _stopped_by_interrupt() -> Iterator[Callable[[], bool]]:
    """Lets Ctrl+C end the import after the batch that is being written, so that the counts can be said.

    Pressed again, it ends the program at once.
    """
    pressed = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield pressed.is_set
        return

    def stop(_number: int, _frame: object) -> None:
        pressed.set()
        signal.signal(signal.SIGINT, before)

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield pressed.is_set
    finally:
        signal.signal(signal.SIGINT, before)


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
