"""The rules of the house that no linter knows: names of modules and functions, and how code reads."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from builders.paths import PACKAGE, TESTS_FOLDER

MODULES = sorted(PACKAGE.rglob("*.py"))
MOST_POSITIONAL = 8
LONGEST_FUNCTION = 60  # lines, without docstring
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
# folders of tests that mirror no package: what tests share, pages in a browser, speed, the project
OWN_FOLDERS = {"attack", "builders", "browser", "benchmarks", "project", "tools"}


def name_of(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def list_functions(path: Path) -> Iterator[ast.FunctionDef]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    yield from (one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef))


def count_lines(function: ast.FunctionDef) -> int:
    """Lines of a function from its first statement behind the docstring."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return function.end_lineno - body[0].lineno + 1 if body and function.end_lineno else 0


def test_no_module_says_its_folder_again() -> None:
    repeated = [
        name_of(path)
        for path in MODULES
        if path.stem == path.parent.name or path.stem.startswith(f"{path.parent.name}_")
    ]
    assert repeated == []


def test_tests_mirror_the_packages() -> None:
    folders = {path.parent.relative_to(TESTS_FOLDER) for path in TESTS_FOLDER.rglob("test_*.py")}
    strange = [
        folder.as_posix()
        for folder in folders
        if folder.parts and folder.parts[0] not in OWN_FOLDERS and not (PACKAGE / folder).is_dir()
    ]
    assert strange == []


def test_modules_that_begin_first_are_there(request: pytest.FixtureRequest) -> None:
    """A name that no module bears would change the order of tests, and nobody would notice."""
    conftest: Any = request.config.pluginmanager.get_plugin(str(TESTS_FOLDER / "conftest.py"))
    assert len(set(conftest.LONGEST)) == len(conftest.LONGEST)
    assert [name for name in conftest.LONGEST if not (TESTS_FOLDER / name).is_file()] == []


def test_functions_take_few_positional_parameters() -> None:
    crowded = [
        f"{name_of(path)}: {one.name}"
        for path in MODULES
        for one in list_functions(path)
        if len(one.args.posonlyargs) + len(one.args.args) > MOST_POSITIONAL
    ]
    assert crowded == []


def test_functions_are_short() -> None:
    long = [
        f"{name_of(path)}: {one.name}, {count_lines(one)} lines"
        for path in MODULES
        for one in list_functions(path)
        if count_lines(one) > LONGEST_FUNCTION
    ]
    assert long == []


def test_verbs_say_what_comes_back() -> None:
    vague = [
        f"{name_of(path)}: {one.name}"
        for path in MODULES
        for one in list_functions(path)
        if one.name.lstrip("_").startswith("tell")
    ]
    assert vague == []


def test_no_conditional_expression_goes_on_in_another() -> None:
    chained = [
        f"{name_of(path)}:{one.lineno}"
        for path in MODULES
        for one in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(one, ast.IfExp) and isinstance(one.orelse, ast.IfExp)
    ]
    assert chained == []


def test_no_comprehension_with_a_condition_stands_inside_another() -> None:
    nested = [
        f"{name_of(path)}:{inner.lineno}"
        for path in MODULES
        for one in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(one, COMPREHENSIONS)
        for inner in ast.walk(one)
        if inner is not one and isinstance(inner, COMPREHENSIONS) and has_condition(inner)
    ]
    assert nested == []


def has_condition(comprehension: ast.AST) -> bool:
    return any(part.ifs for part in getattr(comprehension, "generators", ()))
