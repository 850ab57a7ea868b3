"""What commands say to people, on two streams: answers on one, what is being done on the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.text import Text

from access15.errors import show_text

if TYPE_CHECKING:
    from access15.results.run import RunResult


class Screen(Console):
    """A console that prints text from data as text: the one way to standard output and error."""

    def __init__(self, *, stderr: bool = False) -> None:
        super().__init__(stderr=stderr, highlight=False, markup=False, emoji=False)

    def render_str(self, text: str, **looks: Any) -> Text:
        """Make text of a string, safe before its width is measured."""
        return super().render_str(show_text(text), **looks)

    def render(
        self,
        renderable: RenderableType,
        options: ConsoleOptions | None = None,
    ) -> Iterable[Segment]:
        """Draw anything in pieces; those that are no order of the console itself are text."""
        for piece in super().render(renderable, options):
            yield piece if piece.control else Segment(show_text(piece.text), piece.style)


out = Screen()
err = Screen(stderr=True)


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
