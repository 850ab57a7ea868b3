"""``access15 geocode`` and ``isochrone --address`` from end to end, against a service on the
loopback.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import geopandas as gpd
import pytest
from builders.command_line import call
from builders.drawn_osm import lonlat, write_osm
from builders.geocode import FakeTime, Reply, Service, nominatim_place, reply_places, serve
from builders.small_addresses import draw_quarter

import access15
from access15.sources.geocode.nominatim import NominatimGeocoder

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

HEADER = "facility_id,name,category,address,lat,lon,precision,source,telefono"
ROWS = [
    'known,Ha un punto,library,"Via Ignota, 1",45.43,9.18,official point,a,02 1',
    'hub,Come un centro,cam,"Via Boifava, 17",,,none,b,02 2',
    "corner,Un angolo,park,via Boifava / via dei Missaglia,,,none,c,",
    'found,Si trova,library,"Via dei Pini, 3",,,none,d,02 4',
    'two,Ce ne sono due,library,"Via degli Ulivi, 5",,,street,e,02 5',
    'none,Non si trova,library,"Via che non esiste, 9",,,none,f,02 6',
]
PINES = nominatim_place(45.4301, 9.1781, road="Via dei Pini", number="3")
OLIVES = [
    nominatim_place(45.4302, 9.1702, road="Via degli Ulivi", number="5"),
    nominatim_place(45.4602, 9.2402, road="Via degli Ulivi", number="5"),
]


def answer(text: str) -> Reply:
    if "Pini" in text:
        return reply_places(PINES)
    return reply_places(*OLIVES) if "Ulivi" in text else Reply("[]")


@pytest.fixture(autouse=True)
def no_waiting(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Own cache, no proxy, and a clock that does not make the test wait a second for each
    question.
    """
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    time = FakeTime()
    polite = partial(NominatimGeocoder, clock=time.clock, sleep=time.sleep)
    monkeypatch.setattr("access15.sources.geocode.nominatim.NominatimGeocoder", polite)


@pytest.fixture
def service() -> Iterator[Service]:
    with serve(answer) as running:
        yield running


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "luoghi.csv"
    path.write_text("\n".join([HEADER, *ROWS]) + "\n", encoding="utf-8")
    return path


