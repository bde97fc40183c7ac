"""`outtray sending` (the kill switch) and `outtray send` (the sender without a window)."""

from __future__ import annotations

import argparse
from typing import Any

from outtray.cli.output import confirm, say, say_json
from outtray.desk import Desk
from outtray.model.clock import from_milliseconds, iso


def add_to(commands: Any) -> None:
    """Adds the commands to the parser."""
    sending = commands.add_parser("sending", help="the switch that stops everything")
    sending.add_argument("action", nargs="?", choices=("pause", "resume", "status"), default="status")
    sending.add_argument("--json", action="store_true")
    sending.set_defaults(command=switch_sending)
    send = commands.add_parser("send", help="send what is already approved, without a window")
    send.add_argument("--until-empty", action="store_true", help="wait for whatever has to wait")
    send.add_argument("--timeout", type=float, metavar="S", help="stop after so many seconds")
    send.add_argument("--json", action="store_true")
    send.set_defaults(command=send_approved, create=False)


def switch_sending(desk: Desk, options: argparse.Namespace) -> int:
    """Pauses, resumes after a question, or says how the switch stands."""
    from outtray.sending import switch

    if options.action == "pause":
        switch.pause(desk)
    elif options.action == "resume" and switch.status(desk).paused:
        if not confirm("Resume sending?"):
            say("Sending stays paused.")
            return 1
        switch.resume(desk, confirmed=True)
    status = switch.status(desk)
    since = None if status.since is None else iso(from_milliseconds(status.since))
    if options.json:
        say_json({"paused": status.paused, "since": since, "waiting": status.waiting})
    elif status.paused:
        say(f"Sending is paused{f' since {since}' if since else ''}. {status.waiting} waiting.")
    else:
        say(f"Sending is on. {status.waiting} waiting.")
    return 0


def send_approved(desk: Desk, options: argparse.Namespace) -> int:
    """Runs the sender; exit status 1 while anything is unconfirmed or failed."""
    from outtray.sending.runner import send_until_empty
    from outtray.transports import transport_for

    with desk.profile.hold("sender"):
        result = send_until_empty(
            desk, timeout=options.timeout, until_empty=options.until_empty, transport_for=transport_for
        )
    if options.json:
        say_json(result.as_json())
    else:
        say(result.sentence)
    return 1 if result.unconfirmed or result.failed else 0
