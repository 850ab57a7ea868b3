"""Geocoding for the command line: whole files, and the one place of a question."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack
from urllib.parse import urlsplit

import geopandas as gpd

from access15.config import (
    Category,
    Options,
    PlaceOptions,
    RegisterSource,
    Study,
    build_options,
    choose_register,
    find_now,
    list_inputs,
    load_categories,
    load_study,
)
from access15.config.draft import Draft
from access15.core.streets.network import WalkNetwork
from access15.crs import LONLAT, to_box
from access15.errors import ConfigError, InputDataError
from access15.files import check_inputs_stay
from access15.files.store import Store
from access15.outputs.words.texts import say_or
from access15.remarks import Lang, Remark
from access15.sources.geocode.addresses import Street, parse_address, parse_bare
from access15.sources.geocode.book import AddressBook
from access15.sources.geocode.cache import AnswerCache
from access15.sources.geocode.candidates import Candidate
from access15.sources.geocode.gazetteer import Gazetteer, build_gazetteer
from access15.sources.geocode.home import Home
from access15.sources.geocode.register import Register, check_register, read_register
from access15.sources.geocode.review import ReviewTable, read_review, write_review
from access15.sources.geocode.table import Ending, GeocodeOutcome, geocode_facilities
from access15.sources.places.added import read_places
from access15.sources.places.facilities import read_facilities, write_facilities
from access15.sources.places.points import Bounds, facility_bounds
from access15.sources.streets.addresses import NO_ADDRESSES
from access15.sources.streets.at_hand import choose_crs
from access15.sources.streets.boxes import Clip, format_box
from access15.sources.streets.extract import Extract
from access15.sources.streets.sketch import read_sketch
from access15.sources.web import is_web_address
from access15.sources.zones import read_outlines, read_zones
from access15.workflows.places import name_tables

if TYPE_CHECKING:
    from access15.sources.geocode.nominatim import NominatimGeocoder

_ENDINGS: Mapping[Ending, str] = {
    "found": "geocode_found",
    "street only": "geocode_street_only",
    "to decide": "geocode_to_decide",
    "nothing found": "geocode_nothing",
    "not asked": "geocode_not_asked",
    "no address": "geocode_no_address",
}
_MARGIN_DEG = 0.02  # about two kilometres around what the study already knows
_ACROSS_THE_STREET_DEG = 0.0015  # some 150 m


def geocode_file(
    file: Path,
    output: Path,
    study: Study,
    options: Options,
    *,
    review: Path | None,
    now: datetime,
    register: RegisterSource | None = None,
    service: str = "",
    lang: Lang = "en",
) -> list[str]:
    """Geocode a facilities file into another one; gives the lines that say what became of it."""
    read = list_inputs(study, options, [file, *([register.file] if register else [])])
    check_inputs_stay([output], [*read, *([review] if review else [])])
    check_inputs_stay([review] if review else [], read)
    frame: Any = read_table(file, Draft(study), options.categories, columns=options.map_columns)
    is_there = review is not None and review.exists()
    chosen = read_review(review, file.name) if review is not None and is_there else None
    asked = LookUp(now=now, review=chosen, register=register, service=service)
    found = look_up(study, options, frame, asked)
    outcome = found.outcome
    write_facilities(outcome.frame, output, now=now)
    lines: list[str] = [Remark(_ENDINGS[ending], n=n) for ending, n in outcome.counts.items()]
    lines += [*_list_origins(outcome, lang), *found.notes]
    if outcome.questions and review is None:
        lines.append(Remark("geocode_ambiguous", n=len(outcome.questions)))
    elif outcome.questions and review is not None:
        write_review(outcome.questions, review, decided=chosen)
        n_open = len(outcome.questions)
        lines.append(Remark("geocode_decide_in", n_open=n_open, review=str(review)))
    told = (_describe_elsewhere(outcome), _describe_others(chosen), found.notice, outcome.message)
    lines += [text for text in told if text]
    n_places = len(outcome.frame)
    return [*lines, Remark("geocode_written", n_places=n_places, output=str(output))]


def geocode(
    table: str | Path,
    *,
    study: Study | str | Path = "milano",
    register: str | Path | None = None,
    review: str | Path | None = None,
    service: str = "",
    now: datetime | None = None,
    **options: Unpack[PlaceOptions],
) -> GeocodeOutcome:
    """Find the points of places that have an address and no point, or only a street's.

    Addresses are looked up among the study's own places, in the extract, in the register, then at
    Nominatim; what may be several places is left to a person.

    Parameters
    ----------
    table : str or Path
        Places: CSV, GeoJSON, GeoPackage or Excel.
    study : Study, str or Path
        Where they lie: a study, its name, or its TOML file.
    register : str or Path, optional
        Register of addresses, in place of the study's: CSV, or a zip of one.
    review : str or Path, optional
        What a person decided, as `access15 geocode --review` writes it.
    service : str
        Address of another Nominatim; empty for the public one.
    now : datetime, optional
        For the dates of answers, with time zone; by default that of the environment's
        ``SOURCE_DATE_EPOCH``, else the clock's.
    **options
        ``osm, map_columns, offline, cache, no_cache`` as for `access15.run`; columns of the
        register are called ``register.street``, ``register.number``, ...

    Returns
    -------
    GeocodeOutcome
        Every row in EPSG:4326 with its ``geometry``, ``precision``, ``status``,
        ``geocode_provider``, ``geocode_date``, ``geocode_match`` and ``geocode_within_m`` [m], and
        the questions that are open.

    Raises
    ------
    InputDataError
        If the table, the register or the review file cannot be used.
    ConfigError
        If the study or an option is not valid.
    """
    asked = build_options(**options)
    loaded = asked.apply_to(study if isinstance(study, Study) else load_study(study))
    file = Path(table)
    frame: Any = read_table(file, Draft(loaded), asked.categories, columns=asked.map_columns)
    own = None if register is None else Path(register)
    how = LookUp(
        now=find_now(now),
        review=None if review is None else read_review(Path(review), file.name),
        register=choose_register(loaded.address_register, own, options.get("map_columns")),
        service=service,
    )
    return look_up(loaded, asked, frame, how).outcome


@dataclass(frozen=True, kw_only=True)
class LookUp:
    """How addresses are looked up.

    Parameters
    ----------
    now : datetime
        When.
    review : ReviewTable, optional
        What a person decided.
    register : RegisterSource, optional
        A register of addresses.
    service : str
        Another Nominatim service; empty for the public one.
    """

    now: datetime
    review: ReviewTable | None = None
    register: RegisterSource | None = None
    service: str = ""


@dataclass(frozen=True)
class LookedUp:
    """Places after their addresses were looked up.

    Parameters
    ----------
    outcome : GeocodeOutcome
        What was found.
    bounds : tuple of float
        Box that every point must lie in: west, south, east, north [degrees].
    notes : tuple of Remark
        What must be known of what they were looked up in.
    notice : str
        What to know of the answers that were kept; empty where nothing.
    """

    outcome: GeocodeOutcome
    bounds: Bounds
    notes: tuple[Remark, ...]
    notice: str


def look_up(
    study: Study,
    options: Options,
    sought: gpd.GeoDataFrame,
    asked: LookUp,
    *,
    among: gpd.GeoDataFrame | None = None,
) -> LookedUp:
    """Look up the addresses of places without a point, in the box of places that are known, their
    own or others.
    """
    gazetteer, bounds = _gazetteer(study, options, sought if among is None else among)
    needing = sought.loc[sought["status"] == "not_geocoded", "address"].tolist()
    sources = _read_sources(study, options, asked.register, needing, bounds)
    with (
        AnswerCache(options.cache.answers) as kept,
        _geocoder(study, offline=options.offline, service=asked.service) as geocoder,
    ):
        outcome = geocode_facilities(
            sought,
            geocoder=geocoder,
            gazetteer=gazetteer,
            cache=kept,
            bounds=bounds,
            now=asked.now,
            review=asked.review,
            home=sources.home,
            book=sources.book,
        )
        return LookedUp(outcome, bounds, sources.notes, kept.notice)


def read_table(
    file: Path,
    draft: Draft | None,
    categories: Mapping[str, Category] | None = None,
    *,
    columns: Mapping[str, str] | None = None,
) -> gpd.GeoDataFrame | None:
    """Read a table to be geocoded, as the study reads its own; None where the study's part cannot
    be used.
    """
    if draft is None or not draft.has("facilities"):
        return None
    own = draft.study.facilities.alone(file)
    return read_facilities(
        own.model_copy(update={"added_columns": {**own.added_columns, **(columns or {})}}),
        categories=load_categories() if categories is None else categories,
        bounds=facility_bounds(draft.study),
    )


def locate_named(
    study: Study,
    options: Options,
    *,
    facility: str | None,
    address: str | None,
    now: datetime,
    register: RegisterSource | None = None,
    service: str = "",
) -> tuple[float, float]:
    """Longitude and latitude of a facility, else of an address."""
    bounds_of_all = facility_bounds(study)
    frame = read_places(study.facilities, categories=options.categories, bounds=bounds_of_all).frame
    if facility is not None:
        return _facility_point(frame, facility, study)
    sought = gpd.GeoDataFrame(
        {
            "facility_id": ["place"],
            "name": [address],
            "category": ["csrc"],
            "address": [address],
            "precision": ["none"],
            "source": [""],
            "status": ["not_geocoded"],
        },
        geometry=[None],
        crs=LONLAT,
    )
    asked = LookUp(now=now, register=register, service=service)
    found = look_up(study, options, sought, asked, among=frame)
    return _only_answer(found.outcome, str(address))


def _geocoder(
    study: Study,
    *,
    offline: bool,
    service: str,
) -> NominatimGeocoder:
    """Nominatim, the public one or another."""
    from access15.sources.geocode.nominatim import (  # noqa: PLC0415 - who gives a place asks nobody
        NominatimGeocoder,
    )

    if not service:
        return NominatimGeocoder(countries=study.countries, offline=offline)
    if not is_web_address(service) or "?" in service or "#" in service:
        example = "https://nominatim.example.org"
        raise ConfigError(Remark("service_no_address", url=service, example=example))
    parts = urlsplit(service)
    host = parts.netloc + parts.path.rstrip("/")
    return NominatimGeocoder(
        host=host,
        scheme=parts.scheme,
        countries=study.countries,
        offline=offline,
    )


def _gazetteer(
    study: Study,
    options: Options,
    facilities: gpd.GeoDataFrame,
) -> tuple[Gazetteer, Bounds]:
    """Known addresses, the corners of the sketch, and the box that answers must lie in."""
    zones = read_zones(study.zones, wanted=[zone for area in study.areas for zone in area.zones])
    own = read_places(
        study.facilities, categories=options.categories, bounds=facility_bounds(study)
    ).frame
    boxes = [zones.total_bounds, *(f[f["status"] == "ok"].total_bounds for f in (own, facilities))]
    west, south, east, north = zip(*(box for box in boxes if box[0] == box[0]), strict=True)
    bounds = (
        min(west) - _MARGIN_DEG,
        min(south) - _MARGIN_DEG,
        max(east) + _MARGIN_DEG,
        max(north) + _MARGIN_DEG,
    )
    network: WalkNetwork | None = None
    if study.sketch is not None:
        clip = Clip(core_box=to_box(zones.total_bounds), padded_box=bounds)
        network = read_sketch(study.sketch, clip, crs=choose_crs(study, zones)).network
    return build_gazetteer(own, network), bounds


@dataclass(frozen=True)
class _Sources:
    """What addresses are looked up in without internet, and what must be known of it."""

    home: Home
    book: AddressBook | None = None
    notes: tuple[Remark, ...] = ()


def _read_sources(
    study: Study,
    options: Options,
    source: RegisterSource | None,
    addresses: Sequence[str | None],
    bounds: Bounds,
) -> _Sources:
    """Read the extract's addresses, and of the register the streets that are asked for."""
    home = _find_home(study)
    if options.osm is None and source is None:
        return _Sources(home)
    # 1. The extract: as a run, it is read once and then found in the cache.
    known, provider = NO_ADDRESSES, ""
    if options.osm is not None:
        store = None if options.readings is None else Store(options.readings)
        known = Extract(options.osm, (), store=store).list_addresses(bounds)
        if not (known.streets.names or known.houses.number):
            told = {"name": options.osm.name, "box": format_box(bounds)}
            raise InputDataError(Remark("extract_no_addresses", **told))
        provider = f"{options.osm.name}, © OpenStreetMap contributors (ODbL)"
    # 2. The register, of which only the streets asked for are kept.
    register = None
    if source is not None:
        register = read_register(source, _list_streets(addresses), bounds)
    # 3. In which town a study lies the extract may know where the study does not say it.
    if not home.towns:
        home = replace(home, towns=AddressBook(known, provider, home=home).list_towns())
    book = AddressBook(known, provider, register, home)
    return _Sources(home, book, tuple(_list_notes(register, book)))


