"""An extract, read when it is needed and at most once; what was read and cut is kept between runs.

An answer holds for one content of the file (its SHA-256), one set of rules (the text of the modules
that read, cut and hold), one set of libraries, and one question (categories, moment, boxes).
Whatever of these is another, the file is read anew.
"""

from __future__ import annotations

import hashlib
import math
import os
import platform
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache, cached_property
from pathlib import Path
from typing import Any, TypeVar

import geopandas as gpd
import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from access15 import __version__
from access15.config import Category
from access15.core.streets.barriers import Barriers
from access15.core.streets.network import WalkNetwork
from access15.core.walk.ways_in import WaysIn
from access15.crs import LONLAT, change_shapes
from access15.errors import NetworkDataError
from access15.files.store import DamagedError, Kept, Question, Store
from access15.remarks import Remark
from access15.results.run import Backdrop, NetworkInfo
from access15.sources.streets.access import WORKING_DAY
from access15.sources.streets.addresses import Addresses, read_addresses
from access15.sources.streets.area import (
    FACILITY_COLUMNS,
    StreetArea,
    StreetsAlone,
    build_facilities,
)
from access15.sources.streets.boxes import Box, Clip, format_box, join_boxes
from access15.sources.streets.build import project
from access15.sources.streets.buildings import Homes
from access15.sources.streets.collect import OsmData
from access15.sources.streets.cut import add_unread, check_clips, cut_areas, without_cut
from access15.sources.streets.pack import pack, unpack
from access15.sources.streets.read import OSMIUM_VERSION, read_certain_box, read_osm_data

_T = TypeVar("_T")
# Where rules stand that decide what is read and cut, and the records that hold it.
_RULES = ("config", "core", "crs.py", "remarks.py", "results", "sources")
# Hashing takes a second and a half per gigabyte: of smaller files every time, of larger ones as
# often as the system says that they have changed.
_HASHED_ALWAYS_BYTES = 64_000_000
LARGE_BYTES = 50_000_000  # this project's choice: fifteen times the Milan extract
# Streets beyond a box may meet within it; no street goes on so far without a corner.
_NEAR_DEG = 0.05
_SETTLED_NS = 2_000_000_000  # the coarsest clock of a file system (FAT)
# Single questions cut boxes with edges on this grid, so that the next question nearby finds the
# streets of the one before: this project's choice, about a neighbourhood.
_GRID_DEG = 0.05
# What unpacking raises where values are none of theirs.
_UNUSABLE = (
    *(ValueError, TypeError, LookupError, AttributeError, OverflowError, MemoryError),
    *(RecursionError, shapely.errors.ShapelyError),
)


@dataclass(frozen=True, eq=False)
class _PlainArea:
    """An area without frames: what of it is kept."""

    network: WalkNetwork
    backdrop: dict[str, NDArray[np.object_]]
    facilities: tuple[tuple[str, ...], ...]
    points: NDArray[np.object_]
    info: NetworkInfo
    barriers: Barriers
    homes: Homes | None
    seats: tuple[tuple[str, float, float], ...]
    ways_in: WaysIn | None


@dataclass(frozen=True, eq=False)
class _PlainAreas:
    """Areas that were cut out together."""

    areas: dict[str, _PlainArea]


@dataclass(frozen=True, eq=False)
class _PlainStreets:
    """Streets alone, and what of the file says whether they are all that are needed."""

    network: WalkNetwork
    info: NetworkInfo
    seats: tuple[tuple[str, float, float], ...]
    extent: Box | None
    is_extent_stated: bool
    unread: tuple[Remark, ...]


@dataclass(frozen=True)
class _Digest:
    """What a file's bytes come to."""

    sha256: str


