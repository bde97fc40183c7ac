"""The practice mailbox: drafts and sent messages as files, through the same two steps as Gmail.

A draft lies in `practice-drafts/`, and releasing it renames it into `practice-sent/`: one atomic step, as
`drafts.send` is one. Everything is on the disk before a call returns, so that the same recovery runs here.
"""

from __future__ import annotations

import os
import tempfile
from datetime import UTC, datetime
from email.parser import BytesHeaderParser
from pathlib import Path

from outtray.model.clock import Clock
from outtray.model.message import DELIVERY_HEADER
from outtray.sending.transport import (
    DraftPage,
    Headers,
    Placed,
    Received,
    Sent,
    SentPage,
    TransportError,
    Trouble,
)

_SUFFIX = ".eml"
_PAGE = 100


class PracticeTransport:
    """Implements `Transport` on two folders."""

    def __init__(self, profile: Path, clock: Clock) -> None:
        """`profile` is the profile's folder."""
        self._drafts = profile / "practice-drafts"
        self._sent = profile / "practice-sent"
        self._clock = clock

    def prepare(self) -> None:
        """Makes sure that both folders are there."""
        try:
            for folder in (self._drafts, self._sent):
                folder.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise _not_tried(error) from error

    def create(self, raw: bytes, thread_id: str | None) -> Placed:  # noqa: ARG002 - practice has no threads
        """Keeps the message as a draft; the same one again is the same draft."""
        token = _token_in(raw)
        draft = self._draft(token)
        try:
            if not draft.exists():
                _write_durably(draft, raw)
        except OSError as error:
            raise _not_tried(error) from error
        return Placed(token, f"draft-{token}")

    def send(self, draft_id: str) -> Sent:
        """Moves the draft to what was sent."""
        stamp = self._clock.now().strftime("%Y%m%d-%H%M%S")
        target = self._sent / f"{stamp}-{draft_id}{_SUFFIX}"
        try:
            self._draft(draft_id).rename(target)
            _sync_folder(self._sent)
            _sync_folder(self._drafts)
        except FileNotFoundError:
            raise _missing() from None
        except OSError as error:
            raise TransportError(
                Trouble.UNKNOWN, f"The practice folder can't be written: {error.strerror}."
            ) from error
        return Sent(target.stem, None)

    def get_draft(self, draft_id: str) -> Headers:
        """What is seen of a draft."""
        return _headers(self._draft(draft_id), f"draft-{draft_id}")

    def list_drafts(self, page: str | None = None) -> DraftPage:
        """A page of the drafts, by name."""
        names, following = _page(self._drafts, page)
        return DraftPage(tuple(Placed(name, f"draft-{name}") for name in names), following)

    def list_sent(self, page: str | None = None) -> SentPage:
        """A page of what was sent, the newest first."""
        names, following = _page(self._sent, page)
        return SentPage(tuple(names), following)

    def get_headers(self, message_id: str) -> Headers:
        """What is seen of a message that was sent."""
        return _headers(self._sent / f"{_name(message_id)}{_SUFFIX}", message_id)

    def list_received(self, page: str | None = None) -> SentPage:  # noqa: ARG002 - there is but one
        """Nothing: nobody answers practice mail."""
        return SentPage((), None)

    def get_received(self, message_id: str) -> Received:  # noqa: ARG002 - whichever is asked for
        """Always `Trouble.MISSING`."""
        raise _missing()

    def delete_draft(self, draft_id: str) -> None:
        """Removes the draft."""
        try:
            self._draft(draft_id).unlink()
            _sync_folder(self._drafts)
        except FileNotFoundError:
            raise _missing() from None
        except OSError as error:
            raise _not_tried(error) from error

    def abort(self) -> None:
        """Nothing here takes long."""

    def close(self) -> None:
        """Nothing is held open."""

    def _draft(self, draft_id: str) -> Path:
        return self._drafts / f"{_name(draft_id)}{_SUFFIX}"


def _token_in(raw: bytes) -> str:
    token = BytesHeaderParser().parsebytes(raw).get(DELIVERY_HEADER, "").strip()
    if not token.isalnum():
        raise TransportError(Trouble.PERMANENT, f"The message has no {DELIVERY_HEADER} line.")
    return token


def _name(text: str) -> str:
    if not text or Path(text).name != text:
        raise _missing()
    return text


def _write_durably(target: Path, data: bytes) -> None:
    """All of it or nothing under the name of `target`, and on the disk."""
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".", suffix=".part")
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.rename(target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    _sync_folder(target.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _page(folder: Path, after: str | None) -> tuple[list[str], str | None]:
    """Names without suffix, the newest (by name) first, behind `after`."""
    try:
        names = sorted((file.stem for file in folder.glob(f"[!.]*{_SUFFIX}")), reverse=True)
    except OSError as error:
        raise _not_tried(error) from error
    if after is not None:
        names = [name for name in names if name < after]
    return names[:_PAGE], names[_PAGE - 1] if len(names) > _PAGE else None


def _headers(file: Path, message_id: str) -> Headers:
    try:
        with file.open("rb") as opened:
            token = BytesHeaderParser().parse(opened).get(DELIVERY_HEADER)
            at = datetime.fromtimestamp(os.fstat(opened.fileno()).st_mtime, UTC)
    except FileNotFoundError:
        raise _missing() from None
    except OSError as error:
        raise _not_tried(error) from error
    return Headers(message_id, None, token, at)


def _missing() -> TransportError:
    return TransportError(Trouble.MISSING, "The practice mailbox has no such message.")


def _not_tried(error: OSError) -> TransportError:
    return TransportError(Trouble.OFFLINE, f"The practice folder can't be used: {error.strerror}.")
