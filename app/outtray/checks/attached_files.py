"""Attachments: spoken of and missing, of a kind that can run, or not what their name says."""

from __future__ import annotations

import re
from collections.abc import Iterator

from outtray.checks.check import Check, Found, Group
from outtray.checks.folding import fold, fold_lower
from outtray.checks.subject import Subject
from outtray.checks.words import around, stems
from outtray.model.check_facts import AttachedBytes, Facts
from outtray.model.draft import AttachmentInfo
from outtray.model.findings import Place, Severity

_STEMS = (
    "attach|enclos|anbei|anhang|anlage|beigefügt|angehängt|joint|jointe|joins|annexe|adjunt|anexo|anexei"
    "|załącz|bifoga|bilag|allegat"
    "|allego|bijlage|bijgevoegd|vedhæft|vedlagt|liitteen|添付|附件|附上|随信|вкладенн|додатк|додаю|прикріп|مرفق"
    "|المرفق"
    "|מצורף|מצורפת|מצורפים|בצרופה|přílo"
)
_TO_SOMETHING = (
    r"(?! to (?:the|a|an|our|his|her|their|its|each|every)\b(?! (?:e-?mail|message|mail|letter|note)))"
)
_NOTHING = r"(?! (?:nothing|no |none|neither))"
_SAID = (
    rf"\b(?:is|are|was|were) (?:now )?(?:also )?(?:attached|enclosed){_TO_SOMETHING}"
    rf"|\b(?:i|we|i've|we've|i'm|have|has)(?: have| am| are)?(?: also| now| just)? (?:attach(?:ed|ing)?"
    rf"|enclos(?:ed?|ing))\b{_NOTHING}{_TO_SOMETHING}"
    r"|\b(?:find|see|the|you) (?:the |my |our |a )?(?:[^\W\d_]{1,20} ){0,4}(?:attached|enclosed)\b(?! to\b)"
    r"|\battached (?:is|are|you|please|herewith|file|files|document|invoice|list|plan|pdf|sheet|report|copy"
    r"|drawing|here)\b"
    r"|\battached(?: to (?:this|the) (?:e-?mail|message|mail))\b"
    r"|\bsee (?:the )?attachments?\b|\b(?:in|as) (?:the|an) attachment(?! is not)\b(?=[^\n?]{0,60}(?:you|find"
    r"|is|\.))"
    r"|\benclosed (?:is|are|please|you)\b"
    r"|\banbei\b|\bbeigefügt|\bim anhang\b|\bin der anlage\b|\bangehängt\b|\bals anhang (?:finden|sende"
    r"|schicke|erhalten)"
    r"|\bci-jointe?s?\b|\ben pièces? jointes?\b|\ben annexe\b|\bje (?:vous |te )?joins\b|\bveuillez trouver"
    r" [^\n]{0,30}joint"
    r"|\b(?:le |te |les |os )?adjunt(?:o|amos)\b|\b(?:va|van|encontrará|envío|enviamos|mando) adjunt[oa]s?\b"
    r"|\ben el adjunto\b|\barchivos? adjuntos?\b"
    r"|\bem anexo\b|\bsegue(?:m)? anex|\banexei\b|\banexo (?:segue|envio|encontra)"
    r"|\bw załącz|\bzałącz(?:am|amy|yłam|yłem|ony|one|ona)\b"
    r"|\bbifoga[rdst]|\bi bilagan\b|\bbilagt\b|\bin allegato\b|\ballego\b|\ballegat[oaie]\b"
    r"|\bin de bijlage\b|\bbijgevoegd|\bals bijlage\b|\bvedhæftet\b|\bvedlagt\b|\bliitteen"
    r"|\bv příloze\b|\bpřiklád"
)  # fmt: skip
_SAID_WHEREVER = (
    "添付|附件|附上|随信附|у вкладенні|у додатку|в додатку|додаю файл|прикріп|مرفق|المرفقات"
    "|מצורף|מצורפת|מצורפים|בצרופה"
)
_PATTERN = re.compile("|".join((fold(_SAID), *(fold_lower(word) for word in _SAID_WHEREVER.split("|")))))


def _attachment_missing(subject: Subject, _facts: Facts) -> Iterator[Found]:
    if any(attachment.content_id is None for attachment in subject.content.attachments):
        return
    text = subject.body
    for window in around(text.lower, stems(_STEMS), 130, 90):
        for match in _PATTERN.finditer(text.lower, *window):
            if text.own(match.start()):
                yield Found(
                    text.place(*match.span()),
                    text.excerpt(*match.span()),
                    "The text speaks of an attachment and there is none; attach it or change the sentence.",
                )
                return


# What mail services refuse or systems run (Gmail: https://support.google.com/mail/answer/6590).
_RUNS = frozenset(
    [
        "ade",
        "adp",
        "apk",
        "app",
        "appx",
        "appxbundle",
        "bat",
        "cab",
        "chm",
        "cmd",
        "com",
        "cpl",
        "deb",
        "diagcab",
        "diagcfg",
        "diagpkg",
        "dll",
        "dmg",
        "exe",
        "gadget",
        "hta",
        "img",
        "inf",
        "ins",
        "iso",
        "isp",
        "jar",
        "jnlp",
        "js",
        "jse",
        "lib",
        "lnk",
        "mde",
        "mjs",
        "msc",
        "msi",
        "msix",
        "msixbundle",
        "msp",
        "mst",
        "nsh",
        "pif",
        "pkg",
        "ps1",
        "psm1",
        "reg",
        "rpm",
        "scf",
        "scr",
        "sct",
        "sh",
        "shb",
        "sys",
        "url",
        "vb",
        "vbe",
        "vbs",
        "vhd",
        "vhdx",
        "vxd",
        "wsc",
        "wsf",
        "wsh",
        "xll",
    ]
)
_MACROS = frozenset(["docm", "dotm", "xlsm", "xltm", "xlam", "xlsb", "pptm", "potm", "ppam", "ppsm", "sldm"])
_TURNED = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f]")


