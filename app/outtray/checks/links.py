"""Where links lead: shorteners that hide it, and link texts that show another host than the target."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from outtray.checks.check import Check, Found, Group
from outtray.checks.folding import fold_lower
from outtray.checks.hosts import registrable
from outtray.checks.subject import Subject
from outtray.model.check_facts import Facts
from outtray.model.findings import Place, Severity

_SHORTENERS = frozenset(
    [
        "bit.ly",
        "bitly.com",
        "tinyurl.com",
        "t.co",
        "goo.gl",
        "ow.ly",
        "is.gd",
        "v.gd",
        "cutt.ly",
        "buff.ly",
        "rebrand.ly",
        "t.ly",
        "rb.gy",
        "shorturl.at",
        "tiny.cc",
        "bl.ink",
        "short.io",
        "s.id",
        "lnkd.in",
        "fb.me",
        "adf.ly",
        "soo.gd",
        "clck.ru",
        "u.to",
        "qr.ae",
        "amzn.to",
        "youtu.be",
        "wp.me",
        "dlvr.it",
        "trib.al",
        "snip.ly",
        "shorte.st",
        "mcaf.ee",
        "urlz.fr",
        "kutt.it",
        "zpr.io",
        "surl.li",
        "tny.im",
    ]
) - {"youtu.be", "amzn.to"}
_SHORT = re.compile(
    rf"(?<![\w.@-])(?:{'|'.join(re.escape(host) for host in sorted(_SHORTENERS))})/[^\s<>\"')]{{1,200}}"
)


def _link_shortener(subject: Subject, _facts: Facts) -> Iterator[Found]:
    why = "A link shortener hides where the link leads; write the real address."
    for text in subject.texts:
        if "/" in text.lower:
            for match in _SHORT.finditer(text.lower):
                yield Found(text.place(*match.span()), text.excerpt(*match.span()), why)
    for target, shown in subject.links:
        if _host(target) in _SHORTENERS and fold_lower(target) not in fold_lower(shown):
            yield Found(_target_place(subject, target), target[:120], why)


_SHOWN = re.compile(r"(?:(https?)[:;]//|(www\.))?((?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24})(?=[/:?#\s,;.!)]|$)")
_SHOWN_ADDRESS = re.compile(r"[\w.+-]{1,64}@((?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24})")
# Endings that name files as often as hosts.
_FILES = frozenset(
    [
        "md",
        "py",
        "sh",
        "rs",
        "js",
        "ts",
        "so",
        "zip",
        "mov",
        "pl",
        "ai",
        "cc",
        "ps",
        "do",
        "in",
        "app",
        "pdf",
        "net",
    ]
) - {"net"}


def _link_target(subject: Subject, _facts: Facts) -> Iterator[Found]:
    for target, shown in subject.links:
        shown_host = _shown_host(fold_lower(shown))
        real = _host(target)
        if "@" in _authority(target) and target.lower().startswith("http"):
            yield _found(subject, target, shown, "hides its host behind a name before an @")
        elif shown_host and real and registrable(shown_host) != registrable(real):
            yield _found(subject, target, shown, f"shows {shown_host} and leads to {real}")


def _found(subject: Subject, target: str, shown: str, how: str) -> Found:
    return Found(
        _target_place(subject, target),
        f"{shown[:60]} → {target[:60]}",
        f"The link {how}; set it right or take it out.",
    )


def _shown_host(shown: str) -> str | None:
    """The host that a link's text names, None where it names none."""
    address = _SHOWN_ADDRESS.search(shown)
    if address is not None:
        return address[1]
    for match in _SHOWN.finditer(shown):
        host = match[3]
        alone = match.start() == 0 and " " not in shown
        if match[1] or match[2] or (alone and host.rpartition(".")[2] not in _FILES and registrable(host)):
            return host
    return None


def _authority(target: str) -> str:
    try:
        return urlsplit(target).netloc
    except ValueError:
        return ""


def _host(target: str) -> str:
    if target.lower().startswith("mailto:"):
        return target[7:].partition("?")[0].rpartition("@")[2].lower()
    try:
        return (urlsplit(target).hostname or "").rstrip(".")
    except ValueError:
        return ""


def _target_place(subject: Subject, target: str) -> Place:
    markup = subject.content.body_html or ""
    at = markup.find(target)
    return Place("body_html") if at < 0 else Place("body_html", at, at + len(target))


CHECKS = (
    Check("link_shortener", Group.CONTENT, "Link shorteners", Severity.WARN, _link_shortener),
    Check(
        "link_target", Group.CONTENT, "Links that lead elsewhere than they show", Severity.BLOCK, _link_target
    ),
)
