"""What the columns of a table of places mean: Italian and English headers, or the study file's own
mapping.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import Any, Literal

import rapidfuzz

from access15.remarks import Remark, list_some
from access15.sources.tables.columns import Problems, Table
from access15.sources.tables.header import simplify_header

# what a table lists: places of the study, or just points to walk to
Thing = Literal["facility", "point"]
CONSTANT = "="  # "=library" in the mapping means: every row's value is "library"

# Headers in lower case, without accents, with "_" for anything else than letters and digits.
_KNOWN_HEADERS = {
    "facility_id": "facility_id id codice cod code id_servizio id_sede id_struttura station_id",
    "name": ("name nome nome_sede nome_struttura nome_servizio nome_parco denominazione toponimo"),
    "category": "category categoria tipo tipologia tipo_servizio type kind",
    "address": "address indirizzo indirizzo_sede ubicazione street_address",
    "municipio": "municipio municipality",
    "lat": "lat latitude latitudine lat_y_4326 y_4326 lat_wgs84 latitudine_wgs84",
    "lon": ("lon lng long longitude longitudine long_x_4326 x_4326 lon_wgs84 longitudine_wgs84"),
    "x": "x coord_x x_coord est easting",
    "y": "y coord_y y_coord nord northing",
    "door_lat": "door_lat door_latitude lat_ingresso latitudine_ingresso lat_porta",
    "door_lon": "door_lon door_longitude lon_ingresso longitudine_ingresso lon_porta",
    "precision": "precision precisione",
    "capacity": "capacity capienza capacita posti n_posti numero_posti",
    "source": "source fonte",
    # only what says to be OpenStreetMap's way of writing them
    "opening_hours": "opening_hours",
}
_HEADERS = {meaning: tuple(headers.split()) for meaning, headers in _KNOWN_HEADERS.items()}
# A single coordinate is also known by its words: one that names the axis, others that say nothing
# more (``X_WGS84``, ``POINT_X``, ``coord_gb_est``).
_AXES = {
    "lat": "lat latitude latitudine latitud",
    "lon": "lon lng long longitude longitudine longitud",
    "x": "x est east easting eastings xcoord coordx pointx utmx ux",
    "y": "y nord north northing northings ycoord coordy pointy utmy uy",
}
_AXIS_WORDS = {word: axis for axis, words in _AXES.items() for word in words.split()}
_DEGREE_TEXT = """
    wgs84 wgs 84 4326 gps geo dd dec decimale decimali decimal
"""
_DEGREE_WORDS = frozenset(_DEGREE_TEXT.split())
_METRE_TEXT = """
    utm gb gauss boaga rdn rdn2008 m metri metres etrs89 etrs
"""
_METRE_WORDS = frozenset(_METRE_TEXT.split())
_IDLE_TEXT = """
    coord coords coordinate coordinata coordinates point punto pt map google epsg srid
    centroid centroide centroidi degrees gradi fuso zone sede
