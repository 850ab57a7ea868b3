"""Proposals: what a neighbourhood would change, as values; their file is GeoJSON
(`data/proposal.schema.json`).

The session page writes such files and reads them again, so does ``access15 compare``; people may
write them by hand. Places are longitude and latitude; streets are named by a place on them, since
the numbers of streets change with every extract.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Discriminator, Field, Tag

from access15.config.model import Model
from access15.config.study import find_cutoffs_fault
from access15.remarks import Remark

FORMAT = "access15-proposal"
VERSION = 1
MAX_PROPOSALS = 6
MAX_CHANGES = 200
MAX_NOTES = 200
MAX_ID = 60
MAX_TOLD = 300  # characters of where a change comes from
MAX_FILE_BYTES = 2_000_000
BEYOND_M = 300.0  # how far outside a neighbourhood's streets a place may be
ORIGIN = ("precision", "state", "source")  # what a change says of where it comes from
NEW_HUB = "hub"  # the category of an added facility that is a new hub

Lon = Annotated[float, Field(ge=-180, le=180)]
Lat = Annotated[float, Field(ge=-90, le=90)]
Place = tuple[Lon, Lat]
Name = Annotated[str, Field(min_length=1, max_length=200)]
ChangeKind = Literal[
    "add_facility",
    "move_facility",
    "remove_facility",
    "set_door",
    "add_link",
    "close_link",
    "remove_steps",
    "add_kerb_ramp",
    "add_bench",
]


def _check_cutoffs(cutoffs_min: tuple[float, ...]) -> tuple[float, ...]:
    """Refuse minutes that nobody walks, and more of them than are counted."""
    if fault := find_cutoffs_fault(cutoffs_min):
        raise ValueError(Remark("proposal_cutoffs", fault=fault))
    return cutoffs_min


def _check_apart(places: tuple[Place, Place]) -> tuple[Place, Place]:
    """Refuse a link that leads nowhere."""
    if places[0] == places[1]:
        raise ValueError(Remark("link_leads_nowhere"))
    return places


class _Part(Model):
    """A part of a file that others may have written more into."""

    model_config = ConfigDict(
        frozen=True,
        extra="ignore",
        allow_inf_nan=False,
    )


class PointGeometry(_Part):
    """A place, longitude first."""

    type: Literal["Point"]
    coordinates: Place


class LineGeometry(_Part):
    """Two places, longitude first."""

    type: Literal["LineString"]
    coordinates: Annotated[tuple[Place, Place], AfterValidator(_check_apart)]


class _Properties(_Part):
    """What every change says of itself: of which proposal it is, how good its place is (the words
    of `precision` in a table of places), how far it has come, and who says so.
    """

    proposal: str | None = Field(default=None, max_length=60)
    precision: str | None = Field(default=None, max_length=MAX_TOLD)
    state: str | None = Field(default=None, max_length=MAX_TOLD)
    source: str | None = Field(default=None, max_length=MAX_TOLD)


class AddFacilityProperties(_Properties):
    """A new facility; its category is one of the study's, or ``hub`` for a new hub."""

    change: Literal["add_facility"]
    name: Name
    category: str = Field(min_length=1, max_length=60)
    capacity: float | None = Field(default=None, gt=0)


class MoveFacilityProperties(_Properties):
    """A facility that exists, at another place."""

    change: Literal["move_facility"]
    facility_id: str = Field(min_length=1, max_length=200)


class RemoveFacilityProperties(_Properties):
    """A facility that exists, gone."""

    change: Literal["remove_facility"]
    facility_id: str = Field(min_length=1, max_length=200)


class SetDoorProperties(_Properties):
    """A facility that exists, entered somewhere else: by this door alone, from the street there."""

    change: Literal["set_door"]
    facility_id: str = Field(min_length=1, max_length=200)


class PlaceProperties(_Properties):
    """Something done at a place: a street closed, steps or a kerb overcome, a bench put up."""

    change: Literal["close_link", "remove_steps", "add_kerb_ramp", "add_bench"]


class LinkProperties(_Properties):
    """A new way between two places."""

    change: Literal["add_link"]


class NoteProperties(_Properties):
    """What somebody said about a place; changes nothing."""

    change: Literal["note"]
    text: str = Field(min_length=1, max_length=500)
    number: int | None = Field(default=None, ge=1)


def _without_nulls(feature: Any) -> Any:
    """Programs that write tables give every feature every property."""
    if isinstance(feature, dict) and isinstance(feature.get("properties"), dict):
        stated = {key: value for key, value in feature["properties"].items() if value is not None}
        return {**feature, "properties": stated}
    return feature


class _Feature(_Part):
    """What every change and note of a file is."""

    type: Literal["Feature"]
    id: Annotated[str, Field(max_length=200)] | int | None = None


class AddFacilityFeature(_Feature):
    """See `AddFacilityProperties`."""

    geometry: PointGeometry
    properties: AddFacilityProperties


class MoveFacilityFeature(_Feature):
    """See `MoveFacilityProperties`; the place is the new one."""

    geometry: PointGeometry
    properties: MoveFacilityProperties


