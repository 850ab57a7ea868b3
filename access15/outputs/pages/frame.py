"""A frame of walks on a map that needs no internet: what `explore` shows in a notebook."""

from __future__ import annotations

import hashlib
import html
from collections.abc import Sequence
from typing import Any, Final

import folium
import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from access15.config import Lang, load_profiles
from access15.core.streets.network import WalkNetwork
from access15.crs import LONLAT
from access15.outputs.pages.folium_map import OfflineMap
from access15.outputs.pages.map_data import PAPER, blend_on_paper, pick_band_colours
from access15.outputs.pages.offline import Verbatim
from access15.outputs.words.numbers import format_cutoff, format_number
from access15.outputs.words.texts import clean_text, say, say_or

_MOST_CLASSES: Final = 6
_STEP_MIN: Final = 5.0
_DEGREES: Final = 6  # digits behind the point: a decimetre
_AROUND: Final = 0.4  # of the frame's extent, and at least; streets that are seen around it
_AROUND_DEG: Final = 0.003
_SIMPLIFY_DEG: Final = 0.00001
_UNREACHED: Final = "#8a857c"
_STREET: Final = "#cfc8ba"
_STYLE: Final = """
<style>
html, body { height: 100%; margin: 0; }
.folium-map { height: 100%; background: PAPER; }
.access15-key { position: absolute; z-index: 1000; left: 12px; bottom: 24px; padding: 8px 12px;
  background: var(--paper); color: var(--ink); border-radius: var(--radius);
  font: var(--text-sm)/var(--line-height) var(--letters); box-shadow: var(--shadow);
  max-width: 18em; }
.access15-key h1 { font-size: var(--text); margin: 0 0 var(--space-1); }
.access15-key ul { list-style: none; margin: 0; padding: 0; }
.access15-key i { display: inline-block; width: 14px; height: 14px; margin-right: 8px;
  vertical-align: -2px; border: 1px solid #3b0a5c; }
.access15-key p { margin: var(--space-1) 0 0; }
</style>
"""


def draw_frame(
    frame: gpd.GeoDataFrame, network: WalkNetwork | None, *, lang: Lang = "it"
) -> folium.Map:
    """Draw a frame with ``minutes`` on its streets; the same frame gives the same page."""
    shown = gpd.GeoDataFrame(frame).copy()
    shown = shown[shown.geometry.notna() & ~shown.geometry.is_empty].to_crs(LONLAT)
    west, south, east, north = _bound(shown, network)
    title = _name(frame, lang)
    drawn = OfflineMap(
        name=f"frame_{_hash(frame)}",
        title=title,
        lang=lang,
        location=[(south + north) / 2, (west + east) / 2],
        zoom_start=14,
        zoom_snap=0.25,
        zoom_animation=False,
        min_zoom=8,
        max_zoom=20,
    )
    drawn.options["min_zoom"], drawn.options["max_zoom"] = 8, 20
    if network is not None:
        _add_streets(drawn, network, (west, south, east, north))
    steps = _list_steps(shown)
    colours = pick_band_colours(max(len(steps), 1))
    which = _classify(shown, steps)
    labels = _label_rows(shown, lang)
    # the longest walk first, so that shorter ones lie above it
    for step in [-1, *range(len(steps))[::-1]]:
        own = np.flatnonzero(which == step)
        colour = _UNREACHED if step < 0 else colours[step]
        _add_rows(drawn, shown.geometry.to_numpy()[own], [labels[row] for row in own], colour)
    swatches = [
        (colour, say("frame_upto", lang, time=format_cutoff(step, lang)))
        for step, colour in zip(steps, colours, strict=False)
    ]
    if (which < 0).any():
        swatches.append((_UNREACHED, say("frame_unreached", lang)))
    figure: Any = drawn.get_root()
    key = _write_key(title, swatches, _list_facts(frame, lang))
    figure.html.add_child(Verbatim(key), name="access15_key")
    figure.header.add_child(Verbatim(_STYLE.replace("PAPER", PAPER)), name="access15_style")
    if len(shown):
        west, south, east, north = shown.total_bounds.tolist()
    drawn.fit_bounds([[south, west], [north, east]], padding=(24, 24), max_zoom=17)
    _number(drawn)
    return drawn


