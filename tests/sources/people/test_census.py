"""ISTAT's tables of census sections of 2011, 2021 and 2023: what they say of themselves, and what
must not be read of them. All tables are made up; their columns are those that ISTAT publishes.

::

    0        100       200 m
    +---------+---------+  100    sections 1 and 2 of Milano (15146), one zone each; to the east
    |  1  W   |  2  E   |         section 1 of another municipality (15222), zone X
    +---------+---------+  0      888888x, drawn in a park since 2021, lies within zone E
"""

from __future__ import annotations

import math
import re
import warnings
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from openpyxl import Workbook
from shapely.geometry import box

from access15.config import PopulationSource
from access15.config.model import validated
from access15.errors import Access15Warning, ConfigError, InputDataError
from access15.results.people import PeopleNote
from access15.sources.people.counts import Counted
from access15.sources.people.istat import read_sections
from access15.sources.people.residents import read_population

CRS = "EPSG:32632"
MILANO, OTHER = 15146, 15222
BOTH, MEN, WOMEN = ([f"P{i}" for i in range(first, first + 16)] for first in (14, 30, 67))
KEYS = ["CODREG", "REGIONE", "CODPRO", "PROVINCIA", "CODCOM", "COMUNE", "PROCOM"]
COUNTS = ["P1", "P2", "P3", *BOTH, *MEN, *WOMEN]
UNUSABLE = "residents of census sections cannot be used\n  - "


def code(number: int, town: int = MILANO) -> int:
    return town * 10**7 + number


def count(men: int, women: int) -> dict[str, int]:
    """Sexes and five-year classes: all in their thirties but two men and a woman above 74."""
    made = dict.fromkeys(COUNTS, 0) | {"P1": men + women, "P2": men, "P3": women}
    made |= {"P36": men - 2, "P45": 2, "P73": women - 1, "P82": 1}
    return made | {"P20": men + women - 3, "P29": 3}


def row(key: str, section: int, people: dict[str, int], **more: Any) -> dict[str, Any]:
    town = section // 10**7
    about = [3, "Lombardia", 15, "Milano", town % 1000, "Comune", town]
    return {**dict(zip(KEYS, about, strict=True)), key: section, **people, **more}


ROWS = ((code(1), count(40, 60)), (code(2), count(10, 20)), (code(1, OTHER), count(5, 5)))


def write(path: Path, rows: list[dict[str, Any]]) -> Path:
    """A table as published: CSV with semicolons, or the first sheet of a workbook."""
    lines = [list(rows[0]), *[list(one.values()) for one in rows]]
    if path.suffix == ".csv":
        text = "\n".join(";".join(map(str, line)) for line in lines)
        path.write_text(text + "\n", encoding="latin-1")
        return path
    book = Workbook()
    for line in lines:
        book.active.append(line)
    book.create_sheet("TRACCIATO").append(["NOME_CAMPO", "DEFINIZIONE"])
    book.save(path)
    return path


