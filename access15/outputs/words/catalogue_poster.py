"""What stands on the poster, in Italian and English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

# key: (Italian, English), as in `access15.outputs.words.catalogue.TEXTS`
POSTER_TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    "poster_to_hub": (
        "{area}: a piedi fino al centro (hub) più vicino",
        "{area}: on foot to the nearest hub",
    ),
    "poster_to_named": ("{area}: a piedi fino a {name}", "{area}: on foot to {name}"),
    "poster_to_nearest": (
        "{area}: a piedi fino al più vicino: {name}",
        "{area}: on foot to the nearest: {name}",
    ),
    "poster_hundred": ("Su 100 {who},", "Of 100 {who},"),
    "poster_arrive": ("{n} arrivano a piedi in {cutoff}", "{n} get there on foot in {cutoff}"),
    "poster_arrives": ("{n} arriva a piedi in {cutoff}", "{n} gets there on foot in {cutoff}"),
    "poster_unknown": (
        "Quanti arrivano a piedi in {cutoff} non è noto",
        "How many get there on foot in {cutoff} is unknown",
    ),
    "poster_proposal": (
        "Con la proposta «{name}»: {n} su 100",
        "With the proposal “{name}”: {n} of 100",
    ),
    "poster_with_proposal": ("Con la proposta: {n} su 100", "With the proposal: {n} of 100"),
    "poster_proposal_unknown": (
        "Con la proposta «{name}»: quanti arrivano non è noto",
        "With the proposal “{name}”: how many get there is unknown",
    ),
    "poster_named": ("La proposta: «{name}»", "The proposal: “{name}”"),
    "poster_today": ("Oggi: {n} su 100", "Today: {n} of 100"),
    "poster_today_unknown": ("Oggi: non è noto", "Today: unknown"),
    "poster_of_whom": (
        "{who} che arrivano a piedi in {cutoff}",
        "{who} who get there on foot in {cutoff}",
    ),
    "poster_data_after": ("Con la proposta {n}, oggi", "With the proposal {n}, today"),
    "poster_pace": ("Al passo di {who}: {pace}", "At the pace of {who}: {pace}"),
    "poster_data": (
        "{covered} su {people} {who}{year}. Strade: {network}. Calcolato il {date}",
        "{covered} of {people} {who}{year}. Streets: {network}. Computed on {date}",
    ),
    "poster_bands": ("Minuti a piedi", "Minutes on foot"),
    "poster_people_today": ("persone oggi", "people today"),
    "poster_people_after": ("con la proposta", "with proposal"),
    "poster_band": ("entro {cutoff}", "within {cutoff}"),
    "poster_band_after": ("entro {cutoff} con la proposta", "within {cutoff} with the proposal"),
    "poster_after": ("{cutoff} con la proposta", "{cutoff} with proposal"),
    "poster_places": ("Luoghi sulla mappa", "Places on the map"),
    "poster_count": ("{kind}: {n}", "{kind}: {n}"),
    "poster_lost": (
        "di questi, senza posto per il segno: {n}",
        "of these, no room for the sign: {n}",
    ),
    "poster_was_here": ("(oggi è qui)", "(today it is here)"),
    "poster_no_places": (
        "Nessun luogo con un punto certo su questa mappa",
        "No place with a certain point on this map",
    ),
    "poster_more": ("altre modifiche: {n}", "more changes: {n}"),
    "poster_change_add_facility": ("nuovo", "new"),
    "poster_change_move_facility": ("spostato qui", "moved here"),
    "poster_change_remove_facility": ("tolto", "taken away"),
    "poster_change_add_link": ("nuovo passaggio", "new way through"),
    "poster_change_close_link": ("strada chiusa", "street closed"),
    "poster_change_remove_steps": ("scale tolte", "steps taken away"),
    "poster_change_add_kerb_ramp": ("nuovo scivolo", "new kerb ramp"),
    "poster_change_add_bench": ("nuova panchina", "new bench"),
    "poster_zone": ("confine del quartiere", "edge of the neighbourhood"),
    "poster_scale": ("Scala 1:{n} (foglio {size})", "Scale 1:{n} (on {size})"),
    "poster_north": ("N", "N"),
    "poster_strip": (
        "Il vostro parere: un bollino sulla mappa; un altro dello stesso colore qui sotto, con la "
        "via e il perché.",
        "What you think: a sticker on the map; another of the same colour below, with the street "
        "and the reason.",
    ),
    "poster_where": ("via:", "street:"),
    "poster_why": ("perché:", "why:"),
    "scan_found": ("{n} sulla mappa", "{n} on the map"),
    "scan_beside": ("{n} fuori dalla mappa, non contati", "{n} beside the map, left out"),
    "scan_next": (
        "{path}: da aprire nella pagina dell'incontro e controllare",
        "{path}: open it in the session page and check it",
    ),
}
