"""Errors as types: a sentence for the operator, and for scripts a short code."""

from __future__ import annotations


class OuttrayError(Exception):
    """Something that a person is told in one plain sentence.

    `code` is stable for scripts; `field` names the input it is about, where there is one.
    """

    code = "error"

    def __init__(self, sentence: str, *, field: str | None = None) -> None:
        """`sentence` says what, where, and what to do."""
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field


class ProfileError(OuttrayError):
    """The profile is in use, missing or unreadable (exit status 3)."""

    code = "profile"


class UsageError(OuttrayError):
    """The command was given in a way that can't be carried out (exit status 2)."""

    code = "usage"


class Refused(OuttrayError):  # noqa: N818 - the name is what happened
    """An operation that the state of things forbids; `code` says which rule."""

    def __init__(self, code: str, sentence: str, *, field: str | None = None) -> None:
        """`code` is stable (`under_review`, `already_decided`, `digest_differs`, …)."""
        super().__init__(sentence, field=field)
        self.code = code


class NotFound(OuttrayError):  # noqa: N818 - the name is what happened
    """The named thing is not in this profile."""

    code = "not_found"
