"""Residents of rasters: whatever the system of coordinates, every person is somewhere."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely
from builders.settling import settle
from builders.streets import CRS, Street, build_streets
from hypothesis import given, settings
from hypothesis import strategies as st
from rasterio.transform import Affine

from access15.config import PopulationSource
from access15.config.model import validated
from access15.core.streets.network import WalkNetwork
from access15.errors import ConfigError, InputDataError
from access15.results.people import PeopleNote
from access15.sources.people.raster import read_raster
from access15.sources.people.residents import Settled

pytestmark = pytest.mark.usefixtures("said_in_italian")

X0, Y0 = 514_000.0, 5_031_000.0  # near Milan, in UTM 32N
HECTARES = Affine(100, 0, X0, 0, -100, Y0 + 300)
MOLLWEIDE = "ESRI:54009"


def zone(west: float = 0, south: float = 100, east: float = 200, north: float = 300) -> Any:
    land = shapely.box(X0 + west, Y0 + south, X0 + east, Y0 + north)
    return gpd.GeoDataFrame({"zone_id": ["Z"]}, geometry=[land], crs=CRS)


def streets() -> WalkNetwork:
    """One residential street through the northern row of cells.

    ::

        A ------- via Nord ------- B      y = 250
    """
    network = build_streets({"A": (X0, Y0 + 250), "B": (X0 + 300, Y0 + 250)}, [Street("A", "B")])
    return replace(
        network,
        highway=np.array([0]),
        highway_names=("residential",),
        street=np.array([1]),
        street_names=("", "via Nord"),
    )


def write(path: Path, *bands: Any, **more: Any) -> Path:
    """Write a GeoTIFF of people."""
    arrays = [np.array(band, dtype=more.get("dtype", "float32")) for band in bands]
    words = {key: more.pop(key) for key in ("descriptions", "about", "scales") if key in more}
    shape = {"height": arrays[0].shape[0], "width": arrays[0].shape[1], "count": len(arrays)}
    given = {"dtype": "float32", "crs": CRS, "transform": HECTARES} | more
    given = {key: value for key, value in given.items() if value is not None}
    with rasterio.open(path, "w", driver="GTiff", **shape, **given) as raster:
        for i, array in enumerate(arrays, start=1):
            raster.write(array, i)
        if "descriptions" in words:
            raster.descriptions = words["descriptions"]
        if "scales" in words:
            raster.scales = words["scales"]
        if "about" in words:
            raster.update_tags(TIFFTAG_IMAGEDESCRIPTION=words["about"])
    return path


def source(path: Path, **values: Any) -> PopulationSource:
    return PopulationSource.model_validate({"kind": "raster", "file": path, **values})


def settle_raster(path: Path, zones: Any = None, **values: Any) -> Settled:
    made = source(path, **values)
    zones = zone() if zones is None else zones
    return settle(made, read_raster(made, zones), zones, streets())


PEOPLE = [[4, 8, 16], [1, 2, 32], [64, 0, 128]]


def test_people_stand_within_their_cell(tmp_path: Path) -> None:
    """Along its street, in the north; in its middle where it has none. Seven are in the zone, ..."""
    settled = settle_raster(write(tmp_path / "p.tif", PEOPLE))
    found = settled.residents
    assert found["total"].sum() == 4 + 8 + 1 + 2
    on_street = found[found["street"] == "via Nord"]
    assert on_street["total"].sum() == 12.0
    assert set(on_street.geometry.y) == {Y0 + 250}
    alone = found[found["street"] == ""]
    assert sorted(zip(alone.geometry.x, alone["total"], strict=True)) == [
        (X0 + 50, 1.0),
        (X0 + 150, 2.0),
    ]
    assert settled.info.outside == {"total": 240.0}
    assert settled.info.notes == (
        PeopleNote("cells", people=255.0, n=8),
        PeopleNote("outside", people=240.0),
    )


def test_people_stand_in_the_middle_where_asked(tmp_path: Path) -> None:
    settled = settle_raster(write(tmp_path / "p.tif", PEOPLE), spread="centre")
    found = settled.residents
    xy = zip(found.geometry.x - X0, found.geometry.y - Y0, found["total"], strict=True)
    assert sorted(xy) == [(50, 150, 1.0), (50, 250, 4.0), (150, 150, 2.0), (150, 250, 8.0)]
    assert settled.info.methods["Z"] == ("cells_centre",)


def test_a_cell_across_the_border_is_cut_there(tmp_path: Path) -> None:
    """The zone ends in the middle of the street's second cell: half of its 8 people."""
    settled = settle_raster(write(tmp_path / "p.tif", PEOPLE), zone(0, 200, 150, 300))
    assert settled.residents["total"].sum() == pytest.approx(4 + 4, abs=0.2)
    assert settled.residents["total"].sum() + settled.info.outside["total"] == 255.0


