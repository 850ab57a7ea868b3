"""Her places beside the official ones: each place once, what is the same is told, nothing lost."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from access15.config import AddedTable, FacilitiesSource, build_options, load_categories, load_study
from access15.config.model import data_dir
from access15.errors import Access15Error, Access15Warning, ConfigError, InputDataError
from access15.sources.places.added import Places, read_places
from access15.sources.places.points import ITALY_BOUNDS
from access15.sources.places.same import are_two_houses, read_house

HEAD = "facility_id,name,category,address,lat,lon"
# 0.0001 degrees of latitude are 11 m
OFFICIAL = f"""{HEAD}
cam-04,Casa di Quartiere Boifava,cam,"Via Boifava, 17",45.42746,9.17478
csrc-07,Casa di Quartiere De André,csrc,"Via De André, 9",45.42276,9.17438
wemi-01,WeMi Giambellino,wemi,"Via Odazio, 7",,
library-01,Biblioteca,library,"Via Boifava, 17",45.42746,9.17478
"""


def join(
    tmp_path: Path, mine: str, official: str = OFFICIAL, name: str = "mine.csv", **more: object
) -> tuple[Places, list[str]]:
    (tmp_path / "official.csv").write_text(official, encoding="utf-8")
    (tmp_path / name).write_text(mine, encoding="utf-8")
    source = FacilitiesSource(file=tmp_path / "official.csv", files=(tmp_path / name,))
    source = source.model_copy(update=more)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        found = read_places(source, categories=load_categories(), bounds=ITALY_BOUNDS)
    told = [str(one.message) for one in caught if issubclass(one.category, Access15Warning)]
    return found, told


def test_a_new_place_stands_behind_the_official_ones(tmp_path: Path) -> None:
    found, told = join(tmp_path, f"{HEAD}\nmia,Centro mio,csrc,Via Nuova 1,45.43,9.18\n")
    assert list(found.frame["facility_id"]) == [
        *("cam-04", "csrc-07", "wemi-01", "library-01"),
        "mia",
    ]
    assert found.frame["listed_in"].iat[4] == "mine.csv row 2"
    assert found.info.set_aside is None
    assert told == ["mine.csv: 1 place is added to the study's."]


def test_a_name_that_is_no_text_is_written_as_one(tmp_path: Path) -> None:
    name = "caf\udce9.csv"  # bytes of another alphabet: tables of Arrow hold no such text
    found, told = join(tmp_path, "name,category,lat,lon\nCentro mio,csrc,45.43,9.18\n", name=name)
    assert found.frame["facility_id"].iat[4] == "caf?-row-2"
    assert found.frame["listed_in"].iat[4] == "caf?.csv row 2"
    assert told[-1] == "caf?.csv: 1 place is added to the study's."


SAME = [
    # (her row, id of the official place that it is)
    ("x,Casa di Quartiere Boifava,cam,,45.42746,9.17478", "cam-04"),
    ("x,CASA DI QUARTIERE  BOIFAVA,cam,,45.42776,9.17478", "cam-04"),  # 33 m away
    ("x,Casa di quartiere De Andre',csrc,,45.42276,9.17438", "csrc-07"),
    ("x,Casa di Quartiere De Andrè,csrc,via De André 9,45.42276,9.17438", "csrc-07"),
    ("x,WeMi Giambellino,wemi,Via Odazio 7,,", "wemi-01"),  # neither has a point
    ('x,WeMi Giambellino,wemi,"Via Odazio, 7 - Milano",45.4481,9.1423', "wemi-01"),
    ("cam-04,Boifava,cam,,45.42746,9.17478", "cam-04"),  # the same id, another way to call it
    ("cam-04,Centro anziani,cam,,45.4275,9.1748", "cam-04"),  # the same id and place
    # other places
    ("x,Casa di Quartiere Boifava,csrc,,45.42746,9.17478", ""),  # another kind
    ("x,Casa di Quartiere Boifava,cam,,45.42796,9.17478", ""),  # 55 m away
    ("x,Casa di Quartiere Boifava,cam,Via Boifava 19,45.42750,9.17478", ""),  # another house
    ("x,Casa di Quartiere Boifava,cam,Via Boifava 17/a,45.42750,9.17478", ""),
    ("x,Centro anziani,cam,Via Boifava 17,45.42746,9.17478", ""),  # another name
    ("x,WeMi Giambellino,wemi,Via Odazio 9,,", ""),
    ("x,WeMi Giambellino,wemi,Via Odazio,,", ""),  # no number: may be any house
    ("x,WeMi Giambellino,wemi,,,", ""),
]


@pytest.mark.parametrize(("row", "twin"), SAME)
def test_what_is_the_same_place(tmp_path: Path, row: str, twin: str) -> None:
    found, (*_, told) = join(tmp_path, f"{HEAD}\n{row}\n")
    assert len(found.frame) == (4 if twin else 5)
    assert found.frame["facility_id"].is_unique
    aside = found.info.set_aside
    if not twin:
        assert aside is None
        assert found.info.added[0].n_added == 1
        return
    assert aside is not None
    assert (aside["status"].iat[0], aside["merged_into"].iat[0]) == ("merged", twin)
    assert aside["listed_in"].iat[0] == "mine.csv row 2"
    assert told.startswith("mine.csv: 0 places are added to the study's; 1 is there already and ")
    assert f"is {twin}" in told


def test_the_official_row_takes_what_it_does_not_know(tmp_path: Path) -> None:
    mine = (
        f"{HEAD},opening_hours,capacity\n"
        'w,WeMi Giambellino,wemi,"Via Odazio, 7",45.4481,9.1423,Mo-Fr 09:00-12:00,20\n'
    )
    found, _ = join(tmp_path, mine)
    row = found.frame[found.frame["facility_id"] == "wemi-01"].iloc[0]
    assert (row["status"], row["precision"], row["capacity"]) == ("ok", "given", "20")
    assert (row.geometry.y, row["opening_hours"]) == (45.4481, "Mo-Fr 09:00-12:00")


def test_two_stops_of_one_name_stay_two(tmp_path: Path) -> None:
    stops = "a,Boifava,surface_stop,,45.4275,9.1750\nb,Boifava,surface_stop,,45.4276,9.1750"
    hers = (
        stops.replace("a,B", "p,B").replace("b,B", "q,B")
        + "\nr,Boifava,surface_stop,,45.4274,9.1750"
    )
    found, _ = join(tmp_path, f"{HEAD}\n{hers}\n", f"{HEAD}\n{stops}\n")
    assert list(found.frame["facility_id"]) == ["a", "b", "r"]
    assert found.info.set_aside is not None
    assert list(found.info.set_aside["merged_into"]) == ["a", "b"]


def test_rows_without_ids_are_called_after_their_table(tmp_path: Path) -> None:
    official = "name,category,lat,lon\nUno,csrc,45.42,9.17\n"
    found, told = join(tmp_path, "name,category,lat,lon\nDue,csrc,45.44,9.17\n", official)
    assert list(found.frame["facility_id"]) == ["row-2", "mine-row-2"]
    assert any("facilities are called mine-row-2 to mine-row-2" in text for text in told)


def test_some_kinds_are_replaced(tmp_path: Path) -> None:
    mine = f"{HEAD}\nmia,Centro mio,csrc,,45.43,9.18\n"
    found, told = join(tmp_path, mine, replace_categories=("csrc", "library"))
    assert list(found.frame["facility_id"]) == ["cam-04", "wemi-01", "mia"]
    info = found.info
    assert (info.n_replaced, info.unlisted) == (2, ("library",))
    assert info.set_aside is not None
    assert list(info.set_aside["status"]) == ["replaced", "replaced"]
    assert told[1:] == [
        "official.csv: 2 places are replaced by those that were added (csrc, library).",
        "unknown, not 0 %, because official.csv listed them and no table does now: library; list "
        "them in the table that was added.",
    ]


def test_a_whole_replacement_says_what_is_unknown_now(tmp_path: Path) -> None:
    (tmp_path / "own.csv").write_text(f"{HEAD}\nmia,Mio,cam,,45.43,9.18\n", encoding="utf-8")
    (tmp_path / "official.csv").write_text(OFFICIAL, encoding="utf-8")
    source = FacilitiesSource(file=tmp_path / "own.csv", instead_of=tmp_path / "official.csv")
    with pytest.warns(
        Access15Warning, match="unknown, not 0 %, because official.csv listed them"
    ) as told:
        found = read_places(source, categories=load_categories(), bounds=ITALY_BOUNDS)
    assert found.info.unlisted == ("csrc", "wemi", "library")
    assert str(told[0].message).endswith(
        "csrc, wemi, library; to keep the study's own beside yours, give --add-places in place of "
        "--facilities."
    )


MINE = f"{HEAD}\nmia,Centro mio,csrc,Via Nuova 1,45.43,9.18\n"
BAD = [
    # (her table, what else is asked, what is said)
    (
        f"{HEAD}\ncam-04,Farmacia,pharmacy,,45.43,9.18\n",
        {},
        "mine.csv row 2: the id 'cam-04' of 'Farmacia' is that of 'Casa di Quartiere Boifava' "
        "(official.csv row 2), another place; give it an id of its own.",
    ),
    (
        f"{HEAD}\ncam-04,Centro anziani,cam,,45.43,9.18\n",
        {},
        "mine.csv row 2: the id 'cam-04' of 'Centro anziani' is that of 'Casa di Quartiere "
        "Boifava' (official.csv row 2), another place; give it an id of its own.",
    ),
    (
        f"{HEAD}\ncam-04,Casa di Quartiere Boifava,cam,Via Boifava 19,45.42746,9.17478\n",
        {},
        "mine.csv row 2: the id 'cam-04' of 'Casa di Quartiere Boifava' is that of 'Casa di "
        "Quartiere Boifava' (official.csv row 2), another place; give it an id of its own.",
    ),
    (f"{HEAD}\nm,Mio,centro,,45.43,9.18\n", {}, "mine.csv row 2: category 'centro' is not known"),
    (f"{HEAD}\nm,Mio,csrc,,9.18,45.43\n", {}, "latitude and longitude look swapped"),
    (f"{HEAD}\nm,Mio,csrc,,45.43,\n", {}, "lat is 45.43 and lon is empty: write both"),
    (f"{HEAD}\nm,,csrc,,45.43,9.18\n", {}, "mine.csv row 2: the name is empty"),
    (f"{HEAD}\n,Mio,csrc,,45.43,9.18\n", {}, "mine.csv row 2: facility_id is empty"),
    (
        f"{HEAD}\nm,A,csrc,,45.4,9.1\nm,B,csrc,,45.5,9.2\n",
        {},
        "facility_id 'm' is already in row 2",
    ),
    (f"{HEAD}\nm,Mio,csrc,,quarantacinque,9.18\n", {}, "lat is 'quarantacinque', not a number"),
    (f"{HEAD}\nm,Mio,csrc,,0,0\n", {}, "outside Italy"),
    ("", {}, "mine.csv is empty: it has no header and no rows; check that it was saved."),
    ("name,category\nMio,csrc\n", {}, "has neither coordinates (lat and lon) nor an address"),
    ("nome,lat,lon\nMio,45.43,9.18\n", {}, "mine.csv has no column for the category"),
    (MINE, {"replace_categories": ("cscr",)}, "replace_categories names 'cscr', which is no"),
    (
        MINE,
        {"added_columns": {"opening_hours": "Orario"}},
        "opening_hours=Orario: no table has a column 'Orario' (official.csv, mine.csv)",
    ),
    (
        MINE,
        {"added_columns": {"Orario": "opening_hours"}},
        "Orario=opening_hours: access15 reads no 'Orario'; write it the other way round: "
        "opening_hours=Orario.",
    ),
    (
        MINE,
        {"added_columns": {"opening_hour": "Orario"}},
        "opening_hour=Orario: access15 reads no 'opening_hour'; did you mean 'opening_hours'?",
    ),
    (
        MINE,
        {"added_columns": {"category": "=csrc"}},
        "category==csrc: every table has a column of its own (official.csv, mine.csv)",
    ),
]


@pytest.mark.parametrize(("mine", "more", "said"), BAD)
def test_bad_tables_are_told(tmp_path: Path, mine: str, more: dict[str, object], said: str) -> None:
    with pytest.raises(Access15Error) as error:
        join(tmp_path, mine, **more)
    assert said in "\n".join([error.value.summary, *error.value.problems])


def test_all_tables_faults_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(Access15Error) as error:
        join(tmp_path, f"{HEAD}\nm,Mio,centro,,45.43,9.18\n", f"{HEAD}\nn,,csrc,,45.43,9.18\n")
    said = str(error.value)
    assert "official.csv row 2: the name is empty" in said
    assert "mine.csv row 2: category 'centro' is not known" in said


def test_replacing_needs_a_table_that_stands_in(tmp_path: Path) -> None:
    (tmp_path / "official.csv").write_text(OFFICIAL, encoding="utf-8")
    source = FacilitiesSource(file=tmp_path / "official.csv", replace_categories=("csrc",))
    with pytest.raises(ConfigError, match="csrc would be replaced by nothing: name the table"):
        read_places(source, categories=load_categories(), bounds=ITALY_BOUNDS)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"replace_categories": ["cscr"]}, "'cscr' is not a category; did you mean 'csrc'?"),
        ({"replace_categories": [","]}, "nothing is named: write ids of categories"),
        ({"map_columns": ["Orario"]}, "'Orario' names no column: write opening_hours=Orario"),
        ({"map_columns": ["=Orario"]}, "'=Orario' names no column"),
        ({"map_columns": ["opening_hours="]}, "'opening_hours=' names no column"),
        ({"map_columns": ["name=A", "name=B"]}, "name is said to be in 'A' and in 'B': keep one"),
    ],
)
def test_options_that_say_nothing_are_refused(given: dict[str, list[str]], said: str) -> None:
    with pytest.raises(ConfigError) as error:
        build_options(**given)  # type: ignore[arg-type]
    assert said in "\n".join(error.value.problems)


def test_columns_are_mapped_where_a_table_has_them(tmp_path: Path) -> None:
    mine = "Luogo;Che cosa;Dove;Orario\nCentro mio;csrc;45,4300 9,1800;Mo-Fr 09:00-12:00\n"
    columns = {"name": "luogo", "category": "Che cosa", "opening_hours": "ORARIO"}
    found, told = join(tmp_path, mine, added_columns=columns)
    assert found.frame["opening_hours"].iat[4] == "Mo-Fr 09:00-12:00"
    assert found.frame.geometry.iat[4].y == 45.43
    assert not [text for text in told if "not read" in text]


def test_an_unread_column_is_told_with_how_to_map_it(tmp_path: Path) -> None:
    mine = f"{HEAD},Orario,Posti a sedere\nm,Mio,csrc,,45.43,9.18,9-12,20\n"
    _, told = join(tmp_path, mine)
    assert (
        "mine.csv: Orario, Posti a sedere are kept and not read; a column that holds what access15 "
        "reads is mapped with --map, or in the study file under [facilities.columns], such as --map "
        'opening_hours=Orario or opening_hours = "Orario".'
    ) in told


def test_a_study_says_the_same(tmp_path: Path) -> None:
    milano = load_study()
    asked = build_options(
        add_places=[tmp_path / "a.csv", tmp_path / "a.csv"],
        replace_categories=["csrc, library", "csrc"],
        map_columns=["name=Luogo"],
        facilities=tmp_path / "b.csv",
    )
    places = asked.apply_to(milano).facilities
    assert places.files == (AddedTable(path=tmp_path / "a.csv"),)
    assert places.replace_categories == ("csrc", "library")
    assert places.added_columns == {"name": "Luogo"}
    assert (places.file, places.instead_of) == (tmp_path / "b.csv", milano.facilities.file)


HOUSES = [
    ("Via Boifava, 17", ("via boifava", "17")),
    ("Via Boifava 17", ("via boifava", "17")),
    ("VIA BOIFAVA N. 17", ("via boifava", "17")),
    ("Via Milan 4", ("via milan", "4")),
    ("Via Milan n.4", ("via milan", "4")),
    ("Via Boifava, n° 17", ("via boifava", "17")),
    ("Corso di Porta Vigentina, 15/a", ("corso di porta vigentina", "15/a")),
    ("Corso di Porta Vigentina 15A", ("corso di porta vigentina", "15/a")),
    ("Via Sammartini, 71/73", ("via sammartini", "71/73")),
    ("Via 25 Aprile 3", ("via 25 aprile", "3")),
    ("Via 25 Aprile, 3", ("via 25 aprile", "3")),
    ("Via 25 Aprile", None),
    ("Via Roma", None),
    ("", None),
    ("12", None),
    ("Piazza XXV Aprile 1, 20121 Milano", ("piazza xxv aprile", "1")),
]


@pytest.mark.parametrize(("address", "house"), HOUSES)
def test_house_numbers(address: str, house: tuple[str, str] | None) -> None:
    assert read_house(address) == house


@given(st.integers(1, 999), st.sampled_from(["", "a", "b"]), st.sampled_from([", ", " ", ",  "]))
def test_a_house_is_itself_however_it_is_written(number: int, letter: str, comma: str) -> None:
    one = read_house(f"Via Lunga{comma}{number}{letter}")
    other = read_house(f"VIA LUNGA {number}{'/' if letter else ''}{letter.upper()}")
    assert one == other
    assert not are_two_houses(one, other)
    assert are_two_houses(one, read_house(f"Via Lunga {number + 1}{letter}"))


def test_nothing_of_a_broken_set_is_joined(tmp_path: Path) -> None:
    (tmp_path / "official.csv").write_text(OFFICIAL, encoding="utf-8")
    source = FacilitiesSource(file=tmp_path / "official.csv", files=(tmp_path / "gone.csv",))
    with pytest.raises(InputDataError, match=r"gone\.csv"):
        read_places(source, categories=load_categories(), bounds=ITALY_BOUNDS)


def test_a_table_that_waits_to_be_filled_in_adds_nothing(tmp_path: Path) -> None:
    (tmp_path / "places.csv").write_text(f"# write your places here\n{HEAD}\n", encoding="utf-8")
    (tmp_path / "more.csv").write_text(MINE, encoding="utf-8")
    waiting, more = tmp_path / "places.csv", tmp_path / "more.csv"
    for files, n in (((waiting,), 0), ((waiting, more), 1), ((more, waiting), 1)):
        source = FacilitiesSource(files=files)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Access15Warning)
            found = read_places(source, categories=load_categories(), bounds=ITALY_BOUNDS)
        assert len(found.frame) == n
        assert "geometry" in found.frame
    with pytest.raises(InputDataError, match="has a header and no rows"):
        read_places(
            FacilitiesSource(file=waiting), categories=load_categories(), bounds=ITALY_BOUNDS
        )


def test_a_study_names_some_table() -> None:
    with pytest.raises(ConfigError, match="names no table: give file or files"):
        read_places(FacilitiesSource(), categories=load_categories(), bounds=ITALY_BOUNDS)


def test_further_doors_are_no_places(tmp_path: Path) -> None:
    head = f"{HEAD},door_lat,door_lon"
    rows = [f"a,Uno,csrc,,45.43,9.18,45.4301,9.18{i}" for i in (1, 2)]
    mine = "\n".join([head, *rows, "b,Due,csrc,,45.44,9.18,45.4401,9.18"])
    found, _ = join(tmp_path, mine + "\n")
    assert list(found.frame["listed_in"])[4:] == ["mine.csv row 2", "mine.csv row 4"]


HOURS = [
    # (what stands there, what is read, what is said)
    ("mar e gio pomeriggio 15-18", "Tu,Th 15:00-18:00", ""),
    ("Mo-Fr 09:00-12:00", "Mo-Fr 09:00-12:00", ""),
    ("n.d.", "", ""),
    ("sabato mattina", "", "count as unknown; review them: row 2 'sabato mattina'; write days"),
    ("chiuso", "", "review them: row 2 'chiuso'"),
    ("mar 09:00-12:00", "", "review them: row 2 'mar 09:00-12:00'"),  # March, or Tuesday
    ("Mo-Fr 9-25", None, "opening_hours is 'Mo-Fr 9-25': it cannot be read"),
    ("Mar 09:00-12:00", None, "it may mean March or Tuesday (martedì); write them as"),
]


@pytest.mark.parametrize(("text", "hours", "said"), HOURS)
def test_hours_are_read_or_listed(tmp_path: Path, text: str, hours: str | None, said: str) -> None:
    mine = f"{HEAD},opening_hours\nm,Mio,csrc,,45.43,9.18,{text}\n"
    if hours is None:
        with pytest.raises(InputDataError) as error:
            join(tmp_path, mine)
        assert said in "\n".join(error.value.problems)
        return
    found, told = join(tmp_path, mine)
    assert found.frame["opening_hours"].iat[4] == hours
    assert said in "\n".join(told)
    assert not said or len(told) == 2


WRITTEN = [
    "nome;tipo;geom\nMio;csrc;POINT (9.18 45.43)\n",
    'nome;tipo;posizione\nMio;csrc;"45.43, 9.18"\n',
    "nome;tipo;POINT_X;POINT_Y\nMio;csrc;514080,24;5030735,51\n",  # in the CRS that is named
    "Elenco dei luoghi\n\nnome;tipo;lat;lon\nMio;csrc;45,43;9,18\n",
]


@pytest.mark.parametrize("mine", WRITTEN)
def test_points_are_read_however_they_are_written(tmp_path: Path, mine: str) -> None:
    crs = "EPSG:32632" if "POINT_X" in mine else None
    official = OFFICIAL if crs is None else "name,category,x,y\nUno,csrc,514000,5030000\n"
    found, _ = join(tmp_path, mine, official, crs=crs)
    point = found.frame.geometry.iat[-1]
    assert (round(point.x, 3), round(point.y, 3)) == (9.18, 45.43)


# --- each table with a coordinate system and a mapping of its own -------------------------------

# the spot 45.43, 9.18 in UTM 32N, in Gauss-Boaga west and in degrees
SPOTS = {"utm.csv": "514083,5030731", "gauss.csv": "1514083,5030752"}
SYSTEMS = {"utm.csv": "EPSG:32632", "gauss.csv": "EPSG:3003"}


def write_spots(folder: Path) -> list[Path]:
    """The study's own place and one in each of two systems, whose columns nobody would guess."""
    (folder / "own.csv").write_text(f"{HEAD}\nown,Centro,csrc,,45.43,9.18\n", encoding="utf-8")
    for name, spot in SPOTS.items():
        text = f"id,Luogo,category,x,y\n{name[0]},Biblioteca {name},library,{spot}\n"
        (folder / name).write_text(text, encoding="utf-8")
    return [folder / name for name in ("own.csv", *SPOTS)]


