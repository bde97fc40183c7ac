"""Puts a part of a message into the body view: the text, the cleaned HTML, what is hidden, the source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from outtray.model.draft import Content
from outtray.model.findings import Finding
from outtray.model.html_content import HtmlContent
from outtray.ui.context import WindowContext
from outtray.ui.review.body_view import BodyView, Mark, TextLook
from outtray.ui.review.message_parts import Part, hidden_words

# A window shows no more of the source than a person would read; `outtray draft ID --mime` gives all of it.
_SOURCE_LIMIT = 200_000
_FIELDS = {Part.TEXT: "body_text", Part.HTML: "body_html"}


@dataclass(frozen=True, slots=True)
class BodyContent:
    """What there is to show; `html` and `source` are None as long as they are being read."""

    content: Content
    html: HtmlContent | None
    images: Mapping[str, bytes]
    source: bytes | None


def show_part(context: WindowContext, body: BodyView, shown: BodyContent, part: Part) -> None:
    """Shows a part from its beginning."""
    theme = context.theme
    font, line = theme.font("body"), theme.line_height("body")
    if part is Part.HTML and shown.html is not None:
        body.set_link_colour(theme.color("accentText"))
        body.show_html(shown.html.shown, shown.images, font, line)
    elif part is Part.HTML:
        body.show_text(shown.content.body_text, font, line)
    elif part is Part.HIDDEN:
        body.show_text(hidden_words(shown.html) if shown.html else "", font, line)
    elif part is Part.SOURCE:
        body.show_text(_source_words(shown.source), theme.font("mono"), theme.line_height("mono"))
    else:
        look = TextLook(theme.color("accentText"), theme.color("text3"))
        body.show_text(shown.content.body_text, font, line, look)


def show_marks(
    context: WindowContext, body: BodyView, findings: Sequence[Finding], current: int, part: Part
) -> None:
    """Marks the findings that stand in the part on the screen."""
    field = _FIELDS.get(part)
    marks = [
        Mark(
            place + 1,
            finding.where.start if part is Part.TEXT else None,
            finding.where.end if part is Part.TEXT else None,
            finding.excerpt,
            finding.weighs.value,
            place == current,
        )
        for place, finding in enumerate(findings)
        if finding.where.field == field
        or (finding.where.field in _FIELDS.values() and finding.excerpt and field)
    ]
    body.mark(marks, context.theme.color)


def _source_words(source: bytes | None) -> str:
    if source is None:
        return "The message is being put together…"
    text = source[:_SOURCE_LIMIT].decode("utf-8", "replace").replace("\r\n", "\n")
    rest = len(source) - _SOURCE_LIMIT
    return text if rest <= 0 else f"{text}\n\n… {rest:,} bytes more."
