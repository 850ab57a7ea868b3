"""The paper loop: stickers on photographs of posters come back as places on the ground."""

from __future__ import annotations

import json
import math
import re
import struct
import sys
import zlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import geopandas as gpd
import numpy as np
import pytest
import shapely
from builders.command_line import Done, call
from builders.paper_photos import (
    PX_PER_MM,
    STICKERS,
    Dot,
    photograph,
    rasterise,
    read_text,
    scatter_dots,
    stick,
)
from builders.run import make_result
from pyproj import Transformer

from access15.config.proposal import MAX_CHANGES
from access15.errors import ConfigError, InputDataError
from access15.outputs.poster.draw import draw_poster
from access15.outputs.poster.proposal import PosterProposal
from access15.outputs.words.numbers import format_count
from access15.outputs.words.texts import say
from access15.results.run import Backdrop
from access15.sources.proposals.dots import COLOURS
from access15.sources.proposals.files import read_proposal
from access15.sources.proposals.poster_key import PosterKey, read_poster_key
from access15.sources.proposals.scan import Scan, Sticker, scan_photo
from access15.sources.proposals.stickers import write_scan
from access15.workflows import poster as paper

NEAR_M = 15.0
NOW = datetime(2026, 11, 27, 18, 0, tzinfo=UTC)
NOTES = {colour: f"a {colour} one" for colour in COLOURS}


def make_sheet(folder: Path, size: Any = "A3") -> tuple[PosterKey, np.ndarray[Any, Any], Path]:
    """A poster with parks, water and houses, so that all its colours are there."""
    result = make_result()
    area = result.areas["chiesa_rossa"]
    x, y = area.zones.geometry.iloc[0].centroid.coords[0]
    series = partial(gpd.GeoSeries, crs=area.zones.crs)
    backdrop = Backdrop(
        water=series([shapely.box(x - 900, y - 300, x - 500, y + 400)]),
        green=series([shapely.box(x + 100, y - 700, x + 900, y + 100)]),
        rail=series([shapely.LineString([(x - 1500, y), (x + 1500, y + 200)])]),
        buildings=series(
            [shapely.box(x + i * 40, y + 200, x + i * 40 + 25, y + 240) for i in range(-8, 9)]
        ),
    )
    result = replace(result, areas={"chiesa_rossa": replace(area, backdrop=backdrop)})
    files = draw_poster(result, "chiesa_rossa", folder / "poster.pdf", size=size)
    return read_poster_key(files["key"]), rasterise(files["poster"]), files["key"]


@pytest.fixture(scope="module")
def sheet(tmp_path_factory: pytest.TempPathFactory) -> tuple[PosterKey, np.ndarray[Any, Any], Path]:
    return make_sheet(tmp_path_factory.mktemp("sheet"))


def match(found: Sequence[Sticker], dots: Sequence[Dot], key: PosterKey) -> list[float]:
    """How far each dot's sticker is from it on the ground [m]; inf where there is none of its
    colour.
    """
    away = []
    for x, y, colour in dots:
        there = key.to_metres(x, y)
        away.append(
            min(
                (math.dist(there, (one.x_m, one.y_m)) for one in found if one.colour == colour),
                default=math.inf,
            )
        )
    return away


VIEWS: dict[str, dict[str, Any]] = {
    "straight": {"side_px": 3000},
    "quarter turn": {"angle_deg": 90},
    "upside down": {"angle_deg": 180},
    "three quarters": {"angle_deg": 270},
    "askew": {"angle_deg": 37},
    "from the side": {"angle_deg": 10, "tilt": 0.25},
    "from the other side, shaded": {"angle_deg": 200, "tilt": -0.3, "shade": 0.6},
    "a lamp at one end": {"shade": 0.7},
    "warm light": {"angle_deg": 37, "tilt": 0.2, "shade": 0.5, "cast": (0.75, 0.9, 1.0)},
    "cold light": {"cast": (1.0, 0.95, 0.85), "shade": 0.3},
    "a phone's lens": {"angle_deg": 4, "tilt": 0.1, "lens": 0.015},
    "small, much grain": {
        "angle_deg": -5,
        "side_px": 2000,
        "shade": 0.4,
        "noise": 8,
        "quality": 60,
    },
}


