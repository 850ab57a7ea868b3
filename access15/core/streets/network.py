"""The walking network: nodes, edges, geometry and the tags that slow or stop a walker."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields, replace
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray

# Codes of the small per-edge classes. 0 is always "unknown": a missing tag is never "fine".
SURFACES = ("unknown", "smooth", "rough", "unpaved", "soft")
SMOOTHNESS = ("unknown", "good", "bad", "very_bad", "horrible")
SLOPES = ("unknown", "up", "down", "steep")
ONE_WAY = ("no", "forward", "backward")
KERBS = ("unknown", "flush", "raised")
# What somebody waits for: gaps in traffic (wide: four lanes or more, and nothing that stops cars),
# a zebra, lights, or a lift.
CROSSINGS = ("none", "unmarked", "marked", "signals", "wide", "lift")
WHEELCHAIR = ("unknown", "yes", "no")
SHORTCUT = -2  # the `way_id` of ways that nobody draws: across squares and quiet streets


@dataclass(frozen=True, eq=False)
class WalkNetwork:
    """Streets that can be walked, as arrays; immutable.

    An edge is stored once and can be walked both ways, unless `one_way` says otherwise (rules for
    vehicles do not bind walkers). Crossings and kerbs belong to the *ends* of edges: passing
    through a crossing node leaves one edge end and enters another, and each carries half of the
    delay, so that a crossing counts once however many edges meet there. Only ends of edges that
    lead across a carriageway carry one: who walks along a street waits for nothing.

    Parameters
    ----------
    crs : str
        Projected coordinate reference system in metres, for example ``"EPSG:32632"``.
    node_xy : ndarray of float64, shape (n_nodes, 2)
        Node coordinates [m].
    edge_u, edge_v : ndarray of int64, shape (n_edges,)
        Node index of the first and of the last vertex of each edge.
    vertex_start : ndarray of int64, shape (n_edges + 1,)
        Edge ``e`` owns the vertices ``vertex_start[e]:vertex_start[e + 1]`` (at least two).
    vertex_xy : ndarray of float64, shape (n_vertices, 2)
        Coordinates of the edges' vertices, first at ``edge_u``, last at ``edge_v`` [m].
    length_m : ndarray of float64, shape (n_edges,)
        Length on the ground [m]; the polyline's, unless the source says otherwise.
    highway : ndarray of int64, shape (n_edges,)
        Index into `highway_names`.
    street : ndarray of int64, shape (n_edges,)
        Index into `street_names`; 0 is the unnamed street.
    way_id : ndarray of int64, shape (n_edges,)
        OpenStreetMap way, `SHORTCUT`, or -1 where there is neither.
    steps : ndarray of bool, shape (n_edges,)
        Whether the edge is a flight of steps.
    step_count : ndarray of int64, shape (n_edges,)
        Number of steps where tagged, else 0.
    step_share : ndarray of float64, shape (n_edges,)
        Share of its length that a flight's steps take up; 1 where they are not counted.
    incline : ndarray of float64, shape (n_edges,)
        Rise over run walking from u to v (0.08 is 8 % uphill); NaN where not tagged.
    slope : ndarray of uint8, shape (n_edges,)
        Index into `SLOPES`: what is said from u to v of a slope whose rise is not told.
    one_way : ndarray of uint8, shape (n_edges,)
        Index into `ONE_WAY`: the only direction in which it can be walked, from u to v or back.
    conveying : ndarray of bool, shape (n_edges,)
        Whether it moves by itself: an escalator is no flight of steps to be climbed.
    surface : ndarray of uint8, shape (n_edges,)
        Index into `SURFACES`.
    smoothness : ndarray of uint8, shape (n_edges,)
        Index into `SMOOTHNESS`.
    width_m : ndarray of float64, shape (n_edges,)
        Width where tagged, else NaN [m].
    wheelchair : ndarray of uint8, shape (n_edges,)
        Index into `WHEELCHAIR`, from the ``wheelchair`` tag; a flight of steps beside which wheels
        have a ramp is "yes".
    tunnel, bridge : ndarray of bool, shape (n_edges,)
        Whether the edge runs under or over others.
    level : ndarray of int8, shape (n_edges,)
        Level it lies on: 0 is the ground, above it bridges and embankments, below it tunnels and
        cuttings.
    other_level : ndarray of bool, shape (n_edges,)
        Whether the edge lies above or below the ground that doors open to: in a tunnel, on a
        bridge, inside a building or on a storey; a passage through a building does not.
    crossing_u, crossing_v : ndarray of uint8, shape (n_edges,)
        Index into `CROSSINGS` for what is waited for at the edge's first and last node.
    kerb_u, kerb_v : ndarray of uint8, shape (n_edges,)
        Index into `KERBS` for the kerb (or a barrier that stops wheels) at the edge's ends.
    highway_names : tuple of str
        OpenStreetMap highway classes in use.
    street_names : tuple of str
        Street names in use; item 0 is the empty string.
    """

    crs: str
    node_xy: NDArray[np.float64]
    edge_u: NDArray[np.int64]
    edge_v: NDArray[np.int64]
    vertex_start: NDArray[np.int64]
    vertex_xy: NDArray[np.float64]
    length_m: NDArray[np.float64]
    highway: NDArray[np.int64]
    street: NDArray[np.int64]
    way_id: NDArray[np.int64]
    steps: NDArray[np.bool_]
    step_count: NDArray[np.int64]
    step_share: NDArray[np.float64]
    incline: NDArray[np.float64]
    slope: NDArray[np.uint8]
    one_way: NDArray[np.uint8]
    conveying: NDArray[np.bool_]
    surface: NDArray[np.uint8]
    smoothness: NDArray[np.uint8]
    width_m: NDArray[np.float64]
    wheelchair: NDArray[np.uint8]
    tunnel: NDArray[np.bool_]
    bridge: NDArray[np.bool_]
    level: NDArray[np.int8]
    other_level: NDArray[np.bool_]
    crossing_u: NDArray[np.uint8]
    crossing_v: NDArray[np.uint8]
    kerb_u: NDArray[np.uint8]
    kerb_v: NDArray[np.uint8]
    highway_names: tuple[str, ...]
    street_names: tuple[str, ...]

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, np.ndarray):
                value.flags.writeable = False

    @property
    def n_nodes(self) -> int:
        """Number of nodes."""
        return len(self.node_xy)

    @property
    def n_edges(self) -> int:
        """Number of edges, each walkable both ways unless a profile says otherwise."""
        return len(self.edge_u)

    @property
    def is_mapped(self) -> NDArray[np.bool_]:
        """Whether each edge is a street that somebody drew, shape (n_edges,): lines of sight across
        a square are walked, but are no streets whose metres count.
        """
        return np.asarray(self.way_id != SHORTCUT)

    @cached_property
    def lines(self) -> NDArray[np.object_]:
        """Edge geometry as shapely LineStrings, shape (n_edges,), in `crs`."""
        counts = np.diff(self.vertex_start)
        lines: NDArray[np.object_] = shapely.linestrings(
            self.vertex_xy, indices=np.repeat(np.arange(self.n_edges), counts)
        )
        return lines

    @cached_property
    def along_m(self) -> NDArray[np.float64]:
        """Metres along its edge from the first vertex to each vertex, shape (n_vertices,)."""
        steps_m = np.zeros(len(self.vertex_xy))
        steps_m[1:] = np.hypot(*np.diff(self.vertex_xy, axis=0).T)
        steps_m[self.vertex_start[:-1]] = 0.0
        total_m = np.cumsum(steps_m)
        return np.asarray(
            total_m - np.repeat(total_m[self.vertex_start[:-1]], np.diff(self.vertex_start))
        )

    @cached_property
    def ruler_m(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """All edges on one ruler, a metre apart: where each begins and where each vertex lies.

        Shapes (n_edges,) and (n_vertices,); a single search on it finds the segment of any place
        [m].
        """
        lengths_m = self.along_m[self.vertex_start[1:] - 1]
        begin_m = np.cumsum(lengths_m + 1.0) - (lengths_m + 1.0)
        return begin_m, self.along_m + np.repeat(begin_m, np.diff(self.vertex_start))


_DEFAULTS: dict[str, tuple[type, float]] = {
    "highway": (np.int64, 0),
    "street": (np.int64, 0),
    "way_id": (np.int64, -1),
    "steps": (np.bool_, 0),
    "step_count": (np.int64, 0),
    "step_share": (np.float64, 1.0),
    "incline": (np.float64, np.nan),
    "slope": (np.uint8, 0),
    "one_way": (np.uint8, 0),
    "conveying": (np.bool_, 0),
    "surface": (np.uint8, 0),
    "smoothness": (np.uint8, 0),
    "width_m": (np.float64, np.nan),
    "wheelchair": (np.uint8, 0),
    "tunnel": (np.bool_, 0),
    "bridge": (np.bool_, 0),
    "level": (np.int8, 0),
    "other_level": (np.bool_, 0),
    "crossing_u": (np.uint8, 0),
    "crossing_v": (np.uint8, 0),
    "kerb_u": (np.uint8, 0),
    "kerb_v": (np.uint8, 0),
}


def build_network(
    *,
    crs: str,
    node_xy: NDArray[np.float64],
    edge_u: NDArray[np.int64],
    edge_v: NDArray[np.int64],
    vertex_start: NDArray[np.int64] | None = None,
    vertex_xy: NDArray[np.float64] | None = None,
    length_m: NDArray[np.float64] | None = None,
    highway_names: tuple[str, ...] = ("footway",),
    street_names: tuple[str, ...] = ("",),
    **attributes: NDArray[np.generic],
) -> WalkNetwork:
    """Assemble a network, filling what is not given with "unknown".

    Parameters
    ----------
    crs : str
        Projected coordinate reference system in metres.
    node_xy : ndarray of float64, shape (n_nodes, 2)
        Node coordinates [m].
    edge_u, edge_v : ndarray of int64, shape (n_edges,)
        Node indices of each edge's ends.
    vertex_start : ndarray of int64, shape (n_edges + 1,), optional
        Offsets into `vertex_xy`; without it edges are straight.
    vertex_xy : ndarray of float64, shape (n_vertices, 2), optional
        Vertices of the edges [m].
    length_m : ndarray of float64, shape (n_edges,), optional
        Length of each edge [m]; without it the polyline's.
    highway_names, street_names : tuple of str
        Names that the ``highway`` and ``street`` attributes index.
    **attributes : ndarray, shape (n_edges,)
        Any other array of `WalkNetwork`.

    Returns
    -------
    WalkNetwork
        The frozen network; it owns copies of what it was given.

    Raises
    ------
    ValueError
        If an array has the wrong length, a node index is out of range, or a name is not known.
    """
    n_edges = len(edge_u)
    unknown = set(attributes) - set(_DEFAULTS)
    if unknown:
        raise ValueError(f"unknown edge attributes: {', '.join(sorted(unknown))}")
    u = np.array(edge_u, dtype=np.int64)
    v = np.array(edge_v, dtype=np.int64)
    xy = np.array(node_xy, dtype=np.float64).reshape(-1, 2)
    if n_edges and not (min(u.min(), v.min()) >= 0 and max(u.max(), v.max()) < len(xy)):
        raise ValueError(f"edge ends must be node indices from 0 to {len(xy) - 1}")
    if vertex_start is None or vertex_xy is None:
        start = np.arange(n_edges + 1, dtype=np.int64) * 2
        vertices = np.stack([xy[u], xy[v]], axis=1).reshape(-1, 2)
    else:
        start = np.array(vertex_start, dtype=np.int64)
        vertices = np.array(vertex_xy, dtype=np.float64).reshape(-1, 2)
    columns: dict[str, NDArray[np.generic]] = {
        name: np.array(attributes[name], dtype=dtype)
        if name in attributes
        else np.full(n_edges, fill, dtype=dtype)
        for name, (dtype, fill) in _DEFAULTS.items()
    }
    lengths = (
        polyline_lengths_m(start, vertices)
        if length_m is None
        else np.array(length_m, dtype=np.float64)
    )
    for name, column in {
        **columns,
        "edge_v": v,
        "length_m": lengths,
        "vertex_start": start[1:],
    }.items():
        if len(column) != n_edges:
            raise ValueError(f"{name} has {len(column)} items, the network has {n_edges} edges")
    return WalkNetwork(
        crs=crs,
        node_xy=xy,
        edge_u=u,
        edge_v=v,
        vertex_start=start,
        vertex_xy=vertices,
        length_m=lengths,
        highway_names=highway_names,
        street_names=street_names,
        **columns,  # type: ignore[arg-type]  # names and dtypes come from _DEFAULTS
    )


def polyline_lengths_m(
    vertex_start: NDArray[np.int64], vertex_xy: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Length of each polyline.

    Parameters
    ----------
    vertex_start : ndarray of int64, shape (n + 1,)
        Offsets of the polylines into `vertex_xy`.
    vertex_xy : ndarray of float64, shape (n_vertices, 2)
        Vertices [m].

    Returns
    -------
    ndarray of float64, shape (n,)
        Lengths [m].
    """
    if len(vertex_start) < 2:
        return np.zeros(0)
    steps = np.hypot(*np.diff(vertex_xy, axis=0).T)
    steps[vertex_start[1:-1] - 1] = 0.0  # the jump from one polyline to the next
    return np.asarray(np.add.reduceat(steps, vertex_start[:-1]))


