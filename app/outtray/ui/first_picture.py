"""The window's first picture: bar, mailboxes and the first page of drafts, painted by hand.

Nothing that it is made of takes long to import; the widgets that replace it a moment later look the
same, and a test compares the two.
"""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter

from outtray.ui.rooms import ROOMS, short

if TYPE_CHECKING:
    from PySide6.QtGui import QColor
    from PySide6.QtWidgets import QWidget

    from outtray.store.first_page import FirstPage, FirstRow
    from outtray.ui.theme.theme import AppTheme

_BLOCK, _WARN = 3, 2  # of `model.findings.Rank`


class FirstPicture:
    """`paint` fits `WindowFrame`; the list is as wide as it was left."""

    def __init__(
        self, theme: AppTheme, page: FirstPage | None, now: datetime, list_share: object = None
    ) -> None:
        """`page` None: a new profile, of which nothing is known yet; `list_share` of the list's width."""
        self._theme, self._page, self._share = theme, page, list_share
        zone = page.settings.get("operator.time_zone") if page else None
        self._now = now.astimezone(_zone(zone))

    def paint(self, painter: QPainter, frame: QWidget) -> None:
        """Everything, from the bar to the last row."""
        theme, width, height = self._theme, frame.width(), frame.height()
        px = theme.px
        bar = px(48)
        rail = width < px(1100)
        side = px(56 if rail else 208)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(0, 0, width, height, theme.color("window"))
        painter.fillRect(0, bar, width, 1, theme.color("line"))
        painter.fillRect(side, bar + 1, 1, height, theme.color("line"))
        self._paint_bar(painter, width, bar, rail=rail)
        self._paint_rooms(painter, QRect(8, bar + 1 + 10, side - 16, height), rail=rail)
        left = side + 1
        painter.fillRect(left, bar + 1, width - left, height, theme.color("surface"))
        if self._page is not None and self._page.rows:
            room = max(width - px(208), 640)
            wide = px(336 if rail else 368)
            if isinstance(self._share, float) and 0.1 < self._share < 0.7:
                wide = round(room * self._share)
            self._paint_list(painter, QRect(left, bar + 1, wide, height - bar - 1 - px(48)))

    def _text(self, painter: QPainter, place: QPointF, text: str, style: str, token: str) -> None:
        painter.setFont(self._theme.font(style))
        painter.setPen(self._theme.color(token))
        painter.drawText(place, text)

    def _box(self, painter: QPainter, box: QRectF, radius: float, fill: QColor, line: str = "") -> None:
        painter.setPen(self._theme.color(line) if line else Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        painter.drawRoundedRect(box, radius, radius)

    def _paint_bar(self, painter: QPainter, width: int, bar: int, *, rail: bool) -> None:
        theme = self._theme
        px, side = theme.px, theme.px(22)
        top = (bar - side) // 2
        self._box(painter, QRectF(17, top, side, side), 5, theme.color("accent"))
        painter.drawPixmap(21, top + 4, theme.pixmap("ph.tray", "onAccent", side - 8))
        corner = 8 + px(22) + 18 if rail else 8 + px(202)
        if not rail:
            metrics = QFontMetrics(theme.font("heading"))
            line = (bar - metrics.height()) / 2 + metrics.ascent()
            self._text(painter, QPointF(8 + side + 18, line), "Outtray", "heading", "text")
        left = corner + 10
        field = QRectF(
            left + 0.5, (bar - px(32)) // 2 + 0.5, min(px(360), max(px(150), width - left - px(480))), px(31)
        )
        self._box(painter, field, 6, theme.color("surface"), "line")
        glass = px(16)
        painter.drawPixmap(left + 10, (bar - glass) // 2, theme.pixmap("ph.magnifying-glass", "text3", glass))
        metrics = QFontMetrics(theme.font("ui"))
        line = (bar - metrics.height()) / 2 + metrics.ascent()
        self._text(painter, QPointF(left + 34, line), "Search drafts", "ui", "text3")

    def _paint_rooms(self, painter: QPainter, area: QRect, *, rail: bool) -> None:
        theme, counts = self._theme, self._page.counts if self._page else {}
        height, icon = theme.px(46 if rail else 30), theme.px(18)
        top = area.top()
        for number, room in enumerate(ROOMS):
            top += 16 if room.gap else 0
            row = QRect(area.left(), top, area.width(), height)
            top += height
            here = number == 0
            if here:
                self._box(painter, QRectF(row), 6, theme.color("selected"))
            pixmap = theme.pixmap(room.icon, "accentText" if here else "text2", icon)
            count = sum(counts.get(one, 0) for one in room.counts)
            if rail:
                line = QFontMetrics(theme.font("micro")).height() if count else -2
                above = row.top() + (row.height() - icon - line - 2) // 2
                painter.drawPixmap(row.center().x() - icon // 2 + 1, above, pixmap)
                painter.setFont(theme.font("micro"))
                painter.setPen(theme.color("block" if room.urgent else "text2" if here else "text3"))
                below = QRect(row.left(), above + icon + 2, row.width(), max(line, 0))
                painter.drawText(below, Qt.AlignmentFlag.AlignCenter, short(count))
                continue
            painter.drawPixmap(row.left() + 10, row.center().y() - icon // 2 + 1, pixmap)
            painter.setFont(theme.font("medium"))
            painter.setPen(theme.color("text" if here else "text2"))
            text = row.adjusted(20 + icon, 0, -10, 0)
            painter.drawText(text, Qt.AlignmentFlag.AlignVCenter, room.title)
            painter.setFont(theme.font("meta"))
            painter.setPen(theme.color("block" if room.urgent and count else "text2" if here else "text3"))
            painter.drawText(text, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, short(count))

    def _paint_list(self, painter: QPainter, area: QRect) -> None:
        assert self._page is not None
        theme = self._theme
        head = theme.px(44)
        painter.fillRect(area.adjusted(0, 0, 0, theme.px(48)), theme.color("panel"))
        heading = QFontMetrics(theme.font("heading"))
        line = area.top() + (head - heading.height()) / 2 + heading.ascent()
        self._text(painter, QPointF(area.left() + 16, line), "Review", "heading", "text")
        count = f"{self._page.counts.get('status.pending', 0):,}"
        behind = area.left() + 16 + heading.horizontalAdvance("Review") + 8
        self._text(painter, QPointF(behind, line), count, "ui", "text3")
        painter.fillRect(area.left(), area.top() + head, area.width(), 1, theme.color("line"))
        metrics = {name: QFontMetrics(theme.font(name)) for name in ("strong", "ui", "meta", "micro")}
        lines = max(metrics["strong"].height(), 18) + max(metrics["ui"].height(), 18)
        height = 9 + lines + 5 + max(metrics["meta"].height(), 16) + 10
        painter.save()
        painter.setClipRect(area)
        # The rows make room for the scroll bar, as the list does.
        wide = area.width() - theme.px(12)
        for number, row in enumerate(self._page.rows):
            box = QRect(area.left(), area.top() + head + 1 + number * height, wide, height)
            if box.top() < area.bottom():
                self._paint_row(painter, box, row, metrics, current=number == 0)
        painter.restore()

    def _paint_row(
        self, painter: QPainter, box: QRect, row: FirstRow, metrics: dict[str, QFontMetrics], *, current: bool
    ) -> None:
        theme = self._theme
        strong, ui, meta = metrics["strong"], metrics["ui"], metrics["meta"]
        left, right = box.left() + 18, box.right() + 1 - 16
        if current:
            self._box(painter, QRectF(box.adjusted(4, 1, -4, -2)), 6, theme.color("selected"))
        else:
            painter.fillRect(left, box.bottom(), right - left, 1, theme.color("line"))
        edge = {_BLOCK: "block", _WARN: "warn"}.get(row.worst)
        if edge:
            self._box(
                painter, QRectF(box.left() + 4, box.top() + 12, 3, box.height() - 24), 1.5, theme.color(edge)
            )
        first = box.top() + 9 + (18 - strong.height()) / 2 + strong.ascent()
        second = first + max(18, strong.height()) + 2
        third = second + max(18, ui.height()) + 2
        time = self._time(row.at)
        end = right - meta.horizontalAdvance(time)
        self._text(painter, QPointF(end, first), time, "meta", "text3")
        for name, wanted in (("ph.paperclip", row.attachments), ("ph.pencil-simple", row.edited)):
            if wanted:
                end -= 21
                place = QPointF(end, first - strong.ascent() + (strong.height() - 14) / 2)
                painter.drawPixmap(place, theme.pixmap(name, "text3", 14))
        more = f"+{row.more_recipients}" if row.more_recipients else ""
        room = int(end - left - 8 - (meta.horizontalAdvance(more) + 8 if more else 0))
        who = strong.elidedText(row.recipient, Qt.TextElideMode.ElideRight, room)
        self._text(painter, QPointF(left, first), who, "strong", "text")
        self._text(painter, QPointF(left + strong.horizontalAdvance(who) + 8, first), more, "meta", "text3")
        subject = ui.elidedText(row.subject or "(no subject)", Qt.TextElideMode.ElideRight, right - left)
        self._text(painter, QPointF(left, second), subject, "ui", "text")
        start = self._paint_chips(painter, right, third, row, metrics)
        snippet = meta.elidedText(row.snippet, Qt.TextElideMode.ElideRight, int(start - left - 8))
        self._text(painter, QPointF(left, third), snippet, "meta", "text2")

    def _time(self, milliseconds: int) -> str:
        at = datetime.fromtimestamp(milliseconds / 1000, UTC).astimezone(self._now.tzinfo)
        if at.date() == self._now.date():
            return f"{at:%H:%M}"
        return f"{at.day} {at:%b}" if at.year == self._now.year else f"{at.day} {at:%b %Y}"

    def _paint_chips(
        self, painter: QPainter, right: float, line: float, row: FirstRow, metrics: dict[str, QFontMetrics]
    ) -> float:
        theme, meta, micro = self._theme, metrics["meta"], metrics["micro"]
        height = max(18, micro.height() + 4)
        top = line - meta.ascent() + (meta.height() - height) / 2
        for words, token, icon in reversed(_chips(row)):
            shown = micro.elidedText(words, Qt.TextElideMode.ElideRight, 140)
            picture = 16 if icon else 0
            width = micro.horizontalAdvance(shown) + 12 + picture
            right -= width
            self._box(
                painter,
                QRectF(right, top, width, height),
                4,
                theme.color(f"{token}Soft" if token else "sunken"),
            )
            if icon:
                painter.drawPixmap(QPointF(right + 6, top + (height - 12) / 2), theme.pixmap(icon, token, 12))
            place = QPointF(right + 6 + picture, top + (height - micro.height()) / 2 + micro.ascent())
            self._text(painter, place, shown, "micro", token or "text2")
            right -= 6
        return right


def _zone(name: object) -> tzinfo | None:
    """The operator's zone by its name; None is this computer's."""
    if not isinstance(name, str) or not name:
        return None
    from zoneinfo import ZoneInfo

    return ZoneInfo(name)


def _chips(row: FirstRow) -> list[tuple[str, str, str]]:
    made = []
    if row.rule is not None:
        made.append(("Rule", "agent", ""))
    elif row.first_contact:
        made.append(("First", "info", ""))
    if row.blocks:
        made.append((str(row.blocks), "block", "ph.warning-octagon-fill"))
    elif row.warns:
        made.append((str(row.warns), "warn", "ph.warning-fill"))
    made.append((row.source, "", ""))
    return made
