"""A copied or restored profile sends nothing by itself."""

from __future__ import annotations

import os
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from outtray.model.delivery import DeliveryState
from outtray.model.draft import DraftStatus
from outtray.opening import open_desk
from outtray.sending import copied, switch
from outtray.sending.copied import notice_copy
from outtray.store.dialects.sqlite_connection import copy_database
from tests.fakes.desks import MemorySecrets
from tests.fakes.google import FakeGoogle, Fault
from tests.sending.post import Post


def test_a_profile_in_its_own_place_is_no_copy(practice: Post) -> None:
    assert not notice_copy(practice.desk)
    assert not notice_copy(practice.desk)
    assert not switch.status(practice.desk).paused


def test_what_waited_in_a_copy_is_in_review_and_the_switch_is_off(practice: Post, tmp_path: Path) -> None:
    notice_copy(practice.desk)
    number = practice.approved()
    practice.desk.store.close()
    shutil.copytree(practice.desk.profile.folder, tmp_path / "copy")
    copy = Post(
        open_desk(tmp_path / "copy", clock=practice.clock, secret_store=MemorySecrets()), practice.clock
    )
    assert notice_copy(copy.desk)
    assert not notice_copy(copy.desk)
    assert switch.status(copy.desk).paused
    draft = copy.draft(number)
    assert (copy.state(number), draft.status) == (DeliveryState.CANCELLED, DraftStatus.PENDING)
    assert draft.reason is not None
    assert "may have left" in draft.reason
    copy.close()


def test_what_was_on_its_way_when_the_copy_was_made_is_looked_into(gmail: Post, google: FakeGoogle) -> None:
    notice_copy(gmail.desk)
    number = gmail.due()
    google.faults.next("drafts.send", Fault.RESET_BEFORE)
    gmail.run(timedelta(seconds=120))
    assert gmail.state(number) is DeliveryState.STAGED
    draft_id = gmail.delivery(number).gmail_draft_id
    assert draft_id is not None
    # The original goes on and sends it.
    google.mailbox.send_draft(draft_id)
    gmail.desk.store.write(copied.after_restore)
    assert gmail.state(number) is DeliveryState.RELEASING
    assert switch.status(gmail.desk).paused
    switch.resume(gmail.desk, confirmed=True)
    gmail.run(timedelta(minutes=5))
    assert gmail.state(number) is DeliveryState.SENT
    assert list(google.tokens().values()) == [1]


def test_a_failed_one_in_a_copy_needs_another_approval(gmail: Post, google: FakeGoogle) -> None:
    number = gmail.due()
    google.faults.next("drafts.create", Fault.INVALID_TO)
    gmail.run()
    gmail.desk.store.write(copied.after_restore)
    assert gmail.state(number) is DeliveryState.CANCELLED
    assert gmail.draft(number).status is DraftStatus.PENDING


@pytest.fixture
def backup(gmail: Post, tmp_path: Path) -> Path:
    """A copy of the database with one message in it that waits; the original sends it afterwards."""
    number = gmail.due()
    copy_database(gmail.desk.profile.database, tmp_path / "backup.db")
    notice_copy(gmail.desk)
    gmail.run()
    assert gmail.state(number) is DeliveryState.SENT
    gmail.sender.close()
    gmail.desk.close()
    return tmp_path / "backup.db"


def test_a_backup_that_is_put_back_in_the_very_place_is_noticed(
    gmail: Post, backup: Path, google: FakeGoogle
) -> None:
    """Many file systems give a file that was deleted and copied back the same number: so does this."""
    database = gmail.desk.profile.database
    before = database.stat().st_ino
    for name in ("outtray.db-wal", "outtray.db-shm"):
        database.with_name(name).unlink(missing_ok=True)
    with database.open("r+b") as file:
        file.write(backup.read_bytes())
        file.truncate()
    assert database.stat().st_ino == before
    desk = open_desk(gmail.desk.profile.folder, clock=gmail.clock, secret_store=gmail.desk.secrets)
    restored = Post(desk, gmail.clock)
    assert notice_copy(desk)
    assert switch.status(desk).paused
    switch.resume(desk, confirmed=True)
    restored.run(timedelta(hours=1))
    assert restored.state(1) is DeliveryState.CANCELLED
    assert restored.draft(1).status is DraftStatus.PENDING
    assert list(google.tokens().values()) == [1]
    # From here on it is the profile, and its own sending is no reason to stop again.
    restored.due(to="grace@example.com")
    restored.run()
    assert not notice_copy(desk)
    restored.close()


def test_a_profile_that_goes_on_where_it_ended_is_no_copy(gmail: Post, backup: Path) -> None:
    desk = open_desk(gmail.desk.profile.folder, clock=gmail.clock, secret_store=gmail.desk.secrets)
    assert not notice_copy(desk)
    desk.close()


def test_a_copy_made_before_anything_was_sent_is_noticed(gmail: Post, tmp_path: Path) -> None:
    number = gmail.due()
    gmail.desk.close()
    shutil.copytree(gmail.desk.profile.folder, tmp_path / "copy")
    desk = open_desk(tmp_path / "copy", clock=gmail.clock, secret_store=gmail.desk.secrets)
    copy = Post(desk, gmail.clock)
    assert notice_copy(desk)
    assert copy.state(number) is DeliveryState.CANCELLED
    copy.close()


def test_where_no_mark_can_be_kept_mail_leaves_all_the_same(
    gmail: Post, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "no-folder").touch()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "no-folder"))
    number = gmail.due()
    gmail.sender = gmail.new_sender()
    gmail.run(timedelta(minutes=1))
    assert gmail.state(number) is DeliveryState.SENT
    assert not notice_copy(gmail.desk)


def test_a_mark_names_nobody_and_is_for_its_user_alone(gmail: Post, backup: Path) -> None:
    address = "mara.lindqvist"
    (mark,) = (path for path in Path(os.environ["XDG_STATE_HOME"]).rglob("*") if path.is_file())
    assert mark.stat().st_mode & 0o077 == 0
    assert address not in f"{mark}{mark.read_text()}"


def test_practice_leaves_no_mark(practice: Post) -> None:
    practice.due()
    practice.run()
    assert not Path(os.environ["XDG_STATE_HOME"]).exists()