def _number(drawn: OfflineMap) -> None:
    """Number what is on a map, so that the same map is the same page."""
    inside: list[Any] = list(drawn._children.values())
    for number, element in enumerate(inside):
        element._id = str(number)
        inside += element._children.values()


def _bound(shown: gpd.GeoDataFrame, network: WalkNetwork | None) -> tuple[float, ...]:
    """Box around a frame, or around its streets where it is empty [degrees]."""
    shapes: Any = shown.geometry
    if len(shown) == 0 and network is not None:
        shapes = gpd.GeoSeries(network.lines, crs=network.crs).to_crs(LONLAT)
    if len(shapes) == 0:
        return (-180.0, -60.0, 180.0, 75.0)
    west, south, east, north = (float(value) for value in shapes.total_bounds)
    wide = max(_AROUND * max(east - west, north - south), _AROUND_DEG)
    return west - wide, south - wide, east + wide, north + wide


def _hash(frame: gpd.GeoDataFrame) -> str:
    """What frames with the same shapes share, as identifiers in a page."""
    digest = hashlib.sha256(b"".join(one or b"" for one in frame.geometry.to_wkb()))
    return digest.hexdigest()[:8]


def _name(frame: gpd.GeoDataFrame, lang: Lang) -> str:
    """Title of a map: of whom."""
    walker = str(frame.attrs.get("profile", ""))
    if not walker:
        return say("frame_minutes", lang)
    known = load_profiles()
    named = known[walker].label.in_lang(lang) if walker in known else walker
    return say("frame_title", lang, walker=clean_text(named, lang).lower())


def _add_streets(
    drawn: OfflineMap, network: WalkNetwork, box: tuple[float, float, float, float] | Any
) -> None:
    """Streets of a box, pale."""
    lines = gpd.GeoSeries(network.lines[network.is_mapped], crs=network.crs).to_crs(LONLAT)
    near = shapely.clip_by_rect(lines.to_numpy(), *box)
    near = shapely.simplify(near[~shapely.is_empty(near)], _SIMPLIFY_DEG)
    _add_shapes(drawn, near, {"color": _STREET, "weight": 1, "interactive": False})


def _list_steps(shown: gpd.GeoDataFrame) -> list[float]:
    """Ends of the classes of minutes, rising: those of the frame where they are few."""
    minutes = _read_minutes(shown)
    found = np.unique(minutes[np.isfinite(minutes)])
    if len(found) == 0:
        return []
    if len(found) <= _MOST_CLASSES and (found == np.round(found, 1)).all():
        return [float(one) for one in found]
    most = _STEP_MIN * np.ceil(found[-1] / _STEP_MIN)
    n = min(_MOST_CLASSES, int(most / _STEP_MIN))
    ends = [_STEP_MIN * (i + 1) for i in range(n)]
    return ends if ends[-1] >= found[-1] else [*ends[:-1], float(np.ceil(found[-1]))]


def _read_minutes(shown: gpd.GeoDataFrame) -> NDArray[np.float64]:
    """Minutes of every row, NaN where there are none."""
    if "minutes" not in shown:
        return np.zeros(len(shown))
    minutes: Any = pd.to_numeric(shown["minutes"], errors="coerce")
    return np.asarray(minutes.to_numpy(dtype=np.float64))


def _classify(shown: gpd.GeoDataFrame, steps: Sequence[float]) -> NDArray[np.int64]:
    """Class of every row, -1 where it is not reached."""
    minutes = _read_minutes(shown)
    status = shown["status"].to_numpy() if "status" in shown else np.full(len(shown), "ok")
    is_reached = np.isfinite(minutes) & (status == "ok")
    return np.where(is_reached, np.searchsorted(steps, minutes), -1)


