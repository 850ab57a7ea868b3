"""run.json tells from what, with what and how, in strict JSON."""

from __future__ import annotations

import dataclasses
import json
import math
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np
import pandas as pd
import pytest
from builders.tables import CUTOFFS_MIN, PROFILES, make_result

from access15.outputs.tables import provenance
from access15.outputs.tables.provenance import build_provenance
from access15.outputs.words.methods import describe_method
from access15.results.run import RunResult

COMMAND = ["access15", "run", "prova", "--osm", "/home/somebody/città.osm.pbf"]


def refuse_constant(name: str) -> None:
    raise AssertionError(f"{name} is not JSON")


@pytest.fixture(scope="module")
def result() -> RunResult:
    return make_result()


@pytest.fixture(scope="module")
def record(result: RunResult) -> dict[str, Any]:
    made = build_provenance(result, command=COMMAND, files=["run.json", "coverage.csv"])
    text = json.dumps(made, ensure_ascii=False, allow_nan=False)
    read: dict[str, Any] = json.loads(text, parse_constant=refuse_constant)
    assert read == made, "the record is made of JSON's own types"
    return read


def test_what_was_run(record: dict[str, Any]) -> None:
    assert list(record) == [
        "created",
        "command",
        "inputs",
        "parameters",
        "networks",
        "facilities",
        "residents",
        "station_spacing",
        "honesty_gap",
        "confidence",
        "unknown_shares",
        "certificates",
        "files",
        "stages_s",
        "versions",
    ]
    assert record["created"] == "2026-11-22T09:30:00+00:00"
    assert record["command"] == COMMAND
    assert record["inputs"] == [
        {"name": "people.csv", "sha256": "cd" * 32},
        {"name": "places.csv", "sha256": "ab" * 32},
    ]
    assert record["files"] == ["coverage.csv", "run.json"]
    assert record["stages_s"] == {"network": 1.235, "search": 0.5}
    assert record["versions"]["access15"] == version("access15")
    assert {"python", "numpy", "numba", "osmium", "geos", "gdal"} <= set(record["versions"])
    assert all(record["versions"].values())


def test_parameters_can_repeat_the_run(result: RunResult, record: dict[str, Any]) -> None:
    parameters = record["parameters"]
    assert parameters["cutoffs_min"] == list(CUTOFFS_MIN)
    assert (parameters["max_snap_m"], parameters["padding_m"], parameters["crs"]) == (
        150.0,
        None,
        "EPSG:32632",
    )
    assert parameters["measures"] == {
        "gravity_decay": "exponential",
        "gravity_decay_per_s": pytest.approx(1.71 / 1609.344 * 1.33),
        "e2sfca_weights": [1.0, 0.68, 0.22],
        "shared_among": "total",
    }
    assert [area["hubs"] for area in parameters["areas"]] == [["cam-04"], ["csrc-06"]]
    for profile, made in zip(result.profiles.values(), parameters["profiles"], strict=True):
        assert type(profile).model_validate(made) == profile
    for category, made in zip(result.categories.values(), parameters["categories"], strict=True):
        assert type(category).model_validate(made) == category


def test_gap_and_confidence(record: dict[str, Any]) -> None:
    assert record["parameters"]["claim_profile"] == "adult"
    assert record["parameters"]["walks_as"] == {"total": "adult", "age_65_plus": "older_adult"}
    assert record["honesty_gap"][1] == {
        "area": "nord",
        "group": "age_65_plus",
        "profile": "older_adult",
        "cutoff_min": 15.0,
        "people": 40.0,
        "covered": 30.0,
        "share": 0.75,
        "low": 0.5,
        "high": 0.75,
        "gap_people": 10.0,
        "gap_points": 25.0,
        "gap_low": 23.0,
        "gap_high": 29.0,
        "ratio": 0.75,
        "ratio_low": 0.675,
        "ratio_high": 0.7875,
    }
    assert len(record["honesty_gap"]) == 4
    ranges = record["confidence"]["ranges"]
    assert ranges["n_draws"] >= 128
    assert ranges["pace_ms"]["5-95 %"] == 0.15
    assert ranges["classes_with_homes_or_not"] == ["unclassified", "tertiary", "service"]
    assert record["confidence"]["precision_shares"][:2] == [
        {"area": "nord", "precision": "official point", "n": 3, "share": 0.75},
        {"area": "nord", "precision": "none", "n": 1, "share": 0.25},
    ]


def test_folders_of_the_machine_stay_out(record: dict[str, Any]) -> None:
    assert "/somewhere" not in json.dumps({**record, "command": []})
    assert record["parameters"]["population"]["file"] == "people.csv"


def test_networks(record: dict[str, Any]) -> None:
    assert record["networks"][0] == {
        "area": "nord",
        "kind": "sketch",
        "name": "street_sketch",
        "date": "2026-01",
        "licence": "© OpenStreetMap contributors, ODbL",
        "sha256": None,
        "crs": "EPSG:32632",
        "n_nodes": 3,
        "n_edges": 2,
        "street_km": 0.4,
        "warnings": ["sketch of main streets, for a first look"],
    }


