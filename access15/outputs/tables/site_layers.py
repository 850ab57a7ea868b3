"""``sites.gpkg``: the best places as layers for QGIS, with their styles."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import geopandas as gpd
import pandas as pd

from access15.config import Lang
from access15.outputs.pages.doors import DOOR_SIGNS
from access15.outputs.pages.map_data import pick_band_colours
from access15.outputs.pages.sites import list_gain_steps
from access15.outputs.tables.geopackage import describe_streets, type_columns, write_layers
from access15.outputs.tables.qml import (
    BLACK,
    WHITE,
    Rule,
    Style,
    draw_marker,
    draw_street,
    format_plain,
    format_rgba,
    match_text,
    render_qml,
)
from access15.outputs.words.numbers import format_count, format_number
from access15.outputs.words.texts import say
from access15.results.schema import SITE_ALTERNATIVES, SITE_GAIN_STREETS, SITE_LEFT_OUT, SITES
from access15.results.siting import SiteFindings

_SITE: Final = "75,17,115,255"


def write_site_package(findings: SiteFindings, folder: Path, *, lang: Lang) -> str:
    """Write the layers and name their file."""
    name = SITES.package
    write_layers(
        lambda: _build_layers(findings),
        folder / name,
        styles=_build_styles(findings, lang),
        now=findings.created,
        about=describe_streets(findings.study_name, findings.run.areas),
    )
    return name


def _build_layers(findings: SiteFindings) -> dict[str, gpd.GeoDataFrame]:
    """Layers in the CRS of the streets; an empty one has its columns too."""
    crs = next(iter(findings.run.areas.values())).network.crs
    frames = {
        SITES: findings.sites,
        SITE_ALTERNATIVES: findings.alternatives,
        SITE_GAIN_STREETS: findings.gain_streets,
        SITE_LEFT_OUT: findings.left_out,
    }
    return {
        table.layer: type_columns(gpd.GeoDataFrame(frame.to_crs(crs)), table)
        for table, frame in frames.items()
    }


def _build_styles(findings: SiteFindings, lang: Lang) -> dict[str, str]:
    """QML of each layer."""
    return {
        SITES.layer: render_qml(Style(_site_rules(findings, lang))),
        SITE_ALTERNATIVES.layer: render_qml(Style(_alternative_rules(findings, lang))),
        SITE_GAIN_STREETS.layer: render_qml(Style(_gain_rules(findings, lang))),
        SITE_LEFT_OUT.layer: render_qml(Style(_cause_rules(findings, lang))),
    }


def _site_rules(findings: SiteFindings, lang: Lang) -> list[Rule]:
    """Sites with their numbers, a switchable rule for each number of them."""
    return [
        Rule(
            format_count("sites_places", n, lang),
            f'"n_sites" = {n}',
            rules=[
                Rule(
                    str(site),
                    f'"site" = {site}',
                    draw_marker(fill=_SITE, line=WHITE, size_mm=6.0, letter=str(site)),
                )
                for site in range(1, n + 1)
            ],
            is_on=i == 0,
        )
        for i, n in enumerate(_list_numbers(findings.sites))
    ]


def _alternative_rules(findings: SiteFindings, lang: Lang) -> list[Rule]:
    """Other places that keep 99 %."""
    symbol = draw_marker(fill=WHITE, line=_SITE, size_mm=3.0)
    return [
        Rule(format_count("sites_places", n, lang), f'"n_sites" = {n}', symbol, is_on=i == 0)
        for i, n in enumerate(_list_numbers(findings.alternatives))
    ]


def _list_numbers(frame: pd.DataFrame) -> list[int]:
    """How many places there are choices of."""
    return sorted(set(frame["n_sites"].astype(int)))


def _gain_rules(findings: SiteFindings, lang: Lang) -> list[Rule]:
    """Streets by people gained, in equal steps."""
    steps = list_gain_steps(findings.gain_streets)
    if not steps:
        return []
    colours = reversed(pick_band_colours(len(steps)))
    most = steps[-1][1]
    return [
        Rule(
            f"{format_number(low, lang)}-{format_number(high, lang)}",
            f'"gained" >= {format_plain(low)} AND "gained" {"<=" if high == most else "<"} '
            f"{format_plain(high)}",
            draw_street(format_rgba(colour)),
        )
        for (low, high), colour in zip(steps, colours, strict=True)
    ]


def _cause_rules(findings: SiteFindings, lang: Lang) -> list[Rule]:
    """Who is left out, by what would let them in."""
    present: Mapping[str, None] = dict.fromkeys(findings.left_out["cause"].astype(str))
    return [
        Rule(
            say(f"cause_{cause}", lang),
            match_text("cause", cause),
            draw_marker(fill=format_rgba(sign.colour), line=BLACK, size_mm=3.2, shape=sign.shape),
        )
        for cause, sign in DOOR_SIGNS.items()
        if cause in present
    ]
