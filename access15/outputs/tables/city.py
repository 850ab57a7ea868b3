"""Tables of a whole city: CSV, GeoParquet by zone, and where every number comes from."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import geopandas as gpd
import pandas as pd

from access15.config import Study
from access15.outputs.pages.city import load_extra
from access15.outputs.tables.cells import spell_out, write_csv
from access15.outputs.tables.provenance import (
    describe_heights_used,
    describe_study,
    list_versions,
    to_plain,
)
from access15.outputs.words.methods import describe_method
from access15.results.city import CityResult
from access15.results.people import ALL
from access15.results.schema import ZONES, ZONES_EXPLAIN

PAGE_FILE: Final = "city.html"
RECORD_FILE: Final = "run.json"
_PARTS: Final = {"homes": "zone_id", "zones": "zone_id", "cells": "category"}
_PART_FILE: Final = "part.parquet"


def list_city_files(study: Study) -> list[str]:
    """List the files that a study's city may write."""
    zones = dict.fromkeys(zone for area in study.areas for zone in area.zones)
    parts = [name_part(kind, zone) for kind in ("homes", "zones") for zone in zones]
    parts += [name_part("cells", target) for target in ("hub", *study.categories)]
    return [PAGE_FILE, ZONES.files[0], ZONES_EXPLAIN.files[0], *parts, RECORD_FILE]


def name_part(kind: str, of: str) -> str:
    """File of one zone's, or one category's, part of a layer, named as readers of partitioned
    layers expect it.
    """
    return f"{kind}/{_PARTS[kind]}={quote(of, safe='')}/{_PART_FILE}"


def write_city_tables(city: CityResult, folder: Path) -> list[str]:
    """Write all tables and layers into a folder, and name them."""
    load_extra("pyarrow")
    names = [write_csv(city.zones, ZONES, folder), write_csv(city.explained, ZONES_EXPLAIN, folder)]
    if city.home_parts is None:
        names += write_homes(city.split_homes(), folder)
    else:
        names += _copy_homes(city.home_parts, city.outlines["zone_id"].astype(str), folder)
    shapes = dict(zip(city.outlines["zone_id"].astype(str), city.outlines.geometry, strict=True))
    told = city.zones.assign(method=spell_out(city.zones["method"]))
    for zone, rows in told[told["zone"] != ALL].groupby("zone", sort=False):
        shape = [shapes[str(zone)]] * len(rows)
        frame = gpd.GeoDataFrame(rows.reset_index(drop=True), geometry=shape, crs=city.crs)
        names.append(_write_part(frame, "zones", str(zone), folder))
    for target, cells in city.split_cells():
        spelled = cells.assign(method=spell_out(cells["method"]))
        names.append(_write_part(spelled, "cells", target, folder))
    return names


def write_homes(homes: Iterable[tuple[str, gpd.GeoDataFrame]], folder: Path) -> list[str]:
    """Write the homes of every zone into a folder, each whole or not at all, and name the files."""
    names = []
    for zone, rows in homes:
        name = name_part("homes", zone)
        # another worker may try the same at the same time
        part = Path(name).with_name(f"{os.urandom(8).hex()}.partial")
        _write_frame(rows, folder / part)
        (folder / part).replace(folder / name)
        names.append(name)
    return names


def _copy_homes(parts: Path, zones: Iterable[str], folder: Path) -> list[str]:
    """Copy the homes of every zone, as workers wrote them."""
    names = [name_part("homes", zone) for zone in zones]
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(parts / name, folder / name)
    return names


def _write_part(frame: gpd.GeoDataFrame, kind: str, of: str, folder: Path) -> str:
    """Write one part of a layer."""
    name = name_part(kind, of)
    _write_frame(frame, folder / name)
    return name


def _write_frame(frame: gpd.GeoDataFrame, path: Path) -> None:
    """Write a part of a layer."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # the folder's name says it: readers of the whole would find it twice
    said = path.parent.name.partition("=")[0]
    own = frame.drop(columns=[said], errors="ignore")
    own.to_parquet(path, index=False, compression="zstd", geometry_encoding="WKB")


def list_stale_parts(folder: Path, names: list[str]) -> list[Path]:
    """Parts that an earlier run wrote and this one does not: of other zones, or of a grid."""
    kept = {folder / name for name in names}
    parts = (f"{kind}/{of}=*/{_PART_FILE}" for kind, of in _PARTS.items())
    found = [path for part in parts for path in folder.glob(part)]
    return [path for path in found if path not in kept]


def build_city_record(city: CityResult, *, command: list[str], files: list[str]) -> dict[str, Any]:
    """Record of a city: from what, with what and how every number was made."""
    info = city.network_info
    record = {
        "created": city.created.isoformat(),
        "command": command,
        "inputs": [
            {"name": name, "sha256": digest} for name, digest in sorted(city.inputs.items())
        ],
        "parameters": {
            **describe_study(city.study, city.profiles, city.categories),
            "cutoffs_min": list(city.cutoffs_min),
            "at": None if city.at is None else city.at.isoformat(),
            "zones": city.outlines["zone_id"].astype(str).tolist(),
            "grid": None if city.cells is None else str(city.cells.grid),
        },
        "left_out": [{"zone": zone, "name": name} for zone, name in city.left_out],
        "lost": [
            {"tile": tile.name, "zones": list(tile.zones), "reason": tile.reason}
            for tile in city.lost
        ],
        "network": {
            "kind": info.kind,
            "name": info.name,
            "date": info.date or None,
            "licence": info.licence,
            "sha256": info.sha256 or None,
            **describe_heights_used(info.heights),
            "crs": city.crs,
            "n_nodes": city.n_nodes,
            "n_edges": city.n_edges,
            "warnings": list(map(str, info.warnings)),
        },
        "places": dict(city.n_places),
        "residents": {
            "n_points": len(city.residents),
            "methods": [
                {"zone": zone, **describe_method(method, "en")._asdict()}
                for zone, methods in city.people_info.methods.items()
                for method in methods
            ],
            "people": _sum_people(city.zones),
        },
        "tiles": [
            {
                "tile": tile.name,
                "zones": list(tile.zones),
                "n_points": tile.n_homes,
                "fingerprint": tile.fingerprint,
            }
            for tile in city.tiles
        ],
        "files": sorted(files),
        "stages_s": {name: round(seconds, 3) for name, seconds in city.stage_s.items()},
        "versions": list_versions("mapclassify", "pyarrow"),
    }
    plain: dict[str, Any] = to_plain(record)
    return plain


def _sum_people(zones: pd.DataFrame) -> dict[str, float]:
    """People of each group in all zones."""
    whole = zones[zones["zone"] == ALL].drop_duplicates("group")
    return {str(group): float(n) for group, n in zip(whole["group"], whole["people"], strict=True)}
