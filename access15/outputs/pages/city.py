"""``city.html``: a whole city on one offline page, every zone with its share, gap and ratio."""

from __future__ import annotations

import math
import shlex
import warnings
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from access15.config import Grid, Lang, find_headline_group
from access15.errors import ConfigError
from access15.outputs.pages.cells import pack_cells
from access15.outputs.pages.modules import start_module
from access15.outputs.pages.offline import assemble_page, dump_json, fill_template, read_asset
from access15.outputs.words.city import describe_left_out
from access15.outputs.words.dates import describe_moment, format_date
from access15.outputs.words.numbers import format_cutoff
from access15.outputs.words.sources import describe_network
from access15.outputs.words.texts import capitalise, clean_text, list_texts, say, say_remark
from access15.outputs.words.voice import choose_voice_of_methods
from access15.remarks import Remark
from access15.results.city import CityResult
from access15.results.people import ALL

_STYLES: Final = ("styles/page.css", "styles/city.css")
_DATA_ID: Final = "access15-city-data"
_WIDE: Final = 1000.0  # units of the drawing from west to east
_SIMPLE: Final = 0.4  # of these units
_SHARE: Final = 100_000  # shares travel as whole parts of this
_CLASSES: Final = 6
_ROUNDING: Final = 1e-9
MEASURES: Final = ("share", "gap", "ratio")


def load_extra(name: str) -> ModuleType:
    """Import a library that only cities need, or say how to install it."""
    try:
        return import_module(name)
    except ImportError as error:
        raise ConfigError(Remark("city_extra_missing", name=name)) from error


def render_city(city: CityResult, folder: Path, *, lang: Lang = "it") -> str:
    """Write the page of a city; `folder` is where it will lie, beside maps of quarters."""
    lang = choose_voice_of_methods(city.zones["method"], lang)
    title = say("city_title", lang, study=clean_text(city.study.name, lang))
    data = build_city_data(city, folder, lang)
    info = city.network_info
    streets = describe_network(info, city.study.heights, lang)
    population = city.study.population
    people = [
        clean_text(population.file_name, lang),
        clean_text(population.source, lang, limit=300),
    ]
    year = "" if population.year is None else str(population.year)
    who = "; ".join(filter(None, [*people, year]))
    notes = [say_remark(one, lang) for one in info.warnings]
    body = fill_template(
        "city.html.j2",
        say=lambda key, **values: say(key, lang, **values),
        title=title,
        moment=describe_moment(city.at, lang),
        is_sketch=info.kind == "sketch",
        left_out=describe_left_out(city, lang),
        computed=f"{say('computed', lang)}: {format_date(city.created, lang)}.",
        sources=[(say("streets", lang), streets), (say("residents", lang), who)],
        notes=notes,
        grid="" if city.cells is None else _name_grid(city.cells.grid, lang),
        is_grid_drawn=data["cells"] is not None,
        measures=[(key, say(f"city_measure_{key}", lang)) for key in MEASURES],
    )
    module = start_module("city/city.js", f"openCity({dump_json(_DATA_ID)})", handle="access15City")
    head = "\n".join(f"<style>\n{read_asset(name)}</style>" for name in _STYLES)
    block = f'<script type="application/json" id="{_DATA_ID}">{dump_json(data)}</script>'
    script = f'<script type="module">{module.code}</script>'
    return assemble_page(
        title=title,
        lang=lang,
        head=head,
        body=f"{body}\n{block}\n{script}",
        scripts=[module.code],
    )


def _name_grid(grid: Grid, lang: Lang) -> str:
    """What the cells of a grid are called."""
    key = "city_grid_h3" if grid.kind == "h3" else "city_grid_square"
    return say(key, lang, size=str(grid.size))


