"""The plugin of QGIS as files: its code, whom access15 knows, its words, its styles.

The code in ``plugin/`` runs in the Python of QGIS (3.9 or newer) and imports nothing of access15,
which it starts in an environment of its own.
"""

from __future__ import annotations

import itertools
import json
import sys
import zipfile
from collections.abc import Mapping
from importlib import resources
from io import BytesIO
from typing import Any, Final, get_args

from access15 import __version__
from access15.config import Category, Lang, WalkProfile
from access15.outputs.pages.map_data import BAND_OUTLINE, pick_band_colours
from access15.outputs.tables.qml import (
    WHITE,
    Rule,
    Style,
    Symbol,
    draw_fill,
    draw_marker,
    format_rgba,
    render_qml,
)
from access15.outputs.words.texts import list_texts, say

PLUGIN: Final = "access15_provider"  # the folder; another than the package, which QGIS never sees
ARCHIVE: Final = f"{PLUGIN}.zip"
SETTINGS: Final = "settings.json"
_STEPS_MIN: Final = (5, 10, 15, 20, 30)
_GREY: Final = "90,90,90,255"
_INIT: Final = '''"""access15 in QGIS."""


def classFactory(iface):
    """What QGIS loads."""
    from .provider import Plugin

    return Plugin()
'''


def build_plugin(
    profiles: Mapping[str, WalkProfile], categories: Mapping[str, Category]
) -> dict[str, str]:
    """Files of the plugin, by their path in its folder; the same for the same access15."""
    files = {
        one.name: one.read_text(encoding="utf-8")
        for one in (resources.files("access15") / "outputs" / "qgis" / "plugin").iterdir()
        if one.is_file() and one.name.endswith((".py", ".svg"))
    }
    files["__init__.py"] = _INIT
    files["metadata.txt"] = _describe()
    files["words.json"] = _dump({lang: list_texts("plugin_", lang) for lang in get_args(Lang)})
    for lang in get_args(Lang):
        files[f"styles/areas.{lang}.qml"] = render_qml(_style_areas(lang))
        files[f"styles/walks.{lang}.qml"] = render_qml(_style_walks(lang))
    settings = {
        "plugin": PLUGIN,
        "version": __version__,
        # -P: no file beside the child is taken for a module
        "command": [sys.executable, "-P", "-m", "access15"],
        "profiles": [_name(one) for one in profiles.values()],
        "categories": [_name(one) for one in categories.values()],
    }
    files[SETTINGS] = _dump({**settings, "files": sorted([*files, SETTINGS])})
    return dict(sorted(files.items()))


def pack_plugin(files: Mapping[str, str]) -> bytes:
    """A zip that QGIS installs (Plugins > Manage and Install Plugins > Install from ZIP)."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            entry = zipfile.ZipInfo(f"{PLUGIN}/{name}")  # of 1980: the same bytes every time
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, text)
    return packed.getvalue()


def _describe() -> str:
    """What QGIS shows of the plugin."""
    rows = {
        "name": "access15",
        "qgisMinimumVersion": "3.22",
        "version": __version__,
        "author": "access15 developers",
        "email": "-",
        "hasProcessingProvider": "yes",
        "category": "Analysis",
        "icon": "icon.svg",
        "experimental": "False",
        "deprecated": "False",
        "description": say("plugin_description", "en"),
        "description[it]": say("plugin_description", "it"),
        "about": say("plugin_about", "en"),
        "about[it]": say("plugin_about", "it"),
    }
    return "[general]\n" + "".join(f"{key}={value}\n" for key, value in rows.items())


def _name(one: WalkProfile | Category) -> dict[str, str]:
    """Id and names of a walker or a kind of place."""
    return {"id": one.id, **{lang: one.label.in_lang(lang) for lang in get_args(Lang)}}


def _dump(value: Any) -> str:
    """JSON that people can read."""
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def _style_areas(lang: Lang) -> Style:
    """Land by minutes, the shortest on top."""
    outline = format_rgba(BAND_OUTLINE)
    rules = _list_steps("minutes", lang, lambda colour: draw_fill(colour, outline))
    return Style(rules, order_by='"minutes"', opacity=0.7)


def _style_walks(lang: Lang) -> Style:
    """Points by minutes, and those from which no way leads."""

    def mark(colour: str) -> Symbol:
        return draw_marker(fill=colour, line=_GREY, size_mm=2.4)

    none = Rule(say("plugin_no_way", lang), "ELSE", mark(WHITE))
    reached = Rule(
        say("plugin_reached", lang),
        '"status" = \'ok\' AND "rank" = 1',
        rules=_list_steps("minutes", lang, mark),
    )
    others = Rule(say("plugin_other_ranks", lang), '"rank" > 1', mark("0,0,0,0"), is_on=False)
    return Style([reached, others, none])


def _list_steps(column: str, lang: Lang, draw: Any) -> list[Rule]:
    """Rules of minutes in steps, the last without an end."""
    limits = [0, *_STEPS_MIN]
    colours = [format_rgba(one) for one in pick_band_colours(len(_STEPS_MIN) + 1)]
    rules = [
        Rule(
            say("plugin_step", lang, low=low, high=high),
            f'"{column}" {">" if low else ">="} {low} AND "{column}" <= {high}',
            draw(colour),
        )
        for (low, high), colour in zip(itertools.pairwise(limits), colours, strict=False)
    ]
    beyond = say("plugin_step_beyond", lang, low=limits[-1])
    return [*rules, Rule(beyond, f'"{column}" > {limits[-1]}', draw(colours[-1]))]
