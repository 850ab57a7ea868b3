"""The session page of one neighbourhood: people at a table change it and see at once who gains and
who loses.

A Folium plugin, and the whole page made with it. Everything is computed in the page, by the rules
of `access15.compare`; nothing leaves the laptop.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterator, Sequence
from typing import Any, Final

import folium
from branca.element import MacroElement
from folium.map import FitBounds

from access15.config import Lang
from access15.config.proposal import ORIGIN, Change, Proposal
from access15.errors import ConfigError
from access15.outputs.pages.folium_map import OfflineMap
from access15.outputs.pages.modules import start_module
from access15.outputs.pages.offline import (
    Verbatim,
    dump_json,
    fill_template,
    pack_bytes,
    read_style,
)
from access15.outputs.pages.session_data import LANGUAGES, build_session_data
from access15.outputs.words.confidence import describe_confidence
from access15.outputs.words.dates import describe_moment, format_moment
from access15.outputs.words.facts import HUB
from access15.outputs.words.findings import Findings
from access15.outputs.words.legend import choose_profile
from access15.outputs.words.numbers import format_pace
from access15.outputs.words.sentences import describe_unknown
from access15.outputs.words.sources import list_warnings
from access15.outputs.words.texts import clean_text, list_texts, say
from access15.outputs.words.voice import choose_voice
from access15.remarks import Remark
from access15.results.prepared import NO_SITES, SessionSites
from access15.results.run import RunResult

_PARTS: Final = (  # in the order of the page, so that what stands on paper comes last
    "frame",
    "head",
    "result",
    "where",
    "house",
    "walkers",
    "numbers",
    "own",
    "tools",
    "strip",
    "views",
    "signs",
    "dialogs",
    "screens",
    "print",
    "verdict",
)
_STYLES: Final = (
    *(f"styles/{name}.css" for name in ("page", "map", "paper", "house")),
    *(f"styles/session/{name}.css" for name in _PARTS),
)
_TOP_PIXELS: Final = 64  # the switch of views lies on the map's upper edge
_BOTTOM_PIXELS: Final = 32  # and whom the streets are owed to on the lower
_DATA_ID: Final = "access15-session-data"
_LANGUAGE_NAMES: Final = (("it", "Italiano"), ("en", "English"))
_TOOLS: Final = (
    ("add", "plus"),
    ("note", "note"),
    ("close", "closed"),
    ("link", "link"),
    ("steps", "steps"),
    ("ramp", "ramp"),
    ("bench", "bench"),
)
_LITTLE_KNOWN: Final = 0.9  # unknown on this share of what is walked, or more: "nearly everywhere"
_ONLY_TOLD: Final = frozenset(  # of the data: words, and what a later run would say otherwise
    {
        *("created", "lang", "languages", "format", "texts", "unknown", "moment", "paces"),
        *("sources_line", "little_known", "notices", "explained", "looked_at"),
        *("attribution", "facts", "names", "style"),
    }
)
_SHARED_TEXTS: Final = ("who_total", "who_homes", "who_age", "who_group")


class SessionMap(MacroElement):  # type: ignore[misc, unused-ignore]
    """What turns a Folium map into a session page: add it to any map, beside any other layers.

    Parameters
    ----------
    result : RunResult
        A finished run.
    area_id : str
        One of its areas.
    lang : {"it", "en"}
        Language the page opens in; it carries both.
    proposals : sequence of Proposal
        What to begin with; an empty one where there is none.
    sites : SessionSites
        Places to choose among for one more, and answers for more than one.

    Raises
    ------
    ConfigError
        If the run has no such area.

    Examples
    --------
    Put it on a map of your own (not run here; it needs a finished run)::

        SessionMap(result, "chiesa_rossa").add_to(folium.Map(location=[45.43, 9.18], zoom_start=14,
        tiles=None))
    """

    def __init__(
        self,
        result: RunResult,
        area_id: str,
        *,
        lang: Lang = "it",
        proposals: Sequence[Proposal] = (),
        sites: SessionSites = NO_SITES,
    ) -> None:
        super().__init__()  # type: ignore[no-untyped-call, unused-ignore]
        if area_id not in result.areas:
            raise ConfigError(Remark("area_not_in_run", area=area_id, known=tuple(result.areas)))
        self._name, self._id = "access15", "session"
        voice = choose_voice(result, lang)
        self.data = {
            **build_session_data(result, area_id, lang, sites),
            **_gather_words(result, area_id),
            "proposals": list(_hand_over(proposals)),
            "looked_at": _find_looked_at(proposals),
        }
        self.data["fingerprint"] = _take_fingerprint(self.data)
        self.title = say("session_title", voice, area=self.data["area"]["name"])
        self._panel = fill_template(
            "session.html.j2",
            say=lambda key: say(key, voice),
            lang=lang,
            languages=_LANGUAGE_NAMES,
            title=self.title,
            tools=_TOOLS,
        )

    def render(self, **kwargs: Any) -> str:
        """Put panel, data, style and scripts into the page, before the map."""
        figure: Any = self.get_root()
        style = "\n".join(f"<style>{read_style(name)}</style>" for name in _STYLES)
        figure.header.add_child(Verbatim(style), name="access15_session_style")
        drawn: Any = self._parent
        call = f"openSession({drawn.get_name()}, {dump_json(_DATA_ID)})"
        packed = pack_bytes(dump_json(self.data).encode("utf-8"))
        data = f'<script type="text/plain" id="{_DATA_ID}">{packed}</script>'
        figure.html.add_child(
            Verbatim(f"{self._panel}\n{data}"), name="access15_session_panel", index=0
        )
        module = start_module("session/session.js", call, handle=self.get_name(), is_awaited=True)
        figure.html.add_child(module, name="access15_session_module")
        super().render(**kwargs)  # type: ignore[no-untyped-call, unused-ignore]
        return ""


def _take_fingerprint(data: dict[str, Any]) -> str:
    """Name what a page computes with, so that its unsaved work is offered on the same page only."""
    held = {key: value for key, value in data.items() if key not in _ONLY_TOLD}
    return hashlib.sha256(dump_json(held).encode("utf-8")).hexdigest()[:16]


def draw_session(
    result: RunResult,
    area_id: str,
    *,
    lang: Lang = "it",
    proposals: Sequence[Proposal] = (),
    sites: SessionSites = NO_SITES,
) -> folium.Map:
    """Draw the session map of one neighbourhood; it needs no internet, and takes further Folium
    layers.
    """
    session = SessionMap(result, area_id, lang=lang, proposals=proposals, sites=sites)
    (south, west), (north, east) = session.data["bounds"]
    drawn = OfflineMap(
        name=area_id,
        title=session.title,
        lang=lang,
        location=[(south + north) / 2, (west + east) / 2],
        zoom_start=14,
        zoom_control=False,
        zoom_snap=0.05,
        min_zoom=11,
        max_zoom=19,
    )
    drawn.options["min_zoom"], drawn.options["max_zoom"] = 11, 19
    # at once: while a zoom is under way Leaflet shows no place that the page's address asks for
    fit = FitBounds(
        session.data["bounds"],
        padding_top_left=(0, _TOP_PIXELS),
        padding_bottom_right=(0, _BOTTOM_PIXELS),
    )
    fit.options["animate"] = False
    fit.add_to(drawn)
    drawn.add_child(session)
    return drawn


def render_session(
    result: RunResult,
    area_id: str,
    *,
    lang: Lang = "it",
    proposals: Sequence[Proposal] = (),
    sites: SessionSites = NO_SITES,
) -> str:
    """Write the session page of one neighbourhood; the same result gives the same bytes."""
    drawn = draw_session(result, area_id, lang=lang, proposals=proposals, sites=sites)
    return str(drawn.get_root().render())


def _gather_words(result: RunResult, area_id: str) -> dict[str, Any]:
    """Texts of the page in both languages, what is known, and how it is computed."""
    found = {lang: Findings(result, area_id, lang) for lang in LANGUAGES}
    profile = choose_profile(result)
    return {
        "texts": {
            lang: {
                **list_texts("session_", one.lang),
                **{key: say(key, one.lang) for key in _SHARED_TEXTS},
                **{
                    f"session_{key}": text
                    for key, text in list_texts("precision_", one.lang).items()
                },
            }
            for lang, one in found.items()
        },
        "unknown": dict(_explain_unknown(found)),
        "moment": {
            lang: "" if result.at is None else format_moment(result.at, lang) for lang in LANGUAGES
        },
        "paces": {
            key: {lang: format_pace(walker, lang) for lang in LANGUAGES}
            for key, walker in result.list_walkers_at_table(area_id).items()
        },
        "sources_line": {lang: _describe_sources(findings) for lang, findings in found.items()},
        "little_known": _list_little_known(result, area_id),
        "notices": {lang: list(_list_notices(findings)) for lang, findings in found.items()},
        "explained": {lang: _explain(findings, profile) for lang, findings in found.items()},
    }


def _explain_unknown(found: dict[Lang, Findings]) -> Iterator[tuple[str, dict[str, str]]]:
    """Why nobody knows who gets to a target, for each that is unknown today."""
    findings = next(iter(found.values()))
    profile = next(iter(findings.result.profiles))
    for target in (HUB, *findings.result.categories):
        if not findings.area.is_known(target):
            yield (
                target,
                {
                    lang: f"{_capital(describe_unknown(one, profile, target))}."
                    for lang, one in found.items()
                },
            )


def _capital(sentence: str) -> str:
    """Begin a sentence with a capital."""
    return sentence[:1].upper() + sentence[1:]


def _describe_sources(findings: Findings) -> str:
    """Streets and residents that every number of the page is computed from, with their dates."""
    lang, info, year = (
        findings.lang,
        findings.area.network_info,
        findings.result.study.population.year,
    )
    date = clean_text(info.date, lang) or say("date_unknown", lang)
    return say(
        "session_sources_line",
        lang,
        streets=f"{clean_text(info.name, lang)}, {date}",
        year=say("date_unknown", lang) if year is None else year,
    )


def _list_little_known(result: RunResult, area_id: str) -> dict[str, list[str]]:
    """Tags of streets that are unknown on nearly all that is walked, per walker."""
    table = result.areas[area_id].unknown_shares
    table = table[table["share"].astype(float) >= _LITTLE_KNOWN]
    return {
        key: table.loc[table["profile"] == key, "tag"].astype(str).tolist()
        for key in result.list_walkers_at_table(area_id)
    }


def _list_notices(findings: Findings) -> Iterator[str]:
    """What nobody may overlook: the moment, streets that are only a sketch, what the street data
    warn of.
    """
    lang, result = findings.lang, findings.result
    if moment := describe_moment(result.at, lang):
        yield moment
    if findings.area.network_info.kind == "sketch":
        yield say("sketch_warning", lang)
    yield from list_warnings(findings)


def _find_looked_at(proposals: Sequence[Proposal]) -> dict[str, str]:
    """Whom and what the first of the proposals that says so looked at."""
    profiles = [one.profile for one in proposals if one.profile]
    categories = [one.category for one in proposals if one.category]
    return {"profile": next(iter(profiles), ""), "target": next(iter(categories), "")}


def _hand_over(proposals: Sequence[Proposal]) -> Iterator[dict[str, Any]]:
    """Proposals as the page holds them; numbers instead of ids, which may be the same in several
    files.
    """
    changes, notes = itertools.count(1), itertools.count(1)
    for one in proposals:
        yield {
            "id": one.id,
            "name": one.name,
            "votes": one.votes,
            "changes": [{"id": f"c{next(changes)}", **_plain(change)} for change in one.changes],
            "notes": [
                {
                    "id": f"n{next(notes)}",
                    "lon": note.place[0],
                    "lat": note.place[1],
                    "text": note.text,
                }
                for note in one.notes
            ],
        }


def _plain(change: Change) -> dict[str, Any]:
    """Write a change without what it does not say."""
    places = dict(zip(("lon", "lat"), change.place or (), strict=False))
    places |= dict(zip(("lon2", "lat2"), change.place_to or (), strict=False))
    texts = {
        key: getattr(change, key)
        for key in ("facility_id", "name", "category", *ORIGIN)
        if getattr(change, key)
    }
    capacity = {} if change.capacity is None else {"capacity": change.capacity}
    return {
        "change": change.kind,
        **places,
        **texts,
        **capacity,
    }


def _explain(findings: Findings, profile: str) -> list[tuple[str, str]]:
    """How the numbers come about, in plain words."""
    lang, result = findings.lang, findings.result
    paces = "; ".join(
        f"{clean_text(one.who.in_lang(lang), lang)}: {format_pace(one, lang)}"
        for one in result.profiles.values()
    )
    return [
        (say("session_how_walk_head", lang), say("session_how_walk", lang)),
        (say("session_how_pace_head", lang), f"{_capital(paces)}."),
        (
            say("session_how_unknown_head", lang),
            " ".join(
                [describe_confidence(findings, profile), say("limit_not_modelled", lang)]
            ).strip(),
        ),
        (say("session_how_proposal_head", lang), say("session_how_proposal", lang)),
    ]
