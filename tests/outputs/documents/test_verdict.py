"""Documents of a comparison, opened again: every number is that of the tables, and text is text."""

from __future__ import annotations

import io
import re
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
import numpy as np
import pandas as pd
import pptx
import pytest
from docx.oxml.ns import qn
from PIL import Image

from access15.config import Lang
from access15.config.formats import parse_comparison_formats
from access15.config.proposal import Change, Note, Proposal
from access15.errors import ConfigError
from access15.outputs.documents.parts import Document, Grid, Heading, Items, Pictures, fit_xml
from access15.outputs.documents.slides import write_slides
from access15.outputs.documents.verdict import build_verdict
from access15.outputs.documents.word import write_word
from access15.results.run import RunResult
from access15.workflows.compare import Comparison, compare

pytestmark = pytest.mark.usefixtures("said_in_italian")

# what would be a formula, markup, a control sign, no sign of XML at all, or a template
EVIL = '=HYPERLINK("x") <w:br/>&amp; \x0b\x07 \ufffe {name} \u202e_x000D_'
HEADS = {
    "it": ("Oggi", "Con la proposta", "Arrivano in più", "Non arrivano più", "In tutto"),
    "en": ("Today", "With the proposal", "Newly arrive", "No longer arrive", "In all"),
}
COLUMNS = ("before", "after", "gained", "lost", "people")


def propose(one_id: str, name: str, *changes: dict[str, Any], **more: Any) -> Proposal:
    numbered = tuple(Change(**{"id": f"c{i}", **one}) for i, one in enumerate(changes, start=1))
    return Proposal(
        id=one_id, name=name, study="milano", area="chiesa_rossa", changes=numbered, **more
    )


FOUND: list[Comparison] = []


@pytest.fixture(scope="module", autouse=True)
def _found(sketch: RunResult) -> Iterator[None]:
    """A place that moves, one that goes beside one that comes and a street that closes, and nothing."""
    moved = {"kind": "move_facility", "facility_id": "cam-04", "place": (9.1760, 45.4350)}
    new = {"kind": "add_facility", "name": EVIL, "category": "hub", "place": (9.1690, 45.4330)}
    gone = {"kind": "remove_facility", "facility_id": "csrc-07"}
    nowhere = {"kind": "remove_steps", "place": (9.1690, 45.4330), "source": EVIL}
    note = Note(id="n", number=1, place=(9.17, 45.43), text=f"buio\n{EVIL}")
    given = [
        propose("a", "Casa al mercato", moved, votes=12),
        propose("b", EVIL, gone, new, nowhere, votes=3, notes=(note,)),
        propose("c", "Niente"),
    ]
    FOUND.append(compare(given, result=sketch, quiet=True))
    yield
    FOUND.clear()


WRITTEN: dict[str, Document] = {}


def verdict(lang: Lang = "it") -> Document:
    """The document of each language, built once."""
    if lang not in WRITTEN:
        (found,) = FOUND
        WRITTEN[lang] = build_verdict(found.result, "chiesa_rossa", found.proposals, lang)
    return WRITTEN[lang]


def read_number(text: str, lang: str) -> int:
    sign = -1 if text.startswith("−") else 1
    return sign * int(re.sub(r"[^\d]", "", text)) * (1 if lang else 0)


def rows_of(proposal: str, **asked: str) -> pd.Series:
    (found,) = FOUND
    table = found.coverage
    wanted = {"proposal": proposal, "zone": "all", "cutoff_min": 15, **asked}
    for column, value in wanted.items():
        table = table[table[column] == value]
    (row,) = [row for _, row in table.iterrows()]
    return row


def hold(cells: dict[str, str], row: pd.Series, lang: str) -> None:
    """Every number of a row of a document is that of the table, and they add up."""
    for head, column in zip(HEADS[lang], COLUMNS, strict=True):
        if head in cells:
            shown = abs(read_number(cells[head], lang))
            # gains and losses are rounded so that they add up
            assert abs(shown - row[column]) <= (1.5 if column in ("gained", "lost") else 0.5), head
    before, after, gained, lost = (read_number(cells[head], lang) for head in HEADS[lang][:4])
    assert gained >= 0 >= lost
    assert before + gained + lost == after


def tables_of_word(data: bytes) -> list[list[list[str]]]:
    made = docx.Document(io.BytesIO(data))
    return [
        [[cell.text for cell in row.cells] for row in table.rows]
        for table in made.tables
        if table._tbl.findall(".//" + qn("w:tblHeader"))
    ]


