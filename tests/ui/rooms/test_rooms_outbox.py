"""The Outbox: why each message has not left, until when, and one key to take it back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QPushButton

from outtray.desk import Desk
from outtray.model.delivery import DeliveryState, Gate
from outtray.model.draft import DraftStatus
from outtray.model.transitions import Step
from outtray.sending import switch
from outtray.store.accounts import list_accounts, set_wait
from outtray.store.drafts import get_draft
from outtray.store.outbox import get_delivery
from tests.fakes.clock import FakeClock
from tests.ui.rooms.room import Room
from tests.ui.rooms.states import approved, queued, releasing, step

WEEKLY = "Weekly limit for this person, This person’s messages of the week are used"
Show = Callable[..., Room]


def _state(desk: Desk, delivery_id: int) -> DeliveryState:
    with desk.store.read() as connection:
        return get_delivery(connection, delivery_id).state


def practice_address(desk: Desk) -> str:
    with desk.store.read() as connection:
        return list_accounts(connection)[0].address


def _many(desk: Desk) -> None:
    now = desk.clock.now()
    queued(desk, "samir@example.org", Gate.RECIPIENT_QUOTA, waiting_until=now + timedelta(days=2))
    approved(desk, "ada@example.com", "Your question")
    queued(desk, "astrid@example.com", Gate.RETRY, waiting_until=now + timedelta(seconds=40), attempt=2)
    releasing(desk, "ruth@example.com")
    unknown = releasing(desk, "matteo@example.org")
    step(
        desk,
        unknown,
        Step.UNKNOWN,
        next_at=now + timedelta(minutes=1),
        waiting_for=Gate.RECONCILING,
        waiting_until=now + timedelta(minutes=1),
        explanation="The line broke off",
    )


def test_each_waiting_message_names_its_first_reason_and_a_time(room: Show) -> None:
    outbox = room("outbox", _many)
    assert outbox.view.accessibleName() == "Outbox"
    assert outbox.view.objectName() == "outbox"
    assert outbox.rows() == [
        "Undo window, 1",
        "ada@example.com, Your question, Undo window, Leaves at 09:00:30, 30 s",
        "Sending now, 1",
        "ruth@example.com, Slots in Gdynia, Sending now, Placed, digest checked, Releasing, attempt 1",
        "Not known yet, 1",
        "matteo@example.org, Slots in Gdynia, Not known yet, The line broke off, asks again 09:01",
        "Trying again, 1",
        "astrid@example.com, Slots in Gdynia, Trying again, The last attempt failed, attempt 3 at 09:00",
        "Weekly limit for this person, 1",
        f"samir@example.org, Slots in Gdynia, {WEEKLY}, Wed 09:00",
    ]


def test_z_takes_back_what_is_current_and_the_next_one_becomes_current(room: Show) -> None:
    numbers: list[int] = []

    def prepare(desk: Desk) -> None:
        numbers.extend(approved(desk, to) for to in ("ada@example.com", "kofi@example.com"))

    outbox = room("outbox", prepare)
    outbox.key("z")
    assert _state(outbox.desk, numbers[0]) is DeliveryState.CANCELLED
    with outbox.desk.store.read() as connection:
        draft = get_draft(connection, get_delivery(connection, numbers[0]).draft_id)
    assert draft.status is DraftStatus.PENDING
    assert len(outbox.rows()) == 2
    assert "kofi@example.com" in outbox.view.currentIndex().data(Qt.ItemDataRole.AccessibleTextRole)
    assert outbox.shell.messages[-1][0] == "ok"


def test_the_button_in_the_details_takes_back_too(room: Show) -> None:
    outbox = room("outbox", lambda desk: approved(desk, "ada@example.com"))
    outbox.press("Undo")
    assert outbox.rows() == []
    assert "Nothing is on its way out." in outbox.words()
    assert "Stop and cancel all" not in outbox.buttons()


def test_the_button_drawn_in_a_row_takes_that_row_back(room: Show) -> None:
    def prepare(desk: Desk) -> None:
        approved(desk, "ada@example.com")
        approved(desk, "kofi@example.com")

    outbox = room("outbox", prepare)
    rect = outbox.view.visualRect(outbox.view.model().index(2, 0))
    outbox.click(QPoint(rect.right() - 30, rect.center().y()))
    assert [row.partition(",")[0] for row in outbox.rows()] == ["Undo window", "ada@example.com"]


def test_a_countdown_goes_on_once_a_second(room: Show, clock: FakeClock) -> None:
    outbox = room("outbox", lambda desk: approved(desk, "ada@example.com"))
    clock.advance(timedelta(seconds=12))
    outbox.context.ticked.emit()
    assert outbox.rows()[1].endswith("Leaves at 09:00:30, 18 s")


def test_the_details_show_the_real_addresses_the_way_so_far_and_the_digest(room: Show) -> None:
    outbox = room("outbox", lambda desk: releasing(desk, "matteo@example.org", "Keys for the yard"))
    words = outbox.words()
    assert "Keys for the yard" in words
    assert "matteo@<b>example.org</b>" in words
    for part in ("You approved it", "Undo window ended", "Message-ID", "SHA-256", "Size", "r-1"):
        assert part in words, part


def test_escape_closes_the_details_and_enter_opens_them_again(room: Show) -> None:
    outbox = room("outbox", lambda desk: approved(desk, "ada@example.com"))
    outbox.key(Qt.Key.Key_Escape)
    assert "Open message" not in outbox.buttons()
    outbox.key(Qt.Key.Key_Return)
    assert "Open message" in outbox.buttons()


def test_j_and_k_go_past_the_heads(room: Show) -> None:
    outbox = room("outbox", _many)
    seen = [outbox.view.currentIndex().row()]
    for key in ("j", "j", "k"):
        outbox.key(key)
        seen.append(outbox.view.currentIndex().row())
    assert seen == [1, 3, 5, 3]


def test_while_sending_is_paused_the_switch_is_what_holds(room: Show) -> None:
    def prepare(desk: Desk) -> None:
        queued(desk, "ada@example.com")
        switch.pause(desk)

    outbox = room("outbox", prepare)
    assert outbox.rows()[0] == "Sending is paused, 1"
    assert outbox.rows()[1].endswith("Sending is paused, You paused sending, until you resume")


def test_a_message_whose_outcome_is_not_known_can_be_asked_for_now(room: Show, clock: FakeClock) -> None:
    outbox = room("outbox", _many)
    outbox.key("j", "j")
    assert "It may have left. Outtray does not guess." in outbox.words()
    outbox.press("Ask now")
    assert outbox.shell.messages[-1] == ("ok", "Asking Gmail again.")


def test_stop_and_cancel_asks_first_and_takes_everything_back(room: Show) -> None:
    numbers: list[int] = []

    def prepare(desk: Desk) -> None:
        numbers.append(approved(desk, "ada@example.com"))
        numbers.append(queued(desk, "kofi@example.com"))

    outbox = room("outbox", prepare)
    outbox.press("Stop and cancel all")
    dialog = outbox.dialog()
    assert "2 messages go back to Review" in dialog.accessibleDescription()
    answers = dialog.findChildren(QPushButton)
    next(one for one in answers if one.accessibleName() == "Stop and cancel all").click()
    outbox.settle()
    assert outbox.rows() == []
    assert switch.status(outbox.desk).paused
    assert {_state(outbox.desk, number) for number in numbers} == {DeliveryState.CANCELLED}


def test_the_head_says_how_many_can_still_go_today(room: Show) -> None:
    outbox = room("outbox", lambda desk: releasing(desk, "ruth@example.com"))
    outbox.wait(lambda: "1 of 20 sent today, 19 can still go" in outbox.words())


def test_a_search_leaves_what_matches(room: Show) -> None:
    def prepare(desk: Desk) -> None:
        approved(desk, "ada@example.com", "Cold store")
        approved(desk, "kofi@example.com", "Gate times")

    outbox = room("outbox", prepare)
    outbox.screen_.search("gate")
    outbox.settle()
    assert [row.partition(",")[0] for row in outbox.rows()] == ["Undo window", "kofi@example.com"]
    outbox.screen_.search("nobody")
    outbox.settle()
    assert "No message matches “nobody”." in outbox.words()
    outbox.screen_.search("")
    assert len(outbox.rows()) == 3


def test_the_audit_log_is_one_press_away(room: Show) -> None:
    outbox = room("outbox", lambda desk: approved(desk, "ada@example.com"))
    outbox.press("Show in the audit log")
    assert outbox.shell.went[-1] == ("audit", 1)


def test_where_google_asks_to_sign_in_again_the_way_back_is_one_press(room: Show) -> None:
    def prepare(desk: Desk) -> None:
        queued(desk, "ada@example.com", Gate.SIGN_IN)
        address = practice_address(desk)
        desk.store.write(
            lambda transaction: set_wait(
                transaction, address, Gate.SIGN_IN, None, "Google asks you to sign in"
            )
        )

    outbox = room("outbox", prepare)
    assert outbox.rows()[0].startswith("Sign in again: practice@outtray")
    assert outbox.rows()[1].endswith("Sign in again, Google asks you to sign in again, until you reconnect")
    outbox.press("Reconnect")
    outbox.dialog().reject()


def test_a_locked_keyring_is_tried_again_by_a_press(room: Show) -> None:
    outbox = room("outbox", lambda desk: queued(desk, "ada@example.com", Gate.KEYRING))
    outbox.press("Unlock")
    assert outbox.shell.messages[-1] == ("ok", "Trying now.")
