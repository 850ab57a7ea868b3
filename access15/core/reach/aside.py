"""How far aside of every street somebody may live and still arrive: what service areas are drawn
from.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from access15.core.reach.parts import EdgeTimes, StreetParts, parts_within, times_on_edges
from access15.core.streets.network import WalkNetwork
from access15.core.walk.graph import share_of


class StreetReach(Protocol):
    """A finished search as the drawing asks for it.

    Metres left at a place on a street are how far aside of it somebody may live and still arrive;
    negative where nobody on the street itself does. Along a street they change without jumps.
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

    def least_left_m(self, stretches: StreetParts, cutoff_s: float) -> NDArray[np.float64]:
        """Metres left at the worst place of each stretch, or fewer.

        Parameters
        ----------
        stretches : StreetParts
            Disjoint parts, sorted by edge and start.
        cutoff_s : float
            Longest walk, inclusive [s].

        Returns
        -------
        ndarray of float64, shape (n,)
            Metres, -inf where nothing is reached [m].
        """
        ...

    def kinks(self, cutoff_s: float) -> StreetParts:
        """Places where the metres left stop changing evenly.

        Parameters
        ----------
        cutoff_s : float
            Longest walk, inclusive [s].

        Returns
        -------
        StreetParts
            Parts without length.
        """
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

    def least_left_m(self, stretches: StreetParts, cutoff_s: float) -> NDArray[np.float64]:
        """As `StreetReach`; who starts on the same edge may have more left.

        Parameters
        ----------
        stretches : StreetParts
            Parts of streets.
        cutoff_s : float
            Longest walk, inclusive [s].

        Returns
        -------
        ndarray of float64, shape (n,)
            Metres left [m].
        """
        return np.asarray((cutoff_s - self._slowest_s(stretches)) * self.pace_ms)

    def kinks(self, cutoff_s: float) -> StreetParts:
        """As `StreetReach`; the same for all cutoffs.

        Parameters
        ----------
        cutoff_s : float
            Longest walk, inclusive [s].

        Returns
        -------
        StreetParts
            Parts without length.
        """
        del cutoff_s
        met = (self._meetings > 0) & (self._meetings < 1)
        at = np.concatenate([self._meetings[met], self.times.own_fraction])
        return StreetParts(np.concatenate([np.flatnonzero(met), self.times.own_edge]), at, at)

    @cached_property
    def _meetings(self) -> NDArray[np.float64]:
        """Fraction of each edge where walkers over u and over v take equally long; may lie outside,
        or be none.
        """
        times = self.times
        with np.errstate(invalid="ignore", divide="ignore"):  # neither end reached; no length
            # from_u + f up = from_v + (1 - f) down, solved for f
            gap_s = times.from_v_s - times.from_u_s
            full_s = times.up_s + times.down_s
            return np.asarray((gap_s + times.down_s) / full_s)

    def _slowest_s(self, stretches: StreetParts) -> NDArray[np.float64]:
        """Seconds at the slowest place of each stretch."""
        # Seconds rise towards the meeting from both sides: the slowest place of a stretch is the
        # meeting itself, or the end of the stretch that is nearer to it.
        times, edge = self.times, stretches.edge
        slowest = np.clip(
            np.nan_to_num(self._meetings[edge], nan=0.0), stretches.start, stretches.stop
        )
        over_u = times.from_u_s[edge] + share_of(slowest, times.up_s[edge])
        over_v = times.from_v_s[edge] + share_of(1.0 - slowest, times.down_s[edge])
        return np.asarray(np.minimum(over_u, over_v))


def find_bends(network: WalkNetwork) -> StreetParts:
    """Places where streets bend.

    Parameters
    ----------
    network : WalkNetwork
        The streets.

    Returns
    -------
    StreetParts
        Parts without length.
    """
    edge_of_vertex = np.repeat(np.arange(network.n_edges), np.diff(network.vertex_start))
    total_m = network.along_m[network.vertex_start[1:] - 1][edge_of_vertex]
    bend = np.divide(network.along_m, total_m, out=np.zeros(len(total_m)), where=total_m > 0)
    bent = (bend > 0) & (bend < 1)
    return StreetParts(edge_of_vertex[bent], bend[bent], bend[bent])
