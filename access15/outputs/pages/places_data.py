"""The data inside the page of a study's places: each with its point, its doors and its doubts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from access15.config import Lang
from access15.outputs.pages.basemap import (
    UNIT_M,
    MapFrame,
    build_basemap,
    encode_shapes,
    find_name_runs,
)
from access15.outputs.pages.map_data import frame_area, opening_bounds
from access15.outputs.pages.session_data import LANGUAGES
from access15.outputs.words.doubts import DOUBTS, Doubts
from access15.outputs.words.findings import Findings
from access15.outputs.words.legend import choose_profile
from access15.outputs.words.numbers import format_cutoff, format_share
from access15.outputs.words.sources import list_sources
from access15.outputs.words.texts import clean_text, list_texts, name_own, say, say_or
from access15.outputs.words.voice import choose_voice
from access15.outputs.words.which_door import name_target
from access15.remarks import put_in_lang
from access15.results.guard import guard_cell
from access15.results.review import (
    PLACED_BY_HAND,
    PlacesReview,
    PointCandidate,
    ReviewedPlace,
)
from access15.results.run import AreaResult, RunResult

FORMAT: Final = 1
# letters of the backdrop's buildings; a study of many neighbourhoods is drawn without
_MOST_BUILDINGS: Final = 300_000
_CONFIRMED: Final = "confirmed"


def build_places_data(review: PlacesReview, lang: Lang) -> dict[str, Any]:
    """Gather everything the page of a study's places reads."""
    result = review.result
    found = {one: [Findings(result, area, one) for area in result.areas] for one in LANGUAGES}
    frame = _frame_all(result)
    rules = review.rules
    return {
        "format": FORMAT,
        "study": result.study.id,
        "lang": lang,
        "languages": list(LANGUAGES),
        "frame": {"unit": UNIT_M, "west": frame.west, "north": frame.north},
        "areas": [_describe_area(one, frame, lang) for one in result.areas.values()],
        "base": _draw_base(result, frame),
        "names": _list_names(result, frame, lang),
        "categories": {
            one.id: {
                "label": {each: clean_text(one.label.in_lang(each), each) for each in LANGUAGES},
                "symbol": one.symbol,
                "colour": one.colour,
            }
            for one in result.categories.values()
        },
        "rules": {
            "columns": list(rules.columns),
            "bounds": list(rules.bounds),
            "max_door_m": rules.max_door_m,
            "usable": list(rules.usable),
            "no_door": rules.no_door,
            "by_hand": PLACED_BY_HAND,
            "confirmed": _CONFIRMED,
        },
        "places": _list_places(review, found),
        "texts": {one: list_texts("look_", choose_voice(result, one)) for one in LANGUAGES},
        "precisions": {
            one: {key: say_or(f"precision_{key}", one, key) for key in _list_precisions(review)}
            for one in LANGUAGES
        },
        "facts": {one: [list(fact) for fact in list_sources(found[one][0])] for one in LANGUAGES},
        "attribution": {one: _attribute(found[one]) for one in LANGUAGES},
        "notices": {one: [put_in_lang(text, one) for text in review.notices] for one in LANGUAGES},
    }


def _list_precisions(review: PlacesReview) -> list[str]:
    """Every precision that the page may name."""
    own = [place.precision for place in review.places]
    other = [one.precision for place in review.places for one in place.candidates]
    return sorted({*own, *other, *review.rules.usable, "none"})


def _frame_all(result: RunResult) -> MapFrame:
    """Frame around the streets and zones of all neighbourhoods."""
    frames = [frame_area(area) for area in result.areas.values()]
    return MapFrame(
        frames[0].crs,
        min(frame.west for frame in frames),
        max(frame.north for frame in frames),
    )


