"""Drawing on a sheet in millimetres: text that is only ever text, discs, boxes, lines and
shapes.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any, Final

import numpy as np
import shapely
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyBboxPatch, PathPatch, Rectangle
from matplotlib.path import Path as Outline
from matplotlib.textpath import text_to_path
from numpy.typing import NDArray

from access15.outputs.poster.sheet import Box, Sheet
from access15.outputs.poster.text import CAP_HEIGHT, MM_PER_POINT, measure_mm, size_font

INK: Final = "#1b1b1b"
WHITE: Final = "#ffffff"


class Pen:
    """Draws on one sheet; millimetres and points are those of the A3 layout.

    Parameters
    ----------
    sheet : Sheet
        The sheet.
    """

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        width, height = sheet.w_mm * sheet.factor / 25.4, sheet.h_mm * sheet.factor / 25.4
        self.figure = Figure(figsize=(width, height), facecolor=WHITE)
        self.axes: Axes = self.figure.add_axes((0.0, 0.0, 1.0, 1.0))
        self.axes.set_xlim(0, sheet.w_mm)
        self.axes.set_ylim(sheet.h_mm, 0)
        self.axes.set_axis_off()
        self._z = 0.0

    def _next(self) -> float:
        """A place above all that was drawn before."""
        self._z += 1.0  # what is drawn later lies on top
        return self._z

    def _points(self, width_mm: float) -> float:
        """Printed points of a width."""
        return width_mm / MM_PER_POINT * self.sheet.factor

    def _style(
        self,
        fill: str | None,
        edge: str | None,
        width_mm: float,
    ) -> dict[str, Any]:
        """Colours and edge of a shape, as matplotlib names them."""
        return {
            "facecolor": fill or "none",
            "edgecolor": edge or "none",
            "linewidth": self._points(width_mm) if edge else 0.0,
            "zorder": self._next(),
        }

    def write(
        self,
        x: float,
        y: float,
        text: str,
        size_pt: float,
        *,
        bold: bool = False,
        colour: str = INK,
        at: str = "left",
    ) -> None:
        """Write a line."""
        self._text(
            x,
            y,
            text,
            size_pt,
            bold=bold,
            colour=colour,
            at=at,
            angle_deg=0.0,
        )

    def _text(
        self,
        x: float,
        y: float,
        text: str,
        size_pt: float,
        *,
        bold: bool,
        colour: str,
        at: str,
        angle_deg: float,
    ) -> None:
        """Put a line of text, turned around its beginning."""
        font = size_font(size_pt * self.sheet.factor, bold=bold)
        self.axes.text(
            x,
            y,
            text,
            fontproperties=font,
            color=colour,
            ha=at,
            va="baseline",
            rotation=angle_deg,
            rotation_mode="anchor",
            parse_math=False,
            zorder=self._next(),
        )

    def label(
        self,
        x: float,
        y: float,
        text: str,
        size_pt: float,
        *,
        angle_deg: float = 0.0,
        bold: bool = False,
        colour: str = INK,
        halo_mm: float = 0.5,
    ) -> None:
        """Write a line around a point, with a white rim that parts it from what lies under it."""
        turn = math.radians(angle_deg)
        across = measure_mm(text, size_pt, bold=bold) / 2
        up = CAP_HEIGHT * size_pt * MM_PER_POINT / 2
        x0 = x - across * math.cos(turn) + up * math.sin(turn)
        y0 = y + across * math.sin(turn) + up * math.cos(turn)
        if halo_mm > 0:
            self._halo(x0, y0, text, size_pt, turn, bold=bold, halo_mm=halo_mm)
        self._text(
            x0,
            y0,
            text,
            size_pt,
            bold=bold,
            colour=colour,
            at="left",
            angle_deg=angle_deg,
        )

    def _halo(
        self,
        x: float,
        y: float,
        text: str,
        size_pt: float,
        turn: float,
        *,
        bold: bool,
        halo_mm: float,
    ) -> None:
        """The outline of a text, wide and white."""
        font = size_font(size_pt, bold=bold)
        points, codes = text_to_path.get_text_path(font, text, ismath=False)
        if not len(points):
            return
        along, up = (np.asarray(points) * size_pt * MM_PER_POINT / text_to_path.FONT_SCALE).T
        cos, sin = math.cos(turn), math.sin(turn)
        xy = np.column_stack([x + along * cos - up * sin, y - along * sin - up * cos])
        look = self._style(WHITE, WHITE, 2 * halo_mm)
        rim = PathPatch(Outline(xy, codes), joinstyle="round", capstyle="round", **look)
        self.axes.add_artist(rim)

    def box(
        self,
        box: Box,
        *,
        fill: str | None = None,
        edge: str | None = None,
        width_mm: float = 0.3,
    ) -> None:
        """Draw a rectangle."""
        look = self._style(fill, edge, width_mm)
        self.axes.add_artist(Rectangle((box.x, box.y), box.w, box.h, **look))

    def boxes(self, boxes: Sequence[Box], *, fill: str) -> None:
        """Draw rectangles of one colour as one shape."""
        self.shapes([shapely.box(box.x, box.y, box.right, box.bottom) for box in boxes], fill=fill)

    def polygon(self, corners: Sequence[tuple[float, float]], *, fill: str) -> None:
        """Draw a polygon."""
        self.shapes([shapely.Polygon(corners)], fill=fill)

    def disc(
        self,
        x: float,
        y: float,
        radius: float,
        *,
        fill: str | None,
        edge: str | None = None,
        width_mm: float = 0.4,
    ) -> None:
        """Draw a disc."""
        self.axes.add_artist(Circle((x, y), radius, **self._style(fill, edge, width_mm)))

    def pill(
        self,
        x: float,
        y: float,
        width_mm: float,
        height_mm: float,
    ) -> None:
        """Draw a white label with round ends."""
        round_mm = height_mm * 0.32
        style = f"round,pad=0,rounding_size={round_mm}"
        corner = (x - width_mm / 2, y - height_mm / 2)
        look = self._style(WHITE, INK, 0.5)
        self.axes.add_artist(
            FancyBboxPatch(corner, width_mm, height_mm, boxstyle=style, mutation_aspect=1.0, **look)
        )

    def square(
        self,
        x: float,
        y: float,
        half_mm: float,
    ) -> None:
        """Draw a white square with a dark edge."""
        box = Box(x - half_mm, y - half_mm, 2 * half_mm, 2 * half_mm)
        self.box(
            box,
            fill=WHITE,
            edge=INK,
            width_mm=0.45,
        )

    def lines(
        self,
        lines: Sequence[NDArray[np.float64]],
        *,
        colour: str,
        width_mm: float,
        dash_mm: tuple[float, ...] = (),
        clip: Box | None = None,
    ) -> None:
        """Draw lines."""
        if not lines:
            return
        width = self._points(width_mm)
        style: Any = "solid"
        if dash_mm:  # matplotlib multiplies dashes by the width of the line
            style = (0, tuple(self._points(part) / width for part in dash_mm))
        drawn = LineCollection(
            list(lines),
            colors=colour,
            linewidths=width,
            linestyles=[style],
            zorder=self._next(),
            capstyle="butt" if dash_mm else "round",
            joinstyle="round",
        )
        self.axes.add_collection(drawn, autolim=False)
        self._clip(drawn, clip)

    def shapes(
        self,
        shapes: Iterable[shapely.Geometry],
        *,
        fill: str | None = None,
        edge: str | None = None,
        width_mm: float = 0.2,
        alpha: float = 1.0,
        clip: Box | None = None,
    ) -> None:
        """Draw polygons as one shape."""
        parts = [part for shape in shapes for part in shapely.get_parts(shape)]
        rings = [ring for part in parts for ring in _list_rings(part)]
        if not rings:
            return
        outline = Outline.make_compound_path(*(Outline(ring, closed=True) for ring in rings))
        look = self._style(fill, edge, width_mm)
        patch = PathPatch(outline, alpha=alpha, joinstyle="round", **look)
        self.axes.add_artist(patch)
        self._clip(patch, clip)

    def _clip(self, drawn: Artist, clip: Box | None) -> None:
        """Show only what lies in a box."""
        if clip is not None:
            place = self.axes.transData
            drawn.set_clip_path(Rectangle((clip.x, clip.y), clip.w, clip.h, transform=place))


def _list_rings(shape: shapely.Geometry) -> list[NDArray[np.float64]]:
    """Rings of a polygon, holes turned the other way so that they stay empty."""
    if not isinstance(shape, shapely.Polygon) or shape.is_empty:
        return []
    turned = shapely.orient_polygons(shape)
    return [shapely.get_coordinates(ring) for ring in (turned.exterior, *turned.interiors)]