def check_register_of(
    draft: Draft | None, file: Path | None, map_columns: Sequence[str] | None
) -> None:
    """Refuse a register of addresses that cannot be read, the study's own where none is given."""
    own = None
    if draft is not None and draft.has("address_register"):
        own = draft.study.address_register
    source = choose_register(own, file, map_columns)
    if source is not None:
        check_register(source)


def _list_streets(addresses: Sequence[str | None]) -> list[Street]:
    """Streets that addresses name, also without the word for street."""
    streets: list[Street] = []
    for text in addresses:
        address = parse_address(str(text or ""))
        bare = parse_bare(str(text or "")).street if address.street is None else None
        streets += [one for one in (address.street, address.corner, bare) if one is not None]
    return streets


def _list_notes(register: Register | None, book: AddressBook) -> Iterator[Remark]:
    """What must be known of a register that was read."""
    if register is None:
        return
    date = Remark("geocode_dated", date=register.date) if register.date else ""
    n_used = len(register.rows) - book.n_far
    yield Remark("geocode_register", n=n_used, name=register.provider, date=date)
    if book.n_far:
        yield Remark("geocode_refused_far", n=book.n_far)
    if register.n_zero:
        yield Remark("geocode_refused_zero", n=register.n_zero)
    if register.n_none:
        yield Remark("geocode_refused_none", n=register.n_none)
    if register.n_short:
        yield Remark("geocode_refused_short", n=register.n_short)


