"""Reads addresses as people and programs write them: names, lists, groups, comments (RFC 5322, 3.4)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from email_validator import EmailNotValidError, validate_email

from outtray.model.mailboxes import EmailAddress

_PLAIN = re.compile(
    r"(?:(?P<name>[^\W\d_][\w .'’-]*?) *<)?"
    r"(?P<local>[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*)"
    r"@(?P<domain>[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)(?P<end>>?)"
)
_COMMENT = re.compile(r"\(([^()]*)\)")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


class NotAnAddress(ValueError):  # noqa: N818 - the name is the sentence
    """The text is no address; `text` is the part that is none."""

    def __init__(self, text: str) -> None:
        """`text` is what stands where an address should."""
        super().__init__(text)
        self.text = text


def parse_addresses(text: str, decode: Callable[[str], str] | None = None) -> list[EmailAddress]:
    """All mailboxes in `text`, groups dissolved; raises NotAnAddress for the first part that is none.

    `decode` turns the encoded words of a display name into text (message headers only).
    """
    simple = _simple(text.strip())
    if simple is not None and decode is None:
        return [simple]
    return [_parse_one(part, decode) for part in _split(text)]


def valid_address(address: str) -> bool:
    """Whether the addr-spec has the syntax of one that can be mailed (no question to the DNS)."""
    match = _PLAIN.fullmatch(address)
    if match and match["name"] is None and not match["end"]:
        return len(match["local"]) <= 64 and len(address) <= 254 and _valid_domain(match["domain"].lower())
    if _CONTROL.search(address) or "." not in address.rpartition("@")[2]:
        return False
    return _validates(address)


def _simple(text: str) -> EmailAddress | None:
    match = _PLAIN.fullmatch(text)
    if match is None or (match["name"] is not None) != bool(match["end"]):
        return None
    local, domain = match["local"], match["domain"]
    if len(local) > 64 or len(local) + len(domain) > 253 or not _valid_domain(domain.lower()):
        return None
    return EmailAddress(f"{local}@{domain}", match["name"] or "")


@lru_cache(maxsize=65536)
def _valid_domain(domain: str) -> bool:
    return _validates(f"a@{domain}")


def _validates(address: str) -> bool:
    try:
        validate_email(
            address,
            check_deliverability=False,
            globally_deliverable=False,
            test_environment=True,
            allow_quoted_local=True,
        )
    except EmailNotValidError:
        return False
    except (ValueError, IndexError):
        # Parts of the validator's own libraries raise these for texts that no mailbox ever had.
        return False
    return True


def _split(text: str) -> Iterator[str]:  # noqa: C901 - one state machine, read from top to bottom
    """The parts between commas and semicolons that stand outside quotes, comments and angle brackets."""
    part: list[str] = []
    quoted = escaped = angle = False
    comment = 0
    for character in text:
        if escaped:
            escaped = False
        elif character == "\\" and (quoted or comment):
            escaped = True
        elif character == '"' and not comment:
            quoted = not quoted
        elif quoted:
            pass
        elif character == "(":
            comment += 1
        elif character == ")" and comment:
            comment -= 1
        elif comment:
            pass
        elif character == "<":
            angle = True
        elif character == ">":
            angle = False
        elif character in ",;\n" and not angle:
            yield from _part(part)
            part = []
            continue
        elif character == ":" and not angle and "@" not in part:
            # The name of a group, or “mailto:”.
            part = []
            continue
        part.append(character)
    yield from _part(part)


def _part(characters: list[str]) -> Iterator[str]:
    part = "".join(characters).strip()
    if part:
        yield part


def _parse_one(part: str, decode: Callable[[str], str] | None) -> EmailAddress:
    before, bracket, rest = part.rpartition("<")
    if bracket:
        address, closing, behind = rest.partition(">")
        if not closing or behind.strip():
            raise NotAnAddress(part)
        name = _name(before)
    else:
        comments = _COMMENT.findall(part)
        address = _COMMENT.sub("", part)
        name = comments[-1].strip() if comments else ""
    address = address.strip()
    if not valid_address(address):
        raise NotAnAddress(part)
    if decode is not None:
        name = decode(name)
    return EmailAddress(address, " ".join(name.split()))


def _name(text: str) -> str:
    text = text.strip()
    if len(text) >= 2 and text[0] == text[-1] == '"':
        return re.sub(r"\\(.)", r"\1", text[1:-1], flags=re.DOTALL).strip()
    return text.replace('"', "").strip()
