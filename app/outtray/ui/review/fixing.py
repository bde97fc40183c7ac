"""Applies the fix that a finding offers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from outtray.model.changes import Done
from outtray.model.draft import Content, Draft
from outtray.model.errors import Refused
from outtray.model.findings import Finding, Fix

if TYPE_CHECKING:
    from outtray.desk import Desk


_TEXTS = {"subject", "body_text", "body_html"}


def fixed(desk: Desk, draft: Draft, finding: Finding) -> Done:
    """Saves the draft with the fix applied; not for the GUI thread. Raises Refused where it does not fit."""
    from outtray.review.edit import save

    assert finding.fix is not None
    content = apply_fix(draft.revision.content, finding.fix)
    return save(desk, draft.id, draft.revision.id, content)


def apply_fix(content: Content, fix: Fix) -> Content:
    """The content with the replacement in the place of the fix; raises Refused where it has no such place."""
    place = fix.place
    before = getattr(content, place.field, None) if place.field in _TEXTS else None
    if not isinstance(before, str):
        raise Refused("no_such_place", "This fix can't be applied here. Edit the draft.")
    start = 0 if place.start is None else place.start
    end = len(before) if place.end is None else place.end
    if not 0 <= start <= end <= len(before):
        raise Refused("no_such_place", "The text is not where this fix belongs any more. Edit the draft.")
    after = before[:start] + fix.replacement + before[end:]
    if place.field == "subject":
        return replace(content, subject=after)
    return (
        replace(content, body_html=after) if place.field == "body_html" else replace(content, body_text=after)
    )
