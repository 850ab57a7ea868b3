"""A document as a tagged PDF: headings, heads of tables, lists and pictures that a screen reader
knows, in the order in which they are read.

Typst makes it, under the rules of PDF/UA-1, which it checks. What the document says goes to it as
data, never as markup.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any, Final

import typst

from access15.outputs.documents.parts import (
    LOCALES,
    Document,
    Grid,
    Heading,
    Items,
    Part,
    Pictures,
    Text,
    list_widths,
)
from access15.outputs.poster.text import list_font_files, write_known

_MAIN: Final = "pages.typ"
_STEP_PT: Final = 0.5
_LEAST_PT: Final = 7.5
_STANDARD: Final = "ua-1"


def fit_pages(document: Document) -> Document:
    """Make letters as small as it takes, and no smaller, for no page to run over into the next."""
    wanted = 1 + sum(isinstance(part, Heading) and part.begins_page for part in document.parts)
    while document.body_pt > _LEAST_PT and count_pages(document) > wanted:
        document = replace(document, body_pt=document.body_pt - _STEP_PT)
    return document


def count_pages(document: Document) -> int:
    """Count the pages of a document."""
    with tempfile.TemporaryDirectory() as name:
        main = _lay_out(document, Path(name))
        found = typst.query(main, "<pages>", field="value", one=True, **_fonts())
    return int(json.loads(found))


def write_pdf(document: Document) -> bytes:
    """Write a document as PDF/UA-1; the same document gives the same bytes."""
    with tempfile.TemporaryDirectory() as name:
        main = _lay_out(document, Path(name))
        made = typst.compile(main, format="pdf", pdf_standards=[_STANDARD], **_fonts())
    return bytes(made)


def _fonts() -> dict[str, Any]:
    """Letters that look the same on every machine: those of the poster."""
    folders = [str(file.parent) for file in list_font_files(bold=False)]
    return {"font_paths": folders, "ignore_system_fonts": True}


def _lay_out(document: Document, folder: Path) -> str:
    """Put what the template reads into a folder; returns the template there."""
    at = document.created
    lang, region = LOCALES[document.lang].split("-")
    told: dict[str, Any] = {
        "title": write_known(document.title),
        "subtitle": write_known(document.subtitle),
        "footer": write_known(document.footer),
        "lang": lang,
        "region": region,
        "date": {
            key: getattr(at, key) for key in ("year", "month", "day", "hour", "minute", "second")
        },
        "flipped": not document.is_upright,
        "body": document.body_pt,
        "parts": list(_list_parts(document, folder)),
    }
    (folder / "document.json").write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    main = folder / _MAIN
    main.write_bytes((resources.files("access15.outputs.documents") / _MAIN).read_bytes())
    return str(main)


def _list_parts(document: Document, folder: Path) -> Iterator[dict[str, Any]]:
    """Every part as the template takes it; pictures become files."""
    n = 0
    for part in document.parts:
        told = _describe_part(part)
        for picture in told.get("pictures", ()):
            name = f"picture{n}.png"
            (folder / name).write_bytes(picture.pop("png"))
            picture["file"] = name
            n += 1
        yield told


def _describe_part(part: Part) -> dict[str, Any]:
    """A part as the template takes it, with pictures as bytes."""
    match part:
        case Heading(text, level, begins_page):
            return {
                "kind": "heading",
                "text": write_known(text),
                "level": level,
                "begins_page": begins_page,
            }
        case Text(text, is_small):
            return {"kind": "text", "text": write_known(text), "is_small": is_small}
        case Items(items):
            return {"kind": "items", "items": [write_known(item) for item in items]}
        case Grid():
            return {
                "kind": "grid",
                "caption": write_known(part.caption),
                "head": [write_known(cell) for cell in part.head],
                "rows": [[write_known(cell) for cell in row] for row in part.rows],
                "texts": list(part.texts),
                "widths": list_widths(part),
            }
        case Pictures(pictures):
            return {
                "kind": "pictures",
                "pictures": [
                    {
                        "png": one.png,
                        "caption": write_known(one.caption),
                        "alt": write_known(one.alt),
                        "wide": one.wide_cm,
                    }
                    for one in pictures
                ],
            }
