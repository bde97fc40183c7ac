"""The HTML part of an edited message, built from its text: paragraphs and links, nothing else."""

from __future__ import annotations

import re
from html import escape

_PARAGRAPHS = re.compile(r"\n[ \t]*\n+")
_LINK = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]]")


def html_from_text(text: str) -> str:
    """A whole HTML document that says what the text says."""
    paragraphs = [part.strip("\n") for part in _PARAGRAPHS.split(text.replace("\r\n", "\n")) if part.strip()]
    body = "\n".join(f'<p dir="auto">{_lines(part)}</p>' for part in paragraphs)
    return f'<!DOCTYPE html>\n<html><head><meta charset="utf-8"></head><body>\n{body}\n</body></html>\n'


def _lines(paragraph: str) -> str:
    return "<br>\n".join(_line(line) for line in paragraph.split("\n"))


def _line(line: str) -> str:
    made, last = [], 0
    for match in _LINK.finditer(line):
        address = escape(match[0])
        made += [escape(line[last : match.start()]), f'<a href="{address}">{address}</a>']
        last = match.end()
    return "".join([*made, escape(line[last:])])
