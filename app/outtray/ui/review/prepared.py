"""Drafts made ready to be shown and approved, away from the GUI thread, before they are asked for."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from outtray.model.html_content import HtmlContent, read_html
from outtray.ui.context import WindowContext
from outtray.ui.review.message_parts import has_html

if TYPE_CHECKING:
    from outtray.desk import Desk
    from outtray.model.draft import Draft
    from outtray.model.errors import OuttrayError
    from outtray.model.findings import Finding
    from outtray.review.preview import Preview

_KEPT = 24
_LARGEST_IMAGES = 8_000_000  # bytes of pictures that are shown with one message


@dataclass(frozen=True, slots=True)
class Prepared:
    """A draft with its preview, its HTML part taken apart, and the pictures that the part shows by `cid:`.

    `overridable` are the blocks that the settings let be overridden, `others` tells in how many
    other drafts a finding can be mended too.
    """

    preview: Preview
    html: HtmlContent | None
    images: Mapping[str, bytes]
    overridable: tuple[Finding, ...] = ()
    others: Mapping[Finding, int] = field(default_factory=dict)

    @property
    def draft(self) -> Draft:
        """The draft as it was when this was made."""
        return self.preview.draft


class Preparer(QObject):
    """Makes one draft ready at a time, the most wanted first, so that nobody waits for one passed by."""

    arrived = Signal(int)
    failed = Signal(int, str)

    def __init__(self, context: WindowContext, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._kept: OrderedDict[int, Prepared] = OrderedDict()
        self._wanted: list[int] = []
        self._working: int | None = None
        self._outdated = False
        self._doubted: set[int] = set()
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._go_on)

    def get(self, number: int | None) -> Prepared | None:
        """What is ready of a draft."""
        return None if number is None else self._kept.get(number)

    def want(self, numbers: Sequence[int]) -> None:
        """Says which drafts are wanted, the current one first, in place of those wanted before."""
        self._wanted = list(numbers)
        # After the paint of what is there already: both would want the interpreter at once.
        self._soon.start()

    def forget(self, numbers: Iterable[int] | None = None) -> None:
        """These drafts have changed; None: all of them may have."""
        gone = list(self._kept) if numbers is None else list(numbers)
        for number in gone:
            self._kept.pop(number, None)
        if self._working is not None and (numbers is None or self._working in gone):
            self._outdated = True
        self._go_on()

    def doubt(self) -> None:
        """Limits, accounts or the switch have changed: what is ready stays, and is made ready again."""
        self._doubted = set(self._kept)
        if self._working is not None:
            self._doubted.add(self._working)
        self._go_on()

    def _lacks(self, number: int) -> bool:
        return number not in self._kept or number in self._doubted

    def _go_on(self) -> None:
        if self._working is not None:
            return
        number = next((number for number in self._wanted if self._lacks(number)), None)
        if number is None:
            return
        self._working, self._outdated = number, False
        self._doubted.discard(number)
        self._context.run(lambda desk: prepare(desk, number), self._take, self._could_not)

    def _take(self, prepared: Prepared) -> None:
        number, self._working = prepared.draft.id, None
        # The checks write down what they find while a draft is made ready: that is no change since.
        if not self._outdated or self._context.reads.draft(number) == prepared.draft:
            self._kept[number] = prepared
            self._kept.move_to_end(number)
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
            self.arrived.emit(number)
        self._go_on()

    def _could_not(self, error: OuttrayError) -> None:
        number, self._working = self._working, None
        assert number is not None
        self._wanted = [wanted for wanted in self._wanted if wanted != number]
        self._kept.pop(number, None)
        self.failed.emit(number, error.sentence)
        self._go_on()


def prepare(desk: Desk, number: int) -> Prepared:
    """The preview of a draft and what its HTML part shows; not for the GUI thread. Raises NotFound."""
    from outtray.review.fix_preview import others
    from outtray.review.override import overridable_blocks
    from outtray.review.preview import preview

    found = preview(desk, number)
    content = found.draft.revision.content
    html = read_html(content.body_html) if has_html(content) and content.body_html else None
    # The bytes of a message with files are large, and Source asks for them when it is looked at.
    images = _images(desk, found.draft) if html else {}
    blocks = tuple(overridable_blocks(desk, found.draft))
    return Prepared(replace(found, built=None), html, images, blocks, others(desk, found.draft))


def _images(desk: Desk, draft: Draft) -> dict[str, bytes]:
    from outtray.store.blobs import read_blob

    found: dict[str, bytes] = {}
    room = _LARGEST_IMAGES
    with desk.store.read() as connection:
        for file in draft.revision.content.attachments:
            if file.content_id and file.content_type.startswith("image/") and file.size <= room:
                found[file.content_id.strip("<>")] = read_blob(connection, file.sha256)
                room -= file.size
    return found
