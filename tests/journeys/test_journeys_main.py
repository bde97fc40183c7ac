"""The main job by keys alone, from the import to what was sent; and what can be proved afterwards."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.journeys.window import Window, command

pytestmark = [pytest.mark.display, pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture
def own_desk(own_profile: Path) -> Path:
    """A practice profile with two drafts of the operator's own and nothing else."""
    done = command(own_profile, "--practice", "account", "add", "--practice")
    assert done.returncode == 0, done.stderr
    return own_profile


def sent(profile: Path) -> list[Path]:
    """What the practice account has sent."""
    return sorted((profile / "practice-sent").glob("*.eml"))


def draft(profile: Path, number: int) -> dict[str, object]:
    """`outtray draft ID --json`."""
    found: dict[str, object] = json.loads(command(profile, "draft", str(number), "--json").stdout)
    return found


def test_a_draft_is_imported_read_edited_approved_and_leaves_as_it_was_approved(
    own_desk: Path, tmp_path: Path, surroundings: dict[str, str]
) -> None:
    drafts = tmp_path / "drafts.json"
    drafts.write_text(
        json.dumps(
            [
                {
                    "external_id": "lead-1",
                    "source": "form-leads",
                    "to": "Ada Okafor <ada.okafor@quillworks.example.com>",
                    "subject": "Your question about cold-store slots",
                    "body_text": "Hello Ada,\n\nthank you for asking. We can set up the zones on Thursday."
                    "\n\nKind regards,\nMara Lindqvist\n",
                    "request": "Can your tool book doors by temperature?",
                }
            ]
        ),
        encoding="utf-8",
    )
    done = command(own_desk, "import", drafts, "--json")
    assert json.loads(done.stdout)["added"] == 1
    window = Window(own_desk, (), surroundings)
    try:
        window.see("Drafts")
        window.see_any("Ada Okafor, Your question about cold-store slots")
        window.see("Approve")
        window.keys("e")
        window.wait("the editor", lambda: window.focused()["name"] == "Body")
        window.keys("ctrl+End")
        window.type("PS: the price list follows.")
        window.keys("ctrl+s")
        window.see_words("PS: the price list follows.", "Message body")
        window.keys("a")
        window.see_any("Approved, leaves at")
        window.keys("g", "o")
        window.see_any("Undo window")
        (message,) = window.wait("the sent message", lambda: sent(own_desk), 90)
        window.keys("g", "s")
        window.see_any("Ada Okafor")
        (number,) = (
            json.loads(line)["id"] for line in command(own_desk, "drafts", "--json").stdout.splitlines()
        )
        assert draft(own_desk, number)["status"] == "sent"
        exact = command(own_desk, "draft", str(number), "--mime").stdout
        assert message.read_bytes() == exact
        assert b"PS: the price list follows." in exact
        assert re.search(rb"^Date: ", exact, re.MULTILINE)
        window.keys("ctrl+q")
        window.wait("the end", lambda: window.process.poll() is not None or None)
    finally:
        window.end()
    verified = command(own_desk, "audit", "verify", "--json")
    assert json.loads(verified.stdout)["ok"] is True
    story = [
        json.loads(line)["action"] for line in command(own_desk, "audit", "log", "--json").stdout.splitlines()
    ]
    wanted = ["draft.proposed", "draft.edited", "draft.approved", "delivery.sent"]
    assert [action for action in story if action in wanted] == wanted
