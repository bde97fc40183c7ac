"""The command line from outside: exit statuses, one sentence an error, and never a traceback."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.event import listen

from outtray.cli.main import run
from outtray.store.dialects import sqlite

COMMANDS = (
    ("import",),
    ("drafts",),
    ("draft",),
    ("revise",),
    ("withdraw",),
    ("account",),
    ("account", "add"),
    ("sending",),
    ("send",),
    ("settings",),
    ("settings", "set"),
    ("audit", "verify"),
    ("audit", "log"),
    ("audit", "export"),
    ("health",),
)


def refused(arguments: list[str], status: int, capsys: pytest.CaptureFixture[str]) -> str:
    """The one sentence with which a command ends."""
    assert run(arguments) == status
    said = capsys.readouterr()
    assert "Traceback" not in said.err
    assert said.err.strip(), "nothing was said"
    return said.err.strip()


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        run([*command, "--help"])
    assert ended.value.code == 0
    assert "usage: outtray" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [
        ["frobnicate"],
        ["draft"],
        ["draft", "twelve"],
        ["drafts", "--status", "lost"],
        ["drafts", "--limit", "0"],
        ["drafts", "--limit", "99999999999999999999"],
        ["draft", "99999999999999999999"],
        ["withdraw", "99999999999999999999"],
        ["import"],
        ["settings", "set", "sending.per_day"],
        ["settings", "set", "sending.per_day", "many"],
        ["settings", "set", "no.such", "1"],
        ["sending", "faster"],
        ["audit"],
        ["audit", "log", "--since", "yesterday"],
    ],
)
def test_wrong_usage_ends_with_two_and_a_sentence(
    arguments: list[str], own_profile: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["settings"]) == 0
    capsys.readouterr()
    sentence = refused(arguments, 2, capsys)
    assert sentence[0].isupper() or sentence.startswith(("--", "sending.", "“"))


def test_nobody_can_approve_from_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert "approve" in refused(["approve", "1"], 2, capsys)


@pytest.mark.parametrize("command", [["drafts"], ["draft", "1"], ["health"], ["send"], ["audit", "verify"]])
def test_reading_what_is_not_there_makes_no_profile(
    command: list[str], own_profile: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "no profile" in refused(command, 3, capsys)
    assert not own_profile.exists()


def test_a_file_in_place_of_a_profile_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "file"
    file.write_text("x", encoding="utf-8")
    assert "is a file" in refused(["--profile", str(file), "drafts"], 3, capsys)


@pytest.mark.parametrize(
    "content", [b"not a database, though it is long enough to be looked at " * 40, b"SQLite"]
)
def test_a_damaged_database_ends_with_three(
    own_profile: Path, content: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    own_profile.mkdir()
    (own_profile / "outtray.db").write_bytes(content)
    assert "can't be read as a database" in refused(["drafts"], 3, capsys)
    assert (own_profile / "outtray.db").read_bytes() == content


def test_a_disk_too_full_for_a_new_profile_ends_with_three(
    own_profile: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = sqlite.writing_engine

    def small(path: Path) -> Engine:
        engine = made(path)
        listen(engine, "connect", lambda connection, _record: connection.execute("PRAGMA max_page_count = 3"))
        return engine

    monkeypatch.setattr(sqlite, "writing_engine", small)
    assert "disk is full" in refused(["settings"], 3, capsys)


def test_health_names_a_setting_that_cannot_be_read(
    own_profile: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["settings"]) == 0
    with sqlite3.connect(own_profile / "outtray.db") as connection:
        connection.execute("INSERT INTO settings (name, value) VALUES ('sending.quiet_hours', '{')")
    connection.close()
    capsys.readouterr()
    assert run(["health"]) == 1
    assert "sending.quiet_hours" in capsys.readouterr().out


def test_another_programs_database_is_left_alone(
    own_profile: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own_profile.mkdir()
    connection = sqlite3.connect(own_profile / "outtray.db")
    connection.execute("CREATE TABLE theirs (id INTEGER)")
    connection.close()
    assert "another program" in refused(["drafts"], 3, capsys)


def test_a_profile_of_a_newer_program_is_refused(
    own_profile: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["settings"]) == 0
    connection = sqlite3.connect(own_profile / "outtray.db")
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.commit()
    connection.close()
    capsys.readouterr()
    assert "newer Outtray" in refused(["drafts"], 3, capsys)


def test_a_draft_that_is_not_there_is_said(own_profile: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["settings"]) == 0
    capsys.readouterr()
    assert "7" in refused(["draft", "7"], 1, capsys)


def test_settings_are_listed_with_value_default_and_meaning(
    own_profile: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["settings", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert listed["sending.undo_seconds"]["value"] == 30
    assert listed["sending.per_day"]["default"] == 20
    assert all(setting["meaning"] for setting in listed.values())


def test_tightening_a_safeguard_is_done_and_logged(
    own_profile: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["settings", "set", "sending.per_day", "5"]) == 0
    capsys.readouterr()
    assert run(["audit", "log", "--json"]) == 0
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    changed = [event for event in events if event["action"] == "setting.changed"]
    assert [event["details"] for event in changed] == [{"old": 20, "new": 5}]


@pytest.mark.parametrize(
    ("name", "value"),
    [("sending.per_day", "200"), ("sending.undo_seconds", "5"), ("gmail.api_endpoint", "http://127.0.0.1:9")],
)
def test_loosening_a_safeguard_needs_a_terminal(
    own_profile: Path, name: str, value: str, capsys: pytest.CaptureFixture[str]
) -> None:
    done = subprocess.run(
        [sys.executable, "-P", "-m", "outtray", "settings", "set", name, value],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "terminal" in done.stderr
    assert run(["settings", "--json"]) == 0
    setting = json.loads(capsys.readouterr().out)[name]
    assert setting["value"] == setting["default"]


def test_an_endpoint_that_is_neither_googles_nor_this_computer_is_refused(
    own_profile: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sentence = refused(["settings", "set", "gmail.api_endpoint", "https://mail.example.com"], 2, capsys)
    assert "neither" in sentence


def test_the_profile_is_private_to_its_user(own_profile: Path) -> None:
    assert run(["settings"]) == 0
    assert own_profile.stat().st_mode & 0o777 == 0o700
    for path in own_profile.rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path


def test_health_says_what_stands_in_the_way(own_profile: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["settings"]) == 0
    capsys.readouterr()
    assert run(["health", "--json"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert report["status"] == "not_ready"
    assert report["checks"]["sending_switch"]["ready"] is False
    assert report["checks"]["accounts"]["ready"] is False


def test_a_reader_that_goes_away_is_no_error(own_profile: Path) -> None:
    assert run(["settings"]) == 0
    done = subprocess.run(
        f"{sys.executable} -P -m outtray settings | head -1",
        shell=True,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
