"""The cells of a city's grid on its page: shapes, people and shares, packed."""

from __future__ import annotations

import json
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from access15.outputs.pages.offline import pack_bytes
from access15.results.cells import CellCounts
from access15.results.city import CityResult

_PARTS: Final = 10_000  # shares travel as whole parts of this, in two bytes
_UNKNOWN: Final = 65_535
_MOST_BYTES: Final = 2_000_000  # a page has less than three million


def pack_cells(
    city: CityResult,
    corner: tuple[float, float],
    scale: float,
) -> dict[str, Any] | None:
    """What the page's script unpacks; None where there is no grid, or too much of it for a page.

    `corner` and `scale` are those of the drawing: its north-west, and units for each metre.
    """
    counts = city.cells
    if counts is None:
        return None
    shapes = {
        "names": counts.outlines["cell"].tolist(),
        "paths": _draw(counts, corner, scale),
        "people": np.rint(counts.people).astype(int).tolist(),
    }
    text = json.dumps(shapes, separators=(",", ":")).encode("utf-8")
    packed = {
        "shapes": pack_bytes(text),
        "shares": pack_bytes(_list_shares(city, counts).tobytes()),
    }
    if sum(map(len, packed.values())) > _MOST_BYTES:
        return None
    return {"parts": _PARTS, "unknown": _UNKNOWN, **packed}


def _list_shares(city: CityResult, counts: CellCounts) -> NDArray[np.uint16]:
    """Whole parts by kind, walker, group, cutoff and cell."""
    n_groups, n_cells = counts.people.shape
    nothing = np.full((n_groups, len(city.cutoffs_min), n_cells), np.nan)
    people = np.where(counts.people > 0, counts.people, np.nan)[:, None, :]
    parts = [
        counts.covered.get((profile, target), nothing) / people * _PARTS
        for target in city.targets
        for profile in city.profiles
    ]
    known = np.nan_to_num(np.rint(parts), nan=_UNKNOWN)
    return np.ascontiguousarray(known.astype("<u2"))


def _draw(counts: CellCounts, corner: tuple[float, float], scale: float) -> list[str]:
    """Outlines as paths of the drawing."""
    rings = shapely.get_exterior_ring(counts.outlines.geometry.to_numpy())
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    points = np.round((xy - corner) * (scale, -scale), 1)
    ends = np.flatnonzero(np.diff(ring)) + 1
    return [
        "M" + "L".join(f"{x:g} {y:g}" for x, y in part[:-1].tolist()) + "Z"
        for part in np.split(points, ends)
    ]
