"""What planners and citizens read about closed doors and street fixes, in Italian and English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

# key: (Italian, English), as in `access15.outputs.words.catalogue.TEXTS`
DOOR_TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    "doors": ("Cosa chiude la porta", "What closes the door"),
    "doors_lead": (
        "Cosa chiude la porta: {people} {who} non arrivano a un centro (hub) entro {cutoff}, al "
        "passo «{label}».",
        "What closes the door: {people} {who} do not get to a hub within {cutoff}, at the pace "
        "“{label}”.",
    ),
    "doors_open": ("Ci arriverebbero: {ways}.", "They would: {ways}."),
    "doors_none": (
        "Non c'è un singolo ostacolo da togliere.",
        "There is no single obstacle to take away.",
    ),
    "doors_distance": (
        "Per {people} serve un luogo più vicino.",
        "{people} need a nearer place.",
    ),
    "doors_off_network": (
        "{people} abitano lontano da ogni strada che questo modo di camminare può usare.",
        "{people} live far from every street that this way of walking can use.",
    ),
    "opens_hours": (
        "{people} se i luoghi chiusi, o dagli orari ignoti, fossero aperti",
        "{people} if places that are closed, or of unknown hours, were open",
    ),
    "opens_seats": ("{people} con più panchine", "{people} with more seats"),
    "opens_crossings": (
        "{people} senza attese agli attraversamenti",
        "{people} without waits at crossings",
    ),
    "opens_kerbs": ("{people} senza cordoli alti", "{people} without raised kerbs"),
    "opens_steps": ("{people} senza scale", "{people} without steps"),
    "opens_missing_link": (
        "{people} con un collegamento che manca",
        "{people} with a link that is missing",
    ),
    "opens_pace": ("{people} con il passo di un adulto", "{people} at an adult's pace"),
    "cause_hours": (
        "un luogo chiuso a quell'ora, o dagli orari ignoti",
        "a place closed then, or of unknown hours",
    ),
    "cause_seats": ("panchine che mancano", "seats that are missing"),
    "cause_crossings": ("attese agli attraversamenti", "waits at crossings"),
    "cause_kerbs": ("cordoli alti", "raised kerbs"),
    "cause_steps": ("scale", "steps"),
    "cause_missing_link": ("un collegamento che manca", "a missing link"),
    "cause_pace": ("il passo: un adulto ci arriva", "pace: an adult gets there"),
    "cause_distance": (
        "la distanza: serve un luogo più vicino",
        "distance: a nearer place is needed",
    ),
    "cause_off_network": ("lontano dalle strade percorribili", "far from streets that can be used"),
    "layer_doors": ("Cosa chiude la porta, casa per casa", "What closes the door, home by home"),
    "legend_doors": (
        "La forma dice che cosa, tolto da solo, farebbe arrivare in tempo i residenti esclusi.",
        "The shape tells what, taken away alone, would let the residents left out get there in "
        "time.",
    ),
    "layer_fixes": (
        "Interventi sulla strada che aprono più porte",
        "Street fixes that open most doors",
    ),
    "fixes_none": (
        "Nessun singolo intervento sulla strada, da solo, fa arrivare qualcuno in più.",
        "No single street fix lets anybody else get there.",
    ),
    "fixes_lead": (
        "Gli interventi che da soli aprono più porte verso un centro (hub), al passo «{label}»:",
        "The fixes that alone open most doors to a hub, at the pace “{label}”:",
    ),
    "fix_gain": ("{what}: {people} {who} in più", "{what}: {people} more {who}"),
    "fix_crossings": (
        "Attraversamento {crossing}, {street} ({delay} s di attesa)",
        "Crossing {crossing}, {street} ({delay} s of wait)",
    ),
    "fix_kerbs": ("Cordolo alto, {street}", "Raised kerb, {street}"),
    "fix_steps": ("Scale, {street} ({metres} m)", "Steps, {street} ({metres} m)"),
    "fix_missing_link": (
        "Collegamento di {metres} m fra {street} e {street_to}",
        "Link of {metres} m between {street} and {street_to}",
    ),
    "fix_check": (
        "{what}, da verificare sul posto: muri e recinti non sono noti",
        "{what}, to be checked on the spot: walls and fences are not known",
    ),
    "fix_check_water": (
        "{what}, da verificare sul posto: queste strade non mostrano corsi d'acqua, muri e recinti",
        "{what}, to be checked on the spot: these streets do not show water, walls and fences",
    ),
    "fix_check_buildings": (
        "{what}, da verificare sul posto: queste strade non mostrano edifici, muri e recinti",
        "{what}, to be checked on the spot: these streets do not show buildings, walls and fences",
    ),
    "fix_check_water_buildings": (
        "{what}, da verificare sul posto: queste strade non mostrano corsi d'acqua, edifici, muri "
        "e recinti",
        "{what}, to be checked on the spot: these streets do not show water, buildings, walls and "
        "fences",
    ),
    "fix_near": ("presso {street}", "near {street}"),
    "fix_nowhere": ("strada senza nome", "a street without a name"),
    "crossing_signals": ("con semaforo", "with signals"),
    "crossing_marked": ("con strisce", "with stripes"),
    "crossing_unmarked": ("senza strisce", "without stripes"),
    "limit_doors": (
        "«Cosa chiude la porta» toglie un solo ostacolo per volta: due insieme possono aprire "
        "altre porte. Un "
        "collegamento che manca è una domanda da porre sul posto, non un progetto.",
        "“What closes the door” takes away one obstacle at a time: two together may open other "
        "doors. A missing "
        "link is a question to be asked on the spot, not a plan.",
    ),
    "file_explain.csv": (
        "cosa chiude la porta: persone per causa",
        "what closes the door: people by cause",
    ),
    "file_fixes.csv": (
        "interventi sulla strada, dal più utile",
        "street fixes, the most useful first",
    ),
}
