"""`python -m outtray send` itself, killed by kill -9 in the midst of its calls, and a disk that is full."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.crash import template
from tests.crash.keyring_file import ENVIRONMENT
from tests.crash.oracle import judge
from tests.fakes.google import FakeGoogle, Fault

ROOT = Path(__file__).parents[2]


class Program:
    """The program on a profile with five approved messages whose undo windows are over."""

    def __init__(self, folder: Path, google: FakeGoogle) -> None:
        self.folder = folder
        self.google = google
        self.database = folder / template.PROFILE / "outtray.db"
        template.point_keyring_at(folder, google.root)
        self.let_time_pass()

    def let_time_pass(self) -> None:
        """Undo windows, leases, looks and backoffs are over, as after a long while."""
        connection = sqlite3.connect(self.database)
        with closing(connection), connection:
            for name in ("next_at", "hold_until", "lease_until", "retry_at", "waiting_until", "changed_at"):
                connection.execute(
                    f"UPDATE deliveries SET {name} = {name} - 86400000 WHERE {name} IS NOT NULL"
                )
            connection.execute("UPDATE deliveries SET state = 'queued' WHERE state = 'holding'")
            connection.execute("UPDATE accounts SET wait_for = NULL, wait_until = NULL")

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        environment = os.environ | {
            "OUTTRAY_GMAIL_API": self.google.root,
            "PYTHON_KEYRING_BACKEND": "tests.crash.keyring_file.FileKeyring",
            ENVIRONMENT: str(self.folder / template.KEYRING),
            "PYTHONPATH": str(ROOT),
        }
        command = [sys.executable, "-m", "outtray", "--profile", str(self.folder / template.PROFILE)]
        return subprocess.Popen(
            [*command, "send", *arguments],
            cwd=self.folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, *arguments: str) -> tuple[int, str]:
        process = self.start(*arguments)
        said, _ = process.communicate(timeout=60)
        return process.returncode, said

    def states(self) -> set[str]:
        with closing(sqlite3.connect(self.database)) as connection:
            return {row[0] for row in connection.execute("SELECT state FROM deliveries")}


def _made(folder: Path) -> Path:
    template.make(template.KINDS["usual"], folder)
    return folder


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    folder = _made(tmp_path / "round")
    with FakeGoogle(folder) as google:
        yield Program(folder, google)


@pytest.mark.parametrize("call", ["drafts.create", "drafts.send"])
def test_the_program_killed_at_a_call_sends_each_message_once(program: Program, call: str) -> None:
    arrived = threading.Event()
    original = program.google.faults.take

    def take(operation: str) -> Fault | None:
        if operation == call and not arrived.is_set():
            arrived.set()
            process.send_signal(signal.SIGKILL)
            process.wait()
            # The request had been written: Google goes on with it.
            return Fault.RESET_AFTER
        return original(operation)

    program.google.faults.take = take  # type: ignore[method-assign]
    process = program.start("--until-empty", "--timeout", "60")
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    assert program.states() <= {"queued", "staging", "releasing", "sent"}
    for _ in range(6):
        program.let_time_pass()
        status, said = program.run()
        if program.states() == {"sent"}:
            break
    assert (status, program.states()) == (0, {"sent"}), said
    program.google.mailbox.close()
    verdict = judge(program.database, program.folder / template.MAILBOX)
    assert (verdict.delivered, verdict.lost, verdict.doubled, verdict.remarks) == (5, 0, 0, [])


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "disk"
    place.mkdir()
    mounted = os.geteuid() == 0 and (
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=6m", "outtray-test", str(place)],
            check=False,
            capture_output=True,
        ).returncode
        == 0
    )
    if not mounted:
        pytest.skip("only root can make a disk of this size; the rounds limit files instead")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


def _fill(place: Path, *, leave: int) -> Path:
    """Leaves so many bytes free."""
    filling = place / "filling"
    with filling.open("wb") as file:
        file.write(bytes(max(0, shutil.disk_usage(place).free - leave)))
    return filling


@pytest.mark.parametrize("room", [0, 8_192, 40_000, 120_000])
def test_a_full_disk_loses_nothing_and_is_said_in_a_sentence(
    small_disk: Path, tmp_path: Path, room: int
) -> None:
    folder = tmp_path / "round"
    _made(folder)
    shutil.move(folder / template.PROFILE, small_disk / template.PROFILE)
    (folder / template.PROFILE).symlink_to(small_disk / template.PROFILE)
    with FakeGoogle(folder) as google:
        program = Program(folder, google)
        filling = _fill(small_disk, leave=room)
        status, said = program.run()
        filling.unlink()
        assert "Traceback" not in said
        if program.states() != {"sent"}:
            assert status in {1, 3}
            assert "disk is full" in said
        for _ in range(6):
            program.let_time_pass()
            status, said = program.run()
            if program.states() == {"sent"}:
                break
        assert (status, program.states()) == (0, {"sent"}), said
    verdict = judge(program.database, folder / template.MAILBOX)
    assert (verdict.delivered, verdict.lost, verdict.doubled, verdict.remarks) == (5, 0, 0, [])


def test_a_read_only_disk_is_said_in_a_sentence_and_nothing_leaves(small_disk: Path, tmp_path: Path) -> None:
    folder = tmp_path / "round"
    _made(folder)
    shutil.move(folder / template.PROFILE, small_disk / template.PROFILE)
    (folder / template.PROFILE).symlink_to(small_disk / template.PROFILE)
    with FakeGoogle(folder) as google:
        program = Program(folder, google)
        subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
        status, said = program.run()
        assert status in {1, 3}
        assert "Traceback" not in said
        assert "read-only" in said.lower()
        assert google.calls("drafts.create") == 0
