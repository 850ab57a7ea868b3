"""What is wrong is said in two languages: an error carries a remark, never a sentence in English."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator
from pathlib import Path

import pytest

import access15
import access15.errors

PACKAGE = Path(access15.__file__).parent
# our own, and what is raised only to be handed on as one of them
ERRORS = {
    name
    for name, kind in vars(access15.errors).items()
    if isinstance(kind, type) and issubclass(kind, BaseException | Warning)
}
HANDED_ON = {"ValueError", "BadParameter", "UsageError"}
# Faults of whoever programs, not of an input: the language of code is English.
FOR_PROGRAMMERS = {
    "core/measures/catchments.py",
    "core/measures/equity.py",
    "core/reach/spread.py",
    "core/siting/center.py",
    "core/siting/cover.py",
    "core/siting/median.py",
    "core/streets/network.py",
    "core/walk/ranked.py",
    "files/store.py",
    "outputs/pages/modules.py",
    "outputs/qgis/plugin/child.py",  # hands on what the child says
    "sources/streets/pack.py",
}


def list_modules() -> list[str]:
    return sorted(path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py"))


def find_sentences(source: str) -> Iterator[int]:
    """Lines at which an error or a warning is made with a sentence of its own."""
    tree = ast.parse(source)
    own = {
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and any(is_error(base) for base in node.bases)
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = name_of(node.func)
        if name in ERRORS | HANDED_ON | own and any(is_sentence(one) for one in node.args[:2]):
            yield node.lineno


def is_error(base: ast.expr) -> bool:
    kind = getattr(builtins, name_of(base), None)
    return name_of(base) in ERRORS or (isinstance(kind, type) and issubclass(kind, Exception))


def name_of(func: ast.expr) -> str:
    if isinstance(func, ast.Attribute):
        return func.attr
    return func.id if isinstance(func, ast.Name) else ""


def is_sentence(node: ast.expr) -> bool:
    """Whether an expression is a text or is put together of texts, at any depth of it."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str)
    return isinstance(node, ast.JoinedStr) or any(is_sentence(part) for part in list_parts(node))


def list_parts(node: ast.expr) -> list[ast.expr]:
    """What an expression hands on as it is; a remark has its words, whatever its values are."""
    match node:
        case ast.Call(func=func, args=args) if name_of(func) == "join":
            return args
        case ast.List(elts=parts) | ast.Tuple(elts=parts):
            return parts
        case ast.BinOp(left=left, right=right):
            return [left, right]
        case ast.IfExp(body=body, orelse=other):
            return [body, other]
        case ast.ListComp(elt=each) | ast.GeneratorExp(elt=each):
            return [each]
    return []


@pytest.mark.parametrize("module", list_modules())
def test_errors_have_words(module: str) -> None:
    found = list(find_sentences((PACKAGE / module).read_text(encoding="utf-8")))
    if module not in FOR_PROGRAMMERS:
        assert found == [], f"{module}: lines {found} make an error of a sentence, not of a Remark"


def test_no_module_is_listed_that_is_gone() -> None:
    assert set(list_modules()) >= FOR_PROGRAMMERS


@pytest.mark.parametrize(
    ("code", "n"),
    [
        ('raise InputDataError("gone")', 1),
        ('raise errors.InputDataError(f"{name}: gone")', 1),
        ('raise InputDataError(Remark("gone"), ["row 3"])', 1),
        ('raise InputDataError(Remark("gone"), [f"row {n}" for n in rows])', 1),
        ('raise InputDataError(Remark("gone", n=3), problems) from None', 0),
        ('warnings.warn(Access15Warning("a " + name))', 1),
        ('raise InputDataError("; ".join(f"{n}" for n in rows))', 1),
        ("raise ValueError(text)", 0),
        ('class _UnreadError(Exception):\n  pass\nraise _UnreadError("gone")', 1),
        ('raise typer.BadParameter("no" if bad else Remark("gone"))', 1),
    ],
)
def test_sentences_are_found(code: str, n: int) -> None:
    assert len(list(find_sentences(code))) == n
