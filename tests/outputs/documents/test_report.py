"""The four pages that people take home: every number is that of the tables, plain words, tags."""

from __future__ import annotations

import ctypes
import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import docx
import pypdfium2 as pdfium
import pytest
from builders.small_town import write_town
from docx.oxml.ns import qn
from pypdfium2 import raw

import access15
from access15.config import Lang
from access15.outputs.documents.parts import Document, Grid, Heading, Items, Pictures, Text
from access15.outputs.documents.pdf import count_pages, fit_pages, write_pdf
from access15.outputs.documents.report import build_report
from access15.outputs.documents.word import write_word
from access15.outputs.words.findings import Findings
from access15.outputs.words.left_out import choose_walker
from access15.results.aids import Aids
from access15.workflows.report import Report

CREATED = datetime(2026, 11, 30, 10, 0, 0, 123, tzinfo=UTC)
OnceForAll = Callable[[str, Callable[[], Any]], Any]
AREA, GROUP, OWN = "chiesa_rossa", "age_65_plus", "older_adult"
EVIL = '#panic("x") $a$ *b* `c` <d> =HYPERLINK("x") \x0b\ufffe {who} \u202e 東京'


@pytest.fixture(scope="module")
def chiesa_rossa(sketch: access15.Run, once_for_all: OnceForAll) -> Report:
    aids = once_for_all("report-aids", lambda: sketch.find_aids(AREA))
    return Report(sketch, AREA, aids)


@pytest.fixture(scope="module")
def pages(chiesa_rossa: Report) -> dict[str, Document]:
    return {lang: chiesa_rossa.build(lang=lang) for lang in ("it", "en")}


def read_number(text: str) -> int:
    return int(re.sub(r"[.,\s]", "", text))


def grids_of(document: Document) -> list[Grid]:
    return [part for part in document.parts if isinstance(part, Grid)]


def prose_of(document: Document) -> list[str]:
    """Headings, paragraphs and lists of each page; no tables and no fine print."""
    found: list[list[str]] = [[]]
    for part in document.parts:
        if isinstance(part, Heading):
            found += [[]] if part.begins_page else []
            found[-1].append(part.text.rstrip(".") + ".")
        elif isinstance(part, Text) and not part.is_small:
            found[-1].append(part.text)
        elif isinstance(part, Items):
            found[-1] += [item.rstrip(".") + "." for item in part.items]
    return [" ".join(page) for page in found]


# --- numbers ---


@pytest.mark.parametrize("lang", ["it", "en"])
def test_groups_are_those_of_coverage(
    chiesa_rossa: Report, pages: dict[str, Document], lang: Lang
) -> None:
    groups, result = grids_of(pages[lang])[0], chiesa_rossa.run
    table = result.areas[AREA].coverage
    own = result.study.population.walks_as
    assert len(groups.rows) == len(own) == 4
    for (group, profile), cells in zip(own.items(), groups.rows, strict=True):
        asked = {"zone": "all", "category": "hub", "cutoff_min": 15.0}
        rows = table[(table["group"] == group) & (table["profile"] == profile)]
        for column, value in asked.items():
            rows = rows[rows[column] == value]
        (row,) = rows.itertuples()
        people, covered, out = map(read_number, cells[1:4])
        assert (people, covered) == (round(row.people), round(row.covered))
        assert people == covered + out
        assert read_number(cells[4]) == round(100 * row.share)
        assert f"{result.profiles[profile].pace_ms:.2f}"[-2:] in cells[0]


def test_causes_and_streets_are_those_of_the_tables(
    chiesa_rossa: Report, pages: dict[str, Document]
) -> None:
    area, document = chiesa_rossa.run.areas[AREA], pages["en"]
    told = {row[0]: read_number(row[1]) for row in grids_of(document)[1].rows}
    table = area.explanations
    table = table[(table["profile"] == OWN) & (table["category"] == "hub")]
    people = table[table["group"] == GROUP].set_index("cause")["people"]
    words = {"pace": "Pace: an adult", "distance": "Distance:", "crossings": "Waits at crossings"}
    for cause, begins in words.items():
        if cause in people:
            (n,) = [n for name, n in told.items() if name.startswith(begins)]
            assert n == round(people[cause])
    assert abs(sum(told.values()) - people.sum()) <= len(told)
    (streets,) = [
        part.text
        for part in document.parts
        if isinstance(part, Text) and part.text.startswith("The streets from which most")
    ]
    doors = area.closed_doors
    out = doors[(doors["profile"] == OWN) & (doors["door_hub"] != "")]
    sums = out.groupby("street")[GROUP].sum()
    named = re.findall(r"(?:: |, )([^,:]+?) \(([\d,]+)\)", streets)
    assert len(named) == 5
    assert all(read_number(n) == round(sums[street]) for street, n in named)
    assert max(sums.drop("", errors="ignore")) == pytest.approx(sums[named[0][0]])


