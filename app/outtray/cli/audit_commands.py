"""`outtray audit`: the log, its verification, its export."""

from __future__ import annotations

import argparse
from datetime import datetime
from pathlib import Path
from typing import Any

from outtray.cli.output import say, say_json, table
from outtray.desk import Desk
from outtray.model.clock import iso
from outtray.model.errors import OuttrayError, UsageError


def add_to(commands: Any) -> None:
    """Adds the command to the parser."""
    audit = commands.add_parser("audit", help="the log of everything that happened")
    actions = audit.add_subparsers(metavar="ACTION", required=True)
    verify = actions.add_parser("verify", help="check that nothing in the log was changed")
    verify.add_argument("--json", action="store_true")
    verify.set_defaults(command=verify_log, create=False)
    log = actions.add_parser("log", help="print the log")
    log.add_argument("--since", metavar="T", help="only events from this instant on (RFC 3339)")
    log.add_argument("--json", action="store_true")
    log.set_defaults(command=print_log, create=False)
    export = actions.add_parser("export", help="write the log to a file, one JSON event a line")
    export.add_argument("file", type=Path, metavar="FILE")
    export.set_defaults(command=export_log, create=False)


def verify_log(desk: Desk, options: argparse.Namespace) -> int:
    """Verifies the chain and records that it was done; exit status 1 where it does not verify."""
    from outtray.audit.verify import verify_and_record

    result = verify_and_record(desk)
    if options.json:
        say_json(result.as_json())
    else:
        say(result.sentence)
    return 0 if result.ok else 1


def print_log(desk: Desk, options: argparse.Namespace) -> int:
    """Prints the events, oldest first."""
    from outtray.store.audit_reads import events

    since = None if options.since is None else _instant(options.since)
    with desk.store.read() as connection:
        found = events(connection, since=since)
        if options.json:
            for event in found:
                say_json(event.as_json())
        else:
            table(
                (
                    (str(e.sequence), iso(e.at), f"{e.actor_kind} {e.actor}", e.action, e.object, e.outcome)
                    for e in found
                ),
                (8, 24, 24, 26, 20),
            )
    return 0


def export_log(desk: Desk, options: argparse.Namespace) -> int:
    """Writes the whole log with its hashes."""
    from outtray.audit.export import export_events

    try:
        count = export_events(desk, options.file)
    except OSError as error:
        raise OuttrayError(f"{options.file} can't be written: {error.strerror}.") from error
    say(f"{count:,} events written to {options.file}.")
    return 0


def _instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"“{text}” is not an instant like 2026-11-24T14:20:00Z.") from None
    return instant.astimezone()
