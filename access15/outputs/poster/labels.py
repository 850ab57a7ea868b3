"""Placing labels on the map so that none lies on another: who comes first keeps the place."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from access15.outputs.poster.sheet import Box

_STEP_MM: Final = 3.0  # from place to place where a name is tried along its street
# how much longer than its straight piece of street a name may be, how small, and how far beside it
# [mm]: the later ones only for names that found no room
_TRIES: Final = ((1.0, 1.0, 0.0), (1.2, 0.9, 2.2), (1.5, 0.8, 2.6), (1.8, 0.7, 2.6))
_REPEAT_MM: Final = 95.0
_PAD_ALONG_MM, _PAD_MM = 1.6, 0.7
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

_TITLES: Final = frozenset(
    (
        "San",
        "Santa",
        "Santo",
        "Don",
        "Fra",
        "Frà",
        "Padre",
        "Beato",
        "Privata",
        "Monte",
        "Lago",
        "Val",
        "Borgo",
        "Chiesa",
    )
)


@dataclass(frozen=True)
class Name:
    """A name of a street where it stands.

    Parameters
    ----------
    text : str
        What is written.
    x, y : float
        Middle of the text [mm].
    angle_deg : float
        Turn, counter-clockwise; never upside down [degrees].
    size_pt : float
        Size of the letters [points].
    rank : int
        0 for the largest streets.
    street : str
        The name in full.
    """

    text: str
    x: float
    y: float
    angle_deg: float
    size_pt: float
    rank: int
    street: str = ""


class Placer:
    """Keeps the boxes that are taken.

    Parameters
    ----------
    frame : Box
        No label leaves it [mm].
    """

    def __init__(self, frame: Box) -> None:
        self._frame = shapely.box(frame.x, frame.y, frame.right, frame.bottom)
        shapely.prepare(self._frame)
        self.taken: list[shapely.Geometry] = []

    def is_free(self, shape: shapely.Geometry) -> bool:
        """Tell whether a shape touches nothing that is taken."""
        if not shapely.contains_properly(self._frame, shape):
            return False
        return not self.taken or not bool(shapely.intersects(np.array(self.taken), shape).any())

    def take(self, shape: shapely.Geometry) -> bool:
        """Take a place if it is free."""
        if not self.is_free(shape):
            return False
        self.taken.append(shape)
        return True

    def take_first(
        self,
        places: Iterable[tuple[float, float]],
        shape_at: Callable[[float, float], shapely.Geometry],
    ) -> tuple[float, float] | None:
        """Take the first free one of several places."""
        return next(((x, y) for x, y in places if self.take(shape_at(x, y))), None)


def text_box(
    x: float, y: float, width_mm: float, height_mm: float, angle_deg: float = 0.0
) -> shapely.Polygon:
    """Rectangle of a turned text."""
    turn = math.radians(angle_deg)
    along = np.array([math.cos(turn), -math.sin(turn)]) * width_mm / 2
    across = np.array([math.sin(turn), math.cos(turn)]) * height_mm / 2
    middle = np.array([x, y])
    return shapely.Polygon(
        [
            middle - along - across,
            middle + along - across,
            middle + along + across,
            middle - along + across,
        ]
    )


def spiral(x: float, y: float, step_mm: float, rings: int) -> list[tuple[float, float]]:
    """List points around a point, the nearest first."""
    turns = [(ring * step_mm, math.tau * i / 12) for ring in range(1, rings + 1) for i in range(12)]
    return [(x, y), *((x + r * math.cos(turn), y + r * math.sin(turn)) for r, turn in turns)]


def abbreviate(name: str) -> str:
    """Shorten the first word of an Italian street name where it has a usual short form."""
    first, _, rest = name.partition(" ")
    return f"{_SHORT_WORDS[first]} {rest}" if first in _SHORT_WORDS and rest else name


def list_forms(name: str) -> list[str]:
    """List how a street's name may be written, the fullest first."""
    short = abbreviate(name)
    words = short.split()
    forms = [name, short]
    if (
        short != name
        and len(words) == 3
        and words[1].istitle()
        and words[2][:1].isupper()
        and words[1] not in _TITLES
    ):
        forms.append(f"{words[0]} {words[1][0]}. {words[2]}")
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
    ends: NDArray[np.float64]
    size_mm: tuple[float, float]
    exceed: float
    beside_mm: float


def _place_on_run(
    asked: _Asked, placer: Placer, same: Sequence[tuple[float, float]]
) -> tuple[float, float, float] | None:
    ends, (width, height) = asked.ends, asked.size_mm
    step = ends[1] - ends[0]
    length = float(np.hypot(*step))
    if not 0 < width <= asked.exceed * length:
        return None
    angle = math.degrees(math.atan2(-step[1], step[0]))
    angle = angle - 180 if angle > 90 else angle + 180 if angle <= -90 else angle
    along, across = step / length, np.array([-step[1], step[0]]) / length
    room_mm = max(0.0, (length - width) / 2)
    steps = np.arange(_STEP_MM, room_mm, _STEP_MM)
    aways = [0.0, *(sign * float(away) for away in steps for sign in (1, -1))]
    sides = [0.0] if asked.beside_mm == 0 else [0.0, asked.beside_mm, -asked.beside_mm]
    for side in sides:
        for away in aways:
            x, y = ((ends[0] + ends[1]) / 2 + along * away + across * side).tolist()
            if any(math.hypot(x - a, y - b) < _REPEAT_MM for a, b in same):
                continue
            if placer.take(text_box(x, y, width + 2 * _PAD_ALONG_MM, height + 2 * _PAD_MM, angle)):
                return x, y, angle
    return None
