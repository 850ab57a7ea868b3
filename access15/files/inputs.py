"""No output replaces an input of the same run."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from access15.errors import OutputError
from access15.remarks import Remark


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
            problems.append(_refuse(path, found[0]))
    if len(problems) == 1:
        raise OutputError(problems[0])
    if problems:
        raise OutputError(Remark("files_read_here", n=len(problems)), problems)


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


def _refuse(path: Path, own: Path) -> Remark:
    """Say that a file is read, and under which name, where it is another one."""
    is_same_name = os.path.abspath(path) == os.path.abspath(own)  # noqa: PTH100 - links stay
    if is_same_name:
        return Remark("file_read_here", path=path)
    return Remark("file_read_here_as", path=path, own=own)
