"""Addresses as people write them, Italian ones first: "V.le F.lli Zoia, 105", "via P. L. Monti 18
a-b", "via Boifava / via Meda", "C/ León y Castillo, 12", "R. dos Andradas 1234 - Centro".

Nothing is looked up here: an address is taken apart, and street names are compared.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from access15.sources.geocode.house_numbers import number_texts

StreetMatch = Literal["exact", "initials", "part"]

# Kind of street as written (lower case, no dots) -> as spelt out.
_KINDS = {
    **dict.fromkeys(("via", "v"), "Via"),
    **dict.fromkeys(("viale", "vle", "vl"), "Viale"),
    **dict.fromkeys(("piazza", "pzza", "pza", "pzz"), "Piazza"),
    **dict.fromkeys(("piazzale", "ple", "pzle"), "Piazzale"),
    **dict.fromkeys(("piazzetta", "ptta"), "Piazzetta"),
    **dict.fromkeys(("corso", "cso"), "Corso"),
    **dict.fromkeys(("largo", "lgo"), "Largo"),
    **dict.fromkeys(("vicolo", "vlo", "vic"), "Vicolo"),
    **dict.fromkeys(("borgo", "bgo"), "Borgo"),
    **dict.fromkeys(("strada", "str"), "Strada"),
    **dict.fromkeys(("galleria", "gall"), "Galleria"),
    **dict.fromkeys(("alzaia", "alz"), "Alzaia"),
    **dict.fromkeys(("bastioni", "bast"), "Bastioni"),
    **dict.fromkeys(("contrada", "cda"), "Contrada"),
    **{
        word: word.capitalize()
        for word in (
            *("ripa", "foro", "cavalcavia", "passaggio", "rotonda", "salita", "calle"),
            *("vico", "traversa", "fondamenta", "salizada", "lungomare", "lungarno", "lungotevere"),
            *("circonvallazione", "stradone", "scalinata", "chiasso", "sdrucciolo"),
        )
    },
    # Spanish and Portuguese
    **dict.fromkeys(("c/", "cl"), "Calle"),
    **dict.fromkeys(("avenida", "avda", "avd", "av"), "Avenida"),
    **dict.fromkeys(("plaza", "plza", "pl"), "Plaza"),
    **dict.fromkeys(("paseo", "pso", "pº"), "Paseo"),
    **dict.fromkeys(("carretera", "ctra"), "Carretera"),
    **dict.fromkeys(("camino", "cno"), "Camino"),
    **dict.fromkeys(("pasaje", "pje"), "Pasaje"),
    **dict.fromkeys(("rambla", "rbla"), "Rambla"),
    **dict.fromkeys(("travesía", "travesia"), "Travesía"),
    **dict.fromkeys(("rua", "r"), "Rua"),
    **dict.fromkeys(("praça", "praca", "pça"), "Praça"),
    **dict.fromkeys(("travessa", "tv"), "Travessa"),
    **dict.fromkeys(("alameda", "al"), "Alameda"),
    **dict.fromkeys(("rodovia", "rod"), "Rodovia"),
    **{
        word: word.capitalize()
        for word in ("callejón", "glorieta", "ronda", "estrada", "beco", "ladeira", "escadaria")
    },
}
_ONLY_WITH_DOT = ("r", "al", "rod", "cl", "pl")  # "Al Pozzo" is no alameda
# "Pza." is a square in either language.
_SAME_KINDS = {"Plaza": "Piazza", "Praça": "Piazza"}
# Words inside a street's name, dots included so that nothing else is touched.
_WORDS = {
    "f.lli": "Fratelli",
    "flli": "Fratelli",
    "s.ta": "Santa",
    "s.to": "Santo",
    "s.te": "Sante",
    "s.ti": "Santi",
    "m.te": "Monte",
    "p.pe": "Principe",
    "gen.": "Generale",
    "card.": "Cardinale",
    "mons.": "Monsignor",
    "ing.": "Ingegner",
    "dott.": "Dottor",
    "prof.": "Professor",
    "cap.": "Capitano",
    "col.": "Colonnello",
    "ten.": "Tenente",
    "amm.": "Ammiraglio",
    "sen.": "Senatore",
    "on.": "Onorevole",
    "avv.": "Avvocato",
    "cav.": "Cavaliere",
}
_MONTHS = (
    "gennaio|febbraio|marzo|aprile|maggio|giugno|luglio|agosto|settembre|ottobre|novembre|dicembre"
)
_OTHER_MONTHS = (  # of names that end in a year: "Calle Veintidós de Mayo de 1985"
    "enero|febrero|marzo|abril|mayo|junio|julio|septiembre|octubre|noviembre|diciembre|"
    "janeiro|fevereiro|março|maio|junho|julho|setembro|outubro|novembro|dezembro"
)
# Male saints whose name ends in "a".
_MEN_IN_A = (
    "andrea",
    "luca",
    "nicola",
    "mattia",
    "elia",
    "barnaba",
    "tobia",
    "zaccaria",
    "geremia",
)
_COUNTED = (*_MONTHS.split("|"), "giornate")
_SPELT_DAYS = (
    "primo|due|tre|quattro|cinque|sei|sette|otto|nove|dieci|undici|dodici|tredici|quattordici|"
    "quindici|sedici|diciassette|diciotto|diciannove|venti|ventuno|ventidue|ventitre|ventiquattro|"
    "venticinque|ventisei|ventisette|ventotto|ventinove|trenta|trentuno"
)
_DAYS = _SPELT_DAYS.split("|")
_ROMAN = re.compile(r"x{0,3}(?:ix|iv|v?i{0,3})", re.IGNORECASE)
# Popes and kings, whose numeral may be written in figures: "Via Papa Pio 12, 5".
_REIGN = re.compile(
    r"\b(?:pio|giovanni|paolo|leone|gregorio|clemente|innocenzo|benedetto|sisto|urbano|giulio"
    r"|umberto|emanuele|amedeo)$",
    re.IGNORECASE,
)
_SAINTS = ("san", "santo", "santa", "sant")
_SEVERAL_SAINTS = ("santi", "sante", "santissima", "santissimo")  # "SS." is any of them
_OPTIONAL = ("privata", "priv")  # "Via privata Pienza" is called Via Pienza

_MOST_OF_A_NAME = 23  # John XXIII
_LONGEST = 200  # characters of an address that are looked at

# Behind a number these say where in the building, or in words of their own that it has none.
_NOISE_BEHIND_NUMBER = re.compile(
    r"(?<=\d)(\s?/?[a-z])?[\s,;-]+(?:(?:bajos?|ático|atico|entresuelo|piso|planta|puerta|portal|"
    r"escalera|esc\.|local|sala|loja|andar|apto\.?|apartamento|bloco|fundos|térreo|terreo|"
    r"sobreloja|conjunto|conj\.|int|sc|pal|lotto|tel|fax)(?![^\W\d]).*"
    r"|e\s+\d.*|\d{1,2}\s?[ºª°].*)$",
    re.IGNORECASE,
)
_GLUED_CALLE = re.compile(r"^c\s?/(?!o[\s.])\s*", re.IGNORECASE)
_GLUED_NUMBER = re.compile(r"(?<=[\s,])(n[.°º]|n\.[°º]|(?:nr|num|civ)\.)(?=\d)", re.IGNORECASE)
_DOTTED_KIND = re.compile(r"\b([vpclb])\.\s?(le|lo|zza|za|zle|so|go|tta)\b\.?", re.IGNORECASE)
_KIND_AHEAD = (
    r"(?:"
    + "|".join(sorted((re.escape(kind) for kind in _KINDS if len(kind) > 1), key=len)[::-1])
    + r"|v\.)"
)
_CORNER = re.compile(
    rf",?\s+(?:all')?(?:angolo|ang\.|ang|incrocio|esquina|esq\.)\s+(?:co[nm]\s+)?|"
    rf"\s*[/&+]\s*(?={_KIND_AHEAD}\s)|\s+(?:e|y|-)\s+(?={_KIND_AHEAD}\s)",
    re.IGNORECASE,
)
_TOWN_AHEAD = re.compile(
    rf"^(?P<town>(?:I-)?\d{{5}}\s+[^\W\d][^\d,]*?)\s*,\s*(?={_KIND_AHEAD}\s)", re.IGNORECASE
)
_CARE_OF_AHEAD = re.compile(
    rf"^(?:c/o|presso)\s[^,]*,\s*(?={_KIND_AHEAD}\s)",
    re.IGNORECASE,
)
_NOISE = re.compile(
    r"[\s,;-]+(?:negozio|portineria|(?:primo |secondo |terzo "
    r")?piano|seminterrato|scala|interno|int\.|cortile|citofono|"
    r"ingresso|lato|retro|edificio|palazzina|presso|c/o|s/n|s\.?n\.?(?:c\.?)?|senza numero)"
    r"(?:\W.*)?$",
    re.IGNORECASE,
)
# a distance along a road is no house
_KILOMETRE = re.compile(r"[\s,;-]+(?:al\s+)?(?:km|chilometro|progr)\b\.?\s*\d.*$", re.IGNORECASE)
_NUMBER = (
    r"\d{1,5}(?:\s?[/\-]\s?\d{1,5}(?!\d)|\s?[/\-]?\s?"
    r"(?:bis|ter|quater|quinquies|ross[oa]|ner[oa]|[a-z])(?![a-z'.]))*"
)
_WITH_NUMBER = re.compile(
    rf"^(?P<street>.*[^\W\d_].*?)[,\s]+(?P<number>{_NUMBER})(?P<rest>[\s,;-].*)?$",
    re.IGNORECASE,
)
_NUMBER_BEHIND_NAME = re.compile(
    rf"^(?P<street>.*[^\W\d_]\s+\d{{1,4}})[,\s;-]+(?P<number>{_NUMBER})(?P<rest>[\s,;-].*)?$",
    re.IGNORECASE,
)
_POSTCODE = re.compile(r"[\s,-]+(?:I-)?\d{5}\s+(?P<town>[^\W\d][^\d,]*)$")
_NUMBER_WORD = re.compile(
    r"[,\s]+(?:n\.?\s?[°º]?|nr\.?|n[uú]m\.?|n[uú]mero|civ\.?|civico)$", re.IGNORECASE
)


@dataclass(frozen=True)
class Street:
    """A street's name.

    Parameters
    ----------
    kind : str
        ``Via``, ``Piazza``, ...; empty where the text does not say.
    name : str
        The rest, abbreviations spelt out where they are certain ("S." and initials are not).
    """

    kind: str
    name: str

    @property
    def words(self) -> tuple[str, ...]:
        """Folded words of the name: lower case, without accents, dots and apostrophes, numerals
        in figures.
        """
        words = [word for word in fold(self.name).split() if word not in _OPTIONAL]
        return tuple(_figure_of(words, i) for i in range(len(words)))

    @property
    def text(self) -> str:
        """Kind and name."""
        return f"{self.kind} {self.name}".strip()

    def spellings(self) -> tuple[str, ...]:
        """Give every way to write it, the one given first."""
        return tuple(
            dict.fromkeys(
                [self.text, _spell_saint(self.text), f"{self.kind} {_without_initials(self.name)}"]
            )
        )


@dataclass(frozen=True)
class Address:
    """An address taken apart.

    Parameters
    ----------
    text : str
        As given.
    street : Street, optional
        Its street; None for a place without one ("Ospedale Niguarda").
    number : str
        House number as written, spaces removed ("18a-b", "51/55"); empty where there is none.
    corner : Street, optional
        The second street of a corner.
    town : str
        Town, where the address names it.
    """

    text: str
    street: Street | None
    number: str = ""
    corner: Street | None = None
    town: str = ""

    def number_queries(self) -> tuple[str, ...]:
        """What to ask a service for the house itself."""
        spellings = self.street.spellings() if self.street else ()
        return self._in_town(
            [f"{text} {number}" for number in number_texts(self.number) for text in spellings]
        )

    def coarse_queries(self) -> tuple[str, ...]:
        """What to ask a service when the house is not known."""
        if self.street is not None:
            return self._in_town(list(self.street.spellings()))
        parts = [self.text, self.text.split(",")[0].strip()]
        return tuple(
            dict.fromkeys(part for part in parts if fold(part) and fold(part) not in _KINDS)
        )

    def _in_town(self, texts: list[str]) -> tuple[str, ...]:
        """The texts with the address's town behind each, every one once."""
        end = f", {self.town}" if self.town else ""
        return tuple(dict.fromkeys(f"{text}{end}" for text in texts))


