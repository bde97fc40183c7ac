"""The practice drafts: each can be handed in as it is, all of it invented, every kind of trap is there."""

from __future__ import annotations

import json
import re
from email.utils import getaddresses
from importlib.resources import files
from typing import Any

import pytest

from outtray.intake.addresses import parse_addresses
from outtray.intake.attachments import make_attachment
from outtray.intake.fields import FIELDS, MAXIMUM_SUBJECT

FOLDER = files("outtray") / "resources" / "practice"
RESERVED = re.compile(r"(?:[\w-]+\.)*example\.(?:com|org|net)", re.IGNORECASE)

# What lies in wait in which draft, and a piece of text that shows it is still there. The drafts
# themselves say nothing of it: an operator who practises has to find it.
TRAPS = {
    "T-30811": ("api_key", "tdw_live_9fK2xQ7v"),
    "T-30836": ("private_key", "BEGIN PRIVATE KEY"),
    "T-30812": ("placeholder", "[Your Name]"),
    "fl-2077": ("placeholder", "[Your Position]"),
    "7f3a-0023": ("placeholder", "[Your Company]"),
    "fl-2078": ("placeholder", "{{first_name}}"),
    "T-30843": ("placeholder", "Lorem ipsum"),
    "fl-2081": ("machine_speaks", "As an AI language model"),
    "fl-2079": ("wrong_name", "Hej Carl!"),
    "R-1217": ("wrong_name", "Hello Brian,"),
    "fl-2080": ("wrong_company", "Polarlog"),
    "7f3a-0031": ("wrong_company", "Moreau Transports"),
    "7f3a-0030": ("payment_card", "4111 1111 1111 1111"),
    "7f3a-0034": ("iban", "DE89 3704 0044 0532 0130 00"),
    "7f3a-0035": ("identity_number", "750-13-0042"),
    "7f3a-0033": ("identity_number", "19811228-9874"),
    "T-30839": ("identity_number", "44051401359"),
    "7f3a-0042": ("password", "mot de passe est : Marée-Haute-2611"),
    "T-30838": ("date_of_birth", "född 1987-03-14"),
    "T-30840": ("third_party", "olsson@wachdienst-sund.example.net"),
    "T-30841": ("nine_digits", "483920175"),
    "fl-2041": ("phrase", "We guarantee"),
    "7f3a-0025": ("phrase", "Nous garantissons"),
    "R-1216": ("phrase", "we promise you"),
    "7f3a-0026": ("shouting", "THIS IS YOUR LAST CHANCE"),
    "7f3a-0024": ("link_shortener", "bit.ly/tdw-coils"),
    "fl-2082": ("attachment_missing", "Please find attached"),
    "7f3a-0029": ("attachment_missing", "w załączniku przesyłam"),
    "T-30837": ("attachment_missing", "is attached"),
    "7f3a-0040": ("attachment_type", "invoice.pdf.exe"),
    "B-50078": ("attachment_type", ".xlsm"),
    "B-50080": ("attachment_content", "receipt-december.png"),
    "7f3a-0027": ("no_subject", '"subject": ""'),
    "7f3a-0028": ("too_short", "Thanks, noted."),
    "R-1218": ("look_alike_domain", "n\u0435ves"),
    "R-1219": ("bidi_name", "\u202e"),
    "7f3a-0036": ("no_reply", "no-reply@"),
    "7f3a-0037": ("role_account", "info@"),
    "fl-2086": ("reply_to", "desk@yardmail.example.net"),
    "fl-2085": ("hidden_bcc", "archive@tideway.example.com"),
    "T-30848": ("mixed_scripts", "M\u0430ra"),
    "7f3a-0016": ("same_person", "Ulf Berg"),
    "yn-11-005": ("link_target", "rapport-quais.example.net"),
    "yn-11-006": ("hidden_text", "display:none"),
    "yn-11-007": ("hidden_text", 'color=\\"#ffffff\\"'),
    "yn-11-008": ("hidden_text", "font-size:0"),
    "yn-11-009": ("zero_width", "to\u200bdos"),
    "yn-11-010": ("parts_differ", "EUR 39"),
    "yn-11-011": ("remote_image", "o.gif?u="),
    "yn-11-012": ("form", "<form action="),
    "yn-11-013": ("script", "<script>"),
    "yn-11-016": ("hidden_text", "left:-9999px"),
}  # fmt: skip
LANGUAGES = {"en", "de", "fr", "es", "pt", "pl", "sv", "ja", "zh", "ar", "he", "uk"}


def _lines() -> list[tuple[str, str]]:
    return [
        (entry.name, line)
        for entry in sorted(FOLDER.iterdir(), key=lambda entry: entry.name)
        if entry.name.endswith(".jsonl")
        for line in entry.read_text(encoding="utf-8").splitlines()
    ]


LINES = _lines()
DRAFTS: list[dict[str, Any]] = [json.loads(line) for _, line in LINES]
RAW = {draft["external_id"]: line for draft, (_, line) in zip(DRAFTS, LINES, strict=True)}


