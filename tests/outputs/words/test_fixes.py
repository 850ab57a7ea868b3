"""Street fixes in words: ranked, merged, told apart."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from builders.doors import GAINS
from builders.run import make_result

from access15.core.change.fixes import FIX_KINDS
from access15.outputs.words.findings import Findings
from access15.outputs.words.fixes import (
    PARTS,
    SHOWN_FIXES,
    describe_fix,
    describe_fixes,
    rank_fixes,
)

WHO = "over 65 in più"


@pytest.fixture(scope="module")
def findings() -> Findings:
    return Findings(make_result(), "chiesa_rossa", "it")


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def with_fixes(findings: Findings, *changes: dict[str, object]) -> Findings:
    """The made-up neighbourhood with other fixes for frail people on the way to a hub."""
    table = findings.area.fixes
    model = table[(table["profile"] == "frail") & (table["category"] == "hub")].iloc[[2]]
    gained = [name for name in table.columns if name.startswith("gained_")]
    rows = []
    for number, change in enumerate(changes):
        row = model.assign(fix_id=f"f{number}", rank=number + 1, is_near=False, length_m=20.0)
        people = change.pop("people")
        rows.append(row.assign(**{**dict.fromkeys(gained, people), **change}))
    explained = replace(findings.area.explain(), fixes=pd.concat(rows, ignore_index=True))
    area = replace(findings.area, explain=lambda: explained)
    result = replace(findings.result, areas={**findings.result.areas, "chiesa_rossa": area})
    return Findings(result, "chiesa_rossa", "it")


def test_the_best_comes_first_and_doubtful_links_last(findings: Findings) -> None:
    told = describe_fixes(findings, "frail", "hub", n=SHOWN_FIXES)
    assert [plain(text) for text in told["mend"]] == [
        f"Attraversamento con semaforo, Via B / Via C (20 s di attesa): 12 {WHO}",
        f"Scale, presso Via <D> (8 m): 3 {WHO}",
        "Collegamento di 24 m fra Via A e strada senza nome, da verificare sul posto: queste "
        f"strade non mostrano corsi d'acqua, muri e recinti: 40 {WHO}",
    ]  # the kerb lets fewer than three people in
    assert told["build"] == told["look"] == []
    assert len(describe_fixes(findings, "frail", "hub", n=1)["mend"]) == 1
    assert describe_fixes(findings, "frail", "csrc", n=3) == {part: [] for part in PARTS}
    assert len(rank_fixes(findings, "frail", "hub", n=9)) == sum(gain >= 3 for gain in GAINS)


def test_what_is_built_and_what_is_looked_at_are_told_apart(findings: Findings) -> None:
    """A bridge is no link, whatever it brings; each part has its own first."""
    many = with_fixes(
        findings,
        {"kind": "bridge", "part": "build", "street_to": "Via B", "people": 200.0},
        {"kind": "gate", "part": "build", "street_to": "Via C", "people": 50.0},
        {"kind": "mapping_fault", "part": "look", "street_to": "Via E", "people": 90.0},
        {"kind": "missing_link", "part": "mend", "street_to": "Via F", "people": 4.0},
    )
    told = describe_fixes(many, "frail", "hub", n=1)
    assert {part: [plain(text) for text in texts] for part, texts in told.items()} == {
        "mend": [
            "Collegamento di 20 m fra Via <D> e Via F, da verificare sul posto: non tutti i muri "
            f"e i recinti sono sulla mappa: 4 {WHO}"
        ],
        "build": [
            f"Ponte su acqua, binari o autostrada, 20 m fra Via <D> e Via B: 200 {WHO}",
        ],
        "look": [
            "Strade disegnate a 20 m l'una dall'altra, che forse si toccano: Via <D> e Via E: "
            f"90 {WHO}"
        ],
        "door": [],
    }


def test_places_on_the_same_streets_are_one(findings: Findings) -> None:
    """Two links beside each other bring people to the same place: the best one is told, and how
    many there are; a third of another kind stands for itself.
    """
    link = {"kind": "missing_link", "part": "mend"}
    many = with_fixes(
        findings,
        {**link, "street": "Via X", "street_to": "Via Y", "people": 30.0},
        {"kind": "steps", "street": "Via X", "people": 25.0},
        {**link, "street": "Via Y", "street_to": "Via X", "people": 20.0},
        {**link, "street": "", "street_to": "", "people": 9.0},
        {**link, "street": "", "street_to": "", "people": 8.0},
        {**link, "street": "Via X", "street_to": "Via Y", "people": 2.9},
    )
    listed = rank_fixes(many, "frail", "hub", n=SHOWN_FIXES)
    assert listed["gained_age_65_plus"].tolist() == [30.0, 25.0, 9.0, 8.0]
    assert listed["n_places"].tolist() == [2, 1, 1, 1]
    first = describe_fixes(many, "frail", "hub", n=1)["mend"][0]
    assert plain(first).endswith("(il migliore di 2 punti, non la somma): 30 " + WHO)


def test_a_gain_is_a_range_over_doors(findings: Findings) -> None:
    """Where another plausible door brings as many to the person, one number is enough."""
    low, high = "gained_low_age_65_plus", "gained_high_age_65_plus"
    steps = {"kind": "steps", "people": 40.0}
    many = with_fixes(
        findings,
        {**steps, "street": "Via A", low: 12.0, high: 61.4},
        {**steps, "street": "Via B", low: 39.9, high: 40.1},
        {**steps, "street": "Via C", "part": "door", low: 0.0, high: 40.0},
    )
    told = describe_fixes(many, "frail", "hub", n=SHOWN_FIXES)
    assert [plain(text) for text in told["mend"]] == [
        f"Scale, Via A (20 m): da 12 a 61 {WHO}, secondo la porta",
        f"Scale, Via B (20 m): 40 {WHO}",
    ]
    assert [plain(text) for text in told["door"]] == [
        f"Scale, Via C (20 m): da 0 a 40 {WHO}, secondo la porta"
    ]


@pytest.mark.parametrize("unseen", ["", "water", "buildings", "water buildings"])
@pytest.mark.parametrize("kind", FIX_KINDS)
def test_every_fix_has_words(kind: str, unseen: str) -> None:
    row = {
        "kind": kind,
        "street": "Via A",
        "street_to": "Via B",
        "is_near": False,
        "unseen": unseen,
    }
    row |= {"crossing": "marked", "delay_s": 5.0, "length_m": 3.2}
    for lang in ("it", "en"):
        text = describe_fix(row, lang)  # type: ignore[arg-type]
        assert "Via A" in text
        assert "{" not in text
