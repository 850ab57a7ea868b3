"""The offline page on which a planner looks over every place of a study: its point and its door."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Unpack

import geopandas as gpd
import numpy as np
import shapely

from access15.config import (
    Lang,
    Options,
    ReviewOptions,
    Study,
    build_options,
    choose_register,
    find_now,
    load_study,
)
from access15.crs import lonlat_xy
from access15.errors import Access15Warning, InputDataError
from access15.files import write_text_atomic
from access15.outputs.pages.places import render_places
from access15.remarks import Remark
from access15.results.review import PlacesReview, PointCandidate, ReviewedPlace, ReviewRules
from access15.results.run import RunResult
from access15.sources.geocode.decided import NO_DOOR
from access15.sources.geocode.review import (
    COLUMNS,
    LATER_COLUMNS,
    Choice,
    ReviewTable,
    read_review,
)
from access15.sources.geocode.streets import find_named_streets
from access15.sources.places.cells import USABLE_PRECISIONS
from access15.sources.places.doors import MAX_DOOR_M, list_given_doors
from access15.sources.places.facilities import read_one
from access15.sources.places.headers import CHECKED
from access15.sources.places.points import facility_bounds
from access15.workflows.geocode import LookedUp, LookUp, look_up
from access15.workflows.given import EVERYTHING, read_given
from access15.workflows.own_inputs import check_outputs
from access15.workflows.run import READING, Clock, Progress, run_given

_LISTED_IN = re.compile(r"(.*) (?:row|feature) (\d+)", re.DOTALL)
_LOOKING_UP = "looking up addresses"
_STREET_ONLY = ("street", "interpolated")


def review_places(
    path: str | Path,
    *,
    study: Study | str | Path = "milano",
    review: str | Path | None = None,
    lang: Lang = "it",
    now: datetime | None = None,
    progress: Progress | None = None,
    register: str | Path | None = None,
    service: str = "",
    **options: Unpack[ReviewOptions],
) -> RunResult:
    """Write the page on which a person looks over every place of a study.

    Places without a point are looked up as `access15 geocode` does. On the page each stands with
    its point, how well that is known, its door and what is wrong with it; the person moves points
    and doors, decides between answers, and saves a review file. ``access15 geocode FILE --review``
    then gives each place of FILE what the page showed, to the bit.

    Parameters
    ----------
    path : str or Path
        Page to write (.html).
    study : Study, str or Path
        A study, its name, or its TOML file. Its hubs may lack points.
    review : str or Path, optional
        A review file that was saved before, to go on with.
    lang : {"it", "en"}
        Language the page opens in; it carries both.
    now : datetime, optional
        Time of the look-up, with time zone; by default that of the environment's
        ``SOURCE_DATE_EPOCH``, else the clock's.
    progress : callable, optional
        Called with the name of each stage as it starts.
    register : str or Path, optional
        A register of addresses; by default the study's own.
    service : str
        Address of another Nominatim service; empty for the public one.
    **options
        As of `access15.run`: ``osm``, ``graph``, ``facilities``, ``add_places``,
        ``replace_categories``, ``map_columns``, ``crs``, ``areas``, ``walkers``, ``categories``,
        ``cache``, ``no_cache``, and ``offline``, with which no service is asked for addresses.

    Returns
    -------
    RunResult
        The run that the page's doors and shares come from.

    Raises
    ------
    Access15Error
        If any input cannot be used, or the review file is another study's.
    """
    loaded = study if isinstance(study, Study) else load_study(study)
    read = [one for one in (review, register) if one is not None]
    check_outputs([Path(path)], study=loaded, options=options, others=read)
    chosen = build_options(**options)
    table = choose_register(
        loaded.address_register,
        None if register is None else Path(register),
        options.get("map_columns"),
    )
    found = look_over(
        chosen.apply_to(loaded),
        chosen,
        asked=LookUp(now=find_now(now), register=table, service=service),
        review=None if review is None else Path(review),
        clock=Clock.start(now, progress),
    )
    write_text_atomic(Path(path), render_places(found, lang=lang))
    return found.result


def look_over(
    study: Study,
    options: Options,
    *,
    asked: LookUp,
    review: Path | None = None,
    clock: Clock,
) -> PlacesReview:
    """Look up every place of a study to which options are applied, and run it with what was
    found.
    """
    with clock.stage(READING):
        given = read_given(study, options, EVERYTHING - {"hubs"})
    listed = _Listed(study, options, given.official)
    decided = None if review is None else _read_decisions(review, listed)
    with clock.stage(_LOOKING_UP), warnings.catch_warnings():
        warnings.simplefilter("ignore", Access15Warning)  # said when the tables were read before
        found = look_up(study, options, given.official, replace(asked, review=decided))
    there = replace(given, places=replace(given.places, frame=found.outcome.frame))
    result = run_given(study, there, options, clock=clock, now=asked.now)
    return PlacesReview(
        result=result,
        places=tuple(_list_places(listed, found, result)),
        notices=tuple(_list_notices(found)),
        rules=ReviewRules(
            columns=(*COLUMNS, *LATER_COLUMNS),
            bounds=found.bounds,
            max_door_m=MAX_DOOR_M,
            usable=USABLE_PRECISIONS,
            no_door=NO_DOOR,
        ),
    )


@dataclass(frozen=True, eq=False)
class _Listed:
    """Places of all tables, and where each stands in its own."""

    study: Study
    options: Options
    frame: gpd.GeoDataFrame

    @cached_property
    def homes(self) -> list[tuple[str, str]]:
        """Table of every place and its id there: one that has no ids is given row numbers, which
        bear the table's name among others'.
        """
        ids = self.frame["facility_id"].astype(str).tolist()
        if "listed_in" not in self.frame:
            return [(self.study.facilities.tables[0].name, one) for one in ids]
        homes = []
        for facility_id, listed_in in zip(ids, self.frame["listed_in"], strict=True):
            found = _LISTED_IN.fullmatch(str(listed_in))
            table, number = (found[1], found[2]) if found else ("", "")
            is_named = facility_id == f"{Path(table).stem}-row-{number}"
            homes.append((table, f"row-{number}" if is_named else facility_id))
        return homes

    @cached_property
    def tables(self) -> dict[str, dict[str, dict[str, Any]]]:
        """Rows of each table alone, by its name and the study's ids."""
        source, bounds = self.study.facilities, facility_bounds(self.study)
        tables: dict[str, dict[str, dict[str, Any]]] = {}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Access15Warning)  # said when they were read before
            for n, path in enumerate(source.tables):
                one = read_one(
                    source,
                    path,
                    categories=self.options.categories,
                    bounds=bounds,
                    is_added=n > 0,
                )
                rows = one.frame.to_dict("records")
                tables[path.name] = {str(row["facility_id"]): row for row in rows}
        return tables


