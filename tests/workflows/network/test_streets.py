"""A network that is kept: the same numbers as the commands, every row out, wrong input named."""

from __future__ import annotations

import math
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import access15
from access15.config import load_profiles, load_study
from access15.errors import CombinedError, ConfigError, InputDataError
from access15.workflows.isochrone import measure_isochrone
from access15.workflows.network.frames import WalkFrame
from access15.workflows.network.streets import StreetNetwork
from access15.workflows.network.walker import build_ground
from access15.workflows.times import measure_times

LON, LAT = [9.1766, 9.1735, 9.1790, 9.1766], [45.4171, 45.4155, 45.4190, 45.4140]
LABELS = ["a", "b", "c", "d"]
NOWHERE = np.zeros((0, 2))


@pytest.fixture(scope="module")
def net(_nothing_fetched: None) -> StreetNetwork:
    """Streets of the sketch that comes with access15."""
    return access15.read_network(area="milano")


def build_frame(**changes: Any) -> gpd.GeoDataFrame:
    """Four points near streets of the sketch; rows by label may be another shape."""
    shapes = [shapely.Point(xy) for xy in zip(LON, LAT, strict=True)]
    for label, shape in changes.items():
        shapes[LABELS.index(label)] = shape
    return gpd.GeoDataFrame({"people": [3, 0, 2, 5]}, geometry=shapes, index=LABELS, crs=4326)


def test_its_repr_is_one_short_line(net: StreetNetwork) -> None:
    text = repr(net)
    assert text.startswith("<StreetNetwork street_sketch_segments.csv")
    assert "\n" not in text
    assert len(text) < 200


@pytest.mark.parametrize("profile", ["older_adult", "wheelchair"])
def test_travel_times_are_those_of_the_command(net: StreetNetwork, profile: str) -> None:
    """To the last bit, minutes and metres, whatever system the points are in."""
    frame = build_frame()
    times = net.travel_times(frame.iloc[:2], frame, profile=profile)
    for label, own in times.groupby("origin", sort=False):
        point = frame.geometry[label]
        told, _ = measure_times(
            (point.x, point.y),
            frame.assign(id=frame.index),
            profile=profile,
            study="milano",
        )
        assert own["destination"].tolist() == told["id"].tolist()
        assert own["minutes"].tolist() == (told["travel_time_s"] / 60.0).tolist()
        assert own["metres"].tolist() == told["distance_m"].tolist()
        assert own["status"].tolist() == told["status"].tolist()
        assert own["snap_m"].tolist() == told["snap_m"].tolist()
    wide = net.travel_times(frame.iloc[:2], frame, profile=profile, matrix=True)
    assert wide.loc["b"].tolist() == times.set_index("origin").loc["b", "minutes"].tolist()
    assert wide.columns.tolist() == LABELS


def test_isochrones_are_those_of_the_command(net: StreetNetwork) -> None:
    frame = build_frame().iloc[:1]
    found = net.isochrones(frame, minutes=[5, 15])
    told = measure_isochrone((LON[0], LAT[0]), minutes=[5.0, 15.0], profile="older_adult")
    assert found["street_m"].tolist() == told.areas["street_m"].tolist()
    assert found["area_m2"].tolist() == pytest.approx(told.areas["area_m2"].tolist(), rel=1e-12)
    assert found.index.tolist() == ["a", "a"]
    italian = net.isochrones(frame.to_crs(3003), minutes=[5, 15])
    assert italian.crs.to_epsg() == 3003
    # to Rome 40 and back a point moves by a centimetre
    assert italian["area_m2"].tolist() == pytest.approx(found["area_m2"].tolist(), rel=1e-3)
    streets = net.reach(frame, minutes=[5, 15])
    assert streets["street_m"].tolist() == told.streets["street_m"].tolist()
    assert streets["minutes"].tolist() == told.streets["minutes"].tolist()


