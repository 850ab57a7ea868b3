"""A study of a drawn town of two neighbourhoods, a few streets each, written into a folder.

::

    west: four blocks with steps, a bench, a library    east: four blocks, a hub of its own
"""

from __future__ import annotations

import json
from pathlib import Path

from builders.drawn_osm import Nodes, Ways, lonlat, write_osm

_STEP_M = 200.0
_N = 3  # streets each way and neighbourhood
_GAP_M = 1_000.0  # from one neighbourhood's corner to the other's
AREAS = {"west": "Città d'ovest", "east": "Città d'est"}
STUDY = """
id = "town"
name = "Città disegnata"
profiles = ["adult", "older_adult"]
categories = ["csrc"]
cutoffs_min = [5]
facilities = { file = "places.csv" }
zones = { file = "zones.geojson", id_column = "zone", name_column = "name" }

[population]
file = "people.csv"
zone_column = "zone"
groups = { total = "total", age_65_plus = "old" }

[[areas]]
id = "west"
name = "Città d'ovest"
zones = ["west"]
hubs = ["hall-west"]

[[areas]]
id = "east"
name = "Città d'est"
zones = ["east"]
hubs = ["hall-east"]
"""


def write_town(folder: Path) -> Path:
    """Write the study with its files, and ``town.osm``; the path of its TOML."""
    write_osm(folder / "town.osm", *_draw_streets(), bounds=_find_bounds())
    features = [
        {
            "type": "Feature",
            "properties": {"zone": area, "name": name},
            "geometry": {"type": "Polygon", "coordinates": [_outline(k)]},
        }
        for k, (area, name) in enumerate(AREAS.items())
    ]
    zones = {"type": "FeatureCollection", "features": features}
    (folder / "zones.geojson").write_text(json.dumps(zones), encoding="utf-8")
    (folder / "people.csv").write_text("zone,total,old\nwest,900,211\neast,777,180\n")
    rows = [
        f"hall-{area},Casa {name},csrc,Via {area} 1,{lat:.7f},{lon:.7f}"
        for k, (area, name) in enumerate(AREAS.items())
        for lon, lat in [lonlat(k * _GAP_M + 15, 30)]
    ]
    text = "\n".join(["facility_id,name,category,address,lat,lon", *rows, ""])
    (folder / "places.csv").write_text(text, encoding="utf-8")
    path = folder / "town.toml"
    path.write_text(STUDY, encoding="utf-8")
    return path


def write_questions(folder: Path) -> None:
    """Write points to walk to, addresses to find, and a proposal for the west."""
    points = ["id,lat,lon"]
    for i in range(9):
        lon, lat = lonlat(40 * i, 390 - 30 * i)
        points.append(f"p{i},{lat:.7f},{lon:.7f}")
    (folder / "points.csv").write_text("\n".join([*points, ""]), encoding="utf-8")
    (folder / "addresses.csv").write_text(
        "facility_id,name,category,address\n"
        "a,Casa,csrc,Via west 1\nb,Biblioteca,library,Via di nessuno 7\n",
        encoding="utf-8",
    )
    lon, lat = lonlat(390, 390)
    feature = {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [lon, lat]},
        "properties": {"change": "add_facility", "name": "Nuova casa", "category": "csrc"},
    }
    about = {"format": "access15-proposal", "version": 1, "study": "town", "area": "west"}
    collection = {"type": "FeatureCollection", "access15": about, "features": [feature]}
    (folder / "proposal.geojson").write_text(json.dumps(collection), encoding="utf-8")


def _draw_streets() -> tuple[Nodes, Ways]:
    """Blocks of streets, a road between the neighbourhoods, steps, benches and a library."""
    nodes: dict[int, tuple[float, float] | tuple[float, float, dict[str, str]]] = {}
    ways: dict[int, tuple[list[int], dict[str, str]]] = {}
    for k in range(len(AREAS)):
        first = 100 * (k + 1)
        for i in range(_N):
            for j in range(_N):
                nodes[first + 10 * i + j] = (k * _GAP_M + i * _STEP_M, j * _STEP_M)
        for i in range(_N):
            tags = {"highway": "residential", "name": f"Via {i} {k}"}
            ways[first + i] = ([first + 10 * i + j for j in range(_N)], tags)
            ways[first + 50 + i] = ([first + 10 * j + i for j in range(_N)], tags)
        nodes[first + 90] = (k * _GAP_M + 50.0, 2.0, {"amenity": "bench"})
        nodes[first + 91] = (
            *(k * _GAP_M + 395.0, 380.0),
            {"amenity": "library", "name": f"Biblioteca {k}"},
        )
    nodes[900] = (60.0, 140.0)
    ways[900] = ([100, 900, 111], {"highway": "steps", "step_count": "20"})
    ways[901] = ([120, 200], {"highway": "secondary", "name": "Viale di mezzo"})
    return nodes, ways


def _outline(k: int) -> list[tuple[float, float]]:
    """Ring around a neighbourhood."""
    west, east, south, north = k * _GAP_M - 50, k * _GAP_M + 450, -50, 450
    corners = ((west, south), (east, south), (east, north), (west, north), (west, south))
    return [lonlat(x, y) for x, y in corners]


def _find_bounds() -> tuple[float, float, float, float]:
    """Box of the extract, wide enough that no walk could leave it."""
    return (*lonlat(-4000, -4000), *lonlat(_GAP_M + 4000, 4000))
