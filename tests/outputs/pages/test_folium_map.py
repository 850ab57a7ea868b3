"""The page of one neighbourhood: what is inside it is what was computed."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import replace
from typing import Any

import folium
import numpy as np
import pytest
import shapely
from builders.basemap import read_lines
from builders.contrast import contrast, luminance
from builders.pages import HOSTILE, Page
from builders.run import CRS, make_result

from access15.config import Lang
from access15.errors import ConfigError
from access15.outputs.pages.basemap import MapFrame
from access15.outputs.pages.folium_map import draw_map, render_map
from access15.outputs.pages.map_data import BAND_OUTLINE, PAPER, blend_on_paper, pick_band_colours
from access15.outputs.words.confidence import write_share
from access15.outputs.words.findings import HUB, Findings
from access15.outputs.words.legend import build_legend, list_undrawn
from access15.outputs.words.numbers import format_number, format_share
from access15.results.run import RunResult

AREA = "chiesa_rossa"
UNKNOWN = ("wemi", "pharmacy")
NASTY = [
    HOSTILE,
    "Robert'); DROP TABLE facilities;--",
    "{% for x in y %}{{ cycler.__init__ }}",
    "\u202eright to left override",
    "مركز الحي",
    "y" * 100_000,
    "",
]


@pytest.fixture(scope="module")
def result() -> RunResult:
    return make_result()


@pytest.fixture(scope="module")
def page(result: RunResult) -> str:
    return render_map(result, AREA)


@pytest.fixture(scope="module")
def data(page: str) -> dict[str, Any]:
    return read_data(page)


def read_data(page: str) -> dict[str, Any]:
    (text,) = re.findall(
        r'<script type="application/json" id="access15-data">(.*?)</script>', page, re.DOTALL
    )
    loaded: dict[str, Any] = json.loads(text)
    # as the page's script does
    loaded["facilities"] = [loaded["usual_facility"] | card for card in loaded["facilities"]]
    return loaded


def test_two_builds_are_the_same_bytes(page: str) -> None:
    assert render_map(make_result(), AREA).encode() == page.encode()
    drawn = draw_map(make_result(), AREA)
    assert drawn.get_root().render() == drawn.get_root().render() == page


def test_an_unknown_area_is_refused(result: RunResult) -> None:
    with pytest.raises(
        ConfigError, match=r"^this run has no area 'brera': its areas are chiesa_rossa$"
    ):
        draw_map(result, "brera")


@pytest.mark.parametrize("lang", ["it", "en"])
def test_legend_numbers_are_those_of_the_coverage_table(result: RunResult, lang: Lang) -> None:
    legend = read_data(render_map(result, AREA, lang=lang))["legend"]
    findings = Findings(result, AREA, lang)
    table = result.areas[AREA].coverage
    table = table[
        (table["zone"] == "all")
        & (table["group"] == "age_65_plus")
        & ~table["category"].isin(UNKNOWN)
    ]
    assert len(table) == 4 * 5 * 3
    for row in table.itertuples():
        told = legend[f"{row.profile}|{row.category}"]
        at = result.cutoffs_min.index(row.cutoff_min)
        share = write_share(findings, row.profile, row.share)
        assert told["rows"][at] == [format_number(row.covered, lang), share]
    at_most = legend["wheelchair|hub"]["rows"][-1][1]
    assert at_most.startswith("al massimo " if lang == "it" else "at most ")
    for profile in result.profiles:
        for category in UNKNOWN:
            unknown = "non noto" if lang == "it" else "unknown"
            assert legend[f"{profile}|{category}"]["rows"] == [[unknown, unknown]] * 3
            assert not legend[f"{profile}|{category}"]["is_known"]


def test_legend_says_whose_walk_and_what_pace(data: dict[str, Any], page: str) -> None:
    assert data["legend"]["frail|hub"]["notes"][-1].replace("\u00a0", " ") == (
        "Passo di una persona di 82 anni con il bastone: 0,80 m/s, 2,9 km/h, riposi di 30 s ogni "
        "100 m."
    )
    assert page.count('type="radio" name="profile"') == 4
    assert 'value="older_adult" checked' in page


def test_groups_that_are_spread_alike_are_one_line(result: RunResult, data: dict[str, Any]) -> None:
    """The made-up residents are one total per group, spread by the same weights: one share."""
    ((names, people, share),) = data["legend"]["older_adult|hub"]["groups"]
    assert names == (
        "tutti i residenti, 65 anni e più, 80 anni e più, 80 anni e più che vivono soli: stessa "
        "distribuzione"
    )
    findings = Findings(result, AREA, "it")
    groups = result.study.population.groups
    covered = [findings.covered("older_adult", HUB, group)[-1] for group in groups]
    assert people == " · ".join(format_number(one.covered, "it") for one in covered)
    assert {format_share(one.share, "it") for one in covered} == {share}


def test_groups_that_live_elsewhere_are_told_apart(result: RunResult) -> None:
    """Somebody who lives alone moves: that group is a finding of its own."""
    area = result.areas[AREA]
    residents = area.residents.copy()
    residents.loc[residents.index[:2], "age_80_plus_living_alone"] += [1.0, -1.0]
    moved = replace(result, areas={AREA: replace(area, residents=residents)})
    told = build_legend(Findings(moved, AREA, "en"), "older_adult", HUB)["groups"]
    assert [row[0] for row in told] == [
        "all residents, 65 and over, 80 and over: same pattern",
        "residents aged 80 and over living alone",
    ]


def test_bands_are_the_service_areas(result: RunResult, data: dict[str, Any]) -> None:
    frame = MapFrame(CRS, data["frame"]["west"], data["frame"]["north"])
    table = result.areas[AREA].service_areas
    for row in table[table["target"].isin(["library", "cam-04"])].itertuples():
        text = data["bands"]["shapes"][f"{row.profile}|{row.target}"][
            result.cutoffs_min.index(row.cutoff_min)
        ]
        drawn = shapely.union_all([shapely.Polygon(ring) for ring in read_lines(text)])
        expected = shapely.transform(row.geometry, lambda xy: frame.to_units(xy).astype(float))
        assert drawn.symmetric_difference(expected).area < 0.02 * expected.area


def test_bands_of_the_nearest_hub_join_those_of_all_hubs(data: dict[str, Any]) -> None:
    both, first, second = (
        shapely.union_all(
            [
                shapely.Polygon(ring)
                for ring in read_lines(data["bands"]["shapes"][f"frail|{target}"][2])
            ]
        )
        for target in ("hub", "cam-04", "csrc-07")
    )
    assert both.symmetric_difference(first.union(second)).area < 0.02 * both.area


def test_uncovered_residents_are_those_beyond_the_longest_cutoff(
    result: RunResult, data: dict[str, Any]
) -> None:
    area = result.areas[AREA]
    people = area.residents["age_65_plus"].to_numpy()
    covered = data["residents"]["covered"]
    assert set(covered) == {
        f"{p}|{t[0]}" for p in result.profiles for t in data["targets"] if t[0] not in UNKNOWN
    }
    for key, text in covered.items():
        bits = np.unpackbits(np.frombuffer(base64.b64decode(text), np.uint8), bitorder="little")[
            : len(people)
        ]
        seconds = area.travel_time_s[tuple(key.split("|"))]  # type: ignore[index]
        assert (bits.astype(bool) == (seconds <= 900.0)).all()
    assert data["residents"]["people"] == pytest.approx(people, abs=0.05)
    (dots,) = read_lines(data["residents"]["dots"])
    assert len(dots) == len(people)


def test_a_resident_exactly_at_the_cutoff_is_covered(result: RunResult) -> None:
    area = result.areas[AREA]
    seconds = np.full(len(area.residents), np.inf)
    seconds[:2] = [900.0, np.nextafter(900.0, 901.0)]
    times = {**area.travel_time_s, ("frail", "library"): seconds}
    changed = replace(result, areas={AREA: replace(area, travel_time_s=times)})
    text = read_data(render_map(changed, AREA))["residents"]["covered"]["frail|library"]
    assert list(base64.b64decode(text)) == [1] + [0] * ((len(seconds) - 1) // 8)


def test_no_facility_is_dropped(result: RunResult, data: dict[str, Any]) -> None:
    findings = Findings(result, AREA, "it")
    undrawn = list_undrawn(findings)
    assert len(data["facilities"]) + len(undrawn) == len(result.areas[AREA].facilities) == 178
    assert len(undrawn) == 9
    assert ("Spazio WeMi Ornato", "via Ornato 7") in [one[:2] for one in undrawn]


def test_facilities_say_what_is_known_of_them(data: dict[str, Any]) -> None:
    cards = {card["name"]: card for card in data["facilities"]}
    hub = cards["Casa di Quartiere Boifava"]
    assert (hub["hub"], hub["walk"], hub["uncertain"]) == (True, [], False)
    near = cards["Biblioteca Chiesa Rossa"]
    assert near["precision"] == "punto ufficiale"
    assert near["to_hub"] == "A piedi fino a «Casa di Quartiere Boifava»"
    assert all(text.endswith("\u00a0minuti") for text in near["walk"])
    wemi = cards["Spazio WeMi Valla"]
    assert (wemi["uncertain"], wemi["precision"]) == (True, "solo la via")
    assert wemi["status"] == "senza un punto certo: non usato nei tempi a piedi"
    assert "wemi.comune.milano.it" in data["categories"]["wemi"]["platform"]
    assert data["categories"]["library"]["platform"] == ""


def test_minutes_nobody_can_walk_are_words(result: RunResult) -> None:
    area = result.areas[AREA]
    table = area.facilities.copy()
    row = table.index[table["name"] == "Biblioteca Chiesa Rossa"][0]
    table.loc[row, "minutes_wheelchair"] = np.inf
    changed = replace(result, areas={AREA: replace(area, facilities=table)})
    (card,) = [
        c
        for c in read_data(render_map(changed, AREA))["facilities"]
        if c["name"] == "Biblioteca Chiesa Rossa"
    ]
    assert card["walk"][3] == "nessun percorso"
    assert "inf" not in " ".join(card["walk"])


def test_hostile_names_stay_text() -> None:
    nasty = [
        {
            "facility_id": f"n{i}",
            "name": name,
            "address": name,
            "category": "library",
            "lat": 45.43 if i % 2 else None,
            "lon": 9.18 if i % 2 else None,
            "precision": "official point" if i % 2 else "none",
            "source": name,
        }
        for i, name in enumerate(NASTY * 2)
    ]
    clean = Page(render_map(make_result(), AREA))
    page = render_map(make_result(facilities=nasty, area_name=NASTY[0]), AREA)
    parsed = Page(page)
    assert "<img src=x" not in page
    assert "DROP TABLE" in page
    assert [t for t, _ in parsed.elements if t in ("script", "img")] == [
        t for t, _ in clean.elements if t in ("script", "img")
    ]
    assert parsed.scripts[:-1] == clean.scripts[:-1]
    assert "{{7*7}}" in page
    assert " 49 " not in parsed.scripts[-1]
    assert max(len(card["name"]) for card in read_data(page)["facilities"]) < 200
    assert "… (testo tagliato)" in page
    assert "(senza nome)" in page


def test_hostile_labels_of_categories_are_not_markup_in_the_layer_control(
    result: RunResult,
) -> None:
    label = result.categories["library"].label.model_copy(update={"it": "<b onclick=x>{{7*7}}</b>"})
    kinds = {
        **result.categories,
        "library": result.categories["library"].model_copy(update={"label": label, "symbol": "{{"}),
    }
    script = Page(render_map(replace(result, categories=kinds), AREA)).scripts[-1]
    # what Leaflet writes as markup is the escaped text, and JSON in a script escapes it once more
    assert "\\u0026lt;b onclick=x\\u0026gt;\\u0026#123;\\u0026#123;7*7}}" in script
    assert "onclick=x>" not in script


def test_further_folium_layers_can_be_added(result: RunResult) -> None:
    drawn = draw_map(result, AREA)
    group = folium.FeatureGroup(name="Prova").add_to(drawn)
    folium.CircleMarker([45.43, 9.18], popup="ciao").add_to(group)
    folium.Marker([45.43, 9.18], icon=folium.DivIcon(html="x")).add_to(group)
    script = Page(drawn.get_root().render()).scripts[-1]
    control = script.index("L.control.layers(")
    assert script.index(f"var {group.get_name()} = L.featureGroup(") < control
    assert f'"Prova": {group.get_name()}' in script[control:]


def test_overlays_are_offered_and_switched_by_the_layer_control(page: str) -> None:
    script = Page(page).scripts[-1]
    offered = re.findall(r'"([^"]*)": (layer_\w+)', script[script.index("L.control.layers(") :])
    homes = ["layer_residents", "layer_doors", "layer_fixes"]
    assert [name for _, name in offered][:6] == [
        "layer_outline",
        "layer_bands",
        *homes,
        "layer_hubs",
    ]
    assert [name for _, name in offered][6:] == [
        f"layer_kind_{k}" for k in ("cam", "csrc", "library", "wemi", "bike_station")
    ]
    shown = re.findall(r"(layer_\w+)\.addTo", script)
    assert shown == ["layer_outline", "layer_bands", "layer_residents", "layer_hubs"]


def test_online_tiles_only_when_asked_and_then_switched_off(result: RunResult, page: str) -> None:
    assert "tile.openstreetmap.org" not in page
    online = render_map(result, AREA, tiles=True)
    assert Page(online).policy()["img-src"] == ["data:", "blob:", "https://tile.openstreetmap.org"]
    script = Page(online).scripts[-1]
    assert "L.tileLayer(" in script
    assert not re.search(r"tile_layer_online\.addTo", script)
    assert '"Mappa in rete (serve internet)": tile_layer_online' in script


@pytest.mark.parametrize("n", [1, 2, 3, 5])
def test_bands_can_be_told_apart(n: int) -> None:
    colours = [blend_on_paper(colour) for colour in pick_band_colours(n)]
    assert len(set(colours)) == n
    assert sorted(colours, key=luminance) == colours
    assert contrast(BAND_OUTLINE, PAPER) >= 3
    assert contrast(BAND_OUTLINE, colours[-1]) >= 3


def test_sources_and_the_sketch_warning_stand_on_the_page(page: str) -> None:
    text = page.replace("\u00a0", " ")
    for said in (
        "Schizzo delle sole vie principali",
        "street_sketch_segments.csv",
        "© OpenStreetMap contributors, ODbL 1.0",
        "nil_population.csv; Comune di Milano, open data ds205, CC BY",
        "anno 2024",
        "open data ds964",
        "totali di zona distribuiti in modo uniforme lungo le strade residenziali",
        "ds3017",
        "5 marzo 2026, ore 14:05",
    ):
        assert said in text, said


def test_warnings_of_a_real_network_are_shown(result: RunResult) -> None:
    area = result.areas[AREA]
    info = replace(
        area.network_info, kind="osm", date="2014-10", warnings=("the extract cuts <the> padding",)
    )
    page = render_map(replace(result, areas={AREA: replace(area, network_info=info)}), AREA)
    assert "Schizzo" not in page
    assert "the extract cuts &lt;the&gt; padding" in page
    assert "2014-10" in page


def test_a_page_of_the_sketch_is_small(page: str) -> None:
    assert len(page.encode()) < 600_000
