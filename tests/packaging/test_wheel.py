"""The program as a person installs it: one wheel, from any folder, with its resources inside."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.packaging.trees import copy_of_the_project

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("wheel")]


def run(*command: str | Path, cwd: Path) -> str:
    """The output of a command that has to succeed."""
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of a copy of the source, built with what is installed alone."""
    folder = tmp_path_factory.mktemp("wheel")
    source = copy_of_the_project(folder / "source")
    build = ("-m", "build", "--wheel", "--no-isolation", "--outdir", folder, source)
    run(sys.executable, "-P", *build, cwd=folder)
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_holds_every_file_of_the_package(wheel: Path) -> None:
    source = wheel.parent / "source" / "app"
    there = {str(path.relative_to(source)) for path in source.rglob("*") if path.is_file()}
    inside = {name for name in zipfile.ZipFile(wheel).namelist() if not name.startswith("outtray-")}
    assert inside == there


def test_installed_into_an_empty_environment_it_runs_from_any_folder(wheel: Path, tmp_path: Path) -> None:
    environment = tmp_path / "environment"
    run(sys.executable, "-m", "venv", "--without-pip", environment, cwd=tmp_path)
    python = environment / "bin" / "python"
    pip = (sys.executable, "-m", "pip", "--python", python, "--disable-pip-version-check")
    run(*pip, "install", "--quiet", "--no-deps", "--no-index", wheel, cwd=tmp_path)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    assert run(python, "-m", "outtray", "--version", cwd=elsewhere) == "outtray 0.1.0\n"
    assert run(environment / "bin" / "outtray", "--version", cwd=elsewhere) == "outtray 0.1.0\n"
    looking = (
        "from importlib.resources import files\n"
        "print(*sorted(entry.name for entry in files('outtray').joinpath('resources').iterdir()))\n"
    )
    resources = wheel.parent / "source" / "app" / "outtray" / "resources"
    expected = sorted(entry.name for entry in resources.iterdir())
    assert run(python, "-B", "-c", looking, cwd=elsewhere).split() == expected
