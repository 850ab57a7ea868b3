"""How QGIS shows the layers of ``results.gpkg``: one QML document per layer.

Every layer has rules per walking profile; those of one profile are switched on, the others wait in
the layer panel. Colours are those of the maps.
"""

from __future__ import annotations

import itertools
import uuid
import xml.etree.ElementTree as ET
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from access15.config import Lang
from access15.core.change.fixes import FIX_KINDS
from access15.outputs.pages.doors import DOOR_SIGNS, SHOWN_FIXES
from access15.outputs.pages.map_data import BAND_ALPHA, BAND_OUTLINE, pick_band_colours
from access15.outputs.tables.geopackage import zone_column
from access15.outputs.words.findings import Findings
from access15.outputs.words.legend import (
    choose_profile,
)
from access15.outputs.words.numbers import format_cutoff, format_pace, format_share
from access15.outputs.words.texts import say
from access15.results.run import RunResult

_NAMESPACE = uuid.UUID("6d3f0c1e-6a54-4c1c-9a0e-0f6d9b0a15a5")
_GREY = "90,90,90,255"
_ORANGE = "217,95,2,255"
_WHITE = "255,255,255,255"
_BLACK = "22,24,29,255"
_NONE = "0,0,0,0"
_ON_THE_STREETS = "\"status\" IN ('ok', 'unreachable')"
_SHARE_STEPS = (0, 20, 40, 60, 80, 100)


@dataclass(frozen=True)
class Symbol:
    """A symbol of one or more layers.

    Parameters
    ----------
    kind : {"marker", "line", "fill"}
        What it is drawn on.
    layers : sequence of (str, dict)
        QGIS class and properties of each layer, the lowest first.
    """

    kind: str
    layers: Sequence[tuple[str, dict[str, str]]]


@dataclass(frozen=True)
class Rule:
    """A rule of the renderer.

    Parameters
    ----------
    label : str
        What the legend says.
    filter : str
        QGIS expression that chooses features; empty for all.
    symbol : Symbol, optional
        How they are drawn; without one the rules below draw them.
    rules : sequence of Rule
        Rules for the features chosen.
    is_on : bool
        Whether it is switched on when the layer is opened.
    """

    label: str
    filter: str
    symbol: Symbol | None = None
    rules: Sequence[Rule] = field(default=())
    is_on: bool = True


def build_styles(result: RunResult, *, lang: Lang = "it") -> dict[str, str]:
    """QML of each layer of the GeoPackage."""
    return {
        "facilities": _qml(_facility_rules(result, lang)),
        "service_areas": _qml(
            _service_area_rules(result, lang), order_by='"cutoff_min"', opacity=BAND_ALPHA
        ),
        "reached_streets": _qml(_street_rules(result, lang), order_by='"cutoff_min"'),
        "residents": _qml(_resident_rules(result, lang)),
        "coverage_by_zone": _qml(_zone_rules(result, lang), opacity=BAND_ALPHA),
        "closed_doors": _qml(_door_rules(result, lang)),
        "fixes": _qml(_fix_rules(result, lang)),
    }


def _facility_rules(result: RunResult, lang: Lang) -> list[Rule]:
    rules = [
        Rule(
            category.label.in_lang(lang),
            f"{_equals('category', name)} AND {_equals('status', 'ok')}",
            _marker(fill=_rgba(category.colour), line=_WHITE, size_mm=5.0, letter=category.symbol),
        )
        for name, category in result.categories.items()
    ]
    uncertain = _marker(fill=_WHITE, line=_GREY, size_mm=4.0, letter="?", ink=_GREY)
    return [
        *rules,
        Rule(say("legend_uncertain", lang), f"NOT {_equals('status', 'ok')}", uncertain),
    ]


def _service_area_rules(result: RunResult, lang: Lang) -> list[Rule]:
    bands = _cutoff_rules(result, lang, lambda colour: _fill(colour, _rgba(BAND_OUTLINE)))
    return _per_profile(
        result,
        lang,
        lambda name: f"{_equals('profile', name)} AND {_equals('target_kind', 'hub')}",
        bands,
    )


def _street_rules(result: RunResult, lang: Lang) -> list[Rule]:
    bands = _cutoff_rules(result, lang, _street)
    return _per_profile(result, lang, lambda name: _equals("profile", name), bands)


