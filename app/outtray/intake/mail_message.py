"""Turns the bytes of a message of any kind (RFC 5322, RFC 2045 to 2049) into the fields of a draft.

What a draft has no place for is kept as an attachment or under `headers`, and said in a note.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from contextlib import suppress
from email import message_from_bytes, policy
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from typing import Any

from outtray.intake.addresses import NotAnAddress, parse_addresses
from outtray.intake.attachments import make_attachment
from outtray.model.draft import Attachment

_FIELDS = {"to": "to", "cc": "cc", "bcc": "bcc", "reply-to": "reply_to"}
_READ = {"subject", "in-reply-to", "references", "mime-version"} | set(_FIELDS)
_IDENTIFIER = re.compile(r"<[^<>\s]+>")
_MOST_HEADERS = 100
_LONGEST_HEADER = 2000
_MOST_PARTS = 500
_ENCODINGS = {"", "7bit", "8bit", "binary", "quoted-printable", "base64", "x-uuencode", "uuencode"}
# Python has codecs that no mail is in; some of them take time without end for long texts.
_NO_CHARSETS = {"idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape", "mbcs", "oem"}


class Unreadable(Exception):  # noqa: N818 - it becomes a Refusal
    """The bytes can't be taken as a message; `reason` is the end of a sentence."""

    def __init__(self, reason: str) -> None:
        """`reason` says why."""
        super().__init__(reason)
        self.reason = reason


