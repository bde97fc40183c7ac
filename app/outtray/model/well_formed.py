"""Text that can be stored and sent: no half of a character, and no line break where one line is meant."""

from __future__ import annotations

import re

_ENDS_LINE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def well_formed(text: str) -> str:
    """The text with each lone surrogate, which no UTF-8 can hold, replaced by U+FFFD."""
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return "".join("\ufffd" if "\ud800" <= character <= "\udfff" else character for character in text)
    return text


def one_line(text: str) -> str:
    """The well-formed text as a header can hold it: each run of control characters becomes a space.

    A line break in a header would begin another header (CWE-93).
    """
    return _ENDS_LINE.sub(" ", well_formed(text))
