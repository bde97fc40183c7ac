"""What is kept of a sign-in, in the keyring and nowhere else."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field

from outtray.accounts.client_file import OAuthClient
from outtray.desk import Desk
from outtray.model.mailboxes import address_key
from outtray.store import facts


@dataclass(frozen=True, slots=True)
class Credentials:
    """Tokens of one account with the client that they belong to; instants in milliseconds (`model.clock`).

    `refresh_until` is when Google ends the sign-in by itself (a client in "Testing": after 7 days).
    """

    client_id: str
    client_secret: str = field(repr=False)
    auth_uri: str
    token_uri: str
    refresh_token: str = field(repr=False)
    access_token: str | None = field(default=None, repr=False)
    expires_at: int = 0
    refresh_until: int | None = None

    @property
    def client(self) -> OAuthClient:
        """The operator's OAuth client."""
        return OAuthClient(self.client_id, self.client_secret, self.auth_uri, self.token_uri)


def entry_name(desk: Desk, address: str) -> str:
    """The entry's name in the keyring; two profiles with one account keep two."""
    with desk.store.read() as connection:
        instance = facts.get_fact(connection, facts.INSTANCE)
    return f"google/{instance}/{address_key(address)}"


def load(desk: Desk, address: str) -> Credentials | None:
    """What the keyring holds, None where it is nothing that can be used; raises KeyringMissing."""
    text = desk.secrets.get(entry_name(desk, address))
    if text is None:
        return None
    try:
        return Credentials(**json.loads(text))
    except (ValueError, TypeError):
        return None


def save(desk: Desk, address: str, credentials: Credentials) -> None:
    """Keeps the tokens; raises KeyringMissing."""
    desk.secrets.set(entry_name(desk, address), json.dumps(asdict(credentials)))


def forget(desk: Desk, address: str) -> None:
    """Forgets the tokens; raises KeyringMissing."""
    desk.secrets.delete(entry_name(desk, address))
