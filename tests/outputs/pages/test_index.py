"""The page of all results: plain sentences and the numbers of the tables."""

from __future__ import annotations

import html
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from builders.pages import HOSTILE, Page
from builders.run import make_result

from access15.config import Lang
from access15.outputs.pages.index import describe_headline, describe_spacing, render_index
from access15.outputs.words.confidence import write_share
from access15.outputs.words.findings import HUB, Findings
from access15.outputs.words.gap import write_range
from access15.outputs.words.numbers import format_number, format_share
from access15.remarks import Remark
from access15.results.aids import NO_AIDS, Aids, BenchAid
from access15.results.prepared import Answer, Site
from access15.results.run import RunResult

AREAS = ("chiesa_rossa", "forlanini_salomone")
FILES = {
    "chiesa_rossa": "chiesa_rossa.html",
    "forlanini_salomone": "forlanini_salomone.html",
    "coverage.csv": "coverage.csv",
    "odd name.csv": "odd name.csv",
}


@pytest.fixture(scope="module")
def result() -> RunResult:
    return make_result(area_ids=AREAS)


def words(page: str) -> str:
    """Text of a page as people read it."""
    body = re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", body)).replace("\u00a0", " "))


def rows_of(page: str, caption: str) -> list[list[str]]:
    """Rows of the table with that caption."""
    page = page.replace("\u00a0", " ")
    table = page[page.index(f"<caption>{caption}") :]
    table = table[: table.index("</table>")]
    return [
        [words(cell).strip() for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)]
        for row in re.findall(r"<tr[^>]*>(.*?)</tr>", table, re.DOTALL)
    ]


def test_one_sentence_per_neighbourhood(result: RunResult) -> None:
    findings = Findings(result, AREAS[0], "it")
    told = describe_headline(findings, result.profiles["older_adult"]).replace("\u00a0", " ")
    assert told == (
        "3.367 su 6.543 residenti di 65 anni e più (51 %) arrivano a un centro (hub) entro 15 "
        "minuti, "
        "al passo «Persona anziana» (0,97 m/s, 3,5 km/h)."
    )
    assert told not in words(render_index(result, files=FILES)), "the gap says more"


def test_the_gap_comes_first(result: RunResult) -> None:
    page = render_index(result, files=FILES)
    told = (
        "Di ogni 100 residenti di 65 anni e più considerati vicini a un centro (hub), al loro passo ne "
        "arrivano 73 (66-77). Entro 15 minuti a piedi la mappa al passo «Adulto» ne conta 70 su 100; "
        "al loro passo («Persona anziana», 0,97 m/s, 3,5 km/h) sono 51 (45-60 %): 19 (17-23) punti "
        "di differenza. 1.244 persone considerate vicine in realtà non ci arrivano. "
        "Strade: schizzo delle vie principali, street_sketch_segments.csv (data non indicata). "
        "Residenti: 2024. Calcolato il 5 marzo 2026"
    )
    text = words(page)
    assert (
        text.index(told)
        < text.index("Che cosa aiuterebbe di più")
        < text.index("Gruppo per gruppo")
        < text.index("Entro 5 minuti")
    )
    head, *rows = rows_of(page, "Chiesa Rossa: chi sembra vicino")
    assert head == [
        "Gruppo",
        "Passo «Adulto»",
        "Al loro passo",
        "Ogni 100 considerati vicini",
        "Differenza in punti",
        "Differenza",
        "In tutto",
    ]
    assert rows[1] == [
        "65 anni e più",
        "70 %",
        "51 % (45-60 %) Persona anziana",
        "73 (66-77)",
        "19 (17-23)",
        "1.244",
        "6.543",
    ]
    table = result.areas[AREAS[0]].coverage
    table = table[
        (table["zone"] == "all")
        & (table["category"] == HUB)
        & (table["cutoff_min"] == 15)
        & table["is_own"]
    ]
    # 80 and over, and those who live alone, are spread alike and as quick: one line, not two findings
    assert [row[0] for row in rows] == [
        "tutti i residenti",
        "65 anni e più",
        "80 anni e più, 80 anni e più che vivono soli: stessa distribuzione",
    ]
    groups = list(result.study.population.groups)
    for told_of, row in zip([groups[:1], groups[1:2], groups[2:]], rows, strict=True):
        between = row[5].replace(".", "").split(" · ")
        for group, people in zip(told_of, between, strict=True):
            own = table[table["group"] == group].iloc[0]
            assert row[2].startswith(f"{format_share(own['share'], 'it')} (".replace("\u00a0", " "))
            assert int(people) == pytest.approx(own["gap_people"], abs=1)
    assert "Di questi gruppi si conosce solo il totale, distribuito nello stesso modo" in text


