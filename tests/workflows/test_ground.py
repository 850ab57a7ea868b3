"""Single questions on the Milan extract, against walks worked out with networkx alone."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from builders.drawn_osm import box, lonlat, write_osm
from builders.walk_oracle import Oracle, read_oracle
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from access15.config import WalkProfile, load_profiles, load_study
from access15.core.walk.doors import THROUGH_MARGIN_M
from access15.errors import ConfigError, InputDataError, NetworkDataError
from access15.results.run import NetworkInfo
from access15.testing import assert_table
from access15.workflows.ground import StreetSource
from access15.workflows.isochrone import measure_isochrone
from access15.workflows.times import measure_times

CM = 0.01  # streets are read on whole centimetres, the oracle has them as they come
pytestmark = pytest.mark.real_data

CRS = "EPSG:32632"
PLAIN = load_profiles()["plain"]
ORACLE_BOX = (9.195, 45.415, 9.275, 45.465)
ZANTE = (9.2459, 45.4460)
PLACES = [ZANTE, (9.2395, 45.4551), (9.2301, 45.4402)]
# Each once came out hundreds of metres long, or not at all, because the streets were cut too near
# to the two points.
DETOURS = [
    ((9.237491, 45.432155), (9.23798, 45.431204)),
    ((9.236031, 45.449679), (9.236891, 45.448256)),
    ((9.235626, 45.439417), (9.235004, 45.437558)),
]


@pytest.fixture(scope="session")
def source(extract: Path, tmp_path_factory: pytest.TempPathFactory) -> StreetSource:
    nothing, readings = tmp_path_factory.mktemp("cache"), tmp_path_factory.mktemp("readings")
    return StreetSource(
        osm=extract,
        study=load_study(),
        cache_dir=nothing,
        today=date(2026, 10, 1),
        readings=readings,  # most questions find the streets of one before
    )


@pytest.fixture(scope="session")
def oracle(extract: Path) -> Oracle:
    return read_oracle(extract, ORACLE_BOX, CRS)


def of_walks(info: NetworkInfo) -> list[str]:
    """Warnings, but those of what the file does not hold, which every command tells."""
    of_file = {"remark_unread", "remark_lost"}
    return [one for one in info.warnings if one.code not in of_file]


def points(places: list[tuple[float, float]]) -> gpd.GeoDataFrame:
    lon, lat = zip(*places, strict=True)
    return gpd.GeoDataFrame(
        {"id": range(len(places))}, geometry=gpd.points_from_xy(lon, lat), crs="EPSG:4326"
    )


def some_places(
    n: int, seed: int, box: tuple[float, float, float, float]
) -> list[tuple[float, float]]:
    rng = np.random.default_rng(seed)
    west, south, east, north = box
    return [(float(rng.uniform(west, east)), float(rng.uniform(south, north))) for _ in range(n)]


# Isochrones
# --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", PLACES)
def test_street_metres_equal_networkx(
    source: StreetSource, oracle: Oracle, place: tuple[float, float]
) -> None:
    """Metres are within 2 %: the oracle has older rules of who may walk where, and crosses neither
    squares nor quiet streets but along what is drawn.
    """
    found = measure_isochrone(place, minutes=[5, 10, 15], profile=PLAIN, source=source)
    assert_table(found.areas, "isochrone")
    assert_table(found.streets, "isochrone_streets")
    expected = [
        oracle.street_within(*place, minutes * 60 * PLAIN.pace_ms) for minutes in (5, 10, 15)
    ]
    assert found.areas["street_m"].tolist() == pytest.approx(expected, rel=0.02)
    assert min(expected) > 0
    assert found.snap_m == pytest.approx(oracle.snap(*place)[0], abs=CM)


def test_polygons_and_streets_tell_the_same(source: StreetSource) -> None:
    """Smaller areas lie inside larger ones; each band of streets lies in its polygon and adds up to
    its metres.
    """
    found = measure_isochrone(
        ZANTE, minutes=[15, 5, 10], profile=load_profiles()["frail"], source=source
    )
    assert found.areas["minutes"].tolist() == [5, 10, 15]
    shapes = found.areas.geometry.tolist()
    assert all(inner.difference(outer).area < 1e-3 for inner, outer in pairwise(shapes))
    for row in found.areas.itertuples():
        bands = found.streets[found.streets["minutes"] <= row.minutes]
        assert bands["street_m"].sum() == pytest.approx(row.street_m, rel=1e-9)
        assert row.area_m2 == pytest.approx(row.geometry.area)
        inside_m = shapely.intersection(bands.geometry.to_numpy(), row.geometry.buffer(1)).tolist()
        assert sum(line.length for line in inside_m) > 0.97 * bands.length.sum()
    assert (found.streets["street_m"] > 0).all()
    assert found.streets.length.sum() == pytest.approx(found.streets["street_m"].sum(), rel=1e-4)


@pytest.mark.parametrize("profile", ["plain", "wheelchair"])
@pytest.mark.parametrize(
    "place", [(9.147978, 45.485736), (9.236313, 45.465158), (9.183075, 45.51817)]
)
def test_a_minute_does_not_depend_on_what_else_is_asked(
    source: StreetSource, profile: str, place: tuple[float, float]
) -> None:
    """At the first two places the nearest street was once taken for an island when only a minute
    was asked.
    """
    walker = load_profiles()[profile]
    alone, among = (
        measure_isochrone(place, minutes=m, profile=walker, source=source)
        for m in ([1], [1, 5, 30])
    )
    assert alone.snap_m == among.snap_m
    assert alone.areas["street_m"].iloc[0] == pytest.approx(
        among.areas["street_m"].iloc[0], rel=1e-9
    )
    assert alone.areas["street_m"].iloc[0] > 0


@pytest.mark.parametrize(("slower", "faster"), [(0.5, 0.8), (0.8, 1.33), (1.33, 3.0)])
def test_pace_alone_orders_the_reach(source: StreetSource, slower: float, faster: float) -> None:
    found = [
        measure_isochrone(
            ZANTE, minutes=[10], profile=PLAIN.at_pace(pace_ms), source=source
        ).areas.iloc[0]
        for pace_ms in (slower, faster)
    ]
    assert found[0]["street_m"] < found[1]["street_m"]
    assert found[0]["area_m2"] < found[1]["area_m2"]
    assert [row["speed_ms"] for row in found] == [slower, faster]


def test_a_wheelchair_reaches_no_more_at_the_same_pace(source: StreetSource) -> None:
    chair = load_profiles()["wheelchair"].at_pace(PLAIN.pace_ms)
    whole, part = (
        measure_isochrone(ZANTE, minutes=[15], profile=p, source=source).areas
        for p in (PLAIN, chair)
    )
    assert 0 < part["street_m"].iloc[0] < whole["street_m"].iloc[0]


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    lon=st.floats(9.12, 9.26),
    lat=st.floats(45.42, 45.52),
    minutes=st.sampled_from([0.01, 1.0, 5.0]),
    profile=st.sampled_from(["plain", "wheelchair"]),
)
def test_any_place_has_an_answer(
    source: StreetSource, lon: float, lat: float, minutes: float, profile: str
) -> None:
    """A polygon that can be used, or one sentence why not."""
    try:
        found = measure_isochrone(
            (lon, lat), minutes=[minutes], profile=load_profiles()[profile], source=source
        )
    except InputDataError as error:
        assert "from the nearest street that" in str(error)  # noqa: PT017 - both ends are right
        return
    area = found.areas.iloc[0]
    assert area.geometry.is_valid
    assert area["street_m"] >= 0
    # who stands in a square reaches land before any street that is drawn
    assert area["street_m"] == 0 or not area.geometry.is_empty


def test_street_shared_by_two_ways_counts_once(source: StreetSource) -> None:
    """At the Duomo squares are drawn over the streets along them, and crossed straight: no stretch
    is there twice, and lines of sight across a square are no streets.
    """
    place = (9.19, 45.464)
    found = measure_isochrone(place, minutes=[5], profile=PLAIN, source=source)
    street_m = found.areas["street_m"].iloc[0]
    drawn_once = shapely.union_all(found.streets.geometry.to_numpy())
    # corridors of the underground are walked and drawn, but have no land: not in the area's metres
    assert found.streets["street_m"].sum() == pytest.approx(drawn_once.length, rel=1e-3)
    assert 1000 < street_m <= drawn_once.length


# Times
# --------------------------------------------------------------------------------------------------


def check_against(
    oracle: Oracle,
    start: tuple[float, float],
    ends: list[tuple[float, float]],
    source: StreetSource,
) -> int:
    """Hold times against another reading of the streets, which joins places to the nearest one.

    Ours takes a street that leads on for a service way that ends, up to `THROUGH_MARGIN_M` farther:
    such an end is met elsewhere, and is not counted among those that agree.
    """
    table, _ = measure_times(start, points(ends), profile=PLAIN, source=source)
    assert_table(table.assign(id=table["id"].astype(str)), "times")
    snap_m, node_m = oracle.metres_from(*start)
    n_elsewhere = 0
    for row, end in zip(table.itertuples(), ends, strict=True):
        end_m = oracle.snap(*end)[0]
        if row.snap_m > snap_m + end_m + 2 * CM:
            assert row.snap_m <= snap_m + end_m + THROUGH_MARGIN_M
            n_elsewhere += 1
            continue
        assert row.snap_m == pytest.approx(snap_m + end_m, abs=2 * CM)
        assert row.status == ("ok" if end_m <= 150 else "too_far_from_network")
        if row.status == "ok":
            assert row.distance_m == pytest.approx(
                oracle.metres_between(node_m, start, end), rel=1e-4, abs=10 * CM
            )
        else:
            assert row.distance_m == row.travel_time_s == np.inf
    return int((table["status"] == "ok").sum()) - n_elsewhere


def test_times_equal_networkx(source: StreetSource, oracle: Oracle) -> None:
    ends = [*some_places(60, 7, (9.215, 45.43, 9.262, 45.456)), ZANTE]
    assert check_against(oracle, ZANTE, ends, source) >= 50


@pytest.mark.parametrize(("start", "end"), DETOURS)
def test_a_long_way_round_is_not_missed(
    source: StreetSource, oracle: Oracle, start: tuple[float, float], end: tuple[float, float]
) -> None:
    """Two near points with a railway between them: the streets are read as far as the way may
    lead.
    """
    assert check_against(oracle, start, [end], source) == 1
    assert check_against(oracle, end, [start], source) == 1


@pytest.fixture
def horseshoe(source: StreetSource, tmp_path: Path) -> StreetSource:
    """Two streets 120 m apart that only join far in the north, a long one further on, and an
    island.

    ::

        8 km   +---+
               |   |
        0 km   A   B   i--i       D===========
               0  120  170-200   400 m
    """
    nodes = {1: (0, 0), 2: (0, 8000), 3: (120, 8000), 4: (120, 0), 5: (170, 0), 6: (200, 0)}
    nodes |= {10: (400, 8000), 11: (400, 0), 12: (3000, 0), 13: (-9000, -9000), 14: (-9000, -8990)}
    ways = {
        20: ([1, 2, 3, 4], {"highway": "residential"}),
        21: ([5, 6], {"highway": "footway"}),
        22: ([3, 10, 11, 12], {"highway": "residential"}),
        23: ([13, 14], {"highway": "footway"}),
    }
    path = write_osm(tmp_path / "horseshoe.osm", nodes, ways, bounds=box(-9500, -9500, 9500, 9500))
    return StreetSource(path, source.study, source.cache_dir, source.today)


def test_streets_that_only_join_far_away_are_one(horseshoe: StreetSource) -> None:
    """Wherever the streets were cut, A, B and D must not be taken for islands of each other."""
    ends = [lonlat(120, 10), lonlat(400, 10), lonlat(185, 5)]
    table, info = measure_times(lonlat(0, 10), points(ends), profile=PLAIN, source=horseshoe)
    assert table["status"].tolist() == ["ok", "ok", "ok"]
    assert table["distance_m"].tolist() == pytest.approx(
        [7990 + 120 + 7990, 7990 + 400 + 7990, 16100.0 - 5], abs=25
    )
    assert table["snap_m"].tolist()[:2] == pytest.approx([0, 0], abs=0.1)
    assert of_walks(info) == []
    back, _ = measure_times(
        lonlat(400, 10), points([lonlat(0, 10)]), profile=PLAIN, source=horseshoe
    )
    assert back["distance_m"].tolist() == pytest.approx([7990 + 400 + 7990], abs=25)
    found = measure_isochrone(lonlat(0, 10), minutes=[2], profile=PLAIN, source=horseshoe)
    assert found.snap_m == pytest.approx(0, abs=0.1)
    assert found.areas["street_m"].tolist() == pytest.approx([2 * 60 * PLAIN.pace_ms + 10], abs=0.5)


def test_a_shorter_way_outside_is_found(source: StreetSource, tmp_path: Path) -> None:
    """A and B are joined by a winding lane of 26 km near by, and by a straight way of 8.1 km
    through the north.
    """
    bends = [
        ((x, -100 - 200 * leg) if leg % 2 else (-x, -100 - 200 * leg))
        for leg in range(10)
        for x in (-1200, 1200)
    ]
    nodes = {1: (0, 0), 2: (100, 0), 3: (0, 2000), 4: (0, 4000), 5: (100, 4000), 6: (100, 2000)}
    nodes |= {10 + i: bend for i, bend in enumerate(bends)}
    lane = [1, *range(10, 10 + len(bends)), 2]
    ways = {1: (lane, {"highway": "track"}), 2: ([1, 3, 4, 5, 6, 2], {"highway": "residential"})}
    path = write_osm(tmp_path / "lane.osm", nodes, ways, bounds=box(-9500, -9500, 9500, 9500))
    drawn = StreetSource(path, source.study, source.cache_dir, source.today)
    table, info = measure_times(lonlat(0, 0), points([lonlat(100, 0)]), profile=PLAIN, source=drawn)
    assert table["distance_m"].tolist() == pytest.approx([8100], abs=5)
    assert of_walks(info) == []


def test_times_do_not_depend_on_the_other_points(source: StreetSource) -> None:
    ends = some_places(6, 3, (9.20, 45.43, 9.25, 45.46))
    together, _ = measure_times(ZANTE, points(ends), profile=PLAIN, source=source)
    for i, end in enumerate(ends):
        alone, _ = measure_times(ZANTE, points([end]), profile=PLAIN, source=source)
        assert alone.loc[0, "status"] == together.loc[i, "status"]
        for column in ("snap_m", "distance_m", "travel_time_s"):
            assert alone.loc[0, column] == pytest.approx(together.loc[i, column], rel=1e-12)


def test_seconds_are_metres_at_the_plain_pace_both_ways(source: StreetSource) -> None:
    ends = some_places(25, 9, (9.22, 45.435, 9.26, 45.455))
    there, _ = measure_times(ZANTE, points(ends), profile=PLAIN, source=source)
    assert there.columns.tolist() == ["id", "status", "snap_m", "distance_m", "travel_time_s"]
    ok = there["status"] == "ok"
    assert ok.sum() > 15
    seconds = (there["distance_m"] + there["snap_m"]) / PLAIN.pace_ms
    assert there.loc[ok, "travel_time_s"].tolist() == pytest.approx(seconds[ok].tolist(), abs=1e-6)
    for i in np.flatnonzero(ok)[:4]:
        back, _ = measure_times(ends[i], points([ZANTE]), profile=PLAIN, source=source)
        assert back.loc[0, "travel_time_s"] == pytest.approx(
            there.loc[i, "travel_time_s"], abs=1e-6
        )
        assert back.loc[0, "distance_m"] == pytest.approx(there.loc[i, "distance_m"], abs=1e-6)


def test_every_point_keeps_its_row_and_a_status(source: StreetSource) -> None:
    """No point, a point off the streets, one beyond the extract, one across the world."""
    frame = points(
        [(9.2463, 45.4466), (9.2463, 45.4466), (9.2752, 45.4464), (12.5, 41.9), (-70.0, -33.0)]
    )
    frame.loc[1, "geometry"] = None
    table, info = measure_times(ZANTE, frame, profile=PLAIN, source=source)
    status = [
        "ok",
        "not_geocoded",
        "too_far_from_network",
        "too_far_from_network",
        "too_far_from_network",
    ]
    assert table["id"].tolist() == [0, 1, 2, 3, 4]
    assert table["status"].tolist() == status
    assert np.isinf(table.loc[1:, ["distance_m", "travel_time_s"]].to_numpy()).all()
    assert np.isfinite(table.loc[0, ["snap_m", "distance_m", "travel_time_s"]].astype(float)).all()
    assert of_walks(info) == []


def test_walks_near_the_extracts_edge_are_told(source: StreetSource) -> None:
    """A way round through streets beyond the extract cannot be ruled out there."""
    start, near, far = (9.22471, 45.40648), (9.225263, 45.404855), (9.206687, 45.404143)
    table, info = measure_times(start, points([near, far]), profile=PLAIN, source=source)
    assert table["status"].tolist() == ["ok", "ok"]
    (note,) = of_walks(info)
    assert note.startswith(
        "1 of 2 walks pass so near to the edge of the extract (lon 9.09387 to 9.43759, lat 45.40156"
    )


# What cannot be answered
# ----------------------------------------------------------------------------------------


def ask(
    place: tuple[float, float], source: StreetSource, what: str, profile: WalkProfile = PLAIN
) -> None:
    if what == "isochrone":
        measure_isochrone(place, minutes=[5], profile=profile, source=source)
    else:
        measure_times(place, points([(9.2463, 45.4466)]), profile=profile, source=source)


TOO_FAR = (
    r"45\.44640,9\.27520 is \d+ m from the nearest street that may be walked, the limit is 150 m; "
    r"move it or use other street data$"
)
SWAPPED = (
    "^the place is at latitude 9.2459 and longitude 45.446, far from the streets at hand: "
    "latitude and longitude look swapped; exchange them$"
)


@pytest.mark.parametrize("what", ["isochrone", "times"])
@pytest.mark.parametrize(
    ("place", "error", "sentence"),
    [
        ((9.2752, 45.4464), InputDataError, TOO_FAR),
        ((9.5, 45.5), NetworkDataError, r"lies outside the extract \(lon 9\.09387 to 9\.43759"),
        ((45.4460, 9.2459), InputDataError, SWAPPED),
        ((-15.43, 28.1), NetworkDataError, "lies outside the extract"),
    ],
)
def test_places_without_streets(
    source: StreetSource,
    what: str,
    place: tuple[float, float],
    error: type[Exception],
    sentence: str,
) -> None:
    with pytest.raises(error, match=sentence):
        ask(place, source, what)


def test_swapped_destinations_are_all_told(source: StreetSource) -> None:
    frame = points([(45.4466, 9.2463), (9.2463, 45.4466), (45.45, 9.25)])
    expected = (
        r"(?s)^the points cannot be used\n  - point 0 is at latitude 9\.2463 .*\n  - point "
        r"2 is at latitude 9\.25 "
    )
    with pytest.raises(InputDataError, match=expected):
        measure_times(ZANTE, frame, profile=PLAIN, source=source)


@pytest.mark.parametrize(
    ("minutes", "told"),
    [
        ([], "missing"),
        ([0], "0"),
        ([5, -1], "-1"),
        ([float("nan"), 121], "nan, 121"),
        ([float("inf")], "inf"),
    ],
)
def test_minutes_that_are_none(source: StreetSource, minutes: list[float], told: str) -> None:
    with pytest.raises(
        InputDataError, match=f"^minutes are {told}; give minutes above 0 and up to 120$"
    ):
        measure_isochrone(ZANTE, minutes=minutes, profile=PLAIN, source=source)


def test_the_studys_own_snap_limit_counts(source: StreetSource) -> None:
    strict = StreetSource(
        source.osm, source.study.changed(max_snap_m=1.0), source.cache_dir, source.today
    )
    with pytest.raises(InputDataError, match="the limit is 1 m"):
        ask((9.2417, 45.4478), strict, "times")


def test_no_streets_at_hand(source: StreetSource) -> None:
    nothing = StreetSource(None, source.study.changed(sketch=None), source.cache_dir, source.today)
    expected = (
        "^study 'milano' has no streets: it names no sketch and none were fetched; "
        "give an extract with --osm, or run access15 fetch$"
    )
    for what in ("isochrone", "times"):
        with pytest.raises(ConfigError, match=expected):
            ask(ZANTE, nothing, what)
