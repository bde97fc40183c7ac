"""The HTML part beside the text part: what it says otherwise, fetches, runs, or shows in an odd way."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from html import unescape

from outtray.checks.check import Check, Found, Group
from outtray.checks.folding import fold_lower
from outtray.checks.subject import Subject
from outtray.model.check_facts import Facts
from outtray.model.findings import Place, Severity

_ADDRESSES = re.compile(r"(?:https?://|www\.)[^\s<>\"']+|[\w.+-]{1,64}@[\w.-]{1,255}")
_WORDS = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+")
# A page and its text differ in headings and footers; more than this is another message.
_ALIKE = 0.7
_SHORTEST = 6
_NOT = frozenset(
    fold_lower(
        "not no never nor cannot can't won't don't without nicht kein keine keinen nie ohne ne pas jamais"
        " sans non nunca"
        " jamás sin não jamais sem nie bez inte ingen aldrig utan niet geen нет не ні без"
    ).split()
)
_PLACE = Place("body_html")


def _parts_differ(subject: Subject, _facts: Facts) -> Iterator[Found]:
    if subject.html is None or subject.body is subject.page or subject.same_parts:
        return
    text, page = _said(subject.body.lower), _said(subject.page.lower)
    if min(len(text), len(page)) < _SHORTEST:
        if (text and len(page) >= _SHORTEST) or (page and len(text) >= _SHORTEST):
            yield _differ("one is much longer than the other")
        return
    one, other = Counter(text), Counter(page)
    common = sum((one & other).values())
    if common < _ALIKE * max(len(text), len(page)) and common < 0.9 * min(len(text), len(page)):
        yield _differ("they have few words in common")
        return
    if common < 0.5 * max(len(text), len(page)):
        yield _differ("one says much more than the other")
        return
    numbers = sorted(word for word in (one - other) | (other - one) if word[0].isdigit() and len(word) > 1)
    only_text = any(word in one for word in numbers)
    if numbers and only_text:
        yield _differ(f"“{numbers[0]}” stands in one of them only")
    elif any(word in _NOT for word in one - other):
        yield _differ("a “not” of the text is missing from the page")


def _said(lower: str) -> list[str]:
    words = _WORDS.findall(_ADDRESSES.sub(" ", lower))
    return [word for word in words if len(word) > 1 or word.isdigit() or not word.isascii()]


def _differ(how: str) -> Found:
    return Found(_PLACE, "", f"The text part and the HTML part say different things: {how}.")


_IMG = re.compile(r"<img\b[^>]*(?:>|\Z)", re.IGNORECASE)
_REMOTE = re.compile(r"""src\s{0,8}=\s{0,8}["']?\s{0,8}(?:https?:)?//""", re.IGNORECASE)
_TINY = re.compile(
    r"""\b(?:width|height)\s{0,8}(?:=\s{0,8}["']?|:)\s{0,8}[01](?:px)?(?![\d.%])|display\s{0,8}:\s{0,8}none|visibility\s{0,8}:\s{0,8}hidden""",
    re.IGNORECASE,
)
_BACKGROUND = re.compile(
    r"""(?:url\(\s{0,8}["']?|\bbackground\s{0,8}=\s{0,8}["']?)\s{0,8}(?:https?:)?//[^\s"')>]{1,300}""",
    re.IGNORECASE,
)
_SOURCE = re.compile(r"""src\s{0,8}=\s{0,8}["']?([^\s"'>]{1,300})""", re.IGNORECASE)


def _images(markup: str) -> Iterator[tuple[str, int, bool]]:
    """Each picture that would be fetched: its tag, its place, and whether it is too small to be one."""
    if "<img" in markup.lower():
        for match in _IMG.finditer(markup):
            tag = unescape(match[0])
            if _REMOTE.search(tag):
                yield match[0], match.start(), _TINY.search(tag) is not None


def _remote_image(subject: Subject, _facts: Facts) -> Iterator[Found]:
    markup = subject.content.body_html or ""
    sources = [(tag, at) for tag, at, tiny in _images(markup) if not tiny]
    if "//" in markup and ("url(" in markup.lower() or "background" in markup.lower()):
        sources += [(match[0], match.start()) for match in _BACKGROUND.finditer(unescape(markup))]
    if sources:
        many = f"{len(sources)} pictures are" if len(sources) > 1 else "A picture is"
        why = f"{many} fetched from elsewhere when the mail is opened; attach it to the message."
        yield Found(_PLACE, _source(sources[0][0]), why)


