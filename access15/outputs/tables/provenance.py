"""``run.json``: from what, with what and how every number of a run was made.

Strict JSON: a value that is unknown is ``null``, a number that has no end is the text ``"inf"``.
Files are named without folders, and seconds are left out where the clock is fixed: the same
input gives the same bytes, whoever runs it and where.
"""

from __future__ import annotations

import math
import platform
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np
import pandas as pd
import pyogrio
import shapely

from access15.config import Category, Study, WalkProfile
from access15.core.measures.catchments import LUO_QI_WEIGHTS
from access15.core.measures.opportunities import WALK_DECAY_PER_S
from access15.core.measures.uncertain import (
    DENSITY_SIGMA,
    DOUBTFUL_CLASSES,
    MOST_MISSING,
    MOST_TIMES,
    N_DRAWS,
    PACE_RANGE_MS,
    QUANTILES,
    SEED,
)
from access15.outputs.tables.run import build_coverage_table, build_facilities_table
from access15.outputs.words.facts import HUB
from access15.outputs.words.methods import describe_method
from access15.results.people import ALL
from access15.results.run import SPACING_LIMITS_M, AreaResult, HeightsInfo, RunResult

STATUSES = ("ok", "unreachable", "too_far_from_network", "not_geocoded")
_SPACING_CAVEAT = (
    "from each bike station to the nearest other one, in metres along the streets; only stations "
    "of the facilities "
    "list with a certain point are compared, so where the list is a selection a station left out "
    "may be nearer; those "
    "without a way on the streets at hand are told apart, in a straight line, the least that it "
    "can be"
)
_GAP_COLUMNS = (
    "area",
    "group",
    "profile",
    "cutoff_min",
    "people",
    "covered",
    "share",
    "low",
    "high",
    "gap_people",
    "gap_points",
    "gap_low",
    "gap_high",
    "ratio",
    "ratio_low",
    "ratio_high",
)
_LIBRARIES = (
    "folium",
    "geopandas",
    "geopy",
    "networkx",
    "numba",
    "numpy",
    "osmium",
    "osmnx",
    "pandas",
    "pydantic",
    "pyogrio",
    "pyproj",
    "scipy",
    "shapely",
)


def build_provenance(
    result: RunResult,
    *,
    command: list[str],
    files: list[str],
) -> dict[str, Any]:
    """Record of a run."""
    areas = result.areas.values()
    record = {
        "created": result.created.isoformat(),
        "command": command,
        "inputs": [
            {"name": name, "sha256": digest} for name, digest in sorted(result.inputs.items())
        ],
        "parameters": _parameters(result),
        "networks": [_network(area) for area in areas],
        "facilities": _facilities(result),
        "residents": [_residents(result, area) for area in areas],
        "station_spacing": _spacing(result.station_spacing),
        "honesty_gap": _gaps(result),
        "confidence": {
            "ranges": _describe_ranges(),
            "precision_shares": [
                row for area in areas for row in area.precision_shares.to_dict("records")
            ],
        },
        "unknown_shares": [row for area in areas for row in area.unknown_shares.to_dict("records")],
        "certificates": [row for area in areas for row in _certificates(area)],
        "files": sorted(files),
        "stages_s": {name: round(seconds, 3) for name, seconds in result.stage_s.items()},
        "versions": list_versions(),
    }
    plain: dict[str, Any] = to_plain(record)
    return plain


def _describe_ranges() -> dict[str, Any]:
    """What the ranges of ``coverage.csv`` are drawn from; choices of this project."""
    return {
        "n_draws": N_DRAWS,
        "seed": SEED,
        "quantiles": QUANTILES,
        "pace_ms": {"normal": "about each profile's pace", "5-95 %": PACE_RANGE_MS},
        "waits_times": {"uniform": [0.0, MOST_TIMES]},
        "rests_times": {"uniform": [0.0, MOST_TIMES]},
        "density": {"log-normal": "by street", "sigma": DENSITY_SIGMA},
        "classes_with_homes_or_not": DOUBTFUL_CLASSES,
        "doors": "any plausible door of a facility, each as likely",
        "missing_paths_share": {"uniform": [0.0, MOST_MISSING]},
    }


