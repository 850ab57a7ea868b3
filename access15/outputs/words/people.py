"""How residents were put where they live, and whom that leaves out, in Italian and English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from access15.config import Lang
from access15.outputs.words.findings import Findings
from access15.outputs.words.numbers import format_number, format_share
from access15.outputs.words.texts import clean_text, say
from access15.results.people import ALL, JOIN, METHODS, CountedOn, PeopleNote, PutOn

_COUNTED_ON_IT: Final[Mapping[CountedOn, str]] = {
    "zones": "totali di zona",
    "sections": "totali delle sezioni di censimento",
    "polygons": "totali dei poligoni dello strato fornito",
}
_PUT_ON_IT: Final[Mapping[PutOn, str]] = {
    "buildings": "distribuiti fra gli edifici residenziali in base alla superficie di piano: "
    "mancano le case che "
    "nessuno ha mappato, un edificio senza piani indicati conta come quattro piani, tutti i gruppi "
    "sono distribuiti "
    "allo stesso modo",
    "streets": "distribuiti in modo uniforme lungo le strade residenziali: una villetta conta "
    "quanto una torre, tutti "
    "i gruppi sono distribuiti allo stesso modo",
    "other_streets": "distribuiti lungo altre strade, perché non ce ne sono di residenziali: forse "
    "si abita solo su "
    "poche di esse, tutti i gruppi sono distribuiti allo stesso modo",
    "middle": "messi in un solo punto, perché non ci sono strade: non si sa dove si abiti davvero",
}
_MOST_NAMED: Final = 6
_POINTS_IT: Final = (
    "punti dello strato fornito, così come sono: le case sono precise quanto lo strato"
)
METHODS_IT: Final[Mapping[str, str]] = {
    **{
        METHODS[f"{counted}_{put}"].text: f"{of} {how}"
        for counted, of in _COUNTED_ON_IT.items()
        for put, how in _PUT_ON_IT.items()
    },
    METHODS["points"].text: _POINTS_IT,
}


def describe_methods(findings: Findings) -> list[str]:
    """Say how the residents of an area were put where they live, each way with its weakness."""
    lang, zones = findings.lang, findings.area.zones
    names = dict(zip(zones["zone_id"].astype(str), zones["name"], strict=True))
    zones_of: dict[str, list[str]] = {}
    for zone, texts in _list_texts(findings).items():
        for text in texts:
            zones_of.setdefault(text, []).append(clean_text(names.get(zone, zone), lang) or zone)
    told = {text: METHODS_IT.get(text, "") if lang == "it" else "" for text in zones_of}
    told = {text: found or clean_text(text, lang, limit=400) for text, found in told.items()}
    if len(told) == 1:
        return list(told.values())
    return [f"{_join(zones_of[text], lang)}: {sentence}" for text, sentence in told.items()]


def is_estimate(findings: Findings) -> bool:
    """Whether anybody of an area was put where they live by estimate."""
    return any(
        text != METHODS["points"].text for texts in _list_texts(findings).values() for text in texts
    )


def _list_texts(findings: Findings) -> dict[str, list[str]]:
    """Texts of the methods of each zone."""
    table = findings.area.coverage
    table = table[table["zone"] != ALL].drop_duplicates(["zone", "method"])
    return {
        str(zone): [text for joined in rows for text in str(joined).split(JOIN) if text]
        for zone, rows in table.groupby("zone", sort=False)["method"]
    }


def _join(names: list[str], lang: Lang) -> str:
    more = len(names) - _MOST_NAMED
    if more <= 0:
        return ", ".join(names)
    rest = f"e altre {more}" if lang == "it" else f"and {more} more"
    return f"{', '.join(names[:_MOST_NAMED])} {rest}"


def describe_notes(findings: Findings) -> list[str]:
    """Say what the reader must know about the residents of an area."""
    return [_describe_note(note, findings.lang) for note in findings.area.people_info.notes]


def _describe_note(note: PeopleNote, lang: Lang) -> str:
    return say(
        f"people_{note.kind}",
        lang,
        people=format_number(note.people, lang),
        n=format_number(note.n, lang),
        share=format_share(note.share, lang),
    )
