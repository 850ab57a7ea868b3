"""Homes gathered along streets: residents are computed at points two metres apart, but drawn and
listed by stretches of street, which people can tell apart.
"""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class HomeStretches:
    """Homes gathered to stretches; build with `gather_homes`.

    Parameters
    ----------
    stretch : ndarray of int64, shape (n_homes,)
        Stretch of each home, rising.
    middle : ndarray of int64, shape (n_stretches,)
        Row of the home in the middle of each stretch: its walks stand for all.
    """

    stretch: NDArray[np.int64]
    middle: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.middle)

    def add_up(self, people: NDArray[np.float64]) -> NDArray[np.float64]:
        """Sum people by home to people by stretch, exactly."""
        return np.asarray(
            np.bincount(self.stretch, weights=people, minlength=len(self)), dtype=np.float64
        )

    def list_rows(self, residents: gpd.GeoDataFrame, groups: list[str]) -> gpd.GeoDataFrame:
        """List the homes in the middle of stretches, with the people of the whole stretch."""
        rows = residents.iloc[self.middle].reset_index(drop=True)
        people = {
            group: self.add_up(residents[group].to_numpy(dtype=np.float64)) for group in groups
        }
        return gpd.GeoDataFrame(rows.assign(**people))


def gather_homes(residents: gpd.GeoDataFrame) -> HomeStretches:
    """Gather homes by their column ``stretch``; without one each stays alone."""
    return find_stretches(list_stretches(residents))


def list_stretches(residents: gpd.GeoDataFrame) -> NDArray[np.int64]:
    """Stretch of each home; without a column ``stretch`` each is one of its own."""
    if "stretch" not in residents:
        return np.arange(len(residents))
    return np.asarray(residents["stretch"].to_numpy(dtype=np.int64))


def find_stretches(stretch_of: NDArray[np.int64]) -> HomeStretches:
    """Gather homes by what their stretches are called."""
    _, stretch, n = np.unique(stretch_of, return_inverse=True, return_counts=True)
    return HomeStretches(stretch, np.cumsum(n) - n + n // 2)
