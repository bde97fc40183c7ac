"""Makes text from anywhere safe to keep: no NUL, no lone surrogates, no control characters in headers."""

from __future__ import annotations

import json
import math
import re
from typing import Any

from outtray.intake.fields import MAXIMUM_DEPTH
from outtray.intake.outcomes import FieldProblem

_BODY_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_LINE_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_SURROGATES = re.compile("[\ud800-\udfff]")
_ODD_IN_JSON = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")

REPLACEMENT_CHARACTER = "\ufffd"


def clean_body(text: str, name: str, notes: list[str]) -> str:
    """A body with LF line ends; what it can't hold is taken out, with a note that says so."""
    # Most bodies are of letters and line ends, which one look tells sooner than the patterns below.
    if text.replace("\n", " ").isprintable():
        return text
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = whole_characters(text, name, notes)
    cleaned = _BODY_CONTROLS.sub("", text)
    if len(cleaned) != len(text):
        notes.append(f"{len(text) - len(cleaned)} control characters in {name} were left out.")
    return cleaned


def clean_line(text: str, name: str, notes: list[str]) -> str:
    """One line for a header or a name: a line break or another control character becomes a space."""
    if text.isprintable():
        return text.strip()
    text = whole_characters(text, name, notes).strip()
    cleaned = _LINE_CONTROLS.sub(" ", text)
    if cleaned != text:
        notes.append(f"Line breaks or control characters in {name} were replaced by spaces.")
    return cleaned


def whole_characters(text: str, name: str, notes: list[str]) -> str:
    """The text with each half of a broken character (a lone surrogate) replaced by U+FFFD."""
    if not _SURROGATES.search(text):
        return text
    notes.append(f"Broken characters in {name} were replaced.")
    # Two halves that stand side by side are a character that was escaped in two steps.
    joined = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return _SURROGATES.sub(REPLACEMENT_CHARACTER, joined)


def clean_context(context: dict[str, Any], name: str) -> dict[str, Any]:
    """A context that any JSON column can hold; raises FieldProblem where it is nested beyond reason."""
    try:
        written = json.dumps(context, allow_nan=False)
    except (ValueError, TypeError, RecursionError):
        written = None
    if written is not None and not _ODD_IN_JSON.search(written) and not _deep(context, MAXIMUM_DEPTH):
        return context
    cleaned = _plain(context, name, MAXIMUM_DEPTH)
    assert isinstance(cleaned, dict)
    return cleaned


def _deep(value: Any, room: int) -> bool:
    if room < 0:
        return True
    if isinstance(value, dict):
        return any(_deep(inner, room - 1) for inner in value.values() if isinstance(inner, dict | list))
    if isinstance(value, list):
        return any(_deep(inner, room - 1) for inner in value if isinstance(inner, dict | list))
    return False


def _plain(value: Any, name: str, room: int) -> Any:
    if room < 0:
        raise FieldProblem(name, f"nested more than {MAXIMUM_DEPTH} levels deep")
    if isinstance(value, dict):
        return {_plain_text(str(key)): _plain(inner, name, room - 1) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner, name, room - 1) for inner in value]
    if isinstance(value, str):
        return _plain_text(value)
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value if value is None or isinstance(value, bool | int | float) else str(value)


def _plain_text(text: str) -> str:
    return whole_characters(text, "", []).replace("\x00", "")