def tables_of_slides(data: bytes) -> list[list[list[str]]]:
    """Tables whose rows follow on the next slide are one."""
    found: list[list[list[str]]] = []
    before = ""
    for slide in pptx.Presentation(io.BytesIO(data)).slides:
        for shape in slide.shapes:
            if shape.has_table:
                assert shape.table.first_row
                rows = [[cell.text for cell in row.cells] for row in shape.table.rows]
                if found and found[-1][0] == rows[0] and slide_title(slide) == before:
                    found[-1] += rows[1:]
                else:
                    found.append(rows)
        before = slide_title(slide)
    return found


def slide_title(slide: Any) -> str:
    return str(slide.shapes.title.text)


@pytest.mark.parametrize("lang", ["it", "en"])
def test_every_number_is_that_of_the_tables(lang: Lang) -> None:
    """As the document is built; what is written is held against it below."""
    (found,) = FOUND
    result = found.result
    document = verdict(lang)
    grids = [part for part in document.parts if isinstance(part, Grid)]
    overview = grids.pop(0)
    group = "age_65_plus"
    own = result.study.own_profile(group)
    for row, one in zip(overview.rows, found.proposals, strict=True):
        cells = dict(zip(overview.head, row, strict=True))
        asked = {"group": group, "profile": own, "category": "hub"}
        hold(cells, rows_of(one.proposal.id, **asked), lang)
        assert row[-2:] == [str(one.proposal.votes), str(len(one.proposal.changes))]
    by_head: dict[str, list[Grid]] = {}
    for grid in grids:
        by_head.setdefault(grid.head[0], []).append(grid)
    names = {
        "it": ("Gruppo", "Chi cammina", "Meta", "Via"),
        "en": ("Group", "Who walks", "Destination", "Street"),
    }
    of_group, of_walker, of_kind, of_street = (by_head[name] for name in names[lang])
    assert len(of_group) == len(of_walker) == 3
    for grid, grid_w, one in zip(of_group, of_walker, found.proposals, strict=True):
        for row, asked_group in zip(grid.rows, result.study.population.groups, strict=True):
            profile = result.study.own_profile(asked_group)
            of = {"group": asked_group, "profile": profile, "category": "hub"}
            hold(dict(zip(grid.head, row, strict=True)), rows_of(one.proposal.id, **of), lang)
        for row, profile in zip(grid_w.rows, result.profiles, strict=True):
            of = {"group": group, "profile": profile, "category": "hub"}
            hold(dict(zip(grid_w.head, row, strict=True)), rows_of(one.proposal.id, **of), lang)
    labels = {one.label.in_lang(lang): key for key, one in result.categories.items()}
    assert len(of_kind) == 2
    for grid, proposal in zip(of_kind, ("a", "b"), strict=True):
        assert grid.rows
        for row in grid.rows:
            of = {"group": group, "profile": own, "category": labels[row[0]]}
            hold(dict(zip(grid.head, row, strict=True)), rows_of(proposal, **of), lang)
    assert len(of_street) == 2
    for grid, proposal in zip(of_street, ("a", "b"), strict=True):
        table = found.streets
        table = table[
            (table["proposal"] == proposal)
            & (table["group"] == group)
            & (table["profile"] == own)
            & (table["category"] == "hub")
        ]
        summed = table.groupby("street")[["gained", "lost"]].sum()
        for name, gained, lost in grid.rows:
            street = "" if name in ("strada senza nome", "a street without a name") else name
            told = [0 if "<" in text else abs(read_number(text, lang)) for text in (gained, lost)]
            np.testing.assert_allclose(told, summed.loc[street].astype(float), atol=0.5)
        assert any(read_number(row[1], lang) > 0 for row in grid.rows)
        # as visible as those who gain
        assert any(read_number(row[2], lang) < 0 for row in grid.rows) == (summed["lost"] > 0).any()


@pytest.mark.parametrize("lang", ["it", "en"])
def test_a_word_document_is_what_was_built(lang: Lang) -> None:
    document, data = verdict(lang), write_word(verdict(lang))
    made = docx.Document(io.BytesIO(data))
    grids = [part for part in document.parts if isinstance(part, Grid)]
    clean = [[[fit_xml(text) for text in row] for row in (grid.head, *grid.rows)] for grid in grids]
    assert tables_of_word(data) == clean
    heads = [(p.text, p.style.name) for p in made.paragraphs if p.style.name.startswith("Heading")]
    built = [part for part in document.parts if isinstance(part, Heading)]
    assert heads == [(fit_xml(part.text), f"Heading {part.level}") for part in built]
    assert made.paragraphs[0].style.name == "Title"
    assert made.core_properties.title == document.title == made.paragraphs[0].text
    locale = {"it": "it-IT", "en": "en-GB"}[lang]
    assert made.core_properties.language == locale
    assert {one.get(qn("w:val")) for one in made.styles.element.iter(qn("w:lang"))} == {locale}
    items = [p.text for p in made.paragraphs if p.style.name == "List Bullet"]
    assert items == [
        fit_xml(item) for part in document.parts if isinstance(part, Items) for item in part.items
    ]
    pictures = [
        one for part in document.parts if isinstance(part, Pictures) for one in part.pictures
    ]
    drawn = list(made.element.iter(qn("wp:docPr")))
    assert [one.get("descr") for one in drawn] == [fit_xml(one.alt) for one in pictures]
    assert len(pictures) == 6
    assert all(re.search(r"\d", one.alt) for one in pictures)


