"""The terminal tells the numbers of the tables, plainly, in two languages, and never obeys a
name.
"""

from __future__ import annotations

import dataclasses
import io
import math
import re

import numpy as np
import pytest
from builders.paths import PACKAGE
from builders.tables import make_result
from rich.console import Console

from access15.config import Lang
from access15.outputs.terminal.summary import draw_summary, format_stage
from access15.results.run import RunResult

SPACES = str.maketrans("\u00a0\n", "  ")


def shown(result: RunResult, lang: Lang = "it", width: int = 100) -> str:
    screen = io.StringIO()
    console = Console(file=screen, width=width, highlight=False, markup=True, force_terminal=False)
    for part in draw_summary(result, lang=lang):
        console.print(part)
    return screen.getvalue()


def words(text: str) -> str:
    """On one line, so that it does not matter where the screen broke it."""
    return re.sub(r"\s+", " ", text)


@pytest.fixture(scope="module")
def result() -> RunResult:
    return make_result()


@pytest.mark.parametrize(
    ("lang", "rows"),
    [
        (
            "it",
            [
                "Entro 5 minuti 50 % 50 % 0 %",
                "Entro 7,5 minuti 75 % 50 % al massimo 50 %",
                "Entro 15 minuti 100 % 75 % al massimo 50 %",
            ],
        ),
        (
            "en",
            [
                "Within 5 minutes 50% 50% 0%",
                "Within 7.5 minutes 75% 50% at most 50%",
                "Within 15 minutes 100% 75% at most 50%",
            ],
        ),
    ],
)
def test_table_puts_the_walkers_side_by_side(
    result: RunResult, lang: Lang, rows: list[str]
) -> None:
    nord = shown(result, lang).translate(SPACES).split("Zona Sud")[0]
    cells = words(re.sub("[│┃]", " ", nord))
    for row in rows:  # homes of "nord": 20, 10 and 10 people of 65 and over
        assert row in cells


def test_pace_of_each_walker_stands_over_its_column(result: RunResult) -> None:
    text = shown(result).translate(SPACES)
    assert re.search(r"0,97 m/s.*\n?.*3,5 km/h", text)
    assert "Persona in carrozzina" in text


@pytest.mark.parametrize(
    ("lang", "sentence"),
    [
        (
            "it",
            "Di ogni 100 residenti di 65 anni e più considerati vicini a un centro (hub), al loro passo "
            "ne arrivano 75 (68-79). Entro 15 minuti a piedi la mappa al passo «Adulto» ne conta 100 "
            "su 100; al loro passo («Persona anziana», 0,97 m/s, 3,5 km/h) sono 75 (50-75 %): 25 "
            "(23-29) punti di differenza. 10 persone considerate vicine in realtà non ci arrivano.",
        ),
        (
            "en",
            "Of every 100 residents aged 65 and over said to be near a hub, 75 (68-79) get there at "
            "their own pace. Within 15 minutes on foot the map at the pace “Adult” counts 100 of 100; "
            "at their own pace (“Older adult”, 0.97 m/s, 3.5 km/h) it is 75 (50-75%): 25 (23-29) "
            "points between the two. 10 people who are said to be near do not get there.",
        ),
    ],
)
def test_the_gap_comes_first(result: RunResult, lang: Lang, sentence: str) -> None:
    assert words(shown(result, lang).translate(SPACES)).startswith(sentence)


def test_every_group_has_its_own_pace_beside_the_claim(result: RunResult) -> None:
    """Homes of "nord": 100.5, 50.25 and 49.25 people, of whom 20, 10 and 10 of 65 and over."""
    table = shown(result).split("┩")[1].split("└")[0]
    cells = [line.split("│")[1:-1] for line in table.strip().splitlines()]
    joined = [" ".join(column).translate(SPACES) for column in zip(*cells, strict=True)]
    columns = [words(column).strip() for column in joined]
    assert columns == [
        "tutti i residenti 65 anni e più",
        "100 % 100 %",
        "100 % Adulto 75 % (50-75 %) Persona anziana",
        "100 (90-105) 75 (68-79)",
        "0 (-2 fino a 4) 25 (23-29)",
        "0 10",
        "200 40",
    ]


def test_what_is_unknown_is_said(result: RunResult) -> None:
    text = words(shown(result).translate(SPACES))
    assert (
        "Quanto è sicuro: Della lunghezza di strada percorsa non si conosce: i cordoli agli "
        "attraversamenti 100 %, " in text
    )
    unknown = result.areas["nord"].unknown_shares.assign(share=[math.nan, 0.5, 0.25] * 3)
    nord = dataclasses.replace(result.areas["nord"], unknown_shares=unknown)
    other = words(shown(dataclasses.replace(result, areas={"nord": nord})).translate(SPACES))
    assert (
        "non si conosce: nessun attraversamento in mappa, quindi nessun cordolo, la pendenza 50 %"
        in other
    )
    assert "Posizione dei 4 luoghi: punto ufficiale 75 %, nessun punto 25 %." in text