def turn_codes(
    codes: NDArray[np.uint8],
    is_turned: NDArray[np.bool_],
) -> NDArray[np.uint8]:
    """Directions (`SLOPES`, `ONE_WAY`) as seen by who walks an edge the other way round.

    Parameters
    ----------
    codes : ndarray of uint8, shape (n,)
        Index into `SLOPES` or `ONE_WAY`.
    is_turned : ndarray of bool, shape (n,)
        Which are walked from v to u.

    Returns
    -------
    ndarray of uint8, shape (n,)
        The first and the second direction exchanged where turned.
    """
    exchanged = np.array([0, 2, 1, *range(3, 256)], dtype=np.uint8)
    return np.where(is_turned, exchanged[codes], codes)


def sort_nodes(network: WalkNetwork) -> WalkNetwork:
    """Number nodes along a space-filling curve, so that neighbours lie close together in memory.

    A search then reads a third less memory; nothing else changes.

    Parameters
    ----------
    network : WalkNetwork
        The streets.

    Returns
    -------
    WalkNetwork
        The same streets with nodes in Morton order.
    """
    if network.n_nodes == 0:
        return network
    offset = network.node_xy - network.node_xy.min(axis=0)
    cell = (offset / max(float(offset.max()), 1.0) * 0xFFFF).astype(np.uint64)
    order = np.argsort(
        _interleave(cell[:, 0]) | (_interleave(cell[:, 1]) << np.uint64(1)), kind="stable"
    )
    rank = np.empty(network.n_nodes, dtype=np.int64)
    rank[order] = np.arange(network.n_nodes)
    return replace(
        network,
        node_xy=network.node_xy[order],
        edge_u=rank[network.edge_u],
        edge_v=rank[network.edge_v],
    )