def test_charts_stand_beside_with_their_numbers_in_words(result: RunResult) -> None:
    page = render_index(result, lang="en", files=FILES)
    assert page.count('<svg class="curves" role="img"') == 2
    assert page.count("<polyline") == 8
    assert 'aria-labelledby="curves-chiesa_rossa-title curves-chiesa_rossa-desc"' in page
    covered = Findings(result, AREAS[0], "en").covered("frail", HUB)
    shares = ", ".join(
        f"{format_share(one.share, 'en')} within {one.cutoff_min:g} minutes" for one in covered
    )
    assert f"Frail person: {shares}." in page.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        (
            "it",
            "Arrivano, ogni 100 considerati vicini: conta di più dove si abita (da solo, da 50 a 90), "
            "poi la porta. Differenza in punti: conta di più dove si abita (da solo, da 12 a "
            "22), poi la porta. Arrivano, su 100 in tutto: conta di più dove si abita (da solo, da "
            "25 a 45), poi la porta. Per saperlo meglio: chiedi dove abitano le persone; poi "
            "guarda la porta.",
        ),
        (
            "en",
            "Get there, of 100 called near: where people live counts most (alone, from 50 to 90), "
            "then the door. Points between the two paces: where people live counts most (alone, "
            "from 12 to 22), then the door. Get there, of 100 in all: where people live counts "
            "most (alone, from 25 to 45), then the door. To know better: ask where people live; "
            "then look at the door.",
        ),
    ],
)
def test_what_moves_the_numbers_is_said_and_drawn(result: RunResult, lang: Lang, told: str) -> None:
    page = render_index(result, lang=lang, files=FILES)
    assert page.count(told) == 2 * 2, "in words, and for those who do not see the chart"
    charts = re.findall(r'<svg class="budget" role="img".*?</svg>', page)
    assert len(charts) == 2
    widths = [[float(n) for n in re.findall(r'<rect[^>]* width="([\d.]+)"', one)] for one in charts]
    assert [len(one) for one in widths] == [12, 12]  # the four that move each number most
    for one in widths:
        for number in (one[:4], one[4:8], one[8:]):
            assert number == sorted(number, reverse=True)


def test_nothing_is_drawn_where_nothing_moves_the_numbers(result: RunResult) -> None:
    still = {
        name: replace(area, range_budget=area.range_budget.assign(high=area.range_budget["low"]))
        for name, area in result.areas.items()
    }
    page = render_index(replace(result, areas=still), files=FILES)
    assert 'class="budget"' not in page
    assert "Per saperlo meglio" not in page


def test_a_run_without_the_claim_says_that_the_gap_is_unknown() -> None:
    result = make_result(profiles=("older_adult",))
    text = words(render_index(result, files={}))
    assert "arrivano a un centro (hub) entro 15 minuti, al passo «Persona anziana»" in text
    assert "questo calcolo lascia fuori «adult» (non vuol dire zero)" in text
    _, _, row, *_ = rows_of(render_index(result, files={}), "Chiesa Rossa: chi sembra vicino")
    assert (row[1], *row[3:6]) == ("non noto",) * 4


@pytest.mark.parametrize("lang", ["it", "en"])
def test_hub_table_has_every_walker_side_by_side(result: RunResult, lang: Lang) -> None:
    page = render_index(result, lang=lang, files=FILES)
    for area_id in AREAS:
        findings = Findings(result, area_id, lang)
        name = result.areas[area_id].area.name
        caption = {"it": f"{name}: residenti di 65", "en": f"{name}: residents aged 65"}[lang]
        head, *rows = rows_of(page, caption)
        assert len(head) == 5
        assert len(rows) == 4
        for profile, row in zip(result.profiles.values(), rows, strict=True):
            assert row[0].startswith(profile.label.in_lang(lang))
            expected = [
                f"{write_share(findings, profile.id, one.share)} {write_range(one, lang)} {format_number(one.covered, lang)}".replace(
                    "\u00a0", " "
                )
                for one in findings.covered(profile.id, HUB)
            ]
            assert row[1:4] == expected


