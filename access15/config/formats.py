"""Formats in which numbers are written, as people ask for them: ``csv,gpkg,geoparquet``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib import import_module
from typing import Final, Literal, TypeVar, get_args

from access15.errors import ConfigError
from access15.remarks import Remark

Format = Literal["csv", "gpkg", "geoparquet"]
FORMATS: Final[tuple[Format, ...]] = get_args(Format)
USUAL: Final[tuple[Format, ...]] = ("csv", "gpkg")
ComparisonFormat = Literal["csv", "docx", "pptx"]
COMPARISON_FORMATS: Final[tuple[ComparisonFormat, ...]] = get_args(ComparisonFormat)
COMPARISON_USUAL: Final[tuple[ComparisonFormat, ...]] = ("csv",)
_Any = TypeVar("_Any", bound=str)
_SHOWN: Final = 40


def parse_formats(asked: str | Iterable[str]) -> tuple[Format, ...]:
    """Read the formats of a run that are asked for; everything that is wrong is told at once.

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
    found = _choose(asked, FORMATS)
    if "geoparquet" in found:
        _need("pyarrow", Remark("format_extra_missing", name="pyarrow"))
    return found


def parse_comparison_formats(asked: str | Iterable[str]) -> tuple[ComparisonFormat, ...]:
    """Read the formats of a comparison that are asked for; all that is wrong is told at once.

    Parameters
    ----------
    asked : str or iterable of str
        Names, in any order, in one text with commas or each by itself.

    Returns
    -------
    tuple of {"csv", "docx", "pptx"}
        Each once, in that order.

    Raises
    ------
    ConfigError
        If there is no such format, none is asked for, or what writes it is not installed.

    Examples
    --------
    >>> parse_comparison_formats("csv")
    ('csv',)
    """
    found = _choose(asked, COMPARISON_FORMATS)
    for module in ("docx", "pptx"):
        if module in found:
            name = f"python-{module}"
            _need(module, Remark("documents_extra_missing", format=module, name=name))
    return found


def check_word() -> None:
    """Refuse to write documents where what writes them is not installed."""
    _need("docx", Remark("documents_extra_missing", format="docx", name="python-docx"))


def check_pdf() -> None:
    """Refuse to write tagged PDF where what writes it is not installed."""
    _need("typst", Remark("documents_extra_missing", format="pdf", name="typst"))


def _choose(asked: str | Iterable[str], known: Sequence[_Any]) -> tuple[_Any, ...]:
    """Formats that are asked for, in the order of those that are known."""
    texts = asked.split(",") if isinstance(asked, str) else list(asked)
    names = [str(text).strip().lower() for text in texts]
    problems = [
        Remark("format_unknown", name=name[:_SHOWN], known=tuple(known))
        for name in dict.fromkeys(names)
        if name not in known
    ]
    if not names:
        problems.append(Remark("format_none", known=tuple(known)))
    if problems:
        raise ConfigError(Remark("formats_unusable"), problems)
    return tuple(one for one in known if one in names)


def _need(module: str, remark: Remark) -> None:
    """Stop where what writes a format is not installed."""
    try:
        import_module(module)
    except ImportError as error:
        raise ConfigError(remark) from error
