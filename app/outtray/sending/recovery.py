"""What became of a call whose outcome is not known: looks at the drafts and at what was sent.

A look only says what it saw; `sender` concludes, at the last look, along the table. A 404 is never proof
of anything by itself: somebody may have pressed Send in Gmail's own window.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from outtray.model.delivery import Delivery
from outtray.sending.transport import Headers, Placed, Sent, Transport, TransportError, Trouble

# The service's clock and this machine's may differ: SENT is read this much further back.
CLOCK_MARGIN = timedelta(hours=24)


class Seen(StrEnum):
    """What a look saw."""

    DRAFT = "draft"  # a draft with our header; in `releasing`, the very one that was staged
    NOTHING = "nothing"
    SENT = "sent"
    EDITED = "edited"  # our header, under other ids than those that staging recorded
    CANT_SEE = "cant_see"  # the draft is gone, and the account does not see what was sent


@dataclass(frozen=True, slots=True)
class Sight:
    """One look: what it saw, the ids, and the evidence (`asked`, counts) that the operator is shown."""

    seen: Seen
    draft: Placed | None = None
    sent: Sent | None = None
    at: datetime | None = None
    evidence: dict[str, Any] = field(default_factory=dict)


class Stopped(Exception):  # noqa: N818 - the sender was told to stop; nothing is wrong
    """The look was left unfinished."""


class Looker:
    """Looks through one account. A message's header never changes, so it is asked once a message."""

    def __init__(self, transport: Transport, stopped: Callable[[], bool]) -> None:
        """`stopped` is asked between calls."""
        self._transport = transport
        self._stopped = stopped
        self._headers: dict[str, Headers] = {}

    def after_create(self, delivery: Delivery, *, sees_sent: bool) -> Sight:
        """In `staging`: a draft with our header, or, where it is seen, its copy that somebody sent by hand.

        Raises TransportError, Stopped.
        """
        found, count = self._find_draft(delivery.delivery_token)
        evidence: dict[str, Any] = {"asked": ["drafts.list", "drafts.get"], "drafts_seen": count}
        if found is not None or not sees_sent:
            return Sight(Seen.NOTHING if found is None else Seen.DRAFT, draft=found, evidence=evidence)
        evidence["asked"] += ["messages.list", "messages.get"]
        since = (delivery.first_tried_at or delivery.approved_at) - CLOCK_MARGIN
        sent, evidence["sent_seen"] = self._find_sent(delivery.delivery_token, since)
        return Sight(Seen.NOTHING, evidence=evidence) if sent is None else _sight_of(sent, evidence)

    def after_send(self, delivery: Delivery, *, sees_sent: bool) -> Sight:
        """In `releasing`: is the draft there, sent, or edited? Raises TransportError, Stopped."""
        assert delivery.gmail_draft_id is not None
        evidence: dict[str, Any] = {"asked": ["drafts.get"]}
        still = self._draft(delivery.gmail_draft_id)
        if still is not None and still.message_id == delivery.gmail_draft_message_id:
            return Sight(
                Seen.DRAFT, draft=Placed(delivery.gmail_draft_id, still.message_id), evidence=evidence
            )
        evidence["draft"] = "gone" if still is None else "changed"
        if still is not None:
            # The id lives on with another message behind it: somebody wrote in it.
            return Sight(Seen.EDITED, evidence=evidence)
        if not sees_sent:
            return Sight(Seen.CANT_SEE, evidence=evidence)
        since = (delivery.staged_at or delivery.released_at or delivery.approved_at) - CLOCK_MARGIN
        evidence["asked"] = ["drafts.get", "messages.list", "messages.get", "drafts.list"]
        sent, evidence["sent_seen"] = self._find_sent(delivery.delivery_token, since)
        if sent is not None:
            return _sight_of(sent, evidence)
        draft, evidence["drafts_seen"] = self._find_draft(delivery.delivery_token)
        if draft == Placed(delivery.gmail_draft_id, delivery.gmail_draft_message_id or ""):
            # It was said to be gone, and it is there as it was staged.
            return Sight(Seen.DRAFT, draft=draft, evidence=evidence)
        return Sight(Seen.NOTHING if draft is None else Seen.EDITED, draft=draft, evidence=evidence)

    def _draft(self, draft_id: str) -> Headers | None:
        try:
            return self._transport.get_draft(draft_id)
        except TransportError as error:
            if error.trouble is Trouble.MISSING:
                return None
            raise

    def _find_draft(self, token: str) -> tuple[Placed | None, int]:
        page: str | None = None
        count = 0
        while True:
            self._mind_stop()
            listed = self._transport.list_drafts(page)
            for placed in listed.drafts:
                count += 1
                headers = self._headers.get(placed.message_id)
                if headers is None:
                    self._mind_stop()
                    headers = self._draft(placed.draft_id)
                    if headers is None:
                        continue
                    self._headers[headers.message_id] = headers
                if headers.token == token:
                    return Placed(placed.draft_id, headers.message_id), count
            if listed.next is None:
                return None, count
            page = listed.next

    def _find_sent(self, token: str, since: datetime) -> tuple[Headers | None, int]:
        page: str | None = None
        count = 0
        while True:
            self._mind_stop()
            listed = self._transport.list_sent(page)
            for message_id in listed.message_ids:
                count += 1
                headers = self._sent_headers(message_id)
                if headers is None:
                    continue
                if headers.token == token:
                    return headers, count
                if headers.at is not None and headers.at < since:
                    return None, count
            if listed.next is None:
                return None, count
            page = listed.next

    def _sent_headers(self, message_id: str) -> Headers | None:
        known = self._headers.get(message_id)
        if known is not None:
            return known
        self._mind_stop()
        try:
            found = self._transport.get_headers(message_id)
        except TransportError as error:
            if error.trouble is Trouble.MISSING:
                return None
            raise
        self._headers[message_id] = found
        return found

    def _mind_stop(self) -> None:
        if self._stopped():
            raise Stopped


def _sight_of(sent: Headers, evidence: dict[str, Any]) -> Sight:
    return Sight(Seen.SENT, sent=Sent(sent.message_id, sent.thread_id), at=sent.at, evidence=evidence)
