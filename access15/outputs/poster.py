"""The poster: one printed sheet of a neighbourhood, and the key by which a photograph of it is read.

matplotlib draws it; the pages on screen are made elsewhere.
"""

from __future__ import annotations

import io
import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import matplotlib as mpl
import numpy as np
import shapely
from pyproj import Transformer

from access15.config import Lang
from access15.errors import ConfigError, InputDataError
from access15.files import staged_outputs
from access15.outputs.facts import HUB
from access15.outputs.findings import Findings
from access15.outputs.hours import tell_moment
from access15.outputs.layers import check_output_file
from access15.outputs.legend import choose_profile, tell_sources
from access15.outputs.poster_map import NewPlace, collect_bands, draw_ground, draw_labels
from access15.outputs.poster_panels import (
    Headline,
    count_rows,
    draw_code,
    draw_head,
    draw_markers,
    draw_scale,
    draw_side,
    draw_sources,
    draw_strip,
    qr_box,
    qr_text,
)
from access15.outputs.poster_pen import INK, Pen
from access15.outputs.poster_places import choose_places
from access15.outputs.poster_sheet import PAPER_MM, Box, MapScale, PaperSize, Sheet, choose_sheet
from access15.outputs.poster_text import plain_text
from access15.outputs.texts import format_cutoff, format_date, format_number, format_of_hundred, format_pace, say
from access15.results import RunResult

KEY_FORMAT: Final = "access15-poster"
KEY_VERSION: Final = 1
ENDINGS: Final = (".pdf", ".png", ".svg")
_SOURCE_SIGNS: Final = 400
_LETTERS: Final = "ABCDEFGHIJ"
_PNG_DPI: Final = 200
_AROUND_M: Final = 80.0
_BAND_REACH_M: Final = 500.0  # bands are followed so far out of the neighbourhood


@dataclass(frozen=True)
class PosterProposal:
    """What a poster shows of a proposal.

    Parameters
    ----------
    id, name : str
        Id and name of the proposal.
    covered_share_after : float
        Share of the headline's group that gets there within the longest cutoff, 0 to 1; NaN where unknown.
    places : tuple of (float, float, str, str)
        Longitude, latitude [degrees], name and kind in words of what it adds or moves.
    service_areas : tuple of shapely geometry
        Ground from which the target is then reached, one per cutoff, in the study's CRS [m]; the last is drawn as
        an outline over today's bands.
    """

    id: str
    name: str
    covered_share_after: float
    places: tuple[tuple[float, float, str, str], ...] = ()
    service_areas: tuple[shapely.Geometry, ...] = ()


def draw_poster(
    result: RunResult,
    area_id: str,
    path: Path,
    *,
    profile: str = "",
    target: str = HUB,
    size: PaperSize = "A3",
    lang: Lang = "it",
    proposal: PosterProposal | None = None,
) -> dict[str, Path]:
    """Draw the poster of a neighbourhood and write the key to read photographs of it.

    Parameters
    ----------
    result : RunResult
        A finished run.
    area_id : str
        One of its areas.
    path : Path
        Picture to make: ``.pdf``, ``.png`` or ``.svg``. The key goes beside it, ending in ``.json``.
    profile : str
        Who walks; by default who the headline's group walks as.
    target : str
        ``"hub"``, a hub's facility id or a category.
    size : {"A2", "A3", "A4"}
        Paper; landscape or portrait as the neighbourhood's shape asks.
    lang : {"it", "en"}
        Language.
    proposal : PosterProposal, optional
        A proposal to show beside today.

    Returns
    -------
    dict of str to Path
        ``poster`` and ``key``.

    Raises
    ------
    ConfigError
        If the run has no such area, profile or target.
    InputDataError
        If the file name ends otherwise.
    Access15Error
        If the files cannot be written.
    """
    check_poster_path(path)
    findings = _find(result, area_id, lang)
    profile = profile or choose_profile(result)
    _check(findings, profile, target)
    bands = collect_bands(findings, profile, target)
    after = None if proposal is None or not proposal.service_areas else proposal.service_areas[-1]
    sheet, scale = choose_sheet(_bounds(findings, [*bands, *([] if after is None else [after])]), size)
    paper = _Paper(findings, sheet, scale, profile, target, proposal)
    picture = _draw(paper, bands, after, path.suffix.lower())
    key = build_key(findings, sheet, scale, profile=profile, target=target, proposal=proposal.id if proposal else "")
    files = {"poster": path, "key": path.with_suffix(".json")}
    with staged_outputs(path.parent) as folder:
        (folder / path.name).write_bytes(picture)
        text = json.dumps(key, ensure_ascii=False, indent=1) + "\n"
        (folder / files["key"].name).write_bytes(text.encode("utf-8"))
    return files


def check_poster_path(path: Path) -> None:
    """Refuse a file name that no poster is written to, before any work is done.

    Parameters
    ----------
    path : Path
        Picture to make.

    Raises
    ------
    InputDataError
        If it ends otherwise, is a folder, or lies below a file.
    """
    check_output_file(path, endings=ENDINGS)
    if path.with_suffix(".json").is_dir():
        raise InputDataError(f"{path.with_suffix('.json')} is a folder; the poster's key is written there: rename one")


