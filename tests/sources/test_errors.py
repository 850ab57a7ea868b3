"""Which errors leave a source: readers of files times files that are not what they should be."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from access15.config import FacilitiesSource, PopulationSource, ZoneSource, load_categories
from access15.errors import InputDataError
from access15.sources.geocode.review import read_review
from access15.sources.people.istat import read_sections
from access15.sources.people.layer import read_counted_layer
from access15.sources.people.zone_table import read_zone_totals
from access15.sources.places.destinations import read_destinations
from access15.sources.places.facilities import read_facilities
from access15.sources.places.seats import read_seats
from access15.sources.proposals.files import read_proposals
from access15.sources.proposals.poster_key import read_poster_key
from access15.sources.zones import read_zones


def people(file: Path, **more: object) -> PopulationSource:
    return PopulationSource.model_validate({"file": file, "groups": {"total": "n"}, **more})


READERS: dict[str, Callable[[Path], object]] = {
    "facilities": lambda path: read_facilities(
        FacilitiesSource(file=path), categories=load_categories(), bounds=None
    ),
    "destinations": read_destinations,
    "seats": lambda path: read_seats([path]),
    "review": read_review,
    "zones": lambda path: read_zones(
        ZoneSource(file=path, id_column="id", name_column="name"), wanted=["1"]
    ),
    "zone totals": lambda path: read_zone_totals(people(path, zone_column="id"), wanted=["1"]),
    "sections": lambda path: read_sections(people(path, kind="istat", sections=path)),
    "people of a layer": lambda path: read_counted_layer(people(path, kind="layer")),
    "proposals": read_proposals,
    "poster key": read_poster_key,
}
FEATURE = {"type": "Feature", "properties": {"id": [1]}, "geometry": {"type": "Point"}}
FILES: dict[str, bytes | None] = {
    "nothing there": None,
    "empty": b"",
    "blank": b"\n \n",
    "bytes": bytes(range(256)),
    "cut": b'{"type": "FeatureCollection", "features": [',
    "deep": b"[" * 100_000,
    "number": b"3",
    "endless number": b'{"version": 1e999, "elements": [{"type": "node", "id": [], "lat": 1e999}]}',
    "huge number": b'[{"id": ' + b"9" * 5000 + b"}]",
    "wrong feature": json.dumps({"type": "FeatureCollection", "features": [FEATURE]}).encode(),
    "unhashable": b'{"elements": [{"type": "node", "id": {}}, {"type": "way", "nodes": [[]]}]}',
    "no records": b'{"access15": [], "elements": 3, "features": {}}',
}


@pytest.mark.parametrize("content", FILES.values(), ids=FILES)
@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
def test_only_our_errors_leave_a_reader(
    tmp_path: Path, read: Callable[[Path], object], content: bytes | None
) -> None:
    for ending in (".json", ".geojson", ".csv", ".gpkg", ".xlsx", ".zip", ""):
        path = tmp_path / f"a{ending}"
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(InputDataError, match=r"a\b|residents of census sections"):
            read(path)


@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
def test_folder_instead_of_a_file(tmp_path: Path, read: Callable[[Path], object]) -> None:
    with pytest.raises(InputDataError, match=tmp_path.name):
        read(tmp_path)
