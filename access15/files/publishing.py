"""A set of files that is made takes the place of the one before.

Where it can be, the whole folder changes places with the old one, in one step: who looks, or is
killed, at any moment finds all of the old set or all of the new one. Where it cannot (the folder
one stands in, a mount, a folder of somebody else, a file system without that step), each file is
renamed into place, `LAST_FILE` last, or a poster's key; meanwhile there is none. What a killed run
leaves is finished by the next.
"""

from __future__ import annotations

import errno
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from access15.files.exchange import exchange

LAST_FILE = "run.json"
_READY = "ready"  # the new files, all made, on their way into place
_BEFORE = "before"  # what they replace
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
    """Rename every file into place; take all back if one cannot be.

    `new` lies in a folder of its own inside the target.
    """
    names = list_files(new)
    before, ready = new.with_name(_BEFORE), new.with_name(_READY)
    # 1. What is replaced gets a second name, so that all can be taken back.
    for name in names:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        if os.path.lexists(target / name):
            (before / name).parent.mkdir(parents=True, exist_ok=True)
            _keep(target / name, before / name)
    try:
        # 2. From here on a killed run is finished by the next.
        new.rename(ready)
        # 3. While files of both sets lie there, the last is missing: a pair is never a mixture.
        if len(names) > 1:
            (target / names[-1]).unlink(missing_ok=True)
        _put(ready, target)
    except BaseException:
        # 4. Taken back the same way: what was there before is put into place again.
        if ready.exists():
            ready.rename(new)  # no longer to be finished by anybody
        for name in names:
            if not os.path.lexists(before / name):
                (target / name).unlink(missing_ok=True)
        if before.exists():
            _put(before, target)
        raise


def _keep(path: Path, there: Path) -> None:
    """Give a file a second name, or copy it where it can have only one."""
    if path.is_dir() and not path.is_symlink():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    try:
        os.link(path, there, follow_symlinks=False)
    except (OSError, NotImplementedError):
        shutil.copy2(path, there, follow_symlinks=False)


def finish(partial: Path, target: Path) -> None:
    """Put into place what a run had ready when it was killed; nothing where it had not come so
    far. Where somebody has changed a file since, what is missing comes back.
    """
    ready, before = partial / _READY, partial / _BEFORE
    if not ready.is_dir():
        return
    if all(_is_as_left(target / name, before / name) for name in list_files(ready)):
        _put(ready, target)
    elif before.is_dir():
        for name in list_files(before):
            if not os.path.lexists(target / name):
                (before / name).replace(target / name)


def _put(made: Path, target: Path) -> None:
    """Rename every file of a folder into place."""
    for name in list_files(made):
        (made / name).replace(target / name)


def _is_as_left(path: Path, before: Path) -> bool:
    """Whether a file is still the one that was to be replaced, and nobody's later one."""
    if not path.exists():
        return True
    if not before.exists():
        return False
    now, then = path.stat(), before.stat()
    return (now.st_size, now.st_mtime_ns) == (then.st_size, then.st_mtime_ns)


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
