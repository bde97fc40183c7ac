"""`outtray account`: the sending accounts."""

from __future__ import annotations

import argparse
import sys
import webbrowser
from pathlib import Path
from typing import Any

from outtray.cli.output import complain, say, say_json
from outtray.desk import Desk
from outtray.model.errors import UsageError


def add_to(commands: Any) -> None:
    """Adds the command to the parser."""
    account = commands.add_parser("account", help="the accounts that mail leaves from")
    actions = account.add_subparsers(metavar="ACTION", required=True)
    add = actions.add_parser("add", help="sign in to Gmail, or add the practice account")
    add.add_argument(
        "--client-secrets", type=Path, metavar="FILE", help="the client file of your Google project"
    )
    add.add_argument(
        "--practice", dest="practice_account", action="store_true", help="the account that sends nowhere"
    )
    add.add_argument("--no-browser", action="store_true", help="print the address to open")
    add.set_defaults(command=add_account)
    listing = actions.add_parser("list", help="the accounts of this profile")
    listing.add_argument("--json", action="store_true")
    listing.set_defaults(command=list_all, create=False)
    remove = actions.add_parser("remove", help="sign out and forget the tokens")
    remove.add_argument("address", metavar="ADDRESS")
    remove.set_defaults(command=remove_account, create=False)


def add_account(desk: Desk, options: argparse.Namespace) -> int:
    """Adds the practice account, or signs in to Gmail."""
    if options.practice_account:
        from outtray.accounts.practice import add_practice_account

        account = add_practice_account(desk)
        say(f"{account.address} is ready. What it sends lies in {desk.profile.practice_sent}.")
        return 0
    if options.client_secrets is None:
        from outtray.accounts.setup_steps import SETUP_STEPS

        for number, step in enumerate(SETUP_STEPS, 1):
            complain(f"{number}. {step.title}: {step.text} {step.link or ''}".rstrip())
        raise UsageError("Name the client secrets file: outtray account add --client-secrets FILE")
    from outtray.accounts.sign_in import sign_in

    account = sign_in(
        desk,
        options.client_secrets,
        open_browser=None if options.no_browser else webbrowser.open,
        on_address=_say_address,
    )
    say(f"{account.address} is connected. Sending is paused until you turn it on.")
    return 0


def _say_address(address: str) -> None:
    say(f"Open this address to sign in:\n{address}")
    # Whoever reads it from a pipe needs it now, not when the sign-in has ended.
    sys.stdout.flush()


def list_all(desk: Desk, options: argparse.Namespace) -> int:
    """Lists the accounts."""
    from outtray.store.accounts import list_accounts

    with desk.store.read() as connection:
        accounts = list_accounts(connection)
    if options.json:
        say_json([account.as_json() for account in accounts])
        return 0
    for account in accounts:
        say(f"{account.address}  {account.kind}  {account.state}")
    if not accounts:
        say("No account yet. `outtray account add` adds one.")
    return 0


def remove_account(desk: Desk, options: argparse.Namespace) -> int:
    """Signs out and forgets the account's tokens."""
    from outtray.accounts.remove import remove

    say(remove(desk, options.address))
    return 0
