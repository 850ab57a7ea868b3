"""Who shares a place: neighbours too, each class of age at its own pace."""

from __future__ import annotations

import geopandas as gpd
import pytest
from builders.streets import CRS, Street, build_streets, walker
from shapely import Point, box

from access15.area.demand import measure_demand
from access15.area.walkers import AreaInputs, build_walkers
from access15.config import Area, load_categories
from access15.results.people import Around, PeopleInfo
from access15.results.run import Backdrop, NetworkInfo

QUICK = walker("plain", pace_ms=1.0).model_copy(update={"id": "quick"})
SLOW = walker("plain", pace_ms=0.5).model_copy(update={"id": "slow"})


def make_inputs(around: Around | None) -> AreaInputs:
    """A straight street; the study ends at 1000 m, the place stands at 900 m.

    ::

        home 100 of whom 40 old          place         next door 50 of whom 20 old
        0 m ............................ 900 m | 1000 m ........ 1500 m
    """
    network = build_streets({"A": (0, 0), "B": (2000, 0)}, [Street("A", "B")])
    people = {"total": [100.0], "age_65_plus": [40.0]}
    homes = gpd.GeoDataFrame(
        {"resident_id": ["r1"], "zone_id": ["1"], **people}, geometry=[Point(0, 0)], crs=CRS
    )
    facilities = gpd.GeoDataFrame(
        {
            "facility_id": ["h"],
            "name": ["Place"],
            "category": "cam",
            "status": "ok",
            "precision": "official point",
        },
        geometry=[Point(900, 0)],
        crs=CRS,
    )
    nothing = gpd.GeoSeries([], crs=CRS)
    return AreaInputs(
        area=Area(id="via", name="Via", zones=("1",), hubs=("h",)),
        network=network,
        network_info=NetworkInfo("graph", "street", "", ""),
        backdrop=Backdrop(nothing, nothing, nothing, nothing),
        zones=gpd.GeoDataFrame({"zone_id": ["1"]}, geometry=[box(0, -500, 1000, 500)], crs=CRS),
        facilities=facilities,
        residents=homes,
        categories={"cam": load_categories()["cam"]},
        cutoffs_min=(15.0,),
        own_profile={"total": "quick", "age_65_plus": "slow"},
        claim="quick",
        claim_pace_ms=1.0,
        max_snap_m=150.0,
        study_id="s",
        people_info=PeopleInfo(),
        around=around,
        own_walkers={"quick": QUICK, "slow": SLOW},
    )


def test_neighbours_share_each_at_their_own_pace() -> None:
    """The quick of the home need exactly 900 s, those next door 600 s; the slow of the home 1800 s,
    those next door 1200 s: none of the old gets there. Zones of 300 s weigh 0.22 and 0.68.
    """
    beyond = gpd.GeoDataFrame(
        {"total": [50.0], "age_65_plus": [20.0]}, geometry=[Point(1500, 0)], crs=CRS
    )
    inputs = make_inputs(Around(beyond, box(-5000, -5000, 5000, 5000)))
    walkers = build_walkers(inputs, {"quick": QUICK})
    demand = measure_demand(inputs, walkers)
    assert demand is not None
    assert demand.within.tolist() == pytest.approx([60 + 30])
    assert demand.weighed.tolist() == pytest.approx([60 * 0.22 + 30 * 0.68])
    assert demand.missing_within.tolist() == pytest.approx([0.0], abs=1e-6)


def test_unknown_neighbours_are_expected_to_be_as_dense() -> None:
    """Only the study is known: half of what lies around the place, about, and nobody is counted
    from beyond.
    """
    nobody = gpd.GeoDataFrame({"total": [], "age_65_plus": []}, geometry=[], crs=CRS)
    inputs = make_inputs(Around(nobody, box(0, -500, 1000, 500)))
    demand = measure_demand(inputs, build_walkers(inputs, dict(inputs.own_walkers)))
    assert demand is not None
    assert demand.within.tolist() == pytest.approx([60.0])
    # 2 r2 of land for the quick, 60 per km2, and a quarter of it for the 40 slow; at most all of it
    most = 60e-6 * 2 * 900.0**2 + 40e-6 * 2 * 450.0**2
    assert most / 3 < demand.missing_within[0] < most


def test_without_asking_who_lives_around_homes_share_alone() -> None:
    inputs = make_inputs(None)
    assert measure_demand(inputs, build_walkers(inputs, dict(inputs.own_walkers))) is None