def _find(result: RunResult, area_id: str, lang: Lang) -> Findings:
    if area_id not in result.areas:
        raise ConfigError(f"area {area_id!r} is not in this run; there are {', '.join(result.areas)}")
    return Findings(result, area_id, lang)


def _check(findings: Findings, profile: str, target: str) -> None:
    if profile not in findings.result.profiles:
        raise ConfigError(f"profile {profile!r} is not in this run; there are {', '.join(findings.result.profiles)}")
    known = dict.fromkeys([HUB, *findings.area.area.hubs, *(one.id for one in findings.targets())])
    if target not in known:
        raise ConfigError(f"target {target!r} is not in this run; there are {', '.join(known)}")


def _bounds(findings: Findings, bands: list[shapely.Geometry]) -> tuple[float, float, float, float]:
    """Neighbourhood, and the bands as far as they reach out of it a little."""
    zone = shapely.box(*shapely.total_bounds(findings.area.zones.geometry.to_numpy()))
    seen = [zone, *(shapely.intersection(band, zone.buffer(_BAND_REACH_M, join_style="mitre")) for band in bands)]
    west, south, east, north = shapely.total_bounds(np.array(seen, dtype=object))
    return west - _AROUND_M, south - _AROUND_M, east + _AROUND_M, north + _AROUND_M


@dataclass(frozen=True, eq=False)
class _Paper:
    findings: Findings
    sheet: Sheet
    scale: MapScale
    profile: str
    target: str
    proposal: PosterProposal | None


def _draw(paper: _Paper, bands: list[shapely.Geometry], after: shapely.Geometry | None, ending: str) -> bytes:
    findings, sheet, scale, proposal = paper.findings, paper.sheet, paper.scale, paper.proposal
    pen, lang = Pen(sheet), findings.lang
    new = _new_places(findings, scale, proposal)
    rows = max(4, count_rows(sheet) - min(len(new), len(_LETTERS)))
    places, table = choose_places(findings, paper.target, scale.bounds_m, rows=rows)
    with mpl.rc_context(_STYLE):
        draw_ground(pen, findings, scale, bands, after)
        draw_labels(pen, findings, scale, bands, places=places, new=new)
        pen.box(sheet.map, edge=INK, width_mm=0.5)
        draw_head(pen, _headline(findings, paper.profile, paper.target, proposal))
        draw_side(pen, findings, paper.profile, paper.target, rows=table, new=new, has_outline=after is not None)
        draw_scale(pen, scale, lang)
        named = "" if proposal is None else proposal.id
        draw_code(pen, qr_text(findings.result.study.id, findings.area.area.id, named))
        draw_strip(pen, lang)
        draw_sources(pen, _sources(findings))
        draw_markers(pen)
        return _save(pen, ending, findings)


def _sources(findings: Findings) -> list[tuple[str, str]]:
    """Streets, residents, places and when it was computed; none so long that another finds no room."""
    lang = findings.lang
    told = [(plain_text(head, lang), _cut(plain_text(text, lang, limit=2000))) for head, text in tell_sources(findings)]
    return [told[-1], *told[:-1]]


def _cut(text: str) -> str:
    return text if len(text) <= _SOURCE_SIGNS else text[:_SOURCE_SIGNS].rpartition(" ")[0] + " …"


_STYLE: Final[Any] = {
    "pdf.fonttype": 42,
    "svg.fonttype": "path",
    "svg.hashsalt": "access15",
    "text.parse_math": False,
    "text.usetex": False,
}


def _save(pen: Pen, ending: str, findings: Findings) -> bytes:
    created, buffer = findings.result.created, io.BytesIO()
    title = f"{findings.area.area.name} ({findings.result.study.id})"
    metadata: dict[str, dict[str, Any]] = {
        ".pdf": {"Title": title, "Creator": "access15", "Producer": "access15", "CreationDate": created},
        ".svg": {"Title": title, "Creator": "access15", "Date": created.isoformat()},
        ".png": {"Software": "access15"},
    }
    pen.figure.savefig(buffer, format=ending[1:], dpi=_PNG_DPI, metadata=metadata[ending])
    return buffer.getvalue()


def _new_places(findings: Findings, scale: MapScale, proposal: PosterProposal | None) -> list[NewPlace]:
    if proposal is None or not proposal.places:
        return []
    to_crs = Transformer.from_crs("EPSG:4326", findings.area.network.crs, always_xy=True)
    west, south, east, north = scale.bounds_m
    found: list[NewPlace] = []
    for lon, lat, name, kind in proposal.places:
        x, y = to_crs.transform(lon, lat)
        if west < x < east and south < y < north:
            sign = _LETTERS[len(found)] if len(found) < len(_LETTERS) else "+"
            text, what = plain_text(name, findings.lang), plain_text(kind, findings.lang)
            text = f"{text} ({what})" if what else text
            found.append(NewPlace(sign, text, float(x), float(y)))
    return found


