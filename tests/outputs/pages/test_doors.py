"""What closes the door, as planners and citizens read it."""

from __future__ import annotations

import base64
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd
import pytest
from builders.run import make_result

from access15.core.change.explain import CAUSES
from access15.outputs.pages.basemap import MapFrame
from access15.outputs.pages.doors import (
    DOOR_SIGNS,
    build_door_data,
    describe_doors,
    list_causes,
    list_signs,
)
from access15.outputs.pages.folium_map import render_map
from access15.outputs.pages.index import render_index
from access15.outputs.words.findings import Findings
from access15.outputs.words.fixes import SHOWN_FIXES, describe_fixes
from access15.results.asked import Later
from access15.results.run import RunResult


@pytest.fixture(scope="module")
def result() -> RunResult:
    return make_result()


@pytest.fixture(scope="module")
def findings(result: RunResult) -> Findings:
    return Findings(result, "chiesa_rossa", "it")


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def test_every_cause_has_a_sign_and_no_two_look_alike() -> None:
    assert tuple(DOOR_SIGNS) == CAUSES
    assert len({sign.shape for sign in DOOR_SIGNS.values()}) == len(DOOR_SIGNS)
    assert len({sign.colour for sign in DOOR_SIGNS.values()}) == len(DOOR_SIGNS)


def test_one_breath_says_why(findings: Findings) -> None:
    profile = findings.result.profiles["older_adult"]
    table = findings.area.explanations
    own = table[
        (table["profile"] == "older_adult")
        & (table["category"] == "hub")
        & (table["group"] == "age_65_plus")
    ]
    people = {
        cause: f"{n:,.0f}".replace(",", ".")
        for cause, n in zip(own["cause"], own["people"], strict=True)
    }
    total = f"{own['people'].sum():,.0f}".replace(",", ".")
    assert plain(describe_doors(findings, profile)) == (
        f"Che cosa impedisce di arrivarci: {total} residenti di 65 anni e più non arrivano a un centro (hub) "
        "entro 15 minuti, al "
        f"passo «Persona anziana». Ci arriverebbero: {people['pace']} con il passo di un adulto. "
        f"Per {people['distance']} serve un luogo più vicino."
    )


def test_nothing_is_said_where_nobody_is_left_out_or_nothing_is_known(result: RunResult) -> None:
    findings = Findings(result, "chiesa_rossa", "en")
    profile = result.profiles["frail"]
    table = findings.area.explanations
    for people in (0.0, np.nan):
        explained = replace(findings.area.explain(), explanations=table.assign(people=people))
        findings.area = replace(findings.area, explain=Later(partial(replace, explained)))
        assert describe_doors(findings, profile) == ""


def test_page_data_names_the_cause_of_every_home_left_out(findings: Findings) -> None:
    frame = MapFrame.around(findings.area.network.crs, findings.area.network.node_xy)
    data = build_door_data(findings, frame)
    assert [shape for shape, _ in data["signs"]] == [sign.shape for sign in DOOR_SIGNS.values()]
    causes = list_causes(findings, "frail", "hub")
    assert causes is not None
    numbers = (
        np.frombuffer(base64.b64decode(data["causes"]["frail|hub"]), dtype=np.uint8) // 2
    )  # small and positive
    assert [list(DOOR_SIGNS)[n] for n in numbers] == [cause for cause in causes if cause]
    assert len(numbers) == int((findings.area.travel_time_s["frail", "hub"] > 900).sum())
    told = describe_fixes(findings, "frail", "hub", n=SHOWN_FIXES)
    assert [(text, part) for text, _, _, part in data["fixes"]["frail|hub"]] == [
        (text, part) for part, texts in told.items() for text in texts
    ]
    assert list_causes(findings, "frail", "nothing") is None
    assert {name for _, name in list_signs(findings)} == {
        "il passo: un adulto ci arriva",
        "la distanza: serve un luogo più vicino",
    }


def test_pages_say_it(result: RunResult) -> None:
    index = plain(render_index(result, lang="it", files={}))
    assert "Che cosa impedisce di arrivarci: " in index
    assert "Scale, presso Via &lt;D&gt; (8 m)" in index
    page = render_map(result, "chiesa_rossa")
    assert "Che cosa impedisce di arrivarci, casa per casa" in page
    assert "Via <D>" not in page


def test_frames_and_pages_agree(findings: Findings) -> None:
    table = pd.DataFrame(findings.area.closed_doors)
    assert set(table["profile"]) == set(findings.result.profiles)
    assert {f"door_{target.id}" for target in findings.targets()} <= set(table.columns)
