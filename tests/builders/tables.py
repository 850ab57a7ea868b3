"""A small finished run made by hand: two neighbourhoods, four services, three homes each.

::

    area "nord" (zone 42)                      area "sud" (zone 30)

    home 1 --- hub cam-04 --- home 2           home 1 --- hub csrc-06 --- home 2
                   |                                          |
                 home 3 (steps: no way on wheels)           home 3 (too far from any street)
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial

import geopandas as gpd
import numpy as np
import pandas as pd
from builders.doors import make_explained
from builders.measures import make_measured
from builders.ranges import add_ranges, make_budget
from builders.run import make_doors, make_walkers
from numpy.typing import NDArray
from shapely import LineString, MultiLineString, Point, Polygon, box

from access15.config import Area, Study, load_categories, load_profiles
from access15.core.streets.network import build_network
from access15.results.gap import add_gap
from access15.results.people import PeopleInfo, PeopleNote
from access15.results.run import AreaResult, Backdrop, NetworkInfo, RunResult
from access15.results.schema import COVERAGE

CRS = "EPSG:32632"
PROFILES = ("adult", "older_adult", "wheelchair")
CATEGORIES = ("cam", "library", "bike_station", "shelter")
GROUPS = ("total", "age_65_plus")
CUTOFFS_MIN = (5.0, 7.5, 15.0)
CENTRE = {"nord": (514_000.0, 5_031_000.0), "sud": (520_000.0, 5_033_000.0)}
HOSTILE_NAME = '=HYPERLINK("http://example.org";"<b>Bar</b>")'
INF = np.inf

# minutes of homes 1, 2, 3 to the hub, per area and profile; home 2 of nord lies exactly at the
# cutoff
HUB_MIN: dict[str, dict[str, list[float]]] = {
    "nord": {
        "adult": [3.0, 7.5, 10.0],
        "older_adult": [4.5, 15.0, 20.0],
        "wheelchair": [6.0, 16.0, INF],
    },
    "sud": {
        "adult": [2.0, 14.0, INF],
        "older_adult": [3.0, 19.0, INF],
        "wheelchair": [4.0, 21.0, INF],
    },
}
PEOPLE: dict[str, dict[str, list[float]]] = {
    "nord": {"total": [100.5, 50.25, 49.25], "age_65_plus": [20.0, 10.0, 10.0]},
    "sud": {"total": [1200.0, 34.0, 66.0], "age_65_plus": [300.0, 10.0, 20.0]},
}
# people within the longest cutoff of any facility on the area's streets: at their own pace, and by
# the adult's claim
WITHIN: dict[str, dict[str, tuple[float, float]]] = {
    "nord": {"total": (200.0, 200.0), "age_65_plus": (30.0, 40.0)},
    "sud": {"total": (1234.0, 1234.0), "age_65_plus": (300.0, 310.5)},
}


def make_study() -> Study:
    """Study of the two neighbourhoods."""
    return Study.model_validate(
        {
            "id": "prova",
            "name": "Prova",
            "crs": CRS,
            "cutoffs_min": CUTOFFS_MIN,
            "profiles": PROFILES,
            "categories": CATEGORIES,
            "facilities": {"file": "/somewhere/private/places.csv"},
            "zones": {
                "file": "/somewhere/private/zones.geojson",
                "id_column": "nil",
                "name_column": "name",
            },
            "population": {
                "file": "/somewhere/private/people.csv",
                "zone_column": "nil",
                "groups": {group: group for group in GROUPS},
            },
            "areas": [
                {"id": "nord", "name": "Zona Nord", "zones": ["42"], "hubs": ["cam-04"]},
                {"id": "sud", "name": "Zona Sud", "zones": ["30"], "hubs": ["csrc-06"]},
            ],
        }
    )


def make_result() -> RunResult:
    """Finished run of the made-up study."""
    study = make_study()
    all_profiles, all_categories = load_profiles(), load_categories()
    profiles = {name: all_profiles[name] for name in PROFILES}
    categories = {name: all_categories[name] for name in CATEGORIES}
    return RunResult(
        study=study,
        profiles=profiles,
        categories=categories,
        cutoffs_min=CUTOFFS_MIN,
        areas={area.id: make_area(study, area) for area in study.areas},
        station_spacing=pd.DataFrame(
            {
                "facility_id": ["b1", "b2", "b3", "b4"],
                "name": "",
                "status": ["ok", "ok", "ok", "too_far_from_network"],
                "neighbour_id": ["b2", "b1", "b2", ""],
                "spacing_m": [300.0, 300.0, 450.0, INF],
                "straight_m": [280.0, 280.0, 400.0, 390.0],
            }
        ),
        group_labels={
            "total": {"it": "tutti i residenti", "en": "all residents"},
            "age_65_plus": {"it": "65 anni e più", "en": "65 and over"},
        },
        created=datetime(2026, 11, 22, 9, 30, tzinfo=UTC),
        stage_s={"network": 1.23456, "search": 0.5},
        inputs={"places.csv": "ab" * 32, "people.csv": "cd" * 32},
    )


def make_area(study: Study, area: Area) -> AreaResult:
    """One neighbourhood of the run."""
    x, y = CENTRE[area.id]
    network = build_network(
        crs=CRS,
        node_xy=np.array([[x, y], [x + 100, y], [x, y + 300]]),
        edge_u=np.array([0, 0]),
        edge_v=np.array([1, 2]),
        street_names=("", "Via Prova"),
        street=np.array([1, 0]),
    )
    empty = gpd.GeoSeries([], crs=CRS)
    profiles = {name: load_profiles()[name] for name in PROFILES}
    travel_time_s = make_travel_times(area)
    residents, facilities = make_residents(area), make_facilities(area)
    coverage = make_coverage(study, area, residents, travel_time_s)
    return AreaResult(
        area=area,
        network=network,
        network_info=NetworkInfo(
            kind="sketch",
            name="street_sketch",
            date="2026-01",
            licence="© OpenStreetMap contributors, ODbL",
            warnings=("sketch of main streets, for a first look",),
        ),
        backdrop=Backdrop(water=empty, green=empty, rail=empty, buildings=empty),
        zones=gpd.GeoDataFrame(
            {"zone_id": [area.zones[0]], "name": [f"NIL {area.zones[0]}"]},
            geometry=[box(x - 500, y - 500, x + 500, y + 500)],
            crs=CRS,
        ),
        facilities=facilities,
        residents=residents,
        travel_time_s=travel_time_s,
        nearest_id={
            key: np.where(np.isfinite(times), "cam-04", "") for key, times in travel_time_s.items()
        },
        draw_areas=partial(make_service_areas, area),
        reached_streets=make_reached_streets(area),
        coverage=coverage,
        range_budget=make_budget(area.id, PROFILES),
        measure=make_measured(area.id, travel_time_s),
        nearest=make_nearest(area, coverage),
        unknown_shares=pd.DataFrame(
            [
                (area.id, profile, tag, share)
                for profile in PROFILES
                for tag, share in (("kerb", 1.0), ("incline", 1.0), ("surface", 0.75))
            ],
            columns=["area", "profile", "tag", "share"],
        ),
        walkers=make_walkers(network, profiles, residents, facilities),
        try_doors=partial(make_doors, profiles),
        people_info=PeopleInfo(
            methods={area.zones[0]: ("sections_buildings",)},
            notes=(PeopleNote("outside", people=1234.5),),
            outside={"total": 1234.5, "age_65_plus": 300.0},
        ),
        explain=make_explained(
            area.id,
            residents,
            travel_time_s,
            groups=GROUPS,
            cutoff_min=CUTOFFS_MIN[-1],
            hubs=area.hubs,
        ),
    )


def make_facilities(area: Area) -> gpd.GeoDataFrame:
    """Every facility as seen from one area: the other area's hub is off this area's streets."""
    x, y = CENTRE["nord"]
    x2, y2 = CENTRE["sud"]
    far = ("too_far_from_network", 5000.0, "", INF, INF, INF)
    no_point = ("not_geocoded", INF, "", INF, INF, INF)
    here = {
        "nord": [
            ("ok", 0.0, "cam-04", 0.0, 0.0, 0.0),
            far,
            ("ok", 12.3456, "cam-04", 9.0, 12.5, 14.0),
            ("unreachable", 3.0, "", INF, INF, INF),
            no_point,
            far,
        ],
        "sud": [
            far,
            ("ok", 0.0, "csrc-06", 0.0, 0.0, 0.0),
            ("ok", 20.0, "csrc-06", 8.0, 11.0, INF),
            ("ok", 4.0, "csrc-06", 25.0, 33.0, INF),
            no_point,
            (far[0], 4000.0, *far[2:]),
        ],
    }[area.id]
    point = "official point"
    rows = [
        (
            "cam-04",
            "Casa di Quartiere Boifava",
            "cam",
            "Via Boifava, 17",
            5,
            point,
            "official",
            "",
            Point(x, y),
        ),
        (
            "csrc-06",
            "Casa di Quartiere Zante",
            "cam",
            "Via Zante, 36",
            4,
            point,
            "official",
            "",
            Point(x2, y2),
        ),
        (
            "lib-1",
            HOSTILE_NAME,
            "library",
            "-1, Via Prova",
            5,
            point,
            "official",
            "n1;w2",
            Point(x + 90, y),
        ),
        ("lib-2", "Biblioteca “Sàlmone”", "library", "", 4, point, "osm", "", Point(x2, y2 + 90)),
        ("bike-1", "@stazione", "bike_station", "Via Ignota", 4, "none", "official", "", None),
        (
            "she-1",
            "Centro lontano",
            "shelter",
            "Viale Ortles, 69",
            9,
            point,
            "official",
            "",
            Point(x2, y2 + 9e3),
        ),
    ]
    columns = [
        "facility_id",
        "name",
        "category",
        "address",
        "municipio",
        "precision",
        "origin",
        "merged_osm",
        "geometry",
    ]
    frame = pd.DataFrame(rows, columns=columns)
    frame["source"] = "Comune di Milano, CC BY"
    frame["is_hub"] = frame["facility_id"].isin(area.hubs)
    seen = pd.DataFrame(
        here, columns=["status", "snap_m", "hub_id", *(f"minutes_{p}" for p in PROFILES)]
    )
    is_met = seen["status"].isin(["ok", "unreachable"])
    seen["door_source"], seen["door_street"] = np.where(is_met, "street", ""), ""
    seen["door_m"] = seen["snap_m"].where(is_met)
    seen["n_plausible_doors"] = is_met.astype(np.int64)
    for group, (own, claim) in WITHIN[area.id].items():
        for name, count in (("own", own), ("claim", claim), ("gap", claim - own)):
            seen[f"{name}_{group}"] = seen["status"].map({"ok": count, "unreachable": 0.0})
    return gpd.GeoDataFrame(pd.concat([frame, seen], axis=1), geometry="geometry", crs=CRS)


def make_travel_times(area: Area) -> dict[tuple[str, str], NDArray[np.float64]]:
    """Seconds to the nearest hub, to each hub and to each category."""
    times: dict[tuple[str, str], NDArray[np.float64]] = {}
    for profile in PROFILES:
        hub = 60.0 * np.array(HUB_MIN[area.id][profile])
        times[profile, "hub"] = times[profile, area.hubs[0]] = times[profile, "cam"] = hub
        times[profile, "library"] = hub + 540.0
        times[profile, "bike_station"] = np.full(3, INF)
        times[profile, "shelter"] = np.full(3, INF)
    return times


def make_residents(area: Area) -> gpd.GeoDataFrame:
    """Three homes; the third of "sud" is off the streets."""
    x, y = CENTRE[area.id]
    is_sud = area.id == "sud"
    return gpd.GeoDataFrame(
        {
            "resident_id": [f"{area.id}-{i}" for i in (1, 2, 3)],
            "zone_id": area.zones[0],
            "street": ["Via Prova", "Via Prova", ""],
            "status": ["ok", "ok", "too_far_from_network" if is_sud else "ok"],
            "snap_m": [0.0, 4.5, INF if is_sud else 0.0],
            **PEOPLE[area.id],
            **{f"score_{profile}": [0.5, 0.25, 0.0] for profile in PROFILES},
        },
        geometry=[Point(x, y), Point(x + 100, y), Point(x, y + 300)],
        crs=CRS,
    )


def make_coverage(
    study: Study,
    area: Area,
    residents: gpd.GeoDataFrame,
    times: Mapping[tuple[str, str], NDArray[np.float64]],
) -> pd.DataFrame:
    """Coverage counted home by home; bike stations are unknown (none has a point)."""
    rows = []
    for zone in ("all", *area.zones):
        for profile in PROFILES:
            for category in ("hub", *CATEGORIES):
                for group in GROUPS:
                    for cutoff in CUTOFFS_MIN:
                        people = float(residents[group].sum())
                        known = category != "bike_station"
                        covered, slower, faster = (
                            float(
                                residents[group][
                                    times[profile, category] * factor <= cutoff * 60.0
                                ].sum()
                            )
                            if known
                            else np.nan
                            for factor in (1.0, 1.1, 1 / 1.1)
                        )
                        rows.append(
                            (
                                study.id,
                                area.id,
                                zone,
                                profile,
                                category,
                                group,
                                cutoff,
                                people,
                                covered,
                                covered / people,
                                slower / people,
                                faster / people,
                                profile == study.own_profile(group),
                                "residential streets",
                                "sketch",
                            )
                        )
    columns = [
        "study",
        "area",
        "zone",
        "profile",
        "category",
        "group",
        "cutoff_min",
        "people",
        "covered",
        "share",
        "low",
        "high",
        "is_own",
        "method",
        "network",
    ]
    table = add_gap(pd.DataFrame(rows, columns=columns), study.claim)
    table["status"] = np.where(table["covered"].isna(), "not_listed", "known")
    return add_ranges(table)[COVERAGE.list_names()]


def make_nearest(area: Area, coverage: pd.DataFrame) -> pd.DataFrame:
    """The best-placed home's minutes for each category."""
    facts = {  # n_known, n_usable, nearest_min, at_least_min
        "hub": (1, 1, 2.0, 0.0),
        "cam": (2, 2, 2.0, 0.0),
        "library": (2, 1, 11.0, 1.0),
        "bike_station": (1, 0, INF, np.nan),
        "shelter": (1, 0, INF, 104.04),
    }
    rows = [
        (area.id, profile, category, known, usable, nearest, nearest + 5, at_least)
        for profile in PROFILES
        for category, (known, usable, nearest, at_least) in facts.items()
    ]
    columns = [
        "area",
        "profile",
        "category",
        "n_known",
        "n_usable",
        "nearest_min",
        "median_min",
        "at_least_min",
    ]
    return pd.DataFrame(rows, columns=columns)


