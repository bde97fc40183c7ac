"""Who a message greets, and whether that is who it goes to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from outtray.checks.check import Check, Found, Group
from outtray.checks.folding import bare, fold_lower
from outtray.checks.salutation_words import NOBODY, ROLE_NAMES, TITLES, nicknames
from outtray.checks.subject import Subject, Text
from outtray.model.check_facts import Facts
from outtray.model.findings import Fix, Severity

_GREETING = re.compile(
    r"[ \t]{0,8}(?:dear|hi|hello|hey|greetings|good (?:morning|afternoon|evening|day)|morning|hallo|hi|moin"
    r"|servus"
    r"|guten (?:tag|morgen|abend)|grüß gott|sehr geehrter?|lieber?|werter?|bonjour|bonsoir|salut|coucou"
    r"|chers?|chères?"
    r"|hola|buen(?:os|as)(?: (?:días|dias|tardes|noches))?|estimad[oa]s?|querid[oa]s?|olá|ola|oi|bom dia|boa"
    r" tarde"
    r"|boa noite|car[oaie]|prezad[oa]s?|ciao|salve|buongiorno|buonasera|gentil[ei]|egregio|dzień dobry|cześć"
    r"|witam"
    r"|drog[iae]|szanown[aye]|hej|hejsan|tjena|god (?:morgon|dag|kväll)|kära|käre|hei|kære|hoi|beste|geachte"
    r"|dag"
    rf"|{fold_lower('добрий день')}|{fold_lower('доброго дня')}|{fold_lower('привіт')}"
    rf"|{fold_lower('шановн')}[^\W\d_]{{1,3}}"
    rf"|{fold_lower('люб')}[^\W\d_]{{1,2}}|{fold_lower('добрый день')}"
    rf"|{fold_lower('здравствуйте')})\b(?P<rest>[^\n]{{0,80}})"
)
_END = re.compile(r"[,!:;?—–\n]|$| - ")
_ALONE = re.compile(r"\s{0,3},\s{0,3}(?P<rest>[^,!:;?\n]{2,50}[,!:]?)\s{0,3}$")
_CJK = re.compile(
    r"\s{0,4}(?P<name>[\u3040-\u30ff\u4e00-\u9fff]{1,8}) ?(?P<title>様|さん|先生|女士|小姐|经理|老师|总)"
)
_SEMITIC = re.compile(
    r"\s{0,4}(?:السيدة|السيد|الأستاذة|الأستاذ|عزيزي|عزيزتي|مرحبا|שלום"
    r"|היי)\s(?P<name>[\u0590-\u06ff' ]{2,40}?)\s?(?:المحترمة?|[،,:!\n])"
)
_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")


def _wrong_name(subject: Subject, _facts: Facts) -> Iterator[Found]:
    text = subject.body
    greeted = _greeted(text)
    if greeted is None:
        return
    words, start, end = greeted
    known = _names(subject)
    if not known or known & ROLE_NAMES:
        return
    same_script = {name for name in known if _script(name) == _script(words[0])}
    if not same_script or any(_same(word, name) for word in words for name in same_script):
        return
    if _initials(words, same_script):
        return
    place, name = text.place(start, end), text.excerpt(start, end)
    to = subject.checked.recipient_name or str(subject.content.to[0])
    yield Found(
        place, name, f"The message greets “{name}” and goes to {to}.", _fix(subject, text, start, end, words)
    )


def _fix(subject: Subject, text: Text, start: int, end: int, words: Sequence[str]) -> Fix | None:
    first = (subject.checked.recipient_name or "").split(" ")[0]
    place = text.place(start, end)
    titled = len(words) != 1 or any(
        title in text.lower[max(0, start - 8) : start].split() for title in TITLES
    )
    if not first or titled or place.start is None or not _WORD.fullmatch(first):
        return None
    return Fix(f"Change to “{first}”", place, first, "wrong_name")


def _greeted(text: Text) -> tuple[list[str], int, int] | None:
    """The names in the first line that greets somebody, and their range; None where nobody is named."""
    lower = text.lower
    at = len(lower) - len(lower.lstrip())
    # A salutation stands in the first lines or nowhere.
    for line_start in _line_starts(lower, at, 3):
        match = _GREETING.match(lower, line_start)
        if match is not None:
            return _named(text, match.start("rest"), match.end("rest"))
        for shape in (_CJK, _SEMITIC):
            other = shape.match(lower, line_start)
            if other is not None:
                return _other(other)
    return None


def _other(match: re.Match[str]) -> tuple[list[str], int, int] | None:
    words = [word for word in match["name"].split() if bare(word)]
    if any(fold_lower(word) in NOBODY for word in words):
        return None
    return (words, *match.span("name")) if words else None


def _named(text: Text, start: int, end: int) -> tuple[list[str], int, int] | None:
    alone = _ALONE.match(text.folded, start, end)
    if alone is not None:
        # “Bom dia, Ana,”: the name stands behind a comma, alone in its line.
        start, end = alone.span("rest")
    stop = _END.search(text.folded, start, end)
    end = stop.start() if stop else end
    found: list[re.Match[str]] = []
    for match in _WORD.finditer(text.folded, start, end):
        word = fold_lower(match[0])
        if word in NOBODY:
            return None
        if word in TITLES or (len(word) == 1):
            continue
        if not match[0][0].isupper():
            # A lower-case word ends the name: “Dear Ada, thank you” without its comma.
            if found:
                break
            return None
        found.append(match)
        if text.folded[match.end() : match.end() + 1] == ".":
            break
    if not found or len(found) > 5:
        return None
    # As they are written: a letter that looks Latin must not change whose script it is.
    return [text.excerpt(*match.span()) for match in found], found[0].start(), found[-1].end()


def _line_starts(lower: str, at: int, most: int) -> Iterator[int]:
    for _ in range(most):
        if at >= len(lower):
            return
        yield at
        line_end = lower.find("\n", at)
        if line_end < 0:
            return
        at = line_end + 1
        while lower[at : at + 1] == "\n":
            at += 1


def _names(subject: Subject) -> set[str]:
    """The names of all who get it, as they call themselves and as their addresses do."""
    people = [subject.checked.recipient_name or ""]
    for one in subject.content.to + subject.content.cc:
        people += [one.display_name, one.local_part.replace(".", " ").replace("_", " ")]
    return {
        name
        for person in people
        for name in _WORD.findall(person.replace("-", " ").lower())
        if len(name) > 1 and fold_lower(name) not in TITLES
    }


def _same(word: str, name: str) -> bool:
    """Whether two names may be the same person's: inflected, shortened or written without its marks."""
    one, other = bare(word), bare(name)
    if not one or not other:
        return False
    if one == other or one in nicknames().get(other, ()):
        return True
    if min(len(one), len(other)) >= 3 and one[:-1] == other[:-1]:
        return True
    if min(len(one), len(other)) >= 3 and (one[:3] == other[:3] or one in other or other in one):
        return True
    # Names of other scripts are short: 张 of 张丽, חוה of חווה.
    return one[0] > "\u0590" and (one[:2] == other[:2] or other.startswith(one))


def _initials(words: Sequence[str], known: set[str]) -> bool:
    """“Majo” for María José, “J.B.” for Jean-Baptiste: the beginnings of two names in one."""
    word = bare(words[0])
    names = [bare(name) for name in known]
    return any(
        word == first[:cut] + second[: len(word) - cut]
        for first in names
        for second in names
        if first != second
        for cut in range(1, min(len(word), 4))
    )


def _script(word: str) -> str:
    letter = next((character for character in word if character.isalpha()), "a")
    for name, start, end in (("greek", 0x370, 0x400), ("cyrillic", 0x400, 0x530), ("semitic", 0x590, 0x780)):
        if start <= ord(letter) < end:
            return name
    return "far" if ord(letter) > 0x780 else "latin"


CHECKS = (Check("wrong_name", Group.CONTENT, "Wrong name in the salutation", Severity.WARN, _wrong_name),)