"""
_IDLE_WORDS = frozenset(_IDLE_TEXT.split())
_CODE = re.compile(r"\d{1,5}[nse]?|(?:utm|wgs|epsg)\d{1,5}[nse]?")
_X_OF = {"lon": "x", "lat": "y"}
# beginnings of words of headers that are not read by themselves, and what they may hold
_USES = {
    "opening_hours": ("orari", "apertur", "hour", "opening"),
    "address": ("indirizz", "via", "civico", "luogo", "street"),
    "capacity": ("capien", "posti", "capac", "seats", "beds"),
    "name": ("nome", "denomin", "descri", "name", "insegna", "ragione"),
    "category": ("tipo", "categ", "type", "servizio"),
    "source": ("fonte", "source", "origine"),
}
CHECKED = "geocode_checked"  # day on which a person looked at the place, ISO date
_OWN_HEADERS = (
    *("geocode_provider", "geocode_date", "geocode_match", "geocode_within_m", CHECKED),
    *("open_at", "feed_id"),
)
_MOST_NAMED = 8
# Row numbers that programs add by themselves: an id only where there is no better one.
_WEAK_IDS = ("fid", "ogc_fid", "objectid", "object_id", "gid")
# Worked out anew on every reading, whatever a file says.
REPLACED = ("origin", "status", "merged_osm", "geometry")
KNOWN = tuple(_HEADERS)


@dataclass
class Columns:
    """The columns of a table by what they mean.

    Parameters
    ----------
    table : Table
        The table.
    headers : dict of str to str
        Meaning (``name``, ``lat``, ...) to the table's header.
    constants : dict of str to str
        Meaning to the one value of all rows.
    drawn : str
        Header of the column that the points were taken from; empty where none was.
    """

    table: Table
    headers: dict[str, str] = field(default_factory=dict)
    constants: dict[str, str] = field(default_factory=dict)
    drawn: str = ""

    def __contains__(self, meaning: str) -> bool:
        """Whether the table has something for that meaning."""
        return meaning in self.headers or meaning in self.constants

    def texts(self, meaning: str) -> Sequence[str]:
        """Cells of a meaning, row by row; empty texts where the table has none."""
        if meaning in self.headers:
            return self.table.columns[self.headers[meaning]]
        return [self.constants.get(meaning, "")] * len(self.table)


def match_headers(
    table: Table,
    mapping: Mapping[str, str],
    problems: Problems,
    thing: Thing,
) -> Columns:
    """Find the columns of a table of places."""
    columns = Columns(table)
    for meaning, wanted in mapping.items():
        _take_mapped(columns, meaning, wanted, problems)
    mapped = set(columns.headers.values())
    free = [header for header in table.columns if header not in mapped]
    for meaning in KNOWN:
        found = [] if meaning in mapping else _guess(meaning, free)
        if len(found) > 1:
            problems.add_header(_describe_double(table, meaning, found, thing))
        if found:
            columns.headers[meaning] = found[0]
    return columns


def note_unread(columns: Columns, problems: Problems) -> None:
    """Name the columns that nothing is read from, and how to have them read."""
    table = columns.table
    used = {*columns.headers.values(), columns.drawn}
    quiet = {*REPLACED, *_OWN_HEADERS, *_WEAK_IDS}
    unread = [
        header
        for header in table.columns
        if header not in used and simplify_header(header) not in quiet
    ]
    if not unread:
        return
    guess = next(filter(None, map(_guess_use, unread)), None)
    how: Remark | str = ""
    if guess:
        meaning, column = guess
        how = Remark("remark_column_guess", meaning=meaning, column=column, word=_quote(column))
    named = list_some(unread, _MOST_NAMED)
    problems.notes.append(
        Remark("remark_unread_columns", name=table.name, n=len(unread), how=how, **named)
    )


def _quote(header: str) -> str:
    """A header as a command line takes it."""
    return header if header.replace("_", "").isalnum() else f"'{header}'"


def choose_mapped(
    table: Table,
    mapping: Mapping[str, str],
) -> tuple[dict[str, str], frozenset[str]]:
    """What a mapping of several tables means for one of them.

    Returns the columns that this table has, and values of all rows where it has no column for them;
    and the meanings it has no use for.
    """
    chosen: dict[str, str] = {}
    for meaning, wanted in mapping.items():
        if meaning not in _HEADERS:
            continue  # told once for all tables
        if wanted.startswith(CONSTANT):
            is_there = not _guess(meaning, list(table.columns))
        else:
            is_there = any(
                simplify_header(header) == simplify_header(wanted) for header in table.columns
            )
        if is_there:
            chosen[meaning] = wanted
    return chosen, frozenset(mapping.keys() - chosen.keys())


def describe_unmapped(
    table: Table,
    mapping: Mapping[str, str],
    unmapped: Collection[str],
) -> Remark:
    """Sentence about a mapping that the only table has no use for."""
    told: list[Remark] = []
    for meaning in (one for one in mapping if one in unmapped):
        header = mapping[meaning]
        said = {"meaning": meaning, "header": header, "name": table.name}
        if meaning not in _HEADERS:
            told.append(describe_unknown(meaning, header))
        elif header.startswith(CONSTANT):
            told.append(Remark("column_mapped_is_there", **said))
        else:
            told.append(Remark("column_mapped_nowhere", columns=list(table.columns), **said))
    return reduce(lambda one, next_one: Remark("sentence_next", one=one, next=next_one), told)


def describe_unknown(meaning: str, header: str) -> Remark:
    """Sentence about a mapping to what access15 does not know."""
    hint = Remark("column_nearest", nearest=rapidfuzz.process.extractOne(meaning, KNOWN)[0])
    if header in KNOWN:
        hint = Remark("column_other_way_round", meaning=meaning, header=header)
    return Remark("column_mapped_unknown", meaning=meaning, header=header, hint=hint)


def _guess_use(header: str) -> tuple[str, str] | None:
    """What an unread column might be meant for."""
    words = find_words(header)
    for meaning, stems in _USES.items():
        if any(word.startswith(stem) for word in words for stem in stems):
            return meaning, header
    return None


def find_meaning(header: str) -> str | None:
    """What a header is taken to mean."""
    simple = simplify_header(header)
    known = (meaning for meaning, known in _HEADERS.items() if simple in known)
    return next(known, None) or _find_axis(simple)


def find_words(header: str) -> list[str]:
    """Words of a header, in lower case and without accents."""
    return simplify_header(header).split("_")


def _find_axis(simple: str) -> str | None:
    """Which coordinate a header names, where it says nothing else."""
    words = set(simple.split("_"))
    axes = {_AXIS_WORDS[word] for word in words if word in _AXIS_WORDS}
    others = words - _AXIS_WORDS.keys() - _DEGREE_WORDS - _METRE_WORDS - _IDLE_WORDS
    if not axes or any(not _CODE.fullmatch(word) for word in others):
        return None
    # lat and lon say more than x and y: ``lat_y`` is a latitude
    named = axes & _X_OF.keys() or axes
    if len(named) > 1 or {_X_OF.get(axis, axis) for axis in axes} == {"x", "y"}:
        return None
    (axis,) = named
    is_degrees = not words.isdisjoint(_DEGREE_WORDS) and words.isdisjoint(_METRE_WORDS)
    return {"x": "lon", "y": "lat"}.get(axis, axis) if is_degrees and not others else axis


def is_id(header: str) -> bool:
    """Whether a header is taken to mean the places' ids."""
    return find_meaning(header) == "facility_id"


