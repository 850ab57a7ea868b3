"""What a comparison writes: tables, and session pages that open with its proposals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from access15.config import Lang
from access15.config.proposal import Proposal
from access15.files import staged_outputs
from access15.outputs.session_map import render_session
from access15.outputs.tables import format_csv
from access15.results import RunResult


def write_comparison(
    result: RunResult, proposals: Sequence[Proposal], tables: Mapping[str, pd.DataFrame], folder: Path, *, lang: Lang
) -> dict[str, Path]:
    """Write the tables of a comparison and a page for each neighbourhood.

    Parameters
    ----------
    result : RunResult
        Today.
    proposals : sequence of Proposal
        What is compared with it.
    tables : mapping of str to DataFrame
        Tables by file name.
    folder : Path
        Where; made when missing.
    lang : {"it", "en"}
        Language the pages open in.

    Returns
    -------
    dict of str to Path
        Written files by name.

    Raises
    ------
    Access15Error
        If the folder cannot be written; what was there before is untouched.
    """
    names = list(tables)
    with staged_outputs(folder) as staging:
        for name, table in tables.items():
            (staging / name).write_bytes(format_csv(table).encode("utf-8"))
        for area_id in dict.fromkeys(one.area for one in proposals):
            own = [one for one in proposals if one.area == area_id]
            page = render_session(result, area_id, lang=lang, proposals=own)
            names.append(f"{area_id}_compare.html")
            (staging / names[-1]).write_text(page, encoding="utf-8")
    return {name: folder / name for name in names}
