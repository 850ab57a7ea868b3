"""A city tile by tile is the city undivided, to the last bit; what was computed is kept."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from builders.border_town import write_border_town, write_people, write_places, write_zones
from builders.drawn_osm import lonlat
from hypothesis import given, settings
from hypothesis import strategies as st

from access15.area import tiles
from access15.area.coverage import is_known, located, tabulate_coverage
from access15.area.explain import explain_area
from access15.area.walkers import AreaInputs, build_walkers
from access15.config import Study, build_options, load_study
from access15.errors import InputDataError
from access15.results.people import ALL
from access15.results.schema import TABLES
from access15.results.stretches import gather_homes
from access15.testing import assert_table, read_table
from access15.workflows import city as city_workflow
from access15.workflows import tiles as tiles_workflow
from access15.workflows.city import City, merge_areas, run_city
from access15.workflows.city_study import begin_city
from access15.workflows.given import read_given
from access15.workflows.run import Clock, prepare_study

NOW = datetime(2026, 10, 1, 9, 30, tzinfo=UTC)
SAME = ["people", "covered", "share", "gap_people", "gap_points", "ratio", "status", "is_own"]
KEYS = ["zone", "profile", "category", "group", "cutoff_min"]


@pytest.fixture(autouse=True)
def _small_tiles(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each zone of the drawn town is a tile of its own."""
    monkeypatch.setattr(tiles, "TILE_M", 400.0)