def outline(path: Path, key: str = "SEZ21_ID", *, park: bool = False) -> Path:
    """Sections of two municipalities; the park of those without a home, where it is drawn."""
    drawn = {
        code(1): box(0, 0, 100, 100),
        code(2): box(100, 0, 200, 100),
        code(1, OTHER): box(200, 0, 300, 100),
    }
    if park:
        drawn[code(8888881)] = box(120, 20, 160, 60)
    frame = gpd.GeoDataFrame(
        {key: [float(one) for one in drawn], "PRO_COM": [one // 10**7 for one in drawn]},
        geometry=list(drawn.values()),
        crs=CRS,
    )
    frame.to_file(path)
    return path


def zones(*names: str) -> gpd.GeoDataFrame:
    known = {"W": box(0, 0, 100, 100), "E": box(100, 0, 200, 100), "X": box(200, 0, 300, 100)}
    shapes = gpd.GeoSeries([known[name] for name in names], crs=CRS).to_crs("EPSG:4326")
    return gpd.GeoDataFrame({"zone_id": names, "name": names}, geometry=shapes)


def source(table: Path, sections: Path, **more: Any) -> PopulationSource:
    return PopulationSource(kind="istat", file=table, sections=sections, **more)


def pattern(text: str) -> str:
    return "^" + re.escape(text) + "$"


def kinds(counted: Counted) -> list[str]:
    return [note.kind for note in counted.notes]


@pytest.mark.parametrize(
    ("name", "key", "stated", "year"),
    [
        ("R03_indicatori_2011_sezioni.csv", "SEZ2011", None, 2011),
        ("R03_indicatori_2021_sezioni.xlsx", "SEZ21_ID", None, 2021),
        ("R03_indicatori_2021_sezioni.csv", "SEZ2011", None, 2021),  # the first data of 2021
        ("R03_Lombardia_2023_sezioni.xlsx", "SEZ21_ID", None, 2023),
        ("R02_Valle d'Aosta_2023_sezioni.csv", "SEZ21_ID", 2023, 2023),
        ("milano.xlsx", "SEZ21_ID", 2023, 2023),
        ("milano-2021-2023.csv", "SEZ21_ID", 2021, 2021),
    ],
)
def test_tables_of_every_year(
    tmp_path: Path, name: str, key: str, stated: int | None, year: int
) -> None:
    """CSV or workbook, on the sections of 2011 or of 2021: everybody, 65 and over, the year."""
    table = write(tmp_path / name, [row(key, *one) for one in ROWS])
    made = source(table, outline(tmp_path / "s.shp", key), year=stated)
    counted = read_sections(made)
    assert counted.places["total"].tolist() == [100.0, 30.0, 10.0]
    assert counted.places["age_65_plus"].tolist() == [3.0, 3.0, 3.0]
    assert kinds(counted) == [f"census_{year}"]


BY_NAME = "t_2021.csv"
YEARS = "write it in [population], such as year = {first}, or give the file the name that ISTAT publishes it under"


@pytest.mark.parametrize(
    ("name", "key", "stated", "more", "message"),
    [
        (
            "t.csv",
            "SEZ21_ID",
            None,
            {},
            f"t.csv: its year is not known (2021, 2023); {YEARS.format(first=2021)}",
        ),
        (
            "t.csv",
            "SEZ2011",
            None,
            {},
            f"t.csv: its year is not known (2011, 2021); {YEARS.format(first=2011)}",
        ),
        (
            "t_2021_2023.csv",
            "SEZ21_ID",
            None,
            {"PF9": 1, "NA1": 2},
            f"t_2021_2023.csv: its year is not known (2021, 2023); {YEARS.format(first=2021)} "
            "(only the data of 2023 have PF9, NA1)",
        ),
        (
            BY_NAME,
            "SEZ21_ID",
            2023,
            {},
            f"{BY_NAME}: is of 2021 by its name and of 2023 by [population]; correct one of them",
        ),
        (
            "t.csv",
            "SEZ21_ID",
            2011,
            {},
            "t.csv: has the key SEZ21_ID, which data of 2011 do not have; take the file of that "
            "year, or correct the year",
        ),
        (
            "t_2023.csv",
            "SEZ2011",
            None,
            {},
            "t_2023.csv: has the key SEZ2011, which data of 2023 do not have; take the file of "
            "that year, or correct the year",
        ),
        (
            BY_NAME,
            "SEZ21_ID",
            None,
            {"EM1": 1},
            f"{BY_NAME}: has EM1, which only the data of 2023 have, and would be of 2021; correct "
            "the year",
        ),
    ],
)
def test_a_year_is_never_guessed(
    tmp_path: Path,
    name: str,
    key: str,
    stated: int | None,
    more: dict[str, int],
    message: str,
) -> None:
    table = write(tmp_path / name, [row(key, *one, **more) for one in ROWS])
    made = source(table, outline(tmp_path / "s.shp", key), year=stated)
    with pytest.raises(InputDataError, match=pattern(f"{UNUSABLE}{table}: {message}")):
        read_sections(made)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"P2": 41}, "P2 + P3 add up to 101 and P1 is 100\nP30 to P45 add up to 40 and P2 is 41"),
        ({"P20": 90}, "P14 to P29 add up to 93 and P1 is 100"),
        ({"P45": 9}, "P30 to P45 add up to 47 and P2 is 40"),
        ({"P67": 1}, "P67 to P82 add up to 61 and P3 is 60"),
    ],
)
def test_sexes_and_ages_add_up(tmp_path: Path, change: dict[str, int], message: str) -> None:
    rows = [row("SEZ21_ID", code(1), count(40, 60) | change), row("SEZ21_ID", *ROWS[1])]
    made = source(write(tmp_path / BY_NAME, rows), outline(tmp_path / "s.shp"))
    told = "\n  - ".join(
        f"{BY_NAME} section {code(1)}: {one}, they must be the same; take the file as ISTAT "
        "publishes it"
        for one in message.split("\n")
    )
    with pytest.raises(InputDataError, match=pattern(UNUSABLE + told)):
        read_sections(made)


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("P1", "", "P1 is '', it must be a number of people, 0 or more"),
        ("P1", "12.5 %", "P1 is '12.5 %', it must be a number of people, 0 or more"),
        ("P29", -3, "P29 is '-3', it must be a number of people, 0 or more"),
        ("P70", "n.d.", "P70 is 'n.d.', it must be a number of people, 0 or more"),
        ("P2", "1e2", "P2 is '1e2', it must be a number of people, 0 or more"),
    ],
)
def test_cells_that_count_nobody(tmp_path: Path, column: str, value: Any, message: str) -> None:
    """Also in columns that are only added up to check the others."""
    rows = [row("SEZ21_ID", code(1), {**count(40, 60), column: value})]
    made = source(write(tmp_path / BY_NAME, rows), outline(tmp_path / "s.shp"))
    told = f"{BY_NAME} section {code(1)}: {message}"
    with pytest.raises(InputDataError, match=pattern(UNUSABLE + told)):
        read_sections(made)


