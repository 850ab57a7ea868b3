"""What is wrong with a place, in plain words: its point, its street, its door."""

from __future__ import annotations

from typing import Final, NamedTuple

import geopandas as gpd
import shapely

from access15.outputs.words.findings import Findings
from access15.outputs.words.numbers import format_number, format_share
from access15.outputs.words.texts import clean_text, say
from access15.outputs.words.which_door import DecidingDoor, list_deciding_doors
from access15.results.review import ReviewedPlace

# From what must be decided first to what may be looked at last.
DOUBTS: Final = (
    "no_address",
    "not_asked",
    "not_found",
    "to_decide",
    "street",
    "place",
    "too_far",
    "unreachable",
    "interpolated",
    "neighbour",
    "dead_end",
    "doors",
)
_OF_ENDING: Final = {"no address": "no_address", "not asked": "not_asked"}
_OF_PRECISION: Final = {
    "street": "street",
    "place": "place",
    "interpolated": "interpolated",
    "neighbouring number": "neighbour",
}
_DEAD_END: Final = "nearest"  # how a door is found that leads onto nothing but a dead end
_BEST_FIRST: Final = ("ok", "unreachable", "too_far_from_network", "not_geocoded")


class Doubt(NamedTuple):
    """What is wrong with a place.

    Parameters
    ----------
    rank : int
        The lower, the more it needs a decision.
    text : str
        A few words for a list.
    more : str
        The whole of it; empty where the few words say all.
    """

    rank: int
    text: str
    more: str = ""


class Doubts:
    """What is wrong with the places of a run, in one language.

    Parameters
    ----------
    findings : list of Findings
        Those of every neighbourhood.
    """

    def __init__(self, findings: list[Findings]) -> None:
        self._findings = findings
        self._lang = findings[0].lang
        self._rows = [_index_facilities(one.area.facilities) for one in findings]
        self._boxes = [
            shapely.box(*shapely.total_bounds(one.area.network.lines)) for one in findings
        ]
        self.deciding: dict[str, DecidingDoor] = {}
        for one in findings:
            for door in list_deciding_doors(one):
                self.deciding.setdefault(door.facility_id, door)

    def find_home(self, place: ReviewedPlace) -> int:
        """Find the neighbourhood on whose streets a place stands best."""
        states = [_BEST_FIRST.index(str(rows[place.facility_id]["status"])) for rows in self._rows]
        return states.index(min(states))

    def list_of(self, place: ReviewedPlace) -> list[Doubt]:
        """List what is wrong with a place, the worst first."""
        home = self.find_home(place)
        row = self._rows[home][place.facility_id]
        doubts = [*self._of_point(place), *self._of_streets(place, row, self._boxes[home])]
        return sorted(doubts)

    def _say(self, code: str, **values: object) -> str:
        """Say one thing."""
        return say(f"doubt_{code}", self._lang, **values)

    def _of_point(self, place: ReviewedPlace) -> list[Doubt]:
        """What is wrong with the point."""
        found = []
        if place.candidates:
            n = len(place.candidates)
            key = "one_to_decide" if n == 1 else "to_decide"
            found.append(Doubt(DOUBTS.index("to_decide"), self._say(key, n=n)))
        elif place.point is None:
            code = _OF_ENDING.get(place.ending, "not_found")
            found.append(Doubt(DOUBTS.index(code), self._say(code)))
        code = _OF_PRECISION.get(place.precision, "")
        if place.point is None or not code:
            return found
        text = self._say(code)
        known_m = float(place.within) if place.within else place.street_m
        if known_m is not None:
            metres = format_number(known_m, self._lang)
            text = say("doubt_within", self._lang, what=text, metres=metres)
        more = say(f"more_{code}", self._lang)
        return [*found, Doubt(DOUBTS.index(code), text, more)]

    def _of_streets(
        self,
        place: ReviewedPlace,
        row: dict[str, object],
        box: shapely.Geometry,
    ) -> list[Doubt]:
        """What is wrong with how a place meets the street."""
        found = []
        status = str(row["status"])
        geometry = row["geometry"]
        is_here = isinstance(geometry, shapely.Point) and box.contains(geometry)
        if status == "too_far_from_network" and is_here:
            found.append(Doubt(DOUBTS.index("too_far"), self._say("too_far")))
        if status == "unreachable":
            found.append(Doubt(DOUBTS.index("unreachable"), self._say("unreachable")))
        if row["door_source"] == _DEAD_END and not place.doors:
            street = clean_text(str(row["door_street"]), self._lang)
            named = street or say("door_unnamed", self._lang)
            more = say("more_dead_end", self._lang, street=named)
            found.append(Doubt(DOUBTS.index("dead_end"), self._say("dead_end"), more))
        if door := self.deciding.get(place.facility_id):
            text = self._say(
                "doors",
                n=door.n_doors,
                least=format_share(door.least, self._lang),
                most=format_share(door.most, self._lang),
            )
            found.append(Doubt(DOUBTS.index("doors"), text, say("more_doors", self._lang)))
        return found


def _index_facilities(facilities: gpd.GeoDataFrame) -> dict[str, dict[str, object]]:
    """Rows of facilities by their id."""
    rows = facilities.to_dict("records")
    return {str(row["facility_id"]): {str(key): row[key] for key in row} for row in rows}
