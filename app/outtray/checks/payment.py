"""Payment cards (Luhn and issuer range) and bank accounts (IBAN)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from outtray.checks.check import Check, Found, Group
from outtray.checks.subject import Subject, Text
from outtray.checks.words import stems
from outtray.model.check_facts import Facts
from outtray.model.findings import Severity

_RUN = re.compile(r"(?<![\w+])\d(?:[ .\-]?\d){12,40}(?!\w)")
_GROUP = re.compile(r"\d+")
# ISO/IEC 7812: how the numbers of each issuer begin, and how long they are.
_ISSUERS = (
    (re.compile(r"4"), (13, 16, 19)),
    (re.compile(r"5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720"), (16,)),
    (re.compile(r"3[47]"), (15,)),
    (re.compile(r"6011|64[4-9]|65"), (16, 19)),
    (re.compile(r"30[0-5]|3[689]"), (14,)),
    (re.compile(r"35(?:2[89]|[3-8])"), (16,)),
    (re.compile(r"62"), (16, 17, 18, 19)),
)
_CARD_WORDS = (
    "card|visa|mastercard|amex|kreditkarte|karte|carte|tarjeta|cartão|cartao|karta|kort|carta di"
    "|カード|卡|بطاقة"
    "|כרטיס|картк"
)
_OTHER_WORDS = (
    "order|tracking|invoice|shipment|container|parcel|isbn|ean|serial|ticket|bestell|auftrag|sendung|rechnung"
    "|commande|facture|colis|pedido|factura|zamówien|faktur|order|beställning|注文|订单"
)


def _card(subject: Subject, _facts: Facts) -> Iterator[Found]:
    for text in subject.all_texts:
        if not text.has_digits:
            continue
        for match in _RUN.finditer(text.folded):
            span = _card_in(match)
            if span is None or _is_other_number(text, *span):
                continue
            yield Found(
                text.place(*span),
                text.excerpt(*span),
                "This is the number of a payment card; take it out, its last four digits are enough.",
            )


def _card_in(run: re.Match[str]) -> tuple[int, int] | None:
    """The range of the first whole groups of digits that make a card's number."""
    groups = [match.span() for match in _GROUP.finditer(run[0])]
    for first in range(len(groups)):
        digits = ""
        for start, end in groups[first:]:
            digits += run[0][start:end]
            if len(digits) > 19:
                break
            if len(digits) >= 13 and _is_card(digits):
                return run.start() + groups[first][0], run.start() + end
    return None


def _is_card(digits: str) -> bool:
    if not any(len(digits) in lengths and begin.match(digits) for begin, lengths in _ISSUERS):
        return False
    from stdnum import luhn

    return bool(luhn.is_valid(digits)) and len(set(digits)) > 1


def _is_other_number(text: Text, start: int, end: int) -> bool:
    """Whether an unbroken run of digits is named as the number of an order, a parcel or a book."""
    if not text.folded[start:end].isdigit():
        return False
    before = text.lower[max(0, start - 40) : start]
    return any(word in before for word in stems(_OTHER_WORDS)) and not any(
        word in before for word in stems(_CARD_WORDS)
    )


# SWIFT's IBAN registry: the length of each country's numbers.
_LENGTHS = dict(
    pair.split(":")
    for pair in [
        "AD:24",
        "AE:23",
        "AL:28",
        "AT:20",
        "AZ:28",
        "BA:20",
        "BE:16",
        "BG:22",
        "BH:22",
        "BR:29",
        "BY:28",
        "CH:21",
        "CR:22",
        "CY:28",
        "CZ:24",
        "DE:22",
        "DK:18",
        "DO:28",
        "EE:20",
        "EG:29",
        "ES:24",
        "FI:18",
        "FO:18",
        "FR:27",
        "GB:22",
        "GE:22",
        "GI:23",
        "GL:18",
        "GR:27",
        "GT:28",
        "HR:21",
        "HU:28",
        "IE:22",
        "IL:23",
        "IQ:23",
        "IS:26",
        "IT:27",
        "JO:30",
        "KW:30",
        "KZ:20",
        "LB:28",
        "LC:32",
        "LI:21",
        "LT:20",
        "LU:20",
        "LV:21",
        "LY:25",
        "MC:27",
        "MD:24",
        "ME:22",
        "MK:19",
        "MR:27",
        "MT:31",
        "MU:30",
        "NL:18",
        "NO:15",
        "PK:24",
        "PL:28",
        "PS:29",
        "PT:25",
        "QA:29",
        "RO:24",
        "RS:22",
        "SA:24",
        "SC:31",
        "SE:24",
        "SI:19",
        "SK:24",
        "SM:27",
        "ST:25",
        "SV:28",
        "TL:23",
        "TN:24",
        "TR:26",
        "UA:29",
        "VA:22",
        "VG:24",
        "XK:20",
    ]
)
_IBAN_START = re.compile(r"(?<![A-Za-z0-9])[A-Za-z][ -]?[A-Za-z][ -]?\d[ -]?\d")
_IBAN_REST = re.compile(r"(?:[ -]{0,2}[A-Za-z0-9]){11,30}")


def _iban(subject: Subject, facts: Facts) -> Iterator[Found]:
    for text in subject.all_texts:
        if not text.has_digits:
            continue
        for match in _IBAN_START.finditer(text.folded):
            end = _iban_end(text.folded, match)
            if end is None:
                continue
            number = _bare(text.folded[match.start() : end])
            if number in facts.choices.own_accounts:
                continue
            yield Found(
                text.place(match.start(), end),
                text.excerpt(match.start(), end),
                "This is the number of a bank account; take it out, or list it in Settings as your own.",
            )


def _bare(number: str) -> str:
    return number.replace(" ", "").replace("-", "").upper()


def _iban_end(folded: str, start: re.Match[str]) -> int | None:
    """Where the account number ends that begins with this match, None where there is none."""
    length = int(_LENGTHS.get(_bare(start[0])[:2], "0"))
    rest = _IBAN_REST.match(folded, start.end())
    if not length or rest is None:
        return None
    number, end = "", start.start()
    for end in range(start.start(), rest.end()):
        if folded[end].isalnum():
            number += folded[end]
            if len(number) == length:
                break
    if len(number) != length or folded[end + 1 : end + 2].isalnum():
        return None
    from stdnum import iban

    # Belgian and other inner check digits are the bank's business: the outer ones are enough to know one.
    return end + 1 if iban.is_valid(number.upper(), check_country=False) else None


CHECKS = (
    Check("payment_card", Group.PERSONAL, "Payment cards", Severity.BLOCK, _card),
    Check("iban", Group.PERSONAL, "Bank accounts (IBAN)", Severity.BLOCK, _iban),
)