def test_nothing_counted_is_nobody(tmp_path: Path) -> None:
    """The file's nodata value, cells that are no number, and masks."""
    people = [[4, -99999, np.nan], [0, 2, 0]]
    settled = settle_raster(write(tmp_path / "p.tif", people, nodata=-99999))
    assert settled.residents["total"].sum() == 6.0


def test_bands_are_groups_and_are_added_up(tmp_path: Path) -> None:
    path = write(tmp_path / "p.tif", [[5, 6]], [[1, 2]], [[1, 0]])
    groups = {"total": "1", "age_65_plus": ["2", "3"]}
    found = settle_raster(path, groups=groups).residents
    assert found[["total", "age_65_plus"]].sum().tolist() == [11.0, 4.0]


def test_numbers_that_the_file_scales(tmp_path: Path) -> None:
    path = write(tmp_path / "p.tif", [[5, 6]], scales=(0.5,))
    assert settle_raster(path).residents["total"].sum() == 5.5


@pytest.mark.parametrize(
    ("crs", "cell"),
    [("EPSG:4326", 0.000833333), (MOLLWEIDE, 100.0), ("EPSG:3857", 100.0), ("EPSG:3003", 100.0)],
)
@pytest.mark.parametrize("turned", [False, True])
def test_any_coordinates(tmp_path: Path, crs: str, cell: float, turned: bool) -> None:
    """A raster drawn in another system, also on its side, counts the same people in all."""
    land = zone().to_crs(crs).geometry.iloc[0]
    west, south, _, north = land.bounds
    transform = Affine(cell, 0, west - 3 * cell, 0, -cell, north + 3 * cell)
    if turned:
        transform = Affine(0, cell, west - 3 * cell, cell, 0, south - 3 * cell)
    counts = np.arange(144).reshape(12, 12) / 8
    path = write(tmp_path / "p.tif", counts, crs=crs, transform=transform)
    settled = settle_raster(path)
    inside = settled.residents["total"].sum()
    assert inside > 0
    assert inside + settled.info.outside["total"] == counts.sum()
    middle = settled.residents.union_all()
    assert zone().geometry.iloc[0].buffer(20).covers(middle)


@settings(max_examples=20, deadline=None)
@given(
    counts=st.lists(st.floats(0, 2000, width=32), min_size=36, max_size=36).filter(
        lambda many: sum(many[:8]) > 1
    ),
    west=st.integers(-150, 40),
    spread=st.sampled_from(["auto", "centre"]),
)
def test_everybody_is_in_the_zone_or_told_of(
    tmp_path_factory: pytest.TempPathFactory, counts: list[float], west: int, spread: str
) -> None:
    path = write(tmp_path_factory.mktemp("r") / "p.tif", np.array(counts).reshape(6, 6))
    settled = settle_raster(path, zone(west=west, north=301), spread=spread)
    everybody = sum(round(one * 2**20) / 2**20 for one in counts)
    assert settled.residents["total"].sum() + settled.info.outside["total"] == everybody


RULE = "it must be a number of people, 0 to 1,000,000,000; what stands for no data must be the file's nodata value"
COUNTS = "a density or a share; take the raster of counts, people per cell (WorldPop: ppp, GHSL: GHS_POP)"


