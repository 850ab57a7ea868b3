"""The command line as a person meets it: words in, exit code and two streams out, in this
process.
"""

from __future__ import annotations

import sys
from typing import NamedTuple

import pytest

from access15.cli.app import main


class Done(NamedTuple):
    """What a command left behind."""

    code: int
    out: str
    err: str


def call(capsys: pytest.CaptureFixture[str], *words: object) -> Done:
    """Run ``access15 words``; anything but an exit (a traceback, for a person) is raised."""
    capsys.readouterr()
    before = sys.argv
    sys.argv = ["access15", *map(str, words)]
    try:
        main()
        code = 0
    except SystemExit as stop:
        code = stop.code if isinstance(stop.code, int) else 0 if stop.code is None else 1
    finally:
        sys.argv = before
    out, err = capsys.readouterr()
    return Done(code, out, err)
