"""Runs the fake Google as a process, until it is killed; the first line that it prints says where it is."""

from __future__ import annotations

import argparse
import json
import sys
import threading
from pathlib import Path

from tests.fakes.google import ADDRESS, FakeGoogle


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.fakes.google", description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--mailbox", type=Path, required=True, metavar="FILE")
    parser.add_argument("--plan", type=int, metavar="SEED", help="let calls fail, the same for the same seed")
    parser.add_argument("--rate", type=float, default=0.3, help="the share of calls that fail")
    parser.add_argument("--address", default=ADDRESS)
    parser.add_argument("--untick", action="append", default=[], metavar="SCOPE")
    parser.add_argument(
        "--client-secrets", type=Path, metavar="FILE", help="write a client secrets file here"
    )
    parser.add_argument("--grant", action="store_true", help="print tokens of a sign-in that has happened")
    options = parser.parse_args()
    with FakeGoogle(
        options.mailbox.parent, mailbox=options.mailbox, port=options.port, address=options.address
    ) as google:
        google.page.unticked.update(options.untick)
        if options.plan is not None:
            google.faults.seeded(options.plan, options.rate)
        if options.client_secrets is not None:
            options.client_secrets.write_text(json.dumps(google.client_secrets()), encoding="utf-8")
        said = {"root": google.root, "address": options.address}
        if options.grant:
            grant = google.grant()
            said |= {"access_token": grant.access_token, "refresh_token": grant.refresh_token}
        sys.stdout.write(json.dumps(said) + "\n")
        sys.stdout.flush()
        threading.Event().wait()


if __name__ == "__main__":
    main()
