"""Telephone numbers and mail addresses of people whom the message is not to."""

from __future__ import annotations

import re
from collections.abc import Iterator

from outtray.checks.check import Check, Found, Group
from outtray.checks.subject import Subject
from outtray.checks.words import stems
from outtray.model.check_facts import Facts
from outtray.model.findings import Severity
from outtray.model.mailboxes import address_key

_CANDIDATE = re.compile(r"(?<![\w.+-])(?:\+|\(?0|\()?\d[\d ()/.\-]{5,20}\d(?!\w)")
_CALL = (
    "phone|mobile|cell|call |ring |dial|tel.|tel:|telefon|telefone|teléfono|téléphone|portable|mobil|handy"
    "|móvil"
    "|telemóvel|komórk|tlf|puhelin|電話|电话|手机|هاتف|טלפון|телефон"
)
_ADDRESS = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}(?![\w@-])")


def _phone_number(subject: Subject, facts: Facts) -> Iterator[Found]:
    own = _digits(facts.operator.phone)
    for text in subject.texts:
        if not text.has_digits:
            continue
        spoken = any(word in text.lower for word in stems(_CALL))
        if not spoken and "+" not in text.folded:
            continue
        for match in _CANDIDATE.finditer(text.folded):
            digits = _digits(match[0])
            if not 7 <= len(digits) <= 15 or (own and digits.endswith(own[-7:])):
                continue
            near = text.lower[max(0, match.start() - 40) : match.start()]
            if not text.own(match.start()):
                continue
            if _is_phone(match[0], digits) if "+" in match[0] else any(word in near for word in stems(_CALL)):
                yield Found(
                    text.place(*match.span()),
                    text.excerpt(*match.span()),
                    "A telephone number is in the message; look whether it may be passed on.",
                )


def _is_phone(number: str, digits: str) -> bool:
    from phonenumbers import NumberParseException, is_possible_number, parse

    if len(digits) < 8:
        return False
    try:
        return bool(is_possible_number(parse(number)))
    except NumberParseException:
        return False


def _digits(text: str) -> str:
    return "".join(character for character in text if character in "0123456789")


def _third_party(subject: Subject, facts: Facts) -> Iterator[Found]:
    content = subject.content
    known = {one.key for one in content.recipients} | {address_key(one) for one in facts.operator.addresses}
    if content.reply_to is not None:
        known.add(content.reply_to.key)
    domains = facts.operator.domains | {one.domain.casefold() for one in content.recipients}
    for text in subject.texts:
        if "@" not in text.folded:
            continue
        for match in _ADDRESS.finditer(text.folded):
            key = address_key(match[0])
            if key in known or key.rpartition("@")[2] in domains or not text.own(match.start()):
                continue
            yield Found(
                text.place(*match.span()),
                text.excerpt(*match.span()),
                "This is the address of somebody else; look whether it may be passed on.",
            )


CHECKS = (
    Check("phone_number", Group.PERSONAL, "Telephone numbers", Severity.INFO, _phone_number),
    Check("third_party_address", Group.PERSONAL, "Other people’s addresses", Severity.INFO, _third_party),
)
