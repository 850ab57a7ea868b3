"""The map that QGIS opens from ``results.gpkg``: layers in groups, in order, with a theme for each
walker; written without QGIS, the same bytes for the same run.

It is kept as QGIS keeps a project in a GeoPackage: a zipped ``.qgs`` as hexadecimal text.
"""

from __future__ import annotations

import io
import json
import sqlite3
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final

import numpy as np
from pyproj import CRS

from access15.config import Lang
from access15.outputs.pages.map_data import BAND_OUTLINE
from access15.outputs.tables.qgis import list_hub_kinds, list_hubs, list_styles
from access15.outputs.tables.qml import (
    QGIS_VERSION,
    Rule,
    Style,
    add_style,
    draw_fill,
    format_rgba,
    match_text,
    render_document,
)
from access15.outputs.words.legend import choose_profile
from access15.outputs.words.texts import clean_text, say
from access15.results.run import RunResult

_CREATE: Final = "CREATE TABLE qgis_projects(name TEXT PRIMARY KEY, metadata BLOB, content BLOB)"
_ONLY: Final = "access15"  # the style of a layer that looks the same for every walker
_ID: Final = "access15_"  # QGIS gives layers with short ids others, and themes lose them
_MARGIN: Final = 0.05  # of the land around the neighbourhoods
_NOTHING: Final = "0,0,0,0"


@dataclass(frozen=True)
class Sheet:
    """A layer of the map.

    Parameters
    ----------
    id : str
        Its name in the project's own language.
    layer : str
        The layer of the GeoPackage.
    name : str
        What people read.
    styles : mapping of str to Style
        How it looks, by theme; one alone looks the same in all.
    where : str
        SQL that chooses its rows; empty for all.
    is_on : bool
        Whether it is seen when the project opens.
    """

    id: str
    layer: str
    name: str
    styles: Mapping[str, Style]
    where: str = ""
    is_on: bool = True


@dataclass(frozen=True)
class Group:
    """Layers under one heading, the uppermost first."""

    name: str
    sheets: Sequence[Sheet] = field(default=())


@dataclass(frozen=True)
class Project:
    """A map of QGIS.

    Parameters
    ----------
    title : str
        What it is of, which is also the name it is kept under.
    groups : sequence of Group
        The uppermost first.
    themes : mapping of str to str
        Names of the themes by walker, the one that opens first among them.
    opens_with : str
        Walker of the theme that it opens with.
    crs : str
        Coordinate system, ``EPSG:...``.
    bounds : tuple of float
        West, south, east, north of what is seen at first [m].
    """

    title: str
    groups: Sequence[Group]
    themes: Mapping[str, str]
    opens_with: str
    crs: str
    bounds: tuple[float, float, float, float]


def store_project(database: sqlite3.Connection, project: Project, file: str, now: datetime) -> None:
    """Keep a project in the GeoPackage whose layers it shows, which is called `file`."""
    stamp = now.astimezone(UTC)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        entry = zipfile.ZipInfo("access15.qgs", stamp.timetuple()[:6])
        entry.compress_type = zipfile.ZIP_DEFLATED
        packed.writestr(entry, render_project(project, file))
    about = {"last_modified_time": f"{stamp:%Y-%m-%dT%H:%M:%S}", "last_modified_user": "access15"}
    database.execute(_CREATE)
    database.execute(
        "INSERT INTO qgis_projects VALUES (?, ?, ?)",
        [project.title, json.dumps(about), archive.getvalue().hex()],
    )


def build_project(result: RunResult, lang: Lang, *, has_cells: bool = False) -> Project:
    """Put the layers of a run in order, so that they open as a map."""
    crs = next(iter(result.areas.values())).network.crs
    return Project(
        title=clean_text(result.study.name, lang),
        groups=_list_groups(result, lang, has_cells=has_cells),
        themes=_name_themes(result, lang),
        opens_with=choose_profile(result),
        crs=crs,
        bounds=_find_view(result, crs),
    )


def _find_view(result: RunResult, crs: str) -> tuple[float, float, float, float]:
    """West, south, east and north of all neighbourhoods, with a margin [m]."""
    bounds = np.array([area.zones.to_crs(crs).total_bounds for area in result.areas.values()])
    low, high = bounds[:, :2].min(axis=0), bounds[:, 2:].max(axis=0)
    margin = _MARGIN * float((high - low).max())
    (west, south), (east, north) = (low - margin).tolist(), (high + margin).tolist()
    return west, south, east, north


def _name_themes(result: RunResult, lang: Lang) -> dict[str, str]:
    """Name the theme of each walker; two walkers of one name are told apart by their ids."""
    names = {key: profile.label.in_lang(lang) for key, profile in result.profiles.items()}
    labels = list(names.values())
    return {
        key: name if labels.count(name) == 1 else f"{name} ({key})" for key, name in names.items()
    }


