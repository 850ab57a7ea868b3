"""The page and ``access15 compare`` give the same numbers for the same file, on the real neighbourhoods."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pyproj import Transformer
from session_scenes import ask_core, numbers

import access15
from access15.compare import compare
from access15.outputs.offline import dump_json
from access15.outputs.session_data import build_session_data
from access15.results import RunResult
from access15.sources.proposals import read_proposals

pytestmark = pytest.mark.node

N_PROPOSALS = 6
PROFILES = ("adult", "older_adult", "frail", "wheelchair")


@pytest.fixture(scope="module", params=["sketch", "extract"])
def result(request: pytest.FixtureRequest) -> RunResult:
    if request.param == "sketch":
        return access15.run("milano", areas=["chiesa_rossa"], offline=True)
    data = request.getfixturevalue("shared_dir") / "data"
    return access15.run(
        "milano",
        osm=data / "osm" / "milano-2014.osm.pbf",
        areas=["forlanini_salomone"],
        profiles=[*PROFILES, "frail_seats"],
        seats=[data / "milano" / "benches_2025.json"],
    )


def propose(result: RunResult, seed: int) -> list[dict[str, Any]]:
    """Changes of all kinds at random places of the neighbourhood, most of them near streets."""
    area = next(iter(result.areas.values()))
    rng = np.random.default_rng(seed)
    middles = area.network.node_xy[area.network.edge_u]
    here = area.zones.to_crs(area.network.crs).geometry.union_all().buffer(400)
    west, south, east, north = here.bounds
    inside = (middles > [west, south]).all(axis=1) & (middles < [east, north]).all(axis=1)

    def place() -> tuple[float, float]:
        xy = middles[rng.choice(np.flatnonzero(inside))] + rng.normal(0, 12, size=2)
        lon, lat = Transformer.from_crs(area.network.crs, "EPSG:4326", always_xy=True).transform(*xy)
        return round(lon, 7), round(lat, 7)

    def near(lon: float, lat: float) -> tuple[float, float]:
        return round(lon + rng.normal(0, 1e-3), 7), round(lat + rng.normal(0, 1e-3), 7)

    ids = area.facilities.loc[area.facilities["status"] == "ok", "facility_id"].tolist()
    chosen = rng.choice(ids, size=3, replace=False).tolist()
    hub = area.area.hubs[0]
    (lon, lat), (lon2, lat2) = place(), place()
    changes: list[dict[str, Any]] = [
        {"change": "move_facility", "facility_id": hub, "lon": lon, "lat": lat},
        {"change": "add_facility", "name": "Nuovo", "category": "hub", "lon": lon2, "lat": lat2},
        {"change": "remove_facility", "facility_id": next(one for one in chosen if one != hub)},
    ]
    for category in ("csrc", "pharmacy", "surface_stop"):
        lon, lat = place()
        changes.append({"change": "add_facility", "name": category, "category": category, "lon": lon, "lat": lat})
    kinds = ["close_link"] * 3 + ["remove_steps", "add_kerb_ramp"] + ["add_bench"] * 3
    for kind in kinds:
        lon, lat = place()
        changes.append({"change": kind, "lon": lon, "lat": lat})
    for _ in range(3):
        lon, lat = place()
        lon2, lat2 = near(lon, lat)
        changes.append({"change": "add_link", "lon": lon, "lat": lat, "lon2": lon2, "lat2": lat2})
    return [{"id": f"c{i}", **change} for i, change in enumerate(changes, start=1)]


@pytest.mark.real_data
@pytest.mark.filterwarnings("ignore:proposal .* changes nothing:access15.errors.Access15Warning")
def test_page_and_command_agree_to_the_last_bit(result: RunResult, tmp_path: Path) -> None:
    (area_id,) = result.areas
    session = json.loads(dump_json(build_session_data(result, area_id, "it")))
    proposals = [
        {"id": f"p{i}", "name": f"Proposta {i}", "votes": i, "changes": propose(result, i), "notes": []}
        for i in range(N_PROPOSALS)
    ]
    asked: list[dict[str, Any]] = [
        {"session": 0, "write": proposals, "chosen": {"created": "", "profile": "frail", "category": "hub"}}
    ]
    targets = ["hub", "csrc", "pharmacy", "surface_stop"]
    asked += [
        {"session": 0, "changes": one["changes"], "profile": profile, "target": target, "want": ["times", "covered"]}
        for one in proposals
        for profile in result.profiles
        for target in targets
    ]
    written, *answers = ask_core([session], asked)
    path = tmp_path / "from_the_page.geojson"
    path.write_text(written, encoding="utf-8")
    assert [one.name for one in read_proposals(path)] == [one["name"] for one in proposals]
    found = compare(path, result=result)
    at = iter(answers)
    n_different = 0
    for compared in found.proposals:
        table = compared.coverage[compared.coverage["zone"] == "all"].set_index(["profile", "category", "group"])
        for profile in result.profiles:
            for target in targets:
                answer = next(at)
                seconds = compared.travel_time_s[profile, target]
                longest_s = 60.0 * result.cutoffs_min[-1]
                within = np.where(seconds <= longest_s, seconds, np.inf)
                np.testing.assert_array_equal(numbers(answer["times"]), within, err_msg=f"{profile} {target}")
                n_different += int((compared.coverage["gained"] > 0).any())
                for group, covered in answer["covered"].items():
                    assert covered == table.loc[(profile, target, group), "after"].tolist()
    assert n_different > 0
