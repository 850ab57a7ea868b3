"""Where the data of an area come from, and what their reader must know."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from access15.config import HeightsSource, Lang
from access15.outputs.words.dates import format_date
from access15.outputs.words.findings import Findings
from access15.outputs.words.numbers import format_count, format_number, format_share
from access15.outputs.words.people import describe_methods, describe_notes
from access15.outputs.words.texts import clean_text, name_own, say, say_remark
from access15.results.run import HeightFile, HeightsInfo, NetworkInfo, RunResult

_MAX_SOURCES: Final = 20


def list_sources(findings: Findings) -> list[tuple[str, str]]:
    """Say where the streets, residents and facilities of an area come from, and when it was
    computed.
    """
    lang = findings.lang
    return [
        (say("streets", lang), _describe_streets(findings)),
        (say("residents", lang), _describe_residents(findings)),
        (say("facilities", lang), _describe_facilities(findings)),
        (say("computed", lang), format_date(findings.result.created, lang)),
    ]


def _describe_streets(findings: Findings) -> str:
    """Kind, name, date and licence of the streets of an area, and their slopes."""
    return describe_network(
        findings.area.network_info, findings.result.study.heights, findings.lang
    )


def describe_network(info: NetworkInfo, heights: HeightsSource | None, lang: Lang) -> str:
    """Kind, name, date and licence of streets, and where their slopes come from."""
    told = say(
        "network_line",
        lang,
        kind=say(f"network_{info.kind}", lang),
        name=clean_text(info.name, lang),
        date=clean_text(info.date, lang) or say("date_unknown", lang),
        licence=clean_text(info.licence, lang, limit=300),
    )
    source = "" if heights is None else clean_text(heights.source, lang, limit=300)
    if info.heights is None:
        return told
    return f"{told.rstrip('. ')}. {describe_heights(info.heights, lang, source)}"


def describe_heights(heights: HeightsInfo, lang: Lang, source: str = "") -> str:
    """Say which heights slopes come from, how fine they are, and of how much of the streets a slope
    is known.
    """
    files = [_describe_height_file(one, lang) for one in heights.files]
    if source:
        files.append(source)
    return say(
        "heights_line",
        lang,
        files="; ".join(files),
        spacing=format_number(heights.spacing_m, lang),
        measured=format_share(heights.measured_share, lang),
        tagged=format_share(heights.tagged_share, lang),
        unknown=format_share(heights.unknown_share, lang),
    )


def _describe_height_file(file: HeightFile, lang: Lang) -> str:
    """A height model: its name, the size of its cells, its date and, unless metres, its unit."""
    named = say(
        "height_file",
        lang,
        name=clean_text(file.name, lang),
        metres=format_number(file.cell_m, lang),
        date=clean_text(file.date, lang) or say("date_unknown", lang),
    )
    if file.to_metres == 1.0:
        return named
    return say("height_file_turned", lang, file=named, factor=f"{file.to_metres:.4g}")


def _describe_residents(findings: Findings) -> str:
    """Files and sources of the residents and their zones, the year, and how they were placed."""
    lang, study = findings.lang, findings.result.study
    population, zones = study.population, study.zones
    files = [
        clean_text(population.file_name, lang),
        clean_text(population.sections_name, lang),
        clean_text(population.source, lang, limit=300),
    ]
    if zones.source:
        files.append(say("zones_line", lang, source=clean_text(zones.source, lang, limit=300)))
    year = "" if population.year is None else say("population_year", lang, year=population.year)
    named = "; ".join(filter(None, files))
    method = say("method", lang, method="; ".join(describe_methods(findings)))
    if not named and not year:
        return method
    return say("population_line", lang, file=named, year=year, method=method)


def _describe_facilities(findings: Findings) -> str:
    """File of the facilities, and the sources that it names."""
    lang = findings.lang
    told = {
        clean_text(name_own(source, lang), lang) for source in findings.area.facilities["source"]
    }
    sources = sorted(told - {""})
    named, rest = sources[:_MAX_SOURCES], len(sources) - _MAX_SOURCES
    if rest > 0:
        named.append(format_count("n_more_sources", rest, lang))
    return f"{'. '.join(describe_tables(findings.result, lang))}. {'; '.join(named)}"


def describe_tables(result: RunResult, lang: Lang) -> list[str]:
    """Name the tables of places, and say what was the same place, replaced or is unknown now."""
    info = result.places_info
    told = [clean_text(path.name, lang) for path in result.study.facilities.tables[:1]]
    for one in info.added:
        name = clean_text(one.name, lang)
        new = format_count("n_places", one.n_added, lang)
        told.append(say("places_added", lang, name=name, new=new))
        if one.n_merged:
            told[-1] += say(
                "places_merged", lang, places=format_count("n_places", one.n_merged, lang)
            )
    if info.n_replaced:
        kinds = _name_kinds(result, info.replaced, lang)
        places = format_count("n_places", info.n_replaced, lang)
        told.append(say("places_replaced", lang, places=places, kinds=kinds))
    if info.unlisted:
        kinds = _name_kinds(result, info.unlisted, lang)
        table = clean_text(info.instead_of, lang) or "".join(told[:1])
        told.append(say("places_unlisted", lang, kinds=kinds, table=table))
    return told


def _name_kinds(result: RunResult, ids: Sequence[str], lang: Lang) -> str:
    """Names of kinds of place, by their ids where the run does not ask for them."""
    known = result.categories
    names = [known[key].label.in_lang(lang) if key in known else key for key in ids]
    return ", ".join(clean_text(name, lang) for name in names)


def list_warnings(findings: Findings) -> list[str]:
    """List what the reader of the street data and of the residents must know."""
    lang, info = findings.lang, findings.area.network_info
    network = () if info.kind == "sketch" else info.warnings
    return [*(say_remark(note, lang) for note in network), *describe_notes(findings)]
