"""Streets as a proposal would change them, and where people and services then meet them.

The page of a session computes the same, number by number (`web/core/session.js`): places of a
proposal lie on whole centimetres, and so do the ends of what is cut or joined there.

Nobody loses by an opening: every home and facility keeps the door to the street that it has today.
Only who lives on a street that is closed is joined to the nearest one that stays. A new way is no
street: nobody's door is on it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from access15.core.change.linked import LinkedStreets, add_links
from access15.core.change.links import WORKS, MissingLinks
from access15.core.streets.network import KERBS, WHEELCHAIR, WalkNetwork
from access15.core.walk.doors import (
    Doors,
    DoorStreets,
    build_door_snapper,
    find_door_streets,
    snap_doors,
)
from access15.core.walk.snap import Snapped, build_snapper, round_places, snap_points

MAX_STREET_M = 30.0  # how far from a street somebody may point and still mean it
MAX_LINK_M = 500.0
_RAISED, _FLUSH = KERBS.index("raised"), KERBS.index("flush")
# What was said of a flight of steps is not said of the flat way that takes its place.
_SAID_OF_STEPS = {
    "step_count": 0,
    "step_share": 1.0,
    "wheelchair": WHEELCHAIR.index("unknown"),
    "incline": np.nan,
    "slope": 0,
    "one_way": 0,
    "conveying": False,
    "surface": 0,
    "smoothness": 0,
    "width_m": np.nan,
}

StreetChangeKind = Literal["add_link", "close_link", "remove_steps", "add_kerb_ramp"]
FaultCode = Literal["no_street", "no_steps", "no_kerb", "too_short", "too_long"]


@dataclass(frozen=True)
class StreetChange:
    """One change of the streets.

    Parameters
    ----------
    id : str
        For messages.
    kind : {"add_link", "close_link", "remove_steps", "add_kerb_ramp"}
        What is done.
    xy : tuple of float
        Where, in the network's CRS [m].
    xy_to : tuple of float, optional
        The other end of a link [m].
    """

    id: str
    kind: StreetChangeKind
    xy: tuple[float, float]
    xy_to: tuple[float, float] | None = None


@dataclass(frozen=True)
class Fault:
    """A change that means nothing on these streets.

    Parameters
    ----------
    id : str
        Which change.
    code : {"no_street", "no_steps", "no_kerb", "too_short", "too_long"}
        Why.
    metres : float
        Metres to the nearest street, steps or kerb, or of the link; inf where there is none [m].
    """

    id: str
    code: FaultCode
    metres: float


@dataclass(frozen=True, eq=False)
class ChangedStreets:
    """Streets as a proposal would have them; build with `change_streets`.

    Parameters
    ----------
    original : WalkNetwork
        The streets as they are.
    linked : LinkedStreets
        Pieces of the changed streets, then the new ways.
    is_closed : ndarray of bool, shape (n_edges,)
        Pieces that nobody can pass any more.
    faults : tuple of Fault
        Changes that mean nothing here and were left out.
    edges : mapping of str to tuple of int
        Edges of `original` that each change is about: one closed or without its steps, the two that
        a link joins.
    links : tuple of str
        Changes that add a way, in the order of the ways.
    begins, ends : Snapped
        Places on `original` that each of those ways joins.
    """

    original: WalkNetwork
    linked: LinkedStreets
    is_closed: NDArray[np.bool_]
    faults: tuple[Fault, ...]
    edges: Mapping[str, tuple[int, ...]]
    links: tuple[str, ...]
    begins: Snapped
    ends: Snapped

    @property
    def network(self) -> WalkNetwork:
        """The changed streets."""
        return self.linked.network

    @cached_property
    def door_streets(self) -> DoorStreets:
        """Streets that doors open to: those of today on the pieces, but for closed ones."""
        n_links = int(self.linked.is_link.sum())
        today = find_door_streets(self.original)
        return today.of_pieces(self.linked.piece_edge, n_links).without(self.is_closed)


def change_streets(network: WalkNetwork, changes: Sequence[StreetChange]) -> ChangedStreets:
    """Change streets: steps and kerbs first, then new ways, then closures.

    Parameters
    ----------
    network : WalkNetwork
        The streets as they are.
    changes : sequence of StreetChange
        In any order.

    Returns
    -------
    ChangedStreets
        What follows of them.
    """
    # 1. What every change points at is found on the streets as they are, whatever the others do, so
    #    that the order in which changes were drawn means nothing.
    told = _Told([], {}, [])
    is_any = np.ones(network.n_edges, dtype=bool)
    closed = _find_edges(network, is_any, _of(changes, "close_link"), "no_street", told)
    flat = _find_edges(network, network.steps, _of(changes, "remove_steps"), "no_steps", told)
    ramped = _find_kerbs(network, _of(changes, "add_kerb_ramp"), told)
    # 2. Steps and kerbs first: the ends of new ways are looked for on eased streets, but never on
    #    closed ones.
    eased = _ease(network, flat, ramped)
    is_shut = np.zeros(network.n_edges, dtype=bool)
    is_shut[closed] = True
    links = _find_links(eased, ~is_shut, _of(changes, "add_link"), told)
    # 3. Cuts lie on whole centimetres, because the page counts in them and must find the same.
    linked = add_links(eased, links)
    cut = linked.network
    node_xy = np.rint(cut.node_xy * 100.0) / 100.0
    vertex_xy = np.rint(cut.vertex_xy * 100.0) / 100.0
    linked = replace(linked, network=replace(cut, node_xy=node_xy, vertex_xy=vertex_xy))
    # 4. Closures last: every piece of a closed street is closed, also where a new way begins on it.
    is_closed = np.zeros(cut.n_edges, dtype=bool)
    is_closed[: len(linked.piece_edge)] = is_shut[linked.piece_edge]
    on_street = np.zeros(len(links))
    return ChangedStreets(
        original=network,
        linked=linked,
        is_closed=is_closed,
        faults=tuple(told.faults),
        edges=told.edges,
        links=tuple(told.links),
        begins=Snapped(links.edge_a, links.fraction_a, on_street),
        ends=Snapped(links.edge_b, links.fraction_b, on_street),
    )


@dataclass(frozen=True, eq=False)
class _Told:
    """What is told of the changes as they are looked at."""

    faults: list[Fault]
    edges: dict[str, tuple[int, ...]]
    links: list[str]


def _of(changes: Sequence[StreetChange], kind: StreetChangeKind) -> list[StreetChange]:
    """Changes of one kind, in order."""
    return [change for change in changes if change.kind == kind]


def _find_edges(
    network: WalkNetwork,
    is_asked: NDArray[np.bool_],
    changes: list[StreetChange],
    code: FaultCode,
    told: _Told,
) -> NDArray[np.int64]:
    """Edges that changes point at; a change too far from any is a fault."""
    xy = np.array([change.xy for change in changes]).reshape(-1, 2)
    found = snap_points(build_snapper(network, is_asked), xy, max_snap_m=MAX_STREET_M)
    places = zip(changes, found.snap_m.tolist(), found.edge.tolist(), strict=True)
    for change, metres, edge in places:
        if edge < 0:
            told.faults.append(Fault(change.id, code, metres))
        else:
            told.edges[change.id] = (edge,)
    return found.edge[found.is_snapped]


def _find_kerbs(
    network: WalkNetwork,
    changes: list[StreetChange],
    told: _Told,
) -> NDArray[np.int64]:
    """Nodes with a raised kerb that changes point at."""
    at_u = network.edge_u[network.kerb_u == _RAISED]
    at_v = network.edge_v[network.kerb_v == _RAISED]
    raised = np.unique(np.concatenate([at_u, at_v]))
    found = []
    for change in changes:
        metres = _length_m(network.node_xy[raised] - np.array(change.xy))
        least_m = float(metres.min(initial=np.inf))
        if least_m > MAX_STREET_M:
            told.faults.append(Fault(change.id, "no_kerb", least_m))
        else:
            found.append(int(raised[np.argmin(metres)]))
    return np.array(found, dtype=np.int64)


def _ease(
    network: WalkNetwork,
    flat: NDArray[np.int64],
    ramped: NDArray[np.int64],
) -> WalkNetwork:
    """Streets without some flights of steps, and with kerbs lowered at some nodes."""
    steps = network.steps.copy()
    steps[flat] = False
    of_steps: dict[str, Any] = {}
    for name, fill in _SAID_OF_STEPS.items():
        of_steps[name] = getattr(network, name).copy()
        of_steps[name][flat] = fill
    is_ramped = np.zeros(network.n_nodes, dtype=bool)
    is_ramped[ramped] = True
    lowers_u = is_ramped[network.edge_u] & (network.kerb_u == _RAISED)
    lowers_v = is_ramped[network.edge_v] & (network.kerb_v == _RAISED)
    kerb_u = np.where(lowers_u, _FLUSH, network.kerb_u)
    kerb_v = np.where(lowers_v, _FLUSH, network.kerb_v)
    return replace(
        network,
        steps=steps,
        **of_steps,
        kerb_u=kerb_u.astype(np.uint8),
        kerb_v=kerb_v.astype(np.uint8),
    )


def _find_links(
    network: WalkNetwork,
    is_open: NDArray[np.bool_],
    changes: list[StreetChange],
    told: _Told,
) -> MissingLinks:
    """Ways between places on streets, all their ends on whole centimetres."""
    # 1. Both ends at the nearest street, on whole centimetres.
    snapper = build_snapper(network, is_open)
    xy = np.array([change.xy for change in changes]).reshape(-1, 2)
    xy_to = np.array([change.xy_to or change.xy for change in changes]).reshape(-1, 2)
    one = round_places(network, snap_points(snapper, xy, max_snap_m=MAX_STREET_M))
    other = round_places(network, snap_points(snapper, xy_to, max_snap_m=MAX_STREET_M))
    # 2. The way is as long as the straight line between its ends on the streets, not between the
    #    places somebody pointed at.
    gap_m = _length_m(_places_xy(network, one) - _places_xy(network, other))
    metres = np.rint(100.0 * gap_m) / 100.0
    # 3. What is no way is told, and left out.
    keep = []
    for i, change in enumerate(changes):
        if not (one.is_snapped[i] and other.is_snapped[i]):
            far_m = max(one.snap_m[i], other.snap_m[i])
            told.faults.append(Fault(change.id, "no_street", float(far_m)))
        elif not 0 < metres[i] <= MAX_LINK_M:
            code: FaultCode = "too_long" if metres[i] > 0 else "too_short"
            told.faults.append(Fault(change.id, code, float(metres[i])))
        else:
            keep.append(i)
            told.edges[change.id] = (int(one.edge[i]), int(other.edge[i]))
            told.links.append(change.id)
    rows = np.array(keep, dtype=np.int64)
    begins, ends = one.take(rows), other.take(rows)
    no_detour = np.full(len(rows), np.inf)
    unsaid = np.full(len(rows), WORKS.index("missing_link"))  # what it takes is not asked here
    return MissingLinks(
        begins.edge, begins.fraction, ends.edge, ends.fraction, metres[rows], no_detour, unsaid
    )


def _length_m(gap: NDArray[np.float64]) -> NDArray[np.float64]:
    """Lengths of straight lines, by the very steps that the page takes, to the last bit."""
    return np.asarray(np.sqrt(gap[:, 0] * gap[:, 0] + gap[:, 1] * gap[:, 1]))


def _places_xy(network: WalkNetwork, snapped: Snapped) -> NDArray[np.float64]:
    """Coordinates of places on edges; NaN where not snapped."""
    # by the very steps that the page takes, where no library measures along lines
    xy = np.full((len(snapped.edge), 2), np.nan)
    for row in np.flatnonzero(snapped.is_snapped):
        edge, fraction = snapped.edge[row], snapped.fraction[row]
        lo, hi = network.vertex_start[edge], network.vertex_start[edge + 1]
        vertices = network.vertex_xy[lo:hi]
        along = np.append(0.0, np.cumsum(np.sqrt((np.diff(vertices, axis=0) ** 2).sum(axis=1))))
        at_m = fraction * along[-1]
        segment = min(int(np.searchsorted(along, at_m, side="right")) - 1, len(vertices) - 2)
        span_m = along[segment + 1] - along[segment]
        share = (at_m - along[segment]) / span_m if span_m > 0 else 0.0
        xy[row] = vertices[segment] + share * (vertices[segment + 1] - vertices[segment])
    return xy


@dataclass(frozen=True, eq=False)
class Points:
    """Doors of today and the points they are joined from: a place, or the entrance to it.

    Parameters
    ----------
    xy : ndarray of float64, shape (n, 2)
        Points in the network's CRS, one for each door; NaN where unknown [m].
    doors : Doors
        Where they are on the streets as they are.
    max_snap_m : float
        Farthest street [m].
    """

    xy: NDArray[np.float64]
    doors: Doors
    max_snap_m: float


def move_doors(streets: ChangedStreets, points: Points) -> Doors:
    """Find doors of today on changed streets, whoever walks.

    Parameters
    ----------
    streets : ChangedStreets
        The streets.
    points : Points
        Doors on the streets as they are.

    Returns
    -------
    Doors
        In the same order.
    """
    # 1. Everybody keeps the door of today, on the piece of the street where it is now.
    moved = streets.linked.move(points.doors.snapped)
    on = moved.is_snapped
    # 2. Who lives on a closed street is joined to the nearest one that stays.
    is_shut = on & streets.is_closed[np.where(on, moved.edge, 0)] if len(streets.is_closed) else on
    anew = np.flatnonzero(is_shut)
    found = place_anew(streets, points.xy[anew], max_snap_m=points.max_snap_m)
    order = np.arange(len(on))
    order[anew] = len(on) + np.arange(len(anew))
    return Doors(points.doors.owner, moved.join(found).take(order))


def place_anew(
    streets: ChangedStreets,
    xy: NDArray[np.float64],
    *,
    max_snap_m: float,
) -> Snapped:
    """Put something new on changed streets, whoever walks.

    Parameters
    ----------
    streets : ChangedStreets
        The streets.
    xy : ndarray of float64, shape (n, 2)
        Where [m].
    max_snap_m : float
        Farthest street [m].

    Returns
    -------
    Snapped
        One row per place.
    """
    snapper = build_door_snapper(streets.network, streets.door_streets)
    return round_places(streets.network, snap_doors(snapper, xy, max_snap_m=max_snap_m))
