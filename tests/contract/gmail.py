"""Tries on a test account what Outtray takes for granted about Gmail; see docs/sending.md.

    python3 packaging/dev.py gmail-contract --client-secrets FILE --address ADDRESS

It signs in (nothing of the sign-in is kept), makes drafts, sends about ten short messages from the
account to itself, clears its drafts away, and ends the sign-in at Google. Exit status 1 where Gmail
differs from what is taken for granted.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import webbrowser
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from outtray.accounts import consent
from outtray.accounts.client_file import OAuthClient, read_client_file
from outtray.accounts.google_http import post_form
from outtray.accounts.revoking import revoke
from outtray.model.accounts import SCOPE_COMPOSE, SCOPE_METADATA
from outtray.model.clock import SystemClock
from outtray.model.errors import OuttrayError
from outtray.model.settings import GMAIL_API_ENVIRONMENT, gmail_root
from tests.contract.client import Api
from tests.contract.facts import FACTS, Bench, Differs, Untried

_LAST = ("a refresh token gives new access tokens", "a revoked sign-in is invalid_grant from then on")


@dataclass(frozen=True, slots=True)
class Found:
    """What came of one fact: `holds`, `differs` or `untried`, and what was seen."""

    fact: str
    outcome: str
    seen: str


def main(
    arguments: Sequence[str] | None = None, open_browser: Callable[[str], object] = webbrowser.open
) -> int:
    options = _parser().parse_args(arguments)
    try:
        client = read_client_file(options.client_secrets)
        root = gmail_root("", os.environ.get(GMAIL_API_ENVIRONMENT))
        granted = _sign_in(client, options, open_browser)
    except OuttrayError as error:
        sys.stderr.write(f"{error.sentence}\n")
        return 2
    api = Api(root, granted.access_token)
    profile = api.get("profile").value
    if str(profile.get("emailAddress", "")).lower() != options.address.lower():
        # Not revoked: that would end every other sign-in of that account with this client too.
        sys.stderr.write(
            f"You signed in as {profile.get('emailAddress')}, not as {options.address}. Nothing was tried.\n"
        )
        return 2
    worst = 0
    for found in _try_all(Bench(api, options.address, granted.scopes, []), client, granted):
        _report(found, as_json=options.json)
        worst = max(worst, int(found.outcome == "differs"))
    return worst


def _sign_in(
    client: OAuthClient, options: argparse.Namespace, open_browser: Callable[[str], object]
) -> consent.Granted:
    scopes = (SCOPE_COMPOSE,) if options.without_metadata else (SCOPE_COMPOSE, SCOPE_METADATA)

    def show(address: str) -> None:
        sys.stderr.write(f"Sign in as {options.address}:\n{address}\n")
        if not options.no_browser:
            open_browser(address)

    return consent.ask(
        client,
        scopes,
        SystemClock(),
        show=show,
        cancelled=lambda: False,
        seconds=300,
        login_hint=options.address,
    )


def _try_all(bench: Bench, client: OAuthClient, granted: consent.Granted) -> Iterator[Found]:
    try:
        for fact in FACTS:
            yield _try(fact, bench)
    finally:
        for draft_id in bench.made:
            bench.api.delete(f"drafts/{draft_id}")
    yield from _tokens(client, granted)


def _try(fact: Callable[[Bench], str], bench: Bench) -> Found:
    name = fact.__name__.replace("_", " ")
    try:
        return Found(name, "holds", fact(bench))
    except Untried as reason:
        return Found(name, "untried", str(reason))
    except Differs as seen:
        return Found(name, "differs", str(seen))
    except (KeyError, IndexError, ValueError) as error:
        return Found(name, "differs", f"the answer lacks what was expected ({error!r})")


def _tokens(client: OAuthClient, granted: consent.Granted) -> Iterator[Found]:
    fields = {
        "grant_type": "refresh_token",
        "refresh_token": granted.refresh_token or "",
        "client_id": client.client_id,
        "client_secret": client.client_secret,
    }
    reply = post_form(client.token_uri, fields)
    good = reply.status == 200 and bool(reply.text("access_token"))
    yield Found(
        _LAST[0], "holds" if good else "differs", f"answer {reply.status} {reply.text('error')}".strip()
    )
    ended = revoke(client, granted.refresh_token or granted.access_token)
    reply = post_form(client.token_uri, fields)
    good = ended and reply.text("error") == "invalid_grant"
    yield Found(
        _LAST[1], "holds" if good else "differs", f"answer {reply.status} {reply.text('error')}".strip()
    )


def _report(found: Found, *, as_json: bool) -> None:
    line = json.dumps(asdict(found)) if as_json else f"{found.outcome:8} {found.fact}: {found.seen}"
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python3 packaging/dev.py gmail-contract", description=__doc__)
    parser.add_argument("--client-secrets", type=Path, required=True, metavar="FILE")
    parser.add_argument("--address", required=True, help="the test account; no other one is touched")
    parser.add_argument("--without-metadata", action="store_true", help="sign in with gmail.compose alone")
    parser.add_argument("--no-browser", action="store_true", help="print the address to open")
    parser.add_argument("--json", action="store_true", help="one object a line")
    return parser


if __name__ == "__main__":
    sys.exit(main())
