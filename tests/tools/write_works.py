"""Write data/proposals/: the public works of data/works.csv as proposals that open at once.

Run `python tests/tools/write_works.py`. A point is an official one of works.csv, or it comes from
the street sketch by the names of streets that a source gives, and says so; nothing else is known.
"""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from access15.config.proposal import FORMAT, VERSION
from access15.crs import LONLAT, lonlat_xy

DATA = Path(__file__).resolve().parents[2] / "data"
FOLDER = DATA / "proposals"
_CRS = "EPSG:32632"
_SKETCH = "punto dallo schizzo delle strade, © contributori di OpenStreetMap (ODbL)"
_OFFICIAL = "punto del Comune di Milano, ds3017 (CC BY)"
_SQUARE = "ateatro.it 2017-06-06: dalla via Boifava, al 17, si sale alla Piana"


class Sketch:
    """The drawn streets, by name."""

    def __init__(self) -> None:
        nodes = {row["node_id"]: row for row in _read(DATA / "street_sketch_nodes.csv")}
        lines: dict[str, list[list[list[float]]]] = {}
        for row in _read(DATA / "street_sketch_segments.csv"):
            ends = [nodes[row[key]] for key in ("from_node", "to_node")]
            both = [[float(end["lon"]), float(end["lat"])] for end in ends]
            lines.setdefault(row["street"], []).append(both)
        self._nodes = nodes
        self._lines = {
            name: shapely.multilinestrings([lonlat_xy(np.array(one), _CRS) for one in parts])
            for name, parts in lines.items()
        }

    def find_node(self, number: str) -> list[float]:
        """A point of the sketch."""
        return [float(self._nodes[number][key]) for key in ("lon", "lat")]

    def find_on(self, street: str, near: list[float] | None = None) -> tuple[list[float], int]:
        """The place on a street nearest to its middle, or to another place, and how far its ends
        are [m].
        """
        line = self._lines[street]
        aim = line.centroid if near is None else shapely.Point(*lonlat_xy(np.array([near]), _CRS))
        place = shapely.shortest_line(line, aim).coords[0]
        ends = shapely.get_coordinates(line)
        return _degrees(place), _round_up(np.hypot(*(ends - place).T).max())

    def find_corner(self, one: str, other: str) -> tuple[list[float], int]:
        """Half-way between two streets where they come nearest, and how far they stay apart [m]."""
        between = shapely.shortest_line(self._lines[one], self._lines[other])
        return _degrees(between.interpolate(0.5, normalized=True).coords[0]), _round_up(
            between.length
        )


