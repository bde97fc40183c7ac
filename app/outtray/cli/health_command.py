"""`outtray health`: whether the desk is ready to send, and what is missing."""

from __future__ import annotations

import argparse
from typing import Any

from outtray.cli.output import say, say_json
from outtray.desk import Desk


def add_to(commands: Any) -> None:
    """Adds the command to the parser."""
    health = commands.add_parser("health", help="whether everything is ready to send")
    health.add_argument("--json", action="store_true")
    health.set_defaults(command=show_health, create=False)


def show_health(desk: Desk, options: argparse.Namespace) -> int:
    """Prints each check; exit status 1 where anything is not ready."""
    from outtray.health.checks import examine

    report = examine(desk)
    if options.json:
        say_json(report.as_json())
    else:
        say(report.sentence)
        for check in report.checks:
            say(f"  {'ready    ' if check.ready else 'not ready'}  {check.title}: {check.sentence}")
    return 0 if report.ready else 1
