"""The streets around the places of one question, wide enough to be sure of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from access15.config import HeightsSource, Options, Study, WalkProfile, find_now, load_study
from access15.core.streets.network import WalkNetwork
from access15.core.walk.cut_off import find_cut_off
from access15.core.walk.doors import build_door_snapper, find_door_streets, snap_doors
from access15.core.walk.impedance import Impedance, build_impedance
from access15.core.walk.snap import Snapped
from access15.crs import LONLAT, change_shapes, to_box
from access15.errors import ConfigError, InputDataError, NetworkDataError
from access15.files.store import Store
from access15.remarks import Remark
from access15.results.run import NetworkInfo
from access15.sources.places.points import facility_bounds, is_inside
from access15.sources.streets.access import WORKING_DAY, choose_time
from access15.sources.streets.area import StreetArea, StreetsAlone
from access15.sources.streets.boxes import Box, Clip, format_box
from access15.sources.streets.cut import without_cut
from access15.sources.streets.extract import Extract
from access15.sources.streets.heights import check_overlap, lift_streets, read_heights
from access15.sources.streets.widen import read_until_sure

if TYPE_CHECKING:
    import networkx as nx

# Streets are read at least this far around, so that it does not depend on the question which
# component is the main one; what was fetched and the sketch end about there.
_LEAST_PAD_M = 3000.0
_LEAST_PAD_WITHOUT_EXTRACT_M = 1200.0
FARTHEST_M = 200_000.0  # nobody walks there: such points do not widen the streets that are read


@dataclass(frozen=True)
class StreetSource:
    """Where single questions take their streets from.

    Parameters
    ----------
    osm : Path, optional
        An OpenStreetMap extract; without it fetched streets, or the study's sketch.
    study : Study
        For the sketch and the categories.
    cache_dir : Path
        Where fetched streets are.
    today : date
        For the age of fetched streets.
    graph : networkx graph or Path, optional
        Streets as an OSMnx graph or a GraphML file, in place of all others.
    at : datetime
        When they are walked: some ways are open for some hours only.
    readings : Path, optional
        Folder where what is read of the extract is kept; without it every question reads it anew.
    heights : HeightsSource, optional
        Heights of the ground, for slopes; without them slopes are those that the map tells.
    """

    osm: Path | None
    study: Study
    cache_dir: Path
    today: date
    graph: nx.Graph | Path | None = None
    at: datetime = WORKING_DAY
    readings: Path | None = None
    heights: HeightsSource | None = None


def choose_source(
    source: StreetSource | None,
    study: Study | str | Path,
    options: Options,
    now: datetime | None,
) -> StreetSource:
    """Take the streets that were named, else those that options say."""
    if source is not None:
        if options.osm is not None or options.graph is not None or options.dem:
            raise ConfigError(Remark("streets_twice"))
        return source
    loaded = study if isinstance(study, Study) else load_study(study)
    return StreetSource(
        osm=options.osm,
        study=loaded,
        cache_dir=options.cache.streets(loaded.id),
        today=find_now(now).date(),
        graph=options.graph,
        at=choose_time(options.at),
        readings=options.readings,
        heights=options.find_heights(loaded),
    )


@dataclass(frozen=True, eq=False)
class Ground:
    """Streets of a box, and some points on them."""

    network: WalkNetwork
    info: NetworkInfo
    impedance: Impedance
    snapped: Snapped
    box: shapely.Geometry
    padding_m: float
    is_joined: bool  # whether it is sure which of the points' streets hang together


def find_ground(
    streets: Streets,
    xy: NDArray[np.float64],
    profile: WalkProfile,
    *,
    padding_m: float,
    max_snap_m: float,
) -> Ground:
    """Read the streets around points, wider until it is sure which of them hang together."""
    is_near = np.hypot(*(xy - xy[0]).T) <= FARTHEST_M
    near = xy[is_near]

    def read(padding_m: float) -> Ground:
        box = shapely.box(*(near.min(axis=0) - padding_m), *(near.max(axis=0) + padding_m))
        area = streets.read(xy[0], box)
        network, impedance = area.network, build_impedance(area.network, profile)
        snapper = build_door_snapper(network, find_door_streets(network))
        snapped = snap_doors(snapper, xy, max_snap_m=max_snap_m)
        cut_off = find_cut_off(network, impedance, box)
        met = snapped.edge[is_near & snapped.is_snapped]
        is_joined = not cut_off[met].any()
        return Ground(network, area.info, impedance, snapped, box, padding_m, is_joined)

    def widen(ground: Ground, before: Ground | None) -> Ground | None:
        return None if streets.is_all(ground, before) else read(2 * ground.padding_m)

    first = read(max(padding_m, streets.least_pad_m))
    ground, _ = read_until_sure(first, is_sure=lambda ground: ground.is_joined, widen=widen)
    return ground


def check_snapped(
    snapped: Snapped,
    lonlat: tuple[float, float],
    max_snap_m: float,
    code: str,
) -> None:
    """Refuse a first point that is on no street, in the words of a code."""
    if not snapped.is_snapped[0]:
        told = Remark(code, lat=lonlat[1], lon=lonlat[0], metres=snapped.snap_m[0], most=max_snap_m)
        raise InputDataError(told)


def check_no_seats(profile: WalkProfile) -> None:
    """Refuse walkers who need seats, which single questions do not know."""
    if profile.needs_seat:
        raise ConfigError(Remark("seats_of_run_alone", profile=profile.id))


class Streets:
    """The best street data at hand, read once and cut as often as needed."""

    def __init__(
        self,
        source: StreetSource,
        crs: str,
        lonlat: tuple[float, float],
    ) -> None:
        self._crs = crs
        self._lonlat = lonlat
        self._box: Box | None = None
        self._is_sketch = False
        self._read = self._open(source)
        self._heights = read_heights(source.heights)
        self._bounds = self._box or facility_bounds(source.study)
        self.has_extract = self._box is not None
        self.least_pad_m = _LEAST_PAD_M if self.has_extract else _LEAST_PAD_WITHOUT_EXTRACT_M

    @property
    def limits_m(self) -> shapely.Geometry:
        """Land that the extract covers; the whole plane where that is not known."""
        if self._box is None:
            return shapely.box(-1e9, -1e9, 1e9, 1e9)
        (limits,) = change_shapes(np.array([shapely.box(*self._box)]), LONLAT, self._crs)
        return limits

    def read(self, place: NDArray[np.float64], box: shapely.Geometry) -> StreetArea | StreetsAlone:
        """Streets of a box around a place."""
        boxes = change_shapes(np.array([shapely.points(place), box]), self._crs, LONLAT)
        try:
            area = self._read(
                Clip(core_box=to_box(boxes[0].bounds), padded_box=to_box(boxes[1].bounds))
            )
        except NetworkDataError as error:
            if self._is_swapped(*self._lonlat):
                raise InputDataError(
                    _describe_swapped(Remark("the_place"), *self._lonlat)
                ) from error
            raise
        self._is_sketch = area.info.kind == "sketch"
        lifted = lift_streets(area, self._heights)
        check_overlap(self._heights, [lifted])
        return lifted

    def is_all(self, ground: Ground, before: Ground | None) -> bool:
        """Whether a wider box would hold no more streets, or, of a sketch, those of another
        neighbourhood.
        """
        if self.has_extract:
            return bool(ground.box.covers(self.limits_m))
        is_same = before is not None and ground.network.n_edges == before.network.n_edges
        return is_same or self._is_sketch

    def check_swapped(self, ids: Sequence[object], far: NDArray[np.float64]) -> None:
        """Refuse far-away points that would be near with latitude and longitude exchanged; `far`
        are their longitudes and latitudes.
        """
        rows = zip(ids, *far.T.tolist(), strict=True)
        if problems := [
            _describe_swapped(Remark("the_point", id=i), x, y)
            for i, x, y in rows
            if self._is_swapped(x, y)
        ]:
            raise InputDataError(Remark("points_unfit"), problems)

    def drop_idle_warnings(
        self,
        info: NetworkInfo,
        place: NDArray[np.float64],
        reach_m: float,
    ) -> NetworkInfo:
        """Leave out warnings of a cut that no walk of that length comes to."""
        needed = shapely.points(place).buffer(reach_m, cap_style="square")
        is_idle = self.has_extract and self.limits_m.covers(needed)
        return _without_cut(info) if is_idle else info

    def warn_of_edge(
        self,
        info: NetworkInfo,
        n: int,
        n_all: int,
    ) -> NetworkInfo:
        """Say how many walks streets beyond the extract might shorten, in place of the cut."""
        if self._box is None:
            return info
        near = Remark("remark_walks_at_edge", n=n, n_all=n_all, extract=format_box(self._box))
        others = _without_cut(info)
        return replace(others, warnings=(near, *others.warnings)) if n else others

    def _is_swapped(self, lon: float, lat: float) -> bool:
        """Whether a point would be near with latitude and longitude exchanged."""
        bounds = self._bounds
        return (
            bounds is not None
            and is_inside((lat, lon), bounds)
            and not is_inside((lon, lat), bounds)
        )

    def _open(self, source: StreetSource) -> Callable[[Clip], StreetArea | StreetsAlone]:
        """Read what can be read at once, and return how a box of it is cut."""
        if source.graph is not None:
            from access15.sources.streets.at_hand import cut_graph, find_extent  # noqa: PLC0415
            from access15.sources.streets.graph import read_graph  # noqa: PLC0415 - loads networkx

            network, info = read_graph(source.graph, crs=self._crs, at=source.at)
            self._box = find_extent(network)
            return lambda clip: cut_graph(network, info, {"here": clip})["here"]
        if source.osm is not None:
            store = None if source.readings is None else Store(source.readings)
            extract = Extract(source.osm, (), source.at, store=store)
            self._box = extract.box
            return lambda clip: extract.cut_streets(clip, self._crs)
        return lambda clip: read_kept(source, clip, self._crs)


def _without_cut(info: NetworkInfo) -> NetworkInfo:
    """Leave out that streets are cut at an edge; what could not be read stays."""
    return replace(info, warnings=without_cut(info.warnings))


def read_kept(
    source: StreetSource,
    clip: Clip,
    crs: str,
) -> StreetArea:
    """Streets fetched before, else the study's sketch."""
    # who has an extract waits for neither
    from access15.sources.streets.fetched import read_fetched  # noqa: PLC0415
    from access15.sources.streets.sketch import read_sketch  # noqa: PLC0415

    fetched = read_fetched(
        {"here": clip},
        cache_dir=source.cache_dir,
        crs=crs,
        categories=(),
        today=source.today,
        at=source.at,
    )
    if fetched is not None:
        return fetched["here"]
    if source.study.sketch is None:
        raise ConfigError(Remark("no_streets_at_hand", study=source.study.id))
    return read_sketch(source.study.sketch, clip, crs=crs)


def _describe_swapped(
    what: Remark,
    lon: float,
    lat: float,
) -> Remark:
    """Say that a point's coordinates look swapped."""
    return Remark("looks_swapped", what=what, lat=lat, lon=lon)
