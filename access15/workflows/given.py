"""What the files of a study say before any street is read; all that is wrong with them at once."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import geopandas as gpd

from access15.config import Category, Options, Study, WalkProfile, choose
from access15.errors import ConfigError, Gathering
from access15.sources.people.around import read_around
from access15.sources.people.counts import Counted
from access15.sources.people.residents import check_population, read_population
from access15.sources.places.facilities import read_facilities
from access15.sources.streets.at_hand import check_streets, choose_crs
from access15.sources.streets.obstacles import read_obstacles
from access15.sources.zones import read_zones
from access15.workflows.places import check_hubs, facility_bounds, read_seat_layers


@dataclass(frozen=True, eq=False)
class Given:
    """What the files of a study say, before any street is read."""

    profiles: dict[str, WalkProfile]
    categories: dict[str, Category]
    official: gpd.GeoDataFrame
    zones: gpd.GeoDataFrame
    population: Counted
    around: gpd.GeoDataFrame | None
    seats: gpd.GeoDataFrame | None
    obstacles: gpd.GeoDataFrame | None
    crs: str

    def zones_of(self, study: Study) -> dict[str, gpd.GeoDataFrame]:
        """Zones of each neighbourhood, in metres."""
        return {
            area.id: self.zones[self.zones["zone_id"].isin(area.zones)]
            .to_crs(self.crs)
            .reset_index(drop=True)
            for area in study.areas
        }


def read_given(study: Study, options: Options) -> Given:
    """Read what a study names, each as its file says; all that is wrong is told at once.

    What only follows from another fault is not told: hubs are looked up in facilities that could be
    read, a coordinate system is chosen for zones that could.
    """
    all_of = Gathering()
    # 1. Who walks, and where to: names that must be known.
    all_of.read(lambda: _check_walks_as(study, options.walkers))
    profiles = all_of.read(lambda: options.choose_profiles(study))
    categories = all_of.read(lambda: _choose_categories(study, options))
    # 2. Files, each on its own.
    wanted = [zone for area in study.areas for zone in area.zones]
    official = all_of.read(lambda: _read_facilities(study, options))
    zones = all_of.read(lambda: read_zones(study.zones, wanted=wanted))
    around = all_of.read(lambda: read_around(study.population))
    seats = all_of.read(lambda: read_seat_layers(study))
    obstacles = all_of.read(
        lambda: None if study.obstacles is None else read_obstacles(study.obstacles)
    )
    all_of.read(lambda: check_streets(study, options))
    # 3. What needs two of them.
    population: Any = None
    crs: Any = None
    if zones is None:
        all_of.read(lambda: check_population(study.population, wanted))
    else:
        population = all_of.read(lambda: read_population(study.population, zones))
        crs = all_of.read(lambda: choose_crs(study, zones))
    if official is not None:
        all_of.read(lambda: check_hubs(study, official))
    all_of.check()
    return Given(
        profiles=profiles,
        categories=categories,
        official=official,
        zones=zones,
        population=population,
        around=around,
        seats=seats,
        obstacles=obstacles,
        crs=crs,
    )


def _read_facilities(study: Study, options: Options) -> gpd.GeoDataFrame:
    """Read the facilities of a study."""
    return read_facilities(
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
    """Refuse groups that walk as a profile nobody knows."""
    problems = [
        f"[population.walks_as] {group} = {profile!r} is not known; known are {', '.join(known)}"
        for group, profile in study.population.walks_as.items()
        if profile not in known
    ]
    if problems:
        raise ConfigError(
            f"study {study.id!r}: a group walks as a profile that does not exist", problems
        )