class Extract:
    """An OpenStreetMap extract, its streets as they may be walked at a moment."""

    def __init__(
        self,
        path: Path,
        categories: Iterable[Category],
        at: datetime = WORKING_DAY,
        *,
        store: Store | None = None,
    ) -> None:
        self._path = path
        self._kinds = tuple(categories)
        self._at = at
        self._store = store

    @cached_property
    def data(self) -> OsmData:
        """Everything that the file holds."""
        found: OsmData = self._answer(
            "read",
            {},
            work=lambda: read_osm_data(self._path, self._kinds, self._at),
            plain=OsmData,
            wrap=_as_it_is,
            unwrap=_check_data,
        )
        return found

    @cached_property
    def _certain_box(self) -> Box | None:
        """Its box as far as that is known before it is read."""
        return read_certain_box(self._path)

    @property
    def box(self) -> Box | None:
        """Box of the extract, None when it holds nothing."""
        return self._certain_box or self.data.box

    def cut(self, clips: Mapping[str, Clip], crs: str) -> dict[str, StreetArea]:
        """Cut areas out of it, as `access15.sources.streets.cut.cut_areas` does."""
        # an area outside is refused at once: a whole country takes minutes to read
        if self._certain_box is not None:
            check_clips(clips, self._certain_box, self._path, is_stated=True)
        boxes = {key: [*clip.core_box, *clip.padded_box] for key, clip in clips.items()}
        corners = np.array(list(boxes.values()), dtype=np.float64).reshape(-1, 2)
        asked = {
            "boxes": [[key, *map(float, box)] for key, box in boxes.items()],
            "crs": crs,
            # a grid that was installed since moves what lies between them
            "metres": project(corners, LONLAT, crs).tolist(),
        }
        return self._answer(
            "cut",
            asked,
            work=lambda: cut_areas(
                self._read_near(one.padded_box for one in clips.values()),
                self._path,
                clips,
                crs=crs,
            ),
            plain=_PlainAreas,
            wrap=lambda areas: _PlainAreas({key: _to_plain(one) for key, one in areas.items()}),
            unwrap=lambda kept: {key: _from_plain(one) for key, one in kept.areas.items()},
        )

    def cut_streets(self, clip: Clip, crs: str) -> StreetsAlone:
        """Streets alone of a box and of a little land around it, kept for the next question."""
        if self._certain_box is not None:
            check_clips({"here": clip}, self._certain_box, self._path, is_stated=True)
        wide = _widen(clip.padded_box, self.box)
        corners = np.array([wide], dtype=np.float64).reshape(-1, 2)
        found: _PlainStreets = self._answer(
            "streets",
            {
                "box": list(map(float, wide)),
                "crs": crs,
                "metres": project(corners, LONLAT, crs).tolist(),
            },
            work=lambda: self._cut_wide(clip, wide, crs),
            plain=_PlainStreets,
            wrap=_as_it_is,
            unwrap=_check_streets,
        )
        unread = found.unread[0] if found.unread else ""
        warnings = check_clips(
            {"here": clip},
            found.extent,
            self._path,
            is_stated=found.is_extent_stated,
            unread=unread,
        )
        if not _has_streets(found.network, clip.padded_box):
            told = Remark(
                "area_without_ways",
                where=Remark("remark_area", name=self._path.name, area="here"),
                box=format_box(clip.padded_box),
                extract=format_box(found.extent or clip.padded_box),
                unread=unread,
            )
            raise NetworkDataError(told)
        info = replace(found.info, warnings=(*warnings["here"], *found.info.warnings))
        return StreetsAlone(found.network, info, found.seats)

    def _cut_wide(self, clip: Clip, wide: Box, crs: str) -> _PlainStreets:
        """Cut the streets of a box that is wider than what is asked for."""
        data = self._read_near([wide])
        unread = add_unread(data)
        # what is asked for decides whether the file covers it, not what is cut beside it
        check_clips(
            {"here": clip}, data.box, self._path, is_stated=data.is_box_stated, unread=unread
        )
        area = cut_areas(data, self._path, {"here": Clip(wide, wide)}, crs=crs)["here"]
        return _PlainStreets(
            network=area.network,
            info=replace(area.info, warnings=without_cut(area.info.warnings)),
            seats=area.seats,
            extent=data.box,
            is_extent_stated=data.is_box_stated,
            unread=(unread,) if isinstance(unread, Remark) else (),
        )

    def _read_near(self, boxes: Iterable[Box]) -> OsmData:
        """What the file holds; of a large one, which would fill the memory, what lies near some
        boxes.
        """
        if self._certain_box is None or not self._is_large:
            return self.data
        within = join_boxes(boxes, _NEAR_DEG)
        return read_osm_data(self._path, self._kinds, self._at, within=within)

    @cached_property
    def _is_large(self) -> bool:
        """Whether a whole reading of it would not be held, or kept."""
        status = _find_status(self._path)
        return status is not None and status[2] > LARGE_BYTES

    def list_addresses(self, box: Box) -> Addresses:
        """Addresses of it that lie in a box."""
        found: Addresses = self._answer(
            "addresses",
            {"box": list(map(float, box))},
            work=lambda: read_addresses(self._path, box),
            plain=Addresses,
            wrap=_as_it_is,
            unwrap=_check_addresses,
        )
        return found

    def _answer(
        self,
        what: str,
        asked: dict[str, Any],
        *,
        work: Callable[[], _T],
        plain: type[Any],
        wrap: Callable[[_T], Any],
        unwrap: Callable[[Any], _T],
    ) -> _T:
        """Look an answer up, else work it out and keep it."""
        if self._store is None or self._sha256 is None:
            return work()
        question = Question(
            name=str(ascii(self._path.name))[1:-1],
            asked={
                "what": what,
                "path": ascii(os.path.realpath(self._path)),
                "name": ascii(self._path.name),
                "at": self._at.isoformat(),
                "categories": [kind.model_dump(mode="json") for kind in self._kinds],
                **asked,
            },
            state={"file": self._sha256, **describe_state()},
        )
        found = self._store.find(question)
        if found is not None:
            try:
                return unwrap(unpack(plain, found.values, found.arrays))
            except _UNUSABLE:
                self._store.refuse()
        answer = work()
        # a file that changed while it was read is not known by what it was before
        if _find_status(self._path) == self._status:
            self._store.keep(question, Kept(*pack(plain, wrap(answer))))
        return answer

    @cached_property
    def _status(self) -> list[int] | None:
        """What the system says of the file, before it is read."""
        return _find_status(self._path)

    @cached_property
    def _sha256(self) -> str | None:
        """Hash of the file; None where it cannot be read, which reading will tell."""
        if self._status is None or self._store is None:
            return None
        return _hash(self._path, self._status, self._store)


