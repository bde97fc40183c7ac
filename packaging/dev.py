"""Sets the project up and runs it, with nothing but Python's standard library.

    python3 packaging/dev.py run | test | check | bench | crash | screenshots | lock | gmail-contract

Every command first makes sure of what it needs: system libraries (installed where this is root,
otherwise named in one apt line), and `.venv` with exactly the packages of the two lock files.
"""

from __future__ import annotations

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - said before an import says it less clearly
    sys.exit("Outtray needs Python 3.11 or newer; this is " + sys.version.split()[0] + ".")

# This folder has the name of a library that pytest imports; neither it nor what lies in it may be
# found by an import. Python puts a script's folder first on the path, so it goes before anything else.
if __name__ == "__main__" and not sys.flags.safe_path:
    del sys.path[0]

import argparse
import contextlib
import ctypes
import fcntl
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import tempfile
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "outtray-setup.json"
RUNTIME_LOCK = ROOT / "packaging" / "requirements.lock"
DEVELOPMENT_LOCK = ROOT / "packaging" / "requirements-dev.lock"
SCREEN = "-screen 0 1600x1000x24"

# Wheels for these are taken into the lock beside those of the machine that makes it.
LOCKED_PYTHONS = ("3.11", "3.12", "3.13")
LOCKED_MACHINES = ("x86_64", "aarch64")
GLIBC_TAGS = ("2_39", "2_34", "2_31", "2_28", "2_27", "2_26", "2_24", "2_17")


class SetupError(Exception):
    """Something is missing that this program can't provide; the sentence says what to do."""


@dataclass(frozen=True)
class Need:
    """A system package, and how to see that what it brings is there."""

    package: str
    library: str = ""
    command: str = ""
    path: str = ""

    def met(self) -> bool:
        """Whether it is there, wherever it came from."""
        if self.library:
            try:
                ctypes.CDLL(self.library)
            except OSError:
                return False
        if self.command and not shutil.which(self.command):
            return False
        return not self.path or next(Path("/").glob(self.path), None) is not None


# What Qt's xcb and offscreen platforms, its fonts and its D-Bus load.
WINDOW_NEEDS = (
    Need("libegl1", library="libEGL.so.1"),
    Need("libgl1", library="libGL.so.1"),
    Need("libfontconfig1", library="libfontconfig.so.1"),
    Need("libfreetype6", library="libfreetype.so.6"),
    Need("libglib2.0-0", library="libgthread-2.0.so.0"),
    Need("libdbus-1-3", library="libdbus-1.so.3"),
    Need("libgssapi-krb5-2", library="libgssapi_krb5.so.2"),
    Need("libx11-xcb1", library="libX11-xcb.so.1"),
    Need("libxkbcommon0", library="libxkbcommon.so.0"),
    Need("libxkbcommon-x11-0", library="libxkbcommon-x11.so.0"),
    Need("libxcb-cursor0", library="libxcb-cursor.so.0"),
    Need("libxcb-glx0", library="libxcb-glx.so.0"),
    Need("libxcb-icccm4", library="libxcb-icccm.so.4"),
    Need("libxcb-image0", library="libxcb-image.so.0"),
    Need("libxcb-keysyms1", library="libxcb-keysyms.so.1"),
    Need("libxcb-randr0", library="libxcb-randr.so.0"),
    Need("libxcb-render-util0", library="libxcb-render-util.so.0"),
    Need("libxcb-shape0", library="libxcb-shape.so.0"),
    Need("libxcb-shm0", library="libxcb-shm.so.0"),
    Need("libxcb-sync1", library="libxcb-sync.so.1"),
    Need("libxcb-xfixes0", library="libxcb-xfixes.so.0"),
    Need("libxcb-xkb1", library="libxcb-xkb.so.1"),
)
# What the tests drive the window, the keyring and the accessibility tree with.
TEST_NEEDS = (
    Need("xvfb", command="Xvfb"),
    Need("xauth", command="xauth"),
    Need("openbox", command="openbox"),
    Need("xdotool", command="xdotool"),
    Need("imagemagick", command="import"),
    Need("git", command="git"),
    Need("dbus", command="dbus-run-session"),
    Need("gnome-keyring", command="gnome-keyring-daemon"),
    Need("at-spi2-core", path="usr/libexec/at-spi-bus-launcher"),
    Need("gir1.2-atspi-2.0", path="usr/lib/*/girepository-1.0/Atspi-2.0.typelib"),
    Need("python3-pyatspi", path="usr/lib/python3/dist-packages/pyatspi"),
    Need("libpython3.11-testsuite", path="usr/lib/python3.11/test/test_email"),
    Need("fonts-noto-core", path="usr/share/fonts/truetype/noto/NotoSans-Regular.ttf"),
    Need("fonts-inter", path="usr/share/fonts/*/inter"),
)


