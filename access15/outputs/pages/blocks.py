"""Blocks: ground that streets enclose, shaded on maps where hardly a building is mapped."""

from __future__ import annotations

from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from access15.core.streets.network import WalkNetwork
from access15.results.run import Backdrop

_FEWEST_BUILDINGS_KM: Final = 5.0  # of streets; fewer are a few sheds, not the town
_THOROUGHFARES: Final = ("primary", "secondary", "tertiary")
_ENCLOSING: Final = frozenset(
    (*_THOROUGHFARES, "residential", "unclassified", "living_street", "pedestrian")
)
_KERB_M: Final = 6.0  # from the axis of a street to the ground beside it
_SIZES_M2: Final = (900.0, 45_000.0)  # less is an island of traffic, more a field or a railway yard
_LEAST_DEPTH_M: Final = 7.0  # of what has room for a house, to all sides
_SIMPLIFY_M: Final = 2.0


def has_buildings(network: WalkNetwork, backdrop: Backdrop) -> bool:
    """Whether buildings are mapped, or only some of them."""
    streets_km = float(network.length_m.sum()) / 1000.0
    return len(backdrop.buildings) >= _FEWEST_BUILDINGS_KM * streets_km


def find_blocks(network: WalkNetwork, backdrop: Backdrop) -> NDArray[np.object_]:
    """Blocks between streets, without green and water; none where buildings are mapped.

    Returns polygons [m]. They say nothing of what stands there: streets alone make them.
    """
    nothing = np.array([], dtype=object)
    if not network.n_edges or has_buildings(network, backdrop):
        return nothing
    # 1. Pieces of ground that streets for cars or squares enclose.
    names = [name.removesuffix("_link") in _ENCLOSING for name in network.highway_names]
    is_street = np.array(names, dtype=np.bool_)[network.highway] & ~network.steps
    lines = shapely.get_parts(shapely.union_all(network.lines[is_street]))
    pieces = shapely.get_parts(shapely.polygonize(lines))
    least_m2, most_m2 = _SIZES_M2
    area_m2 = shapely.area(pieces)
    pieces = pieces[(area_m2 >= least_m2) & (area_m2 <= most_m2)]
    # 2. Without the streets themselves, and without what is too narrow to be built on.
    inner = shapely.buffer(pieces, -_KERB_M - _LEAST_DEPTH_M, join_style="mitre")
    blocks = shapely.buffer(inner, _LEAST_DEPTH_M, join_style="mitre", mitre_limit=2.0)
    # 3. Without what is mapped as something else.
    other = [*backdrop.green, *backdrop.water, *backdrop.sea]
    open_ground = [one for one in other if shapely.get_dimensions(one) == 2]
    if open_ground:
        tree = shapely.STRtree(open_ground)
        for row in range(len(blocks)):
            for other_row in tree.query(blocks[row], predicate="intersects"):
                blocks[row] = shapely.difference(blocks[row], open_ground[other_row])
    blocks = shapely.simplify(shapely.get_parts(blocks), _SIMPLIFY_M)
    return np.asarray(blocks[shapely.area(blocks) >= least_m2 / 3], dtype=object)