def parse_address(text: str) -> Address:
    """Take an Italian address apart.

    Examples
    --------
    >>> parse_address("V.le F.lli Zoia 105 negozio").number_queries()
    ('Viale Fratelli Zoia 105',)
    >>> parse_address("via P. L. Monti 18 a-b").number
    '18a-b'
    """
    # 1. Brackets and signs that say nothing go; a corner ("via A / via B") falls into two streets.
    clean = _GLUED_CALLE.sub("Calle ", _turn_round(_clean(text)))
    parts = _CORNER.split(_DOTTED_KIND.sub(r"\1\2", clean), maxsplit=1)
    street, number, town = _parse_part(parts[0])
    # 2. What has no street in front is a place that is found by its name.
    if street is None:
        return Address(clean, None)
    if len(parts) == 1:
        return Address(clean, street, number, None, town)
    # 3. The house number belongs to the street it stands behind: that one is the street.
    corner, other_number, other_town = _parse_part(parts[1], is_corner=True)
    if other_number and not number:
        street, corner = corner, street
        number = other_number
    return Address(clean, street, number, corner, town or other_town)


def parse_bare(text: str) -> Address:
    """Take an address apart that names no kind of street: "Main Street 5", "León y Castillo 12".

    Examples
    --------
    >>> parse_bare("Bahnhofstraße 5, Bozen").number
    '5'
    """
    clean = _GLUED_NUMBER.sub(r"\1 ", _clean(text))
    match = _WITH_NUMBER.match(clean)
    name, number, rest = clean, "", ""
    if match is not None:
        name = _NUMBER_WORD.sub("", match["street"])
        number = re.sub(r"\s", "", match["number"]).lower()
        rest = match["rest"] or ""
    elif "," in clean:
        name, _, rest = clean.partition(",")
    street = Street("", name.strip(" ,;-")) if fold(name) else None
    return Address(clean, street, number, None, _find_town(rest))


