"""Check docstrings: every function says in a sentence what it is for, public names say all.

Public are the names of `access15.__all__` with their methods, and the functions and classes of
`access15.core`: numpydoc looks at them as objects, so that fields of dataclasses count as
parameters. Which of its checks apply stands in pyproject.toml. Every other module, class, function
and method has at least one sentence; dunder methods and functions inside functions may do without.
A method whose whole docstring is "As `access15...`." is documented there.
"""

from __future__ import annotations

import ast
import dataclasses
import importlib
import inspect
import pkgutil
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from numpydoc.validate import validate

import access15

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "access15"
NOT_FOR_PROPERTIES = {"RT01", "RT03"}  # the summary says what it returns
NOT_FOR_CLASSES_WITHOUT_FIELDS = {"PR01"}
REFERS = re.compile(r"As `(access15[\w.]+)`\.")


def list_silent(path: Path) -> Iterator[str]:
    """Names in a file that have no sentence of their own."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    if not ast.get_docstring(tree):
        yield f"{path}:1: the module has no docstring"
    inside = [tree]
    while inside:
        for one in ast.iter_child_nodes(inside.pop()):
            if isinstance(one, ast.ClassDef):
                inside.append(one)
            elif not isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            if not one.name.startswith("__") and not ast.get_docstring(one):
                yield f"{path}:{one.lineno}: {one.name} has no docstring"


def list_core() -> Iterator[ModuleType]:
    """Import every module of the core."""
    core = importlib.import_module("access15.core")
    for found in pkgutil.walk_packages(core.__path__, prefix="access15.core."):
        yield importlib.import_module(found.name)


def list_public() -> Iterator[tuple[str, set[str]]]:
    """Names of public objects, each with the checks that are not for it."""
    for name in access15.__all__:
        if not name.startswith("_"):
            yield from list_members(getattr(access15, name))
    for module in list_core():
        for name, value in vars(module).items():
            if not name.startswith("_") and getattr(value, "__module__", None) == module.__name__:
                yield from list_members(value)


def list_members(value: Any) -> Iterator[tuple[str, set[str]]]:
    """Path of a function, or of a class and its methods, with the checks that are not for it."""
    if not inspect.isfunction(value) and not inspect.isclass(value):
        return
    path = f"{value.__module__}.{value.__qualname__}"
    if inspect.isfunction(value):
        yield path, set()
        return
    yield path, set() if has_own_fields(value) else NOT_FOR_CLASSES_WITHOUT_FIELDS
    for name, member in vars(value).items():
        if name.startswith("_"):
            continue
        if isinstance(member, property) or hasattr(member, "attrname"):
            yield f"{path}.{name}", NOT_FOR_PROPERTIES
        elif inspect.isfunction(member) and member.__module__ == value.__module__:
            # a method that does what its protocol says names it: then that one must say all
            told = REFERS.fullmatch(inspect.getdoc(member) or "")
            yield told[1] if told else f"{path}.{name}", set()


def has_own_fields(value: type) -> bool:
    """Whether a class is made from parameters of its own; a model of a TOML file is documented
    there.
    """
    is_model = hasattr(value, "model_validate") or getattr(value, "_is_protocol", False)
    is_written = "__init__" in vars(value) and not dataclasses.is_dataclass(value)
    return not is_model and (is_written or bool(inspect.get_annotations(value)))


def main() -> int:
    """Print every fault; the exit status is 1 when there is one."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    wanted = set(tomllib.loads(text)["tool"]["numpydoc_validation"]["checks"])
    faults = [fault for path in sorted(PACKAGE.rglob("*.py")) for fault in list_silent(path)]
    n_public = 0
    for path, excused in list_public():
        n_public += 1
        found = validate(path)["errors"]
        faults += [f"{path}: {code} {text}" for code, text in found if code in wanted - excused]
    print("\n".join(faults))
    print(f"{n_public} public names, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
