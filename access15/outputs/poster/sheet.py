"""The sheet of a poster: where everything stands, in millimetres, and how the map's metres become
millimetres.

Every size is laid out on an A3 sheet; A2 and A4 are the same sheet larger and smaller, so that a
text that fits one fits all. Millimetres are counted from the upper left corner, right and down.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

PaperSize = Literal["A2", "A3", "A4"]
PAPER_MM: Final[dict[PaperSize, tuple[float, float]]] = {
    "A2": (594.0, 420.0),
    "A3": (420.0, 297.0),
    "A4": (297.0, 210.0),
}
MARKER_MM: Final = 14.0
# smallest sizes in points of the A3 layout: of names on the map, of other text, of the sources
_LEAST_PT: Final[dict[PaperSize, tuple[float, float, float]]] = {
    "A2": (9.0, 9.0, 7.0),
    "A3": (9.0, 9.0, 9.0),
    "A4": (11.4, 10.0, 12.75),  # printed 0.707 as large
}
_SOURCE_MM: Final = (14.5, 17.5)  # least height of the sources, landscape and portrait
_STRIP_MM: Final = (35.0, 43.0)  # three rows, and four
_MARGIN_MM: Final = 8.0
_ROUND_SCALE: Final = 250  # scales are whole multiples of it, 1:10,250 rather than 1:10,113
_MUCH_LARGER: Final = 1.12  # how much larger a portrait map must be to be preferred
# cells of DICT_4X4_50 of OpenCV's ArUco, ids 0 to 3; 1 is white. Read by
# `access15.sources.proposals.scan`
MARKER_CELLS: Final = (
    ("1011", "0101", "0011", "0010"),
    ("0000", "1111", "1001", "1010"),
    ("0011", "0011", "0010", "1101"),
    ("1001", "1001", "0100", "0110"),
)


class Box(NamedTuple):
    """A rectangle on the sheet.

    Parameters
    ----------
    x, y : float
        Upper left corner [mm].
    w, h : float
        Width and height [mm].
    """

    x: float
    y: float
    w: float
    h: float

    @property
    def right(self) -> float:
        """Right edge [mm]."""
        return self.x + self.w

    @property
    def bottom(self) -> float:
        """Lower edge [mm]."""
        return self.y + self.h

    def inset(self, by_mm: float) -> Box:
        """Shrink on all sides."""
        return Box(self.x + by_mm, self.y + by_mm, self.w - 2 * by_mm, self.h - 2 * by_mm)


@dataclass(frozen=True)
class Sheet:
    """A sheet, laid out at A3.

    Parameters
    ----------
    size : {"A2", "A3", "A4"}
        What it is printed on.
    is_lying : bool
        Landscape.
    w_mm, h_mm : float
        Width and height of the A3 sheet [mm].
    head, map, side, strip, source : Box
        Headline, map, key and table, circles for remarks, sources.
    fine_pt : float
        No text is printed smaller, nor than is usual on the paper [points].
    """

    size: PaperSize
    is_lying: bool
    w_mm: float
    h_mm: float
    head: Box
    map: Box
    side: Box
    strip: Box
    source: Box
    fine_pt: float = 0.0

    @property
    def factor(self) -> float:
        """Printed millimetres per millimetre of the layout."""
        return PAPER_MM[self.size][0] / PAPER_MM["A3"][0]

    @property
    def least_name_pt(self) -> float:
        """Smallest size of a name on the map [points of the layout]."""
        return max(_LEAST_PT[self.size][0], self.fine_pt / self.factor)

    @property
    def least_pt(self) -> float:
        """Smallest size of other text, sources left aside [points of the layout]."""
        return max(_LEAST_PT[self.size][1], self.fine_pt / self.factor)

    @property
    def source_pt(self) -> float:
        """Size of the sources [points of the layout]."""
        return _LEAST_PT[self.size][2]

    @property
    def markers(self) -> list[Box]:
        """Squares of the corner markers in the order of their numbers, clockwise from the upper
        left.
        """
        right, low = self.w_mm - _MARGIN_MM - MARKER_MM, self.h_mm - _MARGIN_MM - MARKER_MM
        corners = [(_MARGIN_MM, _MARGIN_MM), (right, _MARGIN_MM), (right, low), (_MARGIN_MM, low)]
        return [Box(x, y, MARKER_MM, MARKER_MM) for x, y in corners]


def lay_out(
    size: PaperSize,
    *,
    is_lying: bool,
    source_mm: float = 0.0,
) -> Sheet:
    """Divide a sheet."""
    strip_mm = _STRIP_MM[0 if is_lying else 1]
    source_mm = max(source_mm, _SOURCE_MM[0 if is_lying else 1])
    if is_lying:
        source = Box(25, 291 - source_mm, 370, source_mm)
        strip = Box(8, source.y - 2 - strip_mm, 404, strip_mm)
        map_mm = strip.y - 2 - 48
        return Sheet(
            size=size,
            is_lying=True,
            w_mm=420.0,
            h_mm=297.0,
            head=Box(28, 7, 364, 38),
            map=Box(8, 48, 284, map_mm),
            side=Box(299, 48, 113, map_mm),
            strip=strip,
            source=source,
        )
    source = Box(25, 413 - source_mm, 247, source_mm)
    strip = Box(8, source.y - 2 - strip_mm, 281, strip_mm)
    side = Box(8, strip.y - 2 - 60, 281, 60)
    return Sheet(
        size=size,
        is_lying=False,
        w_mm=297.0,
        h_mm=420.0,
        head=Box(28, 7, 241, 47),
        map=Box(8, 57, 281, side.y - 3 - 57),
        side=side,
        strip=strip,
        source=source,
    )


@dataclass(frozen=True)
class MapScale:
    """The way from the study's metres to the layout's millimetres.

    Parameters
    ----------
    west_m, north_m : float
        Upper left corner of the map [m].
    metres_per_mm : float
        Metres on the ground per millimetre of the layout.
    box : Box
        The map on the sheet [mm].
    """

    west_m: float
    north_m: float
    metres_per_mm: float
    box: Box

    def to_sheet(self, xy: NDArray[np.float64]) -> NDArray[np.float64]:
        """Bring points onto the sheet."""
        x = self.box.x + (xy[:, 0] - self.west_m) / self.metres_per_mm
        y = self.box.y + (self.north_m - xy[:, 1]) / self.metres_per_mm
        return np.column_stack([x, y])

    @property
    def bounds_m(self) -> tuple[float, float, float, float]:
        """West, south, east and north of the map [m]."""
        east = self.west_m + self.box.w * self.metres_per_mm
        return self.west_m, self.north_m - self.box.h * self.metres_per_mm, east, self.north_m

    def affine(self, factor: float) -> tuple[float, float, float, float, float, float]:
        """Coefficients from printed millimetres to metres: ``X = a x + b y + c``, ``Y = d x + e y +
        f``.
        """
        per_mm = self.metres_per_mm
        return (
            per_mm / factor,
            0.0,
            self.west_m - self.box.x * per_mm,
            0.0,
            -per_mm / factor,
            self.north_m + self.box.y * per_mm,
        )


def fit_map(bounds_m: tuple[float, float, float, float], sheet: Sheet) -> MapScale:
    """Fit a piece of ground into the map of a sheet, in its middle, at a round scale."""
    west, south, east, north = bounds_m
    box, factor = sheet.map, sheet.factor
    least = max((east - west) / box.w, (north - south) / box.h, 0.5)
    denominator = _ROUND_SCALE * math.ceil(1000 * least / factor / _ROUND_SCALE)
    per_mm = denominator * factor / 1000
    middle_x, middle_y = (west + east) / 2, (south + north) / 2
    return MapScale(middle_x - box.w * per_mm / 2, middle_y + box.h * per_mm / 2, per_mm, box)


def choose_sheet(
    bounds_m: tuple[float, float, float, float],
    size: PaperSize,
    *,
    source_mm: tuple[float, float] = (0.0, 0.0),
) -> tuple[Sheet, MapScale]:
    """Choose landscape or portrait, whichever shows a piece of ground larger; landscape where both
    are about alike.
    """
    lying = lay_out(size, is_lying=True, source_mm=source_mm[0])
    standing = lay_out(size, is_lying=False, source_mm=source_mm[1])
    wide, tall = fit_map(bounds_m, lying), fit_map(bounds_m, standing)
    is_much_larger = _MUCH_LARGER * tall.metres_per_mm < wide.metres_per_mm
    return (standing, tall) if is_much_larger else (lying, wide)