def parse_street(text: str) -> Street | None:
    """Take a street's name apart."""
    text = _DOTTED_KIND.sub(r"\1\2", text.strip(" ,;-"))
    first, _, rest = text.partition(" ")
    if first.lower().startswith("v.") and len(first) > 2:  # "v.Zante"
        first, rest = "v", f"{first[2:]} {rest}"
    is_word = first.lower() in _ONLY_WITH_DOT
    kind = None if is_word else _KINDS.get(first.lower().rstrip("."))
    spelt = (_WORDS.get(word.lower()) or _part_initials(word) for word in rest.split())
    name = " ".join(spelt)
    return Street(kind, name) if kind and fold(name) else None


def _part_initials(word: str) -> str:
    """A word with room behind an initial that sticks to it ("P.Monti")."""
    return re.sub(r"\.(?=[^\W\d_]{3})", ". ", word)


def match_streets(asked: Street, known: Street) -> StreetMatch | None:
    """How surely two names mean the same street."""
    if asked.kind and known.kind and _kind_of(asked) != _kind_of(known):
        return None
    a, b = asked.words, known.words
    # 1. The same words, or some of them as initials ("P. L. Monti", "Paolo Luigi Monti").
    if a == b:
        return "exact"
    #    What stands last is whole: the surname, or the numeral of a pope or king, which is
    #    another's where it differs ("Pio X", "Pio XII").
    if not a or not b or a[-1] != b[-1]:
        return None
    if len(a) == len(b):
        return "initials" if all(map(_is_same_word, a, b)) else None
    # 2. Fewer words ("Monti" for "Paolo Luigi Monti").
    shorter, longer = sorted((a, b), key=len)
    # 3. The others must come in the same order; the iterator goes on where it stopped.
    left = iter(longer)
    is_part = all(any(_is_same_word(word, other) for other in left) for word in shorter)
    return "part" if is_part else None


