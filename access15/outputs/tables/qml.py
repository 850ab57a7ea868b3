"""QML, the language of QGIS's styles: symbols, rules, and the document that holds them."""

from __future__ import annotations

import uuid
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass, field

_NAMESPACE = uuid.UUID("6d3f0c1e-6a54-4c1c-9a0e-0f6d9b0a15a5")
WHITE = "255,255,255,255"
BLACK = "22,24,29,255"
QGIS_VERSION = "3.22.0"  # the oldest that reads what is written here
_AROUND, _LEVEL = "6", "4"  # where QGIS writes labels
_DOCTYPE = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"


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


def draw_street(colour: str) -> Symbol:
    """A line in colour on a white casing."""
    casing = {
        "line_color": WHITE,
        "line_width": "1.5",
        "capstyle": "round",
    }
    return Symbol(
        "line",
        [
            ("SimpleLine", casing),
            (
                "SimpleLine",
                {
                    **casing,
                    "line_color": colour,
                    "line_width": "0.9",
                },
            ),
        ],
    )


def draw_stroke(colour: str) -> Symbol:
    """A line so wide, with round ends, that the short strokes of a crossing are a dot."""
    casing = {
        "line_color": BLACK,
        "line_width": "3",
        "capstyle": "round",
    }
    return Symbol(
        "line",
        [
            ("SimpleLine", casing),
            (
                "SimpleLine",
                {
                    **casing,
                    "line_color": colour,
                    "line_width": "2.2",
                },
            ),
        ],
    )


def draw_fill(colour: str, outline: str) -> Symbol:
    """A surface with an outline."""
    return Symbol(
        "fill",
        [
            (
                "SimpleFill",
                {
                    "color": colour,
                    "outline_color": outline,
                    "outline_width": "0.4",
                },
            )
        ],
    )


def draw_marker(
    *,
    fill: str,
    line: str,
    size_mm: float,
    letter: str = "",
    ink: str = WHITE,
    shape: str = "circle",
) -> Symbol:
    """A sign, maybe with a letter in it."""
    body = {
        "name": shape,
        "color": fill,
        "outline_color": line,
        "outline_width": "0.3",
        "size": format_plain(size_mm),
    }
    if not letter:
        return Symbol("marker", [("SimpleMarker", body)])
    text = {
        "chr": letter,
        "color": ink,
        "font": "DejaVu Sans",
        "size": format_plain(size_mm * 0.6),
    }
    return Symbol("marker", [("SimpleMarker", body), ("FontMarker", text)])


def format_rgba(colour: str) -> str:
    """A colour ``#rrggbb`` as QGIS writes it."""
    return ",".join(str(int(colour[i : i + 2], 16)) for i in (1, 3, 5)) + ",255"


def format_plain(value: float) -> str:
    """A number without a needless end."""
    return repr(float(value)).removesuffix(".0")


def match_text(column: str, text: str) -> str:
    """Expression that holds where a column is some text."""
    quoted = text.replace("'", "''")
    return f"\"{column}\" = '{quoted}'"


@dataclass(frozen=True)
class Style:
    """How a layer is drawn.

    Parameters
    ----------
    rules : sequence of Rule
        The renderer's.
    order_by : str
        Expression whose highest value is drawn first; empty for any order.
    opacity : float
        Of the whole layer, 0 to 1.
    label : str
        Column that is written beside each feature; empty for none.
    """

    rules: Sequence[Rule]
    order_by: str = ""
    opacity: float = 1.0
    label: str = ""


def render_qml(style: Style) -> str:
    """Document of a style that QGIS opens a layer with."""
    root = ET.Element("qgis", version=QGIS_VERSION, styleCategories="Symbology|Labeling")
    add_style(root, style)
    return render_document(root)


def _draws_points(rule: Rule) -> bool:
    """Whether a rule draws signs."""
    return rule.symbol is not None and rule.symbol.kind == "marker"


def render_document(root: ET.Element) -> str:
    """A document of QGIS, the same in every run."""
    ET.indent(root, space=" ")
    return _DOCTYPE + ET.tostring(root, encoding="unicode") + "\n"


def add_style(root: ET.Element, style: Style) -> None:
    """Add renderer, labels and opacity to a style's document or to a project's layer."""
    root.set("labelsEnabled", str(int(bool(style.label))))
    renderer = ET.SubElement(
        root,
        "renderer-v2",
        type="RuleRenderer",
        symbollevels="0",
        forceraster="0",
        enableorderby=str(int(bool(style.order_by))),
    )
    tree = ET.SubElement(renderer, "rules", key=_key("root"))
    symbols: list[Symbol] = []
    _add_rules(tree, style.rules, symbols, "root")
    element = ET.SubElement(renderer, "symbols")
    for i, symbol in enumerate(symbols):
        _add_symbol(element, symbol, str(i))
    if style.order_by:
        clause = ET.SubElement(
            ET.SubElement(renderer, "orderby"), "orderByClause", asc="0", nullsFirst="0"
        )
        clause.text = style.order_by
    if style.label:
        _add_labels(root, style)
    ET.SubElement(root, "layerOpacity").text = format_plain(style.opacity)


def _add_labels(root: ET.Element, style: Style) -> None:
    """Write the style's column beside each feature, dark on a white edge."""
    settings = ET.SubElement(ET.SubElement(root, "labeling", type="simple"), "settings")
    text = ET.SubElement(
        settings,
        "text-style",
        fieldName=style.label,
        isExpression="0",
        fontFamily="DejaVu Sans",
        fontSize="10",
        fontSizeUnit="Point",
        fontWeight="75",
        textColor=BLACK,
        textOpacity="1",
    )
    ET.SubElement(
        text,
        "text-buffer",
        bufferDraw="1",
        bufferSize="1",
        bufferSizeUnits="MM",
        bufferColor=WHITE,
        bufferOpacity="1",
    )
    # around a point, the best of eight places first; level, inside a surface
    place = _AROUND if any(_draws_points(rule) for rule in style.rules) else _LEVEL
    ET.SubElement(settings, "placement", placement=place, dist="2", distUnits="MM", priority="8")
    ET.SubElement(settings, "rendering", obstacle="1", displayAll="0", drawLabels="1")


def _add_rules(
    parent: ET.Element,
    rules: Sequence[Rule],
    symbols: list[Symbol],
    path: str,
) -> None:
    """Add rules and those below them; symbols are numbered as they come."""
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


def _add_symbol(
    parent: ET.Element,
    symbol: Symbol,
    name: str,
) -> None:
    """Add a symbol, the lowest of its layers first."""
    element = ET.SubElement(
        parent,
        "symbol",
        type=symbol.kind,
        name=name,
        alpha="1",
        clip_to_extent="1",
        force_rhr="0",
    )
    for kind, properties in symbol.layers:
        layer = ET.SubElement(
            element,
            "layer",
            {
                "class": kind,
                "pass": "0",
                "locked": "0",
                "enabled": "1",
            },
        )
        options = ET.SubElement(layer, "Option", type="Map")
        for key, value in properties.items():
            ET.SubElement(
                options,
                "Option",
                type="QString",
                name=key,
                value=value,
            )


def _key(path: str) -> str:
    """The same key for the same rule in every run."""
    return "{" + str(uuid.uuid5(_NAMESPACE, path)) + "}"