def test_a_run_without_the_claim_does_not_say_zero(result: RunResult) -> None:
    nord = result.areas["nord"]
    coverage = nord.coverage[nord.coverage["profile"] == "older_adult"]
    profiles = {"older_adult": result.profiles["older_adult"]}
    alone = dataclasses.replace(
        result, profiles=profiles, areas={"nord": dataclasses.replace(nord, coverage=coverage)}
    )
    text = words(re.sub("[│┃]", " ", shown(alone).translate(SPACES)))
    assert "non è noto: questo calcolo lascia fuori «adult» (non vuol dire zero)." in text
    assert re.search(r"65 anni e +più|65 anni e", text)
    assert "non noto" in text.split("In tutto")[1].split("per ogni modo")[0]


def test_zero_and_unknown_are_said_plainly(result: RunResult) -> None:
    text = words(shown(result).translate(SPACES))
    assert "Centro di accoglienza: 0 %, il più vicino ad almeno 104 minuti in linea d'aria" in text
    assert re.search(
        r"Stazione di bike sharing: (non noto|sconosciuto): in elenco 1 luogo, nessun punto certo",
        text,
    )
    assert "Biblioteca:" not in text, "what is reached by somebody is not a gap"


def test_zero_with_a_way_tells_the_minutes(result: RunResult) -> None:
    nord = result.areas["nord"]
    nearest = nord.nearest.assign(
        nearest_min=np.where(nord.nearest["category"] == "shelter", 22.4, 2.0)
    )
    text = words(
        shown(
            dataclasses.replace(result, areas={"nord": dataclasses.replace(nord, nearest=nearest)})
        )
    )
    assert "Centro di accoglienza: 0 %, il più vicino a 23 minuti" in text.translate(SPACES)


def test_sketch_is_warned_of_in_the_readers_language(result: RunResult) -> None:
    assert "Attenzione: Schizzo delle sole vie principali" in words(shown(result))
    assert "Caution: Sketch of main streets" in words(shown(result, "en"))


def test_other_warnings_are_passed_on(result: RunResult) -> None:
    nord = result.areas["nord"]
    info = dataclasses.replace(
        nord.network_info, kind="osm", warnings=("the area is cut by the extract's edge",)
    )
    text = words(
        shown(
            dataclasses.replace(
                result, areas={"nord": dataclasses.replace(nord, network_info=info)}
            )
        )
    )
    assert "Attenzione: the area is cut by the extract's edge" in text
    assert "Schizzo" not in text


def test_run_without_older_people_or_older_walkers(result: RunResult) -> None:
    nord = result.areas["nord"]
    coverage = nord.coverage[
        (nord.coverage["group"] == "total") & (nord.coverage["profile"] == "wheelchair")
    ]
    study = result.study.model_copy(
        update={
            "population": result.study.population.model_copy(update={"groups": {"total": "total"}})
        }
    )
    alone = dataclasses.replace(
        result,
        study=study,
        profiles={"wheelchair": result.profiles["wheelchair"]},
        areas={"nord": dataclasses.replace(nord, coverage=coverage)},
    )
    text = words(shown(alone).translate(SPACES))
    assert "Persona in carrozzina: 100 su 200 residenti ci arrivano entro 15 minuti" in text
    assert "Con il passo" not in text


def test_names_are_text_not_commands_to_the_screen(result: RunResult) -> None:
    nord = result.areas["nord"]
    area = nord.area.model_copy(update={"name": "[bold red]Nord[/] \x1b[2J\x07 :bomb:"})
    hostile = dataclasses.replace(result, areas={"nord": dataclasses.replace(nord, area=area)})
    text = shown(hostile)
    assert "[bold red]Nord[/]" in text
    assert ":bomb:" in text
    assert "\x1b" not in text
    assert "\x07" not in text


def test_narrow_screen_keeps_every_number(result: RunResult) -> None:
    text = shown(result, width=60)
    assert max(len(line) for line in text.splitlines()) <= 60
    assert text.translate(SPACES).count("91 %") >= 5


@pytest.mark.parametrize(
    ("name", "it", "en"),
    [
        ("reading streets", "… leggo le strade", "… reading streets"),
        ("walking in Chiesa Rossa", "… cammino in Chiesa Rossa", "… walking in Chiesa Rossa"),
        ("walking in \x1b[31mX", "… cammino in [31mX", "… walking in [31mX"),
        ("something new", "… something new", "… something new"),
    ],
)
def test_stages(name: str, it: str, en: str) -> None:
    assert (format_stage(name, "it"), format_stage(name, "en")) == (it, en)


def test_every_stage_of_the_pipeline_has_italian() -> None:
    modules = (PACKAGE / "workflows").glob("*.py")
    calls = re.compile(r'(?:stage|progress|_say)\(f?"([^"{]+)')
    stages = [
        text for module in modules for text in calls.findall(module.read_text(encoding="utf-8"))
    ]
    assert len(stages) >= 5
    for stage in stages:
        assert format_stage(stage, "it") != format_stage(stage, "en"), stage
