"""Who arrives from aside of every street: what service areas are drawn from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from access15.core.reach.kernels.arrays import Arrivals
from access15.core.reach.parts import EdgeTimes, StreetParts, parts_within, times_on_edges
from access15.core.walk.graph import offsets


class StreetReach(Protocol):
    """A finished search as the drawing asks for it.

    Metres left at a place on a street are how far aside of it somebody may live and still arrive;
    negative where nobody on the street itself does.
    """

    def parts(self, cutoff_s: float) -> StreetParts:
        """Parts of streets that are reached.

        Parameters
        ----------
        cutoff_s : float
            Longest walk, inclusive [s].

        Returns
        -------
        StreetParts
            Disjoint parts, sorted by edge and start.
        """
        ...

    def left_m(
        self,
        edge: NDArray[np.int64],
        fraction: NDArray[np.float64],
        cutoff_s: float,
    ) -> NDArray[np.float64]:
        """Metres left at places on edges.

        Parameters
        ----------
        edge : ndarray of int64, shape (n,)
            Edges, rising.
        fraction : ndarray of float64, shape (n,)
            Where on them, 0 at u.
        cutoff_s : float
            Longest walk, inclusive [s].

        Returns
        -------
        ndarray of float64, shape (n,)
            Metres, -inf where nothing is reached [m].
        """
        ...

    @property
    def arrivals(self) -> Arrivals:
        """The same as the compiled loops take it."""
        ...


@dataclass(frozen=True, eq=False)
class TimedReach:
    """Reach of a search for seconds alone.

    Parameters
    ----------
    times : EdgeTimes
        From `access15.core.reach.parts.edge_times`.
    pace_ms : float
        Pace between a door and the street [m/s].
    """

    times: EdgeTimes
    pace_ms: float

    def parts(self, cutoff_s: float) -> StreetParts:
        """As `StreetReach`.

        Parameters
        ----------
        cutoff_s : float
            Longest walk, inclusive [s].

        Returns
        -------
        StreetParts
            Reached parts.
        """
        return parts_within(self.times, cutoff_s=cutoff_s)

    def left_m(
        self,
        edge: NDArray[np.int64],
        fraction: NDArray[np.float64],
        cutoff_s: float,
    ) -> NDArray[np.float64]:
        """As `StreetReach`.

        Parameters
        ----------
        edge : ndarray of int64, shape (n,)
            Edges, rising.
        fraction : ndarray of float64, shape (n,)
            Where on them.
        cutoff_s : float
            Longest walk, inclusive [s].

        Returns
        -------
        ndarray of float64, shape (n,)
            Metres left [m].
        """
        return np.asarray((cutoff_s - times_on_edges(self.times, edge, fraction)) * self.pace_ms)

    @cached_property
    def arrivals(self) -> Arrivals:
        """As `StreetReach`: every street is one piece, with one way on from each of its ends."""
        times = self.times
        n = len(times.from_u_s)
        edges, ends = np.arange(n + 1), np.arange(2 * n + 1)
        order = np.argsort(times.own_edge, kind="stable")
        whole, nothing = np.ones(n), np.zeros(n)
        return Arrivals(
            first_piece=edges,
            begin=nothing,
            end=whole,
            node_a=2 * edges[:-1],
            node_b=2 * edges[:-1] + 1,
            at_a_s=nothing,
            at_b_s=nothing,
            from_a_s=np.array(times.up_s),
            from_b_s=np.array(times.down_s),
            length_m=nothing,
            at_node=ends,
            time_s=np.stack([times.from_u_s, times.from_v_s], axis=1).ravel(),
            since_m=np.zeros(2 * n),
            at_piece=offsets(times.own_edge[order], n),
            own_share=times.own_fraction[order],
            own_s=times.own_s[order],
            own_m=np.zeros(len(order)),
            limit_m=np.inf,
            pace_ms=self.pace_ms,
        )
