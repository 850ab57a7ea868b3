"""The page of the best places of one neighbourhood: where each is, why, and who stays out."""

from __future__ import annotations

import itertools
from typing import Any, Final

import folium
import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from branca.element import MacroElement

from access15.config import Lang
from access15.outputs.pages.basemap import (
    UNIT_M,
    MapFrame,
    build_basemap,
    encode_shapes,
    find_name_runs,
)
from access15.outputs.pages.folium_map import OfflineMap
from access15.outputs.pages.map_data import (
    DOT_COLOURS,
    DOT_RADIUS,
    DOT_SAMPLES,
    dot_unit,
    frame_area,
    opening_bounds,
    pick_band_colours,
)
from access15.outputs.pages.modules import start_module
from access15.outputs.pages.offline import Verbatim, dump_json, fill_template, read_asset
from access15.outputs.pages.share_curve import draw_share_curve
from access15.outputs.words.dates import describe_moment
from access15.outputs.words.findings import Findings
from access15.outputs.words.numbers import format_count, format_number, format_share
from access15.outputs.words.sites import (
    describe_enough,
    describe_left_out,
    describe_lost,
    describe_none,
    describe_proof,
    describe_site_title,
    describe_sought,
    describe_stability,
    describe_today,
    describe_walks,
    describe_why,
    describe_worlds,
    format_gained_range,
    name_site,
)
from access15.outputs.words.sources import list_sources, list_warnings
from access15.outputs.words.texts import clean_text, say
from access15.outputs.words.voice import choose_voice_of_methods
from access15.results.run import AreaResult
from access15.results.siting import SiteFindings

_STYLES: Final = ("styles/page.css", "styles/map.css", "styles/paper.css", "styles/sites.css")
_DATA_ID: Final = "access15-sites-data"
_N_CLASSES: Final = 5
_TOLD_STREETS: Final = 12
_TOLD_OTHERS: Final = 30


class SitesMap(MacroElement):  # type: ignore[misc, unused-ignore]
    """What turns a Folium map into the page of a neighbourhood's best places.

    Parameters
    ----------
    findings : SiteFindings
        The places of all neighbourhoods.
    area_id : str
        Which neighbourhood.
    lang : {"it", "en"}
        Language of the page.
    """

    def __init__(self, findings: SiteFindings, area_id: str, *, lang: Lang = "it") -> None:
        super().__init__()  # type: ignore[no-untyped-call, unused-ignore]
        self._name, self._id = "access15", f"{area_id}_sites"
        voice = choose_voice_of_methods(findings.curve["method"], lang)
        told = _Told(findings, area_id, voice)
        self.data, self.title = told.build_data(), told.title
        self._panel = told.fill_panel()

    def render(self, **kwargs: Any) -> str:
        """Put panel, data, style and scripts into the page, before the map."""
        figure: Any = self.get_root()
        style = "\n".join(f"<style>\n{read_asset(name)}</style>" for name in _STYLES)
        figure.header.add_child(Verbatim(style), name="access15_sites_style")
        drawn: Any = self._parent
        call = f"openSites({drawn.get_name()}, {dump_json(_DATA_ID)})"
        data = f'<script type="application/json" id="{_DATA_ID}">{dump_json(self.data)}</script>'
        figure.html.add_child(
            Verbatim(f"{self._panel}\n{data}"), name="access15_sites_panel", index=0
        )
        module = start_module("sites/sites.js", call, handle="access15_page")
        figure.html.add_child(module, name="access15_sites_module")
        super().render(**kwargs)  # type: ignore[no-untyped-call, unused-ignore]
        return ""


def draw_sites(findings: SiteFindings, area_id: str, *, lang: Lang = "it") -> folium.Map:
    """Draw the map of the best places; it needs no internet, and takes further Folium layers."""
    sites = SitesMap(findings, area_id, lang=lang)
    (south, west), (north, east) = sites.data["bounds"]
    drawn = OfflineMap(
        name=f"{area_id}_sites",
        title=sites.title,
        lang=lang,
        location=[(south + north) / 2, (west + east) / 2],
        zoom_start=14,
        zoom_control=False,
        zoom_snap=0.25,
        min_zoom=10,
        max_zoom=19,
    )
    drawn.options["min_zoom"], drawn.options["max_zoom"] = 10, 19
    drawn.add_child(sites)
    return drawn


def render_sites(findings: SiteFindings, area_id: str, *, lang: Lang = "it") -> str:
    """Write the page of the best places; the same findings give the same bytes."""
    return str(draw_sites(findings, area_id, lang=lang).get_root().render())


def is_page_of(text: str, findings: SiteFindings) -> bool:
    """Whether a page is one of the best places of the same study."""
    start = f'id="{_DATA_ID}">{dump_json(_sign_page(findings))[:-1]},'
    return start in text


def _sign_page(findings: SiteFindings) -> dict[str, str]:
    """Whose page it is, as its data begin."""
    return {"study": findings.study_id}


