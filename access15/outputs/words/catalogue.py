"""Everything planners and citizens read, in Italian and English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from access15.outputs.words.catalogue_doors import DOOR_TEXTS
from access15.outputs.words.catalogue_poster import POSTER_TEXTS
from access15.outputs.words.catalogue_session import SESSION_TEXTS

# key: (Italian, English). Both must use the same placeholders; a test checks it.
TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    # choosing
    "map_title": ("{area}: chi ci arriva a piedi?", "{area}: who can get there on foot?"),
    "who_walks": ("Chi cammina?", "Who walks?"),
    "to_where": ("Verso quale luogo?", "To which place?"),
    "target_hub": ("Il centro (hub) più vicino", "The nearest hub"),
    "target_hub_named": ("Centro (hub): {name}", "Hub: {name}"),
    "targets_hubs": ("Centri (hub)", "Hubs"),
    "choices": ("Scelte", "Choices"),
    "legend": ("Legenda", "Key"),
    "result": ("Risultato", "Result"),
    "map": ("Mappa", "Map"),
    "attribution": ("Strade: {kind}. {licence}", "Streets: {kind}. {licence}"),
    "map_hint": (
        "Mappa delle strade. Tasti freccia per spostarla, più e meno per ingrandire o ridurre.",
        "Street map. Arrow keys move it, plus and minus zoom.",
    ),
    "no_script": (
        "Per disegnare la mappa il browser deve poter eseguire JavaScript; i numeri sono anche in "
        "index.html.",
        "Drawing the map needs JavaScript in the browser; the numbers are in index.html too.",
    ),
    # results
    "covered": (
        "{covered} su {people} {who} ci arrivano entro {cutoff} a piedi",
        "{covered} of {people} {who} get there within {cutoff} on foot",
    ),
    "covered_unknown": ("Non noto", "Unknown"),
    "unknown": ("non noto", "unknown"),
    "within": ("Entro", "Within"),
    "people": ("Persone", "People"),
    "share": ("Quota", "Share"),
    "group": ("Gruppo", "Group"),
    "other_groups": (
        "Altri gruppi di residenti, entro {cutoff}",
        "Other groups of residents, within {cutoff}",
    ),
    # the honesty gap
    "gap": (
        "Con il passo «{label}» ({pace}) risulterebbero {covered} ({share}), {difference}.",
        "At the pace “{label}” ({pace}) it would seem {covered} ({share}), {difference}.",
    ),
    "gap_more": ("cioè {people} in più", "that is {people} more"),
    "gap_fewer": ("cioè {people} in meno", "that is {people} fewer"),
    "gap_title": (
        "{area}: chi sembra vicino a un centro (hub) e chi ci arriva davvero, entro {cutoff}",
        "{area}: who seems near a hub and who really gets there, within {cutoff}",
    ),
    "gap_headline": (
        "Su 100 {who}, la mappa al passo «{claim}» ne conta {claimed} entro {cutoff} da un centro "
        "(hub). "
        "Al loro passo («{label}») sono {own}",
        "Of 100 {who}, the map at the pace “{claim}” counts {claimed} within {cutoff} of a hub. "
        "At their own pace (“{label}”) it is {own}",
    ),
    "gap_lost": (
        "{n} persone date per vicine non ci arrivano.",
        "{n} people who are said to be near do not get there.",
    ),
    "gap_lost_one": (
        "{n} persona data per vicina non ci arriva.",
        "{n} person who is said to be near does not get there.",
    ),
    "gap_gained": ("{n} persone in più ci arrivano.", "{n} more people get there."),
    "gap_gained_one": ("{n} persona in più ci arriva.", "{n} more person gets there."),
    "gap_nobody": ("Non si perde nessuno.", "Nobody is lost."),
    "gap_unknown": (
        "Per i {who} il confronto fra la mappa di solito usata e il loro passo non è noto: questo "
        "calcolo lascia fuori "
        "{profiles} (non vuol dire zero).",
        "For {who} the comparison between the usual map and their own pace is unknown: this run "
        "leaves out "
        "{profiles} (that does not mean zero).",
    ),
    "gap_claim": ("Passo «{label}»", "Pace “{label}”"),
    "gap_own": ("Al loro passo", "At their own pace"),
    "gap_of": ("In tutto", "In all"),
    "gap_between": ("Persone fra i due", "People between"),
    "range_means": (
        "L'intervallo accanto a una quota dice quanto sarebbe se tutti camminassero {pace} m/s più "
        "piano o più in "
        "fretta: è una scelta di questo progetto, perché il passo vero del quartiere non è stato "
        "misurato. Fra persona "
        "e persona la differenza è più grande (scarto tipo 0,28 m/s fra 565 persone di 60 anni e "
        "più: Kasović e altri "
        "2021, doi 10.2147/CIA.S290071).",
        "The range beside a share says what it would be if everybody walked {pace} m/s slower or "
        "faster: a choice of "
        "this project, because the neighbourhood's real pace has not been measured. Between people "
        "the difference is "
        "larger (standard deviation 0.28 m/s among 565 people of 60 and over: Kasović et al. 2021, "
        "doi 10.2147/CIA.S290071).",
    ),
    "curves_title": (
        "{area}: quota di {who} che arriva a un centro (hub), minuto per minuto",
        "{area}: share of {who} who get to a hub, minute by minute",
    ),
    "curves_head": ("Minuto per minuto", "Minute by minute"),
    "curves_share": ("% di {who}", "% of {who}"),
    "curves_axis": ("minuti a piedi", "minutes on foot"),
    "confidence": ("Quanto è sicuro", "How certain this is"),
    "unknown_streets": (
        "Della lunghezza di strada percorsa non si conosce: {tags}.",
        "Of the street length walked, it is not known: {tags}.",
    ),
    "unknown_kerb": ("i cordoli agli attraversamenti {share}", "kerbs at crossings {share}"),
    "unknown_incline": ("la pendenza {share}", "slope {share}"),
    "unknown_surface": ("il fondo {share}", "surface {share}"),
    "no_crossings": (
        "nessun attraversamento in mappa, quindi nessun cordolo",
        "no crossing on the map, so no kerb",
    ),
    "precision_line": (
        "Posizione dei {n} luoghi: {kinds}.",
        "Position of the {n} places: {kinds}.",
    ),
    "precision_openstreetmap": ("da OpenStreetMap", "from OpenStreetMap"),
    "from_here": ("{area}: {who} entro {cutoff} da qui", "{area}: {who} within {cutoff} of here"),
    "walker": ("Passo di {who}: {pace}.", "Pace of {who}: {pace}."),
    "best_home": (
        "La casa più vicina è a {minutes} a piedi.",
        "The nearest home is {minutes} away on foot.",
    ),
    "median": (
        "Metà dei {who} impiega al massimo {minutes}.",
        "Half of the {who} need {minutes} at most.",
    ),
    "median_none": (
        "Più della metà dei {who} non ha un percorso a piedi sulle strade della mappa.",
        "More than half of the {who} have no way on foot along the streets of the map.",
    ),
    "zero_nearest": ("{zero}, il più vicino a {minutes}", "{zero}, nearest at {minutes}"),
    "zero_straight": (
        "{zero}, il più vicino ad almeno {minutes} in linea d'aria",
        "{zero}, nearest at {minutes} or more in a straight line",
    ),
    "zero_beyond_map": (
        "{zero} sulle strade di questa mappa, che non arrivano al più vicino (almeno {minutes} in "
        "linea d'aria)",
        "{zero} along the streets of this map, which do not lead to the nearest ({minutes} or more "
        "in a straight line)",
    ),
    "zero_no_way": (
        "{zero}, nessuno raggiungibile a piedi sulle strade della mappa",
        "{zero}, none can be reached on foot along the streets of the map",
    ),
    "unknown_none": (
        "nessun luogo di questo tipo nell'elenco (non vuol dire zero)",
        "no place of this kind in the list (that does not mean zero)",
    ),
    "unknown_uncertain": (
        "in elenco {places}, nessun punto certo (non vuol dire zero)",
        "{places} in the list, none with a certain point (that does not mean zero)",
    ),
    "finding_others": (
        "{finding}; senza contare {others} dal punto incerto",
        "{finding}; not counting {others} without a certain point",
    ),
    "finding_median": (
        "{share}; metà ci mette al massimo {minutes}",
        "{share}; half need {minutes} at most",
    ),
    "all_targets": ("Tutti i luoghi, per chi cammina così", "All places, for this walker"),
    "place": ("Luogo", "Place"),
    "finding": ("Residenti entro {cutoff}", "Residents within {cutoff}"),
    "finding_hours": (
        "{finding}; fino a {most} se sono aperti anche i luoghi di orario non noto",
        "{finding}; up to {most} if the places of unknown hours are open too",
    ),
    "unknown_hours": (
        "in elenco {places}, di nessuno si conosce l'orario",
        "{places} in the list, the hours of none are known",
    ),
    "zero_closed": ("{zero}, nessuno aperto {moment}", "{zero}, none open {moment}"),
    "moment_note": (
        "Conta solo ciò che è aperto {moment} ({date}); i luoghi di cui non si sa l'orario sono "
        "detti a parte.",
        "Only what is open {moment} ({date}) counts; places whose hours nobody knows are told "
        "apart.",
    ),
    "open_at_open": ("aperto {moment}", "open {moment}"),
    "open_at_closed": ("chiuso {moment}", "closed {moment}"),
    "open_at_unknown": ("orario non noto", "hours not known"),
    # people
    "who_total": ("residenti", "residents"),
    "who_age": ("residenti di {group}", "residents aged {group}"),
    "who_group": ("residenti ({group})", "residents ({group})"),
    # what is drawn
    "drawn": ("Che cosa si vede", "What is drawn"),
    "layers": ("Cosa mostrare", "What to show"),
    "layer_bands": ("Zone raggiunte a piedi", "Places reached on foot"),
    "areas_not_drawn": (
        "Per questo tipo di luogo le zone raggiunte non sono disegnate: ci sono i luoghi e i "
        "residenti rimasti fuori.",
        "For this kind of place the areas reached are not drawn: there are the places and the "
        "residents left out.",
    ),
    "layer_uncovered": ("Residenti oltre {cutoff}", "Residents beyond {cutoff}"),
    "layer_outline": ("Confine del quartiere (NIL)", "Neighbourhood boundary (NIL)"),
    "layer_tiles": ("Mappa in rete (serve internet)", "Online map (needs internet)"),
    "legend_hub": ("centro (hub) della strategia", "hub of the strategy"),
    "legend_facility": ("un luogo: la lettera dice il tipo", "a place: the letter tells its kind"),
    "legend_uncertain": (
        "posizione incerta: non usato nei tempi a piedi",
        "position uncertain: not used in walking times",
    ),
    "legend_uncovered": (
        "{who} che non ci arrivano entro {cutoff}: cerchi per {samples} persone",
        "{who} who do not get there within {cutoff}: circles for {samples} people",
    ),
    "legend_outline": (
        "confine del quartiere: si contano solo i residenti dentro; fuori la mappa è velata",
        "neighbourhood boundary: only residents inside are counted; the map is veiled outside",
    ),
    "legend_steps": ("scale", "steps"),
    "symbols": ("Lettere dei luoghi", "Letters of the places"),
    "undrawn": ("Luoghi senza un punto sulla mappa: {n}", "Places without a point on the map: {n}"),
    # facilities
    "kind": ("Tipo", "Kind"),
    "address": ("Indirizzo", "Address"),
    "status": ("Stato", "Status"),
    "precision": ("Posizione", "Position"),
    "uncertain": ("posizione incerta", "position uncertain"),
    "no_name": ("(senza nome)", "(no name)"),
    "no_address": ("non indicato", "not stated"),
    "walk_to_hub": ("A piedi fino a «{hub}»", "On foot to “{hub}”"),
    "walk_unknown": ("non calcolato", "not computed"),
    "walk_none": ("nessun percorso", "no way"),
    "is_hub": ("Centro (hub) della strategia", "Hub of the strategy"),
    "from_osm": ("da OpenStreetMap", "from OpenStreetMap"),
    "source": ("Fonte", "Source"),
    "wemi": (
        "Vedi la piattaforma WeMi del Comune di Milano (wemi.comune.milano.it)",
        "See the WeMi platform of the city of Milan (wemi.comune.milano.it)",
    ),
    "several_here": ("{n} luoghi in questo punto", "{n} places at this point"),
    "cut_text": ("… (testo tagliato)", "… (text cut)"),
    "status_ok": ("sulla rete delle strade", "on the street network"),
    "status_not_geocoded": (
        "senza un punto certo: non usato nei tempi a piedi",
        "no certain point: not used in walking times",
    ),
    "status_too_far_from_network": (
        "troppo lontano dalle strade di questa mappa",
        "too far from the streets of this map",
    ),
    "status_unreachable": ("non raggiungibile a piedi", "cannot be reached on foot"),
    "precision_official point": ("punto ufficiale", "official point"),
    "precision_operator feed": ("dato del gestore", "operator's data"),
    "precision_neighbouring number": ("numero civico vicino", "neighbouring house number"),
    "precision_edge": (
        "nessun ingresso noto: bordo più vicino alla strada",
        "no entrance known: the edge nearest to a street",
    ),
    "precision_place": ("solo il luogo, non l'ingresso", "the place only, not its entrance"),
    "precision_street": ("solo la via", "street only"),
    "precision_none": ("nessun punto", "no point"),
    # sources
    "sources": ("Da dove vengono i dati", "Where the data come from"),
    "streets": ("Strade", "Streets"),
    "residents": ("Residenti", "Residents"),
    "facilities": ("Luoghi", "Places"),
    "computed": ("Calcolato", "Computed"),
    "network_sketch": ("schizzo delle vie principali", "sketch of main streets"),
    "network_osm": ("estratto di OpenStreetMap", "OpenStreetMap extract"),
    "network_overpass": (
        "OpenStreetMap, scaricato da Overpass",
        "OpenStreetMap, fetched from Overpass",
    ),
    "network_graph": ("grafo fornito da chi calcola", "graph handed over"),
    "date_unknown": ("data non indicata", "date not stated"),
    "network_line": ("{kind} «{name}», {date}. {licence}", "{kind} “{name}”, {date}. {licence}"),
    "population_line": ("{file}{year}. {method}", "{file}{year}. {method}"),
    "zones_line": ("confini di zona: {source}", "zone outlines: {source}"),
    "population_year": (", anno {year}", ", year {year}"),
    "method": ("Metodo: {method}", "Method: {method}"),
    "people_outside": (
        "{people} persone della fonte dei residenti abitano fuori dalle zone di questo calcolo: "
        "non sono contate.",
        "{people} people of the residents' source live outside the zones of this run: they are not "
        "counted.",
    ),
    "people_no_outline": (
        "{people} persone della fonte dei residenti (righe: {n}) non hanno un contorno sulla "
        "mappa, per esempio chi è "
        "senza fissa dimora: non sono contate.",
        "{people} people of the residents' source (rows: {n}) have no outline on the map, such as "
        "people without a "
        "fixed home: they are not counted.",
    ),
    "people_no_row": (
        "Sezioni delle zone senza una riga nella fonte dei residenti: {n}. Vi si conta zero "
        "persone.",
        "Sections of the zones without a row in the residents' source: {n}. Nobody is counted in "
        "them.",
    ),
    "people_no_buildings": (
        "{people} persone (zone o sezioni: {n}) dovevano essere distribuite fra gli edifici, ma lì "
        "non ne è mappato "
        "nessuno: sono distribuite lungo le strade.",
        "{people} people (zones or sections: {n}) were to be spread over buildings, but none is "
        "mapped there: they are "
        "spread along streets.",
    ),
    "people_levels": (
        "Residenti fra {n} edifici: i piani sono noti per {share} della superficie; gli altri "
        "contano quattro piani.",
        "Residents in {n} buildings: storeys are known for {share} of the floor area; the others "
        "count as four.",
    ),
    "sketch_warning": (
        "Schizzo delle sole vie principali, per un primo sguardo: mancano vie laterali, sentieri, "
        "scale e "
        "attraversamenti. Per un lavoro vero: access15 fetch, oppure --osm.",
        "Sketch of main streets, for a first look: side streets, footpaths, steps and crossings "
        "are missing. "
        "For real work: access15 fetch, or --osm.",
    ),
    "warning": ("Attenzione", "Caution"),
    "home": ("Torna al quartiere", "Back to the neighbourhood"),
    "zoom_in": ("Ingrandisci", "Zoom in"),
    "zoom_out": ("Riduci", "Zoom out"),
    "close": ("Chiudi", "Close"),
    "back_to_index": ("Tutti i risultati", "All results"),
    # index
    "index_title": (
        "{study}: chi arriva a piedi ai servizi?",
        "{study}: who can walk to which service?",
    ),
    "index_lead": (
        "Quanti residenti arrivano a piedi, al proprio passo, entro {cutoffs} minuti.",
        "How many residents get there on foot, at their own pace, within {cutoffs} minutes.",
    ),
    "headline": (
        "{covered} su {people} {who} ({share}) arrivano a un centro (hub) entro {cutoff}, al passo "
        "«{label}» ({pace}).",
        "{covered} of {people} {who} ({share}) get to a hub within {cutoff}, at the pace “{label}” "
        "({pace}).",
    ),
    "headline_unknown": (
        "Non si sa quanti {who} arrivano a un centro (hub): {reason}.",
        "It is not known how many {who} get to a hub: {reason}.",
    ),
    "open_map": ("Apri la mappa di {area}", "Open the map of {area}"),
    "open_session": ("Prova i cambiamenti a {area}", "Try out changes in {area}"),
    "hub_table": (
        "{area}: {who} che arrivano a un centro (hub), per ogni modo di camminare",
        "{area}: {who} who get to a hub, for each way of walking",
    ),
    "category_table": (
        "{area}: {who} entro {cutoff} da ogni tipo di luogo",
        "{area}: {who} within {cutoff} of each kind of place",
    ),
    "walks": ("Chi cammina", "Who walks"),
    "pace": ("Passo", "Pace"),
    "median_column": ("Metà ci mette al massimo", "Half need at most"),
    "kind_of_place": ("Tipo di luogo", "Kind of place"),
    "what_it_says": ("In chiaro, al passo «{label}»", "In plain words, at the pace “{label}”"),
    "score": (
        "Punteggio dei quindici minuti, passo «{label}»: in media è a portata {share} dei tipi di "
        "servizio richiesti.",
        "Fifteen-minute score, pace “{label}”: on average {share} of the kinds of service asked "
        "for are in reach.",
    ),
    "checks": ("Confronti", "Comparisons"),
    "adult_beside": (
        "Accanto, il passo di un adulto: è quello che di solito si conta, e dà un quadro troppo "
        "roseo.",
        "Beside them, an adult's pace: the one usually counted, which paints too rosy a picture.",
    ),
    "certificate": ("Controllo delle zone disegnate", "Check of the drawn zones"),
    "certificate_text": (
        "Ogni zona colorata è stata confrontata con i tempi esatti di ogni punto abitato.",
        "Every coloured zone was compared with the exact time of every inhabited point.",
    ),
    "area": ("Quartiere", "Neighbourhood"),
    "zones_checked": ("Zone disegnate", "Zones drawn"),
    "false_inside": (
        "Punti dentro, ma in realtà più lontani",
        "Points inside that are really farther",
    ),
    "missed_outside": (
        "Punti fuori, ma in realtà entro il tempo",
        "Points outside that are really within",
    ),
    "statuses": ("Che fine ha fatto ogni luogo", "What became of every place"),
    "statuses_text": (
        "Nessun luogo è stato tolto: chi non ha un punto certo resta in elenco e non entra nei "
        "tempi.",
        "No place was dropped: those without a certain point stay in the list and are not used in "
        "the times.",
    ),
    "residents_off": (
        "{n} {who} abitano in punti che la rete non raggiunge: contano come non coperti.",
        "{n} {who} live at points the network does not reach: they count as not covered.",
    ),
    "spacing": (
        "Distanza fra le stazioni di bike sharing",
        "Distance between bike-sharing stations",
    ),
    "spacing_text": (
        "Il piano chiede stazioni a non più di 300-400 metri l'una dall'altra, misurati a piedi "
        "lungo le strade.",
        "The plan asks for stations not more than 300-400 metres apart, measured on foot along the "
        "streets.",
    ),
    "spacing_found": (
        "Su {stations} con misura, la più vicina è oltre 300 m per {over_300} ({share_300}), oltre "
        "400 m per "
        "{over_400} ({share_400}).",
        "Of {stations} measured, the nearest other one is beyond 300 m for {over_300} "
        "({share_300}), beyond 400 m for "
        "{over_400} ({share_400}).",
    ),
    "spacing_straight": (
        "Su {stations} senza misura sulle strade calcolate, in linea d'aria (il minimo possibile) "
        "la più vicina è "
        "oltre 300 m per {over_300} ({share_300}), oltre 400 m per {over_400} ({share_400}).",
        "Of {stations} not measured on the streets computed, in a straight line (the least "
        "possible) the nearest other "
        "one is beyond 300 m for {over_300} ({share_300}), beyond 400 m for {over_400} "
        "({share_400}).",
    ),
    "spacing_none": (
        "Nell'elenco non ci sono stazioni di bike sharing: la distanza non è nota.",
        "The list holds no bike-sharing station: the distance is not known.",
    ),
    "limits": ("Che cosa questi numeri non dicono", "What these numbers do not say"),
    "limit_people": (
        "Dove abitano i residenti è una stima, non un elenco di indirizzi: il metodo e i suoi "
        "punti deboli sono "
        "scritti più sotto, alla voce «Residenti».",
        "Where residents live is an estimate, not a list of addresses: the method and its weak "
        "points are told below, "
        "under “Residents”.",
    ),
    "limit_minutes": (
        "I minuti sono arrotondati per eccesso; «entro 15 minuti» comprende i 15 minuti esatti.",
        "Minutes are rounded up; “within 15 minutes” includes exactly 15 minutes.",
    ),
    "limit_not_modelled": (
        "Non si tiene conto di orari di apertura, posti disponibili, buio, traffico, meteo e "
        "stanchezza.",
        "Opening hours, free places, darkness, traffic, weather and tiredness are not taken into "
        "account.",
    ),
    "files": ("File da aprire o scaricare", "Files to open or take along"),
    "inputs": ("File letti", "Files read"),
    "file": ("File", "File"),
    "fingerprint": ("Impronta (sha256)", "Fingerprint (sha256)"),
    "file_coverage.csv": ("copertura, tutti i numeri", "coverage, all numbers"),
    "file_measures.csv": (
        "minuti al primo, secondo e terzo luogo, quanti sono vicini, posti per abitante",
        "minutes to the first, second and third place, how many are near, supply per resident",
    ),
    "file_equity.csv": (
        "quanto è diviso in parti uguali l'accesso, e chi resta oltre il limite",
        "how evenly access is shared, and who stays beyond the limit",
    ),
    "file_facilities_out.csv": (
        "ogni luogo con stato, metri alla strada e minuti al centro",
        "every place with status, metres to the street and minutes to its hub",
    ),
    "file_results.gpkg": ("strati per QGIS", "layers for QGIS"),
    **DOOR_TEXTS,
    **SESSION_TEXTS,
    **POSTER_TEXTS,
    "file_run.json": ("parametri, versioni, controlli", "parameters, versions, checks"),
}