def rows(path: Path) -> dict[str, dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {row["facility_id"]: row for row in csv.DictReader(file)}


def url(service: Service) -> str:
    return f"http://{service.host}"


def test_from_table_to_table(
    service: Service, table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The gazetteer answers first, the service the rest; every row and column comes out."""
    out, review = tmp_path / "out.csv", tmp_path / "da_decidere.csv"
    done = call(capsys, "geocode", table, "-o", out, "--review", review, "--service", url(service))
    assert done.code == 0
    found = rows(out)
    assert list(found) == [line.split(",")[0] for line in ROWS]
    assert [row["telefono"] for row in found.values()] == [
        "02 1",
        "02 2",
        "",
        "02 4",
        "02 5",
        "02 6",
    ]
    assert not any("Boifava" in query for query in service.queries)
    assert (found["known"]["lat"], found["known"]["lon"]) == ("45.4300000", "9.1800000")
    assert float(found["hub"]["lat"]) == pytest.approx(45.4275, abs=0.01)
    assert float(found["corner"]["lat"]) == pytest.approx(45.4275, abs=0.02)
    assert (found["found"]["lat"], found["found"]["lon"]) == ("45.4301000", "9.1781000")
    assert "Nominatim" in found["found"]["geocode_provider"]
    assert found["two"]["lat"] == found["none"]["lat"] == ""
    lines = done.out.splitlines()
    assert "3 found" in lines
    assert "1 to decide" in lines
    assert "1 nothing found" in lines
    assert f"1 to decide in {review}: put an x under choose, then run this again" in lines
    assert lines[-1] == f"6 facilities in {out}"
    with review.open(encoding="utf-8-sig", newline="") as file:
        asked = list(csv.DictReader(file))
    assert [(row["choose"], row["facility_id"], row["lat"]) for row in asked] == [
        ("", "two", "45.4302000"),
        ("", "two", "45.4602000"),
    ]


def test_a_house_of_the_next_town_is_a_question(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also for who asks for one address."""
    there = nominatim_place(
        45.5306, 9.2259, road="Via dei Tigli", number="3", town="Sesto San Giovanni"
    )
    table = tmp_path / "luoghi.csv"
    table.write_text(f'{HEADER}\na,Uno,library,"Via dei Tigli, 3",,,none,a,\n', encoding="utf-8")
    with serve(lambda _: reply_places(there)) as service:
        done = call(capsys, "geocode", table, "-o", tmp_path / "out.csv", "--service", url(service))
        here = ("isochrone", "--address", "Via dei Tigli 3", "-o", tmp_path / "a.geojson")
        asked = call(capsys, *here, "--minutes", 5, "--service", url(service))
    assert done.code == 0
    assert "1 to decide" in done.out.splitlines()
    assert (
        "1 of them was found only in another town or outside the study's zones: name the town in "
        'the address, or the study\'s own as towns = ["..."]' in done.out
    )
    assert rows(tmp_path / "out.csv")["a"]["lat"] == ""
    assert asked.code == 2
    told = "in Sesto San Giovanni: the address names no town, and the study lies in Milano"
    assert told in " ".join(asked.err.split())


def test_decision_is_read_back_and_nothing_is_asked_twice(
    service: Service, table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, review = tmp_path / "out.geojson", tmp_path / "decide.csv"
    command = ("geocode", table, "-o", out, "--review", review, "--service", url(service))
    assert call(capsys, *command).code == 0
    n_asked = len(service.requests)
    assert n_asked >= 3
    lines = review.read_text(encoding="utf-8-sig").splitlines()
    assert lines[2].startswith(",two,")
    review.write_text("\n".join([lines[0], lines[1], "x" + lines[2], ""]), encoding="utf-8")
    done = call(capsys, *command)
    assert done.code == 0
    assert len(service.requests) == n_asked
    assert "4 found" in done.out.splitlines()
    frame = gpd.read_file(out).set_index("facility_id")
    assert frame.geometry["two"].coords[0] == pytest.approx((9.2402, 45.4602))
    assert len(frame) == len(ROWS)
    third = call(capsys, *command)  # the decision is not lost
    assert "4 found" in third.out.splitlines()
    assert call(capsys, "check", out).code == 0


REGISTER = [
    "ODONIMO;CIVICO;ESPONENTE;COORD_X_COMUNE;COORD_Y_COMUNE",
    "VIA ROMA;44;;{:.6f};{:.6f}".format(*lonlat(480, 10)),
    "VIA ROMA;46;;{:.6f};{:.6f}".format(*lonlat(480, 2_000)),
    "VIA ROMA;48;;0;0",
]
OFFLINE = [
    'a,Uno,library,"Via Roma, 12",,,none,a,',
    'b,Due,library,"Via Roma, 44",,,none,a,',
    'c,Tre,library,"Via Roma, 46",,,none,a,',
    'd,Quattro,library,"Via Roma, 34",,,none,a,',
    "e,Casa di Quartiere Boifava,cam,,,,none,a,",
    'f,Sei,library,"Via Garibaldi, 8",,,none,a,',
]


@pytest.mark.parametrize("lang", ["en", "it"])
def test_addresses_without_internet(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], lang: str
) -> None:
    """The study's places, the extract, the register, the street: each with source and date."""
    osm = draw_quarter(tmp_path / "nord.osm")
    register = tmp_path / "INDIR_TEST_20260801.csv"
    register.write_text("\n".join(REGISTER), encoding="utf-8")
    table, out = tmp_path / "luoghi.csv", tmp_path / "out.csv"
    table.write_text("\n".join([HEADER, *OFFLINE]) + "\n", encoding="utf-8")
    review = tmp_path / "review.csv"
    options = ("--osm", osm, "--register", register, "--offline", "--lang", lang)
    done = call(capsys, "geocode", table, "-o", out, "--review", review, *options)
    assert done.code == 0
    found = rows(out)
    assert [(key, row["precision"], row["geocode_date"]) for key, row in found.items()] == [
        ("a", "address", "2025-04-03"),
        ("b", "address", "2026-08-01"),
        ("c", "street", "2025-04-03"),
        ("d", "interpolated", "2025-04-03"),
        ("e", "official point", "2026-09-25"),
        ("f", "none", ""),
    ]
    assert [row["status"] for row in found.values()] == [
        *("ok", "ok", "not_geocoded", "ok", "ok", "not_geocoded"),
    ]
    assert found["c"]["geocode_within_m"] == "300"
    assert "Via Anita Garibaldi 8" in review.read_text(encoding="utf-8-sig")
    told = {
        "en": [
            "4 found",
            "1 street only",
            "1 to decide",
            "  1 street: nord.osm, © OpenStreetMap contributors (ODbL), 2025-04-03",
            "register: 1 house number of the streets asked for in INDIR_TEST_20260801.csv, "
            "2026-08-01",
            "register: 1 point far from every part of its street in the extract, not used",
            "register: 1 house number of the streets asked for has the coordinates 0, 0, not used",
            f"6 facilities in {out}",
        ],
        "it": [
            "4 trovati",
            "1 con la sola via",
            "1 da decidere",
            "  1 numero civico: INDIR_TEST_20260801.csv, 2026-08-01",
            "registro: 1 numero civico delle vie chieste in INDIR_TEST_20260801.csv, 2026-08-01",
            "registro: 1 punto lontano da ogni tratto della sua via nell'estratto, non usato",
            "registro: 1 numero civico delle vie chieste ha le coordinate 0, 0, non usato",
            f"6 luoghi in {out}",
        ],
    }[lang]
    lines = done.out.splitlines()
    assert [line for line in told if line not in lines] == []


def test_a_register_is_refused_with_all_else(
    tmp_path: Path, table: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    register = tmp_path / "a.csv"
    register.write_text("a;b\n1;2\n", encoding="utf-8")
    columns = ("--map", "register.street=c")
    out = tmp_path / "out.csv"
    done = call(capsys, "geocode", table, "-o", out, "--register", register, *columns)
    assert done.code == 2
    assert "a.csv cannot be used as a register of addresses" in done.err
    assert "a.csv: there is no column 'c'; its columns are: a, b" in " ".join(done.err.split())
    assert not out.exists()
    bare = call(capsys, "geocode", table, "-o", out, *columns)
    assert (bare.code, "there is none: add --register FILE" in bare.err) == (2, True)
    at = ("isochrone", "--at", "45.43,9.17", "--minutes", 5, "-o", tmp_path / "i.geojson")
    alone = call(capsys, *at, "--register", register)
    assert (alone.code, "--register is only read to find --address" in alone.err) == (2, True)
    assert call(capsys, "geocode", table, "-o", register, "--register", register).code == 2


def test_isochrone_of_an_address_of_the_extract(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    osm = draw_quarter(tmp_path / "nord.osm")
    there = ("--osm", osm, "--minutes", 2, "--offline", "-o", tmp_path / "i.geojson")
    done = call(capsys, "isochrone", "--address", "Via 1 Maggio 5", *there)
    assert done.code == 0
    done = call(capsys, "isochrone", "--address", "Via 11 Maggio 5", *there)
    assert done.code == 2
    assert (
        "the address 'Via 11 Maggio 5' was not found: only its street is known, Via 11 Maggio, Nord "
        "(± 150 m), at 45." in " ".join(done.err.split())
    )
    done = call(capsys, "isochrone", "--address", "Via Garibaldi 8", *there)
    assert "may be any of these" in done.err
    assert "Via Anita Garibaldi 8, Nord" in done.err


def test_service_gone_and_back(
    table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is known is written, the rest waits, and a second run asks for the rest alone."""
    out = tmp_path / "out.csv"
    replies = iter([reply_places(PINES), *[Reply("", 503)] * 3])
    back = False

    def flaky(text: str) -> Reply:
        return answer(text) if back else next(replies)

    with serve(flaky) as service:
        command = ("geocode", table, "-o", out, "--service", url(service))
        first = call(capsys, *command)
        assert first.code == 0
        assert (
            f"Nominatim at {service.host} is out of order (HTTP 503, 3 tries); 2 addresses were "
            "not looked up" in first.out
        )
        assert "2 not asked" in first.out.splitlines()
        assert rows(out)["found"]["lat"] == "45.4301000"
        assert list(rows(out)) == [line.split(",")[0] for line in ROWS]
        back = True
        n_asked = len(service.requests)
        second = call(capsys, *command)
        assert not any("Pini" in query for query in service.queries[n_asked:])
    assert "1 address is ambiguous: name a file with --review to decide" in second.out.splitlines()
    assert "3 found" in second.out.splitlines()


def test_offline_uses_what_was_answered_before(
    service: Service, table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.gpkg"
    nothing = call(capsys, "geocode", table, "-o", out, "--offline", "--service", url(service))
    assert nothing.code == 0
    assert service.requests == []
    assert "2 found" in nothing.out.splitlines()
    assert "3 not asked" in nothing.out.splitlines()
    assert "nothing is asked on the internet, as told (offline)" in nothing.out
    assert call(capsys, "geocode", table, "-o", out, "--service", url(service)).code == 0
    n_asked = len(service.requests)
    later = call(capsys, "geocode", table, "-o", out, "--offline", "--service", url(service))
    assert len(service.requests) == n_asked
    assert "3 found" in later.out.splitlines()
    assert len(gpd.read_file(out, layer="facilities")) == len(ROWS)


def test_no_review_is_written_when_nothing_is_to_decide(
    service: Service, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "one.csv"
    path.write_text(f"{HEADER}\n{ROWS[3]}\n", encoding="utf-8")
    review = tmp_path / "review.csv"
    done = call(
        capsys,
        "geocode",
        path,
        "-o",
        tmp_path / "o.csv",
        "--review",
        review,
        "--service",
        url(service),
    )
    assert done.code == 0
    assert "decide" not in done.out
    assert not review.exists()


def test_isochrone_of_an_address(
    service: Service, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Known addresses need no service; others are asked for; it must be one place."""
    out = tmp_path / "i.geojson"

    def ask(address: str, *more: str) -> tuple[int, str]:
        done = call(
            capsys,
            "isochrone",
            "--address",
            address,
            "--minutes",
            "10",
            "-o",
            out,
            "--service",
            url(service),
            *more,
        )
        return done.code, done.err

    for address in ("Via Boifava 17", "via Boifava / via dei Missaglia"):
        code, err = ask(address, "--offline")
        assert code == 0
        assert "streets: sketch" in err
    by_address = gpd.read_file(out)["street_m"].tolist()
    assert by_address[0] > 0
    assert service.requests == []
    assert ask("Via dei Pini 3")[0] == 0
    assert service.queries
    out.unlink()
    code, err = ask("Via degli Ulivi 5")
    assert code == 2
    assert (
        "the address 'Via degli Ulivi 5' may be any of these; give the right one with --at" in err
    )
    assert "(45.43020,9.17020)" in err
    assert "(45.46020,9.24020)" in err
    code, err = ask("Via che non esiste 9")
    assert (code, err) == (
        2,
        "access15: the address 'Via che non esiste 9' was not found: nobody knows it; give the "
        "place with --at\n",
    )
    code, err = ask("Via mai chiesta 9", "--offline")
    assert (code, err) == (
        2,
        "access15: the address 'Via mai chiesta 9' was not found: nothing is asked on the "
        "internet, as told (offline); "
        "give the place with --at\n",
    )
    assert not out.exists()


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (
            ("-o", "out.txt"),
            "out.txt: files ending in '.txt' are not written; use .csv, .geojson or .gpkg",
        ),
        (
            ("-o", "luoghi.csv"),
            "luoghi.csv is read here and would be replaced; name another file to write",
        ),
        (
            ("-o", "a.csv", "--review", "a.csv"),
            "a.csv is read here and would be replaced; name another file to write",
        ),
        (
            ("-o", "a.csv", "--review", "luoghi.csv"),
            "luoghi.csv is read here and would be replaced",
        ),
        (
            ("-o", "a.csv", "--service", "nominatim.example.org"),
            "--service is 'nominatim.example.org'; write an address",
        ),
        (
            ("-o", "a.csv", "--service", "ftp://x"),
            "--service is 'ftp://x'; write an address such as https://",
        ),
        (("-o", "luoghi.csv/a.csv"), "luoghi.csv is a file; name a folder to write to"),
        (("-o", "."), "is a folder; name a file in it"),
        (("-o", "a.csv", "--study", "roma"), "there is no study 'roma'"),
    ],
)
def test_refused_before_anything_is_asked(
    table: Path,
    options: tuple[str, ...],
    sentence: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(table.parent)
    before = table.read_bytes()
    done = call(capsys, "geocode", table.name, *options)
    assert done.code == 2
    assert sentence in done.err
    said = [line for line in done.err.splitlines() if not line.startswith("note: ")]
    assert len(said) == 1
    assert table.read_bytes() == before
    assert [p.name for p in table.parent.iterdir()] == [table.name]


def test_review_of_another_table(
    service: Service, table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    review = tmp_path / "review.csv"
    review.write_text(
        "choose,facility_id,name,address,lat,lon,precision,match,provider,date\n"
        "x,other,A,B,45.43,9.17,confirmed,m,p,2026-01-01\n"
        'x,two,A,"Via degli Ulivi, 5",41.9,12.5,confirmed,m,p,2026-01-01\n',
        encoding="utf-8",
    )
    out = tmp_path / "out.csv"
    done = call(capsys, "geocode", table, "-o", out, "--review", review, "--service", url(service))
    assert done.code == 2
    assert "there is no facility 'other' in the table" in done.err
    assert "outside the study's area" in done.err
    assert not out.exists()
    assert service.requests == []


def test_from_python(tmp_path: Path) -> None:
    """The same as the command; columns of the register are told as there."""
    osm = draw_quarter(tmp_path / "nord.osm")
    register = tmp_path / "civici.csv"
    lon, lat = lonlat(480, 10)
    register.write_text(f"V;N;lon;lat\nVia Roma;44;{lon};{lat}\n", encoding="utf-8")
    table = tmp_path / "luoghi.csv"
    table.write_text(
        "\n".join([HEADER.removesuffix(",telefono"), *(row[:-1] for row in OFFLINE)]) + "\n",
        encoding="utf-8",
    )
    columns = {"register.street": "V", "register.number": "N", "register.crs": "EPSG:4326"}
    found = access15.geocode(
        table, osm=osm, register=register, map_columns=columns, offline=True, cache=tmp_path
    )
    assert found.counts == {"found": 4, "street only": 1, "to decide": 1}
    assert found.frame["precision"].tolist()[:2] == ["address", "address"]
    assert found.frame["geocode_provider"][1] == "civici.csv"
    assert [one.facility_id for one in found.questions] == ["f"]
    elsewhere = write_osm(tmp_path / "a.osm", {1: (0, 90_000), 2: (9, 90_000)}, {1: ([1, 2], {})})
    with pytest.raises(access15.Access15Error, match=r"^a\.osm: holds no street and no house num"):
        access15.geocode(table, osm=elsewhere, offline=True, cache=tmp_path)