def test_nearest_and_coverage_are_those_of_a_run(sketch: access15.Run) -> None:
    """To the last bit: every home to the nearest fountain, which has no address, so that a run has
    no better door than the nearest street.
    """
    area = sketch.areas["chiesa_rossa"]
    for profile in ("older_adult", "frail"):
        ground = build_ground(area.network, "sketch", NOWHERE)
        net = StreetNetwork(
            area.network,
            area.network_info,
            walkers=load_profiles(),
            max_snap_m=150.0,
            ground=ground,
        )
        homes = area.residents.set_index("resident_id")
        facilities = area.facilities.set_index("facility_id")
        places = facilities[facilities["category"] == "drinking_fountain"]
        run_min = area.travel_time_s[(profile, "drinking_fountain")] / 60.0
        found = net.nearest(homes, places, profile=profile)
        assert found["minutes"].tolist() == run_min.tolist()
        assert found.index.tolist() == homes.index.tolist()
        covered = net.coverage(homes, places, people="total", minutes=[5, 10, 15], profile=profile)
        assert covered.homes["minutes"].tolist() == run_min.tolist()
        told = area.coverage
        told = told[(told["profile"] == profile) & (told["category"] == "drinking_fountain")]
        told = told[(told["group"] == "total") & (told["zone"] == told["zone"].iloc[0])]
        assert covered.table["within"].tolist() == pytest.approx(told["covered"].tolist())


def test_walks_are_symmetric_where_streets_are(net: StreetNetwork) -> None:
    """Who walks alike both ways needs as long there as back, but for the last digits."""
    frame = build_frame()
    wide = net.travel_times(frame, frame, profile="adult", matrix=True).to_numpy()
    assert np.allclose(wide, wide.T, rtol=1e-12, atol=1e-9)
    towards = net.isochrones(frame, minutes=10, profile="adult")
    away = net.isochrones(frame, minutes=10, profile="adult", direction="from")
    assert towards["area_m2"].tolist() == pytest.approx(away["area_m2"].tolist(), rel=1e-9)


def test_routes_add_up_and_are_as_long_as_their_times(net: StreetNetwork) -> None:
    frame = build_frame()
    starts, ends = frame.iloc[[0, 0, 1]], frame.iloc[[1, 2, 3]]
    starts = starts.set_axis(["x", "y", "z"])
    found = net.routes(starts, ends)
    times = net.travel_times(starts, ends, matrix=True)
    parts = ["door_min", "walk_min", "rest_min", "wait_min"]
    for row, (start, end) in enumerate(zip(starts.index, ends.index, strict=True)):
        line, own = found.lines.loc[start], found.streets[found.streets["route"] == start]
        assert line["minutes"] == times.loc[start, end]
        assert line[parts].sum() == pytest.approx(line["minutes"])
        assert own["minutes"].sum() + line["door_min"] == pytest.approx(line["minutes"])
        assert own["metres"].sum() == pytest.approx(line["metres"])
        assert own["stretch"].tolist() == list(range(1, len(own) + 1))
        drawn = found.lines.to_crs(net.crs).geometry.iloc[row]
        assert drawn.length == pytest.approx(line["metres"], rel=0.01)
    assert found.lines.crs == starts.crs
    both = gpd.GeoSeries(shapely.linestrings(np.stack([[LON[:2]], [LAT[:2]]], axis=-1)[0][None]))
    again = net.routes(both.set_crs(4326))
    assert again.lines["minutes"].tolist() == found.lines["minutes"].tolist()[:1]


def test_no_row_is_dropped(net: StreetNetwork) -> None:
    """No point, far from streets, not within the cutoff: each comes out and says why."""
    frame = build_frame(b=None, c=shapely.Point(9.16, 45.38), d=shapely.Point(9.25, 45.455))
    times = net.travel_times(frame, frame.iloc[:1], cutoff_min=15)
    wanted = ["ok", "not_geocoded", "too_far_from_network", "beyond_cutoff"]
    assert times["status"].tolist() == wanted
    assert times["minutes"].tolist()[1:] == [math.inf] * 3
    nearest = net.nearest(frame, frame.iloc[:1], k=2, cutoff_min=15)
    assert nearest["status"].tolist()[::2] == wanted
    assert nearest["destination"].isna().tolist() == [False, *[True] * 7]
    areas = net.isochrones(frame, minutes=5)
    assert areas["status"].tolist() == ["ok", "not_geocoded", "too_far_from_network", "ok"]
    assert areas.geometry.isna().tolist() == [False, True, True, False]
    routes = net.routes(frame, frame.iloc[[0, 0, 0, 0]].set_axis(LABELS))
    assert routes.lines["status"].tolist()[:3] == wanted[:3]
    covered = net.coverage(frame, frame.iloc[:1], minutes=5, people="people")
    assert covered.table[["people", "within", "share"]].to_numpy().tolist() == [[10.0, 3.0, 0.3]]
    assert covered.homes["within"].tolist()[0] == 5.0


