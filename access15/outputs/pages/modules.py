"""The modules of the pages' scripts as one script, so that a page is one file whose policy names
that script by its hash.

An import map of ``data:`` URLs would do without this, but under a policy of hashes Chromium and
Firefox refuse modules from ``data:``, and a policy that lets ``data:`` in lets in any script.
"""

from __future__ import annotations

import posixpath
import re
from functools import cache
from typing import Final

from rjsmin import jsmin

from access15.outputs.pages.offline import InlineModule, read_asset

_IMPORT: Final = re.compile(r'^import \{([^}]+)\} from "([^"]+)";\n', re.MULTILINE)
_EXPORT: Final = re.compile(
    r"^export (?=(?:const|class|function|async function) (\w+))", re.MULTILINE
)
_LEFT: Final = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)


def start_module(
    entry: str,
    call: str,
    *,
    handle: str,
    is_awaited: bool = False,
) -> InlineModule:
    """Write a module with all it imports, and the call of one of its exports whose result others
    find as ``handle``; where the call is awaited, what it promises.
    """
    result = f"await {_name_scope(entry)}.{call}" if is_awaited else f"{_name_scope(entry)}.{call}"
    return InlineModule(f"{_shrink_modules(entry)}\nglobalThis.{handle} = {result};\n")


@cache
def _shrink_modules(entry: str) -> str:
    """Leave out what a browser has no use for: comments, types for the checker, indents."""
    return str(jsmin(inline_modules(entry)))


@cache
def inline_modules(entry: str) -> str:
    """Put a module of ``access15/web`` and all it imports into one script, the imported first."""
    scopes: dict[str, str] = {}
    _add_module(entry, scopes, importers=())
    return "\n".join(scopes.values())


def _add_module(
    name: str,
    scopes: dict[str, str],
    importers: tuple[str, ...],
) -> None:
    """Add the scope of a module after those that it imports."""
    if name in importers:
        raise ValueError(
            f"modules import each other in a circle: {' -> '.join([*importers, name])}"
        )
    if name in scopes:
        return
    code = read_asset(name)
    folder = posixpath.dirname(name)
    for _, other in _IMPORT.findall(code):
        imported = posixpath.normpath(posixpath.join(folder, other))
        _add_module(imported, scopes, (*importers, name))

    # 1. what is imported is taken from the scope of the module that has it
    def take(found: re.Match[str]) -> str:
        scope = _name_scope(posixpath.normpath(posixpath.join(folder, found[2])))
        return f"const {{{found[1].replace(' as ', ': ')}}} = {scope};\n"

    code = _IMPORT.sub(take, code)
    # 2. what is exported is handed out at the end, once it is there
    exported = ", ".join(_EXPORT.findall(code))
    code = _EXPORT.sub("", code)
    # 3. any other way of importing or exporting would be lost without a word
    if left := _LEFT.search(code):
        raise ValueError(f"{name} cannot be written into a page: {left[0]}")
    scopes[name] = (
        f"const {_name_scope(name)} = (() => {{\n{code}return {{ {exported} }};\n}})();\n"
    )


def _name_scope(name: str) -> str:
    """Name what a module hands out: ``core/walk/snap.js`` is ``core_walk_snap``."""
    return name.removesuffix(".js").replace("/", "_")
