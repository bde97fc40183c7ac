"""`outtray drafts` and `outtray draft ID`: reading what is in the profile."""

from __future__ import annotations

import argparse
from typing import Any

from outtray.cli.output import say, say_bytes, say_json, table
from outtray.cli.whole_numbers import number_from_1
from outtray.desk import Desk
from outtray.model.draft import DraftStatus


def add_to(commands: Any) -> None:
    """Adds the commands to the parser."""
    listing = commands.add_parser("drafts", help="list drafts")
    listing.add_argument("--status", choices=[status.value for status in DraftStatus])
    listing.add_argument("--search", metavar="Q", help="words and operators as in the window's search field")
    listing.add_argument("--limit", type=number_from_1, metavar="N")
    listing.add_argument("--json", action="store_true")
    listing.set_defaults(command=list_all, create=False)
    one = commands.add_parser("draft", help="one draft: what is known of it, or the exact message")
    one.add_argument("id", type=number_from_1, metavar="ID")
    form = one.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true")
    form.add_argument("--mime", action="store_true")
    one.set_defaults(command=show_one, create=False)


def list_all(desk: Desk, options: argparse.Namespace) -> int:
    """Lists the drafts, newest first."""
    from outtray.store.listing import describe, list_drafts
    from outtray.store.search import search

    statuses = (options.status,) if options.status else ()
    with desk.store.read() as connection:
        if options.search:
            ids = search(connection, options.search, statuses, limit=options.limit or 1000)
            found: Any = describe(connection, ids)
        else:
            found = list_drafts(connection, statuses=statuses, limit=options.limit)
        if options.json:
            for draft in found:
                say_json(draft)
        else:
            table(
                ((str(d["id"]), d["status"], ", ".join(d["to"]), d["source"], d["subject"]) for d in found),
                (8, 11, 32, 16),
            )
    return 0


def show_one(desk: Desk, options: argparse.Namespace) -> int:
    """Prints one draft."""
    from outtray.review.report import exact_message, full_report

    if options.mime:
        say_bytes(exact_message(desk, options.id))
        return 0
    report = full_report(desk, options.id)
    if options.json:
        say_json(report)
        return 0
    for name in (
        "id",
        "status",
        "source",
        "external_id",
        "from",
        "to",
        "cc",
        "bcc",
        "reply_to",
        "subject",
        "reason",
    ):
        value = report.get(name)
        if value not in (None, "", []):
            say(f"{name}: {', '.join(value) if isinstance(value, list) else value}")
    for finding in report["findings"]:
        say(f"{finding['severity']}: {finding['why']}")
    for attachment in report["attachments"]:
        say(
            f"attachment: {attachment['filename']} ({attachment['content_type']}, {attachment['size']} bytes)"
        )
    say()
    say(report["body_text"])
    return 0
