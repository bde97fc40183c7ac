"""The command line: one parser for all commands, exit statuses, and errors as one sentence."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from outtray import __version__
from outtray.cli import (
    account_commands,
    audit_commands,
    draft_commands,
    health_command,
    import_command,
    sending_commands,
    settings_commands,
)
from outtray.cli.output import complain, leave_closed_pipe
from outtray.cli.window_command import WindowOptions, open_window
from outtray.desk import Desk
from outtray.logs import log_to
from outtray.model.errors import OuttrayError, ProfileError, UsageError
from outtray.opening import open_desk

DONE, PARTLY, USAGE, PROFILE = 0, 1, 2, 3
Command = Callable[[Desk, argparse.Namespace], int]


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message[0].upper()}{message[1:]}. See `{self.prog} --help`.")


def run(arguments: Sequence[str]) -> int:
    """Runs one command; returns 0 done, 1 done in part, 2 wrong usage, 3 the profile can't be used."""
    try:
        options = parser().parse_args(arguments)
        if options.command is None:
            return _open_window(options)
        return _run_command(options)
    except UsageError as error:
        complain(error.sentence)
        return USAGE
    except ProfileError as error:
        complain(error.sentence)
        return PROFILE
    except OuttrayError as error:
        complain(error.sentence)
        return PARTLY
    except BrokenPipeError:
        leave_closed_pipe()
        return PARTLY
    except KeyboardInterrupt:
        complain("Stopped.")
        return PARTLY


def parser() -> argparse.ArgumentParser:
    """The whole command line, as `interfaces` lays it down."""
    top = _Parser(
        prog="outtray", description="Review the mail that machines drafted, and send what you approve."
    )
    top.add_argument("--version", action="version", version=f"outtray {__version__}")
    top.add_argument("--profile", type=Path, metavar="DIR", help="folder with your data")
    top.add_argument(
        "--practice", action="store_true", help="a practice profile: sample drafts, nothing leaves"
    )
    top.add_argument("--trace", type=Path, metavar="FILE", help="write timings of the window as JSON lines")
    top.set_defaults(command=None, create=True)
    commands = top.add_subparsers(title="commands", metavar="COMMAND", parser_class=_Parser)
    for room in (
        import_command,
        draft_commands,
        account_commands,
        sending_commands,
        settings_commands,
        audit_commands,
        health_command,
    ):
        room.add_to(commands)
    return top


def _open_window(options: argparse.Namespace) -> int:
    return open_window(WindowOptions(options.profile, options.practice, options.trace))


def _run_command(options: argparse.Namespace) -> int:
    desk = open_desk(options.profile, practice=options.practice, create=options.create)
    try:
        log = log_to(desk.profile.logs)
    except ProfileError:
        desk.close()
        raise
    try:
        command: Command = options.command
        return command(desk, options)
    except (OuttrayError, BrokenPipeError, KeyboardInterrupt):
        raise
    except Exception as error:
        log.exception("command failed")
        raise OuttrayError(
            f"Something went wrong in Outtray itself ({type(error).__name__}). "
            f"What happened is in {desk.profile.logs / 'outtray.log'}."
        ) from error
    finally:
        desk.close()
