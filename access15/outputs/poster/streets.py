"""Names of streets on a poster: where each may stand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from access15.core.streets.network import WalkNetwork
from access15.outputs.pages.basemap import classify_streets, find_name_runs
from access15.outputs.poster.labels import Name, Placer, place_names
from access15.outputs.poster.sheet import MapScale
from access15.outputs.poster.text import CAP_HEIGHT, MM_PER_POINT, measure_mm, plain_text
from access15.outputs.words.findings import Findings

_NAME_SIZES_PT: Final = (13.0, 11.5, 10.5, 10.0, 10.0, 10.0)
_BENT_M: Final = 25.0  # how far a street may bend away from its name; two millimetres on A3
_INSIDE: Final = 0.3  # of a piece of street must lie in the neighbourhood
_NAME_RANKS: Final = 5  # names of stairs are left out


class StreetRuns:
    """Pieces of named streets on a map, cut at its edge: straight ones first, large and long ones
    first.

    Parameters
    ----------
    findings : Findings
        The numbers of one area.
    scale : MapScale
        The way to the sheet.
    least_pt : float
        Smallest size of a name [points].
    """

    def __init__(self, findings: Findings, scale: MapScale, *, least_pt: float) -> None:
        self._least_pt = least_pt
        frame = shapely.box(*scale.bounds_m)
        zone = shapely.union_all(findings.area.zones.geometry.to_numpy())
        runs = []
        for name, rank, ends in [
            *find_name_runs(findings.area.network),
            *_find_bent_runs(findings.area.network),
        ]:
            cut = shapely.intersection(shapely.LineString(ends), frame)
            if rank >= _NAME_RANKS or not isinstance(cut, shapely.LineString) or cut.is_empty:
                continue
            text = plain_text(name, findings.lang, limit=60)
            is_inside = shapely.intersection(cut, zone).length >= _INSIDE * cut.length
            ends_mm = scale.to_sheet(shapely.get_coordinates(cut))
            runs.append(
                (is_inside, rank, -float(np.hypot(*(ends_mm[1] - ends_mm[0]))), text, ends_mm)
            )
        runs.sort(key=lambda run: (run[1], round(run[2], 3), run[3]))
        self._runs = [
            (is_inside, (text, rank, ends_mm)) for is_inside, rank, _, text, ends_mm in runs
        ]

    def place(self, placer: Placer, *, is_inside: bool, before: Sequence[Name] = ()) -> list[Name]:
        """Write names where there is room."""
        runs = [run for inside, run in self._runs if inside == is_inside]
        there = [(name.street, name.x, name.y) for name in before]
        return place_names(
            runs,
            placer,
            size_pt=self._size_pt,
            measure=_measure,
            before=there,
            least_pt=self._least_pt,
        )

    def _size_pt(self, rank: int) -> float:
        return max(_NAME_SIZES_PT[rank], self._least_pt)


def _measure(text: str, size_pt: float, rank: int) -> tuple[float, float]:
    return measure_mm(text, size_pt, bold=rank <= 1), CAP_HEIGHT * size_pt * MM_PER_POINT


def _find_bent_runs(network: WalkNetwork) -> list[tuple[str, int, NDArray[np.float64]]]:
    """Pieces of streets that bend a little, for names that find no room on straight ones."""
    classes = classify_streets(network)
    runs = []
    for street in np.unique(network.street[network.street > 0]):
        edges = np.flatnonzero(network.street == street)
        merged = shapely.line_merge(shapely.multilinestrings(network.lines[edges]))
        for line in shapely.get_parts(shapely.simplify(merged, _BENT_M)):
            chain = shapely.get_coordinates(line)
            rank = int(classes[edges].min())
            runs += [
                (network.street_names[street], rank, pair)
                for pair in np.stack([chain[:-1], chain[1:]], axis=1)
            ]
    return runs
