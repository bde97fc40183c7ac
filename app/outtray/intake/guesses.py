"""Which path of a foreign shape is probably which field of a draft: a proposal that a person looks at."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from outtray.intake.addresses import NotAnAddress, parse_addresses

_LETTERS = re.compile(r"[^a-z0-9äöüßéèêáíóúñç]+")
_PLACE = re.compile(r"\[\d+\]$")

# The names that CRMs and scripts give, the surest first; joined and in small letters.
_NAMES: Mapping[str, tuple[str, ...]] = {
    field: tuple(names.split())
    for field, names in {
        "to": "to recipientemail contactemail toemail email emailaddress mail recipient address",
        "cc": "cc ccemail",
        "subject": "subject emailsubject subjectline betreff objet asunto title",
        "body_text": "bodytext draft drafttext body emailbody messagebody text message reply content",
        "body_html": "bodyhtml html htmlbody emailhtml",
        "recipient_name": "recipientname contactname fullname displayname name firstname vorname nombre nom",
        "company_name": "companyname company organisation organization accountname firma empresa",
        "request": "request question inquiry enquiry originalmessage lastmessage comments notes",
        "external_id": "externalid id uuid leadid recordid contactid ticketid key",
        "score": "score leadscore confidence",
        "thread_id": "threadid conversationid",
    }.items()
}


def guess_mapping(paths: Sequence[tuple[str, Any]], served: frozenset[str]) -> dict[str, str]:
    """A path for each field that none serves yet and that one seems to fit; `paths` come with an example."""
    found: dict[str, str] = {}
    for field, names in _NAMES.items():
        if field in served:
            continue
        fits = _FITS.get(field, _is_short)
        best: tuple[int, int, str] | None = None
        for path, example in paths:
            rank = _rank(path, names)
            if rank is None or path in found.values() or not fits(example):
                continue
            candidate = (rank, path.count("."), path)
            best = candidate if best is None or candidate < best else best
        if best is not None:
            found[field] = best[2]
    return found


def _rank(path: str, names: Sequence[str]) -> int | None:
    """How sure a path's name is, 0 the surest; its last part or its last two together are compared."""
    parts = [_LETTERS.sub("", _PLACE.sub("", part).lower()) for part in path.split(".")]
    ranks = [names.index(name) for name in (parts[-1], "".join(parts[-2:])) if name in names]
    return min(ranks, default=None)


def _is_address(example: Any) -> bool:
    texts = example if isinstance(example, list) else [example]
    try:
        return bool(texts) and all(isinstance(text, str) and parse_addresses(text) for text in texts)
    except NotAnAddress:
        return False


def _is_text(example: Any) -> bool:
    return isinstance(example, str) and bool(example.strip())


def _is_short(example: Any) -> bool:
    return isinstance(example, str | int) and not isinstance(example, bool) and len(str(example)) <= 998


def _is_number(example: Any) -> bool:
    return isinstance(example, int | float) and not isinstance(example, bool)


_FITS: Mapping[str, Callable[[Any], bool]] = {
    "to": _is_address,
    "cc": _is_address,
    "body_text": _is_text,
    "body_html": lambda example: _is_text(example) and "<" in example,
    "request": _is_text,
    "score": _is_number,
}
