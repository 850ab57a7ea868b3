"""Ways of nodes and what their tags say, as every source of streets hands them to `build`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from access15.sources.streets.tags import NodeTags, WayTags


@dataclass(frozen=True, eq=False)
class WayTable:
    """Ways to be walked, as lists of nodes.

    Parameters
    ----------
    way_id : ndarray of int64, shape (n_ways,)
        OpenStreetMap way, `SHORTCUT`, or -1.
    tags : ndarray of int64, shape (n_ways,)
        Index into `tag_sets`.
    tag_sets : tuple of WayTags
        The different sets of tags in use.
    street : ndarray of int64, shape (n_ways,)
        Index into `street_names`.
    street_names : tuple of str
        Names, the first one empty.
    start : ndarray of int64, shape (n_ways + 1,)
        Way ``w`` owns the items ``start[w]:start[w + 1]`` of `node_id` and `xy`.
    node_id : ndarray of int64, shape (n_vertices,)
        Node of each vertex.
    xy : ndarray of float64, shape (n_vertices, 2)
        Where it lies, in the CRS of the source; NaN where the source does not say.
    length_m : ndarray of float64, shape (n_ways,), optional
        Lengths on the ground that the source states; NaN where it does not [m].
    """

    way_id: NDArray[np.int64]
    tags: NDArray[np.int64]
    tag_sets: tuple[WayTags, ...]
    street: NDArray[np.int64]
    street_names: tuple[str, ...]
    start: NDArray[np.int64]
    node_id: NDArray[np.int64]
    xy: NDArray[np.float64]
    length_m: NDArray[np.float64] | None = None

    @cached_property
    def of_vertex(self) -> NDArray[np.int64]:
        """Row of the way that owns each vertex, shape (n_vertices,)."""
        n_vertices = np.diff(self.start)
        return np.repeat(np.arange(len(self.way_id)), n_vertices)

    def say(self, value_of: Callable[[WayTags], object], dtype: type) -> NDArray[Any]:
        """What the tags of each way say, shape (n_ways,)."""
        values = [value_of(tags) for tags in self.tag_sets]  # a city has few different ones
        return np.array(values, dtype=dtype)[self.tags]


@dataclass(frozen=True, eq=False)
class NodeTable:
    """Nodes that walkers notice.

    Parameters
    ----------
    node_id : ndarray of int64, shape (n_nodes,)
        Their ids, rising.
    crossing, kerb : ndarray of uint8, shape (n_nodes,)
        Index into `CROSSINGS` and `KERBS`.
    is_blocked, is_kerb_across : ndarray of bool, shape (n_nodes,)
        See `NodeTags`.
    """

    node_id: NDArray[np.int64]
    crossing: NDArray[np.uint8]
    kerb: NDArray[np.uint8]
    is_blocked: NDArray[np.bool_]
    is_kerb_across: NDArray[np.bool_]

    @classmethod
    def from_tags(cls, nodes: Mapping[int, NodeTags]) -> NodeTable:
        """Tabulate nodes."""
        ids = sorted(nodes)
        rows = [nodes[i] for i in ids]
        return cls(
            node_id=np.array(ids, dtype=np.int64),
            crossing=np.array([r.crossing for r in rows], dtype=np.uint8),
            kerb=np.array([r.kerb for r in rows], dtype=np.uint8),
            is_blocked=np.array([r.is_blocked for r in rows], dtype=np.bool_),
            is_kerb_across=np.array([r.is_kerb_across for r in rows], dtype=np.bool_),
        )
