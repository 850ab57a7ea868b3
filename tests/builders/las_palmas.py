"""A study of Las Palmas de Gran Canaria, written into a folder: another town, another country,
hills and steps.

The streets and the three facilities are real (OpenStreetMap, February 2023). The zones are drawn
around a few blocks of San José and Vegueta, and the numbers of residents are MADE UP: they exist in
this test only and say nothing of anybody.
"""

from __future__ import annotations

import json
from pathlib import Path

import osmium

MADE_UP_RESIDENTS = {"sanjose": (1003, 301, 97), "vegueta": (1999, 400, 120)}
ZONES = {  # west, south, east, north [degrees]
    "sanjose": ("San José, ladera", (-15.4222, 28.0880, -15.4168, 28.0950)),
    "vegueta": ("Vegueta", (-15.4185, 28.0965, -15.4130, 28.1010)),
}
# OpenStreetMap nodes taken as the town's own list: id here, category, node, name
PLACES = (
    ("casa-1", "csrc", 5084179351, "Hermanos Franciscanos"),
    ("correos-1", "post_office", 5084432141, "Oficina de Correos"),
    ("farmacia-1", "pharmacy", 447602316, "Farmacia Catedral"),
)
STUDY = """
# Made for a test: residents are made up.
id = "las_palmas"
name = "Las Palmas de Gran Canaria (prueba)"
countries = "es"
cutoffs_min = [5, 15]
profiles = ["plain", "adult", "wheelchair"]
categories = ["csrc", "post_office", "pharmacy", "supermarket", "library"]

[facilities]
file = "lugares.csv"

[zones]
file = "zonas.geojson"
id_column = "zona"
name_column = "nombre"

[population]
file = "habitantes.csv"
zone_column = "zona"
residential_highways = ["residential", "living_street", "unclassified", "pedestrian"]

[population.groups]
total = "total"
age_65_plus = "mayores_65"
age_80_plus = "mayores_80"

[[areas]]
id = "cono_sur"
name = "San José y Vegueta"
zones = ["sanjose", "vegueta"]
hubs = ["casa-1", "correos-1"]
"""


def find_nodes(extract: Path, wanted: set[int]) -> dict[int, tuple[float, float]]:
    """Longitude and latitude of nodes of an extract."""
    found = {}
    for node in osmium.FileProcessor(str(extract), osmium.osm.NODE).with_filter(
        osmium.filter.IdFilter(wanted)
    ):
        found[node.id] = (node.lon, node.lat)
    return found


def write_study(folder: Path, extract: Path) -> Path:
    """Write the study and its files; the path of its TOML."""
    points = find_nodes(extract, {node for _, _, node, _ in PLACES})
    lines = ["facility_id,name,category,lat,lon,precision"]
    lines += [
        f"{i},{name},{kind},{points[n][1]:.7f},{points[n][0]:.7f},official point"
        for i, kind, n, name in PLACES
    ]
    (folder / "lugares.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    features = [
        {
            "type": "Feature",
            "properties": {"zona": zone, "nombre": name},
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[w, s], [e, s], [e, n], [w, n], [w, s]]],
            },
        }
        for zone, (name, (w, s, e, n)) in ZONES.items()
    ]
    text = json.dumps({"type": "FeatureCollection", "features": features})
    (folder / "zonas.geojson").write_text(text, encoding="utf-8")
    rows = [
        "zona;total;mayores_65;mayores_80",
        *(f"{z};{';'.join(map(str, n))}" for z, n in MADE_UP_RESIDENTS.items()),
    ]
    (folder / "habitantes.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    path = folder / "las_palmas.toml"
    path.write_text(STUDY, encoding="utf-8")
    return path
