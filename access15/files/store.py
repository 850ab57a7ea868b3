"""What was worked out is kept between runs, so that it is worked out once.

One file for each answer: a zip of plain values (JSON) and plain arrays (bytes), uncompressed, with
the checksums of the zip. Arrays are not read but mapped: what is asked of them comes from the disk,
or from the memory of whoever asked before. Nothing in it is ever run: a file that somebody else put
there can be wrong, but it can do nothing. Whatever cannot be used is worked out anew, and said
once.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import mmap
import os
import sys
import warnings
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from access15.errors import Access15Error, Access15Warning
from access15.files.staging import replacing
from access15.remarks import Remark

MOST_BYTES = 512_000_000  # this project's choice: some hundred neighbourhoods, or thirty towns
_ENDING = ".zip"
_VALUES, _ARRAYS = "values.json", "arrays.bin"
_ALIGNED = 64  # bytes: mapped arrays begin where a processor reads them at once
# Of a zip's own header of each member: its length, and where the lengths of name and extra stand.
_HEADER, _NAME_AT, _EXTRA_AT = 30, 26, 28
# Everything that reading a damaged zip, or JSON that is none, raises.
_DAMAGE = (
    *(zipfile.BadZipFile, OSError, EOFError, ValueError, LookupError, TypeError),
    *(RuntimeError, NotImplementedError, RecursionError, MemoryError, OverflowError),
)
_TOLD: set[str] = set()  # codes of what was said already


class DamagedError(ValueError):
    """What is kept cannot be what was put there."""


@dataclass(frozen=True)
class Kept:
    """An answer as it is kept.

    Parameters
    ----------
    values : JSON value
        Texts, numbers and where the arrays are.
    arrays : bytes or memoryview
        All arrays, one behind the other; those found are mapped from the file and cannot be
        written to.
    """

    values: Any
    arrays: bytes | memoryview = b""


@dataclass(frozen=True)
class Question:
    """What an answer answers, and what it was worked out from.

    Parameters
    ----------
    name : str
        File that is asked about, and what of it; questions of the same name replace each other.
    asked : mapping of str to JSON value
        What was asked.
    state : mapping of str to JSON value
        What must be the same for the answer to hold: contents of files, versions, rules.
    """

    name: str
    asked: dict[str, Any]
    state: dict[str, Any]

    @property
    def file_name(self) -> str:
        """Name of the file with the answer: the same for every state, so that one replaces the one
        before.
        """
        text = json.dumps([self.name, self.asked], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:32] + _ENDING

    @property
    def is_answered_by(self) -> str:
        """What the file with the answer must say of itself."""
        return json.dumps([self.name, self.asked, self.state], sort_keys=True)


@dataclass(frozen=True)
class Store:
    """Folder of answers; those not asked for longest go first.

    Parameters
    ----------
    folder : Path
        Where; made when something is kept.
    most_bytes : int
        How much may lie there.
    """

    folder: Path
    most_bytes: int = MOST_BYTES

    def find(self, question: Question) -> Kept | None:
        """Answer that was kept, None where there is none that holds."""
        path = self.folder / question.file_name
        try:
            size = path.stat().st_size
        except OSError:  # nothing there, or nothing that we may look at: the same to us
            return None
        try:
            if size > self.most_bytes:
                raise DamagedError(f"{size} bytes were never kept")
            said, kept = _read(path)
        except _DAMAGE:
            self.refuse()
            return None
        if said != question.is_answered_by:
            _warn_once("remark_kept_stale", name=question.name)
            return None
        with contextlib.suppress(OSError):
            os.utime(path)  # who is asked for stays
        return kept

    def refuse(self) -> None:
        """Say that what was found cannot be used."""
        _warn_once("remark_kept_damaged", folder=str(self.folder))

    def keep(self, question: Question, answer: Kept) -> None:
        """Keep an answer, whole or not at all; what is too large, or cannot be written, is not."""
        values = json.dumps({"of": question.is_answered_by, "values": answer.values})
        size = len(values) + len(answer.arrays)
        if size > self.most_bytes // 2:
            _warn_once("remark_kept_large", name=question.name, megabytes=round(size / 1e6))
            return
        try:
            with (
                replacing(self.folder / question.file_name) as partial,
                zipfile.ZipFile(partial, "w", zipfile.ZIP_STORED) as file,
            ):
                _put(file, _VALUES, values.encode())
                _put(file, _ARRAYS, answer.arrays, begins_at=_ALIGNED)
            self._make_room()
        except (OSError, Access15Error):
            _warn_once("remark_kept_not", folder=str(self.folder))

    def measure(self) -> tuple[int, int]:
        """How many answers lie there, and how many bytes they take."""
        sizes = [size for _, size, _ in self._list()]
        return len(sizes), sum(sizes)

    def _list(self) -> list[tuple[int, int, Path]]:
        """When each answer was last asked for, its size, and where it is; oldest first."""
        found = []
        for path in self.folder.glob(f"*{_ENDING}"):
            with contextlib.suppress(OSError):  # another process made room in the meantime
                status = path.stat()
                found.append((status.st_mtime_ns, status.st_size, path))
        return sorted(found)

    def _make_room(self) -> None:
        """Remove what was not asked for longest, until the rest may stay."""
        found = self._list()
        surplus = sum(size for _, size, _ in found) - self.most_bytes
        for _, size, path in found:
            if surplus <= 0:
                return
            path.unlink(missing_ok=True)
            surplus -= size


def _put(
    file: zipfile.ZipFile, name: str, content: bytes | memoryview, *, begins_at: int = 1
) -> None:
    """Put a member into a zip; its date is always the same, and its bytes begin at a multiple."""
    member = zipfile.ZipInfo(name)
    begin = file.start_dir + _HEADER + len(name)
    n_more = -begin % begins_at
    if n_more:
        # a field of a zip has an identifier and a length before its own bytes
        n_more += begins_at if n_more < 4 else 0
        member.extra = b"\x15\xac" + (n_more - 4).to_bytes(2, "little") + bytes(n_more - 4)
    file.writestr(member, content)


def _read(path: Path) -> tuple[str, Kept]:
    """What a kept file says it answers, and its answer; the zip checks that no bit has changed."""
    # opened once: by the second time, another process may have replaced it
    with path.open("rb") as opened, zipfile.ZipFile(opened) as file:
        members = file.infolist()
        # never unpacked: a small file cannot fill the memory
        is_plain = all(one.compress_type == zipfile.ZIP_STORED for one in members)
        if not is_plain or [one.filename for one in members] != [_VALUES, _ARRAYS]:
            raise DamagedError("it is another kind of file")
        if sum(one.file_size for one in members) > os.fstat(opened.fileno()).st_size:
            raise DamagedError("it is shorter than it says")
        told = json.loads(file.read(_VALUES))
        # a mapped file cannot be replaced on Windows
        may_map = sys.platform != "win32" and members[1].file_size > 0
        arrays = _map(opened, members[1]) if may_map else file.read(_ARRAYS)
        return str(told["of"]), Kept(told["values"], arrays)


def _map(file: BinaryIO, member: zipfile.ZipInfo) -> memoryview:
    """Map a member that is not packed, without reading it into memory; its bits are checked."""
    whole = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    header = whole[member.header_offset :][:_HEADER]
    lengths = (int.from_bytes(header[at : at + 2], "little") for at in (_NAME_AT, _EXTRA_AT))
    begin = member.header_offset + _HEADER + sum(lengths)
    found = whole[begin : begin + member.file_size]
    if len(found) != member.file_size or zlib.crc32(found) != member.CRC:
        raise DamagedError("its bits have changed")
    # what an older access15 kept may begin anywhere
    return found if begin % _ALIGNED == 0 else memoryview(bytes(found))


def _warn_once(code: str, **values: str | int) -> None:
    """Say something about what is kept, once in a run."""
    if code not in _TOLD:
        _TOLD.add(code)
        warnings.warn(Remark(code, **values), Access15Warning, stacklevel=4)