def _describe_area(area: AreaResult, frame: MapFrame, lang: Lang) -> dict[str, Any]:
    """Name and outlines of a neighbourhood."""
    return {
        "id": area.area.id,
        "name": clean_text(area.area.name, lang),
        "zones": encode_shapes(frame, area.zones.geometry.to_numpy()),
        "bounds": opening_bounds(frame, area),
    }


def _draw_base(result: RunResult, frame: MapFrame) -> list[dict[str, Any]]:
    """Streets and backdrop of every neighbourhood; without buildings where they are too many."""
    drawn: list[dict[str, Any]] = [
        build_basemap(frame, area.network, area.backdrop) for area in result.areas.values()
    ]
    if sum(len(one["buildings"]) for one in drawn) > _MOST_BUILDINGS:
        nothing = encode_shapes(frame, [])
        drawn = [{**one, "buildings": nothing} for one in drawn]
    return drawn


def _list_names(result: RunResult, frame: MapFrame, lang: Lang) -> list[list[Any]]:
    """Names of streets where they are straight enough, each run once."""
    runs = {
        (clean_text(name, lang, limit=60), rank, *frame.to_units(ends).ravel().tolist())
        for area in result.areas.values()
        for name, rank, ends in find_name_runs(area.network)
    }
    return [list(run) for run in sorted(runs, key=lambda run: (run[1], run))]


def _attribute(findings: list[Findings]) -> str:
    """Whom the streets are owed to."""
    infos = [one.area.network_info for one in findings]
    lang = findings[0].lang
    licences = dict.fromkeys(
        say(
            "attribution",
            lang,
            kind=say(f"network_{info.kind}", lang),
            licence=clean_text(info.licence, lang, limit=200),
        )
        for info in infos
    )
    return "; ".join(licences)


def _list_places(
    review: PlacesReview,
    found: Mapping[Lang, list[Findings]],
) -> list[dict[str, Any]]:
    """Every place, the doubtful ones first, hubs before others."""
    areas = list(review.result.areas.values())
    rows = [_index(area) for area in areas]
    doubts = {lang: Doubts(findings) for lang, findings in found.items()}
    told = []
    for number, place in enumerate(review.places):
        home = doubts["it"].find_home(place)
        row = rows[home][place.facility_id]
        own = {lang: one.list_of(place) for lang, one in doubts.items()}
        worst = own["it"][0].rank if own["it"] else len(DOUBTS)
        is_hub = any(bool(one[place.facility_id]["is_hub"]) for one in rows)
        order = (bool(place.checked), worst, not is_hub, number)
        told.append((order, _describe_place(place, row, own, is_hub=is_hub)))
        deciding = doubts["it"].deciding.get(place.facility_id)
        profile = choose_profile(review.result) if deciding is None else deciding.profile
        at_home = {lang: findings[home] for lang, findings in found.items()}
        told[-1][1]["ways"] = _list_ways(row, at_home, profile)
    return [place for _, place in sorted(told, key=lambda one: one[0])]


def _index(area: AreaResult) -> dict[str, dict[str, Any]]:
    """Facilities of a neighbourhood by their id, each with its row."""
    records = area.facilities.to_dict("records")
    return {
        str(record["facility_id"]): {**{str(key): record[key] for key in record}, "row": row}
        for row, record in enumerate(records)
    }


