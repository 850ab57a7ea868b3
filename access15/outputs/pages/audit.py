"""The walk-audit sheet: a map with numbered stops, and a card of check boxes and a code for each.

A4, one side a page: the map, then five stops a side.
"""

from __future__ import annotations

import html
from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import shapely
import shapely.affinity
from numpy.typing import NDArray

from access15.config import Lang
from access15.outputs.pages.basemap import ROAD_CLASSES, classify_streets
from access15.outputs.pages.offline import assemble_page, fill_template, read_asset
from access15.outputs.pages.qr import list_dark_runs
from access15.outputs.words.barriers import (
    describe_move,
    name_people,
    name_street,
    name_walker,
)
from access15.outputs.words.dates import describe_moment, format_date
from access15.outputs.words.numbers import (
    format_count,
    format_cutoff,
    format_number,
    format_pace,
)
from access15.outputs.words.texts import capitalise, clean_text, say, say_remark
from access15.outputs.words.voice import choose_voice_of_methods
from access15.results.audit import CHECKS, AuditFindings, Stop

_STYLES: Final = ("styles/page.css", "styles/audit.css")
_A_SIDE: Final = 5  # stops on a side of A4
_TWO_LINES: Final = 80  # signs of a place: five stops with longer ones do not fit on a side
# The map on paper, and what it is drawn in [mm].
_MAP_MM: Final = (186.0, 196.0)
_MARGIN_MM: Final = 14.0
_LEAST_MM_M: Final = 0.5  # a metre is drawn no larger, however near the stops lie
_BADGE_MM: Final = 4.6
_PLACE_MM: Final = 2.6
_SCALES_M: Final = (500, 200, 100, 50, 20)
_SCALE_MM: Final = 50.0  # the bar is the longest that is no longer
_NAME_MM: Final = 3.6
_LETTER: Final = 0.55  # of the size of a font: how wide a letter is, about
_NAMED: Final = ("major", "medium", "minor", "service")
_SHARES: Final = (0.5, 0.35, 0.65, 0.2, 0.8, 0.1, 0.9)  # of a street: where its name may stand
_STRAIGHT: Final = 0.95  # a name lies on a chord no shorter than this of its own width
_WIDTHS_MM: Final = {"major": 2.2, "medium": 1.7, "minor": 1.2, "service": 0.6, "foot": 0.45}
_INK, _PAPER, _ROAD, _WATER, _GREEN, _BUILDING = (
    *("#1a1a1a", "#ffffff", "#bdb8c6", "#cfe2f0", "#dfeedd", "#efedf2"),
)
_NAME_LOOKS: Final = (
    f'font-size="{_NAME_MM:g}" dy="0.35em" fill="{_INK}" stroke="{_PAPER}" stroke-width="0.9" '
    f'paint-order="stroke" stroke-linejoin="round"'
)


def render_audit(findings: AuditFindings, *, lang: Lang = "it") -> str:
    """Write the sheet; it needs no internet and runs no script."""
    lang = choose_voice_of_methods([findings.method], lang)
    area = clean_text(findings.area.area.name, lang)
    title = say("audit_title", lang, area=area)
    numbered = list(enumerate(findings.stops, start=1))
    sides = [numbered[i : i + _A_SIDE] for i in range(0, len(numbered), _A_SIDE)]
    body = fill_template(
        "audit.html.j2",
        say=lambda key: say(key, lang),
        title=title,
        lead=format_count("audit_lead", len(findings.stops), lang),
        whom=_describe_whom(findings, lang),
        moment=describe_moment(findings.at, lang),
        map=_draw_map(findings, lang),
        data=say(
            "audit_data",
            lang,
            streets=clean_text(say_remark(findings.source, lang), lang, limit=200),
            date=format_date(findings.created, lang),
        ),
        sides=[
            {
                "label": say("audit_page", lang, title=title, page=page, pages=len(sides) + 1),
                "stops": [_describe_stop(number, stop, lang) for number, stop in side],
            }
            for page, side in enumerate(sides, start=2)
        ],
    )
    head = "\n".join(f"<style>\n{read_asset(name)}</style>" for name in _STYLES)
    return assemble_page(title=title, lang=lang, head=head, body=body)


def _describe_whom(findings: AuditFindings, lang: Lang) -> str:
    """Say who walks where, and how many get there as far as anything is known."""
    return say(
        "audit_whom",
        lang,
        who=name_walker(findings.profile, lang),
        pace=format_pace(findings.profile, lang),
        cutoff=format_cutoff(findings.cutoff_min, lang),
        service=clean_text(findings.service.in_lang(lang), lang),
        within=format_number(findings.within, lang),
        people_n=format_number(findings.n_people, lang),
        people=name_people(findings, lang),
    )


