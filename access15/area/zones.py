"""The homes of one neighbourhood zone by zone: every count by zone begins here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

from access15.core.measures.coverage import count_covered
from access15.results.people import ALL


def mask_zones(
    residents: gpd.GeoDataFrame, zones: gpd.GeoDataFrame
) -> dict[str, NDArray[np.bool_]]:
    """Which homes lie in each zone, the whole neighbourhood (``all``) first."""
    zone_of = residents["zone_id"].astype(str).to_numpy()
    masks = {ALL: np.ones(len(residents), dtype=bool)}
    return masks | {zone: zone_of == zone for zone in zones["zone_id"].astype(str)}


def count_by_zone(
    masks: Mapping[str, NDArray[np.bool_]],
    time_s: NDArray[np.float64],
    people: Mapping[str, NDArray[np.float64]],
    *,
    cutoffs_s: Sequence[float],
) -> NDArray[np.float64]:
    """People of each zone, group and cutoff within reach, shape (n_zones, n_groups, n_cutoffs)."""
    counts = [
        count_covered(time_s[here], people[zone], cutoffs_s=cutoffs_s)
        for zone, here in masks.items()
    ]
    return np.array(counts)
