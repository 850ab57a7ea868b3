"""The list of barriers as a document, in the order in which plans of barrier removal have it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Final

from access15.config import Lang
from access15.core.change.barriers import BARRIER_KINDS
from access15.outputs.documents.parts import Document, Grid, Heading, Items, Part, Text
from access15.outputs.words.barriers import (
    describe_about,
    describe_measure,
    describe_title,
    describe_today,
    format_door_range,
    list_rules,
    name_barrier,
    name_street,
)
from access15.outputs.words.dates import describe_moment
from access15.outputs.words.numbers import format_count, format_number
from access15.outputs.words.texts import capitalise, clean_text, say
from access15.results.barriers import Barrier, BarrierFindings, Surveyed

N_CARDS: Final = 30  # more are looked for in the workbook
_N_LISTED: Final = 100
_LISTED: Final = (
    "number",
    "code",
    "place",
    "barrier",
    "measure",
    "gained",
    "stake",
    "state",
    "cost",
)


def build_barrier_document(findings: BarrierFindings, lang: Lang) -> Document:
    """Put the list together."""
    title, subtitle = describe_title(findings, lang)
    return Document(
        title=title,
        subtitle=subtitle,
        lang=lang,
        created=findings.created,
        parts=tuple(_list_parts(findings, lang)),
    )


def _list_parts(findings: BarrierFindings, lang: Lang) -> Iterator[Part]:
    """What the plan is; its summary; the list; a card for each; what is settled; how to go on."""
    yield Heading(say("peba_doc_about", lang))
    moment = describe_moment(findings.at, lang)
    yield from (Text(line) for line in (*describe_about(findings, lang), moment) if line)
    yield Heading(say("peba_doc_summary", lang))
    yield Text(describe_today(findings, lang))
    if not findings.barriers:
        yield Text(say("peba_none", lang))
    else:
        yield _count_kinds(findings, lang)
        yield Heading(say("peba_doc_list", lang))
        yield _list_barriers(findings, lang)
        n_more = len(findings.barriers) - _N_LISTED
        if n_more > 0:
            yield Text(format_count("peba_doc_rest", n_more, lang))
        yield Heading(say("peba_doc_cards", lang))
        for number, barrier in enumerate(findings.barriers[:N_CARDS], start=1):
            is_told = barrier.surveyed is not None or round(barrier.gained) or _stakes(barrier)
            if is_told:
                yield _write_card(number, barrier, lang)
    left = [*findings.settled, *findings.gone]
    if left:
        yield Heading(say("peba_doc_settled", lang))
        yield Items([_describe_left(one, findings, lang) for one in left])
    yield Heading(say("peba_doc_how", lang))
    yield from (Text(line) for line in list_rules(lang))


def _count_kinds(findings: BarrierFindings, lang: Lang) -> Grid:
    """How many barriers of each kind there are, and the most that one lets in."""
    n = Counter(one.kind for one in findings.barriers)
    most: dict[str, float] = {}
    for one in findings.barriers:
        most[one.kind] = max(most.get(one.kind, 0.0), one.gained)
    kinds = [kind for kind in BARRIER_KINDS if n[kind]]
    return Grid(
        caption=say("peba_doc_by_kind", lang),
        head=(
            say("peba_col_barrier", lang),
            say("peba_doc_n", lang),
            say("peba_doc_most", lang),
        ),
        rows=[
            (
                _name_kind(kind, lang),
                format_number(n[kind], lang),
                format_number(most[kind], lang),
            )
            for kind in kinds
        ],
    )


def _name_kind(kind: str, lang: Lang) -> str:
    """Name a kind of barrier, whatever crossing it is."""
    return say("peba_crossings" if kind == "crossing" else f"peba_kind_{kind}", lang)


def _list_barriers(findings: BarrierFindings, lang: Lang) -> Grid:
    """The list, the first lets most people in."""
    rows = []
    for number, one in enumerate(findings.barriers[:_N_LISTED], start=1):
        told = _format_surveyed(one.surveyed, lang)
        cells = {
            "number": format_number(number, lang),
            "code": one.code,
            "place": name_street(one.street, lang, is_near=one.is_near),
            "barrier": name_barrier(one, lang),
            "measure": describe_measure(one, lang),
            "gained": format_number(one.gained, lang),
            "stake": _format_stake(one, lang),
            "state": told["state"] or say("peba_state_to_survey", lang),
            "cost": told["cost"],
        }
        rows.append([cells[key] for key in _LISTED])
    return Grid(
        caption=say("peba_doc_list", lang),
        head=[say(f"peba_col_{key}", lang) for key in _LISTED],
        rows=rows,
        texts=(0, 1, 2, 3, 4, 7),
        widths=(1.2, 3.2, 5.6, 4.2, 4.2, 2.2, 2.6, 2.2, 2.2),
    )


def _stakes(barrier: Barrier) -> bool:
    """Whether anybody is kept out if a kerb that nobody knows is raised."""
    return not math.isnan(barrier.stake) and round(barrier.stake) > 0


def _format_stake(barrier: Barrier, lang: Lang) -> str:
    """People kept out if a kerb that nobody knows is raised; empty where it is known."""
    return "" if math.isnan(barrier.stake) else format_number(barrier.stake, lang)


def _write_card(number: int, barrier: Barrier, lang: Lang) -> Grid:
    """All that is known of one barrier, and beside it room for what is not."""
    told = _format_surveyed(barrier.surveyed, lang)
    known = [
        (say("peba_col_place", lang), name_street(barrier.street, lang, is_near=barrier.is_near)),
        (say("peba_doc_position", lang), f"{barrier.lat:.6f}, {barrier.lon:.6f}"),
        (say("peba_col_barrier", lang), name_barrier(barrier, lang)),
        (say("peba_col_measure", lang), describe_measure(barrier, lang)),
        (say("peba_col_gained", lang), format_number(barrier.gained, lang)),
        (say("peba_col_range", lang), format_door_range(barrier, lang)),
        (say("peba_col_stake", lang), _format_stake(barrier, lang)),
        (say("peba_col_passing", lang), format_number(barrier.passing, lang)),
        (say("peba_col_work", lang), say(f"peba_work_{barrier.kind}", lang)),
    ]
    defaults = {"photo": "peba_doc_photo", "state": "peba_state_to_survey"}
    asked = [
        (
            say(f"peba_col_{key}", lang),
            text or (say(defaults[key], lang) if key in defaults else ""),
        )
        for key, text in told.items()
    ]
    head = say("peba_doc_field", lang), say("peba_doc_value", lang)
    return Grid(
        caption=say("peba_doc_card", lang, number=number, code=barrier.code),
        head=(*head, *head),
        rows=[(*left, *right) for left, right in zip(known, asked, strict=True)],
        texts=(0, 1, 2, 3),
        widths=(4.5, 9.5, 4.0, 8.0),
    )


def _format_surveyed(row: Surveyed | None, lang: Lang) -> dict[str, str]:
    """What somebody filled in, as text; empty where nobody did."""
    keys = ("kind", "height", "width", "date", "who", "photo", "state", "cost", "note")
    if row is None:
        return dict.fromkeys(keys, "")
    numbers = {"height": 100.0 * row.height_m, "width": 100.0 * row.width_m, "cost": row.cost_eur}
    told = {
        "kind": say(f"peba_found_{row.kind}", lang) if row.kind else "",
        "date": date.fromisoformat(row.date).strftime("%d/%m/%Y") if row.date else "",
        "state": say(f"peba_state_{row.state}", lang) if row.state else "",
        **{
            key: "" if math.isnan(n) else format_number(n, lang, decimals=1)
            for key, n in numbers.items()
        },
        **{key: clean_text(getattr(row, key), lang) for key in ("who", "photo", "note")},
    }
    return {key: told[key] for key in keys}


def _describe_left(row: Surveyed, findings: BarrierFindings, lang: Lang) -> str:
    """Say what was surveyed and is no barrier today."""
    why = say("peba_gone" if row in findings.gone else "peba_settled", lang)
    kind = say(f"peba_found_{row.kind}", lang) if row.kind else ""
    what = capitalise(kind) or say(f"peba_family_{row.family}", lang)
    return f"{row.code}: {what}; {why}"
