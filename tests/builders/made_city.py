"""Cities of any size: a crooked grid with gaps, dead ends and slopes, numbered as a reader does."""

from __future__ import annotations

import numpy as np

from access15.core.streets.network import WalkNetwork, build_network, sort_nodes

_BLOCK_M = 70.0


def made_city(n_nodes: int, *, seed: int = 0) -> WalkNetwork:
    """About so many corners and dead ends: of four corners three, and one end of a blind alley."""
    rng = np.random.default_rng(seed)
    side = max(2, round(np.sqrt(0.75 * n_nodes)))
    column, row = np.meshgrid(np.arange(side), np.arange(side))
    corner = row * side + column
    xy = np.column_stack([column.ravel(), row.ravel()]) * _BLOCK_M
    xy = xy + rng.uniform(-0.3, 0.3, xy.shape) * _BLOCK_M
    east = np.column_stack([corner[:, :-1].ravel(), corner[:, 1:].ravel()])
    north = np.column_stack([corner[:-1].ravel(), corner[1:].ravel()])
    streets = np.concatenate([east, north])
    streets = streets[rng.random(len(streets)) < 0.85]
    mouth = np.flatnonzero(rng.random(len(xy)) < 1 / 3)
    alley = np.column_stack([mouth, len(xy) + np.arange(len(mouth))])
    ends = xy[mouth] + rng.uniform(-0.25, 0.25, (len(mouth), 2)) * _BLOCK_M
    edges = np.concatenate([streets, alley])
    # streets of eight blocks, in any order, as those of an extract are
    way = rng.permutation(len(edges) // 8 + 1)[np.arange(len(edges)) // 8]
    edges = edges[np.argsort(way, kind="stable")]
    return sort_nodes(
        build_network(
            crs="EPSG:32632",
            node_xy=np.concatenate([xy, ends]),
            edge_u=edges[:, 0],
            edge_v=edges[:, 1],
        )
    )
