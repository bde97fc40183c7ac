"""A copied or restored profile sends nothing by itself."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

from outtray.model.delivery import DeliveryState
from outtray.model.draft import DraftStatus
from outtray.opening import open_desk
from outtray.sending import copied, switch
from outtray.sending.copied import notice_copy
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
