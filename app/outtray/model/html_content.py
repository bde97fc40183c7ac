"""The HTML part of a message, taken apart: what a recipient sees, and what is hidden from both of us.

Two passes. First nh3 (html5ever, the parser of a browser) writes the markup in its canonical form, so
that no trick of broken markup is read differently here than in a mail program. Then the tree is
walked: hidden text moves out, what would be fetched or run is taken out and counted, and nh3 cuts the
rest down to the tags, attributes and styles that a reading pane may show.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from html import unescape
from typing import Any

from outtray.model.html_styles import Look, StyleRule, declarations, look_of, style_rules


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_FLOW = _names(
    "a abbr address article aside b bdi bdo blockquote br caption center cite code col colgroup dd del "
    "details dfn "
    "div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hgroup hr i img ins kbd li main "
    "mark nav "
    "ol p pre q s samp section small span strike strong sub summary sup table tbody td tfoot th thead "
    "time tr tt u "
    "ul var wbr"
)
# Elements whose text a mail program leaves out, or shows in a way of its own.
_UNSHOWN = _names(
    "noscript object textarea select option iframe noembed noframes title audio video canvas button "
    "datalist map"
)
_BLOCKS = _names(
    "address article aside blockquote br center dd div dl dt figure footer h1 h2 h3 h4 h5 h6 header hr li "
    "main nav "
    "ol p pre section table tr ul"
)
_SHOWN_STYLES = {"font-weight", "font-style", "text-decoration", "text-align", "white-space"}
_SHOWN_ATTRIBUTES = {
    "*": {"style", "dir", "lang", "title"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan", "align", "valign"},
    "th": {"colspan", "rowspan", "align", "valign"},
    "ol": {"start", "type"},
}
_SURROGATES = re.compile("[\ud800-\udfff]")
_TAG_CHARACTERS = re.compile("[\U000e0000-\U000e007f]+")
# Joiners are part of Persian, Hindi and emoji; a run of them, or one inside a Latin word, hides something.
_ZERO_WIDTH = re.compile(
    "[\u200b\u2060\ufeff\u180e\u3164\u115f]+|[\u200c\u200d]{2,}|(?<=[A-Za-z])[\u200c\u200d](?=[A-Za-z])"
)
_TAG = re.compile(r"<(/?)(?!br|hr|img|wbr|col\b|!)[a-z][^>]*>")
_DEEPEST = 400
_FLAG = re.compile("\U0001f3f4[\U000e0020-\U000e007e]{1,8}\U000e007f")


@dataclass(frozen=True, slots=True)
class HiddenText:
    """Text that is in the message and not on the page; `how` says by what it is hidden."""

    how: str
    text: str


@dataclass(frozen=True, slots=True)
class HtmlContent:
    """What was found in an HTML part.

    `shown` is markup that is safe to set in a text widget, `text` the same as plain text, `hidden`
    what a recipient would not see, `remote_images` how many pictures would be fetched from elsewhere,
    `removed` what else was left out, in words.
    """

    shown: str
    text: str
    hidden: tuple[HiddenText, ...]
    remote_images: int
    removed: tuple[str, ...]


def read_html(markup: str) -> HtmlContent:
    """Takes an HTML part apart. Any text at all is a valid input."""
    return _Reading(markup).result()


class _Reading:
    def __init__(self, markup: str) -> None:
        self._markup = _SURROGATES.sub("\ufffd", markup)
        self._hidden: list[HiddenText] = []
        self._images = 0
        self._text: list[str] = []
        self._rules: list[StyleRule] = []

    def result(self) -> HtmlContent:
        import nh3

        canonical = self._canonical()
        too_deep = _depth(canonical) > _DEEPEST
        if too_deep:
            # lxml drops what lies deeper than it reads; all text without any markup loses nothing.
            canonical = nh3.clean(self._markup, tags=set(), clean_content_tags={"script", "style"})
        tree = _parse(canonical)
        self._collect_sheets(tree)
        self._walk(tree)
        shown = nh3.clean(
            _write(tree),
            tags=set(_FLOW),
            attributes=_SHOWN_ATTRIBUTES,
            url_schemes={"http", "https", "mailto", "tel", "cid"},
            url_relative="deny",
            filter_style_properties=_SHOWN_STYLES,
            link_rel=None,
        )
        removed = (*_removed(self._markup), *(("markup nested too deep to read",) if too_deep else ()))
        return HtmlContent(shown, _tidy("".join(self._text)), tuple(self._hidden), self._images, removed)

    def _canonical(self) -> str:
        import nh3

        return nh3.clean(
            self._markup,
            tags=set(_FLOW | _UNSHOWN | {"style"}),
            clean_content_tags={"script"},
            strip_comments=False,
            attributes={
                **_SHOWN_ATTRIBUTES,
                "*": {"style", "class", "id", "hidden", "dir", "lang", "title", "color", "bgcolor"},
            },
            url_schemes={"http", "https", "mailto", "tel", "cid"},
            url_relative="pass_through",
            link_rel=None,
        )

    def _collect_sheets(self, tree: Any) -> None:
        # A sheet in the head counts as well as one in the body; canonical form keeps both.
        for sheet in tree.iter("style"):
            self._rules += style_rules(sheet.text or "")

    def _walk(self, tree: Any) -> None:
        """Goes through the tree without recursion: mail nests tables hundreds deep."""
        from lxml import etree

        looks: dict[Any, Look] = {tree: Look()}
        doomed: list[Any] = []
        for event, element in etree.iterwalk(tree, events=("start", "end", "comment", "pi")):
            if element is tree:
                continue
            around = looks[element.getparent()]
            if event == "start":
                look = looks[element] = self._enter(element, around, doomed)
                element.text = self._pass(element.text, look)
                continue
            if event != "end":
                self._hide("a comment", unescape(element.text or ""))
                element.text = ""
            # What stands behind an element is read after all that stands in it.
            element.tail = self._pass(element.tail, around)
        for element in doomed:
            _drop(element)

    def _enter(self, element: Any, parent: Look, doomed: list[Any]) -> Look:
        attributes: Mapping[str, str] = dict(element.attrib)
        look = look_of(parent, attributes, self._style(element.tag, attributes))
        if element.tag in _BLOCKS and look.hidden is None:
            self._text.append("\n")
        elif element.tag in {"td", "th"}:
            self._text.append(" ")
        if element.tag == "style":
            element.text = ""
            doomed.append(element)
        elif element.tag in _UNSHOWN:
            doomed.append(element)
            look = replace(look, hidden=look.hidden or f"the element “{element.tag}”")
        elif element.tag == "img":
            self._image(element, look)
        if look.hidden is not None and element.get("href"):
            self._hide(look.hidden, element.get("href"))
        return look

    def _style(self, tag: str, attributes: Mapping[str, str]) -> dict[str, str]:
        style: dict[str, str] = {}
        for rule in self._rules:
            if rule.meets(tag, attributes):
                style.update(rule.style)
        style.update(declarations(attributes.get("style", "")))
        return style

    def _image(self, element: Any, look: Look) -> None:
        source = (element.get("src") or "").strip()
        if source.lower().startswith("cid:") and look.hidden is None:
            return
        if source.lower().startswith(("http:", "https:", "//")):
            self._images += 1
        alternative = element.get("alt") or ""
        element.tag = "span"
        for name in list(element.attrib):
            del element.attrib[name]
        if look.hidden is None and alternative.strip():
            element.text = f"[{alternative.strip()}]"

    def _pass(self, text: str | None, look: Look) -> str:
        """The text as it may stay at its place; what is hidden goes to the hidden ones."""
        if not text:
            return ""
        if look.hidden is not None:
            self._hide(look.hidden, text)
            return ""
        text = self._take_characters(text)
        self._text.append(re.sub(r"[ \t\r\n]+", " ", text))
        return text

    def _take_characters(self, text: str) -> str:
        flags = {match.start() + 1: match.end() for match in _FLAG.finditer(text)}
        out, last = [], 0
        for match in _TAG_CHARACTERS.finditer(text):
            if flags.get(match.start()) == match.end():
                continue
            said = "".join(
                chr(ord(character) - 0xE0000)
                for character in match[0]
                if 0xE0020 <= ord(character) <= 0xE007E
            )
            self._hidden.append(
                HiddenText("tag characters that no font shows", said or f"{len(match[0])} characters")
            )
            out.append(text[last : match.start()])
            last = match.end()
        text = "".join([*out, text[last:]])
        found = sum(len(match[0]) for match in _ZERO_WIDTH.finditer(text))
        if found:
            self._hidden.append(HiddenText("characters without width", f"{found} in “{_around(text)}”"))
            text = _ZERO_WIDTH.sub("", text)
        return text

    def _hide(self, how: str, text: str) -> None:
        text = _tidy(text)
        if not text:
            return
        if self._hidden and self._hidden[-1].how == how and how != "a comment":
            text = f"{self._hidden.pop().text} {text}"
        self._hidden.append(HiddenText(how, text))


def _parse(markup: str) -> Any:
    from lxml import html as lxml_html

    parser = lxml_html.HTMLParser(huge_tree=True, encoding="utf-8")
    wrapped = f"<html><body><div>{_controls(markup)}</div></body></html>"
    return lxml_html.document_fromstring(wrapped.encode(), parser=parser).body


def _depth(canonical: str) -> int:
    depth = deepest = 0
    for match in _TAG.finditer(canonical):
        depth += -1 if match[1] else 1
        deepest = max(deepest, depth)
    return deepest


def _controls(markup: str) -> str:
    """Markup without the control characters that XML libraries refuse."""
    return re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "\ufffd", markup)


def _write(tree: Any) -> str:
    from lxml import etree

    return str(etree.tostring(tree, encoding="unicode", method="html"))


def _drop(element: Any) -> None:
    parent = element.getparent()
    if parent is None:
        return
    tail = element.tail or ""
    before = element.getprevious()
    parent.remove(element)
    if before is None:
        parent.text = (parent.text or "") + tail
    else:
        before.tail = (before.tail or "") + tail


def _removed(markup: str) -> Iterator[str]:
    names = (
        ("a script", r"<\s*script\b"),
        ("a form", r"<\s*(?:form|input|button|select|textarea)\b"),
        ("an embedded page", r"<\s*(?:iframe|frame|object|embed|applet)\b"),
        ("a redirect", r"<\s*meta\b[^>]*refresh"),
    )
    for words, pattern in names:
        if re.search(pattern, markup, re.IGNORECASE):
            yield words


def _tidy(text: str) -> str:
    lines = (re.sub(r"[^\S\n]+", " ", line).strip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _around(text: str) -> str:
    match = _ZERO_WIDTH.search(text)
    place = match.start() if match else 0
    return _ZERO_WIDTH.sub("", text[max(0, place - 20) : place + 20]).strip()
