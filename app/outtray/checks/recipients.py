"""Who a message goes to: addresses and names that are what they seem, and lists of who may be written to."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from outtray.checks.check import Check, Found, Group
from outtray.checks.folding import fold_lower
from outtray.checks.hosts import registrable
from outtray.checks.subject import Subject
from outtray.model.check_facts import NOBODY, Facts
from outtray.model.findings import Place, Severity
from outtray.model.mailboxes import EmailAddress, address_key

_PLAIN = re.compile(
    r"[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}", re.IGNORECASE
)


def recipients(subject: Subject) -> Iterator[tuple[str, EmailAddress]]:
    """All who get the message, each with the field that names them."""
    content = subject.content
    for field, addresses in (("to", content.to), ("cc", content.cc), ("bcc", content.bcc)):
        for one in addresses:
            yield field, one


def _address_syntax(subject: Subject, _facts: Facts) -> Iterator[Found]:
    named = list(recipients(subject))
    if subject.content.reply_to is not None:
        named.append(("reply_to", subject.content.reply_to))
    for field, one in named:
        problem = None if _is_plain(one.address) else _problem(one.address)
        if problem is not None:
            yield Found(Place(field), one.address, f"This is no address that can be written to: {problem}")


def _is_plain(address: str) -> bool:
    return len(address) <= 254 and len(address.rpartition("@")[0]) <= 64 and bool(_PLAIN.fullmatch(address))


@lru_cache(maxsize=1024)
def _problem(address: str) -> str | None:
    from email_validator import EmailNotValidError, validate_email

    try:
        validate_email(address, check_deliverability=False, test_environment=True, allow_quoted_local=True)
    except EmailNotValidError as error:
        return str(error)
    except (ValueError, IndexError):
        # Parts of the validator's own libraries raise these for texts that no mailbox ever had.
        return "it is malformed."
    return None


# Directional marks and joiners have their place in a name of a script that needs them, not in a Latin one.
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")


def _name_characters(subject: Subject, _facts: Facts) -> Iterator[Found]:
    for field, one in recipients(subject):
        if one.display_name.isascii() and one.display_name.isprintable() and one.address.isascii():
            continue
        for text in (one.display_name, one.address):
            bad = next((character for character in text if _is_bad(character, text)), None)
            if bad is not None:
                name = unicodedata.name(bad, f"U+{ord(bad):04X}").lower()
                shown = "".join(character for character in text if not _is_bad(character, text))
                yield Found(
                    Place(field),
                    shown,
                    f"The name holds a character that nobody sees ({name}); write it anew.",
                )


def _is_bad(character: str, text: str) -> bool:
    if character.isprintable():
        return False
    if _TURNING.match(character) or unicodedata.category(character) != "Cf":
        return True
    return all(letter < "\u0590" for letter in text if letter.isalpha())


_IN_NAME = re.compile(r"[\w.+-]{1,64}@((?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24})")


def _name_address(subject: Subject, _facts: Facts) -> Iterator[Found]:
    for field, one in recipients(subject):
        if "@" not in one.display_name:
            continue
        shown = _IN_NAME.search(fold_lower(one.display_name))
        if shown is not None and address_key(shown[0]) != one.key:
            yield Found(
                Place(field),
                one.display_name,
                f"The name shows {shown[0]}, but the message goes to {one.address}.",
            )


_NO_REPLY = [
    "noreply",
    "donotreply",
    "dontreply",
    "neverreply",
    "mailerdaemon",
    "bounce",
    "bounces",
    "nereplypas",
    "nepasrepondre",
    "keineantwort",
    "nichtantworten",
    "norespond",
    "noresponder",
    "naoresponda",
    "nieodpowiadaj",
    "nieodpisuj",
    "svarainte",
    "autoreply",
    "automailer",
    "noanswer",
]


def _no_reply(subject: Subject, _facts: Facts) -> Iterator[Found]:
    for field, one in recipients(subject):
        local = re.sub(r"[-_.]", "", one.local_part.partition("+")[0].casefold())
        if local.startswith(tuple(_NO_REPLY)) or local.endswith("noreply"):
            yield Found(
                Place(field), one.address, "Nobody reads what goes to this address; find one that is read."
            )


def _reply_to_domain(subject: Subject, facts: Facts) -> Iterator[Found]:
    one = subject.content.reply_to
    if one is None or not facts.operator.domains:
        return
    domain = one.key.rpartition("@")[2]
    own = facts.operator.domains
    if domain in own or any(domain.endswith(f".{mine}") for mine in own):
        return
    if registrable(domain) in {registrable(mine) for mine in own} and not _is_shared(domain):
        return
    yield Found(Place("reply_to"), one.address, f"Answers would go to {domain}, which is not your domain.")


# Reserved names (RFC 2606) belong to everybody at once, as the domains of mail providers do.
_SHARED = frozenset(
    [
        "example.com",
        "example.org",
        "example.net",
        "gmail.com",
        "outlook.com",
        "yahoo.com",
        "icloud.com",
        "gmx.de",
        "web.de",
    ]
)


def _is_shared(domain: str) -> bool:
    return registrable(domain) in _SHARED


def _hidden_bcc(subject: Subject, facts: Facts) -> Iterator[Found]:
    for one in subject.content.bcc:
        own = one.key.rpartition("@")[2] in facts.operator.domains
        yield Found(
            Place("bcc"),
            one.address,
            f"{one.address} gets a copy that the others can’t see.",
            severity=Severity.INFO if own else None,
        )


def _is_listed(one: EmailAddress, listed: frozenset[str]) -> bool:
    """Whether a list holds the address, its domain, or a domain above that."""
    if one.key in listed:
        return True
    labels = one.key.rpartition("@")[2].split(".")
    return any(".".join(labels[at:]) in listed for at in range(len(labels)))


@lru_cache(maxsize=8)
def _normal(listed: frozenset[str]) -> frozenset[str]:
    return frozenset(
        address_key(entry)
        if "@" in entry.lstrip("@")
        else address_key(f"x@{entry.lstrip('@').lstrip('*.')}")[2:]
        for entry in listed
    )


def _denied(subject: Subject, facts: Facts) -> Iterator[Found]:
    if facts.choices.denied:
        for field, one in recipients(subject):
            if _is_listed(one, _normal(facts.choices.denied)):
                yield Found(
                    Place(field), one.address, f"{one.address} is on your list of addresses not to write to."
                )


def _not_allowed(subject: Subject, facts: Facts) -> Iterator[Found]:
    if facts.choices.allowed:
        for field, one in recipients(subject):
            if not _is_listed(one, _normal(facts.choices.allowed)):
                yield Found(
                    Place(field), one.address, f"{one.address} is not on your list of allowed addresses."
                )


def _suppressed(subject: Subject, facts: Facts) -> Iterator[Found]:
    for field, one in recipients(subject):
        if facts.people.get(one.key, NOBODY).suppressed:
            yield Found(Place(field), one.address, f"{one.address} is never to be written to again.")


CHECKS = (
    Check("address_syntax", Group.RECIPIENT, "Addresses that are none", Severity.BLOCK, _address_syntax),
    Check(
        "name_characters", Group.RECIPIENT, "Invisible characters in names", Severity.BLOCK, _name_characters
    ),
    Check("name_address", Group.RECIPIENT, "Names that show another address", Severity.BLOCK, _name_address),
    Check("denied", Group.RECIPIENT, "Deny list", Severity.BLOCK, _denied),
    Check("not_allowed", Group.RECIPIENT, "Allow list", Severity.BLOCK, _not_allowed),
    Check("suppressed", Group.RECIPIENT, "People never to be mailed", Severity.BLOCK, _suppressed),
    Check("no_reply", Group.RECIPIENT, "No-reply addresses", Severity.WARN, _no_reply),
    Check("reply_to_domain", Group.RECIPIENT, "Answers to another domain", Severity.WARN, _reply_to_domain),
    Check("hidden_bcc", Group.RECIPIENT, "Blind copies", Severity.WARN, _hidden_bcc),
)
