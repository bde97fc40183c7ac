"""What a finding carries: its place, its words, a fix that mends it; and that no text makes a check fail."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from outtray.checks.folding import fold, fold_lower, places
from outtray.checks.registry import CHECKS, check_draft
from outtray.model.check_facts import CheckChoices, Checked, Facts, Phrase
from outtray.model.draft import Content
from outtray.model.findings import Finding, Severity
from outtray.model.mailboxes import EmailAddress
from tests.checks.labelled_set import NOW, OPERATOR, checked, facts, load

DANGERS = load("dangers.jsonl")
FACTS = Facts(now=NOW, operator=OPERATOR)
TO = (EmailAddress("ada.okafor@quillworks.example.com", "Ada Okafor"),)
LETTER = (
    "Hello Ada,\n\nthank you for your question about the forty doors. It comes on Friday.\n\n{}\n\nMara\n"
)


def _draft(body: str, **fields: Any) -> Checked:
    content = Content(to=TO, subject="Your question", body_text=body, **fields)
    return Checked(content=content, recipient_name="Ada Okafor", company_name="Quillworks")


def _codes(draft: Checked, known: Facts = FACTS) -> dict[str, Finding]:
    return {finding.code: finding for finding in reversed(check_draft(draft, known))}


def _text_of(draft: Checked, field: str) -> str:
    return str(getattr(draft.content, field) or "")


@pytest.mark.parametrize("message", DANGERS, ids=[f"{one['id']}-{one['danger']}" for one in DANGERS])
def test_each_finding_stands_where_it_says_and_its_fix_mends_it(message: dict[str, Any]) -> None:
    draft, known = checked(message), facts(message)
    for finding in check_draft(draft, known):
        assert finding.why.endswith((".", ")"))
        assert "\n" not in finding.excerpt
        place = finding.where
        if place.start is not None and place.field in {"subject", "body_text"}:
            assert place.end is not None
            said = " ".join(_text_of(draft, place.field)[place.start : place.end].split())
            assert said.startswith(finding.excerpt.rstrip("…")[:20]) or finding.fix is not None
        if finding.fix is not None:
            _mends(draft, known, finding)


def _mends(draft: Checked, known: Facts, finding: Finding) -> None:
    fix = finding.fix
    assert fix is not None
    assert fix.place.field in {"subject", "body_text"}
    text = _text_of(draft, fix.place.field)
    mended = text[: fix.place.start] + fix.replacement + text[fix.place.end :]
    if fix.place.field == "subject":
        content = replace(draft.content, subject=mended)
    else:
        content = replace(draft.content, body_text=mended)
    before = [one for one in check_draft(draft, known) if one.code == finding.code]
    after = [one for one in check_draft(replace(draft, content=content), known) if one.code == finding.code]
    assert len(after) < len(before), (finding, mended)


def test_the_operators_details_and_the_recipients_name_fill_placeholders() -> None:
    body = LETTER.format(
        "[Your Name], [Your Position], [Your Company], [Your Phone]\nHi [First Name], [Date]"
    )
    fixes = {
        finding.excerpt: finding.fix and finding.fix.replacement
        for finding in check_draft(_draft(body), FACTS)
        if finding.code == "placeholder"
    }
    assert fixes == {
        "[Your Name]": "Mara Lindqvist",
        "[Your Position]": "Head of customer care",
        "[Your Company]": "Tideway AB",
        "[Your Phone]": "+46 40 628 04 10",
        "[First Name]": "Ada",
        "[Date]": None,
    }


def test_the_same_placeholder_has_the_same_fix_in_all_drafts() -> None:
    one = _codes(_draft(LETTER.format("[Your Name]")))["placeholder"]
    other = _codes(_draft("Hi Ada, how are you? It has been a while since we met.\n[ your  name ]"))[
        "placeholder"
    ]
    assert one.fix is not None
    assert other.fix is not None
    assert one.fix.key == other.fix.key


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("We found a compromise on clause 7.", False),
        ("I promise that it comes.", True),
        ("As promised, it comes today.", False),
        ("A promising start, and the guarantor signed.", False),
        ("We can guarantee it.", True),
    ],
)
def test_a_phrase_is_whole_words(words: str, found: bool) -> None:
    assert ("phrase" in _codes(_draft(LETTER.format(words)))) is found


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("Change your preferences in your account.", False),
        ("If you would rather not hear from us, answer with “stop”.", True),
        ("Unsubscribe: https://tideway.example.com/leave", True),
        ("Abmelden können Sie sich jederzeit.", True),
        ("Для відмови відпишіться.", True),
    ],
)
def test_the_word_preferences_alone_is_no_way_out(line: str, offered: bool) -> None:
    known = Facts(now=NOW, operator=OPERATOR, adds_unsubscribe=False)
    draft = _draft(LETTER.format(line))
    assert ("no_opt_out" not in _codes(draft, known)) is offered
    reply = replace(draft, content=replace(draft.content, in_reply_to="<a@example.com>"))
    assert "no_opt_out" not in _codes(reply, known)
    assert "no_opt_out" not in _codes(draft)


@pytest.mark.parametrize(
    "line",
    [
        "The order number is 4539148803436468.",
        "The meeting is on 12-05-1987, not 05-12.",
        "Part 536-22-0147 is on order.",
        "Call 2026-11-24 14:20, room 219.",
        "The card ends in 4412, the account in 3000.",
        "Tracking 1Z999AA10123456784, EAN 4006381333931.",
        "The sum is 1 234 567.89 and the rest 12 345 678.",
    ],
)
def test_an_ordinary_number_blocks_nothing(line: str) -> None:
    blocks = [
        one for one in check_draft(_draft(LETTER.format(line)), FACTS) if one.severity is Severity.BLOCK
    ]
    assert blocks == []


def test_what_the_recipient_wrote_is_not_held_against_the_answer() -> None:
    quoted = "> I PROMISE TO PAY!!! MY NAME IS [Your Name], SEE THE ATTACHED FILE, IT IS GUARANTEED!!!\n" * 3
    draft = _draft(LETTER.format("It is settled.") + "\nOn Monday Ada wrote:\n" + quoted)
    assert set(_codes(draft)) == set()
    secret = _draft(LETTER.format("It is settled.") + "\n> the card is 4111 1111 1111 1111\n")
    assert set(_codes(secret)) == {"payment_card"}


def test_own_accounts_phrases_and_countries_are_the_operators_choice() -> None:
    draft = _draft(LETTER.format("IBAN DE89 3704 0044 0532 0130 00. PESEL 87031412341. Cheers to the moon."))
    assert {"iban", "national_number"} <= set(_codes(draft))
    choices = CheckChoices(
        own_accounts=frozenset({"DE89370400440532013000"}),
        countries=frozenset({"SE"}),
        phrases=(Phrase("to the moon", "high up"),),
    )
    found = _codes(draft, Facts(now=NOW, operator=OPERATOR, choices=choices))
    assert set(found) == {"phrase"}
    everything_off = CheckChoices(off=frozenset(check.code for check in CHECKS))
    assert _codes(draft, Facts(now=NOW, choices=everything_off)) == {}


def test_a_text_that_says_the_same_as_the_page_is_told_of_once() -> None:
    body = LETTER.format("We guarantee it, [Your Name].")
    markup = "".join(f"<p>{line}</p>" for line in body.split("\n"))
    codes = [finding.code for finding in check_draft(_draft(body, body_html=markup), FACTS)]
    assert sorted(codes) == ["phrase", "placeholder"]


def test_blocks_come_first_and_then_the_place_in_the_message() -> None:
    body = LETTER.format(
        "We guarantee it. Write to lena@mailbox.example.net. [Your Name] The card is 4111111111111111."
    )
    found = check_draft(_draft(body), FACTS)
    assert [finding.code for finding in found] == [
        "placeholder",
        "payment_card",
        "phrase",
        "third_party_address",
    ]


_ANY = st.text(max_size=300) | st.text(
    alphabet="[]{}<>|%$#@:/\\.,;!?'\"-_ \n\t0123456789aAeiîІіраKo\u200b\u202e\u00ad\U000e0041四", max_size=300
)


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_ANY, _ANY, st.none() | _ANY, _ANY, _ANY)
def test_any_text_at_all_can_be_checked(
    subject: str, body: str, markup: str | None, name: str, address: str
) -> None:
    content = Content(
        to=(EmailAddress(f"{address}@example.com", name), *TO),
        bcc=(EmailAddress(address, name),),
        reply_to=EmailAddress(f"a@{address}", ""),
        subject=subject,
        body_text=body,
        body_html=markup,
    )
    draft = Checked(content=content, recipient_name=name, company_name=address, request=body)
    known = replace(
        FACTS, known_companies=frozenset({name, subject, "Little Hotel"}), known_domains=frozenset({name})
    )
    for finding in check_draft(draft, known):
        assert Finding.from_json(finding.as_json()) == finding
        for place in (finding.where, *([finding.fix.place] if finding.fix else ())):
            if place.start is not None:
                assert place.end is not None
                assert 0 <= place.start <= place.end <= len(_text_of(draft, place.field))


@given(st.text(max_size=200))
def test_folding_keeps_each_character_in_its_place(text: str) -> None:
    folded = fold(text)
    assert len(folded) == len(fold_lower(text))
    where = places(text) or range(len(text))
    assert len(where) == len(folded)
    for place, character in zip(where, folded, strict=True):
        assert text[place] == character or not text[place].isascii()


def test_thousands_of_mixed_drafts_are_checked_without_a_failure() -> None:
    chance = random.Random(20_000)
    messages = [*load("clean.jsonl"), *DANGERS]
    lines = [line for message in messages for line in message.get("body_text", "").split("\n") if line]
    pages = [message["body_html"] for message in messages if message.get("body_html")]
    for _ in range(2_000):
        message = dict(chance.choice(messages))
        message["body_text"] = "\n".join(chance.choices(lines, k=chance.randrange(12)))
        if chance.random() < 0.2:
            message["body_html"] = "".join(chance.choices(pages, k=2))[chance.randrange(40) :]
        check_draft(checked(message), facts(message))