def test_what_helps_is_what_siting_and_explaining_found(
    chiesa_rossa: Report, pages: dict[str, Document]
) -> None:
    """The best place is that of `access15.site`, the works are those of the map."""
    place = chiesa_rossa.aids.place
    assert place is not None
    text = prose_of(pages["it"])[1]
    gained = f"{round(place.gained):,}".replace(",", ".")
    assert f"Il migliore è qui: {place.sites[0].name}." in text
    assert f"arrivano {gained} over 65 in più, al passo «Persona anziana»" in text
    fixes = chiesa_rossa.run.areas[AREA].fixes
    works = fixes[(fixes["category"] == "hub") & fixes["part"].isin(["mend", "build"])]
    (grid,) = [one for one in grids_of(pages["en"]) if one.head[0] == "What, and where"] or [None]
    if grid is None:
        assert not (works[f"gained_{GROUP}"] >= 3).any()
        return
    known = {
        (round(row[f"gained_low_{GROUP}"]), round(row[f"gained_high_{GROUP}"]))
        for row in works.rename(
            columns={f"gained_{GROUP}_{end}": f"gained_{end}_{GROUP}" for end in ("low", "high")}
        ).to_dict("records")
    }
    for *_, told in grid.rows:
        ends = [read_number(n) for n in re.findall(r"[\d,]+", told)]
        assert (ends[0], ends[-1]) in known


def test_the_range_is_that_of_coverage(chiesa_rossa: Report, pages: dict[str, Document]) -> None:
    one = Findings(chiesa_rossa.run, AREA, "it").covered(OWN, "hub")[-1]
    low, high, share = (round(100 * n) for n in (one.low, one.high, one.share))
    told = prose_of(pages["it"])[2]
    assert f"Su 100 residenti di 65 anni e più ne arrivano {share} entro 15\xa0minuti" in told
    assert f"Può darsi che siano {low}, o {high}." in told


def test_every_page_says_of_whom_at_which_pace_by_when_and_from_which_data(
    pages: dict[str, Document],
) -> None:
    footer = pages["it"].footer
    for part in (
        *("residenti di 65 anni e più", "un centro (hub)", "entro 15\xa0minuti"),
        *("passo «Persona anziana»", "Strade: ", "Residenti: 2024", "Calcolo: "),
    ):
        assert part in footer


# --- words ---


def measure_gulpease(text: str) -> float:
    """Index of how easily Italian is read, 0 to 100 (P. Lucisano and M. E. Piemontese, "GULPEASE:
    una formula per la predizione della difficoltà dei testi in lingua italiana", Scuola e città
    3/1988): 89 + (300 sentences - 10 letters) / words. Numbers are no words here, which only makes
    the index lower.
    """
    words = re.findall(r"[^\W\d_]+", text)
    sentences = re.findall(r"[.!?](?=\s|$)", text)
    return 89 + (300 * len(sentences) - 10 * sum(map(len, words))) / len(words)


def test_the_index_itself() -> None:
    """Two sentences, five words, 22 letters."""
    assert measure_gulpease("Il gatto dorme. Sogna pesci.") == pytest.approx(89 + (600 - 220) / 5)


def test_every_page_is_plain_italian(pages: dict[str, Document]) -> None:
    for page in prose_of(pages["it"]):
        assert measure_gulpease(page) >= 60, page
        assert max(len(one.split()) for one in re.split(r"[.:;?]\s", page)) <= 45


# --- files ---


