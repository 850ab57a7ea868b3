"""What a comparison writes: tables, and session pages that open with its proposals."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from access15.config import Lang, Study
from access15.config.proposal import Proposal
from access15.files import check_inputs_stay, staged_outputs
from access15.outputs.pages.session import render_session
from access15.outputs.tables.cells import write_csv
from access15.results.run import RunResult
from access15.results.table import Table


def list_comparison_files(study: Study, tables: Sequence[Table]) -> list[str]:
    """List the files that a comparison may write."""
    pages = [f"{area.id}_compare.html" for area in study.areas]
    return [*(table.files[0] for table in tables), *pages]


def write_comparison(
    result: RunResult,
    proposals: Sequence[Proposal],
    frames: Sequence[tuple[Table, pd.DataFrame]],
    folder: Path,
    *,
    lang: Lang,
    read_files: Sequence[Path] = (),
) -> dict[str, Path]:
    """Write the tables of a comparison and a page for each neighbourhood."""
    own = list_comparison_files(result.study, [table for table, _ in frames])
    check_inputs_stay([folder / name for name in own], (*result.read_files, *read_files))
    names: list[str] = []
    with staged_outputs(folder) as staging:
        for table, frame in frames:
            names.append(write_csv(frame, table, staging))
        for area_id in dict.fromkeys(one.area for one in proposals):
            here = [one for one in proposals if one.area == area_id]
            page = render_session(result, area_id, lang=lang, proposals=here)
            names.append(f"{area_id}_compare.html")
            (staging / names[-1]).write_text(page, encoding="utf-8")
    return {name: folder / name for name in names}