def _describe_stop(number: int, stop: Stop, lang: Lang) -> dict[str, Any]:
    """A stop's card: where, what depends on it, what to look at, and its code."""
    where = name_street(stop.street, lang, is_near=stop.is_near)
    if stop.place:
        place = clean_text(stop.place, lang, limit=60)
        where = f"{say('audit_door_of', lang, place=place)}, {where}"
    return {
        "number": number,
        "where": capitalise(clean_text(where, lang, limit=_TWO_LINES)),
        "move": describe_move(stop, lang),
        "checks": [
            {
                "name": say(f"audit_check_{check}", lang),
                "is_asked": check in stop.checks,
                "answers": say(f"audit_answers_{check}", lang).split("|"),
            }
            for check in CHECKS
        ],
        "code": _draw_code(stop.geo, say("audit_qr", lang, number=number)),
        "position": f"{stop.lat:.5f}, {stop.lon:.5f}",
    }


def _draw_code(text: str, label: str) -> str:
    """A QR code as SVG, a cell a unit."""
    rows = list_dark_runs(text, border=2)
    drawn = "".join(
        f"M{start} {y}h{end - start}v1h{start - end}z"
        for y, runs in enumerate(rows)
        for start, end in runs
    )
    n = len(rows)
    return (
        f'<svg class="code" role="img" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {n} {n}" '
        f'aria-label="{html.escape(label)}"><path d="{drawn}" fill="#000000" '
        f'shape-rendering="crispEdges"/></svg>'
    )


class _Frame:
    """Metres of the streets as millimetres of the map, north above."""

    def __init__(self, xy: NDArray[np.float64]) -> None:
        low, high = xy.min(axis=0), xy.max(axis=0)
        room = np.array(_MAP_MM) - 2 * _MARGIN_MM
        self.mm_m = min(_LEAST_MM_M, float((room / np.maximum(high - low, 1.0)).min()))
        self._middle = (low + high) / 2

    @property
    def box(self) -> tuple[float, float, float, float]:
        """West, south, east and north of the map [m]."""
        half = np.array(_MAP_MM) / 2 / self.mm_m
        (west, south), (east, north) = self._middle - half, self._middle + half
        return float(west), float(south), float(east), float(north)

    def place(self, xy: NDArray[np.float64]) -> NDArray[np.float64]:
        """Points in millimetres."""
        at = (xy - self._middle) * self.mm_m * np.array([1.0, -1.0])
        return np.asarray(at + np.array(_MAP_MM) / 2)


def _draw_map(findings: AuditFindings, lang: Lang) -> str:
    """The map as SVG: streets, the places walked to, and the stops by their numbers."""
    area = findings.area
    places = shapely.get_coordinates(area.facilities.geometry.iloc[list(findings.rows)].to_numpy())
    stops = np.array([stop.xy for stop in findings.stops])
    frame = _Frame(stops)
    at = frame.place(stops)
    badges = _spread(at, frame.place(places))
    title = say("audit_map", lang)
    told = "; ".join(
        f"{number}. {name_street(stop.street, lang, is_near=stop.is_near)}"
        for number, stop in enumerate(findings.stops, start=1)
    )
    scale, room = _draw_scale(frame, lang)
    taken = [*(shapely.Point(xy).buffer(_BADGE_MM) for xy in (*badges, *at)), *room]
    parts = [
        *_draw_ground(findings, frame),
        *_draw_places(findings, frame, taken, lang),
        *_draw_names(findings, frame, taken, lang),
        *_draw_stops(at, badges),
        scale,
    ]
    width, height = _MAP_MM
    return (
        f'<svg class="map" role="img" xmlns="http://www.w3.org/2000/svg" '
        f'viewBox="0 0 {width:g} {height:g}" aria-labelledby="map-title map-desc">'
        f'<title id="map-title">{html.escape(title)}</title>'
        f'<desc id="map-desc">{html.escape(told)}</desc>{"".join(parts)}</svg>'
    )


def _draw_ground(findings: AuditFindings, frame: _Frame) -> Iterator[str]:
    """Green, water, buildings and streets."""
    area, box = findings.area, frame.box
    under = area.backdrop
    for shapes, colour in (
        (under.green, _GREEN),
        (under.water, _WATER),
        (under.buildings, _BUILDING),
    ):
        areas = [shape for shape in shapes if shape is not None and shape.geom_type != "LineString"]
        clipped = shapely.clip_by_rect(np.array(areas, dtype=object), *box)
        yield f'<path d="{_outline(frame, clipped)}" fill="{colour}" fill-rule="evenodd"/>'
    classes = classify_streets(area.network)
    for name, width in reversed(_WIDTHS_MM.items()):
        lines = area.network.lines[classes == ROAD_CLASSES.index(name)]
        drawn = _outline(frame, shapely.clip_by_rect(lines, *box))
        dashes = ' stroke-dasharray="1.2 0.8"' if name == "foot" else ""
        yield (
            f'<path d="{drawn}" fill="none" stroke="{_ROAD}" stroke-width="{width:g}" '
            f'stroke-linejoin="round"{dashes}/>'
        )
    steps = area.network.lines[classes == ROAD_CLASSES.index("steps")]
    drawn = _outline(frame, shapely.clip_by_rect(steps, *box))
    yield (
        f'<path d="{drawn}" fill="none" stroke="{_INK}" stroke-width="1.4" '
        f'stroke-dasharray="0.4 0.5"/>'
    )


