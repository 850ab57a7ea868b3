"""A study of one straight street: the service at its beginning, people all along, benches here and
there.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from builders.drawn_osm import lonlat, write_osm

from access15.config import WalkProfile, load_profiles

LENGTH_M = 1000


def write_study(
    folder: Path, *, benches_m: Sequence[float] = (), layer_m: Sequence[float] | None = None
) -> Path:
    """Write extract, zone, people, service and study; benches of the extract, and a layer of the
    study's own.
    """
    w, s, e, n = *lonlat(-1, -200), *lonlat(LENGTH_M + 1, 200)
    outline = {"type": "Polygon", "coordinates": [[[w, s], [e, s], [e, n], [w, n], [w, s]]]}
    zone = {"type": "Feature", "properties": {"zone": "1", "name": "Via"}, "geometry": outline}
    (folder / "zones.geojson").write_text(
        json.dumps({"type": "FeatureCollection", "features": [zone]})
    )
    (folder / "people.csv").write_text("zone,total,age_65_plus\n1,1000,100\n")
    lon, lat = lonlat(0, 0)
    (folder / "places.csv").write_text(
        f"facility_id,name,category,lat,lon\nhall,Municipio,csrc,{lat},{lon}\n"
    )
    nodes = {1: (0, 0), 2: (LENGTH_M, 0), 8: (-2000, -2000), 9: (3000, 2000)}
    nodes |= {100 + i: (x, 6, {"amenity": "bench"}) for i, x in enumerate(benches_m)}
    write_osm(
        folder / "street.osm",
        nodes,
        {10: ([1, 2], {"highway": "residential", "name": "Via Lunga"})},
        bounds=(*lonlat(-2000, -2000), *lonlat(3000, 2000)),
    )
    layer = ""
    if layer_m is not None:
        rows = [f"b{i},{lat},{lon}" for i, x in enumerate(layer_m) for lon, lat in [lonlat(x, -4)]]
        (folder / "benches.csv").write_text("\n".join(["id,lat,lon", *rows]) + "\n")
        layer = 'seats = { files = ["benches.csv"] }'
    path = folder / "street.toml"
    path.write_text(
        f"""
        id = "street"
        name = "Via Lunga"
        profiles = ["older_adult", "frail"]
        categories = ["csrc"]
        cutoffs_min = [5, 15]
        facilities = {{ file = "places.csv" }}
        zones = {{ file = "zones.geojson", id_column = "zone", name_column = "name" }}
        {layer}
        [population]
        file = "people.csv"
        zone_column = "zone"
        groups = {{ total = "total", age_65_plus = "age_65_plus" }}
        [[areas]]
        id = "via"
        name = "Via"
        zones = ["1"]
        hubs = ["hall"]
        """.replace("\n        ", "\n"),
        encoding="utf-8",
    )
    return path


def list_walkers() -> dict[str, WalkProfile]:
    """The profiles, with a frail person who needs a seat every 100 m."""
    profiles = load_profiles()
    return {**profiles, "frail": profiles["frail"].model_copy(update={"needs_seat": True})}
