"""A set of files that is made takes the place of the one before.

Where it can be, the whole folder changes places with the old one, in one step: who looks, or is
killed, at any moment finds all of the old set or all of the new one. Where it cannot (the folder
one stands in, a mount, a folder of somebody else, a file system without that step):

1. The old files move out, `LAST_FILE` first, into ``before`` of a hidden folder.
2. The new ones, all made, become ``ready`` there, by one rename: from here on the new set counts.
3. They move in, `LAST_FILE` last.

So files of two sets never lie side by side. What lies in ``ready``, or without one in ``before``,
together with what lies in place is at every moment the new set or the old one, whole; what a killed
run leaves is put into place by whoever next writes or reads there (`access15.files.settling`).
"""

from __future__ import annotations

import errno
import os
import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from access15.errors import Access15Error, name_reason
from access15.files.exchange import exchange
from access15.remarks import Remark

LAST_FILE = "run.json"
_READY = "ready"  # the new files, all made, on their way into place
_BEFORE = "before"  # what they replace
_DONE = "done"  # what they have replaced
_CAN_ASK_EFFECTIVE = os.access in os.supports_effective_ids
_MOST_ENTRIES = 1000  # a folder with more is no set of outputs, but somebody's folder


def may_be_exchanged(target: Path) -> bool:
    """Whether a folder is one that may change places with another."""
    # 1. Whoever stands in a folder would be left standing in the old one.
    if any(target in (one, *one.parents) for one in _list_stands()):
        return False
    # 2. A mount cannot be renamed, and a folder of somebody else would become ours.
    if sys.platform == "win32" or target.parent == target:
        return False
    own, parent = target.stat(), target.parent.stat()
    is_ours = own.st_uid == os.geteuid() and own.st_gid in {os.getegid(), *os.getgroups()}
    if own.st_dev != parent.st_dev or not is_ours:
        return False
    # 3. A folder that may not be written is not to be replaced either.
    return all(
        os.access(folder, os.W_OK | os.X_OK, effective_ids=_CAN_ASK_EFFECTIVE)
        for folder in (target, target.parent)
    )


def _list_stands() -> Iterator[Path]:
    """Folders that somebody surely stands in: the working folder and the home."""
    with suppress(FileNotFoundError):  # the working folder may be gone
        yield Path(os.path.realpath(Path.cwd()))
    with suppress(RuntimeError):  # and there may be no home
        yield Path(os.path.realpath(Path.home()))


def copy_nature(target: Path, new: Path) -> None:
    """Give a new folder the rights, the group and the attributes of the one it will replace."""
    if sys.platform != "win32":
        group = target.stat().st_gid
        if new.stat().st_gid != group:
            os.chown(new, -1, group)
    shutil.copystat(target, new)


def publish_whole(new: Path, target: Path) -> bool:
    """Exchange a folder for the new one, which keeps what else lies in it; False where that cannot
    be, and nothing has changed.
    """
    names = set(list_files(new))
    carried: list[Path] = []
    try:
        _carry_over(target, new, carried)
        exchange(new, target)
    except (IsADirectoryError, NotADirectoryError):
        raise
    except OSError:
        for path in reversed(carried):
            if path.is_dir() and not path.is_symlink():
                path.rmdir()
            else:
                path.unlink()
        return False
    _keep_late_files(new, target, names)
    return True


def _carry_over(
    old: Path,
    new: Path,
    carried: list[Path],
) -> None:
    """Link into the new folder what lies in the old one and is not replaced."""
    with os.scandir(old) as entries:
        listed = sorted(entries, key=lambda entry: entry.name)
    for entry in listed:
        there = new / entry.name
        is_folder = entry.is_dir(follow_symlinks=False)
        if os.path.lexists(there):
            if is_folder != there.is_dir():
                code = errno.EISDIR if is_folder else errno.ENOTDIR
                raise OSError(code, os.strerror(code), entry.path)
            if is_folder:
                shutil.copystat(entry.path, there)
                _carry_over(Path(entry.path), there, carried)
            continue
        if len(carried) >= _MOST_ENTRIES:
            raise OSError(errno.EMLINK, os.strerror(errno.EMLINK), str(old))
        if is_folder and entry.stat(follow_symlinks=False).st_dev != old.stat().st_dev:
            raise OSError(errno.EXDEV, os.strerror(errno.EXDEV), entry.path)
        if is_folder:
            there.mkdir()
        else:
            os.link(entry.path, there, follow_symlinks=False)
        carried.append(there)
        if is_folder:
            _carry_over(Path(entry.path), there, carried)
            copy_nature(Path(entry.path), there)