def round_to_centimetres(network: WalkNetwork) -> WalkNetwork:
    """Put vertices and lengths on whole centimetres, about what the digits of OpenStreetMap's own
    coordinates say.

    Whole centimetres travel as whole numbers: who reads a network elsewhere computes with the same
    streets, to the last digit.

    Parameters
    ----------
    network : WalkNetwork
        The streets.

    Returns
    -------
    WalkNetwork
        The same streets, nothing moved by more than 7 mm.
    """
    node_xy, vertex_xy, length_m = (
        np.rint(values * 100.0) / 100.0
        for values in (network.node_xy, network.vertex_xy, network.length_m)
    )
    return replace(
        network,
        node_xy=node_xy,
        vertex_xy=vertex_xy,
        length_m=length_m,
    )


def hash_network(network: WalkNetwork) -> str:
    """Name a network by what a walk on it depends on, to tell a proposal made on other streets.

    Parameters
    ----------
    network : WalkNetwork
        The streets.

    Returns
    -------
    str
        Sixteen hexadecimal digits.
    """
    digest = hashlib.sha256()
    for values in (
        network.edge_u,
        network.edge_v,
        np.rint(network.length_m * 100.0),
        np.rint(network.vertex_xy * 100.0),
        network.steps,
        np.rint(network.step_share * 1e6),
        network.wheelchair,
        np.rint(np.nan_to_num(network.incline, nan=99.0) * 10_000.0),
        network.slope,
        network.one_way,
        network.conveying,
        network.surface,
        network.smoothness,
        np.rint(np.nan_to_num(network.width_m, nan=999.0) * 100.0),
        network.crossing_u,
        network.crossing_v,
        network.kerb_u,
        network.kerb_v,
    ):
        digest.update(np.ascontiguousarray(values, dtype="<i8").tobytes())
    return digest.hexdigest()[:16]


def _interleave(bits: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Spread 16 bits over 32, a zero before each."""
    for shift, mask in ((8, 0x00FF00FF), (4, 0x0F0F0F0F), (2, 0x33333333), (1, 0x55555555)):
        bits = (bits | (bits << np.uint64(shift))) & np.uint64(mask)
    return bits