def test_categories_are_told_plainly(result: RunResult) -> None:
    page = render_index(result, files=FILES)
    rows = {
        row[0]: row[1:]
        for row in rows_of(page, "Forlanini-Salomone: residenti di 65 anni e più entro 15 minuti")
    }
    assert rows["L Biblioteca"][:5] == ["0 %", "0 %", "0", "0 %", "0 %"]
    assert rows["L Biblioteca"][5].startswith("0 %, il più vicino a ")
    reached = rows["C Centro socio ricreativo culturale (CSRC)"]
    assert (reached[1][:4], reached[5]) == ("39 %", "39 %; tempo mediano 18 minuti")
    assert not {"+ Farmacia", "W Spazio WeMi"} & set(rows)
    text = words(page)
    assert (
        text.count("Non noto (non vuol dire zero). Nell'elenco non c'è nessun luogo di questi") == 2
    )
    unlisted = re.findall(r"nessun luogo di questi tipi: ([^.]+)\.", text)
    assert all("Farmacia" in one and "WeMi" not in one for one in unlisted)
    assert text.count("Spazio WeMi: in elenco 12 luoghi") == 2


def test_certificates_are_summed(result: RunResult) -> None:
    area = result.areas[AREAS[0]]
    drawn = area.service_areas.copy()
    drawn.loc[drawn.index[:2], "false_inside"] = [3, 4]
    n = int((~drawn.geometry.is_empty).sum())
    page = render_index(
        replace(result, areas={AREAS[0]: replace(area, draw_areas=lambda: drawn)}),
        lang="en",
        files={},
    )
    row = f"Chiesa Rossa {n} {n * len(area.residents):,} 7 {2 * n}"
    assert row in words(page)


def test_every_facility_has_a_status_in_the_count(result: RunResult) -> None:
    text = words(render_index(result, files=FILES))
    counts = result.areas[AREAS[0]].facilities["status"].value_counts()
    assert counts.sum() == 178
    assert f"sulla rete delle strade {counts['ok']} " in text
    assert f"non usato nei tempi a piedi {counts['not_geocoded']} " in text
    assert f"troppo lontano dalle strade di questa mappa {counts['too_far_from_network']} " in text
    assert "non raggiungibile a piedi 0 0 " in text


def test_residents_off_the_network_are_told(result: RunResult) -> None:
    assert "contano come non coperti" not in words(render_index(result, files=FILES))
    area = result.areas[AREAS[0]]
    residents = area.residents.copy()
    residents.loc[:9, "status"] = "unreachable"
    off = format_number(residents.loc[:9, "total"].sum(), "it")
    changed = replace(result, areas={AREAS[0]: replace(area, residents=residents)})
    assert f"Chiesa Rossa: {off} residenti abitano in punti" in words(
        render_index(changed, files=FILES)
    )


@pytest.mark.parametrize(
    ("spacing", "straight", "expected"),
    [
        (
            [250.0, 300.0, 300.1, 400.1],
            [1.0, 1.0, 1.0, 1.0],
            [
                "Su 4 stazioni con misura, la più vicina è oltre 300 m per 2 (50 %), oltre 400 m "
                "per 1 (25 %)."
            ],
        ),
        (
            [np.inf],
            [350.0],
            [
                "Su 1 stazione senza misura sulle strade calcolate, in linea d'aria (il minimo "
                "possibile) "
                "la più vicina è oltre 300 m per 1 (100 %), oltre 400 m per 0 (0 %)."
            ],
        ),
        (
            [10.0, np.inf],
            [10.0, 900.0],
            [
                "Su 1 stazione con misura, la più vicina è oltre 300 m per 0 (0 %), oltre 400 m "
                "per 0 (0 %).",
                "Su 1 stazione senza misura sulle strade calcolate, in linea d'aria (il minimo "
                "possibile) "
                "la più vicina è oltre 300 m per 1 (100 %), oltre 400 m per 1 (100 %).",
            ],
        ),
        ([], [], ["Nell'elenco non ci sono stazioni di bike sharing: la distanza non è nota."]),
    ],
)
def test_station_spacing(spacing: list[float], straight: list[float], expected: list[str]) -> None:
    stations = pd.DataFrame({"spacing_m": np.array(spacing), "straight_m": np.array(straight)})
    assert [text.replace("\u00a0", " ") for text in describe_spacing(stations, "it")] == expected


