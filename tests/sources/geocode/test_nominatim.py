"""Looking addresses up: politely, safely, resumably, and never inventing a point."""

from __future__ import annotations

import re
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from importlib.metadata import version
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from builders.geocode import FakeTime, Reply, Service, nominatim_place, reply_places, serve
from builders.run import make_network

from access15.config import FacilitiesSource, data_dir, load_categories
from access15.errors import InputDataError, ServiceError
from access15.remarks import Remark
from access15.sources.geocode.addresses import parse_address
from access15.sources.geocode.cache import AnswerCache
from access15.sources.geocode.candidates import (
    Candidate,
    Found,
    choose_candidate,
    judge_answer,
    measure_distance_m,
)
from access15.sources.geocode.gazetteer import Gazetteer, build_gazetteer
from access15.sources.geocode.nominatim import Geocoder, NominatimGeocoder
from access15.sources.geocode.review import (
    COLUMNS,
    Choice,
    Question,
    ReviewTable,
    read_review,
    write_review,
)
from access15.sources.geocode.table import GeocodeOutcome, geocode_facilities
from access15.sources.places.facilities import read_facilities, write_facilities
from access15.sources.places.points import ITALY_BOUNDS, Bounds

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

NOW = datetime(2026, 10, 1, 9, 30, tzinfo=UTC)
MILAN = (9.0, 45.3, 9.3, 45.6)
ZANTE = nominatim_place(45.4595, 9.2480, road="Via Zante", number="36")


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[AnswerCache]:
    with AnswerCache(tmp_path / "answers.sqlite") as opened:
        yield opened


def geocoder(
    service: Service | str, time: FakeTime | None = None, **options: object
) -> NominatimGeocoder:
    host = service if isinstance(service, str) else service.host
    time = time or FakeTime()
    return NominatimGeocoder(
        host=host, scheme="http", clock=time.clock, sleep=time.sleep, **options
    )


# The service
# --------------------------------------------------------------------------------------------------


def test_answer_and_question() -> None:
    with (
        serve([reply_places(ZANTE)]) as service,
        geocoder(service, contact="mail@example.org") as nominatim,
    ):
        (found,) = nominatim.search("Via Zante 36", MILAN)
    assert found == Found(
        45.4595, 9.248, "36, Via Zante, Milano", "building", "Via Zante", "36", "Milano"
    )
    ((params, headers),) = service.requests
    assert headers["user-agent"] == (
        f"access15/{version('access15')} (walking accessibility for city planners; "
        "mail@example.org)"
    )
    assert params == {
        "q": "Via Zante 36",
        "format": "json",
        "limit": "10",
        "viewbox": "9.0,45.3,9.3,45.6",
        "bounded": "1",
        "countrycodes": "it",
        "addressdetails": "1",
        "accept-language": "it",
    }


def test_nothing_found() -> None:
    with serve([Reply("[]")]) as service, geocoder(service) as nominatim:
        assert nominatim.search("Via Nessuna 1", MILAN) == []


def test_at_most_one_question_a_second() -> None:
    time = FakeTime()
    with serve([Reply("[]")]) as service, geocoder(service, time) as nominatim:
        starts = []
        for pause_s in (0.0, 0.0, 0.4, 3.0):
            time.now_s += pause_s
            nominatim.search("Via Zante", MILAN)
            starts.append(time.now_s)
    assert starts == pytest.approx([1000.0, 1001.0, 1002.0, 1005.0])
    assert time.slept_s == pytest.approx([1.0, 0.6])


def test_pause_that_the_service_asks_for_in_seconds() -> None:
    time = FakeTime()
    replies = [Reply("busy", 429, {"Retry-After": "7"}), reply_places(ZANTE)]
    with serve(replies) as service, geocoder(service, time) as nominatim:
        assert len(nominatim.search("Via Zante 36", MILAN)) == 1
    assert time.slept_s == [7.0]


@pytest.mark.parametrize("status", [429, 503])
def test_pause_that_the_service_asks_for_as_a_date(status: int) -> None:
    time = FakeTime()
    until = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)
    replies = [Reply("busy", status, {"Retry-After": until}), reply_places(ZANTE)]
    with serve(replies) as service, geocoder(service, time) as nominatim:
        nominatim.search("Via Zante 36", MILAN)
    assert len(time.slept_s) == 1
    assert 30 < time.slept_s[0] <= 60


def test_longer_pauses_after_each_failure() -> None:
    time = FakeTime()
    with (
        serve([Reply("", 500), Reply("", 502), reply_places(ZANTE)]) as service,
        geocoder(service, time) as nominatim,
    ):
        assert len(nominatim.search("Via Zante 36", MILAN)) == 1
    assert time.slept_s == [2.0, 4.0]