@pytest.mark.parametrize("view", VIEWS)
def test_every_dot_is_found_and_no_other(
    sheet: tuple[PosterKey, np.ndarray[Any, Any], Path], tmp_path: Path, view: str
) -> None:
    key, picture, _ = sheet
    dots = scatter_dots(key, 28, seed=len(view))
    photo = photograph(stick(picture, dots), tmp_path / "photo.jpg", **VIEWS[view])
    found = scan_photo(photo, key)
    assert len(found.stickers) == len(dots)
    assert max(match(found.stickers, dots, key)) <= NEAR_M
    assert found.n_outside == 0


@pytest.mark.parametrize(
    "view",
    ["straight", "from the other side, shaded", "a lamp at one end", "warm light", "cold light"],
)
def test_a_clean_poster_has_no_dots(
    sheet: tuple[PosterKey, np.ndarray[Any, Any], Path], tmp_path: Path, view: str
) -> None:
    key, picture, _ = sheet
    found = scan_photo(photograph(picture, tmp_path / "photo.jpg", **VIEWS[view]), key)
    assert found.stickers == ()
    assert found.n_outside == 0


@pytest.mark.parametrize("size", ["A2", "A4"])
def test_other_sizes_of_paper(tmp_path: Path, size: Any) -> None:
    key, picture, _ = make_sheet(tmp_path, size)
    dots = scatter_dots(key, 8, seed=3)
    found = scan_photo(
        photograph(stick(picture, dots), tmp_path / "p.jpg", angle_deg=95, tilt=0.1, side_px=2600),
        key,
    )
    assert len(found.stickers) == len(dots)
    assert max(match(found.stickers, dots, key)) <= NEAR_M


def test_dots_that_touch(
    sheet: tuple[PosterKey, np.ndarray[Any, Any], Path], tmp_path: Path
) -> None:
    key, picture, _ = sheet
    left, top = key.map_mm[0] + 20, key.map_mm[1] + 30
    dots: list[Dot] = []
    for i, colour in enumerate(STICKERS):
        dots += [(left + 40 * i + 12 * j, top, colour) for j in range(3)]
        dots.append((left + 40 * i + 6, top + 10.4, colour))
        dots += [(left + 11.8 * i + 50 * j, top + 60, colour) for j in range(3)]
    found = scan_photo(photograph(stick(picture, dots), tmp_path / "p.jpg", angle_deg=12), key)
    assert len(found.stickers) == len(dots)
    assert max(match(found.stickers, dots, key)) <= NEAR_M


def test_written_on_and_written_around(
    sheet: tuple[PosterKey, np.ndarray[Any, Any], Path], tmp_path: Path
) -> None:
    """A number on a sticker does not hide it; circles and words of coloured pens are no
    stickers.
    """
    key, picture, _ = sheet
    dots = scatter_dots(key, 12, seed=5)
    seen = stick(picture, dots)
    for x, y, _ in dots:
        at = (round((x - 3.5) * PX_PER_MM), round((y + 2) * PX_PER_MM))
        cv2.putText(seen, "12", at, cv2.FONT_HERSHEY_SIMPLEX, 0.9, (20, 20, 20), 4)
    for i, colour in enumerate(STICKERS.values()):
        at = (
            round((key.map_mm[0] + 30 + 50 * i) * PX_PER_MM),
            round((key.map_mm[1] + 150) * PX_PER_MM),
        )
        cv2.circle(seen, at, 14 * PX_PER_MM, colour, 5)
        cv2.putText(seen, "qui!", at, cv2.FONT_HERSHEY_SIMPLEX, 1.6, colour, 5)
    found = scan_photo(photograph(seen, tmp_path / "p.jpg", angle_deg=3), key)
    assert len(found.stickers) == len(dots)
    assert max(match(found.stickers, dots, key)) <= NEAR_M


def test_shadows_and_coloured_things(
    sheet: tuple[PosterKey, np.ndarray[Any, Any], Path], tmp_path: Path
) -> None:
    key, picture, _ = sheet
    dots = scatter_dots(key, 16, seed=6)
    seen = stick(picture, dots)
    half = seen.shape[1] // 2
    seen[:, :half] = (seen[:, :half] * 0.55).astype(np.uint8)  # somebody stands in the light
    left, top, width, _ = (round(v * PX_PER_MM) for v in key.map_mm)
    seen[top + 60 : top + 72, left + 90 : left + width - 90] = STICKERS["red"]  # a ruler
    kept = [dot for dot in dots if not -8 < dot[1] - key.map_mm[1] - 11 < 8]
    found = scan_photo(photograph(seen, tmp_path / "p.jpg"), key)
    assert max(match(found.stickers, kept, key)) <= NEAR_M
    assert len(found.stickers) <= len(dots)


