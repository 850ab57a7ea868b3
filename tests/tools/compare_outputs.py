"""Hold two folders of outputs against each other: every table, layer, page, poster and message.

    python tests/tools/compare_outputs.py BEFORE AFTER

Equal means: the same files; CSV, JSON, SVG and messages the same line by line; layers the same
rows, columns and coordinates; pages the same data and the same visible text. Times, durations and
versions are left out.
"""

from __future__ import annotations

import argparse
import base64
import json
import re
import sys
import zlib
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import geopandas as gpd
import pyogrio

# what differs between two runs of the same program
MOMENT = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|\+\d\d:\d\d)?|\d\d/\d\d/\d{4}[ "
    r",]+\d\d:\d\d|\d\d:\d\d UTC"
)
LEFT_OUT_KEYS = {"created", "stages_s", "versions", "command", "version", "python", "platform"}
# said only when the search is not compiled yet
COMPILED_ONCE = ("una decina di secondi", "about ten seconds, once")
LEFT_OUT_COLUMNS = {"update_time"}  # of QGIS's own table of styles
PACKED = "text/plain"  # a session page carries its data so: JSON, deflated, in base64


class PageReader(HTMLParser):
    """Visible text of a page, and the JSON inside it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self.data: list[Any] = []
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember where scripts and styles begin; what labels say is text too."""
        kind = dict(attrs).get("type") or ""
        if tag == "script":
            self._inside = "json" if "json" in kind else "script"
            if kind == PACKED:
                self._inside = "packed"
        elif tag == "style":
            self._inside = "style"
        self.texts += [
            value
            for name, value in attrs
            if name in {"title", "aria-label", "alt", "placeholder"} and value
        ]

    def handle_endtag(self, tag: str) -> None:
        """Remember where they end."""
        if tag in {"script", "style"}:
            self._inside = ""

    def handle_data(self, data: str) -> None:
        """Keep text and data."""
        if self._inside == "json":
            self.data.append(leave_out(json.loads(data)))
        elif self._inside == "packed":
            self.data.append(leave_out(json.loads(zlib.decompress(base64.b64decode(data)))))
        elif not self._inside and data.strip():
            self.texts.append(" ".join(data.split()))


def leave_out(value: Any) -> Any:
    """JSON without what differs between two runs."""
    if isinstance(value, dict):
        return {key: leave_out(one) for key, one in value.items() if key not in LEFT_OUT_KEYS}
    if isinstance(value, list):
        return [leave_out(one) for one in value]
    return mask(value) if isinstance(value, str) else value


def mask(text: str) -> str:
    """Text without moments."""
    return MOMENT.sub("<moment>", text)


def list_lines(path: Path) -> list[str]:
    """What a file says, in parts that can be compared."""
    text = path.read_text(encoding="utf-8", errors="surrogateescape")
    if path.suffix == ".html":
        page = PageReader()
        page.feed(text)
        told = [json.dumps(one, sort_keys=True, indent=0, ensure_ascii=False) for one in page.data]
        return [mask(line) for part in told for line in part.splitlines()] + [
            mask(line) for line in page.texts
        ]
    if path.suffix in {".json", ".geojson"}:
        return json.dumps(leave_out(json.loads(text)), sort_keys=True, indent=0).splitlines()
    lines = [mask(line) for line in text.splitlines()]
    lines = [line for line in lines if not any(said in line for said in COMPILED_ONCE)]
    # neighbourhoods are walked side by side: who is told first is chance
    return sorted(lines) if path.name.endswith(".err.txt") else lines


def compare_layers(before: Path, after: Path) -> Iterator[str]:
    """Differences between two GeoPackages."""
    old, new = ([str(name) for name, _ in pyogrio.list_layers(path)] for path in (before, after))
    if old != new:
        yield f"layers {old} became {new}"
    for layer in [name for name in old if name in new]:
        one, other = (pyogrio.read_dataframe(path, layer=layer) for path in (before, after))
        if list(one.columns) != list(other.columns) or len(one) != len(other):
            yield (
                f"layer {layer}: {list(one)}, {len(one)} rows, became {list(other)}, "
                f"{len(other)} rows"
            )
            continue
        for column in one.columns:
            if column not in LEFT_OUT_COLUMNS and not is_same(one[column], other[column]):
                yield f"layer {layer}: column {column} differs"


def is_same(one: Any, other: Any) -> bool:
    """Whether two columns hold the same, moments aside."""
    if isinstance(one, gpd.GeoSeries):
        return bool(one.to_wkb().equals(other.to_wkb())) and one.crs == other.crs
    if one.dtype == object and one.map(lambda value: isinstance(value, str)).any():
        return bool(one.astype(str).map(mask).equals(other.astype(str).map(mask)))
    return bool(one.equals(other))


def compare_lines(before: Path, after: Path) -> Iterator[str]:
    """First differences between two files of text."""
    old, new = list_lines(before), list_lines(after)
    if len(old) != len(new):
        yield f"{len(old)} lines became {len(new)}"
    wrong = [(i, a, b) for i, (a, b) in enumerate(zip(old, new, strict=False), 1) if a != b]
    for i, a, b in wrong[:3]:
        yield f"line {i}: {a[:200]!r} became {b[:200]!r}"
    if len(wrong) > 3:
        yield f"and {len(wrong) - 3} more lines"


def main() -> int:
    """Print every difference; the exit status is 1 when there is one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("before", type=Path)
    parser.add_argument("after", type=Path)
    given = parser.parse_args()
    old, new = (
        {
            path.relative_to(folder)
            for path in folder.rglob("*")
            if path.is_file() and ".cache" not in path.parts
        }
        for folder in (given.before, given.after)
    )
    faults = [f"{path}: only before" for path in sorted(old - new)] + [
        f"{path}: only after" for path in sorted(new - old)
    ]
    for path in sorted(old & new):
        before, after = given.before / path, given.after / path
        if before.read_bytes() == after.read_bytes():
            continue
        compare = compare_layers if path.suffix == ".gpkg" else compare_lines
        faults += [f"{path}: {fault}" for fault in compare(before, after)]
    print("\n".join(faults))
    print(f"{len(old & new)} files compared, {len(faults)} differences")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
