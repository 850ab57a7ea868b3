"""Formats in which a run writes its numbers, as people ask for them: ``csv,gpkg,geoparquet``."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from typing import Final, Literal, get_args

from access15.errors import ConfigError
from access15.remarks import Remark

Format = Literal["csv", "gpkg", "geoparquet"]
FORMATS: Final[tuple[Format, ...]] = get_args(Format)
USUAL: Final[tuple[Format, ...]] = ("csv", "gpkg")
_SHOWN: Final = 40


def parse_formats(asked: str | Iterable[str]) -> tuple[Format, ...]:
    """Read the formats that are asked for; everything that is wrong with them is told at once.

    Parameters
    ----------
    asked : str or iterable of str
        Names, in any order, in one text with commas or each by itself.

    Returns
    -------
    tuple of {"csv", "gpkg", "geoparquet"}
        Each once, in that order.

    Raises
    ------
    ConfigError
        If there is no such format, none is asked for, or what writes it is not installed.

    Examples
    --------
    >>> parse_formats("GPKG, csv")
    ('csv', 'gpkg')
    """
    texts = asked.split(",") if isinstance(asked, str) else list(asked)
    names = [str(text).strip().lower() for text in texts]
    problems = [
        Remark("format_unknown", name=name[:_SHOWN], known=FORMATS)
        for name in dict.fromkeys(names)
        if name not in FORMATS
    ]
    if not names:
        problems.append(Remark("format_none", known=FORMATS))
    if problems:
        raise ConfigError(Remark("formats_unusable"), problems)
    if "geoparquet" in names:
        try:
            import_module("pyarrow")
        except ImportError as error:
            raise ConfigError(Remark("format_extra_missing", name="pyarrow")) from error
    return tuple(one for one in FORMATS if one in names)
