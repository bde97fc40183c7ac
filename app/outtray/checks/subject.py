"""One draft as all checks share it: its texts folded and cut into words once, its HTML read once."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from functools import cached_property
from html import unescape
from operator import itemgetter

from outtray.checks.folding import fold, fold_lower, places
from outtray.checks.words import vocabulary
from outtray.model.check_facts import Checked
from outtray.model.draft import Content
from outtray.model.findings import Place
from outtray.model.html_content import HtmlContent, read_html

_QUOTED_LINE = re.compile(r"(?m)^[ \t]{0,8}>.*(?:\n|\Z)")
_FORWARDED = re.compile(
    r"(?im)^-{3,}\s?(?:original message|forwarded message|ursprüngliche nachricht|weitergeleitete nachricht"
    r"|message d'origine|mensaje original|mensagem original|ursprungligt meddelande"
    r"|wiadomość oryginalna|oorspronkelijk bericht|messaggio originale)\s?-{3,}"
)
_LINK = re.compile(r'<a\b[^>]*?\bhref="([^"]*)"[^>]*>(.*?)</a>', re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_URL = re.compile(r"(?:https?://|www\.)[^\s<>\"'“”«»]+", re.IGNORECASE)
_LONGEST_EXCERPT = 120


class Text:
    """One text of the message: the subject, the text part, what the HTML part shows, or what it hides.

    `folded` and `lower` (see `folding`) have a character for each one of `text` that is seen.
    """

    def __init__(self, field: str, text: str, raw: str | None = None, *, hidden: bool = False) -> None:
        """`raw` is the markup that the text was read from, where it was."""
        self.field = field
        self.text = text
        self.hidden = hidden
        self._raw = raw

    @cached_property
    def folded(self) -> str:
        """The text without what hides words, in its own case."""
        return fold(self.text)

    @cached_property
    def lower(self) -> str:
        """The folded text in lower case."""
        return fold_lower(self.text)

    @cached_property
    def words(self) -> frozenset[str]:
        """The different words of `lower`."""
        return vocabulary(self.lower)

    @cached_property
    def has_digits(self) -> bool:
        """Whether there are six digits or more: under that no number is a secret."""
        return len(self.folded) - len(self.folded.translate(_NO_DIGITS)) >= 6

    @cached_property
    def quoted(self) -> list[tuple[int, int]]:
        """The ranges of `folded` that quote somebody else's mail, in order."""
        if self.field == "body_html":
            return self._block_quotes()
        found = []
        if ">" in self.folded:
            found += [match.span() for match in _QUOTED_LINE.finditer(self.folded)]
        if "---" in self.folded and (match := _FORWARDED.search(self.folded)):
            found = [one for one in found if one[0] < match.start()]
            found.append((match.start(), len(self.folded)))
        return found

    def own(self, place: int) -> bool:
        """Whether a place of `folded` is the message's own, not quoted from somebody else's."""
        if not self.quoted:
            return True
        number = bisect_right(self.quoted, place, key=itemgetter(0)) - 1
        return number < 0 or place >= self.quoted[number][1]

    @cached_property
    def own_text(self) -> str:
        """The folded text without what is quoted."""
        return _without(self.folded, self.quoted)

    @cached_property
    def own_lower(self) -> str:
        """`own_text` in lower case."""
        return _without(self.lower, self.quoted)

    def place(self, start: int, end: int) -> Place:
        """Where a range of `folded` stands in the draft's field."""
        start, end = self.original(start, end)
        if self._raw is None:
            return Place(self.field, start, end)
        piece = self.text[start:end]
        at = self._raw.find(piece) if piece else -1
        return Place(self.field) if at < 0 else Place(self.field, at, at + len(piece))

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The range of `text` that a range of `folded` was made from."""
        if self._places is None:
            return start, end
        if not start < end:
            at = self._places[start] if start < len(self._places) else len(self.text)
            return at, at
        return self._places[start], self._places[end - 1] + 1

    def excerpt(self, start: int, end: int) -> str:
        """The words of a range of `folded`, as they stand in the text, cut where they are long."""
        start, end = self.original(start, end)
        words = " ".join(self.text[start : min(end, start + 4 * _LONGEST_EXCERPT)].split())
        return words if len(words) <= _LONGEST_EXCERPT else f"{words[: _LONGEST_EXCERPT - 1]}…"

    @cached_property
    def _places(self) -> array[int] | None:
        return places(self.text)

    def _block_quotes(self) -> list[tuple[int, int]]:
        if self._raw is None or "<blockquote" not in self._raw.lower():
            return []
        quoted = self._raw[self._raw.lower().index("<blockquote") :]
        first = unescape(_TAG.sub(" ", quoted[:2000])).split("\n")
        begin = next((" ".join(line.split()) for line in first if line.strip()), "")
        at = self.text.find(begin[:40]) if begin else -1
        return [] if at < 0 else [(fold_length(self.text[:at]), len(self.folded))]


_NO_DIGITS = dict.fromkeys(map(ord, "0123456789"))


def fold_length(text: str) -> int:
    """How long the folded form of a text is."""
    return len(fold(text))


def _without(text: str, ranges: list[tuple[int, int]]) -> str:
    if not ranges:
        return text
    parts, last = [], 0
    for start, end in sorted(ranges):
        parts.append(text[last:start])
        last = max(last, end)
    return "".join([*parts, text[last:]])


class Subject:
    """One draft under examination. What several checks need is worked out once, when first asked for."""

    def __init__(self, checked: Checked) -> None:
        """Reads nothing yet."""
        self.checked = checked

    @property
    def content(self) -> Content:
        """What a recipient would get."""
        return self.checked.content

    @property
    def is_reply(self) -> bool:
        """Whether the message answers another one."""
        return bool(self.content.in_reply_to or self.content.references)

    @cached_property
    def html(self) -> HtmlContent | None:
        """The HTML part, taken apart."""
        markup = self.content.body_html
        return read_html(markup) if markup and markup.strip() else None

    @cached_property
    def subject(self) -> Text:
        """The subject line."""
        return Text("subject", self.content.subject)

    @cached_property
    def body(self) -> Text:
        """The text part; where there is none, what the HTML part shows."""
        if self.content.body_text.strip() or self.html is None:
            return Text("body_text", self.content.body_text)
        return self.page

    @cached_property
    def page(self) -> Text:
        """What the HTML part shows, as text."""
        shown = "" if self.html is None else self.html.text
        return Text("body_html", shown, self.content.body_html or "")

    @cached_property
    def texts(self) -> tuple[Text, ...]:
        """All that a recipient reads. An HTML part that says what the text part says is not read twice."""
        found = [self.subject, self.body]
        if self.html is not None and self.page is not self.body and not self.same_parts:
            found.append(self.page)
        return tuple(text for text in found if text.text)

    @cached_property
    def all_texts(self) -> tuple[Text, ...]:
        """All that leaves, with what the HTML part hides."""
        hidden = () if self.html is None else self.html.hidden
        raw = self.content.body_html or ""
        return (
            *self.texts,
            *(Text("body_html", item.text, raw, hidden=True) for item in hidden if item.text),
        )

    @cached_property
    def same_parts(self) -> bool:
        """Whether text part and HTML part consist of the same words in the same order."""
        return self.body.lower.split() == self.page.lower.split()

    @cached_property
    def links(self) -> tuple[tuple[str, str], ...]:
        """Target and visible text of each link of the HTML part."""
        if self.html is None or "<a" not in self.html.shown:
            return ()
        return tuple(
            (unescape(match[1]), unescape(_TAG.sub("", match[2])).strip())
            for match in _LINK.finditer(self.html.shown)
        )

    @cached_property
    def targets(self) -> tuple[str, ...]:
        """The addresses of all links, of the text part as well."""
        return (*(target for target, _ in self.links), *self._bare_links())

    def _bare_links(self) -> Iterator[str]:
        for text in self.texts:
            if "://" in text.folded or "www." in text.lower:
                yield from (match[0].rstrip(".,;:!?)") for match in _URL.finditer(text.folded))
