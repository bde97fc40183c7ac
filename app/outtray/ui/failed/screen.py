"""The Failed screen: what gave up or is not known, by cause, and what the operator does about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from outtray.model.delivery import DeliveryState
from outtray.model.draft import DraftStatus
from outtray.store.outbox_reads import GIVEN_UP, DeliveryRow
from outtray.ui.commands import Handler
from outtray.ui.deliveries import actions
from outtray.ui.deliveries.grouped_model import GroupedModel, Section
from outtray.ui.deliveries.list_model import Head
from outtray.ui.deliveries.moments import moment, zone_of
from outtray.ui.deliveries.reason import ReasonDialog
from outtray.ui.deliveries.screen import DeliveryScreen
from outtray.ui.failed.causes import UNKNOWN, Cause, arranged, attempts, cause_of_row, sentence
from outtray.ui.failed.painter import FailedPainter
from outtray.ui.failed.pane import FailedPane
from outtray.ui.widgets.key_button import KeyButton
from outtray.ui.widgets.labels import Label, Rule

if TYPE_CHECKING:
    from outtray.model.changes import Done
    from outtray.ui.context import WindowContext

_EMPTY = ("ph.check-circle", "Nothing has failed.", "A message that gives up lands here with its reason.")
_KEEPS = "Retried messages keep their approval: the same bytes, the same digest."


class FailedScreen(DeliveryScreen):
    """See `design.md` 9. What is not known stands on top, and is never sent again by guess."""

    name = "failed"
    title = "Failed"
    statuses = ("failed", "unconfirmed")
    list_width = 456
    list_ground = "panel"
    one_column_below = 960

    def __init__(self, context: WindowContext) -> None:
        """Reads nothing before `enter`."""
        painter = FailedPainter(context)
        super().__init__(context, GroupedModel(self._read, self._speak), painter, _EMPTY)
        self._details = FailedPane(context)
        details = self._details
        details.retry.connect(self._retry_chosen)
        details.edit.connect(self._edit)
        details.discard.connect(self._ask_to_discard)
        details.was_sent.connect(lambda: self._ask_to_settle(was_sent=True))
        details.was_not_sent.connect(lambda: self._ask_to_settle(was_sent=False))
        details.ask_again.connect(self._ask_again)
        self.view.headActed.connect(self._retry_group)
        self.view.boxed.connect(self._toggle)
        self._build_selection()
        self.foot = _foot(context)
        self.lay_out(details, self.foot)

    def handlers(self) -> Mapping[str, Handler]:
        """Moving, selecting, and what is done to the selected ones, or else to the current one."""
        return {
            **super().handlers(),
            "select": Handler(self._select, self.nothing),
            "selectAll": Handler(self._select_all, self.nothing),
            "retry": Handler(self._retry_chosen, self._not_to_retry),
            "edit": Handler(self._edit, self._not_to_edit),
            "discard": Handler(self._ask_to_discard, self._not_to_retry),
        }

    def refresh(self) -> None:
        """The groups: what is not known, then the causes."""
        reads = self.context.outbox_reads
        sections: list[Section] = []
        for cause, heaps in arranged(reads.heaps(GIVEN_UP)):
            # The newest first: it is what the operator has just heard of.
            ids: Sequence[int] = reads.ids(heaps)[::-1]
            if self.wanted is not None:
                ids = [number for number in ids if number in self.wanted]
            if ids:
                sections.append((_head(cause, len(ids)), ids))
        assert isinstance(self.model, GroupedModel)
        self.model.show(sections)
        self.head.show_count(self.model.count())
        self.foot.setVisible(bool(sections))
        self._show_selection()

    def show_details(self, delivery_id: int) -> None:
        """What happened to one delivery."""
        self._details.show_delivery(self.context.outbox_reads.detail(delivery_id))

    def back(self) -> None:
        """Unticks what is selected; else closes the details."""
        if self.model.checked:
            self._clear()
        else:
            super().back()

    # What is selected.

    def _build_selection(self) -> None:
        context = self.context
        self._bar = QWidget()
        row = QHBoxLayout(self._bar)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self._with_icons: list[tuple[KeyButton, str]] = []
        buttons: tuple[tuple[str, str, str, str, Callable[[], None]], ...] = (
            ("Retry", "retrySelected", "", "ph.arrow-clockwise", self._retry_chosen),
            ("Discard", "discardSelected", context.key_of("discard"), "ph.trash", self._ask_to_discard),
            ("Clear", "clearSelection", "Esc", "", self._clear),
        )
        for word, name, key, icon, act in buttons:
            button = KeyButton(context.theme, word, key, "" if icon else "quiet")
            if icon:
                self._with_icons.append((button, icon))
            button.setObjectName(name)
            button.setAccessibleName(word)
            button.setProperty("compact", True)
            button.clicked.connect(act)
            row.addWidget(button)
        self._dress()
        context.restyled.connect(self._dress)
        self._bar.hide()
        self.head.right.addWidget(self._bar)

    def _dress(self) -> None:
        for button, icon in self._with_icons:
            button.setIcon(self.context.icon(icon, "text"))

    def _show_selection(self) -> None:
        count = len(self.model.checked)
        self._bar.setVisible(bool(count))
        self.head.name.setText(f"{count} selected" if count else self.title)
        self.head.show_count(None if count else self.model.count())

    def _select(self) -> None:
        current = self.view.current()
        if current is not None:
            self._toggle(current)

    def _toggle(self, delivery_id: int) -> None:
        self.model.set_checked([delivery_id], checked=delivery_id not in self.model.checked)
        self._show_selection()

    def _select_all(self) -> None:
        self.model.set_checked(self.model.deliveries(), checked=True)
        self._show_selection()

    def _clear(self) -> None:
        self.model.set_checked(list(self.model.checked), checked=False)
        self._show_selection()
        self.view.setFocus()

    def _chosen(self) -> list[int]:
        current = self.view.current()
        if self.model.checked:
            return [number for number in self.model.deliveries() if number in self.model.checked]
        return [] if current is None else [current]

    def _given_up(self) -> list[int]:
        """Those of the chosen ones of which it is proved that nothing left."""
        rows = self._read(self._chosen())
        return [row.id for row in rows if row.state is DeliveryState.FAILED]

    # Why not.

    def _not_to_retry(self) -> str | None:
        if not self._chosen():
            return "There is no message here."
        if not self._given_up():
            return "It may have left. Say first whether it was sent, or ask Gmail again."
        return None

    def _not_to_edit(self) -> str | None:
        if len(self.model.checked) > 1:
            return "One message at a time can be edited."
        return self._not_to_retry()

    # What is done.

    def _retry_chosen(self) -> None:
        self._retry(self._given_up())

    def _retry_group(self, key: str) -> None:
        assert isinstance(self.model, GroupedModel)
        self._retry(self.model.ids_of(key))

    def _retry(self, ids: Sequence[int]) -> None:
        if ids:
            self.do(actions.retry(ids))

    def _edit(self) -> None:
        ids = self._given_up()
        row = self.model.known_row(ids[0]) if ids else None
        if row is None:
            return
        draft = row.draft_id

        def then(done: Done) -> None:
            self.say(done)
            draft_now = self.context.reads.draft(draft)
            # Where a Gmail draft has to be deleted first, it is not back yet.
            if draft_now is not None and draft_now.status is DraftStatus.PENDING:
                self.context.go("review", draft)
                self.context.invoke("edit")

        self.context.run(actions.edit(row.id), then)

    def _ask_to_discard(self) -> None:
        ids = self._given_up()
        if not ids:
            return
        what = "this message" if len(ids) == 1 else f"{len(ids):,} messages"
        ReasonDialog(
            self.context,
            self,
            title=f"Discard {what}?",
            text="Nothing of it has left, and nothing will. The draft is kept as discarded.",
            answer="Discard",
            then=lambda note: self.do(actions.discard(ids, note)),
            required=False,
            danger=True,
        ).open()

    def _ask_to_settle(self, *, was_sent: bool) -> None:
        number = self._details.delivery_id
        if number is None:
            return
        word = "It was sent" if was_sent else "It was not sent"
        text = (
            "It stands under Sent from then on, marked as what you said."
            if was_sent
            else "The draft goes back to Review. If it did leave after all, approving it sends it twice."
        )
        ReasonDialog(
            self.context,
            self,
            title=f"{word}: how do you know?",
            text=text,
            answer=word,
            then=lambda note: self.do(actions.settle(number, note, was_sent=was_sent)),
        ).open()

    def _ask_again(self) -> None:
        if self._details.delivery_id is not None:
            self.do(actions.ask_again(self._details.delivery_id))

    def _read(self, ids: Sequence[int]) -> list[DeliveryRow]:
        return self.context.outbox_reads.rows(ids)

    def _speak(self, row: DeliveryRow) -> str:
        when = moment(row.changed_at, self.context.clock.now(), zone_of(self.context.settings))
        cause = cause_of_row(row).title
        by_rule = "" if row.rule is None else ", let through by a rule"
        said = f"{row.recipient}, {row.subject}, {cause}, {sentence(row)}, {attempts(row.attempt)}, {when}"
        return f"{said}{by_rule}"


def _head(cause: Cause, count: int) -> Head:
    unknown = cause.key == UNKNOWN
    return Head(
        cause.key,
        cause.title,
        count,
        cause.icon,
        "never sent again by guess" if unknown else "",
        f"Retry {count:,}" if cause.again else None,
        warns=unknown,
    )


def _foot(context: WindowContext) -> QWidget:
    foot = QWidget()
    words = Label(context, _KEEPS, "meta", "text2", wrap=True)
    words.setContentsMargins(16, 12, 16, 12)
    column = QVBoxLayout(foot)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(Rule())
    column.addWidget(words)
    return foot
