"""What the files of a study say before any street is read; all that is wrong with them at once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import geopandas as gpd
import pandas as pd

from access15.config import Category, Options, Study, WalkProfile, choose
from access15.config.draft import Draft
from access15.crs import LONLAT
from access15.errors import ConfigError, Gathering
from access15.remarks import Remark
from access15.sources.geocode.register import check_register
from access15.sources.people.around import read_around
from access15.sources.people.counts import Counted
from access15.sources.people.residents import check_population, read_population
from access15.sources.places.added import Places, read_places
from access15.sources.places.points import facility_bounds
from access15.sources.streets.at_hand import check_streets, choose_crs
from access15.sources.streets.heights import read_heights
from access15.sources.streets.obstacles import place_surveyed, read_obstacles
from access15.sources.tables.barriers import ENDINGS, read_barrier_sheet
from access15.sources.zones import read_zones
from access15.workflows.places import check_hubs, read_seat_layers


@dataclass(frozen=True, eq=False)
class Given:
    """What the files of a study say, before any street is read."""

    profiles: dict[str, WalkProfile]
    categories: dict[str, Category]
    places: Places
    zones: gpd.GeoDataFrame
    population: Counted | None
    around: gpd.GeoDataFrame | None
    seats: gpd.GeoDataFrame | None
    obstacles: gpd.GeoDataFrame | None
    crs: str

    @property
    def official(self) -> gpd.GeoDataFrame:
        """Every place of the study's tables."""
        return self.places.frame

    def zones_of(self, study: Study) -> dict[str, gpd.GeoDataFrame]:
        """Zones of each neighbourhood, in metres."""
        return {
            area.id: self.zones[self.zones["zone_id"].isin(area.zones)]
            .to_crs(self.crs)
            .reset_index(drop=True)
            for area in study.areas
        }


# What of a study a command may ask for, by the key of the study that names it; "hubs" asks that
# they have points.
EVERYTHING = frozenset(
    {
        *("profiles", "categories", "facilities", "hubs", "zones", "population"),
        *("seats", "obstacles", "heights", "address_register", "streets"),
    }
)


def read_given(
    study: Study,
    options: Options,
    asked: Collection[str] = EVERYTHING,
) -> Given:
    """Read what a study names, each as its file says; all that is wrong is told at once."""
    all_of = Gathering()
    given = gather_given(Draft(study), options, all_of, asked)
    all_of.check()
    return given


def gather_given(
    draft: Draft,
    options: Options,
    all_of: Gathering,
    asked: Collection[str] = EVERYTHING,
) -> Given:
    """Read what a study names as far as it can be used, and gather what is wrong with it.

    What only follows from another fault is not told: hubs are looked up in facilities that could be
    read, a coordinate system is chosen for zones that could. What could not be read is None.
    """
    study = draft.study

    def read(reader: Callable[[], Any], part: str, *keys: str) -> Any:
        """Read a part that is asked for, if all that it depends on can be used."""
        if part not in asked or not draft.has(*keys):
            return None
        return all_of.read(reader)

    # 1. Who walks, and where to: names that must be known.
    read(lambda: _check_walks_as(study, options.walkers), "population", "population", "id")
    of_profiles = () if options.profiles else ("profiles",)
    profiles = read(lambda: options.choose_profiles(study), "profiles", *of_profiles)
    categories = read(lambda: _choose_categories(study, options), "categories", "categories")
    # 2. Files, each on its own.
    wanted = [zone for area in study.areas or () for zone in area.zones]
    places = read(lambda: _read_places(study, options), "facilities", "facilities")
    zones = read(lambda: read_zones(study.zones, wanted=wanted), "zones", "zones")
    around = read(lambda: read_around(study.population), "population", "population")
    seats = read(lambda: read_seat_layers(study), "seats", "seats")
    obstacles = read(lambda: _read_obstacles(study), "obstacles", "obstacles")
    read(lambda: read_heights(study.heights), "heights", "heights")
    read(lambda: _check_register(study), "address_register", "address_register")
    of_streets = () if options.osm is not None else ("sketch", "id")
    read(lambda: check_streets(study, options), "streets", *of_streets)
    # 3. What needs two of them.
    population: Any = None
    crs: Any = None
    if zones is None or not draft.has("areas"):
        there = list(_list_zones(study, wanted)) if draft.has("zones") else wanted
        read(lambda: check_population(study.population, there), "population", "population")
    else:
        population = read(
            lambda: read_population(study.population, zones), "population", "population"
        )
        crs = read(lambda: choose_crs(study, zones), "zones", "crs")
    if places is not None:
        is_located = "hubs" in asked
        read(
            lambda: check_hubs(study, places, must_be_located=is_located),
            *("facilities", "areas", "categories", "id"),
        )
    return Given(
        profiles=profiles,
        categories=categories,
        places=places,
        zones=zones,
        population=population,
        around=around,
        seats=seats,
        obstacles=obstacles,
        crs=crs,
    )


