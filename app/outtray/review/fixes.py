"""Puts right what a check found: the replacement in its place, and the same in the HTML part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Literal

from outtray.model.draft import Content
from outtray.model.errors import Refused
from outtray.model.findings import Place
from outtray.model.html_from_text import html_from_text

Field = Literal["subject", "body_text", "body_html"]
_FIELDS: dict[str, Field] = {"subject": "subject", "body_text": "body_text", "body_html": "body_html"}


@dataclass(frozen=True, slots=True)
class Mend:
    """What goes into a place of a message; a place without a range is its whole field."""

    place: Place
    replacement: str


def mended(content: Content, mends: Sequence[Mend]) -> Content:
    """The content with all of these applied, none over another; raises Refused where one does not fit.

    What is mended in the text is mended in the HTML part too where it stands there as often in the
    same words; else the HTML part is made anew from the text.
    """
    texts = {name: getattr(content, name) or "" for name in _FIELDS}
    anew = False
    spans = sorted(
        ((mend, *span_of(content, mend.place)) for mend in mends), key=lambda span: span[1], reverse=True
    )
    behind: dict[str, int] = {}
    for mend, start, end in spans:
        name = mend.place.field
        if end > behind.get(name, end):
            continue
        behind[name] = start
        text = texts[name]
        removed = text[start:end]
        texts[name] = text[:start] + mend.replacement + text[end:]
        if name == "body_text" and content.body_html:
            html = _in_html(texts["body_html"], text, start, removed, mend.replacement)
            anew = anew or html is None
            texts["body_html"] = html or texts["body_html"]
    if anew:
        texts["body_html"] = html_from_text(texts["body_text"])
    return replace(
        content,
        subject=texts["subject"],
        body_text=texts["body_text"],
        body_html=texts["body_html"] if content.body_html is not None else None,
    )


def span_of(content: Content, place: Place) -> tuple[int, int]:
    """The range of characters of a place in its field; raises Refused where the field has no such range."""
    text = getattr(content, _FIELDS[place.field]) if place.field in _FIELDS else None
    if text is None:
        raise Refused("no_such_place", "This fix can’t be applied here. Edit the draft.")
    start = 0 if place.start is None else place.start
    end = len(text) if place.end is None else place.end
    if not 0 <= start <= end <= len(text):
        raise Refused("no_such_place", "The text is not where this fix belongs any more. Edit the draft.")
    return start, end


def _in_html(html: str, text: str, start: int, removed: str, replacement: str) -> str | None:
    """The HTML with the same occurrence of the same words replaced; None where it has not the same ones."""
    words = escape(removed, quote=False)
    if not removed.strip() or html.count(words) != text.count(removed):
        return None
    at = -1
    for _ in range(text.count(removed, 0, start) + 1):
        at = html.index(words, at + 1)
    return html[:at] + escape(replacement, quote=False) + html[at + len(words) :]
