"""A walker meets the network: seconds per edge and direction, and which streets hang
together for this walker.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from access15.config import WalkProfile
from access15.core.streets.network import (
    CROSSINGS,
    KERBS,
    ONE_WAY,
    SLOPES,
    SMOOTHNESS,
    SURFACES,
    WHEELCHAIR,
    WalkNetwork,
)
from access15.core.walk.joined import label_strongly

# What a walker can be relieved of: steps count as flat, raised kerbs can be passed, crossings cost
# nothing, rests take no time.
Obstacle = Literal["steps", "kerbs", "crossings", "rests"]

# Tobler (1993), NCGIA technical report 93-1: pace falls with exp(-3.5 |slope + 0.05|).
_TOBLER_DECAY = 3.5
_TOBLER_OPTIMUM = 0.05


# What the factors of `measure_factors` depend on, and its values where nothing is known of a way.
FACTOR_COLUMNS = (
    "steps",
    "step_share",
    "incline",
    "slope",
    "one_way",
    "conveying",
    "surface",
    "smoothness",
    "width_m",
    "wheelchair",
)
PLAIN_FACTORS = (0.0, 1.0, np.nan, 0.0, 0.0, 0.0, 0.0, 0.0, np.nan, 0.0)


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
        """Edges that this walker can walk along, one way at least, shape (n_edges,)."""
        return np.isfinite(self.forward_s) | np.isfinite(self.backward_s)


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
    lifted : {"steps", "kerbs", "crossings", "rests"}, optional
        A class of obstacles taken away everywhere, all else equal: steps take as long as the flat
        (also those tagged ``wheelchair=no``), raised kerbs can be passed, crossings and rests cost
        no time (lifts still do).
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
    is_rested = lifted == "rests"
    rest_per_m_s = 0.0 if is_rested else profile.rest_per_m_s
    forward_s = parts.walk_s(parts.forward_factor, profile.pace_ms, rest_per_m_s)
    backward_s = parts.walk_s(parts.backward_factor, profile.pace_ms, rest_per_m_s)
    at_u_s, at_v_s = parts.wait_u_s, parts.wait_v_s
    return Impedance(
        pace_ms=profile.pace_ms if is_rested else profile.pace_with_rests_ms,
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
        How many times longer than on the flat it takes from u to v and from v to u; inf in a
        direction in which this walker cannot pass.
    is_shut : ndarray of bool, shape (n_edges,)
        Edges this walker can pass in neither direction.
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
        is_open = np.isfinite(factor) & ~self.is_shut
        seconds = self.length_m / pace_ms * np.where(is_open, factor, 1.0)
        if rest_per_m_s > 0:
            seconds = seconds + self.length_m * rest_per_m_s
        return np.where(is_open, seconds, np.inf)


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
    forth, back = measure_factors(network, profile, lifted_steps=lifted == "steps")
    shut = np.isinf(forth) & np.isinf(back)
    if is_closed is not None:
        shut = shut | is_closed
    return ImpedanceParts(
        length_m=network.length_m,
        forward_factor=forth,
        backward_factor=back,
        is_shut=shut,
        wait_u_s=_end_s(network.crossing_u, network.kerb_u, profile, lifted),
        wait_v_s=_end_s(network.crossing_v, network.kerb_v, profile, lifted),
    )


def measure_factors(
    network: WalkNetwork,
    profile: WalkProfile,
    *,
    lifted_steps: bool = False,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How many times longer each edge takes one walker than the flat, waits and rests aside.

    Parameters
    ----------
    network : WalkNetwork
        The streets.
    profile : WalkProfile
        The walker.
    lifted_steps : bool
        Whether steps are taken away: they take as long as the flat, also those tagged
        ``wheelchair=no``.

    Returns
    -------
    forward, backward : ndarray of float64, shape (n_edges,)
        Factors from u to v and from v to u; inf where this walker cannot pass.

    Examples
    --------
    >>> import numpy as np
    >>> from access15.config import load_profiles
    >>> from access15.core.streets.network import build_network
    >>> stairs = build_network(
    ...     crs="EPSG:32632",
    ...     node_xy=np.array([[0.0, 0.0], [10.0, 0.0]]),
    ...     edge_u=np.array([0]),
    ...     edge_v=np.array([1]),
    ...     steps=np.array([True]),
    ... )
    >>> float(measure_factors(stairs, load_profiles()["older_adult"])[0][0])
    3.0
    """
    # 1. Ways without steps: the ground, and the slope in the direction walked.
    ground = _ground_factors(network, profile)
    forth = ground * _slope_factors(network, profile, is_back=False)
    back = ground * _slope_factors(network, profile, is_back=True)
    # 2. Steps: the metres that they take up count by the walker's factor, the rest is flat. Who
    #    stands on an escalator climbs nothing.
    on_steps = np.where(
        network.step_share == 1.0,
        profile.steps_factor,
        1.0 + (profile.steps_factor - 1.0) * network.step_share,
    )
    on_steps = np.where(network.conveying | lifted_steps, 1.0, on_steps)
    forth = np.where(network.steps, on_steps, forth)
    back = np.where(network.steps, on_steps, back)
    # 3. Wheels: steps stop them, unless there is a ramp beside; and so does a sign that says so.
    is_shut = np.zeros(network.n_edges, dtype=bool)
    if profile.steps == "impassable":
        is_denied = network.wheelchair == WHEELCHAIR.index("no")
        has_ramp = network.wheelchair == WHEELCHAIR.index("yes")
        is_stopped = is_denied | (network.steps & ~has_ramp)
        is_shut = is_denied & ~network.steps if lifted_steps else is_stopped
    # 4. Nobody walks against an escalator, or a way that is one-way on foot.
    against = {name: network.one_way == code for code, name in enumerate(ONE_WAY)}
    forth = np.where(is_shut | against["backward"], np.inf, forth)
    back = np.where(is_shut | against["forward"], np.inf, back)
    return forth, back


