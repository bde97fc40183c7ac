"""Connecting, reconnecting and removing accounts in the window, over a real desk and real HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from outtray.desk import Desk
from outtray.model.accounts import AccountState
from outtray.store.accounts import set_state
from outtray.ui.accounts.connect_dialog import ConnectDialog
from outtray.ui.accounts.page import AccountsPage
from outtray.ui.window_context import ShellContext
from tests.accounts.browser import Browser
from tests.fakes.desks import MemorySecrets
from tests.fakes.google import ADDRESS, COMPOSE, METADATA, FakeGoogle
from tests.fakes.google.desk_accounts import connect
from tests.fakes.window import close, make_context, shell_of


@pytest.fixture
def google(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeGoogle]:
    with FakeGoogle(tmp_path) as running:
        monkeypatch.setenv("OUTTRAY_GMAIL_API", running.root)
        yield running


@pytest.fixture
def context(tmp_path: Path, qtbot: QtBot) -> Iterator[ShellContext]:
    made = make_context(tmp_path, qtbot, practice=False)
    yield made
    close(made)


class Shelf:
    """A browser whose person never comes to the end of the page."""

    def __init__(self) -> None:
        self.addresses: list[str] = []

    def put(self, address: str) -> bool:
        self.addresses.append(address)
        return True


def desk_of(context: ShellContext) -> Desk:
    desk = context.background.desk
    assert desk is not None
    return desk


def kept(context: ShellContext) -> dict[str, str]:
    secrets = desk_of(context).secrets
    assert isinstance(secrets, MemorySecrets)
    return secrets.kept


def opened(qtbot: QtBot, context: ShellContext, browser: Browser) -> ConnectDialog:
    dialog = ConnectDialog(context, open_url=browser.open)
    dialog.open()
    qtbot.waitExposed(dialog)
    return dialog


def button(widget: QWidget, name: str) -> QPushButton:
    found = widget.findChild(QPushButton, name)
    assert isinstance(found, QPushButton), name
    return found


def test_gmail_is_connected_by_keys_alone(
    qtbot: QtBot, context: ShellContext, google: FakeGoogle, tmp_path: Path
) -> None:
    browser = Browser()
    dialog = opened(qtbot, context, browser)
    qtbot.waitUntil(dialog.file.hasFocus)
    assert not dialog.connect_button.isEnabled()
    assert dialog.connect_button.toolTip() == "Choose the client secrets file first."
    QTest.keyClicks(dialog.file, str(google.client_secrets_file(tmp_path)))
    QTest.keyClick(dialog.file, Qt.Key.Key_Return)
    qtbot.waitUntil(dialog.close_button.isVisible)
    assert dialog.done_title.text() == f"{ADDRESS} is connected"
    assert dialog.done_text.text() == "Sending is paused. Turn it on when you have looked round."
    assert not dialog.done_notice.isVisible()
    assert "go back to Outtray" in browser.page()
    assert set(google.oauth.asked[0]["scope"].split()) == {COMPOSE, METADATA}
    assert dialog.close_button.hasFocus()
    QTest.keyClick(dialog.close_button, Qt.Key.Key_Return)
    assert any(f"{ADDRESS} is connected" in said for said in shell_of(context).announced)


def test_the_box_for_headers_says_what_is_lost_without_it(
    qtbot: QtBot, context: ShellContext, google: FakeGoogle, tmp_path: Path
) -> None:
    dialog = opened(qtbot, context, Browser())
    assert "not known" in dialog.see_sent.accessibleDescription()
    QTest.keyClick(dialog.see_sent, Qt.Key.Key_Space)
    dialog.file.setText(str(google.client_secrets_file(tmp_path)))
    QTest.keyClick(dialog.connect_button, Qt.Key.Key_Space)
    qtbot.waitUntil(dialog.close_button.isVisible)
    assert google.oauth.asked[0]["scope"] == COMPOSE
    assert "not known" in dialog.done_notice.text


def test_each_of_the_five_steps_opens_its_page(qtbot: QtBot, context: ShellContext) -> None:
    shelf = Shelf()
    dialog = ConnectDialog(context, open_url=shelf.put)
    dialog.open()
    for link in dialog.steps.links:
        assert link.accessibleName().startswith("Open page: ")
        QTest.keyClick(link, Qt.Key.Key_Space)
    assert len(shelf.addresses) == 5
    assert all(one.startswith("https://console.cloud.google.com/") for one in shelf.addresses)
    dialog.reject()


def test_leaving_while_the_browser_is_open_stores_nothing(
    qtbot: QtBot, context: ShellContext, google: FakeGoogle, tmp_path: Path
) -> None:
    shelf = Shelf()
    dialog = ConnectDialog(context, open_url=shelf.put)
    dialog.open()
    dialog.file.setText(str(google.client_secrets_file(tmp_path)))
    QTest.keyClick(dialog.connect_button, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: bool(shelf.addresses))
    QTest.keyClick(button(dialog, "copyAddress"), Qt.Key.Key_Space)
    assert QGuiApplication.clipboard().text() == shelf.addresses[0]
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not context.background.jobs)
    assert kept(context) == {}
    assert context.reads.accounts() == []


def test_without_a_browser_the_address_can_be_copied(
    qtbot: QtBot, context: ShellContext, google: FakeGoogle, tmp_path: Path
) -> None:
    dialog = ConnectDialog(context, open_url=lambda address: False)
    dialog.open()
    dialog.file.setText(str(google.client_secrets_file(tmp_path)))
    QTest.keyClick(dialog.connect_button, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: "No browser opened" in dialog.waiting.text())
    assert dialog.copy.isEnabled()
    dialog.reject()
    qtbot.waitUntil(lambda: not context.background.jobs)


def test_a_wrong_file_leads_back_to_the_file(qtbot: QtBot, context: ShellContext, tmp_path: Path) -> None:
    dialog = opened(qtbot, context, Browser())
    (tmp_path / "wrong.json").write_text("{}")
    dialog.file.setText(str(tmp_path / "wrong.json"))
    QTest.keyClick(dialog.connect_button, Qt.Key.Key_Space)
    qtbot.waitUntil(dialog.notice.isVisible)
    assert "is not a client secrets file" in dialog.notice.text
    assert dialog.file.hasFocus()
    dialog.reject()


def test_a_refusal_is_shown_and_the_sign_in_can_be_tried_again(
    qtbot: QtBot, context: ShellContext, google: FakeGoogle, tmp_path: Path
) -> None:
    google.page.refuses = True
    dialog = opened(qtbot, context, Browser())
    dialog.file.setText(str(google.client_secrets_file(tmp_path)))
    QTest.keyClick(dialog.connect_button, Qt.Key.Key_Space)
    qtbot.waitUntil(dialog.notice.isVisible)
    assert "told not to let Outtray in" in dialog.notice.text
    google.page.refuses = False
    QTest.keyClick(dialog.connect_button, Qt.Key.Key_Space)
    qtbot.waitUntil(dialog.close_button.isVisible)
    dialog.accept()


def test_the_page_follows_what_happens_to_an_account(
    qtbot: QtBot, context: ShellContext, google: FakeGoogle
) -> None:
    page = AccountsPage(context)
    qtbot.addWidget(page)
    page.show()
    assert page.cards == []
    assert page.connect_button.isVisible()
    assert not page.practice_button.isVisible()
    desk = desk_of(context)
    connect(desk, google)
    qtbot.waitUntil(lambda: len(page.cards) == 1)
    assert "Signed in" in page.cards[0].state.text()
    desk.store.write(
        lambda t: set_state(t, ADDRESS, AccountState.SIGN_IN_NEEDED, "Google no longer takes this sign-in.")
    )
    qtbot.waitUntil(lambda: page.cards[0].state.text() == "Google no longer takes this sign-in.")
    assert page.cards[0].accessibleName() == f"{ADDRESS}, Google no longer takes this sign-in."
    assert page.cards[0].reconnect_button.isVisible()


def test_reconnecting_needs_no_file(
    qtbot: QtBot, context: ShellContext, google: FakeGoogle, tmp_path: Path
) -> None:
    desk = desk_of(context)
    account = connect(desk, google)
    google.oauth.revoke_all()
    desk.store.write(lambda t: set_state(t, ADDRESS, AccountState.SIGN_IN_NEEDED, "Sign in again."))
    browser = Browser()
    dialog = ConnectDialog(context, None, account, open_url=browser.open)
    dialog.open()
    QTest.keyClick(dialog.connect_button, Qt.Key.Key_Space)
    qtbot.waitUntil(dialog.close_button.isVisible)
    assert context.reads.accounts()[0].state is AccountState.OK
    dialog.accept()


def test_an_account_is_removed_after_a_question(
    qtbot: QtBot, context: ShellContext, google: FakeGoogle
) -> None:
    connect(desk_of(context), google)
    page = AccountsPage(context)
    qtbot.addWidget(page)
    page.show()
    qtbot.waitUntil(lambda: len(page.cards) == 1)
    QTest.keyClick(page.cards[0].remove_button, Qt.Key.Key_Space)
    assert page.question is not None
    QTest.keyClick(page.question, Qt.Key.Key_Escape)
    assert len(context.reads.accounts()) == 1
    QTest.keyClick(page.cards[0].remove_button, Qt.Key.Key_Space)
    QTest.keyClick(button(page.question, "confirmRemove"), Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: page.cards == [])
    qtbot.waitUntil(lambda: "ended at Google" in page.notice.text)
    assert kept(context) == {}


def test_a_practice_profile_offers_the_practice_account_alone(qtbot: QtBot, tmp_path: Path) -> None:
    context = make_context(tmp_path, qtbot, practice=True)
    try:
        page = AccountsPage(context)
        qtbot.addWidget(page)
        page.show()
        assert not page.connect_button.isVisible()
        QTest.keyClick(page.practice_button, Qt.Key.Key_Space)
        qtbot.waitUntil(lambda: len(page.cards) == 1)
        assert "sends lies in" in page.cards[0].state.text()
        assert not page.practice_button.isVisible()
    finally:
        close(context)