def _parameters(result: RunResult) -> dict[str, Any]:
    """What was asked, for whoever runs it again."""
    told = describe_study(result.study, result.profiles, result.categories)
    asked = {
        "areas": [area.area.model_dump(mode="json") for area in result.areas.values()],
        "cutoffs_min": list(result.cutoffs_min),
        "at": None if result.at is None else result.at.isoformat(),
    }
    return {
        **{name: told.pop(name) for name in ("study", "name", "crs")},
        **asked,
        **told,
        "measures": {
            "gravity_decay": "exponential",
            "gravity_decay_per_s": WALK_DECAY_PER_S,
            "e2sfca_weights": LUO_QI_WEIGHTS,
            "shared_among": result.study.population.everybody,
        },
    }


def describe_study(
    study: Study,
    profiles: Mapping[str, WalkProfile],
    categories: Mapping[str, Category],
) -> dict[str, Any]:
    """What a study asks, whatever is made of it."""
    return {
        "study": study.id,
        "name": study.name,
        "crs": study.crs,
        "max_snap_m": study.max_snap_m,
        "padding_m": study.padding_m,
        "population": {
            "kind": study.population.kind,
            "file": study.population.file_name,
            "sections": study.population.sections_name or None,
            "spread": study.population.spread,
            "source": study.population.source,
            "year": study.population.year,
            "groups": study.population.groups,
            "residential_highways": study.population.residential_highways,
        },
        "zones": {"file": study.zones.file.name, "source": study.zones.source},
        "claim_profile": study.claim,
        "walks_as": {group: study.own_profile(group) for group in study.population.groups},
        "profiles": [profile.model_dump(mode="json") for profile in profiles.values()],
        "categories": [category.model_dump(mode="json") for category in categories.values()],
    }


def _gaps(result: RunResult) -> list[dict[str, Any]]:
    """Of every group within the longest cutoff of a hub: what the claim counts, and what its own
    pace covers.
    """
    table = build_coverage_table(result)
    is_asked = (table["zone"] == ALL) & (table["category"] == HUB) & table["is_own"]
    rows = table[is_asked & (table["cutoff_min"] == result.cutoffs_min[-1])]
    found: list[dict[str, Any]] = rows[list(_GAP_COLUMNS)].to_dict("records")
    return found


def describe_heights_used(heights: HeightsInfo | None) -> dict[str, Any]:
    """Record of the heights that slopes come from; nothing where they come from the map alone."""
    if heights is None:
        return {}
    return {
        "heights": {
            "files": [
                {
                    "name": one.name,
                    "sha256": one.sha256,
                    "date": one.date or None,
                    "cell_m": round(one.cell_m, 1),
                    "to_metres": one.to_metres,
                }
                for one in heights.files
            ],
            "spacing_m": heights.spacing_m,
            "smoothing": "1-2-1 over neighbouring cells, cells below 10 m averaged to about 10 m",
            "between_cells": "bilinear",
            "measured_km": round(heights.measured_m / 1000.0, 3),
            "tagged_km": round(heights.tagged_m / 1000.0, 3),
            "unknown_km": round(heights.unknown_m / 1000.0, 3),
        }
    }


def _network(area: AreaResult) -> dict[str, Any]:
    """Where the streets of one neighbourhood come from, and how many they are."""
    network, info = area.network, area.network_info
    return {
        "area": area.area.id,
        "kind": info.kind,
        "name": info.name,
        "date": info.date or None,
        "licence": info.licence,
        "sha256": info.sha256 or None,
        **describe_heights_used(info.heights),
        "crs": network.crs,
        "n_nodes": network.n_nodes,
        "n_edges": network.n_edges,
        "street_km": round(float(network.length_m.sum()) / 1000.0, 3),
        "warnings": list(map(str, info.warnings)),
    }


