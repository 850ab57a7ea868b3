"""What the reader must know: a code with its numbers, which each language puts into words."""

from __future__ import annotations

import copy
import re
import tomllib
from pathlib import Path

import pytest

import access15
from access15.remarks import Remark, Words, list_some

WORDS = tomllib.loads(
    (Path(access15.__file__).parent / "outputs/words/catalogue/remarks.toml").read_text("utf-8")
)


def test_a_remark_is_its_english_sentence_and_knows_the_italian_one() -> None:
    told = (Remark("unread_deleted_objects", n=1), Remark("unread_other_elements", n=2))
    remark = Remark("remark_unread", name="edited.osm", told=told)
    assert remark == (
        "edited.osm: not all of it could be read: deleted objects: 1 (left out); other elements: "
        "2 (left out)"
    )
    assert remark.in_lang("it") == (
        "edited.osm: non tutto si è potuto leggere: oggetti cancellati: 1 (lasciati fuori); altri "
        "elementi: 2 (lasciati fuori)"
    )
    assert (remark.code, remark.values["told"][0].values) == ("remark_unread", {"n": 1})


@pytest.mark.parametrize(
    ("n", "english", "italian"),
    [(1, "(1 day old)", "(1 giorno fa)"), (0, "(0 days old)", "(0 giorni fa)")],
)
def test_one_is_one(n: int, english: str, italian: str) -> None:
    remark = Remark("remark_fetched", date="2026-01-02", n=n)
    assert (english in remark, italian in remark.in_lang("it")) == (True, True)


def test_many_names_are_counted() -> None:
    remark = Remark("remark_lost", name="a.osm", **list_some(["x", "y", "z"], 2))
    assert "outline: x, y and 1 more; use" in remark
    assert "contorno: x, y e altri 1; usare" in remark.in_lang("it")
    assert "outline: x, y; use" in Remark("remark_lost", name="a.osm", **list_some(["x", "y"], 2))


def test_thousands_have_the_signs_of_each_language() -> None:
    remark = Remark("table_file_too_large", name="1,5.csv", size=1234.5, most=200.0)
    assert remark.startswith("1,5.csv is 1,234 MB, above the limit of 200 MB: ")
    assert remark.in_lang("it").startswith("1,5.csv è di 1.234 MB, oltre il limite di 200 MB: ")


def test_names_from_data_stand_as_they_are() -> None:
    assert Remark("remark_lost", name="{n}.osm", names="{0}%s", more="").startswith(
        "{n}.osm: areas"
    )


def test_a_remark_can_be_copied() -> None:
    remark = Remark("remark_area", name="a.osm", area="nord")
    again = copy.deepcopy(remark)
    assert (again, again.in_lang("it")) == (remark, "a.osm, quartiere «nord»")


@pytest.mark.parametrize("code", [code for code, words in WORDS.items() if "it" in words])
def test_no_italian_sentence_is_left_in_english(code: str) -> None:
    words = re.findall(r"[A-Za-z]+", re.sub(r"\{[^}]*\}", "", WORDS[code]["en"]))
    assert WORDS[code]["it"] != WORDS[code]["en"] or words in ([], ["Overpass"])


@pytest.mark.parametrize("folder", ["catalogue", "errors"])
def test_a_sentence_alone_is_read_as_with_all_others(folder: str) -> None:
    """Tables cut out of the files are those of the whole files; of errors and remarks, all are."""
    files = sorted((Path(access15.__file__).parent / "outputs/words" / folder).iterdir())
    whole = [tomllib.loads(file.read_text("utf-8")) for file in files]
    words = Words(files)
    told = {code: table for tables in whole for code, table in tables.items()}
    assert len(told) == sum(map(len, whole))
    # keys that are texts of data themselves (`data_...`) are read with all others
    plain = {code: table for code, table in told.items() if re.fullmatch(r"\w+", code)}
    assert {code: words.get(code) for code in plain} == plain
    assert folder == "catalogue" or plain == told
    assert plain.keys() >= WORDS.keys() or folder == "errors"


def test_a_line_that_looks_like_a_header_begins_no_table(tmp_path: Path) -> None:
    file = tmp_path / "words.toml"
    file.write_text(
        '[a]\nen = """one\n[b]\ntwo"""\n[c.one]\nen = "1"\n[c.other]\nen = "n"\n', encoding="utf-8"
    )
    words = Words([file])
    assert words["a"] == {"en": "one\n[b]\ntwo"}
    assert words["c"] == {"one": {"en": "1"}, "other": {"en": "n"}}
    assert "b" not in words
    assert "d" not in words
    assert list(words) == ["a", "c"]