def test_nothing_is_dropped_from_the_counts(record: dict[str, Any]) -> None:
    facilities = record["facilities"]
    assert facilities["n"] == 6 == sum(facilities["statuses"].values())
    assert facilities["statuses"] == {
        "ok": 4,
        "unreachable": 0,
        "too_far_from_network": 1,
        "not_geocoded": 1,
    }
    assert facilities["statuses_by_area"] == {
        "nord": {"ok": 2, "unreachable": 1, "too_far_from_network": 2, "not_geocoded": 1},
        "sud": {"ok": 3, "unreachable": 0, "too_far_from_network": 2, "not_geocoded": 1},
    }
    assert (facilities["origins"], facilities["n_merged_with_osm"]) == (
        {"official": 5, "osm": 1},
        1,
    )
    assert record["residents"] == [
        {
            "area": "nord",
            "n_points": 3,
            "methods": [
                {
                    "zone": "42",
                    "method": describe_method("sections_buildings", "en").method,
                    "weakness": describe_method("sections_buildings", "en").weakness,
                }
            ],
            "notes": [{"kind": "outside", "people": 1234.5, "n": 0, "share": 0.0, "names": []}],
            "people_outside": {"total": 1234.5, "age_65_plus": 300.0},
            "statuses": {"ok": 3, "unreachable": 0, "too_far_from_network": 0, "not_geocoded": 0},
            "people": {"total": 200.0, "age_65_plus": 40.0},
        },
        {
            "area": "sud",
            "n_points": 3,
            "methods": [
                {
                    "zone": "30",
                    "method": describe_method("sections_buildings", "en").method,
                    "weakness": describe_method("sections_buildings", "en").weakness,
                }
            ],
            "notes": [{"kind": "outside", "people": 1234.5, "n": 0, "share": 0.0, "names": []}],
            "people_outside": {"total": 1234.5, "age_65_plus": 300.0},
            "statuses": {"ok": 2, "unreachable": 0, "too_far_from_network": 1, "not_geocoded": 0},
            "people": {"total": 1300.0, "age_65_plus": 330.0},
        },
    ]


def test_station_spacing_in_short(result: RunResult, record: dict[str, Any]) -> None:
    """Exactly 300 m is within the plan's rule; a station off the streets is told in a straight
    line.
    """
    spacing = record["station_spacing"]
    assert spacing["n"] == 4
    assert spacing["along_streets"] == {
        "n": 3,
        "median_m": 300.0,
        "n_above_300_m": 1,
        "share_above_300_m": pytest.approx(1 / 3),
        "n_above_400_m": 1,
        "share_above_400_m": pytest.approx(1 / 3),
    }
    assert spacing["straight_line"] == {
        "n": 1,
        "median_m": 390.0,
        "n_above_300_m": 1,
        "share_above_300_m": 1.0,
        "n_above_400_m": 0,
        "share_above_400_m": 0.0,
    }
    assert "a station left out may be nearer" in spacing["caveat"]
    none = dataclasses.replace(result, station_spacing=result.station_spacing.iloc[:0])
    unknown = build_provenance(none, command=[], files=[])["station_spacing"]
    assert (unknown["n"], unknown["along_streets"]["share_above_300_m"]) == (0, None)


def test_certificates_name_hub_or_category(record: dict[str, Any]) -> None:
    certificates = record["certificates"]
    assert len(certificates) == 2 * len(PROFILES) * 2 * len(CUTOFFS_MIN)
    assert certificates[0] == {
        "area": "nord",
        "profile": "adult",
        "hub": "cam-04",
        "cutoff_min": 5.0,
        "false_inside": 0,
        "missed_outside": 0,
        "land_points": 400,
        "land_farther": 0.005,
        "land_farther_s": 12.0,
        "land_missed": 0.03,
    }
    assert certificates[-1] == {
        "area": "sud",
        "profile": "wheelchair",
        "category": "library",
        "cutoff_min": 15.0,
        "false_inside": 0,
        "missed_outside": 1,
        "land_points": 0,
        "land_farther": None,
        "land_farther_s": None,
        "land_missed": None,
    }
    assert all(("hub" in row) != ("category" in row) for row in certificates)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (math.inf, "inf"),
        (-math.inf, "-inf"),
        (math.nan, None),
        (np.float64(0.5), 0.5),
        (pd.NA, None),
        (np.int64(3), 3),
    ],
)
def test_numbers_json_cannot_hold(result: RunResult, value: object, written: object) -> None:
    nord = result.areas["nord"]
    shares = nord.unknown_shares.iloc[:1].assign(share=pd.Series([value], dtype="object"))
    odd = dataclasses.replace(
        result, areas={"nord": dataclasses.replace(nord, unknown_shares=shares)}
    )
    record = build_provenance(odd, command=[], files=[])
    json.dumps(record, allow_nan=False)
    assert record["unknown_shares"] == [
        {"area": "nord", "profile": "adult", "tag": "kerb", "share": written}
    ]
    assert type(record["unknown_shares"][0]["share"]) in (str, float, int, type(None))


def test_a_status_nobody_foresaw_is_counted_too(result: RunResult) -> None:
    nord = result.areas["nord"]
    homes = nord.residents.assign(status=["ok", "closed", "ok"])
    odd = dataclasses.replace(result, areas={"nord": dataclasses.replace(nord, residents=homes)})
    statuses = build_provenance(odd, command=[], files=[])["residents"][0]["statuses"]
    assert statuses == {
        "ok": 2,
        "unreachable": 0,
        "too_far_from_network": 0,
        "not_geocoded": 0,
        "closed": 1,
    }


def test_uninstalled_copy_has_no_version(
    result: RunResult, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(provenance, "version", missing)
    assert build_provenance(result, command=[], files=[])["versions"]["access15"] is None
