"""The poster: what it says, what it draws, that nothing lies on anything else, and that text stays
text.
"""

from __future__ import annotations

import base64
import html
import io
import json
import math
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import cv2
import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from builders.contrast import luminance, share_readable, to_rgb
from builders.paper_photos import rasterise, read_text
from builders.paths import ROOT
from builders.run import CREATED, make_result
from fontTools.ttLib import TTFont
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.patches import Circle
from pyproj import CRS

from access15.config.profiles import load_profiles
from access15.errors import ConfigError, InputDataError
from access15.outputs.pages.map_data import PAPER, blend_on_paper, pick_band_colours
from access15.outputs.poster import draw as poster_module
from access15.outputs.poster import sides as sides_module
from access15.outputs.poster.draw import draw_poster
from access15.outputs.poster.ground import BLOCKS, GREEN, collect_bands, draw_ground
from access15.outputs.poster.key import qr_text
from access15.outputs.poster.labels import Placer, text_box
from access15.outputs.poster.panels import draw_head, draw_sources, measure_sources
from access15.outputs.poster.pen import Pen
from access15.outputs.poster.places import choose_places
from access15.outputs.poster.proposal import NewPlace, PosterPlace, PosterProposal
from access15.outputs.poster.sheet import (
    MARKER_CELLS,
    PAPER_MM,
    Box,
    choose_sheet,
    fit_map,
    lay_out,
)
from access15.outputs.poster.side import _name_new, draw_side
from access15.outputs.poster.sides import draw_sides
from access15.outputs.poster.signs import draw_labels
from access15.outputs.poster.streets import list_forms, place_names
from access15.outputs.poster.text import (
    CAP_HEIGHT,
    MM_PER_POINT,
    fit_size,
    measure_mm,
    plain_text,
    shorten,
    size_font,
    wrap,
)
from access15.outputs.poster.words import (
    build_headline,
    describe_difference,
    group_credits,
    list_credits,
)
from access15.outputs.words.findings import Findings
from access15.outputs.words.numbers import format_number, format_of_hundred
from access15.outputs.words.people import describe_methods
from access15.results.run import AreaResult, Backdrop, RunResult
from access15.sources.proposals import poster_key
from access15.sources.proposals.poster_key import PosterKey, read_poster_key

pytestmark = pytest.mark.usefixtures("said_in_italian")

HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "$x^2$ e $\\frac{1}{0}$",
    "${7*7}{{7*7}}",
    "$",
    "</script>\\begin{document}%&#_^~",
    "N" * 100_000,
    "\u202eovorp مرحبا שלום 漢字 \U0001f600",
    "a\nb\tc\x00d\ud800",
)


@pytest.fixture(scope="module")
def result() -> RunResult:
    return make_result()


@pytest.fixture(scope="module")
def drawn(result: RunResult, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, PosterKey]:
    files = draw_poster(result, "chiesa_rossa", tmp_path_factory.mktemp("poster") / "poster.pdf")
    return files["poster"], read_poster_key(files["key"])


@pytest.fixture(scope="module")
def picture(drawn: tuple[Path, PosterKey]) -> np.ndarray[Any, Any]:
    return rasterise(drawn[0])


def change_area(result: RunResult, **changes: Any) -> RunResult:
    area: AreaResult = replace(result.areas["chiesa_rossa"], **changes)
    return replace(result, areas={"chiesa_rossa": area})


def pixel_at(
    picture: np.ndarray[Any, Any], key: PosterKey, x_m: float, y_m: float
) -> tuple[int, ...]:
    """Red, green, blue at a place on the ground."""
    a, _, c, _, e, f = key.to_crs
    x_mm, y_mm = (x_m - c) / a, (y_m - f) / e
    scale = picture.shape[1] / key.sheet_mm[0]
    return tuple(int(v) for v in picture[int(y_mm * scale), int(x_mm * scale), ::-1])


def test_headline_is_the_coverage(result: RunResult, drawn: tuple[Path, PosterKey]) -> None:
    table = result.coverage
    row = table[
        (table["zone"] == "all")
        & (table["profile"] == "older_adult")
        & (table["category"] == "hub")
        & (table["group"] == "age_65_plus")
        & (table["cutoff_min"] == 15)
    ].iloc[0]
    text = " ".join(read_text(drawn[0]).split())
    n = format_of_hundred(row["share"], "it")
    assert re.search(
        rf"Su 100 residenti di 65 anni e più, {n} arrivano a piedi in 15\s*minuti", text
    )
    assert f"{format_number(row['covered'], 'it')} su {format_number(row['people'], 'it')}" in text
    assert "una persona anziana che cammina da sola" in text
    assert "0,97" in text
    assert "5 marzo 2026" in text
    assert "anno 2024" in text


def test_says_it_in_english(result: RunResult, tmp_path: Path) -> None:
    files = draw_poster(
        result, "chiesa_rossa", tmp_path / "poster.pdf", lang="en", profile="frail", size="A4"
    )
    text = " ".join(read_text(files["poster"]).split())
    assert re.search(
        r"Of 100 residents aged 65 and over, <?\s?\d+ gets? there on foot in 15\s*minutes", text
    )
    assert "0.80" in text
    assert "minuti" not in text


def test_minutes_stand_on_the_bands(drawn: tuple[Path, PosterKey]) -> None:
    text = read_text(drawn[0])
    assert all(
        f"{minutes} min\r\n" in text or f"{minutes} min\n" in text for minutes in (5, 10, 15)
    )


@pytest.mark.parametrize("size", ["A2", "A3", "A4"])
def test_page_has_the_size_of_the_paper(result: RunResult, tmp_path: Path, size: Any) -> None:
    files = draw_poster(result, "chiesa_rossa", tmp_path / "p.pdf", size=size)
    key = read_poster_key(files["key"])
    assert sorted(key.sheet_mm) == sorted(PAPER_MM[size])
    box = re.search(rb"/MediaBox \[ ?0 0 ([\d.]+) ([\d.]+)", files["poster"].read_bytes())
    assert box is not None
    assert [float(v) * 25.4 / 72 for v in box.groups()] == pytest.approx(key.sheet_mm, abs=0.1)