@pytest.fixture
def walked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Homes of every tile that was walked, not taken from what is kept."""
    sizes: list[int] = []
    walk = tiles.walk_tile

    def walk_and_tell(tile: tiles.Tile, rules: tiles.TileRules) -> tiles.TileFindings:
        sizes.append(len(tile.zone))
        return walk(tile, rules)

    monkeypatch.setattr(tiles_workflow, "walk_tile", walk_and_tell)
    return sizes


def prepare(study: Study, **options: Any) -> tuple[AreaInputs, Any]:
    """The whole city as one neighbourhood, as a run would take it."""
    asked = build_options(**options)
    whole = merge_areas(study, [zone for area in study.areas for zone in area.zones])
    given = read_given(whole, asked)
    prepared = prepare_study(whole, given, asked, clock=Clock.start(NOW, None), now=NOW)
    return replace(prepared.build_inputs(whole.areas[0]), around=None), given.profiles


def check_undivided(city: City, inputs: AreaInputs, profiles: Any) -> None:
    """Every home and count is that of one search over the whole city."""
    walkers = build_walkers(inputs, profiles)
    everything = {
        (walker.profile.id, target): walker.walks.nearest(located(inputs, target))[0]
        for walker in walkers
        for target in inputs.targets
    }
    time_s = {key: found_s for key, found_s in everything.items() if key[1] in city.targets}
    whole = tabulate_coverage(inputs, time_s, {}).set_index(KEYS)
    assert len(whole) == len(city.zones)
    table = city.zones.set_index(KEYS).loc[whole.index]
    pd.testing.assert_frame_equal(table[SAME], whole[SAME], check_exact=True)
    middle = gather_homes(inputs.residents).middle
    longest_s = inputs.cutoffs_s[-1]
    for (profile, target), found_s in time_s.items():
        if is_known(inputs, target):
            there = np.where(found_s > longest_s, np.inf, found_s)[middle]
            assert np.array_equal(city.time_s[profile, target], there), (profile, target)
    nothing = {key: np.zeros(len(inputs.residents), dtype=np.int64) for key in everything}
    explained = explain_area(inputs, walkers, everything, nothing).explanations
    explained = explained[explained["category"].isin(city.targets)]
    causes = ["profile", "category", "group", "cause"]
    known = explained[explained["cause"] != "unknown"].groupby(causes)
    own = city.explained.groupby(causes)
    assert own["homes"].sum().to_dict() == known["homes"].sum().to_dict()
    for column in ("people", "people_alone"):
        pd.testing.assert_series_equal(own[column].sum(), known[column].sum())


@pytest.mark.parametrize("seed", range(3))
def test_tiles_are_the_city_undivided(tmp_path: Path, seed: int) -> None:
    """Streets, places and links that lie across a border, walkers with wheels or who need seats."""
    path = write_border_town(tmp_path, seed)
    options = {"osm": tmp_path / "town.osm", "no_cache": True}
    city = run_city(path, now=NOW, **options)
    assert [tile.zones for tile in city.tiles] == [("a",), ("b",), ("c",)]
    check_undivided(city, *prepare(load_study(path), **options))
    assert not city.zones["share"].isin([0.0, 1.0]).all()


CUTS = st.lists(st.sampled_from([40.0 + 80.0 * i for i in range(10)]), max_size=4, unique=True)


@settings(max_examples=6)
@given(CUTS, st.sampled_from([(), (120.0,), (200.0, 280.0)]), st.sampled_from([90.0, 300.0, 4e3]))
def test_whatever_the_zones_are(
    tmp_path_factory: pytest.TempPathFactory,
    west_to_east: list[float],
    south_to_north: tuple[float, ...],
    tile_m: float,
) -> None:
    """Zones cut anywhere, through blocks and along streets, and tiles smaller than blocks."""
    folder = tmp_path_factory.mktemp("zoned")
    write_border_town(folder, seed=len(west_to_east))
    columns = itertools.pairwise([-40.0, *sorted(west_to_east), 840.0])
    rows = list(itertools.pairwise([-40.0, *south_to_north, 440.0]))
    boxes = [(west, south, east, north) for west, east in columns for south, north in rows]
    zones = {f"zone_{i}": box for i, box in enumerate(boxes)}
    path = write_zones(folder, zones)
    write_people(folder, [100 + 37 * i for i in range(len(zones))], zones)
    options = {"osm": folder / "town.osm", "no_cache": True, "profiles": ["adult", "frail_seats"]}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tiles, "TILE_M", tile_m)
        city = run_city(path, now=NOW, **options)
    asked = build_options(**options).apply_to(load_study(path))
    check_undivided(city, *prepare(asked, **options))


def test_the_sketch_in_tiles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two neighbourhoods with hubs, on the streets that come with access15."""
    monkeypatch.setattr(tiles, "TILE_M", 4000.0)
    asked: dict[str, Any] = {"cache": tmp_path, "profiles": ["adult", "frail"], "cutoffs_min": [10]}
    city = run_city("milano", now=NOW, **asked)
    assert city.targets[0] == "hub"
    study = build_options(**asked).apply_to(load_study("milano"))
    check_undivided(city, *prepare(study, **asked))
    frame = city.zones
    hubs = frame[(frame["category"] == "hub") & (frame["zone"] != ALL)]
    assert sorted(hubs["zone"].unique()) == ["30", "42"]
    assert frame[frame["zone"] == ALL]["rank_gap"].isna().all()


