"""Tables with a point or a shape in each row that are no frames yet.

Whoever asks one question at a terminal waits for the import of pandas and geopandas longer than for
the answer. What such questions read and find is kept as plain columns, and put into a frame where
one is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

Values = Sequence[Any] | NDArray[Any]  # of a column, row by row


@dataclass(frozen=True, eq=False)
class PlainLayer:
    """Columns and shapes, row by row.

    Parameters
    ----------
    columns : mapping of str to sequence
        Values of each column, one per row.
    shapes : ndarray of Geometry, shape (n,)
        None where a row has none.
    crs : str
        Their CRS.
    """

    columns: Mapping[str, Values]
    shapes: NDArray[np.object_]
    crs: str

    def __len__(self) -> int:
        return len(self.shapes)

    def to_frame(self) -> gpd.GeoDataFrame:
        """Put it into a frame.

        Returns
        -------
        GeoDataFrame
            The columns, and ``geometry`` behind them.
        """
        return gpd.GeoDataFrame(dict(self.columns), geometry=self.shapes, crs=self.crs)
