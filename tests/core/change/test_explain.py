"""What closes the door: streets solved by hand, links that may and may not be, and the pipeline's
tables.
"""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely
from builders.seat_street import list_walkers, write_study
from builders.streets import Street, build_streets, snapped_at, walker
from numpy.typing import NDArray

import access15
from access15.config import WalkProfile
from access15.core.change.explain import CAUSES, LIFTED, find_causes, lift_obstacles
from access15.core.change.fixes import FIX_KINDS, JOINING_KINDS, Fixes, find_fixes
from access15.core.change.gains import Setting
from access15.core.change.linked import LinkedStreets, add_links
from access15.core.change.links import find_missing_links, no_links
from access15.core.streets.barriers import build_barriers
from access15.core.walk.doors import one_door_each
from access15.core.walk.graph import build_graph, place_points
from access15.core.walk.impedance import build_impedance
from access15.core.walk.search import nearest
from access15.results.run import AreaResult
from access15.results.schema import EXPLANATIONS

INF = math.inf


def told(
    cutoff_s: float = 900.0, *, checked: bool = True, snapped: bool = True, **times_s: float
) -> str:
    """Cause of one home that is out of reach, whose walks with one class lifted are given."""
    lifted = {name: np.array([seconds]) for name, seconds in times_s.items()}
    found = find_causes(
        lifted,
        is_out=np.array([True]),
        is_snapped=np.array([snapped]),
        cutoff_s=cutoff_s,
        are_links_checked=checked,
    )
    assert [LIFTED[i] for i in np.flatnonzero(found.opens[0])] == [
        n for n in LIFTED if times_s.get(n, INF) <= cutoff_s
    ]
    return CAUSES[found.cause[0]]


@pytest.mark.parametrize(
    ("times_s", "cause"),
    [
        ({}, "distance"),
        ({"pace": 901.0, "steps": INF}, "distance"),
        ({"pace": 900.0}, "pace"),
        (
            {"pace": 100.0, "steps": 900.0},
            "steps",
        ),  # a street fix before another pace, however short that makes it
        (
            {"crossings": 890.0, "missing_link": 700.0, "kerbs": 880.0},
            "missing_link",
        ),  # the shortest walk
        ({"crossings": 800.0, "steps": 800.0}, "crossings"),  # ties to the order of the list
        ({"crossings": 901.0, "seats": 900.0}, "seats"),
        ({"hours": 899.0, "steps": 10.0}, "hours"),
        ({"rests": 850.0, "pace": 100.0}, "rests"),  # rests can be lifted, as steps can
        ({"rests": 850.0, "crossings": 840.0}, "crossings"),
        ({"bridge": 900.0}, "bridge"),
        ({"bridge": 100.0, "lift_or_ramp": 800.0}, "lift_or_ramp"),  # the easier to build
        ({"bridge": 100.0, "lift_or_ramp": 800.0, "gate": 900.0}, "gate"),
        ({"bridge": 100.0, "gate": 100.0, "mapping_fault": 900.0}, "mapping_fault"),
        ({"bridge": 100.0, "mapping_fault": 100.0, "pace": 900.0}, "pace"),
        ({"bridge": 100.0, "missing_link": 900.0}, "missing_link"),
    ],
)
def test_the_easiest_to_lift_is_told(times_s: dict[str, float], cause: str) -> None:
    assert told(**times_s) == cause


def test_links_that_may_cross_water_come_last() -> None:
    assert told(missing_link=800.0, gate=100.0, checked=False) == "missing_link"
    assert told(missing_link=100.0, mapping_fault=800.0, checked=False) == "mapping_fault"
    assert told(missing_link=100.0, pace=850.0, checked=False) == "pace"
    assert told(missing_link=100.0, crossings=850.0, checked=False) == "crossings"
    assert told(missing_link=100.0, checked=False) == "missing_link"
    assert told(missing_link=100.0, pace=850.0) == "missing_link"


def test_homes_on_no_street() -> None:
    assert told(snapped=False) == "off_network"
    assert told(snapped=False, kerbs=300.0) == "kerbs"


def test_homes_within_the_cutoff_have_no_cause() -> None:
    found = find_causes(
        {"pace": np.array([1.0, 1.0])},
        is_out=np.array([False, True]),
        is_snapped=np.ones(2, bool),
        cutoff_s=5.0,
    )
    assert found.cause.tolist() == [-1, CAUSES.index("pace")]
    assert found.opens.any(axis=1).tolist() == [False, True]


# --- links as edges ------------------------------------------------------------------------------


