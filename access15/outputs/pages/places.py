"""The page on which a planner looks over every place of a study, put together."""

from __future__ import annotations

from typing import Any, Final

import folium
from branca.element import MacroElement

from access15.config import Lang
from access15.outputs.pages.folium_map import OfflineMap
from access15.outputs.pages.modules import start_module
from access15.outputs.pages.offline import Verbatim, dump_json, fill_template, read_asset
from access15.outputs.pages.places_data import build_places_data
from access15.outputs.words.texts import clean_text, say
from access15.outputs.words.voice import choose_voice
from access15.results.review import PlacesReview

_STYLES: Final = (
    *("styles/page.css", "styles/map.css"),
    *(
        f"styles/session/{name}.css"
        for name in ("frame", "head", "tools", "strip", "signs", "dialogs")
    ),
    "styles/places.css",
)
_DATA_ID: Final = "access15-places-data"
_LANGUAGE_NAMES: Final = (("it", "Italiano"), ("en", "English"))
_NAME: Final = "places"


class PlacesMap(MacroElement):  # type: ignore[misc, unused-ignore]
    """What turns a Folium map into the page of a study's places.

    Parameters
    ----------
    review : PlacesReview
        The places, and a run that says what their doors give.
    lang : {"it", "en"}
        Language the page opens in; it carries both.
    """

    def __init__(self, review: PlacesReview, *, lang: Lang = "it") -> None:
        super().__init__()  # type: ignore[no-untyped-call, unused-ignore]
        self._name, self._id = "access15", _NAME
        voice = choose_voice(review.result, lang)
        self.data = build_places_data(review, lang)
        name = clean_text(review.result.study.name, lang)
        self.data["name"] = name
        self.title = say("places_title", voice, study=name)
        self._panel = fill_template(
            "places.html.j2",
            say=lambda key: say(key, voice),
            lang=lang,
            languages=_LANGUAGE_NAMES,
            title=self.title,
        )

    def render(self, **kwargs: Any) -> str:
        """Put panel, data, style and scripts into the page, before the map."""
        figure: Any = self.get_root()
        style = "\n".join(f"<style>\n{read_asset(name)}</style>" for name in _STYLES)
        figure.header.add_child(Verbatim(style), name="access15_places_style")
        drawn: Any = self._parent
        call = f"openPlaces({drawn.get_name()}, {dump_json(_DATA_ID)})"
        data = f'<script type="application/json" id="{_DATA_ID}">{dump_json(self.data)}</script>'
        figure.html.add_child(
            Verbatim(f"{self._panel}\n{data}"), name="access15_places_panel", index=0
        )
        module = start_module("places/places.js", call, handle=self.get_name())
        figure.html.add_child(module, name="access15_places_module")
        super().render(**kwargs)  # type: ignore[no-untyped-call, unused-ignore]
        return ""


def draw_places(review: PlacesReview, *, lang: Lang = "it") -> folium.Map:
    """Draw the map of a study's places; it needs no internet, and takes further Folium layers."""
    places = PlacesMap(review, lang=lang)
    (south, west), (north, east) = places.data["areas"][0]["bounds"]
    drawn = OfflineMap(
        name=_NAME,
        title=places.title,
        lang=lang,
        location=[(south + north) / 2, (west + east) / 2],
        zoom_start=15,
        zoom_control=False,
        zoom_snap=0.25,
        min_zoom=10,
        max_zoom=20,
    )
    drawn.options["min_zoom"], drawn.options["max_zoom"] = 10, 20
    drawn.add_child(places)
    return drawn


def render_places(review: PlacesReview, *, lang: Lang = "it") -> str:
    """Write the page of a study's places; the same places give the same bytes."""
    return str(draw_places(review, lang=lang).get_root().render())
