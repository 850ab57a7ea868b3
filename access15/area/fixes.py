"""Single street fixes of one neighbourhood: where they are, what they are, and how many people they
let in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from access15.area.walkers import AreaInputs
from access15.config import WalkProfile, find_headline_group
from access15.core.change.fixes import FIX_KINDS, FIX_PARTS, JOINING_KINDS, UNSTABLE, Fixes
from access15.core.change.gains import Gains
from access15.core.change.linked import LinkedStreets
from access15.core.change.links import MissingLinks
from access15.core.streets.names import NamedStreets
from access15.core.streets.network import CROSSINGS, WalkNetwork
from access15.crs import LONLAT
from access15.results.run import LEAST_GAIN
from access15.results.schema import FIXES

_STUB_M = 6.0  # how much of the street is drawn around a crossing or a kerb
_NEAR_M = 150.0  # how far a street may lie whose name tells where a place is
_CROSSINGS, _STEPS = FIX_KINDS.index("crossings"), FIX_KINDS.index("steps")
_PARTS = (*FIX_PARTS, UNSTABLE)
_PART_OF = {kind: i for i, kinds in enumerate(FIX_PARTS.values()) for kind in kinds}
_PART_OF_KIND = np.array([_PART_OF[kind] for kind in FIX_KINDS])
_FIRST_JOINING = FIX_KINDS.index(JOINING_KINDS[0])  # it and those behind it join two streets


@dataclass(frozen=True, eq=False)
class DoorGains:
    """Homes that single fixes let in on the way to one target.

    Parameters
    ----------
    taken : Gains
        With the doors that the walks use.
    others : tuple of Gains
        With each other plausible door of a place that may move them, of the fixes that are listed.
    """

    taken: Gains
    others: tuple[Gains, ...] = ()


@dataclass(frozen=True, eq=False)
class Described:
    """What every fix is, whoever walks.

    Parameters
    ----------
    streets : LinkedStreets
        The streets and the links they lack.
    fixes : Fixes
        The fixes on them.
    links : MissingLinks
        The links, in the order of their edges.
    unseen : str
        Kinds of barriers that the street data do not show, parted by spaces.
    """

    streets: LinkedStreets
    fixes: Fixes
    links: MissingLinks
    unseen: str

    def rows(self, fix: int) -> NDArray[np.int64]:
        """Rows of the fixes that belong to one."""
        lo, hi = np.searchsorted(self.fixes.row_fix, [fix, fix + 1])
        return np.arange(lo, hi)


def tabulate_gains(
    inputs: AreaInputs,
    profiles: Sequence[WalkProfile],
    gains: Mapping[str, Mapping[str, DoorGains]],
    described: Described,
) -> gpd.GeoDataFrame:
    """Rank single fixes by the people they let in, what is mended, built and looked at apart, and
    what another door would undo.

    Returns as `access15.results.run.AreaResult.fixes`; empty where no single fix lets `LEAST_GAIN`
    people in.
    """
    people = inputs.people
    first = find_headline_group(inputs.groups)
    tables = [
        rank_gains(described.fixes, found, people, first).assign(
            profile=profile.id, category=target
        )
        for profile in profiles
        for target, found in gains[profile.id].items()
    ]
    ranked = pd.DataFrame({"fix": np.zeros(0, dtype=np.int64)})
    if tables:
        ranked = pd.concat(tables, ignore_index=True)
    places = tabulate_places(described, np.unique(ranked["fix"].to_numpy(dtype=np.int64)))
    found = ranked.merge(places, on="fix", how="left").assign(
        study=inputs.study_id,
        area=inputs.area.id,
        cutoff_min=inputs.cutoffs_min[-1],
    )
    found["delay_s"] = _delays_s(found, profiles)
    found["fix_id"] = inputs.area.id + "-" + found["fix"].astype(str)
    return gpd.GeoDataFrame(
        found.reindex(columns=FIXES.list_names(group=inputs.groups)),
        geometry=found["geometry"].to_numpy(),
        crs=inputs.network.crs,
    )


def rank_gains(
    fixes: Fixes,
    found: DoorGains,
    people: Mapping[str, NDArray[np.float64]],
    first: str,
) -> pd.DataFrame:
    """Fixes of one walker and target, the best first in each part."""
    # 1. People with the doors taken, and the least and the most with any other.
    n, taken = len(fixes), found.taken
    counts = {f"gained_{group}": _count(taken, count, n) for group, count in people.items()}
    for group, count in people.items():
        low = high = counts[f"gained_{group}"]
        for other in found.others:
            gained = _count(other, count, n)
            low, high = np.minimum(low, gained), np.maximum(high, gained)
        counts[f"gained_low_{group}"], counts[f"gained_high_{group}"] = low, high
    # 2. What another door would undo stands apart, whatever it brings with this one.
    sure = counts[f"gained_low_{first}"]
    total = counts.get("gained_total", sure)  # homes are one group alone
    is_listed = counts[f"gained_{first}"] >= LEAST_GAIN
    is_undone = is_listed & (sure < LEAST_GAIN)
    part = np.where(is_undone, _PARTS.index(UNSTABLE), _PART_OF_KIND[fixes.kind])
    # 3. Ranked by the people who are sure to get in.
    order = np.lexsort((np.arange(n), -total, -sure, part))
    order = order[is_listed[order]]
    table = pd.DataFrame(
        {
            "fix": order,
            "part": np.array(_PARTS, dtype=object)[part[order]],
            "homes": np.bincount(taken.fix, minlength=n)[order],
        }
    )
    table["rank"] = table.groupby("part", sort=False).cumcount() + 1
    return table.assign(**{name: values[order] for name, values in counts.items()})


def _count(gains: Gains, people: NDArray[np.float64], n: int) -> NDArray[np.float64]:
    """People whom each fix lets in."""
    counts = np.bincount(gains.fix, weights=people[gains.home], minlength=n)
    return np.asarray(counts, dtype=np.float64)


@dataclass(frozen=True, eq=False)
class _Fix:
    """One fix: its kind, the edges it changes, and which of their ends it frees."""

    number: int
    kind: int
    edges: NDArray[np.int64]
    lifts_u: NDArray[np.bool_]
    lifts_v: NDArray[np.bool_]

    @property
    def is_joining(self) -> bool:
        """Whether it joins two streets that do not meet."""
        return self.kind >= _FIRST_JOINING

    def nodes(self, network: WalkNetwork) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Nodes where it is: those freed, both ends of steps, and the two ends of a link apart."""
        u, v = network.edge_u[self.edges], network.edge_v[self.edges]
        if self.is_joining:
            return u, v
        if self.kind != _STEPS:
            u, v = u[self.lifts_u], v[self.lifts_v]
        nodes = np.unique(np.append(u, v))
        return nodes, nodes


