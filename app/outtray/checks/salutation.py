"""Who a message greets, and whether that is who it goes to; and whose company it speaks of."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

from outtray.checks.check import Check, Found, Group
from outtray.checks.folding import fold_lower
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
_TITLES = frozenset(
    fold_lower(word)
    for word in [
        "mr",
        "mrs",
        "ms",
        "miss",
        "mx",
        "dr",
        "prof",
        "professor",
        "sir",
        "madam",
        "dame",
        "lord",
        "herr",
        "frau",
        "herrn",
        "fräulein",
        "monsieur",
        "madame",
        "mademoiselle",
        "m",
        "mme",
        "mlle",
        "maître",
        "me",
        "docteur",
        "señor",
        "señora",
        "señorita",
        "sr",
        "sra",
        "srta",
        "don",
        "doña",
        "dr",
        "dra",
        "senhor",
        "senhora",
        "dom",
        "dona",
        "pan",
        "pani",
        "panie",
        "panno",
        "państwo",
        "signor",
        "signora",
        "signore",
        "sig",
        "dottor",
        "dottore",
        "dottoressa",
        "fru",
        "fröken",
        "dhr",
        "mevrouw",
        "meneer",
        "mijnheer",
        "heer",
        "пане",
        "пані",
        "san",
        "hanım",
        "bey",
        "familie",
        "family",
        "famille",
        "familia",
        "professorin",
        "professora",
        "ingénieur",
        "ing",
        "mag",
        "dipl",
    ]
)
_NOBODY = frozenset(
    fold_lower(word)
    for word in [
        "all",
        "everyone",
        "everybody",
        "team",
        "there",
        "again",
        "colleagues",
        "colleague",
        "friends",
        "friend",
        "customer",
        "customers",
        "sir",
        "madam",
        "reader",
        "readers",
        "members",
        "member",
        "both",
        "folks",
        "people",
        "parents",
        "singers",
        "editors",
        "from",
        "the",
        "of",
        "and",
        "board",
        "partner",
        "partners",
        "guest",
        "guests",
        "staff",
        "ladies",
        "gentlemen",
        "student",
        "students",
        "sirs",
        "who",
        "whom",
        "office",
        "group",
        "family",
        "hiring",
        "manager",
        "support",
        "zusammen",
        "damen",
        "herren",
        "kollegen",
        "kolleginnen",
        "team",
        "eltern",
        "alle",
        "liebe",
        "freunde",
        "mitglieder",
        "vorstandsmitglieder",
        "sängerinnen",
        "tous",
        "toutes",
        "parents",
        "collègues",
        "messieurs",
        "mesdames",
        "équipe",
        "amis",
        "clients",
        "client",
        "todos",
        "todas",
        "equipo",
        "equipa",
        "señores",
        "senhores",
        "amigos",
        "colegas",
        "wszystkim",
        "państwo",
        "zespół",
        "alla",
        "allihopa",
        "team",
        "tutti",
        "signori",
        "allen",
        "iedereen",
        "сусіди",
        "колеги",
        "друзі",
        "panowie",
        "sehr",
        "geehrte",
        "geehrter",
        "und",
        "y",
        "et",
        "e",
        "i",
        "och",
        "en",
        "clienti",
        "cliente",
        "kunde",
        "kunden",
        "kund",
        "lesers",
        "lezers",
        "morgon",
        "dag",
        "kväll",
        "רב",
        "לכולם",
        "לכם",
    ]
)
_ROLE_NAMES = frozenset(
    fold_lower(
        "accounts payable purchasing billing support service team office info sales admin ops operations desk"
        " help"
        " rechnungswesen buchhaltung kundenservice service vertrieb comptabilité contabilidad contas ekonomi"
        " driften"
        " kundtjänst reception registrar editors leads staff board client mailer guest harbour"
        " vereinsvorstand styrelsen"
        " equipo equipa zespół marketing newsletter department abuse"
    ).split()
)
_NICKNAMES = (
    "katherine kathryn catherine kate katie kitty kathy cathy|william bill will billy liam|elizabeth liz beth"
    " lizzie betty eliza libby"
    "|margaret peggy meg maggie greta|alexander alexandra sasha alex sandy lex xander|robert bob rob bobby"
    " bert|richard dick rick"
    " rich|james jim jimmy jamie|john jack johnny|edward ed ted ned eddie|anthony tony|michael mike mick"
    " mikey|thomas tom tommy"
    "|patricia pat patty trish|joseph joe pepe|charles charlie chuck|henry harry hank|dorothy dot dolly"
    "|francis frank fran paco"
    "|josé pepe|ignacio nacho|guadalupe lupe|lars lasse|karl kalle|per pelle|maría josé majo|johannes hans"
    " hannes|jürgen jörg"
    "|barbara basia|małgorzata gosia małgosia|zbigniew zbyszek|stanisław staszek|katarzyna kasia|joanna asia"
    "|ludmila lida"
    "|ivan vanya|dmitri dima|oleksandr sashko|volodymyr vova|yevhen zhenya|giuseppe beppe|francesco checco"
    "|susan sue|deborah deb|leonard len|samuel samantha sam|benjamin ben|jonathan jon|steven steve|gregory"
    " greg|zachary zach"
)


@lru_cache(maxsize=1)
def _nicknames() -> dict[str, set[str]]:
    known: dict[str, set[str]] = {}
    for line in _NICKNAMES.split("|"):
        names = {_bare(name) for name in line.split()}
        for name in names:
            known.setdefault(name, set()).update(names)
    return known


def _wrong_name(subject: Subject, _facts: Facts) -> Iterator[Found]:
    text = subject.body
    greeted = _greeted(text)
    if greeted is None:
        return
    words, start, end = greeted
    known = _names(subject)
    if not known or known & _ROLE_NAMES:
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
        title in text.lower[max(0, start - 8) : start].split() for title in _TITLES
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
    words = [word for word in match["name"].split() if _bare(word)]
    if any(fold_lower(word) in _NOBODY for word in words):
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
        if word in _NOBODY:
            return None
        if word in _TITLES or (len(word) == 1):
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
        if len(name) > 1 and fold_lower(name) not in _TITLES
    }


def _bare(word: str) -> str:
    decomposed = unicodedata.normalize("NFKD", fold_lower(word).replace("ø", "o").replace("ł", "l"))
    return "".join(character for character in decomposed if character.isalpha())


def _same(word: str, name: str) -> bool:
    """Whether two names may be the same person's: inflected, shortened or written without its marks."""
    one, other = _bare(word), _bare(name)
    if not one or not other:
        return False
    if one == other or one in _nicknames().get(other, ()):
        return True
    if min(len(one), len(other)) >= 3 and one[:-1] == other[:-1]:
        return True
    if min(len(one), len(other)) >= 3 and (one[:3] == other[:3] or one in other or other in one):
        return True
    # Names of other scripts are short: 张 of 张丽, חוה of חווה.
    return one[0] > "\u0590" and (one[:2] == other[:2] or other.startswith(one))


