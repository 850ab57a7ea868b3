"""Which column of a table holds what: Italian and English headers, or the study file's own
mapping.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from rapidfuzz import process

from access15.sources.tables.rows import RawRow, RawTable

CONSTANT = "="  # "=library" in the mapping means: every row's value is "library"

# Headers in lower case, without accents, with "_" for anything else than letters and digits.
_HEADERS: dict[str, tuple[str, ...]] = {
    "facility_id": (
        "facility_id",
        "id",
        "codice",
        "cod",
        "code",
        "id_servizio",
        "id_sede",
        "id_struttura",
        "station_id",
    ),
    "name": (
        "name",
        "nome",
        "nome_sede",
        "nome_struttura",
        "nome_servizio",
        "nome_parco",
        "denominazione",
        "toponimo",
    ),
    "category": ("category", "categoria", "tipo", "tipologia", "tipo_servizio", "type", "kind"),
    "address": ("address", "indirizzo", "indirizzo_sede", "ubicazione", "street_address"),
    "municipio": ("municipio", "municipality"),
    "lat": (
        "lat",
        "latitude",
        "latitudine",
        "lat_y_4326",
        "y_4326",
        "lat_wgs84",
        "latitudine_wgs84",
    ),
    "lon": (
        "lon",
        "lng",
        "long",
        "longitude",
        "longitudine",
        "long_x_4326",
        "x_4326",
        "lon_wgs84",
        "longitudine_wgs84",
    ),
    "x": ("x", "coord_x", "x_coord", "est", "easting"),
    "y": ("y", "coord_y", "y_coord", "nord", "northing"),
    "precision": ("precision", "precisione"),
    "capacity": ("capacity", "capienza", "capacita", "posti", "n_posti", "numero_posti"),
    "source": ("source", "fonte"),
    "opening_hours": ("opening_hours",),  # only what says to be OpenStreetMap's way of writing them
}
# Row numbers that programs add by themselves: an id only where there is no better one.
_WEAK_IDS = ("fid", "ogc_fid", "objectid", "object_id", "gid")
# Worked out anew on every reading, whatever a file says.
REPLACED = ("origin", "status", "merged_osm", "geometry")
KNOWN = tuple(_HEADERS)


@dataclass(frozen=True)
class Columns:
    """Where each meaning is found.

    Parameters
    ----------
    headers : dict of str to str
        Meaning (``name``, ``lat``, ...) to the table's header.
    constants : dict of str to str
        Meaning to the one value of all rows.
    """

    headers: dict[str, str]
    constants: dict[str, str]

    def __contains__(self, meaning: str) -> bool:
        """Whether the table has something for that meaning."""
        return meaning in self.headers or meaning in self.constants

    def value(self, row: RawRow, meaning: str) -> str:
        """Text of a row's cell."""
        if meaning in self.constants:
            return self.constants[meaning]
        header = self.headers.get(meaning)
        return "" if header is None else row.cells.get(header, "")


def match_columns(table: RawTable, mapping: Mapping[str, str]) -> tuple[Columns, list[str]]:
    """Find the columns of a table of facilities."""
    problems: list[str] = []
    headers: dict[str, str] = {}
    constants: dict[str, str] = {}
    for meaning, wanted in mapping.items():
        if meaning not in _HEADERS:
            nearest = process.extractOne(meaning, KNOWN)
            problems.append(
                f"[facilities.columns] {meaning!r} is not a column access15 knows; did you mean "
                f"{nearest[0]!r}? "
                f"Known: {', '.join(KNOWN)}."
            )
        elif wanted.startswith(CONSTANT):
            constants[meaning] = wanted.removeprefix(CONSTANT).strip()
        elif (header := _find_header(table, wanted)) is None:
            problems.append(
                f"{table.name} has no column {wanted!r}, which [facilities.columns] names for "
                f"{meaning}: "
                f"its columns are {', '.join(table.headers)}."
            )
        else:
            headers[meaning] = header
    taken = set(headers.values())
    for meaning in _HEADERS:
        if meaning in mapping:
            continue
        found = _guess(table, meaning, taken)
        if len(found) > 1:
            choice = (
                f', or say which in the study file: [facilities.columns] {meaning} = "{found[0]}"'
            )
            problems.append(
                f"{table.name} has {len(found)} columns for the same meaning, "
                f"{meaning if table.thing == 'facility' else meaning.removeprefix('facility_')}: "
                f"{', '.join(found)}; "
                f"delete all but one{choice if table.thing == 'facility' else ''}."
            )
        if found:
            headers[meaning] = found[0]
    columns = Columns(headers, constants)
    return columns, problems + _missing(table, columns, mapping)


def meaning_of(header: str) -> str | None:
    """What a header is taken to mean."""
    simple = simplify_header(header)
    return next((meaning for meaning, known in _HEADERS.items() if simple in known), None)


def simplify_header(header: str) -> str:
    """Header in the form the known headers are written in."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", header) if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9]+", "_", bare.casefold()).strip("_")


def _find_header(table: RawTable, wanted: str) -> str | None:
    exact = [header for header in table.headers if header == wanted]
    alike = [
        header for header in table.headers if simplify_header(header) == simplify_header(wanted)
    ]
    return next(iter(exact or alike), None)


def _guess(table: RawTable, meaning: str, taken: set[str]) -> list[str]:
    free = [header for header in table.headers if header not in taken]
    found = [header for header in free if simplify_header(header) in _HEADERS[meaning]]
    if meaning == "facility_id" and not found:
        found = [header for header in free if simplify_header(header) in _WEAK_IDS][:1]
    return found


def _missing(table: RawTable, columns: Columns, mapping: Mapping[str, str]) -> list[str]:
    problems = []
    its = f"its columns are {', '.join(table.headers)}"
    for meaning, example in (
        ("name", '"Nome Sede"'),
        ("category", '"=library" when all rows are libraries'),
    ):
        if meaning not in columns and meaning not in mapping:
            problems.append(
                f"{table.name} has no column for the {meaning} "
                f"({', '.join(_HEADERS[meaning][:3])}): {its}; "
                f"rename one, or say which in the study file: [facilities.columns] {meaning} = "
                f"{example}."
            )
    for one, other in (("lat", "lon"), ("x", "y")):
        for has, lacks in ((one, other), (other, one)):
            if has in columns and lacks not in columns and lacks not in mapping:
                problems.append(
                    f"{table.name} has a column for {has} and none for {lacks}: {its}; add or "
                    "rename it."
                )
    if not table.has_geometry and not any(
        m in columns for m in ("lat", "lon", "x", "y", "address")
    ):
        problems.append(
            f"{table.name} has neither coordinates (lat and lon) nor an address: {its}; "
            "add them so that the facilities can be placed."
        )
    return problems