def test_there_are_about_two_hundred_from_several_sources_in_many_languages() -> None:
    assert 190 <= len(DRAFTS) <= 220
    assert all(f"{draft['source']}.jsonl" == name for draft, (name, _) in zip(DRAFTS, LINES, strict=True))
    assert len({draft["source"] for draft in DRAFTS}) >= 5
    assert {draft["context"]["language"] for draft in DRAFTS} == LANGUAGES
    assert len({(draft["source"], draft["external_id"]) for draft in DRAFTS}) == len(DRAFTS)
    assert len({draft["body_text"] for draft in DRAFTS}) == len(DRAFTS)


@pytest.mark.parametrize("draft", DRAFTS, ids=list(RAW))
def test_a_practice_draft_can_be_handed_in_as_it_is(draft: dict[str, Any]) -> None:
    assert set(draft) <= {*FIELDS, "received_minutes_ago"}
    assert draft["body_text"].strip()
    assert len(draft["subject"]) <= MAXIMUM_SUBJECT
    assert "\n" not in draft["subject"]
    assert isinstance(draft["received_minutes_ago"], int)
    assert draft["received_minutes_ago"] >= 0
    for field in ("to", "cc", "bcc"):
        for text in draft[field]:
            assert len(parse_addresses(text)) == 1, text
    assert draft["to"]
    assert draft["in_reply_to"] is None or draft["in_reply_to"] in draft["references"]


@pytest.mark.parametrize("draft", DRAFTS, ids=list(RAW))
def test_all_addresses_and_links_are_invented(draft: dict[str, Any]) -> None:
    line = RAW[draft["external_id"]]
    hosts = re.findall(r"https?://([^/\"'<> ?\\]+)", line) + re.findall(r"@([\w.-]+\w)", line)
    for text in [*draft["to"], *draft["cc"], *draft["bcc"]]:
        hosts += [address.rpartition("@")[2] for _, address in getaddresses([text]) if "@" in address]
    # The one display name that is written backwards names no address at all.
    assert [host for host in hosts if not RESERVED.fullmatch(host) and host != "troppus"] == []


def test_attachments_are_small_real_files_that_are_there() -> None:
    used = set()
    for draft in DRAFTS:
        for entry in draft["attachments"]:
            used.add(entry["resource"])
            content = (FOLDER / "files" / entry["resource"]).read_bytes()
            notes: list[str] = []
            made = make_attachment(
                entry["filename"], entry["content_type"], content, entry.get("content_id"), notes
            )
            assert made.filename == entry["filename"]
            assert made.content_type == entry["content_type"].lower()
            assert notes == []
    kept = {entry.name for entry in (FOLDER / "files").iterdir()}
    assert used == kept
    assert {name.rpartition(".")[2] for name in kept} == {"pdf", "png", "csv", "ics", "txt"}
    signatures = {"pdf": b"%PDF-1.", "png": b"\x89PNG\r\n\x1a\n", "ics": b"BEGIN:VCALENDAR\r\n"}
    for name in kept:
        start = signatures.get(name.rpartition(".")[2], b"")
        assert (FOLDER / "files" / name).read_bytes().startswith(start)


def test_they_are_no_weight_in_the_wheel() -> None:
    sizes = [len(line.encode()) for _, line in LINES]
    sizes += [len(entry.read_bytes()) for entry in (FOLDER / "files").iterdir()]
    assert sum(sizes) < 1_500_000
    assert max(sizes) < 64_000


def test_short_and_long_ones_replies_html_and_right_to_left_are_among_them() -> None:
    assert max(draft["body_text"].count("\n") for draft in DRAFTS) > 60
    replies = [draft for draft in DRAFTS if draft["in_reply_to"]]
    assert len(replies) >= 40
    assert sum("\n> " in draft["body_text"] for draft in replies) >= 40
    with_html = [draft["body_html"] for draft in DRAFTS if draft["body_html"]]
    assert len(with_html) >= 12
    assert any("cid:" in html and "<table" in html and "href=" in html for html in with_html)
    assert sum('dir="rtl"' in html for html in with_html) >= 2
    assert sum(bool(re.search("[\u0590-\u06ff]{3}", draft["subject"])) for draft in DRAFTS) >= 12
    addresses = [draft["to"][0] for draft in DRAFTS]
    assert len(addresses) - len(set(addresses)) >= 15


@pytest.mark.parametrize("external_id", TRAPS)
def test_a_trap_is_still_in_its_draft(external_id: str) -> None:
    _, mark = TRAPS[external_id]
    assert mark in RAW[external_id]


def test_no_draft_says_that_it_is_a_trap() -> None:
    assert 40 <= len(TRAPS) <= 60
    for draft in DRAFTS:
        told = json.dumps({**draft, "body_text": "", "body_html": ""}, ensure_ascii=False).lower()
        assert not re.search(r"\btrap|\bdanger|\bplanted|\bsuspicious", told), draft["external_id"]