def _find_status(path: Path) -> list[int] | None:
    """What changes when a file does; None of what is no file.

    Who writes into a file can put its size and its time of change back, but not the system's own
    time of the last change to either (``st_ctime``).
    """
    try:
        found = path.stat()
    except (OSError, ValueError):
        return None
    if not path.is_file():
        return None
    return [found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns]


def _hash(path: Path, status: list[int], store: Store) -> str | None:
    """Hash of a file's content; of a large one that nobody touched since, the one that was kept."""
    size, changed_ns = status[2], status[-1]
    # 1. Windows keeps the time a file was made where others keep that of its last change.
    is_remembered = size > _HASHED_ALWAYS_BYTES and sys.platform != "win32"
    question = Question(
        name=str(ascii(path.name))[1:-1],
        asked={"what": "hash", "path": ascii(os.path.realpath(path)), "status": status},
        state={},
    )
    found = store.find(question) if is_remembered else None
    if found is not None:
        try:
            return unpack(_Digest, found.values, found.arrays).sha256
        except _UNUSABLE:
            store.refuse()
    try:
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None
    # 2. A file written to within the same tick of the clock would bear the same time.
    if is_remembered and time.time_ns() - changed_ns > _SETTLED_NS:
        store.keep(question, Kept(*pack(_Digest, _Digest(sha256))))
    return sha256


@cache
def describe_state(*rooms: str) -> dict[str, str]:
    """Everything but the file that an answer depends on; `rooms` hold rules beside those of
    streets.
    """
    ours = Path(__file__).parents[2]
    rules = hashlib.sha256()
    for name in (*_RULES, *rooms):
        place = ours / name
        for path in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            rules.update(path.read_bytes())
    return {
        "access15": __version__,
        "rules": rules.hexdigest(),
        "python": f"{platform.python_version()} {platform.machine()} {sys.byteorder}",
        "libraries": " ".join(
            (
                *(np.__version__, shapely.__version__, shapely.geos_version_string),
                *(pyproj.__version__, pyproj.proj_version_str, OSMIUM_VERSION),
            )
        ),
    }


def _widen(box: Box, extent: Box | None) -> Box:
    """A box with its edges on the grid of single questions, as far as the file goes."""
    low = [math.floor(value / _GRID_DEG) * _GRID_DEG for value in box[:2]]
    high = [math.ceil(value / _GRID_DEG) * _GRID_DEG for value in box[2:]]
    if extent is not None:
        low = [max(a, b) for a, b in zip(low, extent[:2], strict=True)]
        high = [min(a, b) for a, b in zip(high, extent[2:], strict=True)]
    return low[0], low[1], high[0], high[1]


def _has_streets(network: WalkNetwork, box: Box) -> bool:
    """Whether any street touches a box."""
    (land,) = change_shapes(np.array([shapely.box(*box)]), LONLAT, network.crs)
    west, south, east, north = land.bounds
    x, y = network.node_xy.T
    is_in = (x >= west) & (x <= east) & (y >= south) & (y <= north)
    return bool(is_in.any() or shapely.intersects(network.lines, land).any())


def _as_it_is(data: _T) -> _T:
    """What needs no other form to be kept."""
    return data