def read_spots(source: FacilitiesSource) -> list[tuple[float, float]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Access15Warning)
        found = read_places(source, categories=load_categories(), bounds=ITALY_BOUNDS)
    return [(round(point.y, 3), round(point.x, 3)) for point in found.frame.geometry]


def test_tables_of_a_study_have_their_own_systems_and_columns(tmp_path: Path) -> None:
    """In the study's file, paths under it; the list of paths alone stays as it was."""
    own, *others = write_spots(tmp_path)
    listed = "".join(
        f'[[facilities.files]]\npath = "{path.name}"\ncrs = "{SYSTEMS[path.name]}"\n'
        'map = { name = "Luogo" }\n'
        for path in others
    )
    text = (data_dir() / "studies" / "milano.toml").read_text(encoding="utf-8")
    begin, end = text.index("[facilities]"), text.index("[zones]")
    study = tmp_path / "s.toml"
    lists = f'[facilities]\nfile = "own.csv"\n{listed}\n'
    study.write_text(f"{text[:begin]}{lists}{text[end:]}", encoding="utf-8")
    source = load_study(study).facilities
    assert list(source.tables) == [own, *others]
    assert read_spots(source) == [(45.43, 9.18)] * 3
    assert source.model_validate(source.model_dump()) == source
    plain = FacilitiesSource(file=own, files=others)
    assert plain.tables == (own, *others)


