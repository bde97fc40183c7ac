"""The body of a message: text, HTML and files as MIME parts (RFC 2045, 2046, 2387), from fixed boundaries."""

from __future__ import annotations

import re
from collections.abc import Callable
from email.generator import BytesGenerator
from email.message import MIMEPart
from email.policy import SMTP
from io import BytesIO
from urllib.parse import unquote

from outtray.model.draft import AttachmentInfo, Content
from outtray.model.well_formed import one_line, well_formed

_CID = re.compile(r"cid:([^\s\"'<>)]+)", re.IGNORECASE)
_TYPE = re.compile(r"([a-z0-9][a-z0-9!#$&^_.+-]{0,60})/([a-z0-9][a-z0-9!#$&^_.+-]{0,80})", re.IGNORECASE)
_CHARSET = re.compile(r";\s*charset=\"?([a-z0-9_.:-]{1,40})\"?", re.IGNORECASE)
_CONTENT_ID = re.compile(r"[!-;=?-~]{1,200}")
_SAFE_IN_LINES = re.compile(rb"[\t\n -~]*")
_BREAKS = re.compile(r"\r\n|\r|\n")


def build_body(content: Content, boundary: Callable[[str], str], read_blob: Callable[[str], bytes]) -> bytes:
    """The content headers, the empty line and the body; `boundary` gives a fixed name for a label."""
    inline, attached = _split(content)
    root = _alternatives(content, inline, boundary, read_blob)
    if attached:
        root = _multipart(
            "mixed", boundary, [root, *(_file(file, "attachment", read_blob) for file in attached)]
        )
    written = BytesIO()
    # typeshed knows whole messages alone; parts are written in the same way.
    BytesGenerator(written, mangle_from_=False, policy=SMTP).flatten(root)  # type: ignore[arg-type]
    return written.getvalue()


def _split(content: Content) -> tuple[list[AttachmentInfo], list[AttachmentInfo]]:
    # A file that the HTML shows by its content id belongs to the HTML; all others are for the reader to open.
    named = {unquote(name) for name in _CID.findall(content.body_html or "")}
    inline = [file for file in content.attachments if _content_id(file) in named]
    return inline, [file for file in content.attachments if file not in inline]


def _alternatives(
    content: Content,
    inline: list[AttachmentInfo],
    boundary: Callable[[str], str],
    read_blob: Callable[[str], bytes],
) -> MIMEPart:
    if content.body_html is None:
        return _text(content.body_text, "plain")
    html = _text(content.body_html, "html")
    if inline:
        html = _multipart("related", boundary, [html, *(_file(file, "inline", read_blob) for file in inline)])
    if not content.body_text:
        return html
    return _multipart("alternative", boundary, [_text(content.body_text, "plain"), html])


def _multipart(subtype: str, boundary: Callable[[str], str], parts: list[MIMEPart]) -> MIMEPart:
    whole = MIMEPart(policy=SMTP)
    kind = '; type="text/html"' if subtype == "related" else ""
    whole["Content-Type"] = f'multipart/{subtype}; boundary="=_{boundary(subtype)}"{kind}'
    whole.set_payload(parts)  # type: ignore[arg-type]
    return whole


def _text(text: str, subtype: str) -> MIMEPart:
    text = _BREAKS.sub("\n", well_formed(text))
    data = text.encode()
    part = MIMEPart(policy=SMTP)
    part.set_content(text, subtype=subtype, charset="utf-8", cte=_transfer_encoding(data))
    del part["MIME-Version"]
    return part


def _transfer_encoding(data: bytes) -> str:
    # Lines over 998 octets, NUL and other controls are what servers on the way may change (RFC 5321,
    # 4.5.3.1.6). Spaces at the end of a line are lost on some ways too.
    lines = data.split(b"\n")
    if (
        _SAFE_IN_LINES.fullmatch(data)
        and max(map(len, lines)) <= 78
        and not any(line.endswith((b" ", b"\t")) for line in lines)
    ):
        return "7bit"
    odd = sum(byte > 126 or byte == 61 for byte in data)
    return "quoted-printable" if odd * 6 <= len(data) else "base64"


def _file(file: AttachmentInfo, disposition: str, read_blob: Callable[[str], bytes]) -> MIMEPart:
    maintype, subtype, parameters = _content_type(file.content_type)
    part = MIMEPart(policy=SMTP)
    name = one_line(file.filename).strip() or "attachment"
    part.set_content(
        read_blob(file.sha256),
        maintype=maintype,
        subtype=subtype,
        cte="base64",
        disposition=disposition,
        filename=name,
        params=parameters,
    )
    del part["MIME-Version"]
    identifier = _content_id(file)
    if identifier is not None:
        part["Content-ID"] = f"<{identifier}>"
    return part


def _content_type(value: str) -> tuple[str, str, dict[str, str]]:
    # A message or multipart may not be encoded in base64 (RFC 2046, 5.2.1): as a plain file it arrives
    # unchanged.
    found = _TYPE.match(value.strip())
    if found is None or found[1].lower() in {"message", "multipart"}:
        return "application", "octet-stream", {}
    charset = _CHARSET.search(value)
    parameters = {"charset": charset[1]} if charset and found[1].lower() == "text" else {}
    return found[1].lower(), found[2].lower(), parameters


def _content_id(file: AttachmentInfo) -> str | None:
    identifier = (file.content_id or "").strip().removeprefix("<").removesuffix(">")
    return identifier if _CONTENT_ID.fullmatch(identifier) else None
