"""What the banner says, and in which order."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from pytestqt.qtbot import QtBot

from outtray.model.accounts import Account, AccountKind, AccountState
from outtray.model.delivery import Gate
from outtray.ui.banner import Banner, Standing, banners

NOW = datetime(2026, 11, 24, 14, 30, tzinfo=UTC)


def account(**changed: Any) -> Account:
    made = Account(
        address="mara@tideway.example.com",
        kind=AccountKind.GMAIL,
        display_name="Mara",
        scopes=(),
        client_id=None,
        state=AccountState.OK,
        position=0,
        wait_for=None,
        wait_until=None,
        wait_reason=None,
        added_at=NOW,
        signed_in_at=NOW,
    )
    return replace(made, **changed)


def standing(**changed: Any) -> Standing:
    made = Standing(
        now=NOW,
        zone=UTC,
        paused=False,
        since=None,
        waiting=0,
        waiting_for={},
        accounts=[account()],
        limit=20,
        endpoint="",
    )
    return replace(made, **changed)


def said(banner: Banner) -> str:
    return f"{banner.strong} {banner.text}"


def test_nothing_is_said_while_all_is_well() -> None:
    assert banners(standing()) == []


def test_a_paused_desk_says_since_when_and_how_many_wait() -> None:
    (banner,) = banners(standing(paused=True, since=NOW.replace(hour=13, minute=58), waiting=7))
    assert said(banner) == "Sending is paused since 13:58. 7 messages wait. Nothing leaves until you resume."
    assert banner.button == "Resume sending"


def test_a_desk_without_an_account_does_not_talk_of_the_switch() -> None:
    assert banners(standing(paused=True, accounts=[])) == []


def test_one_message_waits_and_two_wait() -> None:
    (banner,) = banners(standing(paused=True, waiting=1))
    assert "1 message waits." in banner.text


def test_google_asks_to_sign_in_again() -> None:
    (banner,) = banners(
        standing(accounts=[account(state=AccountState.SIGN_IN_NEEDED)], waiting_for={Gate.SIGN_IN: 4})
    )
    assert said(banner) == (
        "Google asks mara@tideway.example.com to sign in again. 4 messages wait, no attempt was lost."
    )
    assert banner.button == "Reconnect"


def test_gmail_does_not_answer() -> None:
    (banner,) = banners(
        standing(
            accounts=[account(wait_for=Gate.BREAKER, wait_until=NOW.replace(minute=36))],
            waiting_for={Gate.BREAKER: 3},
        )
    )
    assert said(banner) == "Gmail is not answering. 3 messages wait; next try 14:36."


def test_the_computer_is_offline() -> None:
    (banner,) = banners(standing(accounts=[account(wait_for=Gate.OFFLINE)]))
    assert said(banner) == "This computer is offline. Messages wait and go out when it is back."
    assert banner.button == ""


def test_the_days_messages_are_used_up() -> None:
    (banner,) = banners(
        standing(
            accounts=[account(wait_for=Gate.ACCOUNT_QUOTA, wait_until=datetime(2026, 11, 25, tzinfo=UTC))],
            waiting_for={Gate.ACCOUNT_QUOTA: 5},
        )
    )
    assert said(banner) == "mara@tideway.example.com reached 20 messages today. 5 wait until tomorrow 00:00."


def test_an_endpoint_that_is_not_gmail_is_always_told() -> None:
    (banner,) = banners(standing(endpoint="http://127.0.0.1:8080"))
    assert "http://127.0.0.1:8080" in banner.text


def test_what_matters_most_comes_first() -> None:
    everything = standing(
        broken_log="Event 31,407 was changed. Sending is paused.",
        paused=True,
        endpoint="http://127.0.0.1:1",
        accounts=[
            account(wait_for=Gate.OFFLINE),
            account(wait_for=Gate.ACCOUNT_QUOTA),
            account(wait_for=Gate.BREAKER),
            account(state=AccountState.SIGN_IN_NEEDED),
        ],
    )
    kinds = [banner.kind for banner in banners(everything)]
    assert kinds == ["log", "switch", "sign_in", "breaker", "offline", "quota", "endpoint"]


def test_every_banner_has_an_icon_that_exists(qtbot: QtBot) -> None:
    from tests.fakes.window import theme

    for gate in Gate:
        for banner in banners(standing(accounts=[account(wait_for=gate)], paused=True, broken_log="x")):
            theme().icons.glyph(banner.icon)


def test_rules_that_switched_themselves_off_say_why_behind_everything_that_holds_mail() -> None:
    stopped = (NOW.replace(hour=13, minute=5), "3 of 14 sends failed within an hour.")
    found = banners(standing(paused=True, rules_stopped=stopped))
    assert [banner.kind for banner in found] == ["switch", "rules"]
    assert said(found[1]) == ("Rules switched themselves off at 13:05: 3 of 14 sends failed within an hour.")
    assert (found[1].button, found[1].command) == ("Show", "goRules")
