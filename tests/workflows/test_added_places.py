"""Her places in a run, on one street solved by hand: what is added, merged, unknown and maybe open.

::

    hall (csrc) ----- 300 ----- club (csrc) ------------ 700 ------------
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pandas as pd
import pytest
from builders.drawn_osm import lonlat
from builders.seat_street import write_study
from rich.console import Console

import access15
from access15.errors import Access15Warning
from access15.outputs.terminal.summary import draw_summary
from access15.workflows.run import Run

NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The study asks for benches too, of which its table lists one and the extract two."""
    folder = tmp_path_factory.mktemp("street")
    study = write_study(folder, benches_m=(90, 180))
    text = study.read_text(encoding="utf-8")
    study.write_text(text.replace('["csrc"]', '["csrc", "bench"]'), encoding="utf-8")
    (lon, lat), (club_lon, club_lat) = lonlat(0, 0), lonlat(300, 0)
    with (folder / "places.csv").open("a", encoding="utf-8") as file:
        file.write(f"seat,Panchina,bench,{lat},{lon}\n")
    (folder / "mine.csv").write_text(
        "nome;tipo;lat;lon;Orario\n"
        f"MUNICIPIO;csrc;{lat};{lon};lun-ven 9-12\n"
        f"Circolo;csrc;{club_lat};{club_lon};sabato mattina\n",
        encoding="utf-8",
    )
    (folder / "whole.csv").write_text(
        f"facility_id,name,category,lat,lon\nhall,Municipio,csrc,{lat},{lon}\n", encoding="utf-8"
    )
    return folder


@pytest.fixture(scope="module")
def run(street: Path, tmp_path_factory: pytest.TempPathFactory) -> partial[Run]:
    return partial(
        access15.run,
        street / "street.toml",
        osm=street / "street.osm",
        profiles=["older_adult"],
        cutoffs_min=[5],
        cache=tmp_path_factory.mktemp("cache"),
        now=NOW,
    )


def row_of(found: Run, category: str) -> pd.Series:
    table = found.coverage
    keep = (table["zone"] == "all") & (table["group"] == "total") & (table["category"] == category)
    return table[keep].iloc[0]


@pytest.mark.filterwarnings("ignore:.*review them|.*mine-row-2")
def test_her_places_stand_beside_the_official_ones(
    run: partial[Run], street: Path, tmp_path: Path
) -> None:
    """In 5 minutes 291 m: 291 of 1,000 people reach the hall alone, and 591 the hall or the club."""
    columns = {"opening_hours": "Orario"}
    with pytest.warns(Access15Warning, match=r"row 2 \(MUNICIPIO\) is hall, 0 m apart"):
        found = run(add_places=[street / "mine.csv"], map_columns=columns, at="tue 10:00")
    # 1. The hall takes her hours and is open on Tuesday; of the club nobody knows.
    csrc = row_of(found, "csrc")
    assert csrc["covered"] == pytest.approx(291, abs=3)
    assert csrc["unknown_hours"] == pytest.approx(300, abs=3)
    assert csrc["share_if_open"] == pytest.approx(0.591, abs=0.006)
    assert csrc["status"] == "known"
    # 2. Benches do not close: the hours of none are written, all count.
    assert row_of(found, "bench")["covered"] > 0
    # 3. Every row comes out with what became of it.
    table = pd.read_csv(found.write(tmp_path)["facilities_out.csv"], keep_default_na=False)
    kept = table[table["listed_in"] != ""].set_index("listed_in")
    assert kept["status"].to_dict() == {
        "places.csv row 2": "ok",
        "places.csv row 3": "ok",
        "mine.csv row 2": "merged",
        "mine.csv row 3": "ok",
    }
    assert kept.loc["mine.csv row 2", "merged_into"] == "hall"
    assert kept.loc["places.csv row 2", "opening_hours"] == "Mo-Fr 09:00-12:00"
    # 4. The terminal and the pages say so.
    console = Console(width=200)
    with console.capture() as capture:
        for part in draw_summary(found, lang="it"):
            console.print(part)
    said = capture.get()
    assert (
        "places.csv. Aggiunti da mine.csv: 1 luogo (altri già in elenco, contati una volta" in said
    )
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert "29-59\u00a0% (orari)" in page
    assert "Aggiunti da mine.csv" in page


def test_what_only_a_replaced_table_lists_is_unknown(run: partial[Run], street: Path) -> None:
    """The extract knows two benches of however many there are."""
    with pytest.warns(Access15Warning, match="unknown, not 0 %, because places.csv listed them"):
        found = run(facilities=street / "whole.csv")
    bench = row_of(found, "bench")
    assert pd.isna(bench["covered"])
    assert bench["status"] == "not_listed"
    assert row_of(found, "csrc")["covered"] > 0
    assert found.places_info.unlisted == ("bench",)