def _initials(words: Sequence[str], known: set[str]) -> bool:
    """“Majo” for María José, “J.B.” for Jean-Baptiste: the beginnings of two names in one."""
    word = _bare(words[0])
    names = [_bare(name) for name in known]
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


def _wrong_company(subject: Subject, facts: Facts) -> Iterator[Found]:
    if not facts.known_companies:
        return
    mine = {_bare(name) for name in (subject.checked.company_name, facts.operator.company) if name}
    asked = fold_lower(subject.checked.request or "")
    grouped = _companies(facts.known_companies)
    for text in subject.texts:
        for first in grouped.keys() & text.index.keys():
            for words, name in grouped[first]:
                bare = _bare(name)
                if fold_lower(name) in asked or any(bare in own or own in bare for own in mine):
                    continue
                for start, end in _spoken_of(text, words, name):
                    yield Found(
                        text.place(start, end),
                        text.excerpt(start, end),
                        f"The message speaks of {name}, which is another company"
                        + (f" than {subject.checked.company_name}." if subject.checked.company_name else "."),
                    )


@lru_cache(maxsize=4)
def _companies(names: frozenset[str]) -> dict[str, list[tuple[tuple[str, ...], str]]]:
    from outtray.checks.words import phrase_words

    grouped: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for name in names:
        words = phrase_words(name)
        # One short word is a word of the language more often than a name.
        if words and (len(words) > 1 or len(words[0]) >= 6):
            grouped.setdefault(words[0], []).append((words, name))
    return grouped


def _spoken_of(text: Text, words: tuple[str, ...], name: str) -> Iterator[tuple[int, int]]:
    for number in text.index[words[0]]:
        there = text.words[number : number + len(words)]
        if tuple(word.text for word in there) != words:
            continue
        start, end = there[0].start, there[-1].end
        first = text.folded[start]
        in_address = (
            text.folded[end : end + 1] in {".", "@", "-"} and text.folded[end + 1 : end + 2].isalnum()
        )
        before = text.folded[max(0, start - 1) : start]
        if (
            (first.isupper() or not name[0].isupper())
            and text.own(start)
            and not in_address
            and before not in {"@", "."}
        ):
            yield start, end


CHECKS = (
    Check("wrong_name", Group.CONTENT, "Wrong name in the salutation", Severity.WARN, _wrong_name),
    Check("wrong_company", Group.CONTENT, "Wrong company", Severity.WARN, _wrong_company),
)
