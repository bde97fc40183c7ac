"""Titles, words that greet nobody by name, and names that one person goes by."""

from __future__ import annotations

from functools import lru_cache

from outtray.checks.folding import bare, fold_lower

TITLES = frozenset(
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
NOBODY = frozenset(
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
ROLE_NAMES = frozenset(
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
NICKNAMES = (
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
def nicknames() -> dict[str, set[str]]:
    """For each name the others that the same person may go by."""
    known: dict[str, set[str]] = {}
    for line in NICKNAMES.split("|"):
        names = {bare(name) for name in line.split()}
        for name in names:
            known.setdefault(name, set()).update(names)
    return known
