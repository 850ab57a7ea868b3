"""Places on the map that labels take, so that none lies on another: who comes first keeps it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import shapely

from access15.outputs.poster.sheet import Box


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
        """Whether a shape lies in the frame and touches nothing that is taken."""
        if not shapely.contains_properly(self._frame, shape):
            return False
        if not self.taken:
            return True
        touches = shapely.intersects(np.array(self.taken), shape)
        return not bool(touches.any())

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
        for x, y in places:
            if self.take(shape_at(x, y)):
                return x, y
        return None


def text_box(
    x: float,
    y: float,
    width_mm: float,
    height_mm: float,
    angle_deg: float = 0.0,
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


def spiral(
    x: float,
    y: float,
    step_mm: float,
    rings: int,
) -> list[tuple[float, float]]:
    """List points around a point, the nearest first."""
    points = [(x, y)]
    for ring in range(1, rings + 1):
        away_mm = ring * step_mm
        for i in range(12):
            turn = math.tau * i / 12
            points.append((x + away_mm * math.cos(turn), y + away_mm * math.sin(turn)))
    return points
