"""What each plausible door of a place would give, solved by hand, and what is said of it."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from builders.run import make_result
from builders.streets import CRS, Street, build_streets, walker
from shapely.geometry import Point, box

from access15.area.coverage import is_known
from access15.area.doors import tabulate_doors
from access15.area.walkers import AreaInputs, build_walkers
from access15.config import Area, load_categories
from access15.core.walk.choice import NO_HINTS, DoorHints
from access15.outputs.words.findings import Findings
from access15.outputs.words.which_door import list_deciding_doors
from access15.results.people import PeopleInfo
from access15.results.run import Backdrop, NetworkInfo
from access15.results.schema import DOORS

#  d---------- 2,000 m ----------c    Via Alta, y = 60      70 people at x = 100
#    h, y = 25                   |    the hub: 25 m from the one street, 35 m from the other
#  a---------- 2,000 m ----------b    Via Bassa, y = 0      30 people at x = 100
#
# A second hub is at (1990, 0); 8 people live at x = 1900 on Via Bassa.
NETWORK = replace(
    build_streets(
        {"a": (0, 0), "b": (2000, 0), "c": (2000, 60), "d": (0, 60)},
        [Street("a", "b"), Street("b", "c"), Street("c", "d")],
    ),
    street_names=("", "Via Alta", "Via Bassa"),
    street=np.array([2, 0, 1]),
)


def make_inputs(hints: DoorHints = NO_HINTS, **more: object) -> AreaInputs:
    residents = gpd.GeoDataFrame(
        {"zone_id": "1", "total": [30.0, 70.0, 8.0], "age_65_plus": [3.0, 7.0, 0.0]},
        geometry=[Point(100, 0), Point(100, 60), Point(1900, 0)],
        crs=CRS,
    )
    facilities = gpd.GeoDataFrame(
        {
            "facility_id": ["h1", "h2"],
            "name": ["One", "Two"],
            "category": "cam",
            "status": "ok",
            "precision": "official point",
        },
        geometry=[Point(0, 25), Point(1990, 0)],
        crs=CRS,
    )
    nothing = gpd.GeoSeries([], crs=CRS)
    return AreaInputs(
        area=Area(id="via", name="Via", zones=("1",), hubs=("h1", "h2")),
        network=NETWORK,
        network_info=NetworkInfo("graph", "street", "", ""),
        backdrop=Backdrop(nothing, nothing, nothing, nothing),
        zones=gpd.GeoDataFrame({"zone_id": ["1"]}, geometry=[box(0, 0, 2000, 60)], crs=CRS),
        facilities=facilities,
        residents=residents,
        categories={"cam": load_categories()["cam"]},
        cutoffs_min=(5.0, 15.0),
        own_profile={"total": "plain", "age_65_plus": "plain"},
        claim="plain",
        claim_pace_ms=1.0,
        max_snap_m=150.0,
        study_id="s",
        people_info=PeopleInfo(),
        door_hints=hints,
        **more,
    )


def doors_of(inputs: AreaInputs) -> pd.DataFrame:
    profiles = {"plain": walker("plain", pace_ms=1.0)}
    table = tabulate_doors(inputs, build_walkers(inputs, profiles))
    DOORS.fill(profile=["plain"])
    assert list(table.columns) == DOORS.list_names(profile=["plain"])
    return table


def test_every_door_of_every_hub_solved_by_hand() -> None:
    table = doors_of(make_inputs())
    told = table[
        ["category", "facility_id", "door", "is_taken", "door_source", "door_street", "door_m"]
    ]
    assert told.to_numpy().tolist() == [
        ["hub", "h1", 1, True, "street", "Via Bassa", 25.0],
        ["hub", "h1", 2, False, "beside", "Via Alta", 35.0],
        ["hub", "h2", 1, True, "street", "Via Bassa", 0.0],
        ["cam", "h1", 1, True, "street", "Via Bassa", 25.0],
        ["cam", "h1", 2, False, "beside", "Via Alta", 35.0],
    ]
    assert table["share_plain"].tolist() == pytest.approx([0.3, 0.7, 0.3, 0.3, 0.7])
    assert table["group"].unique().tolist() == ["age_65_plus"]
    assert table["cutoff_min"].unique().tolist() == [15.0]


def test_several_doors_that_are_given_count_together() -> None:
    hints = replace(
        NO_HINTS,
        given_owner=np.array([0, 0]),
        given_xy=np.array([[0.0, 1.0], [0.0, 59.0]]),
    )
    table = doors_of(make_inputs(hints))
    assert table["share_plain"].tolist() == pytest.approx([1.0] * 5)
    assert table["door_source"].tolist()[:2] == ["given", "given"]


def test_a_hub_that_is_closed_has_no_row() -> None:
    inputs = make_inputs()
    inputs.facilities["open_at"] = ["closed", "open"]
    closed = replace(inputs, at=pd.Timestamp("2026-01-05 10:00").to_pydatetime())
    assert doors_of(closed)["facility_id"].tolist() == ["h2"]


@pytest.mark.parametrize(
    ("island_m", "is_lived_on", "known"), [(300.0, False, False), (300.0, True, True)]
)
def test_a_place_shut_in_is_unknown_and_one_on_an_island_serves_it(
    island_m: float, is_lived_on: bool, known: bool
) -> None:
    """The only hall stands on paths that touch no street: behind a gate that nobody mapped, unless
    somebody lives there.
    """
    network = build_streets(
        {"a": (0, 0), "b": (2000, 0), "x": (0, 400), "y": (island_m, 400)},
        [Street("a", "b"), Street("x", "y")],
    )
    inputs = make_inputs()
    places = inputs.facilities.copy()
    places.loc[1, "geometry"] = Point(100, 410)
    places["category"] = ["cam", "csrc"]
    homes = inputs.residents.copy()
    homes.loc[2, "geometry"] = Point(250, 395) if is_lived_on else Point(1900, 0)
    shut_in = replace(
        inputs,
        network=network,
        facilities=places,
        residents=homes,
        categories={name: load_categories()[name] for name in ("cam", "csrc")},
    )
    assert is_known(shut_in, "csrc") == known
    assert is_known(shut_in, "cam")
    (walks,) = build_walkers(shut_in, {"plain": walker("plain", pace_ms=1.0)})
    time_s, _ = walks.walks.nearest(np.array([1]))
    assert time_s.tolist() == [np.inf, np.inf, 10 + 150 + 5 if is_lived_on else np.inf]


def test_places_beyond_the_streets_are_known_to_be_far() -> None:
    inputs = make_inputs()
    places = inputs.facilities.assign(category=["cam", "csrc"])
    places.loc[1, "geometry"] = Point(9000, 0)
    far = replace(inputs, facilities=places, categories={"csrc": load_categories()["csrc"]})
    assert is_known(far, "csrc")
    assert far.is_joined.tolist() == [True, False]


def with_shares(category: str = "hub", **shares: list[float]) -> Findings:
    """Doors of one place: the one taken, then others."""
    result = make_result()
    area = result.areas["chiesa_rossa"]
    n = len(next(iter(shares.values())))
    doors = pd.DataFrame(
        {
            "category": category,
            "facility_id": "cam-04",
            "name": "Boifava",
            "is_taken": [True] + [False] * (n - 1),
            "door_street": ["Via Boifava", "", "Via Meda"][:n],
            "door_m": [54.0, 38.9, 60.0][:n],
            **{f"share_{profile}": values for profile, values in shares.items()},
        }
    )
    changed = replace(
        result, areas={**result.areas, "chiesa_rossa": replace(area, try_doors=lambda: doors)}
    )
    return Findings(changed, "chiesa_rossa", "en")


def test_the_door_of_a_place_that_is_no_hub_decides_for_its_kind() -> None:
    (told,) = list_deciding_doors(with_shares("csrc", older_adult=[0.35, 0.31]))
    assert "within 15 minutes of a place of the category “" in told.sentence.replace("\u00a0", " ")
    assert not told.is_hub


def test_a_hub_is_not_told_again_as_a_place_of_its_kind() -> None:
    findings = with_shares(older_adult=[0.35, 0.31])
    area = findings.area
    twice = pd.concat([area.doors, area.doors.assign(category="cam")])
    result = replace(
        findings.result, areas={"chiesa_rossa": replace(area, try_doors=lambda: twice)}
    )
    (told,) = list_deciding_doors(Findings(result, "chiesa_rossa", "en"))
    assert "of a hub" in told.sentence
    assert told.is_hub


def test_what_is_said_where_a_door_decides() -> None:
    (told,) = list_deciding_doors(with_shares(older_adult=[0.35, 0.31, 0.34]))
    assert told.facility_id == "cam-04"
    assert told.sentence.replace("\u00a0", " ") == (
        "This door decides: 31% or 35% of residents aged 65 and over within 15 minutes of a hub "
        "(“Older adult”). Computed with “Boifava” entered from Via Boifava, 54 m away; the other "
        "doors it may have: a way without a name, 39 m away: 31%; Via Meda, 60 m away: 34%. Look "
        "where the door is, and write it into door_lat and door_lon."
    )


@pytest.mark.parametrize(
    ("shares", "label"),
    [
        ({"older_adult": [0.35, 0.331]}, ""),
        ({"older_adult": [0.35, 0.329]}, "Older adult"),
        ({"older_adult": [0.35, 0.34], "frail": [0.25, 0.15]}, "Frail person"),
        ({"older_adult": [0.35]}, ""),
    ],
)
def test_more_than_two_points_decide_for_any_walker(
    shares: dict[str, list[float]], label: str
) -> None:
    told = [one.sentence for one in list_deciding_doors(with_shares(**shares))]
    assert [label in sentence for sentence in told] == ([True] if label else [])
