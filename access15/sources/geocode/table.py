"""Points for facilities that have an address only: a person's choice, the gazetteer, then the
service.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Literal

import geopandas as gpd
import shapely

from access15.errors import InputDataError, ServiceError
from access15.remarks import Remark
from access15.sources.geocode.addresses import Address, fold, parse_address
from access15.sources.geocode.book import AddressBook, Answer
from access15.sources.geocode.cache import AnswerCache
from access15.sources.geocode.candidates import (
    Candidate,
    Found,
    choose_candidate,
    is_sure_house,
    is_whole,
    judge_answer,
)
from access15.sources.geocode.decided import DOORS
from access15.sources.geocode.gazetteer import Gazetteer
from access15.sources.geocode.home import Home
from access15.sources.geocode.review import Choice, Question, ReviewTable
from access15.sources.places.cells import USABLE_PRECISIONS
from access15.sources.places.headers import CHECKED
from access15.sources.places.points import Bounds, is_inside

if TYPE_CHECKING:  # geopy is loaded by who asks a service
    from access15.sources.geocode.nominatim import Geocoder

Ending = Literal["found", "street only", "to decide", "nothing found", "not asked", "no address"]


@dataclass(frozen=True)
class GeocodeOutcome:
    """Facilities after geocoding.

    Parameters
    ----------
    frame : GeoDataFrame
        EPSG:4326, every row in its order; found ones with new ``geometry``, ``precision``,
        ``status`` and with ``geocode_provider, geocode_date, geocode_match``.
    questions : tuple of Question
        Addresses that a person must decide.
    counts : dict of str to int
        How the rows that needed a point ended: ``found``, ``street only`` (still not usable),
        ``to decide``, ``nothing found``, ``not asked`` (the service was gone), ``no address``.
    message : str
        One sentence when the service was gone, else empty.
    gone : str
        Why it was gone.
    n_elsewhere : int
        How many of those to decide were found in another town only.
    endings : dict of str to str
        How each of them ended, by facility id.
    """

    frame: gpd.GeoDataFrame
    questions: tuple[Question, ...]
    counts: dict[Ending, int]
    message: str
    n_elsewhere: int = 0
    gone: str = ""
    endings: dict[str, Ending] = field(default_factory=dict)


def geocode_facilities(
    frame: gpd.GeoDataFrame,
    *,
    geocoder: Geocoder,
    gazetteer: Gazetteer,
    cache: AnswerCache,
    bounds: Bounds,
    now: datetime,
    review: ReviewTable | None,
    home: Home | None = None,
    book: AddressBook | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> GeocodeOutcome:
    """Look up the facilities whose status is ``not_geocoded``: in the gazetteer, in the book of
    addresses, then at the service.

    No point is invented: an answer outside the bounds, in another street or town is refused, one
    away from `home` for an address that names no town is for a person to decide, one
    that knows only the street keeps the precision ``street`` and the status ``not_geocoded``, and a
    point that the table has already is never replaced by one of the street.
    """
    result = frame.to_crs("EPSG:4326").reset_index(drop=True)
    choices = review.choices if review else {}
    _refuse_bad_choices(
        choices, dict(zip(result["facility_id"], result["address"], strict=True)), bounds
    )
    for column in ("geocode_provider", "geocode_date", "geocode_match", "geocode_within_m"):
        if column not in result.columns:
            result[column] = ""
    counts: dict[Ending, int] = {}
    endings: dict[str, Ending] = {}
    questions: list[Question] = []
    search = _Search(geocoder, gazetteer, cache, bounds, now=now, home=home, book=book)
    is_needing = (result["status"] == "not_geocoded") | result["facility_id"].isin(choices)
    needing = result.index[is_needing].tolist()
    n_left = 0
    search.learn_towns(
        result.at[i, "address"] for i in needing if result.at[i, "facility_id"] not in choices
    )
    for n_done, i in enumerate(needing, start=1):
        ending: Ending
        row = result.loc[i]
        # 1. What a person has chosen stands, whatever gazetteer and service say.
        if choice := choices.get(row["facility_id"]):
            _place(result, i, choice)
            _settle(result, i, choice)
            ending = "found" if result.at[i, "status"] == "ok" else "street only"
        else:
            # 2. Else the address is searched; several places are a question for a person.
            address = parse_address(str(row["address"] or ""))
            ending, candidates = search.run(address, name=str(row["name"] or ""))
            n_left += address in search.left
            if ending == "to decide":
                questions.append(
                    Question(row["facility_id"], row["name"], row["address"], candidates)
                )
            # 3. A street's point is better than none, and no better than the one that is there.
            elif ending == "found" or (ending == "street only" and row["geometry"] is None):
                _place(result, i, candidates[0])
        counts[ending] = counts.get(ending, 0) + 1
        endings[row["facility_id"]] = ending
        if on_progress is not None:
            on_progress(n_done, len(needing))
    return GeocodeOutcome(
        result,
        tuple(questions),
        counts,
        search.describe_gone(n_left),
        sum(all(place.doubt for place in question.candidates) for question in questions),
        gone=search.gone if n_left else "",
        endings=endings,
    )


class _Search:
    """One run's look-ups: gazetteer, cache, service; once the service is gone it is left alone."""

    def __init__(
        self,
        geocoder: Geocoder,
        gazetteer: Gazetteer,
        cache: AnswerCache,
        bounds: Bounds,
        *,
        now: datetime,
        home: Home | None,
        book: AddressBook | None,
    ) -> None:
        self._home = home
        self._book = book
        self.left: set[Address] = set()  # what the service was gone for
        self._answers: dict[str, tuple[datetime, list[Found]]] = {}  # of this run
        self._geocoder = geocoder
        self._gazetteer = gazetteer
        self._cache = cache
        self._bounds = bounds
        self._now = now
        self.gone = ""

    def learn_towns(self, addresses: Iterable[str | None]) -> None:
        """Ask for all addresses first, where nobody has said in which town the study is: it is that
        of the places found within its zones.
        """
        if self._home is None or self._home.towns:
            return
        for address in addresses:
            self.run(parse_address(str(address or "")))
        found = [one for _, answers in self._answers.values() for one in answers]
        self._home = self._home.with_towns(found)

    def run(self, address: Address, *, name: str = "") -> tuple[Ending, tuple[Candidate, ...]]:
        """How the search for an address ends, with the place found or the places to decide
        between.
        """
        # 1. What is known without internet goes first: it is surer, and nobody need be asked.
        known = self._gazetteer.find(address, date=self._now.date().isoformat(), name=name)
        answer = Answer(self._keep_inside(known))
        if not answer.candidates and self._book is not None:
            answer = self._book.find(address)
            answer = replace(answer, candidates=self._keep_inside(answer.candidates))
        is_asking = bool(address.number_queries() or address.coarse_queries())
        if not answer.candidates and not is_asking:
            return "no address", ()
        # 2. Where only the street of a house is known, a service may know the house.
        is_coarse = all(place.precision == "street" for place in answer.candidates)
        if not answer.candidates or (is_coarse and address.number):
            answer = self._add_alike(address, self._ask_service(address, answer))
            if not answer.candidates:
                return "not asked" if address in self.left else "nothing found", ()
        # 3. One place is taken; several are for a person to decide.
        chosen, to_decide = choose_candidate(answer.candidates)
        if answer.is_open and not to_decide:
            to_decide = answer.candidates
        if to_decide:
            return "to decide", to_decide
        if chosen is None:
            return "nothing found", ()
        return ("found" if chosen.precision in USABLE_PRECISIONS else "street only"), (chosen,)

    def _ask_service(self, address: Address, known: Answer) -> Answer:
        """What the service says, or else what is known; one that is gone ends the search for this
        address, never the run.
        """
        try:
            found = self._ask_all(address)
        except ServiceError as error:
            self.gone = error.summary
            self.left.add(address)
            return known
        if all(place.precision == "street" for place in found) and known.candidates:
            return known
        # streets of one name stay a question, whichever of them the service thought of
        return Answer((*found, *(known.candidates if known.is_open else ())), known.is_open)

    def _add_alike(self, address: Address, answer: Answer) -> Answer:
        """An answer that knows no house, with the study's own places in streets that are called so
        in part, for a person to decide.
        """
        if any(place.precision != "street" for place in answer.candidates):
            return answer
        alike = self._gazetteer.find_alike(address, date=self._now.date().isoformat())
        found = self._keep_inside(alike)
        return Answer((*found, *answer.candidates), is_open=True) if found else answer

    def _keep_inside(self, places: Iterable[Candidate]) -> tuple[Candidate, ...]:
        """The places that lie within the bounds."""
        return tuple(one for one in places if is_inside((one.lon, one.lat), self._bounds))

    def describe_gone(self, n_left: int) -> str:
        """Sentence about the service being gone; empty when it was not."""
        if not self.gone or not n_left:
            return ""
        return Remark("geocode_gone", gone=self.gone, n=n_left)

    def _ask_all(self, address: Address) -> list[Candidate]:
        """Candidates of the first question that gives a house; else those that know the street."""
        # House numbers first, from exact to coarse; a street found on the way is kept for the case
        # that no question gives the house.
        coarse: list[Candidate] = []
        elsewhere: list[Candidate] = []
        for query in address.number_queries():
            fitting = self._ask(query, address)
            if any(map(is_sure_house, fitting)):
                return fitting
            coarse = coarse or [candidate for candidate in fitting if not candidate.doubt]
            elsewhere += [candidate for candidate in fitting if candidate.doubt]
        for query in address.coarse_queries():
            fitting = [] if coarse else self._ask(query, address)
            coarse = coarse or [candidate for candidate in fitting if not candidate.doubt]
            elsewhere += [candidate for candidate in fitting if candidate.doubt]
        return coarse or list(dict.fromkeys(elsewhere))

    def _ask(self, query: str, address: Address) -> list[Candidate]:
        """Candidates of one question, from the cache or the service."""
        key = f"{query} in {', '.join(f'{edge:.4f}' for edge in self._bounds)}"
        kept = self._answers.get(key) or self._kept(key)
        if kept is None:
            if self.gone:
                raise ServiceError(self.gone)
            kept = self._now, self._geocoder.search(query, self._bounds)
            records = [asdict(found) for found in kept[1]]
            self._cache.store(self._geocoder.key, key, records, now=self._now)
        answered_at, answers = self._answers[key] = kept
        date = answered_at.date().isoformat()
        candidates = []
        for found in answers:
            candidate = judge_answer(
                found,
                address,
                bounds=self._bounds,
                provider=self._geocoder.provider,
                date=date,
            )
            if candidate is not None:
                doubt = self._home.describe_doubt(found, address) if self._home else ""
                candidates.append(replace(candidate, doubt=doubt))
        return candidates

    def _kept(self, key: str) -> tuple[datetime, list[Found]] | None:
        """Answer in the cache; None too when another version of access15 wrote it."""
        kept = self._cache.find(self._geocoder.key, key, now=self._now)
        if kept is None:
            return None
        answered_at, records = kept
        try:
            found = [Found(**record) for record in records]
        except TypeError:
            return None
        return (answered_at, found) if all(map(is_whole, found)) else None