def _ground_factors(network: WalkNetwork, profile: WalkProfile) -> NDArray[np.float64]:
    """How many times longer a way takes for what it is made of, how even and how wide it is."""
    by_surface = np.array([profile.ground_factor(surface=name) for name in SURFACES])
    by_smoothness = np.array([profile.ground_factor(smoothness=name) for name in SMOOTHNESS])
    # what was said of its smoothness was said of the same stones: the worse of the two counts
    ground = np.maximum(by_surface[network.surface], by_smoothness[network.smoothness])
    if profile.min_width_m is not None:
        is_narrow = np.nan_to_num(network.width_m, nan=np.inf) < profile.min_width_m
        ground = np.where(is_narrow, np.inf, ground)
    return np.asarray(ground)


def _slope_factors(
    network: WalkNetwork,
    profile: WalkProfile,
    *,
    is_back: bool,
) -> NDArray[np.float64]:
    """As `slope_factors`, inf where it is too steep; a slope only told in words is as the profile
    takes it.
    """
    if profile.incline == "ignored":
        return np.ones(network.n_edges)
    in_words = np.array([0.0, profile.incline_up or 0.0, -(profile.incline_up or 0.0), 0.0])
    incline = np.where(np.isnan(network.incline), in_words[network.slope], network.incline)
    walked = -incline if is_back else incline
    factor = slope_factors(walked)
    if profile.incline_factors:
        told, factors = np.array(profile.incline_factors).T
        factor = np.interp(np.nan_to_num(walked, nan=0.0), told, factors)
    if profile.max_incline is not None:
        is_steep = network.slope == SLOPES.index("steep")
        factor[is_steep | (np.abs(incline) > profile.max_incline)] = np.inf
    return factor


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
        "wide": profile.crossing_wide_s,
    }
    if lifted == "crossings":
        delay_s = dict.fromkeys(delay_s, 0.0)
    delay_s["lift"] = profile.lift_s
    half_s = np.array([delay_s[kind] / 2 for kind in CROSSINGS])[crossing]
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
    label, n = label_strongly(u, v, out, back, network.n_nodes)
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
