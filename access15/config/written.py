"""A study as text: every key there is, those that it does not use commented out, each with its
line and, where it was chosen for somebody, with how.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from access15.config.reference import load_keys
from access15.remarks import Lang, Remark, put_in_lang

Values = Mapping[str, Mapping[str, Any]]
Reasons = Mapping[tuple[str, str], str]
SCHEMA_FILE: Final = "study.schema.json"
# what a key may hold that a study does not use: an example to be corrected
_EXAMPLES: Final[Mapping[tuple[str, str], Any]] = {
    ("study", "countries"): "it",
    ("study", "towns"): ["Milano"],
    ("study", "crs"): "EPSG:32632",
    ("study", "cutoffs_min"): [5, 10, 15],
    ("study", "max_snap_m"): 150,
    ("study", "claim_profile"): "adult",
    ("study", "draw_areas"): ["pharmacy"],
    ("study", "hub_category"): "pharmacy",
    ("study", "padding_m"): 3000,
    ("facilities", "files"): ["mine.csv"],
    ("facilities", "replace_categories"): ["library"],
    ("facilities", "columns"): {"name": "Nome"},
    ("facilities", "crs"): "EPSG:3003",
    ("facilities", "may_be_empty"): True,
    ("facilities.files", "path"): "hers.xlsx",
    ("facilities.files", "crs"): "EPSG:3003",
    ("facilities.files", "map"): {"name": "Toponimo"},
    ("zones", "source"): "Origin and licence",
    ("population", "file"): "residents.csv",
    ("population", "source"): "Origin and licence",
    ("population", "zone_column"): "zone",
    ("population", "year_column"): "year",
    ("population", "year"): 2024,
    ("population", "layer"): "sections",
    ("population", "id_column"): "section",
    ("population", "sections"): "R03_21.zip",
    ("population", "cell_column"): "h3",
    ("population", "groups"): {"total": "residents", "age_65_plus": ["age_65_74", "age_75_plus"]},
    ("population", "labels"): {"age_65_plus": {"it": "65 anni e più", "en": "65 and over"}},
    ("population", "walks_as"): {"age_65_plus": "older_adult"},
    ("population", "spread"): "auto",
    ("population", "residential_highways"): ["residential", "living_street"],
    ("population.around", "file"): "residents_around.csv",
    ("population.around", "zone_column"): "zone",
    ("population.around", "year_column"): "year",
    ("population.around", "year"): 2024,
    ("population.around", "zones"): "zones_around.geojson",
    ("population.around", "id_column"): "id",
    ("population.around", "source"): "Origin and licence",
    ("sketch", "nodes"): "sketch_nodes.csv",
    ("sketch", "segments"): "sketch_segments.csv",
    ("seats", "files"): ["benches.geojson"],
    ("obstacles", "files"): ["barriers.gpkg"],
    ("obstacles", "columns"): {"kind": "tipo", "height": "altezza"},
    ("obstacles", "kinds"): {"gradino": "kerb"},
    ("address_register", "file"): "INDIR_LOMB_20260801.zip",
    ("address_register", "columns"): {"street": "NOME_VIA", "number": "CIVICO"},
    ("address_register", "crs"): "EPSG:3003",
    ("address_register", "date"): "2026-08-01",
    ("address_register", "source"): "Agenzia delle Entrate and Istat, ANNCSU, CC BY 4.0",
    ("bikes", "gbfs"): "https://example.org/gbfs.json",
    ("bikes", "operator"): "Who runs them",
    ("texts", "hub"): {"it": "Centro", "en": "Centre"},
    ("texts", "bike_spacing"): {"it": "Una ogni 300 m", "en": "One every 300 m"},
    ("texts", "platform"): {"it": "Vedi la piattaforma", "en": "See the platform"},
    ("areas", "hubs"): ["place-1"],
}
_TABLES: Final = (
    *("facilities", "facilities.files", "zones", "population", "population.around", "sketch"),
    *("seats", "obstacles", "address_register", "bikes", "texts", "areas"),
)


# tables of which there may be several
_LISTED: Final = ("areas", "facilities.files")


def write_study(values: Values, reasons: Reasons, lang: Lang = "en") -> str:
    """Write a study as TOML.

    `values` are the keys it uses, by table (``study`` for the first lines); `reasons` how a value
    was chosen, by table and key.
    """
    relative = Remark("study_paths").in_lang(lang)
    head = [f"#:schema ./{SCHEMA_FILE}", f"# {relative}"]
    parts = [[*head, *_list_lines("study", values.get("study", {}), reasons, lang)]]
    for table in _TABLES:
        used = values.get(table, {})
        brackets = f"[[{table}]]" if table in _LISTED else f"[{table}]"
        title = brackets if used else f"# {brackets}"
        parts.append([title, *_list_lines(table, used, reasons, lang)])
    return "\n\n".join("\n".join(lines) for lines in parts) + "\n"


def _list_lines(
    table: str,
    used: Mapping[str, Any],
    reasons: Reasons,
    lang: Lang,
) -> list[str]:
    """Lines of one table: what it uses first, what it may use behind."""
    tables = {name.partition(".")[0] for name in _TABLES}
    lines = load_keys(lang)[table]
    keys = [key for key in lines if table != "study" or key not in tables]
    told = []
    for key in keys:
        if key not in used:
            continue
        about = lines[key]
        if reason := reasons.get((table, key), ""):
            why = _one_line(put_in_lang(reason, lang))
            about = Remark("study_key", line=about, reason=why).in_lang(lang)
        told.append(f"# {about}")
        told.append(f"{key} = {format_value(used[key])}")
    for key in keys:
        if key in used or (table, key) not in _EXAMPLES:
            continue
        told.append(f"# {key} = {format_value(_EXAMPLES[table, key])}  # {lines[key]}")
    return told


def _one_line(text: str) -> str:
    """A reason on one line, without signs that end a comment."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def format_value(value: object) -> str:
    """Write a value as TOML does.

    Examples
    --------
    >>> format_value({"it": "così", "en": "so"})
    '{ it = "così", en = "so" }'
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        inside = ", ".join(f"{_key(key)} = {format_value(one)}" for key, one in value.items())
        return f"{{ {inside} }}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return f"[{', '.join(map(format_value, value))}]"
    if isinstance(value, (int, float)):
        return f"{value:g}" if isinstance(value, float) else str(value)
    # a JSON text is a TOML text, but for the sign of deletion
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(key: object) -> str:
    """A key, in quotation marks unless it is a bare one."""
    text = str(key)
    is_bare = text.isascii() and text.replace("_", "").replace("-", "").isalnum()
    return text if is_bare else json.dumps(text, ensure_ascii=False)
