"""One tile of a city as a task: what it found before, with a fingerprint of all that it depends on,
else walked now; here, or on a worker of a cluster that has only the folder of the city's ground.
"""

from __future__ import annotations

import hashlib
import json
import warnings
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Final

import geopandas as gpd

from access15.area.tiles import (
    CityGround,
    Tile,
    TileFindings,
    TilePlan,
    TileRules,
    walk_tile,
)
from access15.errors import Access15Warning
from access15.files.store import DamagedError, Kept, Question, Store
from access15.results.city import HomeColumns, TileRecord, list_homes, split_homes
from access15.sources.streets.extract import describe_state
from access15.sources.streets.pack import pack, pack_into, unpack

_UNUSABLE = (ValueError, TypeError, LookupError, AttributeError, OverflowError, MemoryError)
_VALUES: Final = "ground.json"
_ARRAYS: Final = "ground.bin"
_PARTS: Final = "parts"


@dataclass(frozen=True, eq=False)
class TileWalk:
    """Finds what a tile reaches: kept from before, else walked now and kept."""

    ground: CityGround
    rules: TileRules
    store: Store | None
    study_id: str

    def __call__(self, plan: TilePlan) -> tuple[TileRecord, TileFindings]:
        """What one tile found, and its fingerprint."""
        tile = self.ground.cut(plan)
        fingerprint = hash_tile(tile, self.rules)
        record = TileRecord(plan.name, plan.zones, len(plan.rows), fingerprint)
        if self.store is None:
            return record, walk_tile(tile, self.rules)
        question = Question(
            name=f"{self.study_id} {plan.name}",
            asked={"what": "tile", "study": self.study_id, "tile": plan.name},
            state={"tile": fingerprint, **describe_state("area")},
        )
        kept = self.store.find(question)
        if kept is not None:
            try:
                found = unpack(TileFindings, kept.values, kept.arrays)
                check_findings(found, tile, self.rules)
            except _UNUSABLE:
                self.store.refuse()
            else:
                return record, found
        found = walk_tile(tile, self.rules)
        self.store.keep(question, Kept(*pack(TileFindings, found)))
        return record, found


@dataclass(frozen=True)
class FarTile:
    """What a worker tells of a tile.

    Parameters
    ----------
    record : TileRecord
        Its provenance.
    found : TileFindings
        What its homes reach.
    notes : tuple of str
        What must be said of it.
    """

    record: TileRecord
    found: TileFindings
    notes: tuple[str, ...]


@dataclass(frozen=True)
class FarWalk:
    """`TileWalk` on a worker: what it needs travels once, the ground is read from a folder.

    Parameters
    ----------
    folder : Path
        Of `lay_out`; workers see it under the same path.
    rules : TileRules
        What is asked.
    store : Store
        Where what tiles found is kept.
    study_id : str
        For the names of what is kept.
    homes : HomeColumns
        Columns of the layer of homes.
    """

    folder: Path
    rules: TileRules
    store: Store
    study_id: str
    homes: HomeColumns

    @property
    def parts(self) -> Path:
        """Folder in which the homes of every zone are written."""
        return self.folder / _PARTS

    def __call__(self, plan: TilePlan) -> FarTile:
        """Walk a tile, keep what it found, and write the homes of its zones."""
        from access15.outputs.tables.city import write_homes  # noqa: PLC0415 - loads pages

        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always", Access15Warning)
            ground = read_ground(self.folder)
            record, found = TileWalk(ground, self.rules, self.store, self.study_id)(plan)
            residents = gpd.read_parquet(self.folder / f"{plan.name}.parquet")
            time_s = {
                (profile, target): found.time_s[i, j]
                for i, profile in enumerate(self.rules.profiles)
                for j, target in enumerate(ground.counted)
            }
            write_homes(
                split_homes(list_homes(residents, time_s, self.homes), plan.zones), self.parts
            )
        notes = [one.message.args[0] for one in told if isinstance(one.message, Access15Warning)]
        return FarTile(record, found, tuple(notes))


class _FileSink:
    """A file that arrays are put into, one behind the other."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb")
        self._n = 0

    def extend(self, more: bytes, /) -> None:
        """Put bytes at the end."""
        self._n += self._file.write(more)

    def __len__(self) -> int:
        return self._n

    def close(self) -> None:
        """Have all of it in the file; one that is empty could not be mapped."""
        self._file.write(b"\0")
        self._file.close()


def lay_out(
    folder: Path,
    ground: CityGround,
    homes: Iterable[tuple[str, gpd.GeoDataFrame]],
) -> None:
    """Write a city's ground, and the homes of every tile by its name, where workers read them."""
    sink = _FileSink(folder / _ARRAYS)
    values = pack_into(CityGround, ground, sink)
    sink.close()
    (folder / _VALUES).write_text(json.dumps(values), encoding="utf-8")
    for name, residents in homes:
        residents.to_parquet(folder / f"{name}.parquet", index=False)


@lru_cache(maxsize=1)
def read_ground(folder: Path) -> CityGround:
    """A city's ground, read once by each process; processes of one machine share its memory."""
    with (folder / _ARRAYS).open("rb") as file:
        arrays = mmap(file.fileno(), 0, access=ACCESS_READ)
    return unpack(CityGround, json.loads((folder / _VALUES).read_text(encoding="utf-8")), arrays)


def hash_tile(tile: Tile, rules: TileRules) -> str:
    """Fingerprint of all that the numbers of a tile depend on, beside the program itself."""
    values, arrays = pack(Tile, tile)
    said = asdict(replace(rules, profiles={}))
    said["profiles"] = [one.model_dump(mode="json") for one in rules.profiles.values()]
    digest = hashlib.sha256(json.dumps([values, said], sort_keys=True).encode())
    digest.update(arrays)
    return digest.hexdigest()


def check_findings(found: TileFindings, tile: Tile, rules: TileRules) -> None:
    """Refuse what cannot be of a tile."""
    shape = (len(rules.profiles), len(tile.counted))
    told = (found.band.shape, found.time_s.shape, found.people.shape[:3])
    expected = (
        (*shape, len(tile.zone)),
        (*shape, len(tile.middle)),
        (len(rules.explained), len(tile.counted), tile.n_zones),
    )
    if told != expected:
        raise DamagedError
