"""A register of addresses (ANNCSU's list of a region, a town's own), read as a stream.

Such a file has millions of rows, of which a planner asks for a few streets: each row is looked at
once, and those of the streets asked for are kept. A point that is none (0, 0; no number; no
degrees) is refused and counted.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import IO

import pyproj
from pyproj.exceptions import CRSError as PyprojCRSError

from access15.config import RegisterSource
from access15.errors import InputDataError, name_ending, name_reason
from access15.files import check_input
from access15.remarks import Remark
from access15.sources.geocode.addresses import Street, fold, parse_street
from access15.sources.places.points import Bounds, is_inside
from access15.sources.streets.boxes import format_box
from access15.sources.tables.cells import MISSING, parse_number

# What columns are called where nobody says it, folded: ANNCSU's list of addresses (INDIR_...) as
# published since 2025, then words that mean one thing only.
_HEADERS: Mapping[str, tuple[str, ...]] = {
    "street": ("odonimo", "via", "nome via", "street", "addr street", "calle", "logradouro"),
    "kind": ("dug",),
    "number": ("civico", "numero civico", "numero", "housenumber", "addr housenumber"),
    "letter": ("esponente", "barrato"),
    "colour": ("specificita", "colore"),
    "town": ("comune", "nome comune", "codice istat", "codice comune", "addr city", "municipio"),
    "lon": ("coord x comune", "lon", "longitude", "longitudine", "longitud"),
    "lat": ("coord y comune", "lat", "latitude", "latitudine", "latitud"),
}
_OTHER_NAMES = ("dizione lingua1", "dizione lingua2")  # of the street, in two languages
MEANINGS = ("street", "kind", "number", "letter", "colour", "town", "lon", "lat", "x", "y")
_ENDINGS = (".csv", ".txt", ".zip")
_SEPARATORS = ";,\t|"
_LONGEST_LINE = 1_000_000  # bytes
_MOST_BYTES = 20_000_000_000
_MOST_UNFOLDED = 150  # times its packed size; a list of addresses is some 15 times as large
_FEW_BYTES = 20_000_000
_NOT_ITS_OWN = "__MACOSX/"  # what a Mac keeps of the files beside them
_NUMBERLESS = ("snc", "s.n.c.", "sn", "0")
_STAMP = re.compile(r"(?<!\d)(20\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?!\d)")
# PDF, old Excel, GeoPackage
_SIGNATURES = (b"%PDF", b"\xd0\xcf\x11\xe0", b"SQLite format 3\x00")


@dataclass(frozen=True)
class RegisterRow:
    """A house number of a register.

    Parameters
    ----------
    street, number : str
        As the register writes them; letter and colour behind the number.
    town : str
        Its municipality, where the register names it and does not only give its code.
    lon, lat : float
        Its point [degrees].
    """

    street: str
    number: str
    town: str
    lon: float
    lat: float


@dataclass(frozen=True)
class Register:
    """What a register says of the streets asked for.

    Parameters
    ----------
    rows : tuple of RegisterRow
        House numbers of these streets within the bounds.
    n_zero, n_none : int
        Rows of these streets whose point is 0, 0, and that have no point or no degrees, in the
        municipalities that lie within the bounds.
    n_short : int
        Rows of the file that are not as wide as its header.
    provider : str
        Whose data it is.
    date : str
        Date of the data; empty when unknown.
    """

    rows: tuple[RegisterRow, ...]
    n_zero: int
    n_none: int
    n_short: int
    provider: str
    date: str


@dataclass
class _Layout:
    """Where the columns stand, and how many there are."""

    places: dict[str, int]
    other_names: tuple[int, ...]
    width: int
    to_lonlat: Callable[[float, float], tuple[float, float]] | None = None


@dataclass
class _Kept:
    """What was kept of the rows so far."""

    rows: list[RegisterRow] = field(default_factory=list)
    n_zero: Counter[str] = field(default_factory=Counter)
    n_none: Counter[str] = field(default_factory=Counter)
    is_wanted: dict[str, bool] = field(default_factory=dict)
    towns: set[str] = field(default_factory=set)
    first: tuple[str, str] = ("", "")  # cells of the first point
    n_short: int = 0
    n_rows: int = 0


def read_register(
    source: RegisterSource,
    wanted: Collection[Street],
    bounds: Bounds,
) -> Register:
    """Read the house numbers of some streets from a register."""
    name = source.file.name
    words = {street.words[-1] for street in wanted if street.words}
    kept = _Kept()
    with _opened(source.file) as lines:
        records = _split_lines(name, lines)
        layout = _find_layout(source, next(records, []))
        for record in records:
            if any(record):
                _keep(kept, record, layout, words, bounds)
    if not kept.n_rows:
        raise InputDataError(Remark("register_no_rows", name=name))
    if kept.n_short == kept.n_rows:
        raise InputDataError(Remark("register_all_short", name=name, n=layout.width))
    if not kept.towns:
        x, y = kept.first
        told = {"name": name, "x": x, "y": y, "box": format_box(bounds)}
        raise InputDataError(Remark("register_elsewhere", **told))
    found = _STAMP.search(name)
    stamp = "-".join(found.groups()) if found else ""
    return Register(
        rows=tuple(kept.rows),
        n_zero=sum(n for town, n in kept.n_zero.items() if town in kept.towns),
        n_none=sum(n for town, n in kept.n_none.items() if town in kept.towns),
        n_short=kept.n_short,
        provider=f"{name}, {source.source}" if source.source else name,
        date=source.date or stamp,
    )


def check_register(source: RegisterSource) -> None:
    """Refuse a register that is not there or whose columns are not known; reads its head alone."""
    with _opened(source.file) as lines:
        records = _split_lines(source.file.name, lines)
        _find_layout(source, next(records, []))
        if next(records, None) is None:
            raise InputDataError(Remark("register_no_rows", name=source.file.name))


# -- the file ----------------------------------------------------------------------------------


@contextmanager
def _opened(path: Path) -> Iterator[Iterator[str]]:
    """Lines of a file, one after the other, also of the only table in a zip archive."""
    name = path.name
    if path.suffix.lower() not in _ENDINGS:
        raise InputDataError(Remark("register_ending", name=name, ending=name_ending(path.suffix)))
    try:
        if path.is_dir():
            raise InputDataError(Remark("register_folder", path=str(path)))
        check_input(path)
        if path.stat().st_size == 0:
            raise InputDataError(Remark("register_empty", name=name))
        with path.open("rb") as file:
            head = file.read(16)
            file.seek(0)
            if head.startswith(b"PK\x03\x04"):
                with zipfile.ZipFile(file) as archive, _open_member(archive, name) as member:
                    yield _read_lines(name, member)
            elif path.suffix.lower() == ".zip":
                raise InputDataError(Remark("register_no_zip", name=name))
            else:
                yield _read_lines(name, file)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError):
        raise InputDataError(Remark("register_bad_zip", name=name)) from None
    except OSError as error:
        reason = name_reason(error)
        raise InputDataError(Remark("register_unreadable", path=str(path), reason=reason)) from None


def _open_member(archive: zipfile.ZipFile, name: str) -> IO[bytes]:
    """The only table of an archive."""
    members = [one for one in archive.infolist() if not one.filename.startswith(_NOT_ITS_OWN)]
    tables = [one for one in members if one.filename.lower().endswith((".csv", ".txt"))]
    if not tables:
        raise InputDataError(Remark("register_zip_without", name=name))
    if len(tables) > 1:
        names = [one.filename for one in tables]
        raise InputDataError(Remark("register_zip_several", name=name, n=len(names), names=names))
    if tables[0].flag_bits & 1:
        raise InputDataError(Remark("register_zip_locked", name=name))
    if tables[0].file_size > _MOST_BYTES:
        raise InputDataError(Remark("register_too_large", name=name))
    if tables[0].file_size > _FEW_BYTES + _MOST_UNFOLDED * tables[0].compress_size:
        raise InputDataError(Remark("register_bomb", name=name, n_bytes=tables[0].file_size))
    return archive.open(tables[0])


def _read_lines(name: str, file: IO[bytes]) -> Iterator[str]:
    """Text of every line: UTF-8, or the encoding of older Windows programs, line by line."""
    n_bytes = 0
    number = 0
    # a letter is a byte here: only the ends of lines are read, of which CR alone is one, too
    with io.TextIOWrapper(file, encoding="latin-1", newline="") as text:
        while line := text.readline(_LONGEST_LINE + 1).encode("latin-1"):
            number += 1
            n_bytes += len(line)
            if number == 1:
                line = line.removeprefix(codecs.BOM_UTF8)
                _refuse_other_kinds(name, line)
            if len(line) > _LONGEST_LINE:
                raise InputDataError(Remark("register_long_line", name=name, line=number))
            if n_bytes > _MOST_BYTES:
                raise InputDataError(Remark("register_too_large", name=name))
            if b"\x00" in line:
                raise InputDataError(Remark("register_binary", name=name, line=number))
            try:
                yield line.decode("utf-8")
            except UnicodeDecodeError:
                yield line.decode("cp1252", errors="replace")


def _refuse_other_kinds(name: str, line: bytes) -> None:
    """Refuse what is no text, by its first bytes."""
    if line.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise InputDataError(Remark("register_utf16", name=name))
    if line.startswith(_SIGNATURES):
        raise InputDataError(Remark("register_binary", name=name, line=1))
    if line.lstrip().lower().startswith((b"<!doctype", b"<html", b"<?xml")):
        raise InputDataError(Remark("register_web_page", name=name))


def _split_lines(name: str, lines: Iterator[str]) -> Iterator[list[str]]:
    """Cells of every row; what stands between them is what the header has most of."""
    first = next((line for line in lines if line.strip()), "")
    if re.fullmatch(r'"?sep=."?\s*', first, re.IGNORECASE):
        first = next((line for line in lines if line.strip()), "")
    if not first:
        raise InputDataError(Remark("register_empty", name=name))
    separator = max(_SEPARATORS, key=first.count)
    if separator not in first:
        raise InputDataError(Remark("register_one_column", name=name, header=first.strip()[:80]))
    reader = csv.reader(chain([first], lines), delimiter=separator)
    try:
        yield from reader
    except csv.Error:
        raise InputDataError(
            Remark("register_open_quote", name=name, line=reader.line_num)
        ) from None


# -- its columns -------------------------------------------------------------------------------


def _find_layout(source: RegisterSource, headers: Sequence[str]) -> _Layout:
    """Where the columns stand; all that is wrong with them at once."""
    name = source.file.name
    folded = [fold(header) for header in headers]
    problems: list[str] = []
    places: dict[str, int] = {}
    # 1. What is said goes before what headers say.
    for meaning, header in source.columns.items():
        if meaning not in MEANINGS:
            problems.append(
                Remark("register_meaning", name=name, meaning=meaning, known=list(MEANINGS))
            )
        elif fold(header) not in folded:
            problems.append(
                Remark("register_no_header", name=name, header=header, headers=_shown(headers))
            )
        elif folded.count(fold(header)) > 1:
            problems.append(Remark("register_twice", name=name, header=header))
        else:
            places[meaning] = folded.index(fold(header))
    said = list(places.values())
    for where in sorted({one for one in said if said.count(one) > 1}):
        meant = [meaning for meaning, place in places.items() if place == where]
        problems.append(
            Remark("register_two_meanings", name=name, header=headers[where], meanings=meant)
        )
    for meaning, known in _HEADERS.items():
        here = [header for header in known if header in folded]
        if here and meaning not in places and not (meaning in ("lon", "lat") and "x" in places):
            places[meaning] = folded.index(here[0])
            if folded.count(here[0]) > 1:
                problems.append(
                    Remark("register_twice", name=name, header=headers[places[meaning]])
                )
    # 2. What has to be there.
    problems += _list_missing(source, headers, places)
    to_lonlat = None
    if "x" in places and source.crs is not None:
        to_lonlat = _build_transform(name, source.crs, problems)
    if problems:
        raise InputDataError(Remark("register_unusable", name=name), problems)
    others = tuple(i for i, header in enumerate(folded) if header in _OTHER_NAMES)
    return _Layout(places, others, len(headers), to_lonlat)


def _list_missing(
    source: RegisterSource,
    headers: Sequence[str],
    places: Mapping[str, int],
) -> Iterator[str]:
    """What a register has to have and does not."""
    name = source.file.name
    shown = _shown(headers)
    folded = [fold(header) for header in headers]
    if "number" not in places and "odonimo" in folded:
        yield Remark("register_streets_only", name=name)
        return
    for meaning in ("street", "number"):
        if meaning not in places and meaning not in source.columns:
            yield Remark("register_missing", name=name, meaning=meaning, headers=shown)
    if "x" in places or "y" in places:
        if not ("x" in places and "y" in places):
            yield Remark("register_half", name=name, one="x", other="y")
        if source.crs is None:
            yield Remark("register_no_crs", name=name)
        return
    if ("lon" in places) != ("lat" in places):
        yield Remark("register_half", name=name, one="lon", other="lat")
    elif "lon" not in places and not {"lon", "lat", "x", "y"} & set(source.columns):
        yield Remark("register_no_points", name=name, headers=shown)


def _shown(headers: Sequence[str]) -> str:
    """Headers as they stand in a message."""
    return ", ".join(headers)[:200]


def _build_transform(
    name: str,
    crs: str,
    problems: list[str],
) -> Callable[[float, float], tuple[float, float]] | None:
    """From metres to degrees."""
    try:
        own = pyproj.CRS.from_user_input(crs)
    except PyprojCRSError:
        problems.append(Remark("register_bad_crs", name=name, crs=crs))
        return None
    transformer = pyproj.Transformer.from_crs(own, "EPSG:4326", always_xy=True)

    def to_lonlat(x: float, y: float) -> tuple[float, float]:
        lon, lat = transformer.transform(x, y)
        return float(lon), float(lat)

    return to_lonlat


# -- its rows ----------------------------------------------------------------------------------


def _keep(
    kept: _Kept,
    record: list[str],
    layout: _Layout,
    words: Collection[str],
    bounds: Bounds,
) -> None:
    """Keep a row of a wanted street, or count why it cannot be used."""
    kept.n_rows += 1
    if len(record) != layout.width:
        kept.n_short += 1
        return
    town = _cell(record, layout, "town")
    names = [_cell(record, layout, "street"), *(record[i].strip() for i in layout.other_names)]
    kind = _cell(record, layout, "kind")
    names = [f"{kind} {one}" if kind else one for one in dict.fromkeys(names) if one]
    wanted = [one for one in names if _is_wanted(kept, one, words)]
    # 1. Of a town that nothing was found in yet, every row tells whether it lies near.
    if not wanted and town in kept.towns:
        return
    texts = _point_texts(record, layout)
    point = _read_point(texts, layout)
    if not any(kept.first):
        kept.first = texts
    is_near = point is not None and is_inside(point, bounds)
    if is_near:
        kept.towns.add(town)
    if not wanted:
        return
    # 2. Rows of the streets asked for.
    if point is None:
        kept.n_none[town] += 1
    elif point == (0.0, 0.0) or all(parse_number(text) == 0 for text in texts):
        kept.n_zero[town] += 1
    elif is_near:
        number = _read_number(record, layout)
        # a code of a municipality is no name
        name = "" if any(map(str.isdigit, town)) else town
        if number:
            kept.rows += [RegisterRow(one, number, name, *point) for one in wanted]


def _is_wanted(kept: _Kept, name: str, words: Collection[str]) -> bool:
    """Whether a street may be one that is asked for; each name is looked at once."""
    if name not in kept.is_wanted:
        street = parse_street(name)
        own = (street or Street("", name)).words
        kept.is_wanted[name] = bool(own) and own[-1] in words
    return kept.is_wanted[name]


def _read_number(record: list[str], layout: _Layout) -> str:
    """House number with its letter and its colour; empty where it has none."""
    number = _cell(record, layout, "number")
    if not number or number.casefold() in _NUMBERLESS:
        return ""
    parts = [_cell(record, layout, meaning) for meaning in ("letter", "colour")]
    return "/".join([number, *(part for part in parts if part)])


def _point_texts(record: list[str], layout: _Layout) -> tuple[str, str]:
    """The two cells of a row's point."""
    pair = ("x", "y") if "x" in layout.places else ("lon", "lat")
    x, y = (_cell(record, layout, meaning) for meaning in pair)
    return x, y


def _read_point(texts: tuple[str, str], layout: _Layout) -> tuple[float, float] | None:
    """Longitude and latitude of two cells; None where they are no place."""
    is_metres = layout.to_lonlat is not None
    x, y = (parse_number(text, grouped=is_metres) for text in texts)
    if x is None or y is None:
        return None
    lonlat = (x, y) if layout.to_lonlat is None else layout.to_lonlat(x, y)
    return lonlat if abs(lonlat[0]) <= 180 and abs(lonlat[1]) <= 90 else None


def _cell(record: list[str], layout: _Layout, meaning: str) -> str:
    """A cell of a row; empty where there is no such column or nothing stands in it."""
    place = layout.places.get(meaning)
    text = "" if place is None else record[place].strip()
    return "" if text.casefold() in MISSING else text