def test_women_of_the_wrong_columns_are_not_read(tmp_path: Path) -> None:
    """What P46 to P61 hold is said in two ways: no sum and no group takes them."""
    more = {f"P{i}": 999 for i in range(46, 62)}
    rows = [row("SEZ21_ID", *one, **more) for one in ROWS]
    counted = read_sections(source(write(tmp_path / BY_NAME, rows), outline(tmp_path / "s.shp")))
    assert counted.places["total"].tolist() == [100.0, 30.0, 10.0]


def test_who_has_no_home_is_in_no_park(tmp_path: Path) -> None:
    """The section is drawn since 2021, and its people live at no place of the map."""
    homeless = row("SEZ21_ID", code(8888881), count(4, 3))
    contested = row("SEZ21_ID", code(9999991), count(3, 3))
    table = write(
        tmp_path / BY_NAME, [*(row("SEZ21_ID", *one) for one in ROWS), homeless, contested]
    )
    counted = read_sections(source(table, outline(tmp_path / "s.shp", park=True)))
    assert counted.places["total"].tolist() == [100.0, 30.0, 10.0]
    assert counted.notes == (
        PeopleNote("census_2021"),
        PeopleNote("fictitious", people=7.0, n=1),
        PeopleNote("no_outline", people=6.0, n=1),
    )


