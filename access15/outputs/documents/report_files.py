"""The four pages of a neighbourhood as files: a document to be edited, and a tagged PDF."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from access15.config import Lang
from access15.files import check_inputs_stay, staged_outputs
from access15.outputs.documents.pdf import fit_pages, write_pdf
from access15.outputs.documents.report import build_report
from access15.outputs.documents.word import write_word
from access15.results.aids import Aids
from access15.results.run import RunResult

_WRITERS: Final = {"docx": write_word, "pdf": write_pdf}


def list_report_files(area_id: str) -> tuple[str, ...]:
    """Names of the files of a neighbourhood."""
    return tuple(f"{area_id}_report.{ending}" for ending in _WRITERS)


def write_report(
    result: RunResult,
    area_id: str,
    aids: Aids,
    folder: Path,
    *,
    lang: Lang = "it",
    read_files: Sequence[Path] = (),
) -> dict[str, Path]:
    """Write both files, or neither."""
    names = list_report_files(area_id)
    check_inputs_stay([folder / name for name in names], read_files)
    document = fit_pages(build_report(result, area_id, aids, lang))
    made = {name: _WRITERS[name.rpartition(".")[2]](document) for name in names}
    with staged_outputs(folder) as staging:
        for name, data in made.items():
            (staging / name).write_bytes(data)
    return {name: folder / name for name in made}
