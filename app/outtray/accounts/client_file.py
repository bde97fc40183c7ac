"""The client secrets file that the operator downloads from Google's console."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from outtray.model.errors import UsageError
from outtray.model.settings import is_loopback

_LARGEST = 64 * 1024
_GOOGLE = (".google.com", ".googleapis.com")


@dataclass(frozen=True, slots=True)
class OAuthClient:
    """What identifies the operator's own OAuth client to Google, and where Google signs people in."""

    client_id: str
    client_secret: str = field(repr=False)
    auth_uri: str
    token_uri: str

    @property
    def revoke_uri(self) -> str:
        """Where sign-ins are taken back: beside `token_uri`, since the file does not name it."""
        return urljoin(self.token_uri, "revoke")

    @property
    def is_local(self) -> bool:
        """Whether any of it is plain http on this computer, which OAuth libraries refuse by themselves."""
        return any(urlsplit(uri).scheme == "http" for uri in (self.auth_uri, self.token_uri))

    def as_google(self) -> dict[str, Any]:
        """The form that Google's library takes."""
        return {
            "installed": {
                "client_id": self.client_id,
                "client_secret": self.client_secret,
                "auth_uri": self.auth_uri,
                "token_uri": self.token_uri,
            }
        }


def read_client_file(path: Path) -> OAuthClient:
    """The client in a file of Google's console; raises UsageError with what is wrong and what to do."""
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST + 1)
    except OSError as error:
        raise UsageError(f"{path} can't be read: {error.strerror}.", field="client_secrets") from error
    try:
        value = json.loads(data) if len(data) <= _LARGEST else None
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise _wrong(path, "is not a client secrets file")
    if "installed" not in value and "web" in value:
        raise _wrong(path, "belongs to a client of type “Web application”")
    inner = value.get("installed")
    if not isinstance(inner, dict):
        raise _wrong(path, "is not a client secrets file")
    names = ("client_id", "client_secret", "auth_uri", "token_uri")
    missing = [name for name in names if not isinstance(inner.get(name), str) or not inner[name]]
    if missing:
        raise _wrong(path, f"lacks {', '.join(missing)}")
    client = OAuthClient(*(inner[name] for name in names))
    for uri in (client.auth_uri, client.token_uri):
        if not _may_be_asked(uri):
            host = urlsplit(uri).hostname or uri
            raise _wrong(path, f"names {host} for signing in, which is neither Google nor this computer")
    return client


def _may_be_asked(uri: str) -> bool:
    parts = urlsplit(uri)
    host = (parts.hostname or "").lower()
    if is_loopback(host):
        return parts.scheme in {"http", "https"}
    return parts.scheme == "https" and f".{host}".endswith(_GOOGLE)


def _wrong(path: Path, what: str) -> UsageError:
    return UsageError(
        f"{path.name} {what}. Make a client of type “Desktop app” in Google's console, "
        "press Download JSON, and choose that file.",
        field="client_secrets",
    )