def test_fonts_are_embedded(drawn: tuple[Path, PosterKey]) -> None:
    data = drawn[0].read_bytes()
    assert data.count(b"/FontFile2") >= 2
    assert b"/Type3" not in data


def catch_pens(monkeypatch: pytest.MonkeyPatch) -> list[Pen]:
    pens: list[Pen] = []
    monkeypatch.setattr(poster_module, "Pen", lambda sheet: pens.append(Pen(sheet)) or pens[-1])
    return pens


@pytest.mark.parametrize(
    ("size", "source_pt", "others_pt", "names_pt"), [("A3", 9.0, 9.0, 9.0), ("A4", 9.0, 7.05, 8.0)]
)
def test_no_text_is_small(
    result: RunResult,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    size: Any,
    source_pt: float,
    others_pt: float,
    names_pt: float,
) -> None:
    """As printed; the headline can be read across a room."""
    pens = catch_pens(monkeypatch)
    proposal = PosterProposal(
        "a", "Idea", 0.5, PLACES, (shapely.Point(514000, 5030500).buffer(600),), (1.0, 2.0, 3.0)
    )
    for shown in (None, proposal):
        draw_poster(result, "chiesa_rossa", tmp_path / "p.svg", size=size, proposal=shown)
        sheet, texts = pens[-1].sheet, pens[-1].axes.texts
        sources = [text for text in texts if text.get_position()[1] >= sheet.source.y]
        others = [text for text in texts if text.get_position()[1] < sheet.source.y]
        names = [text for text in others if is_in(sheet.map, text) and len(text.get_text()) > 2]
        assert len(names) > 10
        assert min(text.get_fontsize() for text in sources) >= source_pt
        assert min(text.get_fontsize() for text in others) >= others_pt
        assert min(text.get_fontsize() for text in names) >= names_pt
        assert (
            max(text.get_fontsize() for text in others)
            >= (27.0 if shown is None else 24.0) * sheet.factor
        )


@pytest.fixture
def sides(monkeypatch: pytest.MonkeyPatch) -> list[Pen]:
    """Sheets of two maps that are drawn from now on."""
    pens: list[Pen] = []
    monkeypatch.setattr(sides_module, "Pen", lambda sheet: pens.append(Pen(sheet)) or pens[-1])
    return pens


def write_side(pen: Pen, left: float, right: float) -> list[str]:
    """What is written on the maps between two places along the sheet."""
    sheet = pen.sheet
    here = [
        (text.get_position(), text.get_text())
        for text in pen.axes.texts
        if sheet.map.y - 6 < text.get_position()[1] < sheet.map.bottom
    ]
    return [text for (x, _), text in here if left <= x < right]


@pytest.mark.parametrize("size", ["A2", "A3", "A4"])
def test_today_and_a_proposal_stand_side_by_side(
    result: RunResult, tmp_path: Path, sides: list[Pen], size: Any
) -> None:
    """One key, the proposal's places on its own map alone, no stops, no circles, no key file."""
    after = tuple(shapely.Point(514000, 5030500).buffer(r) for r in (200, 400, 600))
    proposal = PosterProposal("a", "Idea", 0.5, PLACES, after, (1000.0, 2000.0, 4444.0))
    files = draw_sides(
        result,
        "chiesa_rossa",
        tmp_path / "p.svg",
        proposal=proposal,
        profile="older_adult",
        size=size,
    )
    assert list(files) == ["poster"]
    assert [one.name for one in tmp_path.iterdir()] == ["p.svg"]
    (pen,) = sides
    sheet = pen.sheet
    left = write_side(pen, 0.0, sheet.map.right)
    right = write_side(pen, sheet.map.right, sheet.w_mm)
    assert "Oggi" in left
    assert "Con la proposta: Idea" in right
    assert {"A", "C"} <= set(right)
    assert not {"A", "B", "C"} & set(left)
    assert {"5 min", "10 min", "15 min"} <= set(left) & set(right)
    assert sum(text.isdigit() for text in left) <= 2  # hubs; nothing else is numbered
    told = " ".join(text.get_text() for text in pen.axes.texts)
    findings = Findings(result, "chiesa_rossa", "it")
    before = round(findings.covered("older_adult", "hub")[-1].covered)
    assert f"4.444 con la proposta, {format_number(before, 'it')} oggi" in told
    assert f"{format_number(4444 - before, 'it')} in più" in told
    assert "0,97 m/s" in told
    assert "Calcolato il" in told
    assert "bollino" not in told
    assert min(text.get_fontsize() for text in pen.axes.texts) >= 9.0
    low = [text for text in pen.axes.texts if text.get_position()[1] >= sheet.source.y]
    assert all(text.get_position()[1] <= sheet.h_mm - 3 for text in low)


def test_two_maps_of_what_is_unknown_or_unchanged(result: RunResult, tmp_path: Path) -> None:
    findings = Findings(result, "chiesa_rossa", "en")
    before = findings.covered("older_adult", "hub")[-1].covered
    for covered, told in (
        ((), "the difference is unknown"),
        ((1.0, 2.0, before), "no difference"),
        ((1.0, 2.0, before - 10), ", 10 fewer"),
    ):
        proposal = PosterProposal("a", "Idea", 0.5, covered_after=covered)
        said = describe_difference(findings, "older_adult", "hub", proposal)
        assert said.endswith(told)
    assert describe_difference(findings, "older_adult", "pharmacy", proposal).endswith("unknown")
    bare = PosterProposal("a", "Idea " * 40, math.nan)
    draw_sides(result, "chiesa_rossa", tmp_path / "p.svg", proposal=bare, profile="older_adult")


def is_in(box: Box, text: Any) -> bool:
    x, y = text.get_position()
    return box.x < x < box.right and box.y < y < box.bottom


