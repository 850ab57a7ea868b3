"""The typeface that lies in every page."""

from __future__ import annotations

import base64
import io
import re
import subprocess
import sys

import pytest
from builders.pages import Page
from fontTools.ttLib import TTFont

from access15.outputs.pages.offline import assemble_page
from access15.outputs.pages.typeface import FAMILY, font_path, write_faces


def unpack(faces: str) -> list[TTFont]:
    """The fonts in a style sheet."""
    packed = re.findall(r"url\(data:font/woff2;base64,([^)]+)\)", faces)
    return [TTFont(io.BytesIO(base64.b64decode(one))) for one in packed]


def test_pages_write_the_languages_of_western_europe() -> None:
    plain, bold = unpack(write_faces())
    texts = "Città, perché, più; año, ¿sí?; São Tomé; Größe; l'accés, Sant Gervasi·la; œuvre; 3 €"
    for font in (plain, bold):
        assert {ord(sign) for sign in texts} <= set(font.getBestCmap())
        assert font.flavor == "woff2"
        widths = {font["hmtx"][font.getBestCmap()[ord(digit)]][0] for digit in "0123456789"}
        assert len(widths) == 1  # numbers stand below each other
    assert plain["OS/2"].usWeightClass == 400
    assert bold["OS/2"].usWeightClass == 700


def test_metrics_are_those_of_the_whole_font() -> None:
    for font, is_bold in zip(unpack(write_faces("Via")), (False, True), strict=True):
        with TTFont(font_path(bold=is_bold)) as whole:
            for sign in map(ord, "Via"):
                name, own = whole.getBestCmap()[sign], font.getBestCmap()[sign]
                assert font["hmtx"][own] == whole["hmtx"][name]
            assert font["hhea"].ascent == whole["hhea"].ascent


def test_a_page_holds_it_and_may_load_no_other() -> None:
    text = assemble_page(title="x", lang="en", head="", body="<p>only text</p>")
    assert Page(text).policy()["font-src"] == ["data:"]
    assert text.count("@font-face") == 2
    assert f'font-family:"{FAMILY}"' in text
    assert "SIL Open Font License 1.1" in text
    assert len(write_faces()) < 30_000


def test_signs_that_it_lacks_are_left_to_the_reader() -> None:
    plain, _ = unpack(write_faces("a漢"))
    assert set(plain.getBestCmap()) == {ord("a")}


def test_same_bytes_in_another_process() -> None:
    code = "from access15.outputs.pages.typeface import write_faces; print(write_faces('Via 15'))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == write_faces("Via 15")


@pytest.mark.parametrize("bold", [False, True])
def test_the_font_is_found_beside_its_licence(*, bold: bool) -> None:
    path = font_path(bold=bold)
    assert path.is_file()
    assert "SIL OPEN FONT LICENSE" in (path.parents[1] / "LICENSE").read_text("utf-8").upper()
