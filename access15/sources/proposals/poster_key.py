"""The key of a poster: what is needed to read a photograph of it, as `access15.outputs.poster.key`
writes it.
"""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Annotated, Final, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, ValidationError, model_validator

from access15.config.faults import list_sentences
from access15.config.model import Model
from access15.errors import InputDataError, name_reason
from access15.remarks import Remark
from access15.sources.json_text import read_json_file

_MAX_BYTES: Final = 200_000
# as `access15.outputs.poster.sheet` has them; sources know nothing of outputs
PAPER_MM: Final = {
    "A2": (594.0, 420.0),
    "A3": (420.0, 297.0),
    "A4": (297.0, 210.0),
}
_A3_LONG_MM: Final = 420.0
_CRS: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]{1,15}:[A-Za-z0-9_.]{1,15}")

Millimetres = Annotated[float, Field(ge=0, le=2000)]
BoxMm = tuple[Millimetres, Millimetres, Millimetres, Millimetres]
Metres = Annotated[float, Field(allow_inf_nan=False)]
Text = Annotated[str, Field(max_length=400)]


class Marker(Model):
    """A corner marker: its number, and left, top, width and height on the sheet [mm]."""

    id: int = Field(ge=0, lt=50)
    box_mm: BoxMm

    def corners_mm(self) -> NDArray[np.float64]:
        """Corners from the upper left clockwise."""
        x, y, w, h = self.box_mm
        return np.array([(x, y), (x + w, y), (x + w, y + h), (x, y + h)], dtype=np.float64)


class PosterKey(Model):
    """What a poster's key holds; millimetres of the printed sheet from its upper left corner, right
    and down.
    """

    format: Literal["access15-poster"]
    version: Literal[1]
    study: Text
    area: Text
    network: Text
    proposal: Text
    profile: Text
    category: Text
    cutoffs_min: tuple[Metres, ...] = Field(max_length=20)
    lang: Literal["it", "en"]
    created: Text
    code: Text
    size: Literal["A2", "A3", "A4"]
    sheet_mm: tuple[Millimetres, Millimetres]
    markers: tuple[Marker, ...] = Field(min_length=4, max_length=4)
    map_mm: BoxMm
    code_mm: BoxMm
    crs: Text
    to_crs: tuple[Metres, Metres, Metres, Metres, Metres, Metres]

    @model_validator(mode="after")
    def _check(self) -> Self:
        """Refuse markers that cannot be told apart, another paper and a CRS without a code."""
        if len({marker.id for marker in self.markers}) != len(self.markers):
            raise ValueError(Remark("poster_markers_alike"))
        paper = PAPER_MM[self.size]
        if self.sheet_mm not in (paper, paper[::-1]):
            width, height = self.sheet_mm
            sides = {"width": width, "height": height, "long": paper[0], "short": paper[1]}
            raise ValueError(Remark("poster_other_paper", size=self.size, **sides))
        if not _CRS.fullmatch(self.crs):
            raise ValueError(Remark("poster_crs", crs=self.crs[:40]))
        return self

    @property
    def size_factor(self) -> float:
        """How much larger the sheet is than A3."""
        return max(self.sheet_mm) / _A3_LONG_MM

    def to_metres(self, x_mm: float, y_mm: float) -> tuple[float, float]:
        """Bring a point of the sheet to the ground."""
        a, b, c, d, e, f = self.to_crs
        return a * x_mm + b * y_mm + c, d * x_mm + e * y_mm + f


def read_poster_key(path: Path) -> PosterKey:
    """Read the key of a poster."""
    use = Remark("poster_key_use")
    about = {"name": path.name, "use": use}
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise InputDataError(Remark("poster_key_too_large", **about))
    except OSError as error:
        reason = name_reason(error)
        raise InputDataError(
            Remark("poster_key_unreadable", path=str(path), reason=reason, use=use)
        ) from error
    data = read_json_file(path, remedy=use)
    if not isinstance(data, dict) or data.get("format") != "access15-poster":
        raise InputDataError(Remark("poster_key_other", **about))
    if data.get("version") != 1:
        shown = str(data.get("version"))[:20]
        raise InputDataError(Remark("poster_key_version", name=path.name, version=shown))
    try:
        key = PosterKey.model_validate_json(json.dumps(data))
    except ValidationError as error:
        problems = list_sentences(error.errors())
        raise InputDataError(Remark("poster_key_damaged", **about), problems) from error
    if not all(map(math.isfinite, key.to_crs)) or abs(key.to_crs[0] * key.to_crs[4]) < 1e-9:
        raise InputDataError(Remark("poster_key_nowhere", **about))
    return key
