"""The time that GeoPackages bear: that of the run, where GDAL would take the computer's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Final

import pyogrio

_OPTION: Final = "OGR_CURRENT_DATE"


def format_stamp(moment: datetime) -> str:
    """Write a moment as GeoPackage does."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


@contextmanager
def stamped(moment: datetime) -> Iterator[None]:
    """Let GDAL write a moment as the last change of every layer that is written meanwhile."""
    before = pyogrio.get_gdal_config_option(_OPTION)
    pyogrio.set_gdal_config_options({_OPTION: format_stamp(moment)})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({_OPTION: before})
