"""Looks through a source tree for what keeps a program from starting; run in an interpreter of its own.

    python -I survey.py SOURCE_ROOT CHECK

Prints one line a defect and exits with 1 where there is any. It is a script, not a module of the
tests, so that nothing of pytest's has been imported when it looks.
"""

from __future__ import annotations

import ast
import importlib
import os
import sys
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

PACKAGE = "outtray"
# Alembic runs this one as a script, inside a migration; what it imports is looked at all the same.
ONLY_READ = {f"{PACKAGE}.store.migrations.env"}
# Imported once, before the forks: what they take to load says nothing about our own modules.
HEAVY = ("sqlalchemy.orm", "alembic.op", "PySide6.QtWidgets")
COLUMNS = {"mapped_column", "Column"}
NOT_TYPES = {"ForeignKey", "Identity", "Computed", "Sequence", "CheckConstraint"}
VAGUE = {"", "dict", "list", "object"}


def sources(root: Path) -> Iterator[tuple[str, Path]]:
    """Dotted name and file of every module."""
    for path in sorted(root.rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


def shadows(root: Path) -> Iterator[str]:
    """Modules and packages with a name of the standard library's, or of a library beside ours."""
    for name, path in sources(root):
        if name.rpartition(".")[2] in sys.stdlib_module_names:
            yield f"{path.relative_to(root)} has the name of a module of the standard library"
    for entry in sorted(root.iterdir()):
        if entry.stem != PACKAGE and entry.name != "__pycache__":
            yield f"{entry.name} lies beside the one package of the source root and can shadow a library"


def twins(root: Path) -> Iterator[str]:
    """A module and a package of one name in one folder: only one of them can ever be imported."""
    for _, path in sources(root):
        package = path.with_suffix("")
        if package.is_dir() and any(package.glob("*.py")):
            yield f"{path.relative_to(root)} shares its name with the package {package.relative_to(root)}"


def imports(root: Path) -> Iterator[str]:
    """Modules that can't be imported on their own, and names of ours that are used but don't exist."""
    for name in HEAVY:
        importlib.import_module(name)
    importable_alone = []
    for name, path in sources(root):
        reason = "" if name in ONLY_READ else import_alone(name, root)
        if reason:
            yield f"{name} can't be imported: {reason}"
        else:
            importable_alone.append((name, path))
    for name, path in importable_alone:
        yield from missing_imports(name, path)
        yield from missing_attributes(name, path)


def import_alone(name: str, root: Path) -> str:
    """Imports one module in a fork that has imported none of ours; returns what went wrong."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            module = importlib.import_module(name)
            if not Path(module.__file__ or "").is_relative_to(root):
                os.write(writing, f"found in {module.__file__}".encode())
        except BaseException:  # noqa: BLE001 - a module that exits at import is a defect too
            os.write(writing, traceback.format_exc(limit=-1).splitlines()[-1].encode()[:4000])
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        reason = pipe.read().decode()
    os.waitpid(child, 0)
    return reason


def missing_imports(name: str, path: Path) -> Iterator[str]:
    """What a module imports of ours, at its top or inside a function, without its being there."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and is_ours(origin := absolute(node, name, path)):
            for alias in node.names:
                if lookup(origin, alias.name) is None:
                    yield f"{name}, line {node.lineno}: {origin} has no {alias.name}"
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if is_ours(alias.name) and not importable(alias.name):
                    yield f"{name}, line {node.lineno}: there is no {alias.name}"


def missing_attributes(name: str, path: Path) -> Iterator[str]:
    """What a module takes from one of our modules by a dot, without its being there."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    modules: dict[str, ModuleType] = {}
    other: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and is_ours(origin := absolute(node, name, path)):
            found = {alias.asname or alias.name: lookup(origin, alias.name) for alias in node.names}
            modules |= {alias: module for alias, module in found.items() if isinstance(module, ModuleType)}
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            other.add(node.id)
        elif isinstance(node, ast.arg):
            other.add(node.arg)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            # A name that is also a variable somewhere in the file may be that variable here.
            module = None if node.value.id in other else modules.get(node.value.id)
            if module is not None and lookup(module.__name__, node.attr) is None:
                yield f"{name}, line {node.lineno}: {module.__name__} has no {node.attr}"


def is_ours(module: str) -> bool:
    """Whether this is the package or in it."""
    return module.split(".", maxsplit=1)[0] == PACKAGE


def absolute(node: ast.ImportFrom, name: str, path: Path) -> str:
    """The module that a `from … import` names, relative ones too."""
    if not node.level:
        return node.module or ""
    package = name.split(".") if path.name == "__init__.py" else name.split(".")[:-1]
    base = package[: len(package) - node.level + 1]
    return ".".join([*base, *([node.module] if node.module else [])])


def lookup(module: str, name: str) -> object | None:
    """What `from module import name` would bind, None where it would fail."""
    if not importable(module):
        return None
    if name == "*" or hasattr(sys.modules[module], name):
        found: object = getattr(sys.modules[module], name, True)
        # A module-level None exists all the same.
        return True if found is None else found
    submodule = f"{module}.{name}"
    return sys.modules[submodule] if importable(submodule) else None


def importable(module: str) -> bool:
    """Whether there is such a module."""
    if module in ONLY_READ:
        return True
    try:
        importlib.import_module(module)
    except ImportError:
        return False
    return True


def reserved(root: Path) -> Iterator[str]:
    """Attributes of models that SQLAlchemy uses itself: on the class, on a row, or on a table's columns."""
    from sqlalchemy import Row
    from sqlalchemy.orm import DeclarativeBase
    from sqlalchemy.sql.base import ReadOnlyColumnCollection

    taken = {"metadata", "registry", "query", "query_class"}
    for owner in (DeclarativeBase, Row, ReadOnlyColumnCollection):
        taken |= {name for name in dir(owner) if not name.startswith("_")}
    for where, attribute, _, _ in columns(root):
        if attribute in taken:
            yield f"{where}: `{attribute}` is a name of SQLAlchemy's own"


def types(root: Path) -> Iterator[str]:
    """Columns whose type is left to be guessed, and JSON columns that don't say what they hold."""
    for where, attribute, annotation, value in columns(root):
        if not isinstance(value, ast.Call):
            yield f"{where}: `{attribute}` has no mapped_column and so no type of its own"
            continue
        given = [argument for argument in value.args if not isinstance(argument, ast.Constant)]
        kinds = [callee(argument) for argument in given]
        keyword = next((one.value for one in value.keywords if one.arg == "type_"), None)
        kinds += [callee(keyword)] if keyword is not None else []
        kinds = [kind for kind in kinds if kind not in NOT_TYPES]
        if not kinds:
            yield f"{where}: `{attribute}` has no explicit type"
        elif kinds[0].startswith("JSON") and holds(annotation) in VAGUE:
            yield f"{where}: `{attribute}` is JSON and doesn't say of what"


def columns(root: Path) -> Iterator[tuple[str, str, ast.expr | None, ast.expr | None]]:
    """Place, attribute, annotation and value of every column of every model."""
    for name, path in sources(root):
        for model in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(model, ast.ClassDef):
                continue
            for line in model.body:
                if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name):
                    target, annotation, value = line.target.id, line.annotation, line.value
                elif isinstance(line, ast.Assign) and isinstance(line.targets[0], ast.Name):
                    target, annotation, value = line.targets[0].id, None, line.value
                else:
                    continue
                if is_mapped(annotation) or callee(value) in COLUMNS:
                    yield f"{name}.{model.name}, line {line.lineno}", target, annotation, value


def is_mapped(annotation: ast.expr | None) -> bool:
    """Whether this is `Mapped[…]`."""
    return isinstance(annotation, ast.Subscript) and callee(annotation.value) == "Mapped"


def holds(annotation: ast.expr | None) -> str:
    """What is said of a column's values: `dict` of `Mapped[dict | None]`, empty where nothing is."""
    if not isinstance(annotation, ast.Subscript):
        return ""
    inner = annotation.slice
    while isinstance(inner, ast.BinOp):
        inner = inner.left
    return "said" if isinstance(inner, ast.Subscript) else callee(inner)


def callee(node: ast.expr | None) -> str:
    """The last part of a dotted name, of what a call calls; empty for everything else."""
    if isinstance(node, ast.Call):
        node = node.func
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


CHECKS: dict[str, Callable[[Path], Iterator[str]]] = {
    "shadows": shadows,
    "twins": twins,
    "imports": imports,
    "reserved": reserved,
    "types": types,
}


def main(root: Path, check: str) -> int:
    """Runs one check over the tree; returns the exit status."""
    sys.path.insert(0, str(root))
    defects = list(CHECKS[check](root))
    print(*defects, sep="\n")
    return 1 if defects else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve(), sys.argv[2]))
