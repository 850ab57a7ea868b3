"""Where the data of an area come from, and what their reader must know."""

from __future__ import annotations

from typing import Final

from access15.outputs.words.dates import format_date
from access15.outputs.words.findings import Findings
from access15.outputs.words.numbers import format_count
from access15.outputs.words.people import describe_methods, describe_notes
from access15.outputs.words.texts import clean_text, say, say_remark

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
    """Kind, name, date and licence of the streets."""
    lang, info = findings.lang, findings.area.network_info
    return say(
        "network_line",
        lang,
        kind=say(f"network_{info.kind}", lang),
        name=clean_text(info.name, lang),
        date=clean_text(info.date, lang) or say("date_unknown", lang),
        licence=clean_text(info.licence, lang, limit=300),
    )


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
    methods = "; ".join(describe_methods(findings))
    return say(
        "population_line",
        lang,
        file="; ".join(filter(None, files)),
        year=year,
        method=say("method", lang, method=methods),
    )


def _describe_facilities(findings: Findings) -> str:
    """File of the facilities, and the sources that it names."""
    lang, file = findings.lang, findings.result.study.facilities.file
    told = {clean_text(source, lang) for source in findings.area.facilities["source"]}
    sources = sorted(told - {""})
    named, rest = sources[:_MAX_SOURCES], len(sources) - _MAX_SOURCES
    if rest > 0:
        named.append(format_count("n_more_sources", rest, lang))
    return f"{clean_text(file.name, lang)}. {'; '.join(named)}"


def list_warnings(findings: Findings) -> list[str]:
    """List what the reader of the street data and of the residents must know."""
    lang, info = findings.lang, findings.area.network_info
    network = () if info.kind == "sketch" else info.warnings
    return [*(say_remark(note, lang) for note in network), *describe_notes(findings)]