_PLACE_COLUMNS = (
    "fix",
    "kind",
    "street",
    "street_to",
    "is_near",
    "crossing",
    "length_m",
    "step_count",
    "detour_m",
    "unseen",
    "osm",
    "geometry",
)


def tabulate_places(described: Described, wanted: NDArray[np.int64]) -> pd.DataFrame:
    """One row per fix: what it is and where."""
    fixes, network = described.fixes, described.streets.network
    names = NamedStreets(network, described.streets.is_link)
    rows, ends = [], []
    for number in wanted.tolist():
        own = described.rows(number)
        fix = _Fix(
            number,
            int(fixes.kind[number]),
            fixes.row_edge[own],
            fixes.lifts_u[own],
            fixes.lifts_v[own],
        )
        rows.append(_describe(described, names, fix))
        from_nodes, to_nodes = fix.nodes(network)
        place = network.node_xy[np.union1d(from_nodes, to_nodes)].mean(axis=0)
        link_ends = [network.node_xy[from_nodes[0]], network.node_xy[to_nodes[0]]]
        ends.append(link_ends if fix.is_joining else [place, place])
    table = pd.DataFrame(rows, columns=list(_PLACE_COLUMNS))
    xy = np.array(ends, dtype=np.float64).reshape(-1, 2, 2)
    is_link = table["kind"].isin(JOINING_KINDS).to_numpy()
    for i, suffix in enumerate(("", "_to")):
        points = gpd.points_from_xy(xy[:, i, 0], xy[:, i, 1])
        degrees = gpd.GeoSeries(points, crs=network.crs).to_crs(LONLAT)
        has_end = is_link | (suffix == "")
        table[f"lat{suffix}"] = np.where(has_end, degrees.y, np.nan)
        table[f"lon{suffix}"] = np.where(has_end, degrees.x, np.nan)
    return table