def _list_groups(result: RunResult, lang: Lang, *, has_cells: bool) -> list[Group]:
    """List the layers as they lie on each other, the uppermost first."""
    styles = list_styles(result, lang, has_cells=has_cells)

    def show(layer: str, key: str, *, where: str = "", is_on: bool = True) -> Sheet:
        looks = _split_style(styles[layer], result)
        return Sheet(_ID + layer, layer, say(key, lang), looks, where, is_on)

    hubs, scored, others = _divide_places(result)
    places = styles["facilities"]

    def show_places(name: str, key: str, where: str, kinds: set[str], **more: bool) -> Sheet:
        rules = [rule for rule in places.rules if _find_kind(rule, result) in kinds]
        style = Style([replace(rule, is_on=True) for rule in rules], label="name")
        looks = {_ONLY: style if name == "hubs" else replace(style, label="")}
        return Sheet(_ID + name, "facilities", say(key, lang), looks, where, **more)

    uncertain = [rule for rule in places.rules if not _find_kind(rule, result)]
    place_sheets = [
        show_places("hubs", "qgis_hubs", hubs, list_hub_kinds(result)),
        show_places("places", "qgis_places_scored", scored, set(result.categories), is_on=False),
        show_places(
            "other_places", "qgis_places_others", others, set(result.categories), is_on=False
        ),
        Sheet(
            _ID + "uncertain_places",
            "facilities",
            say("qgis_places_uncertain", lang),
            {_ONLY: Style(uncertain)},
            f"NOT ({match_text('status', 'ok')})",
            is_on=False,
        ),
    ]
    people_sheets = [
        show("fixes", "qgis_fixes", is_on=False),
        show("closed_doors", "qgis_closed_doors", is_on=False),
        show("residents", "qgis_residents", is_on=False),
    ]
    reach_sheets = [
        _outline_zones(result, lang),
        show("reached_streets", "qgis_reached_streets", is_on=False),
        show("service_areas", "qgis_service_areas"),
        *([show("coverage_by_cell", "qgis_cells", is_on=False)] if has_cells else []),
        show("coverage_by_zone", "qgis_coverage", is_on=False),
    ]
    return [
        Group(say("qgis_group_places", lang), place_sheets),
        Group(say("qgis_group_people", lang), people_sheets),
        Group(say("qgis_group_reach", lang), reach_sheets),
    ]


def _split_style(style: Style, result: RunResult) -> dict[str, Style]:
    """Look of a layer for each walker: the rule of its rows alone, switched on."""
    return {
        profile: replace(style, rules=[replace(rule, is_on=True)])
        for profile, rule in zip(result.profiles, style.rules, strict=True)
    }


def _divide_places(result: RunResult) -> tuple[str, str, str]:
    """SQL of the hubs, of the places that the score asks for, and of all others."""
    certain = match_text("status", "ok")
    if hubs := list_hubs(result):
        is_hub = f'"facility_id" IN ({_quote(hubs)})'
    else:
        is_hub = f'"category" IN ({_quote(sorted(list_hub_kinds(result)))})'
    asked = [name for name, one in result.categories.items() if one.counts_in_score]
    is_asked = f'"category" IN ({_quote(asked)})'
    return (
        f"{certain} AND {is_hub}",
        f"{certain} AND {is_asked} AND NOT ({is_hub})",
        f"{certain} AND NOT ({is_asked}) AND NOT ({is_hub})",
    )


def _quote(texts: Sequence[str]) -> str:
    """Texts as a list of SQL."""
    return ", ".join("'" + text.replace("'", "''") + "'" for text in texts)


def _find_kind(rule: Rule, result: RunResult) -> str:
    """Kind of place that a rule draws; empty for places that are not certain."""
    begins = {match_text("category", name): name for name in result.categories}
    return next((name for begin, name in begins.items() if rule.filter.startswith(begin)), "")


def _outline_zones(result: RunResult, lang: Lang) -> Sheet:
    """Outlines of the zones with their names, each once."""
    outline = draw_fill(_NOTHING, format_rgba(BAND_OUTLINE))
    first = [
        match_text("profile", next(iter(result.profiles))),
        match_text("category", "hub"),
    ]
    rule = Rule(say("qgis_zones", lang), "", outline)
    style = Style([rule], label="name")
    return Sheet(
        _ID + "zones",
        "coverage_by_zone",
        say("qgis_zones", lang),
        {_ONLY: style},
        " AND ".join(first),
    )