@pytest.mark.parametrize(
    ("name", "people", "more", "groups", "problem"),
    [
        ("p", [[1, 2], [3, -1]], {}, {}, f"band 1, row 2, column 2 is -1, {RULE}"),
        ("p", [[-99999, 2]], {}, {}, f"band 1, row 1, column 1 is -99999, {RULE}"),
        ("p", [[1, np.inf]], {}, {}, f"band 1, row 1, column 2 is inf, {RULE}"),
        ("p", [[-np.inf, 3]], {}, {}, f"band 1, row 1, column 1 is -inf, {RULE}"),
        ("p", [[3e38, 3]], {}, {}, f"band 1, row 1, column 1 is 3e+38, {RULE}"),
        ("p", [[-200, 3]], {"nodata": -99999}, {}, f"band 1, row 1, column 1 is -200, {RULE}"),
        ("p", [[9000, 3]], {}, {}, "row 1, column 1: 9000 people on 10,000 m² are more than live anywhere; take the raster of counts, people per cell, not of densities"),
        ("pop_density_2020", [[9, 3]], {}, {}, f"says 'pop_density_2020', {COUNTS}"),
        ("ita_pd_2020_1km", [[9, 3]], {}, {}, f"says 'ita_pd_2020_1km', {COUNTS}"),
        ("quota_anziani", [[9, 3]], {}, {}, f"says 'quota_anziani', {COUNTS}"),
        ("p", [[9, 3]], {"descriptions": ["people per km2"]}, {}, f"says 'people per km2', {COUNTS}"),
        ("p", [[9, 3]], {"about": "Population density"}, {}, f"says 'Population density', {COUNTS}"),
        ("p", [[9, 3]], {"crs": None}, {}, "has no coordinate reference system; save it with one"),
        ("p", [[9, 3]], {"crs": "EPSG:5773"}, {}, "its coordinate system (unnamed) leads to no place on earth; save it with one that does, such as EPSG:32632"),
        ("p", [[9, 3]], {"transform": None}, {}, "does not say where its cells lie; export it with its georeference"),
        ("p", [[9, 3]], {}, {"total": "2"}, "[population.groups] total = '2': bands are numbered 1 to 1"),
        ("p", [[9, 3]], {}, {"total": "0"}, "[population.groups] total = '0': bands are numbered 1 to 1"),
        ("p", [[9, 3]], {}, {"total": "people"}, "[population.groups] total = 'people': bands are numbered 1 to 1"),
        ("p", [[9, 3]], {}, {"total": "1", "old": "-1"}, "[population.groups] old = '-1': bands are numbered 1 to 1"),
        ("p", [[9, 3]], {"dtype": "complex64"}, {}, "holds complex64, which are no numbers of people; export it as numbers"),
    ],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_unusable_rasters(
    tmp_path: Path, name: str, people: Any, more: Any, groups: Any, problem: str
) -> None:
    path = write(tmp_path / f"{name}.tif", people, **more)
    text = f"{path}: residents cannot be used\n  - {problem}"
    with pytest.raises(InputDataError, match=f"^{re.escape(text)}$"):
        read_raster(source(path, **({"groups": groups} if groups else {})), zone())


def test_a_group_larger_than_everybody(tmp_path: Path) -> None:
    path = write(tmp_path / "p.tif", [[5, 6]], [[1, 7]])
    with pytest.raises(InputDataError, match=r"row 1, column 2: old is 7, more than all resid"):
        read_raster(source(path, groups={"total": "1", "old": "2"}), zone())


def test_too_many_cells_are_told_before_any_is_read(tmp_path: Path) -> None:
    path = tmp_path / "p.tif"
    shape = {"height": 30_000, "width": 30_000, "count": 1, "dtype": "uint8"}
    with rasterio.open(
        path, "w", driver="GTiff", **shape, crs=CRS, transform=HECTARES, sparse_ok=True
    ):
        pass
    with pytest.raises(InputDataError, match="has 900,000,000 cells, above the limit of 400,000"):
        read_raster(source(path), zone())


@pytest.mark.parametrize("content", [b"", b"II*\x00nonsense", b"<html>", b"\x89PNG\r\n\x1a\n"])
def test_what_is_no_geotiff(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "p.tif"
    path.write_bytes(content)
    with pytest.raises(InputDataError, match=r"p\.tif: cannot be read as a GeoTIFF"):
        read_raster(source(path), zone())


def test_a_cut_file(tmp_path: Path) -> None:
    path = write(tmp_path / "p.tif", np.ones((300, 300)))
    path.write_bytes(path.read_bytes()[:50_000])
    with pytest.raises(InputDataError, match=r"p\.tif: cannot be read as a GeoTIFF"):
        read_raster(source(path), zone())


def test_no_such_file_and_no_raster_library(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(InputDataError, match=r"no\.tif: cannot be read as a GeoTIFF \(No such"):
        read_raster(source(tmp_path / "no.tif"), zone())
    monkeypatch.setitem(sys.modules, "rasterio", None)
    with pytest.raises(ConfigError, match=r"install it with: pip install 'access15\[raster\]'$"):
        read_raster(source(tmp_path / "no.tif"), zone())


def test_nobody_near(tmp_path: Path) -> None:
    path = write(tmp_path / "p.tif", PEOPLE)
    with pytest.raises(InputDataError, match="nobody lives in the zones of 'a'; take the file of"):
        settle_raster(path, zone(5000, 5000, 5200, 5200))


def test_people_around_have_no_bands(tmp_path: Path) -> None:
    around = {"file": "a.csv", "zone_column": "z", "zones": "z.geojson", "id_column": "id"}
    text = (
        "p: not a valid PopulationSource\n  - [population.around] reads columns by the names of "
        "[population.groups], and those of kind 'raster' are numbers of bands; remove it"
    )
    with pytest.raises(ConfigError, match=f"^{re.escape(text)}$"):
        validated(PopulationSource, {"kind": "raster", "file": "p", "around": around}, "p")
