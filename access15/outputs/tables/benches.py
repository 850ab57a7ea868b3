"""Missing seats for people: tables, layers, and plain words on the terminal."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from access15.config import Lang
from access15.files import staged_outputs
from access15.outputs.tables.cells import format_csv
from access15.outputs.tables.layers import write_layer
from access15.outputs.words.dates import describe_moment, format_date
from access15.outputs.words.methods import spell_methods
from access15.outputs.words.numbers import format_number, format_pace
from access15.outputs.words.texts import clean_text
from access15.results.benches import SeatFindings
from access15.results.schema import NEW_SEATS, SEAT_GAPS, SEATS, SEATS_SUMMARY
from access15.results.table import GEOMETRY

_SHOWN = 5
_WORDS = {
    "it": {
        "title": "{area}: {group}, a {minutes} min da {service}",
        "walker": "{who}, {pace}; una seduta almeno ogni {limit} m, anche sulla porta di casa e "
        "del servizio",
        "plain": "senza bisogno di sedute",
        "seats": "di seduta in seduta",
        "proposed": "con le {n} panchine proposte",
        "known": "{n} sedute note sulle strade. Strade: {streets}. Residenti: {method}. {date}",
        "note": "Nota: conta solo ciò che è sulla mappa; una panchina che nessuno ha disegnato qui "
        "manca.",
        "gaps": "I vuoti che escludono più persone",
        "gap": ("Dove", "Da", "A", "Metri", "Solo per questo", "Anche per altri"),
        "new": "Le migliori panchine nuove (quelle con lo stesso passo servono insieme)",
        "seat": ("N.", "Passo", "Dove", "Lat, lon", "Riconnette", "In tutto"),
        "homes": "case",
        "none_gaps": "Nessun vuoto esclude qualcuno che arriverebbe in tempo.",
        "none_new": "Nessuna panchina nuova riconnette qualcuno.",
    },
    "en": {
        "title": "{area}: {group}, within {minutes} min of {service}",
        "walker": "{who}, {pace}; a seat at least every {limit} m, counted from door to door",
        "plain": "without a need of seats",
        "seats": "from seat to seat",
        "proposed": "with the {n} proposed benches",
        "known": "{n} seats known on the streets. Streets: {streets}. Residents: {method}. {date}",
        "note": "Note: only what is on the map counts; a bench that nobody has mapped is missing "
        "here.",
        "gaps": "The gaps that cut most people off",
        "gap": ("Where", "From", "To", "Metres", "This alone", "With others"),
        "new": "The best new benches (those of one step are of use together)",
        "seat": ("No.", "Step", "Where", "Lat, lon", "Reconnects", "In all"),
        "homes": "homes",
        "none_gaps": "No gap cuts off anybody who would arrive in time.",
        "none_new": "No new bench reconnects anybody.",
    },
}


def write_seat_findings(findings: SeatFindings, folder: Path) -> dict[str, Path]:
    """Write gaps, new benches and every seat, all of it or nothing."""
    frames = ((SEAT_GAPS, findings.gaps), (NEW_SEATS, findings.proposals))
    names: list[str] = []
    with staged_outputs(folder) as staging:
        for table, frame in frames:
            text_name, layer_name = table.files
            (staging / text_name).write_bytes(format_csv(frame, table).encode("utf-8"))
            shaped = frame[[*table.list_names(), GEOMETRY]]
            write_layer(shaped, staging / layer_name, name=table.name)
            names += table.files
        (seats_name,) = SEATS.files
        write_layer(_finite(findings.seats), staging / seats_name, name=SEATS.name)
        (summary_name,) = SEATS_SUMMARY.files
        summary = format_csv(_told(findings), SEATS_SUMMARY)
        (staging / summary_name).write_bytes(summary.encode("utf-8"))
    return {name: folder / name for name in [*names, seats_name, summary_name]}


def _finite(seats: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """JSON knows no infinity: a seat without a street has no metres to it."""
    return seats.assign(snap_m=seats["snap_m"].where(seats["snap_m"] < float("inf")))


def _told(findings: SeatFindings) -> pd.DataFrame:
    """The summary with who, how far and from which data in every row."""
    table = findings.summary
    if findings.at is not None:
        table = table.assign(at=findings.at.strftime("%Y-%m-%d %H:%M"))
    return table.assign(
        profile=findings.profile.id,
        service=findings.service.en,
        group=findings.group.en,
        limit_m=findings.limit_m,
        cutoff_min=findings.cutoff_min,
        streets=[findings.sources[name] for name in findings.summary["area_name"]],
        date=findings.created.isoformat(timespec="seconds"),
    )


def draw_seat_findings(findings: SeatFindings, *, lang: Lang = "it") -> list[RenderableType]:
    """Tell what was found in plain words."""
    words = _WORDS[lang]
    parts: list[RenderableType] = []
    for row in findings.summary.to_dict("records"):
        gaps = findings.gaps[findings.gaps["area"] == row["area"]].head(_SHOWN)
        new = findings.proposals[findings.proposals["area"] == row["area"]]
        parts += [
            *_draw_head(findings, row, len(new), lang),
            _draw_gaps(gaps, lang) if len(gaps) else Text(str(words["none_gaps"])),
            _draw_new(new, lang) if len(new) else Text(str(words["none_new"])),
            Text(),
        ]
    return [*parts, Text(str(words["note"]))]


def _draw_head(
    findings: SeatFindings, row: dict[str, object], n_new: int, lang: Lang
) -> list[RenderableType]:
    words = _WORDS[lang]
    title = str(words["title"]).format(
        area=clean_text(str(row["area_name"]), lang),
        group=clean_text(findings.group.in_lang(lang), lang),
        minutes=format_number(findings.cutoff_min, lang),
        service=clean_text(findings.service.in_lang(lang), lang),
    )
    walker = str(words["walker"]).format(
        who=clean_text(findings.profile.who.in_lang(lang), lang),
        pace=format_pace(findings.profile, lang),
        limit=format_number(findings.limit_m, lang),
    )
    known = str(words["known"]).format(
        n=row["n_seats"],
        streets=clean_text(findings.sources[str(row["area_name"])], lang),
        method=clean_text(spell_methods(str(row["method"]), "en"), lang, limit=300),
        date=format_date(findings.created, lang),
    )
    lines = [Text(title, style="bold"), Text(f"  {walker}")]
    if moment := describe_moment(findings.at, lang):
        lines.append(Text(f"  {moment}"))
    people = float(str(row["people"]))
    for key, name in (
        ("within_plain", "plain"),
        ("within_seats", "seats"),
        ("within_proposed", "proposed"),
    ):
        count = float(str(row[key]))
        share = (
            f" ({format_number(100 * count / people, lang, decimals=1)} %)" if people > 0 else ""
        )
        label = str(words[name]).format(n=n_new)
        lines.append(
            Text(f"  {label}: {format_number(count, lang)} / {format_number(people, lang)}{share}")
        )
    return [*lines, Text(f"  {known}")]


def _draw_gaps(gaps: gpd.GeoDataFrame, lang: Lang) -> Table:
    words = _WORDS[lang]
    table = _table(str(words["gaps"]), tuple(words["gap"]), right=(3, 4, 5))
    for row in gaps.to_dict("records"):
        far = str(words["homes"]) if row["far"] == "homes" else str(row["far"])
        table.add_row(
            Text(clean_text(str(row["street"]), lang)),
            Text(f"{clean_text(str(row['near']), lang)}\n{row['lat']:.5f}, {row['lon']:.5f}"),
            Text(f"{clean_text(far, lang)}\n{row['lat_to']:.5f}, {row['lon_to']:.5f}"),
            Text(format_number(row["gap_m"], lang)),
            Text(format_number(row["people_alone"], lang)),
            Text(format_number(row["people_together"], lang)),
        )
    return table


def _draw_new(new: gpd.GeoDataFrame, lang: Lang) -> Table:
    words = _WORDS[lang]
    table = _table(str(words["new"]), tuple(words["seat"]), right=(0, 1, 4, 5))
    for row in new.to_dict("records"):
        table.add_row(
            Text(str(row["order"])),
            Text(str(row["step"])),
            Text(clean_text(str(row["street"]), lang)),
            Text(f"{row['lat']:.5f}, {row['lon']:.5f}"),
            Text(format_number(row["gained"], lang)),
            Text(format_number(row["total"], lang)),
        )
    return table


def _table(title: str, heads: tuple[str, ...], *, right: tuple[int, ...]) -> Table:
    table = Table(title=Text(title), title_justify="left", pad_edge=False)
    for i, head in enumerate(heads):
        table.add_column(Text(head), justify="right" if i in right else "left")
    return table