def test_links_lead_to_maps_and_files(result: RunResult) -> None:
    page = Page(render_index(result, files=FILES))
    links = [attrs["href"] for tag, attrs in page.elements if tag == "a"]
    assert links == [
        "chiesa_rossa.html",  # the map, and on it the best street fix and bench
        "chiesa_rossa.html",
        "chiesa_rossa.html",
        "forlanini_salomone.html",
        "forlanini_salomone.html",
        "forlanini_salomone.html",
        "chiesa_rossa.html",
        "forlanini_salomone.html",
        "coverage.csv",
        "odd%20name.csv",
    ]


@pytest.mark.parametrize("lang", ["it", "en"])
def test_page_runs_no_script_and_loads_nothing(result: RunResult, lang: Lang) -> None:
    page = Page(render_index(result, lang=lang, files=FILES))
    assert not [tag for tag, _ in page.elements if tag in ("script", "img", "link", "iframe")]
    assert page.policy()["default-src"] == page.policy()["script-src"] == ["'none'"]
    assert page.elements[0] == ("html", {"lang": lang})
    assert all(attrs.get("scope") for tag, attrs in page.elements if tag == "th")


def test_two_builds_are_the_same_bytes(result: RunResult) -> None:
    again = make_result(area_ids=AREAS)
    assert render_index(result, files=FILES) == render_index(again, files=FILES)


def test_hostile_names_stay_text() -> None:
    result = make_result(area_ids=AREAS, area_name=HOSTILE)
    result = replace(result, inputs={HOSTILE: "0"})
    page = render_index(result, files={HOSTILE: HOSTILE})
    assert "<img" not in page
    assert "{{7*7}}" in page
    assert not [tag for tag, _ in Page(page).elements if tag in ("script", "img")]


def test_a_run_of_one_walker_and_one_area(result: RunResult) -> None:
    page = words(render_index(make_result(profiles=("frail",)), lang="en", files={}))
    assert "at the pace “Frail person” (0.80 m/s, 2.9 km/h, rests of 30 s every 100 m)" in page
    assert "it would seem" not in page


def test_limits_and_sources_are_told(result: RunResult) -> None:
    text = words(render_index(result, files=FILES))
    assert "Dove abitano i residenti è una stima, non un elenco di indirizzi" in text
    assert (
        "Metodo: totali di zona distribuiti in modo uniforme lungo le strade residenziali" in text
    )
    assert "una villetta conta quanto una torre" in text
    assert (
        "non si conosce: i cordoli agli attraversamenti 90 %, la pendenza 90 %, il fondo 90 %"
        in text
    )
    assert "Schizzo delle sole vie principali" in text
    assert "5 marzo 2026, ore 14:05" in text
    assert "0" * 64 in text


def test_doors_of_hubs_come_first_and_others_are_folded(result: RunResult) -> None:
    area = result.areas["chiesa_rossa"]
    doors = pd.DataFrame(
        {
            "category": ["hub", "hub", "csrc", "csrc"],
            "facility_id": ["cam-04", "cam-04", "csrc-06", "csrc-06"],
            "name": ["Boifava", "Boifava", "Verga", "Verga"],
            "is_taken": [True, False, True, False],
            "door_street": "Via Boifava",
            "door_m": 10.0,
            "share_older_adult": [0.3, 0.5, 0.2, 0.6],
        }
    )
    changed = {**result.areas, "chiesa_rossa": replace(area, try_doors=lambda: doors)}
    page = render_index(replace(result, areas=changed), lang="it", files=FILES)
    folded = page[page.index("<summary>Porte che decidono per altri luoghi: 1</summary>") :]
    assert "Verga" in folded[: folded.index("</details>")]
    assert "Boifava" in page[: page.index("Porte che decidono per altri luoghi")]