def list_gain_steps(gain_streets: pd.DataFrame) -> list[tuple[float, float]]:
    """Classes of people gained by one more place, from none to the most."""
    most = float(gain_streets["gained"].max()) if len(gain_streets) else 0.0
    ends = [most * i / _N_CLASSES for i in range(_N_CLASSES + 1)]
    return list(itertools.pairwise(ends)) if most > 0 else []


class _Told:
    """One neighbourhood's best places as its page tells them."""

    def __init__(self, findings: SiteFindings, area_id: str, lang: Lang) -> None:
        self._findings, self._lang = findings, lang
        self._area: AreaResult = findings.run.areas[area_id]

        def own(frame: pd.DataFrame) -> Any:
            return frame[frame["area"] == area_id]

        self._curve = own(findings.curve)
        self._sites = own(findings.sites)
        self._alternatives = own(findings.alternatives)
        self._streets = own(findings.streets)
        self._left_out = own(findings.left_out)
        self._gains = own(findings.gain_streets)
        self.title = describe_site_title(findings, self._curve.iloc[0], lang)

    def build_data(self) -> dict[str, Any]:
        """Gather what the map reads."""
        lang, area = self._lang, self._area
        frame = frame_area(area)
        info = area.network_info
        return {
            **_sign_page(self._findings),
            "frame": {"unit": UNIT_M, "west": frame.west, "north": frame.north},
            "bounds": opening_bounds(frame, area),
            "base": build_basemap(frame, area.network, area.backdrop),
            "names": [
                [clean_text(name, lang, limit=60), rank, *frame.to_units(ends).ravel().tolist()]
                for name, rank, ends in find_name_runs(area.network)
            ],
            "zones": encode_shapes(frame, area.zones.geometry.to_numpy()),
            "gains": self._encode_gains(frame),
            "choices": {str(n): self._mark_choice(n) for n in self._numbers},
            "left_out": {
                "n_sites": self._numbers[-1] if self._numbers else 0,
                "dots": self._place_left_out(frame),
                "style": {
                    **DOT_COLOURS,
                    "per_root": DOT_RADIUS / np.sqrt(dot_unit(self._findings.run)),
                },
            },
            "today": self._list_today(frame),
            "attribution": say(
                "attribution",
                lang,
                kind=say(f"network_{info.kind}", lang),
                licence=clean_text(info.licence, lang, limit=200),
            ),
            "texts": {
                key: say(key, lang) for key in ("zoom_in", "zoom_out", "map_hint", "close", "home")
            },
        }

    @property
    def _numbers(self) -> list[int]:
        """How many places there are answers for."""
        return [int(n) for n in self._curve.loc[~self._curve["is_today"], "n_sites"]]

    def _encode_gains(self, frame: MapFrame) -> dict[str, Any]:
        """Streets of each class, from the fewest people to the most."""
        steps, gained = list_gain_steps(self._gains), self._gains["gained"].to_numpy()
        lines = self._gains.to_crs(self._area.network.crs).geometry.to_numpy()
        which = np.searchsorted([high for _, high in steps[:-1]], gained, side="right")
        return {
            "colours": self._colours,
            "shapes": [encode_shapes(frame, lines[which == i]) for i in range(len(steps))],
        }

    @property
    def _colours(self) -> list[str]:
        """Colours of the classes, the darkest for most people."""
        return pick_band_colours(_N_CLASSES)[::-1]

    def _mark_choice(self, n: int) -> dict[str, Any]:
        """What the map shows of one number of places."""
        rows = _list_rows(self._sites, n)
        return {
            "sites": [self._mark_site(row) for row in rows if row["change"] == "new"],
            "leaving": [self._mark_site(row) for row in rows if row["change"] == "leaves"],
            "others": [self._mark_other(row) for row in _list_rows(self._alternatives, n)],
        }

    def _mark_site(self, row: dict[Any, Any]) -> dict[str, Any]:
        """A site on the map."""
        return {
            "lat": round(row["lat"], 6),
            "lon": round(row["lon"], 6),
            "number": int(row["site"]),
            "name": name_site(row, self._lang),
            "why": describe_why(self._findings, row, self._lang),
        }

    def _mark_other(self, row: dict[Any, Any]) -> dict[str, Any]:
        """An alternative on the map."""
        told = {"name": name_site(row, self._lang), "kept": self._describe_kept(row)}
        return {"lat": round(row["lat"], 6), "lon": round(row["lon"], 6), **told}

    def _describe_kept(self, row: dict[Any, Any]) -> str:
        """Say in the place of which site an alternative stands, and what all then gain."""
        gained = format_number(row["gained"], self._lang)
        return say("sites_instead", self._lang, site=row["site"], gained=gained)

    def _place_left_out(self, frame: MapFrame) -> list[list[float]]:
        """Where those live who stay out: x, y in units, and people."""
        points = gpd.GeoSeries(self._left_out.geometry, crs=self._left_out.crs)
        xy = shapely.get_coordinates(points.to_crs(self._area.network.crs).to_numpy())
        units = frame.to_units(xy) if len(xy) else np.zeros((0, 2), dtype=np.int64)
        people = self._left_out["people"].to_numpy(dtype=np.float64)
        return [
            [int(x), int(y), round(float(n), 1)]
            for (x, y), n in zip(units, people, strict=True)
            if n > 0
        ]

    def _list_today(self, frame: MapFrame) -> list[dict[str, Any]]:
        """Places of today."""
        table, kind = self._area.facilities, self._findings.kind
        is_drawn = (table["category"] == kind.id) & table.geometry.notna()
        drawn = table[is_drawn & ~table.geometry.is_empty]
        places = frame.to_lat_lon(shapely.get_coordinates(drawn.geometry.to_numpy())).tolist()
        return [
            {
                "lat": lat,
                "lon": lon,
                "name": clean_text(name, self._lang) or say("no_name", self._lang),
                "symbol": kind.symbol,
                "colour": kind.colour,
            }
            for (lat, lon), name in zip(places, drawn["name"], strict=True)
        ]

    def fill_panel(self) -> str:
        """Fill what stands beside the map."""
        lang, findings = self._lang, self._findings
        words = Findings(findings.run, self._area.area.id, lang)
        first = self._curve.iloc[0]
        steps = list_gain_steps(self._gains)
        swatches = [
            (f"{format_number(low, lang)}-{format_number(high, lang)}", colour, 3 + i)
            for i, ((low, high), colour) in enumerate(zip(steps, self._colours, strict=False))
        ]
        samples = ", ".join(format_number(n * dot_unit(findings.run), lang) for n in DOT_SAMPLES)
        return fill_template(
            "sites.html.j2",
            say=lambda key: say(key, lang),
            title=self.title,
            today=describe_today(first, lang),
            sought=[
                *describe_sought(findings, lang),
                *describe_enough(findings, self._curve, lang),
            ],
            may_leave=findings.is_free,
            note=say("sites_note_free" if findings.is_free else "sites_note", lang),
            moment=describe_moment(findings.at, lang),
            warnings=list_warnings(words),
            why_none="" if self._numbers else describe_none(findings, self._curve, lang),
            choices=[self._describe_choice(n) for n in self._numbers],
            curve=draw_share_curve(self._curve, lang, title=self.title, identifier="share-curve"),
            left_out=describe_left_out(self._left_out, lang),
            worlds=describe_worlds(int(first["n_worlds"]), lang),
            swatches=swatches,
            kind={"symbol": findings.kind.symbol, "colour": findings.kind.colour},
            service=clean_text(findings.service.in_lang(lang), lang),
            dots={
                **DOT_COLOURS,
                "sizes": [round(2 * DOT_RADIUS * float(np.sqrt(n)), 1) for n in DOT_SAMPLES],
            },
            left_out_key=say("sites_key_out", lang, samples=samples),
            n_candidates=say(
                "sites_candidates", lang, n=format_number(first["n_candidates"], lang)
            ),
            sources=list_sources(words),
        )

    def _describe_choice(self, n: int) -> dict[str, Any]:
        """Everything told of one number of places."""
        lang, findings = self._lang, self._findings
        row = _list_rows(self._curve[~self._curve["is_today"]], n)[0]
        others = _list_rows(self._alternatives, n)
        streets = _list_rows(self._streets, n)
        return {
            "n": n,
            "label": format_count("sites_places", n, lang),
            "share": format_share(row["share"], lang),
            "gained": say("sites_page_gained", lang, n=format_gained_range(row, lang)),
            "lost": describe_lost(row, lang),
            "proof": describe_proof(row, lang),
            "walks": describe_walks(row, lang),
            "stability": describe_stability(findings, row, lang),
            "sites": [
                {
                    "number": int(site["site"]),
                    "change": site["change"],
                    "name": name_site(site, lang),
                    "why": describe_why(findings, site, lang),
                }
                for site in _list_rows(self._sites, n)
            ],
            "groups": [
                (
                    clean_text(findings.run.group_labels[group][lang], lang),
                    format_number(row[f"gained_{group}"], lang),
                )
                for group in findings.run.study.population.groups
            ],
            "streets": [
                (
                    clean_text(street["street"], lang) or say("no_name", lang),
                    format_number(street["gained"], lang),
                )
                for street in streets[:_TOLD_STREETS]
            ],
            "more_streets": max(0, len(streets) - _TOLD_STREETS),
            "others": [
                (int(one["site"]), name_site(one, lang), format_number(one["gained"], lang))
                for one in others[:_TOLD_OTHERS]
            ],
            "more_others": max(0, len(others) - _TOLD_OTHERS),
        }


def _list_rows(frame: pd.DataFrame, n: int) -> list[dict[Any, Any]]:
    """Rows of one number of places."""
    rows: list[dict[Any, Any]] = frame[frame["n_sites"] == n].to_dict("records")
    return rows
