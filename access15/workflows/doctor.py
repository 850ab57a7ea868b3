"""What is installed, which data is at hand, and which streets a run would use."""

from __future__ import annotations

import platform
from datetime import date
from importlib import metadata
from pathlib import Path

from access15.config import Cache, Study, data_dir
from access15.files.store import MOST_BYTES, Store
from access15.remarks import Remark
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
    # 1. What is installed, and the data of the study.
    lines = [
        f"access15 {_version('access15')}, Python {platform.python_version()}, "
        f"{platform.platform()}"
    ]
    lines += [Remark("remark_dated", name=name, date=_version(name)) for name in _LIBRARIES]
    lines.append(Remark("at_hand_data", path=data_dir()))
    tables = study.facilities.tables
    files: dict[str, Path] = {Remark("at_hand_facilities"): tables[0]}
    files |= {Remark("at_hand_table", n=n + 2): table for n, table in enumerate(tables[1:])}
    files |= {Remark("at_hand_zones"): study.zones.file}
    files |= study.population.files
    if study.sketch is not None:
        files[Remark("at_hand_points")] = study.sketch.nodes
        files[Remark("at_hand_segments")] = study.sketch.segments
    for what, path in files.items():
        is_there = Remark("at_hand_found") if path.is_file() else Remark("at_hand_missing")
        lines.append(Remark("at_hand", what=what, path=path.resolve(), state=is_there))
    # 2. What was fetched or kept.
    none_yet, none_fetched = Remark("at_hand_none_yet"), Remark("at_hand_unfetched")
    state: str = Remark("at_hand_found") if cache.answers.is_file() else none_yet
    lines.append(_describe(Remark("at_hand_answers"), cache.answers, state))
    streets = cache.streets(study.id)
    fetched = describe_fetched(streets, today=today)
    lines.append(_describe(Remark("at_hand_streets"), streets, fetched or none_fetched))
    bikes = read_bikes(study, cache)
    state = none_fetched if bikes is None else bikes.fetched.date().isoformat()
    lines.append(_describe(Remark("at_hand_bikes"), cache.stations(study.id), state))
    n_kept, size = Store(cache.readings).measure()
    state = Remark("at_hand_nothing_yet")
    if n_kept:
        state = Remark("at_hand_kept", n_kept=n_kept, size=size / 1e6, most=MOST_BYTES / 1e6)
    lines.append(_describe(Remark("at_hand_readings"), cache.readings, state))
    # 3. What a run would take.
    if fetched:
        lines.append(Remark("at_hand_uses_fetched"))
    elif study.sketch is not None:
        lines.append(Remark("at_hand_uses_sketch"))
    else:
        lines.append(Remark("at_hand_uses_osm"))
    return lines


def _describe(
    what: Remark,
    path: Path,
    state: str,
) -> Remark:
    """Say where something lies, and what is there."""
    return Remark("at_hand", what=what, path=path, state=state)


def _version(name: str) -> str:
    """Version of an installed package."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:  # what a doctor is asked about
        return Remark("at_hand_missing")
