"""How QGIS shows the layers of ``results.gpkg``: one QML document per layer.

Every layer has rules per walking profile; those of one profile are switched on, the others wait in
the layer panel. Colours are those of the maps.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable

from access15.config import Lang
from access15.core.change.fixes import FIX_KINDS
from access15.outputs.pages.doors import DOOR_SIGNS
from access15.outputs.pages.map_data import BAND_ALPHA, BAND_OUTLINE, pick_band_colours
from access15.outputs.tables.geopackage import zone_column
from access15.outputs.tables.qml import (
    BLACK,
    WHITE,
    Rule,
    Style,
    Symbol,
    draw_fill,
    draw_marker,
    draw_street,
    draw_stroke,
    format_plain,
    format_rgba,
    match_text,
    render_qml,
)
from access15.outputs.words.findings import Findings
from access15.outputs.words.fixes import SHOWN_FIXES
from access15.outputs.words.legend import choose_profile
from access15.outputs.words.numbers import format_cutoff, format_pace, format_share
from access15.outputs.words.texts import say
from access15.results.run import RunResult

_GREY = "90,90,90,255"
_ORANGE = "217,95,2,255"
_NONE = "0,0,0,0"
_ON_THE_STREETS = "\"status\" IN ('ok', 'unreachable')"
_SHARE_STEPS = (0, 20, 40, 60, 80, 100)


def build_styles(
    result: RunResult, *, lang: Lang = "it", has_cells: bool = False
) -> dict[str, str]:
    """QML of each layer of the GeoPackage."""
    styles = list_styles(result, lang, has_cells=has_cells)
    return {name: render_qml(style) for name, style in styles.items()}


def list_styles(result: RunResult, lang: Lang, *, has_cells: bool = False) -> dict[str, Style]:
    """List how each layer of the GeoPackage is drawn, the cells of a grid among them."""
    shares = Style(_zone_rules(result, lang), opacity=BAND_ALPHA)
    cells = {"coverage_by_cell": shares} if has_cells else {}
    return cells | {
        "facilities": Style(_facility_rules(result, lang)),
        "service_areas": Style(
            _service_area_rules(result, lang), order_by='"cutoff_min"', opacity=BAND_ALPHA
        ),
        "reached_streets": Style(_street_rules(result, lang), order_by='"cutoff_min"'),
        "residents": Style(_resident_rules(result, lang)),
        "coverage_by_zone": shares,
        "closed_doors": Style(_door_rules(result, lang)),
        "fixes": Style(_fix_rules(result, lang)),
    }


def _facility_rules(result: RunResult, lang: Lang) -> list[Rule]:
    """Facilities by category, and those whose point is not certain; kinds that no score asks for,
    such as every stop of the city, wait to be switched on.
    """
    hubs = list_hub_kinds(result)
    rules = [
        Rule(
            category.label.in_lang(lang),
            f"{match_text('category', name)} AND {match_text('status', 'ok')}",
            draw_marker(
                fill=format_rgba(category.colour),
                line=WHITE,
                size_mm=5.0,
                letter=category.symbol,
            ),
            is_on=category.counts_in_score or name in hubs,
        )
        for name, category in result.categories.items()
    ]
    uncertain = draw_marker(
        fill=WHITE,
        line=_GREY,
        size_mm=4.0,
        letter="?",
        ink=_GREY,
    )
    return [
        *rules,
        Rule(say("legend_uncertain", lang), f"NOT {match_text('status', 'ok')}", uncertain),
    ]


def list_hub_kinds(result: RunResult) -> set[str]:
    """List the kinds of place that hubs are, or that stand in for them."""
    stand_in = result.study.hub_stand_in
    if stand_in is not None:
        return {stand_in}
    facilities = next(iter(result.areas.values())).facilities
    is_hub = facilities["facility_id"].isin(list_hubs(result))
    return set(facilities.loc[is_hub, "category"].astype(str))


def list_hubs(result: RunResult) -> list[str]:
    """List the ids of all hubs; none where a kind of place stands in for them."""
    return [hub for area in result.areas.values() for hub in area.area.hubs]


def _service_area_rules(result: RunResult, lang: Lang) -> list[Rule]:
    """Land from which a hub is reached, by cutoff."""
    bands = _cutoff_rules(result, lang, lambda colour: draw_fill(colour, format_rgba(BAND_OUTLINE)))
    return _per_profile(
        result,
        lang,
        lambda name: f"{match_text('profile', name)} AND {match_text('target_kind', 'hub')}",
        bands,
    )


def _street_rules(result: RunResult, lang: Lang) -> list[Rule]:
    """Streets from which a hub is reached, by cutoff."""
    bands = _cutoff_rules(result, lang, draw_street)
    return _per_profile(result, lang, lambda name: match_text("profile", name), bands)


def _resident_rules(result: RunResult, lang: Lang) -> list[Rule]:
    """Homes by the cutoff within which they reach a hub."""

    def homes(profile: str) -> list[Rule]:
        column = f'"hub_min_{profile}"'
        rules, beyond = [], ""
        for cutoff, colour in _bands(result):
            within = f"{column} <= {format_plain(cutoff)}"
            rules.append(
                Rule(
                    _within(cutoff, lang),
                    f"{beyond}{within}",
                    draw_marker(
                        fill=colour,
                        line=_GREY,
                        size_mm=1.8,
                    ),
                )
            )
            beyond = f"{column} > {format_plain(cutoff)} AND "
        longest = format_cutoff(result.cutoffs_min[-1], lang)
        uncovered = Rule(
            say("layer_uncovered", lang, cutoff=longest),
            beyond + _ON_THE_STREETS,
            draw_marker(
                fill=_ORANGE,
                line=_GREY,
                size_mm=1.8,
            ),
        )
        off = Rule(
            say("status_too_far_from_network", lang),
            f"NOT {_ON_THE_STREETS}",
            draw_marker(
                fill=WHITE,
                line=_GREY,
                size_mm=1.8,
            ),
        )
        return [*rules, uncovered, off]

    return _per_profile(result, lang, lambda _: "", homes)


def _door_rules(result: RunResult, lang: Lang) -> list[Rule]:
    """Homes by what closes the door of the nearest hub."""
    causes = [
        Rule(
            say(f"cause_{cause}", lang),
            match_text("door_hub", cause),
            draw_marker(
                fill=format_rgba(sign.colour),
                line=BLACK,
                size_mm=2.6,
                shape=sign.shape,
            ),
        )
        for cause, sign in DOOR_SIGNS.items()
    ]
    return _per_profile(result, lang, lambda name: match_text("profile", name), lambda _: causes)


def _fix_rules(result: RunResult, lang: Lang) -> list[Rule]:
    """The best fixes on the way to the nearest hub."""
    kinds = [
        Rule(
            say(f"cause_{kind}", lang),
            f'{match_text("kind", kind)} AND "rank" <= {SHOWN_FIXES}',
            draw_stroke(format_rgba(DOOR_SIGNS[kind].colour)),
        )
        for kind in FIX_KINDS
    ]
    return _per_profile(
        result,
        lang,
        lambda name: f"{match_text('profile', name)} AND {match_text('category', 'hub')}",
        lambda _: kinds,
    )


def _zone_rules(result: RunResult, lang: Lang) -> list[Rule]:
    """Zones by the share of the headline's group within the longest cutoff of a hub."""
    group = Findings(result, next(iter(result.areas)), lang).group
    column = f'"{zone_column("share", group, result.cutoffs_min[-1])}"'
    rules = []
    steps = list(itertools.pairwise(_SHARE_STEPS))
    for (low, high), colour in zip(steps, reversed(pick_band_colours(len(steps))), strict=True):
        below = "<=" if high == _SHARE_STEPS[-1] else "<"
        text = f"{column} >= {low / 100} AND {column} {below} {high / 100}"
        rules.append(
            Rule(
                f"{low}–{format_share(high / 100, lang)}",
                text,
                draw_fill(format_rgba(colour), _GREY),
            )
        )
    rules.append(Rule(say("unknown", lang), f"{column} IS NULL", draw_fill(_NONE, _GREY)))
    return _per_profile(
        result,
        lang,
        lambda name: f"{match_text('profile', name)} AND {match_text('category', 'hub')}",
        lambda _: rules,
    )


def _per_profile(
    result: RunResult,
    lang: Lang,
    which: Callable[[str], str],
    rules: Callable[[str], list[Rule]],
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
    result: RunResult,
    lang: Lang,
    symbol: Callable[[str], Symbol],
) -> Callable[[str], list[Rule]]:
    """A rule per cutoff, the same for every profile."""
    rules = [
        Rule(_within(cutoff, lang), f'"cutoff_min" = {format_plain(cutoff)}', symbol(colour))
        for cutoff, colour in _bands(result)
    ]
    return lambda _: rules


def _bands(result: RunResult) -> list[tuple[float, str]]:
    """Cutoffs with the colours of the maps."""
    colours = pick_band_colours(len(result.cutoffs_min))
    return [
        (cutoff, format_rgba(colour))
        for cutoff, colour in zip(result.cutoffs_min, colours, strict=True)
    ]


def _within(cutoff_min: float, lang: Lang) -> str:
    """Cutoff in words."""
    return f"{say('within', lang)} {format_cutoff(cutoff_min, lang)}"
