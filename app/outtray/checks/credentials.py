"""Keys, tokens and passwords: what opens a door for whoever reads the mail."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from outtray.checks.check import Check, Found, Group
from outtray.checks.folding import fold_lower
from outtray.checks.subject import Subject, Text
from outtray.checks.words import stems
from outtray.model.check_facts import Facts
from outtray.model.findings import Severity

# How the keys of well-known services begin (their own documentation; GitHub's list of secret patterns).
_KNOWN = re.compile(
    r"(?<![A-Za-z0-9])(?:"
    r"A(?:KIA|SIA)[0-9A-Z]{16}|gh[opsur]_[A-Za-z0-9]{20,255}|github_pat_\w{22,255}"
    r"|sk-(?:proj-|ant-|svcacct-)?[A-Za-z0-9_-]{20,255}|glpat-[\w-]{20,64}|AIza[\w-]{30,60}"
    r"|ya29\.[\w-]{20,255}"
    r"|xox[abeprs]-[A-Za-z0-9-]{10,255}|SG\.[\w-]{16,64}\.[\w-]{16,64}|npm_[A-Za-z0-9]{30,64}"
    r"|pypi-[\w-]{16,255}"
    r"|hf_[A-Za-z0-9]{20,64}|GOCSPX-[\w-]{16,64}|dop_v1_[a-f0-9]{32,64}|shpat_[a-f0-9]{32}|SK[0-9a-f]{32}"
    r"|eyJ[\w-]{8,2000}\.eyJ[\w-]{4,4000}\.[\w-]{4,1000}"
    r"|[a-z]{2,8}_(?:live|prod|test|secret)_[A-Za-z0-9]{16,255}"
    r")(?![A-Za-z0-9])"
)
# Two signs that each of these holds: cheaper to look for than the patterns themselves.
_SIGNS = ("AKIA", "ASIA", "gh", "sk-", "glpat", "AIza", "ya29", "xox", "SG.", "npm_", "pypi", "hf_", "GOCSPX",
          "dop_", "shpat", "SK", "eyJ", "_live_", "_prod_", "_test_", "_secret_")  # fmt: skip
_NAMES = (
    "key|token|secret|schlüssel|clave|llave|chave|jeton|clé|klucz|nyckel|sleutel|chiave|キー|トークン|密钥|令牌|مفتاح"
    "|ключ"
    "|מפתח|credential"
)
_NAMED = re.compile(
    rf"(?:{'|'.join(fold_lower(name) for name in _NAMES.split('|'))})[a-z]{{0,2}}[\"']?\s{{0,3}}"
    r"(?:is|ist|lautet|est|es|e|är|jest|to|:|=|は)?\s{0,3}[\"']?([a-z0-9][a-z0-9_\-/+=.]{15,255})"
)
_IN_ADDRESS = re.compile(r"[?&](?:access_token|api_?key|token|secret|auth|sig)=[\w\-.%]{12,255}")
_WITH_PASSWORD = re.compile(r"\b[a-z][a-z0-9+.-]{1,20}://[^\s/:@]{1,64}:[^\s/:@]{3,128}@[\w.-]{1,255}")
_BEARER = re.compile(r"\bbearer\s{1,3}([a-z0-9][\w\-.=/+]{19,2000})")
_KEY_WHY = "This is a key that opens something; take it out and hand it over another way."


def _api_key(subject: Subject, _facts: Facts) -> Iterator[Found]:
    for text in subject.all_texts:
        seen: list[tuple[int, int]] = []
        for start, end in _keys(text):
            if all(end <= other_start or start >= other_end for other_start, other_end in seen):
                seen.append((start, end))
                yield Found(text.place(start, end), text.excerpt(start, end), _KEY_WHY)


def _keys(text: Text) -> Iterator[tuple[int, int]]:
    yield from _known_keys(text)
    yield from _keys_in_addresses(text.lower)
    lower = text.lower
    if any(name in lower for name in stems(_NAMES)):
        for match in _NAMED.finditer(lower):
            if _is_random(text.folded[match.start(1) : match.end(1)]):
                yield match.span(1)
    if "bearer" in lower:
        for match in _BEARER.finditer(lower):
            if _is_random(text.folded[match.start(1) : match.end(1)]):
                yield match.span(1)


def _known_keys(text: Text) -> Iterator[tuple[int, int]]:
    folded = text.folded
    if any(sign in folded for sign in _SIGNS):
        for match in _KNOWN.finditer(folded):
            if _is_random(match[0]) or _is_mixed(match[0]):
                yield match.span()


def _keys_in_addresses(lower: str) -> Iterator[tuple[int, int]]:
    if "://" not in lower:
        return
    for match in _IN_ADDRESS.finditer(lower) if "=" in lower else ():
        yield match.start() + 1, match.end()
    for match in _WITH_PASSWORD.finditer(lower) if "@" in lower else ():
        yield match.span()


def _is_random(value: str) -> bool:
    """Whether a value is no word, path or address: letters and digits, many different ones."""
    value = value.rstrip(".")
    digits = sum(character.isdigit() for character in value)
    letters = sum(character.isalpha() for character in value)
    return digits >= 1 and letters >= 4 and len(set(value)) >= 8


def _is_mixed(value: str) -> bool:
    """Whether small and capital letters stand in no order, as in a key without digits."""
    changes = sum(one.islower() and other.isupper() for one, other in pairwise(value))
    return changes >= 4 and len(set(value)) >= 8


_PRIVATE = re.compile(r"-{3,5} ?begin (?:[a-z0-9]{2,12} ){0,3}private key(?: block)? ?-{3,5}")
_PRIVATE_END = re.compile(r"-{3,5} ?end [a-z0-9 ]{0,40}private key(?: block)? ?-{3,5}")


def _private_key(subject: Subject, _facts: Facts) -> Iterator[Found]:
    for text in subject.all_texts:
        if "private key" not in text.lower:
            continue
        for match in _PRIVATE.finditer(text.lower):
            close = _PRIVATE_END.search(text.lower, match.end())
            end = close.end() if close else match.end()
            yield Found(
                text.place(match.start(), end),
                text.excerpt(*match.span()),
                "This is a private key: who has it can act as its owner. Take it out and make a new one.",
            )


_PASSWORDS = (
    "password|passwort|kennwort|passphrase|passcode|mot de passe|contraseña|senha|palavra-passe|hasło"
    "|lösenord"
    "|wachtwoord|parola d'ordine|salasana|adgangskode|passord|heslo|şifre|jelszó"
    "|パスワード|暗証番号|密码|口令"
    "|كلمة المرور|كلمة السر|סיסמה|סיסמא|סיסמת|пароль|κωδικός|비밀번호"
)
_PASSWORD = re.compile(
    rf"(?:{'|'.join(fold_lower(word) for word in _PASSWORDS.split('|'))})(?:et|en)?(?P<filler>(?: (?!is\b"
    rf"|ist\b|est\b)"
    r"[^\W\d_]{1,12}){0,3}?)\s{0,3}"
    r"(?P<sign>(?:is|ist|lautet|est|es|é|è|e|är|er|on|jest|to|:|=|は|："
    r"|是)\s{0,3}:?)?\s{0,3}[\"'(]?(?P<value>[^\s\"'()<>]{4,64})"
)
_PIN = re.compile(
    r"\bpin\b(?: code| number)?(?: (?:for|of|to) [^\n:]{1,30}?)?\s?(?:is|:|=)\s{0,3}(\d{4,8})\b"
)
_NO_PASSWORD = re.compile(
    r"(?:required|forgotten|optional|unchanged|incorrect|wrong|protected|policy|manager|reset|expired|none|"
    r"invalid|separately|oublié|vergessen|olvidad[oa])[.,;!]*"
)


def _password(subject: Subject, _facts: Facts) -> Iterator[Found]:
    for text in subject.all_texts:
        lower = text.lower
        spans = []
        if any(word in lower for word in stems(_PASSWORDS)):
            spans += [m.span("value") for m in _PASSWORD.finditer(lower) if _is_password(text, m)]
        if "pin" in text.words:
            spans += [m.span(1) for m in _PIN.finditer(lower)]
        for start, end in spans:
            yield Found(
                text.place(start, end),
                text.excerpt(start, end),
                "This is a password; take it out, and let the person choose one by a link.",
            )


def _is_password(text: Text, match: re.Match[str]) -> bool:
    start, end = match.span("value")
    value = text.folded[start:end].rstrip(".,;:!")
    if len(value) < 4 or "://" in value or _NO_PASSWORD.fullmatch(value.lower()):
        return False
    digits = any(character.isdigit() for character in value)
    letters = any(character.isalpha() for character in value)
    if match["sign"]:
        if digits and (letters or len(value) >= 6):
            return True
        # A plain word is one only where it stands alone behind a colon, at the end of its line.
        line_ends = text.folded[end : end + 1] in {"", "\n"}
        return match["sign"].strip() in {":", "="} and line_ends and len(value) >= 6 and not match["filler"]
    return digits and letters and len(value) >= 6 and not value.islower() and not match["filler"]


CHECKS = (
    Check("api_key", Group.PERSONAL, "API keys and tokens", Severity.BLOCK, _api_key),
    Check("private_key", Group.PERSONAL, "Private keys", Severity.BLOCK, _private_key),
    Check("password", Group.PERSONAL, "Passwords", Severity.BLOCK, _password),
)
