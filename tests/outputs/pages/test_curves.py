"""The chart of shares minute by minute: right heights, names that do not overlap, no markup from
data.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from typing import Any

import numpy as np
import pytest
from builders.pages import HOSTILE
from builders.run import make_result
from hypothesis import given
from hypothesis import strategies as st

from access15.config import Lang
from access15.outputs.pages.curves import Curve, draw_curves, draw_gap_curves
from access15.outputs.words.findings import HUB, Findings

SVG = "{http://www.w3.org/2000/svg}"
MINUTES = np.array([0.0, 5.0, 10.0, 15.0, 20.0])


def drawn(curves: list[Curve], lang: Lang = "it", **changes: Any) -> ET.Element:
    options = {
        "title": "Titolo",
        "description": "Numeri",
        "people": "tutti",
        "identifier": "c",
        **changes,
    }
    text = draw_curves(curves, minutes=MINUTES, cutoffs_min=(5.0, 7.5, 15.0), lang=lang, **options)
    return ET.fromstring(text)  # noqa: S314 - our own


def curve(label: str, *shares: float, is_own: bool = False) -> Curve:
    return Curve(label, np.array(shares), is_own)


def texts(svg: ET.Element) -> list[str]:
    return [one.text or "" for one in svg.iter(f"{SVG}text")]


def test_heights_follow_the_shares() -> None:
    """Half of the people half-way up; at 20 minutes at the right edge; never falling lines never
    fall.
    """
    svg = drawn([curve("A", 0.0, 0.25, 0.5, 0.75, 1.0)])
    (line,) = svg.iter(f"{SVG}polyline")
    points = np.array(
        [[float(part) for part in point.split(",")] for point in line.get("points", "").split()]
    )
    assert np.diff(points[:, 0]) == pytest.approx([48.0] * 4)
    assert np.diff(points[:, 1]) == pytest.approx([-52.5] * 4)
    grid = sorted(
        {
            float(one.get("y1", ""))
            for one in svg.iter(f"{SVG}line")
            if one.get("y1") == one.get("y2")
        }
    )
    assert points[:, 1].tolist()[::-1] == pytest.approx(grid)  # 100, 75, 50, 25 and 0 %


def test_cutoffs_are_marked_where_they_are() -> None:
    svg = drawn([curve("A", 0, 0, 0, 0, 0)])
    marks = [
        float(one.get("x1", "")) for one in svg.iter(f"{SVG}line") if one.get("x1") == one.get("x2")
    ]
    assert marks == pytest.approx([40.0 + 192.0 * minutes / 20 for minutes in (5, 7.5, 15)])
    assert [text for text in texts(svg) if text in ("5", "7,5", "15")] == ["5", "7,5", "15"]
    assert "7.5" in texts(drawn([curve("A", 0, 0, 0, 0, 0)], "en"))


def test_every_curve_has_its_own_pattern_and_its_name() -> None:
    labels = ["Adulto", "Persona anziana", "Persona fragile", "Persona in carrozzina"]
    svg = drawn(
        [
            curve(label, *np.linspace(0, 1 - i / 10, 5), is_own=i == 1)
            for i, label in enumerate(labels)
        ]
    )
    lines = list(svg.iter(f"{SVG}polyline"))
    assert len({line.get("stroke-dasharray") for line in lines}) == 4
    assert lines[-1].get("stroke-dasharray") is None, "the own pace is whole and on top"
    assert float(lines[-1].get("stroke-width", "")) > max(
        float(line.get("stroke-width", "")) for line in lines[:-1]
    )
    assert " ".join(texts(svg)).endswith(" ".join(labels))


@given(
    ends=st.lists(st.floats(0, 1), min_size=1, max_size=12),
    words=st.lists(
        st.sampled_from(["Adulto", "Persona in carrozzina", "x" * 40]), min_size=12, max_size=12
    ),
)
def test_names_never_overlap_nor_leave_the_drawing(ends: list[float], words: list[str]) -> None:
    svg = drawn([curve(word, 0, 0, 0, 0, end) for word, end in zip(words, ends, strict=False)])
    height = float(svg.get("viewBox", "").split()[3])
    names = [one for one in svg.iter(f"{SVG}text") if one.get("text-anchor") == "start"][1:]
    heights = sorted(float(one.get("y", "")) for one in names)
    assert heights[0] > 17
    assert heights[-1] < height
    assert all(np.diff(heights) >= 17.9)


def test_those_who_do_not_see_it_are_told() -> None:
    svg = drawn([curve("A", 0, 0, 0, 0, 0)])
    assert svg.get("role") == "img"
    assert svg.get("aria-labelledby") == "c-title c-desc"
    found = {one.get("id"): one.text for one in svg}
    assert (found["c-title"], found["c-desc"]) == ("Titolo", "Numeri")


def test_names_from_data_stay_text() -> None:
    svg = drawn([curve(HOSTILE, 0, 0, 0, 0, 0)], title=HOSTILE, description=HOSTILE, people=HOSTILE)
    assert {one.tag.removeprefix(SVG) for one in svg.iter()} == {
        "svg",
        "title",
        "desc",
        "line",
        "polyline",
        "text",
    }
    assert not [name for one in svg.iter() for name in one.attrib if name.startswith("on")]
    assert svg[0].text == svg[1].text == HOSTILE


@pytest.mark.parametrize("lang", ["it", "en"])
def test_curves_of_a_run_pass_through_its_coverage(lang: Lang) -> None:
    findings = Findings(make_result(), "chiesa_rossa", lang)
    text = draw_gap_curves(findings, identifier="c")
    svg = ET.fromstring(text)  # noqa: S314 - our own
    lines = {
        line.get("stroke-dasharray"): line.get("points", "") for line in svg.iter(f"{SVG}polyline")
    }
    points = dict(
        tuple(map(float, point.split(","))) for point in lines[None].split()
    )  # the own pace's
    for one in findings.covered("older_adult", HUB):
        x = 40.0 + 192.0 * one.cutoff_min / 20
        assert points[round(x, 1)] == pytest.approx(36.0 + 210.0 * (1 - one.share), abs=0.06)
    assert len(text) < 8000
    assert re.search(
        r"50 % entro 15 minuti|51 % entro 15 minuti|51% within 15 minutes",
        text.replace("\u00a0", " "),
    )


def test_nothing_is_drawn_of_what_is_unknown() -> None:
    findings = Findings(make_result(), "chiesa_rossa", "it")
    area = findings.area
    assert area.travel_time_s[("adult", HUB)].size
    coverage = area.coverage
    coverage.loc[coverage["category"] == HUB, "covered"] = np.nan
    assert draw_gap_curves(Findings(findings.result, "chiesa_rossa", "it"), identifier="c") == ""
