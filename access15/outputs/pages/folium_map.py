"""The map of one neighbourhood: a Folium map that works without internet and takes further Folium
layers.
"""

from __future__ import annotations

import html
import math
from collections.abc import Mapping
from typing import Any, Final

import folium
from branca.element import Element
from folium.map import Layer
from folium.template import Template

from access15.config import Category, Lang
from access15.errors import ConfigError, MissingOfflineAssetError
from access15.outputs.pages.curves import draw_gap_curves
from access15.outputs.pages.doors import list_signs
from access15.outputs.pages.map_data import (
    BAND_OUTLINE,
    DOT_COLOURS,
    DOT_RADIUS,
    DOT_SAMPLES,
    blend_on_paper,
    build_map_data,
    dot_unit,
    pick_band_colours,
)
from access15.outputs.pages.modules import start_module
from access15.outputs.pages.offline import (
    OfflineFigure,
    Verbatim,
    dump_json,
    fill_template,
    read_asset,
)
from access15.outputs.words.dates import describe_moment, format_title
from access15.outputs.words.findings import Findings
from access15.outputs.words.groups import group_targets
from access15.outputs.words.legend import choose_profile, list_undrawn, name_cutoff
from access15.outputs.words.numbers import format_cutoff, format_number, format_pace
from access15.outputs.words.sources import list_sources, list_warnings
from access15.outputs.words.texts import clean_text, say
from access15.remarks import Remark
from access15.results.run import RunResult

_STYLES: Final = tuple(f"styles/{name}.css" for name in ("page", "map", "paper", "house"))
_DATA_ID: Final = "access15-data"
_TILES: Final = "https://tile.openstreetmap.org/{z}/{x}/{y}.png"
_TILES_HOST: Final = "https://tile.openstreetmap.org"


class OfflineMap(folium.Map):  # type: ignore[misc, unused-ignore]
    """A Folium map whose page asks nobody for anything.

    Parameters
    ----------
    name : str
        Makes the identifiers in the page: the same name gives the same page.
    title : str
        Title of the page, plain text.
    lang : {"it", "en"}
        Language of the page.
    image_hosts : tuple of str
        Where images may come from, for an optional layer of tiles.
    **options : object
        Options of `folium.Map`; tiles are off.
    """

    default_js = [link for link in folium.Map.default_js if link[0] == "leaflet"]  # noqa: RUF012
    default_css = [link for link in folium.Map.default_css if link[0] == "leaflet_css"]  # noqa: RUF012

    def __init__(
        self,
        *,
        name: str,
        title: str,
        lang: Lang,
        image_hosts: tuple[str, ...] = (),
        **options: Any,
    ) -> None:
        super().__init__(tiles=None, **options)
        self._id = name
        figure = OfflineFigure(title=title, lang=lang, image_hosts=image_hosts)
        figure.add_child(self)

    def render(self, **kwargs: Any) -> str:
        """Render into the page; layers added since are offered too."""
        if any(isinstance(element, folium.Icon) for element in _walk(self)):
            raise MissingOfflineAssetError(Remark("icon_online"))
        for key, child in list(self._children.items()):
            if isinstance(child, folium.LayerControl):  # after every layer it lists
                self._children.move_to_end(key)
        super().render(**kwargs)  # type: ignore[no-untyped-call, unused-ignore]
        return ""


def _walk(element: Element) -> list[Element]:
    """List an element and all that it holds."""
    return [element, *(found for child in element._children.values() for found in _walk(child))]


class _Panel(Element):  # type: ignore[misc, unused-ignore]
    """What stands before the map in the page: style, panel, data, and the module that starts it."""

    def __init__(self, panel: str, data: Mapping[str, Any], call: str) -> None:
        super().__init__()
        self.head = "\n".join(f"<style>\n{read_asset(name)}</style>" for name in _STYLES)
        data_script = f'<script type="application/json" id="{_DATA_ID}">{dump_json(data)}</script>'
        self.body = f"{panel}\n{data_script}"
        self.call = call

    def render(self, **_: Any) -> str:
        """Put style, panel, data and module into the page."""
        figure: Any = self.get_root()
        module = start_module("map/page.js", self.call, handle="access15_page")
        figure.header.add_child(Verbatim(self.head), name="access15_style")
        figure.html.add_child(Verbatim(self.body), name="access15_panel")
        figure.html.add_child(module, name="access15_module")
        return ""


