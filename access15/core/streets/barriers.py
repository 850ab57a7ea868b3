"""What no straight way on the ground goes through: water, rails, motorways, buildings, fences and
walls.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

BARRIERS: Final = ("water", "rail", "motorway", "building", "fence", "retaining_wall")


@dataclass(frozen=True, eq=False)
class Barriers:
    """Barriers of a neighbourhood, as far as they are mapped; build with `build_barriers`.

    Parameters
    ----------
    kind : ndarray of uint8, shape (n,)
        Index into `BARRIERS`.
    shapes : ndarray of shapely geometries, shape (n,)
        Lines and polygons in the network's CRS.
    """

    kind: NDArray[np.uint8]
    shapes: NDArray[np.object_]

    def __len__(self) -> int:
        return len(self.kind)

    @cached_property
    def _tree(self) -> shapely.STRtree:
        """Index of the shapes."""
        return shapely.STRtree(self.shapes)

    def find_crossed(self, lines: NDArray[np.object_]) -> NDArray[np.bool_]:
        """Find what lines touch or go through.

        Parameters
        ----------
        lines : ndarray of shapely LineStrings, shape (n,)
            In the network's CRS.

        Returns
        -------
        ndarray of bool, shape (n, len(BARRIERS))
            Which kinds.
        """
        crossed = np.zeros((len(lines), len(BARRIERS)), dtype=bool)
        if len(lines) and len(self):
            line, shape = self._tree.query(lines, predicate="intersects")
            crossed[line, self.kind[shape]] = True
        return crossed


def build_barriers(shapes: Mapping[str, NDArray[np.object_]]) -> Barriers:
    """Gather barriers.

    Parameters
    ----------
    shapes : mapping of str to ndarray of shapely geometries
        By kind of `BARRIERS`, in the network's CRS; kinds may be missing.

    Returns
    -------
    Barriers
        All of them.
    """
    found = [np.asarray(shapes.get(kind, ()), dtype=object) for kind in BARRIERS]
    kind = np.repeat(np.arange(len(BARRIERS)), [len(one) for one in found])
    return Barriers(kind.astype(np.uint8), np.concatenate(found))
