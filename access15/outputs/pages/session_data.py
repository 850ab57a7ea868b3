"""The data inside a session page: streets, people and places as exact numbers, to compute what
Python does.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any, Final

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer

from access15.config import Category, Lang, WalkProfile
from access15.config.proposal import BEYOND_M
from access15.core.change.links import WORKS, MissingLinks, no_links
from access15.core.change.way_round import list_bare_bridges
from access15.core.change.works import list_barrier_pieces
from access15.core.reach.spread import UNITS_PER_PERSON
from access15.core.siting.corners import find_corners
from access15.core.streets.barriers import Barriers
from access15.core.streets.network import WalkNetwork
from access15.core.walk.doors import Doors, find_door_streets
from access15.core.walk.impedance import FACTOR_COLUMNS, PLAIN_FACTORS, measure_factors
from access15.core.walk.snap import MAX_SEAT_SNAP_M, Snapped
from access15.crs import points_xy
from access15.outputs.pages.basemap import (
    ROAD_CLASSES,
    UNIT_M,
    MapFrame,
    build_under,
    classify_streets,
    encode_flags,
    encode_numbers,
    encode_shapes,
    find_name_runs,
)
from access15.outputs.pages.map_data import (
    BAND_ALPHA,
    BAND_OUTLINE,
    frame_area,
    list_doors,
    opening_bounds,
    pick_band_colours,
)
from access15.outputs.pages.projection import fit_projection
from access15.outputs.words.confidence import is_upper_bound
from access15.outputs.words.facts import HUB
from access15.outputs.words.findings import Findings, headline_group
from access15.outputs.words.sources import list_sources
from access15.outputs.words.texts import clean_text, name_own, say
from access15.results.prepared import NO_SITES, Answer, SessionSites
from access15.results.run import AreaResult, RunResult

LANGUAGES: Final[tuple[Lang, ...]] = ("it", "en")
FORMAT: Final = 1
_PLAIN: Final = {"address": "", "hub": False, "named": False, "counted": True}


def build_session_data(
    result: RunResult,
    area_id: str,
    lang: Lang,
    sites: SessionSites = NO_SITES,
) -> dict[str, Any]:
    """Gather everything the session page of one neighbourhood reads."""
    area = result.areas[area_id]
    frame = frame_area(area)
    people = list(result.study.population.groups)
    near_seats = _find_near_seats(area)
    is_shown = area.plausible_doors.taken.is_met(len(area.facilities))
    shown = np.flatnonzero(is_shown)
    return {
        **_about(result, area_id, lang),
        "frame": {
            "unit": UNIT_M,
            "west": frame.west,
            "north": frame.north,
        },
        "bounds": opening_bounds(frame, area),
        **_projections(frame, area.network),
        "streets": _streets(area.network),
        "profiles": [
            {
                **_profile(area.network, profile),
                "is_at_most": is_upper_bound(Findings(result, area_id, lang), profile.id),
            }
            for profile in result.list_walkers_at_table(area_id).values()
        ],
        "join": _join(area, shown, near_seats),
        "barriers": _barriers(area.barriers, area.network),
        "bare_bridges": _bare_bridges(area.barriers, area.network),
        "missing": _missing_links(_links_of(area), area.network),
        "homes": _home_data(area, people),
        "corners": encode_corners(area.network, shapely.union_all(area.zones.geometry.to_numpy())),
        "given": [_write_place(one.name, one.lon, one.lat) for one in sites.given],
        "prepared": _write_answers(sites.answers),
        "bench": sites.bench and [round(degrees, 7) for degrees in sites.bench],
        "groups": [_group(Findings(result, area_id, lang), group) for group in people],
        "headline_group": headline_group(result),
        "claim": result.study.claim,
        "hub_category": result.study.hub_stand_in,
        "facilities": _facilities(area, shown, list_doors(area, frame)),
        "seats": _seats(area, near_seats),
        "categories": [_category(category) for category in result.categories.values()],
        **_limits(result, area),
        "backdrop": build_under(frame, area.network, area.backdrop),
        "zones": encode_shapes(frame, area.zones.geometry.to_numpy()),
        "names": [
            [clean_text(name, lang, limit=60), rank, *frame.to_units(ends).ravel().tolist()]
            for name, rank, ends in find_name_runs(area.network)
        ],
        "style": {"bands": _bands(len(result.cutoffs_min))},
        "attribution": {one: _attribution(area, one) for one in LANGUAGES},
        "licence": {one: _licence(area, one) for one in LANGUAGES},
        "facts": {
            one: [list(fact) for fact in list_sources(Findings(result, area_id, one))]
            for one in LANGUAGES
        },
    }


def _about(
    result: RunResult,
    area_id: str,
    lang: Lang,
) -> dict[str, Any]:
    """What the page is about: study, neighbourhood, moment, streets, languages."""
    area = result.areas[area_id]
    return {
        "format": FORMAT,
        "study": result.study.id,
        "area": {"id": area_id, "name": clean_text(area.area.name, lang)},
        "created": result.created.isoformat(timespec="seconds"),
        "at": None if result.at is None else result.at.strftime("%Y-%m-%d %H:%M"),
        "network_hash": area.network_hash,
        "lang": lang,
        "languages": list(LANGUAGES),
    }


def _group(findings: Findings, group: str) -> dict[str, Any]:
    """A group of people: its name, how it walks, and which one is spread alike."""
    result = findings.result
    return {
        "id": group,
        "label": _both(result.group_labels[group]),
        "profile": result.study.own_profile(group),
        "spread_like": findings.patterns[group],
    }


def _category(category: Category) -> dict[str, Any]:
    """A kind of place as the page shows it."""
    return {
        "id": category.id,
        "label": {one: clean_text(category.label.in_lang(one), one) for one in LANGUAGES},
        "symbol": category.symbol,
        "colour": category.colour,
    }


def _limits(result: RunResult, area: AreaResult) -> dict[str, Any]:
    """Where one may walk to, within which minutes, from how far off the streets."""
    targets = [HUB, *result.categories]
    return {
        "targets": targets,
        "cutoffs_min": list(map(float, result.cutoffs_min)),
        "known": [target for target in targets if area.is_known(target)],
        "max_snap_m": result.study.max_snap_m,
        "max_seat_snap_m": MAX_SEAT_SNAP_M,
        "beyond_m": BEYOND_M,
    }


def _bands(n: int) -> dict[str, Any]:
    """How the bands of minutes are painted."""
    return {
        "colours": pick_band_colours(n),
        "alpha": BAND_ALPHA,
        "outline": BAND_OUTLINE,
    }


def _attribution(area: AreaResult, lang: Lang) -> str:
    """Whom the streets are owed to."""
    info = area.network_info
    kind = say(f"network_{info.kind}", lang)
    return say("attribution", lang, kind=kind, licence=_licence(area, lang))


def _licence(area: AreaResult, lang: Lang) -> str:
    """Under which terms the streets are given."""
    return clean_text(area.network_info.licence, lang, limit=200)


def encode_doubles(values: NDArray[np.float64]) -> str:
    """Write numbers as the bytes they are made of, in base64."""
    return base64.b64encode(np.asarray(values, dtype="<f8").tobytes()).decode("ascii")


def _encode_bytes(values: NDArray[Any]) -> str:
    """Write small numbers as base64 of bytes."""
    return base64.b64encode(np.asarray(values, dtype=np.uint8).tobytes()).decode("ascii")


def _barriers(barriers: Barriers, network: WalkNetwork) -> dict[str, str]:
    """Encode what new ways may have to cross, as lines: a piece that goes on from the one before it
    adds its end only.
    """
    pieces = list_barrier_pieces(barriers, network)
    begins, ends = pieces.ends_cm[:, 0], pieces.ends_cm[:, 1]
    is_first = np.ones(len(begins), dtype=bool)
    is_first[1:] = (begins[1:] != ends[:-1]).any(axis=1) | (np.diff(pieces.work) != 0)
    is_vertex = np.column_stack([is_first, np.ones(len(begins), dtype=bool)])
    x_cm, y_cm = pieces.ends_cm[is_vertex].T
    first = np.flatnonzero(is_first)
    return {
        "work": encode_numbers(pieces.work[first]),
        "n_pieces": encode_numbers(np.diff(np.append(first, len(begins)))),
        "x_cm": encode_numbers(np.diff(x_cm, prepend=0)),
        "y_cm": encode_numbers(np.diff(y_cm, prepend=0)),
    }


def _bare_bridges(barriers: Barriers, network: WalkNetwork) -> dict[str, str]:
    """Encode the few bridges beneath which nothing is mapped."""
    bare = list_bare_bridges(network, barriers)
    return {
        "edge": encode_numbers(np.diff(bare.edge, prepend=0)),
        "number": encode_numbers(bare.number),
    }


def _links_of(area: AreaResult) -> MissingLinks:
    """Links that a neighbourhood's streets lack, none where nobody looked for them."""
    return no_links() if area.inputs is None else area.inputs.links


