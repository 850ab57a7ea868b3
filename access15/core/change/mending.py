"""Who gets in when several things in the street are mended together."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from access15.core.change.gains import FixSearch, Setting, build_fix_search
from access15.core.reach.walks import PlainWalks, build_plain_walks
from access15.core.walk.impedance import Impedance


@dataclass(frozen=True, eq=False)
class Mending:
    """One walker's fixes, any of them together, on the way to some facilities.

    Parameters
    ----------
    setting : Setting
        Streets and places.
    search : FixSearch
        Each fix alone, on those streets.
    facilities : ndarray of int64
        Rows of the facilities walked to.
    cutoff_s : float
        Longest walk, inclusive [s].
    """

    setting: Setting
    search: FixSearch
    facilities: NDArray[np.int64]
    cutoff_s: float

    def reach(self, fixes: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Homes within the cutoff when some fixes are made.

        Parameters
        ----------
        fixes : ndarray of int64
            Numbers of the fixes.

        Returns
        -------
        ndarray of bool, shape (n_homes,)
            Whether each is.
        """
        time_s, _ = self._walk(fixes).nearest(self.facilities, cutoff_s=self.cutoff_s)
        return np.asarray(time_s <= self.cutoff_s)

    def choose_greedily(
        self, people: NDArray[np.float64], n: int, *, among: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """Fixes, each the one that lets most people in when those before are made.

        Parameters
        ----------
        people : ndarray of float64, shape (n_homes,)
            Who lives there.
        n : int
            How many at most.
        among : ndarray of int64
            Numbers of the fixes to choose from.

        Returns
        -------
        ndarray of int64
            In that order; fewer where no single one lets anybody in.
        """
        chosen: list[int] = []
        while len(chosen) < n:
            made = np.array(chosen, dtype=np.int64)
            walks = self._walk(made)
            time_s, _ = walks.nearest(self.facilities, cutoff_s=self.cutoff_s)
            base, rows = walks.impedance, self.search.rows
            then = replace(
                rows,
                forward_s=np.minimum(rows.forward_s, base.forward_s[rows.edge]),
                backward_s=np.minimum(rows.backward_s, base.backward_s[rows.edge]),
                at_u_s=np.minimum(rows.at_u_s, base.at_u_s[rows.edge]),
                at_v_s=np.minimum(rows.at_v_s, base.at_v_s[rows.edge]),
            )
            search = build_fix_search(self.setting, walks, then, self.search.n_fixes)
            found = search.gains(self.facilities, time_s > self.cutoff_s, cutoff_s=self.cutoff_s)
            gained = np.bincount(found.fix, people[found.home], self.search.n_fixes)[among]
            gained[np.isin(among, made)] = 0.0
            if not len(gained) or not gained.max() > 0:
                break
            chosen.append(int(among[np.argmax(gained)]))
        return np.array(chosen, dtype=np.int64)

    def _walk(self, fixes: NDArray[np.int64]) -> PlainWalks:
        """The walker when some fixes are made."""
        # an edge that several fixes change is as good at each end as the best of them makes it
        base, rows = self.search.walks.impedance, self.search.rows
        own = rows.take(np.flatnonzero(np.isin(rows.fix, fixes)))
        parts = {}
        for name in ("forward_s", "backward_s", "at_u_s", "at_v_s"):
            seconds = getattr(base, name).copy()
            np.minimum.at(seconds, own.edge, getattr(own, name))
            parts[name] = seconds
        return build_plain_walks(
            self.search.network,
            Impedance(base.pace_ms, **parts),
            homes=self.setting.homes,
            facilities=self.setting.facilities,
        )
