"""Slopes of streets from heights of the ground beneath them.

Heights are looked up at places along every street, `SPACING_M` apart. Bridges, tunnels and ways
under a roof do not follow the ground: theirs run evenly from end to end. A street is cut where its
slope changes, so that an edge has one slope and costs, doors and reach stay even along it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from access15.core.streets.bridges import find_node_heights
from access15.core.streets.network import WalkNetwork
from access15.core.streets.pieces import SHORTEST_M, Samples, cut_streets, list_pieces

# How far the height of a street may lie from the line of even slope that stands for it. This
# project's choice: in Porto Alegre (cells of 30 m) times along nine streets of ten move by less
# than 1.2 %, by 0.2 % in all, and edges are half as many again; at 0.25 m they are twice as many.
MAX_OFF_M: Final = 0.5
# Slopes are told to a fifth of a percent, two centimetres in ten metres: models say no more, and
# pages carry one number for each.
STEPS_PER_UNIT: Final = 500.0
_STEEPEST: Final = 2.0  # steeper than any stairs: a model and a map that do not fit together
_LIFTS: Final = ("elevator",)


@dataclass(frozen=True, eq=False)
class Slopes:
    """Streets with their slopes, and of how much of them a slope is known.

    Parameters
    ----------
    network : WalkNetwork
        The streets, cut where their slope changes.
    tagged_m : float
        Metres of street whose slope the map tells; that one is kept [m].
    measured_m : float
        Metres of street whose slope is that of the heights [m].
    unknown_m : float
        Metres of street of which neither is known; they count as flat [m].
    """

    network: WalkNetwork
    tagged_m: float
    measured_m: float
    unknown_m: float


def build_slopes(
    network: WalkNetwork,
    samples: Samples,
    height_m: NDArray[np.float64],
) -> Slopes:
    """Give streets the slopes of the ground, and cut them where these change.

    A slope that the map tells as a number stays. One told in a word gets the number of the ground,
    and keeps its word: what is mapped as steep stops wheels as before. Steps have one slope from
    end to end; lifts and moving ways none, for nobody climbs them.

    Parameters
    ----------
    network : WalkNetwork
        The streets.
    samples : Samples
        From `place_samples`.
    height_m : ndarray of float64, shape (n,)
        Height of the ground at each; NaN where it is not known [m].

    Returns
    -------
    Slopes
        Streets whose slopes are whole fifths of a percent; where heights are not known a slope
        stays unknown.

    Examples
    --------
    >>> from access15.core.streets.network import build_network
    >>> from access15.core.streets.pieces import place_samples
    >>> street = build_network(
    ...     crs="EPSG:32632",
    ...     node_xy=np.array([[0.0, 0.0], [100.0, 0.0]]),
    ...     edge_u=np.array([0]),
    ...     edge_v=np.array([1]),
    ... )
    >>> places = place_samples(street)
    >>> hill_m = np.maximum(places.along_m - 50.0, 0.0) * 0.08
    >>> build_slopes(street, places, hill_m).network.incline.tolist()
    [0.0, 0.08]
    """
    if not network.n_edges:
        return Slopes(network, 0.0, 0.0, 0.0)
    # 1. What the ground says nothing of, and what does not lie on it.
    is_tagged = np.isfinite(network.incline)
    names = np.array(network.highway_names, dtype=object)
    is_moving = network.conveying | np.isin(names[network.highway], _LIFTS)
    is_off_ground = network.bridge | network.tunnel | network.other_level
    is_even = is_off_ground | network.steps
    # 2. Heights at corners; those above or below the ground from the ends of what leads there.
    node_m = find_node_heights(network, samples, height_m, is_off_ground, is_moving)
    # 3. One slope from end to end, or as many as the ground has.
    is_whole = is_tagged | is_moving | is_even
    is_break = _find_breaks(samples, height_m, ~is_whole)
    pieces = list_pieces(samples, is_break)
    of, first, last = pieces.edge, pieces.first, pieces.last
    whole_m = node_m[network.edge_v] - node_m[network.edge_u]
    n_unknown = np.append(0, np.cumsum(np.isnan(height_m)))
    is_known = n_unknown[last + 1] == n_unknown[first]  # a gap between known ends is one
    ground_m = np.where(is_known, height_m[last] - height_m[first], np.nan)
    rise_m = np.where(is_even[of], whole_m[of], ground_m)
    run_m = samples.along_m[last] - samples.along_m[first]
    measured = np.full(len(of), np.nan)
    np.divide(rise_m, run_m, out=measured, where=run_m >= SHORTEST_M)
    measured = np.rint(measured * STEPS_PER_UNIT) / STEPS_PER_UNIT + 0.0  # never -0
    measured[np.abs(measured) > _STEEPEST] = np.nan
    incline = np.where((is_tagged | is_moving)[of], network.incline[of], measured)
    # 4. Of how much of the streets is a slope known, and from where.
    asked_m = np.where(is_moving[of], 0.0, run_m)
    is_measured = np.isfinite(incline) & ~is_tagged[of]
    return Slopes(
        network=replace(cut_streets(network, samples, pieces), incline=incline),
        tagged_m=float(asked_m[is_tagged[of]].sum()),
        measured_m=float(asked_m[is_measured].sum()),
        unknown_m=float(asked_m[~np.isfinite(incline)].sum()),
    )


def _find_breaks(
    samples: Samples,
    height_m: NDArray[np.float64],
    is_cut: NDArray[np.bool_],
) -> NDArray[np.bool_]:
    """Places where edges are to be cut, their ends among them.

    Ramer, Douglas and Peucker's way of drawing a line with few corners, for all edges at once: of
    every stretch the place that lies farthest off its even slope becomes a corner, until none lies
    farther off than `MAX_OFF_M`. It does not matter which end one begins at.
    """
    first, last = samples.start[:-1], samples.start[1:] - 1
    is_break = np.zeros(len(height_m), dtype=np.bool_)
    is_break[first] = True
    is_break[last] = True
    # 1. Where heights begin or end to be known.
    is_asked = np.repeat(is_cut, np.diff(samples.start))
    is_known = np.isfinite(height_m)
    is_step = is_known[:-1] & is_known[1:]  # from one place to the next
    inner = np.flatnonzero(is_asked & ~is_break)
    is_break[inner[is_step[inner - 1] != is_step[inner]]] = True
    # 2. Where the ground bends.
    inner = np.flatnonzero(is_asked & ~is_break & is_known)
    while len(inner):
        at = np.flatnonzero(is_break)
        stretch = np.searchsorted(at, inner) - 1
        begin, end = at[stretch], at[stretch + 1]
        share = (samples.along_m[inner] - samples.along_m[begin]) / np.maximum(
            samples.along_m[end] - samples.along_m[begin], SHORTEST_M
        )
        off_m = np.abs(
            height_m[inner] - (height_m[begin] + share * (height_m[end] - height_m[begin]))
        )
        begins = np.flatnonzero(np.diff(stretch, prepend=-1))
        worst_m = np.repeat(
            np.maximum.reduceat(off_m, begins), np.diff(np.append(begins, len(inner)))
        )
        is_corner = (off_m == worst_m) & (off_m > MAX_OFF_M)
        if not is_corner.any():
            break
        is_break[inner[is_corner]] = True
        # a stretch that is even enough stays so
        inner = inner[~is_corner & (worst_m > MAX_OFF_M)]
    return is_break