def test_dots_beside_the_map_are_counted(
    sheet: tuple[PosterKey, np.ndarray[Any, Any], Path], tmp_path: Path
) -> None:
    key, picture, _ = sheet
    inside: Dot = (key.map_mm[0] + 50, key.map_mm[1] + 50, "blue")
    beside = [
        (key.sheet_mm[0] / 2, key.sheet_mm[1] - 35, "red"),
        (key.sheet_mm[0] / 2, 25.0, "green"),
    ]
    beside.append(
        (key.map_mm[0] + 5.2, key.sheet_mm[1] - 35, "blue")
    )  # its twin on the first circle of the strip
    found = scan_photo(photograph(stick(picture, [inside, *beside]), tmp_path / "p.jpg"), key)
    assert [one.colour for one in found.stickers] == ["blue"]
    assert found.n_outside == 3


def test_a_photo_without_markers_is_refused(
    sheet: tuple[PosterKey, np.ndarray[Any, Any], Path], tmp_path: Path
) -> None:
    key, picture, _ = sheet
    noise = np.random.default_rng(0).integers(0, 255, (800, 1000, 3), dtype=np.uint8)
    cv2.imwrite(str(tmp_path / "cat.png"), noise)
    with pytest.raises(
        InputDataError,
        match=r"cat.png: none of the poster's corner markers was found .*lay the sheet",
    ):
        scan_photo(tmp_path / "cat.png", key)
    covered = picture.copy()
    covered[: 40 * PX_PER_MM, : 40 * PX_PER_MM] = 120  # a hand
    with pytest.raises(
        InputDataError,
        match=r"only 3 of the poster's 4 corner markers were found; lay the sheet flat",
    ):
        scan_photo(photograph(covered, tmp_path / "hand.jpg"), key)


def test_two_sheets_are_refused(
    sheet: tuple[PosterKey, np.ndarray[Any, Any], Path], tmp_path: Path
) -> None:
    key, picture, _ = sheet
    cv2.imwrite(
        str(tmp_path / "two.png"), np.hstack([picture, np.full_like(picture[:, :60], 90), picture])
    )
    with pytest.raises(InputDataError, match=r"two.png: more than one sheet is in the picture"):
        scan_photo(tmp_path / "two.png", key)


def test_a_mirrored_or_folded_sheet_is_refused(
    sheet: tuple[PosterKey, np.ndarray[Any, Any], Path], tmp_path: Path
) -> None:
    key, picture, _ = sheet
    cv2.imwrite(str(tmp_path / "mirror.png"), picture[:, ::-1])
    with pytest.raises(InputDataError, match=r"corner markers"):
        scan_photo(tmp_path / "mirror.png", key)
    middle = picture.shape[0] // 2
    cv2.imwrite(
        str(tmp_path / "folded.png"),
        np.delete(picture, slice(middle, middle + 100 * PX_PER_MM), axis=0),
    )
    other = key.model_copy(update={"sheet_mm": (key.sheet_mm[0], key.sheet_mm[1] - 100)})
    lower = [replace_box(m, dy=-180.0) if m.id == 2 else m for m in other.markers]
    with pytest.raises(
        InputDataError, match=r"mm off a flat sheet of A3; check that the key is of this sheet"
    ):
        scan_photo(tmp_path / "folded.png", other.model_copy(update={"markers": tuple(lower)}))


def replace_box(marker: Any, *, dy: float) -> Any:
    x, y, w, h = marker.box_mm
    return marker.model_copy(update={"box_mm": (x, y + dy, w, h)})


def test_the_photo_of_another_poster_is_refused(
    sheet: tuple[PosterKey, np.ndarray[Any, Any], Path], tmp_path: Path
) -> None:
    key, _, _ = sheet
    files = draw_poster(
        make_result(), "chiesa_rossa", tmp_path / "b.pdf", proposal=PosterProposal("b", "B", 0.5)
    )
    photo = photograph(rasterise(files["poster"]), tmp_path / "b.jpg", side_px=3000)
    with pytest.raises(
        InputDataError,
        match=r"b.jpg: shows another poster \(access15-poster.*proposal=b\) than the key",
    ):
        scan_photo(photo, key)