def make_service_areas(area: Area) -> gpd.GeoDataFrame:
    """Nested squares round the hub and the library; on wheels the library's are empty."""
    x, y = CENTRE[area.id]
    rows = []
    for profile in PROFILES:
        for kind, target in (("hub", area.hubs[0]), ("category", "library")):
            for cutoff in CUTOFFS_MIN:
                is_empty = profile == "wheelchair" and kind == "category"
                half = 0.0 if is_empty else 40.0 * cutoff
                shape = Polygon() if is_empty else box(x - half, y - half, x + half, y + half)
                rows.append(
                    (
                        area.id,
                        profile,
                        kind,
                        target,
                        cutoff,
                        0.0,
                        shape.area,
                        2 * half,
                        0,
                        int(is_empty),
                        shape,
                    )
                )
    columns = [
        "area",
        "profile",
        "target_kind",
        "target",
        "cutoff_min",
        "minutes_from",
        "area_m2",
        "street_m",
        "false_inside",
        "missed_outside",
        "geometry",
    ]
    frame = pd.DataFrame(rows, columns=columns)
    is_drawn = frame["missed_outside"] == 0
    frame["land_points"] = np.where(is_drawn, 400, 0)
    frame["land_farther"] = np.where(is_drawn, 0.005, np.nan)
    frame["land_farther_s"] = np.where(is_drawn, 12.0, np.nan)
    frame["land_missed"] = np.where(is_drawn, 0.03, np.nan)
    return gpd.GeoDataFrame(frame, geometry="geometry", crs=CRS)


def make_reached_streets(area: Area) -> gpd.GeoDataFrame:
    """Parts of streets for the adult; none at all for the others in "sud"."""
    x, y = CENTRE[area.id]
    parts = [
        (5.0, LineString([(x, y), (x + 100, y)])),
        (7.5, MultiLineString([[(x, y), (x, y + 90)], [(x, y + 95), (x, y + 99)]])),
    ]
    rows = [
        (area.id, profile, "hub", cutoff, "Via Prova", line.length, line)
        for profile in (PROFILES if area.id == "nord" else ())
        for cutoff, line in parts
    ]
    columns = ["area", "profile", "target", "cutoff_min", "street", "street_m", "geometry"]
    return gpd.GeoDataFrame(pd.DataFrame(rows, columns=columns), geometry="geometry", crs=CRS)
