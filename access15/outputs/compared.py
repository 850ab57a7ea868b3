"""What a comparison writes: tables, documents, and session pages that open with its proposals."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pandas as pd

from access15.config import ComparisonFormat, Lang, Study
from access15.files import check_inputs_stay, staged_outputs
from access15.outputs.pages.session import render_session
from access15.outputs.tables.cells import write_csv
from access15.results.compared import AreaComparison
from access15.results.run import RunResult
from access15.results.schema import COMPARE, COMPARE_CHANGES, COMPARE_STREETS

_TABLES: Final = (COMPARE, COMPARE_STREETS, COMPARE_CHANGES)
_DOCUMENTS: Final[tuple[ComparisonFormat, ...]] = ("docx", "pptx")


def list_comparison_files(study: Study, formats: Sequence[ComparisonFormat]) -> list[str]:
    """List the files that a comparison may write."""
    tables = [table.files[0] for table in _TABLES] if "csv" in formats else []
    endings = ["html", *(one for one in _DOCUMENTS if one in formats)]
    return [*tables, *(f"{area.id}_compare.{end}" for area in study.areas for end in endings)]


def write_comparison(
    result: RunResult,
    compared: Sequence[AreaComparison],
    folder: Path,
    *,
    lang: Lang,
    formats: Sequence[ComparisonFormat],
    read_files: Sequence[Path] = (),
) -> dict[str, Path]:
    """Write the tables of a comparison, and a page and documents for each neighbourhood."""
    own = list_comparison_files(result.study, formats)
    check_inputs_stay([folder / name for name in own], (*result.read_files, *read_files))
    names: list[str] = []
    with staged_outputs(folder) as staging:
        if "csv" in formats:
            frames = [(one.coverage, one.streets, one.changes) for one in compared]
            for table, parts in zip(_TABLES, zip(*frames, strict=True), strict=True):
                names.append(write_csv(pd.concat(parts, ignore_index=True), table, staging))
        for area_id in dict.fromkeys(one.proposal.area for one in compared):
            here = [one for one in compared if one.proposal.area == area_id]
            page = render_session(
                result, area_id, lang=lang, proposals=[one.proposal for one in here]
            )
            names.append(f"{area_id}_compare.html")
            (staging / names[-1]).write_text(page, encoding="utf-8")
            for ending, data in _write_documents(result, area_id, here, lang, formats).items():
                names.append(f"{area_id}_compare.{ending}")
                (staging / names[-1]).write_bytes(data)
    return {name: folder / name for name in names}


def _write_documents(
    result: RunResult,
    area_id: str,
    compared: Sequence[AreaComparison],
    lang: Lang,
    formats: Sequence[ComparisonFormat],
) -> dict[ComparisonFormat, bytes]:
    """Documents of a neighbourhood by their ending; their libraries are loaded if asked for."""
    if not set(formats) & set(_DOCUMENTS):
        return {}
    from access15.outputs.documents.verdict import build_verdict  # noqa: PLC0415 - draws with matplotlib

    verdict = build_verdict(result, area_id, compared, lang)
    written: dict[ComparisonFormat, bytes] = {}
    if "docx" in formats:
        from access15.outputs.documents.word import write_word  # noqa: PLC0415 - an extra

        written["docx"] = write_word(verdict)
    if "pptx" in formats:
        from access15.outputs.documents.slides import write_slides  # noqa: PLC0415 - an extra

        written["pptx"] = write_slides(verdict)
    return written