def png_head(width: int, height: int) -> bytes:
    """The beginning of a PNG that says to be so large."""
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    begun = (
        b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))
    )
    return begun + struct.pack(">I", 100) + b"IDAT"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "not a picture that can be read"),
        (b"%PDF-1.4 nothing", "not a picture that can be read"),
        (b"\xff\xd8\xff\xe0" + b"\x00" * 200, "not a picture that can be read"),
        (b"II*\x00" + b"\xff" * 40, "not a picture that can be read"),
        # pictures of many pixels, as they say
        (png_head(60_000, 60_000), "more than 120 million pixels; take a smaller picture"),
        (png_head(12_001, 10_000), "12001 by 10000 pixels, more than 120 million pixels"),
        (
            png_head(12_000, 10_000),
            "not a picture that can be read",
        ),  # few enough, but that is all there is of it
    ],
)
def test_what_is_no_picture_is_refused(
    sheet: tuple[PosterKey, np.ndarray[Any, Any], Path], tmp_path: Path, data: bytes, message: str
) -> None:
    (tmp_path / "p.jpg").write_bytes(data)
    with pytest.raises(InputDataError, match=f"p.jpg: {message}"):
        scan_photo(tmp_path / "p.jpg", sheet[0])


def test_a_picture_that_unfolds_is_refused_before_it_is_decoded(
    sheet: tuple[PosterKey, np.ndarray[Any, Any], Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = zlib.compress(
        bytes(1 + 14_000 // 8) * 14_000, 9
    )  # 196 million pixels of one bit, in some kilobytes
    head = b"IHDR" + struct.pack(">IIBBBBB", 14_000, 14_000, 1, 0, 0, 0, 0)
    chunks = b"".join(
        struct.pack(">I", len(data) - 4) + data + struct.pack(">I", zlib.crc32(data))
        for data in (head, b"IDAT" + rows, b"IEND")
    )
    (tmp_path / "bomb.png").write_bytes(b"\x89PNG\r\n\x1a\n" + chunks)
    monkeypatch.setattr(cv2, "imdecode", lambda *_: pytest.fail("decoded"))
    with pytest.raises(
        InputDataError, match=r"bomb.png: .*more than 120 million pixels; take a smaller picture"
    ):
        scan_photo(tmp_path / "bomb.png", sheet[0])


def test_missing_files_are_named(
    sheet: tuple[PosterKey, np.ndarray[Any, Any], Path], tmp_path: Path
) -> None:
    with pytest.raises(InputDataError, match=r"gone.jpg: cannot be read .*; name a photograph"):
        scan_photo(tmp_path / "gone.jpg", sheet[0])
    with pytest.raises(
        InputDataError,
        match=r"gone.json: cannot be read .*; name the .json that access15 poster wrote",
    ):
        read_poster_key(tmp_path / "gone.json")


def test_without_opencv_one_sentence_says_what_to_install(
    sheet: tuple[PosterKey, np.ndarray[Any, Any], Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "cv2", None)
    with pytest.raises(ConfigError, match=r"needs OpenCV, .*pip install 'access15\[scan\]'"):
        scan_photo(tmp_path / "p.jpg", sheet[0])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"format": "access15-proposal"}, "not the key of a poster"),
        ({"version": 2}, "version is 2, and 1 is read"),
        ({"markers": []}, "markers: must hold at least 4 values"),
        ({"to_crs": [0, 0, 0, 0, 0, 0]}, "brings nothing to the ground"),
        ({"to_crs": [1, 2]}, "the key of the poster is damaged"),
        ({"sheet_mm": [1, 1]}, "sheet_mm is 1 by 1, and A3 is 420 by 297 or the other way up"),
        (
            {"sheet_mm": [2000, 2000]},
            "sheet_mm is 2000 by 2000, and A3 is 420 by 297 or the other way up",
        ),
        ({"size": "A4"}, "and A4 is 297 by 210 or the other way up"),
        (
            {"crs": "+proj=pipeline +step"},
            r"crs is '\+proj=pipeline \+step'; it must be an authority and a code",
        ),
        ({"crs": "EPSG:" + "9" * 300}, "it must be an authority and a code, such as EPSG:32632"),
        ({"extra": 1}, "extra: is not known here; correct its name or remove it"),
        ({"map_mm": [0, 0, 1e300, 1]}, "the key of the poster is damaged"),
    ],
)
def test_a_key_of_another_kind_is_refused(
    sheet: tuple[PosterKey, np.ndarray[Any, Any], Path],
    tmp_path: Path,
    change: dict[str, Any],
    message: str,
) -> None:
    data = json.loads(sheet[2].read_text(encoding="utf-8")) | change
    (tmp_path / "k.json").write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(InputDataError) as told:
        read_poster_key(tmp_path / "k.json")
    assert re.search(message, "\n".join([str(told.value), *told.value.problems]))


