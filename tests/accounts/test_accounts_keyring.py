"""Sign-ins in a real keyring (GNOME Keyring on a session bus of the test's own), and without any."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from outtray.accounts.keyring_store import MISSING, KeyringStore
from outtray.model.accounts import KeyringMissing
from tests.accounts.keyring_session import run_with_keyring, run_without_keyring
from tests.fakes.google import ADDRESS, CLIENT_SECRET, FakeGoogle

_KEEPS = """
import json, keyring
from outtray.accounts.keyring_store import KeyringStore
store = KeyringStore()
said = [store.get("google/x")]
store.set("google/x", "first"); store.set("google/x", "sécond " * 300)
said.append(store.get("google/x") == "sécond " * 300)
said.append(keyring.get_password("outtray", "google/x") is not None)
store.delete("google/x"); store.delete("google/x")
said.append(store.get("google/x"))
print(json.dumps(said))
"""

_LOCKED = """
import contextlib, secretstorage
from outtray.accounts.keyring_store import KeyringStore
from outtray.model.accounts import KeyringLocked
store = KeyringStore()
store.set("google/x", "secret")
with contextlib.closing(secretstorage.dbus_init()) as bus:
    secretstorage.get_default_collection(bus).lock()
for act in (lambda: store.get("google/x"), lambda: store.set("google/x", "other")):
    try:
        act()
    except KeyringLocked as error:
        print(error.sentence)
"""

_SIGNS_IN = """
import json, sys, threading, urllib.request
from pathlib import Path
from outtray.accounts.remove import remove
from outtray.accounts.sign_in import sign_in
from outtray.accounts.tokens import access_token
from outtray.opening import open_desk

def browser(address):
    threading.Thread(target=lambda: urllib.request.urlopen(address).read(), daemon=True).start()
    return True

folder = Path(sys.argv[1])
desk = open_desk(folder)
sign_in(desk, Path(sys.argv[2]), open_browser=browser, on_address=lambda address: None)
desk.close()
desk = open_desk(folder)
from outtray.store.accounts import list_accounts
with desk.store.read() as connection:
    (account,) = list_accounts(connection)
token = access_token(desk, account)
desk.close()
files = b"".join(file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file())
on_disk = token.encode() in files
desk = open_desk(folder)
said = remove(desk, account.address)
desk.close()
print(json.dumps({"address": account.address, "token": token, "on_disk": on_disk, "said": said}))
"""


def test_a_real_keyring_keeps_gives_and_forgets(tmp_path: Path) -> None:
    done = run_with_keyring(tmp_path / "home", _KEEPS)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [None, True, True, None]


def test_a_locked_keyring_is_said_and_nothing_is_asked_of_the_operator(tmp_path: Path) -> None:
    done = run_with_keyring(tmp_path / "home", _LOCKED)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("The keyring is locked.") == 2


def test_a_sign_in_outlives_the_program_in_the_keyring_alone(
    tmp_path: Path, google: FakeGoogle, monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets_file = google.client_secrets_file(tmp_path)
    done = run_with_keyring(tmp_path / "home", _SIGNS_IN, str(tmp_path / "profile"), str(secrets_file))
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["address"] == ADDRESS
    assert said["token"].startswith("ya29.")
    assert said["on_disk"] is False
    assert "ended at Google" in said["said"]
    home = b"".join(file.read_bytes() for file in sorted((tmp_path / "home").rglob("*")) if file.is_file())
    assert CLIENT_SECRET.encode() not in home
    assert google.oauth.live_grants() == 0


def test_without_a_keyring_the_command_line_refuses_before_it_asks_google(
    tmp_path: Path, google: FakeGoogle
) -> None:
    profile = tmp_path / "profile"
    command = [sys.executable, "-P", "-m", "outtray", "--profile", str(profile), "account", "add"]
    secrets_file = google.client_secrets_file(tmp_path)
    done = run_without_keyring(
        tmp_path / "home", [*command, "--client-secrets", str(secrets_file), "--no-browser"]
    )
    assert done.returncode == 1
    assert done.stderr.strip() == MISSING
    assert done.stdout == ""
    assert google.arrived == []


@pytest.mark.parametrize("backend", ["keyring.backends.null.Keyring", "keyring.backends.fail.Keyring"])
def test_a_keyring_that_keeps_nothing_counts_as_none(backend: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import keyring
    from keyring.core import load_keyring

    before = keyring.get_keyring()
    keyring.set_keyring(load_keyring(backend))
    try:
        with pytest.raises(KeyringMissing):
            KeyringStore().set("google/x", "secret")
    finally:
        keyring.set_keyring(before)
