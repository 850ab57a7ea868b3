"""The best places as tables, layers, and proposals that session pages and ``compare`` open."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from access15.config import Lang, Study
from access15.config.proposal import FORMAT, MAX_ID, VERSION
from access15.files import check_inputs_stay, staged_outputs
from access15.outputs.pages.sites import is_page_of, render_sites
from access15.outputs.tables.cells import write_csv
from access15.outputs.tables.layers import write_layer
from access15.outputs.tables.site_layers import write_site_package
from access15.outputs.words.numbers import format_count
from access15.outputs.words.sites import describe_why
from access15.outputs.words.texts import clean_text, say
from access15.outputs.words.voice import choose_voice_of_methods
from access15.results.schema import (
    SITE_ALTERNATIVES,
    SITE_CURVE,
    SITE_LEFT_OUT,
    SITE_STREETS,
    SITES,
)
from access15.results.siting import SiteFindings
from access15.results.table import Table

SITE_FILES = (
    *(*SITE_CURVE.files, *SITES.files),
    *(*SITE_ALTERNATIVES.files, *SITE_STREETS.files),
    *(*SITE_LEFT_OUT.files, SITES.package),
)


_BEST = "best-"


def list_site_files(study: Study, n: int) -> list[str]:
    """List the files that the best places of a study may be written to, up to `n` of them."""
    proposals = [name_proposal(area.id, k) for area in study.areas for k in range(n + 1)]
    return [*SITE_FILES, *(name_page(area.id) for area in study.areas), *proposals]


def name_page(area: str) -> str:
    """Name of the page of the best places in a neighbourhood."""
    return f"{area}_sites.html"


def name_proposal(area: str, n: int) -> str:
    """Name of the file that proposes so many places in a neighbourhood."""
    return f"{area}_{n}.geojson"


def write_site_findings(
    findings: SiteFindings,
    folder: Path,
    *,
    lang: Lang = "it",
) -> dict[str, Path]:
    """Write the curve, the sites, what would do as well, and proposals, all of it or nothing."""
    choices = _list_changes(findings)
    proposals = [name_proposal(str(area), int(n)) for (area, n), _ in choices]
    pages = {name_page(area): area for area in findings.run.areas}
    check_inputs_stay(
        [folder / name for name in (*SITE_FILES, *pages, *proposals)],
        findings.read_files,
    )
    names: list[str] = []
    findings = _add_why(findings, lang)
    with staged_outputs(folder) as staging:
        names.append(write_csv(findings.curve, SITE_CURVE, staging))
        for table, frame in ((SITES, findings.sites), (SITE_ALTERNATIVES, findings.alternatives)):
            names.append(write_csv(frame, table, staging))
            names.append(_write_points(frame, table, staging, findings))
        names.append(write_csv(findings.streets, SITE_STREETS, staging))
        names.append(write_csv(findings.left_out, SITE_LEFT_OUT, staging))
        names.append(write_site_package(findings, staging, lang=lang))
        for name, of_area in pages.items():
            page = render_sites(findings, of_area, lang=lang)
            (staging / name).write_text(page, encoding="utf-8")
            names.append(name)
        for name, ((area, n), rows) in zip(proposals, choices, strict=True):
            made = build_proposal(findings, str(area), int(n), pd.DataFrame(rows), lang=lang)
            text = json.dumps(made, ensure_ascii=False, indent=1, allow_nan=False)
            (staging / name).write_text(text + "\n", encoding="utf-8")
            names.append(name)
    remove_old_proposals(findings, folder, keep=set(names))
    _remove_old_pages(findings, folder, keep=set(names))
    return {name: folder / name for name in names}


def _list_changes(findings: SiteFindings) -> list[tuple[tuple[Any, Any], pd.DataFrame]]:
    """Choices that change anything, by neighbourhood and number of places."""
    choices = findings.sites.groupby(["area", "n_sites"], sort=False)
    return [(key, rows) for key, rows in choices if (rows["change"] != "stays").any()]


def remove_old_proposals(findings: SiteFindings, folder: Path, *, keep: set[str]) -> None:
    """Remove proposals of an earlier search of this study, which would look like the new ones.

    Only files of these names that say themselves to be such a proposal.
    """
    read = {path.resolve() for path in findings.read_files}
    for path in sorted(folder.glob("*_*.geojson")):
        if path.name not in keep and path.resolve() not in read and _is_ours(path, findings):
            path.unlink(missing_ok=True)


def _remove_old_pages(findings: SiteFindings, folder: Path, *, keep: set[str]) -> None:
    """Remove pages of an earlier search of this study, of neighbourhoods not asked about now."""
    for path in sorted(folder.glob(name_page("*"))):
        is_old = path.name not in keep and path.is_file()
        if is_old and is_page_of(path.read_text(encoding="utf-8", errors="replace"), findings):
            path.unlink(missing_ok=True)


def _is_ours(path: Path, findings: SiteFindings) -> bool:
    """Whether a file is a proposal that a search of this study wrote."""
    area, _, number = path.stem.rpartition("_")
    if not number.isdecimal():
        return False
    try:
        head = json.loads(path.read_bytes())["access15"]
        ids = [one["id"] for one in head["proposals"]]
        return bool(
            (head["format"], head["study"], head["area"], ids)
            == (FORMAT, findings.study_id, area, [f"{_BEST}{int(number)}"])
        )
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _add_why(findings: SiteFindings, lang: Lang) -> SiteFindings:
    """Sites with a sentence why."""
    voice = choose_voice_of_methods(findings.curve["method"], lang)
    rows = findings.sites.to_dict("records")
    why = pd.Series([describe_why(findings, row, voice) for row in rows], dtype=object)
    return replace(findings, sites=findings.sites.assign(why=why.to_numpy()))


def _write_points(
    frame: gpd.GeoDataFrame,
    table: Table,
    folder: Path,
    findings: SiteFindings,
) -> str:
    """Write a layer of points and name its file; JSON knows no infinity."""
    name = table.files[-1]
    known = frame.replace([np.inf, -np.inf], np.nan)
    write_layer(gpd.GeoDataFrame(known), folder / name, name=table.name, now=findings.created)
    return name


def build_proposal(
    findings: SiteFindings,
    area: str,
    n: int,
    rows: pd.DataFrame,
    *,
    lang: Lang,
) -> dict[str, Any]:
    """A choice of places as a file of one proposal (`data/proposal.schema.json`)."""
    kind = clean_text(findings.service.in_lang(lang), lang, limit=80)
    number = f"{_BEST}{n}"[:MAX_ID]
    head = {
        "format": FORMAT,
        "version": VERSION,
        "study": findings.study_id,
        "area": area,
        "network": findings.networks[area],
        "created": findings.created.isoformat(timespec="seconds"),
        "profile": findings.profile.id,
        "category": findings.category,
        "cutoffs_min": [findings.cutoff_min],
        "at": None if findings.at is None else findings.at.strftime("%Y-%m-%d %H:%M"),
        "proposals": [{"id": number, "name": _name_choice(n, kind, lang), "votes": 0}],
    }
    changes = [row for row in rows.to_dict("records") if row["change"] != "stays"]
    features = [_build_change(row, number, findings.category, kind, lang=lang) for row in changes]
    head = {key: value for key, value in head.items() if value is not None}
    return {"type": "FeatureCollection", "access15": head, "features": features}


def _name_choice(n: int, kind: str, lang: Lang) -> str:
    """Name a choice of so many more places."""
    if n == 0:
        return say("sites_proposal_none", lang, kind=kind)
    return format_count("sites_proposal", n, lang, kind=kind)


def _build_change(
    row: dict[Any, Any], proposal: str, category: str, kind: str, *, lang: Lang
) -> dict[str, Any]:
    """A new place, or one of today that leaves, as a feature of a proposal."""
    feature = {
        "type": "Feature",
        "id": f"site-{row['site']}",
        "geometry": {"type": "Point", "coordinates": [row["lon"], row["lat"]]},
    }
    if row["change"] == "leaves":
        gone = {"change": "remove_facility", "facility_id": row["candidate"]}
        return {**feature, "properties": {"proposal": proposal, **gone}}
    new = {
        "change": "add_facility",
        "name": say("sites_new", lang, kind=kind, n=row["site"]),
        "category": category,
    }
    return {**feature, "properties": {"proposal": proposal, **new}}
