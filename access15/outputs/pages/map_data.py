"""The data inside the page of one neighbourhood: shapes, colours, residents, facilities."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Final

import geopandas as gpd
import numpy as np
import shapely

from access15.config import Lang
from access15.outputs.pages.basemap import (
    UNIT_M,
    MapFrame,
    build_basemap,
    encode_flags,
    encode_points,
    encode_shapes,
    find_name_runs,
)
from access15.outputs.pages.doors import build_door_data
from access15.outputs.words.dates import format_moment
from access15.outputs.words.facts import HUB, Covered, Gap
from access15.outputs.words.findings import Findings
from access15.outputs.words.legend import build_legend
from access15.outputs.words.numbers import (
    format_cutoff,
    format_minutes,
    format_number,
    format_share,
)
from access15.outputs.words.texts import clean_text, name_own, say, say_or
from access15.outputs.words.voice import counts_floors
from access15.outputs.words.which_door import list_deciding_doors
from access15.results.run import AreaResult, RunResult

UNCERTAIN: Final = frozenset({"street", "place", "none"})
PAPER: Final = "#f6f3ec"
BAND_ALPHA: Final = 0.62
BAND_OUTLINE: Final = "#3b0a5c"
DOT_COLOURS: Final = {"fill": "#35b8a6", "edge": "#06433c"}
DOT_RADIUS: Final = 1.0  # of one person [px]; the area grows with the people
_BAND_SIMPLIFY_M: Final = 2.0
_AROUND_HUB_M: Final = 150.0
_NEAR_M: Final = 300.0  # from the zones; what stands farther off would make them small
DOT_SAMPLES: Final = (10, 50, 200)
DOT_FLOOR_M2: Final = 40.0  # drawn as large as one person, where homes are counted
_DARK, _LIGHT = (75, 17, 115), (233, 150, 214)


def pick_band_colours(n: int) -> list[str]:
    """Pick the colours of the bands, as they are painted before the whole is made transparent."""
    steps = np.linspace(0.0, 1.0, n) if n > 1 else np.array([0.5])
    return [_hex(np.array(_DARK) * (1 - step) + np.array(_LIGHT) * step) for step in steps]


def blend_on_paper(colour: str) -> str:
    """Colour of a band as it is seen on the map's paper."""
    over, under = (np.array([int(c[i : i + 2], 16) for i in (1, 3, 5)]) for c in (colour, PAPER))
    return _hex(over * BAND_ALPHA + under * (1 - BAND_ALPHA))


def _hex(rgb: Sequence[float] | np.ndarray[Any, Any]) -> str:
    """Write a colour as browsers read it."""
    return "#" + "".join(f"{round(float(part)):02x}" for part in rgb)


def build_map_data(findings: Findings, title: str, session: str = "") -> dict[str, Any]:
    """Gather everything the page of one neighbourhood reads."""
    area, lang, result = findings.area, findings.lang, findings.result
    frame = frame_area(area)
    colours = pick_band_colours(len(result.cutoffs_min))
    zones = area.zones.geometry.to_numpy()
    own = result.study.texts.platform
    platform = "" if own is None else clean_text(own.in_lang(lang), lang, limit=400)
    usual, cards = _shorten_cards(list(_facilities(findings, frame)))
    return {
        "title": title,
        "session": session,
        "max_snap_m": result.study.max_snap_m,
        "frame": {
            "unit": UNIT_M,
            "west": frame.west,
            "north": frame.north,
        },
        "bounds": opening_bounds(frame, area),
        "base": build_basemap(frame, area.network, area.backdrop),
        "names": list(_list_names(findings, frame)),
        "zones": encode_shapes(frame, zones),
        "bands": {
            "colours": colours,
            "alpha": BAND_ALPHA,
            "outline": BAND_OUTLINE,
            "times": [_short_time(cutoff, lang) for cutoff in result.cutoffs_min],
            "shapes": _band_shapes(findings, frame),
        },
        "residents": _residents(findings, frame),
        "doors": build_door_data(findings, frame),
        "categories": {
            category.id: {
                "label": clean_text(category.label.in_lang(lang), lang),
                "symbol": category.symbol,
                "colour": category.colour,
                "platform": platform if category.wemi_platform else "",
            }
            for category in result.categories.values()
        },
        "profiles": [
            {"id": profile.id, "label": clean_text(profile.label.in_lang(lang), lang)}
            for profile in result.profiles.values()
        ],
        "targets": [[target.id, target.label] for target in findings.targets()],
        "from_here": _describe_from_here(findings),
        "usual_facility": usual,
        "facilities": cards,
        "legend": {
            f"{profile}|{target.id}": build_legend(findings, profile, target.id)
            for profile in result.profiles
            for target in findings.targets()
        },
        "attribution": say(
            "attribution",
            lang,
            kind=say(f"network_{area.network_info.kind}", lang),
            licence=clean_text(area.network_info.licence, lang, limit=200),
        ),
        "texts": {key: say(key, lang) for key in _PAGE_TEXTS},
    }