def test_links_into_the_middle_of_streets_cut_them() -> None:
    """A dead end stops 10 m short of the middle of a long street: the street is cut there, lengths
    are kept.
    """
    nodes = {"A": (0.0, 0.0), "B": (1000.0, 0.0), "C": (500.0, 10.0), "D": (500.0, 300.0)}
    network = build_streets(
        nodes, [Street("A", "B", crossing_u="signals", crossing_v="marked"), Street("D", "C")]
    )
    links = find_missing_links(network, build_barriers({}))
    assert len(links) == 1
    streets = add_links(network, links)
    assert streets.network.length_m.tolist() == [500.0, 500.0, 290.0, 10.0]
    assert streets.is_link.tolist() == [False, False, False, True]
    assert streets.network.crossing_u.tolist() == [3, 0, 0, 0]
    assert streets.network.crossing_v.tolist() == [0, 2, 0, 0]
    moved = streets.move(snapped_at((0, 0.25), (0, 0.5), (0, 1.0), (1, 0.1), (-1, 0.0)))
    assert moved.edge.tolist() == [0, 1, 1, 2, -1]
    assert moved.fraction.tolist() == [0.5, 0.0, 1.0, 0.1, 0.0]


# --- single fixes -------------------------------------------------------------------------------


def test_what_belongs_together_is_one_fix() -> None:
    """A crossing drawn in two pieces, a junction's crossings, a flight in two parts, a kerb.

    A--B==M==C--D    B-M-C a crossing drawn as one way; E a junction crossed on three ends
    """
    nodes = {name: (12.0 * i, 0.0) for i, name in enumerate("ABMCDEFGHK")}
    streets = [
        Street("A", "B"),
        Street("B", "M", crossing_u="marked"),
        Street("M", "C", crossing_v="marked"),
        Street("C", "D"),
        Street("D", "E", crossing_v="signals"),
        Street("E", "F", crossing_u="signals"),
        Street("E", "G", crossing_u="signals", kerb_v="raised"),
        Street("G", "H", steps=True),
        Street("H", "K", steps=True),
    ]
    ways = np.array([1, 2, 2, 3, 3, 4, 5, 6, 6])
    network = replace(build_streets(nodes, streets), way_id=ways)
    fixes = find_fixes(network, np.zeros(network.n_edges, dtype=bool))
    found = [
        (FIX_KINDS[kind], fixes.row_edge[fixes.row_fix == i].tolist())
        for i, kind in enumerate(fixes.kind.tolist())
    ]
    assert found == [
        ("crossings", [1, 2]),
        ("crossings", [4, 5, 6]),
        ("kerbs", [6]),
        ("steps", [7, 8]),
    ]
    assert not fixes.lifts_u[fixes.row_edge == 4].any()
    assert find_fixes(
        replace(network, way_id=np.arange(9)), np.zeros(9, dtype=bool)
    ).kind.tolist() == [
        0,
        0,
        0,
        1,
        2,
        2,
    ]


def test_seats_close_a_door_and_other_obstacles_are_lifted_from_seat_to_seat() -> None:
    """300 m with a seat at 100 m: a limit of 100 m stops who needs seats, also at another pace; 250
    m does not.
    """
    network = build_streets({"A": (0.0, 0.0), "B": (300.0, 0.0)}, [Street("A", "B")])
    streets = add_links(network, no_links())
    profile = walker("frail")

    def opened(limit_m: float) -> dict[str, float]:
        seated = {
            "needs_seat": True,
            "rest_every_m": limit_m,
            "rest_s": profile.rest_per_m_s * limit_m,
        }
        sitting = profile.model_copy(update=seated)
        setting = Setting(
            streets,
            homes=snapped_at((0, 0.0)),
            facilities=one_door_each(snapped_at((0, 1.0))),
            seats=snapped_at((0, 1 / 3)),
        )
        walks = lift_obstacles(
            setting, find_fixes(network, streets.is_link), sitting, adult_pace_ms=1.33
        )
        assert walks.fixes is None
        return {
            name: float(without.nearest(np.array([0]))[0][0])
            for name, without in walks.lifted.items()
        }

    faster = profile.model_copy(update={"pace_ms": 1.33}).pace_with_rests_ms
    assert opened(100.0) == {"seats": pytest.approx(300 / profile.pace_with_rests_ms), "pace": INF}
    assert opened(250.0)["pace"] == pytest.approx(300 / faster)


# --- the pipeline -------------------------------------------------------------------------------


@pytest.mark.real_data
def test_people_by_cause_sum_to_those_not_covered(milan: access15.Run) -> None:
    area = milan.areas["chiesa_rossa"]
    assert list(area.explanations.columns) == EXPLANATIONS.list_names()
    whole = area.coverage[(area.coverage["zone"] == "all") & (area.coverage["cutoff_min"] == 15)]
    keys = ["profile", "category", "group"]
    by_cause = area.explanations.groupby(keys)["people"].sum(min_count=1)
    left_out = (whole["people"] - whole["covered"]).set_axis(pd.MultiIndex.from_frame(whole[keys]))
    pd.testing.assert_series_equal(
        by_cause.reindex(left_out.index).fillna(0.0)[left_out.notna()],
        left_out[left_out.notna()],
        check_names=False,
        rtol=1e-9,
        atol=1e-6,
    )
    unknown = area.explanations[area.explanations["cause"] == "unknown"]
    assert set(unknown["category"]) == set(whole.loc[whole["covered"].isna(), "category"])
    homes = area.closed_doors[area.closed_doors["profile"] == "older_adult"]
    row = pd.Index(area.residents["resident_id"]).get_indexer(homes["resident_id"])
    beyond = area.travel_time_s["older_adult", "hub"][row] > 900
    assert ((homes["door_hub"] != "").to_numpy() == beyond).all()
    assert 0 < beyond.sum() < len(beyond)


