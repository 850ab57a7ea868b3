"""Files that libosmium reads in part only, written anew as plain ones: ids below zero, as editors
give them, and places that stand on ways instead of nodes.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import osmium
from osmium.osm import mutable

# above all ids there are: what an editor called -7 is called this and 7
_BELOW_ZERO = 1 << 36


@contextmanager
def open_plain(path: Path, *, is_numbered_below_zero: bool) -> Iterator[Path]:
    """The file, or a plain one that holds the same for as long as it is read."""
    if not is_numbered_below_zero and not has_places_on_ways(path):
        yield path
        return
    with TemporaryDirectory(prefix="access15-") as folder:
        plain = Path(folder) / "plain.osm.pbf"
        _write_plain(path, plain)
        yield plain


def has_places_on_ways(path: Path) -> bool:
    """Whether a file says of itself that its ways know where their nodes are."""
    with osmium.io.Reader(str(path), osmium.osm.NOTHING) as opened:
        header = opened.header()
        features = [header.get(f"pbf_optional_feature_{i}") for i in range(4)]
    return "LocationsOnWays" in features


def restore_id(ref: int) -> int:
    """Id as the file has it."""
    return _BELOW_ZERO - ref if ref > _BELOW_ZERO else ref


def _raise_id(ref: int) -> int:
    """Id that libosmium looks up too."""
    return _BELOW_ZERO - ref if ref < 0 else ref


def _write_plain(path: Path, target: Path) -> None:
    """Write all objects with ids above zero, and a node for every place that a way knows."""
    nodes: dict[int, mutable.Node] = {}
    ways: dict[int, mutable.Way] = {}
    relations: dict[int, mutable.Relation] = {}
    for item in osmium.FileProcessor(str(path)):
        ref = _raise_id(item.id)
        tags = dict(item.tags)
        if isinstance(item, osmium.osm.Node):
            place = (item.lon, item.lat) if item.location.valid() else None
            nodes[ref] = item.replace(id=ref, tags=tags, location=place)
        elif isinstance(item, osmium.osm.Way):
            for node in item.nodes:
                met = _raise_id(node.ref)
                if met not in nodes and node.location.valid():
                    nodes[met] = mutable.Node(id=met, location=(node.lon, node.lat))
            refs = [_raise_id(node.ref) for node in item.nodes]
            ways[ref] = item.replace(id=ref, tags=tags, nodes=refs)
        elif isinstance(item, osmium.osm.Relation):
            members = [(one.type, _raise_id(one.ref), one.role) for one in item.members]
            relations[ref] = item.replace(id=ref, tags=tags, members=members)
    with osmium.SimpleWriter(str(target)) as writer:
        for _, one in sorted(nodes.items()):
            writer.add_node(one)
        for _, way in sorted(ways.items()):
            writer.add_way(way)
        for _, relation in sorted(relations.items()):
            writer.add_relation(relation)