def _read_decisions(path: Path, listed: _Listed) -> ReviewTable:
    """Decisions of a review file, by the ids that places have in the study."""
    names = [table.name for table in listed.study.facilities.tables]
    ids = listed.frame["facility_id"].astype(str).tolist()
    choices: dict[str, Choice] = {}
    problems = []
    for choice in read_review(path).every():
        if choice.table and choice.table not in names:
            values = {"where": choice.where, "table": choice.table, "names": tuple(names)}
            problems.append(Remark("error_review_table", **values))
            continue
        at = [
            row
            for row, (table, own_id) in enumerate(listed.homes)
            if choice.table in ("", table) and own_id == choice.facility_id
        ]
        told = {"where": choice.where, "id": choice.facility_id}
        if not at:
            problems.append(Remark("error_review_id", **told))
        elif ids[at[0]] in choices:
            problems.append(Remark("error_review_twice", **told))
        else:
            choices[ids[at[0]]] = choice
    if problems:
        raise InputDataError(Remark("review_not_used"), problems)
    return ReviewTable(choices)


def _list_notices(found: LookedUp) -> Iterator[str]:
    """What to know of the look-up: its sources, and addresses that nobody was asked for."""
    yield from found.notes
    if found.notice:
        yield found.notice
    if n := found.outcome.counts.get("not asked", 0):
        yield Remark("remark_not_asked", n=n)


