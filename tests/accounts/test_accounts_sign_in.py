"""Signing in to Google, over real HTTP, as an operator meets it."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from outtray.accounts.practice import add_practice_account
from outtray.accounts.sign_in import sign_in
from outtray.accounts.tokens import sign_in_ends
from outtray.desk import Desk
from outtray.model.accounts import Account, AccountState, GoogleUnavailable, KeyringMissing
from outtray.model.errors import OuttrayError, Refused, UsageError
from outtray.store import facts
from outtray.store.accounts import get_account, list_accounts, set_state
from tests.accounts.browser import Browser
from tests.fakes.clock import START, FakeClock
from tests.fakes.desks import MemorySecrets, make_desk
from tests.fakes.google import ADDRESS, CLIENT_SECRET, COMPOSE, METADATA, FakeGoogle, Fault

Connect = Callable[..., Account]


@pytest.fixture
def connect(desk: Desk, google: FakeGoogle, browser: Browser, tmp_path: Path) -> Connect:
    def run(**options: object) -> Account:
        options.setdefault("open_browser", browser.open)
        return sign_in(
            desk,
            google.client_secrets_file(tmp_path),
            on_address=lambda address: None,
            **options,  # type: ignore[arg-type]
        )

    return run


def actions(desk: Desk) -> list[str]:
    with desk.store.read() as connection:
        return [
            row[0] for row in connection.exec_driver_sql("SELECT action FROM audit_events ORDER BY sequence")
        ]


def paused(desk: Desk) -> bool:
    with desk.store.read() as connection:
        return bool(facts.get_fact(connection, facts.SWITCH)["paused"])


def kept(desk: Desk) -> dict[str, str]:
    assert isinstance(desk.secrets, MemorySecrets)
    return desk.secrets.kept


def assert_nothing_stored(desk: Desk) -> None:
    assert kept(desk) == {}
    with desk.store.read() as connection:
        assert list_accounts(connection) == []


def refused(code: str, connect: Connect, **options: object) -> str:
    with pytest.raises(Refused) as caught:
        connect(**options)
    assert caught.value.code == code
    return caught.value.sentence


def test_an_operator_connects_gmail_and_sending_is_paused(
    desk: Desk, google: FakeGoogle, connect: Connect, browser: Browser
) -> None:
    def turn_on(transaction: object) -> None:
        facts.set_fact(transaction, facts.SWITCH, {"paused": False, "since": None})  # type: ignore[arg-type]

    desk.store.write(turn_on)
    account = connect()
    assert account.address == ADDRESS
    assert account.state is AccountState.OK
    assert account.sees_sent
    assert set(account.scopes) == {COMPOSE, METADATA}
    assert paused(desk)
    assert "go back to Outtray" in browser.page()
    assert actions(desk)[-3:] == ["account.added", "account.signed_in", "sending.paused"]


def test_google_is_asked_for_the_least_it_can_give_and_with_a_proof_key(
    google: FakeGoogle, connect: Connect
) -> None:
    connect()
    (asked,) = google.oauth.asked
    assert asked["scope"].split() == [COMPOSE, METADATA]
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["code_challenge"]) == 43
    assert asked["access_type"] == "offline"
    assert asked["redirect_uri"].startswith("http://127.0.0.1:")
    assert len(asked["state"]) >= 20


def test_when_a_client_in_testing_will_be_signed_out_is_known_beforehand(
    desk: Desk, google: FakeGoogle, connect: Connect
) -> None:
    google.page.testing = True
    assert sign_in_ends(desk, connect()) == START + timedelta(seconds=604_799)


def test_a_published_client_is_signed_out_at_no_known_time(desk: Desk, connect: Connect) -> None:
    assert sign_in_ends(desk, connect()) is None


def test_the_second_permission_can_be_left_out_beforehand(google: FakeGoogle, connect: Connect) -> None:
    account = connect(see_sent=False)
    assert google.oauth.asked[0]["scope"] == COMPOSE
    assert account.scopes == (COMPOSE,)
    assert not account.sees_sent


def test_a_box_unticked_on_googles_page_is_noticed(google: FakeGoogle, connect: Connect) -> None:
    google.page.unticked.add(METADATA)
    account = connect()
    assert account.scopes == (COMPOSE,)
    assert not account.sees_sent


def test_without_the_permission_to_send_nothing_is_connected(
    desk: Desk, google: FakeGoogle, connect: Connect
) -> None:
    google.page.unticked.add(COMPOSE)
    assert "leave its box ticked" in refused("compose_missing", connect)
    assert_nothing_stored(desk)
    assert google.oauth.live_grants() == 0


def test_saying_no_on_googles_page_connects_nothing(
    desk: Desk, google: FakeGoogle, connect: Connect, browser: Browser
) -> None:
    google.page.refuses = True
    assert "told not to let Outtray in" in refused("access_denied", connect)
    assert "Nothing was connected" in browser.page()
    assert_nothing_stored(desk)


def test_an_answer_to_another_question_is_not_taken(
    desk: Desk, google: FakeGoogle, clock: FakeClock, connect: Connect, browser: Browser
) -> None:
    google.page.state_instead = "somebody-elses"

    def open_and_wait(address: str) -> bool:
        browser.open(address)
        assert "not the sign-in that Outtray waits for" in browser.page()
        clock.advance(timedelta(minutes=6))
        return True

    refused("timed_out", connect, open_browser=open_and_wait)
    assert_nothing_stored(desk)


def test_a_code_without_our_proof_key_is_worth_nothing(
    desk: Desk, google: FakeGoogle, connect: Connect
) -> None:
    google.faults.next("oauth.token", Fault.INVALID_GRANT)
    assert "start again" in refused("sign_in_failed", connect)
    assert_nothing_stored(desk)


def test_waiting_for_the_browser_ends_with_a_sentence(desk: Desk, clock: FakeClock, connect: Connect) -> None:
    def nobody(address: str) -> bool:
        clock.advance(timedelta(minutes=5))
        return True

    assert "No answer came from the browser in 5 minutes" in refused(
        "timed_out", connect, open_browser=nobody
    )
    assert_nothing_stored(desk)


def test_the_sign_in_can_be_cancelled(desk: Desk, connect: Connect) -> None:
    assert "cancelled" in refused("cancelled", connect, open_browser=None, cancelled=lambda: True)
    assert_nothing_stored(desk)


def test_without_a_browser_the_address_is_given_to_the_operator(
    desk: Desk, google: FakeGoogle, tmp_path: Path, browser: Browser
) -> None:
    shown: list[str] = []

    def copy(address: str) -> None:
        shown.append(address)
        browser.open(address)

    sign_in(desk, google.client_secrets_file(tmp_path), open_browser=None, on_address=copy)
    assert shown[0].startswith(f"{google.root}/o/oauth2/auth?")


def test_tokens_lie_in_the_keyring_and_nowhere_in_the_profile(
    desk: Desk, google: FakeGoogle, connect: Connect
) -> None:
    connect()
    ((name, secret),) = kept(desk).items()
    value = json.loads(secret)
    desk.close()
    everything = b"".join(
        file.read_bytes() for file in sorted(desk.profile.folder.rglob("*")) if file.is_file()
    )
    for hidden in (value["refresh_token"], value["access_token"], CLIENT_SECRET):
        assert hidden.encode() not in everything
    assert ADDRESS in name


def test_no_keyring_is_said_before_google_is_asked(
    tmp_path: Path, google: FakeGoogle, browser: Browser
) -> None:
    class NoKeyring(MemorySecrets):
        def get(self, name: str) -> str | None:
            raise KeyringMissing("No keyring was found.")

    desk = make_desk(tmp_path / "other", practice=False)
    object.__setattr__(desk, "secrets", NoKeyring())
    try:
        with pytest.raises(KeyringMissing):
            sign_in(
                desk,
                google.client_secrets_file(tmp_path),
                open_browser=browser.open,
                on_address=lambda address: None,
            )
    finally:
        desk.close()
    assert browser.opened == []
    assert google.arrived == []


def test_a_practice_profile_takes_no_real_account(
    tmp_path: Path, google: FakeGoogle, browser: Browser
) -> None:
    desk = make_desk(tmp_path / "practice", account=True)
    try:
        with pytest.raises(Refused) as caught:
            sign_in(
                desk,
                google.client_secrets_file(tmp_path),
                open_browser=browser.open,
                on_address=lambda address: None,
            )
    finally:
        desk.close()
    assert caught.value.code == "practice_profile"
    assert google.arrived == []


def test_a_real_profile_takes_no_practice_account(desk: Desk, connect: Connect) -> None:
    connect()
    with pytest.raises(Refused) as caught:
        add_practice_account(desk)
    assert caught.value.code == "real_profile"


def test_the_same_account_is_not_added_twice(desk: Desk, google: FakeGoogle, connect: Connect) -> None:
    connect()
    assert "connected already" in refused("already_added", connect)
    with desk.store.read() as connection:
        assert len(list_accounts(connection)) == 1


def test_reconnecting_renews_a_sign_in_that_google_ended(
    desk: Desk, google: FakeGoogle, connect: Connect, browser: Browser
) -> None:
    connect()
    google.oauth.revoke_all()
    desk.store.write(
        lambda transaction: set_state(transaction, ADDRESS, AccountState.SIGN_IN_NEEDED, "Sign in again.")
    )
    # With the client from the keyring: the operator has long deleted the file.
    account = sign_in(desk, None, open_browser=browser.open, on_address=lambda address: None, renew=ADDRESS)
    assert account.state is AccountState.OK
    assert account.wait_for is None
    assert google.oauth.asked[-1]["login_hint"] == ADDRESS
    assert actions(desk)[-1] == "account.signed_in"
    assert actions(desk).count("account.added") == 1


def test_nobody_else_may_answer_at_a_reconnect(desk: Desk, google: FakeGoogle, connect: Connect) -> None:
    connect()
    before = dict(kept(desk))
    google.page.address = "ulf.berg@granhult.example.com"
    sentence = refused("other_account", connect, renew=ADDRESS)
    assert "ulf.berg@granhult.example.com" in sentence
    assert kept(desk) == before
    with desk.store.read() as connection:
        assert get_account(connection, "ulf.berg@granhult.example.com") is None


def test_a_sign_in_without_a_refresh_token_is_refused(
    desk: Desk, google: FakeGoogle, connect: Connect
) -> None:
    google.page.gives_refresh_token = False
    refused("sign_in_failed", connect)
    assert_nothing_stored(desk)


def test_gmail_that_is_switched_off_is_said(desk: Desk, google: FakeGoogle, connect: Connect) -> None:
    google.faults.next("users.getProfile", Fault.API_NOT_ENABLED)
    assert "enable the Gmail API" in refused("gmail_refused", connect)
    assert_nothing_stored(desk)


@pytest.mark.parametrize("operation", ["oauth.token", "users.getProfile"])
@pytest.mark.parametrize(
    "fault",
    [Fault.RESET_AFTER, Fault.CLOSE_AFTER, Fault.HTML_BEFORE, Fault.TRUNCATED_JSON, Fault.EMPTY_BODY],
    ids=lambda fault: fault.name,
)
def test_whatever_breaks_nothing_is_half_connected(
    operation: str, fault: Fault, desk: Desk, google: FakeGoogle, connect: Connect
) -> None:
    google.faults.next(operation, fault)
    with pytest.raises(OuttrayError) as caught:
        connect()
    assert caught.value.sentence.endswith(".")
    assert google.calls(operation) == 1
    assert_nothing_stored(desk)


def test_google_out_of_reach_is_said(desk: Desk, google: FakeGoogle, connect: Connect) -> None:
    google.faults.next("oauth.token", Fault.SERVER_ERROR_BEFORE)
    with pytest.raises(OuttrayError):
        connect()

    def pull_the_plug(address: str) -> bool:
        with urllib.request.urlopen(address):
            google.offline()
        return True

    with pytest.raises(GoogleUnavailable) as caught:
        connect(open_browser=pull_the_plug)
    assert caught.value.offline
    assert_nothing_stored(desk)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "is not a client secrets file"),
        ("[]", "is not a client secrets file"),
        ("{" * 50_000, "is not a client secrets file"),
        ('{"type": "service_account"}', "is not a client secrets file"),
        ('{"installed": {"client_id": "x"}}', "lacks client_secret, auth_uri, token_uri"),
        ("\x00\xff", "is not a client secrets file"),
    ],
)
def test_a_wrong_file_is_named_with_what_to_do(
    content: str, words: str, desk: Desk, tmp_path: Path, browser: Browser
) -> None:
    file = tmp_path / "download.json"
    file.write_text(content, encoding="latin-1")
    with pytest.raises(UsageError) as caught:
        sign_in(desk, file, open_browser=browser.open, on_address=lambda address: None)
    assert words in caught.value.sentence
    assert "Desktop app" in caught.value.sentence
    assert browser.opened == []


def test_a_web_client_is_told_from_a_desktop_one(
    desk: Desk, google: FakeGoogle, tmp_path: Path, browser: Browser
) -> None:
    with pytest.raises(UsageError) as caught:
        sign_in(
            desk,
            google.client_secrets_file(tmp_path, kind="web"),
            open_browser=browser.open,
            on_address=lambda address: None,
        )
    assert "Web application" in caught.value.sentence


@pytest.mark.parametrize(
    "uri", ["https://accounts.example.org/auth", "http://accounts.google.com/auth", "https://evilgoogle.com/"]
)
def test_a_file_that_leads_elsewhere_is_refused(
    uri: str, desk: Desk, google: FakeGoogle, tmp_path: Path
) -> None:
    secrets = google.client_secrets()
    secrets["installed"]["auth_uri"] = uri
    file = tmp_path / "elsewhere.json"
    file.write_text(json.dumps(secrets))
    with pytest.raises(UsageError) as caught:
        sign_in(desk, file, open_browser=None, on_address=lambda address: None)
    assert "neither Google nor this computer" in caught.value.sentence


def test_a_missing_file_is_said(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        sign_in(desk, tmp_path / "gone.json", open_browser=None, on_address=lambda address: None)
    assert "can't be read" in caught.value.sentence
