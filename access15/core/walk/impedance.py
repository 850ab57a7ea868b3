"""A walker meets the network: seconds per edge and direction, and which streets hang
together for this walker.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from access15.config import WalkProfile
from access15.core.streets.network import CROSSINGS, KERBS, WHEELCHAIR, WalkNetwork

# What a walker can be relieved of: steps count as flat, raised kerbs can be passed, crossings cost
# nothing.
Obstacle = Literal["steps", "kerbs", "crossings"]

# Tobler (1993), NCGIA technical report 93-1: pace falls with exp(-3.5 |slope + 0.05|).
_TOBLER_DECAY = 3.5
_TOBLER_OPTIMUM = 0.05


@dataclass(frozen=True, eq=False)
class Impedance:
    """Seconds one walker needs on every edge; inf where this walker cannot pass.

    Walking all of edge ``e`` from u to v costs ``at_u_s[e] + forward_s[e] + at_v_s[e]``; from v to
    u ``at_v_s[e] + backward_s[e] + at_u_s[e]``. Time grows evenly between the ends.

    Parameters
    ----------
    pace_ms : float
        Pace on the flat, rests included; also used between a door and the street [m/s].
    forward_s, backward_s : ndarray of float64, shape (n_edges,)
        Walking time from u to v and from v to u, without the ends [s].
    at_u_s, at_v_s : ndarray of float64, shape (n_edges,)
        Time spent at the edge's ends: half of a crossing's delay, inf at a kerb that stops [s].
    """

    pace_ms: float
    forward_s: NDArray[np.float64]
    backward_s: NDArray[np.float64]
    at_u_s: NDArray[np.float64]
    at_v_s: NDArray[np.float64]

    @property
    def is_open(self) -> NDArray[np.bool_]:
        """Edges that this walker can walk along both ways, shape (n_edges,)."""
        return np.isfinite(self.forward_s) & np.isfinite(self.backward_s)


def build_impedance(
    network: WalkNetwork,
    profile: WalkProfile,
    *,
    lifted: Obstacle | None = None,
    is_closed: NDArray[np.bool_] | None = None,
) -> Impedance:
    """Seconds per edge and direction for one walker.

    Rests add ``rest_s / rest_every_m`` seconds to every metre, on the flat, on slopes and on steps
    alike: an average over the way. So they are additive, splitting an edge changes nothing, and
    a service area narrows evenly; nobody is made to stop at a certain place.

    Parameters
    ----------
    network : WalkNetwork
        The streets.
    profile : WalkProfile
        The walker.
    lifted : {"steps", "kerbs", "crossings"}, optional
        A class of obstacles taken away everywhere, all else equal: steps take as long as the flat
        (also those tagged ``wheelchair=no``), raised kerbs can be passed, crossings cost no time.
    is_closed : ndarray of bool, shape (n_edges,), optional
        Edges nobody can pass, such as links that do not exist yet.

    Returns
    -------
    Impedance
        Costs; every edge stays in, impassable ones at inf.

    Examples
    --------
    >>> import numpy as np
    >>> from access15.config import load_profiles
    >>> from access15.core.streets.network import build_network
    >>> street = build_network(
    ...     crs="EPSG:32632",
    ...     node_xy=np.array([[0.0, 0.0], [97.0, 0.0]]),
    ...     edge_u=np.array([0]),
    ...     edge_v=np.array([1]),
    ... )
    >>> float(build_impedance(street, load_profiles()["older_adult"]).forward_s[0])
    100.0
    """
    parts = build_parts(network, profile, lifted=lifted, is_closed=is_closed)
    rest_per_m_s = profile.rest_per_m_s
    forward_s = parts.walk_s(parts.forward_factor, profile.pace_ms, rest_per_m_s)
    backward_s = parts.walk_s(parts.backward_factor, profile.pace_ms, rest_per_m_s)
    at_u_s, at_v_s = parts.wait_u_s, parts.wait_v_s
    return Impedance(
        pace_ms=profile.pace_with_rests_ms,
        forward_s=forward_s,
        backward_s=backward_s,
        at_u_s=at_u_s,
        at_v_s=at_v_s,
    )


@dataclass(frozen=True, eq=False)
class ImpedanceParts:
    """What edges cost one walker, taken apart by what it grows with: pace, rests, waits.

    Parameters
    ----------
    length_m : ndarray of float64, shape (n_edges,)
        Length of each edge [m].
    forward_factor, backward_factor : ndarray of float64, shape (n_edges,)
        How many times longer than on the flat it takes from u to v and from v to u.
    is_shut : ndarray of bool, shape (n_edges,)
        Edges this walker cannot pass.
    wait_u_s, wait_v_s : ndarray of float64, shape (n_edges,)
        Time spent at the edge's ends: half of a crossing's delay, inf at a kerb that stops [s].
    """

    length_m: NDArray[np.float64]
    forward_factor: NDArray[np.float64]
    backward_factor: NDArray[np.float64]
    is_shut: NDArray[np.bool_]
    wait_u_s: NDArray[np.float64]
    wait_v_s: NDArray[np.float64]

    def walk_s(
        self, factor: NDArray[np.float64], pace_ms: float, rest_per_m_s: float
    ) -> NDArray[np.float64]:
        """Seconds along every edge, without its ends.

        Parameters
        ----------
        factor : ndarray of float64, shape (n_edges,)
            `forward_factor` or `backward_factor`.
        pace_ms : float
            Pace on the flat, without rests [m/s].
        rest_per_m_s : float
            Seconds rested per metre walked [s/m].

        Returns
        -------
        ndarray of float64, shape (n_edges,)
            Seconds; inf where this walker cannot pass [s].
        """
        seconds = self.length_m / pace_ms * factor
        if rest_per_m_s > 0:
            seconds = seconds + self.length_m * rest_per_m_s
        return np.where(self.is_shut, np.inf, seconds)


def build_parts(
    network: WalkNetwork,
    profile: WalkProfile,
    *,
    lifted: Obstacle | None = None,
    is_closed: NDArray[np.bool_] | None = None,
) -> ImpedanceParts:
    """Take apart what edges cost one walker; `build_impedance` puts it together.

    Parameters
    ----------
    network : WalkNetwork
        The streets.
    profile : WalkProfile
        The walker.
    lifted : {"steps", "kerbs", "crossings"}, optional
        As in `build_impedance`.
    is_closed : ndarray of bool, shape (n_edges,), optional
        As in `build_impedance`.

    Returns
    -------
    ImpedanceParts
        What grows with pace, with rests and with waits.
    """
    is_steps = network.steps
    on_steps = 1.0 if lifted == "steps" else profile.steps_factor
    factors, is_too_steep = [], np.zeros(network.n_edges, dtype=bool)
    for incline in (network.incline, -network.incline):
        on_slope = np.ones(network.n_edges)
        if profile.incline != "ignored":
            on_slope = slope_factors(incline)
        factors.append(np.where(is_steps, on_steps, on_slope))
    if profile.incline != "ignored" and profile.max_incline is not None:
        is_too_steep = np.abs(np.nan_to_num(network.incline, nan=0.0)) > profile.max_incline
    shut = is_too_steep & ~is_steps
    if is_closed is not None:
        shut = shut | is_closed
    if profile.steps == "impassable":
        is_denied = network.wheelchair == WHEELCHAIR.index("no")
        shut = shut | ((is_denied & ~is_steps) if lifted == "steps" else (is_denied | is_steps))
    return ImpedanceParts(
        length_m=network.length_m,
        forward_factor=factors[0],
        backward_factor=factors[1],
        is_shut=shut,
        wait_u_s=_end_s(network.crossing_u, network.kerb_u, profile, lifted),
        wait_v_s=_end_s(network.crossing_v, network.kerb_v, profile, lifted),
    )


def slope_factors(incline: NDArray[np.float64]) -> NDArray[np.float64]:
    """How many times longer slopes take than the flat; gentle downhill counts as flat.

    Parameters
    ----------
    incline : ndarray of float64, shape (n,)
        Rise over run in the direction walked; NaN where not known counts as flat.

    Returns
    -------
    ndarray of float64, shape (n,)
        Factors, at least 1.

    Examples
    --------
    >>> import numpy as np
    >>> slope_factors(np.array([0.0, -0.05, np.nan, 0.1])).round(3).tolist()
    [1.0, 1.0, 1.0, 1.419]
    """
    known = np.nan_to_num(incline, nan=0.0)
    factor = np.exp(_TOBLER_DECAY * (np.abs(known + _TOBLER_OPTIMUM) - _TOBLER_OPTIMUM))
    return np.asarray(np.maximum(factor, 1.0))


def _end_s(
    crossing: NDArray[np.uint8],
    kerb: NDArray[np.uint8],
    profile: WalkProfile,
    lifted: Obstacle | None,
) -> NDArray[np.float64]:
    """Seconds at one end of each edge: half a crossing's delay, since two ends pass through it."""
    delay_s = {
        "none": 0.0,
        "unmarked": profile.crossing_unmarked_s,
        "marked": profile.crossing_marked_s,
        "signals": profile.crossing_signals_s,
    }
    half_s = np.array([0.0 if lifted == "crossings" else delay_s[kind] / 2 for kind in CROSSINGS])[
        crossing
    ]
    if profile.raised_kerb == "impassable" and lifted != "kerbs":
        half_s[kerb == KERBS.index("raised")] = np.inf
    return half_s