def _list_zones(study: Study, wanted: Sequence[str]) -> Iterator[str]:
    """Zones that are wanted and there, all where that is not known: people of the others are not
    looked for.
    """
    silent = Gathering()
    everywhere = silent.read(lambda: read_zones(study.zones))
    there = None if everywhere is None else set(everywhere["zone_id"])
    yield from (zone for zone in wanted if there is None or zone in there)


def _read_obstacles(study: Study) -> gpd.GeoDataFrame | None:
    """Read the layers of obstacles of a study; None where it names none."""
    if study.obstacles is None:
        return None
    # sheets of barriers that surveyors filled in are tables, all others are layers
    files = study.obstacles.files
    layers = tuple(path for path in files if path.suffix.lower() not in ENDINGS)
    gathering, frames = Gathering(), []
    if layers:
        source = study.obstacles.model_copy(update={"files": layers})
        frames.append(gathering.read(lambda: read_obstacles(source)))
    sheets = [path for path in files if path not in layers]
    rows = [gathering.read(partial(read_barrier_sheet, path)) for path in sheets]
    gathering.check()
    if sheets:
        frames.append(place_surveyed(one for found in rows for one in found))
    return gpd.GeoDataFrame(pd.concat(frames, ignore_index=True), geometry="geometry", crs=LONLAT)


def _check_register(study: Study) -> None:
    """Refuse a register of addresses that cannot be used, which only geocode reads whole."""
    if study.address_register is not None:
        check_register(study.address_register)


def _read_places(study: Study, options: Options) -> Places:
    """Read the places of a study."""
    return read_places(
        study.facilities, categories=options.categories, bounds=facility_bounds(study)
    )


def _choose_categories(study: Study, options: Options) -> dict[str, Category]:
    """Categories of a study, with service areas drawn as it wants them."""
    categories: dict[str, Category] = choose(options.categories, study.categories, "category")
    if study.draw_areas is None:
        return categories
    return {
        key: category.model_copy(update={"draws_areas": key in study.draw_areas})
        for key, category in categories.items()
    }


def _check_walks_as(study: Study, known: Collection[str]) -> None:
    """Refuse groups that walk as a profile nobody knows, or of which nothing says how they walk."""
    problems = [
        Remark("walks_unsaid", group=group, example=_name_example(study), known=tuple(known))
        for group in study.population.list_unasked()
    ]
    problems += [
        Remark("walks_unknown", group=group, profile=profile, known=tuple(known))
        for group, profile in study.population.walks_as.items()
        if profile not in known
    ]
    if problems:
        raise ConfigError(Remark("walks_not_known", study=study.id), problems)


def _name_example(study: Study) -> str:
    """A profile that a group may walk as: the first that is not the claim's, if there is one."""
    others = [profile for profile in study.profiles if profile != study.claim]
    return next(iter(others), study.claim)