def _describe_place(
    place: ReviewedPlace,
    row: Mapping[str, Any],
    doubts: Mapping[Lang, list[Any]],
    *,
    is_hub: bool,
) -> dict[str, Any]:
    """What the page shows of a place, and what it writes of it."""
    name, address = str(row["name"] or ""), str(row["address"] or "")
    return {
        "id": place.facility_id,
        "name": clean_text(name, "it"),
        "category": row["category"],
        "address": {lang: clean_text(name_own(address, lang), lang) for lang in LANGUAGES},
        "source": {
            lang: clean_text(name_own(str(row["source"] or ""), lang), lang) for lang in LANGUAGES
        },
        "hub": is_hub,
        "cells": [guard_cell(text) for text in (place.own_id, name, address, place.table)],
        "point": None if place.point is None else list(place.point),
        "precision": place.precision,
        "match": _flat(place.match),
        "provider": _flat(place.provider),
        "date": _flat(place.date),
        "within": place.within,
        "doors": [list(door) for door in place.doors],
        "own_doors": place.has_own_doors,
        "checked": place.checked,
        "differs": place.differs,
        "candidates": [
            {
                "point": [one.lat, one.lon],
                "precision": one.precision,
                "match": _flat(one.match),
                "provider": _flat(one.provider),
                "date": _flat(one.date),
                "within": one.within,
                "told": {lang: _describe_match(one, lang) for lang in LANGUAGES},
            }
            for one in place.candidates
        ],
        "doubts": {
            lang: [[one.text, one.more] for one in several] for lang, several in doubts.items()
        },
    }


def _describe_match(answer: PointCandidate, lang: Lang) -> str:
    """What was matched, and why it may be in another town."""
    label, doubt = clean_text(answer.label or answer.match, lang), put_in_lang(answer.doubt, lang)
    return f"{label} ({clean_text(doubt, lang)})" if doubt else label


def _flat(text: str) -> str:
    """Text of a cell on one line, as it is read back, that no spreadsheet runs."""
    return guard_cell(" ".join(text.split()))


def _list_ways(
    row: Mapping[str, Any],
    found: Mapping[Lang, Findings],
    profile: str,
) -> list[dict[str, Any]]:
    """Where a place meets the street, and where it could as well: those taken first."""
    area = found["it"].area
    known, network = area.plausible_doors, area.network
    rows = np.flatnonzero((known.owner == row["row"]) & known.snapped.is_snapped)
    if not len(rows):
        return []
    at = shapely.line_interpolate_point(
        network.lines[known.snapped.edge[rows]], known.snapped.fraction[rows], normalized=True
    )
    places = frame_area(area).to_lat_lon(shapely.get_coordinates(at))
    shares = _list_shares(str(row["facility_id"]), len(rows), found, profile)
    streets = np.array(network.street_names, dtype=object)[network.street[known.snapped.edge[rows]]]
    return [
        {
            "at": [f"{lat:.7f}", f"{lon:.7f}"],
            "street": clean_text(str(street), "it"),
            "source": int(known.source[one]),
            "metres": round(float(known.snapped.snap_m[one])),
            "taken": bool(known.is_taken[one]),
            "shares": share,
        }
        for one, (lat, lon), street, share in zip(
            rows.tolist(), places.tolist(), streets.tolist(), shares, strict=True
        )
    ]


def _list_shares(
    facility_id: str,
    n: int,
    found: Mapping[Lang, Findings],
    profile: str,
) -> list[dict[Lang, str]]:
    """What each door gives, in words that say of whom; nothing where it was not computed."""
    nothing: list[dict[Lang, str]] = [{} for _ in range(n)]
    doors = found["it"].area.doors
    table = doors[doors["facility_id"] == facility_id]
    if table.empty:
        return nothing
    kind = str(table["category"].iloc[0])
    own = table[table["category"] == kind].sort_values("door", kind="stable")
    if len(own) != n or f"share_{profile}" not in own:
        return nothing
    shares: NDArray[np.float64] = own[f"share_{profile}"].to_numpy(dtype=np.float64)
    return [
        {lang: _describe_share(one, profile, kind, float(share)) for lang, one in found.items()}
        if pd.notna(share)
        else {}
        for share in shares
    ]


def _describe_share(
    findings: Findings,
    profile: str,
    kind: str,
    share: float,
) -> str:
    """Say what a door gives: who, how far, at which pace."""
    lang = findings.lang
    return say(
        "door_gives",
        lang,
        share=format_share(share, lang),
        who=findings.who(),
        cutoff=format_cutoff(findings.last_cutoff_min, lang),
        kind=name_target(findings, kind),
        label=findings.name_profile(profile),
    )
