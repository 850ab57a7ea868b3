"""Heights of made ground, in any system of coordinates, unit and number of files."""

from __future__ import annotations

import math
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyproj
import pytest
import rasterio
from builders.streets import CRS, Street, build_streets
from numpy.typing import NDArray
from rasterio.transform import Affine

from access15.config import HeightsSource
from access15.errors import ConfigError, InputDataError
from access15.results.run import NetworkInfo
from access15.sources.streets.area import StreetsAlone
from access15.sources.streets.heights import Heights, check_overlap, lift_streets, read_heights

pytestmark = pytest.mark.usefixtures("said_in_italian")

X0, Y0 = 514_000.0, 5_031_000.0  # near Milan, in UTM 32N
Ground = Callable[[NDArray[np.float64], NDArray[np.float64]], NDArray[np.float64]]


def slope(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    """A hillside: 5 % up to the east, 2 % down to the north; 100 m high at the corner."""
    return 100.0 + 0.05 * (x - X0) - 0.02 * (y - Y0)


def cells(
    cell_m: float = 20.0, *, n: int = 30, west: float = -50.0, crs: str = CRS, turn: float = 0.0
) -> tuple[Affine, int, str]:
    """Where the cells of a file lie: by default 600 m by 600 m around the corner."""
    if crs == CRS:
        corner = Affine.translation(X0 + west, Y0 + 550)
        return corner @ Affine.rotation(turn) @ Affine.scale(cell_m, -cell_m), n, crs
    to_other = pyproj.Transformer.from_crs(CRS, crs, always_xy=True)
    box = to_other.transform_bounds(X0 + west, Y0 - 50, X0 + west + n * cell_m, Y0 + 550)
    size = (box[2] - box[0]) / n, (box[3] - box[1]) / n
    return Affine.translation(box[0], box[3]) @ Affine.scale(size[0], -size[1]), n, crs


def write(
    path: Path,
    ground: Ground = slope,
    where: tuple[Affine, int, str] | None = None,
    **more: Any,
) -> Path:
    """Write a height model of some ground, exact in the middle of every cell."""
    transform, n, crs = where or cells()
    column, row = np.meshgrid(np.arange(n) + 0.5, np.arange(n) + 0.5)
    a, b, c, d, e, f = tuple(transform)[:6]
    x, y = a * column + b * row + c, d * column + e * row + f
    to_metres = pyproj.Transformer.from_crs(crs, CRS, always_xy=True)
    heights = ground(*to_metres.transform(x, y)) * more.pop("per_metre", 1.0)
    words = {key: more.pop(key) for key in ("units", "stamp", "bands") if key in more}
    count = words.get("bands", 1)
    shape = {"height": n, "width": n, "count": count, "dtype": "float32"}
    given = shape | {"crs": crs, "transform": transform} | more
    given = {key: value for key, value in given.items() if value is not None}
    with rasterio.open(path, "w", driver="GTiff", **given) as raster:
        for band in range(1, count + 1):
            raster.write(heights.astype(given["dtype"]), band)
        if "units" in words:
            raster.units = [words["units"]] * count
        if "stamp" in words:
            raster.update_tags(TIFFTAG_DATETIME=words["stamp"])
    return path


def unplace(path: Path) -> None:
    """A file that says nothing of where its cells lie, as exported pictures do."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        write(path, transform=Affine.identity())


def read(*files: Path) -> Heights:
    found = read_heights(HeightsSource(files=files))
    assert found is not None
    return found


POINTS = np.random.default_rng(3).uniform((X0, Y0), (X0 + 450, Y0 + 450), (40, 2))


@pytest.mark.parametrize(
    ("where", "more", "within_m"),
    [
        (cells(), {}, 1e-4),
        (cells(turn=30.0, west=100.0), {}, 1e-4),
        (cells(2.0, n=300), {}, 1e-4),
        (cells(crs="EPSG:4326"), {}, 0.01),
        (cells(crs="EPSG:3003"), {}, 0.01),
        (cells(crs="EPSG:3035"), {}, 0.01),
        (cells(), {"units": "ft", "per_metre": 1 / 0.3048}, 1e-3),
        (cells(), {"units": "US survey foot", "per_metre": 3937 / 1200}, 1e-3),
        (cells(crs="EPSG:32632+6360"), {"per_metre": 3937 / 1200}, 1e-3),
        (cells(), {"units": "metre"}, 1e-4),
    ],
    ids=["plain", "turned", "fine", "degrees", "italy", "europe", "feet", "us", "vertical", "m"],
)
def test_the_hillside_is_found_again(
    tmp_path: Path, where: Any, more: dict[str, Any], within_m: float
) -> None:
    """Neither averaging nor smoothing changes an even slope, whatever the file's system."""
    found = read(write(tmp_path / "dem.tif", slope, where, **more)).look_up(POINTS, CRS)
    inside = np.isfinite(found)
    assert inside.sum() >= 12
    assert np.abs(found - slope(*POINTS.T))[inside].max() <= within_m


def test_smoothing_is_light() -> None:
    """A single cell 16 m high: 1-2-1 both ways leaves 4 m of it, and 1 m at its corners."""
    from access15.sources.streets.heights import _smooth  # noqa: PLC0415

    peak = np.zeros((5, 5))
    peak[2, 2] = 16.0
    assert _smooth(_smooth(peak, 0), 1)[1:4, 1:4].tolist() == [[1, 2, 1], [2, 4, 2], [1, 2, 1]]


def test_several_files(tmp_path: Path) -> None:
    """Tiles of one grid meet without a seam; of two models the finer counts; order is nothing."""
    west = write(tmp_path / "west.tif", slope, cells(n=15))
    east = write(tmp_path / "east.tif", slope, cells(n=15, west=250.0))
    seam = np.column_stack([np.linspace(X0 + 200, X0 + 300, 30), np.full(30, Y0 + 400)])
    both, turned = read(west, east), read(east, west)
    assert both.look_up(seam, CRS) == pytest.approx(slope(*seam.T), abs=1e-4)
    assert turned.look_up(POINTS, CRS).tobytes() == both.look_up(POINTS, CRS).tobytes()
    coarse = write(tmp_path / "coarse.tif", lambda x, _: x * 0.0, cells(60.0, n=12))
    mixed = read(coarse, west)
    assert mixed.look_up(seam[:1], CRS) == pytest.approx(slope(*seam[:1].T), abs=1e-4)
    assert mixed.look_up(np.array([[X0 + 400, Y0 + 400]]), CRS).tolist() == [0.0]
    assert [one.cell_m for one in mixed.list_files((9.18, 45.43))] == pytest.approx(
        [60, 20], rel=0.01
    )


def test_nothing_is_made_up(tmp_path: Path) -> None:
    """No height beside the file, nor where one of the cells around has none."""

    def hole(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.where(np.hypot(x - X0 - 200, y - Y0 - 200) < 25, -9999.0, slope(x, y))

    found = read(write(tmp_path / "dem.tif", hole, nodata=-9999.0))
    places = np.array([(200.0, 200.0), (215, 215), (300, 300), (-49, 200), (-500, 200), (1e7, 1e8)])
    heights = found.look_up(places + np.array([X0, Y0]), CRS)
    assert np.isnan(heights).tolist() == [True, True, False, True, True, True]


def streets_alone() -> StreetsAlone:
    """A street of 300 m to the east."""
    network = build_streets(
        {"A": (X0 + 100, Y0 + 100), "B": (X0 + 400, Y0 + 100)}, [Street("A", "B")]
    )
    return StreetsAlone(network, NetworkInfo("osm", "town.osm", "", ""))


def test_streets_with_their_slopes(tmp_path: Path) -> None:
    file = write(tmp_path / "dem.tif", slope, stamp="2019:05:01 10:00:00")
    lifted = lift_streets(streets_alone(), read(file))
    assert lifted.network.incline.tolist() == [0.05]
    told = lifted.info.heights
    assert told is not None
    assert (told.measured_m, told.unknown_m, told.measured_share) == (300.0, 0.0, 1.0)
    one = told.files[0]
    assert (one.name, one.date, len(one.sha256)) == ("dem.tif", "2019-05-01", 64)
    assert lifted.info.title == "osm: town.osm; heights: dem.tif"
    flat = streets_alone()
    assert lift_streets(flat, read_heights(None)) is flat


def test_heights_of_another_place(tmp_path: Path) -> None:
    north = write(tmp_path / "north.tif", lambda x, _: x * 0.0, cells(crs="EPSG:4326"))
    with rasterio.open(north, "r+") as raster:
        raster.transform = Affine.translation(0.0, 5.0) @ raster.transform
    found = read(north)
    lifted = lift_streets(streets_alone(), found)
    assert np.isnan(lifted.network.incline).all()
    with pytest.raises(
        InputDataError, match=r"^north\.tif: no street has a height: the model covers .*50\."
    ):
        check_overlap(found, [lifted])
    empty = read(write(tmp_path / "empty.tif", lambda x, _: x * 0.0 - 9999.0, nodata=-9999.0))
    with pytest.raises(InputDataError, match=r"^empty\.tif: no street has a height"):
        check_overlap(empty, [lift_streets(streets_alone(), empty)])
    check_overlap(None, [])


NOWHERE = r"bad\.tif: does not say where its cells lie; export it with its georeference"
BAD: dict[str, tuple[Callable[[Path], object], str]] = {
    "missing": (
        lambda _: None,
        r"^bad\.tif: cannot be read as a GeoTIFF \(No such file or directory\)",
    ),
    "folder": (
        Path.mkdir,
        r"^bad\.tif: cannot be read as a GeoTIFF \(it is a folder, not a file\)",
    ),
    "text": (
        lambda path: path.write_text("x y z\n"),
        r"^bad\.tif: cannot be read as a GeoTIFF; give a height model \(DTM\) as GeoTIFF$",
    ),
    "no system": (
        lambda path: write(path, crs=None),
        r"^bad\.tif: has no coordinate reference system; save it with one$",
    ),
    "no place": (unplace, f"^{NOWHERE}$"),
    "local system": (
        lambda path: write(path, crs='LOCAL_CS["mine",UNIT["metre",1]]'),
        r"^bad\.tif: its coordinate system \(mine\) leads to no place on earth",
    ),
    "wrong system": (
        lambda path: write(path, crs="EPSG:4326", where=None),
        r"^bad\.tif: its cells, in the system WGS 84, lie nowhere on earth",
    ),
    "bands": (
        lambda path: write(path, bands=3),
        r"^bad\.tif: has 3 bands, one is needed: the heights; export it alone$",
    ),
    "complex": (
        lambda path: write(path, dtype="complex64"),
        r"^bad\.tif: holds complex64, which are no heights; export it as numbers$",
    ),
    "unit": (
        lambda path: write(path, units="degree"),
        r"^bad\.tif: its unit is 'degree', which is no measure of heights; export it in metres or",
    ),
    "coarse": (
        lambda path: write(path, slope, cells(500.0)),
        r"^bad\.tif: its cells are 500 m wide, above the limit of 100: they do not tell the slope",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_files(case: str, tmp_path: Path) -> None:
    make, told = BAD[case]
    make(tmp_path / "bad.tif")
    with pytest.raises(InputDataError, match=told):
        read(tmp_path / "bad.tif")


def test_all_problems_of_all_files_at_once(tmp_path: Path) -> None:
    write(tmp_path / "a.tif", bands=2, units="K")
    write(tmp_path / "c.tif")
    with pytest.raises(
        InputDataError, match="heights of the ground cannot be used, 3 problems"
    ) as caught:
        read(tmp_path / "a.tif", tmp_path / "b.tif", tmp_path / "c.tif")
    assert [str(one).partition(":")[0] for one in caught.value.problems] == [
        "a.tif",
        "a.tif",
        "b.tif",
    ]


@pytest.mark.parametrize(
    ("value", "told"), [(-9999.0, "-9999"), (32767.0, "32767"), (math.inf, "inf")]
)
def test_values_that_are_no_height(tmp_path: Path, value: float, told: str) -> None:
    """A mark for missing data that the file does not declare would be an abyss."""

    def sunk(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.where(
            (x > X0 + 210) & (x < X0 + 230) & (y > Y0 + 90) & (y < Y0 + 110), value, 5.0
        )

    found = read(write(tmp_path / "dem.tif", sunk))
    words = rf"^dem\.tif: row 23, column 14 is {told}, a height is from -500 to 9000 m; what stands"
    with pytest.raises(InputDataError, match=words):
        lift_streets(streets_alone(), found)


@pytest.mark.parametrize("seed", range(4))
def test_bytes_that_somebody_changed(tmp_path: Path, seed: int) -> None:
    """Whatever a broken file is, it is told in a sentence or has heights."""
    file, rng = write(tmp_path / "dem.tif"), np.random.default_rng(seed)
    whole = file.read_bytes()
    for _ in range(40):
        changed = bytearray(whole)
        for at in rng.integers(0, 400, 3):
            changed[int(at)] = int(rng.integers(0, 256))
        file.write_bytes(bytes(changed))
        try:
            heights = read(file).look_up(POINTS, CRS)
        except InputDataError as error:
            assert "dem.tif" in str(error)  # noqa: PT017 - some changes hurt nothing
        else:
            assert not (np.abs(heights) > 9000).any()


def test_a_file_cut_short(tmp_path: Path) -> None:
    file = write(tmp_path / "dem.tif", slope, cells(2.0, n=300))
    file.write_bytes(file.read_bytes()[:100_000])
    with pytest.raises(InputDataError, match=r"^dem\.tif: cannot be read as a GeoTIFF"):
        read(file).look_up(POINTS, CRS)


def test_without_rasterio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rasterio", None)
    with pytest.raises(
        ConfigError, match=r"^reading heights of the ground needs rasterio, which is not"
    ):
        read(tmp_path / "dem.tif")