def _headline(findings: Findings, profile: str, target: str, proposal: PosterProposal | None) -> Headline:
    lang, last = findings.lang, findings.covered(profile, target)[-1]
    cutoff = format_cutoff(last.cutoff_min, lang)
    notes = [(_tell_pace(findings, profile), 16.0)]
    if proposal is not None and not math.isnan(proposal.covered_share_after):
        after = format_of_hundred(proposal.covered_share_after, lang)
        told = say("poster_proposal", lang, name=plain_text(proposal.name, lang, limit=60), n=after)
        notes.insert(0, (told, 19.0))
    first = say("poster_hundred", lang, who=plain_text(findings.who(), lang))
    lines: tuple[str, ...] = (say("poster_unknown", lang, cutoff=cutoff),)
    if not findings.is_known(profile, target):
        reason = plain_text(findings.tell_unknown(profile, target), lang)
        notes.insert(0, (reason[:1].upper() + reason[1:], 14.0))
    n: int | None = None
    n_after: int | None = None
    if findings.is_known(profile, target) and not math.isnan(last.share):
        told = format_of_hundred(last.share, lang)
        lines = (first, say("poster_arrives" if told == "1" else "poster_arrive", lang, n=told, cutoff=cutoff))
        notes.append((_tell_data(findings, last.covered, last.people), 12.5))
        n, n_after = _dots(last.share), None if proposal is None else _dots(proposal.covered_share_after)
    return Headline(_title(findings, target), lines, tuple(notes), n, n_after)


def _dots(share: float) -> int | None:
    return None if math.isnan(share) else math.floor(100 * share + 0.5)


def _title(findings: Findings, target: str) -> str:
    lang, area = findings.lang, plain_text(findings.area.area.name, findings.lang, limit=60)
    names = {hub: plain_text(name, lang) for hub, name in findings.hub_names().items()}
    if target == HUB and len(names) == 1:
        target = next(iter(names))
    if target == HUB:
        title = say("poster_to_hub", lang, area=area)
    elif target in names:
        title = say("poster_to_named", lang, area=area, name=names[target])
    else:
        kind = plain_text(findings.result.categories[target].label.in_lang(lang), lang)
        title = say("poster_to_nearest", lang, area=area, name=kind)
    at = findings.result.at
    return title if at is None else f"{title}, {tell_moment(at, lang)}"


def _tell_pace(findings: Findings, profile: str) -> str:
    walker, lang = findings.result.profiles[profile], findings.lang
    who = plain_text(walker.who.in_lang(lang), lang)
    return say("poster_pace", lang, who=who, pace=format_pace(walker, lang))


def _tell_data(findings: Findings, covered: float, people: float) -> str:
    lang, info, population = findings.lang, findings.area.network_info, findings.result.study.population
    name = say("network_sketch", lang) if info.kind == "sketch" else plain_text(info.name, lang, limit=60)
    streets = ", ".join(part for part in (name, plain_text(info.date, lang)) if part)
    return say(
        "poster_data",
        lang,
        covered=format_number(covered, lang),
        people=format_number(people, lang),
        who=plain_text(findings.who(), lang),
        year="" if population.year is None else say("population_year", lang, year=population.year),
        network=streets,
        date=format_date(findings.result.created, lang).split(",")[0],
    )


def build_key(
    findings: Findings, sheet: Sheet, scale: MapScale, *, profile: str, target: str, proposal: str
) -> dict[str, Any]:
    """Write down all that is needed to read a photograph of the sheet.

    Parameters
    ----------
    findings : Findings
        The numbers of one area.
    sheet : Sheet
        The sheet.
    scale : MapScale
        The way to the sheet.
    profile, target, proposal : str
        Who walks, where to, and the id of the proposal or nothing.

    Returns
    -------
    dict
        What JSON holds: millimetres of the printed sheet from its upper left corner, right and down.
    """
    factor, paper = sheet.factor, PAPER_MM[sheet.size]
    study, area = findings.result.study.id, findings.area.area.id
    return {
        "format": KEY_FORMAT,
        "version": KEY_VERSION,
        "study": study,
        "area": area,
        "network": findings.area.network_hash,
        "proposal": proposal,
        "profile": profile,
        "category": target,
        "cutoffs_min": [float(cutoff) for cutoff in findings.result.cutoffs_min],
        "lang": findings.lang,
        "created": findings.result.created.isoformat(),
        "code": qr_text(study, area, proposal),
        "size": sheet.size,
        "sheet_mm": list(paper if sheet.is_lying else paper[::-1]),
        "markers": [{"id": i, "box_mm": _printed(box, factor)} for i, box in enumerate(sheet.markers)],
        "map_mm": _printed(sheet.map, factor),
        "code_mm": _printed(qr_box(sheet), factor),
        "crs": str(findings.area.network.crs),
        "to_crs": list(scale.affine(factor)),
    }


def _printed(box: Box, factor: float) -> list[float]:
    return [round(value * factor, 4) for value in box]
