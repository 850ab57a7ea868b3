"""Hours as offices, shops and churches of Italian towns write them, each solved by hand."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from access15.sources.italian_hours import read_italian_hours
from access15.sources.opening_hours import find_hours_fault, find_state

READ = {
    # days and hours
    "lun-ven 9-12.30 e 14-18": "Mo-Fr 09:00-12:30,14:00-18:00",
    "lun-ven 9-12,14-18": "Mo-Fr 09:00-12:00,14:00-18:00",
    "lun-ven 9-13, 14-18": "Mo-Fr 09:00-13:00,14:00-18:00",
    "lun-ven 8,30-12,30": "Mo-Fr 08:30-12:30",
    "LUN-VEN 9,00-12,00": "Mo-Fr 09:00-12:00",
    "lun-ven 8,30-12,30 e 14-18": "Mo-Fr 08:30-12:30,14:00-18:00",
    "lun-ven 8.30-12.30/14.30-18.30": "Mo-Fr 08:30-12:30,14:30-18:30",
    "lun-ven 9.00/13.00 - 15.00/19.00": "Mo-Fr 09:00-13:00,15:00-19:00",
    "Lunedì - Venerdì: 9:00 - 13:00 / 14:00 - 18:00": "Mo-Fr 09:00-13:00,14:00-18:00",
    "Lun - Ven ore 9 - 12 e ore 14 - 18": "Mo-Fr 09:00-12:00,14:00-18:00",
    "lun-ven 09:00-12:00 14:00-18:00": "Mo-Fr 09:00-12:00,14:00-18:00",
    "lun-ven 9\u201312": "Mo-Fr 09:00-12:00",
    "lun-ven 9h30-12h30": "Mo-Fr 09:30-12:30",
    "dal lunedì al venerdì dalle 9 alle 13": "Mo-Fr 09:00-13:00",
    "dal lun al ven 9.00-13.00; sab 9.00-12.00": "Mo-Fr 09:00-13:00; Sa 09:00-12:00",
    "dal martedì alla domenica 9.30-19.30": "Tu-Su 09:30-19:30",
    "da lunedì a sabato 8-20": "Mo-Sa 08:00-20:00",
    "aperto dal lunedi al sabato, 8.30-19.30": "Mo-Sa 08:30-19:30",
    "Orario di apertura: lun-ven 9-18": "Mo-Fr 09:00-18:00",
    "apertura al pubblico: lun-ven 9-12": "Mo-Fr 09:00-12:00",
    "lun-ven dalle 9 fino alle 17": "Mo-Fr 09:00-17:00",
    "lun-ven 9.00-12.00 e dalle 14.00 alle 18.00": "Mo-Fr 09:00-12:00,14:00-18:00",
    "lun-ven 9-mezzogiorno": "Mo-Fr 09:00-12:00",
    "lun-sab 8-20, dom 9-13": "Mo-Sa 08:00-20:00; Su 09:00-13:00",
    "lun-ven 9-12, sab 9-11": "Mo-Fr 09:00-12:00; Sa 09:00-11:00",
    "lun-ven: 9-18. Sab: 9-13.": "Mo-Fr 09:00-18:00; Sa 09:00-13:00",
    "lun-ven 7.30-19.30 sab 8-13 festivi chiuso": "Mo-Fr 07:30-19:30; Sa 08:00-13:00; PH off",
    "lun-gio 9-12 / 14-17, ven 9-12": "Mo-Th 09:00-12:00,14:00-17:00; Fr 09:00-12:00",
    "ven-lun 9-12": "Mo,Fr-Su 09:00-12:00",
    "9-12 lun-ven": "Mo-Fr 09:00-12:00",
    "dalle 9 alle 12 dal lunedì al venerdì": "Mo-Fr 09:00-12:00",
    "lun 9-12; lun 15-18": "Mo 09:00-12:00,15:00-18:00",
    # single days and lists of them
    "Lunedì 9-12": "Mo 09:00-12:00",
    "lunedi' 9-12": "Mo 09:00-12:00",
    "mar 9:00-12:00": "Tu 09:00-12:00",
    "martedì 10-12 e 15-17": "Tu 10:00-12:00,15:00-17:00",
    "mar e gio pomeriggio 15-18": "Tu,Th 15:00-18:00",
    "martedì e giovedì dalle ore 15.00 alle ore 18.00": "Tu,Th 15:00-18:00",
    "lun, mer e ven 9-12": "Mo,We,Fr 09:00-12:00",
    "lun. mer. ven. 9-12": "Mo,We,Fr 09:00-12:00",
    "lun/mer/ven 9-12": "Mo,We,Fr 09:00-12:00",
    "lun mar mer 9-12": "Mo-We 09:00-12:00",
    "sab/dom 9-12": "Sa,Su 09:00-12:00",
    "weekend 10-18": "Sa,Su 10:00-18:00",
    "lun e gio 9-12 mar e ven 15-18": "Mo,Th 09:00-12:00; Tu,Fr 15:00-18:00",
    "lunedì e mercoledì dalle 9.00 alle 12.00, giovedì dalle 14.30 alle 17.00": (
        "Mo,We 09:00-12:00; Th 14:30-17:00"
    ),
    # parts of the day, with their hours
    "mercoledì pomeriggio 15.00-18.00": "We 15:00-18:00",
    "lun mattina 9-12 e pomeriggio 15-18": "Mo 09:00-12:00,15:00-18:00",
    "sabato mattina 8.30-12.30": "Sa 08:30-12:30",
    # all days, day and night
    "tutti i giorni 9-19": "09:00-19:00",
    "aperto tutti i giorni dalle 6 alle 22": "06:00-22:00",
    "Aperto 7 giorni su 7, 8-20": "08:00-20:00",
    "tutti i giorni, festivi compresi, 9-18": "Mo-Su,PH 09:00-18:00",
    "H24": "24/7",
    "24h": "24/7",
    "h 24": "24/7",
    "aperto 24 ore su 24": "24/7",
    "sempre aperto": "24/7",
    "tutti i giorni h24": "24/7",
    "lun-dom 0-24": "24/7",
    "ven e sab 22-2": "Fr,Sa 22:00-02:00",
    "ven-sab 18-24": "Fr,Sa 18:00-24:00",
    "lun-ven 9-18 orario continuato": "Mo-Fr 09:00-18:00",
    "orario continuato lun-ven 9-18": "Mo-Fr 09:00-18:00",
    "lun-ven no stop 9-19": "Mo-Fr 09:00-19:00",
    # closed
    "mar-dom 10-18, chiuso lunedì": "Tu-Su 10:00-18:00; Mo off",
    "mar-dom 10-18; lunedì chiuso": "Tu-Su 10:00-18:00; Mo off",
    "mar-dom 10-18, chiuso lunedì e festivi": "Tu-Su 10:00-18:00; Mo,PH off",
    "lun-ven 9-18, sabato e domenica chiuso": "Mo-Fr 09:00-18:00; Sa,Su off",
    "tutti i giorni tranne il lunedì 9-18": "Tu-Su 09:00-18:00; Mo off",
    "tutti i giorni 9-18 tranne il lunedì": "Tu-Su 09:00-18:00; Mo off",
    "tutti i giorni escluso lunedì dalle 10 alle 19": "Tu-Su 10:00-19:00; Mo off",
    "lun-ven 9-18 escluso festivi": "Mo-Fr 09:00-18:00; PH off",
    "lun-ven 9-18 (esclusi i festivi)": "Mo-Fr 09:00-18:00; PH off",
    "domenica e festivi 9-13": "Su,PH 09:00-13:00",
    "lun-ven 9-18; chiuso ad agosto": "Mo-Fr 09:00-18:00; Aug off",
    "lun-ven 9-18 escluso agosto": "Mo-Fr 09:00-18:00; Aug off",
    "lun-ven 9-18 (chiuso dal 1 al 31 agosto)": "Mo-Fr 09:00-18:00; Aug 01-31 off",
    "lun-ven 9-18 chiuso luglio e agosto": "Mo-Fr 09:00-18:00; Jul,Aug off",
    "lun-ven 9-18, chiuso ad agosto, sab 9-12": "Mo-Fr 09:00-18:00; Sa 09:00-12:00; Aug off",
    "lun-ven 9-18; chiuso dal 24 dicembre al 6 gennaio": "Mo-Fr 09:00-18:00; Dec 24-Jan 06 off",
    # only when it is closed: when it is open is not known
    "chiuso ad agosto": "24/7 unknown; Aug off",
    "chiuso ad agosto e festivi": "24/7 unknown; PH off; Aug off",
    "chiuso il lunedì": "24/7 unknown; Mo off",
    "lunedì chiuso": "24/7 unknown; Mo off",
    "chiuso sabato e domenica": "24/7 unknown; Sa,Su off",
    "chiuso il 25 dicembre": "24/7 unknown; Dec 25 off",
    "escluso festivi": "24/7 unknown; PH off",
    # seasons
    "da ottobre a maggio lun-ven 9-12": "Oct-May Mo-Fr 09:00-12:00",
    "dal 1 ottobre al 31 maggio lun-ven 9-12": "Oct 01-May 31 Mo-Fr 09:00-12:00",
    # who asks before
    "su appuntamento": '24/7 unknown "su appuntamento"',
    "solo su prenotazione": '24/7 unknown "su appuntamento"',
    "lun-ven 9-12 su appuntamento": 'Mo-Fr 09:00-12:00 "su appuntamento"',
    "lun-ven 9-12; sab su appuntamento": 'Mo-Fr 09:00-12:00; Sa unknown "su appuntamento"',
}
UNREAD = [
    "sabato mattina",  # until when?
    "lun-ven mattina",
    "mercoledì pomeriggio 9-12",  # that is the morning
    "9-12",  # on which days?
    "mattina 9-12",
    "orario continuato",
    "lun-ven",
    "feriali 9-12",  # with Saturdays or without them
    "tutte le mattine 9-12",
    "1° e 3° sabato 9-12",
    "il primo sabato del mese 9-12",
    "lun-ven 9-1",  # one at night, or thirteen
    "lun-ven 9-12 e 14",
    "lun-ven 9-12-14-18",
    "lun-ven 9, 12",
    "lun/ven 9-12",  # two days, or five
    "lun ven 9-12",
    "lun 9-12; lun 10-18",  # which of them?
    "lun-ven 9-18; mar chiuso",
    "lun-ven 25-30",
    "lun-ven 9.75-12",
    "lun-lun 9-12",
    "chiuso lunedì mattina",
    "chiuso dal 31 al 2 agosto",
    "estate 9-20",
    "orari variabili",
    "in base alla disponibilità dei volontari",
    "lun-ven 9-18 salvo eventi",
    "vedi sito",
    "chiuso",
    "agosto",
    "aperto",
    "dopo la messa",
    "dalle 9",
    "",
    "😀",
]


@pytest.mark.parametrize(("text", "hours"), READ.items())
def test_what_is_written_is_read(text: str, hours: str) -> None:
    assert read_italian_hours(text) == hours
    assert find_hours_fault(hours) == ""


@pytest.mark.parametrize("text", UNREAD)
def test_what_is_not_certain_is_not_guessed(text: str) -> None:
    assert read_italian_hours(text) is None


AUGUST = datetime.fromisoformat("2026-08-04 10:00")
SEPTEMBER = datetime.fromisoformat("2026-09-01 10:00")


def test_august_is_closed_and_the_rest_unknown() -> None:
    hours = read_italian_hours("chiuso ad agosto") or ""
    assert find_state(hours, AUGUST, country="IT", is_named_day=True) == "closed"
    assert find_state(hours, SEPTEMBER, country="IT", is_named_day=True) == "unknown"


DAYS = ("lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato", "domenica")
TIMES = st.lists(st.integers(0, 95), min_size=2, max_size=2, unique=True).map(sorted)
TWO = st.lists(st.integers(0, 95), min_size=4, max_size=4, unique=True).map(sorted)
MONDAY = datetime.fromisoformat("2026-11-02")  # no holiday in its week


def write(quarter: int, sign: str) -> str:
    hour, minute = divmod(15 * quarter, 60)
    return f"{hour}{sign}{minute:02d}" if minute or sign == "," else str(hour)


@given(
    first=st.integers(0, 6),
    n=st.integers(2, 7),
    quarters=st.one_of(TIMES, TWO),
    sign=st.sampled_from([".", ":"]),
    words=st.sampled_from(
        [("{}-{} ", "{}-{}", " e "), ("dal {} al {} ", "dalle {} alle {}", " e ")]
    ),
    short=st.booleans(),
)
def test_what_is_read_is_open_just_then(
    first: int,
    n: int,
    quarters: list[int],
    sign: str,
    words: tuple[str, str, str],
    short: bool,
) -> None:
    """Written in one of many ways, and asked for every half hour of a week."""
    days, span, between = words
    names = [DAYS[first], DAYS[(first + n - 1) % 7]]
    named = [name[:3] for name in names] if short else names
    spans = list(zip(quarters[::2], quarters[1::2], strict=True))
    hours = between.join(span.format(write(a, sign), write(b, sign)) for a, b in spans)
    read = read_italian_hours(days.format(*named) + hours)
    assert read is not None
    wanted = {(first + i) % 7 for i in range(n)}
    for day in range(7):
        for quarter in {0, 95, *quarters, *(max(one - 1, 0) for one in quarters)}:
            at = MONDAY + timedelta(days=day, minutes=15 * quarter)
            is_open = day in wanted and any(a <= quarter < b for a, b in spans)
            state = find_state(read, at, country="IT", is_named_day=True)
            assert state == ("open" if is_open else "closed"), (read, at)


@given(st.text(alphabet="lunmargioved 0123456789-,.:;/echiuso", max_size=40))
def test_no_text_breaks_it(text: str) -> None:
    read = read_italian_hours(text)
    assert read is None or find_hours_fault(read) == "" or "30" in read or "31" in read