def _kind_of(street: Street) -> str:
    """Kind of a street, one word for squares of any language."""
    return _SAME_KINDS.get(street.kind, street.kind)


def fold(text: str) -> str:
    """Text for comparing: lower case letters and digits, single spaces."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(re.sub(r"[^a-z0-9]+", " ", bare.casefold()).split())


def _clean(text: str) -> str:
    """Text without brackets, control signs and typographic apostrophes."""
    text = unicodedata.normalize("NFC", text).translate(
        {
            0x2019: "'",
            0x2018: "'",
            0x60: "'",
            0xB4: "'",
            0x2013: "-",
        }
    )
    text = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(re.sub(r"\([^)]*\)?", " ", text).split()).strip(" ,;-/")[:_LONGEST]


def _turn_round(text: str) -> str:
    """Address with its street in front: behind it a town with its postcode that stood there; who
    it is care of is no part of it.
    """
    if (ahead := _TOWN_AHEAD.match(text)) is not None:
        return f"{text[ahead.end() :]}, {ahead['town']}"
    return _CARE_OF_AHEAD.sub("", text)


def _parse_part(text: str, *, is_corner: bool = False) -> tuple[Street | None, str, str]:
    """Street, house number and town of one street's part of an address."""
    # 1. A postcode begins the end: behind it stands the town.
    town = ""
    if postcode := _POSTCODE.search(text):
        town = _find_town(postcode["town"])
        text = text[: postcode.start()]
    # 2. What says where in the building ("negozio", "scala B") says nothing of the street.
    text = _GLUED_NUMBER.sub(r"\1 ", text)
    text = _NOISE_BEHIND_NUMBER.sub(r"\1", _KILOMETRE.sub("", _NOISE.sub("", text)))
    # 3. A number that is no part of the name ("Via 25 Aprile") is the house's; the town may follow.
    number = ""
    match = _WITH_NUMBER.match(text)
    if match is not None and _belongs_to_name(match):
        match = _NUMBER_BEHIND_NAME.match(text)
    if match is not None and not _belongs_to_name(match):
        text = _NUMBER_WORD.sub("", match["street"])
        number = re.sub(r"\s", "", match["number"]).lower()
        town = town or _find_town(match["rest"] or "")
    elif "," in text and not town:
        text, _, after = text.partition(",")
        town = _find_town(after) if parse_street(after) is None else ""
    # 4. Behind "angolo" a street may stand without its kind.
    street = parse_street(text)
    if street is None and is_corner and fold(text):
        street = Street("", text.strip(" ,;-"))
    return street, number, town


