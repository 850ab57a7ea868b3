"""Formats that a run writes, as people ask for them."""

from __future__ import annotations

import re
from typing import Any

import pytest

from access15.config import formats
from access15.config.formats import FORMATS, parse_formats
from access15.errors import ConfigError


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("csv", ("csv",)),
        ("gpkg,csv", ("csv", "gpkg")),
        (" GeoParquet , csv,csv", ("csv", "geoparquet")),
        (["geoparquet"], ("geoparquet",)),
        (FORMATS, FORMATS),
    ],
)
def test_each_once_in_one_order(asked: Any, found: tuple[str, ...]) -> None:
    assert parse_formats(asked) == found


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("", ["'' is no format; choose among csv, gpkg, geoparquet"]),
        ("csv,", ["'' is no format"]),
        ("csv;gpkg", ["'csv;gpkg' is no format"]),
        ("shp,csv,kml", ["'shp' is no format", "'kml' is no format"]),
        ([], ["no format; choose among csv, gpkg, geoparquet"]),
    ],
)
def test_what_is_no_format_is_told_at_once(asked: Any, told: list[str]) -> None:
    with pytest.raises(ConfigError, match="formats asked for cannot be used") as caught:
        parse_formats(asked)
    text = str(caught.value)
    assert all(one in text for one in told), text


def test_what_writes_geoparquet_may_be_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(formats, "import_module", fail)
    assert parse_formats("csv") == ("csv",)
    with pytest.raises(ConfigError, match=re.escape("pip install 'access15[city]'")):
        parse_formats("geoparquet")