def test_empty_frames_come_out_empty(net: StreetNetwork) -> None:
    frame = build_frame()
    nothing = frame.iloc[:0]
    assert net.travel_times(nothing, frame).shape == (0, 6)
    assert net.travel_times(frame, nothing, matrix=True).shape == (4, 0)
    assert net.nearest(frame, nothing)["status"].unique().tolist() == ["unreachable"]
    assert len(net.isochrones(nothing)) == len(net.reach(nothing)) == 0
    assert len(net.routes(nothing, nothing).lines) == 0
    assert math.isnan(net.coverage(nothing, frame).table["share"].iloc[0])


def test_points_have_one_meaning(net: StreetNetwork) -> None:
    """Heights do not count, and the only point of several is the point."""
    frame = build_frame()
    other = build_frame(
        a=shapely.Point(LON[0], LAT[0], 120.0), b=shapely.MultiPoint([(LON[1], LAT[1])])
    )
    wide = net.travel_times(frame, frame, matrix=True)
    assert wide.equals(net.travel_times(other, other, matrix=True))
    assert net.nearest(other.geometry, other)["destination"].tolist() == LABELS


SQUARE = shapely.box(9.17, 45.41, 9.18, 45.42)


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (build_frame(a=SQUARE, b=shapely.LineString([(9, 45), (9.1, 45)])), "row 'a' is a Polygon"),
        (build_frame(a=SQUARE, b=shapely.LineString([(9, 45), (9.1, 45)])), "row 'b' is a LineStr"),
        (build_frame(a=shapely.Point(45.4171, 9.1766)), "row 'a' is at latitude 9.*exchange them"),
        (build_frame(b=shapely.Point(-73.97, 40.78)), "row 'b' is at latitude 40.78.*200 km"),
        (build_frame(b=shapely.Point(math.inf, 1)), "row 'b': its coordinates are inf"),
        (build_frame(b=shapely.Point(9.17, 5e5)), "row 'b': its coordinates are nowhere on earth"),
        (build_frame().set_axis(["a", "a", "c", "d"]), "row 'a': several rows have this label"),
        (build_frame().set_crs(None, allow_override=True), "does not say which system"),
        (
            pd.DataFrame({"x": [1]}),
            "must be a GeoDataFrame or GeoSeries of points, it is DataFrame",
        ),
        (gpd.GeoDataFrame({"x": [1]}), "has no column of geometries"),
        ([(9.17, 45.41)], "must be a GeoDataFrame or GeoSeries of points, it is list"),
    ],
)
def test_rows_that_are_wrong_are_named(
    net: StreetNetwork, frame: Any, message: str, said_in_italian: None
) -> None:
    with pytest.raises(InputDataError, match=f"(?s){message}"):
        net.nearest(frame, build_frame())


def test_everything_that_is_wrong_is_told_at_once(net: StreetNetwork) -> None:
    wrong = build_frame(a=SQUARE)
    with pytest.raises(InputDataError, match=r"(?s)origins.*row 'a'.*destinations.*row 'a'"):
        net.travel_times(wrong, wrong)