def say(text: str) -> None:
    """A line on what is being done, beside the output of what is run."""
    print(text, file=sys.stderr, flush=True)


def call(*command: str | Path, **environment: str) -> int:
    """Runs a command from the project's root; returns its exit status."""
    return subprocess.call([str(part) for part in command], cwd=ROOT, env=os.environ | environment)


# --- the machine -------------------------------------------------------------------------------


def provide(needs: Sequence[Need]) -> None:
    """Makes sure of system packages: installs what is missing as root, otherwise says how."""
    missing = [need for need in needs if not need.met()]
    if not missing:
        return
    names = [need.package for need in missing]
    apt = shutil.which("apt-get")
    if apt is None:
        raise SetupError(
            f"This system lacks what these Debian packages bring: {' '.join(names)}. Install it first."
        )
    if os.geteuid() != 0:
        raise SetupError(
            "Some system packages are missing. Install them, then run the same command again:\n\n"
            f"    sudo apt-get install --no-install-recommends {' '.join(names)}"
        )
    say(f"Installing system packages: {' '.join(names)}")
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    call(apt, "update", "-qq", **quiet)
    call(apt, "install", "-y", "-qq", "--no-install-recommends", *names, **quiet)
    still = [need.package for need in missing if not need.met()]
    if still:
        raise SetupError(f"apt-get could not install {' '.join(still)}; what it said is above.")


# --- the environment ---------------------------------------------------------------------------


def provide_environment(*locks: Path) -> None:
    """Brings `.venv` to what these lock files say; does nothing where it has them already."""
    with only_one_at_a_time():
        stamp = read_stamp()
        wanted = {str(path.relative_to(ROOT)): digest(path) for path in (*locks, ROOT / "pyproject.toml")}
        if all(stamp.get(name) == value for name, value in wanted.items()) and works(PYTHON):
            return
        if not works(PYTHON):
            make_environment()
            stamp = {}
        for lock in locks:
            name = str(lock.relative_to(ROOT))
            if stamp.get(name) == wanted[name]:
                continue
            if not lock.exists():
                raise SetupError(f"{name} is missing; `python3 packaging/dev.py lock` makes it.")
            say(f"Installing the packages of {name} …")
            pip("install", "--no-deps", "--only-binary", ":all:", "--require-hashes", "-r", lock)
        say("Installing Outtray itself …")
        pip("install", "--no-deps", "--no-build-isolation", "--editable", ROOT)
        # Without compiled modules the window takes more than twice as long to its first paint.
        call(PYTHON, "-I", "-m", "compileall", "-q", ROOT / "app")
        STAMP.write_text(json.dumps(stamp | wanted, indent=1), encoding="utf-8")


