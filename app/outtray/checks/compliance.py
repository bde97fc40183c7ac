"""What the law asks of mail to many: a way out, and an address; and who it should not go to."""

from __future__ import annotations

import re
from collections.abc import Iterator

from outtray.checks.check import Check, Found, Group
from outtray.checks.folding import fold_lower
from outtray.checks.subject import Subject
from outtray.model.check_facts import Facts
from outtray.model.findings import Fix, Place, Severity
from outtray.model.mailboxes import EmailAddress

OPT_OUT_LINE = "If you would rather not hear from me again, answer “no more”."
_OPT_OUT = (
    r"unsubscri|\bopt(?:ing)?[ -]?out|\b(?:stop|leave|no longer|rather not|don't|do not|no more)\b[^\n]{0,40}"
    r"\b(?:receiv|get|hear|these|this|list|letters|mails|emails|notes|reminders|more)|\bto (?:stop"
    r"|leave)\b[^\n]{0,60}\banswer\b"
    r"|\banswer\b[^\n]{0,10}\b(?:stop|no reminders|no more|leave)\b|abmelden|abbestell|keine (?:weiteren"
    r"|erinnerungen|nachrichten)"
    r"|désinscri|désabonn|ne plus recevoir|plus de rappels|darse de baja|«baja»|no recibir|sin avisos"
    r"|cancelar (?:a |la )?su[bs]"
    r"|descadastr|não receber|sem avisos|«parar»|wypisa|zrezygnuj|nie otrzymywa|bez przypomnień|avregistrera"
    r"|avprenumer"
    r"|svara [^\n]{0,4}(?:stopp|inga)|uitschrijv|afmeld|disiscri|配信停止|停止|退订"
    r"|取消订阅|إلغاء الاشتراك|إيقاف|הסר"
    r"|להפסקת"
    r"|ללא תזכורות|відпис|відпиш|без нагадувань"
)
_PATTERN = re.compile(fold_lower(_OPT_OUT))


def offers_opt_out(subject: Subject) -> bool:
    """Whether the text tells the recipient how not to be written to again."""
    return any(_PATTERN.search(text.lower) for text in (subject.body, subject.page))


def _no_opt_out(subject: Subject, facts: Facts) -> Iterator[Found]:
    if facts.adds_unsubscribe or subject.is_reply or offers_opt_out(subject):
        return
    yield Found(
        Place(subject.body.field),
        "",
        "The message offers no way not to be written to again, and the account adds none.",
        _at_the_end(subject, "Add the opt-out line", OPT_OUT_LINE, "no_opt_out"),
    )


def _postal_address(subject: Subject, facts: Facts) -> Iterator[Found]:
    if not facts.choices.postal_address_required or subject.is_reply:
        return
    address = _squeezed(facts.operator.address)
    if address and any(address in _squeezed(text.text) for text in (subject.body, subject.page)):
        return
    fix = (
        _at_the_end(subject, "Add your address", facts.operator.address, "postal_address")
        if address
        else None
    )
    yield Found(Place(subject.body.field), "", "Your postal address must stand in the message.", fix)


def _squeezed(text: str) -> str:
    return re.sub(r"[\s,·.]+", " ", fold_lower(text)).strip()


def _at_the_end(subject: Subject, label: str, line: str, key: str) -> Fix | None:
    if subject.body.field != "body_text":
        return None
    body = subject.content.body_text
    quoted = subject.body.quoted
    at = min((subject.body.original(start, start)[0] for start, _ in quoted), default=len(body))
    before = body[:at].rstrip()
    return Fix(
        label, Place("body_text", len(before), at), f"\n\n{line}\n" + ("\n" if body[at:].strip() else ""), key
    )


_ROLES = frozenset(
    [
        "info",
        "information",
        "sales",
        "support",
        "admin",
        "administrator",
        "office",
        "contact",
        "hello",
        "hi",
        "team",
        "billing",
        "accounts",
        "accounting",
        "invoices",
        "finance",
        "hr",
        "jobs",
        "careers",
        "press",
        "media",
        "marketing",
        "abuse",
        "postmaster",
        "webmaster",
        "hostmaster",
        "security",
        "noc",
        "help",
        "helpdesk",
        "service",
        "customerservice",
        "enquiries",
        "inquiries",
        "mail",
        "reception",
        "registrar",
        "orders",
        "shop",
        "purchasing",
        "privacy",
        "legal",
        "ops",
        "all",
        "staff",
        "everyone",
        "kontakt",
        "vertrieb",
        "buero",
        "bewerbung",
        "rechnung",
        "rechnungen",
        "verwaltung",
        "einkauf",
        "anfrage",
        "presse",
        "contacto",
        "ventas",
        "contabilidad",
        "administracion",
        "compta",
        "comptabilite",
        "accueil",
        "direction",
        "contato",
        "vendas",
        "contas",
        "financeiro",
        "biuro",
        "sekretariat",
        "sprzedaz",
        "ekonomi",
        "kundtjanst",
        "kundservice",
        "faktura",
        "info-de",
        "info-en",
        "ap",
        "ar",
    ]
)


def _role_account(subject: Subject, _facts: Facts) -> Iterator[Found]:
    for field, one in _addressed(subject):
        if one.local_part.partition("+")[0].casefold() in _ROLES:
            why = f"{one.address} is the mailbox of a role: nobody or many may read it."
            yield Found(Place(field), one.address, why)


def _addressed(subject: Subject) -> Iterator[tuple[str, EmailAddress]]:
    content = subject.content
    for field, addresses in (("to", content.to), ("cc", content.cc), ("bcc", content.bcc)):
        for one in addresses:
            yield field, one


CHECKS = (
    Check("no_opt_out", Group.COMPLIANCE, "No way to opt out", Severity.BLOCK, _no_opt_out),
    Check("postal_address", Group.COMPLIANCE, "Postal address missing", Severity.WARN, _postal_address),
    Check("role_account", Group.COMPLIANCE, "Role accounts", Severity.INFO, _role_account),
)
