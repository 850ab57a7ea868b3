"""The poster: one printed sheet of a neighbourhood, and the key by which a photograph of it is
read.

matplotlib draws it; the pages on screen are made elsewhere.
"""

from __future__ import annotations

import io
import json
import math
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import matplotlib as mpl
import numpy as np
import shapely

from access15.config import Lang
from access15.errors import ConfigError, OutputError
from access15.files import staged_outputs
from access15.outputs.pages.typeface import FAMILY, write_faces
from access15.outputs.poster.ground import collect_bands, draw_ground
from access15.outputs.poster.key import build_key, draw_code, draw_markers, qr_text
from access15.outputs.poster.panels import (
    draw_head,
    draw_scale,
    draw_sources,
    draw_strip,
    measure_sources,
)
from access15.outputs.poster.pen import INK, Pen
from access15.outputs.poster.places import choose_places
from access15.outputs.poster.proposal import PosterProposal, list_new_places
from access15.outputs.poster.sheet import MapScale, PaperSize, Sheet, choose_sheet
from access15.outputs.poster.side import count_rows, draw_side
from access15.outputs.poster.signs import draw_labels
from access15.outputs.poster.text import BESIDE, OWN
from access15.outputs.poster.words import build_headline, list_credits
from access15.outputs.tables.layers import check_output_file
from access15.outputs.words.facts import HUB
from access15.outputs.words.findings import Findings
from access15.outputs.words.legend import choose_profile
from access15.outputs.words.texts import clean_text
from access15.remarks import Remark
from access15.results.run import RunResult

ENDINGS: Final = (".pdf", ".png", ".svg")
_PNG_DPI: Final = 200
_AROUND_M: Final = 80.0
# what is written in, as matplotlib names it, and as an SVG does
_KNOWN_HERE: Final = f"font-family: '{OWN}', '{BESIDE}'".encode()
_KNOWN_THERE: Final = f"font-family: '{FAMILY}', 'DejaVu Sans', sans-serif".encode()
_NO_PROPOSAL: Final = PosterProposal("", "", math.nan)
_BAND_REACH_M: Final = 500.0  # bands are followed so far out of the neighbourhood


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
    """Draw the poster of a neighbourhood and write the key to read photographs of it."""
    check_poster_path(path)
    findings = find_area(result, area_id, lang)
    profile = profile or choose_profile(result)
    check_asked(findings, profile, target)
    bands = collect_bands(findings, profile, target)
    after = None
    if proposal is not None and proposal.service_areas:
        after = proposal.service_areas[-1]
    sources = list_credits(findings)
    source_mm = (
        measure_sources(sources, size, is_lying=True),
        measure_sources(sources, size, is_lying=False),
    )
    shown = bands if after is None else [*bands, after]
    sheet, scale = choose_sheet(find_bounds(findings, shown), size, source_mm=source_mm)
    paper = _Paper(findings, sheet, scale, profile, target, proposal, sources)
    key = build_key(
        findings,
        sheet,
        scale,
        profile=profile,
        target=target,
        proposal=proposal.id if proposal else "",
    )
    picture = _draw(paper, bands, after, path.suffix.lower())
    files = {"poster": path, "key": find_key_path(path)}
    with staged_outputs(path.parent) as folder:
        (folder / path.name).write_bytes(picture)
        text = json.dumps(key, ensure_ascii=False, indent=1) + "\n"
        (folder / files["key"].name).write_bytes(text.encode("utf-8"))
    return files


def find_key_path(path: Path) -> Path:
    """Where the key of a poster is written."""
    return path.with_suffix(".json")


def check_poster_path(path: Path, *, has_key: bool = True) -> None:
    """Refuse a file name that no poster is written to, before any work is done."""
    check_output_file(path, endings=ENDINGS)
    key = find_key_path(path)
    if has_key and key.is_dir():
        raise OutputError(Remark("key_is_folder", path=key))


def find_area(
    result: RunResult,
    area_id: str,
    lang: Lang,
) -> Findings:
    """The numbers of one area, or which areas there are."""
    if area_id not in result.areas:
        raise ConfigError(Remark("no_area_here", area=area_id, known=tuple(result.areas)))
    return Findings(result, area_id, lang)