def _list_origins(outcome: GeocodeOutcome, lang: Lang) -> Iterator[Remark]:
    """How many of the places found are known how well, from where, and of which date."""
    frame = outcome.frame
    found = frame[frame["geocode_provider"].astype(bool) & frame.geometry.notna()]
    keys = ["precision", "geocode_provider", "geocode_date"]
    for (precision, provider, date), n in found.groupby(keys, sort=False).size().items():
        dated = Remark("geocode_dated", date=date) if date else ""
        named = precision if lang == "en" else say_or(f"precision_{precision}", lang, precision)
        yield Remark("geocode_origin", n=int(n), precision=named, name=provider, date=dated)


def _find_home(study: Study) -> Home:
    """Where addresses lie that name no town: all zones that the study's files draw, and its
    towns.
    """
    outlines = read_outlines(study.zones.file, "[zones]")
    around = study.population.around
    if around is not None:
        outlines = outlines.union(read_outlines(around.zones, "[population.around]"))
    return Home(outlines.buffer(_ACROSS_THE_STREET_DEG), study.towns, outlines)


def _describe_elsewhere(outcome: GeocodeOutcome) -> str:
    """Sentence about addresses that were found in another town only; empty where none was."""
    if not outcome.n_elsewhere:
        return ""
    return Remark("geocode_elsewhere", n=outcome.n_elsewhere)


