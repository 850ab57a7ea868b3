"""How residents were put where they live, and what that leaves out: handed from sources to outputs
with the people.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Final, Literal

CountedOn = Literal["zones", "sections", "polygons"]
PutOn = Literal["buildings", "streets", "other_streets", "middle"]
NoteKind = Literal["outside", "no_outline", "no_row", "no_buildings", "levels"]

COUNTED_ON: Final[Mapping[CountedOn, str]] = {
    "zones": "zone totals",
    "sections": "totals of census sections",
    "polygons": "totals of the layer's polygons",
}
PUT_ON: Final[Mapping[PutOn, tuple[str, str]]] = {
    "buildings": (
        "spread over residential buildings by floor area",
        "homes nobody mapped are missed, a building without mapped storeys counts as four, all "
        "groups are spread alike",
    ),
    "streets": (
        "spread evenly along residential streets",
        "a house counts as much as a tower block, all groups are spread alike",
    ),
    "other_streets": (
        "spread along other streets, for want of residential ones",
        "people may live on few of them, all groups are spread alike",
    ),
    "middle": ("put at one point, for want of streets", "nobody knows where in it people live"),
}
ALL: Final = "all"
JOIN: Final = " + "


@dataclass(frozen=True)
class Method:
    """One way of putting residents where they live.

    Parameters
    ----------
    id : str
        What was counted and where people were put, for example ``"zones_streets"``.
    how : str
        What was done, in English.
    weakness : str
        What it cannot know.
    """

    id: str
    how: str
    weakness: str

    @property
    def text(self) -> str:
        """What was done and what it cannot know, as tables say it."""
        return f"{self.how}: {self.weakness}"


def _list_methods() -> Iterable[Method]:
    for (counted, of), (put, (how, weakness)) in product(COUNTED_ON.items(), PUT_ON.items()):
        yield Method(f"{counted}_{put}", f"{of} {how}", weakness)
    yield Method("points", "points of the layer, as they are", "homes are as exact as the layer")


METHODS: Final[Mapping[str, Method]] = {method.id: method for method in _list_methods()}


@dataclass(frozen=True)
class PeopleNote:
    """Something the reader must know about the residents, with its numbers.

    Parameters
    ----------
    kind : {"outside", "no_outline", "no_row", "no_buildings", "levels"}
        ``outside``: people counted outside every zone of the run. ``no_outline``: people in rows
        without an outline. ``no_row``: sections without a row of counts. ``no_buildings``: people
        to be spread over buildings where none is mapped. ``levels``: the share of floor area whose
        storeys are mapped.
    people : float
        How many people it is about.
    n : int
        How many rows, sections or polygons.
    share : float
        A share, 0 to 1, where there is one to tell.
    """

    kind: NoteKind
    people: float = 0.0
    n: int = 0
    share: float = 0.0


@dataclass(frozen=True)
class PeopleInfo:
    """How the residents of one neighbourhood were put where they live; shown with every number
    computed on them.

    Parameters
    ----------
    methods : mapping of str to tuple of Method
        Methods used in each zone, that of most people first.
    notes : tuple of PeopleNote
        What the reader must know.
    outside : mapping of str to float
        People by group whom the source counts outside the zones of the run.
    """

    methods: Mapping[str, tuple[Method, ...]] = field(default_factory=dict)
    notes: tuple[PeopleNote, ...] = ()
    outside: Mapping[str, float] = field(default_factory=dict)

    def tell_method(self, zone: str = ALL) -> str:
        """Methods used in a zone, in English."""
        chosen = self.methods.get(zone) or [
            method for used in self.methods.values() for method in used
        ]
        return JOIN.join(dict.fromkeys(method.text for method in chosen))
