"""A drawn city of three zones: two that share a border, streets and places, and one far away.

::

    a | b              c
    blocks of 80 m; a place on the border itself, one in each zone, steps, crossings, benches
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
from builders.drawn_osm import Nodes, Ways, lonlat, write_osm

Rectangle = tuple[float, float, float, float]  # west, south, east, north
STEP_M = 80.0
_COLUMNS, _ROWS = 11, 6  # nodes of a and b together
_FAR_M = 6_000.0
ZONES = {"a": (-40.0, 400.0), "b": (400.0, 840.0), "c": (_FAR_M - 40.0, _FAR_M + 440.0)}
STUDY = """
id = "borders"
name = "Città di confine"
profiles = ["adult", "older_adult", "wheelchair", "frail_seats"]
categories = ["csrc", "library", "wemi"]
cutoffs_min = [3, 5]
crs = "EPSG:32632"
facilities = { file = "places.csv" }
zones = { file = "zones.geojson", id_column = "zone", name_column = "name" }

[population]
file = "people.csv"
zone_column = "zone"
groups = { total = "total", age_65_plus = "old" }
"""
_AREA = '\n[[areas]]\nid = "{zone}"\nname = "Zona {zone}"\nzones = ["{zone}"]\n'


def write_border_town(folder: Path, seed: int = 0) -> Path:
    """Write the study with its files, and ``town.osm``; the path of its TOML."""
    folder.mkdir(parents=True, exist_ok=True)
    nodes, ways = _draw_streets(np.random.default_rng(seed))
    box = (*lonlat(-4000, -4000), *lonlat(_FAR_M + 4000, 4000))
    write_osm(folder / "town.osm", nodes, ways, bounds=box)
    zones = {zone: (west, -40.0, east, 440.0) for zone, (west, east) in ZONES.items()}
    path = write_zones(folder, zones)
    write_people(folder)
    write_places(folder)
    return path


def write_zones(folder: Path, zones: Mapping[str, Rectangle]) -> Path:
    """Write zones, rectangles in metres, and the study that they are neighbourhoods of."""
    features = [
        {
            "type": "Feature",
            "properties": {"zone": zone, "name": f"Zona {zone}"},
            "geometry": {"type": "Polygon", "coordinates": [_ring(*sides)]},
        }
        for zone, sides in zones.items()
    ]
    collection = {"type": "FeatureCollection", "features": features}
    (folder / "zones.geojson").write_text(json.dumps(collection), encoding="utf-8")
    path = folder / "borders.toml"
    text = STUDY + "".join(_AREA.format(zone=zone) for zone in zones)
    path.write_text(text, encoding="utf-8")
    return path


def write_people(
    folder: Path, people: Sequence[int] = (900, 777, 500), zones: Iterable[str] = ZONES
) -> None:
    """Write who lives where."""
    rows = [f"{zone},{n},{n // 4}\n" for zone, n in zip(zones, people, strict=True)]
    (folder / "people.csv").write_text(f"zone,total,old\n{''.join(rows)}", encoding="utf-8")


def write_places(folder: Path, hall_m: float = 90.0) -> None:
    """Write places: one of them stands on the border, one `hall_m` from the west of a."""
    places = (
        ("border", "csrc", 400.0, 200.0),
        ("hall", "csrc", hall_m, 30.0),
        ("far", "csrc", _FAR_M + 100.0, 100.0),
        ("books", "library", 430.0, 330.0),
    )
    rows = ["facility_id,name,category,address,lat,lon"]
    for key, category, x, y in places:
        lon, lat = lonlat(x, y)
        rows.append(f"{key},Casa {key},{category},Via {key} 1,{lat:.7f},{lon:.7f}")
    (folder / "places.csv").write_text("\n".join([*rows, ""]), encoding="utf-8")


def _draw_streets(rng: np.random.Generator) -> tuple[Nodes, Ways]:
    """Two grids of blocks: some streets missing, some with steps or a crossing, and benches."""
    nodes: dict[int, tuple[float, float] | tuple[float, float, dict[str, str]]] = {}
    ways: dict[int, tuple[list[int], dict[str, str]]] = {}
    way = 1
    for first, x0, columns in ((1000, 0.0, _COLUMNS), (3000, _FAR_M, 6)):
        for i in range(columns):
            for j in range(_ROWS):
                at = first + 20 * i + j
                x, y = np.array([x0 + STEP_M * i, STEP_M * j]) + rng.uniform(-9, 9, 2)
                signals = {"highway": "crossing", "crossing": "traffic_signals"}
                nodes[at] = (x, y, signals) if rng.random() < 0.15 else (x, y)
        for i in range(columns):
            for j in range(_ROWS):
                at = first + 20 * i + j
                for other, is_there in ((at + 20, i + 1 < columns), (at + 1, j + 1 < _ROWS)):
                    if not is_there or rng.random() < 0.12:
                        continue
                    kinds = ({"highway": "residential"}, {"highway": "steps", "step_count": "20"})
                    tags = kinds[int(rng.random() < 0.1)]
                    ways[way] = ([at, other], {**tags, "name": f"Via {way % 7}"})
                    way += 1
        for k in range(6):
            x, y = x0 + rng.uniform(0, 400), STEP_M * k + 2.0
            nodes[first + 900 + k] = (x, y, {"amenity": "bench"})
    return nodes, ways


def _ring(west: float, south: float, east: float, north: float) -> list[tuple[float, float]]:
    """Ring around a zone."""
    corners = ((west, south), (east, south), (east, north), (west, north), (west, south))
    return [lonlat(x, y) for x, y in corners]