FAILURES = {
    "busy": (Reply("", 429), 3, r"is asked too much \(HTTP 429\) and still says so after 3 tries"),
    "busy for long": (Reply("", 429, {"Retry-After": "3600"}), 1, "asks for a pause of 60 minutes"),
    "in maintenance": (Reply("", 503, {"Retry-After": "600"}), 1, "asks for a pause of 10 minutes"),
    "broken": (Reply("Internal error", 500), 3, r"is out of order \(HTTP 500, 3 tries\)"),
    "gateway": (Reply("", 504), 3, r"is out of order \(HTTP 504, 3 tries\)"),
    "not there": (Reply("", 404), 3, r"is out of order \(HTTP 404, 3 tries\)"),
    "blocked": (
        Reply("", 403),
        1,
        r"refuses the request \(HTTP 403\): read its usage policy before asking again",
    ),
    "bad question": (Reply("", 400), 1, r"refuses the request \(HTTP 400\)"),
    "garbage": (
        Reply('[{"lat": 45.4'),
        3,
        "answers with something else than places, perhaps the sign-in page",
    ),
    "page": (Reply("<html>Accedi alla rete</html>"), 3, "answers with something else than places"),
    "bytes": (Reply(b"\xff\xfe\x00"), 3, "answers with something else than places"),
    "text": (Reply('"ok"'), 3, "answers with something else than places"),
    "number": (Reply("42"), 3, "answers with something else than places"),
    "error": (Reply('{"error": "no"}'), 3, "answers with something else than places"),
    "place without point": (
        Reply('[{"display_name": "Via Zante"}]'),
        3,
        "answers with something else than places",
    ),
    "point that is none": (
        Reply('[{"lat": "nan", "lon": "9"}]'),
        3,
        "answers with something else than places",
    ),
    "point off the globe": (
        Reply('[{"lat": "95", "lon": "9"}]'),
        3,
        "answers with something else than places",
    ),
    "bottomless": (Reply("[" * 100_000), 3, "answers with something else than places"),
}


@pytest.mark.parametrize(("reply", "n_requests", "sentence"), FAILURES.values(), ids=FAILURES)
def test_service_that_fails_is_told_in_a_sentence(
    reply: Reply, n_requests: int, sentence: str
) -> None:
    time = FakeTime()
    with (
        serve([reply]) as service,
        geocoder(service, time) as nominatim,
        pytest.raises(ServiceError, match=rf"^Nominatim at {service.host} {sentence}"),
    ):
        nominatim.search("Via Zante 36", MILAN)
    assert len(service.requests) == n_requests
    assert len(time.slept_s) == n_requests - 1


def test_service_that_does_not_answer() -> None:
    with (
        serve([Reply(hangs=True)]) as service,
        geocoder(service, timeout_s=0.05) as nominatim,
        pytest.raises(ServiceError, match=r"does not answer within 0\.05 seconds \(3 tries\)$"),
    ):
        nominatim.search("Via Zante 36", MILAN)
    assert len(service.requests) == 3


def test_service_that_is_not_running() -> None:
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{free.getsockname()[1]}"
    gone = "cannot be reached: this computer has no internet, or the service is down$"
    with geocoder(host) as nominatim, pytest.raises(ServiceError, match=gone):
        nominatim.search("Via Zante 36", MILAN)


