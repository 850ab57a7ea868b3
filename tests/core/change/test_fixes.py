"""What a single fix is: every wait at a road, never the wait for a lift."""

from __future__ import annotations

import numpy as np
import pytest

from access15.core.change.fixes import FIX_KINDS, find_fixes
from access15.core.streets.network import CROSSINGS, build_network
from access15.outputs.words.texts import say


@pytest.mark.parametrize("kind", [kind for kind in CROSSINGS if kind != "none"])
def test_what_is_waited_for_in_the_street(kind: str) -> None:
    """One street of two pieces; at its middle somebody waits.

    0 ---- 1 ---- 2
          wait
    """
    code = CROSSINGS.index(kind)
    network = build_network(
        crs="EPSG:32632",
        node_xy=np.array([[0.0, 0.0], [50.0, 0.0], [100.0, 0.0]]),
        edge_u=np.array([0, 1]),
        edge_v=np.array([1, 2]),
        crossing_v=np.array([code, 0]),
        crossing_u=np.array([0, code]),
    )
    fixes = find_fixes(network, np.zeros(2, dtype=bool))
    kinds = [FIX_KINDS[one] for one in fixes.kind.tolist()]
    if kind == "lift":
        assert kinds == []
        return
    assert kinds == ["crossings"]
    for lang in ("it", "en"):
        assert say(f"crossing_{kind}", lang)
