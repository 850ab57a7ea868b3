"""Answers of an Overpass service as JSON: their elements, and where each is, however it was asked
for (``out geom``, ``out center``, ``out bb``, or nodes beside their ways).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeGuard

import shapely

from access15.errors import InputDataError
from access15.remarks import Remark
from access15.sources.json_text import read_json_file

Place = tuple[float, float]  # longitude and latitude [degrees]
_KINDS = ("node", "way", "relation")
_OWN = ("id", "name", "address", "lat", "lon", "x", "y")  # columns that are not tags


@dataclass(frozen=True)
class Element:
    """An element of an answer.

    Parameters
    ----------
    label : str
        OpenStreetMap's kind and id, such as ``node/1``.
    tags : dict of str to str
        Its tags.
    places : tuple of (float, float)
        Longitudes and latitudes of its point or its line, as far as the answer has them.
    middle : tuple of float or None
        Where it stands if one point is wanted; None where the answer does not say.
    """

    label: str
    tags: dict[str, str]
    places: tuple[Place, ...]
    middle: Place | None

    @property
    def shape(self) -> shapely.Geometry | None:
        """Its point or line; None where the answer has no place of it."""
        if len(self.places) > 1:
            return shapely.LineString(self.places)
        return None if self.middle is None else shapely.Point(self.middle)


def read_overpass(path: Path) -> list[Element] | None:
    """Read the elements of an answer; None where the file is another kind of JSON."""
    raw = read_json_file(path, remedy=Remark("fetch_or_export_again"))
    return list_elements(raw, path.name) if is_answer(raw) else None


def is_answer(raw: object) -> bool:
    """Whether the content of a JSON file is an answer of Overpass."""
    return isinstance(raw, dict) and isinstance(raw.get("elements"), list)


def list_elements(raw: Mapping[str, Any], name: str) -> list[Element]:
    """Elements of an answer that have tags, each once, in the order of the answer."""
    refuse_incomplete(raw, name)
    # 1. What stands in the answer twice (`out ids` and then `out geom`) is one element.
    merged: dict[tuple[str, str], dict[str, Any]] = {}
    for number, one in enumerate(raw["elements"], start=1):
        kind = _find_kind(one)
        if kind is not None:
            told = {key: value for key, value in one.items() if value is not None}
            # without an id nobody knows whether two are one
            ref = str(told.get("id", f"element {number}"))
            merged.setdefault((kind, ref), {}).update(told)
    # 2. Lines and places may stand on the element, or on what it is made of.
    answer = _Answer(merged)
    elements = []
    for (kind, ref), one in merged.items():
        tags = read_tags(one)
        if tags:
            places = answer.list_places(kind, one)
            middle = answer.find_middle(kind, one, places)
            elements.append(Element(f"{kind}/{ref}", tags, places, middle))
    return elements


def _find_kind(one: object) -> str | None:
    """Kind of an element, also where it does not say; None where it is no element."""
    if not isinstance(one, dict):
        return None
    kind = one.get("type", "node" if "lat" in one else "way")
    return kind if isinstance(kind, str) and kind in _KINDS else None


def refuse_incomplete(raw: Mapping[str, Any], name: str) -> None:
    """Refuse an answer that a service broke off, and one that only counts."""
    remark = raw.get("remark")
    if isinstance(remark, str) and "error" in remark.casefold():
        raise InputDataError(Remark("service_gave_up_places", name=name, remark=remark[:200]))
    kinds = [one.get("type") for one in raw["elements"] if isinstance(one, dict)]
    if kinds and all(kind == "count" for kind in kinds):
        raise InputDataError(Remark("answer_only_counts", name=name))


def read_tags(element: Mapping[str, Any]) -> dict[str, str]:
    """Tags of an element as texts."""
    tags = element.get("tags")
    return {str(key): str(value) for key, value in tags.items()} if isinstance(tags, dict) else {}


def read_place(record: object) -> Place | None:
    """Longitude and latitude of a record, when they are degrees."""
    if not isinstance(record, dict):
        return None
    lon, lat = record.get("lon"), record.get("lat")
    return (float(lon), float(lat)) if _is_degrees(lon, 180) and _is_degrees(lat, 90) else None


def _is_degrees(value: Any, most: float) -> TypeGuard[float]:
    """Whether a value is a number of degrees, and no truth value."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= most


