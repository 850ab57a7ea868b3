"""A target for atheris: what is given is read, or refused by an error of ours; anything else is a
finding.

Run by hand, in an environment that has access15 and ``pip install atheris``::

    python tests/attack/fuzz.py tables [corpus] [-max_total_time=200]

for ``tables`` (CSV and JSON), ``osm`` (OSM XML) or ``proposals``. Without a corpus it begins with
good files; a finding is written to ``crash-*`` in this folder and belongs into ``FOUND`` of
``test_fuzz.py``.
"""

from __future__ import annotations

import sys
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["access15.sources", "access15.config"]):
    from access15.config import FacilitiesSource, load_categories
    from access15.errors import Access15Error
    from access15.sources.places.facilities import read_facilities
    from access15.sources.places.points import ITALY_BOUNDS
    from access15.sources.proposals.files import read_proposals
    from access15.sources.streets.read import read_osm_data

CATEGORIES = load_categories()
FOLDER = Path(tempfile.mkdtemp(prefix="access15-fuzz-"))
CSV = "facility_id,name,category,address,lat,lon,precision\na,Casa,csrc,Via 1,45.43,9.17,address\n"
GEOJSON = (
    '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"name": "Casa", '
    '"category": "csrc"}, "geometry": {"type": "Point", "coordinates": [9.17, 45.43]}}]}'
)
OSM = (
    '<osm version="0.6"><node id="1" lat="45.43" lon="9.17"/><node id="2" lat="45.431" lon="9.17">'
    '<tag k="amenity" v="bench"/></node><way id="1"><nd ref="1"/><nd ref="2"/><tag k="highway" '
    'v="steps"/></way><relation id="1"><member type="way" ref="1" role="outer"/><tag k="type" '
    'v="multipolygon"/><tag k="leisure" v="park"/></relation></osm>'
)
PROPOSAL = (
    '{"type": "FeatureCollection", "access15": {"format": "access15-proposal", "version": 1, '
    '"study": "s", "area": "a", "proposals": [{"id": "p", "name": "P"}]}, "features": [{"type": '
    '"Feature", "geometry": {"type": "Point", "coordinates": [9.17, 45.43]}, "properties": '
    '{"change": "add_facility", "name": "N", "category": "csrc", "proposal": "p"}}]}'
)


def _read_table(data: bytes) -> None:
    """A table of facilities, JSON where it looks like it."""
    ending = "geojson" if data.lstrip()[:1] in (b"{", b"[") else "csv"
    path = FOLDER / f"t.{ending}"
    path.write_bytes(data)
    read_facilities(FacilitiesSource(file=path), categories=CATEGORIES, bounds=ITALY_BOUNDS)


def _read_osm(data: bytes) -> None:
    """An extract as XML."""
    path = FOLDER / "s.osm"
    path.write_bytes(data)
    read_osm_data(path, list(CATEGORIES.values()))


def _read_proposals(data: bytes) -> None:
    """A file of proposals."""
    path = FOLDER / "p.geojson"
    path.write_bytes(data)
    read_proposals(path)


TARGETS: dict[str, tuple[Callable[[bytes], None], tuple[str, ...]]] = {
    "tables": (_read_table, (CSV, GEOJSON)),
    "osm": (_read_osm, (OSM,)),
    "proposals": (_read_proposals, (PROPOSAL,)),
}


def main() -> None:
    """Fuzz one kind of file until something is found."""
    name, *words = sys.argv[1:]
    read, good = TARGETS[name]
    if not any(not word.startswith("-") for word in words):
        corpus = Path(tempfile.mkdtemp(prefix="access15-corpus-"))
        for number, text in enumerate(good):
            (corpus / str(number)).write_text(text, encoding="utf-8")
        words = [str(corpus), *words]

    def try_once(data: bytes) -> None:
        """Read what atheris made up."""
        try:
            read(data)
        except Access15Error as error:
            str(error).encode("utf-8", errors="replace")

    warnings.simplefilter("ignore")
    atheris.Setup([sys.argv[0], *words], try_once)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