def _outline(frame: _Frame, shapes: NDArray[np.object_]) -> str:
    """Lines and outlines as a path, each vertex on a tenth of a millimetre."""
    parts = shapely.get_parts(shapely.simplify(shapes, 0.1 / frame.mm_m))
    paths = []
    for part in parts[~shapely.is_empty(parts)]:
        rings = [part]
        if part.geom_type == "Polygon":
            rings = [part.exterior, *part.interiors]
        for ring in rings:
            at = frame.place(shapely.get_coordinates(ring)).round(1).tolist()
            if len(at) > 1:
                paths.append("M" + " ".join(f"{x:g},{y:g}" for x, y in at))
    return "".join(paths)


def _draw_names(
    findings: AuditFindings, frame: _Frame, taken: list[shapely.Geometry], lang: Lang
) -> Iterator[str]:
    """Names of streets along them, the streets of the stops first, none on another."""
    network = findings.area.network
    classes = classify_streets(network)
    is_road = np.isin(classes, [ROAD_CLASSES.index(name) for name in _NAMED])
    is_seen = shapely.intersects(network.lines, shapely.box(*frame.box))
    rows = np.flatnonzero(is_road & is_seen & (network.street > 0))
    asked = {name for stop in findings.stops for name in stop.street.split(" / ")}
    streets = []
    for street in np.unique(network.street[rows]).tolist():
        own = rows[network.street[rows] == street]
        pieces = shapely.clip_by_rect(network.lines[own], *frame.box)
        joined = shapely.get_parts(shapely.line_merge(shapely.union_all(pieces)))
        longest = max(joined, key=lambda one: float(one.length))
        name = network.street_names[street]
        streets.append((name not in asked, int(classes[own].min()), -longest.length, name, longest))
    for *_, name, line in sorted(streets, key=lambda one: one[:4]):
        text = clean_text(name, lang, limit=40)
        placed = _place_name(frame, line, len(text) * _LETTER * _NAME_MM, taken)
        if placed is not None:
            x, y, angle = placed
            yield (
                f'<text transform="translate({x:.1f} {y:.1f}) rotate({angle:.1f})" '
                f'text-anchor="middle" {_NAME_LOOKS}>{html.escape(text)}</text>'
            )


def _place_name(
    frame: _Frame, line: shapely.LineString, wide: float, taken: list[shapely.Geometry]
) -> tuple[float, float, float] | None:
    """Where a name has room along a street, and its turn in degrees; None where it has none."""
    half = wide / 2 / frame.mm_m
    for share in _SHARES:
        at = share * line.length
        if not half <= at <= line.length - half:
            continue
        points = [line.interpolate(m) for m in (at, at - half, at + half)]
        (x, y), (x0, y0), (x1, y1) = frame.place(shapely.get_coordinates(points)).tolist()
        if np.hypot(x1 - x0, y1 - y0) < _STRAIGHT * wide:
            continue
        angle = float(np.degrees(np.arctan2(y1 - y0, x1 - x0)))
        angle = (angle + 90.0) % 180.0 - 90.0
        box = shapely.box(x - wide / 2, y - _NAME_MM / 2, x + wide / 2, y + _NAME_MM / 2)
        box = shapely.affinity.rotate(box, angle, origin=(x, y))
        if not any(box.intersects(other) for other in taken):
            taken.append(box)
            return x, y, angle
    return None


def _draw_places(
    findings: AuditFindings, frame: _Frame, taken: list[shapely.Geometry], lang: Lang
) -> Iterator[str]:
    """The places walked to: white squares with a dark rim, and the names that have room."""
    table = findings.area.facilities.iloc[list(findings.rows)]
    at = frame.place(shapely.get_coordinates(table.geometry.to_numpy()))
    half = _PLACE_MM
    for (x, y), name in zip(at.tolist(), table["name"], strict=True):
        if not (0 <= x <= _MAP_MM[0] and 0 <= y <= _MAP_MM[1]):
            continue
        yield (
            f'<rect x="{x - half:.1f}" y="{y - half:.1f}" width="{2 * half:g}" '
            f'height="{2 * half:g}" fill="{_PAPER}" stroke="{_INK}" stroke-width="1"/>'
        )
        taken.append(shapely.box(x - half, y - half, x + half, y + half))
        text = clean_text(name, lang, limit=40)
        wide, left = len(text) * _LETTER * _NAME_MM, x + half + 1.5
        for anchor, start in (("start", left), ("end", x - half - 1.5 - wide)):
            box = shapely.box(start, y - _NAME_MM / 2, start + wide, y + _NAME_MM / 2)
            is_inside = start >= 0 and start + wide <= _MAP_MM[0]
            if is_inside and not any(box.intersects(other) for other in taken):
                taken.append(box)
                yield (
                    f'<text x="{start if anchor == "start" else start + wide:.1f}" y="{y:.1f}" '
                    f'text-anchor="{anchor}" font-weight="700" {_NAME_LOOKS}>'
                    f"{html.escape(text)}</text>"
                )
                break