class _PageLayer(Layer):  # type: ignore[misc, unused-ignore]
    """A group that Folium adds and offers, and that the page's own module fills."""

    _template = Template(
        "{% macro script(this, kwargs) %}var {{ this.get_name() }} = L.layerGroup();{% endmacro %}"
    )

    def __init__(self, identifier: str, label: str, *, show: bool = True, sign: str = "") -> None:
        super().__init__(name=sign + _as_markup(label), overlay=True, control=True, show=show)
        self._name, self._id = "layer", identifier


class _LayerControl(folium.LayerControl):  # type: ignore[misc, unused-ignore]
    """The control that offers every layer, closed until somebody opens it."""

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "var {{ this.get_name() }} = L.control.layers({}, { "
        "{% for label, layer in this.overlays.items() %}{{ label|tojson }}: {{ layer }}, {% endfor "
        "%}"
        "}, {{ this.options|tojavascript }}).addTo({{ this._parent.get_name() }});"
        "{% endmacro %}"
    )

    def __init__(self) -> None:
        super().__init__(position="topright", collapsed=True)
        self._id = "layers"


def draw_map(
    result: RunResult,
    area_id: str,
    *,
    lang: Lang = "it",
    tiles: bool = False,
    session: str = "",
) -> folium.Map:
    """Draw the map of one neighbourhood: streets, zones reached, facilities, residents left out.

    It needs no internet. Further Folium layers can be added to it. Where its session page lies
    beside it, as ``session`` names it, the way from a house is told there.
    """
    if area_id not in result.areas:
        raise ConfigError(Remark("area_not_in_run", area=area_id, known=tuple(result.areas)))
    findings = Findings(result, area_id, lang)
    title = format_title(
        "map_title", result.at, lang, area=clean_text(findings.area.area.name, lang)
    )
    data = build_map_data(findings, title, session)
    (south, west), (north, east) = data["bounds"]
    drawn = OfflineMap(
        name=area_id,
        title=title,
        lang=lang,
        image_hosts=(_TILES_HOST,) if tiles else (),
        location=[(south + north) / 2, (west + east) / 2],
        zoom_start=14,
        zoom_control=False,
        zoom_snap=0.25,
        min_zoom=10,
        max_zoom=19,
    )
    drawn.options["min_zoom"], drawn.options["max_zoom"] = 10, 19
    call = _add_layers(drawn, findings, tiles=tiles)
    drawn.get_root().add_child(_Panel(_fill_panel(findings, title, session), data, call), index=0)
    drawn.fit_bounds(data["bounds"])
    return drawn


def render_map(
    result: RunResult,
    area_id: str,
    *,
    lang: Lang = "it",
    tiles: bool = False,
    session: str = "",
) -> str:
    """Write the page of one neighbourhood; the same result gives the same bytes."""
    drawn = draw_map(result, area_id, lang=lang, tiles=tiles, session=session)
    return str(drawn.get_root().render())


def _add_layers(drawn: OfflineMap, findings: Findings, *, tiles: bool) -> str:
    """Add the layers that people may switch, and write the call of the module that fills them."""
    lang = findings.lang
    if tiles:
        online = folium.TileLayer(
            _TILES,
            attr="© OpenStreetMap contributors",
            name=say("layer_tiles", lang),
            overlay=True,
            show=False,
        )
        online._id = "online"
        drawn.add_child(online)
    uncovered = say("layer_uncovered", lang, cutoff=name_cutoff(findings))
    own = {
        "outline": _PageLayer("outline", say("layer_outline", lang)),
        "bands": _PageLayer("bands", say("layer_bands", lang)),
        "residents": _PageLayer("residents", uncovered),
        "doors": _PageLayer("doors", say("layer_doors", lang), show=False),
        "fixes": _PageLayer("fixes", say("layer_fixes", lang), show=False),
        "hubs": _PageLayer("hubs", say("targets_hubs", lang)),
    }
    facilities = {
        kind.id: _PageLayer(
            f"kind_{kind.id}",
            clean_text(kind.label.in_lang(lang), lang),
            show=False,
            sign=_sign(kind),
        )
        for kind in _kinds(findings)
    }
    control = _LayerControl()
    for layer in (*own.values(), *facilities.values(), control):
        drawn.add_child(layer)
    layers = f"{{{_list_names(own)}, facilities: {{{_list_names(facilities)}}}}}"
    return f"openPage({drawn.get_name()}, {dump_json(_DATA_ID)}, {layers}, {control.get_name()})"


