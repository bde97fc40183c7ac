"""`packaging/dev.py`: what it needs, what it locks, and what it says where something is missing."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.packaging.trees import ROOT, copy_of_the_project

LOCKS = ("requirements.lock", "requirements-dev.lock")


@pytest.fixture(scope="module")
def dev() -> ModuleType:
    """The script as a module."""
    spec = importlib.util.spec_from_file_location("outtray_dev", ROOT / "packaging" / "dev.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # Dataclasses look their module up by its name.
    sys.modules["outtray_dev"] = module
    spec.loader.exec_module(module)
    return module


def locked(name: str) -> dict[str, str]:
    """Package and version of each entry of a lock file."""
    text = (ROOT / "packaging" / name).read_text(encoding="utf-8")
    return dict(re.findall(r"^([\w.-]+)==(\S+)", text, re.MULTILINE))


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_package_has_hashes_and_no_address_it_comes_from(name: str) -> None:
    lines = (ROOT / "packaging" / name).read_text(encoding="utf-8").splitlines()
    entries = [line for line in lines if not line.startswith("#")]
    assert all(
        re.fullmatch(r"(\S+==\S+ \\)|(    --hash=sha256:[0-9a-f]{64}( \\)?)", line) for line in entries
    )
    assert len(locked(name)) == sum(line.endswith(" \\") and "==" in line for line in entries)


def test_the_lock_satisfies_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    runtime, development = (locked(name) for name in LOCKS)
    wanted = project["project"]["dependencies"] + project["build-system"]["requires"]
    extra = project["project"]["optional-dependencies"]["dev"]
    for asked, where in ((wanted, runtime), (extra, runtime | development)):
        for requirement in map(Requirement, asked):
            assert requirement.specifier.contains(where[canonicalize_name(requirement.name)])
    assert runtime.keys().isdisjoint(development)


def test_a_need_is_met_by_the_thing_itself_not_by_the_name_of_a_package(dev: ModuleType) -> None:
    assert dev.Need("c", library="libc.so.6", command="sh", path="bin/sh").met()
    assert not dev.Need("c", library="libnothing.so.9").met()
    assert not dev.Need("c", command="no-such-command").met()
    assert not dev.Need("c", path="usr/lib/*/no-such-file").met()


def test_who_is_not_root_gets_one_apt_line(dev: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dev.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(dev.shutil, "which", lambda name: f"/usr/bin/{name}")
    with pytest.raises(dev.SetupError) as caught:
        dev.provide([dev.Need("libone", library="libone.so.1"), dev.Need("libtwo", library="libtwo.so.2")])
    assert "    sudo apt-get install --no-install-recommends libone libtwo" in str(caught.value)


def test_a_system_without_apt_is_told_what_is_missing(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dev.shutil, "which", lambda _: None)
    with pytest.raises(dev.SetupError, match=r"lacks what these Debian packages bring: libone\."):
        dev.provide([dev.Need("libone", library="libone.so.1")])


def test_a_command_whose_target_is_not_in_the_checkout_says_so(dev: ModuleType) -> None:
    with pytest.raises(dev.SetupError, match="This checkout has no tests/nowhere/at_all"):
        dev.module("tests.nowhere.at_all")


def test_the_script_keeps_its_own_folder_out_of_the_path(tmp_path: Path) -> None:
    """Beside it may lie a file with the name of a library: it must not be taken for that library."""
    project = copy_of_the_project(tmp_path / "project")
    (project / "packaging" / "json.py").write_text("raise SystemExit('the wrong json')\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, project / "packaging" / "dev.py", "--help"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0
    assert "gmail-contract" in done.stdout


def test_the_set_up_is_left_alone_while_the_locks_stay_as_they_are(
    dev: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = copy_of_the_project(tmp_path / "project")
    environment = project / ".venv"
    (environment / "bin").mkdir(parents=True)
    (environment / "bin" / "python").symlink_to(sys.executable)
    for name, value in {
        "ROOT": project,
        "VENV": environment,
        "PYTHON": environment / "bin" / "python",
        "STAMP": environment / "stamp.json",
        "RUNTIME_LOCK": project / "packaging" / LOCKS[0],
    }.items():
        monkeypatch.setattr(dev, name, value)
    installed: list[tuple[str, ...]] = []
    monkeypatch.setattr(dev, "pip", lambda *arguments: installed.append(tuple(map(str, arguments))))
    dev.provide_environment(dev.RUNTIME_LOCK)
    assert [call[-1] for call in installed] == [str(dev.RUNTIME_LOCK), str(project)]
    dev.provide_environment(dev.RUNTIME_LOCK)
    assert len(installed) == 2
    with dev.RUNTIME_LOCK.open("a", encoding="utf-8") as lock:
        lock.write("# changed\n")
    dev.provide_environment(dev.RUNTIME_LOCK)
    assert len(installed) == 4


def test_the_ci_script_runs_the_tests_from_any_folder() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "exec python3 packaging/dev.py test" in script
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
