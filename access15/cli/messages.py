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
from access15.remarks import Lang, put_in_lang

if TYPE_CHECKING:
    from access15.results.run import HeightsInfo, NetworkInfo, RunResult


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


_NOTE = {"it": "nota", "en": "note"}
_OPEN = {"it": "Apri", "en": "Open"}
out = Screen()
err = Screen(stderr=True)


class Language(StrEnum):
    """Languages of the outputs."""

    it = "it"
    en = "en"


def make_progress(lang: Lang) -> Callable[[str], None]:
    """Make what says the stages of a run in a language."""
    from access15.outputs.terminal.summary import format_stage

    return lambda stage: err.print(format_stage(stage, lang), soft_wrap=True)


def say_networks(
    result: RunResult,
    lang: Lang,
    *,
    has_remarks: bool = True,
) -> None:
    """Say where the streets of a run come from, how old they are when fetched, and what their
    reader must know, each once.
    """
    infos = [area.network_info for area in result.areas.values()]
    for kind, name in dict.fromkeys((info.kind, info.name) for info in infos):
        _say_streets(kind, name, lang)
    for heights in dict.fromkeys(info.heights for info in infos):
        _say_heights(heights, lang)
    for one in dict.fromkeys(one for info in infos if has_remarks for one in info.warnings):
        say_remark(one, lang)


def say_network(info: NetworkInfo, lang: Lang) -> None:
    """Say where streets come from, and what their reader must know."""
    _say_streets(info.kind, info.name, lang)
    _say_heights(info.heights, lang)
    for one in info.warnings:
        say_remark(one, lang)


def _say_heights(heights: HeightsInfo | None, lang: Lang) -> None:
    """Say where slopes come from, if anywhere."""
    if heights is not None:
        from access15.outputs.words.sources import describe_heights

        say_line(f"{describe_heights(heights, lang)}.", lang)


def _say_streets(kind: str, name: str, lang: Lang) -> None:
    """Say where streets come from."""
    from access15.outputs.words.texts import clean_text, say

    # what was fetched says so by its name
    named = [] if kind == "overpass" else [say(f"network_{kind}", lang)]
    told = ", ".join([*named, clean_text(name, lang)])
    err.print(say("streets_said", lang, streets=told), soft_wrap=True)


def say_remark(remark: str, lang: Lang) -> None:
    """Say what somebody must know, in a language where its words are known."""
    err.print(f"{_NOTE[lang]}: {put_in_lang(remark, lang)}", soft_wrap=True)


def say_line(line: str, lang: Lang) -> None:
    """Answer with a line, in a language where its words are known."""
    out.print(put_in_lang(line, lang), soft_wrap=True)


def say_open(page: Path, lang: Lang) -> None:
    """Say which page to open."""
    out.print(f"{_OPEN[lang]}: {page}", soft_wrap=True)


def say_files(files: dict[str, Path]) -> None:
    """Say which files were written."""
    out.print(", ".join(str(path) for path in files.values()), soft_wrap=True)