@pytest.mark.parametrize(
    ("call", "messages"),
    [
        (
            lambda net, f: net.travel_times(f, f[["people"]], cutoff_min=0, profile="granny"),
            ("cutoff_min cannot be 0", "'granny' is not known", "destinations must be a Geo"),
        ),
        (
            lambda net, f: net.nearest(f.set_crs(None, allow_override=True), f, k=0, max_snap_m=-1),
            ("k cannot be 0", "max_snap_m cannot be -1", "origins does not say which system"),
        ),
        (
            lambda net, f: net.coverage(f, 3, minutes="5", people="gente"),
            ("minutes cannot be '5'", "no column 'gente'", "places must be a GeoDataFrame"),
        ),
        (
            lambda net, _: net.isochrones(3, minutes=[], direction="to", profile=3),
            ("give minutes", "direction cannot be 'to'", "profile must be a name", "points must"),
        ),
        (
            lambda net, _: net.reach(3, direction="from", profile="frail_seats"),
            ("how far one gets", "places must be"),
        ),
        (
            lambda net, f: net.routes(f, profile="frail_seats", max_snap_m="far"),
            ("by which way", "max_snap_m cannot be 'far'", "a line from start to end"),
        ),
    ],
)
def test_what_is_wrong_with_several_arguments_is_told_at_once(
    net: StreetNetwork, call: Any, messages: tuple[str, ...], said_in_italian: None
) -> None:
    with pytest.raises(CombinedError, match="(?s)" + ".*".join(messages)):
        call(net, build_frame())


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda net, f: net.travel_times(f, f, cutoff_min=0), InputDataError, "cutoff_min cannot"),
        (lambda net, f: net.travel_times(f, f, cutoff_min="15"), InputDataError, "cutoff_min"),
        (lambda net, f: net.isochrones(f, minutes=[]), InputDataError, "minutes"),
        (lambda net, f: net.isochrones(f, minutes="5"), InputDataError, "minutes cannot be '5'"),
        (lambda net, f: net.isochrones(f, direction="to"), ConfigError, "direction cannot be 'to'"),
        (lambda net, f: net.nearest(f, f, k=0), InputDataError, "k cannot be 0"),
        (
            lambda net, f: net.nearest(f, f, max_snap_m=-1),
            InputDataError,
            "max_snap_m cannot be -1",
        ),
        (lambda net, f: net.nearest(f, f, profile="granny"), ConfigError, "'granny' is not known"),
        (lambda net, f: net.nearest(f, f, profile=3), ConfigError, "profile must be a name"),
        (lambda net, f: net.nearest(f, f, profile={"pace_ms": -1}), ConfigError, "pace_ms"),
        (lambda net, f: net.nearest(f, f, profile={"pase": 1}), ConfigError, "pase"),
        (lambda net, f: net.nearest(f, f, profile="frail_seats"), ConfigError, "no seat near"),
        (lambda net, f: net.routes(f, f, profile="frail_seats"), ConfigError, "by which way"),
        (
            lambda net, f: net.isochrones(f, profile="frail_seats", direction="from"),
            ConfigError,
            "how far one gets",
        ),
        (lambda net, f: net.routes(f, f.iloc[:2]), InputDataError, "4 rows and destinations 2"),
        (lambda net, f: net.routes(f), InputDataError, "row 'a': a line from start to end"),
        (lambda net, f: net.coverage(f, f, people="gente"), InputDataError, "no column 'gente'"),
        (
            lambda net, f: net.coverage(f.assign(people=[1, -1, "x", 2]), f, people="people"),
            InputDataError,
            r"(?s)row 'b', column 'people': -1.*row 'c', column 'people': 'x'",
        ),
    ],
)
def test_what_is_asked_must_make_sense(
    net: StreetNetwork, call: Any, error: type[Exception], message: str, said_in_italian: None
) -> None:
    with pytest.raises(error, match=message):
        call(net, build_frame())


def test_a_walker_may_be_changed(net: StreetNetwork) -> None:
    """A dict changes what it names: half the pace, twice the minutes of who never waits or rests."""
    frame = build_frame()
    usual = net.travel_times(frame, frame, profile="plain", matrix=True)
    pace_ms = load_profiles()["plain"].pace_ms / 2
    slow = net.travel_times(frame, frame, profile={"id": "plain", "pace_ms": pace_ms}, matrix=True)
    assert np.allclose(slow, 2 * usual)
    own = load_profiles()["plain"].at_pace(pace_ms)
    assert slow.equals(net.travel_times(frame, frame, profile=own, matrix=True))


