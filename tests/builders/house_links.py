"""Which missing link alone lets homes in, as "what closes the door" finds it, in the page's order."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from access15.config import WalkProfile
from access15.core.change.explain import lift_obstacles
from access15.core.change.fixes import FIX_KINDS, JOINING_KINDS, find_fixes
from access15.core.change.gains import Setting
from access15.core.change.linked import add_links
from access15.core.change.links import MissingLinks
from access15.core.streets.network import WalkNetwork
from access15.core.walk.doors import Doors
from access15.core.walk.snap import Snapped


def find_vertices(network: WalkNetwork, links: MissingLinks) -> NDArray[np.int64]:
    """Vertices at which links begin."""
    found = []
    for edge, fraction in zip(links.edge_a, links.fraction_a, strict=True):
        lo, hi = network.vertex_start[edge], network.vertex_start[edge + 1]
        along_m = network.along_m[lo:hi]
        (at,) = np.flatnonzero(np.isclose(along_m, fraction * along_m[-1], rtol=0, atol=1e-9))[:1]
        found.append(lo + at)
    return np.array(found, dtype=np.int64)


def sort_links(network: WalkNetwork, links: MissingLinks) -> MissingLinks:
    """Links as the page numbers them."""
    return links.take(np.lexsort((find_vertices(network, links), links.work)))


def find_opening_links(
    network: WalkNetwork,
    links: MissingLinks,
    profile: WalkProfile,
    *,
    homes: Snapped,
    facilities: Doors,
    rows: NDArray[np.int64],
    is_out: NDArray[np.bool_],
    cutoff_s: float,
) -> dict[int, dict[int, float]]:
    """Seconds of each home's walk with each of the links that alone lets it in, by home and link."""
    streets = add_links(network, links)
    fixes = find_fixes(streets.network, streets.is_link, links.work)
    setting = Setting(
        streets,
        homes=streets.move(homes),
        facilities=Doors(facilities.owner, streets.move(facilities.snapped)),
    )
    search = lift_obstacles(setting, fixes, profile, adult_pace_ms=profile.pace_ms).fixes
    assert search is not None
    gains = search.gains(rows, is_out, cutoff_s=cutoff_s)
    found: dict[int, dict[int, float]] = {}
    first_link = len(streets.piece_edge)
    for fix, home, seconds in zip(gains.fix, gains.home, gains.time_s, strict=True):
        if FIX_KINDS[fixes.kind[fix]] in JOINING_KINDS:
            (edge,) = fixes.row_edge[fixes.row_fix == fix]
            found.setdefault(int(home), {})[int(edge - first_link)] = float(seconds)
    return found
