"""The parts of a message as they are looked at: text, HTML, what is hidden, the source; and which must be."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from html import escape

from outtray.model.draft import Content
from outtray.model.html_content import HtmlContent

_WORD = re.compile(r"\w+")
_ADDRESS = re.compile(r"https?://[^\s<>\"']*[^\s<>\"'.,;:!?)\]]", re.IGNORECASE)


class Part(StrEnum):
    """A way to look at the body; the values are what an approval's event names."""

    TEXT = "text"
    HTML = "html"
    HIDDEN = "hidden"
    SOURCE = "source"


@dataclass(frozen=True, slots=True)
class Parts:
    """Which parts a message has, in the order of the switch; `hidden` counts what a recipient won't see.

    `needed` must have been on the screen before it is approved.
    """

    shown: tuple[Part, ...]
    opens_on: Part
    needed: tuple[Part, ...]
    hidden: int


def has_html(content: Content) -> bool:
    """Whether there is an HTML part that a recipient's program would show."""
    return bool(content.body_html and content.body_html.strip())


def parts_of(content: Content, html: HtmlContent | None) -> Parts:
    """The parts of a message; `html` is its HTML part taken apart, None where none is read."""
    if not has_html(content):
        return Parts((Part.TEXT, Part.SOURCE), Part.TEXT, (Part.TEXT,), 0)
    shown = [Part.TEXT] if content.body_text.strip() else []
    needed = [Part.HTML]
    hidden = 0 if html is None else hidden_count(html)
    if html is not None and shown and not says_no_more(content.body_text, html):
        needed.append(Part.TEXT)
    if hidden:
        needed.append(Part.HIDDEN)
    return Parts((*shown, Part.HTML, Part.HIDDEN, Part.SOURCE), Part.HTML, tuple(needed), hidden)


def hidden_count(html: HtmlContent) -> int:
    """How many things of the HTML part are not on its page."""
    return len(html.hidden) + len(html.removed) + (html.remote_images > 0)


def says_no_more(text: str, html: HtmlContent) -> bool:
    """Whether all that the text part says stands on the page of the HTML part too, in the same order.

    The page may say more (a heading, the words of a picture): who reads it has read the text.
    """
    addresses = _ADDRESS.findall(text)
    if any(escape(address) not in html.shown and address not in html.text for address in addresses):
        return False
    page = iter(_words(html.text))
    return all(word in page for word in _words(text))


def _words(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(_ADDRESS.sub(" ", text))]


def hidden_words(html: HtmlContent) -> str:
    """All that is in the HTML part and not on its page, as a text to read."""
    paragraphs = [f"Hidden by {found.how}:\n{found.text}" for found in html.hidden]
    if html.remote_images:
        pictures = "1 picture" if html.remote_images == 1 else f"{html.remote_images} pictures"
        paragraphs.append(f"{pictures} would be fetched from another computer when the mail is read.")
    paragraphs += [f"Left out of what is shown: {words}." for words in html.removed]
    return "\n\n".join(paragraphs) or "Nothing is hidden in this message."