def _describe(
    described: Described,
    names: NamedStreets,
    fix: _Fix,
) -> dict[str, object]:
    """What one fix is: what a kind does not have stays empty."""
    network = described.streets.network
    from_nodes, to_nodes = fix.nodes(network)
    street, is_near = name_place_at(names, network, from_nodes)
    ways = sorted({int(way) for way in network.way_id[fix.edges] if way >= 0})
    row: dict[str, object] = {
        "fix": fix.number,
        "kind": FIX_KINDS[fix.kind],
        "street": street,
        "street_to": "",
        "is_near": is_near,
        "crossing": "",
        "length_m": np.nan,
        "step_count": 0,
        "detour_m": np.nan,
        "unseen": "",
        "osm": " ".join(f"way/{way}" for way in ways),
        "geometry": _draw(network, fix),
    }
    if fix.kind == _CROSSINGS:
        row["crossing"] = _find_crossing(network, fix)
    if fix.is_joining or fix.kind == _STEPS:
        row["length_m"] = float(network.length_m[fix.edges].sum())
    if fix.kind == _STEPS:
        row["step_count"] = int(network.step_count[fix.edges].sum())
    if fix.is_joining:
        link = int(fix.edges[0]) - (network.n_edges - len(described.links))
        row["street_to"], to_is_near = name_place_at(names, network, to_nodes)
        row["is_near"] = is_near or to_is_near
        row["detour_m"] = float(described.links.detour_m[link])
        row["unseen"] = described.unseen
    return row


def _find_crossing(network: WalkNetwork, fix: _Fix) -> str:
    """The best kind of crossing among the ends that are freed."""
    at_u = network.crossing_u[fix.edges][fix.lifts_u]
    at_v = network.crossing_v[fix.edges][fix.lifts_v]
    return CROSSINGS[int(max(at_u.max(initial=0), at_v.max(initial=0)))]


def _draw(network: WalkNetwork, fix: _Fix) -> shapely.MultiLineString:
    """Steps and links whole, crossings and kerbs as short strokes from their ends."""
    lines = network.lines[fix.edges]
    if fix.is_joining or fix.kind == _STEPS:
        return shapely.multilinestrings(list(lines))
    half_m = np.minimum(_STUB_M, shapely.length(lines) / 2)
    stubs = []
    for line, m, at_u, at_v in zip(lines, half_m.tolist(), fix.lifts_u, fix.lifts_v, strict=True):
        if at_u:
            inner = line.interpolate(m)
            stubs.append(shapely.LineString([line.coords[0], inner.coords[0]]))
        if at_v:
            inner = line.interpolate(line.length - m)
            stubs.append(shapely.LineString([line.coords[-1], inner.coords[0]]))
    return shapely.multilinestrings(stubs)


def name_place_at(
    names: NamedStreets,
    network: WalkNetwork,
    nodes: NDArray[np.int64],
) -> tuple[str, bool]:
    """Names of the streets that meet there, and whether they are only those of a street nearby."""
    met = names.list_at(nodes)
    if met:
        return " / ".join(met), False
    middle = network.node_xy[nodes].mean(axis=0)
    near = names.find_nearest(middle, max_distance_m=_NEAR_M)
    return near, near != ""


def _delays_s(found: pd.DataFrame, profiles: Sequence[WalkProfile]) -> NDArray[np.float64]:
    """Seconds that a crossing costs this walker; NaN for other fixes."""
    costs = {}
    for profile in profiles:
        costs[profile.id, "unmarked"] = profile.crossing_unmarked_s
        costs[profile.id, "marked"] = profile.crossing_marked_s
        costs[profile.id, "signals"] = profile.crossing_signals_s
        costs[profile.id, "wide"] = profile.crossing_wide_s
    if not len(found):
        return np.zeros(0)
    pairs = zip(found["profile"], found["crossing"], strict=True)
    return np.array([costs.get(pair, np.nan) for pair in pairs], dtype=np.float64)