def tabulate_elements(elements: list[Element]) -> list[dict[str, str]]:
    """Elements as rows of a table: id, name and address, then the tags."""
    rows = []
    for one in elements:
        # "type=multipolygon" is no type of place
        tags = {key: value for key, value in one.tags.items() if key not in ("type", *_OWN)}
        if not tags.get("capacity", "1").isdecimal():
            del tags["capacity"]  # "yes": some, nobody counted them
        street = " ".join(filter(None, map(tags.get, ("addr:street", "addr:housenumber"))))
        address = ", ".join(filter(None, (street, tags.get("addr:city"))))
        name = one.tags.get("name") or one.label
        rows.append({"id": one.label, "name": name, "address": address, **tags})
    return rows


def describe_unplaced(elements: list[Element]) -> str:
    """Say how many elements have no place; empty where all have one."""
    n_lost = sum(one.middle is None for one in elements)
    return Remark("remark_unplaced", n=n_lost, n_all=len(elements)) if n_lost else ""


class _Answer:
    """Elements that say where others are."""

    def __init__(self, merged: Mapping[tuple[str, str], dict[str, Any]]) -> None:
        self._merged = merged

    def list_places(self, kind: str, one: Mapping[str, Any]) -> tuple[Place, ...]:
        """Places of a node, or along a way."""
        if kind == "node":
            place = read_place(one)
            return () if place is None else (place,)
        drawn = one.get("geometry")
        if isinstance(drawn, list):
            # a vertex outside the box that was asked for is null
            return _known(read_place, drawn)
        refs = one.get("nodes")
        return _known(self._place_of, refs) if isinstance(refs, list) else ()

    def find_middle(
        self,
        kind: str,
        one: Mapping[str, Any],
        places: tuple[Place, ...],
    ) -> Place | None:
        """One point of an element: as stated, inside its outline, or the middle of its box."""
        stated = read_place(one.get("center"))
        if stated is not None:
            return stated
        if len(places) == 1:
            return places[0]
        if len(places) > 3 and places[0] == places[-1]:
            return _find_inside(places)
        members = one.get("members")
        if kind == "relation" and isinstance(members, list):
            places = tuple(place for member in members for place in self._places_of_member(member))
        bounds = one.get("bounds")
        if not places and isinstance(bounds, dict):
            places = _known(
                read_place,
                [
                    {"lon": bounds.get(f"{side}lon"), "lat": bounds.get(f"{side}lat")}
                    for side in ("min", "max")
                ],
            )
        return _middle(places)

    def _places_of_member(self, member: Any) -> tuple[Place, ...]:
        """Places of a member, as the relation draws it or as the answer has it beside."""
        if not isinstance(member, dict):
            return ()
        kind = "way" if member.get("type") == "way" else "node"
        places = self.list_places(kind, member)
        beside = self._merged.get((str(member.get("type")), str(member.get("ref"))))
        is_beside = not places and beside is not None and member.get("type") in ("node", "way")
        return self.list_places(kind, beside) if is_beside and beside is not None else places

    def _place_of(self, ref: object) -> Place | None:
        """Place of a node."""
        return read_place(self._merged.get(("node", str(ref))))


def _known(find: Callable[[object], Place | None], records: list[Any]) -> tuple[Place, ...]:
    """Places of those records that have one."""
    return tuple(place for place in map(find, records) if place is not None)


def _find_inside(places: tuple[Place, ...]) -> Place | None:
    """A point inside an outline: the middle of its box, unless that lies outside."""
    outline = shapely.make_valid(shapely.Polygon(places))
    middle = _middle(places)
    if middle is None or shapely.intersects_xy(outline, *middle):
        return middle
    inside = shapely.point_on_surface(outline)
    return (inside.x, inside.y)


def _middle(places: tuple[Place, ...]) -> Place | None:
    """Middle of the box around some places."""
    if not places:
        return None
    lons, lats = zip(*places, strict=True)
    lon, lat = (min(lons) + max(lons)) / 2, (min(lats) + max(lats)) / 2
    return (lon, lat) if math.isfinite(lon) and math.isfinite(lat) else None