def _label_rows(shown: gpd.GeoDataFrame, lang: Lang) -> list[str]:
    """What is read at each row: its label, its minutes, its street."""
    minutes = _read_minutes(shown)
    streets = shown["street"].to_numpy() if "street" in shown else np.full(len(shown), "")
    told = []
    for label, walk, street in zip(shown.index, minutes, streets, strict=True):
        time = say("frame_unreached", lang)
        if np.isfinite(walk):
            time = format_cutoff(round(float(walk), 1), lang)
        named = clean_text(street, lang) or clean_text(label, lang)
        told.append(f"{html.escape(named)}: {html.escape(time)}")
    return told


def _add_rows(
    drawn: OfflineMap, shapes: NDArray[np.object_], labels: list[str], colour: str
) -> None:
    """Rows of one class: points as dots, lines as lines, land as land."""
    kinds = shapely.get_dimensions(shapes)
    land = {"color": colour, "weight": 1.5, "fillColor": colour, "fillOpacity": 0.45}
    for dimension, style in ((2, land), (1, {"color": colour, "weight": 4, "opacity": 0.9})):
        own = np.flatnonzero(kinds == dimension)
        _add_shapes(drawn, shapes[own], style, [labels[row] for row in own])
    for row in np.flatnonzero(kinds == 0).tolist():
        for x, y in shapely.get_coordinates(shapes[row]).round(_DEGREES).tolist():
            dot: Any = folium.CircleMarker(
                (y, x), radius=4, color="#1f1b16", weight=1, fill_color=colour, fill_opacity=0.9
            )
            drawn.add_child(dot.add_child(folium.Tooltip(labels[row], sticky=False)))


def _add_shapes(
    drawn: OfflineMap,
    shapes: NDArray[np.object_],
    style: dict[str, Any],
    labels: Sequence[str] = (),
) -> None:
    """Shapes of one style as one layer."""
    if len(shapes) == 0:
        return
    rounded = shapely.transform(shapes, lambda xy: xy.round(_DEGREES))
    named = labels or [""] * len(shapes)
    features = [
        {"type": "Feature", "properties": {"told": told}, "geometry": shape.__geo_interface__}
        for told, shape in zip(named, rounded, strict=True)
    ]
    tooltip = folium.GeoJsonTooltip(["told"], labels=False) if labels else None
    layer = folium.GeoJson(
        {"type": "FeatureCollection", "features": features},
        style_function=lambda _: style,
        tooltip=tooltip,
        embed=True,
    )
    drawn.add_child(layer)


def _list_facts(frame: gpd.GeoDataFrame, lang: Lang) -> list[str]:
    """At which pace, and from which streets."""
    facts = []
    if "pace_ms" in frame.attrs:
        pace = format_number(frame.attrs["pace_ms"], lang, decimals=2)
        facts.append(say("frame_pace", lang, pace=pace))
    kind, _, name = str(frame.attrs.get("network", "")).partition(": ")
    facts.append(clean_text(f"{say_or(f'network_{kind}', lang, kind)} {name}", lang))
    if frame.attrs.get("heights"):
        names = clean_text(frame.attrs["heights"], lang, limit=200)
        facts.append(say("slopes_from", lang, names=names))
    if frame.attrs.get("network_date"):
        date = clean_text(frame.attrs["network_date"], lang)
        facts.append(say("frame_dated", lang, date=date))
    facts.append(clean_text(frame.attrs.get("licence", ""), lang))
    return [one for one in facts if one]


def _write_key(title: str, swatches: Sequence[tuple[str, str]], facts: Sequence[str]) -> str:
    """What the colours mean, of whom, and from which streets."""
    items = "".join(
        f'<li><i style="background:{blend_on_paper(colour)}"></i>{html.escape(text)}</li>'
        for colour, text in swatches
    )
    told = "; ".join(html.escape(one) for one in facts)
    return (
        f'<div class="access15-key"><h1>{html.escape(title)}</h1><ul>{items}</ul>'
        f"<p>{told}</p></div>"
    )