def _list_names(findings: Findings, frame: MapFrame) -> Iterator[list[Any]]:
    """Write where streets carry their names."""
    for name, rank, ends in find_name_runs(findings.area.network):
        place = frame.to_units(ends).ravel().tolist()
        yield [clean_text(name, findings.lang, limit=60), rank, *place]


_PAGE_TEXTS: Final = (
    "uncertain",
    "several_here",
    "is_hub",
    "kind",
    "address",
    "status",
    "precision",
    "legend_uncertain",
    "source",
    "zoom_in",
    "zoom_out",
    "map_hint",
    "close",
    "home",
    "layers",
    "fixes_none",
    "fixes_build",
    "fixes_look",
    "fixes_door",
    "unknown",
    "house_no_street",
    "session_house",
    "session_house_to",
    "session_house_within",
    "session_house_beyond",
    "session_house_names",
    "session_house_no_street",
    "session_house_middle",
)


def frame_area(area: AreaResult) -> MapFrame:
    """Frame around the streets and zones of an area."""
    boxes = np.array(
        [
            shapely.total_bounds(area.zones.geometry.to_numpy()),
            shapely.total_bounds(area.network.lines),
        ]
    )
    return MapFrame.around(
        area.network.crs, np.asarray(boxes[~np.isnan(boxes).any(axis=1)].reshape(-1, 2))
    )


def opening_bounds(frame: MapFrame, area: AreaResult) -> list[list[float]]:
    """What a page shows when it opens: the zones, and the streets around the hubs."""
    return _lat_lon_bounds(frame, _opening_box(area))


def _opening_box(area: AreaResult) -> np.ndarray[Any, Any]:
    """Zones, and the streets around the hubs at their edge; places that stand in for hubs may lie
    anywhere.
    """
    zones = shapely.union_all(area.zones.geometry.to_numpy())
    hubs = area.facilities.geometry[area.facilities["is_hub"].astype(bool)]
    points = hubs[hubs.notna()].to_numpy()
    near = points[shapely.dwithin(points, zones, _NEAR_M)]
    around = shapely.buffer(near, _AROUND_HUB_M)
    return np.asarray(shapely.total_bounds([zones, *around]))


def _lat_lon_bounds(frame: MapFrame, box: np.ndarray[Any, Any]) -> list[list[float]]:
    """Bound a box of the frame in latitudes and longitudes."""
    corners = np.array([[box[0], box[1]], [box[0], box[3]], [box[2], box[1]], [box[2], box[3]]])
    lat_lon = frame.to_lat_lon(corners)
    return [lat_lon.min(axis=0).tolist(), lat_lon.max(axis=0).tolist()]


def _short_time(cutoff_min: float, lang: Lang) -> str:
    """Write a cutoff as it stands on the map."""
    decimals = 0 if float(cutoff_min).is_integer() else 1
    return f"{format_number(cutoff_min, lang, decimals=decimals)} min"


