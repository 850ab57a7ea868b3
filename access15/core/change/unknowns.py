"""What nobody knows of the streets and may stop a walker: unseen kerbs, ground, widths and ramps.

What is not known counts as passable, and steps as without a ramp. How much depends on it is found
by supposing the contrary, one place at a time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from access15.config import WalkProfile
from access15.core.change.barriers import find_crossing_kerbs
from access15.core.change.fixes import FIX_KINDS, find_fixes
from access15.core.change.passing import Passing
from access15.core.streets.network import KERBS, SMOOTHNESS, SURFACES, WHEELCHAIR, WalkNetwork
from access15.core.walk.impedance import Impedance

# A crossing whose kerbs nobody saw; a way whose ground or width nobody wrote down, or both.
UNKNOWN_KINDS: Final = ("kerb", "surface", "width", "surface_width")


@dataclass(frozen=True, eq=False)
class Unknowns:
    """Places of which something is not known that may stop a walker; build with `find_unknowns`.

    Parameters
    ----------
    kind : ndarray of int64, shape (n,)
        Index into `UNKNOWN_KINDS`.
    row_place, row_edge : ndarray of int64, shape (n_rows,)
        The edges of each place, place after place.
    at_u, at_v : ndarray of bool, shape (n_rows,)
        Of kerbs: at which end of the edge; elsewhere False.
    """

    kind: NDArray[np.int64]
    row_place: NDArray[np.int64]
    row_edge: NDArray[np.int64]
    at_u: NDArray[np.bool_]
    at_v: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.kind)

    def rows_of(self, place: int) -> NDArray[np.int64]:
        """Rows of one place.

        Parameters
        ----------
        place : int
            Which.

        Returns
        -------
        ndarray of int64
            Rising.
        """
        lo, hi = np.searchsorted(self.row_place, [place, place + 1])
        return np.arange(lo, hi)

    def bound(self, passing: Passing) -> NDArray[np.float64]:
        """Find how many people each place can stop at most.

        Parameters
        ----------
        passing : Passing
            Who passes where today: nobody else loses a way.

        Returns
        -------
        ndarray of float64, shape (n,)
            People; some may be counted twice.
        """
        is_kerb = self.at_u | self.at_v
        people = np.where(is_kerb, 0.0, passing.edge[self.row_edge])
        people += np.where(self.at_u, passing.ends[0][self.row_edge], 0.0)
        people += np.where(self.at_v, passing.ends[1][self.row_edge], 0.0)
        most = np.bincount(self.row_place, weights=people, minlength=len(self))
        return np.asarray(most, dtype=np.float64)

    def shut(self, impedance: Impedance, place: int) -> Impedance:
        """Suppose that one place cannot be passed.

        Parameters
        ----------
        impedance : Impedance
            The walker on the streets as they are known.
        place : int
            Which place.

        Returns
        -------
        Impedance
            The same, with infinite seconds there.
        """
        own = self.rows_of(place)
        return shut_edges(impedance, self.row_edge[own], self.at_u[own], self.at_v[own])


def shut_edges(
    impedance: Impedance,
    edge: NDArray[np.int64],
    at_u: NDArray[np.bool_],
    at_v: NDArray[np.bool_],
) -> Impedance:
    """Suppose that some edges cannot be passed.

    Parameters
    ----------
    impedance : Impedance
        The walker on the streets as they are known.
    edge : ndarray of int64, shape (n,)
        Which edges.
    at_u, at_v : ndarray of bool, shape (n,)
        At their first or last end; where neither, all along.

    Returns
    -------
    Impedance
        The same, with infinite seconds there.
    """
    along = ~(at_u | at_v)
    where = {"forward_s": along, "backward_s": along, "at_u_s": at_u, "at_v_s": at_v}
    columns = {}
    for name, here in where.items():
        columns[name] = getattr(impedance, name).copy()
        columns[name][edge[here]] = np.inf
    return Impedance(impedance.pace_ms, **columns)


def find_unknowns(network: WalkNetwork, profile: WalkProfile, impedance: Impedance) -> Unknowns:
    """List the places of which something is not known that may stop a walker.

    Parameters
    ----------
    network : WalkNetwork
        The streets.
    profile : WalkProfile
        The walker.
    impedance : Impedance
        What the streets cost this walker, as far as they are known.

    Returns
    -------
    Unknowns
        Crossings, if raised kerbs stop this walker and nobody knows these; then ways that are
        open, one edge each, if width or ground may stop this walker and are not known.
    """
    crossings = _list_crossings(network, profile)
    ways, kinds = _list_ways(network, profile, impedance)
    n = int(crossings[0].max(initial=-1)) + 1
    none = np.zeros(len(ways), dtype=bool)
    return Unknowns(
        kind=np.append(np.full(n, UNKNOWN_KINDS.index("kerb"), dtype=np.int64), kinds),
        row_place=np.append(crossings[0], n + np.arange(len(ways))),
        row_edge=np.append(crossings[1], ways),
        at_u=np.append(crossings[2], none),
        at_v=np.append(crossings[3], none),
    )


def _list_crossings(
    network: WalkNetwork, profile: WalkProfile
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_], NDArray[np.bool_]]:
    """Crossings without a known kerb: place, edge, and the ends at which it is."""
    fixes = find_fixes(network, np.zeros(network.n_edges, dtype=bool))
    rows = np.flatnonzero(fixes.kind[fixes.row_fix] == FIX_KINDS.index("crossings"))
    edge, at_u, at_v = fixes.row_edge[rows], fixes.lifts_u[rows], fixes.lifts_v[rows]
    node = np.where(at_u, network.edge_u[edge], network.edge_v[edge])
    stops = profile.raised_kerb == "impassable"
    is_unknown = stops & (find_crossing_kerbs(network)[node] == KERBS.index("unknown"))
    _, place = np.unique(fixes.row_fix[rows][is_unknown], return_inverse=True)
    return place.astype(np.int64), edge[is_unknown], at_u[is_unknown], at_v[is_unknown]


def _list_ways(
    network: WalkNetwork, profile: WalkProfile, impedance: Impedance
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Open ways of unknown width or ground, and which of the two it is."""
    factors = (*profile.surface_factors.values(), *profile.smoothness_factors.values())
    no_ground = network.surface == SURFACES.index("unknown")
    no_ground &= network.smoothness == SMOOTHNESS.index("unknown")
    no_ground &= "impassable" in factors
    no_width = np.isnan(network.width_m) & (profile.min_width_m is not None)
    is_asked = impedance.is_open & ~network.steps & (no_ground | no_width)
    is_asked &= network.wheelchair == WHEELCHAIR.index("unknown")
    kind = np.where(no_ground, "surface", "width").astype(object)
    kind[no_ground & no_width] = "surface_width"
    ways = np.flatnonzero(is_asked)
    return ways, np.array([UNKNOWN_KINDS.index(one) for one in kind[ways]], dtype=np.int64)
