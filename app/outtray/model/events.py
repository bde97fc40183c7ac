"""Audit events and their hash chain, as pure values.

The canonical form is RFC 8785 (JSON Canonicalization Scheme) restricted to strings, whole numbers,
booleans, null, lists and objects with ASCII keys; for these, Python's own sorted, compact JSON is
byte-identical to it. Fractions are written as strings.
"""

from __future__ import annotations

import functools
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from outtray.model.clock import iso

GENESIS = bytes(32)


class ActorKind(StrEnum):
    """Who did it."""

    OPERATOR = "operator"
    RULE = "rule"
    MACHINE = "machine"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did it: a kind, and the rule's or the source's name (never a person's)."""

    kind: ActorKind
    name: str = ""


OPERATOR = Actor(ActorKind.OPERATOR)
SYSTEM = Actor(ActorKind.SYSTEM)


@dataclass(frozen=True, slots=True)
class Personal:
    """A value about a person: the chain gets a salted commitment, the clear value stands beside it.

    `subject` is the address of the person whose erasure removes it.
    """

    subject: str
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened. `details` hold no personal data: those go into `personal`."""

    actor: Actor
    action: str
    object_kind: str
    object_id: str
    outcome: str = "done"
    details: Mapping[str, Any] = field(default_factory=dict)
    personal: tuple[Personal, ...] = ()


def canonical(value: object) -> bytes:
    """The canonical JSON bytes of `value`; raises TypeError for a float, ValueError for a lone surrogate."""
    _refuse_fractions(value)
    return _ENCODER.encode(value).encode()


def _refuse_fractions(value: object) -> None:
    # JSON's encoder writes them without asking, and in Python's way, which is not that of RFC 8785.
    if isinstance(value, float):
        raise TypeError("a fraction has no canonical form; write it as a text")
    if isinstance(value, dict):
        for inner in value.values():
            _refuse_fractions(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            _refuse_fractions(inner)


def _refuse(value: object) -> object:
    raise TypeError(f"{type(value).__name__} has no canonical form")


_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_refuse)
_quote = json.encoder.encode_basestring


def commitment(key: bytes, name: str, value: str) -> str:
    """HMAC-SHA256 (hex) of a clear value under the random key of its data subject."""
    data = name.encode() + b"\x00" + value.encode("utf-8", "surrogatepass")
    return hmac.digest(key, data, "sha256").hex()


def payload(sequence: int, at: datetime, event: Event, commitments: list[dict[str, Any]]) -> bytes:
    """The exact bytes that are hashed and stored for an event.

    `commitments` are `{"subject": number of the data subject, "name": …, "hmac": hex}`.
    """
    # Written out in the order of the keys: an import records an event a draft.
    committed = ",".join(
        [
            f'{{"hmac":"{one["hmac"]}","name":{_quote(one["name"])},"subject":{one["subject"]}}}'
            for one in commitments
        ]
    )
    return (
        f'{{"action":{_quote(event.action)},'
        f'"actor":{{"kind":"{event.actor.kind}","name":{_quote(event.actor.name)}}},'
        f'"at":"{_at(at)}","commitments":[{committed}],"details":{_details(event.details)},'
        f'"object":{{"id":{_quote(event.object_id)},"kind":{_quote(event.object_kind)}}},'
        f'"outcome":{_quote(event.outcome)},"seq":{sequence}}}'
    ).encode()


# The events of one transaction are of one instant.
_at = functools.lru_cache(maxsize=8)(iso)


def _details(details: Mapping[str, Any]) -> str:
    """The details in canonical form."""
    parts: list[str] = []
    for name in sorted(details):
        value = details[name]
        if type(value) is str:
            parts.append(f"{_quote(name)}:{_quote(value)}")
        elif type(value) is int:
            parts.append(f"{_quote(name)}:{value}")
        else:
            return _ENCODER.encode(dict(details))
    return f"{{{','.join(parts)}}}"


def chain_hash(previous: bytes, data: bytes) -> bytes:
    """SHA-256 over the previous hash and the event's bytes."""
    return hashlib.sha256(previous + data).digest()
