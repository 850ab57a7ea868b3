"""Where people may live, stretch by stretch of street, and how many live there in drawn worlds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from access15.core.measures.kernels import Homes
from access15.core.measures.ranges import Draws
from access15.core.measures.uncertain import AS_IT_IS
from access15.core.walk.snap import Snapped


@dataclass(frozen=True, eq=False)
class Residents:
    """People at points on streets.

    Parameters
    ----------
    snapped : Snapped
        Where they meet the street.
    zone : ndarray of int64, shape (n,)
        Zone they are counted in.
    people : ndarray of float64, shape (n, n_groups)
        How many.
    is_sure : ndarray of bool, shape (n,)
        Whether the run has them; others live there only in worlds where their class of street has
        homes.
    """

    snapped: Snapped
    zone: NDArray[np.int64]
    people: NDArray[np.float64]
    is_sure: NDArray[np.bool_]

    def join(self, other: Residents) -> Residents:
        """These and others.

        Parameters
        ----------
        other : Residents
            On the same streets.

        Returns
        -------
        Residents
            These, then the others.
        """
        return Residents(
            snapped=self.snapped.join(other.snapped),
            zone=np.concatenate([self.zone, other.zone]),
            people=np.concatenate([self.people, other.people]),
            is_sure=np.concatenate([self.is_sure, other.is_sure]),
        )


@dataclass(frozen=True, eq=False)
class Stretches:
    """Homes of one zone on one edge, together; build with `build_stretches`.

    Parameters
    ----------
    edge : ndarray of int64, shape (n,)
        Edge of each stretch; -1 for homes on no street.
    street : ndarray of int64, shape (n,)
        Which density is its own; -1 where people are not spread by guess.
    kind : ndarray of int64, shape (n,)
        Which of the doubtful classes of street it is; -1 for any other.
    is_sure : ndarray of bool, shape (n,)
        Whether the run has people there.
    homes : Homes
        The homes, for the compiled loop.
    people : ndarray of float64, shape (n, n_groups)
        People of all its homes.
    """

    edge: NDArray[np.int64]
    street: NDArray[np.int64]
    kind: NDArray[np.int64]
    is_sure: NDArray[np.bool_]
    homes: Homes
    people: NDArray[np.float64]

    def share_out(
        self, draws: Draws, n_zones: int
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """How people live along stretches in every world, each zone keeping all of its own.

        Parameters
        ----------
        draws : Draws
            The worlds.
        n_zones : int
            How many zones there are.

        Returns
        -------
        factor : ndarray of float64, shape (n, n_worlds)
            How many times more people live along each stretch, before zones are made whole.
        keeps : ndarray of float64, shape (n_zones, n_groups, n_worlds)
            What sums of a zone are multiplied by to be whole.
        """
        # 1. Streets are more or less dense; along a doubtful class people live or do not.
        density = draws.density[np.maximum(self.street, 0)]
        factor = np.where((self.street >= 0)[:, None], density, 1.0)
        has_homes = (draws.classes >> np.maximum(self.kind, 0)[:, None]) & 1 > 0
        has_homes = np.where(draws.classes == AS_IT_IS, self.is_sure[:, None], has_homes)
        factor = np.where((self.kind < 0)[:, None] | has_homes, factor, 0.0)
        # 2. A zone whose streets are all without homes in a world keeps those of the run.
        whole = np.zeros((n_zones, self.people.shape[1], len(draws)))
        keeps = np.ones_like(whole)
        for zone in range(n_zones):
            here = self.homes.zone == zone
            sure = here & self.is_sure
            is_left = factor[here].any(axis=0)
            factor[sure] = np.where(is_left, factor[sure], 1.0)
            # 3. Its people are as many as ever.
            whole[zone] = self.people[sure].sum(axis=0)[:, None]
            counted = self.people[here].T @ factor[here]
            np.divide(whole[zone], counted, out=keeps[zone], where=counted > 0)
        return factor, keeps


def build_stretches(
    residents: Residents, street: NDArray[np.int64], kind: NDArray[np.int64]
) -> Stretches:
    """Put homes together that share an edge and a zone.

    Parameters
    ----------
    residents : Residents
        Everybody, those too who live there in some worlds only.
    street, kind : ndarray of int64, shape (n,)
        As in `Stretches`, of each home.

    Returns
    -------
    Stretches
        Sorted by edge.
    """
    edge, zone = residents.snapped.edge, residents.zone
    order = np.lexsort((residents.snapped.fraction, kind, street, residents.is_sure, zone, edge))
    keys = np.array([edge, zone, residents.is_sure, street, kind])[:, order]
    first = np.ones(len(order), dtype=bool)
    first[1:] = (keys[:, 1:] != keys[:, :-1]).any(axis=0)
    begin = np.flatnonzero(first)
    people = np.ascontiguousarray(residents.people[order])
    homes = Homes(
        begin=np.append(begin, len(order)),
        zone=np.ascontiguousarray(keys[1, first]),
        fraction=residents.snapped.fraction[order],
        snap_m=residents.snapped.snap_m[order],
        people=people,
    )
    nobody = np.zeros((0, people.shape[1]))
    return Stretches(
        edge=keys[0, first],
        street=keys[3, first],
        kind=keys[4, first],
        is_sure=keys[2, first].astype(bool),
        homes=homes,
        people=np.add.reduceat(people, begin, axis=0) if len(begin) else nobody,
    )
