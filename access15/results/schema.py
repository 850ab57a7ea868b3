"""Every table that leaves this program: its columns, types, units and decimals, said once.

Whoever builds, writes or tests a table takes its columns from here, and the table of columns in
``data/README.md`` is written from here (``python tests/tools/write_columns.py``). A name with
``<profile>``, ``<group>`` or the like stands for a column each.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from access15.results.table import Column, Table


def _text(name: str, about: str, **more: Any) -> Column:
    """A column of words."""
    return Column(name, "text", about, **more)


def _whole(name: str, about: str, **more: Any) -> Column:
    """A column of counts."""
    return Column(name, "whole", about, least=0, **more)


def _number(
    name: str,
    about: str,
    unit: str = "",
    **more: Any,
) -> Column:
    """A column of measures."""
    return Column(name, "number", about, unit=unit, **more)


def _people(
    name: str,
    about: str,
    decimals: int | None = 2,
    **more: Any,
) -> Column:
    """A column of people; residents are spread over points, so that they have decimals."""
    bounds = {"least": 0, **more}
    return Column(name, "number", about, unit="people", decimals=decimals, **bounds)


def _share(name: str, about: str, **more: Any) -> Column:
    """A column of shares, from 0 to 1."""
    return Column(
        name,
        "number",
        about,
        decimals=6,
        least=0,
        most=1,
        **more,
    )


def _degrees(name: str, about: str, **more: Any) -> Column:
    """A column of longitudes or latitudes."""
    return Column(
        name,
        "number",
        about,
        unit="°",
        decimals=6,
        least=-180,
        most=180,
        **more,
    )


_STUDY = _text("study", "study id")
_AREA = _text("area", "neighbourhood id")
_PROFILE = _text("profile", "who walks: profile id")
_CATEGORY = _text("category", "kind of place: category id, or hub for the nearest hub")
_GROUP = _text("group", "who is counted: group of people")
_IS_OWN = Column("is_own", "yes/no", "whether the profile is the one that the group walks as")
_CUTOFF = _number("cutoff_min", "longest walk, inclusive", "min", least=0)
_LONGEST = _number("cutoff_min", "longest cutoff of the run, inclusive", "min", least=0)
_PEOPLE = _people("people", "people of the group who live there")
_METHOD = Column("method", "text", "how residents were put where they live", codes="method")
_NETWORK = _text("network", "kind, name and date of the streets")
_AT = _text("at", "moment at which places must be open; of a run at a moment", is_optional=True)
_STREET = _text("street", "street name, empty where it has none")
_STATUS = _text("status", "ok, or why it is not used")
_SNAP = _number(
    "snap_m",
    "distance to the street; inf where it is on none",
    "m",
    decimals=2,
    least=0,
    may_be_inf=True,
)
_LAT = _degrees("lat", "latitude (EPSG:4326)", may_be_empty=True)
_LON = _degrees("lon", "longitude (EPSG:4326)", may_be_empty=True)
_LAT_TO = _degrees("lat_to", "latitude of the other end", may_be_empty=True)
_LON_TO = _degrees("lon_to", "longitude of the other end", may_be_empty=True)
_COVERED = "empty where no facility of the category has a certain point"
_DRAWN = (
    "a world draws pace, waits, rests, where people live, classes of street with homes, doors and "
    "missing paths together, the same for every profile; empty for who needs seats"
)


def _points(name: str, about: str) -> Column:
    """A column of differences between shares."""
    return _number(
        name,
        about,
        "percentage points",
        decimals=4,
        least=-100,
        most=100,
        may_be_empty=True,
    )


def _ratio(name: str, about: str) -> Column:
    """A column of what a number is of another."""
    return _number(name, about, decimals=4, least=0, may_be_empty=True)


COVERAGE: Final = Table(
    "coverage",
    "one row per neighbourhood and zone, profile, category, group and cutoff",
    (
        _STUDY,
        _AREA,
        _text("zone", "zone id, or all for the whole neighbourhood"),
        _PROFILE,
        _CATEGORY,
        _GROUP,
        _CUTOFF,
        _PEOPLE,
        _people("covered", f"those within the cutoff of a facility; {_COVERED}", may_be_empty=True),
        _share("share", "covered / people", may_be_empty=True),
        _share("low", f"5 % of the drawn worlds give a smaller share; {_DRAWN}", may_be_empty=True),
        _share("high", "5 % of them give a larger one", may_be_empty=True),
        _people(
            "gap_people",
            "people whom the study's claim covers beyond this row; empty without the claim's "
            "profile",
            least=float("-inf"),
            may_be_empty=True,
        ),
        _points("gap_points", "the same of the share"),
        _points("gap_low", "5 % of the drawn worlds give a smaller gap"),
        _points("gap_high", "5 % of them give a larger one"),
        _ratio("ratio", "covered over what the claim covers; empty where that is nobody"),
        _ratio(
            "ratio_low",
            "5 % of the drawn worlds give a smaller ratio; empty where the claim "
            "covers nobody in more than one world of twenty",
        ),
        _ratio("ratio_high", "5 % of them give a larger one"),
        _text(
            "no_range",
            "why low, high and the ends of gap and ratio are empty: seats (who needs seats is not "
            "drawn), unknown (no facility has a certain point), nobody (nobody lives there); "
            "empty where low and high are told",
        ),
        _IS_OWN,
        _METHOD,
        _NETWORK,
        _text(
            "status",
            "known; else why it is not: not_listed (no table lists a place of the category), "
            "not_located (none has a certain point), hours_unknown (of none it is known whether it "
            "is open) or no_way_in (all stand where no mapped way leads)",
        ),
        _people(
            "unknown_hours",
            "people covered besides if places of unknown hours are open; of a run at a moment",
            is_optional=True,
        ),
        _share(
            "unknown_hours_share",
            "unknown_hours / people; of a run at a moment",
            may_be_empty=True,
            is_optional=True,
        ),
        _share(
            "share_if_open",
            "share if places of unknown hours are open too: share to share_if_open is what is "
            "known; of a run at a moment",
            may_be_empty=True,
            is_optional=True,
        ),
        _AT,
    ),
    files=("coverage.csv",),
)


RANGE_BUDGET: Final = Table(
    "range_budget",
    "what moves the numbers most: one row per neighbourhood, profile, number and factor, for the "
    "people of 65 and over (else all) to the nearest hub",
    (
        _STUDY,
        _AREA,
        _PROFILE,
        _CATEGORY,
        _GROUP,
        _LONGEST,
        _text("number", "share, gap (points) or ratio, as in coverage.csv"),
        _text("factor", "the one thing drawn: people, door, pace, waits, rests, classes or paths"),
        _number("low", "5 % of the draws give less", decimals=6, may_be_empty=True),
        _number("high", "5 % of the draws give more", decimals=6, may_be_empty=True),
        _number("swing", "high - low", decimals=6, least=0, may_be_empty=True),
        _share("part", "square of the swing over the sum of these squares", may_be_empty=True),
        _METHOD,
        _NETWORK,
    ),
    files=("range_budget.csv",),
)


def _statistic(name: str, about: str, **more: Any) -> Column:
    """A column whose unit stands in the row."""
    return _number(
        name,
        about,
        "as unit",
        decimals=4,
        least=0,
        may_be_empty=True,
        **more,
    )


MEASURES: Final = Table(
    "measures",
    "one row per neighbourhood, profile, category, group and measure of access",
    (
        _STUDY,
        _AREA,
        _PROFILE,
        _CATEGORY,
        _GROUP,
        _IS_OWN,
        _PEOPLE,
        _text(
            "measure",
            "minutes_nearest, minutes_second, minutes_third, n_within, gravity, 2sfca or e2sfca",
        ),
        _text("unit", "unit of the measure"),
        _number(
            "cutoff_min",
            "longest walk that counts, inclusive; empty where any does",
            "min",
            least=0,
            may_be_empty=True,
        ),
        _text("supply", "what is shared: capacity, or 1 each; empty where nothing is"),
        _number(
            "missing_demand",
            "share by which people of whom nobody knows (land around that no zone covers, as dense "
            "as the neighbourhood) would lower what is shared; above 0.2 the row is empty",
            decimals=4,
            least=0,
            most=1,
            may_be_empty=True,
        ),
        _people("with_value", "people who have a finite value", may_be_empty=True),
        _statistic(
            "mean",
            "mean of those people; empty for 2sfca and e2sfca, where it would be facilities over "
            "residents, wherever they are",
        ),
        _statistic("p10", "10th percentile of all people", may_be_inf=True),
        _statistic("p25", "25th percentile of all people", may_be_inf=True),
        _statistic("median", "median of all people", may_be_inf=True),
        _statistic("p75", "75th percentile of all people", may_be_inf=True),
        _statistic("p90", "90th percentile of all people", may_be_inf=True),
        _METHOD,
        _NETWORK,
        _AT,
    ),
    files=("measures.csv",),
)


def _index(name: str, about: str, **more: Any) -> Column:
    """A column of an index without a unit."""
    return _number(name, about, decimals=4, may_be_empty=True, **more)


EQUITY: Final = Table(
    "equity",
    "one row per neighbourhood, profile, category (or score) and group",
    (
        _STUDY,
        _AREA,
        _PROFILE,
        _text("category", "category id, hub, or score for the fifteen-minute score"),
        _GROUP,
        _IS_OWN,
        _PEOPLE,
        _text("shared", "what is shared: gravity, or score"),
        _index("gini", "Gini index of it: 0 is even", least=0, most=1),
        _index("theil", "Theil index of it: 0 is even", least=0),
        _index(
            "palma",
            "what the best-off tenth has over what the worst-off 40 % have",
            least=0,
            may_be_inf=True,
        ),
        _LONGEST,
        _people(
            "beyond_people", "people who walk longer than that to the nearest", may_be_empty=True
        ),
        _share("beyond_share", "beyond_people / people", may_be_empty=True),
        _people(
            "unreachable_people", "those of them who cannot get there at all", may_be_empty=True
        ),
        _number(
            "beyond_mean_min",
            "how much longer, on average, those who can",
            "min",
            decimals=2,
            least=0,
            may_be_empty=True,
        ),
        _index("gap", "Foster-Greer-Thorbecke gap (order 1) over the cutoff", least=0),
        _index("squared_gap", "the same of order 2", least=0),
        _METHOD,
        _NETWORK,
        _AT,
    ),
    files=("equity.csv",),
)

EXPLANATIONS: Final = Table(
    "explanations",
    "why people are beyond the longest cutoff: one row per neighbourhood, profile, category, group "
    "and cause",
    (
        _STUDY,
        _AREA,
        _PROFILE,
        _CATEGORY,
        _GROUP,
        _LONGEST,
        _text(
            "cause",
            "hours, crossings, kerbs, rests (their time), seats, steps, missing_link, pace, "
            "mapping_fault, gate, lift_or_ramp, bridge, distance, off_network or unknown",
        ),
        _people(
            "people", "people for whom it is told; those of all causes add up", may_be_empty=True
        ),
        _whole(
            "homes",
            "points, two metres of street each, where they live",
            decimals=0,
            may_be_empty=True,
        ),
        _people("people_alone", "all people whom it alone would let in", may_be_empty=True),
        _METHOD,
        _NETWORK,
    ),
    files=("explain.csv",),
)

FIXES: Final = Table(
    "fixes",
    "single street fixes, ranked by the people of 65 and over (else all) whom each alone lets in; "
    "those that let in fewer than 3 have no row",
    (
        _STUDY,
        _AREA,
        _PROFILE,
        _CATEGORY,
        _LONGEST,
        _text(
            "part",
            "mend (crossings, kerbs, steps, missing_link), build (gate, lift_or_ramp, bridge: "
            "where a barrier lies between two streets), look (mapping_fault: streets less than "
            "8 m apart, or ways of one street less than 16 m, that may well meet), or door (of "
            "any kind: with another plausible door of a place it lets in fewer than 3)",
        ),
        _whole(
            "rank",
            "1 is the best for this profile, category and part, by the fewest that any plausible "
            "door leaves",
        ),
        _text("fix_id", "the fix, the same for every profile"),
        _text(
            "kind",
            "crossings, kerbs, steps, missing_link, gate, lift_or_ramp, bridge or mapping_fault",
        ),
        _text("street", "streets where it is; of what joins two, at its first end"),
        _text("street_to", "streets at the other end"),
        Column("is_near", "yes/no", "whether no street there has a name and these are nearby"),
        _text("crossing", "unmarked, marked, signals or wide (four lanes or more, unmarked)"),
        _number(
            "delay_s",
            "what the crossing costs this walker",
            "s",
            decimals=1,
            least=0,
            may_be_empty=True,
        ),
        _number(
            "length_m",
            "of steps and of what joins two streets",
            "m",
            decimals=1,
            least=0,
            may_be_empty=True,
        ),
        _whole("step_count", "of steps; 0 where nobody has counted them"),
        _number(
            "detour_m",
            "the way round a link; inf beyond 300 m",
            "m",
            decimals=0,
            least=0,
            may_be_empty=True,
            may_be_inf=True,
        ),
        _text("unseen", "what the street data leave out and a link may cross: water, buildings"),
        _text("osm", "OpenStreetMap ways"),
        _LAT,
        _LON,
        _LAT_TO,
        _LON_TO,
        _whole("homes", "points, two metres of street each, where those let in live"),
        _people("gained_<group>", "people of the group whom it alone lets in"),
        _people(
            "gained_low_<group>",
            "the fewest with any plausible door of any one place of the kind",
        ),
        _people("gained_high_<group>", "the most"),
    ),
    files=("fixes.csv",),
    layer="fixes",
    geometry="MultiLineString",
)

_PLACE = (
    _text("facility_id", "as in the facilities list, or of OpenStreetMap"),
    _text("name", "as given"),
    _text("category", "category id"),
    _text("address", "as given"),
    _text("municipio", "as given; where the list has it", is_optional=True),
)
_WHENCE = (
    _text("precision", "how good the point is"),
    _text("source", "who says so"),
    _text("origin", "official, osm or feed"),
    _text("merged_osm", "ids of OpenStreetMap or the feed that stand for the same place"),
    _text(
        "status",
        "ok, not_geocoded, too_far_from_network or unreachable; of a run with added places also "
        "merged (a place that another row lists) and replaced (its kind is listed by others), with "
        "no walks of their own",
    ),
    _text(
        "merged_into",
        "id of the place that stands for a merged row; of a run with added places",
        is_optional=True,
    ),
    _text("listed_in", "table and row; of a run with added places", is_optional=True),
)
_DOOR = (
    _text(
        "door_source",
        "how the door was found: given, entrance (mapped), address (the street it names), street "
        "(nearest that is no dead-end service way) or nearest; empty off the streets",
    ),
    _text("door_street", "street that the door opens to, empty where it has no name"),
    _number(
        "door_m",
        "from the place, or the entrance or door it has, to that street; empty off the streets",
        "m",
        decimals=2,
        least=0,
        may_be_empty=True,
    ),
    _whole("n_plausible_doors", "doors that it has, and places that could as well be its door"),
)
_SEEN_FROM = (
    _text("area", "neighbourhood; empty where it is on no neighbourhood's streets"),
    _text("hub_id", "nearest hub of the neighbourhood"),
    _text(
        "opening_hours",
        "as OpenStreetMap writes them; of a run at a moment",
        is_optional=True,
    ),
    _text("open_at", "open, closed or unknown; of a run at a moment", is_optional=True),
)
_WALKS = (
    _number(
        "minutes_<profile>",
        "walk to the nearest hub; inf where there is none",
        "min",
        decimals=2,
        least=0,
        may_be_inf=True,
    ),
    _people(
        "own_<group>",
        "people of the neighbourhood within the longest cutoff of it at their own pace; empty "
        "off its streets",
        may_be_empty=True,
    ),
    _people("claim_<group>", "people whom the study's claim counts there", may_be_empty=True),
    _people(
        "gap_<group>",
        "claim_<group> - own_<group>",
        least=float("-inf"),
        may_be_empty=True,
    ),
)

DOORS: Final = Table(
    "doors",
    "every door that a hub, or a place with several, has or could have, and how many residents of "
    "65 and over (else all) would then be within the longest cutoff of a place of its kind",
    (
        _STUDY,
        _AREA,
        _CATEGORY,
        _text("facility_id", "the place"),
        _text("name", "as given"),
        _whole("door", "1 is the first one taken"),
        Column("is_taken", "yes/no", "whether the results are computed with it"),
        _text(
            "door_source",
            "how it was found: as in facilities_out.csv, or beside: a street about as near",
        ),
        _text("door_street", "street that it opens to, empty where it has no name"),
        _number("door_m", "from the place, or its entrance, to that street", "m", least=0),
        _LAT,
        _LON,
        _GROUP,
        _LONGEST,
        _share(
            "share_<profile>",
            "of the group within the cutoff of a place of the category, with this door alone, or "
            "with all that are taken; the door_m between the place and that street are walked, "
            "and are not once the place on the street is given as the door (door_lat, door_lon)",
            may_be_empty=True,
        ),
    ),
    files=("doors.csv",),
)

FACILITIES: Final = Table(
    "facilities",
    "every facility once, as seen from the neighbourhood whose hub is nearest",
    (*_PLACE, _LAT, _LON, *_WHENCE, _SNAP, *_DOOR, *_SEEN_FROM, *_WALKS),
    files=("facilities_out.csv",),
)

FACILITIES_LAYER: Final = Table(
    "facilities_layer",
    FACILITIES.about,
    (*_PLACE, *_WHENCE, *_SEEN_FROM, _SNAP, *_DOOR, *_WALKS),
    layer="facilities",
    geometry="Point",
)

SERVICE_AREAS: Final = Table(
    "service_areas",
    "one row per profile, hub or category, and cutoff",
    (
        _AREA,
        _PROFILE,
        _text("target_kind", "hub or category"),
        _text("target", "facility id of the hub, or category id"),
        _CUTOFF,
        _number("minutes_from", "the next smaller cutoff, or 0", "min", least=0),
        _number("area_m2", "land from which it is reached", "m²", least=0),
        _number("street_m", "length of the streets from which it is reached", "m", least=0),
        _whole("false_inside", "homes inside that walk longer than the cutoff"),
        _whole("missed_outside", "homes outside that walk no longer than the cutoff"),
        _whole("land_points", "random places inside on which the area is checked"),
        _share("land_farther", "share of them that are farther than the cutoff", may_be_empty=True),
        _number(
            "land_farther_s",
            "by how much 95 % of these are farther at most",
            "s",
            least=0,
            may_be_empty=True,
        ),
        _share(
            "land_missed",
            "share of the land within 25 m of reached streets that is not drawn",
            may_be_empty=True,
        ),
    ),
    layer="service_areas",
    geometry="MultiPolygon",
)

REACHED_STREETS: Final = Table(
    "reached_streets",
    "parts of streets within reach of the nearest hub, per profile",
    (
        _AREA,
        _PROFILE,
        _text("target", "hub"),
        _number("cutoff_min", "smallest cutoff that reaches the part", "min", least=0),
        _STREET,
        _number("street_m", "length of the part", "m", least=0),
    ),
    layer="reached_streets",
    geometry="MultiLineString",
)

RESIDENTS: Final = Table(
    "residents",
    "one row per stretch of street, at most 50 m, or building or point, where people live",
    (
        _text("resident_id", "the home in its middle, of whom all but the people is told"),
        _AREA,
        _text("zone_id", "zone id"),
        _text("street", "street that it stands for, empty where it is none", may_be_empty=True),
        _text("status", "ok, too_far_from_network or unreachable"),
        _SNAP,
        Column(
            "method", "text", "how residents of the zone were put where they live", codes="method"
        ),
        _people("<group>", "people of the group who live along the whole stretch"),
        _share("score_<profile>", "fifteen-minute score"),
        _number(
            "<target>_min_<profile>",
            "walk to the nearest hub or facility; inf where it cannot be reached",
            "min",
            least=0,
            may_be_inf=True,
        ),
        _text("<target>_id_<profile>", "which facility that is, empty where there is none"),
        _whole("<target>_n_<profile>", "facilities within the longest cutoff"),
    ),
    layer="residents",
    geometry="Point",
)

COVERAGE_BY_ZONE: Final = Table(
    "coverage_by_zone",
    "coverage.csv by zone, groups and cutoffs side by side; one row per zone, profile and category",
    (
        _AREA,
        _text("zone", "zone id"),
        _text("name", "name of the zone", may_be_empty=True),
        _PROFILE,
        _CATEGORY,
        _METHOD,
        _NETWORK,
        _people("people_<group>", "as people of coverage.csv"),
        *(
            _number(
                f"{name}_<group>_<cutoff>min",
                f"as {name} of coverage.csv",
                unit,
                may_be_empty=True,
            )
            for name, unit in (
                ("covered", "people"),
                ("share", ""),
                ("low", ""),
                ("high", ""),
                ("gap_people", "people"),
                ("gap_points", "percentage points"),
                ("gap_low", "percentage points"),
                ("gap_high", "percentage points"),
                ("ratio", ""),
                ("ratio_low", ""),
                ("ratio_high", ""),
            )
        ),
    ),
    layer="coverage_by_zone",
    geometry="MultiPolygon",
)

COVERAGE_BY_CELL: Final = Table(
    "coverage_by_cell",
    "coverage.csv by the cells of a grid (--grid), groups and cutoffs side by side; one row per "
    "neighbourhood, cell in which homes lie, profile and category; people add up to those of zone "
    "all, exactly in layers",
    (
        _AREA,
        _text(
            "cell",
            "index of H3, or coordinate system, side and south-western corner of the square [m]",
        ),
        _PROFILE,
        _CATEGORY,
        _METHOD,
        _NETWORK,
        _people("people_<group>", "people of the group who live in the cell", 6),
        Column(
            "is_own_<group>", "yes/no", "whether the profile is the one that the group walks as"
        ),
        *(
            _number(
                f"{name}_<group>_<cutoff>min",
                f"as {name} of coverage.csv",
                unit,
                decimals=decimals,
                is_padded=False,
                may_be_empty=True,
            )
            for name, unit, decimals in (
                ("covered", "people", 6),
                ("share", "", 6),
                ("gap_people", "people", 6),
                ("gap_points", "percentage points", 4),
                ("ratio", "", 6),
            )
        ),
    ),
    files=("coverage_by_cell.csv",),
    layer="coverage_by_cell",
    geometry="Polygon",
)

CLOSED_DOORS: Final = Table(
    "closed_doors",
    "one row per profile and stretch where people live: what closes the door to it",
    (
        _text("resident_id", "the home in the middle of the stretch"),
        _text("zone_id", "zone id"),
        _text("street", "street that it stands for, empty where it is none", may_be_empty=True),
        _people("<group>", "people of the group who live along the whole stretch"),
        _AREA,
        _PROFILE,
        _LONGEST,
        _text(
            "door_<target>",
            "the cause, as in explain.csv; empty within the cutoff",
            may_be_empty=True,
        ),
        _text(
            "opens_<target>", "all causes that, lifted alone, would let it in", may_be_empty=True
        ),
    ),
    layer="closed_doors",
    geometry="Point",
)

NEAREST: Final = Table(
    "nearest",
    "one row per neighbourhood, profile and category",
    (
        _AREA,
        _PROFILE,
        _CATEGORY,
        _whole("n_known", "facilities in the tables"),
        _whole("n_located", "those with a certain point"),
        _whole("n_usable", "those on this neighbourhood's streets"),
        _number("nearest_min", "walk of the best-placed home", "min", least=0, may_be_inf=True),
        _number(
            "median_min",
            "walk of the median resident of 65 and over (else of all)",
            "min",
            least=0,
            may_be_inf=True,
        ),
        _number(
            "at_least_min",
            "straight line from the nearest home to the nearest facility anywhere",
            "min",
            least=0,
            may_be_empty=True,
        ),
    ),
)

UNKNOWN_SHARES: Final = Table(
    "unknown_shares",
    "one row per neighbourhood, profile and tag of the streets walked to the hubs",
    (
        _AREA,
        _PROFILE,
        _text("tag", "kerb, incline or surface"),
        _share("share", "share of their length where nobody has mapped it", may_be_empty=True),
    ),
)

PRECISION_SHARES: Final = Table(
    "precision_shares",
    "how certain the points of a neighbourhood's facilities are, most frequent first",
    (
        _AREA,
        _text("precision", "how good the points are"),
        _whole("n", "facilities"),
        _share("share", "share of the neighbourhood's facilities"),
    ),
)

STATION_SPACING: Final = Table(
    "station_spacing",
    "one row per bike station with a certain point",
    (
        _text("facility_id", "the station"),
        _text("name", "as given"),
        _STATUS,
        _text("neighbour_id", "nearest other station, empty where there is none"),
        _number("spacing_m", "walk to it", "m", least=0, may_be_inf=True),
        _number(
            "straight_m", "straight line to the nearest other one", "m", least=0, may_be_inf=True
        ),
    ),
)

_PROPOSAL = _text("proposal", "proposal id")
_GAINED = _people("gained", "people within the cutoff only with the proposal", may_be_empty=True)
_LOST = _people("lost", "people within the cutoff only today", may_be_empty=True)

COMPARE: Final = Table(
    "compare",
    "one row per proposal and zone, profile, category, group and cutoff",
    (
        _STUDY,
        _AREA,
        _PROPOSAL,
        _text("proposal_name", "its name"),
        _text("zone", "zone id, or all for the whole neighbourhood"),
        _PROFILE,
        _CATEGORY,
        _GROUP,
        _IS_OWN,
        _CUTOFF,
        _PEOPLE,
        _people("before", "people within the cutoff today", may_be_empty=True),
        _people("after", "people within the cutoff with the proposal", may_be_empty=True),
        _GAINED,
        _LOST,
        _people("difference", "after - before", least=float("-inf"), may_be_empty=True),
        _share("share_before", "before / people", may_be_empty=True),
        _share("share_after", "after / people", may_be_empty=True),
        _METHOD,
        _NETWORK,
    ),
    files=("compare.csv",),
)

COMPARE_STREETS: Final = Table(
    "compare_streets",
    "who gains and who loses within the longest cutoff, by zone and street; only where somebody "
    "does",
    (
        _STUDY,
        _AREA,
        _PROPOSAL,
        _text("zone", "zone id"),
        _text("zone_name", "its name"),
        _STREET,
        _PROFILE,
        _CATEGORY,
        _GROUP,
        _LONGEST,
        _PEOPLE,
        _GAINED,
        _LOST,
    ),
    files=("compare_streets.csv",),
)

COMPARE_CHANGES: Final = Table(
    "compare_changes",
    "every change of a proposal and what became of it",
    (
        _STUDY,
        _AREA,
        _PROPOSAL,
        _text("change", "change id"),
        _text("kind", "add_facility, move_facility, add_link, ..."),
        _text("facility_id", "the facility that is moved or removed", may_be_empty=True),
        _text("name", "of a new facility", may_be_empty=True),
        _text("category", "of a new facility", may_be_empty=True),
        _number("capacity", "of a new facility", "places", least=0, may_be_empty=True),
        _LON,
        _LAT,
        _LON_TO,
        _LAT_TO,
        _text("street", "streets that are changed"),
        _text(
            "work",
            "what a new way would take, by what is mapped between its ends: missing_link, gate, "
            "lift_or_ramp or bridge",
        ),
        _text(
            "status",
            "ok, no_street, no_steps, no_kerb, too_short, too_long or too_far_from_network",
        ),
        _number(
            "metres",
            "length of what is changed, or how far the nearest that could be is",
            "m",
            decimals=1,
            least=0,
            may_be_empty=True,
            may_be_inf=True,
        ),
        _text("precision", "how good the place is, as its file says", may_be_empty=True),
        _text("state", "how far the change has come, as its file says", may_be_empty=True),
        _text("source", "who says so, as its file says", may_be_empty=True),
        _number(
            "snap_m_<profile>",
            "distance of something new to the street; inf where it is on none",
            "m",
            least=0,
            may_be_empty=True,
            may_be_inf=True,
        ),
    ),
    files=("compare_changes.csv",),
)

SEATS: Final = Table(
    "seats",
    "every place to sit down that somebody has recorded",
    (
        _text("area", "neighbourhood id", is_optional=True),
        _text("seat_id", "the seat"),
        _text("source", "file or layer"),
        _text("status", "ok, duplicate, not_geocoded or too_far_from_network"),
        _text("same_as", "the seat that it repeats"),
        _number(
            "snap_m",
            "distance to the street; empty in the file where it is on none",
            "m",
            least=0,
            may_be_empty=True,
            may_be_inf=True,
        ),
    ),
    files=("seats.geojson",),
    geometry="Point",
)

SEAT_GAPS: Final = Table(
    "seat_gaps",
    "stretches without a seat that cut people off, worst first",
    (
        _AREA,
        _whole("rank", "1 is the worst of the neighbourhood"),
        _text("street", "nearest street that has a name"),
        _text("near", "seat or facility at the end towards the service"),
        _text("far", "seat at the other end, or homes"),
        _number("gap_m", "length", "m", decimals=2, least=0),
        _people("people_alone", "people who would arrive but for this gap alone"),
        _people("people_together", "people who lack seats elsewhere too", decimals=None),
        _degrees("lat", "latitude of the end towards the service"),
        _degrees("lon", "longitude of the end towards the service"),
        _degrees("lat_to", "latitude of the other end"),
        _degrees("lon_to", "longitude of the other end"),
    ),
    files=("seat_gaps.csv", "seat_gaps.geojson"),
    geometry="LineString",
)

NEW_SEATS: Final = Table(
    "new_seats",
    "the best places for new seats, in the order of building",
    (
        _AREA,
        _whole("order", "1 is built first"),
        _whole("step", "seats of one step are of use together"),
        _text("street", "nearest street that has a name"),
        _degrees("lat", "latitude (EPSG:4326)"),
        _degrees("lon", "longitude (EPSG:4326)"),
        _people("gained", "people reconnected by it, those before it being there"),
        _people("total", "people reconnected by it and all before it", decimals=None),
    ),
    files=("new_seats.csv", "new_seats.geojson"),
    geometry="Point",
)

SEATS_SUMMARY: Final = Table(
    "seats_summary",
    "one row per neighbourhood",
    (
        _AREA,
        _text("area_name", "its name"),
        _PEOPLE,
        _people("within_plain", "within the cutoff without a need of seats", decimals=None),
        _people("within_seats", "within the cutoff from seat to seat", decimals=None),
        _people("within_proposed", "the same with the new seats", decimals=None),
        _whole("n_seats", "seats on the streets"),
        _METHOD,
        _PROFILE,
        _text("service", "where to"),
        _text("group", "who is counted"),
        _number("limit_m", "longest gap between seats, inclusive", "m", least=0),
        _CUTOFF,
        _AT,
        _text("streets", "name and date of the streets"),
        _text("date", "moment of the run"),
    ),
    files=("seats_summary.csv",),
)


_N_WORKS = _whole("n_works", "how many benches, crossings, kerbs or flights of steps")

WORK_CURVE: Final = Table(
    "work_curve",
    "one row per neighbourhood and number of works in the street, 0 for today",
    (
        _AREA,
        _text("area_name", "its name"),
        _N_WORKS,
        _PEOPLE,
        _people("within", "within the cutoff, with those works"),
        _share("share", "within / people", may_be_empty=True),
        _people("gained", "people whom the works bring within the cutoff together"),
        _people("most", "people whom no choice of as many works exceeds: gained, where proven"),
        Column("is_proven", "yes/no", "whether it is proven that no other choice gains more"),
        _people("greedy", "people gained by always taking the best next work, or works in a row"),
        _people("everything", "people whom all candidates together bring"),
        _whole("n_candidates", "candidates that were looked at"),
        _whole("n_today", "benches known on the streets, or crossings, kerbs or flights mapped"),
        _whole("n_places", "places walked to"),
        _text("work", "bench, crossing, kerb or steps"),
        _PROFILE,
        _CATEGORY,
        _GROUP,
        _CUTOFF,
        _AT,
        _METHOD,
        _text("streets", "name and date of the streets"),
        _text("date", "moment of the run"),
    ),
    files=("work_curve.csv",),
)

WORKS: Final = Table(
    "works",
    "the best works in the street for each number of them",
    (
        _AREA,
        _N_WORKS,
        _whole("work", "which of them: 1 brings most people, those after it being there"),
        _text("street", "streets that meet there, or the nearest that has a name"),
        _degrees("lat", "latitude (EPSG:4326)"),
        _degrees("lon", "longitude (EPSG:4326)"),
        _people("gained", "people it brings, works before it being there"),
        _people("alone", "people who are lost without it"),
        _whole("n_near", "candidates within 150 m that keep 99 % of the gain in its stead"),
    ),
    files=("works.csv", "works.geojson"),
    geometry="Point",
)

WORK_STREETS: Final = Table(
    "work_streets",
    "where the people live whom the best works bring",
    (_AREA, _N_WORKS, _STREET, _people("gained", "people of the street whom all works bring")),
    files=("work_streets.csv",),
)

_N_SITES = _whole("n_sites", "how many more places")
_SITE = _whole("site", "which of them: 1 brings most people, those after it being there")

_CANDIDATE = (
    _text("candidate", "id of the candidate or of the place of today, empty for a corner"),
    _text(
        "street", "its address where known, else streets that meet there, or the nearest named one"
    ),
    _degrees("lat", "latitude (EPSG:4326)"),
    _degrees("lon", "longitude (EPSG:4326)"),
)

_SERVED = "those of the group who have a place"
_MINUTES: Final[dict[str, Any]] = {"unit": "min", "decimals": 4, "least": 0, "may_be_empty": True}

SITE_CURVE: Final = Table(
    "site_curve",
    "one row per neighbourhood and number of more places, 0 for today",
    (
        _AREA,
        _text("area_name", "its name"),
        _N_SITES,
        Column("is_today", "yes/no", "whether the row is today, before anything is built or moved"),
        _PEOPLE,
        _people("within", "within the cutoff of a place, those of today and the new ones"),
        _share("share", "within / people", may_be_empty=True),
        _people("gained", "people whom the new places bring within the cutoff"),
        _people("lost", "people within it today and no more, where places of today move"),
        _number("mean_min", f"minutes to the nearest place, on average of {_SERVED}", **_MINUTES),
        _number("worst_min", f"the longest walk of {_SERVED}", **_MINUTES),
        _people("unserved", "people from whom no way leads to any place"),
        _text(
            "objective",
            "what is sought: cover (most people within the cutoff), enough (fewest places for the "
            "share asked for), average (least mean_min, who is unserved counting as the longest "
            "walk that anybody has or could have) or worst (fewest unserved, then least worst_min)",
        ),
        _people(
            "most",
            "of cover and enough: people whom no choice of as many places exceeds, gained less "
            "lost (as counted, where that is told)",
            may_be_empty=True,
        ),
        _number(
            "least_mean_min",
            "of average: minutes below which no choice of as many places is that leaves as many "
            "unserved (of weighted_mean_min, where that is told)",
            **_MINUTES,
        ),
        _number(
            "least_worst_min",
            "of worst: minutes below which no choice of as many places is",
            **_MINUTES,
        ),
        Column(
            "is_proven",
            "yes/no",
            "whether it is proven that no other choice of as many places is better for that",
        ),
        _people(
            "greedy",
            "of cover and enough without rules: people gained by always building the best next "
            "place",
            may_be_empty=True,
        ),
        _whole("n_leave", "places of today that leave"),
        _people(
            "weighted",
            "people within the cutoff, each times the weight of the zone",
            is_optional=True,
        ),
        _number(
            "weighted_mean_min",
            "mean_min with each person times the weight of the zone",
            is_optional=True,
            **_MINUTES,
        ),
        _people(
            "with_room",
            "people within the cutoff whom a place there has room for, where capacities are given",
            is_optional=True,
        ),
        _people(
            "counted",
            "what is sought, gained less lost: people times weight, those who find room",
            is_optional=True,
        ),
        _people(
            "gained_low",
            "people gained in drawn worlds: one of twenty has fewer; empty without worlds",
            may_be_empty=True,
        ),
        _people(
            "gained_high",
            "people gained in drawn worlds: one of twenty has more; empty without worlds",
            may_be_empty=True,
        ),
        _number(
            "mean_low_min",
            "of average and worst: mean_min in drawn worlds, one of twenty has less; empty without "
            "worlds. There a walk over twice the longest of the run, today's or to a candidate, is "
            "none",
            **_MINUTES,
        ),
        _number("mean_high_min", "the same, one of twenty has more", **_MINUTES),
        _number(
            "worst_low_min",
            "of average and worst: worst_min in drawn worlds, one of twenty has less; empty "
            "without worlds",
            **_MINUTES,
        ),
        _number("worst_high_min", "the same, one of twenty has more", **_MINUTES),
        _whole(
            "n_worlds",
            "worlds drawn, as for the ranges of coverage; 0 for who needs seats, where places of "
            "today may move, and where candidates times resident points are over 500 million",
        ),
        _share(
            "stays_best",
            "without rules, weights and capacities: of cover and enough, share of the worlds in "
            "which the best choice was looked for anew that this one keeps 99 % of what was found "
            "(for one place the best of all, for more the greedy choice improved by exchanges); of "
            "average and worst, share of the worlds in which stays_best of sites.csv holds for all "
            "its sites at once (for one place no other is better, for more no exchange of one); "
            "empty without worlds",
            may_be_empty=True,
        ),
        _whole(
            "n_anew",
            "those worlds: all for one place, and of average and worst; of cover and enough the "
            "first 32 at most for more",
        ),
        _people("beyond", "people whom no candidate brings within the cutoff"),
        _whole("n_candidates", "candidates that were looked at"),
        _people(
            "gained_<group>",
            "people of the group whom the new places bring within the cutoff at their own pace",
        ),
        _whole("n_today", "places of today that count"),
        _whole("n_unknown", "places of today without a certain point, or of unknown hours"),
        _PROFILE,
        _CATEGORY,
        _GROUP,
        _CUTOFF,
        _AT,
        _METHOD,
        _text("streets", "name and date of the streets"),
        _text("date", "moment of the run"),
    ),
    files=("site_curve.csv",),
)

SITES_PACKAGE: Final = "sites.gpkg"
_AWAY: Final = {"decimals": 1, "least": 0, "may_be_empty": True}
_TODAY: Final = {"decimals": 1, "least": 0, "may_be_empty": True, "may_be_inf": True}

SITES: Final = Table(
    "sites",
    "the best places for each number of them",
    (
        _AREA,
        _N_SITES,
        _SITE,
        _text("change", "new, or of places of today that may move: stays or leaves"),
        *_CANDIDATE,
        _people(
            "gained",
            "people it brings within the cutoff, sites before it and those that stay being there; "
            "of new ones",
            may_be_empty=True,
        ),
        _people("alone", "people who reach no other place: lost without it"),
        _whole(
            "n_alternatives",
            "other candidates in the stead of a new one that are 99 % as good by the objective",
        ),
        _share(
            "stays_best",
            "share of the drawn worlds in which all sites keep 99 % of what they do with the best "
            "other candidate in its stead: of cover and enough people gained; of average minutes "
            "saved, who is without a place counting as the longest walk of the run, at the "
            "world's pace; of worst no more people are without a place, and the longest walk less "
            "1 % is no longer; empty without worlds, and with rules, weights or capacities",
            may_be_empty=True,
        ),
        _text("serves", "streets where most of the people gained live, most first, three at most"),
        _number(
            "today_low_min",
            "minutes to the nearest place of today that a twentieth of the people gained do not "
            "exceed; inf where there is no way (null in GeoJSON)",
            "min",
            **_TODAY,
        ),
        _number("today_high_min", "the same of nineteen twentieths", "min", **_TODAY),
        _number(
            "next_best_m",
            "as the crow flies to the best of its alternatives, empty where there is none",
            "m",
            **_AWAY,
        ),
        _share(
            "next_best_share",
            "share of the gain of all sites that it keeps",
            may_be_empty=True,
        ),
        _number("farthest_m", "as the crow flies to the farthest of them", "m", **_AWAY),
        _text("why", "all this in one sentence, in the language of the run", is_optional=True),
    ),
    files=("sites.csv", "sites.geojson"),
    layer="sites",
    package=SITES_PACKAGE,
    geometry="Point",
)

SITE_ALTERNATIVES: Final = Table(
    "site_alternatives",
    "other candidates in the stead of a new site with which all sites are 99 % as good",
    (
        _AREA,
        _N_SITES,
        _SITE,
        *_CANDIDATE,
        _people("gained", "people whom all sites gain with it"),
        _number("mean_min", "of average and worst: as in site_curve.csv, with it", **_MINUTES),
        _number("worst_min", "of average and worst: as in site_curve.csv, with it", **_MINUTES),
    ),
    files=("site_alternatives.csv", "site_alternatives.geojson"),
    layer="site_alternatives",
    package=SITES_PACKAGE,
    geometry="Point",
)

SITE_STREETS: Final = Table(
    "site_streets",
    "where the people live whom the sites bring within the cutoff",
    (
        _AREA,
        _N_SITES,
        _STREET,
        _people("gained", "people of the group who live along it"),
        _people("lost", "people along it within the cutoff today and no more"),
    ),
    files=("site_streets.csv",),
)

SITE_LEFT_OUT: Final = Table(
    "site_left_out",
    "who stays beyond the cutoff of every place when most sites are added, by street and cause",
    (
        _AREA,
        _N_SITES,
        _STREET,
        _text(
            "cause",
            "what alone would let them in, as in explain.csv; distance where nothing does, "
            "off_network on no street that can be used",
        ),
        _people("people", "people of the group"),
        _people("another", "of these, people whom one more candidate would bring in"),
    ),
    files=("site_left_out.csv",),
    layer="site_left_out",
    package=SITES_PACKAGE,
    geometry="Point",
)

SITE_GAIN_STREETS: Final = Table(
    "site_gain_streets",
    "streets between corners; none where candidates are no corners",
    (
        _AREA,
        _STREET,
        _people("gained", "people whom one more place at the better end would bring in"),
    ),
    layer="site_gain_streets",
    package=SITES_PACKAGE,
    geometry="LineString",
)


def _exact(
    name: str,
    about: str,
    unit: str,
) -> Column:
    """A column for other programs: nothing rounded before the ninth decimal."""
    bounds = {"least": 0, "may_be_inf": True}
    return _number(name, about, unit, decimals=9, is_padded=False, **bounds)


TIMES: Final = Table(
    "times",
    "walks from one place, one row per destination, in the order given",
    (
        _text("id", "destination"),
        _text("status", "ok, not_geocoded, too_far_from_network or unreachable"),
        _exact("snap_m", "off the streets, at both ends together", "m"),
        _exact("distance_m", "along the streets", "m"),
        _exact("travel_time_s", "door to door; inf where there is no way", "s"),
    ),
    files=("times -o",),
)

POINT_WALKS: Final = Table(
    "point_walks",
    "one row per origin and rank, origins in the order given; in layers with the origin's point",
    (
        _text("id", "origin"),
        _text("to_id", "destination; empty where there is none", may_be_empty=True),
        _whole("rank", "1 is the nearest of this origin"),
        _text("status", "ok, not_geocoded, too_far_from_network, unreachable or beyond_cutoff"),
        _number(
            "minutes",
            "door to door; inf where there is no way",
            "min",
            decimals=9,
            is_padded=False,
            least=0,
            may_be_inf=True,
        ),
        _number(
            "distance_m",
            "along the streets; with --all, and empty for who walks from seat to seat",
            "m",
            decimals=9,
            is_padded=False,
            least=0,
            may_be_inf=True,
            may_be_empty=True,
            is_optional=True,
        ),
        _number(
            "snap_m",
            "off the streets, at both ends together; with --all",
            "m",
            decimals=9,
            is_padded=False,
            least=0,
            may_be_inf=True,
            is_optional=True,
        ),
    ),
    files=("nearest -o",),
    geometry="Point",
)

_ASKED = (
    _text("id", "point that is reached; of isochrone --points", is_optional=True),
    _number("minutes", "longest walk, inclusive", "min", least=0),
    _PROFILE,
    _number("speed_ms", "pace", "m/s", least=0),
    _text("network", "kind and name of the streets"),
    _text("network_date", "their date, empty where it is not known"),
    _text("licence", "of the streets"),
)
ISOCHRONE: Final = Table(
    "isochrone",
    "one row per cutoff",
    (
        *_ASKED,
        _text("status", "ok, or why there is no land; of isochrone --points", is_optional=True),
        _number(
            "area_m2", "land from which the place is reached", "m²", least=0, may_be_empty=True
        ),
        _number(
            "street_m",
            "length of the streets from which it is reached",
            "m",
            least=0,
            may_be_empty=True,
        ),
    ),
    files=("isochrone -o",),
    geometry="MultiPolygon",
)
ISOCHRONE_STREETS: Final = Table(
    "isochrone_streets",
    "parts of streets, with the smallest cutoff that reaches them",
    (*_ASKED, _STREET, _number("street_m", "length of the part", "m", least=0)),
    files=("isochrone --streets -o",),
    geometry="LineString",
)

_RANK = _whole(
    "rank_share",
    "place among the zones with people by share, the smallest first; equal shares share a place; "
    "empty for all",
    may_be_empty=True,
)

ZONES: Final = Table(
    "zones",
    "a city: one row per zone, profile, category, group and cutoff",
    (
        _STUDY,
        _text("zone", "zone id, or all for all zones that were counted"),
        _text("name", "name of the zone, empty for all", may_be_empty=True),
        _PROFILE,
        _CATEGORY,
        _GROUP,
        _IS_OWN,
        _CUTOFF,
        _PEOPLE,
        COVERAGE["covered"],
        COVERAGE["share"],
        COVERAGE["gap_people"],
        COVERAGE["gap_points"],
        COVERAGE["ratio"],
        _RANK,
        replace(
            _RANK,
            name="rank_gap",
            about="the same by gap_points, the largest first",
        ),
        Column(
            "near_edge",
            "yes/no",
            "whether streets end within the longest walk of the zone, where the extract does: more "
            "people may be within reach",
        ),
        COVERAGE["status"],
        _METHOD,
        _NETWORK,
        _AT,
    ),
    files=("zones.csv", "zones/zone_id=<zone>/part.parquet"),
    geometry="MultiPolygon",
)

ZONES_EXPLAIN: Final = Table(
    "zones_explain",
    "a city: why people are beyond the longest cutoff; one row per zone, profile, category, group "
    "and cause",
    (
        _STUDY,
        _text("zone", "zone id"),
        *(EXPLANATIONS[name] for name in ("profile", "category", "group", "cutoff_min", "cause")),
        *(EXPLANATIONS[name] for name in ("people", "homes", "people_alone")),
        _METHOD,
        _NETWORK,
        _AT,
    ),
    files=("zones_explain.csv",),
)

CITY_HOMES: Final = Table(
    "city_homes",
    "a city: one row per stretch where people live",
    (
        _text("resident_id", "the home in the middle of the stretch"),
        _text("zone_id", "zone id"),
        _text("street", "street that it stands for, empty where it is none", may_be_empty=True),
        _people("<group>", "people of the group who live along the whole stretch"),
        _number(
            "walk_<profile>_<category>_s",
            "walk from that home to the nearest place, door to door; inf beyond the longest "
            "cutoff, empty where no place of the category is known",
            "s",
            least=0,
            may_be_empty=True,
            may_be_inf=True,
        ),
    ),
    files=("homes/zone_id=<zone>/part.parquet",),
    geometry="Point",
)

CITY_CELLS: Final = Table(
    "city_cells",
    "a city by the cells of a grid (--grid), groups and cutoffs side by side; one row per cell in "
    "which homes lie and profile, one file per category; everybody is in one of the cells",
    (
        _STUDY,
        _text(
            "cell",
            "index of H3, or coordinate system, side and south-western corner of the square [m]",
        ),
        _PROFILE,
        _CATEGORY,
        _people("people_<group>", "people of the group who live in the cell"),
        Column(
            "is_own_<group>", "yes/no", "whether the profile is the one that the group walks as"
        ),
        *(
            _number(
                f"{name}_<group>_<cutoff>min",
                f"as {name} of coverage.csv",
                unit,
                may_be_empty=True,
            )
            for name, unit in (
                ("covered", "people"),
                ("share", ""),
                ("gap_people", "people"),
                ("gap_points", "percentage points"),
                ("ratio", ""),
            )
        ),
        COVERAGE["status"],
        _METHOD,
        _NETWORK,
        _AT,
    ),
    files=("cells/category=<category>/part.parquet",),
    geometry="Polygon",
)

TABLES: Final = {
    table.name: table
    for table in (
        COVERAGE,
        RANGE_BUDGET,
        MEASURES,
        EQUITY,
        EXPLANATIONS,
        FIXES,
        DOORS,
        FACILITIES,
        FACILITIES_LAYER,
        SERVICE_AREAS,
        REACHED_STREETS,
        RESIDENTS,
        COVERAGE_BY_ZONE,
        COVERAGE_BY_CELL,
        CLOSED_DOORS,
        NEAREST,
        UNKNOWN_SHARES,
        PRECISION_SHARES,
        STATION_SPACING,
        COMPARE,
        COMPARE_STREETS,
        COMPARE_CHANGES,
        SEATS,
        SEAT_GAPS,
        NEW_SEATS,
        SEATS_SUMMARY,
        WORK_CURVE,
        WORKS,
        WORK_STREETS,
        SITE_CURVE,
        SITES,
        SITE_ALTERNATIVES,
        SITE_STREETS,
        SITE_LEFT_OUT,
        SITE_GAIN_STREETS,
        TIMES,
        POINT_WALKS,
        ISOCHRONE,
        ISOCHRONE_STREETS,
        ZONES,
        ZONES_EXPLAIN,
        CITY_HOMES,
        CITY_CELLS,
    )
}
