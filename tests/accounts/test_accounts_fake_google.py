"""The fake Google itself: each fault with its effect, and a mailbox that outlives its process."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import urllib3

from tests.fakes.google import COMPOSE, METADATA, FakeGoogle, Fault, Grant, Person

RAW = (
    b"From: mara@outtray.example.com\r\nTo: ada@example.com\r\nBcc: ulf.berg@granhult.example.com\r\n"
    b"Subject: Hello\r\nMessage-ID: <1@outtray.example.com>\r\nX-Outtray-Delivery: token-1\r\n\r\nHello.\r\n"
)
ROOT = Path(__file__).resolve().parents[2]


class Client:
    """One attempt a call, as any program would make it."""

    def __init__(self, root: str, token: str) -> None:
        self._root = root
        self._headers = {"Authorization": f"Bearer {token}"}
        self._http = urllib3.PoolManager(retries=False, timeout=2)

    def call(self, method: str, path: str, value: Any = None) -> tuple[int, Any]:
        answer = self._http.request(
            method,
            f"{self._root}/gmail/v1/users/me/{path}",
            body=None if value is None else json.dumps(value).encode(),
            headers=self._headers,
        )
        return answer.status, json.loads(answer.data) if answer.data else None

    def create(self) -> str:
        status, value = self.call(
            "POST", "drafts", {"message": {"raw": base64.urlsafe_b64encode(RAW).decode()}}
        )
        assert status == 200
        return str(value["id"])

    def send(self, draft_id: str) -> tuple[int, Any]:
        return self.call("POST", "drafts/send", {"id": draft_id})


@pytest.fixture
def google(tmp_path: Path) -> Iterator[FakeGoogle]:
    with FakeGoogle(tmp_path) as running:
        yield running


@pytest.fixture
def client(google: FakeGoogle) -> Client:
    return Client(google.root, google.grant().access_token)


def test_what_was_uploaded_is_what_was_delivered(google: FakeGoogle, client: Client) -> None:
    client.send(client.create())
    (one,) = google.delivered()
    assert one.uploaded == RAW
    assert one.token == "token-1"
    assert one.recipients == ("ada@example.com", "ulf.berg@granhult.example.com")
    assert google.tokens() == {"token-1": 1}


@pytest.mark.parametrize(
    ("fault", "left"),
    [
        (Fault.RESET_BEFORE, 0),
        (Fault.RESET_AFTER, 1),
        (Fault.RESET_IN_REQUEST, 0),
        (Fault.RESET_IN_ANSWER, 1),
        (Fault.CLOSE_BEFORE, 0),
        (Fault.CLOSE_AFTER, 1),
        (Fault.HANG_BEFORE, 0),
        (Fault.HANG_AFTER, 1),
    ],
    ids=lambda value: getattr(value, "name", value),
)
def test_a_broken_call_takes_effect_as_its_fault_says(
    fault: Fault, left: int, google: FakeGoogle, tmp_path: Path
) -> None:
    client = Client(google.root, google.grant().access_token)
    client._http = urllib3.PoolManager(retries=False, timeout=0.3)
    draft_id = client.create()
    google.faults.next("drafts.send", fault)
    with pytest.raises(urllib3.exceptions.HTTPError):
        client.send(draft_id)
    assert len(google.delivered()) == left
    assert google.calls("drafts.send") == 1


@pytest.mark.parametrize(
    ("fault", "status", "reason"),
    [
        (Fault.RATE_LIMIT, 403, "rateLimitExceeded"),
        (Fault.USER_RATE_LIMIT, 403, "userRateLimitExceeded"),
        (Fault.DAILY_LIMIT, 403, "dailyLimitExceeded"),
        (Fault.INSUFFICIENT_PERMISSIONS, 403, "insufficientPermissions"),
        (Fault.UNAUTHORIZED, 401, "authError"),
        (Fault.INVALID_TO, 400, "invalidArgument"),
        (Fault.TOO_LARGE, 413, "uploadTooLarge"),
        (Fault.throttled("7"), 429, "rateLimitExceeded"),
    ],
    ids=lambda value: getattr(value, "name", value),
)
def test_refusals_look_like_googles(
    fault: Fault, status: int, reason: str, google: FakeGoogle, client: Client
) -> None:
    google.faults.next("drafts.create", fault)
    found, value = client.call("POST", "drafts", {"message": {"raw": ""}})
    assert found == status
    assert value["error"]["code"] == status
    assert value["error"]["errors"][0]["reason"] == reason


def test_a_late_send_takes_effect_after_its_client_has_gone(google: FakeGoogle, client: Client) -> None:
    draft_id = client.create()
    google.faults.next("drafts.send", Fault.late(3600))
    with pytest.raises(urllib3.exceptions.HTTPError):
        client.send(draft_id)
    assert client.call("GET", f"drafts/{draft_id}?format=metadata")[0] == 200
    google.finish_late()
    assert client.call("GET", f"drafts/{draft_id}?format=metadata")[0] == 404
    assert len(google.delivered()) == 1


@pytest.mark.parametrize(
    ("fault", "delivered"),
    [(Fault.PERSON_SENDS, ["person"]), (Fault.PERSON_EDITS, []), (Fault.PERSON_DELETES, [])],
    ids=[person.value for person in Person],
)
def test_a_person_can_be_quicker_in_gmails_own_window(
    fault: Fault, delivered: list[str], google: FakeGoogle, client: Client
) -> None:
    draft_id = client.create()
    google.faults.next("drafts.send", fault)
    assert client.send(draft_id)[0] == 404
    assert [one.by for one in google.delivered()] == delivered


def test_the_same_seed_fails_in_the_same_places(tmp_path: Path) -> None:
    def course(seed: int) -> list[str]:
        with FakeGoogle(tmp_path / str(seed)) as google:
            google.faults.seeded(seed, 0.5)
            for _ in range(40):
                google.faults.take("drafts.send")
            return [fault.name for _, fault in google.faults.taken]

    for seed in (1, 2):
        (tmp_path / str(seed)).mkdir()
    assert course(1) == course(1) != course(2)


def test_a_restored_mailbox_forgets_nothing_that_was_delivered(google: FakeGoogle, client: Client) -> None:
    draft_id = client.create()
    before = google.mailbox.snapshot()
    client.send(draft_id)
    google.mailbox.restore(before)
    assert [one for one, _ in google.mailbox.drafts()] == [draft_id]
    client.send(draft_id)
    assert google.tokens() == {"token-1": 2}


@pytest.mark.parametrize(
    ("scopes", "path", "status"),
    [
        ((COMPOSE,), "messages?labelIds=SENT", 403),
        ((COMPOSE,), "drafts?q=subject:x", 200),
        ((COMPOSE, METADATA), "drafts?q=subject:x", 403),
        ((COMPOSE, METADATA), "messages?labelIds=SENT", 200),
        ((METADATA,), "drafts", 403),
    ],
)
def test_scopes_reach_as_far_as_googles(
    scopes: tuple[str, ...], path: str, status: int, google: FakeGoogle
) -> None:
    assert Client(google.root, google.grant(scopes=scopes).access_token).call("GET", path)[0] == status


def test_the_mailbox_outlives_a_kill_of_its_process(tmp_path: Path) -> None:
    mailbox = tmp_path / "mailbox.sqlite"

    def start(port: int = 0) -> tuple[subprocess.Popen[str], dict[str, str]]:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "tests.fakes.google", "--mailbox", str(mailbox)),
                *("--port", str(port), "--grant"),
            ],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        return process, json.loads(process.stdout.readline())

    process, said = start()
    try:
        client = Client(said["root"], said["access_token"])
        kept, sent = client.create(), client.create()
        client.send(sent)
    finally:
        process.kill()
        process.communicate()
    process, again = start(int(said["root"].rpartition(":")[2]))
    try:
        assert again["root"] == said["root"]
        client = Client(again["root"], said["access_token"])
        assert client.call("GET", f"drafts/{kept}?format=metadata")[0] == 200
        assert client.call("GET", f"drafts/{sent}?format=metadata")[0] == 404
        found = urllib3.request("GET", f"{again['root']}/control/delivered").json()["delivered"]
        assert [one["token"] for one in found] == ["token-1"]
        urllib3.request("POST", f"{again['root']}/control/faults", json=[["drafts.get", "not found"]])
        assert client.call("GET", f"drafts/{kept}?format=metadata")[0] == 404
    finally:
        process.kill()
        process.communicate()


def test_offline_means_that_nobody_listens(google: FakeGoogle, client: Client) -> None:
    draft_id = client.create()
    google.offline()
    with pytest.raises(urllib3.exceptions.NewConnectionError):
        Client(google.root, "").send(draft_id)
    google.online()
    assert client.send(draft_id)[0] == 200


def test_a_code_is_worth_nothing_without_the_proof_key(google: FakeGoogle) -> None:
    redirect = "http://127.0.0.1:9/"
    where = google.oauth.authorize(
        f"client_id={google.oauth.client_id}&redirect_uri={redirect}&response_type=code&scope={COMPOSE}"
        "&state=s&code_challenge=abc&code_challenge_method=S256"
    )
    code = where.headers["Location"].partition("code=")[2].partition("&")[0]
    answer = google.oauth.token(
        f"grant_type=authorization_code&code={code}&client_id={google.oauth.client_id}"
        f"&client_secret={google.oauth.client_secret}&redirect_uri={redirect}&code_verifier=wrong".encode()
    )
    assert answer.status == 400
    assert json.loads(answer.body)["error_description"] == "Invalid code verifier."


def test_an_ended_token_is_worth_nothing(google: FakeGoogle) -> None:
    grant: Grant = google.grant()
    google.oauth.expire_access_tokens()
    assert Client(google.root, grant.access_token).call("GET", "profile")[0] == 401
