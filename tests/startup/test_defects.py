"""The five defects: none is in the program, and each is found where it is planted."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SURVEY = Path(__file__).with_name("survey.py")
MODEL = """
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column


class Planted:
    {line}
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A copy of the program's source that a test may spoil."""
    copy = tmp_path / "app"
    shutil.copytree(ROOT / "app", copy, ignore=shutil.ignore_patterns("__pycache__"))
    return copy


def survey(source: Path, check: str) -> list[str]:
    """The defects that a fresh interpreter, away from the checkout, finds in this tree."""
    clean = {
        name: os.environ[name] for name in ("PATH", "HOME", "LANG", "LD_LIBRARY_PATH") if name in os.environ
    }
    done = subprocess.run(
        [sys.executable, "-I", "-B", SURVEY, source, check],
        cwd=source.parent,
        env=clean | {"QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert not done.stderr, done.stderr
    return done.stdout.split("\n")[:-1] if done.returncode else []


def planted(source: Path, check: str) -> list[str]:
    """The defects found where a test has planted some."""
    return [line for line in survey(source, check) if "planted" in line]


def plant(source: Path, where: str, text: str) -> None:
    """Adds text to a file of the copy, or makes it."""
    target = source / where
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("a", encoding="utf-8") as file:
        file.write(f"\n{text}\n")


@pytest.mark.parametrize("check", ["shadows", "twins", "imports", "reserved", "types"])
def test_the_program_has_none_of_the_defects_that_kept_it_from_starting(source: Path, check: str) -> None:
    assert survey(source, check) == []


@pytest.mark.parametrize(
    "where", ["email/__init__.py", "outtray/email/__init__.py", "outtray/sending/queue.py"]
)
def test_a_module_with_a_name_of_the_standard_library_is_found(source: Path, where: str) -> None:
    plant(source, where, "")
    assert any("name of a module of the standard library" in line for line in survey(source, "shadows"))


def test_a_second_package_in_the_source_root_is_found(source: Path) -> None:
    plant(source, "packaging/__init__.py", "")
    assert survey(source, "shadows") == [
        "packaging lies beside the one package of the source root and can shadow a library"
    ]


def test_a_module_that_shares_its_name_with_a_package_is_found(source: Path) -> None:
    plant(source, "outtray/store.py", "")
    assert survey(source, "twins") == ["outtray/store.py shares its name with the package outtray/store"]


MISSING = {
    "from outtray.profiles import no_such_name": "cannot import name 'no_such_name'",
    "import outtray.no_such_module": "No module named 'outtray.no_such_module'",
    "def late():\n    from outtray.profiles import no_such_name": "outtray.profiles has no no_such_name",
    "def late():\n    from .profiles import no_such_name": "outtray.profiles has no no_such_name",
    "def late():\n    from outtray.nowhere import thing": "outtray.nowhere has no thing",
    "def late():\n    import outtray.nowhere": "there is no outtray.nowhere",
    "from outtray import profiles\ndef late():\n    profiles.no_such()": "outtray.profiles has no no_such",
}


def test_a_name_that_is_used_but_does_not_exist_is_found_inside_functions_too(source: Path) -> None:
    for number, text in enumerate(MISSING):
        plant(source, f"outtray/planted_{number}.py", text)
    found = planted(source, "imports")
    assert len(found) == len(MISSING)
    for number, complaint in enumerate(MISSING.values()):
        assert [complaint in line for line in found if f"outtray.planted_{number}" in line] == [True]


def test_modules_that_import_each_other_in_a_circle_are_found(source: Path) -> None:
    plant(source, "outtray/planted.py", "from outtray.planted_too import other\none = 1")
    plant(source, "outtray/planted_too.py", "from outtray.planted import one\nother = 2")
    found = planted(source, "imports")
    assert len(found) == 2
    assert all("circular import" in line for line in found)


@pytest.mark.parametrize("name", ["metadata", "registry", "query", "keys", "count"])
def test_a_column_with_a_name_of_sqlalchemys_own_is_found(source: Path, name: str) -> None:
    line = f"{name}: Mapped[str] = mapped_column(String(20))"
    plant(source, "outtray/store/planted.py", MODEL.format(line=line))
    assert planted(source, "reserved") == [
        f"outtray.store.planted.Planted, line 10: `{name}` is a name of SQLAlchemy's own"
    ]


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("when: Mapped[str]", "has no mapped_column and so no type of its own"),
        ("when: Mapped[str] = mapped_column()", "has no explicit type"),
        ("when: Mapped[str] = mapped_column('at', nullable=False)", "has no explicit type"),
        ("when: Mapped[int] = mapped_column(ForeignKey('drafts.id'))", "has no explicit type"),
        ("when = mapped_column(JSON)", "is JSON and doesn't say of what"),
        ("when: Mapped[dict | None] = mapped_column(JSON, nullable=True)", "is JSON and doesn't say of what"),
        ("when: Mapped[list] = mapped_column(type_=JSON())", "is JSON and doesn't say of what"),
    ],
)
def test_a_column_without_an_explicit_type_is_found(source: Path, line: str, complaint: str) -> None:
    plant(source, "outtray/store/planted.py", MODEL.format(line=line))
    assert planted(source, "types") == [f"outtray.store.planted.Planted, line 10: `when` {complaint}"]


@pytest.mark.parametrize("spoilt", [False, True])
def test_the_library_named_packaging_is_found_from_the_projects_folder(tmp_path: Path, spoilt: bool) -> None:
    """This project has a folder of that name; with an `__init__.py` in it, pytest would find ours."""
    shutil.copytree(ROOT / "packaging", tmp_path / "packaging", ignore=shutil.ignore_patterns("__pycache__"))
    if spoilt:
        (tmp_path / "packaging" / "__init__.py").touch()
    done = subprocess.run(
        [sys.executable, "-c", "import packaging.version"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ("No module named 'packaging.version'" in done.stderr) == spoilt
