"""Compact encoding of what a page draws: streets, backdrop, names of streets, zones, points.

Shapes are measured in the study's metres; only for drawing are they projected to Web Mercator,
which a browser's map needs. They travel as whole units from the map's north-west corner, as the
differences from point to point, in variable-length bytes, in base64: about a twentieth of GeoJSON.
`web/map/decode.js` reads them.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer

from access15.core.streets.network import WalkNetwork
from access15.outputs.pages.blocks import find_blocks
from access15.results.run import Backdrop

UNIT_M: Final = 0.25  # Web Mercator metres; about 0.18 m on the ground at Milan
ROAD_CLASSES: Final = ("major", "medium", "minor", "service", "foot", "steps")
_CLASS_OF_HIGHWAY: Final = {
    **dict.fromkeys(
        ("motorway", "trunk", "primary", "motorway_link", "trunk_link", "primary_link"), "major"
    ),
    **dict.fromkeys(("secondary", "tertiary", "secondary_link", "tertiary_link"), "medium"),
    **dict.fromkeys(("residential", "unclassified", "living_street", "road"), "minor"),
    **dict.fromkeys(("service", "track", "busway"), "service"),
    "steps": "steps",
}
_SIMPLIFY_M: Final = 1.0
_RAIL_SIMPLIFY_M: Final = 2.5  # long bends, and many tracks side by side
_STRAIGHT_M: Final = 8.0  # a name may leave its street's axis by this much
_MIN_RUN_M: Final = 60.0
_MAX_RUNS: Final = 8


@dataclass(frozen=True)
class MapFrame:
    """Where a page's units lie: a corner in Web Mercator and the way from the study's metres to it.

    Parameters
    ----------
    crs : str
        Projected coordinate reference system of what will be encoded.
    west, north : float
        Corner of the units [Web Mercator m].
    """

    crs: str
    west: float
    north: float

    @cached_property
    def _mercator(self) -> Transformer:
        """Project to web Mercator."""
        return Transformer.from_crs(self.crs, "EPSG:3857", always_xy=True)

    @cached_property
    def _lon_lat(self) -> Transformer:
        """Project to degrees."""
        return Transformer.from_crs(self.crs, "EPSG:4326", always_xy=True)

    @classmethod
    def around(cls, crs: str, xy: NDArray[np.float64]) -> MapFrame:
        """Frame whose corner is north-west of all points."""
        x, y = Transformer.from_crs(crs, "EPSG:3857", always_xy=True).transform(xy[:, 0], xy[:, 1])
        return cls(crs, float(np.floor(x.min())), float(np.ceil(y.max())))

    def to_units(self, xy: NDArray[np.float64]) -> NDArray[np.int64]:
        """Project points and count them in units east and south of the corner."""
        x, y = self._mercator.transform(xy[:, 0], xy[:, 1])
        units = np.column_stack([x - self.west, self.north - y]) / UNIT_M
        return np.rint(units).astype(np.int64)

    def to_lat_lon(self, xy: NDArray[np.float64]) -> NDArray[np.float64]:
        """Latitude and longitude of points."""
        lon, lat = self._lon_lat.transform(xy[:, 0], xy[:, 1])
        return np.round(np.column_stack([lat, lon]), 6)


def encode_numbers(values: NDArray[np.int64]) -> str:
    """Write whole numbers as variable-length bytes, in base64."""
    signed = np.asarray(values, dtype=np.int64)
    rest = ((signed << 1) ^ (signed >> 63)).astype(np.uint64)  # sign in the lowest bit
    n_bytes = np.ones(len(rest), dtype=np.int64)
    for shift in range(7, 64, 7):
        n_bytes += rest >= np.uint64(1) << np.uint64(shift)
    start = np.concatenate([[0], np.cumsum(n_bytes)])
    out = np.zeros(int(start[-1]), dtype=np.uint8)
    for place in range(int(n_bytes.max(initial=0))):
        has = n_bytes > place
        low = (rest[has] >> np.uint64(7 * place)).astype(np.uint8) & np.uint8(0x7F)
        more = (n_bytes[has] > place + 1).astype(np.uint8) << np.uint8(7)
        out[start[:-1][has] + place] = low | more
    return base64.b64encode(out.tobytes()).decode("ascii")


def encode_lines(frame: MapFrame, lines: Sequence[NDArray[np.float64]]) -> str:
    """Write lines as ``n_lines``, then for each ``n_points`` and the steps from point to point."""
    if not lines:
        return encode_numbers(np.zeros(1, dtype=np.int64))
    counts = np.array([len(line) for line in lines], dtype=np.int64)
    steps = np.diff(frame.to_units(np.concatenate(lines)), axis=0, prepend=0)
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    body = np.insert(steps.ravel(), 2 * starts, counts)
    return encode_numbers(np.concatenate([[len(lines)], body]))


def encode_shapes(
    frame: MapFrame,
    shapes: Iterable[object],
    *,
    simplify_m: float = _SIMPLIFY_M,
) -> str:
    """Write lines and polygons, simplified; rings are turned so that overlaps and holes fill
    rightly.
    """
    array = np.array([shape for shape in shapes if shape is not None], dtype=object)
    parts = shapely.get_parts(shapely.get_parts(array))
    parts = parts[~shapely.is_empty(parts)]
    # a line may cross itself by less than `simplify_m`, which nobody sees; keeping it from that
    # takes five times longer
    simple = shapely.get_parts(shapely.simplify(parts, simplify_m, preserve_topology=False))
    simple = shapely.orient_polygons(simple)
    return encode_lines(frame, [line for shape in simple for line in _outlines(shape)])


def _outlines(shape: shapely.Geometry) -> Iterator[NDArray[np.float64]]:
    """Take the lines of a shape: the rings of a polygon, each once around."""
    if isinstance(shape, shapely.Polygon):
        for ring in (shape.exterior, *shape.interiors):
            yield shapely.get_coordinates(ring)[:-1]
    elif isinstance(shape, shapely.LineString):
        yield shapely.get_coordinates(shape)


def encode_points(frame: MapFrame, xy: NDArray[np.float64]) -> str:
    """Write points as one line."""
    return encode_lines(frame, [xy] if len(xy) else [])


def encode_flags(flags: NDArray[np.bool_]) -> str:
    """Write yes and no as bits, the first in the lowest bit of the first byte."""
    return base64.b64encode(np.packbits(flags, bitorder="little").tobytes()).decode("ascii")


def classify_streets(network: WalkNetwork) -> NDArray[np.int64]:
    """Sort streets into the classes that are drawn differently.

    Returns index into `ROAD_CLASSES`; what is no road for cars is ``foot``, flights of steps are
    ``steps``.
    """
    by_name = [
        ROAD_CLASSES.index(_CLASS_OF_HIGHWAY.get(name, "foot")) for name in network.highway_names
    ]
    classes = np.array(by_name, dtype=np.int64)[network.highway]
    return np.where(network.steps, ROAD_CLASSES.index("steps"), classes)


def build_basemap(
    frame: MapFrame,
    network: WalkNetwork,
    backdrop: Backdrop,
) -> dict[str, object]:
    """Encode streets by class and what lies under them."""
    classes = classify_streets(network)
    roads = {
        name: encode_shapes(frame, network.lines[classes == index])
        for index, name in enumerate(ROAD_CLASSES)
    }
    return {"roads": roads, **build_under(frame, network, backdrop)}


def build_under(
    frame: MapFrame,
    network: WalkNetwork,
    backdrop: Backdrop,
) -> dict[str, str]:
    """Encode what lies under the streets: areas of water, the sea with them, and its lines apart,
    green, rails, buildings, or blocks where hardly a building is mapped.
    """
    # the sea goes on where streets end
    box = shapely.total_bounds(np.array([*network.lines, *backdrop.sea], dtype=object))
    water, streams = split_water(backdrop)
    kinds: tuple[tuple[str, NDArray[np.object_], float], ...] = (
        ("water", water, _SIMPLIFY_M),
        ("streams", streams, _SIMPLIFY_M),
        ("green", backdrop.green.to_numpy(), _SIMPLIFY_M),
        ("rail", backdrop.rail.to_numpy(), _RAIL_SIMPLIFY_M),
        ("buildings", backdrop.buildings.to_numpy(), _SIMPLIFY_M),
        ("blocks", find_blocks(network, backdrop), _SIMPLIFY_M),
    )
    return {
        name: encode_shapes(
            frame,
            shapely.clip_by_rect(shapes, *box) if len(shapes) and network.n_edges else [],
            simplify_m=simplify_m,
        )
        for name, shapes, simplify_m in kinds
    }


def split_water(backdrop: Backdrop) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    """Water that is drawn as areas, the sea with it, and water that is drawn as lines."""
    shapes = np.array([*backdrop.water, *backdrop.sea], dtype=object)
    shapes = np.array([shape for shape in shapes if shape is not None], dtype=object)
    is_area = shapely.get_dimensions(shapes) == 2 if len(shapes) else np.zeros(0, dtype=np.bool_)
    return shapes[is_area], shapes[~is_area]


def find_name_runs(network: WalkNetwork) -> list[tuple[str, int, NDArray[np.float64]]]:
    """Find where each street is straight enough to carry its name.

    Returns name, rank (0 for the largest streets) and the two ends [m]; large and long runs first.
    """
    classes = classify_streets(network)
    runs: list[tuple[str, int, NDArray[np.float64]]] = []
    for street in np.unique(network.street[network.street > 0]):
        edges = np.flatnonzero(network.street == street)
        merged = shapely.line_merge(shapely.multilinestrings(network.lines[edges]))
        rank = int(classes[edges].min())
        runs.extend((network.street_names[street], rank, ends) for ends in _straight_runs(merged))
    runs.sort(key=lambda run: (run[1], -np.hypot(*(run[2][1] - run[2][0])), run[0]))
    return runs


def _straight_runs(lines: shapely.Geometry) -> list[NDArray[np.float64]]:
    """Find the longest straight runs of a street's lines."""
    simple = shapely.get_parts(shapely.simplify(lines, _STRAIGHT_M))
    chains = [shapely.get_coordinates(line) for line in simple]
    runs = [pair for chain in chains for pair in np.stack([chain[:-1], chain[1:]], axis=1)]
    lengths_m = np.array([np.hypot(*(run[1] - run[0])) for run in runs])
    longest = np.argsort(-lengths_m, kind="stable")[:_MAX_RUNS]
    return [runs[i] for i in longest if lengths_m[i] >= _MIN_RUN_M]