@pytest.mark.parametrize("text", ["", "[1]", "{", "[" * 100_000, '{"format": NaN}'])
def test_what_is_no_key_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "k.json").write_text(text, encoding="utf-8")
    with pytest.raises(InputDataError, match=r"k.json.*name the .json that access15 poster wrote"):
        read_poster_key(tmp_path / "k.json")


def test_stickers_become_notes_of_a_proposal(
    sheet: tuple[PosterKey, np.ndarray[Any, Any], Path], tmp_path: Path
) -> None:
    key, picture, key_path = sheet
    dots = scatter_dots(key, 6, seed=9)
    photo = photograph(stick(picture, dots), tmp_path / "tavolo 1.jpg", angle_deg=180)
    found = paper.scan_poster(photo, key_path, tmp_path / "out.geojson", now=NOW)
    read = read_proposal(tmp_path / "out.geojson")
    assert (read.study, read.area, read.name, read.network) == (
        "milano",
        "chiesa_rossa",
        "Bollini: tavolo 1",
        key.network,
    )
    assert read.changes == ()
    assert [note.number for note in read.notes] == [1, 2, 3, 4, 5, 6]
    assert {note.text for note in read.notes} == {
        "bollino rosso",
        "bollino giallo",
        "bollino verde",
        "bollino blu",
    }
    to_metres = Transformer.from_crs("EPSG:4326", key.crs, always_xy=True)
    for note, one in zip(read.notes, found.stickers, strict=True):
        assert to_metres.transform(*note.place) == pytest.approx((one.x_m, one.y_m), abs=0.02)
    head = json.loads((tmp_path / "out.geojson").read_text(encoding="utf-8"))["access15"]
    assert head["created"] == "2026-11-27T18:00:00Z"
    assert head["results"]["stickers_beside_the_map"] == 0


def test_too_many_dots_are_refused(sheet: tuple[PosterKey, np.ndarray[Any, Any], Path]) -> None:
    key = sheet[0]
    many = tuple(Sticker("red", 50, 60, *key.to_metres(50, 60)) for _ in range(MAX_CHANGES + 1))
    with pytest.raises(InputDataError, match=f"{MAX_CHANGES + 1} coloured dots were found"):
        write_scan(Scan(many, 0, 0.1), key, title="p", notes=NOTES, now=NOW)


def test_a_key_of_no_place_is_refused(sheet: tuple[PosterKey, np.ndarray[Any, Any], Path]) -> None:
    one = Scan((Sticker("red", 50, 60, 512000.0, 5030000.0),), 0, 0.1)
    with pytest.raises(InputDataError, match="crs 'EPSG:nix' is not known"):
        write_scan(
            one, sheet[0].model_copy(update={"crs": "EPSG:nix"}), title="p", notes=NOTES, now=NOW
        )
    far = Scan((Sticker("red", 50, 60, 1e300, 1e300),), 0, 0.1)
    with pytest.raises(InputDataError, match="leads to no place on Earth"):
        write_scan(far, sheet[0], title="p", notes=NOTES, now=NOW)


def test_colours_have_names() -> None:
    for colour in COLOURS:
        assert say(f"sticker_{colour}", "it").startswith("bollino ")
        assert say(f"sticker_{colour}", "en") == f"{colour} sticker"
    assert [format_count("n_yellow", n, "it") for n in (1, 2)] == ["1 giallo", "2 gialli"]
    assert format_count("n_yellow", 2, "en") == "2 yellow"


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> partial[Done]:
    return partial(call, capsys)


