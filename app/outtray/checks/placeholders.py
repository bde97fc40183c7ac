"""What a template or a language model left in: fields that nobody filled, and words that no person writes."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache
from operator import itemgetter

from outtray.checks.check import Check, Found, Group
from outtray.checks.folding import fold_lower
from outtray.checks.subject import Subject, Text
from outtray.checks.words import around, stems
from outtray.model.check_facts import Checked, Facts
from outtray.model.findings import Fix, Severity

_BRACES = re.compile(
    r"\{\{[^{}\n]{0,80}\}\}|\{%[^%\n]{0,120}%\}|\*\|[^|\n]{1,60}\|\*|<%=?[^%\n]{0,80}%>"
    r"|\[\[[^\[\]\n]{1,60}\]\]"
    r"|\$\{[a-z][\w.]{0,60}\}|#\{[a-z][\w.]{0,60}\}|%[A-Z][A-Z_]{3,30}%|\[object Object\]"
    r"|__[A-Z][A-Z_]{2,30}__"
)
_BRACKETS = re.compile(r"[\[{<‹【]\s{0,3}([^\[\]{}<>‹›【】\n\"@/=]{2,60}?)\s{0,3}[\]}>›】]")
_SIGNS = "{}[]<>|%$#_【‹"
_WORDS_IN = re.compile(r"[^\W_]+")
# What a field is a field of. One of these, and nothing that is not a word beside them, makes a placeholder.
_CORE = (
    "name firstname lastname surname fullname fname lname company companyname organisation organization"
    " position"
    " title role date day time phone address email signature price amount product service city country"
    " website"
    " url link calendar topic subject recipient sender customer client contact industry competitor date name"
    " firma unternehmen datum uhrzeit vorname nachname anrede telefon adresse betrag produkt stelle"
    " unterschrift"
    " nom prénom prenom société entreprise heure poste téléphone adresse montant produit signature ville"
    " nombre apellido empresa fecha hora cargo teléfono dirección importe producto firma ciudad"
    " nome sobrenome empresa data hora cargo telefone endereço valor produto assinatura cidade"
    " imię imie nazwisko firma data godzina stanowisko telefon adres kwota podpis"
    " namn företag datum tid befattning telefon adress belopp underskrift"
    " cognome azienda ora ruolo indirizzo importo naam bedrijf functie adres nimi navn virksomhed"
    " ім'я імя прізвище компанія дата посада назва"
    " お名前 名前 氏名 会社名 日付 您的姓名 姓名 公司名称 公司"
    " 日期 職位 职位 اسمك الاسم الشركة التاريخ שמך שם חברה תאריך"
)
_BESIDE = (
    "your my our the a an of to for here insert add enter full first last middle job work mobile"
    " ihr ihre ihren ihrer dein deine mein der die das des den hier einfügen und von"
    " votre vos ton ta mon le la les l de du d et ici insérer"
    " tu su el la los las de del y aquí insertar nombre"
    " seu sua o a os as do da e aqui inserir completo"
    " twoje twój twoja pana pani i tutaj wstaw"
    " ditt din er ert och här infoga efter för"
    " il lo tuo tua suo di e qui uw je jouw en van hier ваше ваша ваш і"
)
_STARTS = (
    "insert ",
    "enter ",
    "add your",
    "your ",
    "ihr name",
    "einfügen",
    "hier ",
    "insérer",
    "insertar",
    "inserir",
    "wstaw",
)
_LOOSE = re.compile(r"\blorem ipsum\b|\b(?:todo|fixme)\s?:|\bx{3,20}\b(?!-)|\btbd\b|\bt\.b\.d\.")
_NOTHING = re.compile(
    r"(?m)^\s{0,4}(?:dear|hi|hello|hey|hallo|bonjour|hola|olá|ola|hej|ciao|good morning) (undefined|null|none"
    r"|nan|n/a|name|recipient|customer name)\b"
)


@lru_cache(maxsize=1)
def _vocabulary() -> tuple[frozenset[str], frozenset[str]]:
    return frozenset(fold_lower(_CORE).split()), frozenset(fold_lower(_BESIDE).split())


def _placeholder(subject: Subject, facts: Facts) -> Iterator[Found]:
    for text in subject.all_texts:
        for start, end in _left_in(text):
            if not text.own(start):
                continue
            place, words = text.place(start, end), text.excerpt(start, end)
            fix = None
            value = None if place.start is None else _value(text.lower[start:end], facts, subject.checked)
            if value:
                key = f"placeholder:{' '.join(_WORDS_IN.findall(text.lower[start:end]))}"
                fix = Fix(f"Change to “{value}”", place, value, key)
            severity = Severity.WARN if text.lower[start:end].startswith(("tbd", "t.b.d", "xxx")) else None
            yield Found(place, words, f"“{words}” was left in; put the right words there.", fix, severity)


def _left_in(text: Text) -> Iterator[tuple[int, int]]:
    folded, lower = text.folded, text.lower
    if any(sign in folded for sign in _SIGNS):
        braces = [match.span() for match in _BRACES.finditer(folded)]
        yield from braces
        for match in _BRACKETS.finditer(lower):
            before = bisect_right(braces, match.start(), key=itemgetter(0)) - 1
            if (before < 0 or match.start() >= braces[before][1]) and _is_field(match[1]):
                yield match.span()
    if any(sign in lower for sign in ("lorem", "todo", "fixme", "xxx", "tbd", "t.b.d")):
        for match in _LOOSE.finditer(lower):
            yield match.span()
    if any(sign in lower for sign in ("undefined", "null", "none", "nan", "n/a", "name", "recipient")):
        for match in _NOTHING.finditer(lower):
            yield match.span(1)


def _is_field(inside: str) -> bool:
    core, beside = _vocabulary()
    words = _WORDS_IN.findall(inside.replace("_", " ").replace("'", " "))
    if not words or len(words) > 8:
        return False
    if any(word in core for word in words) and all(word in core or word in beside for word in words):
        return True
    return inside.strip().startswith(_STARTS) and len(words) > 1


_OWN = (
    "your",
    "my",
    "sender",
    "ihr",
    "mein",
    "votre",
    "mon",
    "tu ",
    "su ",
    "seu",
    "sua",
    "twoj",
    "ditt",
    "din",
    "il tuo",
)


def _value(field: str, facts: Facts, checked: Checked) -> str | None:
    """What belongs in a field, where that is known. A field that may be two things gets nothing."""
    words = set(_WORDS_IN.findall(field))
    own = any(sign in field for sign in stems("|".join(_OWN)))
    operator = facts.operator
    if own:
        for names, value in (
            ({"position", "title", "role", "cargo", "poste", "stelle", "stanowisko"}, operator.position),
            (
                {"company", "companyname", "organisation", "organization", "firma", "empresa"},
                operator.company,
            ),
            ({"phone", "telefon", "telefone", "mobile"}, operator.phone),
            ({"address", "adresse", "adress"}, operator.address),
            ({"name", "nom", "nombre", "nome", "namn", "imie", "imię", "fullname"}, operator.name),
        ):
            if names & words:
                return value or None
        return None
    if words & {"firstname", "fname"} or {"first", "name"} <= words:
        return (checked.recipient_name or "").split(" ")[0] or None
    return None


_MACHINE_WORDS = frozenset(
    fold_lower(
        "ai model cutoff cut ki sprachmodell modèle modele modelo modell språkmodell taalmodel modello ia"
        " qu'ia inteligencia"
        " intelligence artificial training модель"
    ).split()
)
_MACHINE_PIECES = "let me know if you|言語モデル|语言模型|人工智能|نموذج|מודל|作为"
_NOT_A_PERSON = (
    r"(?! (?:engineer|researcher|company|expert|consultant|scientist|startup|start-up|student|lawyer"
    r"|developer|firm"
    r"|lab|team|vendor|teacher|artist|officer|lead|lecturer|business|shop|agency)s?\b)"
)
_MACHINE = re.compile(
    r"\bas an? (?:large )?(?:ai|artificial intelligence)(?:-| )?(?:language model|assistant|model|chatbot"
    r"|system)\b"
    r"|\bas a (?:large )?language model\b"
    rf"|\b(?:i'm|i am) (?:just |only )?an? (?:ai|artificial intelligence|language model)\b{_NOT_A_PERSON}"
    r"|\bas an ai, i\b"
    r"|\bmy (?:knowledge|training) (?:cut-?off|data)\b"
    r"|\blet me know if you(?:'d| would) like (?:me )?(?:to )?(?:adjust|refine|rewrite|rephrase|change the"
    r" tone|make it)[^\n]{0,60}"
    r"|\bals (?:ki|k\.i\.)-?(?: ?sprachmodell|-assistent|-modell)\b|\bals (?:großes )?sprachmodell\b"
    r"|\ben tant que (?:modèle de langage|modele de langage|qu'ia|intelligence artificielle|ia)\b"
    r"|\bcomo (?:un )?modelo de lenguaje\b|\bcomo (?:un )?modelo de linguagem\b|\bcomo (?:una )?inteligencia"
    r" artificial\b"
    r"|\bjako model językowy\b|\bsom (?:en )?(?:ai-)?språkmodell\b|\bals (?:ai-)?taalmodel\b|\bcome modello"
    r" linguistico\b"
    r"|言語モデルとして|作为(?:一个|一款)?(?:ai|人工智能|语言模型)|بصفتي نموذج|כמודל שפה"
    "|" + fold_lower("як мовна модель")
)


_MACHINE_BEGINS = re.compile(
    r"\s{0,8}(?:(?:sure|certainly|of course|absolutely)[,!.]{0,2} (?:here(?:'s| is)|i(?:'d| would) be"
    r" happy)[^\n]{0,80}"
    r"|here(?:'s| is) (?:a|the|your) (?:polished |revised |possible |short |professional )?(?:draft|version"
    r"|rewrite|reply)\b)"
)


def _machine_speaks(subject: Subject, _facts: Facts) -> Iterator[Found]:
    for text in subject.texts:
        for start, end in _spoken(text):
            if text.own(start):
                yield Found(
                    text.place(start, end),
                    text.excerpt(start, end),
                    "The machine speaks of itself here; the recipient thinks that you wrote it.",
                )


def _spoken(text: Text) -> Iterator[tuple[int, int]]:
    begins = _MACHINE_BEGINS.match(text.lower)
    if begins is not None:
        yield begins.span()
    pieces = _MACHINE_WORDS & text.words
    for window in around(text.lower, (*pieces, *stems(_MACHINE_PIECES)), 70, 130):
        for match in _MACHINE.finditer(text.lower, *window):
            yield match.span()


CHECKS = (
    Check("placeholder", Group.CONTENT, "Placeholders left in", Severity.BLOCK, _placeholder),
    Check(
        "machine_speaks", Group.CONTENT, "Words of the machine about itself", Severity.BLOCK, _machine_speaks
    ),
)
