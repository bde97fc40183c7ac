"""Settings, Sending: the connection to Gmail says how each breaker stands and lets the operator set it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from outtray.desk import Desk
from outtray.model.accounts import Account, AccountKind, AccountState
from outtray.model.breaker import Breaker, BreakerState
from outtray.store.accounts import put_account
from outtray.store.breakers import put_breaker
from outtray.ui.settings.connection import ConnectionPane, standing
from outtray.ui.settings.layout import PAGES
from outtray.ui.settings.screen import SettingsScreen
from outtray.ui.window_context import ShellContext
from tests.fakes.clock import FakeClock
from tests.fakes.window import close, make_context, shell_of

ADDRESS = "mara.lindqvist@outtray.example.com"
GMAIL = f"gmail.{ADDRESS}"
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def with_account(desk: Desk) -> None:
    account = Account(
        address=ADDRESS,
        kind=AccountKind.GMAIL,
        display_name="",
        scopes=(),
        client_id=None,
        state=AccountState.OK,
        position=0,
        wait_for=None,
        wait_until=None,
        wait_reason=None,
        added_at=desk.clock.now(),
        signed_in_at=None,
    )
    desk.store.write(lambda transaction: put_account(transaction, account))


@pytest.fixture
def context(tmp_path: Path, qtbot: QtBot) -> Iterator[ShellContext]:
    made = make_context(tmp_path, qtbot, practice=False, clock=FakeClock(NOW), prepare=with_account)
    yield made
    close(made)


def pane(context: ShellContext, qtbot: QtBot) -> ConnectionPane:
    made = ConnectionPane(context)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(lambda: len(made.cards) == 2)
    return made


def desk_of(context: ShellContext) -> Desk:
    desk = context.background.desk
    assert desk is not None
    return desk


def keep(context: ShellContext, breaker: Breaker) -> None:
    desk_of(context).store.write(lambda transaction: put_breaker(transaction, GMAIL, breaker))


def events(context: ShellContext) -> list[tuple[str, str]]:
    with desk_of(context).store.read() as connection:
        rows = connection.exec_driver_sql(
            "SELECT action, actor_kind FROM audit_events WHERE object_kind = 'breaker' ORDER BY sequence"
        )
        return [(row[0], row[1]) for row in rows]


def test_each_service_says_how_it_stands(context: ShellContext, qtbot: QtBot) -> None:
    made = pane(context, qtbot)
    assert list(made.cards) == [GMAIL, f"oauth.{ADDRESS}"]
    card = made.cards[GMAIL]
    assert card.state.text() == "Closed: calls are made."
    assert card.calls.text() == "No call has failed lately."
    assert (card.force.isEnabled(), card.reset.isEnabled()) == (True, False)
    keep(context, Breaker(BreakerState.OPEN, "..sxxxxx", NOW + timedelta(seconds=30)))
    qtbot.waitUntil(lambda: card.state.text().startswith("Open"))
    assert "too many calls failed. The next one is tried at " in card.state.text()
    assert card.calls.text() == "Last 8 calls: 2 good, 1 slow, 5 failed."
    assert card.accessibleName().startswith(f"Gmail, {ADDRESS}. Open")
    assert card.reset.isEnabled()


def test_it_is_forced_open_and_reset_by_hand_and_the_log_says_so(context: ShellContext, qtbot: QtBot) -> None:
    made = pane(context, qtbot)
    card = made.cards[GMAIL]
    card.force.click()
    qtbot.waitUntil(lambda: not card.force.isEnabled())
    assert card.state.text() == "Forced open by you: no call is made until you reset it."
    card.reset.click()
    qtbot.waitUntil(card.force.isEnabled)
    assert card.state.text() == "Closed: calls are made."
    assert events(context) == [("breaker.forced_open", "operator"), ("breaker.closed", "operator")]
    assert shell_of(context).announced[-1] == "The breaker is closed."


def test_a_reset_of_a_closed_one_forgets_its_failures_and_is_in_the_log(
    context: ShellContext, qtbot: QtBot
) -> None:
    keep(context, Breaker(calls="..x"))
    made = pane(context, qtbot)
    card = made.cards[GMAIL]
    qtbot.waitUntil(card.reset.isEnabled)
    card.reset.click()
    qtbot.waitUntil(lambda: card.calls.text() == "No call has failed lately.")
    assert events(context) == [("breaker.reset", "operator")]


@pytest.mark.parametrize(
    ("breaker", "begins"),
    [
        (Breaker(BreakerState.HALF_OPEN, probes=1), "Half open: 1 of 2 calls"),
        (Breaker(BreakerState.OPEN, open_until=NOW), "Open: too many calls failed. The next message"),
        (Breaker(BreakerState.DISABLED), "Switched off"),
    ],
)
def test_every_state_has_words(breaker: Breaker, begins: str) -> None:
    assert standing(breaker, NOW, UTC)[0].startswith(begins)


def test_without_a_gmail_account_there_is_nothing_to_press(tmp_path: Path, qtbot: QtBot) -> None:
    context = make_context(tmp_path, qtbot, account=True)
    made = ConnectionPane(context)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(lambda: made.hint.text().startswith("There is no Gmail account"))
    assert made.cards == {}
    close(context)


def test_it_stands_on_the_page_of_sending(context: ShellContext, qtbot: QtBot) -> None:
    screen = SettingsScreen(context)
    qtbot.addWidget(screen)
    screen.show()
    screen.pages.setCurrentRow([page.title for page in PAGES].index("Sending"))
    found = screen.findChild(ConnectionPane)
    assert found is not None
    qtbot.waitUntil(lambda: len(found.cards) == 2)