def read_message(data: bytes) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The fields of a draft, and notes on what could not be kept; raises Unreadable."""
    try:
        message = message_from_bytes(data, policy=policy.compat32)
        return _Mail(message).read()
    except Unreadable:
        raise
    except RecursionError:
        raise Unreadable("its parts are nested too deeply to be read") from None
    except Exception as error:
        # The library raises errors of any kind for mail that is odd enough.
        raise Unreadable(f"it can't be read as a message ({type(error).__name__})") from error


class _Mail:
    """One message while it is being read."""

    def __init__(self, message: Message) -> None:
        self._message = message
        self._text: str | None = None
        self._html: str | None = None
        self._attachments: list[Attachment] = []
        self._notes: list[str] = []
        self._parts = 0

    def read(self) -> tuple[dict[str, Any], tuple[str, ...]]:
        if not self._message.keys():
            raise Unreadable("it has no headers, so it is no message")
        if self._message.get_content_maintype() == "multipart" and not self._message.is_multipart():
            raise Unreadable("it says that it has several parts, but they can't be told apart")
        values = self._headers()
        self._walk(self._message)
        values["body_text"] = self._text
        values["body_html"] = self._html
        values["attachments"] = self._attachments
        self._say_defects()
        return values, tuple(dict.fromkeys(self._notes))

    # Headers.

    def _headers(self) -> dict[str, Any]:
        values: dict[str, Any] = {}
        others: dict[str, Any] = {}
        for name, raw in self._message.raw_items():
            lower = name.lower()
            text = header_text(str(raw))
            if lower in _FIELDS:
                values[_FIELDS[lower]] = self._addresses(values.get(_FIELDS[lower]), str(raw))
            elif lower == "subject" and "subject" not in values:
                values["subject"] = text
            elif lower not in _READ and not lower.startswith("content-") and len(others) < _MOST_HEADERS:
                known = others.get(name, [])
                earlier = known if isinstance(known, list) else [known]
                cut = text[:_LONGEST_HEADER]
                others[name] = [*earlier, cut] if earlier else cut
        values["in_reply_to"] = self._identifier("in-reply-to")
        references = _IDENTIFIER.findall(header_text(str(self._message.get("references", ""))))
        values["references"] = [one for one in references if one.isascii()]
        if others:
            values["headers"] = others
        if any(name.lower() == "from" for name in others):
            self._notes.append("The sender is the account that it leaves from; the message named its own.")
        return values

    def _addresses(self, known: Any, raw: str) -> Any:
        """Mailboxes; where a part is none the text itself, about which the reader then complains."""
        text = " ".join(_without_surrogates(raw).split())
        try:
            found = parse_addresses(text, header_text)
        except NotAnAddress:
            return header_text(raw) if not isinstance(known, str) else f"{known}, {header_text(raw)}"
        if isinstance(known, str):
            return known
        return [*(known or []), *found]

    def _identifier(self, name: str) -> str | None:
        found = _IDENTIFIER.search(header_text(str(self._message.get(name, ""))))
        return found[0] if found and found[0].isascii() else None

    # Parts.

    def _walk(self, part: Message) -> None:
        self._parts += 1
        if self._parts > _MOST_PARTS:
            raise Unreadable(f"it has more than {_MOST_PARTS} parts")
        kind = part.get_content_maintype()
        if kind == "multipart" and part.is_multipart():
            self._container(part)
            for inner in _payload(part):
                self._walk(inner)
        elif kind == "text" and not _is_file(part) and self._take_text(part):
            pass
        else:
            self._attach(part)

    def _container(self, part: Message) -> None:
        subtype = part.get_content_subtype()
        if subtype == "signed":
            self._notes.append("Its signature does not hold for a message that is built anew.")
        elif subtype == "encrypted":
            self._notes.append("It is encrypted; its text is not known here.")

    def _take_text(self, part: Message) -> bool:
        """Whether the part became the text or the HTML of the draft."""
        html = part.get_content_subtype() == "html"
        if html and self._html is None:
            self._html = self._decoded(part)
        elif not html and self._text is None:
            self._text = self._decoded(part)
        else:
            return False
        return True

    def _decoded(self, part: Message) -> str:
        return _in_charset(self._bytes(part), part.get_content_charset(), self._notes)

    def _attach(self, part: Message) -> None:
        data = self._bytes(part)
        filename = part.get_filename()
        kind = part.get_content_type()
        if not data and not filename:
            return
        if not filename:
            filename = _name_for(part, self._parts)
            self._notes.append(f"A further part ({kind}) is kept as the attachment “{filename}”.")
        content_id = part.get("content-id")
        self._attachments.append(
            make_attachment(
                header_text(filename),
                kind,
                data,
                header_text(str(content_id)) if content_id else None,
                self._notes,
            )
        )

    def _bytes(self, part: Message) -> bytes:
        if part.is_multipart():
            return b"\n".join(inner.as_bytes() for inner in _payload(part))
        encoding = str(part.get("content-transfer-encoding", "")).strip().lower()
        if encoding not in _ENCODINGS:
            self._notes.append("A part is in an encoding that is not known, and is kept as it stands.")
        payload = part.get_payload(decode=True)
        return payload if isinstance(payload, bytes) else b""

    def _say_defects(self) -> None:
        defects = {type(defect).__name__ for part in _all(self._message) for defect in part.defects}
        if defects:
            self._notes.append(f"The message breaks the rules of MIME ({', '.join(sorted(defects))}).")


def header_text(raw: str) -> str:
    """A header as people read it: unfolded, its encoded words decoded (RFC 2047)."""
    text = _without_surrogates(raw)
    if "=?" not in text:
        return " ".join(text.split()) if not text.isprintable() else text.strip()
    try:
        pieces = decode_header(" ".join(text.split()))
    except (HeaderParseError, ValueError):
        return " ".join(text.split())
    return "".join(
        piece if isinstance(piece, str) else _in_charset(piece, charset, []) for piece, charset in pieces
    ).strip()


def _without_surrogates(raw: str) -> str:
    """Bytes beyond ASCII that a header was written with, as the characters that they mean."""
    if raw.isascii():
        return raw
    data = raw.encode("utf-8", "surrogateescape")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _in_charset(data: bytes, charset: str | None, notes: list[str]) -> str:
    named = _codec(charset)
    for name in (named or "ascii", "utf-8"):
        with suppress(ValueError, LookupError):
            return data.decode(name)
    if charset and named != "ascii":
        notes.append(f"Its text is not in the character set that it names ({charset[:40]}).")
    return data.decode(named if named and named != "ascii" else "cp1252", "replace")


def _codec(charset: str | None) -> str | None:
    """Python's name of a character set, None where it is none."""
    if not charset:
        return None
    try:
        name = codecs.lookup(charset).name.replace("-", "_")
        b"".decode(name)
    except (LookupError, ValueError):
        return None
    return None if name in _NO_CHARSETS else name


def _is_file(part: Message) -> bool:
    return part.get_content_disposition() == "attachment" or (
        part.get_filename() is not None and part.get_content_subtype() not in {"plain", "html"}
    )


def _payload(part: Message) -> Iterator[Message]:
    payload = part.get_payload()
    if isinstance(payload, list):
        yield from (inner for inner in payload if isinstance(inner, Message))


def _all(message: Message) -> Iterator[Message]:
    waiting = [message]
    while waiting:
        part = waiting.pop()
        yield part
        waiting.extend(_payload(part))


def _name_for(part: Message, number: int) -> str:
    kind = part.get_content_type()
    ending = {"text/plain": ".txt", "text/html": ".html", "message/rfc822": ".eml"}.get(kind, "")
    return f"part {number}{ending}"