def _read(path: Path) -> list[dict[str, str]]:
    """Rows of a table."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _degrees(place: tuple[float, ...]) -> list[float]:
    """Longitude and latitude to a metre, as the sketch has them."""
    point = gpd.GeoSeries([shapely.Point(place)], crs=_CRS).to_crs(LONLAT)[0]
    return [round(point.x, 5), round(point.y, 5)]


def _round_up(metres: float) -> int:
    """Whole tens of metres."""
    return 10 * math.ceil(metres / 10)


def _feature(
    number: str,
    proposal: str,
    place: list[float],
    told: dict[str, Any],
) -> dict[str, Any]:
    """One change or note."""
    return {
        "type": "Feature",
        "id": number,
        "geometry": {"type": "Point", "coordinates": place},
        "properties": {"proposal": proposal, **told},
    }


def _file(area: str, names: dict[str, str], features: list[dict[str, Any]]) -> str:
    """A file of proposals for one neighbourhood."""
    head = {
        "format": FORMAT,
        "version": VERSION,
        "study": "milano",
        "area": area,
        "profile": "older_adult",
        "proposals": [{"id": key, "name": name, "votes": 0} for key, name in names.items()],
    }
    made = {"type": "FeatureCollection", "access15": head, "features": features}
    return json.dumps(made, ensure_ascii=False, indent=1) + "\n"


def _tell_chiesa_rossa(works: dict[str, dict[str, str]], sketch: Sketch) -> str:
    """The square and its ramp, the supermarket, the Casa della Comunità."""
    official = {key: [float(works[key]["lon"]), float(works[key]["lat"])] for key in ("w2", "w3")}
    at_17, _ = sketch.find_on("Via Pietro Boifava", official["w3"])
    below = sketch.find_node("287")  # where via San Giacomo meets it
    along, far_m = sketch.find_on("Via Pietro Boifava")
    on_de_andre, de_andre_m = sketch.find_on("Via Fabrizio de André")
    names = {
        "piazza-e-rampa": "Piazza Fabio Chiesa e rampa da via Boifava (finanziate, in ritardo)",
        "supermercato": "Di nuovo un supermercato in via Boifava (chiuso nel 2024)",
        "casa-della-comunita": "Casa della Comunità in via De André (annunciata nel 2022)",
    }
    square, shop, house = names
    return _file(
        "chiesa_rossa",
        names,
        [
            _feature(
                "w1",
                square,
                below,
                {
                    "change": "remove_steps",
                    "precision": "street",
                    "state": "finanziata da Mi@Over.net (3,4 di circa 7 milioni di euro), in "
                    "ritardo; quale scala la rampa superi va confermato da chi ha il progetto",
                    "source": f"ilgiorno.it 2024-04-03 e 2025-05; {_SQUARE}; {_SKETCH}",
                },
            ),
            _feature(
                "w1-nota",
                square,
                official["w3"],
                {
                    "change": "note",
                    "text": "w1, piazza Fabio Chiesa (la Piana), sopraelevata: rinnovo e rampa larga da "
                    "via Boifava. Dove sale la rampa le fonti non lo dicono: qui si supera la scala "
                    "che la mappa ha dove via Boifava incontra via San Giacomo, se ne ha una. "
                    "Finanziata, in ritardo. Fonti: ilgiorno.it 2024-04-03 "
                    f"e 2025-05; blog.urbanfile.org 2020-11-25; ateatro.it 2017-06-06; {_OFFICIAL}",
                },
            ),
            _feature(
                "w2",
                square,
                official["w2"],
                {
                    "change": "note",
                    "text": "w2, centro socio-ricreativo di via De André 9 rinnovato: finanziato da "
                    "Mi@Over.net. Non cambia nessun percorso. Punto ufficiale. Fonti: ilgiorno.it "
                    f"2024-04-03; {_OFFICIAL}",
                },
            ),
            _feature(
                "w3",
                square,
                official["w3"],
                {
                    "change": "note",
                    "text": "w3, Casa di Quartiere di via Boifava 17 rinnovata e sportello del centro "
                    "per l'impiego: annunciati per il 2026. Non cambia nessun percorso. Punto "
                    f"ufficiale. Fonti: milanonews24.com; {_OFFICIAL}",
                },
            ),
            _feature(
                "w4",
                square,
                along,
                {
                    "change": "note",
                    "text": "w4, pista ciclabile di oltre un chilometro lungo via Boifava: annunciata. "
                    f"Solo la via: il punto è il suo mezzo, i capi sono fino a {far_m} m più in là. "
                    f"Fonti: milanonews24.com; {_SKETCH}",
                },
            ),
            _feature(
                "w5",
                shop,
                at_17,
                {
                    "change": "add_facility",
                    "name": "Supermercato (un'ipotesi, non il negozio chiuso)",
                    "category": "supermarket",
                    "precision": "street",
                    "state": "ipotesi: nessuno lo ha annunciato; quello che c'era ha chiuso nel 2024",
                    "source": f"ilsudmilano.it 2024-07-17 (la chiusura); {_SKETCH}, davanti al 17",
                },
            ),
            _feature(
                "w5-nota",
                shop,
                at_17,
                {
                    "change": "note",
                    "text": "w5, supermercato, discount e banca chiusi nel 2024 «nello stesso "
                    "complesso»: la fonte non dà né indirizzo né punto, e il posto resta ignoto. Questa "
                    "nota sta sulla via, davanti al 17. Fonte: ilsudmilano.it 2024-07-17",
                },
            ),
            _feature(
                "w6",
                house,
                on_de_andre,
                {
                    "change": "add_facility",
                    "name": "Casa della Comunità (annunciata)",
                    "category": "casa_della_comunita",
                    "precision": "street",
                    "state": "pianificata nel 2022; stato nel 2026 non trovato",
                    "source": "fanpage.it 2022-04; dietrolanotizia.eu 2022-05; "
                    f"{_SKETCH}: il mezzo della via, i capi fino a {de_andre_m} m",
                },
            ),
            _feature(
                "w6-nota",
                house,
                on_de_andre,
                {
                    "change": "note",
                    "text": "w6, Casa della Comunità nel parcheggio di via De André; l'elenco del "
                    "Comune dice via dei Missaglia. Solo la via: il parcheggio non ha un punto nelle "
                    "fonti. Pianificata nel 2022; stato nel 2026 non trovato. Fonti: fanpage.it "
                    "2022-04; dietrolanotizia.eu 2022-05",
                },
            ),
        ],
    )


def _tell_forlanini(sketch: Sketch) -> str:
    """The Casa della Comunità."""
    corner, apart_m = sketch.find_corner("Via Oreste Salomone", "Via Romualdo Bonfadini")
    name = "casa-della-comunita"
    return _file(
        "forlanini_salomone",
        {name: "Casa della Comunità, via Salomone / via Bonfadini (annunciata nel 2022)"},
        [
            _feature(
                "w7",
                name,
                corner,
                {
                    "change": "add_facility",
                    "name": "Casa della Comunità (annunciata)",
                    "category": "casa_della_comunita",
                    "precision": "corner",
                    "state": "pianificata nel 2022; stato nel 2026 non trovato",
                    "source": f"dietrolanotizia.eu 2022-05; {_SKETCH}: a metà fra le due vie, che nello "
                    f"schizzo restano {apart_m} m l'una dall'altra",
                },
            ),
            _feature(
                "w7-nota",
                name,
                corner,
                {
                    "change": "note",
                    "text": "w7, Casa della Comunità all'angolo fra via Salomone e via Bonfadini: la "
                    "fonte non dice da che parte. Pianificata nel 2022; stato nel 2026 non trovato. "
                    "Fonte: dietrolanotizia.eu 2022-05",
                },
            ),
        ],
    )


def tell_works() -> dict[str, str]:
    """Every file of proposals, by its name."""
    works = {row["id"]: row for row in _read(DATA / "works.csv")}
    sketch = Sketch()
    return {
        "chiesa_rossa.geojson": _tell_chiesa_rossa(works, sketch),
        "forlanini_salomone.geojson": _tell_forlanini(sketch),
    }


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, text in tell_works().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