def _list_places(
    listed: _Listed,
    found: LookedUp,
    result: RunResult,
) -> list[ReviewedPlace]:
    """Every place as geocoding leaves it."""
    frame = found.outcome.frame
    asked = {one.facility_id: one.candidates for one in found.outcome.questions}
    street_m = _measure_streets(frame, result)
    places = []
    rows = zip(frame.to_dict("records"), listed.homes, _list_doors(frame), strict=True)
    for at, (row, (table, own_id), doors) in enumerate(rows):
        own = listed.tables.get(table, {}).get(str(row["facility_id"]))
        places.append(
            ReviewedPlace(
                facility_id=str(row["facility_id"]),
                table=table,
                own_id=own_id,
                **_describe_point(row),
                doors=doors,
                has_own_doors=bool(own and own.get("door_lat")),
                differs=own is not None and _differs(row, own),
                ending=found.outcome.endings.get(row["facility_id"], ""),
                street_m=street_m.get(at),
                candidates=tuple(
                    PointCandidate(
                        lat=one.lat,
                        lon=one.lon,
                        precision=one.precision,
                        match=one.text,
                        label=one.label,
                        doubt=one.doubt,
                        provider=one.provider,
                        date=one.date,
                        within="" if one.within_m is None else f"{one.within_m:.0f}",
                    )
                    for one in asked.get(row["facility_id"], ())
                ),
            )
        )
    return places


def _describe_point(row: Mapping[str, Any]) -> dict[str, Any]:
    """Point of a row, how well it is known, whence, and whether somebody looked at it."""
    point = row["geometry"]
    is_known = point is not None and not point.is_empty
    return {
        "point": (float(point.y), float(point.x)) if is_known else None,
        "precision": str(row["precision"]),
        "match": str(row.get("geocode_match") or ""),
        "provider": str(row.get("geocode_provider") or ""),
        "date": str(row.get("geocode_date") or ""),
        "within": str(row.get("geocode_within_m") or ""),
        "checked": str(row.get(CHECKED) or ""),
    }


def _differs(row: Mapping[str, Any], own: Mapping[str, Any]) -> bool:
    """Whether a place is otherwise than its table alone says."""
    doors = ("door_lat", "door_lon")
    mine, its = ([str(one.get(name) or "") for name in doors] for one in (row, own))
    return mine != its or _describe_point(row) != _describe_point(own)


def _list_doors(frame: gpd.GeoDataFrame) -> list[tuple[tuple[str, str], ...]]:
    """Doors that tables give each place, as they stand there."""
    owner, lonlat = list_given_doors(frame)
    doors: list[list[tuple[str, str]]] = [[] for _ in range(len(frame))]
    for row, (lon, lat) in zip(owner.tolist(), lonlat.tolist(), strict=True):
        doors[row].append((f"{lat:.7f}", f"{lon:.7f}"))
    return [tuple(own) for own in doors]


def _measure_streets(frame: gpd.GeoDataFrame, result: RunResult) -> dict[int, float]:
    """How far from the point of each place that is known by its street alone that street goes [m],
    by row; nothing of streets that no neighbourhood holds.
    """
    is_vague = frame["precision"].isin(_STREET_ONLY) & frame.geometry.notna()
    rows = np.flatnonzero(is_vague)
    farthest: dict[int, float] = {}
    if not len(rows):
        return farthest
    addresses = frame["address"].iloc[rows].fillna("").astype(str).tolist()
    points = frame.geometry.iloc[rows]
    lonlat = np.column_stack([points.x, points.y])
    for area in result.areas.values():
        network = area.network
        xy = lonlat_xy(lonlat, network.crs)
        box = shapely.box(*shapely.total_bounds(network.lines))
        owner, street = find_named_streets(addresses, network.street_names)
        for k, index in zip(owner.tolist(), street.tolist(), strict=True):
            if not index or not shapely.contains_xy(box, *xy[k]):
                continue
            ends = shapely.get_coordinates(network.lines[network.street == index])
            away_m = float(np.hypot(*(ends - xy[k]).T).max())
            row = int(rows[k])
            farthest[row] = max(farthest.get(row, 0.0), away_m)
    return farthest
