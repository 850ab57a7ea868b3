"""A small map as SVG text: where those live who get to a hub, who are only called near, and who are
far from one.
"""

from __future__ import annotations

import html
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from access15.outputs.pages.basemap import ROAD_CLASSES, classify_streets
from access15.outputs.words.findings import HUB, Findings
from access15.outputs.words.numbers import format_cutoff, format_number
from access15.outputs.words.texts import clean_text, say

# from light to dark, so that they read in grey and without red or green too
REACHED, BETWEEN, FAR = "reached", "between", "far"
COLOURS: Final = {REACHED: "#9dbad6", BETWEEN: "#d9660b", FAR: "#3c0f57"}
_ROAD, _INK, _PAPER = "#dedbe3", "#1a1a1a", "#ffffff"
_SIDE: Final = 220  # cells along the longer side
_LEAST_CELL_M: Final = 6.0
_MARGIN: Final = 6  # cells around everything
_LEAST_ASPECT: Final = 1.4
# What a phone and a laptop leave the drawing, as its styles have it [px]: words on it are never
# smaller than 16.
_ROOM_PX: Final = (330.0, 288.0)
_FONT_PX: Final = 16.5
_LETTER: Final = 0.6  # of the size of a font: how wide a bold letter is at most, about
_SHORT_NAME: Final = 14  # letters that stay on one line
_HUB_PX: Final = 5.5
_STAND_IN_PX: Final = 4.0
_BESIDE_PX: Final = 9.0  # from a hub to its name
_DRAWN_ROADS: Final = ("major", "medium", "minor")


class LeftOut(NamedTuple):
    """The map, and its classes: colour and words of each."""

    svg: str
    key: list[tuple[str, str]]


@dataclass(frozen=True, eq=False)
class _Frame:
    """Metres as cells of the drawing, whose first row lies in the north."""

    west: float
    north: float
    cell_m: float
    width: int
    height: int

    @property
    def scale(self) -> float:
        """Pixels of a cell, where the drawing is smallest."""
        return min(_ROOM_PX[0] / self.width, _ROOM_PX[1] / self.height)

    def place(self, xy: NDArray[np.float64]) -> NDArray[np.float64]:
        """Points in cells."""
        x, y = xy.T
        return np.column_stack([x - self.west, self.north - y]) / self.cell_m + _MARGIN


def draw_left_out(findings: Findings, *, identifier: str) -> LeftOut | None:
    """Draw the homes of the headline's group by whether they get to a hub; None where not known."""
    gap, area = findings.gap(HUB), findings.area
    if not gap.is_known:
        return None
    cutoff_s = 60.0 * findings.last_cutoff_min
    people = area.residents[gap.group].to_numpy(dtype=np.float64)
    is_own = area.travel_time_s[gap.own_profile, HUB] <= cutoff_s
    is_claimed = area.travel_time_s[gap.claim_profile, HUB] <= cutoff_s
    classes = [is_own, is_claimed & ~is_own, ~is_claimed & ~is_own]
    key = _write_key(findings, [float(people[one].sum()) for one in classes])
    frame = _frame_homes(findings)
    at = frame.place(shapely.get_coordinates(area.residents.geometry.to_numpy()))
    title = say("left_out_title", findings.lang, area=clean_text(area.area.name, findings.lang))
    told = ". ".join(text for _, text in key)
    borders = shapely.line_merge(
        shapely.union_all(shapely.boundary(area.zones.geometry.to_numpy()))
    )
    cells = [
        # a border of two zones is one line: its dashes would fill each other's gaps
        _draw_lines(frame, np.array([borders]), _INK, dashes="3 2"),
        _draw_lines(frame, _list_roads(findings), _ROAD),
        *_draw_homes(at, people, classes),
    ]
    svg = (
        f'<svg class="left-out" role="img" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 '
        f'{frame.width * frame.scale:.1f} {frame.height * frame.scale:.1f}" '
        f'font-size="{_FONT_PX:g}" aria-labelledby="{identifier}-title {identifier}-desc">'
        f'<title id="{identifier}-title">{html.escape(title)}</title>'
        f'<desc id="{identifier}-desc">{html.escape(told)}.</desc>'
        f'<g transform="scale({frame.scale:.4f})">{"".join(cells)}</g>'
        f"{''.join(_draw_hubs(findings, frame))}</svg>"
    )
    return LeftOut(svg, key)


def _write_key(findings: Findings, people: list[float]) -> list[tuple[str, str]]:
    """Colours of the classes, with the people of each as the page writes them elsewhere."""
    lang, gap = findings.lang, findings.gap(HUB)
    reached, between, _ = map(round, people)
    if math.isclose(
        people[1], gap.people, abs_tol=1e-6
    ):  # nobody gets there at their own pace only
        between = round(gap.whole_people)
    far = max(round(sum(people)) - reached - between, 0)
    return [
        (
            COLOURS[name],
            say(
                f"left_out_{name}",
                lang,
                people=format_number(n, lang),
                cutoff=format_cutoff(findings.last_cutoff_min, lang),
                label=findings.name_profile(gap.claim_profile),
            ),
        )
        for name, n in zip(COLOURS, (reached, between, far), strict=True)
    ]


def _list_hubs(findings: Findings) -> Any:
    """The neighbourhood's hubs that have a point."""
    table = findings.area.facilities
    return table[table["is_hub"].astype(bool) & table.geometry.notna()]