def _endings(name: str) -> list[str]:
    return _TURNED.sub("", name).strip(" .").lower().split(".")[1:]


def _attachment_type(subject: Subject, _facts: Facts) -> Iterator[Found]:
    for attachment in subject.content.attachments:
        endings = _endings(attachment.filename)
        last = endings[-1] if endings else ""
        if last in _RUNS:
            why = f"A .{last} file can run on the recipient’s computer; mail services refuse it. Take it out."
        elif last in _MACROS or "macroenabled" in attachment.content_type.lower():
            why = "The file can carry macros that run when it is opened; send it without them."
        elif _TURNED.search(attachment.filename):
            why = "The file’s name holds characters that turn the reading direction and hide how it ends."
        else:
            continue
        yield Found(Place("attachments"), attachment.filename, why)


_KINDS = (
    (b"MZ", "program"), (b"\x7fELF", "program"), (b"\xca\xfe\xba\xbe", "program"),
    (b"\xcf\xfa\xed\xfe", "program"),
    (b"#!", "script"), (b"%PDF", "pdf"), (b"\x89PNG", "png"), (b"\xff\xd8\xff", "jpeg"), (b"GIF8", "gif"),
    (b"PK\x03\x04", "zip"), (b"PK\x05\x06", "zip"), (b"\xd0\xcf\x11\xe0", "ole"), (b"{\\rtf", "rtf"),
    (b"Rar!", "rar"),
    (b"7z\xbc\xaf", "7z"), (b"\x1f\x8b", "gzip"), (b"BM", "bmp"), (b"II*\x00", "tiff"), (b"MM\x00*", "tiff"),
)  # fmt: skip
_EXPECTED = {
    "pdf": {"pdf"}, "png": {"png"}, "jpg": {"jpeg"}, "jpeg": {"jpeg"}, "gif": {"gif"}, "zip": {"zip"},
    "docx": {"zip"},
    "xlsx": {"zip"}, "pptx": {"zip"}, "odt": {"zip"}, "ods": {"zip"}, "odp": {"zip"},
    "doc": {"ole", "rtf"},
    "xls": {"ole"}, "ppt": {"ole"}, "rtf": {"rtf"}, "rar": {"rar"}, "7z": {"7z"}, "gz": {"gzip"},
    "bmp": {"bmp"},
    "tif": {"tiff"}, "tiff": {"tiff"}, "txt": {"text"}, "csv": {"text"}, "ics": {"text"}, "vcf": {"text"},
    "json": {"text"}, "xml": {"text"}, "md": {"text"},
}  # fmt: skip
_MARKUP = re.compile(rb"\s{0,64}(?:<!doctype html|<html|<script|<svg|<\?php)", re.IGNORECASE)


def _kind(head: bytes) -> str:
    for begin, kind in _KINDS:
        if head.startswith(begin):
            return kind
    if _MARKUP.match(head):
        return "markup"
    return "text" if b"\x00" not in head[:1024] else "other"


def _attachment_content(subject: Subject, _facts: Facts) -> Iterator[Found]:
    for attachment in subject.content.attachments:
        known = subject.checked.bytes.get(attachment.sha256)
        if known is not None and known.head:
            yield from _content_of(attachment, known)


def _content_of(attachment: AttachmentInfo, known: AttachedBytes) -> Iterator[Found]:
    endings = _endings(attachment.filename)
    ending, kind = (endings[-1] if endings else ""), _kind(known.head)
    expected = _EXPECTED.get(ending)
    place = Place("attachments")
    if ending in _RUNS:
        return
    if kind in {"program", "script"}:
        why = "The file is a program, whatever its name says; take it out."
        yield Found(place, attachment.filename, why, severity=Severity.BLOCK)
    elif kind == "zip" and ending not in _MACROS and b"vbaProject.bin" in known.head + known.tail:
        why = "The file holds macros though its name says that it can’t; take it out."
        yield Found(place, attachment.filename, why, severity=Severity.BLOCK)
    elif expected is not None and kind not in expected:
        shown = {"markup": "a web page", "text": "plain text", "other": "something else"}.get(
            kind, kind.upper()
        )
        yield Found(
            place, attachment.filename, f"The file is {shown} and its name says .{ending}; name it rightly."
        )


CHECKS = (
    Check(
        "attachment_missing",
        Group.CONTENT,
        "Attachments spoken of and missing",
        Severity.WARN,
        _attachment_missing,
    ),
    Check("attachment_type", Group.CONTENT, "Attachments that can run", Severity.BLOCK, _attachment_type),
    Check(
        "attachment_content",
        Group.CONTENT,
        "Attachments that are not what they say",
        Severity.WARN,
        _attachment_content,
    ),
)
