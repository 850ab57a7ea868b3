"""What is installed, which data is at hand, and which streets a run would use."""

from __future__ import annotations

import platform
from datetime import date
from importlib import metadata

from access15.config import Cache, Study, data_dir
from access15.files.store import MOST_BYTES, Store
from access15.sources.streets.fetched import describe_fetched
from access15.workflows.bikes import read_bikes

_LIBRARIES = (
    "numpy",
    "scipy",
    "numba",
    "shapely",
    "geopandas",
    "pyogrio",
    "osmium",
    "osmnx",
    "folium",
    "geopy",
)


def describe(
    study: Study,
    cache: Cache,
    *,
    today: date,
) -> list[str]:
    """Describe the installation in plain lines."""
    lines = [
        f"access15 {_version('access15')}, Python {platform.python_version()}, "
        f"{platform.platform()}"
    ]
    lines += [f"{name} {_version(name)}" for name in _LIBRARIES]
    lines.append(f"data: {data_dir()}")
    tables = study.facilities.tables
    names = ["facilities", *(f"facilities, table {n + 2}" for n in range(len(tables) - 1))]
    files = {
        **dict(zip(names, tables, strict=True)),
        "zones": study.zones.file,
        **study.population.files,
    }
    if study.sketch is not None:
        files |= {"sketch, points": study.sketch.nodes, "sketch, segments": study.sketch.segments}
    lines += [
        f"{what}: {path.resolve()} ({'found' if path.is_file() else 'MISSING'})"
        for what, path in files.items()
    ]
    lines.append(
        f"answers of geocoders: {cache.answers} "
        f"({'found' if cache.answers.is_file() else 'none yet'})"
    )
    streets = cache.streets(study.id)
    fetched = describe_fetched(streets, today=today)
    lines.append(f"fetched streets: {streets} ({fetched or 'none; run access15 fetch'})")
    bikes = read_bikes(study, cache)
    told = "none; run access15 fetch" if bikes is None else bikes.fetched.date().isoformat()
    lines.append(f"fetched bike stations: {cache.stations(study.id)} ({told})")
    n_kept, size = Store(cache.readings).measure()
    told = f"{n_kept} files, {size / 1e6:.0f} of at most {MOST_BYTES / 1e6:.0f} MB"
    lines.append(f"read of extracts: {cache.readings} ({told if n_kept else 'nothing yet'})")
    if fetched:
        lines.append("a run uses: the fetched streets, unless --osm is given")
    elif study.sketch is not None:
        lines.append("a run uses: the sketch of main streets, unless --osm is given")
    else:
        lines.append("a run uses: --osm, or fetches streets")
    return lines


def _version(name: str) -> str:
    """Version of an installed package."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:  # what a doctor is asked about
        return "MISSING"
