"""What can be mended in many drafts at once, and every difference that it would make. Changes nothing."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from outtray.checks.registry import CHECKS, CODES
from outtray.desk import Desk
from outtray.model.draft import Draft
from outtray.model.errors import Refused
from outtray.model.findings import Finding, Place, Severity
from outtray.review.fixes import span_of
from outtray.store.drafts import get_drafts
from outtray.store.fixable import Shared, drafts_sharing, drafts_with, shared_fixes, shared_words

# No more are looked at or changed in one go.
MOST = 10_000
_WIDEST = 90  # characters of a sentence at each side of a difference
_AT_ONCE = 200
_WORDS = "words:"
# A text for these can be written where none was computed, or another one than that.
WRITTEN = frozenset({"placeholder", "phrase", "no_subject"})
_TITLES = {check.code: check.title for check in CHECKS}


@dataclass(frozen=True, slots=True)
class FixKind:
    """Findings that are mended alike: `key` is their fix's, or names the words they share."""

    code: str
    key: str
    title: str
    hint: str
    severity: Severity
    drafts: int


@dataclass(frozen=True, slots=True)
class Difference:
    """One place of one draft: what goes out and what comes in, between what stands beside it."""

    draft_id: int
    revision_id: int
    name: str
    address: str
    before: str
    removed: str
    added: str
    after: str


@dataclass(frozen=True, slots=True)
class FixPreview:
    """Every difference. `value` is the text that goes in everywhere, empty where it has to be written;
    None where each place has its own. `of` counts the drafts, which may be more than are shown.
    """

    kind: FixKind
    differences: tuple[Difference, ...]
    value: str | None
    of: int


def kinds(desk: Desk) -> list[FixKind]:
    """What can be mended in many drafts, the most frequent first."""
    with desk.store.read() as connection:
        found = [_kind(one) for one in shared_fixes(connection, CODES)]
        alike: dict[tuple[str, str], FixKind] = {}
        for one in shared_words(connection, WRITTEN):
            if one.code != "no_subject" and one.sample.where.start is None:
                continue
            kind = _kind(one)
            before = alike.get((kind.code, kind.key))
            drafts = kind.drafts + (before.drafts if before else 0)
            first = before or kind
            alike[kind.code, kind.key] = FixKind(
                first.code, first.key, first.title, first.hint, first.severity, drafts
            )
    return sorted([*found, *alike.values()], key=lambda kind: (-kind.drafts, kind.title))


def key_of(finding: Finding) -> str:
    """What findings that are mended alike have in common, beside their code."""
    return finding.fix.key if finding.fix is not None else _WORDS + finding.excerpt.casefold()


def others(desk: Desk, draft: Draft, most: int = 999) -> dict[Finding, int]:
    """The findings that can be mended in other drafts in review too, and in how many, up to `most`."""
    found: dict[Finding, int] = {}
    with desk.store.read() as connection:
        for finding in draft.findings:
            key = None if finding.fix is None else finding.fix.key
            if key is not None or finding.code == "no_subject":
                number = drafts_sharing(connection, finding.code, key, most + 1) - 1
                if number > 0:
                    found[finding] = number
    return found


def preview(desk: Desk, kind: FixKind, *, cancelled: Callable[[], bool] = lambda: False) -> FixPreview:
    """Every difference that the fix would make, oldest draft first; changes nothing."""
    found: list[Difference] = []
    with desk.store.read() as connection:
        fix_key = None if kind.key.startswith(_WORDS) else kind.key
        ids = drafts_with(connection, kind.code, fix_key)
        for start in range(0, min(len(ids), MOST), _AT_ONCE):
            if cancelled():
                break
            for draft in get_drafts(connection, ids[start : min(start + _AT_ONCE, MOST)]):
                found += _differences(draft, kind.code, kind.key)
    texts = {difference.added for difference in found}
    value: str | None = None
    if kind.code in WRITTEN and (fix_key is None or len(texts) == 1):
        value = next(iter(texts), "")
    drafts = len(ids) if fix_key is not None else len({one.draft_id for one in found})
    return FixPreview(kind, tuple(found), value, drafts)


def matching(draft: Draft, code: str, key: str) -> Iterator[Finding]:
    """The findings of a draft that are mended alike."""
    for finding in draft.findings:
        if finding.code == code and key_of(finding) == key:
            yield finding


def place_of(finding: Finding) -> Place:
    """Where the text goes in."""
    return finding.where if finding.fix is None else finding.fix.place


def is_written(key: str) -> bool:
    """Whether no text was computed for findings with this key."""
    return key.startswith(_WORDS)


def _kind(shared: Shared) -> FixKind:
    finding = shared.sample
    title, hint = _TITLES.get(finding.code, finding.why.removesuffix(".")), "you write it, nothing is guessed"
    if finding.code == "placeholder":
        title = f"“{finding.excerpt}” left in"
    elif finding.code == "phrase":
        title = finding.why.removesuffix(".")
    if finding.fix is not None:
        hint = finding.fix.label
        if "“" in hint and finding.code not in WRITTEN:
            hint = "each draft its own words"
    return FixKind(finding.code, key_of(finding), title, hint, finding.weighs, shared.drafts)


def _differences(draft: Draft, code: str, key: str) -> Iterator[Difference]:
    content = draft.revision.content
    person = content.recipients[0] if content.recipients else None
    for finding in matching(draft, code, key):
        place = place_of(finding)
        try:
            start, end = span_of(content, place)
        except Refused:
            continue
        text = getattr(content, place.field) or ""
        before = text[max(0, start - _WIDEST) : start].rpartition("\n")[2]
        after = text[end : end + _WIDEST].partition("\n")[0]
        yield Difference(
            draft.id,
            draft.revision.id,
            (person.display_name if person else "") or draft.recipient_name or "",
            person.address if person else "",
            before.lstrip(),
            _visible(text[start:end]),
            "" if finding.fix is None else " ".join(finding.fix.replacement.split()),
            after.rstrip(),
        )


def _visible(text: str) -> str:
    """The text on one line, with a dot for each character that cannot be seen."""
    dotted = "".join("·" if unicodedata.category(sign) == "Cf" else sign for sign in text)
    return " ".join(dotted.split())
