"""What people at the table read on the session page, in Italian and English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

# key: (Italian, English), as in `access15.outputs.catalogue.TEXTS`; the page holds both and switches between them
SESSION_TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    # the page
    "session_title": ("{area}: e se cambiassimo?", "{area}: what if we changed it?"),
    "session_language": ("Lingua", "Language"),
    "session_save": ("Salva", "Save"),
    "session_open": ("Apri", "Open"),
    "session_print": ("Stampa", "Print"),
    "session_help": ("Aiuto", "Help"),
    "session_close": ("Chiudi", "Close"),
    "session_cancel": ("Annulla", "Cancel"),
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
        "Ci sono già {n} proposte, il massimo: elimina una proposta per farne un'altra.",
        "There are {n} proposals already, the most there can be: delete one to make another.",
    ),
    "session_full_changes": (
        "Ci sono già {n} modifiche, il massimo per una proposta.",
        "There are {n} changes already, the most a proposal can have.",
    ),
    "session_proposal_name": ("Nome della proposta", "Name of the proposal"),
    "session_votes": ("Voti", "Votes"),
    "session_votes_of": ("Voti per {name}: {n}", "Votes for {name}: {n}"),
    "session_vote_more": ("Aggiungi un voto", "Add a vote"),
    "session_vote_less": ("Togli un voto", "Take a vote away"),
    "session_compare_short": ("Confronta", "Compare"),
    "session_compare": ("Confronta le proposte", "Compare the proposals"),
    "session_compare_what": (
        "{who} che arrivano a: {target}. Cammina: {walker}.",
        "{who} who get to: {target}. Walking: {walker}.",
    ),
    "session_n_changes": ("Modifiche", "Changes"),
    "session_today": ("Oggi", "Today"),
    "session_with": ("Con la proposta", "With the proposal"),
    "session_difference": ("Differenza", "Difference"),
    # who walks
    "session_who_walks": ("Chi cammina?", "Who walks?"),
    "session_to_where": ("Verso dove?", "To where?"),
    "session_of_whom": ("Di chi parliamo?", "Whom do we speak of?"),
    "session_hub": ("Centro (hub)", "Hub"),
    "session_target_hub": ("Il centro (hub) più vicino", "The nearest hub"),
    "session_pace": ("Va a {kmh} km/h", "Walks {kmh} km/h"),
    "session_nearest_of": ("Metà in {minutes}", "Half in {minutes}"),
    "session_nearest_none": ("Più di metà oltre {minutes}", "Over half beyond {minutes}"),
    "session_nearest_change": ("Metà in {minutes} (oggi {before})", "Half in {minutes} (today {before})"),
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
    "session_stops_steps_slow": ("Le scale: {times} volte più lente", "Steps: {times} times slower"),
    "session_stops_kerb": ("Si ferma ai cordoli alti", "Is stopped by raised kerbs"),
    "session_stops_slope": ("Si ferma oltre l'{percent} % di pendenza", "Is stopped by slopes over {percent}%"),
    "session_stops_rest": ("Riposa {seconds} s ogni {metres} m", "Rests {seconds} s every {metres} m"),
    "session_stops_seat": ("Vuole una panchina ogni {metres} m", "Needs a bench every {metres} m"),
    "session_stops_signals": ("Aspetta {seconds} s al semaforo", "Waits {seconds} s at signals"),
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
    "session_same": ("Nessuna differenza: {who} entro {minutes}", "No difference: {who} within {minutes}"),
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
        "È com'è oggi: «{proposal}» non ha ancora modifiche.",
        "As it is today: “{proposal}” has no change yet.",
    ),
    "session_unknown": ("non noto", "unknown"),
    "session_unknown_target": (
        "Nessun luogo di questo tipo nell'elenco: quanti ci arrivano non è noto (non vuol dire zero).",
        "No place of this kind in the list: how many get there is unknown (that does not mean zero).",
    ),
    "session_all_unplaced": (
        "Il posto scelto è troppo lontano da una strada percorribile: non conta. Spostalo più vicino a una strada.",
        "The place chosen is too far from a street that can be walked: it does not count. Move it nearer to a street.",
    ),
    "session_unplaced": (
        "«{name}» è a più di {metres} m da ogni strada che può percorrere: {walker}. Non conta: spostalo più vicino.",
        "“{name}” is over {metres} m from every street walked by: {walker}. It does not count: move it nearer.",
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
    "session_undo": ("Indietro", "Undo"),
    "session_redo": ("Avanti", "Redo"),
    "session_reset": ("Torna a oggi", "Back to today"),
    "session_hint_add": (
        "Tocca la mappa dove vuoi il luogo: {category}.",
        "Touch the map where you want the place: {category}.",
    ),
    "session_hint_note": ("Tocca la mappa dove va la nota.", "Touch the map where the note goes."),
    "session_hint_close": ("Tocca la strada da chiudere.", "Touch the street to close."),
    "session_hint_link": ("Tocca dove comincia il nuovo passaggio.", "Touch where the new link begins."),
    "session_hint_link_end": ("Ora tocca dove finisce: {metres} m.", "Now touch where it ends: {metres} m."),
    "session_hint_steps": ("Tocca le scale (tratti rossi) da togliere.", "Touch the steps (red dashes) to remove."),
    "session_hint_ramp": ("Tocca il cordolo alto da abbassare.", "Touch the raised kerb to lower."),
    "session_hint_bench": ("Tocca dove mettere la panchina.", "Touch where the bench goes."),
    "session_at_centre": ("Al centro della mappa", "At the map's centre"),
    # what was done
    "session_did_add": ("Aggiunto: {name}. Toccalo per dargli un nome.", "Added: {name}. Touch it to name it."),
    "session_did_move": ("Spostato: {name}.", "Moved: {name}."),
    "session_did_remove": ("Tolto: {name}.", "Taken away: {name}."),
    "session_did_restore": ("Rimesso com'è oggi: {name}.", "As today again: {name}."),
    "session_did_change": ("Fatto: {name}.", "Done: {name}."),
    "session_did_undo": ("Passo annullato.", "Step undone."),
    "session_did_redo": ("Passo ripetuto.", "Step redone."),
    "session_did_reset": ("La proposta è di nuovo com'è oggi.", "The proposal is as today again."),
    "session_did_save": ("Salvato nel file {name}.", "Saved to the file {name}."),
    "session_did_open": ("Aperto il file {name}: {n} proposte.", "Opened the file {name}: {n} proposals."),
    "session_did_delete": ("Eliminata: {name}. «Indietro» la riporta.", "Deleted: {name}. “Undo” brings it back."),
    "session_did_vote": ("Voti: {n}.", "Votes: {n}."),
    # problems
    "session_problem_no_street": (
        "Qui non c'è una strada a meno di 30 m: tocca più vicino a una strada.",
        "There is no street within 30 m: touch nearer to a street.",
    ),
    "session_problem_no_steps": (
        "Qui non ci sono scale a meno di 30 m: tocca un tratto rosso.",
        "There are no steps within 30 m: touch a red dash.",
    ),
    "session_problem_no_kerb": (
        "Qui non c'è un cordolo alto a meno di 30 m.",
        "There is no raised kerb within 30 m.",
    ),
    "session_problem_too_long": (
        "Il passaggio è più lungo di 500 m: scegli due punti più vicini.",
        "The link is longer than 500 m: choose two nearer places.",
    ),
    "session_problem_too_short": (
        "I due punti sono lo stesso punto della strada: scegline due diversi.",
        "Both places are the same place of the street: choose two others.",
    ),
    "session_problem_outside": (
        "Questo punto è fuori dalle strade caricate: scegline uno nella mappa.",
        "This place is beyond the streets that are loaded: choose one on the map.",
    ),
    "session_problem_other": ("Questa modifica non si può fare qui.", "This change cannot be made here."),
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
    "session_place_moved": ("Spostato di {metres} m da dove sta oggi.", "Moved {metres} m from where it stands today."),
    "session_place_removed": ("Tolto in questa proposta.", "Taken away in this proposal."),
    "session_place_added": ("Aggiunto in questa proposta.", "Added in this proposal."),
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
    "session_change_move_facility": ("Spostato di {metres} m: {name}", "Moved by {metres} m: {name}"),
    "session_change_remove_facility": ("Tolto: {name}", "Taken away: {name}"),
    "session_change_add_link": ("Nuovo passaggio di {metres} m", "New link of {metres} m"),
    "session_change_close_link": ("Strada chiusa: {street}", "Street closed: {street}"),
    "session_change_remove_steps": ("Scale tolte: {street}", "Steps removed: {street}"),
    "session_change_add_kerb_ramp": ("Rampa al cordolo: {street}", "Kerb ramp: {street}"),
    "session_change_add_bench": ("Nuova panchina: {street}", "New bench: {street}"),
    "session_no_street_name": ("strada senza nome", "street without a name"),
    "session_unknown_place": ("luogo che questa pagina non conosce", "place that this page does not know"),
    "session_and_more": ("… e altre {n} righe nel file", "… and {n} more lines in the file"),
    # notes
    "session_notes": ("Note", "Notes"),
    "session_notes_none": ("Ancora nessuna.", "None yet."),
    "session_note": ("Nota {n}", "Note {n}"),
    "session_note_text": ("Che cosa manca qui?", "What is missing here?"),
    "session_note_example": ("Per esempio: qui manca una panchina", "For example: a bench is missing here"),
    "session_note_empty": ("Scrivi qualcosa, o annulla.", "Write something, or cancel."),
    "session_note_delete": ("Elimina la nota", "Delete the note"),
    # key
    "session_key": ("Legenda", "Key"),
    "session_key_band": ("strade entro {minutes}", "streets within {minutes}"),
    "session_key_gained": ("case che guadagnano", "homes that gain"),
    "session_key_lost": ("case che perdono", "homes that lose"),
    "session_key_street_gained": ("strade raggiunte in più", "streets reached in addition"),
    "session_key_street_lost": ("strade non più raggiunte", "streets no longer reached"),
    "session_key_hub": ("centro (hub)", "hub"),
    "session_key_place": ("luogo che c'è oggi", "place that is there today"),
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
        "Premete «Aggiungi luogo», poi toccate la mappa. I segni si trascinano. «Indietro» annulla sempre.",
        "Press “Add a place”, then touch the map. Signs can be dragged. “Undo” always takes a step back.",
    ),
    "session_hint_3": ("Guardate chi guadagna, poi votate e salvate", "See who gains, then vote and save"),
    "session_hint_3_more": (
        "Tutto resta su questo computer: niente va su internet.",
        "Everything stays on this computer: nothing goes to the internet.",
    ),
    "session_hint_start": ("Cominciamo", "Let us begin"),
    "session_how": ("Come si calcola?", "How is this computed?"),
    "session_how_walk_head": ("Il calcolo", "The computation"),
    "session_how_walk": (
        "Da ogni casa del quartiere il computer cerca la via a piedi più breve fino al luogo più vicino, lungo le "
        "strade vere, con il passo, le attese e gli ostacoli della persona scelta. Poi conta i residenti delle case "
        "che arrivano in tempo.",
        "From each home of the area the computer looks for the shortest walk to the nearest place, along real streets, "
        "with the pace, waits and obstacles of the person chosen. Then it counts the residents of the homes that get "
        "there in time.",
    ),
    "session_how_pace_head": ("Il passo", "Pace"),
    "session_how_unknown_head": ("Quello che non si sa", "What is not known"),
    "session_how_proposal_head": ("Le proposte", "Proposals"),
    "session_how_proposal": (
        "Le modifiche valgono solo qui: nessuno ha deciso niente. Un nuovo passaggio va verificato sul posto: muri, "
        "recinti e canali non sono noti.",
        "Changes hold only here: nothing has been decided. A new link is to be checked on the spot: walls, fences and "
        "canals are not known.",
    ),
    # files
    "session_refused": ("Il file «{name}» non si può aprire: {why}", "The file “{name}” cannot be opened: {why}"),
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
    "session_refused_too_many_proposals": ("ha più di 6 proposte.", "it has more than 6 proposals."),
    "session_refused_too_many_changes": (
        "una proposta ha più di 200 modifiche.",
        "a proposal has more than 200 changes.",
    ),
    "session_refused_too_many_notes": (
        "una proposta ha più di 200 note.",
        "a proposal has more than 200 notes.",
    ),
    "session_refused_outside": (
        "la riga {number} sta fuori da questo quartiere.",
        "line {number} lies outside this neighbourhood.",
    ),
    "session_refused_other": (
        "una parte del file non è come deve essere ({value}).",
        "a part of the file is not as it must be ({value}).",
    ),
    "session_warned_other_network": (
        "Attenzione: il file è stato fatto su strade di un'altra data. I numeri possono essere diversi.",
        "Careful: the file was made on streets of another date. Numbers may differ.",
    ),
    "session_warned_other_moment": (
        "Attenzione: il file conta chi è aperto in un altro momento ({file}, qui {page}). I numeri possono essere diversi.",
        "Careful: the file counts what is open at another time ({file}, here {page}). Numbers may differ.",
    ),
    "session_warned_other_cutoffs": (
        "Attenzione: il file è stato fatto con altri minuti ({file}, qui {page}). I numeri possono essere diversi.",
        "Careful: the file was made at other minutes ({file}, here {page}). Numbers may differ.",
    ),
    "session_warned_unknown_facility": (
        "Attenzione: una modifica riguarda un luogo che questa pagina non conosce.",
        "Careful: a change is about a place that this page does not know.",
    ),
    "session_warned_other": ("Attenzione: {value}", "Careful: {value}"),
}