@pytest.mark.parametrize("lang", ["it", "en"])
def test_slides_are_what_was_built(lang: Lang) -> None:
    document, data = verdict(lang), write_slides(verdict(lang))
    made = pptx.Presentation(io.BytesIO(data))
    grids = [part for part in document.parts if isinstance(part, Grid)]
    assert tables_of_slides(data) == [
        [[fit_xml(text) for text in row] for row in (grid.head, *grid.rows)] for grid in grids
    ]
    assert all(slide_title(slide) for slide in made.slides)
    assert made.core_properties.title == document.title
    locale = {"it": "it-IT", "en": "en-GB"}[lang]
    pictures = [
        one for part in document.parts if isinstance(part, Pictures) for one in part.pictures
    ]
    alts, langs = [], set()
    for slide in made.slides:
        for shape in slide.shapes:
            below = shape.top + shape.height
            assert below <= made.slide_height, (slide_title(slide), shape.name)
            alts += [shape._element.nvPicPr.cNvPr.get("descr")] if shape.shape_type == 13 else []
            langs |= {
                one.get("lang")
                for one in shape._element.iter(
                    "{http://schemas.openxmlformats.org/drawingml/2006/main}rPr"
                )
            }
    assert alts == [fit_xml(one.alt) for one in pictures]
    assert langs == {locale}


def test_text_stays_text() -> None:
    """No formula, no field, no line break, no sign that XML cannot hold; braces stay braces."""
    for data in (write_word(verdict()), write_slides(verdict())):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            texts = [
                archive.read(name).decode() for name in archive.namelist() if name.endswith(".xml")
            ]
        body = "\n".join(texts)
        assert "&lt;w:br/&gt;&amp;amp;" in body
        assert "{name}" in body
        assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\u202e]", body)
        assert "fldChar" not in body
        assert "instrText" not in body
    notes = [item for part in verdict().parts if isinstance(part, Items) for item in part.items]
    assert [one for one in notes if one.startswith("buio =HYPERLINK")]
    assert [
        one for one in notes if one.startswith("Scale tolte") and "non conta: nessuna scala" in one
    ]


def test_the_same_document_is_the_same_bytes() -> None:
    assert write_word(verdict()) == write_word(verdict())
    assert write_slides(verdict()) == write_slides(verdict())


def test_maps_show_who_gains_and_who_loses() -> None:
    (first, *_) = [part for part in verdict().parts if isinstance(part, Pictures)]
    today, proposed = (
        np.asarray(Image.open(io.BytesIO(one.png)).convert("RGB")) for one in first.pictures
    )

    def n_like(image: Any, colour: str) -> int:
        wanted = [int(colour[i : i + 2], 16) for i in (0, 2, 4)]
        return int((np.abs(image.astype(int) - wanted).sum(axis=2) < 12).sum())

    gained, lost = "00695c", "d9660b"
    assert n_like(today, gained) == n_like(today, lost) == 0
    assert n_like(proposed, gained) > 300
    assert n_like(proposed, lost) > 300


@pytest.mark.parametrize(
    ("asked", "missing", "message"),
    [
        ("docx", "docx", r"\.docx needs python-docx, which is not installed; install it with: pip"),
        ("csv,pptx", "pptx", r"\.pptx needs python-pptx, .* 'access15\[documents\]'"),
        ("odt, docx,gpkg", "", r"(?s)'odt' is no format; choose among csv, docx, pptx.*'gpkg'"),
        (",", "", "'' is no format"),
    ],
)
def test_formats_that_cannot_be_written(
    monkeypatch: pytest.MonkeyPatch, asked: str, missing: str, message: str
) -> None:
    if missing:
        monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(ConfigError, match=message):
        parse_comparison_formats(asked)


def test_only_what_is_asked_for_is_written(tmp_path: Path) -> None:
    (found,) = FOUND
    files = found.write(tmp_path, lang="en", formats="PPTX, docx")
    assert sorted(files) == [f"chiesa_rossa_compare.{end}" for end in ("docx", "html", "pptx")]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(files)
    assert files["chiesa_rossa_compare.docx"].read_bytes() == write_word(verdict("en"))