@pytest.mark.parametrize(
    "crs",
    [
        ["utm.csv=EPSG:32632", "gauss.csv=EPSG:3003"],
        ["EPSG:3003", "utm.csv=EPSG:32632"],
        ["gauss.csv=+proj=tmerc +lat_0=0 +lon_0=9 +k=0.9996 +x_0=1500000 +ellps=intl "
         "+towgs84=-104.1,-49.1,-9.9,0.971,-2.917,0.714,-11.68 +units=m", "EPSG:32632"],
    ],
)  # fmt: skip
def test_systems_on_the_command_line(tmp_path: Path, crs: list[str]) -> None:
    own, *others = write_spots(tmp_path)
    asked = build_options(facilities=own, add_places=others, map_columns=["name=Luogo"], crs=crs)
    source = asked.apply_to(load_study()).facilities
    if source.crs is not None:  # that of all is the own table's too, which is in degrees
        source = source.model_copy(update={"crs": None})
    assert read_spots(source)[1:] == [(45.43, 9.18)] * 2


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {"crs": "EPSG:3003"},
            "--crs EPSG:3003 says the coordinates of places that are added, and there are none: "
            "give them with --add-places FILE (or --facilities FILE)",
        ),
        (
            {"crs": ["EPSG:3003", "EPSG:32632"], "add_places": ["a.csv"]},
            "--crs says EPSG:3003, EPSG:32632 for every table: keep one, or say which table it is "
            "of, such as hers.csv=EPSG:3003",
        ),
    ],
)
def test_systems_that_say_nothing(given: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError) as refused:
        build_options(**given).apply_to(load_study())  # type: ignore[arg-type]
    assert str(refused.value) == message


