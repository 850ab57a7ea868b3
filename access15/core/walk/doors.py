"""Where places meet the streets: one door or several, and those that could as well be the door."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from access15.core.walk.snap import Snapped


@dataclass(frozen=True, eq=False)
class Doors:
    """Places on streets, maybe several of one owner.

    Parameters
    ----------
    owner : ndarray of int64, shape (n,)
        Row of the home or facility.
    snapped : Snapped
        Where the door is.
    """

    owner: NDArray[np.int64]
    snapped: Snapped

    def of(self, owners: NDArray[np.int64]) -> NDArray[np.int64]:
        """Doors of some owners.

        Parameters
        ----------
        owners : ndarray of int64
            Rows of homes or facilities.

        Returns
        -------
        ndarray of int64
            Rows of the doors, rising.
        """
        return np.flatnonzero(np.isin(self.owner, owners))

    def join(self, other: Doors) -> Doors:
        """All of two sets of doors.

        Parameters
        ----------
        other : Doors
            More doors on the same streets.

        Returns
        -------
        Doors
            These, then the others.
        """
        owner = np.append(self.owner, other.owner)
        return Doors(owner, self.snapped.join(other.snapped))


@dataclass(frozen=True, eq=False)
class PlausibleDoors:
    """Every place where facilities may meet the street: those taken, and those that could as well
    be the door.

    Parameters
    ----------
    owner : ndarray of int64, shape (n,)
        Row of the facility, rising.
    snapped : Snapped
        Where the door is.
    is_taken : ndarray of bool, shape (n,)
        Whether the walks use it; of each facility that meets a street at least one, and before the
        others.
    """

    owner: NDArray[np.int64]
    snapped: Snapped
    is_taken: NDArray[np.bool_]

    @property
    def taken(self) -> Doors:
        """The doors that the walks use."""
        return Doors(self.owner[self.is_taken], self.snapped.take(self.is_taken))
