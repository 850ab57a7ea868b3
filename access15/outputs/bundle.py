"""Everything a run writes, as one set: all of it or nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from access15.config import FORMATS, USUAL, Format, Grid, Lang, Study
from access15.files import check_inputs_stay, staged_outputs
from access15.outputs.pages.accessibility import STATEMENT_FILE, render_statement
from access15.outputs.pages.city import render_city
from access15.outputs.pages.folium_map import render_map
from access15.outputs.pages.index import render_index
from access15.outputs.pages.session import render_session
from access15.outputs.tables.city import (
    PAGE_FILE,
    RECORD_FILE,
    build_city_record,
    list_city_files,
    list_stale_parts,
    write_city_tables,
)
from access15.outputs.tables.crate import CRATE_FILE, build_crate
from access15.outputs.tables.provenance import build_provenance
from access15.outputs.tables.run import list_table_files, write_tables
from access15.results.aids import NO_AIDS, Aids
from access15.results.city import CityResult
from access15.results.prepared import SessionSites
from access15.results.run import RunResult


def list_run_files(
    study: Study, formats: Sequence[Format] = USUAL, *, has_cells: bool = False
) -> list[str]:
    """List the files that a run of a study writes."""
    pages = [f"{area.id}{end}.html" for area in study.areas for end in ("", "_session")]
    tables = list_table_files(formats, has_cells=has_cells)
    return [*pages, *tables, STATEMENT_FILE, "index.html", "run.json", CRATE_FILE]


def write_run(
    result: RunResult,
    folder: Path,
    *,
    lang: Lang = "it",
    tiles: bool = False,
    command: list[str],
    aids: Mapping[str, Aids],
    formats: Sequence[Format] = USUAL,
    grid: Grid | None = None,
) -> dict[str, Path]:
    """Write index, maps, tables and provenance of a run; tables of a format that an earlier run
    wrote and this one does not are removed once the new set is there.
    """
    pages = {area_id: f"{area_id}.html" for area_id in result.areas}
    sessions = {f"{area_id}_session": f"{area_id}_session.html" for area_id in result.areas}
    ours = [
        folder / name for name in list_run_files(result.study, formats, has_cells=grid is not None)
    ]
    stale = [path for path in _list_earlier(folder) if path not in ours]
    check_inputs_stay([*ours, *stale], result.read_files)
    result.complete()
    with staged_outputs(folder) as staging:
        for area_id, name in pages.items():
            beside = sessions[f"{area_id}_session"]
            page = render_map(result, area_id, lang=lang, tiles=tiles, session=beside)
            (staging / name).write_text(page, encoding="utf-8")
            bench = aids.get(area_id, NO_AIDS).bench
            sites = SessionSites(bench=bench.place if bench else None)
            session = render_session(result, area_id, lang=lang, sites=sites)
            (staging / beside).write_text(session, encoding="utf-8")
        tables = write_tables(result, staging, formats=formats, lang=lang, grid=grid)
        texts = ["index.html", *pages.values(), *sessions.values()]
        statement = render_statement(result, lang=lang, pages=texts)
        (staging / STATEMENT_FILE).write_text(statement, encoding="utf-8")
        index = render_index(
            result,
            lang=lang,
            files={
                **pages,
                **sessions,
                **{name: name for name in tables},
                **{name: name for name in (STATEMENT_FILE, "run.json", CRATE_FILE)},
            },
            aids=aids,
        )
        (staging / "index.html").write_text(index, encoding="utf-8")
        names = [*texts, *tables, STATEMENT_FILE, "run.json", CRATE_FILE]
        record = build_provenance(result, command=command, files=names)
        if grid is not None:
            record["grid"] = str(grid)
        _write_json(record, staging / "run.json")
        crate = build_crate(result, record, files=names[:-1], lang=lang)
        _write_json(crate, staging / CRATE_FILE)
    for path in stale:
        path.unlink(missing_ok=True)
    return {name: folder / name for name in names}


def _list_earlier(folder: Path) -> list[Path]:
    """Tables and layers that an earlier run says it wrote there: no file of somebody else's."""
    try:
        told = json.loads((folder / "run.json").read_text(encoding="utf-8"))["files"]
    except (OSError, ValueError, KeyError, TypeError):
        return []
    names = told if isinstance(told, list) else []
    return [folder / name for name in list_table_files(FORMATS, has_cells=True) if name in names]


def write_city(
    city: CityResult,
    folder: Path,
    *,
    lang: Lang = "it",
    command: list[str],
) -> dict[str, Path]:
    """Write page, tables, layers and provenance of a city; parts of zones that an earlier run
    counted and this one does not are removed once the new set is there.
    """
    check_inputs_stay([folder / name for name in list_city_files(city.study)], city.read_files)
    with staged_outputs(folder) as staging:
        names = write_city_tables(city, staging)
        page = render_city(city, folder, lang=lang)
        (staging / PAGE_FILE).write_text(page, encoding="utf-8")
        names += [PAGE_FILE, RECORD_FILE]
        record = build_city_record(city, command=command, files=names)
        _write_json(record, staging / RECORD_FILE)
    for path in list_stale_parts(folder, names):
        path.unlink(missing_ok=True)
    return {name: folder / name for name in names}


def _write_json(record: Any, path: Path) -> None:
    """Write a record as strict JSON."""
    text = json.dumps(record, ensure_ascii=False, indent=2, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8")
