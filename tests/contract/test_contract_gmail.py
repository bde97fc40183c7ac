"""The fake Google keeps Gmail's contract, and the contract's own run notices where one does not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.accounts.browser import Browser
from tests.contract.gmail import main
from tests.fakes.google import ADDRESS, FakeGoogle, Fault


@pytest.fixture
def google(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeGoogle]:
    with FakeGoogle(tmp_path) as running:
        monkeypatch.setenv("OUTTRAY_GMAIL_API", running.root)
        yield running


def outcomes(
    google: FakeGoogle, folder: Path, capsys: pytest.CaptureFixture[str], *more: str
) -> tuple[int, dict[str, str]]:
    file = google.client_secrets_file(folder)
    status = main(
        ["--client-secrets", str(file), "--address", ADDRESS, "--json", *more], open_browser=Browser().open
    )
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    return status, {line["fact"]: line["outcome"] for line in lines}


def test_the_fake_google_does_what_gmail_is_taken_to_do(
    google: FakeGoogle, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, found = outcomes(google, tmp_path, capsys)
    assert status == 0
    assert [fact for fact, outcome in found.items() if outcome != "holds"] == ["hides sent without metadata"]
    assert google.mailbox.drafts() == []
    assert google.oauth.live_grants() == 0
    assert {one.recipients for one in google.delivered()} == {(ADDRESS,)}


def test_the_same_without_metadata(
    google: FakeGoogle, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, found = outcomes(google, tmp_path, capsys, "--without-metadata")
    assert status == 0
    assert found["hides sent without metadata"] == "holds"
    assert found["keeps our header when sent"] == "untried"


def test_a_google_that_differs_is_noticed(
    google: FakeGoogle, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    google.faults.always("drafts.delete", Fault.NOT_FOUND)
    status, found = outcomes(google, tmp_path, capsys)
    assert status == 1
    assert found["deletes a draft for good"] == "differs"


def test_another_account_than_the_named_one_is_not_touched(
    google: FakeGoogle, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    google.page.address = "ulf.berg@granhult.example.com"
    status, found = outcomes(google, tmp_path, capsys)
    assert (status, found) == (2, {})
    assert google.calls("drafts.create") == 0
