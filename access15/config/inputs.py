"""Every file that a run reads, so that none of them is replaced by what it writes."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from access15.config.model import data_dir
from access15.config.options import Options
from access15.config.study import Study

_OWN_TABLES = ("categories.toml", "category_groups.toml", "profiles.toml")
# What programs keep beside a layer under its name: parts of shapefiles, MapInfo tables and GML,
# the kinds of a CSV's columns, and what is not yet in a GeoPackage.
_PARTS = (
    *(".shp", ".shx", ".dbf", ".prj", ".cpg", ".qix", ".sbn", ".sbx", ".qpj", ".qmd"),
    *(".tab", ".dat", ".map", ".id", ".ind", ".mif", ".mid", ".gfs", ".xsd", ".csvt", ".vrt"),
)
_ENDS = ("-wal", "-shm", "-journal", ".xml")


def list_inputs(
    study: Study,
    options: Options,
    others: Iterable[Path] = (),
) -> tuple[Path, ...]:
    """List every file that a run reads: its study and what that names, what the options name, what
    was fetched for it, what comes with access15, and `others`; parts of layers are among them.
    """
    given = [options.facilities, *options.add_places, options.osm, options.graph]
    given += [*options.dem, *options.seats, *options.obstacles, *others]
    named = [study.file, *study.list_files(), *given]
    files = [path for path in named if isinstance(path, Path)]
    files += [part for path in files for part in _list_parts(path)]
    files += [data_dir() / name for name in _OWN_TABLES]
    files.append(options.cache.answers)
    for folder in (options.cache.streets(study.id), options.cache.stations(study.id)):
        files += sorted(folder.glob("*"))
    return tuple(dict.fromkeys(files))


def _list_parts(path: Path) -> Iterator[Path]:
    """The parts of a layer that lie beside it."""
    endings = [*_PARTS, *(suffix.upper() for suffix in _PARTS)]
    stem = str(path).removesuffix(path.suffix)
    parts = [stem + ending for ending in endings] + [str(path) + ending for ending in _ENDS]
    yield from (Path(part) for part in parts if os.path.lexists(part))