def test_what_could_not_be_read_is_told_behind_the_numbers_of_its_neighbourhood(
    result: RunResult,
) -> None:
    area = result.areas["chiesa_rossa"]
    info = replace(area.network_info, kind="osm", warnings=(Remark("remark_any_time"),))
    changed = {**result.areas, "chiesa_rossa": replace(area, network_info=info)}
    page = words(render_index(replace(result, areas=changed), lang="it", files=FILES))
    told = Remark("remark_any_time").in_lang("it")
    assert page.count(told) == 1
    assert page.index("al loro passo ne arrivano") < page.index(told)
    assert page.index(told) < page.index("Forlanini-Salomone: chi sembra vicino")


PLACE = Answer(
    "older_adult",
    HUB,
    "age_65_plus",
    15.0,
    gained=2422.3,
    most=2422.3,
    sites=(Site("Via A / <b>Via B</b>", 9.17, 45.43, 2422.3),),
)


@pytest.mark.parametrize(
    ("aids", "told"),
    [
        (
            Aids(PLACE, 494, BenchAid("frail", 100.0, "Via C", 53.1, 1592.7, 62.6)),
            [
                "Un centro (hub) in più in Via A / <b>Via B</b>: 2.422 over 65 in più entro 15 "
                "minuti, al passo «Persona anziana». Nessuno dei 494 angoli ne porta di più.",
                "Una panchina in Via C: 53 over 65 in più, al passo «Persona fragile», se devono "
                "sedersi ogni 100 m; con panchine ovunque 1.593.",
            ],
        ),
        (
            Aids(None, 494, BenchAid("frail", 100.0, "", 0.0, 12.0, 0.0)),
            [
                "Un centro (hub) in più, a qualunque angolo, non fa arrivare nessun altro.",
                "Una sola panchina non basta. Se devono sedersi ogni 100 m, al passo «Persona "
                "fragile», panchine ovunque fanno arrivare 12 over 65 in più.",
            ],
        ),
        (
            Aids(None, 0, BenchAid("frail", 100.0, "", 0.0, 0.0, 0.0)),
            [
                "Non cercato qui: lo cerca access15 site.",
                "Nemmeno panchine lungo ogni via fanno arrivare qualcuno in più",
            ],
        ),
        (
            Aids(None, 0, BenchAid("frail", 100.0, "", 0.0, 0.0, 0.0, anywhere=743.0)),
            ["fra la via e la porta c'è più strada di così, o la mappa non sa dov'è l'ingresso."],
        ),
        (NO_AIDS, ["Non cercato qui", "Non si sa dove siano le panchine"]),
    ],
)
def test_what_would_help_most_is_told(result: RunResult, aids: Aids, told: list[str]) -> None:
    files = {**FILES, "chiesa_rossa_session": "chiesa_rossa_session.html"}
    page = render_index(result, files=files, aids={AREAS[0]: aids})
    assert "<b>" not in page
    text = words(page)
    assert all(one in text for one in told)
    assert 'href="chiesa_rossa_session.html#where"' in page
    # where seats are known a bench is tried at the table, at the best place if there is one
    assert page.count('href="chiesa_rossa_session.html#panchina"') == (aids.bench is not None)


def test_the_best_bench_is_tried_where_it_is(result: RunResult) -> None:
    files = {**FILES, "chiesa_rossa_session": "chiesa_rossa_session.html"}
    best = BenchAid("frail", 100.0, "Via C", 53.1, 1592.7, 62.6, (9.17517036, 45.4229728))
    page = render_index(result, files=files, aids={AREAS[0]: Aids(PLACE, 494, best)})
    assert 'href="chiesa_rossa_session.html#panchina=9.1751704,45.4229728"' in page
    assert "Provate la panchina: Chiesa Rossa" in page


def test_other_than_hubs_are_named_where_no_hub_is(result: RunResult) -> None:
    without = tuple(one.model_copy(update={"hubs": ()}) for one in result.study.areas)
    study = result.study.model_copy(update={"hub_category": "library", "areas": without})
    areas = {
        name: replace(area, area=area.area.model_copy(update={"hubs": ()}))
        for name, area in result.areas.items()
    }
    told = words(
        render_index(
            replace(result, study=study, areas=areas),
            files=FILES,
            aids={AREAS[0]: Aids(PLACE, 494)},
        )
    )
    assert "Un luogo in più («Biblioteca») in Via A / <b>Via B</b>: 2.422 over 65" in told
    assert "centro (hub)" not in told