def _resident_rules(result: RunResult, lang: Lang) -> list[Rule]:
    def homes(profile: str) -> list[Rule]:
        column = f'"hub_min_{profile}"'
        rules, beyond = [], ""
        for cutoff, colour in _bands(result):
            within = f"{column} <= {_number(cutoff)}"
            rules.append(
                Rule(
                    _within(cutoff, lang),
                    f"{beyond}{within}",
                    _marker(fill=colour, line=_GREY, size_mm=1.8),
                )
            )
            beyond = f"{column} > {_number(cutoff)} AND "
        longest = format_cutoff(result.cutoffs_min[-1], lang)
        uncovered = Rule(
            say("layer_uncovered", lang, cutoff=longest),
            beyond + _ON_THE_STREETS,
            _marker(fill=_ORANGE, line=_GREY, size_mm=1.8),
        )
        off = Rule(
            say("status_too_far_from_network", lang),
            f"NOT {_ON_THE_STREETS}",
            _marker(fill=_WHITE, line=_GREY, size_mm=1.8),
        )
        return [*rules, uncovered, off]

    return _per_profile(result, lang, lambda _: "", homes)


def _door_rules(result: RunResult, lang: Lang) -> list[Rule]:
    """Homes by what closes the door of the nearest hub."""
    causes = [
        Rule(
            say(f"cause_{cause}", lang),
            _equals("door_hub", cause),
            _marker(fill=_rgba(sign.colour), line=_BLACK, size_mm=2.6, shape=sign.shape),
        )
        for cause, sign in DOOR_SIGNS.items()
    ]
    return _per_profile(result, lang, lambda name: _equals("profile", name), lambda _: causes)


def _fix_rules(result: RunResult, lang: Lang) -> list[Rule]:
    """The best fixes on the way to the nearest hub."""
    kinds = [
        Rule(
            say(f"cause_{kind}", lang),
            f'{_equals("kind", kind)} AND "rank" <= {SHOWN_FIXES}',
            _stroke(_rgba(DOOR_SIGNS[kind].colour)),
        )
        for kind in FIX_KINDS
    ]
    return _per_profile(
        result,
        lang,
        lambda name: f"{_equals('profile', name)} AND {_equals('category', 'hub')}",
        lambda _: kinds,
    )


def _zone_rules(result: RunResult, lang: Lang) -> list[Rule]:
    group = Findings(result, next(iter(result.areas)), lang).group
    column = f'"{zone_column("share", group, result.cutoffs_min[-1])}"'
    rules = []
    steps = list(itertools.pairwise(_SHARE_STEPS))
    for (low, high), colour in zip(steps, reversed(pick_band_colours(len(steps))), strict=True):
        below = "<=" if high == _SHARE_STEPS[-1] else "<"
        text = f"{column} >= {low / 100} AND {column} {below} {high / 100}"
        rules.append(
            Rule(f"{low}–{format_share(high / 100, lang)}", text, _fill(_rgba(colour), _GREY))
        )
    rules.append(Rule(say("unknown", lang), f"{column} IS NULL", _fill(_NONE, _GREY)))
    return _per_profile(
        result,
        lang,
        lambda name: f"{_equals('profile', name)} AND {_equals('category', 'hub')}",
        lambda _: rules,
    )


def _per_profile(
    result: RunResult, lang: Lang, which: Callable[[str], str], rules: Callable[[str], list[Rule]]
) -> list[Rule]:
    """One switchable rule per profile: the filter of its rows, and the rules for them."""
    first = choose_profile(result)
    return [
        Rule(
            f"{profile.label.in_lang(lang)}, {format_pace(profile, lang)}",
            which(name),
            rules=rules(name),
            is_on=name == first,
        )
        for name, profile in result.profiles.items()
    ]


def _cutoff_rules(
    result: RunResult, lang: Lang, symbol: Callable[[str], Symbol]
) -> Callable[[str], list[Rule]]:
    rules = [
        Rule(_within(cutoff, lang), f'"cutoff_min" = {_number(cutoff)}', symbol(colour))
        for cutoff, colour in _bands(result)
    ]
    return lambda _: rules


def _bands(result: RunResult) -> list[tuple[float, str]]:
    colours = pick_band_colours(len(result.cutoffs_min))
    return [
        (cutoff, _rgba(colour)) for cutoff, colour in zip(result.cutoffs_min, colours, strict=True)
    ]


def _within(cutoff_min: float, lang: Lang) -> str:
    return f"{say('within', lang)} {format_cutoff(cutoff_min, lang)}"


