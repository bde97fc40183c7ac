"""Dangers in disguise: spaced, split by markup, in look-alike letters, with unseen characters."""

from __future__ import annotations

import html
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from outtray.checks.registry import check_draft
from tests.checks.labelled_set import checked, facts, load

_CODES = {
    "us_ssn", "national_number", "payment_card", "iban", "api_key", "private_key", "password", "phrase",
    "placeholder", "machine_speaks", "attachment_missing", "date_of_birth",
}  # fmt: skip
PLANTED = [
    message
    for message in load("dangers.jsonl")
    if message["danger"] in _CODES and message["planted"] in message.get("body_text", "")
]
WORDS = [message for message in PLANTED if message["danger"] in {"phrase", "machine_speaks", "placeholder"}]
UNSEEN = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u2063\ufe0f\U000e0041"
ALIKE = str.maketrans("aceopxyiACEOPXHMKTB", "асеорхуіАСЕОРХНМКТВ")
_SETTINGS = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _caught(message: dict[str, Any], planted: str, *, markup: str | None = None) -> bool:
    changed = dict(message)
    if markup is None:
        changed["body_text"] = message["body_text"].replace(message["planted"], planted)
    else:
        changed["body_text"], changed["body_html"] = "", markup
    codes = {finding.code for finding in check_draft(checked(changed), facts(changed))}
    return message["danger"] in codes


@_SETTINGS
@given(st.sampled_from(PLANTED), st.data())
def test_characters_that_nobody_sees_hide_nothing(message: dict[str, Any], data: st.DataObject) -> None:
    planted = message["planted"]
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(planted)))
        planted = planted[:place] + data.draw(st.sampled_from(UNSEEN)) + planted[place:]
    assert _caught(message, planted), ascii(planted)


@_SETTINGS
@given(st.sampled_from(WORDS), st.data())
def test_letters_that_look_alike_hide_no_words(message: dict[str, Any], data: st.DataObject) -> None:
    chosen = data.draw(st.sets(st.sampled_from(sorted(set(message["planted"]))), min_size=1))
    planted = "".join(
        letter.translate(ALIKE) if letter in chosen else letter for letter in message["planted"]
    )
    assert _caught(message, planted), ascii(planted)


@_SETTINGS
@given(st.sampled_from(PLANTED), st.sampled_from("\u00a0\u2009\u202f\u3000"))
def test_other_spaces_hide_nothing(message: dict[str, Any], space: str) -> None:
    planted = message["planted"].replace(" ", space)
    assert _caught(message, planted), ascii(planted)


@_SETTINGS
@given(st.sampled_from(WORDS), st.sampled_from([str.upper, str.lower, str.title, str.swapcase]))
def test_the_case_of_letters_hides_no_words(message: dict[str, Any], change: Any) -> None:
    planted = message["planted"]
    if any(sign in planted for sign in ("${", "%", "#{")):
        # These are fields of a template in one case only; in the other they are a shell's or plain text.
        return
    assert _caught(message, change(planted)), change(planted)


@_SETTINGS
@given(st.sampled_from(PLANTED), st.data())
def test_markup_between_the_letters_hides_nothing(message: dict[str, Any], data: st.DataObject) -> None:
    pieces = []
    for letter in message["planted"]:
        written = html.escape(letter)
        dressed = data.draw(st.integers(0, 9))
        if dressed == 0:
            written = f"&#{ord(letter)};"
        elif dressed == 1:
            written = f"<b>{written}</b>"
        elif dressed == 2:
            written = f"{written}<span style='color:#333'></span>"
        elif dressed == 3:
            written = f"{written}<wbr>" if letter != "\n" else "<br>"
        pieces.append(written if letter != "\n" else "<br>")
    lines = "".join(f"<p>{html.escape(line)}</p>" for line in message["body_text"].split("\n")[:2])
    markup = f"{lines}<p>{''.join(pieces)}</p><p>Greetings from the desk, and a good day to you.</p>"
    assert _caught(message, "", markup=markup), markup


@pytest.mark.parametrize("message", [one for one in PLANTED if one["danger"] in {"payment_card", "iban"}])
@pytest.mark.parametrize("separator", ["", "-", " "])
def test_numbers_are_found_however_they_are_grouped(message: dict[str, Any], separator: str) -> None:
    digits = "".join(message["planted"].split()).replace("-", "").replace(".", "")
    if not digits.isascii() or message["danger"] == "iban":
        return
    number = "".join(character for character in digits if character.isdigit())[:16]
    from stdnum import luhn

    if len(number) == 16 and luhn.is_valid(number):
        grouped = separator.join(number[at : at + 4] for at in range(0, 16, 4))
        assert _caught(message, f"The card is {grouped}.")
