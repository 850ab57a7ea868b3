"""What the session page says of files it opens and saves, and of changes that cannot be made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

# key: (Italian, English); every code that `core_proposal.js` refuses or warns with has its sentence
SESSION_FILE_TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    # changes
    "session_problem_no_street": (
        "Qui non c'è una strada a meno di 30 m: toccate più vicino a una strada.",
        "There is no street within 30 m: touch nearer to a street.",
    ),
    "session_problem_no_steps": (
        "Qui non ci sono scale a meno di 30 m: toccate quelle cerchiate.",
        "There are no steps within 30 m: touch those that are circled.",
    ),
    "session_problem_no_kerb": (
        "Qui non c'è un cordolo alto a meno di 30 m.",
        "There is no raised kerb within 30 m.",
    ),
    "session_problem_too_long": (
        "Il passaggio è più lungo di 500 m: scegliete due punti più vicini.",
        "The link is longer than 500 m: choose two nearer places.",
    ),
    "session_problem_too_short": (
        "I due punti sono lo stesso punto della strada: scegliete due punti diversi.",
        "Both places are the same place of the street: choose two others.",
    ),
    "session_problem_outside": (
        "Questo punto è fuori dalle strade caricate: scegliete un punto nella mappa.",
        "This place is beyond the streets that are loaded: choose one on the map.",
    ),
    "session_problem_other": (
        "Questa modifica non si può fare qui.",
        "This change cannot be made here.",
    ),
    # files
    "session_refused": (
        "Il file «{name}» non si può aprire: {why}",
        "The file “{name}” cannot be opened: {why}",
    ),
    "session_refused_too_large": ("è più grande di 2 MB.", "it is larger than 2 MB."),
    "session_refused_not_json": (
        "non è un file di proposte (non è GeoJSON).",
        "it is not a file of proposals (it is not GeoJSON).",
    ),
    "session_refused_not_proposals": (
        "non è un file di proposte salvato da questa pagina.",
        "it is not a file of proposals saved by this page.",
    ),
    "session_refused_wrong_format": (
        "non è un file di proposte salvato da questa pagina.",
        "it is not a file of proposals saved by this page.",
    ),
    "session_refused_wrong_version": (
        "è di un'altra versione di questo programma.",
        "it is of another version of this program.",
    ),
    "session_refused_other_area": (
        "è di un altro quartiere o di un altro studio.",
        "it is of another neighbourhood or another study.",
    ),
    "session_refused_too_many_proposals": (
        "ha più di 6 proposte.",
        "it has more than 6 proposals.",
    ),
    "session_refused_too_many_changes": (
        "una proposta ha più di 200 modifiche.",
        "a proposal has more than 200 changes.",
    ),
    "session_refused_too_many_notes": (
        "una proposta ha più di 200 note.",
        "a proposal has more than 200 notes.",
    ),
    "session_refused_bad_head": (
        "l'elenco delle proposte non è come deve essere: ognuna vuole un nome e un numero di voti.",
        "its list of proposals is not as it must be: each needs a name and a number of votes.",
    ),
    "session_refused_double_id": (
        "due proposte hanno la stessa sigla ({id}).",
        "two proposals have the same id ({id}).",
    ),
    "session_refused_not_feature": (
        "la voce {number} non è una modifica né una nota.",
        "item {number} is neither a change nor a note.",
    ),
    "session_refused_wrong_id": (
        "la voce {number} ha una sigla che non va.",
        "item {number} has an id that cannot be used.",
    ),
    "session_refused_unknown_change": (
        "la voce {number} è una modifica che questa pagina non conosce.",
        "item {number} is a change that this page does not know.",
    ),
    "session_refused_wrong_place": (
        "la voce {number} non ha un punto sulla mappa come deve.",
        "item {number} has no proper place on the map.",
    ),
    "session_refused_no_name": (
        "la voce {number} non ha un nome, o ne ha uno troppo lungo.",
        "item {number} has no name, or one that is too long.",
    ),
    "session_refused_no_category": (
        "la voce {number} non dice il tipo di luogo.",
        "item {number} does not say its kind of place.",
    ),
    "session_refused_no_facility_id": (
        "la voce {number} non dice quale luogo cambia.",
        "item {number} does not say which place it changes.",
    ),
    "session_refused_no_text": (
        "la nota alla voce {number} è vuota o troppo lunga.",
        "the note at item {number} is empty or too long.",
    ),
    "session_refused_unknown_category": (
        "la voce {number} è di un tipo di luogo che questa pagina non conosce.",
        "item {number} is of a kind of place that this page does not know.",
    ),
    "session_refused_wrong_capacity": (
        "la voce {number} ha un numero di posti che non va.",
        "item {number} has a number of places that cannot be.",
    ),
    "session_refused_same_place": (
        "il passaggio alla voce {number} comincia e finisce nello stesso punto.",
        "the link at item {number} begins and ends at the same place.",
    ),
    "session_refused_outside": (
        "la voce {number} sta fuori da questo quartiere.",
        "item {number} lies outside this neighbourhood.",
    ),
    "session_refused_unknown_proposal": (
        "la voce {number} è di una proposta che nel file non c'è.",
        "item {number} is of a proposal that is not in the file.",
    ),
    "session_refused_changed_twice": (
        "la proposta «{proposal}» cambia due volte lo stesso luogo.",
        "the proposal “{proposal}” changes the same place twice.",
    ),
    "session_too_large_to_save": (
        "Così il file sarebbe più grande di 2 MB e non si potrebbe riaprire: non è salvato. "
        "Togliete una proposta o qualche nota.",
        "The file would be larger than 2 MB and could not be opened again: it is not saved. "
        "Take out a proposal or some notes.",
    ),
    "session_refused_other": (
        "una parte del file non è come deve essere ({value}).",
        "a part of the file is not as it must be ({value}).",
    ),
    "session_warned_other_network": (
        "Attenzione: il file è stato fatto su strade di un'altra data. I numeri possono essere "
        "diversi.",
        "Careful: the file was made on streets of another date. Numbers may differ.",
    ),
    "session_warned_other_moment": (
        "Attenzione: il file conta chi è aperto in un altro momento ({file}, qui {page}). "
        "I numeri possono essere diversi.",
        "Careful: the file counts what is open at another time ({file}, here {page}). Numbers may "
        "differ.",
    ),
    "session_warned_other_cutoffs": (
        "Attenzione: il file è stato fatto con altri minuti ({file}, qui {page}). I numeri possono "
        "essere diversi.",
        "Careful: the file was made at other minutes ({file}, here {page}). Numbers may differ.",
    ),
    "session_warned_unknown_facility": (
        "Attenzione: una modifica riguarda un luogo che questa pagina non conosce.",
        "Careful: a change is about a place that this page does not know.",
    ),
    "session_warned_other": ("Attenzione: {value}", "Careful: {value}"),
}