def build_city_data(city: CityResult, folder: Path, lang: Lang) -> dict[str, Any]:
    """What the page's script reads: shapes, names, and every number as whole parts."""
    groups, profiles = city.groups, list(city.profiles)
    shares = _Shares(city)
    headline = find_headline_group(groups)
    own = [
        profiles.index(one) if one in profiles else -1
        for one in map(city.study.own_profile, groups)
    ]
    claim = profiles.index(city.study.claim) if city.study.claim in profiles else -1
    return {
        "lang": str(lang),
        "box": shares.box,
        "units_km": 1000.0 * shares.scale,
        "people": np.rint(shares.everybody).astype(int).tolist(),
        "cells": pack_cells(city, shares.corner, shares.scale),
        "zones": [shares.describe_zone(zone, folder, lang) for zone in shares.ids],
        "kinds": [
            {
                "name": _name_target(city, target, lang),
                "places": city.n_places[target],
                "share": shares.values[i].ravel().tolist(),
                "whole": shares.whole[i].ravel().tolist(),
                "breaks": shares.classify(i, own, claim),
                "cause": shares.list_causes(target),
            }
            for i, target in enumerate(city.targets)
        ],
        "groups": [
            {"name": capitalise(clean_text(city.group_labels[group][str(lang)], lang)), "own": at}
            for group, at in zip(groups, own, strict=True)
        ],
        "walkers": [
            clean_text(profile.label.in_lang(lang), lang) for profile in city.profiles.values()
        ],
        "claim": claim,
        "cutoffs": [format_cutoff(minutes, lang) for minutes in city.cutoffs_min],
        "start": {
            "kind": shares.choose_kind(groups.index(headline), own, claim),
            "group": groups.index(headline),
        },
        "parts": _SHARE,
        "texts": list_texts("city_js_", lang),
        "causes": [say(f"cause_{one}", lang) for one in shares.causes],
    }


def _name_target(city: CityResult, target: str, lang: Lang) -> str:
    """What a kind of place is called, or the nearest hub."""
    if target in city.categories:
        return clean_text(city.categories[target].label.in_lang(lang), lang)
    return say("city_hub", lang)


