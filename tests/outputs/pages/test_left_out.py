"""The small map of who is left out: every home in one class, numbers of the tables, no markup from
data.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import numpy as np
import pytest
from builders.run import make_result

from access15.config import Lang
from access15.outputs.pages.left_out import COLOURS, _split_name, draw_left_out
from access15.outputs.words.findings import HUB, Findings
from access15.outputs.words.numbers import format_number
from access15.results.run import RunResult

SVG = "{http://www.w3.org/2000/svg}"
AREA = "chiesa_rossa"


@pytest.fixture(scope="module")
def result() -> RunResult:
    return make_result(area_ids=(AREA,))


def draw(result: RunResult, lang: Lang = "it") -> tuple[ET.Element, list[str]]:
    drawn = draw_left_out(Findings(result, AREA, lang), identifier="x")
    assert drawn is not None
    assert [colour for colour, _ in drawn.key] == list(COLOURS.values())
    return ET.fromstring(drawn.svg), [text for _, text in drawn.key]  # noqa: S314 - our own


def with_times(result: RunResult, own_s: list[float], claim_s: list[float]) -> RunResult:
    """The same neighbourhood with a few homes, a walk of each."""
    area = result.areas[AREA]
    n = len(own_s)
    homes = area.residents.iloc[:n].copy()
    homes["age_65_plus"] = [2.0**i for i in range(n)]
    times = {
        **{key: walk[:n] for key, walk in area.travel_time_s.items()},
        ("older_adult", HUB): np.array(own_s),
        ("adult", HUB): np.array(claim_s),
    }
    changed = replace(area, residents=homes, travel_time_s=times)
    return replace(result, areas={AREA: changed})


def cells(svg: ET.Element) -> list[int]:
    """Cells of each class."""
    paths = [one for one in svg.iter(f"{SVG}path") if one.get("stroke") in COLOURS.values()]
    assert [one.get("stroke") for one in paths] == list(COLOURS.values())
    return [sum(int(n) + 1 for n in re.findall(r"h(\d+)", one.get("d") or "")) for one in paths]


def test_numbers_are_those_of_the_page(result: RunResult) -> None:
    findings = Findings(result, AREA, "it")
    gap = findings.gap(HUB)
    _, texts = draw(result)
    told = [int(re.sub(r"\D", "", text.split()[0])) for text in texts]
    assert texts[0].startswith(format_number(gap.own.covered, "it"))
    assert told[1] == gap.whole_people
    assert sum(told) == round(gap.own.people)


def test_every_home_is_in_one_class(result: RunResult) -> None:
    """900 s is within 15 minutes; who is quicker than claimed gets there; nobody is nowhere."""
    few = with_times(result, [900.0, 900.1, np.inf, 100.0], [900.0, 900.0, np.inf, 901.0])
    svg, texts = draw(few, "en")
    assert sum(cells(svg)) == 4
    assert cells(svg) == [2, 1, 1]
    told = [int(text.split()[0]) for text in texts]
    assert told == [9, 2, 4]  # 1 + 8 people, 2, 4


def test_nobody_is_drawn_where_nobody_lives(result: RunResult) -> None:
    area = result.areas[AREA]
    homes = area.residents.copy()
    homes.loc[homes.index[10:], "age_65_plus"] = 0.0
    svg, _ = draw(replace(result, areas={AREA: replace(area, residents=homes)}))
    assert 0 < sum(cells(svg)) <= 10


def test_an_unknown_gap_draws_nothing() -> None:
    one = make_result(profiles=("older_adult",), area_ids=(AREA,))
    assert draw_left_out(Findings(one, AREA, "it"), identifier="x") is None


def test_hubs_have_names_that_stay_inside_and_stay_text(result: RunResult) -> None:
    area = result.areas[AREA]
    named = area.facilities.assign(name="<b>&x")
    svg, _ = draw(replace(result, areas={AREA: replace(area, facilities=named)}))
    assert {one.tag for one in svg.iter()} == {
        f"{SVG}{name}" for name in ("svg", "title", "desc", "g", "path", "circle", "text")
    }
    assert len(list(svg.iter(f"{SVG}circle"))) == int(area.facilities["is_hub"].sum())
    width = float((svg.get("viewBox") or "").split()[2])
    for text in svg.iter(f"{SVG}text"):
        assert 0 <= float(text.get("x") or "nan") <= width


def test_places_that_stand_in_for_hubs_have_no_names_and_do_not_move_the_map(
    result: RunResult,
) -> None:
    """Every pharmacy of a town, far beyond the neighbourhood, some without a name."""
    area = result.areas[AREA]
    no_hubs = area.area.model_copy(update={"hubs": ()})
    many = replace(area, area=no_hubs, facilities=area.facilities.assign(is_hub=True))
    svg, _ = draw(replace(result, areas={AREA: many}))
    assert not list(svg.iter(f"{SVG}text"))
    _, _, width, height = map(float, (svg.get("viewBox") or "").split())
    circles = list(svg.iter(f"{SVG}circle"))
    assert 1 < len(circles) < int(area.facilities.geometry.notna().sum())
    for one in circles:
        assert 0 <= float(one.get("cx") or "nan") <= width
        assert 0 <= float(one.get("cy") or "nan") <= height
    without = replace(many, facilities=area.facilities.assign(is_hub=False))
    assert draw(replace(result, areas={AREA: without}))[0].get("viewBox") == svg.get("viewBox")


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("", [""]),
        ("Zante", ["Zante"]),
        ("Casa di Quartiere Boifava", ["Casa di", "Quartiere Boifava"]),
        ("Supercalifragilistico", ["Supercalifragilistico"]),
        ("A Bcdefghijklmnop", ["A", "Bcdefghijklmnop"]),
    ],
)
def test_long_names_stand_on_two_lines(name: str, lines: list[str]) -> None:
    assert _split_name(name) == lines
