"""Blocks between streets, where buildings are not mapped."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from builders.run import CRS

from access15.core.streets.network import WalkNetwork, build_network
from access15.outputs.pages.blocks import find_blocks
from access15.results.run import Backdrop

NOTHING = gpd.GeoSeries([], crs=CRS)
BARE = Backdrop(NOTHING, NOTHING, NOTHING, NOTHING)
X, Y = 515_000.0, 5_030_000.0


def make_grid(x_m: list[float], y_m: list[float], highway: str = "residential") -> WalkNetwork:
    """Streets along some lines from south to north and from west to east."""
    at = {(i, j): i * len(y_m) + j for i in range(len(x_m)) for j in range(len(y_m))}
    ends = [(at[i, j], at[i + 1, j]) for i in range(len(x_m) - 1) for j in range(len(y_m))]
    ends += [(at[i, j], at[i, j + 1]) for i in range(len(x_m)) for j in range(len(y_m) - 1)]
    nodes = np.array([(X + x, Y + y) for x in x_m for y in y_m])
    u, v = np.array(ends).T
    n = len(ends)
    return build_network(
        crs=CRS,
        node_xy=nodes,
        edge_u=u,
        edge_v=v,
        vertex_start=2 * np.arange(n + 1),
        vertex_xy=nodes[np.array(ends)].reshape(-1, 2),
        length_m=np.hypot(*(nodes[u] - nodes[v]).T),
        highway_names=(highway,),
        highway=np.zeros(n, dtype=np.int64),
    )


def bounds(blocks: Any) -> list[tuple[float, ...]]:
    return sorted(tuple(np.round(shapely.bounds(one) - [X, Y, X, Y], 3)) for one in blocks)


def test_blocks_stand_back_from_their_streets() -> None:
    r"""
    +----+-------+
    | 1  |   2   |
    +----+-------+
    """
    blocks = find_blocks(make_grid([0, 80, 200], [0, 100]), BARE)
    assert bounds(blocks) == [(6.0, 6.0, 74.0, 94.0), (86.0, 6.0, 194.0, 94.0)]


@pytest.mark.parametrize(
    ("x_m", "y_m", "why"),
    [
        ([0, 26], [0, 400], "between the lanes of an avenue"),
        ([0, 29], [0, 29], "inside a roundabout"),
        ([0, 300], [0, 300], "a field"),
    ],
)
def test_not_everything_is_a_block(x_m: list[float], y_m: list[float], why: str) -> None:
    assert not len(find_blocks(make_grid(x_m, y_m), BARE)), why


@pytest.mark.parametrize("highway", ["footway", "service", "motorway", "steps"])
def test_paths_and_motorways_enclose_no_block(highway: str) -> None:
    assert not len(find_blocks(make_grid([0, 80], [0, 100], highway), BARE))


def test_a_park_is_no_block() -> None:
    park = gpd.GeoSeries([shapely.box(X - 5, Y - 5, X + 40, Y + 200)], crs=CRS)
    sea = gpd.GeoSeries([shapely.box(X + 60, Y - 5, X + 300, Y + 200)], crs=CRS)
    streets = make_grid([0, 80], [0, 100])
    halved = find_blocks(streets, Backdrop(NOTHING, park, NOTHING, NOTHING, sea))
    assert bounds(halved) == [(40.0, 6.0, 60.0, 94.0)]


def test_where_buildings_are_mapped_there_is_nothing_to_stand_for_them() -> None:
    streets = make_grid([0, 80], [0, 100])  # 360 m
    houses = [shapely.box(X + 10, Y + 10 + 8 * i, X + 20, Y + 16 + 8 * i) for i in range(2)]
    few, enough = (gpd.GeoSeries(houses[:n], crs=CRS) for n in (1, 2))
    assert len(find_blocks(streets, Backdrop(NOTHING, NOTHING, NOTHING, few))) == 1
    assert not len(find_blocks(streets, Backdrop(NOTHING, NOTHING, NOTHING, enough)))
