"""National identity numbers: by their own rules and check digits (python-stdnum), so that an order number
or a date is not taken for one. Where the shape alone says little, a word that names the number must stand
near it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from importlib import import_module

from outtray.checks.check import Check, Found, Group
from outtray.checks.national_numbers import BY_SHAPE, NATIONAL_NUMBERS, NationalNumber
from outtray.checks.subject import Subject, Text
from outtray.checks.words import stems
from outtray.model.check_facts import Facts
from outtray.model.findings import Severity

_BEFORE = 60
_BEHIND = 24
# A run of digits, with what stands between the digits of these numbers.
_RUN = re.compile(r"\d(?:[ ./+-]{0,2}[A-Za-z]?[ ./+-]{0,1}\d){5,40}")
_WHY = "This is {} and belongs in no mail; take it out or send it another way."


def _near(text: Text, start: int, end: int, words: str) -> bool:
    around = text.lower[max(0, start - _BEFORE) : end + _BEHIND]
    return any(word in around for word in stems(words))


@lru_cache(maxsize=64)
def _validator(module: str) -> Callable[[str], bool]:
    valid: Callable[[str], bool] = import_module(f"stdnum.{module}").is_valid
    return valid


def _national(subject: Subject, facts: Facts) -> Iterator[Found]:
    wanted = facts.choices.countries
    for text in subject.all_texts:
        if not text.has_digits:
            continue
        spans: dict[tuple[int, int], str] = {}
        numbers = [number for number in NATIONAL_NUMBERS if _asked_for(number, text, wanted)]
        for window in _runs(text.folded):
            for number in numbers:
                for match in number.shape.finditer(text.folded, *window):
                    if match.span() in spans or not _is_near(number, text, match):
                        continue
                    if number.module == BY_SHAPE or _validator(number.module)(match[0].upper()):
                        spans[match.span()] = number.name
        for (start, end), name in spans.items():
            yield _found(text, start, end, _WHY.format(name))


def _asked_for(number: NationalNumber, text: Text, wanted: frozenset[str] | None) -> bool:
    if wanted is not None and number.country not in wanted:
        return False
    return not number.words or any(word in text.lower for word in stems(number.words))


def _is_near(number: NationalNumber, text: Text, match: re.Match[str]) -> bool:
    return not number.words or _near(text, *match.span(), number.words)


def _runs(folded: str) -> Iterator[tuple[int, int]]:
    """The ranges of a text that may hold a number: six digits and more, signs and single letters between."""
    for match in _RUN.finditer(folded):
        yield max(0, match.start() - 8), min(len(folded), match.end() + 8)


def _found(text: Text, start: int, end: int, why: str) -> Found:
    return Found(text.place(start, end), text.excerpt(start, end), why)


_SSN = re.compile(r"(?<![\w-])(\d{3})-(\d{2})-(\d{4})(?![\w-])")
_SSN_WORDS = "ssn|social security"
_SSN_LOOSE = re.compile(r"(?<!\d)\d(?:[ .-]{0,3}\d){8}(?!\d)")
_OTHER_NUMBER = re.compile(
    r"\b(?:part|item|article|order|invoice|call number|catalogue|model|serial)\b[^\n]{0,12}$"
)


def _is_ssn(digits: str) -> bool:
    """The rules of the Social Security Administration (20 CFR 422.103; POMS RM 10201.035)."""
    area, group, serial = digits[:3], digits[3:5], digits[5:]
    return area not in {"000", "666"} and area < "900" and group != "00" and serial != "0000"


def _us_ssn(subject: Subject, facts: Facts) -> Iterator[Found]:
    wanted = facts.choices.countries
    if wanted is not None and "US" not in wanted:
        return
    why = "This looks like a US social security number and belongs in no mail; take it out."
    for text in subject.all_texts:
        if not text.has_digits:
            continue
        named = any(word in text.lower for word in stems(_SSN_WORDS))
        for match in _SSN_LOOSE.finditer(text.folded) if named else _SSN.finditer(text.folded):
            start, end = match.span()
            if not _is_ssn("".join(filter(str.isdigit, match[0]))):
                continue
            if named and _near(text, start, end, _SSN_WORDS):
                yield _found(text, start, end, why)
            elif _SSN.fullmatch(match[0]):
                before = text.lower[max(0, start - 30) : start]
                other = _OTHER_NUMBER.search(before) is not None
                found = _found(text, start, end, why)
                yield Found(found.place, found.excerpt, why, severity=Severity.WARN if other else None)


_NINE = re.compile(r"(?<![\w.,/#+-])\d{9}(?![\w/-]|[.,]\d)")


def _nine_digits(subject: Subject, _facts: Facts) -> Iterator[Found]:
    for text in subject.texts:
        if text.has_digits:
            for match in _NINE.finditer(text.folded):
                yield _found(
                    text,
                    *match.span(),
                    "Nine digits in a row may be an identity number; look whether it may leave.",
                )


_BORN = (
    "date of birth|birth date|birthdate|dob|born|geboren|geburtsdatum|né le|née le|nee le|date de naissance"
    "|fecha de nacimiento|nacido|nacida|data de nascimento|nascid|född|födelsedatum|data urodzenia|urodzon"
    "|data di nascita|nato il|nata il|geboortedatum|geboren op|født|fødselsdato|syntymäaika|datum narození"
    "|doğum tarihi|生年月日|出生日期|дата народження|народжен|تاريخ الميلاد|תאריך לידה"
)
_MONTH = (
    r"(?:jan|feb|m[aä]r|apr|ma[iyj]|jun|jul|aug|sep|o[kc]t|nov|de[cz]|janv|févr|fevr|mars|avr|juin|juil|août"
    r"|aout|ene|abr|ago|dic|fev|set|out|dez)[^\W\d_]{0,8}\.?"
)
_DATE = re.compile(
    rf"(?<!\d)(?:(?:19|20)\d\d[-./年]\s?\d{{1,2}}[-./月]\s?\d{{1,2}}|\d{{1,2}}[-./]\s?\d{{1,2}}[-./]\s?(?:19"
    rf"|20)?\d\d"
    rf"|\d{{1,2}}(?:st|nd|rd|th|er|\.)?\s(?:de\s)?{_MONTH}\s(?:de\s)?(?:19|20)\d\d"
    rf"|{_MONTH}\s\d{{1,2}},?\s(?:19|20)\d\d)(?!\d)"
)


def _date_of_birth(subject: Subject, _facts: Facts) -> Iterator[Found]:
    for text in subject.all_texts:
        if not any(word in text.lower for word in stems(_BORN)):
            continue
        for match in _DATE.finditer(text.lower):
            start, end = match.span()
            if any(word in text.lower[max(0, start - 40) : end + 16] for word in stems(_BORN)):
                yield _found(
                    text, start, end, "A date of birth is personal; it should leave only where it must."
                )


CHECKS = (
    Check("us_ssn", Group.PERSONAL, "US social security numbers", Severity.BLOCK, _us_ssn),
    Check("national_number", Group.PERSONAL, "National identity numbers", Severity.BLOCK, _national),
    Check("nine_digits", Group.PERSONAL, "Nine digits in a row", Severity.WARN, _nine_digits),
    Check("date_of_birth", Group.PERSONAL, "Dates of birth", Severity.WARN, _date_of_birth),
)
