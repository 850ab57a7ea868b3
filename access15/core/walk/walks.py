"""One walker on some streets, as everybody asks who does not care how the walk is found.

There are two kinds: walks that only time limits (`access15.core.reach.walks`), and walks from seat
to seat (`access15.core.seat_walk.walks`, whose `build_walks` chooses the one that a profile needs).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from access15.core.walk.doors import Doors
from access15.core.walk.impedance import Impedance
from access15.core.walk.pairs import Pairs
from access15.core.walk.snap import Snapped

if TYPE_CHECKING:
    from access15.core.reach.aside import StreetReach


class Walks(Protocol):
    """The walks of one walker from homes to facilities, both joined to the same streets.

    Facilities are asked for by their rows, and each is entered by the best of its doors; seconds
    are door to door, inf where there is no way, and a cutoff is inclusive.
    """

    @property
    def impedance(self) -> Impedance:
        """What the streets cost this walker."""
        ...

    def nearest(
        self, rows: NDArray[np.int64], *, cutoff_s: float = np.inf
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Walk from every home to the nearest of some facilities.

        Parameters
        ----------
        rows : ndarray of int64
            Rows of the facilities.
        cutoff_s : float
            Longest walk [s].

        Returns
        -------
        time_s : ndarray of float64, shape (n_homes,)
            Seconds; inf beyond the cutoff [s].
        which : ndarray of int64, shape (n_homes,)
            Position in `rows`; -1 where none.
        """
        ...

    def pairs_within(self, rows: NDArray[np.int64], *, cutoff_s: float) -> Pairs:
        """Every one of some facilities with every home within the cutoff of it.

        Parameters
        ----------
        rows : ndarray of int64
            Rows of the facilities.
        cutoff_s : float
            Longest walk [s].

        Returns
        -------
        Pairs
            Sources are positions in `rows`, targets are homes; sorted by source.
        """
        ...

    def ranked_s(self, rows: NDArray[np.int64], *, k: int) -> NDArray[np.float64]:
        """Walk from every home to the nearest, the second nearest, ... the k-th nearest facility.

        Parameters
        ----------
        rows : ndarray of int64
            Rows of the facilities.
        k : int
            How many, 1 or more.

        Returns
        -------
        ndarray of float64, shape (n_homes, k)
            Seconds, rising; inf where fewer can be reached [s].
        """
        ...

    def reach(self, rows: NDArray[np.int64], *, cutoff_s: float = np.inf) -> StreetReach:
        """Streets from which some facilities are reached, wherever homes are.

        Parameters
        ----------
        rows : ndarray of int64
            Rows of the facilities.
        cutoff_s : float
            Longest walk that will be asked for [s].

        Returns
        -------
        StreetReach
            What service areas are drawn from.
        """
        ...

    def starting_at(self, places: Snapped) -> Walks:
        """The same walker, who starts at other places than the homes.

        Parameters
        ----------
        places : Snapped
            Places on the same streets.

        Returns
        -------
        Walks
            To the same facilities.
        """
        ...

    def ending_at(self, doors: Doors) -> Walks:
        """The same walker and homes, and other facilities or other doors.

        Parameters
        ----------
        doors : Doors
            Doors on the same streets; their owners are the rows that are then asked for.

        Returns
        -------
        Walks
            From the same starts.
        """
        ...
