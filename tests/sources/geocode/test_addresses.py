"""Italian addresses taken apart and compared."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from access15.sources.geocode.addresses import (
    Street,
    fold,
    match_streets,
    parse_address,
    parse_street,
)
from access15.sources.geocode.house_numbers import match_numbers

# address: street as spelt out, number, town
PARTS = {
    "Via Zante, 36": ("Via Zante", "36", ""),
    "via zante 36": ("Via zante", "36", ""),
    "v.Zante 36": ("Via Zante", "36", ""),
    "V. Zante n. 36": ("Via Zante", "36", ""),
    "Via Zante, n° 36": ("Via Zante", "36", ""),
    "Via Zante civ. 36": ("Via Zante", "36", ""),
    "V.LE ORTLES 69": ("Viale ORTLES", "69", ""),
    "v.le Ortles, 69": ("Viale Ortles", "69", ""),
    "P.zza XXV Aprile 3": ("Piazza XXV Aprile", "3", ""),
    "P.za Agrippa": ("Piazza Agrippa", "", ""),
    "Pza Agrippa": ("Piazza Agrippa", "", ""),
    "P.le Martini, 16": ("Piazzale Martini", "16", ""),
    "C.so di Porta Vigentina, 15/a": ("Corso di Porta Vigentina", "15/a", ""),
    "L.go Boccioni 10": ("Largo Boccioni", "10", ""),
    "via F.lli Zoia 105": ("Via Fratelli Zoia", "105", ""),
    "Via G.Mompiani, 5": ("Via G. Mompiani", "5", ""),
    "Via G.B. Vico 18": ("Via G.B. Vico", "18", ""),
    "Via Card. Mezzofanti 2": ("Via Cardinale Mezzofanti", "2", ""),
    "via P. L. Monti 18 a-b": ("Via P. L. Monti", "18a-b", ""),
    "via P. L. Monti 20 a": ("Via P. L. Monti", "20a", ""),
    "via Alex Visconti 24 A/F": ("Via Alex Visconti", "24a/f", ""),
    "via De Lemene 51/55": ("Via De Lemene", "51/55", ""),
    "Via La Spezia, 26/1": ("Via La Spezia", "26/1", ""),
    "Via Monte Grappa, 8A": ("Via Monte Grappa", "8a", ""),
    "P.le Loreto 4 bis": ("Piazzale Loreto", "4bis", ""),
    "via Palmanova 59 negozio": ("Via Palmanova", "59", ""),
    "via Capuana 7 portineria": ("Via Capuana", "7", ""),
    "Via San Paolino, 18 - (piano terra)": ("Via San Paolino", "18", ""),
    "Via Ripamonti 12, primo piano": ("Via Ripamonti", "12", ""),
    "Via Appennini, 147/A (98,94)": ("Via Appennini", "147/a", ""),
    "via Cuccagna (number not stated)": ("Via Cuccagna", "", ""),
    "via Zante snc": ("Via Zante", "", ""),
    "Viale Certosa 1, 3, 5": ("Viale Certosa", "1", ""),
    "Via 25 Aprile": ("Via 25 Aprile", "", ""),
    "Via 25 Aprile 3": ("Via 25 Aprile", "3", ""),
    "Piazza 5 Giornate 2": ("Piazza 5 Giornate", "2", ""),
    "Largo 11 Settembre 2001": ("Largo 11 Settembre 2001", "", ""),
    "V. Zante, 36 - 20138 Milano MI": ("Via Zante", "36", "Milano"),
    "Via Zante 36 Milano": ("Via Zante", "36", "Milano"),
    "Via Roma, 1, Segrate": ("Via Roma", "1", "Segrate"),
    "Via Roma 1, 20090 Segrate (MI)": ("Via Roma", "1", "Segrate"),
    "Via Roma, Segrate": ("Via Roma", "", "Segrate"),
    "via Bonfadini, via Sordello": ("Via Bonfadini", "", ""),
    "Via dell’Arcadia 3": ("Via dell'Arcadia", "3", ""),
    "Strada Statale 35": ("Strada Statale", "35", ""),
    "Via Papa Pio 12, 5": ("Via Papa Pio 12", "5", ""),
    "Via Pio 10 n. 5": ("Via Pio 10", "5", ""),
    "Via Papa Giovanni 23": ("Via Papa Giovanni", "23", ""),
    "Via Vittorio Emanuele 2°, 20": ("Via Vittorio Emanuele 2°", "20", ""),
    "Via Luigi Pirandello 10, 12": ("Via Luigi Pirandello", "10", ""),
    "Via 1° Maggio 4": ("Via 1° Maggio", "4", ""),
    "Via Zante 12 rosso": ("Via Zante", "12rosso", ""),
    "Via Zante 12 rossa, Genova": ("Via Zante", "12rossa", "Genova"),
    "Via Zante 12/R": ("Via Zante", "12/r", ""),
    "Via Zante, 12 r": ("Via Zante", "12r", ""),
    "Via Zante 12 quinquies": ("Via Zante", "12quinquies", ""),
    "Via Emilia km 7": ("Via Emilia", "", ""),
    "Via Emilia, km. 7+500": ("Via Emilia", "", ""),
    "Via Emilia al km 12,300": ("Via Emilia", "", ""),
    "Via Zante s.n.": ("Via Zante", "", ""),
    "Via Zante SN": ("Via Zante", "", ""),
    "Via Zante senza numero": ("Via Zante", "", ""),
    "Piazza S.Nicola 3": ("Piazza S. Nicola", "3", ""),
    "Via  Zante   36": ("Via Zante", "36", ""),
    "Via A 3": ("Via A", "3", ""),
    "Alzaia Naviglio Pavese 78": ("Alzaia Naviglio Pavese", "78", ""),
    # nothing between the word for a number and the number
    "Via Zante N.36": ("Via Zante", "36", ""),
    "Via Zante,n°36/a": ("Via Zante", "36/a", ""),
    "Via Zante n.°36": ("Via Zante", "36", ""),
    "Via Zante civ.36": ("Via Zante", "36", ""),
    # where in the house, and what is no part of an address
    "Via Zante 36 int 4": ("Via Zante", "36", ""),
    "Via Zante 36 int.4": ("Via Zante", "36", ""),
    "Via Zante 36/a sc. B int 3": ("Via Zante", "36/a", ""),
    "Via Zante 36 pal. B, Milano": ("Via Zante", "36", ""),
    "Via Zante 36 lotto 3": ("Via Zante", "36", ""),
    "Via Zante 36 tel. 02 123456": ("Via Zante", "36", ""),
    "Via Zante 36 e 38": ("Via Zante", "36", ""),
    "Via Zante 36 internazionale": ("Via Zante", "36", "internazionale"),
    # what stands in front of the street
    "20138 Milano, Via Zante 36": ("Via Zante", "36", "Milano"),
    "I-20138 Milano MI, via Zante, 36": ("Via Zante", "36", "Milano"),
    "c/o Comune, Via Zante 36": ("Via Zante", "36", ""),
    "Presso Bar Sport, via Zante 36": ("Via Zante", "36", ""),
    "C/O'Donnell 36": ("Calle O'Donnell", "36", ""),
}


@pytest.mark.parametrize(("text", "parts"), PARTS.items(), ids=PARTS)
def test_parts_of_an_address(text: str, parts: tuple[str, str, str]) -> None:
    address = parse_address(text)
    assert address.street is not None
    assert (address.street.text, address.number, address.town) == parts
    assert address.corner is None


CORNERS = {
    "via Boifava / via dei Missaglia": ("Via Boifava", "Via dei Missaglia", ""),
    "Via Boifava/Via dei Missaglia": ("Via Boifava", "Via dei Missaglia", ""),
    "Via Boifava angolo Via dei Missaglia": ("Via Boifava", "Via dei Missaglia", ""),
    "Via Boifava, ang. V.le dei Missaglia": ("Via Boifava", "Viale dei Missaglia", ""),
    "Via Boifava ang. Missaglia": ("Via Boifava", "Missaglia", ""),
    "Via Boifava all'angolo con via dei Missaglia": ("Via Boifava", "Via dei Missaglia", ""),
    "Via Boifava & via dei Missaglia": ("Via Boifava", "Via dei Missaglia", ""),
    "Via Boifava e via dei Missaglia": ("Via Boifava", "Via dei Missaglia", ""),
    "Via Roma 3 ang. P.zza S. Babila": ("Via Roma", "Piazza S. Babila", "3"),
    "P.zza S. Babila ang. Via Roma 3": ("Via Roma", "Piazza S. Babila", "3"),
}


@pytest.mark.parametrize(("text", "parts"), CORNERS.items(), ids=CORNERS)
def test_corners(text: str, parts: tuple[str, str, str]) -> None:
    address = parse_address(text)
    assert address.street is not None
    assert address.corner is not None
    assert (address.street.text, address.corner.text, address.number) == parts


QUERIES = {
    "via F.lli Zoia 105": (["Via Fratelli Zoia 105"], ["Via Fratelli Zoia"]),
    "via Alex Visconti 24 A/F": (
        ["Via Alex Visconti 24/A", "Via Alex Visconti 24"],
        ["Via Alex Visconti"],
    ),
    "via De Lemene 51/55": (
        ["Via De Lemene 51/55", "Via De Lemene 51", "Via De Lemene 55"],
        ["Via De Lemene"],
    ),
    "Via La Spezia, 26/1": (["Via La Spezia 26/1", "Via La Spezia 26"], ["Via La Spezia"]),
    "via P. Monti 18": (["Via P. Monti 18", "Via Monti 18"], ["Via P. Monti", "Via Monti"]),
    "via S. Erlembaldo 2": (
        ["Via S. Erlembaldo 2", "Via Sant'Erlembaldo 2", "Via Erlembaldo 2"],
        ["Via S. Erlembaldo", "Via Sant'Erlembaldo", "Via Erlembaldo"],
    ),
    "Via Roma 1, Segrate": (["Via Roma 1, Segrate"], ["Via Roma, Segrate"]),
    "Ospedale Niguarda, Centro Spazio Vita": (
        [],
        ["Ospedale Niguarda, Centro Spazio Vita", "Ospedale Niguarda"],
    ),
    "": ([], []),
    "  ((": ([], []),
    "via": ([], []),
    "v.": ([], []),
}


@pytest.mark.parametrize(("text", "queries"), QUERIES.items(), ids=QUERIES)
def test_questions_from_exact_to_coarse(text: str, queries: tuple[list[str], list[str]]) -> None:
    address = parse_address(text)
    assert [*address.number_queries()] == queries[0]
    assert [*address.coarse_queries()] == queries[1]


@pytest.mark.parametrize(
    ("written", "spelt"),
    [
        ("Via S. Erlembaldo", "Via Sant'Erlembaldo"),
        ("Corso S. Gottardo", "Corso San Gottardo"),
        ("Via S. Teresa", "Via Santa Teresa"),
        ("Via S. Nicola", "Via San Nicola"),
        ("Piazza S. Stefano", "Piazza Santo Stefano"),
    ],
)
def test_saints(written: str, spelt: str) -> None:
    street = parse_street(written)
    assert street is not None
    assert street.spellings()[:2] == (written, spelt)


STREETS = [
    ("Via Boifava", "via BOIFAVA", "exact"),
    ("Via De Andrè", "Via De André", "exact"),
    ("Via Sant'Uguzzone", "Via Sant Uguzzone", "exact"),
    ("Via privata Pienza", "Via Pienza", "exact"),
    ("V.le dei Missaglia", "Viale dei Missaglia", "exact"),
    ("via P. L. Monti", "Via Pier Luigi Monti", "initials"),
    ("Via S. Erlembaldo", "Via Sant'Erlembaldo", "initials"),
    ("Via S. Pellico", "Via Silvio Pellico", "initials"),
    ("Via Boifava", "Via Pietro Boifava", "part"),
    ("Via De André", "Via Fabrizio De André", "part"),
    ("Via Da Baggio", "Via Anselmo da Baggio", "part"),
    ("Via P. Monti", "Via Pier Luigi Monti", "part"),
    ("Via dei Missaglia", "Viale dei Missaglia", None),
    ("via P. L. Monti", "Via Vincenzo Monti", None),
    ("Via P. Monti", "Via Vincenzo Monti", None),
    ("Via Monte Oliveto", "Via Monte Grappa", None),
    ("Via Pietro Boifava", "Via Pietro Verri", None),
    ("Via Roma", "Via Romagna", None),
    # another numeral is another pope, king or day
    ("Via Pio X", "Via Pio XII", None),
    ("Via Pio X", "Via Pio XI", None),
    ("Via Pio", "Via Pio X", None),
    ("Via Pio V", "Via Pio IV", None),
    ("Via Papa Giovanni XIII", "Via Papa Giovanni XXIII", None),
    ("Via Giovanni XXIII", "Via Papa Giovanni XXIII", "part"),
    ("Via Leone X", "Via Leone XIII", None),
    ("Via Umberto I", "Via Umberto II", None),
    ("Via Vittorio Emanuele", "Via Vittorio Emanuele II", None),
    ("Via Vittorio Emanuele I", "Via Vittorio Emanuele II", None),
    ("Via V. Emanuele II", "Via Vittorio Emanuele II", "initials"),
    ("Via V. Emanuele II", "Via Vittorio Emanuele III", None),
    ("Via X Giornate", "Via XX Giornate", None),
    ("Via V Giornate", "Via Cinque Giornate", None),
    ("Via I Maggio", "Via II Maggio", None),
    ("Via I Maggio", "Via XI Maggio", None),
    # the same numeral in other signs
    ("Via Papa Pio 12", "Via Papa Pio XII", "exact"),
    ("Via 25 Aprile", "Via XXV Aprile", "exact"),
    ("Via 4 Novembre", "Via IV Novembre", "exact"),
    ("Via 1° Maggio", "Via I Maggio", "exact"),
    ("Via Primo Maggio", "Via 1 Maggio", "exact"),
    ("Via XX Settembre", "Via 20 settembre", "exact"),
    ("Via XX Settembre", "Via XXV Settembre", None),
    ("Via 1º Maggio", "Via I Maggio", "exact"),
    ("Via Quattro Novembre", "Via IV Novembre", "exact"),
    ("Via Ventitré Maggio", "Via 23 Maggio", "exact"),
    ("Via Venti Settembre", "Via XXV Settembre", None),
    ("Via Due Giugno", "Via Due Torri", None),
    ("Via SS. Trinità", "Via Santissima Trinità", "initials"),
    ("Via Ss. Pietro e Paolo", "Via Santi Pietro e Paolo", "initials"),
    ("Via SS. Trinità", "Via Sacra Trinità", None),
    # a letter that stands last is a name, not an initial
    ("Via A", "Via B", None),
    ("Via A", "Via Alfa", None),
    ("Via Verdi G.", "Via Verdi Giuseppe", None),
    ("Via G. Verdi", "Via Giuseppe Verdi", "initials"),
    ("Via G. Verdi", "Via Ugo Verdi", None),
    ("Via X. Monti", "Via Xavier Monti", "initials"),
    ("Via Verdi", "Piazza Verdi", None),
    ("Via Sant'Ambrogio", "Via S. Ambrogio", "initials"),
    ("Via Santa Maria", "Via S.Maria", "initials"),
    ("Via Pier-Luigi Monti", "Via Pier Luigi Monti", "exact"),
]


@pytest.mark.parametrize(("one", "other", "match"), STREETS)
def test_streets_are_compared_either_way(one: str, other: str, match: str | None) -> None:
    a, b = parse_street(one), parse_street(other)
    assert a is not None
    assert b is not None
    assert match_streets(a, b) == match
    assert match_streets(b, a) == match


def test_street_without_a_kind_matches_any_kind() -> None:
    assert match_streets(Street("", "Missaglia"), Street("Via", "dei Missaglia")) == "part"


NUMBERS = [
    ("36", "36", "address"),
    ("036", "36", "address"),
    ("18a-b", "18/A", "address"),
    ("18a-b", "18B", "address"),
    ("18a-b", "18", "neighbouring number"),
    ("18a-b", "18/C", "neighbouring number"),
    ("18", "18/A", "neighbouring number"),
    ("24a/f", "24", "neighbouring number"),
    ("51/55", "51", "address"),
    ("51/55", "55", "address"),
    ("51", "51-55", "address"),
    ("51/55", "53", None),
    ("26/1", "26", "neighbouring number"),
    ("26/1", "1", None),
    ("2/3", "3", None),
    ("36", "34;36;38", "address"),
    ("36", "38", None),
    ("36", "6", None),
    ("36", "", None),
    ("", "36", None),
    ("12r", "12", None),
    ("12", "12/R", None),
    ("12rosso", "12", None),
    ("12rosso", "12r", "address"),
    ("12/r", "12 rosso", "address"),
    ("12r", "14r", None),
    ("12r", "12/A", None),
    ("12r", "12;12r", "address"),
    ("12nero", "12", "address"),
    ("12nero", "12r", None),
    ("12bis", "12", "neighbouring number"),
    ("12bis", "12 ter", "neighbouring number"),
    ("12bis", "12/bis", "address"),
    ("12a", "12", "neighbouring number"),
    ("12a", "12 A", "address"),
    ("12-14", "12", "address"),
    ("12-14", "13", None),
    ("12", "120", None),
    ("12", "1 2", None),
    ("snc", "12", None),
    ("²", "2", None),
    # a spreadsheet's 12
    ("12", "12.0", "address"),
    ("12", "12,0", "address"),
    ("12", "12/0", "neighbouring number"),
    ("12", "1" * 5_000 + "/3", None),
]


@pytest.mark.parametrize(("asked", "known", "match"), NUMBERS)
def test_numbers_are_compared(asked: str, known: str, match: str | None) -> None:
    assert match_numbers(asked, known) == match


@given(st.text(max_size=80))
@example("Via Zante 36" * 50)
@example("ﬁ 1")
def test_any_text_is_understood_or_left_alone(text: str) -> None:
    address = parse_address(text)
    for query in (*address.number_queries(), *address.coarse_queries()):
        assert query.isprintable()
        assert fold(query)
        assert len(query) < 300
    assert address.street is not None or not address.number_queries()


@given(
    st.sampled_from(["Via", "Viale", "Piazza", "Corso", "Largo"]),
    st.sampled_from(["Zante", "dei Missaglia", "Fratelli Zoia", "San Paolino", "XXV Aprile"]),
    st.integers(min_value=1, max_value=999),
    st.sampled_from(["", "/A", "/2", " bis", " a-b"]),
    st.sampled_from([" ", ", ", ", n. "]),
)
def test_street_and_number_survive_any_way_of_writing(
    kind: str, name: str, number: int, suffix: str, between: str
) -> None:
    address = parse_address(f"{kind} {name}{between}{number}{suffix}")
    assert address.street == Street(kind, name)
    assert address.number == f"{number}{suffix}".replace(" ", "").lower()
    assert match_numbers(address.number, f"{number}{suffix}") == "address"
    first, *_ = address.number_queries()
    assert parse_address(first).street == address.street