def _draw_stops(at: NDArray[np.float64], badges: NDArray[np.float64]) -> Iterator[str]:
    """Stops as large dark numbers, with a line to the place where a number had to make room."""
    for number, ((x, y), (bx, by)) in enumerate(
        zip(at.tolist(), badges.tolist(), strict=True), start=1
    ):
        yield (
            f'<path d="M{x:.1f} {y:.1f}L{bx:.1f} {by:.1f}" stroke="{_INK}" stroke-width="0.7"/>'
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="1.1" fill="{_INK}"/>'
            f'<circle cx="{bx:.1f}" cy="{by:.1f}" r="{_BADGE_MM:g}" fill="{_INK}" '
            f'stroke="{_PAPER}" stroke-width="0.7"/>'
            f'<text x="{bx:.1f}" y="{by:.1f}" dy="0.36em" font-size="5.6" font-weight="700" '
            f'text-anchor="middle" fill="{_PAPER}">{number}</text>'
        )


def _spread(at: NDArray[np.float64], places: NDArray[np.float64]) -> NDArray[np.float64]:
    """Numbers pushed apart until none lies on another or on a place walked to, within the map."""
    n, apart = len(at), 2 * _BADGE_MM + 0.8
    everything = np.concatenate([at, places])
    # a place keeps a smaller room than a number
    wanted = np.full((n, len(everything)), apart)
    wanted[:, n:] = _BADGE_MM + 2 * _PLACE_MM
    order = np.sign(np.arange(n)[:, None] - np.arange(len(everything))[None])
    for _ in range(200):
        gap = everything[:n, None] - everything[None]
        away = np.hypot(gap[..., 0], gap[..., 1])
        away[np.arange(n), np.arange(n)] = np.inf
        if (away >= wanted).all():
            break
        # two at one place part to the sides, by their numbers
        aside = np.stack([order, np.zeros_like(order)], axis=-1)
        unit = np.where(away[..., None] > 1e-9, gap / np.maximum(away, 1e-9)[..., None], aside)
        push = np.maximum(wanted - away, 0.0)[..., None]
        everything[:n] += 0.4 * (unit * push).sum(axis=1)
        most = np.array(_MAP_MM) - _BADGE_MM - 1
        everything[:n] = np.clip(everything[:n], _BADGE_MM + 1, most)
    return everything[:n]


def _draw_scale(frame: _Frame, lang: Lang) -> tuple[str, list[shapely.Geometry]]:
    """A bar of metres, and where north is, with the room that they take."""
    fits = [metres for metres in _SCALES_M if metres * frame.mm_m <= _SCALE_MM]
    metres = fits[0] if fits else _SCALES_M[-1]
    long, bottom = metres * frame.mm_m, _MAP_MM[1] - 6.0
    told = say("audit_scale", lang, metres=format_number(metres, lang))
    room = [
        shapely.box(3, bottom - 7, long + 29, bottom + 4),
        shapely.box(_MAP_MM[0] - 14, 0, _MAP_MM[0], 22),
    ]
    drawn = (
        f'<rect x="3" y="{bottom - 7:g}" width="{long + 26:.1f}" height="11" fill="{_PAPER}" '
        f'fill-opacity="0.9"/>'
        f'<path d="M6 {bottom - 2:g}v2h{long:.1f}v-2" fill="none" stroke="{_INK}" '
        f'stroke-width="0.8"/>'
        f'<text x="{long + 8:.1f}" y="{bottom:g}" font-size="4.4" fill="{_INK}">'
        f"{html.escape(told)}</text>"
        f'<path d="M{_MAP_MM[0] - 8:g} 14v-9m-2.4 3.2l2.4 -3.4l2.4 3.4" fill="none" '
        f'stroke="{_INK}" stroke-width="0.9"/>'
        f'<text x="{_MAP_MM[0] - 8:g}" y="19.5" font-size="5" font-weight="700" '
        f'text-anchor="middle" fill="{_INK}">{html.escape(say("audit_north", lang))}</text>'
    )
    return drawn, room