def _missing_links(links: MissingLinks, network: WalkNetwork) -> dict[str, Any]:
    """Encode links that streets lack, the easiest first: a vertex of one street, and the street
    whose nearest place is the other end.
    """
    first, last = network.vertex_start[links.edge_a], network.vertex_start[links.edge_a + 1]
    vertex = np.zeros(len(links), dtype=np.int64)
    for row, (lo, hi) in enumerate(zip(first, last, strict=True)):
        along_m = network.along_m[lo:hi]
        vertex[row] = lo + np.argmin(np.abs(along_m - links.fraction_a[row] * along_m[-1]))
    order = np.lexsort((vertex, links.work))
    return {
        "counts": np.bincount(links.work, minlength=len(WORKS)).tolist(),
        "vertex": encode_numbers(np.diff(vertex[order], prepend=0)),
        "other": encode_numbers((links.edge_b - links.edge_a)[order]),
    }


def _encode_few(values: NDArray[Any]) -> dict[str, str]:
    """Encode numbers of which most are zero: which are not, and what they are."""
    told = np.flatnonzero(values)
    return {
        "at": encode_numbers(np.diff(told, prepend=0)),
        "value": encode_numbers(values[told].astype(np.int64)),
    }


def _centimetres(metres: NDArray[np.float64]) -> NDArray[np.int64]:
    """Round metres to whole centimetres."""
    return np.rint(metres * 100.0).astype(np.int64)


