"""No output replaces an input of the same run."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from access15.errors import OutputError


def check_inputs_stay(outputs: Iterable[Path], inputs: Iterable[Path]) -> None:
    """Refuse files to write that are read in the same run, by whatever name or link, before any
    work is done.
    """
    read: dict[object, Path] = {}
    for path in inputs:
        for mark in _identify(path):
            read.setdefault(mark, path)
    problems = []
    for path in outputs:
        found = [read[mark] for mark in _identify(path) if mark in read]
        if found:
            problems.append(
                f"{path} {_also_known_as(path, found[0])}is read here and would be replaced; name "
                "another file to write"
            )
    if len(problems) == 1:
        raise OutputError(problems[0])
    if problems:
        raise OutputError(f"{len(problems)} files that are read here would be replaced", problems)


def _identify(path: Path) -> list[object]:
    """Marks of a file: its real path, and, of one that is there, its place on the disk, which all
    links to it share, and other spellings where a system takes them for the same.
    """
    marks: list[object] = []
    try:
        marks.append(os.path.realpath(path))
        found = path.stat()
    except (OSError, ValueError):  # there is nothing that could be lost
        return marks
    return [*marks, (found.st_dev, found.st_ino)]


def _also_known_as(path: Path, own: Path) -> str:
    """Say under which name a file is read, where it is another one."""
    is_same_name = os.path.abspath(path) == os.path.abspath(own)  # noqa: PTH100 - links stay
    return "" if is_same_name else f"is {own}, which "
