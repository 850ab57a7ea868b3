"""Four pages on a neighbourhood: who is left out, what helps, what is unknown, how it was done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from access15.config import Lang, PlaceOptions, Study, build_options, load_study
from access15.config.formats import check_pdf, check_word
from access15.results.aids import Aids
from access15.workflows.run import Progress, Run, check_lang, run_study

if TYPE_CHECKING:
    from access15.outputs.documents.parts import Document


@dataclass(frozen=True, eq=False)
class Report:
    """A neighbourhood that was run, and what would help it.

    Parameters
    ----------
    run : Run
        The run, of this neighbourhood alone.
    area_id : str
        Which.
    aids : Aids
        The best place for one more hub, and for one more bench.
    """

    run: Run
    area_id: str
    aids: Aids

    def build(self, *, lang: Lang = "it") -> Document:
        """Put the four pages together, as parts that can be looked at.

        Parameters
        ----------
        lang : {"it", "en"}
            Language of the pages.

        Returns
        -------
        Document
            Headings, texts, tables and the map, in order.

        Raises
        ------
        ConfigError
            If the language is another one.
        """
        from access15.outputs.documents.report import build_report  # noqa: PLC0415 - of matplotlib

        check_lang(lang)
        return build_report(self.run, self.area_id, self.aids, lang)

    def write(self, folder: str | Path = "report", *, lang: Lang = "it") -> dict[str, Path]:
        """Write the four pages as a document to be edited and as a tagged PDF.

        Parameters
        ----------
        folder : str or Path
            Where; made when missing.
        lang : {"it", "en"}
            Language of the pages.

        Returns
        -------
        dict of str to Path
            Written files by name, both or neither.

        Raises
        ------
        ConfigError
            If the language is another one, or what writes documents is not installed.
        Access15Error
            If the folder cannot be written.
        """
        from access15.outputs.documents.report_files import write_report  # noqa: PLC0415 - of typst

        check_lang(lang)
        read = self.run.read_files
        return write_report(
            self.run, self.area_id, self.aids, Path(folder), lang=lang, read_files=read
        )


def report(
    area: str,
    *,
    study: Study | str | Path = "milano",
    now: datetime | None = None,
    progress: Progress | None = None,
    **options: Unpack[PlaceOptions],
) -> Report:
    """Find what four pages on a neighbourhood say: who is left out and why, and what would help.

    Parameters
    ----------
    area : str
        A neighbourhood of the study.
    study : Study, str or Path
        A study, its name, or its TOML file.
    now : datetime, optional
        Time of the run, with time zone, as for `access15.run`.
    progress : callable, optional
        Called with the name of each stage as it starts.
    **options
        As for `access15.run`: ``osm, graph, dem, facilities, seats, obstacles, at, offline,
        walkers, categories, cache`` and the others about places.

    Returns
    -------
    Report
        It writes itself.

    Raises
    ------
    ConfigError
        If something asked for does not exist, or what writes documents is not installed.
    Access15Error
        If any input cannot be used.
    """
    check_word()
    check_pdf()
    loaded = study if isinstance(study, Study) else load_study(study)
    asked = build_options(areas=[area], **options)
    done = run_study(asked.apply_to(loaded), asked, now=now, progress=progress)
    return Report(done, area, done.find_aids(area))