def test_who_needs_seats_walks_from_seat_to_seat(net: StreetNetwork) -> None:
    """With seats everywhere on the way as quickly as without the need, without any nowhere."""
    frame = build_frame()
    along = net.routes(frame.iloc[:1], frame.iloc[1:2]).lines.to_crs(net.crs).geometry.iloc[0]
    places = shapely.line_interpolate_point(along, np.arange(0.0, along.length, 20.0))
    seats = gpd.GeoSeries(places, crs=net.crs)
    seated = access15.read_network(area="milano", seats=seats)
    times = seated.travel_times(frame.iloc[:1], frame.iloc[1:2], profile="frail_seats")
    usual = net.nearest(frame.iloc[:1], frame.iloc[1:2], profile="frail")
    assert times["minutes"].iloc[0] == pytest.approx(usual["minutes"].iloc[0], abs=0.001)
    assert math.isnan(times["metres"].iloc[0])
    areas = seated.isochrones(frame.iloc[:1], minutes=5, profile="frail_seats")
    assert areas["area_m2"].iloc[0] > 0


def test_frames_stay_ours_and_draw_themselves(net: StreetNetwork) -> None:
    frame = build_frame()
    areas = net.isochrones(frame, minutes=[5, 10])
    assert isinstance(areas[areas["minutes"] == 5], WalkFrame)
    assert not isinstance(areas[["minutes"]], gpd.GeoDataFrame)
    assert areas.attrs["profile"] == "older_adult"
    page = areas.explore().get_root().render()
    assert page == areas.explore().get_root().render()
    assert "default-src &#x27;none&#x27;" in page
    assert "fino a 5\xa0minuti" in page or "fino a 5 minuti" in page
    assert "<script src" not in page
    assert "<link" not in page
    covered = net.coverage(frame, frame.iloc[:1])
    assert "not reached" not in covered.explore(lang="en").get_root().render()
    assert net.routes(frame.iloc[:1], frame.iloc[1:2]).explore() is not None


def test_frames_plot_minutes_by_colour(net: StreetNetwork) -> None:
    import matplotlib  # noqa: PLC0415 - slow, and needed here alone

    matplotlib.use("agg")
    areas = net.isochrones(build_frame(), minutes=[5, 10])
    axes = areas.plot()
    assert [one.get_ylabel() for one in axes.figure.axes][1] == "minuti a piedi"
    assert areas.plot(color="red") is not None


@pytest.mark.parametrize(
    ("asked", "error", "message"),
    [
        ({}, ConfigError, "without an extract"),
        ({"area": (9.1, 45.4, 9.2, 45.5)}, ConfigError, "without an extract"),
        ({"area": "atlantis"}, ConfigError, "atlantis"),
        ({"area": "milano", "padding_m": -1}, InputDataError, "padding_m cannot be -1"),
        ({"osm": "gone.osm.pbf", "area": (9.2, 45.4, 9.1, 45.5)}, InputDataError, "the box 9.2"),
        ({"osm": "gone.osm.pbf", "area": 3}, InputDataError, "it is int"),
        ({"osm": "gone.osm.pbf", "area": build_frame().iloc[:0]}, InputDataError, "no geometry"),
        (
            {"osm": "gone.osm.pbf", "area": build_frame().set_crs(None, allow_override=True)},
            InputDataError,
            "area does not say which system",
        ),
        ({"osm": "gone.osm.pbf", "area": (9.1, 45.4, 9.2, 45.5)}, InputDataError, "gone.osm.pbf"),
    ],
)
def test_an_area_must_be_one(
    asked: dict[str, Any], error: type[Exception], message: str, said_in_italian: None
) -> None:
    with pytest.raises(error, match=message):
        access15.read_network(**asked, no_cache=True)


def test_a_study_may_be_given_itself(net: StreetNetwork) -> None:
    again = access15.read_network(area=load_study("milano"))
    assert repr(again) == repr(net)
    assert len(again.streets) == again.network.is_mapped.sum()


def test_land_is_the_same_whoever_else_is_asked_about(net: StreetNetwork) -> None:
    """Places near each other have their land divided together."""
    frame = build_frame()
    together = net.isochrones(frame, minutes=[5, 15])
    for label in LABELS:
        alone = net.isochrones(frame.loc[[label]], minutes=[5, 15])
        own = together.loc[[label]]
        assert alone["street_m"].tolist() == own["street_m"].tolist()
        assert alone["area_m2"].tolist() == pytest.approx(own["area_m2"].tolist(), rel=1e-12)