def _band_shapes(findings: Findings, frame: MapFrame) -> dict[str, list[str]]:
    """Encode the bands of every walker and target."""
    table = findings.area.service_areas
    geometry = {
        (str(profile), str(target), float(cutoff)): shape
        for profile, target, cutoff, shape in zip(
            table["profile"], table["target"], table["cutoff_min"], table.geometry, strict=True
        )
    }
    hubs = findings.hub_targets()
    shapes: dict[str, list[str]] = {}
    for profile in findings.result.profiles:
        for target in findings.targets():
            bands = []
            for cutoff in map(float, findings.result.cutoffs_min):
                asked = hubs if target.id == HUB else (target.id,)
                found = [
                    geometry[profile, one, cutoff]
                    for one in asked
                    if (profile, one, cutoff) in geometry
                ]
                union = found if len(found) == 1 else [shapely.union_all(found)]
                bands.append(encode_shapes(frame, union, simplify_m=_BAND_SIMPLIFY_M))
            shapes[f"{profile}|{target.id}"] = bands
    return shapes


def _residents(findings: Findings, frame: MapFrame) -> dict[str, Any]:
    """Gather stretches of homes as dots, and who of them is covered: thousands of points two metres
    apart would be neither seen nor told apart.
    """
    residents: gpd.GeoDataFrame = findings.area.residents
    stretches = findings.area.stretches
    cutoff_s = 60.0 * findings.last_cutoff_min
    times = findings.area.travel_time_s
    people = stretches.add_up(residents[findings.group].to_numpy(dtype=np.float64))
    points = residents.geometry.to_numpy()[stretches.middle]
    return {
        "dots": encode_points(frame, shapely.get_coordinates(points)),
        "people": np.round(people, 1).tolist(),
        "covered": {
            f"{profile}|{target.id}": encode_flags(
                times[profile, target.id][stretches.middle] <= cutoff_s
            )
            for profile in findings.result.profiles
            for target in findings.targets()
            if (profile, target.id) in times and findings.is_known(profile, target.id)
        },
        "style": {**DOT_COLOURS, "per_root": DOT_RADIUS / math.sqrt(dot_unit(findings.result))},
    }


def dot_unit(result: RunResult) -> float:
    """What a dot counts as one: a person, a metre of street, or so many square metres of floor."""
    is_floor = result.study.population.counts_homes and counts_floors(result)
    return DOT_FLOOR_M2 if is_floor else 1.0


def _facilities(findings: Findings, frame: MapFrame) -> list[dict[str, Any]]:
    """Gather the card of every facility that has a place."""
    lang, table = findings.lang, findings.area.facilities
    is_drawn = (table.geometry.notna() & ~table.geometry.is_empty).to_numpy()
    drawn = table[is_drawn]
    places = frame.to_lat_lon(shapely.get_coordinates(drawn.geometry.to_numpy())).tolist()
    hub_names = findings.hub_names()
    deciding = {one.facility_id: one.sentence for one in list_deciding_doors(findings)}
    doors = list_doors(findings.area, frame)
    cards = []
    rows = zip(np.flatnonzero(is_drawn), places, drawn.to_dict("records"), strict=True)
    for number, (lat, lon), row in rows:
        is_hub = bool(row["is_hub"])
        status, precision = str(row["status"]), clean_text(row["precision"], lang, limit=40)
        hub = hub_names.get(str(row["hub_id"]), "")
        osm = (
            say("from_osm", lang)
            if precision in ("openstreetmap", "") and row["origin"] == "osm"
            else ""
        )
        cards.append(
            {
                "lat": lat,
                "lon": lon,
                "name": clean_text(row["name"], lang) or say("no_name", lang),
                "category": row["category"],
                "address": clean_text(name_own(row["address"], lang), lang)
                or say("no_address", lang),
                "status": "; ".join(
                    [say_or(f"status_{status}", lang, status), *_describe_opening(findings, row)]
                ),
                "precision": osm or say_or(f"precision_{precision}", lang, precision),
                "uncertain": precision in UNCERTAIN,
                "source": clean_text(name_own(row["source"], lang), lang),
                "hub": is_hub,
                "named": row["facility_id"] in hub_names,
                "doors": doors.get(int(number), []),
                "decides": deciding.get(str(row["facility_id"]), ""),
                "to_hub": say("walk_to_hub", lang, hub=hub) if hub else "",
                "walk": [] if is_hub or not hub else _walks(findings, row),
                "within": _count_from_here(findings, row),
            }
        )
    return cards