PLACES = (
    PosterPlace(
        9.1775, 45.4330, "Casa di Quartiere Boifava", "spostato qui", was=(9.1748, 45.4290)
    ),
    PosterPlace(9.1700, 45.4330, "Al mercato", "nuovo"),
    PosterPlace(9.1720, 45.4270, "Biblioteca", "tolto", is_gone=True),
)


@pytest.mark.parametrize("size", ["A2", "A3", "A4"])
@pytest.mark.parametrize("lang", ["it", "en"])
def test_no_credit_is_cut(result: RunResult, size: Any, lang: Any) -> None:
    table = result.areas["chiesa_rossa"].facilities.copy()
    table["source"] = [
        f"Comune di Città open data ds{i}, CC BY {i % 3}.0" for i in range(len(table))
    ]
    told = list_credits(Findings(change_area(result, facilities=table), "chiesa_rossa", lang))
    for is_lying in (True, False):
        sheet = lay_out(
            size, is_lying=is_lying, source_mm=measure_sources(told, size, is_lying=is_lying)
        )
        pen = Pen(sheet)
        draw_sources(pen, told)
        lines = [
            (line.get_text(), line.get_fontsize() / sheet.factor, *line.get_position())
            for line in pen.axes.texts
        ]
        text = " ".join(line for line, *_ in lines)
        assert "…" not in text
        assert {f"ds{i}" for i in range(len(table))} <= set(re.findall(r"ds\d+", text))
        assert all(f"CC BY {i}.0" in text for i in range(3))
        assert (
            plain_text(describe_methods(Findings(result, "chiesa_rossa", lang))[0], lang, limit=400)
            in text
        )
        assert max(y for *_, y in lines) <= sheet.source.bottom
        assert all(x + measure_mm(line, pt) <= sheet.source.right + 0.1 for line, pt, x, _ in lines)
        assert {round(pt, 2) for _, pt, *_ in lines} == {sheet.source_pt}  # none is smaller


def test_credits_of_one_publisher_are_told_together() -> None:
    told = group_credits(
        [
            "Comune di Milano open data ds502, CC BY",
            "Comune di Milano open data ds555 (2022), CC BY",
            "Comune di Milano open data ds3017 (2026-09-25), CC BY",
            "Comune di Milano open data ds3018 (2026-09-25), CC BY",
            "Regione Lombardia open data a7, CC0",
            "OpenStreetMap (ODbL)",
            "2022",
        ]
    )
    assert told == [
        "2022",
        "Comune di Milano open data ds3017, ds3018 (2026-09-25), ds555 (2022), ds502, CC BY",
        "OpenStreetMap (ODbL)",
        "Regione Lombardia open data a7, CC0",
    ]


def test_counts_are_what_the_map_shows() -> None:
    """Signs and small marks together are the places of the table."""
    extra = [
        {
            "facility_id": f"x-{i}",
            "name": f"Biblioteca {i}",
            "category": "library",
            "address": "",
            "lon": 9.1748,
            "precision": "rooftop",
            "source": "",
            "lat": 45.4275 + (i % 20) / 2000,
        }
        for i in range(80)
    ]
    findings = Findings(make_result(facilities=extra), "chiesa_rossa", "it")
    bands = collect_bands(findings, "older_adult", "hub")
    sheet, scale = choose_sheet(poster_module.find_bounds(findings, bands), "A4")
    places, table = choose_places(findings, "hub", scale.bounds_m, rows=8, gone=["x-7", "cam-04"])
    pen = Pen(sheet)
    n_lost = draw_labels(pen, findings, scale, bands, places=places, new=[])
    (library,) = (row for row in table if row.name.startswith("Bibliotec") and not row.is_numbered)
    count = int(library.name.rpartition(" ")[2])
    assert 79 <= count == sum(place.sign == library.sign for place in places)
    letters = {row.sign for row in table if not row.is_numbered}
    drawn = sum(text.get_text() in letters for text in pen.axes.texts)
    assert drawn + n_lost == sum(place.sign in letters for place in places)
    assert 0 < n_lost < 79