def test_name_that_is_not_resolved(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_name(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", no_name)
    gone = r"^Nominatim at nominatim\.example cannot be reached"
    with geocoder("nominatim.example") as nominatim, pytest.raises(ServiceError, match=gone):
        nominatim.search("Via Zante 36", MILAN)


def test_offline_asks_nothing() -> None:
    with (
        serve([Reply("[]")]) as service,
        geocoder(service, offline=True) as nominatim,
        pytest.raises(
            ServiceError, match=r"^nothing is asked on the internet, as told \(offline\)$"
        ),
    ):
        nominatim.search("Via Zante 36", MILAN)
    assert service.requests == []


# Judging answers
# ------------------------------------------------------------------------------------------------


def found(
    road: str = "Via Zante",
    number: str = "36",
    *,
    kind: str = "building",
    town: str = "Milano",
    lat: float = 45.46,
) -> Found:
    return Found(lat, 9.2, f"{road} {number}", kind, road, number, town)


JUDGED = {
    "the house": ("Via Zante 36", found(), "address"),
    "by surname": ("Via Boifava 17", found("Via Pietro Boifava", "17"), "address"),
    "with initials": ("via P. L. Monti 18 a-b", found("Via Pier Luigi Monti", "18/A"), "address"),
    "another letter": ("Via Zante 36", found(number="36/B"), "neighbouring number"),
    "another number": ("Via Zante 36", found(number="12"), "street"),
    "the street": ("Via Zante 36", found(number="", kind="highway"), "street"),
    "a shop in the street": ("Via Zante 36", found(number="", kind="shop"), "street"),
    "a house, when the street was asked": ("Via Zante", found(), "street"),
    "another street": ("Via Zante 36", found("Via Dante"), None),
    "another Monti": ("via P. L. Monti 18", found("Via Vincenzo Monti", "18"), None),
    "viale instead of via": ("Via dei Missaglia 3", found("Viale dei Missaglia", "3"), None),
    "no street at all": ("Via Zante 36", Found(45.46, 9.2, "Zante, bar", "amenity"), None),
    "outside the area": ("Via Zante 36", found(lat=41.9), None),
    "another town": ("Via Zante 36, Milano", found(town="Segrate"), None),
    "the right town": ("Via Zante 36, 20138 Milano (MI)", found(), "address"),
    "a place by name": (
        "Ospedale Niguarda",
        Found(45.5, 9.19, "Ospedale Niguarda", "amenity"),
        "place",
    ),
    "a district": ("Niguarda", Found(45.5, 9.19, "Niguarda", "place"), None),
}


@pytest.mark.parametrize(("text", "answer", "precision"), JUDGED.values(), ids=JUDGED)
def test_answers_are_judged(text: str, answer: Found, precision: str | None) -> None:
    judged = judge_answer(
        answer, parse_address(text), bounds=MILAN, provider="P", date="2026-10-01"
    )
    assert (judged and judged.precision) == precision


def candidate(precision: str, north_m: float = 0.0, street: str = "via roma, milano") -> Candidate:
    lat = 45.46 + north_m / 111_195.08
    return Candidate(lat, 9.2, precision, f"{precision} {north_m}", "P", "2026-10-01", street)  # type: ignore[arg-type]


CHOSEN = {
    "none": ([], None, 0),
    "best rank": (
        [candidate("street"), candidate("neighbouring number"), candidate("address", 900)],
        2,
        0,
    ),
    "same place twice": ([candidate("address"), candidate("address", 149)], 0, 0),
    "two places": ([candidate("address"), candidate("address", 151)], None, 2),
    "two corners": ([candidate("corner"), candidate("corner", 400), candidate("street")], None, 2),
    "parts of one street": ([candidate("street"), candidate("street", 900)], 0, 0),
    "two streets of a name": (
        [candidate("street"), candidate("street", 900, "via roma, segrate")],
        None,
        2,
    ),
    "place by name": ([candidate("place")], None, 1),
}


@pytest.mark.parametrize(("candidates", "chosen", "n_open"), CHOSEN.values(), ids=CHOSEN)
def test_choice(candidates: list[Candidate], chosen: int | None, n_open: int) -> None:
    best, to_decide = choose_candidate(candidates)
    assert best == (None if chosen is None else candidates[chosen])
    assert len(to_decide) == n_open


def test_distance() -> None:
    assert measure_distance_m(candidate("address"), candidate("address", 1000)) == pytest.approx(
        1000, rel=1e-6
    )


# Tables
# --------------------------------------------------------------------------------------------------


def table(*rows: tuple[str, str, shapely.Point | None]) -> gpd.GeoDataFrame:
    """Facilities to look up: id, address, street-level point or none; and one that is fine
    already.
    """
    return gpd.GeoDataFrame(
        {
            "facility_id": ["fine", *(row[0] for row in rows)],
            "name": "Sede",
            "category": "wemi",
            "address": ["Via Fine 1", *(row[1] for row in rows)],
            "precision": [
                "official point",
                *("none" if row[2] is None else "street" for row in rows),
            ],
            "source": "list",
            "status": ["ok", *["not_geocoded"] * len(rows)],
        },
        geometry=[shapely.Point(9.1, 45.41), *(row[2] for row in rows)],
        crs="EPSG:4326",
    )


class FakeGeocoder(Geocoder):
    """Answers from a dict; gone after a number of questions."""

    provider = "Fake (CC0)"
    key = "fake"

    def __init__(self, answers: dict[str, list[Found]], lasts: int = 1000) -> None:
        self.answers = answers
        self.asked: list[str] = []
        self.lasts = lasts

    def search(self, query: str, bounds: Bounds) -> list[Found]:
        assert bounds == MILAN
        if len(self.asked) == self.lasts:
            raise ServiceError("Fake is gone")
        self.asked.append(query)
        return self.answers.get(query, [])


def run(
    frame: gpd.GeoDataFrame,
    service: FakeGeocoder,
    cache: AnswerCache,
    *,
    gazetteer: Gazetteer | None = None,
    review: ReviewTable | None = None,
    now: datetime = NOW,
) -> GeocodeOutcome:
    return geocode_facilities(
        frame,
        geocoder=service,
        gazetteer=gazetteer or Gazetteer(),
        cache=cache,
        bounds=MILAN,
        now=now,
        review=review,
    )


def test_house_is_found_and_noted(cache: AnswerCache) -> None:
    outcome = run(
        table(("a", "v. Zante 36", None)), FakeGeocoder({"Via Zante 36": [found()]}), cache
    )
    row = outcome.frame.iloc[1]
    assert row.geometry == shapely.Point(9.2, 45.46)
    assert (row["precision"], row["status"]) == ("address", "ok")
    assert (row["geocode_provider"], row["geocode_date"]) == ("Fake (CC0)", "2026-10-01")
    assert row["geocode_match"] == "Via Zante 36"
    assert outcome.counts == {"found": 1}
    assert (outcome.questions, outcome.message) == ((), "")


def test_all_rows_come_out_and_good_ones_are_untouched(cache: AnswerCache) -> None:
    frame = table(("a", "via Zante 36", None), ("b", "", None), ("c", "via Nessuna 1", None))
    before = frame.copy()
    outcome = run(frame, FakeGeocoder({"Via Zante 36": [found()]}), cache)
    pd.testing.assert_frame_equal(frame, before)
    assert list(outcome.frame["facility_id"]) == ["fine", "a", "b", "c"]
    assert outcome.frame.iloc[0][list(before.columns)].equals(before.iloc[0])
    assert list(outcome.frame["status"]) == ["ok", "ok", "not_geocoded", "not_geocoded"]
    assert [point is None for point in outcome.frame.geometry] == [False, False, True, True]
    assert outcome.counts == {"found": 1, "no address": 1, "nothing found": 1}


def test_street_is_drawn_but_not_usable(cache: AnswerCache) -> None:
    drawn = shapely.Point(9.25, 45.5)
    street = [found(number="", kind="highway")]
    service = FakeGeocoder({"Via Zante 36": street, "Via Zante": street})
    outcome = run(table(("a", "via Zante 36", None), ("b", "via Zante 36", drawn)), service, cache)
    assert list(outcome.frame["precision"][1:]) == ["street", "street"]
    assert list(outcome.frame["status"][1:]) == ["not_geocoded"] * 2
    assert list(outcome.frame.geometry[1:]) == [shapely.Point(9.2, 45.46), drawn]
    assert outcome.counts == {"street only": 2}


def test_questions_go_from_exact_to_coarse_and_stop_at_a_house(cache: AnswerCache) -> None:
    service = FakeGeocoder(
        {"Via Zante 36": [found(number="36")], "Via Zante 36/A": [found(number="", kind="highway")]}
    )
    outcome = run(table(("a", "via Zante 36 a-b", None)), service, cache)
    assert service.asked == ["Via Zante 36/A", "Via Zante 36"]
    assert outcome.frame["precision"][1] == "neighbouring number"
    assert outcome.frame["status"][1] == "ok"


def test_street_alone_is_asked_only_when_no_answer_knew_it(cache: AnswerCache) -> None:
    service = FakeGeocoder({"Via Zante": [found(number="", kind="highway")]})
    run(table(("a", "via Zante 36", None)), service, cache)
    assert service.asked == ["Via Zante 36", "Via Zante"]
    known = FakeGeocoder({"Via Dante 3": [found("Via Dante", "", kind="highway")]})
    run(table(("a", "via Dante 3", None)), known, cache)
    assert known.asked == ["Via Dante 3"]


def test_ambiguous_answers_are_left_to_a_person(cache: AnswerCache, tmp_path: Path) -> None:
    answers = [found(), found(lat=45.48), found(lat=45.4601)]
    frame = table(("a", "via Zante 36", None), ("b", "via Zante 36", None))
    first = run(frame, FakeGeocoder({"Via Zante 36": answers}), cache)
    assert first.counts == {"to decide": 2}
    assert list(first.frame["status"][1:]) == ["not_geocoded"] * 2
    assert [place.lat for place in first.questions[0].candidates] == [45.46, 45.48]

    path = tmp_path / "review.csv"
    write_review(first.questions, path)
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 5
    path.write_text("\n".join([lines[0], lines[1], "x" + lines[2], *lines[3:]]), encoding="utf-8")
    second = run(frame, FakeGeocoder({}, lasts=0), cache, review=read_review(path))
    row = second.frame.iloc[1]
    assert (row.geometry.y, row["precision"], row["status"]) == (45.48, "address", "ok")
    assert (row["geocode_provider"], row["geocode_match"]) == ("Fake (CC0)", "Via Zante 36")
    assert second.counts == {"found": 1, "to decide": 1}
    assert [question.facility_id for question in second.questions] == ["b"]


def test_place_found_by_its_name_needs_a_person(cache: AnswerCache, tmp_path: Path) -> None:
    hospital = Found(45.509, 9.187, "Ospedale Niguarda, Milano", "amenity")
    frame = table(("a", "Ospedale Niguarda", None))
    first = run(frame, FakeGeocoder({"Ospedale Niguarda": [hospital]}), cache)
    assert first.counts == {"to decide": 1}
    write_review(first.questions, tmp_path / "review.csv")
    text = (tmp_path / "review.csv").read_text(encoding="utf-8-sig").replace("\n,a", "\nX,a")
    (tmp_path / "review.csv").write_text(text, encoding="utf-8")
    second = run(frame, FakeGeocoder({}), cache, review=read_review(tmp_path / "review.csv"))
    assert (second.frame["precision"][1], second.frame["status"][1]) == ("confirmed", "ok")


def test_gazetteer_answers_first(cache: AnswerCache) -> None:
    source = FacilitiesSource(file=data_dir() / "facilities.csv")
    known = read_facilities(source, categories=load_categories(), bounds=ITALY_BOUNDS)
    gazetteer = build_gazetteer(known, make_network("chiesa_rossa"))
    frame = table(
        ("a", "via Boifava / via dei Missaglia", None), ("b", "Via Zante, 36 negozio", None)
    )
    service = FakeGeocoder({}, lasts=0)
    outcome = run(frame, service, cache, gazetteer=gazetteer)
    assert list(outcome.frame["precision"][1:]) == ["corner", "address"]
    assert list(outcome.frame["geocode_provider"][1:]) == [
        "access15 gazetteer",
        "Comune di Milano open data ds3017 (2026-09-25), CC BY",
    ]
    assert outcome.counts == {"found": 2}
    assert (service.asked, outcome.message) == ([], "")


def test_gazetteer_is_held_to_the_bounds(cache: AnswerCache) -> None:
    far = gpd.GeoDataFrame(
        {"name": ["Sede"], "address": ["Via Zante 36"], "precision": ["address"]},
        geometry=[shapely.Point(12.5, 41.9)],
        crs="EPSG:4326",
    )
    outcome = run(
        table(("a", "Via Zante 36", None)), FakeGeocoder({}), cache, gazetteer=build_gazetteer(far)
    )
    assert outcome.counts == {"nothing found": 1}


def test_nothing_is_asked_twice(cache: AnswerCache) -> None:
    frame = table(
        ("a", "via Zante 36", None), ("b", "Via Zante, 36", None), ("c", "via Nessuna 1", None)
    )
    first = FakeGeocoder({"Via Zante 36": [found()]})
    one = run(frame, first, cache)
    assert first.asked == ["Via Zante 36", "Via Nessuna 1", "Via Nessuna"]
    second = FakeGeocoder({}, lasts=0)
    other = run(frame, second, cache, now=NOW + timedelta(days=20))
    pd.testing.assert_frame_equal(one.frame, other.frame)
    assert other.message == ""


def test_nothing_found_is_asked_again_after_a_month(cache: AnswerCache) -> None:
    frame = table(("a", "via Zante 36", None))
    run(frame, FakeGeocoder({}), cache)
    again = FakeGeocoder({"Via Zante 36": [found()]})
    assert run(frame, again, cache, now=NOW + timedelta(days=30)).counts == {"nothing found": 1}
    assert run(frame, again, cache, now=NOW + timedelta(days=30, seconds=1)).counts == {"found": 1}


def test_service_gone_half_way_and_a_second_run(cache: AnswerCache) -> None:
    rows = [(name, f"via {name} 1", None) for name in ("Alfa", "Beta", "Gamma")]
    answers = {f"Via {row[0]} 1": [found(f"Via {row[0]}", "1")] for row in rows}
    first = run(table(*rows), FakeGeocoder(answers, lasts=1), cache)
    assert list(first.frame["status"]) == ["ok", "ok", "not_geocoded", "not_geocoded"]
    assert first.counts == {"found": 1, "not asked": 2}
    assert first.message == (
        "Fake is gone; 2 addresses were not looked up and stay not_geocoded, all else is written: "
        "run the same command again to go on."
    )
    service = FakeGeocoder(answers)
    second = run(table(*rows), service, cache)
    assert service.asked == ["Via Beta 1", "Via Gamma 1"]
    assert second.counts == {"found": 3}
    assert second.message == ""


def test_service_gone_is_left_alone_but_the_cache_still_answers(cache: AnswerCache) -> None:
    run(
        table(("b", "via Beta 1", None)),
        FakeGeocoder({"Via Beta 1": [found("Via Beta", "1")]}),
        cache,
    )
    service = FakeGeocoder({}, lasts=0)
    outcome = run(
        table(("a", "via Alfa 1", None), ("b", "via Beta 1", None), ("c", "via C 1", None)),
        service,
        cache,
    )
    assert list(outcome.frame["status"][1:]) == ["not_geocoded", "ok", "not_geocoded"]
    assert "2 addresses were not looked up" in outcome.message


def test_progress_is_told(cache: AnswerCache) -> None:
    told: list[tuple[int, int]] = []
    geocode_facilities(
        table(("a", "via A 1", None), ("b", "", None)),
        geocoder=FakeGeocoder({}),
        gazetteer=Gazetteer(),
        cache=cache,
        bounds=MILAN,
        now=NOW,
        review=None,
        on_progress=lambda done, total: told.append((done, total)),
    )
    assert told == [(1, 2), (2, 2)]


# The review file
# ------------------------------------------------------------------------------------------------


def test_review_saved_by_an_italian_spreadsheet(tmp_path: Path) -> None:
    question = Question(
        "a", "Sede", "via Zante, 36", (candidate("address"), candidate("address", 500))
    )
    path = tmp_path / "review.csv"
    write_review((question,), path)
    frame = pd.read_csv(path, encoding="utf-8-sig", dtype=str, keep_default_na=False)
    frame.loc[1, "choose"] = "sì"
    frame.to_csv(path, sep=";", index=False, encoding="cp1252")
    text = path.read_bytes().decode("cp1252").replace("45.4", "45,4").replace("9.2000", "9,2000")
    path.write_bytes(text.encode("cp1252"))
    choice = read_review(path).choices["a"]
    assert (choice.lat, choice.lon) == pytest.approx((45.46 + 500 / 111_195.08, 9.2), abs=1e-6)


def test_earlier_choices_survive_a_file_written_anew(tmp_path: Path) -> None:
    path = tmp_path / "review.csv"
    write_review(
        (Question("b", "=Sede", "via Zante 36", (candidate("address"),)),), path, decided=choice()
    )
    table = pd.read_csv(path, encoding="utf-8-sig", dtype=str, keep_default_na=False)
    assert list(table["choose"]) == ["x", ""]
    assert list(table["name"]) == ["Sede", "'=Sede"]
    assert read_review(path).choices == {"a": choice().choices["a"]}


def review_text(*rows: str) -> str:
    return "\n".join([",".join(COLUMNS), *rows]) + "\n"


REVIEW_FAULTS = {
    "two choices": (
        review_text("x,a,S,V,45.4,9.2,address,m,p,d", "x,a,S,V,45.5,9.2,address,m,p,d"),
        ["review.csv row 3: facility 'a' is chosen twice; keep one x for each facility."],
    ),
    "unknown mark": (
        review_text("forse,a,S,V,45.4,9.2,address,m,p,d"),
        ["review.csv row 2: choose is 'forse'; write x, or leave it empty."],
    ),
    "not a number": (
        review_text("x,a,S,V,45.4.1,9.2,address,m,p,d"),
        [
            "review.csv row 2: lat is '45.4.1' and lon is '9.2', not two numbers; write decimal "
            "degrees such as 45.4539."
        ],
    ),
    "unknown precision": (
        review_text("x,a,S,V,45.4,9.2,exact,m,p,d"),
        [
            "review.csv row 2: precision 'exact' is not known; write one of: official point, "
            "operator feed, address, "
            "neighbouring number, interpolated, corner, openstreetmap, edge, confirmed, given, "
            "street, place, none."
        ],
    ),
    "all at once": (
        review_text("forse,a,S,V,45.4,9.2,address,m,p,d", "x,b,S,V,,9.2,address,m,p,d"),
        [
            "review.csv row 2: choose is 'forse'; write x, or leave it empty.",
            "review.csv row 3: lat is '' and lon is '9.2', not two numbers; write decimal degrees "
            "such as 45.4539.",
        ],
    ),
}


@pytest.mark.parametrize(("text", "sentences"), REVIEW_FAULTS.values(), ids=REVIEW_FAULTS)
def test_faulty_review(tmp_path: Path, text: str, sentences: list[str]) -> None:
    path = tmp_path / "review.csv"
    path.write_text(text)
    with pytest.raises(InputDataError, match=r"^review\.csv cannot be used\n") as caught:
        read_review(path)
    assert list(caught.value.problems) == sentences


def test_another_table_is_not_a_review(tmp_path: Path) -> None:
    path = tmp_path / "review.csv"
    path.write_text("facility_id,lat,lon\na,45,9\n")
    with pytest.raises(
        InputDataError,
        match="is not a review file: it has no column choose, name, address, precision",
    ):
        read_review(path)


def choice(facility_id: str = "a", lat: float = 45.47, precision: str = "address") -> ReviewTable:
    place = Choice(
        facility_id,
        lat,
        9.21,
        precision,
        "P",
        "2026-09-01",
        "m",
        "Sede",
        "via Zante 36",
        Remark("review_where", name="review.csv", row=Remark("table_row", number=2)),
    )
    return ReviewTable({facility_id: place})


@pytest.mark.parametrize(
    ("review", "sentence"),
    [
        (
            choice("z"),
            "review.csv row 2: there is no facility 'z' in the table; give back its own file.",
        ),
        (
            choice(lat=4.547),
            "review.csv row 2: lat is 4.547 and lon is 9.21, outside the study's area; "
            "check that the spreadsheet has not changed the numbers.",
        ),
    ],
)
def test_review_that_does_not_fit_the_table(
    cache: AnswerCache, review: ReviewTable, sentence: str
) -> None:
    with pytest.raises(InputDataError, match=r"^the review file cannot be used\n") as caught:
        run(table(("a", "via Zante 36", None)), FakeGeocoder({}), cache, review=review)
    assert caught.value.problems == (sentence,)


@pytest.mark.parametrize(
    ("decided", "now", "fits"),
    [
        ("via Zante 36", "via Zante 36", True),
        ("Via  Zante, 36", "via zante 36", True),
        ("", "via Zante 36", True),  # a table made by hand
        ("via Zante 36", "via Zante 38", False),
        ("via Pio X 5", "via Pio XII 5", False),
        ("via Zante 36", "", False),
    ],
)
def test_a_choice_holds_for_its_address_alone(
    cache: AnswerCache, decided: str, now: str, fits: bool
) -> None:
    chosen = replace(choice().choices["a"], address=decided)
    frame = table(("a", now, None))
    if fits:
        assert run(frame, FakeGeocoder({}), cache, review=ReviewTable({"a": chosen})).counts == {
            "found": 1
        }
        return
    sentence = (
        f"review.csv row 2: 'a' was decided for the address {decided!r}, and the table says "
        f"{now!r}; take the row out and decide again."
    )
    with pytest.raises(InputDataError, match=re.escape(sentence)):
        run(frame, FakeGeocoder({}), cache, review=ReviewTable({"a": chosen}))


def test_chosen_street_stays_a_street(cache: AnswerCache) -> None:
    outcome = run(
        table(("a", "via Zante 36", None)),
        FakeGeocoder({}),
        cache,
        review=choice(precision="street"),
    )
    assert (outcome.frame["precision"][1], outcome.frame["status"][1]) == ("street", "not_geocoded")
    assert outcome.counts == {"street only": 1}


# The cache
# --------------------------------------------------------------------------------------------------


def test_answers_outlive_the_process(tmp_path: Path) -> None:
    with AnswerCache(tmp_path / "new" / "answers.sqlite") as cache:
        cache.store("p", "q", [{"lat": 1.5}], now=NOW)
        cache.store("p", "nothing", [], now=NOW)
    with AnswerCache(tmp_path / "new" / "answers.sqlite") as cache:
        assert cache.notice == ""
        assert cache.find("p", "q", now=NOW + timedelta(days=9999)) == (NOW, [{"lat": 1.5}])
        assert cache.find("p", "nothing", now=NOW) == (NOW, [])
        assert cache.find("other", "q", now=NOW) is None


def damage_header(path: Path) -> None:
    path.write_bytes(b"not a database at all, whatever it is called" * 100)


def damage_page(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4096:4196] = bytes(100)
    path.write_bytes(bytes(content))


def damage_last_page(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-4096:-3000] = b"\xff" * 1096
    path.write_bytes(bytes(content))


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:5000])