@pytest.mark.real_data
def test_twenty_fixes_of_milan_equal_whole_computations(milan: access15.Run) -> None:
    """Steps, crossings, kerbs and links mended in the streets themselves."""
    area = milan.areas["chiesa_rossa"]
    rows = area.fixes[area.fixes["category"] == "hub"].sort_values(["kind", "rank"])
    assert {"crossings", "missing_link", "bridge"} <= set(rows["kind"])
    assert len(rows) >= 20
    links = find_missing_links(area.network, area.barriers)
    streets = add_links(area.network, links)
    fixes = find_fixes(streets.network, streets.is_link, links.work)
    people = area.residents["age_65_plus"].to_numpy()
    for row in rows.itertuples():
        after_s = _walk_mended(
            area, streets, fixes, int(row.fix_id.rsplit("-", 1)[1]), milan.profiles[row.profile]
        )
        before = area.travel_time_s[row.profile, "hub"] > 900
        gained = float(people[before & (after_s <= 900)].sum())
        assert gained == pytest.approx(row.gained_age_65_plus), row.fix_id


def _walk_mended(
    area: AreaResult, streets: LinkedStreets, fixes: Fixes, fix: int, profile: WalkProfile
) -> NDArray[np.float64]:
    """Seconds of every home to the nearest hub on the mended streets."""
    network, closed = streets.network, streets.is_link.copy()
    own = fixes.row_fix == fix
    kind, edges = FIX_KINDS[fixes.kind[fix]], fixes.row_edge[own]
    if kind in JOINING_KINDS:
        closed[edges] = False
    elif kind == "steps":
        network = replace(
            network, steps=network.steps & ~np.isin(np.arange(network.n_edges), edges)
        )
    else:
        name, changes = {"crossings": "crossing", "kerbs": "kerb"}[kind], {}
        for end in ("u", "v"):
            changes[f"{name}_{end}"] = getattr(network, f"{name}_{end}").copy()
            changes[f"{name}_{end}"][edges[getattr(fixes, f"lifts_{end}")[own]]] = 0
        network = replace(network, **changes)
    impedance = build_impedance(network, profile, is_closed=closed)
    walker = area.walkers[profile.id]
    hubs = np.flatnonzero(area.facilities["facility_id"].isin(area.area.hubs))
    doors = walker.doors.take(walker.doors.of(hubs)[0])
    places = [
        place_points(network, impedance, streets.move(snapped), leaving=leaving)
        for snapped, leaving in ((doors.snapped, False), (walker.resident_snap, True))
    ]
    return nearest(build_graph(network, impedance, towards=True), *places)[0]


def test_missing_seats_close_the_door_of_who_needs_them(tmp_path: Path) -> None:
    """Benches at 90 and 180 m: frail people get 280 m from seat to seat, and farther within 15
    minutes without.
    """
    area = access15.run(
        write_study(tmp_path, benches_m=[90, 180]),
        osm=tmp_path / "street.osm",
        walkers=list_walkers(),
    ).areas["via"]
    rows = area.explanations[
        (area.explanations["category"] == "hub") & (area.explanations["group"] == "total")
    ]
    frail = rows[rows["profile"] == "frail"].set_index("cause")["people"]
    left_out = area.coverage[
        (area.coverage["zone"] == "all")
        & (area.coverage["profile"] == "frail")
        & (area.coverage["category"] == "hub")
        & (area.coverage["group"] == "total")
        & (area.coverage["cutoff_min"] == 15)
    ].iloc[0]
    assert frail.sum() == pytest.approx(left_out["people"] - left_out["covered"])
    # pace alone does not help beyond 280 m, seats alone do as far as 15 minutes go
    plain_m = 900 * walker("frail").pace_with_rests_ms
    homes = area.closed_doors[area.closed_doors["profile"] == "frail"]
    x_m = shapely.get_coordinates(homes.geometry.to_numpy())[:, 0]
    beyond = homes[homes["door_hub"] != ""]
    assert set(beyond["door_hub"]) == {"seats", "distance"}
    assert frail["seats"] == pytest.approx(
        plain_m - 280, abs=25
    )  # a thousand people on a kilometre
    assert x_m[homes["door_hub"] == "seats"].max() < x_m[homes["door_hub"] == "distance"].min()
    assert not (area.fixes["profile"] == "frail").any()
    assert set(rows.loc[rows["profile"] == "older_adult", "cause"]) <= {"pace", "distance"}
