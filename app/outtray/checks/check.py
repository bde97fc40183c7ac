"""What a check is: a code, what it is called in Settings, how much it weighs, and a pure function."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from outtray.checks.subject import Subject
from outtray.model.check_facts import Facts
from outtray.model.findings import Finding, Fix, Place, Severity

# A draft that has more of one kind says so with these; a thousand marks help nobody.
MOST_OF_A_KIND = 20


class Group(StrEnum):
    """What a check guards."""

    PERSONAL = "Personal data"
    CONTENT = "Content"
    COMPLIANCE = "Compliance"
    RECIPIENT = "Recipient"
    SEEN = "What you see"


@dataclass(frozen=True, slots=True)
class Found:
    """What a check saw; `severity` where this one weighs other than its kind."""

    place: Place
    excerpt: str
    why: str
    fix: Fix | None = None
    severity: Severity | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """One check. `look` is pure: it reads the subject and the facts, and nothing else."""

    code: str
    group: Group
    title: str
    severity: Severity
    look: Callable[[Subject, Facts], Iterable[Found]]

    def findings(self, subject: Subject, facts: Facts) -> Iterator[Finding]:
        """What there is to say of a draft, weighed as the operator wants it, each place once."""
        chosen = facts.choices.severities.get(self.code)
        seen: set[tuple[str, str]] = set()
        # Bounded even where the same words stand a million times.
        for found in islice(self.look(subject, facts), 10 * MOST_OF_A_KIND):
            words = "".join(found.excerpt.split()).casefold()
            if (found.place.field, words) in seen and found.place.start is None:
                continue
            if found.place.field == "body_html" and ("body_text", words) in seen:
                # The text part says it too, and the HTML part is made anew from it.
                continue
            seen.add((found.place.field, words))
            yield Finding(
                self.code,
                chosen or found.severity or self.severity,
                found.place,
                found.excerpt,
                found.why,
                found.fix,
            )
            if len(seen) >= MOST_OF_A_KIND:
                return