def _shorten_cards(cards: list[dict[str, Any]]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """What most cards say, told once, and of each card only what differs: hundreds of stops have
    the same status, source and address.
    """
    usual = {}
    for key in cards[0] if cards else ():
        written = Counter(json.dumps(card[key]) for card in cards)
        usual[key] = json.loads(written.most_common(1)[0][0])
    return usual, [_pick_unusual(card, usual) for card in cards]


def _pick_unusual(card: dict[str, Any], usual: dict[str, Any]) -> dict[str, Any]:
    """What one card says otherwise than most."""
    return {key: value for key, value in card.items() if value != usual[key]}


def list_doors(area: AreaResult, frame: MapFrame) -> dict[int, list[list[float]]]:
    """List where each facility meets the street, by its row: latitude and longitude of each
    door.
    """
    taken = area.plausible_doors.taken
    taken = taken.take(taken.snapped.is_snapped)
    at = shapely.line_interpolate_point(
        area.network.lines[taken.snapped.edge], taken.snapped.fraction, normalized=True
    )
    places = np.round(frame.to_lat_lon(shapely.get_coordinates(at)), 6).tolist()
    doors: dict[int, list[list[float]]] = {}
    for owner, place in zip(taken.owner.tolist(), places, strict=True):
        doors.setdefault(owner, []).append(place)
    return doors


def _describe_from_here(findings: Findings) -> dict[str, Any]:
    """What stands over and before the numbers of `_count_from_here`."""
    lang, study = findings.lang, findings.result.study
    area, own = findings.area.area.name, findings.name_profile(study.own_profile(findings.group))
    cutoff = format_cutoff(findings.last_cutoff_min, lang)
    return {
        "caption": say(
            "from_here",
            lang,
            area=clean_text(area, lang),
            who=findings.who(),
            cutoff=cutoff,
        ),
        "heads": [
            f"{say('gap_own', lang)} ({own})",
            say("gap_claim", lang, label=findings.name_profile(study.claim)),
            say("gap_between", lang),
        ],
    }


def _count_from_here(findings: Findings, row: dict[str, Any]) -> list[str]:
    """People of the headline's group who reach one facility: at their own pace, by the claim,
    between the two.
    """
    lang, group = findings.lang, findings.group
    people = float(findings.area.residents[group].sum())
    counts = [float(row[f"{kind}_{group}"]) for kind in ("own", "claim")]
    if all(map(math.isnan, counts)) or not people > 0:
        return []
    told = [
        say("unknown", lang)
        if math.isnan(n)
        else f"{format_number(n, lang)} ({format_share(n / people, lang)})"
        for n in counts
    ]
    gap = Gap(
        group, "", "", *(Covered(findings.last_cutoff_min, people, n) for n in reversed(counts))
    )
    return [
        *told,
        say("unknown", lang) if math.isnan(gap.people) else format_number(gap.whole_people, lang),
    ]


def _name_address(address: str, lang: Lang) -> str:
    """An address, and that a place has none."""
    return clean_text(name_own(address, lang), lang) or say("no_address", lang)


def _describe_opening(findings: Findings, row: dict[str, Any]) -> list[str]:
    """Say whether a facility is open, in a run at a moment."""
    at = findings.result.at
    return (
        []
        if at is None
        else [
            say(f"open_at_{row['open_at']}", findings.lang, moment=format_moment(at, findings.lang))
        ]
    )


def _walks(findings: Findings, row: dict[str, Any]) -> list[str]:
    """Write how long each walker goes from a facility to its hub."""
    lang = findings.lang
    texts = []
    for profile in findings.result.profiles:
        minutes = float(row[f"minutes_{profile}"])
        if math.isfinite(minutes):
            texts.append(format_minutes(minutes, lang))
        else:
            texts.append(
                say("walk_unknown" if row["status"] == "not_geocoded" else "walk_none", lang)
            )
    return texts
