"""Header lines of a message, written by RFC 5322 and RFC 2047.

The standard library's own folding differs between the releases of Python that we run on: 3.11.2 loses
spaces between encoded words, writes commas of a display name outside of them, and folds a Message-ID
that is long. What a person approved must not depend on that, so header lines are written here.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Sequence

from outtray.model.errors import Refused
from outtray.model.mailboxes import EmailAddress
from outtray.model.well_formed import one_line

LINE = 78
_PLAIN_TEXT = re.compile(r"[!-~]{1,60}( [!-~]{1,60})*")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,60}( [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,60})*")
_QUOTABLE = re.compile(r"[ -~]{1,60}")
_DOT_ATOM = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_QUOTED_LOCAL_PART = re.compile(r'"([ !#-\[\]-~]|\\[ -~])*"')
_PRINTABLE = re.compile(r"[ -~]+")
_DOMAIN = re.compile(
    r"[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)*"
)
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,900}>")
# An encoded word has at most 75 characters (RFC 2047, 2); `=?utf-8?b?` and `?=` take 12 of them.
_ENCODED_BYTES = 45


def header(name: str, pieces: Sequence[str]) -> bytes:
    """One header: the pieces joined by single spaces, broken before the one that would pass column 78."""
    lines = [f"{name}:"]
    for piece in pieces:
        if len(lines[-1]) + 1 + len(piece) > LINE and not lines[-1].endswith(":"):
            lines.append("")
        lines[-1] += f" {piece}"
    return "\r\n".join(lines).encode("ascii") + b"\r\n"


def text_pieces(text: str) -> list[str]:
    """Unstructured text (RFC 5322, 3.6.5): as it is where that is safe, encoded words otherwise."""
    text = one_line(text)
    if _PLAIN_TEXT.fullmatch(text) and "=?" not in text:
        return text.split(" ")
    return encoded_words(text)


def encoded_words(text: str) -> list[str]:
    """The text as RFC 2047 encoded words of whole characters; none for an empty text."""
    words: list[str] = []
    chunk = b""
    for character in text:
        encoded = character.encode()
        if len(chunk) + len(encoded) > _ENCODED_BYTES:
            # Behind a space where there is one: some readers show the space that parts two encoded words.
            end = chunk.rfind(b" ") + 1 or len(chunk)
            words.append(_encoded_word(chunk[:end]))
            chunk = chunk[end:]
        chunk += encoded
    return [*words, _encoded_word(chunk)] if chunk else words


def _encoded_word(data: bytes) -> str:
    return f"=?utf-8?b?{base64.b64encode(data).decode()}?="


def mailbox_pieces(mailboxes: Iterable[EmailAddress]) -> list[str]:
    """A list of mailboxes (RFC 5322, 3.4) with commas between them; raises Refused for a bad address."""
    pieces: list[str] = []
    for mailbox in mailboxes:
        if pieces:
            pieces[-1] += ","
        pieces += _mailbox(mailbox)
    return pieces


def _mailbox(mailbox: EmailAddress) -> list[str]:
    address = addr_spec(mailbox.address)
    name = one_line(mailbox.display_name).strip()
    if not name:
        # Brackets stand where a quoted local part or a comment could be read in two ways without them.
        return [address if _DOT_ATOM.fullmatch(address.rpartition("@")[0]) else f"<{address}>"]
    return [*_phrase(name), f"<{address}>"]


def _phrase(name: str) -> list[str]:
    if "=?" not in name:
        if _ATOMS.fullmatch(name):
            return name.split(" ")
        if _QUOTABLE.fullmatch(name) and "  " not in name:
            quoted = name.replace("\\", "\\\\").replace('"', '\\"')
            return [f'"{quoted}"']
    return encoded_words(name)


def addr_spec(address: str) -> str:
    """The address as a header and a server can take it: the domain in A-labels (RFC 5891), the local
    part quoted where it must be. Raises Refused with a sentence where that can't be done.
    """
    local, at, domain = address.strip().rpartition("@")
    if not at or not local or not domain:
        raise Refused(
            "bad_address", f"“{one_line(address)}” is not an e-mail address. Edit the recipients.", field="to"
        )
    if not local.isascii():
        raise Refused(
            "address_not_ascii",
            f"“{one_line(address)}” has letters before the @ that not every mail server takes, so it can't be"
            " sent to.",
            field="to",
        )
    if not (_DOT_ATOM.fullmatch(local) or _QUOTED_LOCAL_PART.fullmatch(local)):
        if not _PRINTABLE.fullmatch(local):
            raise Refused(
                "bad_address",
                f"“{one_line(address)}” is not an e-mail address. Edit the recipients.",
                field="to",
            )
        escaped = local.replace("\\", "\\\\").replace('"', '\\"')
        local = f'"{escaped}"'
    if len(local) > 255:
        raise Refused("bad_address", f"“{local[:40]}…” is longer than an e-mail address can be.", field="to")
    return f"{local}@{_ascii_domain(domain, address)}"


def _ascii_domain(domain: str, address: str) -> str:
    import idna

    if not domain.isascii():
        try:
            domain = idna.encode(domain, uts46=True).decode("ascii")
        except (idna.IDNAError, UnicodeError):
            raise Refused(
                "bad_domain", f"“{one_line(address)}” has a domain that can't exist.", field="to"
            ) from None
    if len(domain) > 253 or not _DOMAIN.fullmatch(domain):
        raise Refused("bad_domain", f"“{one_line(address)}” has a domain that can't exist.", field="to")
    return domain.lower()


def message_ids(texts: Iterable[str]) -> list[str]:
    """The well-formed message ids in these texts, in order; anything else in them is left out."""
    return [found for text in texts for found in _MESSAGE_ID.findall(text)]