def _take_mapped(
    columns: Columns,
    meaning: str,
    wanted: str,
    problems: Problems,
) -> None:
    """Take what the study file says of one meaning: a value of all rows, or a header."""
    table = columns.table
    if meaning not in _HEADERS:
        nearest = rapidfuzz.process.extractOne(meaning, KNOWN)[0]
        problems.add_header(
            Remark("column_not_known", meaning=meaning, nearest=nearest, known=KNOWN)
        )
        return
    if wanted.startswith(CONSTANT):
        columns.constants[meaning] = wanted.removeprefix(CONSTANT).strip()
        return
    alike = [
        header for header in table.columns if simplify_header(header) == simplify_header(wanted)
    ]
    if wanted in table.columns:
        columns.headers[meaning] = wanted
    elif alike:
        columns.headers[meaning] = alike[0]
    else:
        named = {"name": table.name, "meaning": meaning, "header": wanted}
        problems.add_header(Remark("column_named_missing", columns=list(table.columns), **named))


def _guess(meaning: str, headers: Sequence[str]) -> list[str]:
    """Headers that are known to have a meaning; of row numbers made by programs only the first."""
    # a header that is known word by word goes before one that is only understood
    found = [header for header in headers if simplify_header(header) in _HEADERS[meaning]]
    found = found or [header for header in headers if find_meaning(header) == meaning][:1]
    if meaning == "facility_id" and not found:
        return [header for header in headers if simplify_header(header) in _WEAK_IDS][:1]
    return found


def _describe_double(
    table: Table,
    meaning: str,
    found: Sequence[str],
    thing: Thing,
) -> Remark:
    """Sentence about columns of which only one can be meant."""
    named = {"name": table.name, "n_columns": len(found), "columns": list(found)}
    if thing == "point":
        meaning = meaning.removeprefix("facility_")
        return Remark("column_double_point", meaning=meaning, **named)
    return Remark("column_double", meaning=meaning, first=found[0], **named)


def check_needed(
    columns: Columns,
    mapping: Mapping[str, str],
    problems: Problems,
) -> None:
    """Say which columns are missing: what a place is called, what it is, where it is."""
    table = columns.table
    its: dict[str, Any] = {"name": table.name, "columns": list(table.columns)}
    for meaning, code in (("name", "column_no_name"), ("category", "column_no_category")):
        if meaning not in columns and meaning not in mapping:
            problems.add_header(Remark(code, headers=_HEADERS[meaning][:3], **its))
    pairs = (("lat", "lon"), ("x", "y"), ("door_lat", "door_lon"))
    for has, lacks in [*pairs, *(pair[::-1] for pair in pairs)]:
        if has in columns and lacks not in columns and lacks not in mapping:
            problems.add_header(Remark("column_alone", has=has, lacks=lacks, **its))
    has_place = any(meaning in columns for meaning in ("lat", "lon", "x", "y", "address"))
    if table.geometries is None and not has_place:
        problems.add_header(Remark("column_no_place", **its))