def check_asked(
    findings: Findings,
    profile: str,
    target: str,
) -> None:
    """Make sure that the run knows the walker and what is walked to."""
    if profile not in findings.result.profiles:
        known_walkers = tuple(findings.result.profiles)
        raise ConfigError(Remark("no_profile_here", profile=profile, known=known_walkers))
    targets = [one.id for one in findings.targets()]
    known = dict.fromkeys([HUB, *findings.area.area.hubs, *targets])
    if target not in known:
        raise ConfigError(Remark("no_target_here", target=target, known=tuple(known)))


def find_bounds(
    findings: Findings, bands: list[shapely.Geometry]
) -> tuple[float, float, float, float]:
    """Neighbourhood, and the bands as far as they reach out of it a little."""
    zone = shapely.box(*shapely.total_bounds(findings.area.zones.geometry.to_numpy()))
    around = zone.buffer(_BAND_REACH_M, join_style="mitre")
    seen = [zone, *(shapely.intersection(band, around) for band in bands)]
    west, south, east, north = shapely.total_bounds(np.array(seen, dtype=object))
    return west - _AROUND_M, south - _AROUND_M, east + _AROUND_M, north + _AROUND_M


@dataclass(frozen=True, eq=False)
class _Paper:
    """What is to be drawn, and where."""

    findings: Findings
    sheet: Sheet
    scale: MapScale
    profile: str
    target: str
    proposal: PosterProposal | None
    sources: list[tuple[str, str]]


def _draw(
    paper: _Paper,
    bands: list[shapely.Geometry],
    after: shapely.Geometry | None,
    ending: str,
) -> bytes:
    """Draw all parts of the sheet, from the ground upwards."""
    findings, scale = paper.findings, paper.scale
    proposal = paper.proposal or _NO_PROPOSAL
    pen, lang = Pen(paper.sheet), findings.lang
    new = list_new_places(findings, scale, paper.proposal)
    rows = count_rows(paper.sheet, new)
    places, table = choose_places(
        findings, paper.target, scale.bounds_m, rows=rows, gone=proposal.gone
    )
    with styled():
        draw_ground(pen, findings, scale, bands, after)
        n_lost = draw_labels(pen, findings, scale, bands, places=places, new=new)
        pen.box(paper.sheet.map, edge=INK, width_mm=0.5)
        draw_head(pen, build_headline(findings, paper.profile, paper.target, paper.proposal))
        draw_side(
            pen,
            findings,
            paper.profile,
            paper.target,
            rows=table,
            new=new,
            n_lost=n_lost,
            after=proposal.covered_after,
            has_outline=after is not None,
        )
        draw_scale(pen, scale, lang)
        code = qr_text(findings.result.study.id, findings.area.area.id, proposal.id)
        draw_code(pen, code)
        draw_strip(pen, lang)
        draw_sources(pen, paper.sources)
        draw_markers(pen)
        return save_picture(pen, ending, findings)


_STYLE: Final[Any] = {
    "pdf.fonttype": 42,
    "svg.fonttype": "none",
    "svg.hashsalt": "access15",
    "text.hinting": "none",
    "text.parse_math": False,
    "text.usetex": False,
}


def styled() -> AbstractContextManager[None]:
    """What text and files of a sheet have in common, while it is drawn and saved."""
    return mpl.rc_context(_STYLE)


def save_picture(
    pen: Pen,
    ending: str,
    findings: Findings,
) -> bytes:
    """The picture as a file of that ending, with the date of the run rather than of today."""
    created, buffer = findings.result.created, io.BytesIO()
    name = clean_text(findings.area.area.name, findings.lang)
    title = f"{name} ({findings.result.study.id})"
    metadata: dict[str, dict[str, Any]] = {
        ".pdf": {
            "Title": title,
            "Creator": "access15",
            "Producer": "access15",
            "CreationDate": created,
        },
        ".svg": {
            "Title": title,
            "Creator": "access15",
            "Date": created.isoformat(),
        },
        ".png": {"Software": "access15"},
    }
    pen.figure.savefig(
        buffer,
        format=ending[1:],
        dpi=_PNG_DPI,
        metadata=metadata[ending],
    )
    if ending == ".svg":
        return _carry_typeface(buffer.getvalue(), pen)
    return buffer.getvalue()


def _carry_typeface(picture: bytes, pen: Pen) -> bytes:
    """Write the typeface into an SVG, cut to what is written there, under its own name."""
    signs = "".join(sorted({sign for text in pen.axes.texts for sign in text.get_text()}))
    named = picture.replace(_KNOWN_HERE, _KNOWN_THERE)
    style = f"<style>{write_faces(signs)}</style>\n </defs>"
    return named.replace(b"</defs>", style.encode(), 1)
