"""How residents were put where they live, and whom that leaves out, in Italian and English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from access15.config import Lang
from access15.outputs.findings import Findings
from access15.outputs.texts import clean_text, format_number, format_share, say
from access15.people import ALL, JOIN, METHODS, CountedOn, PeopleNote, PutOn

_COUNTED_ON_IT: Final[Mapping[CountedOn, str]] = {
    "zones": "totali di zona",
    "sections": "totali delle sezioni di censimento",
    "polygons": "totali dei poligoni dello strato fornito",
}
_PUT_ON_IT: Final[Mapping[PutOn, str]] = {
    "buildings": "distribuiti fra gli edifici residenziali in base alla superficie di piano: mancano le case che "
    "nessuno ha mappato, un edificio senza piani indicati conta come quattro piani, tutti i gruppi sono distribuiti "
    "allo stesso modo",
    "streets": "distribuiti in modo uniforme lungo le strade residenziali: una villetta conta quanto una torre, tutti "
    "i gruppi sono distribuiti allo stesso modo",
    "other_streets": "distribuiti lungo altre strade, perché non ce ne sono di residenziali: forse si abita solo su "
    "poche di esse, tutti i gruppi sono distribuiti allo stesso modo",
    "middle": "messi in un solo punto, perché non ci sono strade: non si sa dove si abiti davvero",
}
_POINTS_IT: Final = "punti dello strato fornito, così come sono: le case sono precise quanto lo strato"
METHODS_IT: Final[Mapping[str, str]] = {
    **{
        METHODS[f"{counted}_{put}"].text: f"{of} {how}"
        for counted, of in _COUNTED_ON_IT.items()
        for put, how in _PUT_ON_IT.items()
    },
    METHODS["points"].text: _POINTS_IT,
}


def tell_methods(findings: Findings, zone: str = ALL) -> list[str]:
    """Say how the residents of an area were put where they live, each way with its weakness.

    Parameters
    ----------
    findings : Findings
        The numbers and sentences of the area.
    zone : str
        A zone of the area, or ``"all"``.

    Returns
    -------
    list of str
        A text for each way; one nobody knows a translation of is given as it is.
    """
    table = findings.area.coverage
    texts = table.loc[table["zone"] == zone, "method"].astype(str).unique()
    return [
        METHODS_IT[text] if findings.lang == "it" and text in METHODS_IT else clean_text(text, findings.lang, limit=400)
        for text in dict.fromkeys(part for joined in texts for part in joined.split(JOIN))
        if text
    ]


def tell_notes(findings: Findings) -> list[str]:
    """Say what the reader must know about the residents of an area.

    Parameters
    ----------
    findings : Findings
        The numbers and sentences of the area.

    Returns
    -------
    list of str
        Sentences, maybe none.
    """
    return [_tell_note(note, findings.lang) for note in findings.area.people_info.notes]


def _tell_note(note: PeopleNote, lang: Lang) -> str:
    return say(
        f"people_{note.kind}",
        lang,
        people=format_number(note.people, lang),
        n=format_number(note.n, lang),
        share=format_share(note.share, lang),
    )