class _Tags:
    """What a PDF says of its structure, as PDFium reads it."""

    def __init__(self, data: bytes) -> None:
        self.document = pdfium.PdfDocument(data)
        self.found: list[tuple[str, str]] = []
        for page in self.document:
            tree = raw.FPDF_StructTree_GetForPage(page.raw)
            for i in range(raw.FPDF_StructTree_CountChildren(tree)):
                self._walk(raw.FPDF_StructTree_GetChildAtIndex(tree, i))
            raw.FPDF_StructTree_Close(tree)

    def _walk(self, element: Any) -> None:
        kind = self._read(raw.FPDF_StructElement_GetType, element)
        self.found.append((kind, self._read(raw.FPDF_StructElement_GetAltText, element)))
        for i in range(raw.FPDF_StructElement_CountChildren(element)):
            child = raw.FPDF_StructElement_GetChildAtIndex(element, i)
            if child:
                self._walk(child)

    @staticmethod
    def _read(ask: Callable[..., int], element: Any) -> str:
        size = ask(element, None, 0)
        buffer = ctypes.create_string_buffer(max(size, 2))
        ask(element, buffer, size)
        return buffer.raw.decode("utf-16-le").rstrip("\0")

    def kinds(self) -> list[str]:
        return [kind for kind, _ in self.found]


@pytest.fixture(scope="module")
def written(pages: dict[str, Document]) -> dict[str, bytes]:
    document = fit_pages(pages["it"])
    return {"pdf": write_pdf(document), "docx": write_word(document)}


def test_the_pdf_is_tagged_and_has_four_pages(
    written: dict[str, bytes], pages: dict[str, Document]
) -> None:
    tags = _Tags(written["pdf"])
    assert len(tags.document) == 4
    assert tags.document.get_page_size(0) == pytest.approx((595.28, 841.89), abs=0.01)
    assert tags.document.get_metadata_value("Title") == pages["it"].title
    assert bool(raw.FPDFCatalog_IsTagged(tags.document.raw))
    assert b"/Lang (it-IT)" in written["pdf"] or b"/Lang(it-IT)" in written["pdf"]
    # 1. Headings in order: those of the document, level by level.
    levels = [f"H{part.level}" for part in pages["it"].parts if isinstance(part, Heading)]
    assert [kind for kind in tags.kinds() if re.fullmatch("H[1-6]", kind)] == levels
    assert levels.count("H1") == 4
    # 2. Every table has heads, and the map says what it shows.
    n = len(grids_of(pages["it"]))
    assert tags.kinds().count("Table") == tags.kinds().count("THead") == n
    assert tags.kinds().count("TH") == sum(len(grid.head) for grid in grids_of(pages["it"]))
    (alt,) = [alt for kind, alt in tags.found if kind == "Figure"]
    (picture,) = [
        p for part in pages["it"].parts if isinstance(part, Pictures) for p in part.pictures
    ]
    assert alt == picture.alt
    assert "non arrivano a un centro (hub)" in alt


def test_both_files_say_the_same(written: dict[str, bytes], pages: dict[str, Document]) -> None:
    made = docx.Document(io.BytesIO(written["docx"]))
    tables = [
        [[cell.text for cell in row.cells] for row in table.rows]
        for table in made.tables
        if table._tbl.findall(".//" + qn("w:tblHeader"))
    ]
    assert tables == [[[*map(str, g.head)], *map(list, g.rows)] for g in grids_of(pages["it"])]
    breaks = [p.text for p in made.paragraphs if p.paragraph_format.page_break_before]
    assert [text[:2] for text in breaks] == ["2.", "3.", "4."]
    assert made.core_properties.language == "it-IT"
    section = made.sections[0]
    assert section.page_height > section.page_width
    assert pages["it"].footer in section.footer.paragraphs[0].text
    (drawn,) = made.element.iter(qn("wp:docPr"))
    assert "non arrivano a un centro (hub)" in drawn.get("descr")
    pdf = pdfium.PdfDocument(written["pdf"])
    told = " ".join(page.get_textpage().get_text_bounded() for page in pdf)
    squeezed = re.sub(r"\s", "", told)
    for text in prose_of(pages["it"])[1].split(". "):
        assert re.sub(r"\s", "", text).rstrip(".") in squeezed


def test_the_same_pages_are_the_same_bytes(
    written: dict[str, bytes], pages: dict[str, Document]
) -> None:
    document = fit_pages(pages["it"])
    assert write_pdf(document) == written["pdf"]
    assert write_word(document) == written["docx"]