@pytest.mark.parametrize("damage", [damage_header, damage_page, damage_last_page, cut])
def test_damaged_cache_is_set_aside_and_said(tmp_path: Path, damage: object) -> None:
    path = tmp_path / "answers.sqlite"
    with AnswerCache(path) as cache:
        for i in range(50):
            cache.store("p", f"q{i}", [{"label": "x" * 200}], now=NOW)
    damage(path)  # type: ignore[operator]
    damaged = path.read_bytes()
    with AnswerCache(path) as cache:
        assert (
            cache.notice
            == f"the cache {path} was damaged: it is set aside as answers-damaged-1.sqlite and a "
            "new one begun"
        )
        cache.store("p", "q", [], now=NOW)
        assert cache.find("p", "q", now=NOW) == (NOW, [])
    assert (tmp_path / "answers-damaged-1.sqlite").read_bytes() == damaged
    with AnswerCache(path) as cache:
        assert cache.notice == ""


def test_cache_that_cannot_be_written_serves_this_run(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with AnswerCache(tmp_path / "file" / "answers.sqlite") as cache:
        assert "answers are kept for this run only; end other runs" in cache.notice
        cache.store("p", "q", [], now=NOW)
        assert cache.find("p", "q", now=NOW) == (NOW, [])


def test_strange_record_in_the_cache_is_asked_again(tmp_path: Path) -> None:
    path = tmp_path / "answers.sqlite"
    frame = table(("a", "via Zante 36", None))
    with AnswerCache(path) as cache:
        run(frame, FakeGeocoder({"Via Zante 36": [found()]}), cache)
    for answer in ("garbage", '[{"another": "version"}]'):
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("UPDATE answers SET answer = ?", (answer,))
        with AnswerCache(path) as cache:
            service = FakeGeocoder({"Via Zante 36": [found()]})
            assert run(frame, service, cache).counts == {"found": 1}
        assert service.asked == ["Via Zante 36"]


def test_cache_that_fails_half_way_is_done_without(tmp_path: Path) -> None:
    path = tmp_path / "answers.sqlite"
    with AnswerCache(path) as cache:
        cache.store("p", "q", [{"lat": 1}], now=NOW)
        with closing(sqlite3.connect(path)) as other, other:
            other.execute("DROP TABLE answers")
        assert cache.find("p", "q", now=NOW) is None
        assert "cannot be used (no such table: answers)" in cache.notice
        cache.store("p", "q", [{"lat": 2}], now=NOW)
        assert cache.find("p", "q", now=NOW) == (NOW, [{"lat": 2}])


# End to end
# --------------------------------------------------------------------------------------------------


def test_default_facilities_from_end_to_end(tmp_path: Path) -> None:
    """The 25 addresses of the default table against a service that knows some and dies once."""
    places = {
        "via palmanova 59": [nominatim_place(45.4996, 9.2337, road="Via Palmanova", number="59")],
        "via fratelli zoia 105": [
            nominatim_place(45.4707, 9.1101, road="Via Fratelli Zoia", number="105")
        ],
        "via monti 18/a": [
            nominatim_place(45.5061, 9.1931, road="Via Pier Luigi Monti", number="18")
        ],
        "via ornato 7": [nominatim_place(45.515, 9.199, road="Via Cesare Ornato", number="7")],
        "via statuto 15": [nominatim_place(45.4757, 9.1838, road="Via Statuto", number="15")],
        "viale ortles 69": [nominatim_place(45.4340, 9.2050, road="Viale Ortles", kind="highway")],
        "via pacinotti 8": [
            nominatim_place(45.495, 9.159, road="Via Antonio Pacinotti", number="8"),
            nominatim_place(
                45.590, 9.259, road="Via Pacinotti", number="8", town="Sesto San Giovanni"
            ),
        ],
        "ospedale niguarda": [
            nominatim_place(45.509, 9.187, kind="amenity", name="Ospedale Niguarda")
        ],
    }
    source = FacilitiesSource(file=data_dir() / "facilities.csv")
    frame = read_facilities(source, categories=load_categories(), bounds=ITALY_BOUNDS)
    n_questions = 0
    dies_at = 20

    def answer(query: str) -> Reply:
        nonlocal n_questions
        n_questions += 1
        return (
            Reply("", 500)
            if n_questions >= dies_at
            else reply_places(*places.get(query.lower(), []))
        )

    gazetteer = build_gazetteer(frame, make_network("chiesa_rossa"))
    outcomes = []
    for _ in range(2):
        time = FakeTime()
        with (
            serve(answer) as service,
            geocoder(service, time) as nominatim,
            AnswerCache(tmp_path / "answers.sqlite") as cache,
        ):
            nominatim.key = "nominatim stub"  # the port differs from run to run
            outcome = geocode_facilities(
                frame,
                geocoder=nominatim,
                gazetteer=gazetteer,
                cache=cache,
                bounds=MILAN,
                now=NOW,
                review=None,
            )
        outcomes.append((outcome, service, time))
        n_questions, dies_at = 0, 10_000

    (first, asked_first, time_first), (second, asked_second, _) = outcomes
    assert first.message.startswith(
        f"Nominatim at {asked_first.host} is out of order (HTTP 500, 3 tries); "
    )
    assert len(asked_first.requests) == dies_at_first(asked_first)
    assert sum(time_first.slept_s) >= len(asked_first.requests) - 1
    assert second.message == ""
    assert not set(asked_second.queries) & set(asked_first.queries[:19])
    assert sum(second.counts.values()) == 25
    usable = second.frame.set_index("facility_id")
    ok = ["erp_space-01", "erp_space-04", "erp_space-05", "wemi-07", "wemi-12"]
    assert list(usable.loc[ok, "status"]) == ["ok"] * 5
    assert usable.loc["erp_space-01", "precision"] == "neighbouring number"
    assert usable.loc["shelter-01", ["precision", "status"]].tolist() == ["street", "not_geocoded"]
    assert {question.facility_id for question in second.questions} == {"wemi-08", "wemi-11"}
    assert len(second.frame) == 178
    untouched = frame["status"] == "ok"
    pd.testing.assert_frame_equal(
        second.frame.loc[untouched, list(frame.columns)], frame.loc[untouched], check_like=True
    )

    write_facilities(second.frame, tmp_path / "out.csv")
    again = read_facilities(
        FacilitiesSource(file=tmp_path / "out.csv"), categories=load_categories(), bounds=MILAN
    )
    assert list(again["status"]) == list(second.frame["status"])


def dies_at_first(service: Service) -> int:
    """Requests of the first run: 19 answered, three tries of the twentieth."""
    assert service.queries[19:] == [service.queries[19]] * 3
    return 22