def _list_names(layers: Mapping[str, Element]) -> str:
    """List the variables of Folium's layers, as members of an object."""
    return ", ".join(f"{dump_json(key)}: {layer.get_name()}" for key, layer in layers.items())


def _as_markup(text: str) -> str:
    """Leaflet writes names of layers as markup, and branca runs them as templates before."""
    return html.escape(text).replace("{", "&#123;")


def _sign(kind: Category) -> str:
    """Draw a category's letter, as markup before its name."""
    return (
        f'<span class="symbol" style="background:{kind.colour}">{_as_markup(kind.symbol)}</span> '
    )


def _kinds(findings: Findings) -> list[Category]:
    """List the categories that have a facility here."""
    present = set(findings.area.facilities["category"])
    return [kind for kind in findings.result.categories.values() if kind.id in present]


def _fill_panel(findings: Findings, title: str, session: str) -> str:
    """Fill what stands beside the map."""
    lang, result = findings.lang, findings.result
    targets, kinds, cutoff = findings.targets(), _kinds(findings), name_cutoff(findings)
    hub = result.study.hub_stand_in or findings.area.facilities.set_index("facility_id")[
        "category"
    ].get(findings.area.area.hubs[0])
    signs = [
        {"label": k.label.in_lang(lang), "symbol": k.symbol, "colour": k.colour} for k in kinds
    ]
    plain_sign = {"label": "", "symbol": "•", "colour": "#1a1a1a"}
    colours = map(blend_on_paper, pick_band_colours(len(result.cutoffs_min)))
    undrawn = list_undrawn(findings)
    return fill_template(
        "panel.html.j2",
        say=lambda key: say(key, lang),
        title=title,
        session=session,
        walkers=[
            {"id": p.id, "label": p.label.in_lang(lang), "pace": format_pace(p, lang)}
            for p in result.profiles.values()
        ],
        chosen=choose_profile(result),
        target_groups=[
            (say("targets_hubs", lang), [one for one in targets if not one.is_category]),
            *group_targets([one for one in targets if one.is_category], result.categories, lang),
        ],
        bands=[
            {"label": format_cutoff(cutoff_min, lang), "colour": colour}
            for cutoff_min, colour in zip(result.cutoffs_min, colours, strict=True)
        ],
        outline=BAND_OUTLINE,
        dots={
            **DOT_COLOURS,
            "sizes": [round(2 * DOT_RADIUS * math.sqrt(n), 1) for n in DOT_SAMPLES],
        },
        hub=next(
            (sign for kind, sign in zip(kinds, signs, strict=True) if kind.id == hub), plain_sign
        ),
        sample=signs[0] if signs else plain_sign,
        kinds=signs,
        legend_uncovered=say(
            "legend_uncovered",
            lang,
            cutoff=cutoff,
            who=findings.who(),
            samples=", ".join(format_number(n * dot_unit(result), lang) for n in DOT_SAMPLES),
        ),
        doors=list_signs(findings),
        has_steps=bool(findings.area.network.steps.any()),
        sketch=findings.area.network_info.kind == "sketch",
        moment=describe_moment(result.at, lang),
        warnings=list_warnings(findings),
        finding_head=say("finding", lang, cutoff=cutoff),
        other_groups_head=say("other_groups", lang, cutoff=cutoff),
        curves=draw_gap_curves(findings, identifier="curves"),
        undrawn=undrawn,
        undrawn_head=say("undrawn", lang, n=len(undrawn)),
        sources=list_sources(findings),
    )