def _place(
    frame: gpd.GeoDataFrame,
    position: int,
    place: Candidate | Choice,
) -> None:
    """Give a row its point and say where it comes from."""
    frame.at[position, "geometry"] = shapely.Point(place.lon, place.lat)
    frame.at[position, "precision"] = place.precision
    frame.at[position, "status"] = "ok" if place.precision in USABLE_PRECISIONS else "not_geocoded"
    frame.at[position, "geocode_provider"] = place.provider
    frame.at[position, "geocode_date"] = place.date
    frame.at[position, "geocode_match"] = (
        place.text if isinstance(place, Candidate) else place.match
    )
    within_m = place.within_m
    frame.at[position, "geocode_within_m"] = "" if within_m is None else f"{within_m:.0f}"


def _settle(
    frame: gpd.GeoDataFrame,
    position: int,
    choice: Choice,
) -> None:
    """Give a row the doors that a person decided on, and the day on which it was looked at."""
    if choice.doors is not None:
        for k, name in enumerate(DOORS):
            if name not in frame.columns:
                frame[name] = ""
            frame.at[position, name] = ";".join(door[k] for door in choice.doors)
    if choice.checked:
        if CHECKED not in frame.columns:
            frame[CHECKED] = ""
        frame.at[position, CHECKED] = choice.checked


def _refuse_bad_choices(
    choices: dict[str, Choice],
    addresses: Mapping[str, str | None],
    bounds: Bounds,
) -> None:
    """Refuse choices for facilities that are not in the table or have moved, and points outside the
    bounds.
    """
    problems = []
    for facility_id, choice in choices.items():
        if facility_id not in addresses:
            problems.append(Remark("review_unknown_id", where=choice.where, id=facility_id))
        elif fold(choice.address) not in ("", fold(addresses[facility_id] or "")):
            own = addresses[facility_id] or ""
            told = {"id": facility_id, "address": choice.address, "own": own}
            problems.append(Remark("review_other_address", where=choice.where, **told))
        elif not is_inside((choice.lon, choice.lat), bounds):
            told_at = {"where": choice.where, "lat": str(choice.lat), "lon": str(choice.lon)}
            problems.append(Remark("review_outside", **told_at))
    if problems:
        raise InputDataError(Remark("review_not_used"), problems)
