"""What people at the table read on the session page, in Italian and English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from access15.outputs.words.catalogue_session_files import SESSION_FILE_TEXTS

# key: (Italian, English), as in `access15.outputs.words.catalogue.TEXTS`; the page holds both and
# switches between them
SESSION_TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    # the page
    "session_title": ("{area}: e se cambiassimo?", "{area}: what if we changed it?"),
    "session_language": ("Lingua", "Language"),
    "session_save": ("Salva", "Save"),
    "session_open": ("Apri", "Open"),
    "session_print": ("Stampa", "Print"),
    "session_help": ("Aiuto", "Help"),
    "session_close": ("Chiudi", "Close"),
    "session_cancel": ("Lascia stare", "Cancel"),
    "session_done": ("Fatto", "Done"),
    "session_show": ("Mostra", "Show"),
    "session_take_out": ("Togli", "Take out"),
    # proposals
    "session_proposals": ("Proposte", "Proposals"),
    "session_proposal": ("Proposta {letter}", "Proposal {letter}"),
    "session_new": ("Nuova", "New"),
    "session_new_long": ("Nuova proposta", "New proposal"),
    "session_copy": ("Copia", "Copy"),
    "session_copy_of": ("{name} (copia)", "{name} (copy)"),
    "session_rename": ("Rinomina", "Rename"),
    "session_delete": ("Elimina", "Delete"),
    "session_full": (
        "Ci sono già {n} proposte, il massimo: eliminate una proposta per farne un'altra.",
        "There are {n} proposals already, the most there can be: delete one to make another.",
    ),
    "session_full_changes": (
        "Ci sono già {n} modifiche, il massimo per una proposta.",
        "There are {n} changes already, the most a proposal can have.",
    ),
    "session_full_notes": (
        "Ci sono già {n} note, il massimo per una proposta.",
        "There are {n} notes already, the most a proposal can have.",
    ),
    "session_proposal_name": ("Nome della proposta", "Name of the proposal"),
    "session_votes": ("Voti", "Votes"),
    "session_votes_of": ("Voti per {name}: {n}", "Votes for {name}: {n}"),
    "session_vote_more": ("Un voto in più", "Add a vote"),
    "session_vote_less": ("Un voto in meno", "Take a vote away"),
    "session_compare_short": ("Confronta", "Compare"),
    "session_compare": ("Confronta le proposte", "Compare the proposals"),
    "session_compare_what": (
        "{who} che arrivano a: {target}. {walker}.",
        "{who} who get to: {target}. {walker}.",
    ),
    "session_n_changes": ("Modifiche", "Changes"),
    "session_today": ("Oggi", "Today"),
    "session_with": ("Con la proposta", "With the proposal"),
    "session_difference": ("Differenza", "Difference"),
    # who walks
    "session_who_walks": ("Chi cammina?", "Who walks?"),
    "session_to_where": ("Verso dove?", "To where?"),
    "session_of_whom": ("Di chi parliamo?", "Of whom?"),
    "session_hub": ("Centro (hub)", "Hub"),
    "session_target_hub": ("Centro (hub) più vicino", "The nearest hub"),
    "session_pace": ("{kmh} km/h", "{kmh} km/h"),
    "session_nearest_of": ("Metà in {minutes}", "Half in {minutes}"),
    "session_nearest_none": ("Più di metà oltre {minutes}", "Over half beyond {minutes}"),
    "session_nearest_change": (
        "Metà in {minutes} (oggi {before})",
        "Half in {minutes} (today {before})",
    ),
    "session_over": (
        "oltre {minutes}",
        "over {minutes}",
    ),
    "session_minute": ("{n} minuto", "{n} minute"),
    "session_minutes": ("{n} minuti", "{n} minutes"),
    "session_cards_head": (
        "{who} entro {minutes}; in quanti minuti ci arriva metà di loro",
        "{who} within {minutes}; in how many minutes half of them get there",
    ),
    "session_stops_steps_never": ("Non può fare scale", "Cannot use steps"),
    "session_stops_steps_avoided": ("Evita le scale", "Avoids steps"),
    "session_stops_steps_slow": (
        "Le scale: {times} volte più lente",
        "Steps: {times} times slower",
    ),
    "session_stops_kerb": ("Si ferma ai cordoli alti", "Is stopped by raised kerbs"),
    "session_stops_slope": (
        "Si ferma oltre l'{percent} % di pendenza",
        "Is stopped by slopes over {percent}%",
    ),
    "session_stops_rest": (
        "Riposa {seconds} s ogni {metres} m",
        "Rests {seconds} s every {metres} m",
    ),
    "session_stops_seat": ("Vuole una panchina ogni {metres} m", "Needs a bench every {metres} m"),
    "session_stops_signals": ("Aspetta {seconds} s al semaforo", "Waits {seconds} s at signals"),
    "session_stops_unknown_kerb": (
        "Cordoli: quasi ovunque non noti qui",
        "Kerbs: unknown here almost everywhere",
    ),
    "session_stops_unknown_slope": (
        "Pendenze: quasi ovunque non note qui",
        "Slopes: unknown here almost everywhere",
    ),
    "session_stops_unknown_both": (
        "Cordoli e pendenze: quasi ovunque non noti qui",
        "Kerbs and slopes: unknown here almost everywhere",
    ),
    "session_stops_nothing": ("Niente la ferma", "Nothing stops them"),
    # numbers
    "session_numbers": (
        "Residenti che ci arrivano: oggi → con la proposta",
        "Residents who get there: today → with the proposal",
    ),
    "session_numbers_today": ("Residenti che ci arrivano oggi", "Residents who get there today"),
    "session_of_all": ("{group}: {n}", "{group}: {n}"),
    "session_within": ("entro {minutes}", "within {minutes}"),
    "session_more": (
        "Altri {n} {who} arrivano entro {minutes}",
        "{n} more {who} get there within {minutes}",
    ),
    "session_fewer": (
        "{n} {who} in meno arrivano entro {minutes}",
        "{n} fewer {who} get there within {minutes}",
    ),
    "session_same": (
        "Nessuna differenza: {who} entro {minutes}",
        "No difference: {who} within {minutes}",
    ),
    "session_more_one": (
        "Una persona in più arriva entro {minutes} ({who})",
        "One more person gets there within {minutes} ({who})",
    ),
    "session_fewer_one": (
        "Una persona in meno arriva entro {minutes} ({who})",
        "One person fewer gets there within {minutes} ({who})",
    ),
    "session_even": (
        "{gained} {who} guadagnano e altrettanti perdono, entro {minutes}",
        "{gained} {who} gain and as many lose, within {minutes}",
    ),
    "session_both": ("{gained} guadagnano, {lost} perdono", "{gained} gain, {lost} lose"),
    "session_reach": (
        "{n} su {all} {who} arrivano entro {minutes}",
        "{n} of {all} {who} get there within {minutes}",
    ),
    "session_today_to": (
        "Oggi {before} ({before_share}) → {after} ({after_share}), su {all}",
        "Today {before} ({before_share}) → {after} ({after_share}), of {all}",
    ),
    "session_no_change_yet": (
        "È com'è oggi: {proposal} senza modifiche.",
        "As it is today: {proposal} without changes.",
    ),
    "session_unknown": ("non noto", "unknown"),
    "session_at_pace": (", al passo di {who} ({pace})", ", at the pace of {who} ({pace})"),
    "session_pace_of": ("Al passo di {who} ({pace})", "At the pace of {who} ({pace})"),
    "session_sources_line": (
        "Strade: {streets}. Residenti: {year}.",
        "Streets: {streets}. Residents: {year}.",
    ),
    "session_all_unplaced": (
        "Il posto scelto è troppo lontano da una strada percorribile: non conta. Spostatelo più "
        "vicino a una strada.",
        "The place chosen is too far from a street that can be walked: it does not count. Move it "
        "nearer to a street.",
    ),
    "session_unplaced": (
        "«{name}» è a più di {metres} m da ogni strada che può percorrere: {walker}. Non conta: "
        "spostatelo più vicino.",
        "“{name}” is over {metres} m from every street walked by: {walker}. It does not count: "
        "move it nearer.",
    ),
    # the map
    "session_map_hint": (
        "Mappa delle strade. Tasti freccia per spostarla, più e meno per ingrandire o ridurre.",
        "Street map. Arrow keys move it, plus and minus zoom.",
    ),
    "session_view": ("Cosa vedere", "What to see"),
    "session_view_today": ("Oggi", "Today"),
    "session_view_proposal": ("Proposta", "Proposal"),
    "session_view_difference": ("Differenza", "Difference"),
    "session_view_both": ("Affiancate", "Side by side"),
    "session_filled": ("Zone piene", "Filled zones"),
    "session_home": ("Torna al quartiere", "Back to the area"),
    "session_zoom_in": ("Ingrandisci", "Zoom in"),
    "session_zoom_out": ("Riduci", "Zoom out"),
    "session_minutes_short": ("{n} min", "{n} min"),
    # tools
    "session_tools": ("Strumenti", "Tools"),
    "session_tool_add": ("Aggiungi luogo", "Add a place"),
    "session_tool_note": ("Nota", "Note"),
    "session_tool_close": ("Chiudi strada", "Close a street"),
    "session_tool_link": ("Nuovo passaggio", "New link"),
    "session_tool_steps": ("Togli scale", "Remove steps"),
    "session_tool_ramp": ("Rampa al cordolo", "Kerb ramp"),
    "session_tool_bench": ("Panchina", "Bench"),
    "session_undo": ("Annulla", "Undo"),
    "session_redo": ("Ripeti", "Redo"),
    "session_reset": ("Torna a oggi", "Back to today"),
    "session_hint_add": (
        "Toccate la mappa dove volete il luogo: {category}.",
        "Touch the map where you want the place: {category}.",
    ),
    "session_hint_note": (
        "Toccate la mappa dove va la nota.",
        "Touch the map where the note goes.",
    ),
    "session_hint_close": ("Toccate la strada da chiudere.", "Touch the street to close."),
    "session_hint_link": (
        "Toccate dove comincia il nuovo passaggio.",
        "Touch where the new link begins.",
    ),
    "session_hint_link_end": ("Ora toccate dove finisce.", "Now touch where it ends."),
    "session_hint_link_metres": (
        "Ora toccate dove finisce: {metres} m.",
        "Now touch where it ends: {metres} m.",
    ),
    "session_hint_steps": (
        "Toccate le scale da togliere: sono cerchiate.",
        "Touch the steps to remove: they are circled.",
    ),
    "session_hint_ramp": (
        "Toccate il cordolo alto da abbassare: sono cerchiati.",
        "Touch the raised kerb to lower: they are circled.",
    ),
    "session_hint_bench": ("Toccate dove mettere la panchina.", "Touch where the bench goes."),
    "session_at_centre": ("Al centro della mappa", "At the map's centre"),
    # what was done
    "session_did_add": (
        "Aggiunto: {name}. Toccatelo per dargli un nome.",
        "Added: {name}. Touch it to name it.",
    ),
    "session_did_move": ("Spostato: {name}.", "Moved: {name}."),
    "session_did_remove": ("Tolto: {name}.", "Taken away: {name}."),
    "session_did_restore": ("Rimesso com'è oggi: {name}.", "As today again: {name}."),
    "session_did_change": ("Fatto: {name}.", "Done: {name}."),
    "session_did_undo": ("Annullato l'ultimo passo.", "Step undone."),
    "session_did_redo": ("Passo ripetuto.", "Step redone."),
    "session_did_reset": ("La proposta è di nuovo com'è oggi.", "The proposal is as today again."),
    "session_did_save": ("Salvato nel file {name}.", "Saved to the file {name}."),
    "session_did_open": (
        "Aperto il file {name}: {n} proposte.",
        "Opened the file {name}: {n} proposals.",
    ),
    "session_did_open_one": (
        "Aperto il file {name}: una proposta.",
        "Opened the file {name}: one proposal.",
    ),
    "session_did_delete": (
        "Eliminata: {name}. «Annulla» la riporta.",
        "Deleted: {name}. “Undo” brings it back.",
    ),
    "session_did_vote": ("Voti per {name}: {n}.", "Votes for {name}: {n}."),
    "session_elsewhere": (
        "State guardando: {looking}. Questa modifica riguarda: {other}.",
        "You are looking at: {looking}. This change is about: {other}.",
    ),
    "session_look_there": ("Guardate: {other}", "Look at: {other}"),
    # places and changes
    "session_new_place": ("Nuovo luogo {n}", "New place {n}"),
    "session_place_name": ("Nome", "Name"),
    "session_place_category": ("Tipo di luogo", "Kind of place"),
    "session_place_capacity": ("Posti (se si sa)", "Places (if known)"),
    "session_place_address": ("Indirizzo", "Address"),
    "session_place_existing": ("C'è già oggi.", "It is there today."),
    "session_place_uncounted": (
        "Non conta: la sua posizione è incerta o lontana dalle strade.",
        "It does not count: its position is uncertain or far from streets.",
    ),
    "session_place_moved": (
        "Spostato di {metres} m da dove sta oggi.",
        "Moved {metres} m from where it stands today.",
    ),
    "session_place_removed": ("Tolto in questa proposta.", "Taken away in this proposal."),
    "session_place_added": ("Nuovo in questa proposta.", "Added in this proposal."),
    "session_place_keys": (
        "Tasti freccia: sposta di 20 m. Con Maiusc: 100 m. Canc: toglie.",
        "Arrow keys: move by 20 m. With Shift: 100 m. Delete: takes away.",
    ),
    "session_place_keys_title": ("Con la tastiera", "With the keyboard"),
    "session_remove_place": ("Togli il luogo", "Take the place away"),
    "session_restore_place": ("Rimetti com'è oggi", "Put it back as today"),
    "session_to_centre": ("Sposta al centro della mappa", "Move to the map's centre"),
    "session_changes": ("Modifiche di questa proposta", "Changes in this proposal"),
    "session_changes_none": ("Ancora nessuna.", "None yet."),
    "session_change_add_facility": ("Nuovo: {name} ({category})", "New: {name} ({category})"),
    "session_change_move_facility": (
        "Spostato di {metres} m: {name}",
        "Moved by {metres} m: {name}",
    ),
    "session_change_remove_facility": ("Tolto: {name}", "Taken away: {name}"),
    "session_change_add_link": ("Nuovo passaggio di {metres} m", "New link of {metres} m"),
    "session_change_close_link": ("Strada chiusa: {street}", "Street closed: {street}"),
    "session_change_remove_steps": ("Scale tolte: {street}", "Steps removed: {street}"),
    "session_change_add_kerb_ramp": ("Rampa al cordolo: {street}", "Kerb ramp: {street}"),
    "session_change_add_bench": ("Nuova panchina: {street}", "New bench: {street}"),
    "session_no_street_name": ("strada senza nome", "street without a name"),
    "session_unknown_place": (
        "luogo che questa pagina non conosce",
        "place that this page does not know",
    ),
    "session_paper_both": (
        "Stampata è la proposta; «Affiancate» si vede solo sullo schermo.",
        "Printed is the proposal; “Side by side” is for the screen only.",
    ),
    "session_and_more": ("… e altre {n} righe nel file", "… and {n} more lines in the file"),
    # notes
    "session_notes": ("Note", "Notes"),
    "session_notes_none": ("Ancora nessuna.", "None yet."),
    "session_note": ("Nota {n}", "Note {n}"),
    "session_note_sticker": ("Nota {n}, bollino {colour}", "Note {n}, {colour} sticker"),
    "session_note_text": ("Che cosa manca qui?", "What is missing here?"),
    "session_note_example": (
        "Per esempio: qui manca una panchina",
        "For example: a bench is missing here",
    ),
    "session_note_empty": ("Scrivete qualcosa, o lasciate stare.", "Write something, or cancel."),
    "session_note_delete": ("Elimina la nota", "Delete the note"),
    # key
    "session_key": ("Legenda", "Key"),
    "session_key_band": ("strade entro {minutes}", "streets within {minutes}"),
    "session_key_gained": ("case che guadagnano", "homes that gain"),
    "session_key_lost": ("case che perdono", "homes that lose"),
    "session_key_street_gained": ("strade raggiunte in più", "streets reached in addition"),
    "session_key_street_lost": ("strade non più raggiunte", "streets no longer reached"),
    "session_key_hub_new": ("nuovo centro (hub)", "new hub"),
    "session_key_hub_of": ("centro (hub): {category}", "hub: {category}"),
    "session_key_band_today": ("strade entro {minutes} oggi", "streets within {minutes} today"),
    "session_key_added": ("luogo nuovo o spostato", "place that is new or moved"),
    "session_key_removed": ("luogo tolto, o dove stava", "place taken away, or where it stood"),
    "session_key_closed": ("strada chiusa", "street closed"),
    "session_key_link": ("nuovo passaggio", "new link"),
    "session_key_steps": ("scale", "steps"),
    "session_key_note": ("nota", "note"),
    "session_key_outline": (
        "confine del quartiere: contano i residenti dentro",
        "border of the area: residents inside count",
    ),
    # help
    "session_hint_title": ("Benvenuti: si decide insieme", "Welcome: we decide together"),
    "session_hint_1": ("Scegliete chi cammina", "Choose who walks"),
    "session_hint_1_more": (
        "Ogni scheda è una persona, con il suo passo.",
        "Each card is a person, with a pace of their own.",
    ),
    "session_hint_2": ("Cambiate il quartiere", "Change the neighbourhood"),
    "session_hint_2_more": (
        "Premete «Aggiungi luogo», poi toccate la mappa. I segni si trascinano. «Annulla» torna "
        "sempre indietro.",
        "Press “Add a place”, then touch the map. Signs can be dragged. “Undo” always takes a step "
        "back.",
    ),
    "session_hint_3": (
        "Guardate chi guadagna, poi votate e salvate",
        "See who gains, then vote and save",
    ),
    "session_hint_3_more": (
        "Tutto resta su questo computer: niente va su internet.",
        "Everything stays on this computer: nothing goes to the internet.",
    ),
    "session_hint_start": ("Cominciamo", "Let us begin"),
    "session_how": ("Come si calcola?", "How is this computed?"),
    "session_how_walk_head": ("Il calcolo", "The computation"),
    "session_how_walk": (
        "Da ogni casa del quartiere il computer cerca la via a piedi più breve fino al luogo più "
        "vicino, lungo le "
        "strade vere, con il passo, le attese e gli ostacoli della persona scelta. Poi conta i "
        "residenti delle case "
        "che arrivano in tempo.",
        "From each home of the area the computer looks for the shortest walk to the nearest place, "
        "along real streets, "
        "with the pace, waits and obstacles of the person chosen. Then it counts the residents of "
        "the homes that get "
        "there in time.",
    ),
    "session_how_pace_head": ("Il passo", "Pace"),
    "session_how_unknown_head": ("Quello che non si sa", "What is not known"),
    "session_how_proposal_head": ("Le proposte", "Proposals"),
    "session_how_proposal": (
        "Le modifiche valgono solo qui: nessuno ha deciso niente. Un nuovo passaggio va verificato "
        "sul posto: muri, "
        "recinti e canali non sono noti.",
        "Changes hold only here: nothing has been decided. A new link is to be checked on the "
        "spot: walls, fences and "
        "canals are not known.",
    ),
    **SESSION_FILE_TEXTS,
}
