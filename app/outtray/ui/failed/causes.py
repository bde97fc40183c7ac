"""Why deliveries gave up, in words: the groups of the Failed screen, and what to do about each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from outtray.model.delivery import DeliveryState
from outtray.store.outbox_reads import DeliveryDetail, DeliveryRow, Heap

UNKNOWN = "unconfirmed"


@dataclass(frozen=True, slots=True)
class Cause:
    """One reason: its head in the list, and what the details say. `again`: whether a retry makes sense."""

    key: str
    title: str
    icon: str
    meaning: str
    again: bool = True


_UNKNOWN = Cause(
    UNKNOWN,
    "Not known",
    "ph.question",
    "Nobody can tell from here whether it left. Look into Gmail’s Sent, then say what you found.",
    again=False,
)
_OTHER = Cause("other", "Gave up", "ph.warning-octagon", "Nothing has left. The attempts are below.")
_CAUSES = (
    Cause(
        "gave_up",
        "Gmail did not answer",
        "ph.wifi-slash",
        "Nothing is wrong with the message. A retry works as soon as Gmail answers again.",
    ),
    Cause(
        "invalid_recipient",
        "Gmail refused an address",
        "ph.at",
        "It will not be tried again. Correct the address, or discard the message.",
        again=False,
    ),
    Cause(
        "invalid_message",
        "Gmail refused the message",
        "ph.prohibit",
        "Gmail will not take it as it is. Edit it, or discard it.",
        again=False,
    ),
    Cause(
        "too_large",
        "Too large for Gmail",
        "ph.paperclip",
        "Take an attachment out, or discard the message.",
        again=False,
    ),
)
_BY_KEY = {cause.key: cause for cause in _CAUSES}


def cause_of(state: DeliveryState, cause: str | None) -> Cause:
    """The group of a delivery that gave up or whose outcome is not known."""
    if state is DeliveryState.UNCONFIRMED:
        return _UNKNOWN
    return _BY_KEY.get(cause or "", _OTHER)


def cause_of_row(row: DeliveryRow) -> Cause:
    """The same for a row."""
    return cause_of(row.state, row.cause)


def arranged(heaps: Sequence[Heap]) -> list[tuple[Cause, list[Heap]]]:
    """The groups that hold anything: what is not known first, then the causes."""
    found: dict[str, list[Heap]] = {}
    for heap in heaps:
        found.setdefault(cause_of(heap.state, heap.cause).key, []).append(heap)
    return [(cause, found[cause.key]) for cause in (_UNKNOWN, *_CAUSES, _OTHER) if cause.key in found]


def sentence(row: DeliveryRow) -> str:
    """What happened, in one line of the list."""
    return (row.explanation or cause_of_row(row).title).rstrip(".")


def attempts(count: int) -> str:
    """As in 1 attempt, 8 attempts."""
    return "1 attempt" if count == 1 else f"{count} attempts"


def headline(detail: DeliveryDetail) -> tuple[str, str, str]:
    """What the details say on top: title, text and tone."""
    row = detail.row
    cause = cause_of_row(row)
    if cause.key == UNKNOWN:
        return ("It may have left. Outtray does not guess.", _evidence(detail), "warn")
    title = (row.explanation or cause.title).rstrip(".")
    proof = "" if "Nothing has left" in title else " It has not left."
    return (f"{title}.{proof}", cause.meaning, "block")


def _evidence(detail: DeliveryDetail) -> str:
    said = detail.row.explanation or "The line broke off before an answer came."
    looks = detail.row.looks
    asked = ""
    if looks:
        asked = f" Gmail was asked {looks} {'time' if looks == 1 else 'times'} since."
    return f"{said.rstrip('.')}.{asked} {_UNKNOWN.meaning}"
