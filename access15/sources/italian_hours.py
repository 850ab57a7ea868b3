"""Opening hours as Italians write them, in the words that OpenStreetMap has for them.

What is written is read whole or not at all: a word that is not known, hours without their days, a
part of the day without its hours, days that are said twice and differently leave nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

_DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_HOLIDAY = 7  # the day behind Sunday
_NAMES = (*_DAYS, "PH")
_DAY_TEXT = (
    "lunedi lun lu|martedi mart mar ma|mercoledi merc mer me|giovedi giov gio gi|venerdi ven ve|"
    "sabati sabato sab sa|domeniche domenica dom do|festivita festivi festivo festiva"
)
_MONTH_TEXT = (
    "gennaio genn gen|febbraio febbr feb|marzo|aprile apr|maggio mag|giugno giu|luglio lug|"
    "agosto ago|settembre sett set|ottobre ott|novembre nov|dicembre dic"
)
_DAY = {word: n for n, words in enumerate(_DAY_TEXT.split("|")) for word in words.split()}
_MONTH = {word: n for n, words in enumerate(_MONTH_TEXT.split("|")) for word in words.split()}
_APPOINTMENT = "su appuntamento"
_LATE_MIN, _EARLY_MIN, _DAY_MIN = 18 * 60, 6 * 60, 24 * 60
_PARTS_MIN = {"am": (5 * 60, 14 * 60), "pm": (12 * 60, 20 * 60), "eve": (17 * 60, 24 * 60)}
# What words say, the longest first; those of None say nothing that the others do not.
_WORDS: Sequence[tuple[str, str | None]] = (
    (r"(?:aperto |aperta )?(?:h ?24|24 ?h|24 ?/ ?24|24 ?/ ?7|24 ore(?: su 24)?)(?!\w)", "h24"),
    (r"sempre apert[oaie]\b", "h24"),
    (r"(?:7 ?/ ?7|7 giorni su 7|7 su 7)(?!\w)", "all"),
    (r"(?:tutti i giorni|ogni giorno|tutta la settimana|giornalmente|quotidianamente)\b", "all"),
    (r"(?:solo )?(?:previo |per |su )?(?:appuntamento|prenotazione)\b", "appointment"),
    (r"(?:fine settimana|week ?-? ?end)\b", "weekend"),
    (r"(?:orario )?(?:continuato|non? ?-? ?stop)\b", None),
    (r"(?:chius[oaie]|chiusura)\b", "closed"),
    (r"(?:esclus[oaie]|tranne|eccett[oaie]|salvo|ad eccezione d(?:i|el|ella|ei))\b", "except"),
    (r"(?:mattin[oaie])\b", "am"),
    (r"(?:pomeriggi?o?)\b", "pm"),
    (r"(?:sera)\b", "eve"),
    (r"mezzogiorno\b", "noon"),
    (r"mezzanotte\b", "midnight"),
    (r"(?:fino a(?:l|lle|lla|lle ore)?|alle ore|alle|al|alla|a)\b|-", "to"),
    (r"(?:ed|e)(?!\w)|[,+&]", "and"),
    (r"(?:compres|inclus)[oaie]\b|anche\b", None),
    (r"/", "slash"),
    (r"[;|.]", "stop"),
    (r":", None),
    (r"(?:orari[oi]?|di|apertura|apert[oaie]|pubblico|ore|h|dalle|dal|dalla|da)\b", None),
    (
        r"(?:il|la|le|lo|i|gli|l'|nel|nei|nella|nelle|in|ad|ogni|giorni|giorno|del|mese|mesi)\b",
        None,
    ),
)
_PATTERNS = tuple((re.compile(pattern), kind) for pattern, kind in _WORDS)
_NUMBER = re.compile(r"(\d{1,2})(?:[:.h](\d{2}))?(?![\d])")
_NUMBER_COMMA = re.compile(r"(\d{1,2})(?:[:.,h](\d{2}))?(?![\d])")
_WORD = re.compile(r"([a-z]+)\.?")
_PUBLIC = re.compile(r"\bal pubblico\b")


class _Token(NamedTuple):
    """What one word says: its kind, and a number where it has one."""

    kind: str
    value: int = 0


class _UnreadError(Exception):
    """What is written cannot be read for certain."""


def read_italian_hours(text: str) -> str | None:
    """Hours in OpenStreetMap's words; None where they cannot be read for certain.

    Examples
    --------
    >>> read_italian_hours("lun-ven 9-12.30 e 14-18")
    'Mo-Fr 09:00-12:30,14:00-18:00'
    >>> read_italian_hours("sabato mattina") is None
    True
    """
    plain = _simplify(text)
    found: set[str] = set()
    # a comma may part hours from minutes, or two spans: where both can be read, they must agree
    for number in (_NUMBER, _NUMBER_COMMA):
        try:
            found.add(_Reader(list(_list_tokens(plain, number))).read())
        except _UnreadError:
            continue
    return found.pop() if len(found) == 1 else None


def _simplify(text: str) -> str:
    """Text in lower case without accents, with one kind of dash and apostrophe."""
    bare = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(c for c in bare if not unicodedata.combining(c))
    bare = re.sub("[\u2010-\u2015\u2212]", "-", bare).replace("\u2019", "'").replace("\n", " ; ")
    bare = re.sub(r"(?<=di)'", "", bare)  # lunedi'
    return " ".join(_PUBLIC.sub("", bare).split())


def _list_tokens(text: str, number: re.Pattern[str]) -> Iterator[_Token]:
    """List what a text says, word by word."""
    at = 0
    while at < len(text):
        if text[at] in " ()":
            at += 1
            continue
        for pattern, kind in _PATTERNS:
            if found := pattern.match(text, at):
                if kind is not None:
                    yield _Token(kind)
                break
        else:
            if found := number.match(text, at):
                yield _read_number(found)
            elif found := _WORD.match(text, at):
                yield _read_word(found)
            else:
                raise _UnreadError
        at = found.end()


def _read_number(found: re.Match[str]) -> _Token:
    """A time of day [min], or a number that may be one."""
    hour, minute = int(found[1]), int(found[2] or 0)
    if found[2] is None:
        return _Token("number", hour)
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        raise _UnreadError
    return _Token("time", hour * 60 + minute)


def _read_word(found: re.Match[str]) -> _Token:
    """A day of the week or a month."""
    word = found[1]
    if word in _DAY:
        return _Token("day", _DAY[word])
    if word in _MONTH:
        return _Token("month", _MONTH[word])
    raise _UnreadError


@dataclass
class _Reader:
    """Reads what tokens say, one clause after the other."""

    tokens: list[_Token]
    at: int = 0
    spans: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    off: list[int] = field(default_factory=list)
    asked: list[int] = field(default_factory=list)  # days on which one asks before
    dates_off: list[str] = field(default_factory=list)
    season: str = ""
    needs_asking: bool = False

    def read(self) -> str:
        """Read all of it."""
        days: list[int] | None = None
        while self.at < len(self.tokens):
            kind = self._peek()
            if kind in ("stop", "and", "slash"):
                self.at += 1
            elif kind in ("closed", "except"):
                self._read_off()
            elif self._is_date() and not self.spans and not self.season:
                self.season = self._read_dates()
            elif kind in ("day", "all", "weekend"):
                days = self._read_days()
                self._read_of_days(days)
            elif kind in ("am", "pm", "eve") and days is not None:
                self._read_of_days(days)
            elif kind in ("number", "time", "noon") and self._is_time_ahead():
                days = self._read_of_time(days)
            elif kind == "h24":
                self.at += 1
                after = self._read_days() if self._peek() in ("day", "all") else list(range(7))
                self._add(days if days is not None and not self.spans else after, [(0, _DAY_MIN)])
            elif kind == "appointment":
                self.at += 1
                self.needs_asking = True
            else:
                raise _UnreadError
        return self._write()

    def _peek(self, ahead: int = 0) -> str:
        """Kind of a token ahead; empty behind the last."""
        at = self.at + ahead
        return self.tokens[at].kind if at < len(self.tokens) else ""

    def _read_days(self) -> list[int]:
        """Days of the week: single ones, spans, and holidays."""
        kind = self._peek()
        if kind in ("all", "weekend"):
            self.at += 1
            days = list(range(7)) if kind == "all" else [5, 6]
        else:
            days = self._read_span_of_days()
        signs = []
        while self._peek() == "day" or (
            self._peek() in ("and", "slash") and self._peek(1) == "day"
        ):
            signs.append(self._peek())
            self.at += self._peek() != "day"
            days += self._read_span_of_days()
        # lun/ven and lun ven may be two days or five
        is_two = signs in (["slash"], ["day"]) and len(days) == 2 and _HOLIDAY not in days
        is_unclear = is_two and abs(days[1] - days[0]) > 1
        if is_unclear or len(set(days)) < len(days):
            raise _UnreadError
        return days

    def _read_span_of_days(self) -> list[int]:
        """One day, or all from one to another."""
        first = self.tokens[self.at].value
        self.at += 1
        if not (self._peek() == "to" and self._peek(1) == "day"):
            return [first]
        last = self.tokens[self.at + 1].value
        self.at += 2
        if _HOLIDAY in (first, last) or first == last:
            raise _UnreadError
        n_days = (last - first) % 7 + 1
        return [(first + n) % 7 for n in range(n_days)]

    def _read_of_days(self, days: list[int]) -> None:
        """What is said of days: hours, closed, or that one asks before."""
        if self._peek() == "and" and self._peek(1) in ("time", "number"):
            self.at += 1
        kind = self._peek()
        if kind == "closed":
            self.at += 1
            self._close(days)
        elif kind == "appointment":
            self.at += 1
            self.asked += days
        elif kind == "h24":
            self.at += 1
            self._add(days, [(0, _DAY_MIN)])
        elif kind == "except" and self._peek(1) == "day":
            self.at += 1
            gone = self._read_days()
            for day in (one for one in gone if one in days):
                days.remove(day)
            self._close(gone)
            self._read_of_days(days)
        elif kind in ("am", "pm", "eve"):
            self.at += 1
            spans = self._read_spans()
            early, late = _PARTS_MIN[kind]
            if any(start < early or end > late for start, end in spans):
                raise _UnreadError
            self._add(days, spans)
        else:
            self._add(days, self._read_spans())

    def _read_of_time(self, days: list[int] | None) -> list[int]:
        """Hours whose days stand behind them, or more hours of the days before."""
        spans = self._read_spans()
        if self._peek() in ("day", "all", "weekend") and (days is None or not self._has_stop()):
            if days is not None:
                raise _UnreadError
            days = self._read_days()
            self._add(days, spans)
            return days
        if days is None:
            raise _UnreadError
        self._add(days, spans)
        return days

    def _has_stop(self) -> bool:
        """Whether the clause ends here."""
        return self._peek() in ("stop", "")

    def _is_time_ahead(self) -> bool:
        """Whether a number is an hour, not the day of a month."""
        return self._peek(1) != "month"

    def _read_spans(self) -> list[tuple[int, int]]:
        """Spans of time: from, to; between two of them another sign than inside them."""
        times, signs = [self._read_time()], []
        while True:
            sign = self._peek() if self._peek() in ("to", "slash", "and") else "none"
            ahead = 0 if sign == "none" else 1
            if self._peek(ahead) not in ("time", "number", "noon", "midnight"):
                break
            if self._peek(ahead + 1) == "month":
                break
            self.at += ahead
            signs.append(sign)
            times.append(self._read_time())
        inside, between = set(signs[::2]), set(signs[1::2])
        if len(times) % 2 or inside & between or inside - {"to", "slash"}:
            raise _UnreadError
        spans = list(zip(times[::2], times[1::2], strict=True))
        for start, end in spans:
            is_night = start >= _LATE_MIN and end <= _EARLY_MIN
            if start >= end and not is_night:
                raise _UnreadError
        return spans

    def _read_time(self) -> int:
        """A time of day [min]."""
        if self.at >= len(self.tokens):
            raise _UnreadError
        kind, value = self.tokens[self.at]
        self.at += 1
        named = {"noon": _DAY_MIN // 2, "midnight": _DAY_MIN}
        if kind in named:
            return named[kind]
        if kind == "time":
            return value
        if kind == "number" and value <= 24:
            return value * 60
        raise _UnreadError

    def _read_off(self) -> None:
        """When it is closed: days, months, from one day of a year to another."""
        is_exception = self._peek() == "except"
        self.at += 1
        while True:
            if self._is_date() or (self._peek() == "number" and self._peek(1) == "to"):
                self.dates_off.append(self._read_dates())
            elif self._peek() in ("day", "weekend"):
                days = self._read_days()
                if self._peek() in ("am", "pm", "eve"):
                    raise _UnreadError
                if is_exception:
                    self.spans = {one: at for one, at in self.spans.items() if one not in days}
                self._close(days)
            else:
                raise _UnreadError
            is_more = self._is_date(1) or self._peek(1) in ("day", "weekend")
            if not (self._peek() == "and" and is_more and not self._has_hours_ahead()):
                break
            self.at += 1

    def _is_date(self, ahead: int = 0) -> bool:
        """Whether a month, or a day of one, is ahead."""
        is_day = self._peek(ahead) == "number" and self._peek(ahead + 1) == "month"
        return self._peek(ahead) == "month" or is_day

    def _has_hours_ahead(self) -> bool:
        """Whether hours stand before the clause ends: what is ahead is open then, not closed."""
        ahead = 1
        while self._peek(ahead) not in ("stop", "", "closed"):
            is_hour = self._peek(ahead) in ("time", "h24") or (
                self._peek(ahead) == "number" and self._peek(ahead + 1) != "month"
            )
            if is_hour and self._peek(ahead + 1) in ("to", "slash"):
                return True
            ahead += 1
        return False

    def _read_dates(self) -> str:
        """Months, or days of a year, from one to another: ``Jul,Aug``, ``Dec 24-Jan 06``."""
        day, month = self._read_date()
        if self._peek() == "to" and self._peek(1) in ("month", "number"):
            self.at += 1
            last_day, last_month = self._read_date()
            if last_month is None or (day is None) != (last_day is None):
                raise _UnreadError
            month = last_month if month is None else month
            if day is None or last_day is None:
                return f"{_MONTHS[month]}-{_MONTHS[last_month]}"
            first = f"{_MONTHS[month]} {day:02d}"
            same = month == last_month
            last = f"{last_day:02d}" if same else f"{_MONTHS[last_month]} {last_day:02d}"
            if same and day >= last_day:
                raise _UnreadError
            return f"{first}-{last}"
        if month is None:
            raise _UnreadError
        if day is not None:
            return f"{_MONTHS[month]} {day:02d}"
        named = [_MONTHS[month]]
        while self._peek() == "and" and self._peek(1) == "month":
            named.append(_MONTHS[self.tokens[self.at + 1].value])
            self.at += 2
        return ",".join(named)

    def _read_date(self) -> tuple[int | None, int | None]:
        """A day of a month, of which either may be left out."""
        day = month = None
        if self._peek() == "number":
            day = self.tokens[self.at].value
            self.at += 1
        if self._peek() == "month":
            month = self.tokens[self.at].value
            self.at += 1
        if day is not None and not 1 <= day <= 31:
            raise _UnreadError
        return day, month

    def _close(self, days: Sequence[int]) -> None:
        """Days on which it is closed."""
        if any(day in self.spans for day in days):
            raise _UnreadError
        self.off += [day for day in days if day not in self.off]

    def _add(self, days: Sequence[int], spans: Sequence[tuple[int, int]]) -> None:
        """Hours of days, which no other hours of them overlap."""
        for day in days:
            known = self.spans.setdefault(day, [])
            if day in self.off or any(
                start < other_end and other_start < end
                for start, end in spans
                for other_start, other_end in known
            ):
                raise _UnreadError
            known += spans
            known.sort()

    def _write(self) -> str:
        """Write what was read in OpenStreetMap's words."""
        note = f' "{_APPOINTMENT}"' if self.needs_asking else ""
        if any(day in self.spans or day in self.off for day in self.asked):
            raise _UnreadError
        rules = []
        for days, spans in _group_days(self.spans):
            if days == list(range(7)) and spans == [(0, _DAY_MIN)]:
                rules.append(
                    f"24/7{note}" if not self.season else f"{self.season} 00:00-24:00{note}"
                )
                continue
            hours = ",".join(f"{_write_time(start)}-{_write_time(end)}" for start, end in spans)
            which = "" if days == list(range(7)) else f"{_write_days(days)} "
            when = f"{self.season} " if self.season else ""
            rules.append(f"{when}{which}{hours}{note}")
        if self.asked:
            rules.append(f'{_write_days(sorted(self.asked))} unknown "{_APPOINTMENT}"')
        if not rules:
            if self.season or not (self.off or self.dates_off or note):
                raise _UnreadError
            # when it is closed is known, and nothing else
            rules.append(f"24/7 unknown{note}")
        if self.off:
            rules.append(f"{_write_days(sorted(self.off))} off")
        rules += [f"{dates} off" for dates in self.dates_off]
        return "; ".join(rules)


def _group_days(
    spans: dict[int, list[tuple[int, int]]],
) -> Iterator[tuple[list[int], list[tuple[int, int]]]]:
    """Days that have the same hours, in the order of the week."""
    told: list[list[tuple[int, int]]] = []
    for day in sorted(spans):
        if spans[day] in told:
            continue
        told.append(spans[day])
        yield [one for one in sorted(spans) if spans[one] == spans[day]], spans[day]


def _write_days(days: Sequence[int]) -> str:
    """Days as OpenStreetMap writes them: three in a row and more as a span."""
    parts: list[list[int]] = []
    for day in days:
        if parts and day == parts[-1][-1] + 1 and day != _HOLIDAY:
            parts[-1].append(day)
        else:
            parts.append([day])
    written = []
    for part in parts:
        if len(part) > 2:
            written.append(f"{_NAMES[part[0]]}-{_NAMES[part[-1]]}")
        else:
            written += [_NAMES[day] for day in part]
    return ",".join(written)


def _write_time(minutes: int) -> str:
    """A time of day."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