def test_what_comes_from_data_is_text_and_stays_on_its_page() -> None:
    """Markup is shown, signs that the letters lack become squares, long texts get smaller letters."""
    long = EVIL + " parola" * 120
    parts = (
        Heading(EVIL),
        Text(long),
        Grid(EVIL, (EVIL, "2"), [(long, "1")] * 6),
        Heading(EVIL, begins_page=True),
        Items([EVIL, long]),
    )
    document = Document(EVIL, EVIL, "it", CREATED, parts, is_upright=True, footer=EVIL)
    fitted = fit_pages(document)
    assert count_pages(document) == 3
    assert (count_pages(fitted), fitted.body_pt < document.body_pt) == (2, True)
    text = pdfium.PdfDocument(write_pdf(fitted))[0].get_textpage().get_text_bounded()
    assert '#panic("x") $a$ *b* `c` <d>' in text
    assert "東" not in text
    assert docx.Document(io.BytesIO(write_word(fitted))).paragraphs[0].text.startswith("#panic")


# --- other studies ---

TOWNS = {
    "no hubs": (
        [("hubs = [", "# hubs = [")],
        ["chi arriva a piedi a un luogo «"],
        ["(hub)", "centro"],
    ),
    "no residents": (
        [
            ('file = "people.csv"\nzone_column = "zone"\n', 'kind = "homes"\n'),
            ('groups = { total = "total", age_65_plus = "old" }\n', ""),
        ],
        ["si contano le case", "m di strade con abitazioni", "Residenti: non noti"],
        ["persona", "residenti"],
    ),
    "everybody near": (
        [("cutoffs_min = [5]", "cutoffs_min = [60]")],
        ["Arrivano tutti in tempo. Nessuno resta fuori.", "non serve altro"],
        ["Gli altri"],
    ),
    "an unknown kind": (
        [('categories = ["csrc"]', 'categories = ["csrc", "pharmacy"]')],
        ["Di questi tipi non c'è nessun luogo in elenco: Farmacia. Non vuol dire che manchino."],
        [],
    ),
}


@pytest.mark.parametrize("town", TOWNS)
def test_other_studies_read_right(tmp_path: Path, town: str) -> None:
    changes, told, untold = TOWNS[town]
    study = write_town(tmp_path)
    text = study.read_text("utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    study.write_text(text, encoding="utf-8")
    found = access15.report("east", study=study, osm=tmp_path / "town.osm", offline=True)
    document = found.build()
    prose = " ".join(prose_of(document))
    alts = [p.alt for part in document.parts if isinstance(part, Pictures) for p in part.pictures]
    cells = [cell for grid in grids_of(document) for row in (grid.head, *grid.rows) for cell in row]
    whole = " ".join([prose, *alts, *cells, document.footer])
    assert [words for words in told if words not in whole] == []
    assert [words for words in untold if re.search(rf"\b{re.escape(words)}", prose)] == []
    assert count_pages(fit_pages(document)) == 4
    assert measure_gulpease(prose) >= 60


def test_nothing_is_known(chiesa_rossa: Report) -> None:
    """No hub has a certain point: unknown is said, never zero, and the map shows homes alone."""
    area = chiesa_rossa.run.areas[AREA]
    coverage = area.coverage.copy()
    lost = ["covered", "share", "low", "high", "gap_people", "gap_points", "ratio"]
    coverage.loc[coverage["category"] == "hub", lost] = float("nan")
    unknown = replace(area, coverage=coverage)
    result = replace(chiesa_rossa.run, areas={AREA: unknown})
    document = build_report(result, AREA, Aids(), "it")
    prose = prose_of(document)
    assert "Quanti residenti di 65 anni e più arrivano in tempo non si sa." in prose[0]
    assert "Gli altri" not in prose[0]
    assert "non si sa quanti arrivano" in prose[2]
    assert {row[2] for row in grids_of(document)[0].rows} == {"non noto"}
    assert choose_walker(Findings(result, AREA, "it")) == OWN


# --- real neighbourhoods ---


@pytest.mark.real_data
def test_real_neighbourhoods_have_four_pages(
    milan: access15.Run, las_palmas: tuple[Path, access15.Run]
) -> None:
    for result in (milan, las_palmas[1]):
        for area_id in result.areas:
            document = build_report(result, area_id, result.find_aids(area_id), "it")
            assert count_pages(fit_pages(document)) == 4
            assert min(map(measure_gulpease, prose_of(document))) >= 60
