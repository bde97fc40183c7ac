"""Events: the bytes that are hashed are the canonical JSON of the event, whatever stands in it."""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outtray.model.clock import iso
from outtray.model.events import Actor, ActorKind, Event, canonical, commitment, payload

TEXT = st.text(st.characters(codec="utf-8"), max_size=20)
NAMES = st.text(st.characters(codec="ascii"), max_size=10)
DETAILS = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=6,
)
COMMITMENT = st.fixed_dictionaries({"subject": st.integers(1), "name": TEXT, "hmac": st.just("0f" * 32)})
AT = datetime(2026, 3, 2, 9, 0, 0, 123000, tzinfo=UTC)


@given(
    kind=st.sampled_from(ActorKind),
    texts=st.lists(TEXT, min_size=5, max_size=5),
    details=st.dictionaries(NAMES, DETAILS, max_size=3),
    commitments=st.lists(
        st.fixed_dictionaries({"subject": st.integers(1), "name": TEXT, "hmac": st.just("0f" * 32)}),
        max_size=3,
    ),
    sequence=st.integers(1, 2**62),
)
def test_the_bytes_of_an_event_are_its_canonical_json(
    kind: ActorKind,
    texts: list[str],
    details: dict[str, Any],
    commitments: list[dict[str, Any]],
    sequence: int,
) -> None:
    name, action, object_kind, object_id, outcome = texts
    event = Event(Actor(kind, name), action, object_kind, object_id, outcome, details)
    assert payload(sequence, AT, event, commitments) == canonical(
        {
            "seq": sequence,
            "at": iso(AT),
            "actor": {"kind": kind.value, "name": name},
            "action": action,
            "object": {"kind": object_kind, "id": object_id},
            "outcome": outcome,
            "details": details,
            "commitments": commitments,
        }
    )


def test_a_commitment_is_an_hmac_under_the_persons_key() -> None:
    expected = hmac.new(b"k" * 32, b"recipient\x00ada@example.com", hashlib.sha256).hexdigest()
    assert commitment(b"k" * 32, "recipient", "ada@example.com") == expected
    assert commitment(b"l" * 32, "recipient", "ada@example.com") != expected


def test_what_has_no_canonical_form_is_refused() -> None:
    with pytest.raises(TypeError):
        canonical({"at": AT})
    with pytest.raises(UnicodeEncodeError):
        canonical("\ud800")
