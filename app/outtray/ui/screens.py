"""The screens by name; each is imported and made when it is first shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from outtray.model.draft_lists import DraftList

if TYPE_CHECKING:
    from outtray.ui.context import WindowContext
    from outtray.ui.screen import Screen


def _drafts(which: DraftList) -> Callable[[WindowContext], Screen]:
    def make(context: WindowContext) -> Screen:
        from outtray.ui.review.screen import ReviewScreen

        return ReviewScreen(context, which)

    return make


def _outbox(context: WindowContext) -> Screen:
    from outtray.ui.outbox.screen import OutboxScreen

    return OutboxScreen(context)


def _sent(context: WindowContext) -> Screen:
    from outtray.ui.sent.screen import SentScreen

    return SentScreen(context)


def _failed(context: WindowContext) -> Screen:
    from outtray.ui.failed.screen import FailedScreen

    return FailedScreen(context)


def _audit(context: WindowContext) -> Screen:
    from outtray.ui.audit.screen import AuditScreen

    return AuditScreen(context)


def _rules(context: WindowContext) -> Screen:
    from outtray.ui.rules.screen import RulesScreen

    return RulesScreen(context)


def _settings(context: WindowContext) -> Screen:
    from outtray.ui.settings.screen import SettingsScreen

    return SettingsScreen(context)


def _first_run(context: WindowContext) -> Screen:
    from outtray.ui.first_run import FirstRunScreen

    return FirstRunScreen(context)


FIRST_RUN = "firstRun"
MAKERS: Mapping[str, Callable[[WindowContext], Screen]] = {
    "review": _drafts(DraftList.REVIEW),
    "snoozed": _drafts(DraftList.SNOOZED),
    "rejected": _drafts(DraftList.REJECTED),
    "outbox": _outbox,
    "sent": _sent,
    "failed": _failed,
    "rules": _rules,
    "audit": _audit,
    "settings": _settings,
    FIRST_RUN: _first_run,
}
