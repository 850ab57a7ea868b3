"""A finished run draws land when it is asked for, and not before."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import pytest
from builders.tables import make_result

from access15.outputs.tables.run import build_coverage_table


def test_numbers_alone_draw_nothing() -> None:
    """What `access15 coverage` writes needs no polygon."""

    def refuse() -> gpd.GeoDataFrame:
        raise AssertionError("nobody asked for land")

    result = make_result()
    areas = {key: replace(area, draw_areas=refuse) for key, area in result.areas.items()}
    assert len(build_coverage_table(replace(result, areas=areas))) == len(result.coverage) > 0
    with pytest.raises(AssertionError, match="nobody asked for land"):
        _ = next(iter(areas.values())).service_areas


def test_land_is_drawn_once() -> None:
    """Tables, maps and the poster share one drawing."""
    asked = []

    def draw() -> gpd.GeoDataFrame:
        asked.append(1)
        return gpd.GeoDataFrame({"geometry": []}, geometry="geometry")

    area = replace(next(iter(make_result().areas.values())), draw_areas=draw)
    assert area.service_areas is area.service_areas
    assert len(asked) == 1