def _tracking_pixel(subject: Subject, _facts: Facts) -> Iterator[Found]:
    for tag, at, tiny in _images(subject.content.body_html or ""):
        if tiny:
            why = "A picture that nobody sees tells its sender when the mail is opened; take it out."
            yield Found(Place("body_html", at, at + len(tag)), _source(tag), why)


def _source(tag: str) -> str:
    found = _SOURCE.search(tag)
    return (found[1] if found else tag)[:120]


_HANDLER = re.compile(r"<[a-z][^<>]{0,4000}?[\s\"'/]on[a-z]{3,24}\s{0,8}=", re.IGNORECASE)
_SCRIPT_LINK = re.compile(r"(?:javascript|vbscript)\s{0,8}:|data\s{0,8}:\s{0,8}text/html", re.IGNORECASE)
_BASE = re.compile(r"<\s{0,8}(?:base|link)\b[^<>]{0,400}href", re.IGNORECASE)
_BLANKS = dict.fromkeys([*range(0x21), 0x7F])


def _script(subject: Subject, _facts: Facts) -> Iterator[Found]:
    markup = subject.content.body_html
    if not markup or subject.html is None:
        return
    why = "The HTML part would run a script; no mail needs one. Take it out."
    if "a script" in subject.html.removed:
        yield Found(_PLACE, "script", why)
    handler = _HANDLER.search(markup) if "on" in markup else None
    if handler is not None:
        yield Found(Place("body_html", *handler.span()), handler[0][-60:], why)
    if _SCRIPT_LINK.search(unescape(markup).translate(_BLANKS)):
        yield Found(_PLACE, "javascript:", why)


def _form(subject: Subject, _facts: Facts) -> Iterator[Found]:
    if subject.html is not None and "a form" in subject.html.removed:
        yield Found(
            _PLACE,
            "form",
            "The HTML part asks the recipient to type something in; use a link to a page of yours.",
        )


def _embedded(subject: Subject, _facts: Facts) -> Iterator[Found]:
    if subject.html is None:
        return
    for what in ("an embedded page", "a redirect"):
        if what in subject.html.removed:
            yield Found(_PLACE, what, f"The HTML part holds {what}; take it out.")
    base = _BASE.search(subject.content.body_html or "")
    if base is not None:
        yield Found(
            Place("body_html", *base.span()),
            base[0][:60],
            "The HTML part takes its links or looks from elsewhere.",
        )


_ODD = re.compile(
    r"unicode-bidi\s{0,8}:\s{0,8}(?:bidi-override|isolate-override)|<\s{0,8}bdo\b|:{1,2}(?:before"
    r"|after)\s{0,8}\{[^}]{0,300}content\s{0,8}:"
    r"|text-security\s{0,8}:|-webkit-text-fill-color|mix-blend-mode\s{0,8}:|transform\s{0,8}:\s{0,8}(?:rotate"
    r"|matrix|skew)",
    re.IGNORECASE,
)


def _odd_style(subject: Subject, _facts: Facts) -> Iterator[Found]:
    markup = subject.content.body_html or ""
    match = _ODD.search(markup)
    if match is not None:
        why = "A mail program may show this part other than you see it here."
        yield Found(Place("body_html", *match.span()), match[0][:60], why)


CHECKS = (
    Check("parts_differ", Group.SEEN, "Text part and HTML part differ", Severity.WARN, _parts_differ),
    Check("remote_image", Group.SEEN, "Remote images", Severity.WARN, _remote_image),
    Check("tracking_pixel", Group.SEEN, "Tracking pixels", Severity.WARN, _tracking_pixel),
    Check("script", Group.SEEN, "Scripts", Severity.BLOCK, _script),
    Check("form", Group.SEEN, "Forms", Severity.BLOCK, _form),
    Check("embedded", Group.SEEN, "Embedded pages and redirects", Severity.BLOCK, _embedded),
    Check("odd_style", Group.SEEN, "Styles that look different elsewhere", Severity.INFO, _odd_style),
)