def _facilities(result: RunResult) -> dict[str, Any]:
    """How many facilities there are, and what became of them."""
    table = build_facilities_table(result)
    return {
        "n": len(table),
        "origins": {
            str(origin): int(n) for origin, n in table["origin"].value_counts(sort=False).items()
        },
        "n_merged_with_osm": int((table["merged_osm"].astype(str) != "").sum()),
        "statuses": _statuses(table["status"]),
        "statuses_by_area": {
            name: _statuses(area.facilities["status"]) for name, area in result.areas.items()
        },
    }


def _residents(result: RunResult, area: AreaResult) -> dict[str, Any]:
    """How people were put where they live, and whom that leaves out."""
    homes = area.residents
    groups = [group for group in result.study.population.groups if group in homes.columns]
    info = area.people_info
    return {
        "area": area.area.id,
        "n_points": len(homes),
        "methods": [
            {"zone": zone, **describe_method(method, "en")._asdict()}
            for zone, methods in info.methods.items()
            for method in methods
        ],
        "notes": [
            {
                "kind": note.kind,
                "people": note.people,
                "n": note.n,
                "share": note.share,
                "names": list(note.names),
            }
            for note in info.notes
        ],
        "people_outside": dict(info.outside),
        "statuses": _statuses(homes["status"]),
        "people": {group: round(float(homes[group].sum()), 6) for group in groups},
    }


def _spacing(stations: pd.DataFrame) -> dict[str, Any]:
    """How far bike stations stand from one another, in short."""
    is_measured = np.isfinite(stations["spacing_m"].to_numpy(dtype=np.float64))
    return {
        "n": len(stations),
        "along_streets": _beyond(stations.loc[is_measured, "spacing_m"]),
        "straight_line": _beyond(stations.loc[~is_measured, "straight_m"]),
        "caveat": _SPACING_CAVEAT,
    }


def _beyond(distances_m: pd.Series) -> dict[str, Any]:
    """Stations whose nearest other one is farther than the plan allows, and their share."""
    values_m = distances_m.to_numpy(dtype=np.float64)
    summary: dict[str, Any] = {
        "n": len(values_m),
        "median_m": float(np.median(values_m)) if len(values_m) else None,
    }
    for limit_m in SPACING_LIMITS_M:
        beyond = int((values_m > limit_m).sum())
        summary[f"n_above_{limit_m}_m"] = beyond
        summary[f"share_above_{limit_m}_m"] = beyond / len(values_m) if len(values_m) else None
    return summary


def _statuses(column: pd.Series) -> dict[str, int]:
    """How many there are of each status, those of none too."""
    counts = {str(status): int(n) for status, n in column.value_counts(sort=False).items()}
    return {status: counts.pop(status, 0) for status in STATUSES} | counts


def _certificates(area: AreaResult) -> list[dict[str, Any]]:
    """How many homes and how much land each service area puts on the wrong side."""
    return [
        {
            "area": one["area"],
            "profile": one["profile"],
            one["target_kind"]: one["target"],
            "cutoff_min": one["cutoff_min"],
            "false_inside": one["false_inside"],
            "missed_outside": one["missed_outside"],
            "land_points": one["land_points"],
            "land_farther": one["land_farther"],
            "land_farther_s": one["land_farther_s"],
            "land_missed": one["land_missed"],
        }
        for one in area.service_areas.to_dict("records")
    ]


def list_versions(*others: str) -> dict[str, str | None]:
    """Versions of what took part."""
    found = {"access15": _version("access15"), "python": platform.python_version()}
    found |= {name: _version(name) for name in (*_LIBRARIES, *others)}
    return found | {"gdal": pyogrio.__gdal_version_string__, "geos": shapely.geos_version_string}


def _version(name: str) -> str | None:
    """Version of a library; None where nobody knows."""
    try:
        return version(name)
    except PackageNotFoundError:  # run from a copy of the sources that was never installed
        return None


def to_plain(value: Any) -> Any:
    """The same in JSON's own types, numbers without end as text and unknown as None."""
    if isinstance(value, Mapping):
        return {str(key): to_plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [to_plain(item) for item in value]
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, float) and math.isinf(value):
        return "inf" if value > 0 else "-inf"
    return value if isinstance(value, (str, bool, int, float)) else str(value)