def test_municipalities_that_are_not_published(tmp_path: Path) -> None:
    """They are told by their codes; a zone in one of them is unknown, and not empty."""
    table = write(tmp_path / "R03_Lombardia_2023_sezioni.csv", [row("SEZ21_ID", *ROWS[0])])
    made = source(table, outline(tmp_path / "s.shp"))
    told = (
        f"{table.name}: says nothing of 1 municipality that has sections in s.shp: 015222; its "
        "people are unknown, not none"
    )
    with pytest.warns(Access15Warning, match=pattern(told)):
        counted = read_population(made, zones("W", "E"))
    assert counted is not None
    assert counted.places["has_row"].tolist() == [True, False, False]
    assert counted.places["has_town"].tolist() == [True, True, False]
    message = (
        f"zone 'X' lies in municipality 015222, of which {table.name} says nothing: its people are "
        "unknown, not none; take the zone out of the study, or its residents from another source"
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Access15Warning)
        with pytest.raises(InputDataError, match=pattern(UNUSABLE + message)) as refused:
            read_population(made, zones("W", "E", "X"))
    assert "i suoi abitanti non sono noti, non zero" in refused.value.in_lang("it")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (
            {"year": 2019},
            "[population] year = 2019: sections of ISTAT's census are read of 2011, 2021, 2023; "
            "write one of these",
        ),
        (
            {"groups": {"total": "P1", "age_80_plus": "P29"}},
            "[population.groups] 'age_80_plus' cannot be read from census sections: their classes "
            "of age are of five years, and the last is over 74; take age_75_plus",
        ),
        (
            {"groups": {"total": "P1", "age_65_plus": ["P27", "P28"]}},
            "[population.groups] 'age_65_plus' adds up P27, P28, and people of these ages are P27, "
            "P28, P29; correct one of them",
        ),
    ],
)
def test_what_a_study_cannot_ask_of_sections(values: dict[str, Any], message: str) -> None:
    text = f"p: not a valid PopulationSource\n  - {message}"
    with pytest.raises(ConfigError, match=pattern(text)):
        validated(PopulationSource, {"kind": "istat", "file": "t", "sections": "s", **values}, "p")


def test_other_ages_by_sex(tmp_path: Path) -> None:
    """A group of one's own of men and women, whose columns are others."""
    rows = [row("SEZ21_ID", *one) for one in ROWS]
    groups = {"total": "P1", "age_75_plus": ("P45", "P82"), "donne": "P3"}
    made = source(write(tmp_path / BY_NAME, rows), outline(tmp_path / "s.shp"), groups=groups)
    counted = read_sections(made)
    assert counted.places["age_75_plus"].tolist() == [3.0, 3.0, 3.0]
    assert counted.places["donne"].tolist() == [60.0, 20.0, 5.0]


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ((math.nan, None), "SEZ21_ID is empty in feature 1"),
        ((-151460000001.0, None), "SEZ21_ID is -151460000001.0 in feature 1"),
        ((1.5146e21, 1.5146e21), "SEZ21_ID is 1.5146e+21 in feature 1"),
    ],
    ids=["none", "negative", "too long"],
)
def test_outlines_without_a_code(
    tmp_path: Path, values: tuple[float, float | None], told: str
) -> None:
    """They are told as the file has them; of a row without a code nothing more is said."""
    rows = [row("SEZ21_ID", *one) for one in ROWS]
    rows.append({**dict.fromkeys(rows[0], ""), "COMUNE": "Totale", "P1": 140})
    drawn = gpd.read_file(outline(tmp_path / "s.shp"))
    for at, value in enumerate(values):
        if value is not None:
            drawn.loc[at, "SEZ21_ID"] = value
    drawn.to_file(tmp_path / "s.gpkg")
    rule = ", it must be a section's code, digits only"
    message = f"{BY_NAME}: SEZ21_ID is '' in row 5{rule}\n  - s.gpkg: {told}{rule}"
    if values[1] is not None:
        message += f"\n  - s.gpkg: {told.replace('feature 1', 'feature 2')}{rule}"
    with pytest.raises(InputDataError, match=pattern(UNUSABLE + message)):
        read_sections(source(write(tmp_path / BY_NAME, rows), tmp_path / "s.gpkg"))


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_a_column_that_stands_twice(tmp_path: Path, ending: str) -> None:
    """Nobody knows which of them counts; one that is not asked for may stand as often as it likes."""
    name = str(Path(BY_NAME).with_suffix(ending))
    rows = [row("SEZ21_ID", *one) | {"note ": 1, " note": 2} for one in ROWS]
    made = source(write(tmp_path / name, rows), outline(tmp_path / "s.shp"))
    assert read_sections(made).places["total"].tolist() == [100.0, 30.0, 10.0]
    write(tmp_path / name, [one | {"P1 ": 5} for one in rows])
    message = f"{name}: more than one column is named 'P1'; rename all but one."
    with pytest.raises(InputDataError, match=pattern(UNUSABLE + message)):
        read_sections(made)
