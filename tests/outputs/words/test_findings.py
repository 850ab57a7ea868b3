"""What is said about the numbers: zero is zero, unknown is unknown, and every number is the
table's.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from builders.run import make_result

from access15.config import Lang
from access15.outputs.words.findings import HUB, Findings
from access15.outputs.words.gap import describe_gap
from access15.outputs.words.sentences import describe_covered, describe_distance, describe_finding
from access15.results.run import RunResult

AREA = "chiesa_rossa"


@pytest.fixture(scope="module")
def result() -> RunResult:
    return make_result(area_ids=("chiesa_rossa", "forlanini_salomone"))


def with_nearest(
    result: RunResult, category: str, *, covered: float | None = None, **values: Any
) -> RunResult:
    """Same run with other facts about the nearest facility of a category."""
    area = result.areas[AREA]
    nearest, coverage = area.nearest.copy(), area.coverage.copy()
    for column, value in values.items():
        nearest.loc[nearest["category"] == category, column] = value
    if covered is not None:
        coverage.loc[coverage["category"] == category, "covered"] = covered
    return replace(result, areas={AREA: replace(area, nearest=nearest, coverage=coverage)})


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def test_covered_is_the_coverage_table(result: RunResult) -> None:
    for area_id in result.areas:
        findings, table = Findings(result, area_id, "it"), result.areas[area_id].coverage
        table = table[(table["zone"] == "all") & ~table["category"].isin(["wemi", "pharmacy"])]
        assert len(table) > 100
        for row in table.itertuples():
            by_cutoff = {
                one.cutoff_min: one
                for one in findings.covered(row.profile, row.category, row.group)
            }
            found = by_cutoff[float(row.cutoff_min)]
            assert (found.people, found.covered) == (row.people, row.covered)


def test_targets_are_hubs_then_categories(result: RunResult) -> None:
    two = Findings(result, "chiesa_rossa", "it").targets()
    assert [target.id for target in two] == [HUB, "cam-04", "csrc-07", *result.categories]
    assert two[1].label == "Centro (hub): Casa di Quartiere Boifava"
    one = Findings(result, "forlanini_salomone", "en").targets()
    assert [target.id for target in one] == [HUB, *result.categories]
    assert one[0].label == "Hub: Casa di Quartiere Zante"


def test_a_single_hub_is_counted_from_the_same_times_inclusively(result: RunResult) -> None:
    area = result.areas[AREA]
    people = area.residents["age_65_plus"].to_numpy()
    seconds = np.full(len(people), np.inf)
    seconds[:3] = [900.0, np.nextafter(900.0, 901.0), 300.0]
    times = {**area.travel_time_s, ("frail", "cam-04"): seconds}
    findings = Findings(
        replace(result, areas={AREA: replace(area, travel_time_s=times)}), AREA, "it"
    )
    covered = [one.covered for one in findings.covered("frail", "cam-04")]
    assert covered == pytest.approx([people[2], people[2], people[0] + people[2]])
    assert describe_finding(findings, "frail", "cam-04") == "1\u00a0%"


@pytest.mark.parametrize(
    ("values", "italian", "english"),
    [
        (
            {"nearest_min": 16.2, "at_least_min": 9.0},
            "0 %, il più vicino a 17 minuti",
            "0%, nearest at 17 minutes",
        ),
        (
            {"nearest_min": math.inf, "at_least_min": 31.9},
            "0 %, il più vicino ad almeno 31 minuti in linea d'aria",
            "0%, nearest at 31 minutes or more in a straight line",
        ),
        (
            {"nearest_min": math.inf, "at_least_min": 9.5},
            "0 % sulle strade di questa mappa, che non arrivano al più vicino (almeno 9 minuti in "
            "linea d'aria)",
            "0% along the streets of this map, which do not lead to the nearest (9 minutes or more "
            "in a straight line)",
        ),
        (
            {"nearest_min": math.inf, "at_least_min": math.nan, "n_usable": 1},
            "0 %, nessuno raggiungibile a piedi sulle strade della mappa",
            "0%, none can be reached on foot along the streets of the map",
        ),
    ],
)
def test_zero_is_told_with_the_nearest(
    result: RunResult, values: dict[str, float], italian: str, english: str
) -> None:
    changed = with_nearest(result, "library", covered=0.0, **values)
    assert plain(describe_finding(Findings(changed, AREA, "it"), "frail", "library")) == italian
    assert plain(describe_finding(Findings(changed, AREA, "en"), "frail", "library")) == english


def test_no_facility_in_the_list_is_unknown_not_zero(result: RunResult) -> None:
    findings = Findings(result, AREA, "it")
    assert not findings.is_known("frail", "pharmacy")
    assert (
        describe_finding(findings, "frail", "pharmacy")
        == "non noto: nessun luogo di questo tipo nell'elenco (non vuol dire zero)"
    )
    assert list(describe_distance(findings, "frail", "pharmacy")) == []
    assert describe_gap(findings, "frail", "pharmacy") == ""


@pytest.mark.parametrize(
    ("lang", "told"), [("it", "in elenco 12 luoghi, nessun punto certo"), ("en", "12 places in")]
)
def test_a_list_without_one_certain_point_is_unknown_even_where_the_table_says_zero(
    result: RunResult, lang: Lang, told: str
) -> None:
    table = result.areas[AREA].coverage
    assert (table.loc[table["category"] == "wemi", "covered"] == 0).all()
    findings = Findings(result, AREA, lang)
    assert not findings.is_known("adult", "wemi")
    assert all(math.isnan(one.share) for one in findings.covered("adult", "wemi"))
    assert told in describe_finding(findings, "adult", "wemi")


def test_places_without_a_certain_point_are_counted_beside_the_share(result: RunResult) -> None:
    extra = [
        {
            "facility_id": "x",
            "name": "Nuova",
            "category": "library",
            "precision": "none",
            "lat": None,
            "lon": None,
        }
    ]
    more = make_result(facilities=extra)
    told = plain(describe_finding(Findings(more, AREA, "it"), "adult", "library"))
    before = plain(describe_finding(Findings(result, AREA, "it"), "adult", "library"))
    assert told == f"{before}; senza contare 1 altro luogo dal punto incerto"


def test_sentences_about_a_category_that_is_reached(result: RunResult) -> None:
    changed = with_nearest(result, "library", nearest_min=3.2, median_min=11.01)
    findings = Findings(changed, AREA, "it")
    told = [plain(text) for text in describe_distance(findings, "older_adult", "library")]
    assert told == [
        "La casa più vicina è a 4 minuti a piedi.",
        "Metà dei residenti di 65 anni e più impiega al massimo 12 minuti.",
    ]
    last = findings.covered("older_adult", "library")[-1]
    sentence = plain(describe_covered(findings, "older_adult", "library"))
    number = f"{last.covered:,.0f}".replace(",", ".")
    assert (
        sentence
        == f"{number} su 6.543 residenti di 65 anni e più ci arrivano entro 15 minuti a piedi"
    )


def test_a_median_nobody_walks_is_said_in_words(result: RunResult) -> None:
    changed = with_nearest(result, "library", nearest_min=3.2, median_min=math.inf)
    *_, told = describe_distance(Findings(changed, AREA, "en"), "older_adult", "library")
    assert told.startswith("More than half of the residents aged 65 and over have no way on foot")


def test_the_adult_claim_stands_beside_every_other_walker(result: RunResult) -> None:
    findings = Findings(result, AREA, "it")
    claim = findings.covered("adult", HUB)[-1]
    told = plain(describe_gap(findings, "frail", HUB))
    assert told.startswith("Con il passo «Adulto» (1,33 m/s, 4,8 km/h) risulterebbero ")
    more = round(claim.covered) - round(findings.covered("frail", HUB)[-1].covered)
    assert told.endswith(
        f"({100 * claim.share:.0f} %), cioè {more:,} persone in più.".replace(",", ".").replace(
            ").", "),"
        )
    )
    assert describe_gap(findings, "adult", HUB) == ""


def test_without_the_adult_nobody_else_makes_the_claim() -> None:
    findings = Findings(make_result(profiles=("frail", "wheelchair")), AREA, "it")
    assert describe_gap(findings, "frail", HUB) == ""
    assert math.isnan(findings.gap(HUB).people)