def _belongs_to_name(match: re.Match[str]) -> bool:
    """Whether the number found is part of the street's name ("Via 25 Aprile", "Largo 11 Settembre
    2001").
    """
    street, rest = match["street"], match["rest"] or ""
    is_only_kind = fold(street) in _KINDS
    is_date = re.match(rf"\s+(?:{_MONTHS})\b", rest, re.IGNORECASE) is not None
    is_year = re.fullmatch(r"(?:1[89]|20)\d\d", match["number"]) is not None
    is_of_reign = (
        _REIGN.search(street) is not None
        and match["number"].isdecimal()
        and int(match["number"]) <= _MOST_OF_A_NAME
        and re.match(r"[\s,;-]+(?:n\S*\s*)?\d", rest) is not None
    )
    is_behind_month = (
        re.search(rf"\b(?:{_MONTHS}|{_OTHER_MONTHS})(?:\s+de)?$", street, re.IGNORECASE) is not None
    )
    return (
        (is_only_kind and bool(fold(rest)))
        or is_date
        or is_of_reign
        or (is_year and is_behind_month)
    )


def _find_town(text: str) -> str:
    """Town at the end of an address, without its province."""
    town = re.sub(r"[\s,-]+[A-Z]{2}$", "", text.strip(" ,;-"))
    # the last of several is the town, those before it are its quarters
    town = re.split(r",| - ", town)[-1].strip()
    return town if fold(town) and not any(c.isdigit() for c in town) else ""


def _figure_of(words: list[str], i: int) -> str:
    """A word of a name, a numeral in figures: "XXV Aprile" is "25 Aprile"."""
    word = words[i]
    is_of_months = i == 0 and len(words) > 1 and words[1] in _COUNTED
    if is_of_months and word in _DAYS and words[1] != "giornate":
        return str(1 + _DAYS.index(word))
    if is_of_months and re.fullmatch(r"\d{1,2}o", word):  # "1º Maggio"
        return word[:-1]
    # a single letter is an initial unless a name ends with it, or days are counted
    is_numeral = len(word) > 1 or is_of_months or 0 < i == len(words) - 1
    if is_numeral and _ROMAN.fullmatch(word):
        return str(_read_roman(word))
    return word


def _read_roman(word: str) -> int:
    """Value of a Roman numeral up to 39."""
    values = [{"i": 1, "v": 5, "x": 10}[letter] for letter in word]
    followers = [*values[1:], 0]
    signs = (-1 if value < after else 1 for value, after in zip(values, followers, strict=True))
    return sum(sign * value for sign, value in zip(signs, values, strict=True))


def _is_same_word(one: str, other: str) -> bool:
    """Whether two words are equal or one is the other's initial."""
    if one == other or {one, other} <= set(_SAINTS):
        return True
    short, long = sorted((one, other), key=len)
    if short == "ss":
        return long in _SEVERAL_SAINTS
    return len(short) == 1 and short.isalpha() and long.startswith(short)


def _spell_saint(street: str) -> str:
    """Street with "S." spelt as the saint's name asks: San, Santo, Santa, Sant'."""

    def spelt(match: re.Match[str]) -> str:
        """The saint's name with the title it asks for."""
        saint = match[1]
        name = fold(saint)
        if name[0] in "aeiou":
            return f"Sant'{saint}"
        if name.endswith("a") and name not in _MEN_IN_A:
            return f"Santa {saint}"
        return f"Santo {saint}" if name.startswith(("st", "sp", "z")) else f"San {saint}"

    return re.sub(r"\bS\.\s?([^\W\d_][\w']+)", spelt, street, flags=re.IGNORECASE)


def _without_initials(name: str) -> str:
    """Name without "P. L." before the surname; unchanged where nothing else is left."""
    rest = re.sub(r"\b[^\W\d_]\.\s*", "", name).strip()
    return rest if fold(rest) else name