def render_project(project: Project, file: str) -> str:
    """Document of a project that lies in the GeoPackage `file`, whose layers it names from there.

    The order is that in which QGIS writes: the tree, the themes, the layers.
    """
    root = ET.Element("qgis", projectname=project.title, version=QGIS_VERSION)
    ET.SubElement(root, "title").text = project.title
    _add_crs(ET.SubElement(root, "projectCrs"), project.crs)
    sources = {
        sheet.id: f"./{file}|layername={sheet.layer}"
        + (f"|subset={sheet.where}" if sheet.where else "")
        for group in project.groups
        for sheet in group.sheets
    }
    tree = ET.SubElement(root, "layer-tree-group")
    for group in project.groups:
        _add_group(tree, group, sources)
    canvas = ET.SubElement(root, "mapcanvas", name="theMapCanvas", annotationsVisible="1")
    ET.SubElement(canvas, "units").text = "meters"
    _add_extent(ET.SubElement(canvas, "extent"), project.bounds)
    _add_crs(ET.SubElement(canvas, "destinationsrs"), project.crs)
    layers = ET.SubElement(root, "projectlayers")
    for group in project.groups:
        for sheet in group.sheets:
            _add_layer(layers, sheet, sources[sheet.id], project)
    order = ET.SubElement(root, "layerorder")
    for name in sources:
        ET.SubElement(order, "layer", id=name)
    _add_properties(root)
    themes = ET.SubElement(root, "visibility-presets")
    for profile, name in project.themes.items():
        _add_theme(themes, project, profile, name)
    view = ET.SubElement(root, "ProjectViewSettings", UseProjectScales="0")
    names = ("xmin", "ymin", "xmax", "ymax")
    bounds = dict(zip(names, (f"{one:.3f}" for one in project.bounds), strict=True))
    _add_crs(ET.SubElement(view, "DefaultViewExtent", bounds), project.crs)
    return render_document(root)


def _add_crs(parent: ET.Element, crs: str) -> None:
    """Add a coordinate system, which QGIS knows again by the code in its text."""
    system = ET.SubElement(parent, "spatialrefsys")
    ET.SubElement(system, "wkt").text = CRS.from_user_input(crs).to_wkt("WKT2_2019")
    ET.SubElement(system, "authid").text = crs


def _add_extent(element: ET.Element, bounds: Sequence[float]) -> None:
    """Add west, south, east and north as elements."""
    for name, value in zip(("xmin", "ymin", "xmax", "ymax"), bounds, strict=True):
        ET.SubElement(element, name).text = f"{value:.3f}"


def _add_properties(root: ET.Element) -> None:
    """Say that files are named from where the project lies, and that it has a system."""
    properties = ET.SubElement(root, "properties")
    paths = ET.SubElement(properties, "Paths")
    ET.SubElement(paths, "Absolute", type="bool").text = "false"
    systems = ET.SubElement(properties, "SpatialRefSys")
    ET.SubElement(systems, "ProjectionsEnabled", type="int").text = "1"


def _add_group(parent: ET.Element, group: Group, sources: Mapping[str, str]) -> None:
    """Add a group to the tree, its layers folded, so that the tree is read at a glance."""
    element = ET.SubElement(
        parent, "layer-tree-group", name=group.name, checked="Qt::Checked", expanded="1"
    )
    for sheet in group.sheets:
        ET.SubElement(
            element,
            "layer-tree-layer",
            id=sheet.id,
            name=sheet.name,
            source=sources[sheet.id],
            providerKey="ogr",
            checked="Qt::Checked" if sheet.is_on else "Qt::Unchecked",
            expanded="1" if sheet.is_on else "0",
        )


def _add_layer(parent: ET.Element, sheet: Sheet, source: str, project: Project) -> None:
    """Add a layer with all its styles, the one that the project opens with as its own."""
    element = ET.SubElement(parent, "maplayer", type="vector", styleCategories="AllStyleCategories")
    ET.SubElement(element, "id").text = sheet.id
    ET.SubElement(element, "datasource").text = source
    ET.SubElement(element, "layername").text = sheet.name
    _add_crs(ET.SubElement(element, "srs"), project.crs)
    ET.SubElement(element, "provider", encoding="UTF-8").text = "ogr"
    current = _find_style(sheet, project.opens_with, project)
    manager = ET.SubElement(element, "map-layer-style-manager", current=current)
    for key, style in sheet.styles.items():
        name = _find_style(sheet, key, project)
        kept = ET.SubElement(manager, "map-layer-style", name=name)
        if name != current:
            document = ET.SubElement(kept, "qgis", version=QGIS_VERSION)
            add_style(document, style)
        else:
            add_style(element, style)


def _find_style(sheet: Sheet, profile: str, project: Project) -> str:
    """Name of a layer's style for a walker."""
    return _ONLY if _ONLY in sheet.styles else project.themes[profile]


def _add_theme(parent: ET.Element, project: Project, profile: str, name: str) -> None:
    """Add a walker's theme: the layers that are seen, in this walker's style.

    QGIS 3.22 shows every layer that a theme names, whether or not it is said to be visible.
    """
    theme = {"has-expanded-info": "1", "has-checked-group-info": "1"}
    element = ET.SubElement(parent, "visibility-preset", theme, name=name)
    seen = [sheet for group in project.groups for sheet in group.sheets if sheet.is_on]
    for sheet in seen:
        style = _find_style(sheet, profile, project)
        ET.SubElement(element, "layer", id=sheet.id, visible="1", style=style, expanded="1")
    for kind in ("checked", "expanded"):
        nodes = ET.SubElement(element, f"{kind}-group-nodes")
        for group in project.groups:
            ET.SubElement(nodes, f"{kind}-group-node", id=group.name)