def _street(colour: str) -> Symbol:
    casing = {"line_color": _WHITE, "line_width": "1.5", "capstyle": "round"}
    return Symbol(
        "line",
        [
            ("SimpleLine", casing),
            ("SimpleLine", {**casing, "line_color": colour, "line_width": "0.9"}),
        ],
    )


def _stroke(colour: str) -> Symbol:
    """A line so wide, with round ends, that the short strokes of a crossing are a dot."""
    casing = {"line_color": _BLACK, "line_width": "3", "capstyle": "round"}
    return Symbol(
        "line",
        [
            ("SimpleLine", casing),
            ("SimpleLine", {**casing, "line_color": colour, "line_width": "2.2"}),
        ],
    )


def _fill(colour: str, outline: str) -> Symbol:
    return Symbol(
        "fill",
        [("SimpleFill", {"color": colour, "outline_color": outline, "outline_width": "0.4"})],
    )


def _marker(
    *,
    fill: str,
    line: str,
    size_mm: float,
    letter: str = "",
    ink: str = _WHITE,
    shape: str = "circle",
) -> Symbol:
    body = {
        "name": shape,
        "color": fill,
        "outline_color": line,
        "outline_width": "0.3",
        "size": _number(size_mm),
    }
    if not letter:
        return Symbol("marker", [("SimpleMarker", body)])
    text = {"chr": letter, "color": ink, "font": "DejaVu Sans", "size": _number(size_mm * 0.6)}
    return Symbol("marker", [("SimpleMarker", body), ("FontMarker", text)])


def _rgba(colour: str) -> str:
    return ",".join(str(int(colour[i : i + 2], 16)) for i in (1, 3, 5)) + ",255"


def _number(value: float) -> str:
    return repr(float(value)).removesuffix(".0")


def _equals(column: str, text: str) -> str:
    quoted = text.replace("'", "''")
    return f"\"{column}\" = '{quoted}'"


def _qml(rules: Sequence[Rule], *, order_by: str = "", opacity: float = 1.0) -> str:
    """Document of a rule-based renderer; `order_by` is drawn from its highest value down."""
    root = ET.Element("qgis", version="3.22.0", styleCategories="Symbology")
    renderer = ET.SubElement(
        root,
        "renderer-v2",
        type="RuleRenderer",
        symbollevels="0",
        forceraster="0",
        enableorderby=str(int(bool(order_by))),
    )
    tree = ET.SubElement(renderer, "rules", key=_key("root"))
    symbols: list[Symbol] = []
    _add_rules(tree, rules, symbols, "root")
    element = ET.SubElement(renderer, "symbols")
    for i, symbol in enumerate(symbols):
        _add_symbol(element, symbol, str(i))
    if order_by:
        clause = ET.SubElement(
            ET.SubElement(renderer, "orderby"), "orderByClause", asc="0", nullsFirst="0"
        )
        clause.text = order_by
    ET.SubElement(root, "layerOpacity").text = _number(opacity)
    ET.indent(root, space=" ")
    return (
        "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
        + ET.tostring(root, encoding="unicode")
        + "\n"
    )


def _add_rules(parent: ET.Element, rules: Sequence[Rule], symbols: list[Symbol], path: str) -> None:
    for i, rule in enumerate(rules):
        here = f"{path}/{i}"
        element = ET.SubElement(parent, "rule", key=_key(here), label=rule.label)
        if rule.filter:
            element.set("filter", rule.filter)
        if not rule.is_on:
            element.set("checkstate", "0")
        if rule.symbol is not None:
            element.set("symbol", str(len(symbols)))
            symbols.append(rule.symbol)
        _add_rules(element, rule.rules, symbols, here)


def _add_symbol(parent: ET.Element, symbol: Symbol, name: str) -> None:
    element = ET.SubElement(
        parent, "symbol", type=symbol.kind, name=name, alpha="1", clip_to_extent="1", force_rhr="0"
    )
    for kind, properties in symbol.layers:
        layer = ET.SubElement(
            element, "layer", {"class": kind, "pass": "0", "locked": "0", "enabled": "1"}
        )
        options = ET.SubElement(layer, "Option", type="Map")
        for key, value in properties.items():
            ET.SubElement(options, "Option", type="QString", name=key, value=value)


def _key(path: str) -> str:
    return "{" + str(uuid.uuid5(_NAMESPACE, path)) + "}"