def test_scan_from_the_command_line(
    sheet: tuple[PosterKey, np.ndarray[Any, Any], Path],
    cli: partial[Done],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    key, picture, key_path = sheet
    monkeypatch.chdir(tmp_path)
    dots: list[Dot] = [
        (key.map_mm[0] + 50, key.map_mm[1] + 50, "blue"),
        (key.sheet_mm[0] / 2, 25.0, "green"),
    ]
    photograph(stick(picture, dots), tmp_path / "photo.jpg", angle_deg=37)
    done = cli("scan", "photo.jpg", "--poster", key_path)
    assert done.code == 0
    assert "1 bollino sulla mappa: 1 blu" in done.out  # as the poster speaks
    assert "1 fuori dalla mappa, non contati" in done.out
    assert "photo.geojson: da aprire nella pagina dell'incontro e controllare" in done.out
    assert len(read_proposal(tmp_path / "photo.geojson").notes) == 1
    data = json.loads(key_path.read_text(encoding="utf-8")) | {"lang": "en"}
    (tmp_path / "en.json").write_text(json.dumps(data), encoding="utf-8")
    assert (
        "1 sticker on the map: 1 blue"
        in cli("scan", "photo.jpg", "--poster", "en.json", "-o", "en.geojson").out
    )
    refused = cli("scan", key_path, "--poster", key_path, "-o", "x.geojson")
    assert (refused.code, refused.out) == (2, "")
    assert "not a picture that can be read" in refused.err
    assert "Traceback" not in refused.err
    assert not (tmp_path / "x.geojson").exists()


def test_poster_from_the_command_line(
    cli: partial[Done], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ideas.geojson").write_text(json.dumps(PROPOSAL), encoding="utf-8")
    done = cli("poster", "chiesa_rossa", "--offline", "--proposal", "ideas.geojson", "--size", "A4")
    assert done.code == 0, done.err
    assert "chiesa_rossa_a4.pdf, chiesa_rossa_a4.json" in done.out
    key = read_poster_key(tmp_path / "chiesa_rossa_a4.json")
    assert (key.proposal, key.profile, key.category, key.size) == ("a", "older_adult", "hub", "A4")
    text = " ".join(read_text(tmp_path / "chiesa_rossa_a4.pdf").split())
    after = re.search(r"Con la proposta ([\d.]+), oggi ([\d.]+) su [\d.]+ residenti", text)
    assert after is not None
    assert text.count(after[1]) >= 3  # headline's line, its column, the outline's row
    assert re.search(r"Con la proposta «[^»]+»: \d+ su 100 Oggi: \d+ su 100", text)
    assert "Al mercato (nuovo)" in text
    assert "(tolto)" in text


PROPOSAL = {
    "type": "FeatureCollection",
    "access15": {
        "format": "access15-proposal",
        "version": 1,
        "study": "milano",
        "area": "chiesa_rossa",
    },
    "features": [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [9.1775, 45.4310]},
            "properties": {"change": "add_facility", "name": "Al mercato", "category": "hub"},
        },
        {
            "type": "Feature",
            "geometry": None,
            "properties": {"change": "remove_facility", "facility_id": "csrc-07"},
        },
    ],
}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ("poster", "nowhere"),
            "has no area 'nowhere': its areas are chiesa_rossa, forlanini_salomone",
        ),
        (
            ("poster", "chiesa_rossa", "--target", "opera"),
            "target 'opera' is not in study 'milano': use hub, pharmacy",
        ),
        (("poster", "chiesa_rossa", "-o", "x.docx"), "files ending in '.docx' are not written"),
        (("poster", "chiesa_rossa", "--profile", "runner"), "runner"),
        (
            ("poster", "forlanini_salomone", "--proposal", "ideas.geojson"),
            "is of area 'chiesa_rossa'",
        ),
        (
            ("poster", "chiesa_rossa", "--proposal", "ideas.geojson", "--proposal-id", "z"),
            "holds no proposal 'z'",
        ),
    ],
)
def test_mistakes_are_said_before_the_work(
    cli: partial[Done],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ideas.geojson").write_text(json.dumps(PROPOSAL), encoding="utf-8")
    done = cli(*words, "--offline")
    assert done.code == 2
    assert message in done.err
    assert "Traceback" not in done.err
    assert [path.name for path in tmp_path.iterdir()] == ["ideas.geojson"]
