"""Names of streets on a poster: where each may stand, and how it may be written."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from access15.core.streets.network import WalkNetwork
from access15.outputs.pages.basemap import classify_streets, find_name_runs
from access15.outputs.poster.labels import Name, Placer, text_box
from access15.outputs.poster.sheet import MapScale
from access15.outputs.poster.text import CAP_HEIGHT, MM_PER_POINT, measure_mm, plain_text
from access15.outputs.words.findings import Findings

_NAME_SIZES_PT: Final = (13.0, 11.5, 10.5, 10.0, 10.0, 10.0)
_BENT_M: Final = 25.0  # how far a street may bend away from its name; two millimetres on A3
_INSIDE: Final = 0.3  # of a piece of street must lie in the neighbourhood
_NAME_RANKS: Final = 5  # names of stairs are left out


_STEP_MM: Final = 3.0  # from place to place where a name is tried along its street
# how much longer than its straight piece of street a name may be, how small, and how far beside it
# [mm]: the later ones only for names that found no room
_TRIES: Final = ((1.0, 1.0, 0.0), (1.2, 0.9, 2.2), (1.5, 0.8, 2.6), (1.8, 0.7, 2.6))
_REPEAT_MM: Final = 95.0
_PAD_ALONG_MM, _PAD_MM = 1.6, 0.7
# usual short forms of the first word of an Italian street name
_SHORT_WORDS: Final = {
    "Via": "V.",
    "Viale": "V.le",
    "Piazza": "P.za",
    "Piazzale": "P.le",
    "Corso": "C.so",
    "Largo": "L.go",
    "Vicolo": "V.lo",
    "Strada": "Str.",
    "Alzaia": "Alz.",
}

# of saints, fathers and mountains, which are never shortened to a letter
_TITLES: Final = frozenset(
    (
        *("San", "Santa", "Santo", "Don", "Fra", "Frà", "Padre", "Beato"),
        *("Privata", "Monte", "Lago", "Val", "Borgo", "Chiesa"),
    )
)


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

    def __init__(
        self,
        findings: Findings,
        scale: MapScale,
        *,
        least_pt: float,
    ) -> None:
        self._least_pt = least_pt
        frame = shapely.box(*scale.bounds_m)
        zone = shapely.union_all(findings.area.zones.geometry.to_numpy())
        network = findings.area.network
        runs = []
        for name, rank, ends in [*find_name_runs(network), *_find_bent_runs(network)]:
            cut = shapely.intersection(shapely.LineString(ends), frame)
            if rank >= _NAME_RANKS or not isinstance(cut, shapely.LineString) or cut.is_empty:
                continue
            text = plain_text(name, findings.lang, limit=60)
            is_inside = shapely.intersection(cut, zone).length >= _INSIDE * cut.length
            ends_mm = scale.to_sheet(shapely.get_coordinates(cut))
            length_mm = float(np.hypot(*(ends_mm[1] - ends_mm[0])))
            runs.append((rank, -round(length_mm, 3), text, is_inside, ends_mm))
        runs.sort(key=lambda run: run[:3])
        self._runs = [
            (is_inside, (text, rank, ends_mm)) for rank, _, text, is_inside, ends_mm in runs
        ]

    def place(
        self,
        placer: Placer,
        *,
        is_inside: bool,
        before: Sequence[Name] = (),
    ) -> list[Name]:
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
        """Size of the names of a rank, never too small for the paper."""
        return max(_NAME_SIZES_PT[rank], self._least_pt)


def _measure(
    text: str,
    size_pt: float,
    rank: int,
) -> tuple[float, float]:
    """Width and height of a name; the largest streets have theirs in bold."""
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


def abbreviate(name: str) -> str:
    """Shorten the first word of an Italian street name where it has a usual short form."""
    first, _, rest = name.partition(" ")
    return f"{_SHORT_WORDS[first]} {rest}" if first in _SHORT_WORDS and rest else name


def list_forms(name: str) -> list[str]:
    """List how a street's name may be written, the fullest first."""
    short = abbreviate(name)
    words = short.split()
    forms = [name, short]
    # "Via Giuseppe Verdi" may become "V. G. Verdi", but not "Via San Siro" "V. S. Siro"
    if short != name and len(words) == 3:
        kind, first, last = words
        is_person = first.istitle() and last[:1].isupper() and first not in _TITLES
        if is_person:
            forms.append(f"{kind} {first[0]}. {last}")
    return list(dict.fromkeys(forms))


def place_names(
    runs: Sequence[tuple[str, int, NDArray[np.float64]]],
    placer: Placer,
    *,
    size_pt: Callable[[int], float],
    measure: Callable[[str, float, int], tuple[float, float]],
    before: Sequence[tuple[str, float, float]] = (),
    least_pt: float = 9.0,
) -> list[Name]:
    """Write names along their streets, none on another nor on what is taken already."""
    placed: list[Name] = []
    where: dict[str, list[tuple[float, float]]] = {}
    for name, x, y in before:
        where.setdefault(name, []).append((x, y))
    # at last the first again, for long streets: every street comes before a repetition
    tries = [*_TRIES, _TRIES[0]]
    for i, (exceed, smaller, beside_mm) in enumerate(tries):
        for name, rank, ends in runs:
            if i < len(_TRIES) and name in where:
                continue
            size = max(least_pt, smaller * size_pt(rank))
            for text in list_forms(name):
                asked = _Asked(ends, measure(text, size, rank), exceed, beside_mm)
                found = _place_on_run(asked, placer, where.get(name, []))
                if found is not None:
                    placed.append(Name(text, *found, size, rank, name))
                    where.setdefault(name, []).append(found[:2])
                    break
    return placed


@dataclass(frozen=True)
class _Asked:
    """A name that looks for a place along a straight piece of street."""

    ends: NDArray[np.float64]
    size_mm: tuple[float, float]
    exceed: float
    beside_mm: float


def _place_on_run(
    asked: _Asked,
    placer: Placer,
    same: Sequence[tuple[float, float]],
) -> tuple[float, float, float] | None:
    """Middle and angle of the first free place along a street, far from where it is named already;
    None where there is none.
    """
    width, height = asked.size_mm
    start, end = asked.ends
    step = end - start
    length = float(np.hypot(*step))
    if not 0 < width <= asked.exceed * length:
        return None
    along, across = step / length, np.array([-step[1], step[0]]) / length
    angle = _upright(math.degrees(math.atan2(-step[1], step[0])))
    # the middle first, then to both sides along the street; then the same beside it
    room_mm = max(0.0, (length - width) / 2)
    steps = np.arange(_STEP_MM, room_mm, _STEP_MM)
    aways = [0.0, *(sign * float(away) for away in steps for sign in (1, -1))]
    sides = [0.0] if asked.beside_mm == 0 else [0.0, asked.beside_mm, -asked.beside_mm]
    for side in sides:
        for away in aways:
            x, y = ((start + end) / 2 + along * away + across * side).tolist()
            if any(math.hypot(x - a, y - b) < _REPEAT_MM for a, b in same):
                continue
            box = text_box(x, y, width + 2 * _PAD_ALONG_MM, height + 2 * _PAD_MM, angle)
            if placer.take(box):
                return x, y, angle
    return None


def _upright(angle_deg: float) -> float:
    """The same direction, from -90 to 90 degrees, so that no name stands on its head."""
    if angle_deg > 90:
        return angle_deg - 180
    return angle_deg + 180 if angle_deg <= -90 else angle_deg