class _Shares:
    """Numbers of a city as arrays: kinds, walkers, groups, cutoffs and zones."""

    def __init__(self, city: CityResult) -> None:
        self.city = city
        self.ids = city.outlines["zone_id"].astype(str).tolist()
        levels = (
            ("category", list(city.targets)),
            ("profile", list(city.profiles)),
            ("group", city.groups),
            ("cutoff_min", list(city.cutoffs_min)),
            ("zone", [*self.ids, ALL]),
        )
        table = city.zones
        at = tuple(
            table[name].map({key: i for i, key in enumerate(keys)}).to_numpy(dtype=np.int64)
            for name, keys in levels
        )
        shares = np.full([len(keys) for _, keys in levels], np.nan)
        shares[at] = table["share"].to_numpy(dtype=np.float64)
        people = np.zeros((len(city.groups), len(self.ids) + 1))
        people[at[2], at[4]] = table["people"].to_numpy(dtype=np.float64)
        # the last is the whole city
        self._share, self._people, self.everybody = shares[..., :-1], people[:, :-1], people[:, -1]
        parts = np.rint(np.nan_to_num(shares * _SHARE, nan=-1.0)).astype(np.int64)
        self.values, self.whole = parts[..., :-1], parts[..., -1]
        self.causes = sorted(city.explained["cause"].unique().tolist())
        west, south, east, north = shapely.total_bounds(city.outlines.geometry.to_numpy())
        self.scale = _WIDE / max(east - west, 1.0)
        self.corner = (west, north)
        self.box = [_WIDE, math.ceil((north - south) * self.scale)]

    def describe_zone(self, zone: str, folder: Path, lang: Lang) -> dict[str, Any]:
        """Name, shape and people of a zone, and how its own map is made."""
        city, at = self.city, self.ids.index(zone)
        row = city.outlines.iloc[at]
        area = city.quarters.get(zone, "")
        page = f"{area}/{area}.html" if area else ""
        return {
            "id": zone,
            "name": clean_text(row["name"], lang) or zone,
            "path": self._draw(row["geometry"]),
            "middle": self._find_middle(row["geometry"]),
            "people": np.rint(self._people[:, at]).astype(int).tolist(),
            "edge": bool(row["near_edge"]),
            "page": page,
            "made": bool(page) and (folder / page).is_file(),
            "command": _write_command(city, area, folder) if area else "",
        }

    def _draw(self, shape: shapely.Geometry) -> str:
        """Outline as a path of the drawing."""
        x, y = self.corner
        simple = shapely.simplify(shape, _SIMPLE / self.scale)
        rings = []
        for part in shapely.get_parts(simple):
            for ring in shapely.get_rings(part):
                xy = (shapely.get_coordinates(ring) - (x, y)) * (self.scale, -self.scale)
                points = [f"{a:.1f} {b:.1f}" for a, b in xy[:-1].tolist()]
                rings.append(f"M{'L'.join(points)}Z")
        return "".join(rings)

    def _find_middle(self, shape: shapely.Geometry) -> list[float]:
        """Where a number in the shape finds most room, and how much that is: half its width."""
        circle = shapely.get_coordinates(shapely.maximum_inscribed_circle(shape))
        x, y = (circle[0] - self.corner) * (self.scale, -self.scale)
        room = float(np.hypot(*(circle[1] - circle[0]))) * self.scale
        return [round(float(one), 1) for one in (x, y, room)]

    def choose_kind(self, group: int, own: list[int], claim: int) -> int:
        """The kind of which the claim's walk flatters most; the first where nothing is known."""
        if claim < 0 or own[group] < 0:
            return 0
        people = self._people[group]
        gap = self._share[:, claim, group, -1] - self._share[:, own[group], group, -1]
        lost = np.nansum(gap * people, axis=1)
        return int(np.argmax(lost))

    def classify(self, kind: int, own: list[int], claim: int) -> list[list[list[float]]]:
        """Upper ends of classes by cutoff and measure, the same for every walker and group: a
        colour means the same whoever is looked at. They are made for groups at their own pace.
        """
        share = self._share[kind] * 100.0
        groups = [group for group, walker in enumerate(own) if walker >= 0]
        walkers = [own[group] for group in groups]
        found = []
        for cutoff in range(share.shape[2]):
            at_own = share[walkers, groups, cutoff]
            unknown = np.full(at_own.shape, np.nan)
            claimed = share[claim, groups, cutoff] if claim >= 0 else unknown
            gap = claimed - at_own
            is_any = np.nan_to_num(claimed) > 0
            ratio = 100.0 * np.divide(at_own, claimed, out=unknown.copy(), where=is_any)
            found.append([_find_breaks(values) for values in (at_own, gap, ratio)])
        return found

    def list_causes(self, target: str) -> list[list[int]]:
        """By walker, group and zone the cause told most and its people; -1 where nobody is out."""
        city, none = self.city, [-1, 0]
        table = city.explained[city.explained["category"] == target]
        top = table.sort_values("people", ascending=False, kind="stable").drop_duplicates(
            ["zone", "profile", "group"]
        )
        number = {cause: i for i, cause in enumerate(self.causes)}
        told = {
            (row.profile, row.group, row.zone): [number[row.cause], round(row.people)]
            for row in top.itertuples()
            if row.people > 0
        }
        return [
            told.get((profile, group, zone), none)
            for profile in city.profiles
            for group in city.groups
            for zone in self.ids
        ]


def _find_breaks(values: NDArray[np.float64]) -> list[float]:
    """Upper ends of a few classes with as many numbers in each, at whole points."""
    known = values[np.isfinite(values)]
    if not known.size or known.min() == known.max():
        return [float(known.max())] if known.size else []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # fewer different numbers than classes are no fault
        made = load_extra("mapclassify").Quantiles(known, k=_CLASSES)
    return sorted({float(math.ceil(end - _ROUNDING)) for end in made.bins.tolist()})


def _write_command(city: CityResult, area: str, folder: Path) -> str:
    """The command that makes the map of one quarter beside the page."""
    study = city.study.file
    name = city.study.id if study is None else study.stem
    if study is not None and study == folder.resolve() / "study" / study.name:
        name = f"{folder.name}/study/{study.name}"
    words = ["access15", "run", name, "--area", area]
    if city.network_info.kind == "osm":
        words += ["--osm", city.network_info.name]
    # a folder of its own: each run has its tables and its record
    return shlex.join([*words, "--out", f"{folder.name or '.'}/{area}"])
