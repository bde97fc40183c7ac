"""The table of transitions as `docs/sending.md` prints it; run as a module, this writes it there."""

from __future__ import annotations

import re
from pathlib import Path

from outtray.model.transitions import TRANSITIONS

DOCS = Path(__file__).parents[2] / "docs" / "sending.md"
PLACE = re.compile(r"(?<=<!-- table -->\n).*?(?=<!-- end of table -->)", re.DOTALL)


def table_as_markdown() -> str:
    rows = [
        f"| `{rule.state.value}` | {rule.step.value} | `{rule.to.value}` | {rule.guard} | {rule.persisted} |"
        f" {rule.call} |"
        for rule in TRANSITIONS.values()
    ]
    head = "| state | step | to | when | committed with it | then the call |\n|---|---|---|---|---|---|"
    return "\n".join([head, *rows]) + "\n"


if __name__ == "__main__":
    text = DOCS.read_text(encoding="utf-8")
    DOCS.write_text(PLACE.sub(lambda _: table_as_markdown(), text), encoding="utf-8")
