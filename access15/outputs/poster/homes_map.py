"""A small map for documents: homes that get there, gain, lose or stay far, as a picture."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from numpy.typing import NDArray

from access15.outputs.pages.basemap import ROAD_CLASSES, classify_streets
from access15.outputs.poster.ground import GREEN, WATER
from access15.outputs.poster.pen import INK, WHITE
from access15.outputs.poster.text import size_font
from access15.results.run import AreaResult

_INCHES: Final = 5.0  # wide
_DPI: Final = 170
_AROUND: Final = 0.03  # of the larger side
_DOT: Final = 2.2  # area of a home's dot [points²]
_ROADS: Final = {"major": 1.1, "medium": 0.8, "minor": 0.5}  # width [points]
_ROAD: Final = "#cfcbd6"
_KEY_PT: Final = 9.0
_KEY_INCHES: Final = 0.24  # of a row


@dataclass(frozen=True, eq=False)
class Shade:
    """Homes of one colour.

    Parameters
    ----------
    words : str
        What the key says of them.
    colour : str
        Hexadecimal.
    is_in : ndarray of bool, shape (n_residents,)
        Which homes.
    is_large : bool
        Drawn larger, above the others.
    """

    words: str
    colour: str
    is_in: NDArray[np.bool_]
    is_large: bool = False


def draw_homes_map(
    area: AreaResult,
    shades: Sequence[Shade],
    places: NDArray[np.float64],
    new_places: NDArray[np.float64],
    *,
    least_aspect: float = 0.0,
) -> bytes:
    """Draw homes by their shade, and places: today's as discs, new ones as stars; a PNG.

    The map shows more to the sides where it would be narrower than `least_aspect` times its height.
    """
    zones = area.zones.geometry.to_numpy()
    homes = shapely.get_coordinates(area.residents.geometry.to_numpy())
    west, south, east, north = shapely.total_bounds([*zones, shapely.multipoints(homes)])
    rim = _AROUND * max(east - west, north - south)
    wide, high = east - west + 2 * rim, north - south + 2 * rim
    aside = rim + max(0.0, least_aspect * high - wide) / 2
    wide = east - west + 2 * aside
    map_inches, key_inches = _INCHES * high / wide, _KEY_INCHES * (len(shades) + 0.5)
    figure = Figure(figsize=(_INCHES, map_inches + key_inches), facecolor=WHITE)
    share = map_inches / (map_inches + key_inches)
    axes = figure.add_axes((0.0, 1.0 - share, 1.0, share))
    axes.set_xlim(west - aside, east + aside)
    axes.set_ylim(south - rim, north + rim)
    axes.set_axis_off()
    # 1. The ground: green, water, streets, the border.
    _fill(axes, area.backdrop.green.to_numpy(), GREEN)
    _fill(axes, area.backdrop.water.to_numpy(), WATER)
    classes = classify_streets(area.network)
    for name, width in _ROADS.items():
        _line(axes, area.network.lines[classes == ROAD_CLASSES.index(name)], _ROAD, width)
    _line(axes, shapely.boundary(zones), INK, 1.0, dashes=(4, 2))
    # 2. Homes, those that change above the others; then places.
    for shade in sorted(shades, key=lambda one: one.is_large):
        x, y = homes[shade.is_in].T
        size = 4 * _DOT if shade.is_large else _DOT
        axes.scatter(x, y, s=size, c=shade.colour, linewidths=0)
    for marker, size, (x, y) in (("o", 42, places.T), ("*", 170, new_places.T)):
        axes.scatter(x, y, s=size, c=INK, marker=marker, edgecolors=WHITE, linewidths=1.2)
    _write_key(figure, shades, map_inches + key_inches)
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=_DPI, metadata={"Software": "access15"})
    return buffer.getvalue()


def _fill(axes: Axes, shapes: NDArray[np.object_], colour: str) -> None:
    """Fill polygons."""
    for part in shapely.get_parts(np.array([one for one in shapes if one is not None])):
        if isinstance(part, shapely.Polygon) and not part.is_empty:
            x, y = shapely.get_coordinates(part.exterior).T
            axes.fill(x, y, color=colour, linewidth=0)


def _line(
    axes: Axes,
    shapes: NDArray[np.object_],
    colour: str,
    width: float,
    dashes: tuple[float, ...] = (),
) -> None:
    """Draw lines."""
    lines = [shapely.get_coordinates(part) for part in shapely.get_parts(shapes)]
    style = (0, dashes) if dashes else "solid"
    drawn = LineCollection(lines, colors=colour, linewidths=width, linestyles=[style])
    axes.add_collection(drawn, autolim=False)


def _write_key(figure: Figure, shades: Sequence[Shade], high: float) -> None:
    """Write a row for each shade below the map."""
    font = size_font(_KEY_PT)
    axes = figure.add_axes((0.0, 0.0, 1.0, _KEY_INCHES * (len(shades) + 0.5) / high))
    axes.set_xlim(0, _INCHES)
    axes.set_ylim(len(shades), -0.5)
    axes.set_axis_off()
    for row, shade in enumerate(shades):
        axes.scatter(0.15, row, s=50, c=shade.colour, linewidths=0, marker="s")
        axes.text(0.3, row, shade.words, fontproperties=font, color=INK, va="center")
