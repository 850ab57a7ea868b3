"""The typeface of every page and every poster, written into them: Titillium Web, in two weights.

It is the typeface of Designers Italia's design system, drawn at the Accademia di Belle Arti di
Urbino, under the SIL Open Font License 1.1; its digits are all equally wide. It is read from the
installed package ``fontpkg-titillium-web``, cut to the signs that are needed and packed as WOFF2.
What it has no sign for is written in a typeface of the reader's own.
"""

from __future__ import annotations

import base64
import io
from functools import cache
from pathlib import Path
from typing import Final

import fontpkg_titillium_web

FAMILY: Final = "Titillium Web"
_FILES: Final = {False: "TitilliumWeb-Regular.ttf", True: "TitilliumWeb-Bold.ttf"}
_WEIGHTS: Final = {False: "400", True: "600 900"}
# letters of Western Europe, and the marks that its texts and access15's own are written with
_LETTERS: Final = "".join(map(chr, [*range(0x20, 0x7F), *range(0xC0, 0x100)])) + "ŒœŠšŸŽž"
_SIGNS: Final = _LETTERS + "\u00a0¡¿«»‘’‚“”„–—…·•°²³ªº½§©®±−≤≥≈€"
_LICENCE: Final = (
    "Titillium Web, copyright 2009-2011 Accademia di Belle Arti di Urbino and students of its MA "
    "course of Visual design; SIL Open Font License 1.1, openfontlicense.org"
)
# a line as high as its letters, not as the font says: half as much again as their size
_LINE: Final = "ascent-override:95%;descent-override:25%;line-gap-override:0%"
# tables that no browser reads; names are told by the comment beside the font, their table must be
_UNREAD: Final = ["DSIG", "FFTM", "name"]


def font_path(*, bold: bool) -> Path:
    """Name the file of the typeface in a weight."""
    return Path(fontpkg_titillium_web.ROOT, "files", _FILES[bold])


@cache
def write_faces(signs: str = _SIGNS) -> str:
    """Write the rules that bring the typeface, cut to ``signs``, into a page or a picture."""
    faces = "\n".join(
        f'@font-face{{font-family:"{FAMILY}";font-weight:{_WEIGHTS[bold]};{_LINE};'
        f"src:url(data:font/woff2;base64,{_pack(signs, bold=bold)}) format('woff2')}}"
        for bold in (False, True)
    )
    return f"/* {_LICENCE} */\n{faces}"


def _pack(signs: str, *, bold: bool) -> str:
    """Cut a weight to some signs; the same signs give the same bytes."""
    from fontTools import subset  # noqa: PLC0415 - a tenth of a second, for who writes a page
    from fontTools.ttLib import TTFont, newTable  # noqa: PLC0415

    options = subset.Options()
    options.layout_features = ["kern"]
    options.hinting = False
    options.drop_tables += _UNREAD
    with TTFont(font_path(bold=bold), lazy=True, recalcTimestamp=False) as font:
        cutter = subset.Subsetter(options)
        cutter.populate(text=signs)
        cutter.subset(font)
        font["name"] = newTable("name")
        font.flavor = "woff2"
        packed = io.BytesIO()
        font.save(packed)
    return base64.b64encode(packed.getvalue()).decode("ascii")
