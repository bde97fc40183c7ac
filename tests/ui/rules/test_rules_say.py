"""What the panel beside a draft says of the rules."""

from __future__ import annotations

from typing import Any

from outtray.store.draft_reads import RulesSay
from outtray.ui.rules.rules_say import lines, summary


def verdict(name: str, sentence: str, *, matches: bool, mode: str = "shadow") -> dict[str, Any]:
    return {"rule": 1, "name": name, "mode": mode, "matches": matches, "sentence": sentence}


def test_a_rule_in_shadow_says_what_it_would_do() -> None:
    said = RulesSay(
        "review",
        "“Replied within 90 days” would let it through, and is in shadow: the draft waits for you.",
        (
            verdict("Known good recipient", "The recipient got 0 messages.", matches=False),
            verdict("Replied within 90 days", "The recipient last wrote 12 days ago.", matches=True),
        ),
    )
    assert summary(said) == "It waits for you."
    assert lines(said) == [
        (
            "Replied within 90 days",
            "would let it through · shadow. The recipient last wrote 12 days ago.",
        ),
        ("Known good recipient", "no: the recipient got 0 messages."),
    ]


def test_what_came_of_it_is_said_first() -> None:
    words = "“From the CRM” would let it through; it is the 1 in 20 that you look at."
    said = RulesSay("sampled", words, (verdict("From the CRM", "All hold.", matches=True, mode="on"),))
    assert summary(said) == words
    assert lines(said) == [("From the CRM", "lets such drafts through. All hold.")]
    nothing = RulesSay("review", "No rule matches, so the draft waits for you.", ())
    assert summary(nothing) == "No rule matches, so the draft waits for you."