def _keep_late_files(
    old: Path,
    target: Path,
    names: set[Path],
) -> None:
    """Keep what somebody saved in the old folder while it was being replaced."""
    for name in list_files(old):
        is_kept = name in names or (
            (target / name).exists() and (target / name).samefile(old / name)
        )
        if not is_kept:
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            (old / name).replace(target / name)


def publish_in_place(new: Path, target: Path) -> None:
    """Move every file into place; take all back if one cannot be.

    `new` lies in a folder of its own inside the target.
    """
    names = list_files(new)
    for name in names:
        there = target / name
        there.parent.mkdir(parents=True, exist_ok=True)
        if there.is_dir() and not there.is_symlink():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(there))
    if len(names) == 1:
        (new / names[0]).replace(target / names[0])
        return
    ready, before = new.with_name(_READY), new.with_name(_BEFORE)
    try:
        old = [name for name in reversed(names) if os.path.lexists(target / name)]
        _move(old, target, before)
        new.rename(ready)
        _move(names, ready, target)
        _set_aside(before)
    except BaseException:
        try:
            _take_back(names, new, target)
        except OSError as error:
            told = Remark(
                "partly_in_place", path=target, reason=name_reason(error), file=error.filename
            )
            raise Access15Error(told) from error
        raise


def _take_back(
    names: list[Path],
    new: Path,
    target: Path,
) -> None:
    """Undo what was done, in the opposite order: a kill in between leaves no mixture either."""
    ready, before = new.with_name(_READY), new.with_name(_BEFORE)
    if new.with_name(_DONE).is_dir():  # nothing was left to do
        return
    if ready.is_dir():
        waiting = set(list_files(ready))
        placed = [name for name in reversed(names) if name not in waiting]
        _move(placed, target, ready)
        ready.rename(new)
    if before.is_dir():
        _move(list_files(before), before, target)


def _move(names: Iterable[Path], source: Path, target: Path) -> None:
    """Rename files from one folder into another, one by one."""
    for name in names:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).replace(target / name)


def _set_aside(before: Path) -> None:
    """What was replaced is of no more use: nobody is to bring it back."""
    if before.is_dir():
        before.rename(before.with_name(_DONE))


def find_rest(partial: Path) -> Path | None:
    """The folder whose files belong beside those in place; None where nothing is half in place."""
    ready, before = partial / _READY, partial / _BEFORE
    try:
        rest = ready if ready.is_dir() else before
        return rest if rest.is_dir() and list_files(rest) else None
    except OSError:  # a folder of somebody else
        return None


def finish(partial: Path, target: Path) -> None:
    """Put into place what was left half in place: the new set where it was ready, else the old one.

    What somebody saved there since stays; then the old files come back where one is missing.
    """
    ready, before = partial / _READY, partial / _BEFORE
    coming = list_files(ready) if ready.is_dir() else []
    if ready.is_dir() and not any(os.path.lexists(target / name) for name in coming):
        _move(coming, ready, target)
        _set_aside(before)
    elif before.is_dir():
        old = [name for name in list_files(before) if not os.path.lexists(target / name)]
        _move(old, before, target)


def list_files(folder: Path) -> list[Path]:
    """Every file below a folder, relative to it; the one that says the set is whole comes last."""

    def rank(name: Path) -> tuple[bool, bool, str]:
        return name.name == LAST_FILE, name.suffix == ".json", name.as_posix()

    return sorted(_walk(folder, folder), key=rank)


def _walk(folder: Path, root: Path) -> Iterator[Path]:
    """Every file and link below a folder, relative to a root."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _walk(Path(entry.path), root)
            else:
                yield Path(entry.path).relative_to(root)