@pytest.mark.real_data
def test_quarters_of_milan_in_tiles(
    extract: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three quarters of the centre that share borders, each in a tile of its own."""
    monkeypatch.setattr(tiles, "TILE_M", 1500.0)
    seen: list[AreaInputs] = []

    def see(inputs: AreaInputs) -> list[tiles.TilePlan]:
        seen.append(inputs)
        return tiles.plan_tiles(inputs)

    monkeypatch.setattr(city_workflow, "plan_tiles", see)
    study = load_study("milano_city")
    three = study.changed(
        areas=tuple(area for area in study.areas if area.zones[0] in {"1", "3", "8"})
    )
    asked: dict[str, Any] = {"osm": extract, "cache": tmp_path, "offline": True}
    city = run_city(three, now=NOW, profiles=["older_adult"], **asked)
    assert {tile.zones for tile in city.tiles} == {("1",), ("3",), ("8",)}
    check_undivided(city, seen[0], city.profiles)


def read_all(folder: Path) -> dict[str, str]:
    """Every file below a folder by its hash."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_what_is_written_is_what_the_schema_says(tmp_path: Path) -> None:
    path = write_border_town(tmp_path / "town")
    city = run_city(path, now=NOW, osm=tmp_path / "town" / "town.osm", no_cache=True)
    out = tmp_path / "first" / "city"
    stale = out / "homes" / "zone_id=gone" / "part.parquet"
    stale.parent.mkdir(parents=True)
    stale.write_text("of a zone that is gone")
    written = city.write(out, lang="en")
    assert_table(city.zones, "zones")
    assert_table(city.explained, "zones_explain")
    for name in ("zones", "zones_explain"):
        assert_table(read_table(written[f"{name}.csv"], name), name)
    homes = gpd.read_parquet(written["homes/zone_id=b/part.parquet"])
    whole = gpd.read_parquet(out / "homes")
    assert homes.crs == "EPSG:32632"
    assert len(whole) == len(city.list_homes())
    assert_table(city.list_homes(), TABLES["city_homes"].fill(group=city.groups))
    assert homes["walk_adult_wemi_s"].isna().all(), "nothing is known of it"
    zones = gpd.read_parquet(out / "zones")
    assert len(zones) == (city.zones["zone"] != ALL).sum()
    assert not stale.exists()
    again = city.write(tmp_path / "again" / "city", lang="en")
    assert again.keys() == written.keys()
    assert read_all(tmp_path / "again") == read_all(tmp_path / "first")


def check_partitions(city: City, out: Path) -> None:
    """DuckDB reads the folders of cells and homes as one table each, its partitions as a column,
    and sums what the zones say.
    """
    csrc, nobody = ("adult", "csrc"), ("adult", "wemi")
    asked = """SELECT profile, category, sum(people_age_65_plus), sum(covered_age_65_plus_5min)
        FROM read_parquet(?, hive_partitioning=true) GROUP BY ALL"""
    with duckdb.connect() as database:
        database.execute("SET enable_geoparquet_conversion = false")
        found = database.execute(asked, [f"{out}/cells/*/*.parquet"]).fetchall()
        homes = database.execute(
            "SELECT zone_id, count(*) FROM read_parquet(?, hive_partitioning=true) GROUP BY ALL",
            [f"{out}/homes/*/*.parquet"],
        ).fetchall()
    sums = {(profile, category): tuple(rest) for profile, category, *rest in found}
    assert len(found) == len(sums) == len(city.profiles) * 3
    zones = city.zones.set_index(KEYS)
    row = zones.loc[(ALL, *csrc, "age_65_plus", 5.0)]
    assert sums[csrc] == (row["people"], row["covered"])
    assert row["covered"] > 0
    assert sums[nobody] == (row["people"], None), "nothing is known of it"
    assert dict(homes) == {zone: len(rows) for zone, rows in city.split_homes()}


@pytest.mark.parametrize("grid", ["square:100", "h3:9"])
def test_sums_of_cells_are_those_of_zones(tmp_path: Path, grid: str) -> None:
    """Every count of a grid, to the last bit; and what is written is what the schema says."""
    path = write_border_town(tmp_path / "town")
    options: dict[str, Any] = {"osm": tmp_path / "town" / "town.osm", "no_cache": True}
    city = run_city(path, grid=grid, now=NOW, **options)
    zones = city.zones.set_index(KEYS)
    table = TABLES["city_cells"].fill(group=city.groups)
    n_rows = 0
    for target, cells in city.split_cells():
        assert_table(cells, table)
        assert cells["cell"].nunique() > 3
        for profile, rows in cells.groupby("profile"):
            for group, minutes in itertools.product(city.groups, city.cutoffs_min):
                row = zones.loc[ALL, profile, target, group, minutes]
                assert rows[f"people_{group}"].sum() == row["people"]
                for name in ("covered", "gap_people"):
                    total = rows[f"{name}_{group}_{minutes:g}min"].sum(min_count=1)
                    assert total == row[name] or np.isnan([total, row[name]]).all()
                n_rows += 1
    assert n_rows == len(zones) / 4
    out = tmp_path / "out"
    written = city.write(out, lang="en")
    part = gpd.read_parquet(written["cells/category=csrc/part.parquet"])
    assert part.crs == "EPSG:32632"
    assert "category" not in part
    assert len(gpd.read_parquet(out / "cells")) == 3 * len(part)
    check_partitions(city, out)
    record = json.loads(written["run.json"].read_text(encoding="utf-8"))
    assert record["parameters"]["grid"] == grid
    replace(city, cells=None).write(out, lang="en")
    assert not list(out.glob("cells/*/*.parquet"))


def test_only_what_depends_on_a_change_is_walked_again(tmp_path: Path, walked: list[int]) -> None:
    path, cache = write_border_town(tmp_path), tmp_path / "cache"

    def run() -> City:
        walked.clear()
        return run_city(path, now=NOW, osm=tmp_path / "town.osm", cache=cache)

    first = run()
    assert sorted(walked) == sorted(tile.n_homes for tile in first.tiles)
    again = run()
    assert walked == []
    pd.testing.assert_frame_equal(again.zones, first.zones, check_exact=True)
    pd.testing.assert_frame_equal(again.explained, first.explained, check_exact=True)
    everything: dict[str, Any] = {"osm": tmp_path / "town.osm", "no_cache": True}

    def check(zones: str) -> None:
        """Only the tiles of these zones are walked again; all is as if nothing had been kept."""
        changed = run()
        homes = {tile.zones[0]: tile.n_homes for tile in changed.tiles}
        assert len(set(homes.values())) == 3, "sizes tell which was walked"
        assert sorted(walked) == sorted(homes[zone] for zone in zones)
        changed.write(tmp_path / "changed" / "city")
        run_city(path, now=NOW, **everything).write(tmp_path / "fresh" / "city")
        assert read_all(tmp_path / "changed") == read_all(tmp_path / "fresh")

    # 1. Other people in one zone.
    write_people(tmp_path, (900, 777, 501))
    with pytest.warns(UserWarning, match=r"borders \S+ has changed"):
        check("c")
    # 2. A place in a that b may walk to, and c never.
    write_places(tmp_path, hall_m=170.0)
    check("ab")
    # 3. A street of c becomes steps, which wheels do not take.
    town = tmp_path / "town.osm"
    before, residential, after = town.read_text(encoding="utf-8").rpartition('v="residential"')
    assert residential
    town.write_text(f'{before}v="steps"{after}', encoding="utf-8")
    check("c")
    # 4. A place that nobody walks to from anywhere changes nothing.
    text = (tmp_path / "places.csv").read_text(encoding="utf-8")
    lon, lat = lonlat(3_000.0, 30.0)
    lone = f"lone,Casa lone,csrc,Via lone 1,{lat:.7f},{lon:.7f}\n"
    (tmp_path / "places.csv").write_text(text + lone, encoding="utf-8")
    check("")


class KilledError(BaseException):
    """The process ends here."""


@pytest.fixture
def killed_at(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Ends a run at its n-th step: before a tile is walked, kept, or a file is written."""
    left = [10**9]

    def count(real: Any) -> Any:
        def step(*given: Any, **named: Any) -> Any:
            left[0] -= 1
            if left[0] < 0:
                raise KilledError
            return real(*given, **named)

        return step

    monkeypatch.setattr(tiles_workflow, "walk_tile", count(tiles_workflow.walk_tile))
    monkeypatch.setattr(tiles_workflow, "pack", count(tiles_workflow.pack))
    monkeypatch.setattr(gpd.GeoDataFrame, "to_parquet", count(gpd.GeoDataFrame.to_parquet))

    def at(n: int) -> None:
        left[0] = n

    return at


def test_killed_and_resumed_is_the_same(tmp_path: Path, killed_at: Any) -> None:
    """To the byte, at whatever moment, and the set of files before stays whole."""
    path = write_border_town(tmp_path / "town")
    options = {"osm": tmp_path / "town" / "town.osm", "profiles": ["adult"]}
    run_city(path, now=NOW, cache=tmp_path / "clean", **options).write(
        tmp_path / "expected" / "city"
    )
    expected = read_all(tmp_path / "expected")
    for moment in (0, 4, 7, 9, 14):
        cache, out = tmp_path / f"cache{moment}", tmp_path / f"out{moment}" / "city"
        killed_at(moment)
        with pytest.raises(KilledError, match=r"^$"):
            run_city(path, now=NOW, cache=cache, **options).write(out)
        assert not any(out.rglob("*.parquet"))
        killed_at(10**9)
        run_city(path, now=NOW, cache=cache, **options).write(out)
        assert read_all(out.parent) == expected


def test_zones_that_are_not_there_whole_are_left_out(tmp_path: Path) -> None:
    path = write_border_town(tmp_path)
    text = (tmp_path / "town.osm").read_text(encoding="utf-8")
    bounds = next(line for line in text.splitlines() if "<bounds" in line)
    start = bounds.index("<bounds")
    tag = bounds[start : bounds.index(">", start) + 1]
    (west, south), (east, north) = lonlat(-4000, -4000), lonlat(6100, 4000)
    narrow = f'<bounds minlat="{south}" minlon="{west}" maxlat="{north}" maxlon="{east}"/>'
    (tmp_path / "town.osm").write_text(text.replace(tag, narrow), encoding="utf-8")
    city = run_city(path, now=NOW, osm=tmp_path / "town.osm", no_cache=True)
    assert city.left_out == (("c", "Zona c"),)
    assert set(city.zones["zone"]) == {"a", "b", ALL}
    assert not city.outlines["near_edge"].any()
    narrow = f'<bounds minlat="{south}" minlon="{west}" maxlat="{north}" maxlon="{west + 0.001}"/>'
    (tmp_path / "town.osm").write_text(text.replace(tag, narrow), encoding="utf-8")
    with pytest.raises(InputDataError, match=r"and no zone of study 'borders' whole"):
        run_city(path, now=NOW, osm=tmp_path / "town.osm", no_cache=True)


def test_a_city_without_a_study(tmp_path: Path) -> None:
    """Zones, residents and an extract are enough; each zone becomes a neighbourhood of a study."""
    write_border_town(tmp_path)
    path = begin_city(
        tmp_path / "out" / "study",
        osm=tmp_path / "town.osm",
        zones=tmp_path / "zones.geojson",
        zone_id="zone",
        people=tmp_path / "people.csv",
    )
    study = load_study(path)
    assert [(area.id, area.name, area.zones) for area in study.areas] == [
        (f"zone_{zone}", f"Zona {zone}", (zone,)) for zone in "abc"
    ]
    assert study.categories == ("bench",)
    assert study.population.groups == {"total": "total", "old": "old"}
    asked: dict[str, Any] = {"osm": tmp_path / "town.osm", "no_cache": True}
    city = run_city(path, now=NOW, profiles=["adult", "older_adult"], **asked)
    people = city.zones.drop_duplicates(["zone", "group"]).set_index(["zone", "group"])["people"]
    assert people[ALL, "total"] == pytest.approx(900 + 777 + 500)
    assert city.quarters == {zone: f"zone_{zone}" for zone in "abc"}
    with pytest.raises(InputDataError, match=r"'zona'"):
        begin_city(
            tmp_path / "none",
            osm=tmp_path / "town.osm",
            zones=tmp_path / "zones.geojson",
            zone_id="zona",
        )
    assert not (tmp_path / "none").exists()
