"""The planner's own tables in a new study: the extract is asked for addresses without a point."""

from __future__ import annotations

import os
import shlex
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

import geopandas as gpd
import shapely

from access15.config import find_cache
from access15.files import name_file
from access15.remarks import Remark
from access15.sources.geocode.book import AddressBook
from access15.sources.geocode.cache import AnswerCache
from access15.sources.geocode.gazetteer import Gazetteer
from access15.sources.geocode.home import Home
from access15.sources.geocode.nominatim import NominatimGeocoder
from access15.sources.geocode.review import Question, write_review
from access15.sources.geocode.table import GeocodeOutcome, geocode_facilities
from access15.sources.places.facilities import write_facilities
from access15.sources.streets.addresses import read_addresses

REVIEW: Final = "to_decide.csv"
_MARGIN_DEG: Final = 0.02  # about two kilometres
_ACROSS_THE_STREET_DEG: Final = 0.0015


@dataclass(frozen=True, eq=False)
class OwnTable:
    """A table of the planner's own places.

    Parameters
    ----------
    path : Path
        The table.
    name : str
        What the study calls it, from its folder.
    outcome : GeocodeOutcome, optional
        What became of its addresses; None where every row has its point or no address.
    """

    path: Path
    name: str
    outcome: GeocodeOutcome | None = None


def locate_places(
    tables: Sequence[tuple[Path, gpd.GeoDataFrame]],
    *,
    folder: Path,
    osm: Path,
    area: shapely.Geometry,
    towns: Sequence[str],
    now: datetime,
) -> list[OwnTable]:
    """Look the addresses of tables up that have no point; nobody is asked on the internet."""
    is_needed = [_has_addresses(frame) for _, frame in tables]
    book = _open_book(osm, area, towns) if any(is_needed) else None
    own: list[OwnTable] = []
    for (path, frame), is_asked in zip(tables, is_needed, strict=True):
        if book is None or not is_asked:
            relative = os.path.relpath(path.resolve(), folder.resolve())
            own.append(OwnTable(path, Path(relative).as_posix()))
            continue
        outcome = _look_up(frame, book, area, now)
        name = _name_table(path, {one.name for one in own})
        own.append(OwnTable(path, name, outcome))
    return own


def describe_places(tables: Sequence[OwnTable], study: Path, osm: Path) -> Remark:
    """Say how many addresses found their point, and what to do about those that are in doubt."""
    outcomes = [one.outcome for one in tables if one.outcome is not None]
    if not outcomes:
        return Remark("init_own_tables")
    n_found = sum(outcome.counts.get("found", 0) for outcome in outcomes)
    n_all = sum(sum(outcome.counts.values()) for outcome in outcomes)
    n_open = sum(len(outcome.questions) for outcome in outcomes)
    open_ones: str = ""
    if n_open:
        first = next(one for one in tables if one.outcome is not None and one.outcome.questions)
        decided = study.with_name(f"{first.path.stem}_decided.csv")
        words = ["access15", "geocode", first.path, "-o", decided, "--study", study, "--osm", osm]
        command = shlex.join(map(str, [*words, "--review", study.with_name(REVIEW)]))
        open_ones = Remark("init_own_open", n=n_open, review=REVIEW, command=command)
    told = {"n_found": n_found, "n_all": n_all, "open_ones": open_ones}
    return Remark("init_own_located", **told)


def write_places(tables: Sequence[OwnTable], folder: Path, now: datetime) -> None:
    """Write the tables whose addresses were looked up, and what is to be decided."""
    questions: list[Question] = []
    for one in tables:
        if one.outcome is not None:
            write_facilities(one.outcome.frame, folder / one.name, now=now)
            questions += one.outcome.questions
    if questions:
        write_review(tuple(questions), folder / REVIEW)


def _has_addresses(frame: gpd.GeoDataFrame) -> bool:
    """Whether rows without a point have an address."""
    return bool(((frame["status"] == "not_geocoded") & (frame["address"].fillna("") != "")).any())


def _open_book(osm: Path, area: shapely.Geometry, towns: Sequence[str]) -> AddressBook:
    """Addresses of the extract in and around an area."""
    west, south, east, north = area.buffer(_MARGIN_DEG).bounds
    known = read_addresses(osm, (west, south, east, north))
    provider = f"{name_file(osm)}, © OpenStreetMap contributors (ODbL)"
    home = Home(area.buffer(_ACROSS_THE_STREET_DEG), tuple(towns), area)
    if not towns:
        home = replace(home, towns=AddressBook(known, provider, home=home).list_towns())
    return AddressBook(known, provider, home=home)


def _look_up(
    frame: gpd.GeoDataFrame,
    book: AddressBook,
    area: shapely.Geometry,
    now: datetime,
) -> GeocodeOutcome:
    """Points for the addresses of a table."""
    west, south, east, north = area.buffer(_MARGIN_DEG).bounds
    with (
        AnswerCache(find_cache().answers) as kept,
        NominatimGeocoder(offline=True) as nobody,
    ):
        return geocode_facilities(
            frame,
            geocoder=nobody,
            gazetteer=Gazetteer(),
            cache=kept,
            bounds=(west, south, east, north),
            now=now,
            review=None,
            book=book,
        )


def _name_table(path: Path, taken: Collection[str]) -> str:
    """A free name for the table with its points."""
    name, n = f"{path.stem}_points.csv", 1
    while name in taken:
        n += 1
        name = f"{path.stem}_points_{n}.csv"
    return name
