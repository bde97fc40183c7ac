"""`outtray account` as a script and a person at a terminal use it."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from outtray.cli.main import run
from tests.accounts.keyring_session import ROOT, surroundings
from tests.fakes.google import ADDRESS, COMPOSE, METADATA, FakeGoogle

_COMMANDS = """
printf test | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1
"$PYTHON" -P -m outtray account add --client-secrets "$1" --no-browser || exit
"$PYTHON" -P -m outtray account list --json || exit
"$PYTHON" -P -m outtray sending status || exit
"$PYTHON" -P -m outtray account add --client-secrets "$1" --practice
"$PYTHON" -P -m outtray account remove "$2" || exit
"$PYTHON" -P -m outtray account list
"""


def test_a_gmail_account_comes_and_goes_at_a_terminal(tmp_path: Path, google: FakeGoogle) -> None:
    file = google.client_secrets_file(tmp_path)
    process = subprocess.Popen(
        ["dbus-run-session", "--", "bash", "-c", _COMMANDS, "commands", str(file), ADDRESS],
        cwd=ROOT,
        env=surroundings(tmp_path / "home") | {"PYTHON": sys.executable},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "Open this address to sign in:\n"
    # The address is there while the program waits, also for whoever reads it from a pipe.
    with urllib.request.urlopen(process.stdout.readline().strip(), timeout=10) as page:
        assert "go back to Outtray" in page.read().decode()
    out, complaints = process.communicate(timeout=60)
    lines = out.splitlines()
    assert lines[0] == f"{ADDRESS} is connected. Sending is paused until you turn it on."
    (account,) = json.loads(lines[1])
    assert (account["address"], account["kind"], account["state"]) == (ADDRESS, "gmail", "ok")
    assert set(account["scopes"]) == {COMPOSE, METADATA}
    assert account["sees_sent"] is True
    assert lines[2].startswith("Sending is paused since ")
    assert "This profile has a real account, so it never takes the practice one." in complaints
    assert lines[3] == f"{ADDRESS} is removed: its sign-in has ended at Google and is out of the keyring."
    assert lines[4] == "No account yet. `outtray account add` adds one."


def test_without_a_file_the_five_steps_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["account", "add"]) == 2
    said = capsys.readouterr().err
    assert "1. Make a Google Cloud project" in said
    assert "5. Download its file" in said
    assert "https://console.cloud.google.com/" in said
    assert said.splitlines()[-1].startswith("Name the client secrets file")


def test_the_practice_account_is_added_and_listed(capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        assert run(["account", "add", "--practice"]) == 0
    assert run(["account", "list", "--json"]) == 0
    (account,) = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert account["kind"] == "practice"
    assert account["waiting_for"] is None


def test_a_practice_profile_refuses_a_real_account(
    capsys: pytest.CaptureFixture[str], google: FakeGoogle, tmp_path: Path
) -> None:
    run(["account", "add", "--practice"])
    file = google.client_secrets_file(tmp_path)
    assert run(["account", "add", "--client-secrets", str(file), "--no-browser"]) == 1
    assert "never takes a real account" in capsys.readouterr().err


def test_a_wrong_file_is_wrong_usage(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert run(["account", "add", "--client-secrets", str(tmp_path / "gone.json")]) == 2
    assert "can't be read" in capsys.readouterr().err


def test_an_unknown_account_is_not_removed(capsys: pytest.CaptureFixture[str]) -> None:
    run(["account", "add", "--practice"])
    assert run(["account", "remove", "nobody@example.com"]) == 1
    assert "There is no account nobody@example.com" in capsys.readouterr().err
