"""What commands say to people, on two streams: answers on one, what is being done on the other."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

if TYPE_CHECKING:
    from access15.results.run import RunResult

out = Console(highlight=False, markup=False)
err = Console(
    stderr=True,
    highlight=False,
    markup=False,
)


class Language(StrEnum):
    """Languages of the outputs."""

    it = "it"
    en = "en"


def say(what: str) -> None:
    """Say on standard error what is being done."""
    err.print(f"… {what}", soft_wrap=True)


def make_progress(lang: Language) -> Callable[[str], None]:
    """Make what says the stages of a run in a language."""
    from access15.outputs.terminal.summary import format_stage

    return lambda stage: err.print(format_stage(stage, lang.value), soft_wrap=True)


def say_networks(result: RunResult) -> None:
    """Say once where the streets of a run come from, and how old they are when fetched."""
    infos = (area.network_info for area in result.areas.values())
    for kind, name in dict.fromkeys((info.kind, info.name) for info in infos):
        say_network(kind, name, ())


def say_network(
    kind: str,
    name: str,
    notes: tuple[str, ...],
) -> None:
    """Say where streets come from."""
    err.print(f"streets: {kind}, {name}", soft_wrap=True)
    for note in notes:
        err.print(f"note: {note}", soft_wrap=True)


def say_open(page: Path, lang: Language) -> None:
    """Say which page to open."""
    out.print(f"{'Apri' if lang is Language.it else 'Open'}: {page}", soft_wrap=True)


def say_files(files: dict[str, Path]) -> None:
    """Say which files were written."""
    out.print(", ".join(str(path) for path in files.values()), soft_wrap=True)