@contextlib.contextmanager
def only_one_at_a_time() -> Iterator[None]:
    """Keeps two set-ups of one checkout from working on `.venv` at once."""
    folder = os.open(ROOT, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def read_stamp() -> dict[str, str]:
    """What the environment was made from; empty where that is not known."""
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def digest(path: Path) -> str:
    """The content's SHA-256, empty where the file is missing."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""


def works(python: Path) -> bool:
    """Whether this interpreter still runs; a moved checkout or a removed Python leaves one that does not."""
    if not python.exists():
        return False
    return subprocess.call([python, "-I", "-c", ""], stderr=subprocess.DEVNULL) == 0


def make_environment() -> None:
    """Makes an empty `.venv`, with pip in it where this Python can put it there."""
    if not has_ensurepip() and not has_pip():
        # Debian packs it on its own.
        provide([Need("python3-venv", path=f"usr/lib/python3.{sys.version_info.minor}/ensurepip")])
    base = getattr(sys, "_base_executable", sys.executable)
    say(f"Making .venv with {base} …")
    if VENV.exists():
        shutil.rmtree(VENV)
    extra = [] if has_ensurepip() else ["--without-pip"]
    if call(base, "-I", "-m", "venv", *extra, VENV) != 0:
        raise SetupError("The virtual environment could not be made; what Python said is above.")


def has_ensurepip() -> bool:
    """Whether `venv` can bring pip along."""
    importlib.invalidate_caches()
    return importlib.util.find_spec("ensurepip") is not None


def has_pip() -> bool:
    """Whether this very Python has a pip that can work for another interpreter."""
    return importlib.util.find_spec("pip") is not None


def pip_command() -> list[str]:
    """The pip of `.venv`, or this Python's own working for it."""
    own = [str(PYTHON), "-I", "-m", "pip"]
    if subprocess.call([*own, "--version"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0:
        return own
    return [sys.executable, "-I", "-m", "pip", "--python", str(PYTHON)]


def pip(*arguments: str | Path) -> None:
    """Runs pip quietly for `.venv`; raises SetupError."""
    if call(*pip_command(), "--quiet", "--disable-pip-version-check", "--no-input", *arguments) != 0:
        raise SetupError("pip could not install the packages; what it said is above.")


# --- the locks ---------------------------------------------------------------------------------


def lock(_: argparse.Namespace, __: Sequence[str]) -> int:
    """Writes both lock files anew from `pyproject.toml`, with the newest versions that fit."""
    if not works(PYTHON):
        make_environment()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    runtime = project["project"]["dependencies"] + project["build-system"]["requires"]
    development = project["project"]["optional-dependencies"]["dev"]
    with tempfile.TemporaryDirectory() as scratch:
        everything = resolve([*runtime, *development], Path(scratch))
        pins = pinned(everything)
        needed = {name_of(item) for item in resolve([*runtime, *pins], Path(scratch), only=runtime)}
        hashes = {name_of(item): hashes_of(item) for item in everything}
        for item in other_wheels(pins, Path(scratch)):
            hashes[name_of(item)] |= hashes_of(item)
    versions = {name_of(item): str(item["metadata"]["version"]) for item in everything}
    write_lock(RUNTIME_LOCK, {name: versions[name] for name in needed}, hashes)
    write_lock(DEVELOPMENT_LOCK, {name: versions[name] for name in versions.keys() - needed}, hashes)
    return 0


def resolve(requirements: Sequence[str], scratch: Path, only: Sequence[str] = ()) -> list[dict[str, Any]]:
    """What pip would install for these into an empty environment; with `only`, the rest are constraints."""
    wanted = scratch / "wanted.txt"
    bounds = scratch / "bounds.txt"
    wanted.write_text("\n".join(only or requirements), encoding="utf-8")
    bounds.write_text("\n".join(requirements), encoding="utf-8")
    return report("-r", wanted, "-c", bounds)


def other_wheels(pins: Sequence[str], scratch: Path) -> Iterator[dict[str, Any]]:
    """The same versions for the other Pythons and machines that the lock serves."""
    names = scratch / "pins.txt"
    names.write_text("\n".join(pins), encoding="utf-8")
    for machine in LOCKED_MACHINES:
        platforms = [f"manylinux_{tag}_{machine}" for tag in GLIBC_TAGS] + [f"manylinux2014_{machine}"]
        options = [part for platform in platforms for part in ("--platform", platform)]
        for version in LOCKED_PYTHONS:
            say(f"Wheels for Python {version} on {machine} …")
            target = ("--target", scratch / "target", "--python-version", version)
            yield from report("--no-deps", *target, *options, "-r", names)


def report(*arguments: str | Path) -> list[dict[str, Any]]:
    """What pip would install, from its own report; raises SetupError."""
    # The lock is for every machine: folders of wheels that only this one has must not decide it.
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in {"PIP_FIND_LINKS", "PIP_EXTRA_INDEX_URL"}
    } | {"PIP_CONFIG_FILE": os.devnull}
    options = (
        "--quiet --disable-pip-version-check --dry-run --ignore-installed --only-binary :all: --report -"
    )
    command = [*pip_command(), "install", *options.split(), *map(str, arguments)]
    done = subprocess.run(command, check=False, env=environment, stdout=subprocess.PIPE)
    if done.returncode != 0:
        raise SetupError("pip found no set of packages that fits; what it said is above.")
    return list(json.loads(done.stdout)["install"])


def name_of(item: dict[str, Any]) -> str:
    """A package's name in the spelling that all tools agree on."""
    return str(item["metadata"]["name"]).lower().replace("_", "-").replace(".", "-")


def pinned(items: Sequence[dict[str, Any]]) -> list[str]:
    """`name==version` of each."""
    return [f"{name_of(item)}=={item['metadata']['version']}" for item in items]


def hashes_of(item: dict[str, Any]) -> set[str]:
    """The SHA-256 of the wheel that pip would take."""
    return {str(item["download_info"]["archive_info"]["hashes"]["sha256"])}


def write_lock(path: Path, versions: dict[str, str], hashes: dict[str, set[str]]) -> None:
    """Writes one lock file, sorted so that a change of one package is a change of its lines alone."""
    lines = ["# Made by `python3 packaging/dev.py lock` from pyproject.toml; not edited by hand."]
    for name in sorted(versions):
        sums = [f"    --hash=sha256:{value}" for value in sorted(hashes[name])]
        lines.append(" \\\n".join([f"{name}=={versions[name]}", *sums]))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    say(f"{path.relative_to(ROOT)}: {len(versions)} packages")


# --- the commands ------------------------------------------------------------------------------


def run(_: argparse.Namespace, rest: Sequence[str]) -> int:
    """Opens the practice desk; what else is given goes on to `outtray`."""
    provide(WINDOW_NEEDS)
    provide_environment(RUNTIME_LOCK)
    return call(PYTHON, "-P", "-m", "outtray", "--practice", *rest)


def check(_: argparse.Namespace, rest: Sequence[str]) -> int:
    """Looks at the source without running it: style, form, types, who imports whom."""
    refuse_more(rest)
    provide_environment(RUNTIME_LOCK, DEVELOPMENT_LOCK)
    steps: tuple[tuple[str | Path, ...], ...] = (
        (PYTHON, "-m", "ruff", "check", "--quiet", "."),
        (PYTHON, "-m", "ruff", "format", "--check", "--quiet", "."),
        (VENV / "bin" / "lint-imports", "--no-logo"),
        # On its own: mypy would take the folder for the library that has its name.
        (PYTHON, "-m", "mypy", "--no-error-summary", "packaging/dev.py"),
        (PYTHON, "-m", "mypy", "app/outtray"),
    )
    failed = 0
    for step in steps:
        failed = call(*step) or failed
    return failed


def test(options: argparse.Namespace, rest: Sequence[str]) -> int:
    """Checks the source, then runs the tests; more arguments go to pytest."""
    provide((*WINDOW_NEEDS, *TEST_NEEDS))
    failed = check(options, ())
    if failed:
        say("The checks of the source failed; the tests run all the same.")
    # On two workers; what shares the one display stays together on one of them.
    failed_tests = call(*desktop(), PYTHON, "-m", "pytest", "-n", "2", "--dist", "loadgroup", *rest)
    return failed_tests or failed


def bench(options: argparse.Namespace, rest: Sequence[str]) -> int:
    """Runs the benchmarks (all, or those named) and prints each figure beside its yardstick."""
    refuse_more(rest)
    provide(WINDOW_NEEDS)
    provide_environment(RUNTIME_LOCK, DEVELOPMENT_LOCK)
    names = (*options.names, "--json") if options.json else options.names
    return call(PYTHON, *module("tests.benchmarks"), *names)


def crash(options: argparse.Namespace, rest: Sequence[str]) -> int:
    """Kills the program again and again while it sends, and looks whether mail was lost or doubled."""
    provide((*WINDOW_NEEDS, *TEST_NEEDS))
    provide_environment(RUNTIME_LOCK, DEVELOPMENT_LOCK)
    target = module("tests.crash.harness")
    return call(PYTHON, *target, "--rounds", str(options.rounds), "--seed", str(options.seed), *rest)


def screenshots(options: argparse.Namespace, rest: Sequence[str]) -> int:
    """Takes pictures of the real window, light and dark."""
    provide((*WINDOW_NEEDS, *TEST_NEEDS))
    provide_environment(RUNTIME_LOCK, DEVELOPMENT_LOCK)
    target = module("tests.journeys.screenshots")
    return call(*desktop(), PYTHON, *target, options.folder.resolve(), *rest)


def gmail_contract(_: argparse.Namespace, rest: Sequence[str]) -> int:
    """Tries on a real test account what the program takes for granted about Gmail."""
    provide_environment(RUNTIME_LOCK, DEVELOPMENT_LOCK)
    return call(PYTHON, *module("tests.contract.gmail"), *rest)


def module(name: str) -> tuple[str, str]:
    """The arguments that run a module of the project's own; raises SetupError where there is none."""
    path = ROOT.joinpath(*name.split("."))
    if not path.with_suffix(".py").exists() and not (path / "__main__.py").exists():
        raise SetupError(f"This checkout has no {path.relative_to(ROOT)}; the command needs it.")
    return "-m", name


def desktop() -> tuple[str, ...]:
    """A session bus and a screen of one's own around a command, so that it leaves the user's alone."""
    return "dbus-run-session", "--", "xvfb-run", "--auto-servernum", f"--server-args={SCREEN}"


def refuse_more(rest: Sequence[str]) -> None:
    """Some commands take nothing further; raises SetupError."""
    if rest:
        raise SetupError(f"Unknown: {' '.join(rest)}. See `python3 packaging/dev.py --help`.")


def parser() -> argparse.ArgumentParser:
    """The commands; `run`, `test` and the harnesses hand on what they do not know themselves."""
    top = argparse.ArgumentParser(prog="python3 packaging/dev.py", description="Sets Outtray up and runs it.")
    commands = top.add_subparsers(metavar="COMMAND", required=True)
    for name, command in {
        "run": run, "test": test, "check": check, "bench": bench, "crash": crash,
        "screenshots": screenshots, "lock": lock, "gmail-contract": gmail_contract,
    }.items():  # fmt: skip
        # What is handed on may be an option of the other program: even --help and -k.
        handed_on = name in {"run", "test", "gmail-contract"}
        text = (command.__doc__ or "").split("\n", 1)[0]
        added = commands.add_parser(
            name, help=text, description=text, add_help=not handed_on, allow_abbrev=False
        )
        added.set_defaults(command=command)
        if name == "bench":
            added.add_argument("names", nargs="*", metavar="NAME", help="run these alone")
            added.add_argument("--json", action="store_true", help="one object a line")
        if name == "crash":
            added.add_argument("--rounds", type=int, required=True, help="how often to kill")
            added.add_argument("--seed", type=int, required=True, help="the same number gives the same kills")
        if name == "screenshots":
            added.add_argument("folder", type=Path, metavar="DIR", help="where to put them")
    return top


def main(arguments: Sequence[str]) -> int:
    """Runs one command; returns its exit status, 1 with a sentence where the set-up failed."""
    options, rest = parser().parse_known_args(arguments)
    try:
        return int(options.command(options, rest))
    except SetupError as error:
        say(str(error))
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