def _frame_homes(findings: Findings) -> _Frame:
    """The zones, the homes and the named hubs, with a little around them."""
    area = findings.area
    hubs = _list_hubs(findings).geometry if area.area.hubs else ()
    shapes = [
        *area.zones.geometry,
        *hubs,
        shapely.multipoints(shapely.get_coordinates(area.residents.geometry.to_numpy())),
    ]
    west, south, east, north = shapely.total_bounds(shapes).tolist()
    cell_m = max(max(east - west, north - south) / _SIDE, _LEAST_CELL_M)
    width, height = (int(np.ceil(side / cell_m)) for side in (east - west, north - south))
    width, height = width + 2 * _MARGIN, height + 2 * _MARGIN
    aside = max(int(_LEAST_ASPECT * height) - width, 0)  # names have room beside a narrow one
    return _Frame(west - aside / 2 * cell_m, north, cell_m, width + aside, height)


def _list_roads(findings: Findings) -> NDArray[np.object_]:
    """The larger streets, as far as the drawing goes."""
    network, zones = findings.area.network, findings.area.zones.geometry.to_numpy()
    classes = [ROAD_CLASSES.index(name) for name in _DRAWN_ROADS]
    lines = network.lines[np.isin(classify_streets(network), classes)]
    return np.asarray(shapely.clip_by_rect(lines, *shapely.total_bounds(zones)), dtype=object)


def _draw_lines(frame: _Frame, lines: NDArray[np.object_], colour: str, *, dashes: str = "") -> str:
    """Draw lines, each vertex on a half cell."""
    parts = shapely.get_parts(shapely.simplify(lines, frame.cell_m / 2))
    paths = []
    for line in parts[~shapely.is_empty(parts)]:
        doubled = np.rint(2 * frame.place(shapely.get_coordinates(line)))
        steps = " ".join(f"{x / 2:g},{y / 2:g}" for x, y in doubled.tolist())
        paths.append(f"M{steps}")
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return f'<path d="{"".join(paths)}" fill="none" stroke="{colour}"{dashed}/>'


def _draw_homes(
    at: NDArray[np.float64],
    people: NDArray[np.float64],
    classes: list[NDArray[np.bool_]],
) -> Iterator[str]:
    """Draw the cells in which somebody lives, each as the class of most who do."""
    # 1. People of each class in every cell that somebody lives in.
    cells = np.rint(at[people > 0]).astype(np.int64)
    found, cell = np.unique(cells[:, ::-1], axis=0, return_inverse=True)
    n = np.zeros((len(classes), len(found)))
    for row, is_in in enumerate(classes):
        n[row] = np.bincount(
            cell.ravel(), weights=(people * is_in)[people > 0], minlength=len(found)
        )
    # 2. The class of most; of equally many the last, which is the worst off.
    most = len(classes) - 1 - n[::-1].argmax(axis=0)
    # 3. Cells side by side of one class are one stroke, whose round ends make dots of single ones.
    for row, colour in enumerate(COLOURS.values()):
        y, x = found[most == row].T
        is_first = np.ones(len(y), dtype=bool)
        is_first[1:] = (np.diff(y) != 0) | (np.diff(x) != 1)
        first = np.flatnonzero(is_first)
        length = np.diff(np.append(first, len(y))) - 1
        runs = zip(x[first].tolist(), y[first].tolist(), length.tolist(), strict=True)
        drawn = "".join(f"M{x} {y}h{n}" for x, y, n in runs)
        yield f'<path d="{drawn}" stroke="{colour}" stroke-width="2.4" stroke-linecap="round"/>'


def _draw_hubs(findings: Findings, frame: _Frame) -> Iterator[str]:
    """Draw the hubs, and the names that have room, which the paper's colour keeps off what lies
    beneath. Places that stand in for hubs are many: smaller, and without names.
    """
    table, room, area = _list_hubs(findings), frame.width * frame.scale, findings.area.area
    radius = _HUB_PX if area.hubs else _STAND_IN_PX
    places = frame.scale * frame.place(shapely.get_coordinates(table.geometry.to_numpy()))
    taken: list[shapely.Geometry] = []
    for (x, y), name in zip(places.tolist(), table["name"], strict=True):
        if not (
            radius <= x <= room - radius and radius <= y <= frame.height * frame.scale - radius
        ):
            continue
        yield (
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:g}" fill="{_INK}" stroke="{_PAPER}" '
            f'stroke-width="2"/>'
        )
        if not area.hubs:
            continue
        lines = _split_name(clean_text(name, findings.lang, limit=40))
        width = max(map(len, lines)) * _LETTER * _FONT_PX
        top = y - len(lines) * _FONT_PX / 2
        for anchor, left in (("start", x + _BESIDE_PX), ("end", x - _BESIDE_PX - width)):
            box = shapely.box(left, top, left + width, top + len(lines) * _FONT_PX)
            is_inside = left >= 0 and left + width <= room
            if is_inside and not any(box.intersects(other) for other in taken):
                taken.append(box)
                yield from _write_lines(
                    lines, left if anchor == "start" else left + width, top, anchor
                )
                break


def _split_name(name: str) -> list[str]:
    """A name on one line, or on two about as long."""
    words = name.split()
    if len(name) <= _SHORT_NAME or len(words) == 1:
        return [name]
    cuts = [(" ".join(words[:i]), " ".join(words[i:])) for i in range(1, len(words))]
    return list(min(cuts, key=lambda pair: max(map(len, pair))))


def _write_lines(lines: list[str], x: float, top: float, anchor: str) -> Iterator[str]:
    """Write lines of a name below one another."""
    for i, line in enumerate(lines):
        yield (
            f'<text x="{x:.1f}" y="{top + (i + 0.8) * _FONT_PX:.1f}" text-anchor="{anchor}" '
            f'font-weight="700" fill="{_INK}" stroke="{_PAPER}" stroke-width="4" '
            f'stroke-linejoin="round" paint-order="stroke">'
            f"{html.escape(line, quote=False)}</text>"
        )
