"""The operator's own Gmail account: connected, turned on, and a message that leaves through it once."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.fakes.google import ADDRESS, FakeGoogle
from tests.journeys.window import Window, command

pytestmark = [pytest.mark.display, pytest.mark.slow, pytest.mark.timeout(300)]
DRAFT = {
    "external_id": "lead-7",
    "source": "form-leads",
    "to": ["Jonas Weber <jonas.weber@example.org>"],
    "bcc": ["archive@example.org"],
    "subject": "Öppettider – opening hours",
    "body_text": "Hello Jonas,\n\nthe gate opens at 04:30 from Monday on.\n\nKind regards\nMara\n",
}


def connect(profile: Path, google: FakeGoogle, folder: Path, environment: dict[str, str]) -> None:
    """Signs in as a person without a browser on this machine does."""
    secrets = google.client_secrets_file(folder)
    add = ("account", "add", "--client-secrets", secrets, "--no-browser")
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "outtray", "--profile", profile, *add],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    process.stdout.readline()
    with urllib.request.urlopen(process.stdout.readline().strip(), timeout=20) as page:
        page.read()
    assert process.wait(30) == 0


def test_a_message_leaves_through_gmail_once_after_sending_was_turned_on(
    own_profile: Path, tmp_path: Path, surroundings: dict[str, str]
) -> None:
    with FakeGoogle(tmp_path) as google:
        environment = surroundings | {"OUTTRAY_GMAIL_API": google.root}
        connect(own_profile, google, tmp_path, environment)
        drafts = tmp_path / "drafts.jsonl"
        drafts.write_text(json.dumps(DRAFT) + "\n", encoding="utf-8")
        assert command(own_profile, "import", drafts, surroundings=environment).returncode == 0
        window = Window(own_profile, (), environment)
        try:
            window.see_any("Jonas Weber and 1 more, Öppettider")
            window.see_any("Sending is paused")
            window.wait("Approve to open", lambda: window.see("Approve")["enabled"])
            window.keys("a")
            window.see_any("Approved, sending is paused")
            assert google.delivered() == []
            window.press("Resume sending")
            window.see("Resume sending?")
            window.see_any("1 message will leave")
            window.keys("Return")
            (delivered,) = window.wait("the message at Gmail", google.delivered, 90)
            window.keys("g", "s")
            window.see_any("Jonas Weber")
        finally:
            window.end()
        exact = command(own_profile, "draft", "1", "--mime", surroundings=environment).stdout
        assert b"Bcc: archive@example.org\r\n" in exact
        assert set(google.tokens().values()) == {1}
        assert delivered.token is not None
        assert delivered.token.encode() in exact
        report = json.loads(command(own_profile, "draft", "1", "--json", surroundings=environment).stdout)
        assert report["status"] == "sent"
        assert report["from"].endswith(f"{ADDRESS}>") or report["from"] == ADDRESS
