"""Applies the fix that a finding offers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from outtray.model.changes import Done
from outtray.model.draft import Content, Draft
from outtray.model.findings import Finding, Fix

if TYPE_CHECKING:
    from outtray.desk import Desk


def fixed(desk: Desk, draft: Draft, finding: Finding) -> Done:
    """Saves the draft with the fix applied; not for the GUI thread. Raises Refused where it does not fit."""
    from outtray.review.edit import save

    assert finding.fix is not None
    return save(desk, draft.id, draft.revision.id, apply_fix(draft.revision.content, finding.fix))


def apply_fix(content: Content, fix: Fix) -> Content:
    """The content with the replacement in the place of the fix; raises Refused where it has no such place."""
    from outtray.review.fixes import Mend, mended

    return mended(content, [Mend(fix.place, fix.replacement)])