def _check_addresses(found: Addresses) -> Addresses:
    """Refuse tables whose columns are not of one length."""
    houses, n_houses = found.houses, len(found.houses.number)
    others = (houses.street, houses.town, houses.name)
    named = (found.streets, found.towns, found.quarters, found.settlements)
    is_whole = all(len(column) == n_houses for column in others)
    is_whole &= houses.xy.shape == (n_houses, 2)
    is_whole &= all(one.shapes.shape == (len(one.names),) for one in named)
    is_whole &= all(one.xy.shape == (len(one.numbers), 2) for one in found.lines)
    if not is_whole:
        raise DamagedError("addresses are not whole")
    return found


def _check_data(data: OsmData) -> OsmData:
    """Refuse tables whose rows point beyond others: compiled loops would read any memory."""
    ways, n_buildings = data.ways, len(data.backdrop["buildings"])
    _check_rows(len(ways.way_id), ways.tags, ways.street)
    _check_index(ways.tags, len(ways.tag_sets))
    _check_index(ways.street, len(ways.street_names))
    _check_offsets(ways.start, len(ways.way_id), len(ways.node_id))
    nodes = data.nodes
    _check_rows(len(nodes.node_id), nodes.crossing, nodes.kerb)
    _check_rows(len(nodes.node_id), nodes.is_blocked, nodes.is_kerb_across)
    _check_rows(n_buildings, data.is_home, data.levels)
    if ways.xy.shape != (len(ways.node_id), 2):
        raise DamagedError("vertices without places")
    return data


def _check_streets(found: _PlainStreets) -> _PlainStreets:
    """Refuse streets that lead nowhere."""
    _check_network(found.network)
    return found


def _check_network(network: WalkNetwork) -> None:
    """Refuse streets that lead to nodes which are not there."""
    n_edges = network.n_edges
    _check_index(network.edge_u, network.n_nodes)
    _check_index(network.edge_v, network.n_nodes)
    _check_index(network.highway, len(network.highway_names))
    _check_index(network.street, len(network.street_names))
    _check_offsets(network.vertex_start, n_edges, len(network.vertex_xy))
    of_edges = set(vars(network)) - {"crs", "node_xy", "vertex_start", "vertex_xy"}
    own = [getattr(network, name) for name in sorted(of_edges) if not name.endswith("_names")]
    _check_rows(n_edges, *own)
    if {network.node_xy.shape[1:], network.vertex_xy.shape[1:]} != {(2,)}:
        raise DamagedError("places have two coordinates")


def _check_rows(n: int, *columns: NDArray[Any]) -> None:
    """Refuse columns of another length than their table."""
    if any(column.shape != (n,) for column in columns):
        raise DamagedError(f"a column has other than {n} rows")


def _check_index(rows: NDArray[np.int64], n: int) -> None:
    """Refuse rows that are not among the first n."""
    if len(rows) and not (rows.min() >= 0 and rows.max() < n):
        raise DamagedError(f"a row is not among {n}")


def _check_offsets(start: NDArray[np.int64], n: int, n_items: int) -> None:
    """Refuse offsets that do not share items out among n owners."""
    is_whole = start.shape == (n + 1,) and start[0] == 0 and start[-1] == n_items
    if not is_whole or (np.diff(start) < 0).any():
        raise DamagedError("items belong to nobody")


def _to_plain(area: StreetArea) -> _PlainArea:
    """An area without frames."""
    kinds = ("water", "green", "rail", "buildings", "sea")
    return _PlainArea(
        network=area.network,
        backdrop={kind: getattr(area.backdrop, kind).to_numpy() for kind in kinds},
        facilities=tuple(zip(*(area.facilities[name] for name in FACILITY_COLUMNS), strict=True)),
        points=area.facilities.geometry.to_numpy(),
        info=area.info,
        barriers=area.barriers,
        homes=area.homes,
        seats=area.seats,
        ways_in=area.ways_in,
    )


def _from_plain(area: _PlainArea) -> StreetArea:
    """The area that was kept."""
    _check_network(area.network)
    crs = area.network.crs
    backdrop = {kind: gpd.GeoSeries(shapes, crs=crs) for kind, shapes in area.backdrop.items()}
    rows = [dict(zip(FACILITY_COLUMNS, row, strict=True)) for row in area.facilities]
    return StreetArea(
        network=area.network,
        backdrop=Backdrop(**backdrop),
        facilities=build_facilities(rows, area.points),
        info=area.info,
        barriers=area.barriers,
        homes=area.homes,
        seats=area.seats,
        ways_in=area.ways_in,
    )