def test_a_mapping_of_one_table_must_fit_it(tmp_path: Path) -> None:
    own, utm, _ = write_spots(tmp_path)
    added = AddedTable(path=utm, crs="EPSG:32632", map={"name": "Luogo", "address": "Via"})
    source = FacilitiesSource(file=own, files=(added,))
    with pytest.raises(InputDataError, match=r"address=Via: utm\.csv has no column 'Via'"):
        read_spots(source)
    fixed = added.model_copy(update={"map": {"name": "Luogo", "category": "=library"}})
    with pytest.raises(
        InputDataError, match=r"category==library: utm\.csv has a column of its own"
    ):
        read_spots(source.model_copy(update={"files": (fixed,)}))
    wrong = added.model_copy(update={"map": {"nome": "Luogo"}})
    with pytest.raises(ConfigError, match="nome=Luogo: access15 reads no 'nome'"):
        read_spots(source.model_copy(update={"files": (wrong,)}))


@pytest.mark.parametrize(
    ("files", "problem"),
    [
        ([3], "facilities.files.0.path: must be a path in quotation marks (found 3)"),
        ([{"crs": "EPSG:3003"}], "facilities.files.0.path: is missing; add it"),
        (
            [{"path": "a.csv", "colour": 1}],
            "facilities.files.0.colour: is not known here; correct its name or remove it (found 1)",
        ),
        ("a.csv", "facilities.files: must be a list in square brackets (found 'a.csv')"),
        (
            ["b.csv", {"path": "a.csv", "map": ["x"]}],
            "facilities.files.1.map: must be a table of names and values (found ['x'])",
        ),
        (
            [{"path": "d/../a.csv", "crs": "EPSG:3003"}, "b.csv", "a.csv"],
            "facilities: a.csv is listed more than once, with another crs or map: list it once",
        ),
    ],
)
@pytest.mark.usefixtures("said_in_italian")
def test_tables_that_are_not_written_as_such(files: object, problem: str) -> None:
    with pytest.raises(ConfigError) as refused:
        load_study().changed(facilities={"file": "x.csv", "files": files})
    assert refused.value.problems == (problem,)
