"""Good files made malformed: one change each, drawn by a seeded generator."""

from __future__ import annotations

import json
from collections.abc import Iterator
from random import Random
from typing import Any

# What people and programs put where a value should be.
ODD_TEXTS = (
    *("", " ", "nan", "inf", "-inf", "1e400", "9" * 400, "9" * 5000, "\x00", "\ud800", "é", "-1"),
    *("0", "-0", "true", "null", "1,5", "a" * 5000, "/", "..", "=1+1", "\x1b[31m", "1_000", "２"),
    *("½", "1e-320", "None", "2026-13-45", "EPSG:0", "+proj=longlat", "'", '"', "\\", "[", "{"),
    *("<b>", "😀", "١٢", "0x10", "1e5", "1" * 19, "\u202e", "\u2028", "\u200b", "POINT (1 2)"),
)
ODD_VALUES: tuple[Any, ...] = (
    *(None, True, False, [], {}, "", 0, -1, 1e308, float("nan"), float("inf"), 10**400, 10**25),
    *("a", [[]], [1], {"a": 1}, "x" * 3000, -0.0, "\x00", "\ud800", "\u202e", [1, 2, 3], "Point"),
)
ODD_TOML = (
    *('""', '"\\u0000"', f'"{"a" * 5000}"', "1", "-1", "nan", "inf", "[]", "{}", "true", "[1]"),
    *("2026-01-01", '["a"]', '"a"', "[[]]", "9" * 400, "9" * 5000, "1e400", '"."', '".."', '"/"'),
    *('"/dev/null"', '"\\u202e"', '"places.csv"', '"town.toml"', '"zones.geojson"', "[nan]"),
    *(
        '[["a"]]',
        "{a = 1}",
        '"EPSG:4326"',
        '"EPSG:3857"',
        "[121]",
        "[1, 1]",
        "00:00:00",
        "0x" + "f" * 4000,
    ),
)
TOML_LINES = (
    *("x = 1", "[a]", "[[areas]]", "[areas]", '[population.walks_as]\ntotal = "x"', "[", "a = "),
    *(
        "[seats]\nfiles = []",
        '[seats]\nfiles = ["none.csv"]',
        "max_snap_m = nan",
        "padding_m = inf",
    ),
    *('[obstacles]\nfiles = ["places.csv"]', '[bikes]\ngbfs = "http://x"', 'claim_profile = "x"'),
    *('countries = "zz"', 'draw_areas = ["x"]', "a = " + "[" * 3000, "a." * 2000 + "b = 1"),
    *('[facilities.columns]\nname = "Zzz"', '[facilities.columns]\nzzz = "name"', "x = 9999-99-99"),
    *(
        '[population.around]\nfile = "people.csv"',
        "cutoffs_min = [1e400]",
        '"" = 1',
        "a = 1\na = 2",
    ),
)


def mutate_table(good: bytes, random: Random) -> bytes:
    """A CSV table with one cell, line or byte that is otherwise."""
    if random.random() < 0.2:
        return mutate_bytes(good, random)
    lines = good.decode().split("\n")
    i = random.randrange(max(1, len(lines) - 1))
    cells = lines[i].split(",")
    j = random.randrange(len(cells))
    kind = random.randrange(8)
    if kind < 4:
        cells[j] = random.choice(ODD_TEXTS)
    elif kind == 4:
        cells.pop(j)
    elif kind == 5:
        cells.insert(j, random.choice(ODD_TEXTS))
    elif kind == 6:
        cells[j] = f'"{cells[j]}'
    lines[i] = ",".join(cells)
    if kind == 7:
        lines.insert(i, lines[i])
    return "\n".join(lines).encode("utf-8", "surrogatepass")


def mutate_json(good: bytes, random: Random) -> bytes:
    """JSON with one value that is gone or otherwise, or one byte."""
    if random.random() < 0.2:
        return mutate_bytes(good, random)
    content = {"all": json.loads(good)}
    holder, key = random.choice(list(_list_places(content)))
    if random.random() < 0.2:
        del holder[key]
    else:
        holder[key] = random.choice((*ODD_VALUES, *ODD_TEXTS))
    return json.dumps(content.get("all")).encode()


def mutate_toml(good: bytes, random: Random) -> bytes:
    """TOML with one line or value that is gone, twice or otherwise, or one byte."""
    kind = random.randrange(8)
    if kind == 0:
        return mutate_bytes(good, random)
    lines = good.decode().split("\n")
    i = random.randrange(len(lines))
    if kind == 1:
        lines.pop(i)
    elif kind == 2:
        lines.insert(i, random.choice(lines))
    elif kind == 3:
        lines.insert(i, random.choice(TOML_LINES))
    else:
        assigned = [k for k, line in enumerate(lines) if "=" in line]
        i = random.choice(assigned)
        lines[i] = f"{lines[i].split('=')[0]}= {random.choice(ODD_TOML)}"
    return "\n".join(lines).encode("utf-8", "surrogatepass")


def mutate_bytes(good: bytes, random: Random) -> bytes:
    """A file with up to three stretches of bytes that are gone, new or otherwise."""
    data = bytearray(good)
    for _ in range(random.randrange(1, 4)):
        i = random.randrange(len(data)) if data else 0
        kind = random.randrange(4)
        if kind == 0 and data:
            data[i] = random.randrange(256)
        elif kind == 1:
            data[i:i] = bytes([random.randrange(256)]) * random.choice([1, 2, 300])
        elif kind == 2:
            del data[i : i + random.randrange(1, 40)]
        else:
            del data[i:]
    return bytes(data)


def _list_places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every place of a value, as what holds it and its key there."""
    keys: Any = ()
    if isinstance(value, dict):
        keys = list(value)
    elif isinstance(value, list):
        keys = range(len(value))
    for key in keys:
        yield value, key
        yield from _list_places(value[key])