class RemoveFacilityFeature(_Feature):
    """See `RemoveFacilityProperties`; needs no place."""

    geometry: PointGeometry | None = None
    properties: RemoveFacilityProperties


class SetDoorFeature(_Feature):
    """See `SetDoorProperties`; the place is the door."""

    geometry: PointGeometry
    properties: SetDoorProperties


class LinkFeature(_Feature):
    """See `LinkProperties`."""

    geometry: LineGeometry
    properties: LinkProperties


class PlaceFeature(_Feature):
    """See `PlaceProperties`."""

    geometry: PointGeometry
    properties: PlaceProperties


class NoteFeature(_Feature):
    """See `NoteProperties`."""

    geometry: PointGeometry
    properties: NoteProperties


_KIND_OF_CHANGE = {
    "add_facility": "add_facility",
    "move_facility": "move_facility",
    "remove_facility": "remove_facility",
    "set_door": "set_door",
    "add_link": "add_link",
    "close_link": "place",
    "remove_steps": "place",
    "add_kerb_ramp": "place",
    "add_bench": "place",
    "note": "note",
}


def _kind(feature: Any) -> str | None:
    """Which model a feature is read as; None where its change is unknown."""
    change = _get(_get(feature, "properties"), "change")
    return _KIND_OF_CHANGE.get(change) if isinstance(change, str) else None


def _get(thing: Any, name: str) -> Any:
    """A value of what may be a model or plain."""
    return thing.get(name) if isinstance(thing, dict) else getattr(thing, name, None)


Feature = Annotated[
    Annotated[AddFacilityFeature, Tag("add_facility")]
    | Annotated[MoveFacilityFeature, Tag("move_facility")]
    | Annotated[RemoveFacilityFeature, Tag("remove_facility")]
    | Annotated[SetDoorFeature, Tag("set_door")]
    | Annotated[LinkFeature, Tag("add_link")]
    | Annotated[PlaceFeature, Tag("place")]
    | Annotated[NoteFeature, Tag("note")],
    Discriminator(
        _kind,
        custom_error_type="unknown_change",
        custom_error_message="properties.change must be one of {kinds}",
        custom_error_context={"kinds": ", ".join(_KIND_OF_CHANGE)},
    ),
    BeforeValidator(_without_nulls),
]


class ProposalHead(_Part):
    """What the file says of one proposal."""

    id: str = Field(min_length=1, max_length=MAX_ID)
    name: Name
    votes: int = Field(
        default=0,
        ge=0,
        le=10_000,
    )


class FileHead(_Part):
    """The foreign member ``access15`` of a file."""

    format: Literal["access15-proposal"]
    version: Literal[1]
    study: str = Field(min_length=1, max_length=60)
    area: str = Field(min_length=1, max_length=60)
    network: str = Field(default="", max_length=64)
    created: str = Field(default="", max_length=60)
    profile: str | None = Field(default=None, max_length=60)
    category: str | None = Field(default=None, max_length=60)
    cutoffs_min: Annotated[tuple[float, ...], AfterValidator(_check_cutoffs)] | None = None
    at: str | None = Field(default=None, max_length=60)
    proposals: tuple[ProposalHead, ...] = Field(default=(), max_length=MAX_PROPOSALS)


class ProposalFile(_Part):
    """A file of one or several proposals for one neighbourhood, a GeoJSON FeatureCollection
    (EPSG:4326).
    """

    type: Literal["FeatureCollection"]
    access15: FileHead
    features: tuple[Feature, ...] = Field(max_length=MAX_PROPOSALS * (MAX_CHANGES + MAX_NOTES))


class Change(Model):
    """One change of a proposal.

    `place` is where; a link also has `place_to`. Facilities that exist are named by `facility_id`;
    a new one has `name`, `category` and maybe `capacity`. `precision`, `state` and `source` say how
    good the place is, how far the change has come, and who says so; empty where nobody does.
    """

    id: str
    kind: ChangeKind
    place: Place | None = None
    place_to: Place | None = None
    facility_id: str = ""
    name: str = ""
    category: str = ""
    capacity: float | None = None
    precision: str = ""
    state: str = ""
    source: str = ""


class Note(Model):
    """What somebody said about a place."""

    id: str
    place: Place
    text: str
    number: int


class Proposal(Model):
    """What a neighbourhood would change, one of maybe several side by side.

    `network` names the streets it was made on (`core.streets.network.hash_network`), empty when
    unknown. `at` and `cutoffs_min` are the moment and the minutes its page counted at, `profile`
    and `category` whom and what it looked at; None where it says nothing.
    """

    id: str
    name: str
    study: str
    area: str
    network: str = ""
    at: str | None = None
    cutoffs_min: tuple[float, ...] | None = None
    profile: str | None = None
    category: str | None = None
    votes: int = 0
    changes: tuple[Change, ...] = ()
    notes: tuple[Note, ...] = ()

    def of_kind(self, *kinds: ChangeKind) -> tuple[Change, ...]:
        """Changes of some kinds, in order.

        Parameters
        ----------
        *kinds : str
            Which.

        Returns
        -------
        tuple of Change
            Those changes.
        """
        return tuple(change for change in self.changes if change.kind in kinds)