def label_nodes(
    network: WalkNetwork, impedance: Impedance
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Strongly connected components of one walker's streets.

    Parameters
    ----------
    network : WalkNetwork
        The streets.
    impedance : Impedance
        The walker.

    Returns
    -------
    label : ndarray of int64, shape (n_nodes,)
        Component of each node.
    metres : ndarray of float64, shape (n_components,)
        Length of the edges that can be walked both ways inside each [m].
    """
    ends_s = impedance.at_u_s + impedance.at_v_s
    u, v = network.edge_u, network.edge_v
    out = np.isfinite(ends_s + impedance.forward_s)
    back = np.isfinite(ends_s + impedance.backward_s)
    rows, columns = np.concatenate([u[out], v[back]]), np.concatenate([v[out], u[back]])
    links = coo_array(
        (np.ones(len(rows), dtype=np.int8), (rows, columns)), shape=(network.n_nodes,) * 2
    )
    n, label = connected_components(links.tocsr(), directed=True, connection="strong")
    inside = out & back & (label[u] == label[v])
    metres = np.bincount(label[u[inside]], weights=network.length_m[inside], minlength=n)
    return np.asarray(label, dtype=np.int64), np.asarray(metres, dtype=np.float64)


def find_main(network: WalkNetwork, impedance: Impedance) -> NDArray[np.bool_]:
    """Find the biggest part of the streets that hangs together for one walker.

    Parameters
    ----------
    network : WalkNetwork
        The streets.
    impedance : Impedance
        The walker.

    Returns
    -------
    ndarray of bool, shape (n_edges,)
        Edges with a usable end on the strongly connected component that has the most metres.
    """
    if network.n_edges == 0:
        return np.zeros(0, dtype=bool)
    label, metres = label_nodes(network, impedance)
    if not metres.any():
        return np.zeros(network.n_edges, dtype=bool)
    main = label == np.argmax(metres)
    by_u = main[network.edge_u] & np.isfinite(impedance.at_u_s)
    by_v = main[network.edge_v] & np.isfinite(impedance.at_v_s)
    return np.asarray(impedance.is_open & (by_u | by_v))