@pytest.mark.parametrize(
    ("category", "n", "target", "dots"),
    [
        ("bike_station", 30, "hub", {1}),  # very many in the street: dots
        ("bike_station", 30, "bike_station", {0}),  # who walks there wants to see them
        ("library", 30, "hub", {0}),  # where people go in has a sign
    ],
)
def test_street_furniture_of_which_there_is_much_hides_nothing(
    category: str, n: int, target: str, dots: set[int]
) -> None:
    extra = [
        {
            "facility_id": f"x-{i}",
            "name": f"{i}",
            "category": category,
            "address": "",
            "lon": 9.1748 + (i // 10) / 1000,
            "precision": "rooftop",
            "source": "",
            "lat": 45.4275 + (i % 10) / 1000,
        }
        for i in range(n)
    ]
    result = make_result(facilities=extra)
    in_street = result.categories["bike_station"].model_copy(update={"open_when_unstated": "24/7"})
    result = replace(result, categories={**result.categories, "bike_station": in_street})
    findings = Findings(result, "chiesa_rossa", "it")
    bounds = tuple(shapely.total_bounds(findings.area.network.lines))
    places, table = choose_places(findings, target, bounds, rows=8)
    sign = findings.result.categories[category].symbol
    mine = [place for place in places if place.sign == sign]
    (row,) = (row for row in table if row.sign == sign)
    assert len(mine) >= n
    assert {place.dot for place in mine} == dots == {row.dot}
    pen = Pen(lay_out("A3", is_lying=False))
    bands = collect_bands(findings, "older_adult", "hub")
    draw_labels(pen, findings, fit_map(bounds, pen.sheet), bands, places=places, new=[])
    is_signed = sign in [text.get_text() for text in pen.axes.texts]
    assert is_signed == (dots == {0})
    rings = [one for one in pen.axes.get_children() if isinstance(one, Circle) and one.radius < 1.0]
    assert len(rings) >= (0 if is_signed else len(mine))


def _draw_all(result: RunResult, *, target: str = "hub") -> Pen:
    findings = Findings(result, "chiesa_rossa", "it")
    bands = collect_bands(findings, "older_adult", target)
    sheet, scale = choose_sheet(poster_module.find_bounds(findings, bands), "A3")
    pen = Pen(sheet)
    places, _ = choose_places(findings, target, scale.bounds_m, rows=12)
    draw_ground(pen, findings, scale, bands)
    draw_labels(pen, findings, scale, bands, places=places, new=[])
    return pen


@pytest.mark.parametrize("target", ["hub", "pharmacy", "bike_station"])
def test_no_text_lies_on_another(result: RunResult, target: str) -> None:
    """Taken from what is drawn, not from what the placer remembers."""
    boxes = []
    for text in _draw_all(result, target=target).axes.texts:
        size, turn = text.get_fontsize(), math.radians(text.get_rotation())
        bold = text.get_fontproperties().get_weight() == 700
        width, height = (
            measure_mm(text.get_text(), size, bold=bold),
            CAP_HEIGHT * size * MM_PER_POINT,
        )
        x, y = text.get_position()
        x += width / 2 * math.cos(turn) - height / 2 * math.sin(turn)
        y -= width / 2 * math.sin(turn) + height / 2 * math.cos(turn)
        boxes.append((text.get_text(), text_box(x, y, width, height, text.get_rotation())))
    assert len(boxes) > 20
    assert [
        (a, b) for (a, one), (b, other) in combinations(boxes, 2) if one.intersects(other)
    ] == []


def test_streets_are_named(result: RunResult, drawn: tuple[Path, PosterKey]) -> None:
    """Of the length of streets with a name, in the neighbourhood, most is told its name."""
    text, area = read_text(drawn[0]), result.areas["chiesa_rossa"]
    network = area.network
    inside_m = shapely.length(shapely.intersection(network.lines, area.zones.geometry.iloc[0]))
    names = [network.street_names[street] for street in network.street]
    is_told = np.array([any(form in text for form in list_forms(name)) for name in names])
    has_name = network.street > 0
    assert inside_m[has_name & is_told].sum() > 0.7 * inside_m[has_name].sum()


def test_streets_bands_and_paper_are_painted(
    result: RunResult, drawn: tuple[Path, PosterKey], picture: np.ndarray[Any, Any]
) -> None:
    key, area = drawn[1], result.areas["chiesa_rossa"]
    bands = collect_bands(Findings(result, "chiesa_rossa", "it"), "older_adult", "hub")
    streets = shapely.union_all(shapely.simplify(area.network.lines, 2.0))
    frame = shapely.box(*_map_bounds(key))
    for inner, outer, colour in zip(
        [shapely.Point(0, 0), *bands[:-1]], bands, pick_band_colours(3), strict=True
    ):
        free = outer.difference(inner).intersection(frame).difference(streets.buffer(25)).buffer(-8)
        points = free.representative_point()
        hits = [pixel_at(picture, key, *xy) for xy in _inner_points(free, points)]
        assert to_rgb(blend_on_paper(colour)) in hits
    # streets are white, and in the bands a tint half as strong
    middles = shapely.line_interpolate_point(area.network.lines, 0.5, normalized=True)
    inside = [point for point in middles if frame.buffer(-50).contains(point)]
    tints = [to_rgb(blend_on_paper(colour)) for colour in pick_band_colours(3)]
    seen = []
    for point in inside:
        within = [colour for colour, band in zip(tints, bands, strict=True) if band.contains(point)]
        street = [(255 + part) / 2 for part in within[0]] if within else (255, 255, 255)
        painted = pixel_at(picture, key, point.x, point.y)
        seen.append(np.abs(np.subtract(painted, street)).max() <= 2)
    assert np.mean(seen) > 0.6  # the others lie under names and signs


def _map_bounds(key: PosterKey) -> tuple[float, float, float, float]:
    x, y, w, h = key.map_mm
    west, north = key.to_metres(x, y)
    east, south = key.to_metres(x + w, y + h)
    return west, south, east, north


def _inner_points(shape: shapely.Geometry, first: shapely.Point) -> list[tuple[float, float]]:
    rng = np.random.default_rng(3)
    west, south, east, north = shape.bounds
    points = shapely.points(rng.uniform(west, east, 400), rng.uniform(south, north, 400))
    return [(first.x, first.y), *((p.x, p.y) for p in points[shapely.contains(shape, points)])]


def test_green_is_painted(
    result: RunResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(poster_module, "_PNG_DPI", 100)
    zone = result.areas["chiesa_rossa"].zones.geometry.iloc[0]
    nothing = gpd.GeoSeries([], crs="EPSG:32632")
    park = gpd.GeoSeries([zone.buffer(5000)], crs="EPSG:32632")
    parked = change_area(result, backdrop=Backdrop(nothing, park, nothing, nothing))
    files = draw_poster(parked, "chiesa_rossa", tmp_path / "p.png")
    picture, key = cv2.imread(str(files["poster"])), read_poster_key(files["key"])
    x, y, w, h = (round(v * picture.shape[1] / key.sheet_mm[0]) for v in key.map_mm)
    ground = picture[y : y + h, x : x + w].reshape(-1, 3)[:, ::-1]
    assert (ground == to_rgb(GREEN)).all(axis=1).mean() > 0.3
    assert not (ground == to_rgb(PAPER)).all(axis=1).any()


# linear RGB as protanopes see it (Viénot, Brettel and Mollon 1999)
PROTANOPIA = np.array([[0.11238, 0.88762, 0.0], [0.11238, 0.88762, 0.0], [0.00401, -0.00401, 1.0]])


def as_protanopes_see(colour: str) -> float:
    """Luminance of a colour that is seen without long-wave cones."""
    parts = np.array([c / 255 for c in to_rgb(colour)])
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return float(np.clip(PROTANOPIA @ linear, 0, 1) @ (0.2126, 0.7152, 0.0722))


@pytest.mark.parametrize("n", [1, 2, 3])
@pytest.mark.parametrize("seen", [luminance, as_protanopes_see])
def test_bands_part_in_greyscale(n: int, seen: Callable[[str], float]) -> None:
    """From each other, and the largest from the paper and the blocks, also without red."""
    bands = [seen(blend_on_paper(colour)) for colour in pick_band_colours(n)]
    for ground, least in ((PAPER, 1.35), (BLOCKS, 1.3)):
        tones = [*bands, seen(ground)]
        contrasts = [(light + 0.05) / (dark + 0.05) for dark, light in pairwise(tones)]
        assert min(contrasts) >= least
    assert (bands[0] + 0.05) / 0.05 >= 4.2  # black letters on the darkest


def test_print_on_the_map_stays_pale(
    drawn: tuple[Path, PosterKey], picture: np.ndarray[Any, Any]
) -> None:
    """What the reader of photographs relies on."""
    x, y, w, h = (round(v * 6) for v in drawn[1].map_mm)
    ground = picture[y : y + h, x : x + w].astype(float)
    high, low = ground.max(axis=2), ground.min(axis=2)
    assert (high - low).max() / 255 < 0.24


def test_code_names_study_area_and_proposal(result: RunResult, tmp_path: Path) -> None:
    proposal = PosterProposal("zeta 1&x=ü", "Zeta", 0.5)
    files = draw_poster(result, "chiesa_rossa", tmp_path / "p.pdf", proposal=proposal)
    key, sheet = read_poster_key(files["key"]), rasterise(files["poster"])
    x, y, w, h = (round(v * 6) for v in key.code_mm)
    text, _, _ = cv2.QRCodeDetector().detectAndDecode(
        sheet[y - 12 : y + h + 12, x - 12 : x + w + 12]
    )
    assert text == key.code == qr_text("milano", "chiesa_rossa", "zeta 1&x=ü")
    assert "study=milano&area=chiesa_rossa&proposal=zeta+1%26x%3D%C3%BC" in text


@pytest.mark.parametrize("name", ["漢" * 60, "&=?%\"'+ " * 7, "a" * 60])
def test_the_key_of_any_proposal_is_read(result: RunResult, tmp_path: Path, name: str) -> None:
    files = draw_poster(
        result, "chiesa_rossa", tmp_path / "p.svg", proposal=PosterProposal(name, "Zeta", 0.5)
    )
    key = read_poster_key(files["key"])
    assert key.proposal == name
    assert len(key.code) < 200
    assert key.code != qr_text(
        "milano", "chiesa_rossa", name[:-1]
    )  # another proposal, another code


def test_the_key_names_the_crs_by_its_code(result: RunResult, tmp_path: Path) -> None:
    network = result.areas["chiesa_rossa"].network
    spelt = change_area(result, network=replace(network, crs=CRS("EPSG:32632").to_wkt()))
    files = draw_poster(spelt, "chiesa_rossa", tmp_path / "p.svg")
    assert read_poster_key(files["key"]).crs == "EPSG:32632"
    own = change_area(
        result,
        network=replace(network, crs="+proj=tmerc +lat_0=45.1 +lon_0=9.1 +ellps=intl +units=m"),
    )
    with pytest.raises(ConfigError, match=r"has no code, .*; use EPSG:32632 or the like"):
        draw_poster(own, "chiesa_rossa", tmp_path / "q.svg")


def test_keys_and_sheets_know_the_same_paper() -> None:
    assert poster_key.PAPER_MM == PAPER_MM


def test_markers_are_those_of_opencv() -> None:
    known = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50)
    for i, cells in enumerate(MARKER_CELLS):
        drawn = cv2.aruco.generateImageMarker(known, i, 6, borderBits=1)[1:-1, 1:-1] // 255
        assert ["".join(map(str, row)) for row in drawn.tolist()] == list(cells)


def test_proposal_is_set_beside_today(
    result: RunResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = tuple(PosterPlace(9.175 + i / 2000, 45.430, f"Luogo {i}", "nuovo") for i in range(12))
    after = shapely.Point(514000, 5030500).buffer(600)
    proposal = PosterProposal("a", "Al mercato", 0.47, places, (after,), (1111.0, 2222.0, 3333.0))
    pens = catch_pens(monkeypatch)
    text = read_text(
        draw_poster(result, "chiesa_rossa", tmp_path / "p.pdf", proposal=proposal)["poster"]
    )
    sizes = {one.get_text(): one.get_fontsize() for one in pens[-1].axes.texts}
    today = format_of_hundred(
        Findings(result, "chiesa_rossa", "it").covered("older_adult", "hub")[-1].share, "it"
    )
    assert (
        sizes["Con la proposta «Al mercato»: 47 su 100"] == sizes[f"Oggi: {today} su 100"] >= 24.0
    )
    assert {"1.111", "2.222", "3.333", "3.333 persone"} <= set(sizes)
    assert "Luogo 0 (nuovo)" in text
    assert "altre modifiche: 2" in text
    assert "con la proposta" in text


def test_what_moves_and_goes_is_struck(
    result: RunResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pens = catch_pens(monkeypatch)
    proposal = PosterProposal("a", "Idea", 0.5, PLACES, gone=frozenset({"cam-04"}))
    draw_poster(result, "chiesa_rossa", tmp_path / "p.svg", proposal=proposal)
    sheet, texts = pens[-1].sheet, pens[-1].axes.texts
    on_map = [(text.get_text(), text.get_color()) for text in texts if is_in(sheet.map, text)]
    (grey,) = {colour for text, colour in on_map if text == "C"}  # taken away
    assert sorted(colour == grey for text, colour in on_map if text == "A") == [
        False,
        True,
    ]  # where to, where from
    assert {colour == grey for text, colour in on_map if text == "B"} == {False}
    words = {text for text, _ in on_map}
    assert {"Casa di Quartiere Boifava", "spostato qui", "(oggi è qui)"} <= words
    assert not any(text.startswith("Casa di Quartiere Boifava ") for text in words)
    beside = {text.get_text() for text in texts if not is_in(sheet.map, text)}
    assert {"Casa di Quartiere Boifava (spostato qui)", "Biblioteca (tolto)"} <= beside
    assert "Casa di Quartiere Boifava" not in beside  # as a hub of today


@pytest.mark.parametrize("is_lying", [True, False])
@pytest.mark.parametrize("size", ["A3", "A4"])
def test_headline_stays_above_the_map(result: RunResult, size: Any, is_lying: bool) -> None:
    findings = Findings(result, "chiesa_rossa", "it")
    for name in ("Idea", "Una casa molto grande per tutti " * 3):
        proposal = PosterProposal("a", name, 0.2, covered_after=(1.0, 2.0, 3.0))
        pen = Pen(lay_out(size, is_lying=is_lying))
        draw_head(pen, build_headline(findings, "older_adult", "hub", proposal))
        head = pen.sheet.head
        assert (
            max(text.get_position()[1] for text in pen.axes.texts) <= head.bottom
        )  # the map begins 3 mm below
        sizes = {text.get_text(): text.get_fontsize() for text in pen.axes.texts}
        assert (
            min(size for text, size in sizes.items() if text.endswith(" su 100"))
            >= 21.0 * pen.sheet.factor
        )


def test_a_row_keeps_what_happens() -> None:
    for name in (
        "Mercato",
        "Un nome molto lungo che in nessun caso sta in una riga di questa tabella",
    ):
        told = _name_new(NewPlace("A", name, "nuovo passaggio", 0.0, 0.0), 80.0)
        assert told.startswith(name[:7])
        assert told.endswith(" (nuovo passaggio)")
        assert measure_mm(told, 10.0, bold=True) <= 80.0


def test_a_long_name_leaves_the_numbers_large(
    result: RunResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pens = catch_pens(monkeypatch)
    for share, line in (
        (0.5, "Con la proposta: 50 su 100"),
        (math.nan, "Su 100 residenti di 65 anni e più,"),
    ):
        draw_poster(
            result,
            "chiesa_rossa",
            tmp_path / "p.svg",
            proposal=PosterProposal("a", "Una casa " * 6, share),
        )
        sizes = {text.get_text(): text.get_fontsize() for text in pens[-1].axes.texts}
        assert sizes[line] >= 24.0
        assert any("Una casa Una casa" in text for text in sizes)
    unknown = PosterProposal("a", "Idea", 0.5)
    draw_poster(result, "chiesa_rossa", tmp_path / "p.svg", target="pharmacy", proposal=unknown)
    assert "Oggi: non è noto" in {text.get_text() for text in pens[-1].axes.texts}


@pytest.mark.parametrize("size", ["A3", "A4"])
@pytest.mark.parametrize("lang", ["it", "en"])
def test_the_key_is_not_cut(result: RunResult, size: Any, lang: Any) -> None:
    """Neither its words nor its numbers, and none on another."""
    findings, after = Findings(result, "chiesa_rossa", lang), (11_111.0, 22_222.0, 33_333.0)
    for is_lying in (True, False):
        pen = Pen(lay_out(size, is_lying=is_lying))
        draw_side(pen, findings, "older_adult", "hub", rows=[], after=after, has_outline=True)
        side = pen.sheet.side
        texts = [
            text for text in pen.axes.texts if is_lying or text.get_position()[0] <= side.x + 92
        ]
        told = [text.get_text() for text in texts]
        assert not any("…" in text for text in told)
        for people in after:
            assert format_number(people, lang) in told
        assert sum(format_number(after[-1], lang) in text for text in told) == 2
        boxes = []
        for text in texts:
            bold = text.get_fontproperties().get_weight() == 700
            pt = text.get_fontsize() / pen.sheet.factor
            width = measure_mm(text.get_text(), pt, bold=bold)
            x, y = text.get_position()
            left = x - width if text.get_horizontalalignment() == "right" else x
            boxes.append(shapely.box(left, y - CAP_HEIGHT * pt * MM_PER_POINT, left + width, y))
        assert not any(one.intersects(other) for one, other in combinations(boxes, 2))


def test_people_are_told_what_to_do(drawn: tuple[Path, PosterKey]) -> None:
    text = " ".join(read_text(drawn[0]).split())
    assert (
        "un bollino sulla mappa; un altro dello stesso colore qui sotto, con la via e il perché"
        in text
    )
    assert text.count("via:") == text.count("perché:") == 12


def test_unknown_is_said(result: RunResult, tmp_path: Path) -> None:
    files = draw_poster(result, "chiesa_rossa", tmp_path / "p.pdf", target="pharmacy")
    text = " ".join(read_text(files["poster"]).split())
    assert "non è noto" in text
    assert "Su 100" not in text


def test_same_result_same_bytes(
    result: RunResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(poster_module, "_PNG_DPI", 60)
    for ending in ("svg", "png"):  # pdf: see the next test
        one = draw_poster(result, "chiesa_rossa", tmp_path / f"one.{ending}")
        other = draw_poster(result, "chiesa_rossa", tmp_path / "other" / f"one.{ending}")
        assert one["poster"].read_bytes() == other["poster"].read_bytes()
        assert one["key"].read_bytes() == other["key"].read_bytes()


def test_same_bytes_in_another_process(
    result: RunResult, drawn: tuple[Path, PosterKey], tmp_path: Path
) -> None:
    code = (
        "import sys; sys.path.insert(0, 'tests')\n"
        "from pathlib import Path\nfrom builders.run import make_result\n"
        "from access15.outputs.poster.draw import draw_poster\n"
        f"draw_poster(make_result(), 'chiesa_rossa', Path({str(tmp_path / 'poster.pdf')!r}))"
    )
    root = ROOT
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "poster.pdf").read_bytes() == drawn[0].read_bytes()


def test_svg_carries_its_typeface(result: RunResult, tmp_path: Path) -> None:
    """What is written stays text, in a typeface cut to it that comes with the picture."""
    text = draw_poster(result, "chiesa_rossa", tmp_path / "p.svg")["poster"].read_text(
        encoding="utf-8"
    )
    assert "Casa di Quartiere Boifava</text>" in text
    assert set(re.findall(r"font-family: ([^;]+);", text)) == {
        "'Titillium Web', 'DejaVu Sans', sans-serif"
    }
    packed = re.findall(r"url\(data:font/woff2;base64,([^)]+)\)", text)
    written = html.unescape("".join(re.findall(r"<text [^>]*>([^<]*)</text>", text)))
    for one in packed:
        with TTFont(io.BytesIO(base64.b64decode(one))) as font:
            assert set(font.getBestCmap()) == {ord(sign) for sign in written}
    assert len(packed) == 2
    assert "url(http" not in text
    assert "<script" not in text
    assert CREATED.isoformat() in text


@pytest.fixture(name="plain_texts")
def _plain_texts() -> Iterator[None]:
    """Texts as Python has them: Arrow, where it is installed, holds no half of a character."""
    with pd.option_context("mode.string_storage", "python"):
        yield


@pytest.mark.usefixtures("plain_texts")
@pytest.mark.parametrize("ending", ["pdf", "svg", "png"])
def test_names_from_data_stay_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    monkeypatch.setattr(poster_module, "_PNG_DPI", 60)
    spots = [{"lat": 45.4275 + i / 1000, "lon": 9.1748} for i in range(len(HOSTILE))]
    extra = [
        {
            "facility_id": f"x-{i}",
            "name": name,
            "category": "library",
            "address": name,
            "precision": "rooftop",
            "source": name,
            **spot,
        }
        for i, (name, spot) in enumerate(zip(HOSTILE, spots, strict=True))
    ]
    result = make_result(facilities=extra, area_name="<b>$x$</b> " + "A" * 5000)
    proposal = PosterProposal(
        "$a$", "$\\frac{" * 50, 0.4, (PosterPlace(9.1748, 45.4290, HOSTILE[1], HOSTILE[6]),)
    )
    files = draw_poster(result, "chiesa_rossa", tmp_path / f"p.{ending}", proposal=proposal)
    assert files["poster"].stat().st_size > 10_000
    if ending == "pdf":
        text = read_text(files["poster"])
        assert "<img src=x onerror=alert(1)>" in text
        assert "$x^2$ e $" in text
        assert "${7*7}{{7*7}}" in text
        assert "N" * 200 not in text
        assert "\u202e" not in text


def test_every_text_stands_out_from_what_lies_under_it(
    result: RunResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Drawn with and without its letters: 4.5 to 1 around the strokes of each, its rim included."""
    pens = catch_pens(monkeypatch)
    monkeypatch.setattr(poster_module, "_PNG_DPI", 100)
    place = PosterPlace(9.1748, 45.4290, "Nuovo centro", "new")
    proposal = PosterProposal("b", "Proposta B", 0.61, (place,))
    files = draw_poster(result, "chiesa_rossa", tmp_path / "p.png", proposal=proposal)
    written = cv2.imread(str(files["poster"]))[..., ::-1]
    (pen,) = pens
    boxes = [text.get_window_extent() for text in pen.axes.texts]
    for text in pen.axes.texts:
        text.set_visible(False)
    pen.figure.savefig(tmp_path / "bare.png", dpi=100)
    bare = cv2.imread(str(tmp_path / "bare.png"))[..., ::-1]
    assert len(boxes) > 60
    dim = []
    scale = 100 / pen.figure.dpi
    for text, box in zip(pen.axes.texts, boxes, strict=True):
        rows = slice(*(int(bare.shape[0] - scale * y) for y in (box.y1, box.y0)))
        columns = slice(int(scale * box.x0), int(scale * box.x1) + 1)
        colour = to_rgb(str(text.get_color()))
        share = share_readable(bare[rows, columns], written[rows, columns], colour)
        if share < 0.9:
            dim.append((text.get_text(), share))
    assert dim == []


def test_what_the_font_lacks_becomes_a_square() -> None:
    assert plain_text("漢 \u202eabc\u2066 \U0001f600\U0001d400", "it") == "□ abc □□"
    assert plain_text("Città d'arte «α» مرحبا", "it") == "Città d'arte «α» مرحبا"
    assert plain_text(float("nan"), "it") == ""


def test_what_the_typeface_lacks_is_written_in_another() -> None:
    """Each sign in the first of the two that has it, and as wide as it is drawn."""
    for bold in (False, True):
        own = size_font(10.0, bold=bold)
        assert "Titillium" in own.get_family()[0]
        assert own.get_weight() == (700 if bold else 400)
    for digit in "123456789":  # columns of numbers stand below each other
        assert measure_mm(digit, 10.0) == measure_mm("0", 10.0)
    assert measure_mm("مرحبا", 10.0) > 3.0
    assert measure_mm("via", 10.0) < measure_mm("via", 10.0, bold=True)


def test_texts_are_cut_to_their_room() -> None:
    long = "Centro di aggregazione multifunzionale di via Boifava"
    cut = shorten(long, 40.0, 11.0)
    assert cut.endswith("…")
    assert measure_mm(cut, 11.0) <= 40.0 < measure_mm(long, 11.0)
    assert shorten("corto", 40.0, 11.0) == "corto"
    lines = wrap(long, 40.0, 11.0, lines=2)
    assert len(lines) == 2
    assert all(measure_mm(line, 11.0) <= 40.0 for line in lines)
    assert wrap("x" * 500, 40.0, 11.0, lines=3)[0].endswith("…")
    size = fit_size(long, 60.0, 30.0, least_pt=5.0)
    assert measure_mm(long, size) <= 60.0


def test_scale_is_round_and_shows_all() -> None:
    for size in PAPER_MM:
        sheet = lay_out(size, is_lying=True)
        scale = fit_map((1000.0, 2000.0, 3700.0, 4100.0), sheet)
        assert shapely.box(*scale.bounds_m).contains(shapely.box(1000, 2000, 3700, 4100))
        assert round(1000 * scale.metres_per_mm / sheet.factor, 6) % 250 == 0


def test_shape_decides_how_the_sheet_lies() -> None:
    assert choose_sheet((0, 0, 3000, 2000), "A3")[0].is_lying
    assert not choose_sheet((0, 0, 1900, 3100), "A3")[0].is_lying
    for sheet in (lay_out("A3", is_lying=True), lay_out("A3", is_lying=False)):
        page = shapely.box(0, 0, sheet.w_mm, sheet.h_mm)
        parts = [sheet.head, sheet.map, sheet.side, sheet.strip, sheet.source, *sheet.markers]
        shapes = [shapely.box(part.x, part.y, part.right, part.bottom) for part in parts]
        assert all(page.contains(shape) for shape in shapes)
        assert not any(one.intersects(other) for one, other in combinations(shapes, 2))


def test_kinds_with_many_places_share_a_letter(result: RunResult) -> None:
    findings = Findings(result, "chiesa_rossa", "it")
    bounds = tuple(shapely.total_bounds(result.areas["chiesa_rossa"].network.lines))
    few, few_rows = choose_places(findings, "hub", bounds, rows=6)
    many, many_rows = choose_places(findings, "hub", bounds, rows=60)
    assert len(few) == len(many)  # nothing is lost
    assert len(few_rows) <= len(many_rows)
    assert [row.sign for row in many_rows if row.is_numbered] == [
        str(i + 1) for i in range(sum(row.is_numbered for row in many_rows))
    ]
    assert [row.name for row in few_rows[:2]] == [
        "Casa di Quartiere Boifava",
        "Casa di Quartiere De André",
    ]
    assert {place.sign for place in few} == {row.sign for row in few_rows}


names = st.lists(
    st.tuples(
        st.sampled_from(["Via Neera", "Viale Famagosta", "Via dei Missaglia", "Largo"]),
        st.integers(0, 4),
        st.tuples(*[st.floats(0, 200, allow_nan=False)] * 4),
    ),
    max_size=40,
)


@settings(max_examples=100)
@given(names)
def test_placed_names_never_collide(runs: list[tuple[str, int, tuple[float, ...]]]) -> None:
    frame = Box(0, 0, 200, 200)
    sign = shapely.box(90, 90, 110, 110)
    placer = Placer(frame)
    assert placer.take(sign)
    asked = [(name, rank, np.array(ends).reshape(2, 2)) for name, rank, ends in runs]
    placed = place_names(
        asked,
        placer,
        size_pt=lambda rank: 12.0 - rank,
        measure=lambda text, size, _: (len(text) * size * 0.2, size * 0.3),
    )
    boxes = [
        text_box(n.x, n.y, len(n.text) * n.size_pt * 0.2, n.size_pt * 0.3, n.angle_deg)
        for n in placed
    ]
    assert not any(one.intersects(other) for one, other in combinations([sign, *boxes], 2))
    assert all(shapely.box(0, 0, 200, 200).contains(box) for box in boxes)
    assert all(-90 < n.angle_deg <= 90 and n.size_pt >= 8 for n in placed)


def test_names_are_shortened_as_italians_do() -> None:
    assert list_forms("Via Pietro Boifava") == [
        "Via Pietro Boifava",
        "V. Pietro Boifava",
        "V. P. Boifava",
    ]
    assert list_forms("Viale Famagosta") == ["Viale Famagosta", "V.le Famagosta"]
    assert list_forms("Via San Vigilio") == ["Via San Vigilio", "V. San Vigilio"]
    assert list_forms("Via della Chiesa Rossa") == [
        "Via della Chiesa Rossa",
        "V. della Chiesa Rossa",
    ]
    assert list_forms("Broadway") == ["Broadway"]


def test_a_name_stands_on_its_street() -> None:
    runs = [
        ("Via Neera", 2, np.array([[10.0, 50.0], [190.0, 50.0]])),
        ("Via Breve", 2, np.array([[0.0, 0.0], [3.0, 0.0]])),
    ]
    placed = place_names(
        runs, Placer(Box(0, 0, 200, 100)), size_pt=lambda _: 10.0, measure=lambda *_: (30.0, 3.0)
    )
    assert [(n.text, n.x, n.y, n.angle_deg) for n in placed] == [("Via Neera", 100.0, 50.0, 0.0)]


def test_key_has_no_paths_and_leads_to_the_ground(
    result: RunResult, drawn: tuple[Path, PosterKey]
) -> None:
    pdf, key = drawn
    text = pdf.with_suffix(".json").read_text(encoding="utf-8")
    assert len(text) < 3000
    assert str(pdf.parent) not in text
    assert json.loads(text)["format"] == "access15-poster"
    hub = result.areas["chiesa_rossa"].facilities.set_index("facility_id").loc["cam-04", "geometry"]
    west, south, east, north = _map_bounds(key)
    assert west < hub.x < east
    assert south < hub.y < north


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ({"area_id": "nowhere"}, "area 'nowhere' is not in this run; there are chiesa_rossa"),
        (
            {"profile": "runner"},
            "profile 'runner' is not in this run; there are adult, older_adult",
        ),
        ({"target": "opera"}, "target 'opera' is not in this run; there are hub, cam-04"),
    ],
)
def test_what_the_run_lacks_is_refused(
    result: RunResult, tmp_path: Path, choices: dict[str, str], message: str
) -> None:
    with pytest.raises(ConfigError, match=message):
        draw_poster(result, **{"area_id": "chiesa_rossa", "path": tmp_path / "p.pdf", **choices})
    assert list(tmp_path.iterdir()) == []


def test_other_endings_are_refused(result: RunResult, tmp_path: Path) -> None:
    with pytest.raises(
        InputDataError, match=r"files ending in '.docx' are not written; use .pdf, .png or .svg"
    ):
        draw_poster(result, "chiesa_rossa", tmp_path / "p.docx")
    (tmp_path / "q.json").mkdir()
    with pytest.raises(InputDataError, match=r"q.json is a folder"):
        draw_poster(result, "chiesa_rossa", tmp_path / "q.pdf")


def test_every_profile_has_its_headline(result: RunResult) -> None:
    findings = Findings(result, "chiesa_rossa", "it")
    for profile in result.profiles:
        notes = [text for text, _ in build_headline(findings, profile, "hub", None).notes]
        assert load_profiles()[profile].who.it in " ".join(notes)
