"""What an operation changed: the one value that screens and doors redraw by."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Changes:
    """Ids of drafts and deliveries that changed, names of settings, and whether counts or accounts did.

    `events` counts the audit events recorded with it: by what else the log grew, another process did.
    `many` says that more drafts changed than are listed: whoever shows drafts asks again.
    """

    drafts: frozenset[int] = frozenset()
    deliveries: frozenset[int] = frozenset()
    settings: frozenset[str] = frozenset()
    counts: bool = False
    accounts: bool = False
    added: int = 0
    many: bool = False
    operation: int | None = None
    events: int = field(default=0, compare=False)

    def __or__(self, other: Changes) -> Changes:
        """Both changes as one."""
        return Changes(
            self.drafts | other.drafts,
            self.deliveries | other.deliveries,
            self.settings | other.settings,
            self.counts or other.counts,
            self.accounts or other.accounts,
            self.added + other.added,
            self.many or other.many,
            other.operation or self.operation,
            self.events + other.events,
        )

    def __bool__(self) -> bool:
        """Whether anything changed at all."""
        return self.events > 0 or self != Changes()


@dataclass(frozen=True, slots=True)
class Done:
    """What a use case gives back: what changed, the operation by which it can be undone (None where it
    can't), and one sentence for the operator.
    """

    changes: Changes
    operation: int | None
    sentence: str
