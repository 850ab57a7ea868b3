"""What stops or delays one walker in the street, one place at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from access15.config import WalkProfile
from access15.core.change.fixes import (
    FIX_KINDS,
    Fixes,
    LiftedRows,
    find_fixes,
    join_ways,
    number_by_lowest,
)
from access15.core.streets.network import CROSSINGS, KERBS, SLOPES, WHEELCHAIR, WalkNetwork
from access15.core.walk.impedance import Impedance, build_impedance
from access15.core.walk.joined import label_joined

# A crossing that is waited at, a kerb at one, steps; then ways that a walker cannot pass: for a
# sign that says so, for their width, for what they are made of, for their slope.
BARRIER_KINDS: Final = ("crossing", "kerb", "steps", "closed", "narrow", "surface", "slope")
_ROAD_CROSSINGS: Final = ("unmarked", "marked", "signals", "wide")
_FOR_WALKERS: Final = ("footway", "path", "pedestrian", "crossing", "cycleway")
_DRAWN_M: Final = 30.0  # longest piece of a crossing drawn as a way of its own
_COLUMNS: Final = ("forward_s", "backward_s", "at_u_s", "at_v_s")


@dataclass(frozen=True, eq=False)
class StreetBarriers:
    """Barriers to one walker, and what each costs once it is gone; build with `find_barriers`.

    Parameters
    ----------
    kind : ndarray of int64, shape (n,)
        Index into `BARRIER_KINDS`.
    rows : LiftedRows
        Seconds of the edges that each changes, without it; `LiftedRows.fix` is the barrier.
    lifts_u, lifts_v : ndarray of bool, shape (n_rows,)
        Of crossings and kerbs: whether it stands at the edge's first and last end.
    """

    kind: NDArray[np.int64]
    rows: LiftedRows
    lifts_u: NDArray[np.bool_]
    lifts_v: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.kind)

    def rows_of(self, barrier: int) -> NDArray[np.int64]:
        """Rows of one barrier.

        Parameters
        ----------
        barrier : int
            Which.

        Returns
        -------
        ndarray of int64
            Into `rows`, rising.
        """
        lo, hi = np.searchsorted(self.rows.fix, [barrier, barrier + 1])
        return np.arange(lo, hi)


class _Part(NamedTuple):
    """Barriers of one class: of each row the barrier, edge and ends; and streets without them."""

    kind: NDArray[np.int64]
    barrier: NDArray[np.int64]
    edge: NDArray[np.int64]
    lifts_u: NDArray[np.bool_]
    lifts_v: NDArray[np.bool_]
    lifted: Impedance


def find_barriers(
    network: WalkNetwork, profile: WalkProfile, impedance: Impedance
) -> StreetBarriers:
    """List what costs one walker time in the street, or stops this walker.

    A crossing and a flight of steps are those of `access15.core.change.fixes.find_fixes`; raised
    kerbs at both ends of one crossing are one barrier, for nobody gets over with one of them gone.
    Ways of one OpenStreetMap way that hang together and are impassable for the same reason are one.

    Parameters
    ----------
    network : WalkNetwork
        The streets.
    profile : WalkProfile
        The walker.
    impedance : Impedance
        What those streets cost this walker.

    Returns
    -------
    StreetBarriers
        By kind, then by their lowest edge; what costs this walker nothing is left out.
    """
    fixes = find_fixes(network, np.zeros(network.n_edges, dtype=bool))
    parts = [
        _take_fixes(fixes, "crossings", build_impedance(network, profile, lifted="crossings")),
        _take_kerbs(network, build_impedance(network, profile, lifted="kerbs")),
        _take_fixes(fixes, "steps", build_impedance(network, profile, lifted="steps")),
        *_take_ways(network, profile, impedance),
    ]
    kinds, rows, n = [], [], 0
    for part in parts:
        # 1. Rows that change nothing for this walker are dropped, and barriers without any.
        now = [getattr(impedance, name)[part.edge] for name in _COLUMNS]
        then = _lift(part, now)
        keep = np.any([a != b for a, b in zip(now, then, strict=True)], axis=0)
        kept, number = np.unique(part.barrier[keep], return_inverse=True)
        kinds.append(part.kind[kept])
        columns = [n + number, part.edge[keep], *(one[keep] for one in then)]
        rows.append([*columns, part.lifts_u[keep], part.lifts_v[keep]])
        n += len(kept)
    joined = [np.concatenate(column) for column in zip(*rows, strict=True)]
    order = np.lexsort((joined[1], joined[0]))
    sorted_rows = [column[order] for column in joined]
    return StreetBarriers(np.concatenate(kinds), LiftedRows(*sorted_rows[:6]), *sorted_rows[6:])


def _lift(part: _Part, now: list[NDArray[np.float64]]) -> list[NDArray[np.float64]]:
    """Seconds of the rows of one class without the barriers: at their ends, or along them."""
    then = [getattr(part.lifted, name)[part.edge] for name in _COLUMNS]
    if not (part.lifts_u.any() or part.lifts_v.any()):
        return [*then[:2], *now[2:]]
    at_u_s = np.where(part.lifts_u, then[2], now[2])
    at_v_s = np.where(part.lifts_v, then[3], now[3])
    return [*now[:2], at_u_s, at_v_s]


def _take_fixes(fixes: Fixes, name: str, lifted: Impedance) -> _Part:
    """Crossings or steps, as single fixes know them."""
    rows = np.flatnonzero(fixes.kind[fixes.row_fix] == FIX_KINDS.index(name))
    _, number = np.unique(fixes.row_fix[rows], return_inverse=True)
    kind = BARRIER_KINDS.index("crossing" if name == "crossings" else name)
    return _Part(
        np.full(int(number.max(initial=-1)) + 1, kind, dtype=np.int64),
        number,
        fixes.row_edge[rows],
        fixes.lifts_u[rows],
        fixes.lifts_v[rows],
        lifted,
    )


def _label_crossings(network: WalkNetwork) -> NDArray[np.int64]:
    """Number the crossings that nodes belong to: both kerbs of one, and its middle, are one place;
    a node on no short way for walkers across a carriageway is a place of its own.
    """
    codes = [CROSSINGS.index(kind) for kind in _ROAD_CROSSINGS]
    crosses = np.isin(network.crossing_u, codes) | np.isin(network.crossing_v, codes)
    is_walkway = np.isin(np.array(network.highway_names, dtype=object), _FOR_WALKERS)
    joins = crosses & is_walkway[network.highway] & (network.length_m <= _DRAWN_M)
    return label_joined(network.edge_u[joins], network.edge_v[joins], network.n_nodes)[0]


def find_crossing_kerbs(network: WalkNetwork) -> NDArray[np.uint8]:
    """Find the kerb of the crossing that each node belongs to.

    Parameters
    ----------
    network : WalkNetwork
        The streets.

    Returns
    -------
    ndarray of uint8, shape (n_nodes,)
        Index into `KERBS`: raised where any of the crossing's is, flush where one is and none is
        raised.
    """
    label = _label_crossings(network)
    kerb = np.zeros(int(label.max(initial=-1)) + 1, dtype=np.uint8)
    np.maximum.at(kerb, label[network.edge_u], network.kerb_u)
    np.maximum.at(kerb, label[network.edge_v], network.kerb_v)
    return kerb[label]


def _take_kerbs(network: WalkNetwork, lifted: Impedance) -> _Part:
    """Raised kerbs, those of one crossing together."""
    raised = KERBS.index("raised")
    at_u, at_v = network.kerb_u == raised, network.kerb_v == raised
    label = _label_crossings(network)
    of = np.concatenate([label[network.edge_u[at_u]], label[network.edge_v[at_v]]])
    edge = np.concatenate([np.flatnonzero(at_u), np.flatnonzero(at_v)])
    pairs = np.unique(np.column_stack([of, edge]), axis=0)
    place, edge = pairs[:, 0], pairs[:, 1]
    # an edge with a kerb at each end may belong to two places: each frees its own end
    lifts_u = at_u[edge] & (label[network.edge_u[edge]] == place)
    lifts_v = at_v[edge] & (label[network.edge_v[edge]] == place)
    number = number_by_lowest(place, edge)
    kind = np.full(int(number.max(initial=-1)) + 1, BARRIER_KINDS.index("kerb"), dtype=np.int64)
    return _Part(kind, number, edge, lifts_u, lifts_v, lifted)


def open_ways(network: WalkNetwork, profile: WalkProfile) -> tuple[WalkNetwork, WalkProfile]:
    """Streets and a walker to whom no way is shut for a sign, its width, its ground or its slope.

    Parameters
    ----------
    network : WalkNetwork
        The streets.
    profile : WalkProfile
        The walker.

    Returns
    -------
    network : WalkNetwork
        The streets without signs that keep wheels off, steps apart.
    profile : WalkProfile
        The same walker without those limits; slower ground stays slower.
    """
    is_denied = (network.wheelchair == WHEELCHAIR.index("no")) & ~network.steps
    free = profile.model_copy(
        update={
            "min_width_m": None,
            "max_incline": None,
            "surface_factors": _keep_passable(profile.surface_factors),
            "smoothness_factors": _keep_passable(profile.smoothness_factors),
        }
    )
    wheelchair = np.where(is_denied, WHEELCHAIR.index("unknown"), network.wheelchair)
    return replace(network, wheelchair=wheelchair.astype(np.uint8)), free


def _keep_passable(factors: Mapping[Any, float | str]) -> dict[Any, float | str]:
    """Factors of ground without what cannot be passed."""
    return {name: factor for name, factor in factors.items() if factor != "impassable"}


def _take_ways(network: WalkNetwork, profile: WalkProfile, impedance: Impedance) -> Iterator[_Part]:
    """Ways that this walker cannot pass, each by the first reason that holds."""
    lifted = build_impedance(*open_ways(network, profile))
    is_shut = ~impedance.is_open & lifted.is_open & ~network.steps
    is_told = np.zeros(network.n_edges, dtype=bool)
    for kind, holds in _list_reasons(network, profile):
        edges = np.flatnonzero(is_shut & holds & ~is_told)
        is_told[edges] = True
        group = join_ways(network, edges)
        number = number_by_lowest(group, edges)
        order = np.lexsort((edges, number))
        none = np.zeros(len(edges), dtype=bool)
        n = int(number.max(initial=-1)) + 1
        kinds = np.full(n, BARRIER_KINDS.index(kind), dtype=np.int64)
        yield _Part(kinds, number[order], edges[order], none, none, lifted)


def _list_reasons(
    network: WalkNetwork, profile: WalkProfile
) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    """Why ways may be shut to a walker; what is left is their slope."""
    everywhere = np.ones(network.n_edges, dtype=bool)
    yield "closed", (network.wheelchair == WHEELCHAIR.index("no"))
    width_m = np.nan_to_num(network.width_m, nan=np.inf)
    yield "narrow", width_m < (profile.min_width_m or 0.0)
    steep = np.abs(network.incline) > (profile.max_incline or np.inf)
    steep |= (network.slope == SLOPES.index("steep")) & np.isnan(network.incline)
    yield "surface", ~steep
    yield "slope", everywhere


def forget_barriers(network: WalkNetwork, profile: WalkProfile) -> Impedance:
    """What streets would cost a walker whom nothing stops: what is waited for stays.

    Parameters
    ----------
    network : WalkNetwork
        The streets.
    profile : WalkProfile
        The walker.

    Returns
    -------
    Impedance
        Steps as the flat, kerbs passable, no way shut.
    """
    opened, free = open_ways(network, profile)
    stepping = free.model_copy(update={"raised_kerb": "passable"})
    return build_impedance(opened, stepping, lifted="steps")
