"""Give QGIS its plugin: into a folder, or into the profiles of this computer's user."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import platformdirs

from access15.config import load_categories, load_profiles
from access15.errors import ConfigError, OutputError
from access15.files import staged_outputs, write_bytes_atomic
from access15.outputs.qgis.build import ARCHIVE, PLUGIN, SETTINGS, build_plugin, pack_plugin
from access15.remarks import Remark

_VERSIONS = ("QGIS3", "QGIS4")
_FLATPAK = Path(".var") / "app" / "org.qgis.qgis" / "data"


def write_plugin(folder: Path) -> list[Path]:
    """Write the plugin's folder and its zip; what was written."""
    files = build_plugin(load_profiles(), load_categories())
    target = folder / PLUGIN
    check_ours(target)
    _put(files, target)
    write_bytes_atomic(folder / ARCHIVE, pack_plugin(files))
    return [target, folder / ARCHIVE]


def install_plugin(environ: Mapping[str, str], profile: str | None = None) -> list[Path]:
    """Put the plugin into the profiles of QGIS, or the one that is named; where it was put.

    An older one is replaced whole. Nothing is touched unless all can be.
    """
    found = find_profiles(environ)
    chosen = [one for one in found if profile in (None, one.name)]
    if not found:
        looked = [str(one) for one in _list_roots(environ)]
        raise ConfigError(Remark("qgis_without_profile"), [Remark("looked_in", where=looked)])
    if not chosen:
        known = list(dict.fromkeys(one.name for one in found))
        raise ConfigError(Remark("qgis_profile_unknown", name=str(profile)[:40], known=known))
    targets = [one / "python" / "plugins" / PLUGIN for one in chosen]
    for target in targets:
        check_ours(target)
    files = build_plugin(load_profiles(), load_categories())
    for target in targets:
        _put(files, target)
    return targets


def find_profiles(environ: Mapping[str, str]) -> list[Path]:
    """Folders of the user's profiles of QGIS, each once."""
    found = [
        one
        for root in _list_roots(environ)
        if root.is_dir()
        for one in sorted(root.iterdir())
        if one.is_dir()
    ]
    return list(dict.fromkeys(one.resolve() for one in found))


def _list_roots(environ: Mapping[str, str]) -> Iterator[Path]:
    """Folders in which QGIS keeps profiles, the one that a user chose first."""
    own = environ.get("QGIS_CUSTOM_CONFIG_PATH")
    if own:
        yield Path(own) / "profiles"
    data = platformdirs.user_data_path("QGIS", appauthor=False, roaming=True)
    home = Path(os.path.expanduser("~"))  # noqa: PTH111  # Path.home fails where there is none
    for base in (data, home / _FLATPAK / "QGIS"):
        for version in _VERSIONS:
            yield base / version / "profiles"


def check_ours(target: Path) -> None:
    """Refuse a folder that is there and is no plugin of access15: it is somebody else's."""
    if target.is_symlink() or (target.exists() and not _list_own(target)):
        raise OutputError(Remark("qgis_folder_foreign", path=target))


def _list_own(target: Path) -> list[str]:
    """Files of a plugin that an access15 wrote there; none where it is no such folder."""
    try:
        told = json.loads((target / SETTINGS).read_text(encoding="utf-8"))
        names = told["files"] if told["plugin"] == PLUGIN else []
    except (OSError, ValueError, KeyError, TypeError):
        return []
    return [name for name in names if isinstance(name, str)] if isinstance(names, list) else []


def _put(files: Mapping[str, str], target: Path) -> None:
    """Put files into a folder as one; those of an older plugin, which this one has not, go."""
    stale = {target / name for name in _list_own(target)} - {target / name for name in files}
    inside = target.resolve()
    with staged_outputs(target) as staging:
        for name, text in files.items():
            path = staging / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
    for path in stale:
        if path.resolve().is_relative_to(inside):  # whatever an old list says
            path.unlink(missing_ok=True)
