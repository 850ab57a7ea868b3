"""What a photograph of the sheet is read by: code, corner markers, and the key kept beside it."""

from __future__ import annotations

from hashlib import sha256
from typing import Any, Final
from urllib.parse import quote_plus, urlencode

from pyproj import CRS

from access15.errors import ConfigError
from access15.outputs.pages.qr import list_dark_runs
from access15.outputs.poster.pen import WHITE, Pen
from access15.outputs.poster.sheet import MARKER_CELLS, PAPER_MM, Box, MapScale, Sheet
from access15.outputs.words.findings import Findings
from access15.remarks import Remark

KEY_FORMAT: Final = "access15-poster"
KEY_VERSION: Final = 1
QR_MM: Final = 25.0
_MAX_ID_SIGNS: Final = 48


def build_key(
    findings: Findings,
    sheet: Sheet,
    scale: MapScale,
    *,
    profile: str,
    target: str,
    proposal: str,
) -> dict[str, Any]:
    """Write down all that is needed to read a photograph of the sheet."""
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
        "markers": [
            {"id": i, "box_mm": _printed(box, factor)} for i, box in enumerate(sheet.markers)
        ],
        "map_mm": _printed(sheet.map, factor),
        "code_mm": _printed(qr_box(sheet), factor),
        "crs": _name_crs(str(findings.area.network.crs)),
        "to_crs": list(scale.affine(factor)),
    }


def _name_crs(crs: str) -> str:
    """A CRS by its code, however the study writes it; keys hold nothing else."""
    authority = CRS.from_user_input(crs).to_authority()
    if authority is None:
        raise ConfigError(Remark("crs_without_code", crs=crs[:60]))
    return ":".join(authority)


def _printed(box: Box, factor: float) -> list[float]:
    """A box in printed millimetres."""
    return [round(value * factor, 4) for value in box]


def qr_text(
    study: str,
    area: str,
    proposal: str,
) -> str:
    """Text of the code: which study, area and proposal the sheet is of."""
    ids = {
        "study": _short_id(study),
        "area": _short_id(area),
        "proposal": _short_id(proposal),
    }
    return "access15-poster?" + urlencode({"v": 1, **ids})


def _short_id(name: str) -> str:
    """An id as the code holds it: one that is long, or becomes long in percent signs, is told by
    its fingerprint.
    """
    if len(quote_plus(name)) <= _MAX_ID_SIGNS:
        return name
    return sha256(name.encode("utf-8", "replace")).hexdigest()[:16]


def qr_box(sheet: Sheet) -> Box:
    """Where the code stands, its white rim included."""
    box = sheet.side
    if sheet.is_lying:
        return Box(box.right - QR_MM, box.bottom - QR_MM, QR_MM, QR_MM)
    return Box(box.x, box.bottom - QR_MM, QR_MM, QR_MM)


def draw_code(pen: Pen, text: str) -> None:
    """Draw the QR code."""
    rows = list_dark_runs(text)
    box, cell = qr_box(pen.sheet), QR_MM / len(rows)
    # each run of dark cells is one rectangle: gaps between cells would confuse readers
    boxes = [
        Box(box.x + start * cell, box.y + j * cell, (end - start) * cell, cell * 1.02)
        for j, runs in enumerate(rows)
        for start, end in runs
    ]
    pen.boxes(boxes, fill="#000000")


def draw_markers(pen: Pen) -> None:
    """Draw the four corner markers, by which a photograph of the sheet is straightened."""
    for box, cells in zip(pen.sheet.markers, MARKER_CELLS, strict=True):
        cell = box.w / 6
        pen.box(box, fill="#000000")
        white = [
            Box(box.x + (i + 1) * cell, box.y + (j + 1) * cell, cell, cell)
            for j, row in enumerate(cells)
            for i, bit in enumerate(row)
            if bit == "1"
        ]
        pen.boxes(white, fill=WHITE)