def _describe_others(review: ReviewTable | None) -> str:
    """Sentence about decisions for places of other tables; empty where there are none."""
    others = review.others if review is not None else ()
    names = tuple(dict.fromkeys(one.table for one in others))
    return Remark("remark_other_tables", n=len(others), names=names) if others else ""


def _facility_point(
    frame: gpd.GeoDataFrame,
    facility: str,
    study: Study,
) -> tuple[float, float]:
    """Point of a facility of the study."""
    rows = frame[frame["facility_id"] == facility]
    if rows.empty:
        raise InputDataError(Remark("facility_not_in", id=facility, tables=name_tables(study)))
    row = rows.iloc[0]
    if row["status"] != "ok":
        raise InputDataError(Remark("facility_no_point", id=facility, precision=row["precision"]))
    return float(row.geometry.x), float(row.geometry.y)


def _only_answer(outcome: GeocodeOutcome, address: str) -> tuple[float, float]:
    """The one place an address is; anything else is refused, with what is known."""
    row = outcome.frame.iloc[0]
    if row["status"] == "ok":
        return float(row.geometry.x), float(row.geometry.y)
    if outcome.questions:
        places = [_describe_place(place) for place in outcome.questions[0].candidates]
        raise InputDataError(Remark("address_ambiguous", address=address), places)
    why: str = Remark("address_unknown")
    if row.geometry is not None:
        told = {"match": row["geocode_match"], "lat": row.geometry.y, "lon": row.geometry.x}
        why = Remark("address_street_only", **told)
    elif outcome.gone:
        why = outcome.gone
    raise InputDataError(Remark("address_not_found", address=address, why=why))


def _describe_place(place: Candidate) -> Remark:
    """A place that an address may be, with its point and its doubt."""
    where = {"label": place.label, "lat": place.lat, "lon": place.lon}
    if place.doubt:
        return Remark("address_doubtful_place", doubt=place.doubt, **where)
    return Remark("address_place", **where)