def _both(labels: Any) -> dict[str, str]:
    """Clean a label in both languages."""
    return {one: clean_text(labels.get(one, ""), one) for one in LANGUAGES}


def _projections(frame: MapFrame, network: WalkNetwork) -> dict[str, Any]:
    """Degrees to the study's metres, and those to the units of the page."""
    west, south = network.node_xy.min(axis=0) - BEYOND_M
    east, north = network.node_xy.max(axis=0) + BEYOND_M
    corners = np.array([[west, south], [west, north], [east, south], [east, north]])
    to_metres = Transformer.from_crs("EPSG:4326", network.crs, always_xy=True)
    lon_lat = np.column_stack(
        to_metres.transform(corners[:, 0], corners[:, 1], direction="INVERSE")
    )
    to_mercator = Transformer.from_crs(network.crs, "EPSG:3857", always_xy=True)

    def to_units(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        x, y = to_mercator.transform(xy[:, 0], xy[:, 1])
        return np.column_stack([x - frame.west, frame.north - y]) / UNIT_M

    in_metres = fit_projection(
        lambda xy: np.column_stack(to_metres.transform(xy[:, 0], xy[:, 1])),
        (*lon_lat.min(axis=0).tolist(), *lon_lat.max(axis=0).tolist()),
    )
    in_units = fit_projection(to_units, (float(west), float(south), float(east), float(north)))
    return {"to_metres": in_metres.to_json(), "to_units": in_units.to_json()}


def _streets(network: WalkNetwork) -> dict[str, Any]:
    """Encode the streets, edge by edge."""
    corner_cm = _centimetres(network.vertex_xy.min(axis=0))
    vertex_cm = _centimetres(network.vertex_xy) - corner_cm
    x_cm, y_cm = (np.diff(vertex_cm[:, axis], prepend=0) for axis in (0, 1))
    return {
        "n_nodes": network.n_nodes,
        "u": encode_numbers(np.diff(network.edge_u, prepend=0)),
        "v": encode_numbers(network.edge_v - network.edge_u),
        "length_cm": encode_numbers(_centimetres(network.length_m)),
        "counts": encode_numbers(np.diff(network.vertex_start)),
        "corner_cm": corner_cm.tolist(),
        "x_cm": encode_numbers(x_cm),
        "y_cm": encode_numbers(y_cm),
        "crossings": _encode_few(network.crossing_u | network.crossing_v << 4),
        "kerbs": _encode_few(network.kerb_u | network.kerb_v << 4),
        "kinds": _encode_bytes(network.steps | classify_streets(network) << 2),
        **_sorts(network),
        "level": _encode_few(network.level),
        "street": encode_numbers(network.street),
        "street_names": [clean_text(name, "it", limit=80) for name in network.street_names],
        "road_classes": list(ROAD_CLASSES),
    }


def _sort_ways(network: WalkNetwork) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Edges that take every walker equally long for their length are of one sort: the first edge of
    each, and the sort of each edge. Sort 0 is the way of which nothing is known; -1 where there is
    none.
    """
    columns = [np.asarray(getattr(network, name), dtype=np.float64) for name in FACTOR_COLUMNS]
    told = np.nan_to_num(np.column_stack(columns), nan=-1e9)
    plain = np.nan_to_num(np.array(PLAIN_FACTORS, dtype=np.float64), nan=-1e9)
    sorts, first, sort = np.unique(
        np.concatenate([plain[None], told]), axis=0, return_index=True, return_inverse=True
    )
    # the plain sort, which came first, changes places with whichever is called 0
    zero = int(sort[0])
    number = np.arange(len(sorts))
    number[[0, zero]] = number[[zero, 0]]
    first_of = first[number] - 1
    of_plain = np.flatnonzero(number[sort[1:]] == 0)
    first_of[0] = of_plain[0] if len(of_plain) else -1
    return first_of, number[sort[1:]]


def _sorts(network: WalkNetwork) -> dict[str, Any]:
    """Encode the sort of every edge; of few sorts, their only direction or their slope."""
    first, sort = _sort_ways(network)
    at, is_known = np.maximum(first, 0), first >= 0
    one_way = np.where(is_known, network.one_way[at], 0)
    incline = np.where(is_known, network.incline[at], np.nan)
    told = np.flatnonzero(one_way.astype(bool) | np.isfinite(incline))
    slopes = [None if np.isnan(one) else one for one in incline[told].tolist()]
    return {
        "sort": _encode_few(sort),
        "n_sorts": len(first),
        "told": list(zip(told.tolist(), one_way[told].tolist(), slopes, strict=True)),
    }


def _factors(network: WalkNetwork, profile: WalkProfile) -> list[str]:
    """Factors of every sort of way for one walker, from u to v and back."""
    first, _ = _sort_ways(network)
    encoded = []
    for of_edge in measure_factors(network, profile):
        # a way of which nothing is known is as the flat
        of_sort = np.where(first < 0, 1.0, of_edge[np.maximum(first, 0)])
        encoded.append(encode_doubles(of_sort))
    return encoded


def _profile(network: WalkNetwork, profile: WalkProfile) -> dict[str, Any]:
    """Gather what a walker's costs depend on, and how a card tells of them."""
    return {
        "id": profile.id,
        "label": {one: clean_text(profile.label.in_lang(one), one) for one in LANGUAGES},
        "who": {one: clean_text(profile.who.in_lang(one), one) for one in LANGUAGES},
        "pace_ms": profile.pace_ms,
        "pace_with_rests_ms": profile.pace_with_rests_ms,
        "rest_per_m_s": profile.rest_per_m_s,
        "rest_s": profile.rest_s,
        "steps": profile.steps,
        "steps_factor": profile.steps_factor,
        "crossings": [
            0.0,
            profile.crossing_unmarked_s,
            profile.crossing_marked_s,
            profile.crossing_signals_s,
            profile.crossing_wide_s,
            profile.lift_s,
        ],
        "factors": _factors(network, profile),
        "raised_kerb": profile.raised_kerb,
        "incline": profile.incline,
        "max_incline": profile.max_incline,
        "rest_every_m": profile.rest_every_m,
        "needs_seat": profile.needs_seat,
    }


def _join(
    area: AreaResult,
    shown: NDArray[np.int64],
    near_seats: NDArray[np.int64] | None,
) -> dict[str, Any]:
    """Where places meet the streets, whoever walks; facilities as the page numbers them."""
    walker = next(iter(area.walkers.values()))
    known, streets = area.plausible_doors, find_door_streets(area.network)
    rows, owner = Doors(known.owner, known.snapped).of(shown)
    is_taken = known.is_taken[rows]
    rows, owner = rows[is_taken], owner[is_taken]
    # most doors are joined from the facility's own point, which the page has
    own = shapely.get_coordinates(area.facilities.geometry.to_numpy()[known.owner[rows]])
    elsewhere = np.flatnonzero((known.xy[rows] != own).any(axis=1))
    return {
        "is_open": encode_flags(streets.is_open),
        "is_through": encode_flags(streets.is_through),
        "homes": _home_doors(area.network, walker.resident_snap),
        "facilities": {
            **_snapped(known.snapped.take(rows)),
            "owner": encode_numbers(owner),
            "from": [[int(door), *known.xy[rows[door]].tolist()] for door in elsewhere],
        },
        "seats": None if near_seats is None else _snapped(walker.seat_snap.take(near_seats)),
    }


def _find_near_seats(area: AreaResult) -> NDArray[np.int64] | None:
    """Seats that any street is near enough to; a layer of a whole city holds many more."""
    if area.seats is None:
        return None
    is_ok = area.seats["status"].isin(("ok", "too_far_from_network")).to_numpy()
    ok = np.flatnonzero(is_ok)
    points = shapely.points(points_xy(area.seats.iloc[ok], area.network.crs))
    streets = shapely.STRtree(area.network.lines)
    hit, _ = streets.query(points, predicate="dwithin", distance=MAX_SEAT_SNAP_M)
    return np.asarray(ok[np.unique(hit)])


def _snapped(snapped: Snapped) -> dict[str, str]:
    """Doors as the page reads them."""
    return {
        "edge": encode_numbers(snapped.edge),
        "fraction": encode_doubles(snapped.fraction),
        "snap_m": encode_doubles(np.where(snapped.is_snapped, snapped.snap_m, np.inf)),
    }


def _write_answers(answers: Sequence[Answer]) -> dict[str, Any]:
    """The best choices of several places: each place once, and of a choice which they are and what
    each adds, as many answers name the same corners.
    """
    places: dict[tuple[str, float, float], int] = {}
    for answer in answers:
        for one in answer.sites:
            places.setdefault((one.name, one.lon, one.lat), len(places))
    return {
        "places": [_write_place(*one) for one in places],
        "answers": [
            {
                "profile": answer.profile,
                "target": answer.category,
                "group": answer.group,
                "cutoff_min": answer.cutoff_min,
                "gained": round(answer.gained, 6),
                "most": round(answer.most, 6),
                "at": [places[one.name, one.lon, one.lat] for one in answer.sites],
                "adds": [round(one.gained, 6) for one in answer.sites],
            }
            for answer in answers
        ],
    }


def _write_place(name: str, lon: float, lat: float) -> dict[str, Any]:
    """Where a place could be, and what it is called."""
    return {"name": clean_text(name, "it"), "lon": lon, "lat": lat}


def encode_corners(network: WalkNetwork, land: Any) -> dict[str, str]:
    """Encode where a new place could be: corners on the land, whoever walks, in ten millionths of a
    degree as a proposal says where they are.
    """
    node = find_corners(network, land)
    to_degrees = Transformer.from_crs(network.crs, "EPSG:4326", always_xy=True)
    degrees = np.column_stack(to_degrees.transform(*network.node_xy[node].T))
    lon, lat = np.rint(1e7 * degrees).astype(np.int64).T
    return {
        "node": _encode_steps(node),
        "lon": _encode_steps(lon),
        "lat": _encode_steps(lat),
    }


def _encode_steps(values: NDArray[np.int64], *, order: int = 1) -> str:
    """Write whole numbers as differences from one to the next, or differences of those."""
    steps = np.asarray(values, dtype=np.int64)
    for _ in range(order):
        steps = np.diff(steps, prepend=0)
    return encode_numbers(steps)


def _home_doors(network: WalkNetwork, snapped: Snapped) -> dict[str, str]:
    """Doors of homes on whole centimetres: evenly along a street, so that little changes."""
    on = snapped.is_snapped
    length_cm = _centimetres(network.length_m[np.where(on, snapped.edge, 0)])
    return {
        "edge": _encode_steps(snapped.edge),
        "at_cm": _encode_steps(np.rint(snapped.fraction * length_cm).astype(np.int64), order=2),
        "snap_cm": encode_numbers(_centimetres(np.where(on, snapped.snap_m, 0.0))),
    }


def _home_data(area: AreaResult, groups: Sequence[str]) -> dict[str, Any]:
    """Encode homes with the people of every group."""
    residents: gpd.GeoDataFrame = area.residents
    people = {group: residents[group].to_numpy(dtype=np.float64) for group in groups}
    homes = _homes(points_xy(residents, area.network.crs), people)
    return {**homes, "street": _other_streets(area)}


def _other_streets(area: AreaResult) -> dict[str, str]:
    """Homes of which another street is told than the one that their door is on, with its number."""
    network, residents = area.network, area.residents
    doors = next(iter(area.walkers.values())).resident_snap
    on_street = np.where(doors.edge >= 0, network.street[doors.edge], 0)
    number_of = {name: number for number, name in enumerate(network.street_names)}
    told = residents["street"].fillna("").astype(str)
    own = np.array([number_of.get(name, 0) for name in told], dtype=np.int64)
    at = np.flatnonzero(own != on_street)
    return {"at": _encode_steps(at), "name": encode_numbers(own[at])}


def _homes(
    xy: NDArray[np.float64],
    people: dict[str, NDArray[np.float64]],
) -> dict[str, Any]:
    """Encode points on whole centimetres and people in whole 2**-20: neighbours differ by little,
    so that a home takes about a byte each.
    """
    corner_cm = _centimetres(xy.min(axis=0)) if len(xy) else np.zeros(2, dtype=np.int64)
    xy_cm = _centimetres(xy) - corner_cm
    units = {group: count * UNITS_PER_PERSON for group, count in people.items()}
    return {
        "n": len(xy),
        "corner_cm": corner_cm.tolist(),
        "x_cm": _encode_steps(xy_cm[:, 0], order=2),
        "y_cm": _encode_steps(xy_cm[:, 1], order=2),
        "units_per_person": UNITS_PER_PERSON,
        "people": {
            group: _encode_steps(np.rint(count).astype(np.int64)) for group, count in units.items()
        },
    }


def _facilities(
    area: AreaResult,
    shown: NDArray[np.int64],
    doors: Mapping[int, list[list[float]]],
) -> list[dict[str, Any]]:
    """Gather facilities as the page lists them: of what most are, only what differs."""
    table = area.facilities.iloc[shown]
    xy = shapely.get_coordinates(table.geometry.to_numpy())
    to_degrees = Transformer.from_crs(area.network.crs, "EPSG:4326", always_xy=True)
    lon, lat = to_degrees.transform(xy[:, 0], xy[:, 1])
    is_open = table["open_at"] == "open" if "open_at" in table else np.ones(len(table), dtype=bool)
    listed: list[dict[str, Any]] = [
        {
            "id": str(row["facility_id"]),
            "name": clean_text(row["name"], "it"),
            "address": clean_text(name_own(row["address"], "it"), "it"),
            "category": row["category"],
            "hub": bool(row["is_hub"]),
            "named": str(row["facility_id"]) in area.area.hubs,
            "counted": bool(counted),
            "lon": round(float(lon[i]), 7),
            "lat": round(float(lat[i]), 7),
            "x": float(xy[i, 0]),
            "y": float(xy[i, 1]),
            "doors": doors.get(int(shown[i]), []),
        }
        for i, (row, counted) in enumerate(zip(table.to_dict("records"), is_open, strict=True))
    ]
    for one in listed:
        for key, usual in _PLAIN.items():
            if one[key] == usual:
                del one[key]
    return listed


def _seats(area: AreaResult, near: NDArray[np.int64] | None) -> dict[str, str] | None:
    """Where the seats are that any street is near enough to."""
    if area.seats is None or near is None:
        return None
    xy = points_xy(area.seats.iloc[near], area.network.crs)
    return {"x": encode_doubles(xy[:, 0]), "y": encode_doubles(xy[:, 1])}
