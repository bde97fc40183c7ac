"""The import dialog as a person works it: files in, fields pointed at, progress, and what was refused."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLineEdit,
    QProgressBar,
    QTableView,
    QWidget,
)
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from outtray.intake.outcomes import Outcome
from outtray.intake.retry import retry_refused
from outtray.ui.importing import drop
from outtray.ui.importing.dialog import ImportDialog
from outtray.ui.window_context import ShellContext
from tests.fakes.window import close, make_context, shell_of
from tests.intake.files import DRAFT, crm_export


@pytest.fixture
def context(tmp_path: Path, qtbot: QtBot) -> Iterator[ShellContext]:
    made = make_context(tmp_path, qtbot)
    yield made
    close(made)


Opener = Callable[..., ImportDialog]


@pytest.fixture
def opened(context: ShellContext, qtbot: QtBot) -> Iterator[Opener]:
    """Opens the dialog with files, and waits until the first of them was looked at."""
    parents: list[QWidget] = []

    def show(*paths: Path) -> ImportDialog:
        parent = QWidget()
        parent.resize(1200, 900)
        parent.show()
        parents.append(parent)
        dialog = ImportDialog(context, list(paths), parent)
        dialog.open()
        qtbot.waitUntil(lambda: rows(dialog.mapping.table) > 0 or bool(dialog.mapping.notice.text))
        return dialog

    yield show
    for parent in parents:
        parent.close()
        parent.deleteLater()


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def rows(table: QTableView) -> int:
    return table.model().rowCount()


def cells(table: QTableView, row: int = 0) -> list[str]:
    model = table.model()
    return [model.data(model.index(row, column)) for column in range(model.columnCount())]


def drafts(context: ShellContext) -> list[tuple[str, str, str]]:
    connection = sqlite3.connect(context.profile.database)
    try:
        return connection.execute("SELECT recipient, subject, source FROM drafts ORDER BY id").fetchall()
    finally:
        connection.close()


def at_result(dialog: ImportDialog) -> bool:
    return dialog.stack.currentWidget() is dialog.outcome_page


def test_a_file_in_our_shape_is_imported_with_one_key(
    context: ShellContext, opened: Opener, qtbot: QtBot, tmp_path: Path
) -> None:
    dialog = opened(write(tmp_path, "a.json", json.dumps([DRAFT, {**DRAFT, "subject": "Two"}])))
    qtbot.waitUntil(dialog.import_button.isEnabled)
    assert cells(dialog.mapping.table) == ["Item 1", "Ada <ada@example.com>", "Doors", "Hello Ada.", ""]
    assert dialog.mapping.fields.row("to")[0].currentText() == "As the file names it"
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: at_result(dialog))
    assert dialog.outcome_page.title.text() == "2 added, 0 already known, 0 refused."
    assert "2 added, 0 already known, 0 refused." in shell_of(context).announced
    assert len(drafts(context)) == 2
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not (isValid(dialog) and dialog.isVisible()))


def test_a_crms_export_is_mapped_by_pointing_and_checked_at_once(
    context: ShellContext, opened: Opener, qtbot: QtBot, tmp_path: Path
) -> None:
    dialog = opened(write(tmp_path, "crm.json", crm_export(30)))
    page = dialog.mapping
    assert "Several arrays" in page.notice.text
    assert "Choose above" in page.notice.text
    assert not dialog.import_button.isEnabled()
    page.items.setCurrentIndex(page.items.findData("data.results"))
    qtbot.waitUntil(dialog.import_button.isEnabled)
    path, _ = page.fields.row("to")
    assert path.currentData() == "properties.contact.emails[0].address"
    path.setCurrentIndex(0)
    qtbot.waitUntil(lambda: "no recipient" in page.notice.text)
    path.setCurrentIndex(path.findData("properties.contact.emails[0].address"))
    subject = page.fields.row("subject")[1]
    subject.setText("Your question, {recipient_nam}")
    qtbot.waitUntil(lambda: "names no field" in page.notice.text)
    assert not dialog.import_button.isEnabled()
    subject.setText("Your question, {recipient_name}")
    qtbot.waitUntil(lambda: dialog.import_button.isEnabled() and "Your question, " in cells(page.table)[2])
    page.source.setText("crm-followup")
    dialog.import_button.click()
    qtbot.waitUntil(lambda: at_result(dialog))
    found = drafts(context)
    assert len(found) == 30
    assert all(text.startswith("Your question, ") and source == "crm-followup" for _, text, source in found)


def test_each_file_has_a_mapping_of_its_own(
    context: ShellContext, opened: Opener, qtbot: QtBot, tmp_path: Path
) -> None:
    first = write(tmp_path, "a.csv", "Mail;Text\na@example.com;Hello\n")
    second = write(tmp_path, "b.csv", "Address;Draft\nb@example.com;Bye\n")
    dialog = opened(first, second)
    qtbot.waitUntil(dialog.import_button.isEnabled)
    dialog.mapping.file.setCurrentIndex(1)
    qtbot.waitUntil(lambda: dialog.mapping.fields.row("to")[0].currentData() == "Address")
    dialog.mapping.file.setCurrentIndex(0)
    qtbot.waitUntil(lambda: dialog.mapping.fields.row("to")[0].currentData() == "Mail")
    qtbot.waitUntil(dialog.import_button.isEnabled)
    dialog.import_button.click()
    qtbot.waitUntil(lambda: at_result(dialog))
    assert [recipient for recipient, *_ in drafts(context)] == ["a@example.com", "b@example.com"]


def test_what_was_refused_is_listed_tried_again_and_written_out(
    context: ShellContext, opened: Opener, qtbot: QtBot, tmp_path: Path
) -> None:
    dialog = opened(write(tmp_path, "a.csv", "email,body\na@example.com,x\nnobody,y\n"))
    qtbot.waitUntil(dialog.import_button.isEnabled)
    assert "1 of the first 2 would be refused." in dialog.mapping.notice.text
    outcomes: list[Outcome] = []
    dialog.imported.connect(outcomes.append)
    dialog.import_button.click()
    qtbot.waitUntil(lambda: bool(outcomes))
    page = dialog.outcome_page
    assert cells(page.table) == ["a.csv", "Row 2, line 3", "email", "not an address"]
    dialog.export_to(tmp_path / "out.csv")
    qtbot.waitUntil(lambda: (tmp_path / "out.csv").exists() and bool(shell_of(context).messages))
    assert (tmp_path / "out.csv").read_bytes() == b"email,body\r\nnobody,y\n"
    page.try_again.click()
    qtbot.waitUntil(lambda: len(outcomes) == 2)
    assert page.title.text() == "0 added, 0 already known, 1 refused."


def test_a_better_mapping_lets_the_refused_in_and_forgets_them(
    context: ShellContext, opened: Opener, qtbot: QtBot, tmp_path: Path
) -> None:
    dialog = opened(write(tmp_path, "a.csv", "email,work,body\na@example.com,,x\nnobody,b@example.com,y\n"))
    qtbot.waitUntil(dialog.import_button.isEnabled)
    outcomes: list[Outcome] = []
    dialog.imported.connect(outcomes.append)
    dialog.import_button.click()
    qtbot.waitUntil(lambda: len(outcomes) == 1)
    dialog.outcome_page.mapping.click()
    path, _ = dialog.mapping.fields.row("to")
    path.setCurrentIndex(path.findData("work"))
    qtbot.waitUntil(lambda: cells(dialog.mapping.table, 1)[1] == "b@example.com")
    dialog.import_button.click()
    qtbot.waitUntil(lambda: len(outcomes) == 2)
    assert (outcomes[1].added, outcomes[1].refused) == (1, 1)
    desk = context.background.desk
    assert desk is not None
    done: list[bool] = []
    context.run(lambda _desk: True, done.append)
    qtbot.waitUntil(lambda: bool(done))
    assert retry_refused(desk, list(outcomes[0].kept)).total == 0


def test_an_import_is_stopped_between_batches_and_says_so(
    context: ShellContext, opened: Opener, qtbot: QtBot, tmp_path: Path
) -> None:
    lines = "\n".join(json.dumps({**DRAFT, "external_id": f"n{number}"}) for number in range(6000))
    dialog = opened(write(tmp_path, "a.jsonl", lines))
    qtbot.waitUntil(dialog.import_button.isEnabled)
    dialog.import_button.click()
    qtbot.waitUntil(lambda: dialog.bar.value() > 0)
    dialog.stop_button.click()
    qtbot.waitUntil(lambda: at_result(dialog))
    assert dialog.outcome_page.title.text().endswith("Stopped before the end.")
    assert len(drafts(context)) % 200 == 0


def test_an_import_goes_on_out_of_sight_and_comes_back_with_what_was_refused(
    context: ShellContext, opened: Opener, qtbot: QtBot, tmp_path: Path
) -> None:
    lines = "\n".join(json.dumps({**DRAFT, "external_id": f"n{number}"}) for number in range(3000))
    dialog = opened(write(tmp_path, "a.jsonl", f"{lines}\n{{broken"))
    qtbot.waitUntil(dialog.import_button.isEnabled)
    dialog.import_button.click()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    qtbot.waitUntil(dialog.isVisible, timeout=20_000)
    assert at_result(dialog)
    assert shell_of(context).messages == [("warn", "3000 added, 0 already known, 1 refused.")]


def test_every_control_has_a_name_and_the_tab_key_reaches_them_all(
    opened: Opener, qtbot: QtBot, tmp_path: Path
) -> None:
    dialog = opened(write(tmp_path, "a.json", json.dumps(DRAFT)))
    qtbot.waitUntil(dialog.import_button.isEnabled)
    kinds = (QAbstractButton, QComboBox, QLineEdit, QTableView, QProgressBar)
    controls = [found for kind in kinds for found in dialog.findChildren(kind)]
    # The button in the corner of a table is the table's own.
    named = [control for control in controls if not isinstance(control.parentWidget(), QTableView)]
    assert all(control.accessibleName() for control in named), [c for c in named if not c.accessibleName()]
    wanted = {control for control in named if control.isVisible() and control.isEnabled()}
    seen: set[QWidget] = set()
    dialog.mapping.file.setFocus()
    for _ in range(80):
        focus = QApplication.focusWidget()
        assert focus is not None
        seen.add(focus)
        QTest.keyClick(focus, Qt.Key.Key_Tab)
    assert wanted <= seen, wanted - seen


def test_a_file_that_is_none_is_said_and_can_not_be_imported(opened: Opener, tmp_path: Path) -> None:
    dialog = opened(write(tmp_path, "photo.png", "\x00\x01"))
    assert "none of the formats" in dialog.mapping.notice.text
    assert not dialog.import_button.isEnabled()
    assert dialog.import_button.accessibleDescription()


def test_files_are_taken_from_a_drag_and_nothing_else_is(tmp_path: Path) -> None:
    mime = QMimeData()
    assert not drop.accepts(mime)
    mime.setText("words")
    assert not drop.accepts(mime)
    mime.setUrls([QUrl("https://example.com/a.json")])
    assert not drop.accepts(mime)
    one, two = QUrl.fromLocalFile(str(tmp_path / "a b.json")), QUrl.fromLocalFile(str(tmp_path / "ü.csv"))
    mime.setUrls([one, two, one])
    assert drop.accepts(mime)
    assert drop.paths_of(mime) == [tmp_path / "a b.json", tmp_path / "ü.csv"]
