"""Attachments as they come in: base64 in JSON, names without paths, content types that are ones."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

from outtray.intake.cleaning import clean_line
from outtray.intake.outcomes import FieldProblem
from outtray.model.draft import Attachment, AttachmentInfo

_CONTENT_TYPE = re.compile(r"[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+")
_CONTENT_ID = re.compile(r"<?([!-;=?-~]{1,200})>?")
_SPACE = re.compile(r"\s+")
_LONGEST_NAME = 200

Attached = tuple[tuple[Attachment, ...], tuple[AttachmentInfo, ...]]


def read_attachments(value: Any, name: str, notes: list[str]) -> Attached:
    """The attachments of a proposal's JSON form, or made already; raises FieldProblem."""
    if value is None or value in ("", [], ()):
        return (), ()
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            raise FieldProblem(name, "not a list of attachments") from None
    if not isinstance(value, list | tuple):
        raise FieldProblem(name, "not a list of attachments")
    made = tuple(
        entry if isinstance(entry, Attachment) else _read(entry, f"{name}[{position}]", notes)
        for position, entry in enumerate(value)
    )
    return made, tuple(info_of(attachment) for attachment in made)


def make_attachment(
    filename: str | None, content_type: str, content: bytes, content_id: str | None, notes: list[str]
) -> Attachment:
    """An attachment whose name, type and content id are safe to write into a message."""
    name = safe_filename(filename or "", notes)
    if not _CONTENT_TYPE.fullmatch(content_type):
        content_type = "application/octet-stream"
    identifier = _CONTENT_ID.fullmatch(content_id.strip()) if content_id else None
    return Attachment(name, content_type.lower(), content, identifier[1] if identifier else None)


def info_of(attachment: Attachment) -> AttachmentInfo:
    """The attachment without its bytes, which are named by their SHA-256."""
    return AttachmentInfo(
        attachment.filename,
        attachment.content_type,
        len(attachment.content),
        hashlib.sha256(attachment.content).hexdigest(),
        attachment.content_id,
    )


def safe_filename(name: str, notes: list[str]) -> str:
    """The last part of a path, without control characters; `attachment` where nothing is left."""
    cleaned = (
        clean_line(name, "an attachment's name", notes).replace("\\", "/").rpartition("/")[2].strip(" .")
    )
    if len(cleaned) > _LONGEST_NAME:
        stem, dot, ending = cleaned.rpartition(".")
        keep = f".{ending}" if dot and stem and len(ending) <= 16 else ""
        cleaned = cleaned[: _LONGEST_NAME - len(keep)] + keep
    return cleaned or "attachment"


def _read(entry: Any, name: str, notes: list[str]) -> Attachment:
    if not isinstance(entry, Mapping):
        raise FieldProblem(name, "not an attachment with filename and content_base64")
    encoded = entry.get("content_base64")
    if not isinstance(encoded, str):
        raise FieldProblem(f"{name}.content_base64", "missing")
    try:
        content = base64.b64decode(_SPACE.sub("", encoded), validate=True)
    except (binascii.Error, ValueError):
        raise FieldProblem(f"{name}.content_base64", "not base64") from None
    texts = [entry.get(key) for key in ("filename", "content_type", "content_id")]
    if any(text is not None and not isinstance(text, str) for text in texts):
        raise FieldProblem(name, "filename, content_type and content_id must be texts")
    filename, content_type, content_id = texts
    return make_attachment(filename, content_type or "application/octet-stream", content, content_id, notes)
